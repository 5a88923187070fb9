"""Words in another language, numbers kept out of them."""

import os

import pytest

from spillover import words


@pytest.mark.parametrize(
    ("text", "message", "numbers"),
    [
        ("12 of 1,030 cases", "⟨1⟩ of ⟨2⟩ cases", ["12", "1,030"]),
        ("gap −0.05***", "gap ⟨1⟩***", ["−0.05"]),
        ("see {eq}`eq-tp-17`: $x_1 = 2$, 3", "see {eq}`eq-tp-17`: $x_1 = 2$, ⟨1⟩", ["3"]),
        ("x1 and W2", "x1 and W2", []),
        (
            "7 (100 million yuan) or 10,000 persons",
            "⟨1⟩ (100 million yuan) or 10,000 persons",
            ["7"],
        ),
        ("off by 1.1e-11, then 2E+3", "off by ⟨1⟩, then ⟨2⟩", ["1.1e-11", "2E+3"]),
        ("a p-value of 1×10⁻⁹.", "a p-value of ⟨1⟩.", ["1×10⁻⁹"]),
    ],
)
def test_numbers_leave_a_message_and_return(text, message, numbers):
    assert words.without_numbers(text) == (message, numbers)
    assert words.with_numbers(message, numbers) == text


def test_a_known_text_is_translated_and_an_unknown_one_stays(monkeypatch):
    monkeypatch.setattr(words, "catalogue", lambda *_: {"row ⟨1⟩ of ⟨2⟩": "共 ⟨2⟩ 行，第 ⟨1⟩ 行"})
    assert words.translate("row 3 of 30", "command") == "共 30 行，第 3 行"
    assert words.translate("column 3", "command") == "column 3"


def test_the_package_carries_its_catalogues():
    assert words.catalogue("figures")["East"] == "东部"


def test_a_catalogue_is_parsed_once_and_anew_when_it_has_changed(tmp_path, monkeypatch):
    path = tmp_path / "page.po"
    assert words.translations(path) == {}
    path.write_text('msgid "row"\nmsgstr "行"\n', "utf-8")
    assert words.translations(path) == {"row": "行"}
    with monkeypatch.context() as offline:
        offline.delattr(words.polib, "pofile")
        assert words.translations(path) == {"row": "行"}
    path.write_text('msgid "row"\nmsgstr "横行"\n', "utf-8")
    os.utime(path, ns=(0, 1))
    assert words.translations(path) == {"row": "横行"}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("x1, W*x1", "没有x1、W*x1列"),
        ("a b, c", "没有a b, c列"),
        ("(39.9, 116.4)", "没有(39.9, 116.4)列"),
        ("mine, yours", "没有mine, yours列"),
    ],
)
def test_names_that_fill_a_place_are_listed_as_in_chinese(columns, said, monkeypatch):
    monkeypatch.setattr(words, "catalogue", lambda *_: {"no column ⟨1⟩": "没有⟨1⟩列"})
    say = words.Speaker("command", words.CHINESE, kept=["mine, yours"])
    assert say(f"no column {columns}") == say("no column ⟨1⟩", columns) == said


def test_a_sentence_at_the_end_of_another_message_is_known():
    say = words.Speaker("command", words.CHINESE)
    note = "Stars: 1% (***), 5% (**), 10% (*)."
    said = say(f"A small p-value (stars) speaks against the simpler model. {note}")
    assert said.endswith(f"。{say(note)}")
