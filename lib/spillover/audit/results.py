"""Run all checks on a paper; what they found."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cached_property

import pandas as pd

from spillover.audit.checks import REGISTER
from spillover.audit.findings import AGREES, CANNOT, DISAGREES, ONLY_IF, VERDICTS, Check, Finding
from spillover.audit.tables import Paper

STATEMENT = (
    "A disagreement is a question to the authors, not a verdict on them. It says that printed "
    "numbers cannot all be true together under the readings named, and nothing about why, or about "
    "whether any conclusion depends on it. Slips of typing, typesetting and transcription are the "
    "usual cause: look at the page again before anything else."
)


@dataclass(frozen=True)
class Audit:
    """What all checks say of a paper.

    Attributes
    ----------
    paper
        The description that was read.
    findings
        All findings, in the order of the checks.
    """

    paper: Paper
    findings: tuple[Finding, ...]

    def __iter__(self) -> Iterable[Finding]:
        return iter(self.findings)

    def of(self, *verdicts: str) -> list[Finding]:
        """Findings with one of the verdicts."""
        return [f for f in self.findings if f.verdict in verdicts]

    @property
    def disagreements(self) -> list[Finding]:
        """Findings that say *disagrees*."""
        return self.of(DISAGREES)

    @cached_property
    def by_check(self) -> dict[Check, list[Finding]]:
        """Findings of every check that had something to say."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            groups.setdefault(finding.check, []).append(finding)
        return {REGISTER[key]: group for key, group in groups.items()}

    @property
    def silent(self) -> list[Check]:
        """Checks for which the tables print nothing that they need."""
        spoken = {finding.check for finding in self.findings}
        return [check for key, check in REGISTER.items() if key not in spoken]

    def table(self) -> pd.DataFrame:
        """One row a finding: check, table, row, verdict, words, gap, unit, readings."""
        columns = [field.name for field in fields(Finding)]
        frame = pd.DataFrame([asdict(f) for f in self.findings], columns=columns)
        return frame.assign(readings=frame["readings"].map("; ".join))

    def counts(self) -> pd.DataFrame:
        """Number of findings by check (title) and verdict."""
        rows = {check.title: Counter(f.verdict for f in fs) for check, fs in self.by_check.items()}
        frame = pd.DataFrame.from_dict(rows, orient="index")
        return frame.reindex(columns=VERDICTS).fillna(0).astype(int)

    def summary(self) -> str:
        """One sentence: how many findings of each kind."""
        number = Counter(f.verdict for f in self.findings)
        return (
            f"{len(self.findings)} findings: {number[DISAGREES]} disagree, {number[ONLY_IF]} agree "
            f"only under a reading, {number[CANNOT]} cannot be told, {number[AGREES]} agree."
        )


def run(paper: Paper, checks: Sequence[str] | None = None) -> Audit:
    """Run checks on a paper.

    Parameters
    ----------
    paper
        As `spillover.audit.read` returns it.
    checks
        Keys of the checks to run, all if left out.

    Returns
    -------
    Audit
        Findings with verdict, numbers, size of the gap and innocent readings.

    Raises
    ------
    KeyError
        For a check that is not registered.
    """
    keys = list(REGISTER) if checks is None else list(checks)
    return Audit(paper, tuple(f for key in keys for f in REGISTER[key](paper)))
