"""The command line: ``spillover run``, ``spillover template`` and ``spillover audit``."""

import argparse
import shlex
import sys
import warnings
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tqdm import tqdm

from spillover import __version__
from spillover.audit import command

FAULT = 2
DESCRIPTION = """\
Spatial Durbin panel analysis in one command: does a variable act at home, and does it
spill over to linked regions? Runs the whole chain (Moran's I, Hausman, LM, estimates, direct
and indirect impacts, specification tests, other matrices, robustness, specification curve)
and writes tables, figures and one HTML page that opens offline."""
RUN_EPILOG = """\
the panel: a CSV file (UTF-8 or GB18030), one row a region and year, every region in every
year, no blanks in the columns named. `spillover template` writes one to fill in.

links between regions: gravity M_i M_j / d_ij^2 from --mass (first year) and --coordinates; or
your own matrix with --weights; or, with --coordinates alone, inverse distance. Rows are
scaled to sum to one.

examples:
  spillover template panel.csv
  spillover run panel.csv --outcome outcome --focus focus --controls control \\
      --mass mass --coordinates latitude,longitude --out report/
  spillover run panel.csv --outcome y --focus x --weights W.csv --out report/

exit codes: 0 done; 2 something in the input or the command is wrong (one line says what)."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code.

    Parameters
    ----------
    arguments
        Words after the command's name; those of the process if left out.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    options = _parser().parse_args(words)
    options.command = shlex.join(["spillover", *words])
    try:
        options.action(options)
    except (ValueError, OSError) as fault:
        print(f"spillover: {' '.join(str(fault).split())}", file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        print("spillover: stopped, nothing written", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="spillover",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="command", title="commands")
    _add_run(commands)
    _add_template(commands)
    command.add(commands)
    return parser


def _add_run(commands) -> None:
    run = commands.add_parser(
        "run",
        help="run the chain on a panel and write a report",
        description="Run the whole chain on a panel and write a report folder.",
        epilog=RUN_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    run.add_argument("panel", type=Path, help="CSV file, one row a region and year")
    variables = run.add_argument_group("variables (names of columns)")
    variables.add_argument("--outcome", required=True, help="what is explained")
    variables.add_argument("--focus", required=True, help="whose impacts are asked for")
    variables.add_argument(
        "--controls", type=_names, default=(), metavar="A,B", help="held constant"
    )
    variables.add_argument(
        "--relative",
        action="store_true",
        help="divide the outcome by its mean over regions, year by year (the paper's measure)",
    )
    variables.add_argument("--region", default="region", help="default: region")
    variables.add_argument("--year", default="year", help="default: year")
    links = run.add_argument_group("links between regions")
    links.add_argument(
        "--coordinates", type=_names, metavar="LAT,LON", help="columns with degrees north and east"
    )
    links.add_argument(
        "--mass",
        type=_names,
        default=(),
        metavar="A,B",
        help="columns with gravity masses, one matrix each",
    )
    links.add_argument(
        "--weights",
        type=Path,
        metavar="W.csv",
        help="square matrix, first row and first column are the region names",
    )
    _add_run_options(run)
    run.set_defaults(action=_run)


def _add_run_options(run: argparse.ArgumentParser) -> None:
    options = run.add_argument_group("estimation and output")
    options.add_argument(
        "--correction",
        choices=("lee-yu", "lee-yu-direct", "none"),
        default="lee-yu",
        help="for the bias of fixed effects (default: lee-yu)",
    )
    options.add_argument(
        "--no-curve", action="store_true", help="skip the specification curve, the longest step"
    )
    options.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="created")
    options.add_argument("--force", action="store_true", help="replace an earlier report")
    options.add_argument("--quiet", action="store_true", help="no progress bar")


def _add_template(commands) -> None:
    template = commands.add_parser(
        "template",
        help="write a panel to fill in",
        description="Write a small simulated panel that `spillover run` reads: replace its rows by "
        "your own.",
    )
    template.add_argument("file", type=Path, nargs="?", default=Path("panel.csv"))
    template.add_argument("--force", action="store_true", help="replace the file if it exists")
    template.set_defaults(action=_template)


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _run(options: argparse.Namespace) -> None:
    # Imported here so that --help answers at once.
    from spillover.present.report_folder import checksum, require_free
    from spillover.study.chain import run
    from spillover.study.report import write_report

    inputs = [path for path in (options.panel, options.weights) if path]
    require_free(options.out, options.force, inputs)
    data = f"{options.panel.name}, SHA-256 {checksum(options.panel)}"
    study = _study(options)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        chain = run(study, not options.no_curve, partial(tqdm, disable=options.quiet))
    settings = {
        "Data": data,
        "Command": options.command,
        **_notes(caught),
    }
    print(write_report(chain, options.out, options.force, settings, inputs))


def _notes(caught: list[warnings.WarningMessage]) -> dict[str, str]:
    texts = dict.fromkeys(str(warning.message) for warning in caught)
    return {"Warnings": "; ".join(texts)} if texts else {}


def _study(options: argparse.Namespace):
    from spillover.measure.indices import relative_size
    from spillover.study.question import study_from_columns
    from spillover.study.reading import read_panel, read_weights

    if options.coordinates is not None and len(options.coordinates) != 2:
        raise ValueError("--coordinates takes two columns, latitude and longitude: lat,lon")
    columns = [options.outcome, options.focus, *options.controls, *options.mass]
    panel = read_panel(
        options.panel, [*columns, *(options.coordinates or ())], options.region, options.year
    )
    if options.relative:
        panel[options.outcome] = relative_size(panel[options.outcome])
    weights = {}
    if options.weights:
        weights[options.weights.stem] = read_weights(options.weights, panel.index.levels[0])
    return study_from_columns(
        panel,
        options.outcome,
        options.focus,
        options.controls,
        coordinates=options.coordinates,
        masses=options.mass,
        weights=weights,
        correction=None if options.correction == "none" else options.correction,
    )


def _template(options: argparse.Namespace) -> None:
    from spillover.study.template import template_panel

    if options.file.exists() and not options.force:
        raise FileExistsError(f"{options.file} exists: use --force to replace it")
    template_panel().to_csv(options.file, index=False)
    print(options.file)


if __name__ == "__main__":
    sys.exit(main())
