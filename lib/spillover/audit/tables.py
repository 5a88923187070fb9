"""The description of a paper's printed tables, as data."""

import re
from collections import Counter
from dataclasses import dataclass, field

from spillover.audit.intervals import Interval
from spillover.audit.printed import Printed
from spillover.panel.impacts import IMPACTS

OWN_LAG = r"^l1?\.|\(-1\)|t ?- ?1\b|lagged dep|滞后一期|时间滞后|被解释变量.*滞后"
OUTCOME = r"\by\b|dep|被解释变量|因变量"
MODELS = ("SDM", "SAR", "SEM", "SLX", "SDEM", "SAC", "OLS", "FE", "RE")
MODELS_IN_WORDS = {  # patterns; the first that is found counts
    "durbin.error": "SDEM", "durbin": "SDM", "spatial.error": "SEM", "spatial.lag": "SAR",
    "autoregressive": "SAR", "least.squares": "OLS",
    "杜宾误差": "SDEM", "杜宾": "SDM", "自相关": "SAC", "广义空间": "SAC", "自回归": "SAR",
    "滞后": "SAR", "误差": "SEM", "最小二乘": "OLS", "固定效应": "FE", "随机效应": "RE",
}  # fmt: skip
BLOCKS = ("coef", "wx", *IMPACTS)
SINGLE_ROWS = ("rho", "lambda_", "sigma2")
BLOCK_NAMES = {
    "coef": "coefficient",
    "wx": "lag",
    "direct": "direct",
    "indirect": "indirect",
    "total": "total",
    "rho": "rho",
    "lambda_": "lambda",
    "sigma2": "sigma2",
}


def yes_or_no(text: str) -> bool | None:
    """What a field says, in English or Chinese; None if it says neither, such as ``not said``."""
    said = text.strip().casefold()
    found = re.match(r"(?P<yes>y|t|是|有)|(?P<no>no?\b|f|否|无|没有|不)", said)
    return bool(found["yes"]) if found else None


@dataclass(frozen=True)
class Row:
    """One variable in one column: estimate, what stands in parentheses, and a p-value if any.

    A variable whose estimate is blank is not in the column.
    """

    name: str
    estimate: Printed
    parentheses: Printed | None = None
    p_value: Printed | None = None

    @property
    def stars(self) -> str:
        """Stars of the estimate, or of the parentheses where they stand there."""
        return self.estimate.stars or (self.parentheses.stars if self.parentheses else "")

    def place(self, block: str) -> str:
        """Where it stands, in words: variable and block, or just the name of a parameter."""
        name = BLOCK_NAMES.get(block, block)
        return name if self.name in ("", name) else f"{self.name}, {name}"


@dataclass(frozen=True)
class CompleteRow(Row):
    """A row with something in parentheses."""

    parentheses: Printed

    @property
    def rounded(self) -> tuple[Interval, Interval]:
        """Estimate and parentheses if digits were rounded."""
        return self.estimate.rounded, self.parentheses.rounded

    @property
    def cut(self) -> tuple[Interval, Interval]:
        """Estimate and parentheses if digits were cut off."""
        return self.estimate.cut, self.parentheses.cut


@dataclass(frozen=True, eq=False)
class Regression:
    """One column of a table of estimates, everything as printed; texts may be empty."""

    label: str
    model: str = ""
    depvar: str = ""
    paren: str = ""
    stars: str = ""
    levels: tuple[float, ...] = ()
    effects: str = ""
    correction: str = ""
    covariance: str = ""
    controls: str = ""
    w: str = ""
    relative: str = ""
    subsample: str = ""
    nobs: Printed | None = None
    loglik: Printed | None = None
    aic: Printed | None = None
    bic: Printed | None = None
    rho: Row | None = None
    lambda_: Row | None = None
    sigma2: Row | None = None
    blocks: dict[str, tuple[Row, ...]] = field(default_factory=dict)

    def block(self, name: str) -> dict[str, Row]:
        """Rows of a block by variable; a name that stands twice is either row, and left out."""
        rows = self.blocks.get(name, ())
        times = Counter(row.name for row in rows)
        return {row.name: row for row in rows if times[row.name] == 1}

    @property
    def twice(self) -> list[str]:
        """Names that stand twice in a block, with the block."""
        names = Counter((BLOCK_NAMES[b], r.name) for b in BLOCKS for r in self.blocks.get(b, ()))
        return [f"{name}, {block}" for (block, name), times in names.items() if times > 1]

    @property
    def complete(self) -> list[tuple[str, CompleteRow]]:
        """Rows with something in parentheses, each with its block."""
        return [
            (block, CompleteRow(row.name, row.estimate, row.parentheses, row.p_value))
            for block, row in self.rows()
            if row.parentheses
        ]

    def rows(self) -> list[tuple[str, Row]]:
        """Every row with its block: coefficients, impacts, then rho, lambda and sigma2."""
        single = {name: getattr(self, name) for name in SINGLE_ROWS}
        listed = [(block, row) for block in BLOCKS for row in self.blocks.get(block, ())]
        return listed + [(name, row) for name, row in single.items() if row]

    @property
    def kind(self) -> str:
        """Model without its adjectives: SDM, SAR, SEM, ... or empty."""
        words = re.findall(r"[A-Z]+", self.model.upper())
        known = {
            "SLM": "SAR", "SLAG": "SAR", "DSAR": "SAR", "DSDM": "SDM", "SERROR": "SEM",
            "SARAR": "SAC",
        }  # fmt: skip
        names = [known.get(word, word) for word in words]
        found = [n for n in names if n in MODELS]
        said = self.model.casefold()
        found += [name for words, name in MODELS_IN_WORDS.items() if re.search(words, said)]
        return found[0] if found else ""

    @property
    def dynamic(self) -> bool:
        """Whether the outcome of the year before is a regressor, by name or by one of the rows."""
        said = re.search(r"dynamic|dsdm|dsar|动态", self.model.casefold())
        return bool(said) or any(self._own_lag(row.name) for row in self.blocks.get("coef", ()))

    def _own_lag(self, name: str) -> bool:
        name, outcome = name.casefold(), self.depvar.casefold()
        lagged = re.search(OWN_LAG, name)
        return bool(lagged) and (not outcome or outcome in name or bool(re.search(OUTCOME, name)))

    @property
    def random(self) -> bool:
        """Whether region effects are random."""
        return bool(re.search(r"random|\bRE\b|随机", self.effects))

    @property
    def robust(self) -> bool:
        """Whether standard errors are said to be robust or clustered."""
        said = f"{self.covariance} {self.paren} {self.effects}".casefold()
        return bool(re.search(r"robust|cluster|driscoll|hac\b|sandwich|稳健|聚类", said))


@dataclass(frozen=True)
class MoranRow:
    """Moran's I of one year: I, and z, its standard deviation and p, where printed."""

    year: str
    i: Printed
    z: Printed | None = None
    sd: Printed | None = None
    p_value: Printed | None = None


@dataclass(frozen=True)
class CompleteMoranRow(MoranRow):
    """Moran's I of one year with z."""

    z: Printed


@dataclass(frozen=True)
class Moran:
    """Moran's I of one variable under one matrix, by year."""

    series: str
    w: str
    rows: tuple[MoranRow, ...]
    p_kind: str = ""

    @property
    def label(self) -> str:
        """Variable and matrix."""
        return ", ".join(filter(None, ["Moran's I", self.series, self.w]))

    @property
    def complete(self) -> list[CompleteMoranRow]:
        """Years with z."""
        return [CompleteMoranRow(r.year, r.i, r.z, r.sd, r.p_value) for r in self.rows if r.z]


@dataclass(frozen=True)
class Statistic:
    """One specification test."""

    name: str
    statistic: Printed
    p_value: Printed | None = None
    df: Printed | None = None


@dataclass(frozen=True)
class StatisticTable:
    """Specification tests of one table or column."""

    label: str
    rows: tuple[Statistic, ...]


@dataclass(frozen=True)
class Matrix:
    """A candidate weights matrix: name, file, and rows as read (N x N)."""

    name: str
    values: object


@dataclass(frozen=True)
class Panel:
    """Units and years as the paper gives them; a number is None if it is not printed."""

    N: int | None = None
    T: int | None = None
    NT: int | None = None
    years: str = ""
    row_standardised: bool | None = None
    inferred: frozenset[str] = frozenset()

    @property
    def stated(self) -> tuple[int | None, int | None]:
        """Units and years that the paper itself states."""
        return (None if "N" in self.inferred else self.N, None if "T" in self.inferred else self.T)


@dataclass(frozen=True)
class Paper:
    """Everything that was transcribed of a paper."""

    name: str  # short, by default that of the file
    citation: dict[str, str] = field(default_factory=dict)  # title, journal, year, doi
    panel: Panel = field(default_factory=Panel)
    regressions: tuple[Regression, ...] = ()
    morans: tuple[Moran, ...] = ()
    tests: tuple[StatisticTable, ...] = ()
    matrices: tuple[Matrix, ...] = ()
    draws: int | None = None
    notes: tuple[str, ...] = ()  # what was not sure, and keys that nothing reads

    @property
    def sized(self) -> list[tuple[Regression, Printed]]:
        """Columns whose observations are printed, with these."""
        return [(r, r.nobs) for r in self.regressions if r.nobs]
