"""Sliders in a static page: the model's own expressions in JavaScript, a still picture in print."""

import base64
import io
import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from IPython.display import display
from matplotlib.figure import Figure

HERE = Path(__file__).parent
_numbers = itertools.count(1)


class Slider(NamedTuple):
    """One slider: how it is called, what it means, and its range."""

    label: str
    low: float
    high: float
    step: float


SLIDERS = {
    "phi": Slider("freeness of trade φ", 0.02, 0.98, 0.01),
    "g": Slider("digital technology, East g", 0.05, 5, 0.05),
    "g_star": Slider("digital technology, West g*", 0.05, 5, 0.05),
    "sigma": Slider("elasticity of substitution σ", 1.5, 10, 0.1),
    "mu": Slider("spending share of culture μ", 0.05, 0.95, 0.01),
    "beta": Slider("complementarity of knowledge β", 0.2, 0.95, 0.01),
    "psi": Slider("tastes for places ψ", 0, 1, 0.005),
    "lam": Slider("creative people in the East λ", 0, 1, 0.01),
}
START = {
    "phi": 0.4, "g": 1.0, "g_star": 1.0, "sigma": 4.0, "mu": 0.4, "beta": 0.7, "psi": 0.0,
    "lam": 0.6, "accounts": "published",
}  # fmt: skip


def html(economies: str, start: Mapping[str, float | str] | None = None, still: str = "") -> str:
    """The interactive figure as a fragment of HTML that needs no server and no other file.

    Parameters
    ----------
    economies
        JavaScript source of the model, from `spillover.theory.javascript.source`.
    start
        Settings to begin with, where they differ from `START`.
    still
        HTML shown where scripts are switched off.

    Raises
    ------
    ValueError
        If a setting has no slider.
    """
    start = _settings(start)
    name = f"tp-widget-{next(_numbers)}"
    script = (HERE / "widget.js").read_text()
    sliders = "".join(_slider(name, key, each, start[key]) for key, each in SLIDERS.items())
    return f"""<style>{(HERE / "widget.css").read_text()}</style>
<div class="tp-widget" id="{name}" role="group" aria-label="The model with sliders">
<div class="tp-picture"><svg viewBox="0 0 640 360" role="img" aria-label="Utility gap over the \
share of creative people in the East, with equilibria"><g></g></svg></div>
<p class="tp-readout" role="status" aria-live="polite"></p>
<div class="tp-controls">{sliders}{_choice(name)}</div>
<noscript>{still}</noscript>
<script>(function () {{ {script}
tpWidget(document.getElementById("{name}"), {economies}, {json.dumps(start)}); }})();</script>
</div>"""


def show(economies: str, still: Figure, start: Mapping[str, float | str] | None = None) -> None:
    """Display the sliders in HTML and the still picture where pages cannot move.

    Parameters
    ----------
    still
        The same content as a figure, at the same settings.
    """
    png, pdf = picture(still, "png"), picture(still, "pdf")
    encoded = base64.b64encode(png).decode()
    image = f'<img alt="The same picture, standing still" src="data:image/png;base64,{encoded}">'
    bundle = {
        "text/html": html(economies, start, image),
        "image/png": encoded,
        "application/pdf": base64.b64encode(pdf).decode(),
    }
    display(bundle, raw=True)


def _settings(start: Mapping[str, float | str] | None) -> dict[str, float | str]:
    unknown = set(start or {}) - set(START)
    if unknown:
        raise ValueError(
            f"no slider for {sorted(unknown)[0]!r}; there is one for {', '.join(START)}"
        )
    return {**START, **(start or {})}


def picture(figure: Figure, form: str) -> bytes:
    """A figure as the bytes of a file; the same figure gives the same bytes."""
    buffer = io.BytesIO()
    metadata = {"CreationDate": None} if form == "pdf" else {"Software": None}
    figure.savefig(buffer, format=form, dpi=150, metadata=metadata)
    return buffer.getvalue()


def _slider(name: str, key: str, slider: Slider, value: float) -> str:
    identity = f"{name}-{key}"
    return (
        f'<div><label for="{identity}">{slider.label}'
        f'<span class="tp-value" data-value="{key}">{value}</span></label>'
        f'<input type="range" id="{identity}" data-name="{key}" min="{slider.low}" '
        f'max="{slider.high}" step="{slider.step}" value="{value}"></div>'
    )


def _choice(name: str) -> str:
    books = ("published", "closed", "closed with assets")
    options = "".join(f'<option value="{each}">{each}</option>' for each in books)
    return (
        f'<div><label for="{name}-accounts">accounting</label>'
        f'<select id="{name}-accounts" data-name="accounts">{options}</select> '
        '<button type="button">Reset</button></div>'
    )
