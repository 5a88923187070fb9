"""What eyes saw on the pages, at two widths and in two schemes, as a browser can see it."""

import re
from pathlib import Path

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

# Texts of what moves that are below nine pixels; a figure's file, and by how much it is shrunk.
SMALL = """() => [...document.querySelectorAll("article svg text")].filter((text) =>
    parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 9
).map((text) => text.textContent)"""
SHRUNK = """async () => {
    const figures = [...document.querySelectorAll("figure img")];
    for (const image of figures) image.loading = "eager";
    await Promise.all(figures.map((image) => image.decode()));
    return figures.filter((image) => image.checkVisibility()).map((image) =>
        [image.getAttribute("src"), Math.min(1, image.width / image.naturalWidth)]);
}"""

# What stays in sight and covers the words below it while nothing is scrolled.
COVERS = """() => [...document.querySelectorAll("article .tp-picture")].filter((picture) => {
    const words = picture.nextElementSibling.getBoundingClientRect();
    return picture.getBoundingClientRect().bottom > words.top + 1;
}).map((picture) => picture.nextElementSibling.textContent)"""

# Short code, such as an option, that stands on two lines.
PARTED_CODE = """() => [...document.querySelectorAll("article code.short")]
    .filter((code) => code.getClientRects().length > 1).map((code) => code.textContent)"""

# Arrows to the pages before and after that are narrower than they are drawn, or not at their edge.
ARROWS = """() => [...document.querySelectorAll(".prev-next-area a")].filter((link) => {
    const arrow = link.querySelector("i"), next = link.matches(".right-next");
    const [box, page] = [link, link.parentElement].map((one) => one.getBoundingClientRect());
    const apart = next ? page.right - box.right : box.left - page.left;
    return apart > 48 || arrow.offsetWidth < parseFloat(getComputedStyle(arrow).fontSize);
}).map((link) => link.textContent.trim())"""

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
    "a picture that covers words": (COVERS, (PHONE, LAPTOP)),
    "short code on two lines": (PARTED_CODE, (PHONE, LAPTOP)),
    "an arrow that is narrow or astray": (ARROWS, (PHONE, LAPTOP)),
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


def smallest_label(figure: Path) -> float:
    """Size in points of a figure's smallest letters, which are paths at a hundredth of it."""
    return 100 * min(map(float, re.findall(r"scale\((0\.\d+) -", figure.read_text("utf-8"))))


@pytest.mark.parametrize("edition", ["", "zh/"])
def test_labels_of_figures_are_nine_pixels_or_more(edition, html, page, chapters):
    small = []
    for name in chapters:
        file = html / f"{edition}{name}.html"
        page.goto(file.as_uri(), wait_until="load")
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            for source, shrunk in page.evaluate(SHRUNK):
                pixels = smallest_label(file.parent / source) * 96 / 72 * shrunk
                small += [(name, size["width"], source, round(pixels, 1))] if pixels < 9 else []
    assert not small, "\n".join(map(str, small))


def test_nothing_on_a_dark_page_is_light_but_its_figures(html, page, chapters):
    page.emulate_media(color_scheme="dark")
    faults = []
    for name in chapters:
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        faults += [(name, box) for box in page.evaluate(LIGHT)]
    assert not faults, "\n".join(map(str, faults[:40]))
