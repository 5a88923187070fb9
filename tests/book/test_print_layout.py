"""Tables of print: numbers do not collide, long ones break over pages, text folds."""

import gettext
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import sphinx_proof
from docutils import nodes
from docutils.core import publish_doctree
from sphinx import locale
from sphinx.addnodes import glossary, number_reference, start_of_file
from sphinx.writers.latex import Table
from sphinx_proof.nodes import proof_node, theorem_node

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from _ext.print_layout import (
    ELSEWHERE,
    GAP,
    LINE,
    PAGE,
    anchor_theorems,
    breaks,
    close_up_code,
    column_widths,
    empty_blank_cells,
    fit_columns,
    float_stills,
    leave_out,
    longest_word,
    name_theorems,
    printed_lines,
    set_glossary,
)

PRINT = SimpleNamespace(builder=SimpleNamespace(format="latex"))
SHORT = [["a", "1.25"]]
WORDY = [["2.2", "Consumers do not save.", "of what is found " * 20]] * 12


def fitted(rows: list[list[str]], box: str = "") -> nodes.table:
    """A table of these cells, after the columns were fitted."""
    table = "".join(
        f"   {'*' if n == 0 else ' '} - {c}\n" for row in rows for n, c in enumerate(row)
    )
    source = f".. list-table::\n\n{table}"
    if box:
        source = f".. {box}::\n\n" + "".join(f"   {line}\n" for line in source.splitlines())
    tree = publish_doctree(source)
    fit_columns(tree)
    return next(tree.findall(nodes.table))


@pytest.mark.parametrize("rows", [WORDY, SHORT * (PAGE + 1)])
def test_a_table_longer_than_a_page_breaks(rows):
    assert breaks(Table(fitted(rows)))


@pytest.mark.parametrize(("rows", "box"), [(WORDY[:2], ""), (WORDY, "note"), (SHORT * PAGE, "")])
def test_a_short_table_and_one_in_a_box_do_not_break(rows, box):
    assert not breaks(Table(fitted(rows, box)))


def test_text_folds_in_a_table_that_is_wider_than_a_line_only():
    assert "colwidths-given" in fitted(WORDY)["classes"]
    assert "colwidths-given" not in fitted(SHORT * PAGE)["classes"]


def test_each_column_holds_its_longest_word_and_all_fill_the_line():
    columns = [["spillover", "SDPDmod"], ["0.0106", "1.1e+02"], ["no R on this machine", "ok"] * 2]
    columns = [(cells * 2)[:2] for cells in columns] + [["impacts of a Durbin model " * 4, ""]]
    widths = column_widths(columns)
    assert sum(widths) == pytest.approx(LINE)
    for cells, width in zip(columns, widths, strict=True):
        assert width >= longest_word(cells) + GAP


def test_the_longest_texts_have_the_most_room():
    columns = [["section"] + ["4.2"] * 9, ["claim"] + ["x " * 30] * 9, ["found"] + ["x " * 150] * 9]
    widths = column_widths(columns)
    lines = [printed_lines([cells], [width]) for cells, width in zip(columns, widths, strict=True)]
    assert lines[2] < 2 * lines[1]


def test_a_short_chinese_head_is_one_line():
    columns = [["DOI"] + ["10.1057/s41599-026-06625-1"] * 5, ["期刊"] + ["Letters " * 12] * 5]
    counts = [[head] + ["4"] * 5 for head in ("不符", "有条件相符", "无法判断", "相符")]
    widths = column_widths(columns + counts)
    assert printed_lines([cells[:1] for cells in counts], widths[2:]) == 1


def test_a_long_head_has_few_lines():
    counts = ["share of tables with a false alarm"] + ["0.0"] * 5
    checks = ["check"] + ["Stars follow from estimate and parentheses " * 3] * 5
    widths = column_widths([checks, counts])
    assert printed_lines([counts[:1]], widths[1:]) <= 3


def test_the_picture_of_what_moves_floats_with_the_words_before_it():
    words = nodes.paragraph("", "Try it.")
    picture = nodes.container("", nodes.container("", nodes.image()), classes=["cell"])
    tree = nodes.section("", words, picture)
    float_stills(tree)
    (figure,) = tree.findall(nodes.figure)
    assert tree.children == [picture]
    assert [part.tagname for part in figure] == ["image", "legend"]
    assert figure[1].astext() == "Try it."


def test_code_has_single_blank_lines():
    tree = nodes.section("", nodes.literal_block(*["a = 1\n\n\nb = 2"] * 2))
    close_up_code(tree)
    (code,) = tree
    assert code.astext() == code.rawsource == "a = 1\n\nb = 2"


def test_the_glossary_has_columns_of_its_own():
    tree = nodes.section("", glossary("", nodes.definition_list()))
    set_glossary(tree)
    assert [part.astext().strip() for part in tree[0]][::2] == [
        r"\begin{bookglossary}",
        r"\end{bookglossary}",
    ]


def test_theorems_are_named_in_the_language_of_the_book(monkeypatch):
    words = Path(sphinx_proof.__file__).with_name("translations") / "locales"
    known = gettext.translation("proof", words, ["zh_CN"])
    monkeypatch.setitem(locale.translators, ("general", "proof"), known)
    tree = nodes.section("", theorem_node(realtype="theorem"))
    name_theorems(tree)
    assert tree[0]["realtype"].title() == "定理"


def test_a_link_leads_to_the_theorem():
    tree = nodes.section("", theorem_node(realtype="theorem"))
    anchor_theorems(PRINT, tree, "page")
    assert tree[0].astext().strip() == r"\phantomsection"


def test_a_proof_is_set_without_a_box():
    words = nodes.paragraph("", "Proof. By counting.")
    tree = nodes.section("", proof_node("", nodes.admonition("", words)))
    name_theorems(tree)
    assert tree.children == [words]


def printing(*left_out: str) -> SimpleNamespace:
    """An application that prints a book without some of its pages."""
    config = SimpleNamespace(print_leaves_out=left_out)
    env = SimpleNamespace(found_docs={"one", "two", "three"})
    return SimpleNamespace(builder=PRINT.builder, config=config, env=env)


def test_chapters_after_one_that_print_leaves_out_keep_their_number():
    pages = [start_of_file("", docname=name) for name in ("one", "two", "three")]
    tree = nodes.section("", *pages)
    leave_out(printing("tw*"), tree)
    assert tree.children == [pages[0], tree[1], pages[2]]
    assert tree[1].astext().strip() == r"\stepcounter{chapter}"


def test_a_number_of_what_print_leaves_out_becomes_words():
    tree = publish_doctree("See\n")
    (paragraph,) = tree.findall(nodes.paragraph)
    paragraph += number_reference("", "Table 1", refid="tab-x", title="Table %s")
    tree += nodes.container("", nodes.paragraph("", "", ids=["tab-x"]), classes=["screen-only"])
    leave_out(printing(), tree)
    assert tree.astext().endswith(ELSEWHERE)


def test_a_blank_cell_holds_nothing():
    tree = publish_doctree("===  ===\n a    b\n===  ===\n1\n===  ===\n")
    (cell,) = (c for c in tree.findall(nodes.entry) if not c.astext())
    cell += nodes.paragraph()
    empty_blank_cells(tree)
    assert not cell.children
    assert [c.astext() for c in tree.findall(nodes.entry)] == ["a", "b", "1", ""]
