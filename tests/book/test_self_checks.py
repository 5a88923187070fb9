"""Questions that the pages mark: the answers are right, and the marking is."""

import re

import pytest
from bs4 import BeautifulSoup

from spillover.audit.printed import parse
from spillover.book import estimator_monte_carlo
from spillover.datasets import load_provinces
from spillover.measure.indices import pca_index
from spillover.paper import variables
from spillover.paper.ledger.verdicts import stored
from spillover.paper.matrices.weights_inverse import reported
from spillover.paper.relative_size import printed_impacts_with_sum_kept
from spillover.project import ROOT
from spillover.theory import TwoRegions, tastes
from spillover.theory import symbols as sy
from spillover.theory.bifurcation import rest_points
from spillover.theory.equations import short_run

CHECK = re.compile(r"^```\{check\} (\S+)\n((?::.*\n)+)", re.MULTILINE)
PARTS = ("paper-", "model-", "measure-", "panel-", "judge-")


def verdict_on_moran() -> int:
    verdict = stored().loc["t3.all-significant", "verdict"]
    return ["holds", "fails", "cannot be checked"].index(verdict) + 1


def whose_knowledge_changes() -> int:
    before, after = (TwoRegions(phi=0.5, g=g, g_star=1.0).knowledge(0.5) for g in (1.0, 2.0))
    changed = [a != b for a, b in zip(before, after, strict=True)]
    return [[True, False], [False, True], [True, True]].index(changed) + 1


def where_firms_are() -> int:
    low, high = (float(bound.subs(sy.phi, 0.5)) for bound in short_run.regime_bounds())
    return 1 if high <= 0.8 else 3 if low >= 0.8 else 2


def what_a_push_leaves() -> int:
    points = rest_points(TwoRegions(phi=0.5, g=1.0, g_star=1.0).utility_gap)
    assert len(points) == 3
    return [point.stable for point in points].index(False) + 1


def what_technology_moves() -> int:
    before, after = (
        rest_points(TwoRegions(phi=0.4, g=g, g_star=1.0).utility_gap) for g in (1.0, 1.1)
    )
    moved = {a.stable for a, b in zip(before, after, strict=True) if abs(a.share - b.share) > 1e-9}
    return {frozenset({False}): 3}[frozenset(moved)]


def stable_share_with_tastes() -> int:
    (before,), (after,) = (
        tastes.equilibria(TwoRegions(phi=0.4, g=g, g_star=1.0), 2.0) for g in (1.0, 1.1)
    )
    return 1 if after.share < before.share else 3 if after.share > before.share else 2


def bias_with_dummies() -> int:
    cell = estimator_monte_carlo.stored().query(
        "weights == 'distance' and N == 31 and parameter == 'rho' and correction == 'none'"
    )
    return 1 if (cell["bias"] < -0.05).all() else 2


def first_eigenvalue() -> float:
    panel = load_provinces()
    return pca_index(variables.digital_indicators(panel)).eigenvalues.iloc[0]


CHOICES = {
    "check-paper-claims": verdict_on_moran,
    "check-model-knowledge": whose_knowledge_changes,
    "check-model-short-run": where_firms_are,
    "check-model-long-run": what_a_push_leaves,
    "check-model-digital": what_technology_moves,
    "check-model-tastes": stable_share_with_tastes,
    "check-appendix-course": lambda: 2,  # what the words mean
    "check-panel-known-answers": bias_with_dummies,
}
NUMBERS = {
    "check-model-consumers-producers": lambda: 4 / 3,
    "check-measure-figures": lambda: 31,
    "check-measure-indices": first_eigenvalue,
    "check-measure-weights": lambda: -1 / 30,
    "check-panel-durbin": lambda: (0.3 + 0.5) / (1 + 0.25),
    "check-judge-any-paper": lambda: 0.115 / 0.055,
    "check-judge-audit": lambda: printed_impacts_with_sum_kept(reported("rd_personnel"))["direct"],
}


def checks() -> dict[str, tuple[str, dict[str, str]]]:
    """Argument and options of every question, by name."""
    found = {}
    for page in sorted((ROOT / "book").glob("*.md")):
        for argument, options in CHECK.findall(page.read_text("utf-8")):
            named = dict(re.findall(r"^:(\w+): ?(.*)$", options, re.MULTILINE))
            assert named["name"] == f"check-{page.stem}"
            found[named["name"]] = argument, named
    return found


def test_every_part_of_the_book_asks():
    assert set(checks()) == {*CHOICES, *NUMBERS}
    for part in PARTS:
        assert any(name.startswith(f"check-{part}") for name in checks()), part


@pytest.mark.parametrize("name", CHOICES)
def test_the_right_item_is_what_the_code_says(name):
    argument, options = checks()[name]
    assert "choice" in options
    assert int(argument) == CHOICES[name]()


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_are_recorded_by_a_cell_of_the_page(name):
    key, options = checks()[name]
    page = (ROOT / "book" / f"{name.removeprefix('check-')}.md").read_text("utf-8")
    assert re.search(rf"^values\.record\(.*\b{key}=", page, re.MULTILINE)
    assert float(options["tolerance"]) >= 0


@pytest.mark.book
@pytest.mark.parametrize("name", NUMBERS)
def test_the_page_holds_the_right_number(html, name):
    page = (html / "book" / f"{name.removeprefix('check-')}.html").read_text("utf-8")
    box = BeautifulSoup(page, "html.parser").select_one(f"#{name}")
    shown = parse(box.select_one(".self-check-value").get_text()).value
    tolerance = float(checks()[name][1]["tolerance"])
    assert shown == pytest.approx(float(NUMBERS[name]()), abs=max(tolerance, 1e-9))


@pytest.mark.book
def test_the_page_marks_a_number_and_a_choice(html, browser):
    page = browser.new_page()
    page.goto((html / "book" / "judge-audit.html").as_uri(), wait_until="load")
    number = page.locator("#check-judge-audit")
    assert not number.locator(".self-check-answer").is_visible()
    for given, said in (("", "Answer first"), ("0.5", "Not yet"), ("−0.428", "Right")):
        number.locator("input").fill(given)
        number.locator("button").click()
        assert said in number.locator("output").inner_text()
    page.goto((html / "book" / "appendix-course.html").as_uri(), wait_until="load")
    choice = page.locator("#check-appendix-course")
    for place, said in ((0, "Not yet"), (1, "Right")):
        choice.locator("input").nth(place).check()
        choice.locator("button").click()
        assert said in choice.locator("output").inner_text()
    page.close()


@pytest.mark.book
def test_print_shows_the_answers(pdf):
    source = pdf.with_suffix(".tex").read_text("utf-8")
    assert source.count(r"\begin{sphinxuseclass}{self-check-answer}") == len(checks())
