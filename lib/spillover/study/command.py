"""The subcommands ``spillover run`` and ``spillover template``."""

import argparse
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

RUN_EPILOG = """\
the panel: .csv (comma, semicolon or tab; UTF-8, UTF-16, GB18030 or --encoding), .xlsx, .dta or
.parquet, text also .gz; one row a region and year, every region in every year, no blanks in the
columns named; or --wide. `spillover template` writes one to fill in.

links between regions: gravity M_i M_j / d_ij^2 from --mass (first year) and --coordinates; or
your own with --weights: a square table with the regions' names, a list of links, .gal, .gwt, or
polygons (.geojson, .gpkg, .shp: common borders); or, with --coordinates alone, inverse distance.
Rows are scaled to sum to one.

examples:
  spillover template panel.csv
  spillover run panel.csv --outcome outcome --focus focus --controls control \\
      --mass mass --coordinates latitude,longitude --out report/
  spillover run panel.xlsx --outcome gdp --focus roads --log gdp,roads \\
      --weights map.geojson --se clustered --out report/

exit codes: 0 done; 2 something in the input or the command is wrong (one line says what)."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


NAMES: dict[str, Any] = {"type": _names, "default": (), "metavar": "A,B"}


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the subcommands to the command line, of which ``add_parser`` makes one."""
    _add_run(add_parser)
    _add_template(add_parser)


def _add_run(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    run = add_parser(
        "run",
        help="run the chain on a panel and write a report",
        description="Run the whole chain on a panel and write a report folder.",
        epilog=RUN_EPILOG,
    )
    run.add_argument("panel", type=Path, help="file with one row a region and year")
    _add_reading(run.add_argument_group("the file").add_argument)
    _add_variables(run.add_argument_group("variables (names of columns)").add_argument)
    _add_links(run.add_argument_group("links between regions").add_argument)
    _add_estimation(run.add_argument_group("estimation").add_argument)
    _add_curve(run.add_argument_group("specification curve").add_argument)
    add = run.add_argument_group("output").add_argument
    add("--out", type=Path, required=True, metavar="FOLDER", help="created")
    add("--force", action="store_true", help="replace an earlier, untouched report")
    add("--quiet", action="store_true", help="no progress bar")
    run.set_defaults(action=_run)


def _add_reading(add: Callable) -> None:
    add("--encoding", help="of a text file (found out if left out)")
    add("--separator", type=_separator, help="comma, semicolon or tab")
    add("--decimal", choices=(".", ","), help="mark of the decimals")
    add("--sheet", help="of a workbook with several")
    add("--wide", action="store_true", help="a row a region, columns as gdp2015")
    add("--where", metavar="CONDITION", help='rows to keep: "year >= 2015"')
    add("--region", default="region", help="default: region")
    add("--year", default="year", help="default: year")


def _add_variables(add: Callable) -> None:
    again = "whose impacts are asked for; again for another"
    relative = "divide the outcome by its mean over regions, year by year (the paper's measure)"
    add("--outcome", required=True, help="what is explained")
    add("--focus", required=True, action="append", help=again)
    add("--controls", **NAMES, help="held constant")
    add("--log", **NAMES, help="in logarithms")
    add("--lag", **NAMES, help="last year's")
    add("--relative", action="store_true", help=relative)


def _add_links(add: Callable) -> None:
    files = {"type": Path, "action": "append", "default": [], "metavar": "FILE"}
    order = "regions of a table of numbers alone: sorted, or as they first stand in the panel"
    degrees = "columns with degrees north and east"
    add("--coordinates", type=_names, metavar="LAT,LON", help=degrees)
    add("--mass", **NAMES, help="columns with gravity masses, one matrix each")
    add("--weights", **files, help="links or polygons; again for another matrix")
    add("--weights-order", choices=("sorted", "panel"), help=order)


def _add_estimation(add: Callable) -> None:
    def choose(name: str, what: str, *choices: str) -> None:
        add(name, choices=choices, default=choices[0], help=what)

    errors = "standard errors (default: classic)"
    correction = "for the bias of fixed effects (default: lee-yu)"
    choose("--model", "default: sdm", "sdm", "sar", "sem", "slx", "sdem", "sac")
    choose("--effects", "default: twoways", "twoways", "individual", "time", "random", "none")
    choose("--se", errors, "classic", "robust", "clustered", "dk", "conley")
    add("--cutoff-km", type=float, metavar="KM", help="reach of Conley errors")
    choose("--correction", correction, "lee-yu", "lee-yu-direct", "none")


def _add_curve(add: Callable) -> None:
    add("--no-curve", action="store_true", help="skip it: the longest step")
    add("--curve-log", action="store_true", help="the outcome in logarithms too")
    add("--curve-outcome", **NAMES, help="other measures of it")
    add("--curve-focus", **NAMES, help="other measures of it")
    add("--curve-effects", **NAMES, help="default: twoways,individual")


def _add_template(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    template = add_parser(
        "template",
        help="write a panel to fill in",
        description="Write a small simulated panel that `spillover run` reads: replace its rows by "
        "your own.",
    )
    template.add_argument("file", type=Path, nargs="?", default=Path("panel.csv"))
    template.add_argument("--force", action="store_true", help="replace the file if it exists")
    template.set_defaults(action=_template)


def _separator(text: str) -> str:
    names = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t"}
    if names.get(text, text) not in names.values():
        raise argparse.ArgumentTypeError(f"{text!r} is not comma, semicolon or tab")
    return names.get(text, text)


def _run(options: argparse.Namespace) -> None:
    # Imported here so that --help answers at once.
    from spillover.present.report_folder import require_free
    from spillover.study.chain import run
    from spillover.study.progress import Bar
    from spillover.study.report import write_report
    from spillover.study.specification_curve import choices_for

    inputs = [options.panel, *options.weights]
    require_free(options.out, options.force, inputs)
    study, settings = _study(options)
    choices = choices_for(
        study, options.curve_log, options.curve_outcome, options.curve_focus, options.curve_effects
    )
    with (
        warnings.catch_warnings(record=True) as caught,
        Bar(total=0, disable=options.quiet, leave=False) as bar,
    ):
        warnings.simplefilter("always", UserWarning)
        warnings.simplefilter("always", RuntimeWarning)
        chains = [
            run(study.about(focus), not options.no_curve, bar, choices if first else None)
            for first, focus in ((name == study.focus, name) for name in (study.focus, *study.also))
        ]
        if warned := dict.fromkeys(str(warning.message) for warning in caught):
            settings["Warnings"] = "; ".join(warned)
        said = (settings, inputs, chains[1:], bar, options.say.language)
        page = write_report(chains[0], options.out, options.force, *said)
    print(page)


def _study(options: argparse.Namespace):
    """The question, and how it was read for the record."""
    from spillover.measure.indices import relative_size
    from spillover.study import errors
    from spillover.study.question import study_from_columns
    from spillover.study.reading import read_panel
    from spillover.study.suspicions import suspicions

    columns = [options.outcome, *options.focus, *options.controls, *options.mass]
    columns += [*(options.coordinates or ()), *options.curve_outcome, *options.curve_focus]
    how = ("wide", "where", "decimal", "encoding", "sheet", "separator")
    panel = read_panel(
        options.panel,
        columns,
        options.region,
        options.year,
        **{name: getattr(options, name) for name in how},
    )
    origin = panel.attrs
    if options.relative:
        panel[options.outcome] = relative_size(panel[options.outcome])
    weights, links, shapes = _weights(options, panel)
    study = study_from_columns(
        panel,
        options.outcome,
        options.focus,
        options.controls,
        coordinates=options.coordinates,
        masses=options.mass,
        weights=weights,
        logs=options.log,
        lags=options.lag,
        shapes=shapes,
        correction=None if options.correction == "none" else options.correction,
        effects=options.effects,
        kind=options.model,
    )
    covariance = errors.covariance(options.se, study.places, options.cutoff_km)
    study = replace(study, covariance=covariance)
    for line in (warned := suspicions(study, options.coordinates)):
        print(options.say(f"spillover: warning: {line}"), file=sys.stderr)
    settings = {
        "Data": f"{options.panel}, SHA-256 {origin['sha256']}",
        "Read as": ", ".join(origin["notes"]),
        **links,
        "Command": options.command,
        **({"Lagged by a year": ", ".join(options.lag)} if options.lag else {}),
        **({"Look at": "; ".join(warned)} if warned else {}),
    }
    return study, {name: text for name, text in settings.items() if text}


def _weights(options: argparse.Namespace, panel):
    """Matrices by the names of their files, their checksums, and polygons for the map."""
    from spillover.present.report_folder import checksum
    from spillover.study.links import POLYGONS, read_polygons, read_weights

    order = options.weights_order
    if order == "panel":
        order = panel.attrs["order"]
    weights, settings, shapes = {}, {}, None
    for path in options.weights:
        if path.stem in weights:
            raise ValueError(f"two matrices are called {path.stem!r}: rename a file")
        weights[path.stem] = read_weights(path, panel.index.levels[0], order)
        settings[f"Links {path.stem}"] = f"{path}, SHA-256 {checksum(path)}"
        if path.suffix.lower() in POLYGONS:
            shapes = read_polygons(path, panel.index.levels[0])
    return weights, settings, shapes


def _template(options: argparse.Namespace) -> None:
    from spillover.present.report_folder import write_new
    from spillover.study.template import ENCODING, template_panel

    say, panel = options.say, template_panel()
    said = panel.assign(region=panel["region"].map(say)).rename(columns=say)
    text = said.to_csv(index=False).encode(ENCODING[say.language])
    write_new(options.file, text, options.force)
    print(options.file)
