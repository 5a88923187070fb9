"""Stored benchmark timings as tables and a figure."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spillover.present.style import BLUE, ORANGE
from spillover.project import DATA

FOLDER = DATA / "benchmarks"
ESTIMATORS = {"spillover": BLUE, "spreg": ORANGE}
FLOORS = {
    "spillover": ("one factorisation", "one pass over the data"),
    "errors clustered by region": ("all of W (I - rho W)^-1",),
    "gravity weights, k nearest": ("nearest neighbours by a tree",),
    "Moran's I, 9,999 permutations": ("lags of 9,999 relabelled maps",),
    "many-region equilibrium": ("one Cholesky factorisation",),
    "each region and year left out": ("as many fits from scratch",),
    "all proofs": ("all equations derived",),
}


def timings() -> pd.DataFrame:
    """What ``make bench`` measured: one row a case and size."""
    return pd.read_csv(FOLDER / "timings.csv")


def _peer_runs() -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / "peers.csv", dtype={"version": str, "leaves out": str})
    version = frame.groupby("package")["version"].transform("first")  # of a run that ended
    frame["package"] = frame["package"].str.cat(version, sep=" ", na_rep="").str.strip()
    return frame


def peers() -> pd.DataFrame:
    """The same panel in every package, as ``python -m benchmarks.peers`` found it."""
    frame = _peer_runs().rename(columns={"rho_se": "s.e. of rho"})
    took = frame["seconds"].map("{:.3g}".format)
    frame["seconds"] = took.where(frame["status"] == "ok", frame["status"])
    frame["N, T"] = [f"{n:,}, {t}" for n, t in zip(frame["N"], frame["T"], strict=True)]
    numbers = ["seconds", "ratio", "rho", "s.e. of rho", "x1"]
    return frame.set_index(["N, T", "package"])[numbers]


def left_out() -> pd.Series:
    """What each peer leaves out of the task, or does in another way."""
    return _peer_runs().groupby("package", sort=False)["leaves out"].first().dropna()


def machine() -> pd.Series:
    """Processor, cores and versions of that run."""
    return pd.read_csv(FOLDER / "machine.csv", index_col="what")["value"]


def side_by_side(frame: pd.DataFrame) -> pd.DataFrame:
    """Seconds and memory of the estimators, one row a size."""
    chosen = frame[frame["case"].isin(ESTIMATORS)].copy()
    chosen["shown"] = [_shown(row) for row in chosen.itertuples()]
    chosen["N, T"] = [f"{n:,}, {t}" for n, t in zip(chosen["N"], chosen["T"], strict=True)]
    wide = chosen.pivot_table(index=["N", "N, T"], columns="case", values="shown", aggfunc="first")
    present = [name for name in ESTIMATORS if name in wide]
    return wide[present].fillna("not run").reset_index("N", drop=True)


def others(frame: pd.DataFrame) -> pd.DataFrame:
    """Seconds and memory of the other cases."""
    chosen = frame[~frame["case"].isin(ESTIMATORS)]
    return pd.DataFrame(
        {
            "Work": chosen["case"],
            "N": [f"{n:,}" for n in chosen["N"]],
            "Seconds (peak MB)": [_shown(row) for row in chosen.itertuples()],
        }
    )


def against_floors(frame: pd.DataFrame) -> pd.DataFrame:
    """Seconds of each work, of the floor that no program can leave out, and their ratio."""
    done = frame[frame["status"] == "ok"].set_index(["case", "N"])["seconds"]
    rows = [
        {"Work": case, "N": f"{n:,}", "Seconds": done[case, n], "Floor": sum(parts)}
        for case, floor in FLOORS.items()
        if case in done
        for n in done[case].index
        if len(parts := [done[name, n] for name in floor if (name, n) in done]) == len(floor)
    ]
    table = pd.DataFrame(rows, columns=["Work", "N", "Seconds", "Floor"])
    table["Floors"] = table["Seconds"] / table["Floor"]
    table["Growth"] = [growth_exponent(frame, case, smallest=0) for case in table["Work"]]
    return table


def growth_exponent(frame: pd.DataFrame, case: str, smallest: int = 500) -> float:
    """Slope of log seconds on log N.

    Parameters
    ----------
    frame
        Timings, a row a case and size.
    case
        One of them.
    smallest
        Size from which on sizes count.

    Returns
    -------
    float
        NaN for fewer than two sizes.
    """
    done = frame[(frame["case"] == case) & (frame["status"] == "ok") & (frame["N"] >= smallest)]
    if done["N"].nunique() < 2:
        return np.nan
    return float(np.polyfit(np.log(done["N"]), np.log(done["seconds"]), 1)[0])


def seconds(frame: pd.DataFrame, case: str, n: int) -> float:
    """Median seconds of one case at one size.

    Parameters
    ----------
    frame, case
        As in `growth_exponent`.
    n
        Number of regions.

    Returns
    -------
    float
        NaN if it did not finish.
    """
    return _measured(frame, case, n, "seconds")


def peak_gb(frame: pd.DataFrame, case: str, n: int) -> float:
    """Largest memory of one case at one size.

    Parameters
    ----------
    frame, case, n
        As in `seconds`.

    Returns
    -------
    float
        In units of 1,024 MB; NaN if it did not finish.
    """
    return _measured(frame, case, n, "peak_mb") / 1024


def _measured(frame: pd.DataFrame, case: str, n: int, column: str) -> float:
    here = frame.loc[(frame["case"] == case) & (frame["N"] == n), column]
    return float(here.iloc[0]) if len(here) else np.nan


def shown(number: float, digits: int = 1) -> str:
    """A number for prose.

    Parameters
    ----------
    number
        NaN if it was not measured, which is said.
    digits
        Decimals.

    Returns
    -------
    str
    """
    return "(not measured)" if np.isnan(number) else f"{number:,.{digits}f}"


def time_figure(frame: pd.DataFrame) -> Figure:
    """Seconds and memory against the number of regions, both axes logarithmic."""
    figure = Figure(figsize=(6.8, 3.2), layout="constrained")
    left, right = figure.subplots(1, 2)
    for case, colour in ESTIMATORS.items():
        done = frame[(frame["case"] == case) & (frame["status"] == "ok")].sort_values("N")
        if done.empty:
            continue
        for axes, column in ((left, "seconds"), (right, "peak_mb")):
            axes.plot(done["N"], done[column], "o-", color=colour, label=case)
    _log_axes(left, "Seconds")
    _log_axes(right, "Peak memory, MB")
    left.legend()
    return figure


def _log_axes(axes: Axes, label: str) -> None:
    axes.set(xscale="log", yscale="log", xlabel="Regions", ylabel=label)
    axes.yaxis.set_major_formatter("{x:,g}")
    # A tick between two powers of ten is labelled only where its first digit is 3.
    axes.yaxis.set_minor_formatter(lambda x, _: f"{x:,g}" if f"{x:.0e}"[0] == "3" else "")


def _shown(row) -> str:
    if row.status != "ok":
        return row.status
    return f"{row.seconds:.2g} ({row.peak_mb:,.0f})"
