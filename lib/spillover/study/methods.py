"""What a paper says of how it was estimated: a paragraph, its references, how to run it again."""

from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from spillover import __version__
from spillover.panel import Conley
from spillover.study.errors import name_of
from spillover.study.exhibits import EFFECTS, MODELS
from spillover.study.question import Study

REFERENCES = Path(__file__).with_name("templates") / "references.bib"
PACKAGES = ("spillover", "numpy", "scipy", "pandas", "statsmodels", "libpysal", "esda")
CORRECTIONS = {
    "lee-yu": "the transformation of Lee and Yu [@lee-yu-2010]",
    "lee-yu-direct": "the bias correction of the direct approach of Lee and Yu [@lee-yu-2010]",
}
WHY = {
    "classic": "those of maximum likelihood",
    "robust": "robust to heteroskedasticity",
    "clustered": "clustered by region",
    "driscoll-kraay": "robust to correlation between regions and over time [@driscoll-kraay-1998]",
}


def paragraph(study: Study) -> str:
    """A methods paragraph in Markdown, with citations by key."""
    model = MODELS[study.kind]
    model = model[0].lower() + model[1:]
    regressors = _listed((study.focus, *study.also))
    if study.controls:
        regressors = f"{regressors}, controlling for {_listed(study.controls)}"
    corrected = CORRECTIONS.get(study.used_correction or "")
    bias = f"; incidental parameters are dealt with by {corrected}" if corrected else ""
    return (
        f"We regress {study.outcome} on {regressors} in a balanced panel of "
        f"{len(study.regions)} regions over {len(study.years)} years ({study.years[0]} to "
        f"{study.years[-1]}). The model is a {model} with {EFFECTS[study.effects]}, "
        f"estimated by maximum likelihood [@elhorst-2014]{bias}. Links between regions, "
        f"rows summing to one: {'; '.join(study.weights)}. Because a change in one region "
        "feeds back through the others, we report average direct, indirect and total impacts "
        "[@lesage-pace-2009] with standard errors by the delta method. Standard errors are "
        f"{_why(study.covariance)}. Estimates by spillover {__version__} [@spillover]."
    )


def _why(covariance: object) -> str:
    """What the standard errors allow for."""
    if isinstance(covariance, Conley):
        return f"robust to spatial correlation up to {covariance.cutoff:,.0f} km [@conley-1999]"
    return WHY.get(str(covariance), name_of(covariance))


def bibliography(study: Study) -> str:
    """BibTeX entries of what the paragraph cites."""
    text = paragraph(study)
    entries = REFERENCES.read_text("utf-8").replace("VERSION", __version__).strip().split("\n\n")
    keys = (entry.partition("{")[2].partition(",")[0] for entry in entries)
    cited = [entry for key, entry in zip(keys, entries, strict=True) if f"[@{key}]" in text]
    return "\n\n".join(cited) + "\n"


def versions() -> str:
    """Versions of what the numbers rest on."""
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def script(settings: Mapping[str, object], say: Callable[[str], str] = str) -> str:
    """A shell script that checks the inputs' checksums and runs the same command again.

    Parameters
    ----------
    settings
        What the report says of its making: the command, and inputs with their checksums.
    say
        Says the comments in the report's language.

    Returns
    -------
    str
    """
    sums = [
        f"{sha}  {name}"
        for value in settings.values()
        for name, mark, sha in [str(value).partition(", SHA-256 ")]
        if mark
    ]
    checks = "".join(f"{line}\n" for line in sums)
    where = "Run where the command was run; writes to the folder 'again' or the one named."
    return (
        f"#!/bin/sh\n# {say(where)}\n# {say(f'Needs spillover {__version__}.')}\nset -eu\n"
        f"sha256sum --check <<'SUMS'\n{checks}SUMS\n"
        f'{settings["Command"]} --out "${{1:-again}}"\n'
    )


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
