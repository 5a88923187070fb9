"""Where the project's files are, and the conda environment made from the locked versions."""

import re
import sys
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_PACKAGED = Path(str(files("spillover") / "data"))  # of an installed package
DATA = _PACKAGED if _PACKAGED.is_dir() else ROOT / "data"

_PIN = re.compile(r"^(?P<pin>[A-Za-z0-9._-]+==[^\s;\\]+)(?P<marker>\s*;[^\\]*)?")


def locked_pins(requirements: str) -> list[str]:
    """Exact versions, with their environment markers, of a hashed requirements file."""
    matches = [_PIN.match(line) for line in requirements.splitlines()]
    return [m["pin"] + (m["marker"] or "").rstrip() for m in matches if m]


def conda_environment(requirements: str) -> str:
    """Text of an ``environment.yml`` that installs the same versions under conda."""
    pins = "".join(f"    - {pin!r}\n" for pin in locked_pins(requirements))
    return (
        "# Written by `make lock` from requirements.txt; do not edit.\n"
        "name: spillover\nchannels: [conda-forge]\ndependencies:\n"
        f"- python=3.11\n- pip\n- pip:\n{pins}    - '-e .'\n"
    )


if __name__ == "__main__":
    text = conda_environment((ROOT / "requirements.txt").read_text())
    (ROOT / sys.argv[1]).write_text(text)
