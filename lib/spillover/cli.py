"""The command line: ``spillover run``, ``spillover template`` and ``spillover audit``."""

import argparse
import re
import shlex
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any
from unittest import mock

from spillover import __version__
from spillover.audit import command as audit_command
from spillover.study import command as study_command
from spillover.text import COMMON_HAN
from spillover.words import ENGLISH, LANGUAGES, Speaker

FAULT = 2
CHINESE_HEAD = re.compile(rf"(?<=[{COMMON_HAN}）]):$", re.MULTILINE)  # argparse ends it
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
    language, others = _language().parse_known_args(words)
    try:
        say = Speaker("command", language.language)
    except ValueError as fault:
        print(f"spillover: {fault}", file=sys.stderr)
        return FAULT
    # The name by which argparse looks its own words up.
    with mock.patch.object(argparse, "_", lambda text: text and say(text)):
        options = _parser(say).parse_args(others)
    options.command = shlex.join(["spillover", *words])
    options.say = say
    # A request to stop leaves as little behind as Ctrl-C.
    with suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        options.action(options)
    except MemoryError:
        print(say("spillover: not enough memory for a panel of this size"), file=sys.stderr)
        return FAULT
    except (ValueError, OSError, ArithmeticError) as fault:
        print(f"spillover{say(': ')}{say(' '.join(str(fault).split()))}", file=sys.stderr)
        return FAULT
    except KeyboardInterrupt:
        print(say("spillover: stopped, nothing written"), file=sys.stderr)
        return 130
    return 0


def _language() -> argparse.ArgumentParser:
    """What reads the language, wherever it stands, before anything is said."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument(
        "--language",
        default=ENGLISH,
        metavar="|".join((ENGLISH, *LANGUAGES)),
        help="of messages, report and template (default: en)",
    )
    return parser


def _parser(say: Speaker) -> argparse.ArgumentParser:
    class Help(argparse.RawDescriptionHelpFormatter):
        """Help in the language."""

        def _fill_text(self, text: str, width: int, indent: str) -> str:
            return super()._fill_text(say(text), width, indent)

        def _get_help_string(self, action: argparse.Action) -> str | None:
            return say(action.help or "")

        def start_section(self, heading: str | None) -> None:
            super().start_section(say(heading or ""))

        def format_help(self) -> str:
            return CHINESE_HEAD.sub("：", super().format_help())

    shared: dict[str, Any] = {"formatter_class": Help, "parents": [_language()]}
    parser = argparse.ArgumentParser(prog="spillover", description=DESCRIPTION, **shared)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar=say("command"), title="commands")
    add_parser = partial(commands.add_parser, **shared)
    study_command.add(add_parser)
    audit_command.add(add_parser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
