"""The claims ledger: what a claim is, what a decision is, and who decides which claim."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields

import pandas as pd

from spillover.project import DATA

CLAIMS = DATA / "paper" / "claims.csv"
VERDICTS = DATA / "paper" / "verdicts.csv"

PROVED = "proved"
HOLDS = "holds"
HOLDS_UNDER = "holds under"
FAILS = "fails"
CANNOT = "cannot be checked"
KINDS_OF_VERDICT = (PROVED, HOLDS, HOLDS_UNDER, FAILS, CANNOT)


@dataclass(frozen=True)
class Claim:
    """A claim of the paper.

    Attributes
    ----------
    id
        Dotted name: what decides it, then what it is about.
    section
        Section (and table) of the paper.
    kind
        Equation, assumption, proposition, definition, table cell, interpretation and so on.
    claim
        Faithful English rendering.
    original
        Words of the paper that carry it.
    evidence
        What kind of evidence can decide it.
    needs
        Where only figures outside this project could tell: which.
    """

    id: str
    section: str
    kind: str
    claim: str
    original: str
    evidence: str
    needs: str = ""


@dataclass(frozen=True)
class Decision:
    """A verdict, the condition under which it stands, and the evidence, with numbers.

    Attributes
    ----------
    verdict
        One of `KINDS_OF_VERDICT`.
    evidence
        Words and numbers, computed on the spot.
    condition
        Under which it stands; empty if none.
    """

    verdict: str
    evidence: str
    condition: str = ""

    def __post_init__(self) -> None:
        if self.verdict not in KINDS_OF_VERDICT:
            raise ValueError(f"{self.verdict!r} is none of {', '.join(KINDS_OF_VERDICT)}")
        if (self.verdict == HOLDS_UNDER) != bool(self.condition):
            raise ValueError(f"{self.verdict!r} with condition {self.condition!r}")


def holds_if(right: bool, evidence: str, condition: str = "") -> Decision:
    """Holds, under the condition if there is one, or fails.

    Parameters
    ----------
    right
        Whether the claim holds.
    evidence
        Words and numbers.
    condition
        Under which it holds; empty if none.

    Returns
    -------
    Decision
    """
    if not right:
        return Decision(FAILS, evidence)
    return Decision(HOLDS_UNDER if condition else HOLDS, evidence, condition)


def cannot(claim: Claim, evidence: str) -> Decision:
    """Nothing here can tell; what could is named after the evidence.

    Parameters
    ----------
    claim
        Says what it needs.
    evidence
        Words and numbers.

    Returns
    -------
    Decision
    """
    return Decision(CANNOT, f"{evidence} Needed: {claim.needs}.")


class Undecided(LookupError):
    """No decision is registered for a claim."""


Decider = Callable[..., Decision]
BY_NAME: dict[str, Decider] = {}
BY_EVIDENCE: dict[str, Decider] = {}


def decides(*names: str) -> Callable[[Decider], Decider]:
    """Register the decision of every claim whose id is one of ``names`` or begins with it.

    The rest of the id is passed on, part by part: ``t3.stars.2013.rd_personnel.cul`` calls the
    decision of ``t3.stars`` with the claim and ``"2013", "rd_personnel", "cul"``.
    """
    return _registrar(BY_NAME, names)


def decides_evidence(*kinds: str) -> Callable[[Decider], Decider]:
    """Register the decision of claims of a kind of evidence that have none of their own."""
    return _registrar(BY_EVIDENCE, kinds)


def _registrar(register: dict[str, Decider], keys: tuple[str, ...]):
    def add(decider: Decider) -> Decider:
        for key in keys:
            if key in register:
                raise ValueError(f"{key!r} is decided twice")
            register[key] = decider
        return decider

    return add


def decide(claim: Claim) -> Decision:
    """Decide a claim by computation.

    Raises
    ------
    Undecided
        If nothing is registered for its id or its kind of evidence.
    """
    parts = claim.id.split(".")
    for length in range(len(parts), 0, -1):
        decider = BY_NAME.get(".".join(parts[:length]))
        if decider:
            return decider(claim, *parts[length:])
    if claim.evidence in BY_EVIDENCE:
        return BY_EVIDENCE[claim.evidence](claim)
    raise Undecided(f"claim {claim.id!r} has no decision")


def load_claims() -> list[Claim]:
    """All claims in the paper's order."""
    table = pd.read_csv(CLAIMS, dtype=str, keep_default_na=False)
    return [Claim(**row) for row in table[[f.name for f in fields(Claim)]].to_dict("records")]


def stored() -> pd.DataFrame:
    """The ledger as the book states it: claims joined with the stored verdicts."""
    claims = pd.DataFrame([asdict(claim) for claim in load_claims()]).set_index("id")
    verdicts = pd.read_csv(VERDICTS, dtype=str, keep_default_na=False, index_col="id")
    return claims.join(verdicts.rename(columns={"evidence": "evidence_found"}))


def by_section(ledger: pd.DataFrame) -> pd.DataFrame:
    """Number of claims by section (abstract first, then by number) and verdict."""
    section = ledger["section"].str.extract(r"^(abstract|\d)", expand=False)
    section = section.where(section == "abstract", "section " + section)
    counts = pd.crosstab(section, ledger["verdict"])
    return counts.reindex(index=section.unique(), columns=KINDS_OF_VERDICT, fill_value=0)
