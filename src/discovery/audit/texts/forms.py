"""The forms of the texts of a column: their signs with letters as ``A`` or ``a`` and digits as ``9``."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl

from ..values import text_counts
from ..vocabulary.placeholders import is_placeholder, may_be_placeholder

if TYPE_CHECKING:
    from ..context import TableContext

__all__ = ["placeholders_among", "runs_as_one", "text_forms", "with_forms"]


def text_forms(ctx: TableContext, column: str) -> pl.DataFrame:
    """Return the distinct values of a text column with their forms (:func:`with_forms`), most frequent first; kept
    as :func:`~discovery.audit.values.text_counts` keeps them."""
    key = f"text_forms:{column}"
    if key not in ctx.memo:
        found = with_forms(text_counts(ctx, column))
        if f"text_counts:{column}" not in ctx.memo:
            return found
        ctx.memo[key] = found
    return cast("pl.DataFrame", ctx.memo[key])


def with_forms(counts: pl.DataFrame) -> pl.DataFrame:
    """Return the values ``v`` (``n`` cells each) with their ``form``, and as they are but for their ``digits``."""
    counts = counts.with_columns(digits=counts["v"].str.strip_chars().str.replace_all(r"\p{N}", "9"))
    few = counts.select(pl.col("digits").unique())  # what differs in its digits only is looked at once
    form = few["digits"].str.replace_all(r"\p{Lu}", "A").str.replace_all(r"\p{Ll}", "a")
    return counts.join(few.with_columns(form=form), on="digits", maintain_order="left")


def runs_as_one(forms: pl.Series) -> pl.Series:
    """Return forms with each run of capitals, of small letters, and of digits as one sign.

    >>> runs_as_one(pl.Series(["Aaaa-99", "AA9"])).to_list()
    ['Aa-9', 'A9']
    """
    return forms.str.replace_all("9+", "9").str.replace_all("A+", "A").str.replace_all("a+", "a")


def placeholders_among(forms: pl.DataFrame) -> list[str]:
    """Return the values that stand for missing; of those that differ in their digits only, one is looked at."""
    few = forms["digits"].unique()
    suspects = few.filter(may_be_placeholder(few))
    if suspects.is_empty():
        return []
    return [v for v in forms.filter(forms["digits"].is_in(suspects.implode()))["v"].to_list() if is_placeholder(v)]
