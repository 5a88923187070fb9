"""What moves on a page: a fragment of HTML with words in the page's language, a still in print."""

import base64
import io
import json
import os
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from IPython.display import display
from matplotlib.figure import Figure

from spillover.datasets import load_regions
from spillover.present import twins
from spillover.words import CHINESE, ENGLISH, TWIN_MIME, TWINS, catalogue, translate

CATALOGUE = "widgets"
SAY = Path(__file__).with_name("say.js")

label = partial(translate, name=CATALOGUE)  # a label in a language
Fragment = Callable[[str, str], str]  # the still as HTML, and the language


def say(language: str) -> str:
    """The JavaScript function by which a script says its words in a language."""
    chinese = {" ": "", **provinces()} if language == CHINESE else {}  # nothing parts sentences
    return say_in({**chinese, **catalogue(CATALOGUE, language)})


def say_in(words: Mapping[str, str]) -> str:
    """The JavaScript function that knows these words by their English text."""
    return f"{SAY.read_text('utf-8')} const say = sayIn({as_json(words)});"


def provinces() -> dict[str, str]:
    """Chinese names of the provinces by their English names and by their codes."""
    regions = load_regions()
    return {**regions["name_zh"], **dict(zip(regions["code"], regions["name_zh"], strict=True))}


def as_json(data: object) -> str:
    """Data for a script inside a page."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")


def show(fragment: Fragment, still: Figure, alt: str) -> None:
    """Display what moves in HTML, and the same content as a figure where pages cannot move.

    Parameters
    ----------
    fragment
        Gives the HTML, from the still as HTML and the language.
    still
        The figure.
    alt
        Its alternative text, in English.
    """
    forms = _in_language(fragment, still, alt, ENGLISH)
    if TWINS in os.environ:
        twin = _in_language(fragment, still, alt, CHINESE)
        forms[TWIN_MIME] = {**twin, "messages": twins.said(still), "words": catalogue(CATALOGUE)}
    display(forms, raw=True)


def _in_language(fragment: Fragment, still: Figure, alt: str, language: str) -> dict[str, object]:
    """The fragment and the still, in one language, by kind of output: HTML, PNG and PDF."""
    with twins.chinese_labels() if language == CHINESE else nullcontext():
        png, pdf = (base64.b64encode(_picture(still, form)).decode() for form in ("png", "pdf"))
    image = f'<img alt="{label(alt, language=language)}" src="data:image/png;base64,{png}">'
    return {"text/html": fragment(image, language), "image/png": png, "application/pdf": pdf}


def _picture(figure: Figure, form: str) -> bytes:
    """A figure as the bytes of a PNG or PDF; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    metadata = {"CreationDate": None} if form == "pdf" else {"Software": None}
    figure.savefig(buffer, format=form, dpi=150, metadata=metadata)
    return buffer.getvalue()
