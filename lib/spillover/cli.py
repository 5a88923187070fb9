"""The command line: ``spillover run``, ``spillover template`` and ``spillover audit``."""

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress

from spillover import __version__
from spillover.audit import command as audit_command
from spillover.study import command as study_command

FAULT = 2
DESCRIPTION = """\
Spatial Durbin panel analysis in one command: does a variable act at home, and does it
spill over to linked regions? Runs the whole chain (Moran's I, Hausman, LM, estimates, direct
and indirect impacts, specification tests, other matrices, robustness, specification curve)
and writes tables, figures and one HTML page that opens offline."""


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
    # A request to stop leaves as little behind as Ctrl-C.
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options.action(options)
    except MemoryError:
        print("spillover: not enough memory for a panel of this size", file=sys.stderr)
        return FAULT
    except (ValueError, OSError, ArithmeticError) as fault:
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
    study_command.add(commands)
    audit_command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
