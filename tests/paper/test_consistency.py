import pytest
from scipy import stats

from spillover import audit
from spillover.audit.intervals import Interval
from spillover.audit.reading import paper_from
from spillover.paper import consistency as c


def test_trailing_zeros_of_the_tables_survive_reading():
    first = c.published("table4_sdm").set_index(["weights", "term"])
    assert first.loc[("rd_personnel", "rho"), "in_parentheses"] == "0.0950"


def test_two_cells_of_table_3_overstate_their_stars():
    table = c.moran_table()
    assert len(table) == 36
    odd = table.index[~table["agrees_two"]]
    assert list(odd) == [(2019, "rd_capital", "cul"), (2020, "rd_capital", "cul")]
    assert (~table["agrees_one"]).sum() > len(odd)


def test_implied_standard_deviation_by_hand():
    sd = c.moran_table().loc[(2013, "rd_personnel", "cul"), "sd"]
    assert sd.middle == pytest.approx((0.597 + 1 / 30) / 3.005, abs=1e-4)
    assert sd.low < (0.597 + 1 / 30) / 3.005 < sd.high


def test_parentheses_are_standard_errors():
    for table in (c.coefficient_table(), c.effects_table()):
        assert table["as_standard_error"].all()
        assert not table["as_p_value"].any()


def test_parts_add_up_within_rounding():
    for weights in c.WEIGHTS:
        parts, total = c.parts_and_total(weights)
        assert parts.meets(total)
    assert not Interval(0.5, 0.6).meets(0.61)


def test_tests_need_seven_restrictions_and_lagged_controls():
    table = c.specification_table()
    assert c.REGRESSORS == 7
    assert table["agrees"].all()
    row = table.loc[("Wald", "SDM->SEM", "rd_personnel")]
    assert (
        stats.chi2.sf(29.77, row["largest_df"])
        < 0.01
        <= stats.chi2.sf(29.77, row["largest_df"] + 1)
    )
    assert c.wald_of_focus_alone("rd_personnel").high < 35.18


def test_all_checks_read_the_papers_tables(tmp_path):
    found = audit.run(paper_from(c.transcription(), tmp_path / "paper.toml"))
    slips = [f for f in found if f.check == "parentheses"]
    assert {(f.verdict, f.readings) for f in slips} == {
        ("only if", ("the note is a slip and parentheses hold standard errors",))
    }
    assert {f.verdict for f in found if f.check in ("stars", "sums")} == {"agrees"}
    moran = [(f.table, f.row) for f in found if f.check == "moran-p" and f.verdict != "agrees"]
    assert moran == [("Moran's I, cul, rd_capital", year) for year in ("2019", "2020")]
    assert [f.verdict for f in found if f.check == "relative"] == ["only if"] * 2
