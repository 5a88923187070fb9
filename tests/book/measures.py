"""What a browser can measure on a page: JavaScript that lists the faults of one kind."""

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
    document.querySelectorAll("details").forEach(fold => { fold.open = true; });
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

# In this order: the words of a table are looked at, and what follows, with all folds open.
ON_A_PHONE = {"wide page": WIDE_PAGE, "cut word": CUT_WORDS, "cut number of a formula": CUT_NUMBERS}
ON_A_LAPTOP = ON_A_PHONE | {
    "cut formula": CUT_FORMULAS,
    "cut table": CUT_TABLES,
    "cut line of code": CUT_CODE,
}


def at_both_widths(page, laptop: dict[str, str] = ON_A_LAPTOP, phone: dict[str, str] = ON_A_PHONE):
    """Faults of an open page on a phone and on a laptop, by kind."""
    found: dict[str, list[str]] = {kind: [] for kind in laptop}
    for size, measures in ((PHONE, phone), (LAPTOP, laptop)):
        page.set_viewport_size(size)
        for kind, measure in measures.items():
            found[kind] += [f"{size['width']} px: {fault}" for fault in page.evaluate(measure)]
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
