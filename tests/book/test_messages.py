"""What commands and reports say: found in the code, and said in Chinese too."""

import re

import messages

from spillover.words import catalogue

KNOWN = catalogue("command")
PLACE = re.compile(r"⟨\d+⟩|%\(\w+\)r|%\(\w+\)s|%s")
CODE = '''
def f(name, rows):
    """No message."""
    print(f"no column {name!r}; there are {', '.join(rows)}")
    raise ValueError("two columns " if rows else f"at {rows:,} of {'some rows' or 1}", "utf-8")
'''


def test_an_f_string_is_a_message_with_places(tmp_path):
    (tmp_path / "code.py").write_text(CODE)
    found = list(messages.said_in(tmp_path / "code.py"))
    assert found == ["no column ⟨1⟩; there are ⟨2⟩", "two columns ", "at ⟨1⟩ of ⟨2⟩", "some rows"]


def test_every_message_is_said_in_chinese():
    assert not [message for message in messages.messages() if message not in KNOWN]


def test_a_translation_has_no_place_that_its_message_lacks():
    for message, translation in KNOWN.items():
        assert set(PLACE.findall(translation)) <= set(PLACE.findall(message)), message
