"""Pages that move: a small script each, computing from the same formulas; a still in print."""

import base64
import itertools
import json
from pathlib import Path

from IPython.display import display
from matplotlib.figure import Figure

from spillover.book.widget import picture

HERE = Path(__file__).parent
PAGES = tuple(sorted(path.stem for path in HERE.glob("*.js") if path.stem != "shared"))
_numbers = itertools.count(1)


def html(page: str, data: dict, heading: str, still: str = "") -> str:
    """One moving page as a fragment of HTML that needs no server and no other file.

    Parameters
    ----------
    page
        One of `PAGES`; its script computes and draws.
    data
        What the script is given, as JSON.
    heading
        What the page shows, for screen readers.
    still
        HTML shown where scripts are switched off.

    Raises
    ------
    ValueError
        If there is no such page.
    """
    if page not in PAGES:
        raise ValueError(f"no moving page {page!r}; there are {', '.join(PAGES)}")
    name = f"moving-{page}-{next(_numbers)}"
    scripts = "\n".join((HERE / f"{each}.js").read_text("utf-8") for each in ("shared", page))
    given = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("</", r"<\/")
    return f"""<style>{(HERE / "moving.css").read_text("utf-8")}</style>
<div class="moving" id="{name}" role="group" aria-label="{heading}">
<noscript>{still}</noscript></div>
<script>(function () {{ {scripts}
moving_{page}(document.getElementById("{name}"), {given}); }})();</script>"""


def show(page: str, data: dict, heading: str, still: Figure) -> None:
    """Display a page that moves in HTML, and a picture of it where pages cannot move."""
    png, pdf = (base64.b64encode(picture(still, form)).decode() for form in ("png", "pdf"))
    image = f'<img alt="{heading}, standing still" src="data:image/png;base64,{png}">'
    fragment = html(page, data, heading, image)
    display({"text/html": fragment, "image/png": png, "application/pdf": pdf}, raw=True)
