import re

import pytest

from spillover.paper.ledger import claims
from spillover.paper.ledger import verdicts as ledger
from spillover.paper.ledger.verdicts import (
    CANNOT,
    FAILS,
    HOLDS,
    HOLDS_UNDER,
    PROVED,
    Claim,
    Decision,
    Undecided,
    decide,
    load_claims,
)


@pytest.fixture(scope="module")
def decided():
    return claims.decide_all()


def claim(key):
    return next(c for c in load_claims() if c.id == key)


def test_every_claim_is_decided(decided):
    assert list(decided.index) == [c.id for c in load_claims()]
    assert decided["evidence_found"].str.len().gt(20).all()


def test_the_book_states_what_the_code_decides(decided):
    assert claims.differences(decided, ledger.stored()) == []


def test_ids_are_unique_and_rows_complete():
    every = load_claims()
    assert len({c.id for c in every}) == len(every)
    for c in every:
        assert c.section and c.kind and c.claim and c.original and c.evidence, c.id
        assert re.fullmatch(r"[\w.*-]+", c.id), c.id


def test_all_equations_cells_and_tests_are_there():
    ids = {c.id for c in load_claims()}
    assert {f"eq.{n}" for n in range(1, 36)} <= ids
    assert sum(i.startswith("t3.stars") for i in ids) == 36
    assert sum(i.startswith("t5b.stars") for i in ids) == 8
    assert sum(i.startswith(("t4.value", "t5.value")) for i in ids) == 12


def test_no_decision_is_registered_in_vain():
    """A misspelt name would leave its claim to a coarser decision."""
    ids = [c.id for c in load_claims()]
    idle = [n for n in ledger.BY_NAME if not any(i == n or i.startswith(f"{n}.") for i in ids)]
    assert idle == []


@pytest.mark.parametrize(
    "key, verdict",
    [
        ("eq.7", PROVED),
        ("eq.14", HOLDS_UNDER),
        ("as.no-saving", FAILS),
        ("th.pull-falls", PROVED),
        ("th.agglomeration-falls", FAILS),
        ("th.wage-from-24", FAILS),
        ("t3.stars.2020.rd_capital.cul", FAILS),
        ("t3.stars.2013.rd_capital.cul", HOLDS),
        ("t4.parentheses.rd_personnel.rho", FAILS),
        ("t5.sum.rd_capital", HOLDS),
        ("t5.value.rd_capital.direct", HOLDS_UNDER),
        ("spec.one-matrix.rd_capital", FAILS),
        ("txt.total", FAILS),
        ("con.provinces", FAILS),
        ("rob.signs.inverse", CANNOT),
        ("var.outcome", CANNOT),
    ],
)
def test_known_verdicts(decided, key, verdict):
    assert decided.loc[key, "verdict"] == verdict


def test_what_cannot_be_checked_names_what_is_missing(decided):
    open_ones = decided[decided["verdict"] == CANNOT]
    assert open_ones["evidence_found"].str.contains("Needed: ").all()


def test_a_claim_without_decision_is_an_error():
    stray = Claim("stray.claim", "9", "definition", "x", "x", "no such evidence")
    with pytest.raises(Undecided, match=r"stray\.claim"):
        decide(stray)


def test_longest_name_decides():
    assert decide(claim("eq.30")).condition == "income need not add up"
    assert "postulate" in decide(claim("eq.14")).condition


@pytest.mark.parametrize("verdict, condition", [("true", ""), (HOLDS_UNDER, ""), (HOLDS, "if")])
def test_decisions_are_well_formed(verdict, condition):
    with pytest.raises(ValueError):
        Decision(verdict, "evidence", condition)


def test_deciding_twice_is_refused():
    with pytest.raises(ValueError, match="decided twice"):
        ledger.decides("eq")(lambda claim: None)


def test_verification_reports_every_change(decided, capsys, monkeypatch, tmp_path):
    before = decided.copy()
    before.loc["eq.1", "verdict"] = FAILS
    before = before.drop(index="eq.2")
    before.loc["gone"] = before.loc["eq.3"]
    lines = claims.differences(decided, before)
    assert [line.split(":")[0] for line in lines] == ["gone", "eq.1", "eq.2"]
    monkeypatch.setattr(claims, "decide_all", lambda: decided)
    monkeypatch.setattr(claims, "stored", lambda: before)
    assert claims.main(["--quiet"]) == 1
    assert "3 differences" in capsys.readouterr().err


def test_accepting_makes_verification_pass(decided, capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(claims, "decide_all", lambda: decided)
    for module in (claims, ledger):
        monkeypatch.setattr(module, "VERDICTS", tmp_path / "verdicts.csv")
    assert claims.main(["--accept"]) == 0
    assert claims.main([]) == 0
    out = capsys.readouterr().out
    assert f"{len(decided)} claims: " in out
    assert "[eq.35]" in out


def test_summary_by_section_counts_all(decided):
    counts = ledger.by_section(decided)
    assert counts.to_numpy().sum() == len(decided)
    assert counts.index[0] == "abstract"
    assert list(counts.columns) == list(ledger.KINDS_OF_VERDICT)


def test_evidence_is_in_words_and_formulas_and_in_the_terms_of_the_book():
    for words in ledger.stored()[["evidence_found", "condition"]].stack():
        plain = re.sub(r"\$[^$]+\$", "", words)
        assert not re.search(r"\w_\w|\^\{| x \d|R2|\bABOVE\b", plain), words
        assert not re.search(r"(?:direct|total) effect", plain), words
