"""Questions that the pages mark: the answers are right, and the marking is."""

import re

import pytest

from spillover.paper.matrices.weights_inverse import reported
from spillover.paper.relative_size import printed_impacts_with_sum_kept
from spillover.project import ROOT

CHECK = re.compile(r"^```\{check\} (\S+)\n((?::.*\n)+)", re.MULTILINE)
ANSWERS = {
    "check-course-sum": lambda: printed_impacts_with_sum_kept(reported("rd_personnel"))["direct"],
    "check-course-cluster": lambda: 2,
}


def checks() -> dict[str, tuple[float, float]]:
    """Answer and tolerance of every question, by name."""
    found = {}
    for page in sorted((ROOT / "book").glob("*.md")):
        for answer, options in CHECK.findall(page.read_text("utf-8")):
            named = dict(re.findall(r"^:(\w+): ?(.*)$", options, re.MULTILINE))
            found[named["name"]] = float(answer), float(named.get("tolerance", 0))
    return found


def test_every_answer_is_what_the_code_says():
    assert set(checks()) == set(ANSWERS)
    for name, (answer, tolerance) in checks().items():
        assert answer == pytest.approx(float(ANSWERS[name]()), abs=tolerance), name


@pytest.mark.book
def test_the_page_marks_a_number_and_a_choice(html, browser):
    page = browser.new_page()
    page.goto((html / "book" / "appendix-course.html").as_uri(), wait_until="load")
    number, choice = (page.locator(f"#{name}") for name in ANSWERS)
    for given, said in (("", "Answer first"), ("0.5", "Not yet"), ("−0.428", "Right")):
        number.locator("input").fill(given)
        number.locator("button").click()
        assert said in number.locator("output").inner_text()
    for place, said in ((0, "Not yet"), (1, "Right")):
        choice.locator("input").nth(place).check()
        choice.locator("button").click()
        assert said in choice.locator("output").inner_text()
    page.close()
