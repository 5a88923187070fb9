from .claims import as_text as as_text, decide_all as decide_all, differences as differences
from .verdicts import (
    Claim as Claim,
    Decision as Decision,
    Undecided as Undecided,
    by_section as by_section,
    decide as decide,
    load_claims as load_claims,
    stored as stored,
)
