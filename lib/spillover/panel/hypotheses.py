"""A test statistic and what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from scipy import stats


@dataclass(frozen=True)
class SpecificationTest:
    """A test statistic and what it says.

    Attributes
    ----------
    name, null
        The test and its null hypothesis, in words.
    statistic
        Value of the statistic; NaN where it does not exist.
    df
        Degrees of freedom of the chi-squared distribution, None for other distributions.
    p_value
        Probability of a value at least as extreme under the null.
    note
        What the reader must know to read the result, or "".
    """

    name: str
    null: str
    statistic: float
    df: int | None
    p_value: float
    note: str = ""

    @classmethod
    def chi2(cls, name: str, null: str, statistic: float, df: int, note: str = "") -> Self:
        """Test whose statistic is chi-squared with ``df`` degrees of freedom under the null.

        Parameters
        ----------
        name, null
            What the test is called, and what it tests.
        statistic, df
            Its value and degrees of freedom.
        note
            A remark to be printed with it.

        Returns
        -------
        SpecificationTest
        """
        p_value = float(stats.chi2.sf(statistic, df))
        return cls(name, null, float(statistic), int(df), p_value, note)
