"""The pages in a browser: offline, accessible, and without sideways scrolling."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from measures import (
    FIRST_LOAD,
    LAPTOP,
    ON_A_LAPTOP,
    PHONE,
    UNSET_FORMULAS,
    at_both_widths,
    listen,
    loaded,
)

pytestmark = pytest.mark.book

WCAG_AA = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "resultTypes": ["violations"],
    "preload": False,  # asks for the style sheets once more
}


def inaccessible(page) -> list[str]:
    """Elements of an open page that miss WCAG AA, each with the rule."""
    # The text that MathJax hides for screen readers is its own affair.
    result = Axe().run(page, context={"exclude": [["mjx-container"]]}, options=WCAG_AA)
    violations = result.response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]


def visit(page, address: str, theme: str) -> dict[str, list]:
    """What is wrong with a page, by kind of fault, and how many bytes it loads at first."""
    heard = listen(page)
    page.goto(address, wait_until="load")
    found = {"unset formula": page.evaluate(UNSET_FORMULAS)}
    found["weight"] = [loaded(heard)]
    shown = page.evaluate("document.documentElement.dataset.theme")
    found["other theme"] = [shown] * (shown != theme)
    found["inaccessible"] = inaccessible(page)
    found |= at_both_widths(page)
    for kind in ("asked", "failed", "error", "warning"):
        found[kind] = [said for each, said in heard if each == kind]
    return found


@pytest.fixture(scope="module")
def visits(browser, html, served, chapters) -> dict[str, dict[str, list]]:
    """Every page, opened from a server by day and from its file by night."""
    found = {}
    for root, theme in ((served, "light"), (html.as_uri(), "dark")):
        context = browser.new_context(viewport=LAPTOP, color_scheme=theme, reduced_motion="reduce")
        for name in chapters:
            page = context.new_page()
            found[f"{name}, {theme}"] = visit(page, f"{root}/{name}.html", theme)
            page.close()
        context.close()
    return found


def of_kind(visits, kind: str) -> list[tuple]:
    """What was found of one kind, each with its visit."""
    return [(name, each) for name, found in visits.items() for each in found[kind]]


@pytest.mark.parametrize(
    "kind",
    ["failed", "error", "warning", "unset formula", "other theme", "inaccessible", *ON_A_LAPTOP],
)
def test_no_page_has(kind, visits):
    faults = of_kind(visits, kind)
    assert not faults, "\n".join(map(str, faults[:40]))


def test_no_page_asks_for_anything_outside(served, visits):
    inside = (served, "file:", "data:", "blob:")
    assert not [each for each in of_kind(visits, "asked") if not each[1].startswith(inside)]


def test_the_first_load_of_a_page_is_light(visits):
    weights = [(name, weight) for name, weight in of_kind(visits, "weight") if "light" in name]
    assert min(weight for _, weight in weights) > 100_000
    assert not [each for each in weights if each[1] > FIRST_LOAD]


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport=LAPTOP)
    yield context.new_page()
    context.close()


def test_there_is_one_search_button(html, page, chapters):
    buttons = "() => [...document.querySelectorAll('.search-button, .search-button-field')]"
    for size in (LAPTOP, PHONE):
        page.set_viewport_size(size)
        page.goto((html / f"{chapters[1]}.html").as_uri(), wait_until="load")
        seen = page.evaluate(
            buttons + ".filter(b => b.checkVisibility() && b.getBoundingClientRect().left >= 0)"
            ".map(b => b.outerHTML)"
        )
        assert len(seen) == 1, (size, seen)


def test_pointing_at_a_link_shows_what_it_leads_to(html, page):
    page.goto((html / "book" / "paper-claims.html").as_uri(), wait_until="load")
    term = page.locator("article a.internal[href*='#term-']").first
    term.hover()
    page.wait_for_selector(".link-preview:not([hidden])")
    assert len(page.locator(".link-preview").inner_text()) > 20
    page.keyboard.press("Escape")
    assert page.locator(".link-preview").is_hidden()


def test_the_ledger_is_found_by_word_and_verdict(html, page):
    page.goto((html / "book" / "appendix-ledger.html").as_uri(), wait_until="load")
    rows, told = page.locator(".tag_filterable tbody tr:visible"), page.locator("output")
    everything = rows.count()
    assert everything > 200
    page.locator("input[type=search]").last.fill("rho")
    few = rows.count()
    assert 0 < few < everything
    page.get_by_label("verdict").select_option("fails")
    assert 0 < rows.count() < few
    assert told.first.inner_text().startswith(f"{rows.count()} of {everything}")


def test_the_keyboard_reaches_the_contents_and_the_search(html, page, chapters):
    page.goto((html / f"{chapters[0]}.html").as_uri(), wait_until="load")
    focused = set()
    for _ in range(len(chapters) + 20):
        page.keyboard.press("Tab")
        focused.add(page.evaluate("document.activeElement.outerHTML.split('>')[0]"))
    for part in ("#main-content", "reference internal", "search-button", "Download this page"):
        assert any(part in element for element in focused), part
