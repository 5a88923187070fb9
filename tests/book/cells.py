"""Which cells of a chapter teach, and which only import, draw or tabulate."""

import ast

IMPORTS = 4  # statements of import that a teaching cell may have
DISPLAYED = {"display", "paper", "numbered", "record", "use", "regression_table", "show"}
DRAWN = ("_plot", "_map", "_maps", "_bars", "_heatmaps", "side_by_side", "_figure")


def teaches(source: str) -> bool:
    """Whether a cell does more than import, set the style, draw, tabulate or record.

    A cell that defines or computes something and then tabulates it as its last act counts as
    tabulating: what is computed belongs into a cell of its own if readers should see it.
    """
    body = ast.parse(source).body
    imports = [s for s in body if isinstance(s, ast.Import | ast.ImportFrom)]
    rest = [s for s in body if not _prepares(s)]
    return len(imports) <= IMPORTS and bool(rest) and not _shows(rest[-1])


def loses(source: str) -> list[str]:
    """Calls of a cell whose result was to be shown, but is dropped: only the last one is."""
    return [ast.unparse(s) for s in ast.parse(source).body[:-1] if _made_to_show(s)]


def _made_to_show(statement: ast.stmt) -> bool:
    call = getattr(statement, "value", None)
    return isinstance(statement, ast.Expr) and ast.unparse(call).startswith(("show.", "tables."))


def _prepares(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Import | ast.ImportFrom) or _called(statement) == "use"


def _shows(statement: ast.stmt) -> bool:
    name = _called(statement)
    return name in DISPLAYED or name.startswith("plot_") or name.endswith(DRAWN)


def _called(statement: ast.stmt) -> str:
    """Name of the function that a statement calls, without its module; empty if none."""
    value = getattr(statement, "value", None)
    if not isinstance(statement, ast.Expr) or not isinstance(value, ast.Call):
        return ""
    return (
        value.func.attr if isinstance(value.func, ast.Attribute) else getattr(value.func, "id", "")
    )
