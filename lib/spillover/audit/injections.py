"""One error each, put into a correctly printed table: what an audit should catch."""

import copy
import re
from collections.abc import Callable
from functools import partial

import numpy as np

from spillover.audit.printed import Printed, parse
from spillover.audit.tables import BLOCKS

Injection = Callable[[dict, np.random.Generator], None]
INJECTIONS: dict[str, Injection] = {}


def injection(title: str) -> Callable[[Injection], Injection]:
    """Register an error under the words by which tables call it."""

    def add(function: Injection) -> Injection:
        INJECTIONS[title] = function
        return function

    return add


def inject(tables: dict, title: str, rng: np.random.Generator) -> dict:
    """A copy of a table with an error.

    Parameters
    ----------
    tables
        As `spillover.audit.printing.print_table` returns them.
    title
        One of `INJECTIONS`.
    rng
        Chooses the row where any would do.

    Returns
    -------
    dict
        In the same form.
    """
    wrong = copy.deepcopy(tables)
    INJECTIONS[title](wrong, rng)
    return wrong


def _durbin(tables: dict) -> dict:
    return tables["regression"][0]


def _figure(text: str) -> Printed:
    figure = parse(text)
    if figure is None:
        raise ValueError("nothing is printed where an error should be")
    return figure


def _again(text: str, value: float) -> str:
    """Another value printed as this one was, stars kept."""
    figure = _figure(text)
    shown = f"{value:.{figure.places}f}"
    return text.replace(figure.text, shown, 1)


def _row(rows: list, rng: np.random.Generator) -> list:
    return rows[rng.integers(len(rows))]


@injection("observations doubled")
def _double_observations(tables: dict, rng: np.random.Generator) -> None:
    """Twice the units in text and table."""
    for key in ("N", "NT"):
        tables["panel"][key] = str(2 * int(tables["panel"][key]))
    for regression in tables["regression"]:
        regression["nobs"] = str(2 * int(regression["nobs"]))


@injection("a year too many")
def _add_a_year(tables: dict, rng: np.random.Generator) -> None:
    """One more year than the regression had, in text and table."""
    panel = tables["panel"]
    N, T = int(panel["N"]), int(panel["T"]) + 1
    first = int(panel["years"][:4])
    panel |= {"T": str(T), "NT": str(N * T), "years": f"{first}-{first + T - 1}"}
    for regression in tables["regression"]:
        regression["nobs"] = str(N * T)


@injection("log-likelihood + 20")
def _shift_likelihood(tables: dict, rng: np.random.Generator) -> None:
    """The log-likelihood of the Durbin model alone."""
    regression = _durbin(tables)
    regression["loglik"] = _again(regression["loglik"], _figure(regression["loglik"]).value + 20)


@injection("sigma for sigma2")
def _print_sigma(tables: dict, rng: np.random.Generator) -> None:
    """Standard deviation with its own error or z in place of the variance, in all columns."""
    for regression in tables["regression"]:
        estimate, parentheses = regression["sigma2"]
        variance, second = _figure(estimate).value, _figure(parentheses).value
        sigma = np.sqrt(variance)
        as_z = regression["paren"].startswith("z")
        other = 2 * second if as_z else second / (2 * sigma)
        regression["sigma2"] = [_again(estimate, sigma), _again(parentheses, other)]


@injection("direct and indirect exchanged")
def _swap_labels(tables: dict, rng: np.random.Generator) -> None:
    """The two blocks of the Durbin model under each other's name."""
    regression = _durbin(tables)
    regression["direct"], regression["indirect"] = regression["indirect"], regression["direct"]


@injection("total of another row")
def _other_total(tables: dict, rng: np.random.Generator) -> None:
    """One total, with its parentheses, from the next variable."""
    rows = _durbin(tables)["total"]
    k = rng.integers(len(rows))
    rows[k] = [rows[k][0], *rows[(k + 1) % len(rows)][1:]]


def _flip(block: str, tables: dict, rng: np.random.Generator) -> None:
    """One row of a block of the Durbin model with the other sign; its statistic with it."""
    row = _row(_durbin(tables)[block], rng)
    row[1] = _again(row[1], -_figure(row[1]).value)
    if _durbin(tables)["paren"].startswith("z"):
        row[2] = _again(row[2], -_figure(row[2]).value)


INJECTIONS["sign of an indirect impact"] = partial(_flip, "indirect")
INJECTIONS["sign of a lag"] = partial(_flip, "wx")


@injection("rho + 0.1")
def _move_rho(tables: dict, rng: np.random.Generator) -> None:
    """rho of the Durbin model alone."""
    rho = _durbin(tables)["rho"]
    rho[0] = _again(rho[0], _figure(rho[0]).value + 0.1)


@injection("a star too many or too few")
def _change_a_star(tables: dict, rng: np.random.Generator) -> None:
    """One star more or fewer in a row of the Durbin model."""
    regression = _durbin(tables)
    blocks = [regression[b] for b in BLOCKS]
    row = _row([row for block in blocks for row in block], rng)
    stars = len(re.findall(r"\*", row[1]))
    new = stars + (1 if stars == 0 or (stars < 3 and rng.random() < 0.5) else -1)
    row[1] = row[1].rstrip("*") + "*" * new


@injection("direct impact off by an error")
def _move_direct(tables: dict, rng: np.random.Generator) -> None:
    """One direct impact of the Durbin model, moved by its standard error."""
    row = _row(_durbin(tables)["direct"], rng)
    value, second = _figure(row[1]).value, _figure(row[2]).value
    as_z = _durbin(tables)["paren"].startswith("z")
    row[1] = _again(row[1], value + (abs(value / second) if as_z else second))
