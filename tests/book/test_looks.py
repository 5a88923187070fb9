"""What eyes saw on the pages, at two widths and in two schemes, as a browser can see it."""

import pytest
from measures import LAPTOP, PHONE

pytestmark = pytest.mark.book

# Punctuation that a browser put on the line below or above the formula that it belongs to.
PARTED = """async () => {
    await window.MathJax?.startup?.promise;
    const parted = [], range = document.createRange();
    const wide = (box) => box.getBoundingClientRect().width;
    for (const formula of document.querySelectorAll("article mjx-container:not([display])")) {
        const span = formula.closest(".math"), box = formula.getBoundingClientRect();
        if (!wide(formula)) continue;
        for (const [text, at] of [[span.nextSibling, 0], [span.previousSibling, -1]]) {
            const sign = text?.nodeType === 3 ? text.data.at(at) : "";
            const belongs = at ? /[(\\[“（《「]/ : /[.,;:!?)\\]”。，：；！？、）》」]/;
            if (!belongs.test(sign || " ")) continue;
            const start = at ? text.data.length - 1 : 0;
            range.setStart(text, start);
            range.setEnd(text, start + 1);
            const mark = range.getBoundingClientRect();
            const apart = mark.top > box.bottom || mark.bottom < box.top;
            if (apart) parted.push(formula.textContent + sign);
        }
    }
    return parted;
}"""

# Headings that are higher than their words: the sign of their link took a line of its own.
GAPS = """() => [...document.querySelectorAll("article :is(h1, h2, h3, h4)")].filter((heading) => {
    const range = document.createRange(), link = heading.querySelector(".headerlink");
    range.selectNodeContents(heading);
    if (link) range.setEndBefore(link);
    const lowest = Math.max(...[...range.getClientRects()].map((line) => line.bottom));
    return heading.getBoundingClientRect().bottom - lowest > 16;
}).map((heading) => heading.textContent)"""

# Boxes with more to the right that do not fade there; inline formulas that are cut.
CUT = """async () => {
    await window.MathJax?.startup?.promise;
    const boxes = ".pst-scrollable-table-container, mjx-container[display], .output pre, figure";
    const hidden = [...document.querySelectorAll(boxes)]
        .filter((box) => box.checkVisibility() && box.scrollWidth > box.clientWidth + 2)
        .filter((box) => !(parseFloat(getComputedStyle(box).getPropertyValue("--more")) >= 8));
    const right = (box) => box.getBoundingClientRect().right;
    const inline = [...document.querySelectorAll("article mjx-container:not([display])")];
    const cut = inline.filter((formula) => {
        if (formula.closest("dl.py")) return false;  // docstrings scroll
        const place = formula.closest("p, li, dd, figcaption, h1, h2, h3, h4");
        return place && right(formula) > right(place) + 3;
    });
    return [...hidden, ...cut].map((box) => box.textContent.trim().slice(0, 60));
}"""

# Figures whose labels (8.5 points or more) are below nine pixels; texts of what moves that are.
SMALL = """async () => {
    const figures = [...document.querySelectorAll("figure img:not(.whole)")];
    for (const image of figures) image.loading = "eager";
    await Promise.all(figures.map((image) => image.decode()));
    const small = figures.filter((image) => image.checkVisibility())
        .filter((image) => 8.5 * 96 / 72 * Math.min(1, image.width / image.naturalWidth) < 9);
    const texts = [...document.querySelectorAll("article svg text")].filter((text) =>
        parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 9);
    return [...small.map((image) => image.alt), ...texts.map((text) => text.textContent)];
}"""

# Printed lines that are longer than their box.
LONG_LINES = """() => [...document.querySelectorAll("article .cell_output pre")]
    .filter((pre) => !pre.closest("dl.py"))  // docstrings scroll
    .filter((pre) => pre.clientWidth && pre.scrollWidth > pre.clientWidth + 1)
    .map((pre) => pre.textContent.slice(0, 60))"""

# Light boxes on the dark page, but for figures, which are drawn on white.
LIGHT = """() => [...document.querySelectorAll("article *:not(img, figure, svg *, button)")]
    .filter((box) => box.checkVisibility() && box.clientWidth > 100 && box.clientHeight > 20)
    .filter((box) => {
        const numbers = getComputedStyle(box).backgroundColor.match(/[\\d.]+/g);
        const [r, g, b, a = 1] = numbers.map(Number);
        return a > 0.5 && 0.2126 * r + 0.7152 * g + 0.0722 * b > 128;
    }).map((box) => `${box.tagName}.${box.className}`)"""

LOOKS = {
    "punctuation parted from its formula": (PARTED, (PHONE, LAPTOP)),
    "a heading higher than its words": (GAPS, (PHONE, LAPTOP)),
    "cut without a sign that it scrolls": (CUT, (PHONE,)),
    "labels too small to read": (SMALL, (PHONE, LAPTOP)),
    "a printed line longer than its box": (LONG_LINES, (LAPTOP,)),
}


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport=LAPTOP, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_pages_look_as_they_should(edition, html, page, chapters):
    faults = []
    for name in chapters:
        page.goto((html / f"{edition}{name}.html").as_uri(), wait_until="load")
        for what, (script, sizes) in LOOKS.items():
            for size in sizes:
                page.set_viewport_size(size)
                faults += [(name, size["width"], what, seen) for seen in page.evaluate(script)]
    assert not faults, "\n".join(map(str, faults[:60]))


def test_nothing_on_a_dark_page_is_light_but_its_figures(html, page, chapters):
    page.emulate_media(color_scheme="dark")
    faults = []
    for name in chapters:
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        faults += [(name, box) for box in page.evaluate(LIGHT)]
    assert not faults, "\n".join(map(str, faults[:40]))
