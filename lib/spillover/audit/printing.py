"""Correctly printed tables of simulated panels: what a paper's page would show."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from libpysal.graph import Graph
from scipy import stats

from spillover.audit.reading import paper_from
from spillover.audit.tables import Paper
from spillover.measure.autocorrelation import moran_by_year
from spillover.panel import SpatialPanel, SpatialPanelResults
from spillover.panel.impacts import IMPACTS, impacts_by
from spillover.panel.inference import covariance
from spillover.panel.simulate import simulate_panel
from spillover.present.chain_tables import stars

FIRST_YEAR = 2011
INFORMATION = "observed"


@dataclass(frozen=True)
class Style:
    """How a table is printed."""

    decimals: int = 3  # of estimates and parentheses
    paren: str = "se"  # or "z"
    draws: int = 1000  # behind the means and standard deviations printed as impacts
    correction: str | None = None  # or "lee-yu"
    says_correction: bool = False  # whether the table says so


def print_table(
    W: Graph,
    T: int,
    beta: Sequence[float],
    theta: Sequence[float],
    rho: float,
    sigma: float,
    style: Style,
    rng: np.random.Generator,
) -> dict:
    """Draw a panel, estimate SDM, SAR and SEM with two-way effects, and print them.

    Parameters
    ----------
    W
        N regions.
    T
        Years, from `FIRST_YEAR`.
    beta, theta
        Coefficients and those of the spatial lags, as many as regressors.
    rho
        Spatial coefficient.
    sigma
        Standard deviation of the error.
    style
        How to print.
    rng
        For the panel and for the draws behind the impacts.

    Returns
    -------
    dict
        In the form of the TOML file, all figures as text; see `as_paper`.
    """
    data = simulate_panel(
        W, T, beta, theta, rho, sigma=sigma, effects="twoways", first_period=FIRST_YEAR, rng=rng
    )
    names, N = [f"x{k + 1}" for k in range(len(beta))], W.n
    y, *X = (data[name].to_numpy().reshape(N, T).T for name in ("y", *names))
    panel = SpatialPanel(y, np.stack(X, axis=-1), W, regions=W.unique_ids)
    roots = np.linalg.eigvals(W.sparse.toarray()).real
    columns = {
        model: _column(panel.with_model(model), names, roots, style, rng)
        for model in ("sdm", "sar", "sem")
    }
    return {
        "key": "simulated",
        "panel": {
            "N": str(N),
            "T": str(T),
            "NT": str(N * T),
            "years": f"{FIRST_YEAR}-{FIRST_YEAR + T - 1}",
            "row_standardised": "yes",
        },
        "regression": [column for column, _ in columns.values()],
        "tests": [_tests({model: fit for model, (_, fit) in columns.items()})],
        "moran": [_moran(data["y"], W)],
    }


def as_paper(tables: dict) -> Paper:
    """The table as the audit reads it."""
    return paper_from(tables, Path("simulated.toml"))


def _column(panel: SpatialPanel, names: list[str], roots, style: Style, rng):
    model, n = panel.model, panel.data.y.size
    fit = panel.fit("twoways", style.correction, covariance=INFORMATION)
    full = covariance(fit.sample, fit.estimate, INFORMATION)
    sigma2_error = float(np.sqrt(full[-1, -1]))
    row = {n: _cells(fit.params[n], fit.std_errors[n], style) for n in fit.params.index}
    printed = {
        "label": f"Table 1 {model.upper()}",
        "model": model.upper(),
        "effects": "individual and time",
        "paren": "standard errors" if style.paren == "se" else "z statistics",
        "stars": "* 10%, ** 5%, *** 1%",
        "controls": "no",
        "correction": "Lee-Yu" if style.says_correction else "",
        "nobs": str(n),
        "loglik": f"{fit.loglik:.3f}",
        "aic": f"{fit.aic:.3f}",
        "bic": f"{np.log(n) * fit.df_model - 2 * fit.loglik:.3f}",
        "sigma2": _cells(fit.sigma2, sigma2_error, style, decimals=5),
        "coef": [[n, *row[n]] for n in names],
    }
    if model == "sem":
        return printed | {"lambda_": row["lambda"]}, fit
    printed["rho"] = row["rho"]
    if model == "sdm":
        printed["wx"] = [[n, *row[f"W*{n}"]] for n in names]
    return printed | _impacts(fit, names, roots, style, rng), fit


def _impacts(fit, names: list[str], roots, style: Style, rng) -> dict[str, list]:
    """Means and standard deviations over draws of the coefficients, as the usual commands do."""
    draws = admissible_draws(fit, style.draws, rng)
    rho = draws["rho"].to_numpy()
    back = (roots / (1 - np.outer(rho, roots))).mean(axis=1)
    printed: dict[str, list] = {"direct": [], "indirect": [], "total": []}
    for name in names:
        beta = draws[name].to_numpy()
        theta = draws[f"W*{name}"].to_numpy() if f"W*{name}" in draws else 0.0
        values = impacts_by(beta, theta, rho, back, 1 / (1 - rho))
        for block, value in zip(IMPACTS, values.T, strict=True):
            printed[block].append([name, *_cells(value.mean(), value.std(ddof=1), style)])
    return printed


def admissible_draws(
    fit: SpatialPanelResults, number: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draws of the coefficients around their estimates, rho in its admissible interval.

    Others are drawn again. That interval reaches far below -1 for a dense W, as in spatialreg;
    draws cut at -1 would no longer centre on the estimate.

    Parameters
    ----------
    fit, number, rng
        Estimates of a model with rho, how many draws, and what draws them.

    Returns
    -------
    pandas.DataFrame
        A row a draw, a column a coefficient.
    """
    found: list[np.ndarray] = []
    place = list(fit.params.index).index("rho")
    low, high = fit.model.log_determinant.interval
    while len(found) < number:
        drawn = rng.multivariate_normal(fit.params, fit.cov, number)
        found += list(drawn[(drawn[:, place] > low) & (drawn[:, place] < high)])
    return pd.DataFrame(found[:number], columns=fit.params.index)


def _cells(estimate: float, error: float, style: Style, decimals: int | None = None) -> list[str]:
    d = style.decimals if decimals is None else decimals
    marks = stars(2 * stats.norm.sf(abs(estimate / error)))
    if style.paren == "se":
        return [f"{estimate:.{d}f}{marks}", f"({error:.{d}f})"]
    return [f"{estimate:.{d}f}{marks}", f"({estimate / error:.2f})"]


def _tests(fits: dict) -> dict:
    """Wald and likelihood-ratio tests of the Durbin model against the two narrower ones."""
    rows, durbin = [], fits["sdm"]
    for name in ("sar", "sem"):
        wald = durbin.wald(name)
        ratio = 2 * (durbin.loglik - fits[name].loglik)
        tests = {
            "Wald": (wald.statistic, wald.p_value),
            "LR": (ratio, stats.chi2.sf(ratio, wald.df)),
        }
        rows += [
            [f"{kind} SDM->{name.upper()}", f"{statistic:.2f}", f"{p:.3f}", ""]
            for kind, (statistic, p) in tests.items()
        ]
    return {"label": "Table 2", "rows": rows}


def _moran(y: pd.Series, W: Graph) -> dict:
    """Moran's I by year with z under randomisation and its two-sided p-value."""
    rows = []
    for year, found in moran_by_year(y, W, permutations=0).iterrows():
        i, z, p = found[["moran_i", "z_random", "p_random"]]
        rows.append([str(year), f"{i:.3f}{stars(p)}", f"{z:.3f}", f"{p:.3f}"])
    return {"series": "y", "w": "W", "second": "z", "rows": rows}
