"""The Chinese edition's catalogues: what the check catches, what an update keeps, what is left."""

import re

import polib
import pytest

import catalogues
import edition
from spillover.project import ROOT

FIGURES = catalogues.FIGURES
PATHS = catalogues.chosen(ROOT, [])
OF_NO_PAGE = {"maths", "scripts", "sphinx"}  # catalogues that the build has no template of
each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)

SENTENCE = (
    "**Speed.** See {ref}`model-digital`: $\\lambda$ rises by {glue:text}`rise`, {term}`pull` *up*."
)
GOOD = "**速度**。见{ref}`model-digital`：$\\lambda$上升{glue:text}`rise`，{term}`引力`*向上*。"
PLANTED = {
    "reference": GOOD.replace("model-digital", "model-motion"),
    "number": GOOD.replace("{glue:text}`rise`", "三"),
    "maths": GOOD.replace("\\lambda", "\\mu"),
    "term": GOOD.replace("{term}`引力`", "引力"),
    "bold that Markdown does not close": GOOD.replace("**速度**。", "**速度。**"),
    "leading number": "1. " + GOOD,
    "leading dash": "- " + GOOD,
    "leading heading mark": "# " + GOOD,
    "two paragraphs": GOOD.replace("：", "：\n\n"),
    "half-width comma": GOOD.replace("。见", ",见"),
    "straight quotation mark": GOOD.replace("。见", "。列'gdp'，见"),
    "space": GOOD.replace("$上升", "$ 上升"),
    "space before emphasis": GOOD.replace("。见", "。见 *A*").replace("*向上*", "向上"),
    "space before a number": GOOD.replace("上升", "上升 ⟨1⟩"),
}


def entry(original: str, translation: str, **more) -> polib.POEntry:
    return polib.POEntry(msgid=original, msgstr=translation, **more)


def test_a_faithful_translation_passes():
    assert not list(catalogues.faults(entry(SENTENCE, GOOD)))


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_caught(fault):
    assert list(catalogues.faults(entry(SENTENCE, PLANTED[fault])))


@pytest.mark.parametrize("wrong", ["间隙 ⟨1⟩\n", "间隙 ⟨1⟩，⟨3⟩\n", "间隙 ⟨1⟩\n⟨2⟩\n"])
def test_printed_text_keeps_its_lines_and_numbers(wrong):
    assert not list(catalogues.faults(entry("gap ⟨1⟩, ⟨2⟩\n", "间隙 ⟨1⟩，⟨2⟩\n")))
    assert list(catalogues.faults(entry("gap ⟨1⟩, ⟨2⟩\n", wrong)))


PLAIN = "levels of *, **, ***: ⟨1⟩ star⟨2⟩ at $p$ of %(level)s (⟨3⟩), {where}"
PLAIN_GOOD = "*、**、***的显著性水平：$p$为%(level)s时⟨1⟩个星号(⟨3⟩)，{where}"


def check_one(folder, original: str, translation: str) -> list[str]:
    """Faults of a catalogue that has one message."""
    path = folder / "page.po"
    catalogue = catalogues.read(path)
    catalogue.append(entry(original, translation))
    catalogue.save(str(path))
    return catalogues.check(path)


def test_catalogues_of_the_package_hold_plain_text_and_those_of_the_book_markdown(
    tmp_path, monkeypatch
):
    assert check_one(tmp_path, PLAIN, PLAIN_GOOD)
    (tmp_path / "page.po").unlink()
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    assert not check_one(tmp_path, PLAIN, PLAIN_GOOD)


@pytest.mark.parametrize("wrong", ["共 ⟨1⟩行", "共⟨1⟩ 行", "用 CSV"])
def test_plain_text_has_no_space_between_chinese_and_other_characters(wrong):
    assert list(catalogues.plain_faults(entry(wrong, wrong)))
    assert not list(catalogues.plain_faults(entry(wrong, wrong.replace(" ", ""))))


@pytest.mark.parametrize("kept", ["⟨1⟩", "⟨3⟩", "%(level)s", "$p$", "{where}"])
def test_plain_text_keeps_its_places_fields_and_maths(kept):
    assert not list(catalogues.plain_faults(entry(PLAIN, PLAIN_GOOD)))
    assert list(catalogues.plain_faults(entry(PLAIN, PLAIN_GOOD.replace(kept, ""))))
    assert list(catalogues.plain_faults(entry(PLAIN, PLAIN_GOOD + kept)))


def test_the_title_of_a_reference_is_free_and_its_target_is_not():
    original = "See {ref}`the model <model-digital>`."
    assert not list(catalogues.faults(entry(original, "见{ref}`模型 <model-digital>`。")))
    assert list(catalogues.faults(entry(original, "见{ref}`模型 <model-motion>`。")))


@pytest.fixture
def updated(tmp_path):
    path = tmp_path / "page.po"
    catalogues.update(path, ["The threshold rises with technology.", "Overview", "Gone"], {})
    old = polib.pofile(str(path))
    old[0].msgstr, old[2].msgstr = "门槛随技术上升。", "消失"
    old.save()
    messages = ["Overview", "The threshold falls with technology.", "Something else"]
    catalogues.update(path, messages, {"Overview": "概览"})
    return path


def test_an_update_takes_translations_over_and_marks_changed_ones(updated):
    overview, changed, new = polib.pofile(str(updated))
    assert overview.msgstr == "概览" and not overview.fuzzy
    assert changed.msgstr == "门槛随技术上升。" and changed.fuzzy
    assert changed.previous_msgid == "The threshold rises with technology."
    assert not new.msgstr


def test_fuzzy_and_empty_messages_are_to_do(updated):
    assert [line.split(": ")[1] for line in catalogues.todo(updated)] == ["fuzzy", "empty"]


def test_a_second_update_changes_nothing(updated):
    before = updated.read_bytes()
    catalogues.update(updated, [e.msgid for e in polib.pofile(str(updated))], {})
    assert updated.read_bytes() == before


@each
def test_every_translation_has_the_structure_of_its_original(path):
    assert not catalogues.check(path)


@each
def test_every_message_is_translated(path):
    assert not catalogues.todo(path)


@pytest.mark.book
@each
def test_the_catalogue_has_the_messages_of_the_built_page(path, html):
    folder = edition.catalogues(ROOT)
    if path.is_relative_to(folder) and path.stem not in OF_NO_PAGE:
        template = edition.templates(ROOT) / path.relative_to(folder).with_suffix(".pot")
        messages = {e.msgid for e in polib.pofile(str(template))}
        assert messages <= {e.msgid for e in polib.pofile(str(path))}


def without_numbers(text: str) -> str:
    """A text by which it is known in every catalogue: a number is a place, or written out."""
    plain = " ".join(text.casefold().replace("\\*", "*").replace("−", "-").split())
    return re.sub(r"⟨\d+⟩|-?\d+(?:[.,]\d+)*", "#", plain).rstrip(".。")


def test_a_sentence_has_one_translation():
    said: dict[str, set[str]] = {}
    for path in [*PATHS, *FIGURES.parent.glob("*.po")]:
        for entry in catalogues.read(path).translated_entries():
            if len(entry.msgid.split()) > 3:
                several = said.setdefault(without_numbers(entry.msgid), set())
                several.add(without_numbers(entry.msgstr))
    assert not {sentence: several for sentence, several in said.items() if len(several) > 1}
