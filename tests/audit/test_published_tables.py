"""What independent checks found in published tables; the transcriptions lie beside the project."""

import pytest

from spillover import audit
from spillover.audit.findings import AGREES, DISAGREES, ONLY_IF

CONTROLS = ("control_sdpdmod", "control_splm", "control_xsmle")


def rows(found, check, *verdicts):
    return {(f.table, f.row) for f in found if f.check == check and f.verdict in verdicts}


@pytest.mark.parametrize("key", CONTROLS)
def test_outputs_of_software_raise_no_question(audited, key):
    found = audited(key)
    assert found.of(DISAGREES, ONLY_IF) == []
    assert len(found.of(AGREES)) > 5


def test_every_transcription_is_read_and_checked(transcriptions):
    for path in transcriptions:
        assert audit.run(audit.read(path)).findings


def test_counties_have_another_number_of_observations(audited):
    found = audited("srep2025_04719")
    by_z = {f.table: f for f in found if f.check == "observations-z"}
    low, high = 2 * 16.825**2, 2 * 16.835**2  # z is printed as 16.83, rho as 0.1642804
    low, high = 0.995 * low, high / (1 - 0.35 * 0.1642804**2)
    assert (round(low, 1), round(high, 1)) == (563.3, 572.2)
    assert "563.3 to 572.2 observations; printed 21,675" in by_z["Table 7 (1)"].words
    assert {f.verdict for f in by_z.values()} == {DISAGREES}
    by_likelihood = [f for f in found if f.check == "observations-likelihood"]
    assert "567.5 to 574.7" in by_likelihood[0].words
    units = [f for f in found if f.check == "moran-units" and f.verdict == ONLY_IF]
    assert any("50 to 100 units" in f.words and "printed N = 1,445" in f.words for f in units)


def test_counties_totals_triangle_and_degrees(audited):
    found = audited("srep2025_04719")
    assert rows(found, "totals", DISAGREES) == {
        ("Table 10 (2) high income", "dig"),
        ("Table 10 (3) middle income", "dig"),
        ("Table 10 (6) middle income", "dig"),
    }
    gaps = [f.gap for f in found if f.check == "totals" and f.verdict == DISAGREES]
    assert gaps == pytest.approx([0.56, 0.53, 1.52], abs=0.01)
    assert ("Table 10 (3) middle income", "dig") in rows(found, "triangle", DISAGREES)
    assert rows(found, "multiplier", DISAGREES) == {
        ("Table 8 (3) Pri", "all variables"),
        ("Table 8 (4) Rev", "all variables"),
    }
    zeros = [f for f in found if f.check == "multiplier" and f.verdict == DISAGREES]
    assert all(f.readings[0].startswith("a zero slipped in") for f in zeros)
    assert "20.380294 for 2.380294" in zeros[1].readings[0]
    assert rows(found, "degrees", DISAGREES) == {("Table 6", "Livser")}
    for check in ("stars", "sums", "signs"):
        assert not rows(found, check, DISAGREES, ONLY_IF)
    assert {f.verdict for f in found if f.check == "subsamples"} == {AGREES}


def test_western_counties_stars_and_interaction_totals(audited):
    found = audited("hssc2026_06625")
    stars = [f for f in found if f.check == "stars"]
    assert len(stars) == 48 and sum(f.verdict == DISAGREES for f in stars) == 13
    assert all(f.row.split(", ")[-1] in ("lag", "indirect", "total") for f in stars if f.gap)
    off = {f.row: f.gap for f in found if f.check == "totals" and f.verdict == DISAGREES}
    assert set(off) == {"DE x PGDP"}
    gaps = sorted(f.gap for f in found if f.check == "totals" and f.verdict == DISAGREES)
    assert gaps == pytest.approx([1.8, 1.9, 3.7], abs=0.05)
    for check in ("observations-z", "observations-likelihood"):
        assert [f.verdict for f in found if f.check == check] == [AGREES] * 4


def test_a_note_that_is_a_slip(audited):
    found = audited("srep2025_90811")
    (first, second) = [f for f in found if f.check == "parentheses"]
    assert first.verdict == second.verdict == ONLY_IF
    assert "standard errors" in first.readings[0] and "9 of 13 rows" in first.words
    assert not found.disagreements


def test_a_table_that_agrees_and_its_unprinted_likelihood_ratios(audited):
    found = audited("srep2025_21487")
    assert not found.of(DISAGREES, ONLY_IF)
    ratios = [f.words for f in found if f.check == "nested"]
    assert any("= 55.29" in words for words in ratios)
    assert any("= 54.43" in words for words in ratios)


def test_sigma_for_its_square_and_criteria_cut_off(audited):
    found = audited("geoj2020_10215")
    for check in ("observations-z", "observations-likelihood"):
        named = [f.readings[0] for f in found if f.check == check and f.verdict == ONLY_IF]
        assert named == ["the figure is sigma, not its square"] * 2
    cut = rows(found, "aic", ONLY_IF) | rows(found, "bic", ONLY_IF)
    assert {table for table, _ in cut} == {"Table 5 (1)", "Table 7 (3)"}


@pytest.mark.parametrize(
    "key, check, expected",
    [
        ("dlyj2021_2760", "sums", {("Table 5 national", "lnIND")}),
        ("pone2023_0285695", "sums", {("Table 8 Model (2)", "CPE")}),
        ("hssc2023_02227", "sums", {("Table 3 long run", "lnpergdp")}),
        ("hssc2023_02227", "triangle", {("Table 3 long run", "lnindust")}),
        ("amns2025_0509", "sums", {("SDM table", "difi")}),
        ("mpe2022_3100174", "sums", {("Tables 6-7 economic", "H")}),
        ("pmc10820708", "wald", {("Table 9", "Wald SDM->SAR")}),
        ("geog2017_1049", "copies", {("Table 5 SLM and Table 5 SEM", "p-values")}),
        ("geog2017_1049", "p-values", {("Table 5 SEM", "Ln Hospital, coefficient")}),
        ("jwcn2021_01907", "rho", {("Table 4 W d", "rho")}),
        ("jwcn2021_01907", "copies", {("Table 4 W 0-1 and Table 4 W d", "log-likelihood")}),
        ("fpubh2021", "rho", {("Table 4 SLM", "rho")}),
        ("fpubh2021", "stars", {("Table 4 SEM", "lambda")}),
        ("resci2017", "signs", {("Table 5 spatial fixed", "lnt, coefficient")}),
        ("tests_only", "tests", {("J. Adv. Transp. 5676795", "robust LM error")}),
        ("tests_only", "tests", {("Mob. Inf. Syst. 9696973", "robust LM lag")}),
    ],
)
def test_slips_that_are_known(audited, key, check, expected):
    assert expected <= rows(audited(key), check, DISAGREES)


def test_p_values_of_moran_that_do_not_follow(audited):
    found = [f for f in audited("ddns2022") if f.check == "moran-p"]
    assert [f.verdict for f in found].count(DISAGREES) == 8


def test_a_sign_is_offered_as_the_slip(audited):
    (slip,) = [f for f in audited("dlyj2021") if f.check == "sums" and f.row == "lnIND"][1:2]
    assert slip.readings == ("indirect -0.0449 stands for 0.0449",)


def test_criteria_by_observation(audited):
    (found,) = [f for f in audited("geosci2018") if f.check == "aic"]
    assert found.verdict == ONLY_IF and "110" in found.readings[0]


def test_zeros_that_may_be_lost_are_named(audited):
    lost = [f.words for f in audited("geog2017") if f.check == "decimals" and "lost" in f.words]
    assert any("rho 0.1 (read as 0.05 to 0.15)" in words for words in lost)
