"""A page in two languages from one execution: computed texts, numbers, and what lags behind."""

import pickle
import re
import shutil
from types import SimpleNamespace

import polib
import pytest
from bs4 import BeautifulSoup
from conftest import SmallBook
from docutils import nodes
from docutils.frontend import get_default_settings
from docutils.utils import new_document
from sphinx_exercise.nodes import solution_node
from translation import BracketsOutside, NameSolutions, has_words

import edition
from spillover.project import ROOT
from spillover.theory.forces import FORCES

CODE = """
from spillover.book import tables, values
import pandas as pd

values.record(verdict="holds in 3 cases", share="0.25", ends="0.5, 0.7")
print("beta = 0.50 -> gap falls")
effects = pd.DataFrame({"effect": ["direct", "0.10", "indirect, on all others"]})
tables.numbered(effects, label="tab-page", caption="Two of 7.")
```

The claim {glue:text}`verdict` at {glue:text}`share`, *surely*.

From {glue:text}`ends` the share $s$, then ($t$).

Nobody translated this.

$$ \\underbrace{x}_{\\text{what the mover gains}} = 0 \\text{ for } x $$

```{eval-rst}
.. autofunction:: spillover.words.translate
```

```{code-cell} ipython3
import matplotlib.pyplot as plt
from spillover.present import style

style.use()
plt.subplots()[1].set_xlabel("East");
"""
PAGE = {
    "One page": "一页",
    "beta = ⟨1⟩ -> gap falls\n": "beta = ⟨1⟩ -> 差距缩小\n",
    "effect": "效应",
    "direct": "直接",
    "indirect, on all others": "间接效应，对所有其他地区合计",
    "Two of ⟨1⟩.": "⟨1⟩ 之二。",
    "The claim {glue:text}`verdict` at {glue:text}`share`, *surely*.": "论断{glue:text}`verdict`，"
    "值为 {glue:text}`share`，*无疑*。",
    "From {glue:text}`ends` the share $s$, then ($t$).": "由{glue:text}`ends`得份额$s$，（$t$）。",
}


def test_what_has_no_words_is_no_message():
    assert not any(
        map(has_words, ["0.25***", "$\\lambda$", "{numref}`fig-a`", "{eq}`eq-b`", "`x.y`"])
    )
    assert all(map(has_words, ["direct", "{term}`pull`", "{ref}`here <there>`", "$x$ is up"]))
    assert has_words("{ref}`model-digital`, {ref}`model-motion`")  # Chinese has another comma


WORDS = re.compile(r"\\text\{\s*([^{}]*?)\s*\}")
SYMBOLS = {"km", "FE", "CP", ")"}


def test_the_brackets_of_a_reference_are_no_part_of_the_link():
    document = new_document("page", get_default_settings())
    equation, chapter = nodes.reference("", "（6）"), nodes.reference("", "数据（13）")
    document += nodes.paragraph("", "", nodes.Text("见"), equation, chapter)
    BracketsOutside(document).run()
    assert document.astext() == "见（6）数据（13）"
    assert [link.astext() for link in document.findall(nodes.reference)] == ["6", "数据（13）"]


def test_a_solution_is_named_as_chinese_does():
    document = new_document("page", get_default_settings())
    setting = {"language": "zh_CN", "numfig_format": {"exercise": "练习%s"}}
    document.settings.env = SimpleNamespace(config=SimpleNamespace(**setting))
    title = nodes.title("", "解答", nodes.reference("", " 练习 2.1"))
    document += solution_node("", title)
    NameSolutions(document).run()
    assert title.astext() == "解答：练习2.1"


def test_every_word_inside_a_formula_is_known():
    words = {e.msgid for e in polib.pofile(str(edition.catalogues(ROOT) / "maths.po"))}
    chapters = (path.read_text("utf-8") for path in (ROOT / "book").glob("*.md"))
    assert {word for text in chapters for word in WORDS.findall(text)} <= words | SYMBOLS
    assert set(FORCES) <= words


def write(path, translations):
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.extend(polib.POEntry(msgid=k, msgstr=v) for k, v in translations.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    return SmallBook(tmp_path_factory.mktemp("book"))


@pytest.fixture(scope="module")
def editions(small_book):
    """The page in English and in Chinese, as BeautifulSoup, and what the build said."""
    settings = "book/locale/zh_CN/_config.yml"
    messages = (small_book.folder / settings).parent / "LC_MESSAGES"
    write(messages / "book" / "page.po", PAGE)
    write(messages / "values.po", {"holds in ⟨1⟩ cases": "在 ⟨1⟩ 种情形下成立"})
    write(messages / "maths.po", {"what the mover gains": "迁移者所得", "for": "当"})
    write(messages / "sphinx.po", {"Chapters": "章节", "列印成 PDF": "打印为PDF"})
    shutil.copy(ROOT / settings, small_book.folder / settings)
    small_book.write(CODE)
    result = small_book.build()
    assert result.returncode == 0, result.stdout + result.stderr
    html = small_book.folder / "_build" / "html"
    pages = [html / "book" / "page.html", html / "zh" / "book" / "page.html"]
    return [BeautifulSoup(page.read_text("utf-8"), "html.parser") for page in pages], result.stdout


def test_a_page_in_two_languages(editions, small_book):
    (english, chinese), said = editions
    text = chinese.select_one("article").get_text()
    for part in (
        "一页",
        "beta = 0.50 -> 差距缩小",
        "直接",
        "7 之二。",
        "论断在 3 种情形下成立，值为 0.25",
        "由0.5、0.7得份额",
    ):
        assert part in text
    for part in ("beta = 0.50 -> gap falls", "Two of 7.", "holds in 3 cases at 0.25, surely."):
        assert part in english.select_one("article").get_text()
    assert [edition.html["lang"] for edition in (english, chinese)] == ["en", "zh-CN"]
    assert r"\underbrace{x}_{\text{迁移者所得}} = 0 \text{ 当 } x" in text
    assert r"\text{what the mover gains}" in english.select_one("article").get_text()
    assert all(str(page).count("const sayIn") == 1 for page in (english, chinese))
    assert "代码：MIT" in chinese.select_one(".extra_footer").get_text()
    assert all(page.select(".bd-sidenav__home-link") for page in (english, chinese))
    assert "打印为PDF" in str(chinese) and "列印" not in str(chinese)
    assert "Nobody translated this." in text
    assert len(english.select("img")) == len(chinese.select("img")) == 1
    assert (
        english.select_one(".cell_output img")["src"]
        != chinese.select_one(".cell_output img")["src"]
    )
    assert "1 处文字尚未译出" in chinese.select_one(".lag").get_text()
    assert not english.select(".lag")
    (notebook,) = small_book.folder.glob("_build/html/zh/_sources/book/page.ipynb")
    assert "# 一页" in notebook.read_text("utf-8")
    assert "book/page: 1 of 9 messages not translated" in said


def test_long_cells_are_marked_for_phones(editions):
    english, chinese = ([c.get_text() for c in page.select("td.long")] for page in editions[0])
    assert chinese == ["间接效应，对所有其他地区合计"]
    assert not english


def test_the_signature_of_a_function_is_as_python_has_it(editions):
    for page in editions[0]:
        signature = page.select_one("dt.sig").get_text().strip()
        assert signature.startswith("translate(text, name, language=CHINESE)")


def test_a_translated_page_does_not_carry_the_book(editions, small_book):
    stored = edition.output(small_book.folder) / ".doctrees" / "book" / "page.doctree"
    page = pickle.loads(stored.read_bytes())
    assert all(node.document is page for node in page.findall())
