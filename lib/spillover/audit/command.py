"""The subcommand ``spillover audit``."""

import argparse
from collections.abc import Callable
from pathlib import Path

EPILOG = """\
the paper: a TOML file with every number as a string exactly as printed (stars, zeros and all),
or a CSV file of coefficient rows. `spillover audit --template paper.toml` writes one to fill in
that explains each field; `--template rows.csv` writes the CSV form.

examples:
  spillover audit --template paper.toml
  spillover audit paper.toml --out report/
  spillover audit paper.toml            (prints what disagrees)

exit codes: 0 whatever is found; 2 a file cannot be read (one line names table, row, column)."""


def add(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the subcommand to the command line, of which ``add_parser`` makes one."""
    audit = add_parser(
        "audit",
        help="check the printed tables of a spatial panel paper",
        description="Check printed numbers against each other: stars, impacts, rho, observations, "
        "likelihoods, tests, Moran's I. A disagreement is a question, not a verdict.",
        epilog=EPILOG,
    )
    audit.add_argument("paper", type=Path, nargs="?", help="TOML or CSV file")
    audit.add_argument("--out", type=Path, metavar="FOLDER", help="write a report there")
    audit.add_argument("--template", type=Path, metavar="FILE", help="write a file to fill in")
    audit.add_argument("--force", action="store_true", help="replace an earlier report or template")
    audit.set_defaults(action=_act)


def _act(options: argparse.Namespace) -> None:
    # Imported here so that --help answers at once.
    from spillover.audit import read, run, write_report, write_template
    from spillover.present.report_folder import checksum, require_free

    say = options.say
    if options.template:
        print(write_template(options.template, options.force, say.language))
    if options.paper is None:
        if not options.template:
            raise ValueError("audit needs a paper, or --template FILE to write one to fill in")
        return
    if options.out:
        require_free(options.out, options.force, [options.paper])
    found = run(read(options.paper))
    if options.out:
        settings = {
            "Data": f"{options.paper.name}, SHA-256 {checksum(options.paper)}",
            "Command": options.command,
        }
        inputs = [options.paper]
        print(write_report(found, options.out, options.force, settings, inputs, say.language))
    else:
        for finding in found.disagreements:
            place = f"{say(finding.table)}{say('; ')}{say(finding.row)}"
            print(f"{place}{say(': ')}{say(finding.words)}")
    for note in found.paper.notes:
        print(say(f"Note: {note}"))
    print(say(found.summary()))
