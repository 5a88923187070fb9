"""The pages in a browser: offline, accessible, and without sideways scrolling."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.book

WCAG_AA = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
PHONE = {"width": 390, "height": 800}
LAPTOP = {"width": 1280, "height": 800}

# The longest line of each block of code that is wider than its box, folded ones opened.
WIDE_CODE = """() => {
    document.querySelectorAll("details").forEach(fold => { fold.open = true; });
    return [...document.querySelectorAll(".cell_input pre")]
        .filter(pre => pre.clientWidth && pre.scrollWidth > pre.clientWidth + 1)
        .map(pre => pre.textContent.split("\\n").sort((a, b) => b.length - a.length)[0]);
}"""

# Formulas whose number stands on two lines; formulas and tables that a laptop does not show whole.
CUT_FORMULAS = """async (laptop) => {
    await window.MathJax?.startup?.promise;
    const broken = [...document.querySelectorAll("article .eqno")]
        .filter(number => number.getClientRects().length && number.clientHeight > 32);
    const hidden = [...document.querySelectorAll("article mjx-container[display]")]
        .filter(formula => laptop && !formula.closest("dl.py"))  // docstrings scroll
        .filter(formula => formula.scrollWidth > formula.clientWidth + 2);
    return [...broken, ...hidden].map(e => e.closest("div.math").textContent.slice(0, 60));
}"""
CUT_TABLES = """() => [...document.querySelectorAll("article .pst-scrollable-table-container")]
    .filter(box => box.scrollWidth > box.clientWidth + 2)
    .map(box => box.textContent.trim().slice(0, 60))"""

EXCESS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Words and numbers of table cells that stand on two lines; a line may end after a hyphen or slash.
CUT_TOKENS = """() => {
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


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport=LAPTOP)
    yield context.new_page()
    context.close()


def address(scheme: str, html, served: str, name: str) -> str:
    return f"{served}/{name}.html" if scheme == "http" else (html / f"{name}.html").as_uri()


LEFT = "net::ERR_ABORTED"  # the visit to a page ended before its icon came


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_no_page_asks_for_anything_outside(scheme, html, served, page, chapters):
    asked, failed = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append((request.url, request.failure)))
    for name in chapters:
        page.goto(address(scheme, html, served, name), wait_until="load")
        page.wait_for_timeout(200)
    inside = (served, "file:", "data:", "blob:")
    assert not [url for url in asked if not url.startswith(inside)]
    assert not [url for url, reason in failed if reason != LEFT]


def test_formulas_are_typeset_without_a_network(html, page, chapters):
    for name in chapters:
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        if page.locator(".math").count():
            page.wait_for_selector("mjx-container", state="attached", timeout=60_000)
            assert page.locator("mjx-merror").count() == 0, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_meet_wcag_aa(theme, html, page, chapters):
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    faults = []
    for name in chapters:
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        # The text that MathJax hides for screen readers is its own affair.
        result = Axe().run(page, context={"exclude": [["mjx-container"]]}, options=WCAG_AA)
        faults += [
            f"{name} ({theme}): {violation['id']}: {node['html'][:200]}"
            for violation in result.response["violations"]
            for node in violation["nodes"]
        ]
    assert not faults, "\n".join(faults[:40])


def test_no_page_is_wider_than_its_screen_and_no_table_cuts_a_word(html, page, chapters):
    faults = []
    for name in chapters:
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            excess, cut = page.evaluate(EXCESS), page.evaluate(CUT_TOKENS)
            faults += [(name, size["width"], f"{excess} px too wide")] * (excess > 1)
            faults += [(name, size["width"], token) for token in cut]
    assert not faults, "\n".join(map(str, faults[:40]))


def test_formulas_and_tables_are_seen_whole(html, page, chapters):
    faults = []
    for name in chapters:
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        for size in (PHONE, LAPTOP):
            page.set_viewport_size(size)
            cut = page.evaluate(CUT_FORMULAS, size == LAPTOP)
            cut += page.evaluate(CUT_TABLES) if size == LAPTOP else []
            faults += [(name, size["width"], what) for what in cut]
    assert not faults, "\n".join(map(str, faults[:40]))


def test_code_fits_a_laptop(html, page, chapters):
    for name in chapters:
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        wide = page.evaluate(WIDE_CODE)
        assert not wide, f"{name}: {wide}"


def test_a_first_visit_logs_no_error(html, page, chapters):
    said = []
    page.on("console", lambda message: said.append((message.type, message.text)))
    page.on("pageerror", lambda error: said.append(("error", str(error))))
    for name in (chapters[0], chapters[-1]):
        page.goto((html / f"{name}.html").as_uri(), wait_until="load")
        page.wait_for_timeout(300)
    assert not [text for kind, text in said if kind in ("error", "warning")]


FIRST_LOAD = 2_000_000  # bytes


def test_the_first_load_of_a_page_is_light(served, browser, chapters):
    heavy = {}
    for name in chapters:
        context = browser.new_context(viewport=LAPTOP)
        page, sizes = context.new_page(), []
        page.on("response", lambda response, sizes=sizes: sizes.append(len(response.body())))
        page.goto(f"{served}/{name}.html", wait_until="load")
        page.wait_for_timeout(300)
        heavy[name] = sum(sizes)
        context.close()
    assert not {name: size for name, size in heavy.items() if size > FIRST_LOAD}


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
