"""Sliders in a static page: the model's own expressions in JavaScript, a still picture in print."""

import itertools
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure

from spillover.book import still as stills
from spillover.book.still import as_json, label, say
from spillover.theory.accountings import ACCOUNTINGS
from spillover.words import ENGLISH

HERE = Path(__file__).parent
_numbers = itertools.count(1)


class Slider(NamedTuple):
    """One slider.

    Attributes
    ----------
    label
        What it means and its symbol.
    low, high, step
        Its range.
    """

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
GROUP = "The model with sliders"
PICTURE = "Utility gap over the share of creative people in the East, with equilibria"
STILL = "The same picture, standing still"
CHOICE, RESET = "accounting", "Reset"


def html(
    economies: str,
    start: Mapping[str, float | str] | None = None,
    still: str = "",
    language: str = ENGLISH,
) -> str:
    """The interactive figure as a fragment of HTML that needs no server and no other file.

    Parameters
    ----------
    economies
        The model in JavaScript, from `spillover.theory.javascript.source`.
    start
        Settings that differ from `START`.
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
        If a setting has no slider.
    """
    settings: dict[str, Any] = {**START, **(start or {})}
    if unknown := sorted(settings.keys() - START.keys()):
        raise ValueError(f"no slider for {unknown[0]!r}; there is one for {', '.join(START)}")
    name = f"tp-widget-{next(_numbers)}"
    script = (HERE / "widget.js").read_text("utf-8")
    sliders = "".join(
        _slider(name, key, each, settings[key], language) for key, each in SLIDERS.items()
    )
    return f"""<style>{(HERE / "widget.css").read_text()}</style>
<div class="tp-widget" id="{name}" role="group" aria-label="{label(GROUP, language=language)}">
<div class="tp-picture"><svg viewBox="0 0 640 360" role="img" \
aria-label="{label(PICTURE, language=language)}"><g></g></svg></div>
<p class="tp-readout" role="status" aria-live="polite"></p>
<div class="tp-controls">{sliders}{_choice(name, language)}</div>
<noscript>{still}</noscript>
<script>(function () {{ {say(language)} {script}
tpWidget(document.getElementById("{name}"), say, {economies}, {as_json(settings)}); }})();</script>
</div>"""


def show(economies: str, still: Figure, start: Mapping[str, float | str] | None = None) -> None:
    """Display the sliders in HTML, and a still where pages cannot move.

    Parameters
    ----------
    economies, still, start
        As for `html`, the still at the same settings.
    """
    stills.show(partial(html, economies, start), still, STILL)


def _slider(name: str, key: str, slider: Slider, value: float, language: str) -> str:
    identity = f"{name}-{key}"
    return (
        f'<div><label for="{identity}">{label(slider.label, language=language)}'
        f'<span class="tp-value" data-value="{key}">{value}</span></label>'
        f'<input type="range" id="{identity}" data-name="{key}" min="{slider.low}" '
        f'max="{slider.high}" step="{slider.step}" value="{value}"></div>'
    )


def _choice(name: str, language: str) -> str:
    options = "".join(
        f'<option value="{each}">{label(each, language=language)}</option>' for each in ACCOUNTINGS
    )
    return (
        f'<div><label for="{name}-accounts">{label(CHOICE, language=language)}</label>'
        f'<select id="{name}-accounts" data-name="accounts">{options}</select> '
        f'<button type="button">{label(RESET, language=language)}</button></div>'
    )
