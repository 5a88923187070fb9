"""Claims that nothing in this project can decide: said with what is missing."""

from spillover.datasets import load_provinces
from spillover.paper.ledger.verdicts import CANNOT, Claim, Decision, decides_evidence

OUTCOME = "cultural_revenue_100m_yuan"


@decides_evidence("outside")
def outside(claim: Claim) -> Decision:
    """A statement about the world or the literature that the paper only cites."""
    return Decision(CANNOT, f"The paper cites it and does not test it. Needed: {claim.needs}.")


@decides_evidence("not printed")
def not_printed(claim: Claim) -> Decision:
    """A result that the paper mentions without a figure."""
    return Decision(CANNOT, f"No figure is printed. Needed: {claim.needs}.")


@decides_evidence("authors' data")
def authors_data(claim: Claim) -> Decision:
    """A result that only the authors' data could reproduce."""
    public = load_provinces(local=None)
    if OUTCOME in public:
        raise ValueError(f"{OUTCOME} is public now: {claim.id} must be decided anew")
    return Decision(
        CANNOT, f"Not among the {public.shape[1]} public series. Needed: {claim.needs}."
    )
