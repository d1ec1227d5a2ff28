"""Lines of pandas that mend a column, such that they run on what ``pandas.read_csv`` makes of the file."""

from __future__ import annotations

from .context import TableContext
from .placeholders import NULLS, normal

__all__ = ["in_pandas"]

_SIGNS = ("thousands", "percent", "parentheses")


def in_pandas(ctx: TableContext, column: str, operation: str) -> str | None:
    """Return the assignment that applies ``operation`` (``.clip(upper=9)``) to a column of numbers.

    Where some cells are no numbers, or decimals are written with a comma, pandas holds the column as text, which is
    made numbers first. None where numbers are written with signs (currencies, percent, thousands): they come first.
    """
    known, cells = ctx.table.columns[column], f"df[{column!r}]"
    if any(sign in known.format for sign in _SIGNS) or "currencies" in known.notes:
        return None
    if "decimal comma" in known.format:
        cells = f"pd.to_numeric({cells}.astype('string').str.replace(',', '.'), errors='coerce')"
    elif any(normal(u.text) not in NULLS for u in known.unparsed):
        cells = f"pd.to_numeric({cells}, errors='coerce')"
    return f"df[{column!r}] = {cells}{operation}"
