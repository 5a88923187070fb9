"""Every figure also with Chinese labels, beside the English one in the notebook's output."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from unittest import mock

from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text

from spillover.present.printing import forms
from spillover.text import COMMON_HAN
from spillover.words import TWIN_MIME, catalogue, translate, without_numbers

CATALOGUE = "figures"
_WORDS = re.compile("[A-Za-z]{2}")
_MATHS = re.compile(r"\$[^$]*\$")
_HAN = re.compile(f"[{COMMON_HAN}]")
_english, _turned, _parse = Text.get_text, Text.get_rotation, MathTextParser.parse


def register() -> None:
    """Let this kernel write the twin of every figure, as an output of its own format."""
    from IPython import get_ipython  # a plain install lacks it
    from IPython.core.formatters import BaseFormatter
    from traitlets import ObjectName, Unicode

    class ChineseFormatter(BaseFormatter):
        format_type = Unicode(TWIN_MIME)
        print_method = ObjectName("_repr_chinese_")
        _return_type = dict

    formatters = get_ipython().display_formatter.formatters
    formatters[TWIN_MIME] = ChineseFormatter()
    formatters[TWIN_MIME].for_type(Figure, twin)


def twin(figure: Figure) -> dict[str, object] | None:
    """The figure with Chinese labels, for pages and for print, and the labels' messages."""
    with chinese_labels():
        shown = forms(figure)
    return {**shown, "messages": said(figure)} if shown else None


def said(figure: Figure) -> dict[str, str]:
    """The labels' messages, each with its translation, empty where there is none."""
    known = catalogue(CATALOGUE)
    return {message: known.get(message, "") for message in messages(figure)}


@contextmanager
def labels_by(say: Callable[[str], str]) -> Iterator[None]:
    """Draw every text in other words: whatever is measured or drawn asks for it by `get_text`."""
    with (
        mock.patch.object(Text, "get_text", lambda text: say(_english(text))),
        mock.patch.object(Text, "get_rotation", _upright),
        mock.patch.object(MathTextParser, "parse", _parse_with_han),
    ):
        yield


def _upright(text: Text) -> float:
    """The angle of a text; a single Chinese character takes no room that would have to be saved."""
    return 0.0 if _HAN.fullmatch(text.get_text()) else _turned(text)


def _parse_with_han(
    parser: MathTextParser, text: str, dpi: float = 72, prop: FontProperties | None = None, **more
):
    """Parse maths among Chinese words, which Matplotlib takes from the first font alone."""
    if prop and _HAN.search(text):
        prop = prop.copy()
        prop.set_family(prop.get_family()[::-1])  # style.SETTINGS has the Chinese font last
    return _parse(parser, text, dpi, prop, **more)


def chinese_labels() -> AbstractContextManager[None]:
    """Draw every text in the Chinese of the book's figures."""
    return labels_by(partial(translate, name=CATALOGUE))


def messages(figure: Figure) -> list[str]:
    """Texts of a drawn figure that have words outside maths, without their numbers."""
    texts = {without_numbers(text.get_text())[0] for text in figure.findobj(Text)}
    return sorted(text for text in texts if _WORDS.search(_MATHS.sub("", text)))
