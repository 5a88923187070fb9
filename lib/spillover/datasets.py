"""Official figures, the paper's published tables and the reader's own columns, as tidy frames.

Every table under ``data/`` is described, column by column with unit and origin, in
``data/provinces/codebook.csv``; `validate` checks any frame against it.
"""

import difflib
import hashlib
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from spillover.panel.faults import no_numbers, repeated
from spillover.project import DATA
from spillover.words import listed

PROVINCES = DATA / "provinces"
PAPER = DATA / "paper"
LOCAL_PANEL = DATA / "local" / "panel.csv"
CHECKSUMS = DATA / "SHA256SUMS"
CHECKED = ("provinces/*.csv", "paper/table*.csv")

KEYS = ["region", "year"]
OWN = "own"  # where a panel keeps the names of the reader's columns
YEARS = range(2013, 2022)
THEMES = (
    "economy",
    "knowledge",
    "public_budget",
    "internet",
    "enterprises",
    "employment",
    "culture",
)
PAPER_TABLES = (
    "table1_digital_indicators",
    "table2_cultural_endowment",
    "table3_moran",
    "table4_sdm",
    "table5_effects",
    "table5b_specification_tests",
)
AREAS = ["National", "East", "Central", "West", "Northeast"]


def load_codebook() -> pd.DataFrame:
    """Name, unit, definition, origin, years, notes and plausible range, by (table, column).

    Table ``local`` lists the columns that readers can supply themselves (see `load_local`).
    """
    book = pd.read_csv(PROVINCES / "codebook.csv", index_col=["table", "column"])
    text = book.columns.drop(["minimum", "maximum"])
    return book.fillna(dict.fromkeys(text, "")).sort_index()


def panel_codebook() -> pd.DataFrame:
    """The codebook of the panel's columns and of the reader's own, indexed by column."""
    return load_codebook().loc[[*THEMES, "local"]].reset_index("table", drop=True)


def load_regions() -> pd.DataFrame:
    """The 31 mainland provinces: codes, names, macro-region, capital and its place in degrees.

    Indexed by English name, in alphabetical order.
    """
    return pd.read_csv(PROVINCES / "regions.csv", index_col="region")


def load_borders() -> pd.DataFrame:
    """Pairs of provinces with a common land border, each pair once (``region``, ``neighbour``)."""
    return pd.read_csv(PROVINCES / "borders.csv")


def load_table(name: str) -> pd.DataFrame:
    """One of `THEMES` in all the years it covers, by (region, year); NaN if not published."""
    _require(name, THEMES)
    return pd.read_csv(PROVINCES / f"{name}.csv", index_col=KEYS).astype(float)


def build_panel() -> pd.DataFrame:
    """Join the themed tables into the panel of 31 provinces, 2013-2021."""
    joined = pd.concat([load_table(name) for name in THEMES], axis=1).sort_index()
    return joined[joined.index.get_level_values("year").isin(YEARS)]


def load_provinces(local: Path | None = LOCAL_PANEL) -> pd.DataFrame:
    """The analysis panel of 31 provinces, 2013-2021, with the reader's columns where given.

    Parameters
    ----------
    local
        A file of the reader's own columns. A column it holds replaces the public one as a
        whole, so that two vintages are never mixed. None leaves the public figures alone.

    Returns
    -------
    pandas.DataFrame
        Indexed by (region, year), in alphabetical order of regions; units are in the column
        names and in `load_codebook`. NaN where a year is not published. ``attrs["own"]`` names
        the reader's columns.

    Raises
    ------
    ValueError
        If the local file does not pass `validate`, or has years that the panel does not cover.

    Examples
    --------
    >>> from spillover import load_provinces
    >>> load_provinces(local=None)[["gdp_100m_yuan", "population_10k"]].head(2)
                 gdp_100m_yuan  population_10k
    region year
    Anhui  2013        20584.0          5988.0
           2014        22519.7          5997.0
    """
    panel = pd.read_csv(PROVINCES / "panel.csv", index_col=KEYS).astype(float)
    if local is None or not Path(local).exists():
        return panel
    own = load_local(local)
    if beyond := sorted(set(own.index.unique("year")) - set(YEARS)):
        raise ValueError(
            f"{Path(local).name} has rows of {', '.join(map(str, beyond))}: the panel covers "
            f"{YEARS[0]} to {YEARS[-1]}"
        )
    joined = panel.assign(**own.reindex(panel.index))
    joined.attrs[OWN] = list(own)
    return joined


def load_local(path: Path = LOCAL_PANEL) -> pd.DataFrame:
    """The reader's own columns, in all the years the file holds, indexed by (region, year).

    Regions may be given by English name, Chinese name or six-digit code; columns without a single
    figure are left out.

    Parameters
    ----------
    path
        A CSV file with columns ``region`` and ``year`` and any column of the codebook.

    Raises
    ------
    ValueError
        If the file does not pass `validate`: one line for each thing that is wrong.
    """
    raw = pd.read_csv(path, dtype={"region": str})
    if "region" in raw:
        raw["region"] = raw["region"].map(english_name)
    if messages := validate(raw):
        raise ValueError("\n".join([f"{Path(path).name} does not fit the codebook:", *messages]))
    return raw.set_index(KEYS).sort_index().astype(float).dropna(axis=1, how="all")


def english_name(region: object) -> str:
    """English name of a province from its English name, Chinese name (any form) or code.

    What is not recognised is returned as it is, for `validate` to report.
    """
    regions = load_regions()
    text = str(region).strip()
    known = {zh[:2]: name for name, zh in regions["name_zh"].items()}
    known |= {str(code): name for name, code in regions["adcode"].items()}
    return known.get(text, known.get(text[:2], text))


def load_rd_personnel() -> pd.Series:
    """R&D personnel (person-years, full-time equivalent) by region and year, 2010-2023.

    The mass of the paper's first matrix, for its own years and three before them. With R&D
    expenditure (`load_table` of ``knowledge``) everything that its two matrices need.
    """
    return pd.read_csv(PROVINCES / "rd_personnel.csv", index_col=KEYS)["personnel_fte"]


def load_rd_projects_2009() -> pd.DataFrame:
    """R&D projects, their personnel (person-years) and expenditure (10,000 yuan) in 2009.

    They predate the panel, so that links between provinces built from them are
    predetermined: nothing that happens in the panel can have changed them.
    """
    return pd.read_csv(PROVINCES / "rd_projects_2009.csv", index_col="region")


def load_cultural_revenue() -> pd.DataFrame:
    """Revenue of cultural enterprises above designated size, 2016-2022, 100 million yuan.

    A row a year, a column for the nation and for each macro-region.
    """
    long = pd.read_csv(PROVINCES / "cultural_revenue.csv")
    return long.pivot(index="year", columns="area", values="revenue_100m_yuan")[AREAS]


def load_provincial_revenue() -> pd.DataFrame:
    """The public provincial values of the paper's outcome, 100 million yuan, 2019-2024.

    Returns
    -------
    pandas.DataFrame
        Indexed by (region, year): ``revenue_100m_yuan``; ``report`` (``fast`` or ``later``);
        ``scope`` (``enterprises`` or ``all legal units``); ``derived``, how, blank if stated as
        such; ``source``. Vintages are mixed, see the codebook.
    """
    return pd.read_csv(
        PROVINCES / "cultural_revenue_provinces.csv", index_col=KEYS, keep_default_na=False
    )


def load_prices() -> pd.Series:
    """National consumer price index, preceding year = 100, by year 2010-2023."""
    return pd.read_csv(PROVINCES / "prices.csv", index_col="year")["consumer_prices"]


def load_paper_table(name: str) -> pd.DataFrame:
    """One of `PAPER_TABLES` as published, in long form; no stars printed are empty ``stars``."""
    _require(name, PAPER_TABLES)
    table = pd.read_csv(PAPER / f"{name}.csv")
    return table.assign(stars=table["stars"].fillna("")) if "stars" in table else table


def _require(name: str, names: Iterable[str]) -> None:
    if name not in names:
        raise ValueError(f"no table {name!r}; there are {', '.join(names)}")


def validate(frame: pd.DataFrame) -> list[str]:
    """Everything in a province panel that does not fit the codebook, one line each.

    Missing or unknown provinces, repeated region-years, unknown columns, text in number columns,
    figures outside the range that their unit allows; blank cells are allowed. The frame has
    columns (or an index) ``region`` and ``year``, and columns named as in the codebook.
    """
    table = frame.reset_index() if set(KEYS) <= set(frame.index.names) else frame
    if missing := [key for key in KEYS if key not in table]:
        return [f"no column {key!r}: a panel needs 'region' and 'year'" for key in missing]
    years = pd.to_numeric(table["year"], errors="coerce")
    if (bad := years.isna() | (years % 1 != 0)).any():
        return [f"year: {table.loc[bad, 'year'].iloc[0]!r} is not a year"]
    table = table.assign(year=years.astype(int)).reset_index(drop=True)
    columns = table.columns.difference(KEYS, sort=False)
    return [
        *_region_messages(table),
        *filter(None, [repeated(pd.MultiIndex.from_frame(table[KEYS]))]),
        *(message for column in columns for message in _column_messages(table, column)),
    ]


def _region_messages(table: pd.DataFrame) -> Iterable[str]:
    known = set(load_regions().index)
    for region in sorted(set(table["region"].astype(str)) - known):
        yield f"region: {region!r} is not one of the 31 provinces{_suggestion(region, known)}"
    for year, group in table.groupby("year"):
        if absent := sorted(known - set(group["region"])):
            yield f"{year}: {listed(absent, 3)} missing ({len(absent)} of {len(known)} provinces)"


def _column_messages(table: pd.DataFrame, column: str) -> Iterable[str]:
    ranges = panel_codebook()
    if column not in ranges.index:
        yield f"{column}: not in the codebook{_suggestion(column, ranges.index)}"
        return
    numbers = pd.to_numeric(table[column], errors="coerce")
    text = numbers.isna() & table[column].notna()
    if fault := no_numbers(column, list(table.loc[text, column]), _places(table[text])):
        yield fault
    unit, low, high = ranges.loc[column, ["unit", "minimum", "maximum"]]
    outside = (numbers < low) | (numbers > high)
    if outside.any():
        found = [
            f"{value:,.12g} in {place}"
            for value, place in zip(numbers[outside], _places(table[outside]), strict=True)
        ]
        yield (
            f"{column}: expected {low:,g} to {high:,g} ({unit}), perhaps another unit: "
            f"{listed(found, 3)}"
        )


def _places(table: pd.DataFrame) -> list[str]:
    return [f"{region} {year}" for region, year in zip(table["region"], table["year"], strict=True)]


def _suggestion(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word), list(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


def template() -> pd.DataFrame:
    """An empty sheet for the reader's columns: every province and year, one column a slot."""
    index = pd.MultiIndex.from_product([load_regions().index, YEARS], names=KEYS)
    return pd.DataFrame(index=index, columns=load_codebook().loc["local"].index)


def checksums() -> dict[str, str]:
    """SHA-256 of each official and published table, by its path under ``data/``."""
    files = sorted(path for pattern in CHECKED for path in DATA.glob(pattern))
    return {
        path.relative_to(DATA).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def check_totals() -> pd.DataFrame:
    """Sums over the 31 provinces beside published national totals.

    Returns
    -------
    pandas.DataFrame
        Indexed by (column, year): ``sum``, ``published``, ``difference``, ``remark``.
    """
    totals = pd.read_csv(PROVINCES / "national_totals.csv")
    totals["sum"] = [
        _sum(table, column, year)
        for table, column, year in totals[["table", "column", "year"]].itertuples(index=False)
    ]
    totals["difference"] = totals["sum"] - totals["published"]
    kept = ["sum", "published", "difference", "remark"]
    return totals.set_index(["column", "year"])[kept]


def _sum(table: str, column: str, year: int) -> float:
    if table == "rd_projects_2009":
        return float(load_rd_projects_2009()[column].sum())
    if table == "rd_personnel":
        return float(load_rd_personnel().xs(year, level="year").sum())
    return float(load_table(table)[column].xs(year, level="year").sum())
