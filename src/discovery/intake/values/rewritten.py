"""Dates that a spreadsheet of the other order of day and month has rewritten, and whether it turned them round."""

from __future__ import annotations

import polars as pl

__all__ = ["closer", "rewritten"]

_MANY = 30
"""From so many cells on it is no chance that none of a form has a day above 12."""
_TEXTS = 10
_YEAR = 366 * 86_400_000_000
"""What is turned round moves by less; longer steps say nothing."""
_CLOSER = 0.8
"""By the right reading, steps from row to row are as much shorter. Of rows in no order and of all months, both give
steps of about one length."""


def rewritten(parts: pl.DataFrame) -> pl.Series | None:
    """Return which texts a spreadsheet may have written with day and month the other way round, if any.

    It takes for a date of its own order what it can, and writes it in its own form; what it cannot (the day is
    above 12) stays as it was. So one form has a part above 12 in every cell, and the other in none of many. Where
    it shows dates in the order of the text they came from, the same is seen, and nothing is turned round: only the
    rows can say (:func:`closer`).
    """
    a, b = parts["a"].cast(pl.Int32, strict=False), parts["b"].cast(pl.Int32, strict=False)
    mine = (parts["family"] == "order").fill_null(False)
    form = parts.select(pl.concat_str(pl.col("y").str.len_chars(), "p")).to_series()
    clear = ((a > 12) | (b > 12)).fill_null(False)
    frame = pl.DataFrame({"form": form, "clear": clear, "n": parts["n"]}).filter(mine)
    by = frame.group_by("form").agg(
        rows=pl.col("n").sum(), texts=pl.len(), all=pl.col("clear").all(), any=pl.col("clear").any()
    )
    many = by.filter(pl.col("rows") >= _MANY)
    other = many.filter(~pl.col("any") & (pl.col("texts") >= _TEXTS))["form"]
    if not many["all"].any() or not len(other):
        return None
    return mine & form.is_in(other.implode()).fill_null(False)


def closer(written: pl.Series, turned: pl.Series) -> bool | None:
    """Whether moments (a row each) follow one another more closely turned round than as they are written; None
    where both do as well."""
    steps = [m.drop_nulls().cast(pl.Int64).diff().abs().clip(0, _YEAR).mean() for m in (written, turned)]
    as_is, other = (float(s or 0) for s in steps)  # type: ignore[arg-type]
    if other <= _CLOSER * as_is:
        return True
    return False if as_is <= _CLOSER * other else None
