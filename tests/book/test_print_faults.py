"""What is wrong in a PDF is found and named with its place."""

import sys

import pytest

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from print_faults import label_faults, log_faults, text_faults

SOURCE = "\\chapter{One}\nText\n\\section{Two}\nText\nText"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (
            "LaTeX Warning: Hyper reference `welcome' on page 2 undefined on input line 4.",
            "Two (line 4): Hyper reference `welcome' on page 2 undefined",
        ),
        (
            "LaTeX Warning: Reference `x' on page 1 undefined on input line 2.",
            "One (line 2): Reference `x' on page 1 undefined",
        ),
        (
            "LaTeX Warning: Citation 'fujita' on page 1 undefined on input line 2.",
            "One (line 2): Citation 'fujita' on page 1 undefined",
        ),
        (
            "Overfull \\hbox (250.79753pt too wide) in alignment at lines 2--4",
            "One (line 2): 250.79753 pt wider than the column",
        ),
        (
            "Overfull \\hbox (20.1pt too wide) detected at line 5",
            "Two (line 5): 20.1 pt wider than the column",
        ),
        (
            "Overfull \\vbox (1045.47pt too high) has occurred while \\output is active\n\n [181]",
            "page 181: 1045.47 pt longer than the paper",
        ),
        ("! Undefined control sequence.", "! Undefined control sequence."),
        (
            "Missing character: There is no X in font lmroman10",
            "Missing character: There is no X in font lmroman10",
        ),
    ],
)
def test_each_fault_of_the_log_is_named(line, fault):
    assert list(log_faults(f"before\n{line}\nafter", SOURCE)) == [fault]


def test_a_sound_log_has_none():
    sound = "Overfull \\hbox (19.9pt too wide) in paragraph at lines 2--4\nUnderfull \\vbox"
    assert not list(log_faults(sound, SOURCE))


def test_a_table_cited_by_the_number_of_its_section_is_found():
    labels = (
        "\\newlabel{a:tab}{{8.4}{42}{What it does: {it} moves}{table.8.1}{}}\n"
        "\\newlabel{b:tab}{{}{2}{Welcome}{table.0.2}{}}\n"
        "\\newlabel{c:tab}{{2}{2}{Welcome}{table.0.2}{}}\n"
        "\\newlabel{d:fig}{{1.1}{6}{Claims}{figure.1.1}{}}\n"
    )
    assert list(label_faults(labels)) == [
        "a:tab: cited as 8.4, its caption says table.8.1",
        "b:tab: cited as nothing, its caption says table.0.2",
    ]


def test_question_marks_are_found_with_their_page():
    assert list(text_faults(["fine?", "see Exercise ?? there", 'print("long\n ↪")'])) == [
        "page 2: see Exercise ?? there",
        'page 3: ↪")',
    ]
