"""The pages in a browser: offline, accessible, light, and nothing cut, parted or too small."""

import pytest
from accessible import CONTRAST, WCAG_AA, inaccessible
from measures import (
    BY_NIGHT,
    FIRST_LOAD,
    IN_CHINESE,
    LAPTOP,
    MEASURES,
    PHONE,
    UNSET_FORMULAS,
    listen,
    loaded,
    measured,
)

import edition

pytestmark = pytest.mark.book


def by_day_and_night(page) -> dict[str, list[str]]:
    """What is wrong with the looks of an English page, light and then dark."""
    found = {"inaccessible": inaccessible(page, WCAG_AA)} | measured(page, MEASURES)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    found["inaccessible"] += inaccessible(page, CONTRAST)
    return found | by_night(page)


def by_night(page) -> dict[str, list[str]]:
    """What the dark theme can spoil."""
    return measured(page, BY_NIGHT)


def in_chinese(page) -> dict[str, list[str]]:
    """What is wrong with the looks of a Chinese page."""
    return measured(page, MEASURES | IN_CHINESE)


def visit(page, heard: list, address: str, theme: str, look) -> dict[str, list]:
    """What is wrong with a page, by kind of fault, and how many bytes it loads at first."""
    page.goto("about:blank")  # what the page before still says is not this one's
    page.emulate_media(color_scheme=theme)
    heard.clear()
    page.goto(address, wait_until="load")
    found = {"unset formula": page.evaluate(UNSET_FORMULAS)}
    found["weight"] = [loaded(heard)]
    shown = page.evaluate("document.documentElement.dataset.theme")
    found["other theme"] = [shown] * (shown != theme)
    found |= look(page)
    for kind in ("asked", "failed", "error", "warning"):
        found[kind] = [said for each, said in heard if each == kind]
    return found


@pytest.fixture(scope="module")
def visits(browser, html, served, chapters) -> dict[str, dict[str, list]]:
    """Every page of both editions from a server; some from their files, at night."""
    both = [*chapters, *edition.ONLY_CHINESE.values()]
    rounds = [
        (served, chapters, "light", by_day_and_night),
        (f"{served}/zh", both, "light", in_chinese),
        (html.as_uri(), chapters[::4], "dark", by_night),
    ]
    found = {}
    for root, names, theme, look in rounds:
        context = browser.new_context(viewport=LAPTOP, reduced_motion="reduce")
        page = context.new_page()  # one for all: a new one for each takes as long as the pages
        heard = listen(page)
        for name in names:
            address = f"{root}/{name}.html"
            found[f"{name}, {look.__name__}"] = visit(page, heard, address, theme, look)
        context.close()
    return found


def of_kind(visits, kind: str) -> list[tuple]:
    """What was found of one kind, each with its visit."""
    return [(name, each) for name, found in visits.items() for each in found.get(kind, [])]


HEARD = ("failed", "error", "warning", "unset formula", "other theme")


@pytest.mark.parametrize("kind", [*HEARD, "inaccessible", *MEASURES, *IN_CHINESE, *BY_NIGHT])
def test_no_page_has(kind, visits):
    faults = of_kind(visits, kind)
    assert not faults, "\n".join(map(str, faults[:40]))


def test_no_page_asks_for_anything_outside(served, visits):
    inside = (served, "file:", "data:", "blob:")
    assert not [each for each in of_kind(visits, "asked") if not each[1].startswith(inside)]


def test_the_first_load_of_a_page_is_light(visits):
    weights = [each for each in of_kind(visits, "weight") if by_night.__name__ not in each[0]]
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
