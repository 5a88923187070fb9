"""What a paper says of how it was estimated: a paragraph, its references, how to run it again."""

from collections.abc import Mapping
from importlib.metadata import version

from spillover import __version__
from spillover.panel import Conley
from spillover.study.errors import name_of
from spillover.study.exhibits import EFFECTS, MODELS
from spillover.study.question import Study

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
BOOKS = {
    "lee-yu-2010": """@article{lee-yu-2010,
  author = {Lee, Lung-fei and Yu, Jihai},
  title = {Estimation of spatial autoregressive panel data models with fixed effects},
  journal = {Journal of Econometrics}, volume = {154}, number = {2}, pages = {165--185},
  year = {2010}
}""",
    "elhorst-2014": """@book{elhorst-2014,
  author = {Elhorst, J. Paul},
  title = {Spatial Econometrics: From Cross-Sectional Data to Spatial Panels},
  publisher = {Springer}, address = {Heidelberg}, year = {2014}
}""",
    "lesage-pace-2009": """@book{lesage-pace-2009,
  author = {LeSage, James and Pace, R. Kelley},
  title = {Introduction to Spatial Econometrics},
  publisher = {CRC Press}, address = {Boca Raton}, year = {2009}
}""",
    "driscoll-kraay-1998": """@article{driscoll-kraay-1998,
  author = {Driscoll, John C. and Kraay, Aart C.},
  title = {Consistent covariance matrix estimation with spatially dependent panel data},
  journal = {Review of Economics and Statistics}, volume = {80}, number = {4}, pages = {549--560},
  year = {1998}
}""",
    "conley-1999": """@article{conley-1999,
  author = {Conley, Timothy G.},
  title = {{GMM} estimation with cross sectional dependence},
  journal = {Journal of Econometrics}, volume = {92}, number = {1}, pages = {1--45}, year = {1999}
}""",
    "spillover": """@software{spillover,
  title = {spillover: spatial panel econometrics from a file to a report},
  version = {VERSION}, year = {2026}
}""",
}


def paragraph(study: Study) -> str:
    """A methods paragraph in Markdown, with citations by key."""
    model = MODELS[study.kind]
    model = model[0].lower() + model[1:]
    regressors = _listed((study.focus, *study.also))
    if study.controls:
        regressors = f"{regressors}, controlling for {_listed(study.controls)}"
    corrected = CORRECTIONS.get(study.used_correction)
    bias = f"; incidental parameters are dealt with by {corrected}" if corrected else ""
    return (
        f"We regress {study.outcome} on {regressors} in a balanced panel of "
        f"{len(study.regions)} regions over {len(study.years)} years ({study.years[0]} to "
        f"{study.years[-1]}). The model is a {model} with {EFFECTS[study.effects]}, "
        f"estimated by maximum likelihood [@elhorst-2014]{bias}. Links between regions: "
        f"{_listed(tuple(study.weights))}; each row sums to one. Because a change in one region "
        "feeds back through the others, we report average direct, indirect and total impacts "
        "[@lesage-pace-2009] with standard errors by the delta method. Standard errors are "
        f"{_why(study.covariance)}. Estimates by spillover {__version__} [@spillover]."
    )


def _why(covariance: object) -> str:
    """What the standard errors allow for."""
    if isinstance(covariance, Conley):
        reach = f"{covariance.cutoff:,.0f} km"
        return f"robust to spatial correlation up to {reach} [@conley-1999]"
    return WHY.get(str(covariance), name_of(covariance))


def bibliography(study: Study) -> str:
    """BibTeX entries of what the paragraph cites."""
    text = paragraph(study)
    cited = [entry for key, entry in BOOKS.items() if f"[@{key}]" in text]
    return "\n\n".join(cited).replace("VERSION", __version__) + "\n"


def versions() -> str:
    """Versions of what the numbers rest on."""
    return ", ".join(f"{name} {version(name)}" for name in PACKAGES)


def script(settings: Mapping[str, object]) -> str:
    """A shell script that checks the inputs' checksums and runs the same command again."""
    sums = [
        f"{sha}  {name}"
        for value in settings.values()
        for name, mark, sha in [str(value).partition(", SHA-256 ")]
        if mark
    ]
    checks = "".join(f"{line}\n" for line in sums)
    return (
        "#!/bin/sh\n# Run where the command was run; writes to the folder 'again' or the one named."
        f"\n# Needs spillover {__version__}.\nset -eu\n"
        f"sha256sum --check <<'SUMS'\n{checks}SUMS\n"
        f'{settings["Command"]} --out "${{1:-again}}"\n'
    )


def _listed(names: tuple[str, ...]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
