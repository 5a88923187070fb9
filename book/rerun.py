"""Run every stored long simulation again, with the command that its record names."""

import json
import shlex
import subprocess
import sys

from spillover.project import DATA, ROOT

FOLDERS = ("simulations", "estimates")


def commands() -> list[str]:
    """The command of each stored result."""
    records = (path for folder in FOLDERS for path in sorted((DATA / folder).glob("*.json")))
    return [json.loads(path.read_text("utf-8"))["command"] for path in records]


def main() -> None:
    """Run them one after the other, in this environment."""
    for command in commands():
        print(command, flush=True)
        subprocess.run([sys.executable, *shlex.split(command)[1:]], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
