"""Every unreadable text is found, though axe looks at only one of those that are alike."""

import pytest
from accessible import CONTRAST, ONE_OF_A_KIND, inaccessible
from axe_playwright_python.sync_playwright import Axe
from measures import LAPTOP

LAYERS = (
    "<div style='position: relative'>"
    "<div style='position: absolute; inset: 0; background: {}'></div>"
    "<p style='position: relative' {}>Said.</p></div>"
)
EMPTY_BOX = (
    "<div style='height: 40px'><div style='height: 0; opacity: {}'><p {}>Said.</p></div></div>"
)
# Unreadable texts by what alone tells each from a text before it that axe passes or cannot judge.
UNREADABLE = {
    "colour": "<p id='colour' style='color: #bbb'>Said.</p>",
    "fill": "<p id='fill' style='-webkit-text-fill-color: #bbb'>Said.</p>",
    "stroke": "<p id='stroke' style='-webkit-text-stroke: 2px #bbb'>Said.</p>",
    "shadow": f"<p id='shadow' style='text-shadow: {', '.join(['0 0 4px black'] * 4)}'>Said.</p>",
    "size": "<p style='color: #888; font-size: 30px'>Said.</p>"
    "<p style='color: #888' id='size'>Said.</p>",
    "weight": "<p style='color: #888; font: bold 20px serif'>Said.</p>"
    "<p style='color: #888; font: 20px serif' id='weight'>Said.</p>",
    "ground": "<p id='ground' style='background: #333'>Said.</p>",
    "opacity": "<p id='opacity' style='opacity: 0.3'>Said.</p>",
    "opacity of a box": EMPTY_BOX.format(1, "") + EMPTY_BOX.format(0.3, "id='opacity of a box'"),
    "blend": "<div style='background: #444'><p style='background: #888'>Said.</p>"
    "<p style='background: #888; mix-blend-mode: multiply' id='blend'>Said.</p></div>",
    "layer behind": LAYERS.format("none", "") + LAYERS.format("#333", "id='layer behind'"),
    "more than a letter": "<p style='color: #bba'>a</p>"
    "<p style='color: #bba' id='more than a letter'>Said.</p>",
    "in sight": "<p style='color: #abb; position: absolute; left: -999px'>Said.</p>"
    "<p style='color: #abb' id='in sight'>Said.</p>",
    "the next": "<p style='color: #bab'>Said.</p><p style='color: #bab' id='the next'>Said.</p>",
}
READABLE = "<p>Said.</p>"


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(viewport=LAPTOP, color_scheme="light", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def found_in(page, body: str, *axe: Axe) -> list[str]:
    """Unreadable texts of a page with this body."""
    page.set_content(f"<html lang='en'><body>{READABLE}{body}{READABLE}</body></html>")
    return inaccessible(page, CONTRAST, *axe)


@pytest.fixture(scope="module")
def unreadable(page):
    return found_in(page, "".join(UNREADABLE.values()))


@pytest.mark.parametrize("thing", UNREADABLE)
def test_a_text_that_one_thing_makes_unreadable_is_found(thing, unreadable):
    assert [text for text in unreadable if f'id="{thing}"' in text]


def test_nothing_else_is_found(unreadable):
    assert len(unreadable) == len(UNREADABLE) + 1  # the text before "the next"


def test_axe_looks_at_one_of_those_that_are_alike(page):
    count = """
    window.looks = 0;
    const contrast = axe._audit.checks["color-contrast"], plain = contrast.evaluate;
    contrast.evaluate = function (...all) { looks += 1; return plain.apply(this, all); };
    """
    assert not found_in(page, READABLE * 50, Axe(Axe().axe_script + count + ONE_OF_A_KIND))
    assert page.evaluate("looks") == 1


PARTS = ["tbody td p", ".highlight span.n", "caption span", "article button", "nav a"]
# Gives the last visible text of each kind of part a colour.
SEED = """([parts, colour]) => {
    const isText = (one) => one.checkVisibility({visibilityProperty: true})
        && one.firstChild?.data?.trim().length > 1;
    for (const part of parts) {
        const seed = [...document.querySelectorAll(part)].filter(isText).at(-1);
        seed.style.color = colour;
        seed.dataset.seed = part;
    }
}"""


@pytest.fixture(scope="module")
def seeded(html, page):
    """What axe finds by day and by night on a page of the book with a fault of each kind."""
    page.goto((html / "book" / "measure-indices.html").as_uri(), wait_until="load")
    page.evaluate(SEED, [PARTS, "#bbb"])
    by_day = inaccessible(page, CONTRAST)
    page.emulate_media(color_scheme="dark")
    page.evaluate(SEED, [PARTS, "#444"])
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    return {"day": by_day, "night": inaccessible(page, CONTRAST)}


@pytest.mark.book
@pytest.mark.parametrize("time", ["day", "night"])
@pytest.mark.parametrize("part", PARTS)
def test_one_unreadable_part_among_many_is_found(part, time, seeded):
    assert [text for text in seeded[time] if f'data-seed="{part}"' in text]
