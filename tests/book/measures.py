"""What a browser can measure on a page: JavaScript that lists the faults of one kind."""

from dataclasses import dataclass
from itertools import product

PHONE = {"width": 390, "height": 800}
LAPTOP = {"width": 1280, "height": 800}
FIRST_LOAD = 2_000_000  # bytes of a page with all that it asks for

# Formulas that MathJax did not set, or did not understand.
UNSET_FORMULAS = """async () => {
    const late = new Promise(resolve => setTimeout(resolve, 60_000));
    await Promise.race([window.MathJax?.startup?.promise, late]).catch(() => {});
    return [...document.querySelectorAll("article .math")]
        .filter(math => !math.querySelector("mjx-container") || math.querySelector("mjx-merror"))
        .map(math => math.textContent.slice(0, 60));
}"""

WIDE_PAGE = """() => {
    const page = document.documentElement, excess = page.scrollWidth - page.clientWidth;
    return excess > 1 ? [`${excess} px too wide`] : [];
}"""

# Words and numbers of table cells that stand on two lines; a line may end after a hyphen or slash.
CUT_WORDS = """() => {
    const token = /[\\p{Script=Latin}\\p{Script=Greek}\\p{N}.,_%+−*]+/gu;
    const cut = [], range = document.createRange();
    for (const cell of document.querySelectorAll("article td, article th")) {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        for (let node; (node = texts.nextNode());)
            for (const found of node.data.matchAll(token)) {
                range.setStart(node, found.index);
                range.setEnd(node, found.index + found[0].length);
                const tops = [...range.getClientRects()].map(line => Math.round(line.top));
                if (Math.max(...tops) - Math.min(...tops) > 4) cut.push(found[0]);
            }
    }
    return cut;
}"""

# Formulas whose number stands on two lines.
CUT_NUMBERS = """() => [...document.querySelectorAll("article .eqno")]
    .filter(number => number.getClientRects().length && number.clientHeight > 32)
    .map(number => number.closest("div.math").textContent.slice(0, 60))"""

CUT_FORMULAS = """() => [...document.querySelectorAll("article mjx-container[display]")]
    .filter(formula => !formula.closest("dl.py"))  // docstrings scroll
    .filter(formula => formula.scrollWidth > formula.clientWidth + 2)
    .map(formula => formula.closest("div.math").textContent.slice(0, 60))"""

CUT_TABLES = """() => [...document.querySelectorAll("article .pst-scrollable-table-container")]
    .filter(box => box.scrollWidth > box.clientWidth + 2)
    .map(box => box.textContent.trim().slice(0, 60))"""

# The longest line of each block of code that is wider than its box.
CUT_CODE = """() => [...document.querySelectorAll(".cell_input pre")]
    .filter(pre => pre.clientWidth && pre.scrollWidth > pre.clientWidth + 1)
    .map(pre => pre.textContent.split("\\n").sort((a, b) => b.length - a.length)[0])"""

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

# Texts of what moves that are below nine pixels.
SMALL = """() => [...document.querySelectorAll("article svg text")].filter((text) =>
    parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a < 9
).map((text) => text.textContent)"""

# Figures whose smallest letters, paths that are drawn at a hundredth of their size in points, are.
SMALL_LABELS = """async () => {
    const figures = [...document.querySelectorAll("figure img")], small = [];
    for (const image of figures) image.loading = "eager";
    await Promise.all(figures.map((image) => image.decode()));
    for (const image of figures.filter((image) => image.checkVisibility())) {
        const drawn = await (await fetch(image.src)).text();
        const letters = [...drawn.matchAll(/scale\\((0\\.\\d+) -/g)].map((found) => 100 * found[1]);
        const shrunk = Math.min(1, image.width / image.naturalWidth);
        const pixels = Math.min(...letters) * 96 / 72 * shrunk;
        if (!letters.length || pixels < 9) small.push(`${pixels}: ${image.alt}`);
    }
    return small;
}"""

# What stays in sight and covers the words below it while nothing is scrolled.
COVERS = """() => [...document.querySelectorAll("article .tp-picture")].filter((picture) => {
    const words = picture.nextElementSibling.getBoundingClientRect();
    return picture.getBoundingClientRect().bottom > words.top + 1;
}).map((picture) => picture.nextElementSibling.textContent)"""

# Short code, such as an option, that stands on two lines.
PARTED_CODE = """() => [...document.querySelectorAll("article code.short")]
    .filter((code) => code.getClientRects().length > 1).map((code) => code.textContent)"""

# Ranges, such as of years, of which one end stands on the next line.
PARTED_RANGES = """() => {
    const parted = [], range = document.createRange(), page = document.querySelector("article");
    const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode());) {
        if (node.parentElement.closest("pre, code, svg, script, dl.py, a.external")) continue;
        for (const found of node.data.matchAll(/(?<![\\w./-])\\d+-\\d+(?![\\w-])/g)) {
            range.setStart(node, found.index);
            range.setEnd(node, found.index + found[0].length);
            if (range.getClientRects().length > 1) parted.push(found[0]);
        }
    }
    return parted;
}"""

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

# Marks at the start of a line: nothing of their block stands beside them, to the left.
MARKS_AT_LINE_STARTS = """async () => {
    await window.MathJax?.startup?.promise;
    const faults = [], range = document.createRange();
    const article = document.querySelector("article");
    const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode());) {
        const parent = node.parentElement;
        const block = parent.closest("p, li, td, th, dd, dt, h1, h2, h3, figcaption, caption");
        if (!block || parent.closest("pre, svg, mjx-container")) continue;
        if (!parent.checkVisibility()) continue;
        for (const found of node.data.matchAll(/[，。；：、！？）》”]/g)) {
            if (!found.index && node.previousSibling?.nodeName === "CODE") continue;
            range.setStart(node, found.index);
            range.setEnd(node, found.index + 1);
            const mark = range.getBoundingClientRect();
            range.setStart(block, 0);
            range.setEnd(node, found.index);
            const isBeside = (box) => box.width && box.right > mark.left - mark.width
                && box.right < mark.right && box.bottom > mark.top + 2 && box.top < mark.bottom - 2;
            if (![...range.getClientRects()].some(isBeside))
                faults.push(block.textContent.slice(0, 40) + " ... " + found[0]);
        }
    }
    return faults;
}"""


@dataclass(frozen=True)
class Measure:
    """A script that lists faults, and where: on which screens, with folds open or not."""

    script: str
    sizes: tuple[dict, ...] = (PHONE, LAPTOP)
    unfolded: bool = False


MEASURES = {
    "punctuation parted from its formula": Measure(PARTED),
    "a heading higher than its words": Measure(GAPS),
    "cut without a sign that it scrolls": Measure(CUT, (PHONE,)),
    "labels of what moves too small to read": Measure(SMALL),
    "labels of figures too small to read": Measure(SMALL_LABELS),
    "a printed line longer than its box": Measure(LONG_LINES, (LAPTOP,)),
    "a picture that covers words": Measure(COVERS),
    "a range on two lines": Measure(PARTED_RANGES),
    "short code on two lines": Measure(PARTED_CODE),
    "an arrow that is narrow or astray": Measure(ARROWS),
    "wide page": Measure(WIDE_PAGE, unfolded=True),
    "cut word": Measure(CUT_WORDS, unfolded=True),
    "cut number of a formula": Measure(CUT_NUMBERS, unfolded=True),
    "cut formula": Measure(CUT_FORMULAS, (LAPTOP,), unfolded=True),
    "cut table": Measure(CUT_TABLES, (LAPTOP,), unfolded=True),
    "cut line of code": Measure(CUT_CODE, (LAPTOP,), unfolded=True),
}
IN_CHINESE = {"closing mark at the start of a line": Measure(MARKS_AT_LINE_STARTS)}
BY_NIGHT = {"light box on a dark page": Measure(LIGHT, (LAPTOP,))}

# Opens all folds, or closes again those that it opened.
FOLD = """(open) => {
    const folds = open ? "details:not([open])" : "details[data-unfolded]";
    for (const fold of document.querySelectorAll(folds)) {
        fold.open = open;
        fold.toggleAttribute("data-unfolded", open);
    }
}"""


def measured(page, measures: dict[str, Measure]) -> dict[str, list[str]]:
    """Faults of an open page by kind, each with the width at which it shows."""
    found: dict[str, list[str]] = {kind: [] for kind in measures}
    for size, unfolded in product((PHONE, LAPTOP), (False, True)):
        scripts = {
            kind: measure.script
            for kind, measure in measures.items()
            if size in measure.sizes and measure.unfolded is unfolded
        }
        if not scripts:
            continue
        page.set_viewport_size(size)
        page.evaluate(FOLD, unfolded)
        for kind, script in scripts.items():
            found[kind] += [f"{size['width']} px: {fault}" for fault in page.evaluate(script)]
        page.evaluate(FOLD, False)
    return found


def listen(page) -> list[tuple[str, str]]:
    """What a page asks for, gets and says from now on, each with its kind."""
    heard = []
    page.on("request", lambda request: heard.append(("asked", request.url)))
    page.on("response", lambda got: heard.append(("bytes", got.headers.get("content-length", 0))))
    page.on("requestfailed", lambda it: heard.append(("failed", f"{it.url}: {it.failure}")))
    page.on("console", lambda message: heard.append((message.type, message.text)))
    page.on("pageerror", lambda error: heard.append(("error", str(error))))
    return heard


def loaded(heard: list[tuple[str, str]]) -> int:
    """Bytes that a page got."""
    return sum(int(said) for kind, said in heard if kind == "bytes")
