"""Small tables as text, and what a check says of them."""

from spillover import audit

SIZE = 'N = "30"\nT = "10"\nNT = "300"'
SE = 'paren = "standard errors"\nstars = "* 10%, ** 5%, *** 1%"\n'


def said(paper, check: str) -> list[tuple[str, str]]:
    """Verdict and first reading of a check's findings."""
    found = audit.run(paper, [check])
    return [(f.verdict, (f.readings or ("",))[0]) for f in found]


def column(text: str, panel: str = SIZE) -> str:
    """One regression of a panel, standard errors in parentheses."""
    return f'[panel]\n{panel}\n[[regression]]\nlabel = "T"\n{SE}{text}'


def two_columns(first: str, second: str, model: str = "OLS") -> str:
    """Two regressions, the second a Durbin model."""
    columns = (f'[[regression]]\nlabel = "{k}"\n{SE}' for k in (1, 2))
    one, other = (head + rows for head, rows in zip(columns, (first, second), strict=True))
    return f'{one}model = "{model}"\n{other}model = "SDM"\n'


def printed_tests(*rows: tuple[str, ...]) -> str:
    """A table of specification tests: name, statistic, p, degrees of freedom."""
    return f'[[tests]]\nlabel = "T"\nrows = {_cells(rows)}\n'


def morans(*rows: tuple[str, ...], units: int = 30) -> str:
    """Moran's I by year: year, I, z, p."""
    return f'[panel]\nN = "{units}"\n[[moran]]\nseries = "y"\nsecond = "z"\nrows = {_cells(rows)}\n'


def _cells(rows: tuple[tuple[str, ...], ...]) -> str:
    shown = ("[" + ", ".join(f'"{cell}"' for cell in row) + "]" for row in rows)
    return f"[{', '.join(shown)}]"
