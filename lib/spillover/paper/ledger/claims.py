"""The claims ledger decided: ``python -m spillover.paper.ledger.claims`` prints and verifies it.

The verdicts that the book states are stored in ``data/paper/verdicts.csv``. Without arguments every
claim is decided anew and compared with them: any difference is printed and the exit code is 1.
``--accept`` stores the new verdicts.
"""

import argparse
import sys
import textwrap
from collections import Counter
from dataclasses import asdict

import pandas as pd

from spillover.paper.ledger import decisions  # noqa: F401  (registers them)
from spillover.paper.ledger.verdicts import (
    KINDS_OF_VERDICT,
    VERDICTS,
    decide,
    load_claims,
    stored,
)

FOUND = ["verdict", "condition", "evidence_found"]


def decide_all() -> pd.DataFrame:
    """Decide every claim.

    Returns
    -------
    pandas.DataFrame
        Indexed by id: the fields of the claim, then ``verdict``, ``condition``, ``evidence_found``.

    Raises
    ------
    Undecided
        If a claim has no decision.
    """
    claims = load_claims()
    found = pd.DataFrame([asdict(decide(claim)) for claim in claims])
    found = found.rename(columns={"evidence": "evidence_found"})[FOUND]
    return pd.DataFrame(map(asdict, claims)).join(found).set_index("id")


def differences(fresh: pd.DataFrame, before: pd.DataFrame) -> list[str]:
    """What changed between two ledgers, a line a change.

    Parameters
    ----------
    fresh
        As `decide_all` returns it.
    before
        As stored.

    Returns
    -------
    list of str
        Empty if nothing changed.
    """
    lines = [f"{key}: no longer a claim" for key in before.index.difference(fresh.index)]
    for key, row in fresh.iterrows():
        if key not in before.index:
            lines.append(f"{key}: new")
            continue
        for column in FOUND:
            if row[column] != before.loc[key, column]:
                lines.append(f"{key}: {column} was {before.loc[key, column]!r}, is {row[column]!r}")
    return lines


def as_text(ledger: pd.DataFrame) -> str:
    """The ledger, as `decide_all` returns it, as plain text."""
    blocks = []
    for key, row in ledger.iterrows():
        verdict = ": ".join(filter(None, [row["verdict"], row["condition"]]))
        lines = [
            f"[{key}] {row['section']}: {row['claim']}",
            f"  -> {verdict}",
            f"  {row['evidence_found']}",
        ]
        blocks += [textwrap.fill(line, 100, subsequent_indent="     ") for line in lines]
    counts = Counter(ledger["verdict"])
    total = ", ".join(f"{counts[verdict]} {verdict}" for verdict in KINDS_OF_VERDICT)
    return "\n".join([*blocks, "", f"{len(ledger)} claims: {total}."])


def main(arguments: list[str] | None = None) -> int:
    """Decide, print, and verify or accept."""
    parser = argparse.ArgumentParser(
        prog="python -m spillover.paper.ledger.claims", description=__doc__
    )
    parser.add_argument("--accept", action="store_true", help="store the verdicts")
    parser.add_argument("--quiet", action="store_true", help="print the changes only")
    options = parser.parse_args(arguments)
    ledger = decide_all()
    if not options.quiet:
        print(as_text(ledger))
    if options.accept:
        accepted = ledger[FOUND].rename(columns={"evidence_found": "evidence"})
        accepted.to_csv(VERDICTS)
        return 0
    changes = differences(ledger, stored())
    for line in changes:
        print(line, file=sys.stderr)
    if changes:
        print(f"{len(changes)} differences from the verdicts in the book.", file=sys.stderr)
    return 1 if changes else 0


if __name__ == "__main__":
    sys.exit(main())
