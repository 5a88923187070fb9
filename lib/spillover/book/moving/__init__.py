"""Pages that move: a small script each, computing from the same formulas; a still in print."""

import itertools
from functools import partial
from pathlib import Path

from matplotlib.figure import Figure

from spillover.book import still as stills
from spillover.book.still import as_json, label, say
from spillover.words import ENGLISH

HERE = Path(__file__).parent
PAGES = tuple(sorted(path.stem for path in HERE.glob("*.js") if path.stem != "shared"))
_numbers = itertools.count(1)


def html(page: str, data: dict, heading: str, still: str = "", language: str = ENGLISH) -> str:
    """One moving page as a fragment of HTML that needs no server and no other file.

    Parameters
    ----------
    page
        One of `PAGES`; its script computes and draws.
    data
        What the script is given, as JSON.
    heading
        For screen readers.
    still
        HTML for where scripts are switched off.
    language
        ``"en"`` or ``"zh"``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If there is no such page.
    """
    if page not in PAGES:
        raise ValueError(f"no moving page {page!r}; there are {', '.join(PAGES)}")
    name = f"moving-{page}-{next(_numbers)}"
    scripts = "\n".join((HERE / f"{each}.js").read_text("utf-8") for each in ("shared", page))
    return f"""<style>{(HERE / "moving.css").read_text("utf-8")}</style>
<div class="moving" id="{name}" role="group" aria-label="{label(heading, language=language)}">
<noscript>{still}</noscript></div>
<script>(function () {{ {say(language)} {scripts}
moving_{page}(document.getElementById("{name}"), say, {as_json(data)}); }})();</script>"""


def show(page: str, data: dict, heading: str, still: Figure) -> None:
    """Display a page that moves in HTML, and a picture of it where pages cannot move.

    Parameters
    ----------
    page, data, heading
        As for `html`.
    still
        The picture.
    """
    stills.show(partial(html, page, data, heading), still, heading)
