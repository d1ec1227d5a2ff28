"""Blanks before or after the text of a cell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from ....artifacts import Finding
from ....intake.cells.compact import told
from ...context import PIECE, TableContext, check
from ...values import MOST_TEXTS, texts_matching

PADDED = r"^\s+\S|\S\s+$"


@check("inconsistent_category")
def padded(ctx: TableContext) -> Iterable[Finding]:
    """Report cells with blanks before or after the text; once for the table where nearly all cells have them."""
    stored = {c for c, dtype in ctx.frame.schema.items() if dtype == pl.String} | set(
        () if ctx.table.texts is None else ctx.table.texts.columns
    )
    names = [c.name for c in ctx.profile.columns.values() if c.type == "text" and c.name in stored]
    padded_texts = texts_matching(ctx, PADDED)
    suspects = [c for c in names if c in padded_texts or _may_be_padded(ctx, c)]
    if not suspects:
        return
    blank = pl.DataFrame([ctx.table.text(c).str.contains(PADDED).fill_null(False) for c in suspects])
    counts = dict.fromkeys(names, 0) | {c: int(blank[c].sum()) for c in suspects}
    full = [c for c in names if counts[c] >= 0.9 * max(ctx.profile[c].present, 1)]
    if len(full) >= max(3, 0.8 * len(names)):
        yield _padded_table(ctx, names, full, blank)
        counts = {c: 0 if c in full else n for c, n in counts.items()}
    for name, count in counts.items():
        if count:
            yield _padded_column(ctx, name, count, blank[name])


def _may_be_padded(ctx: TableContext, name: str) -> bool:
    """Whether cells were trimmed when read, or some of a column too long to be searched with others is padded."""
    texts = ctx.table.texts
    if texts is not None and name in texts.columns and _bytes(texts[name]) != _bytes(ctx.frame[name]):
        return True
    many = ctx.profile[name].distinct > MOST_TEXTS
    return many and bool(ctx.table.value_counts(name)["v"].str.contains(PADDED).any())


def _bytes(cells: pl.Series) -> int:
    """Return the bytes of all texts, looked at a piece of a long column at a time."""
    pieces = (cells.slice(at, PIECE) for at in range(0, len(cells), PIECE))
    return sum(int(told(piece, lambda texts: texts.str.len_bytes()).sum()) for piece in pieces)


def _padded_table(ctx: TableContext, names: Sequence[str], full: Sequence[str], blank: pl.DataFrame) -> Finding:
    padded_rows = blank.select(pl.any_horizontal(pl.all())).to_series()
    return ctx.finding(
        "inconsistent_category",
        [],
        "minor",
        f"The text of {len(full)} of {len(names)} text columns begins or ends with a blank in nearly every cell: "
        "the delimiter was written with a blank.",
        rows_affected=int(padded_rows.sum() or 0),
        consequence="A filter such as == 'Private' finds nothing, and joins with other tables come out empty.",
        advice="Trim all text when reading.",
        fix="df = df.apply(lambda s: s.str.strip() if s.dtype == 'str' else s)",
        evidence=ctx.evidence(ctx.rows_where(padded_rows, 2), full[:4]),
        details={"columns": list(full)},
    )


def _padded_column(ctx: TableContext, name: str, count: int, mask: pl.Series) -> Finding:
    few = count < 0.9 * ctx.profile[name].present
    values = ctx.table.text(name).drop_nulls().unique()
    merges = len(values) - values.str.strip_chars().n_unique()
    return ctx.finding(
        "inconsistent_category",
        name,
        "minor" if ctx.profile[name].distinct <= 0.5 * ctx.profile[name].present else "info",
        f"{count:,} cells of '{name}' begin or end with a blank.",
        rows_affected=count,
        consequence="The same value with and without the blank counts as two." if few else "Filters find nothing.",
        advice="Trim the text.",
        fix=f"df[{name!r}] = df[{name!r}].str.strip()",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"cause": "text begins or ends with a blank", "form": "blanks", "merges": merges},
    )


@check("inconsistent_category")
def padded_values(ctx: TableContext) -> Iterable[Finding]:
    """Remark on numbers, dates and times that were written with blanks before or after them; once for the table
    where more than two columns have some. Not told where the delimiter of the file was written with a blank."""
    columns = [c for c in ctx.profile.columns.values() if c.type != "empty" and c.present]
    counts = {c.name: int(ctx.table.columns[c.name].notes.get("padded", 0) or 0) for c in columns}
    texts = [c for c in columns if c.type == "text"]
    full = [c for c in texts if counts[c.name] >= 0.9 * c.present]
    found = [c.name for c in columns if c.type != "text" and counts[c.name]]
    if not found or len(full) >= max(3, 0.8 * len(texts)):
        return
    blank = {n: ctx.table.text(n).str.contains(PADDED).fill_null(False) for n in found}
    if len(found) <= 2:
        yield from (_padded_values(ctx, [n], counts[n], blank[n]) for n in found)
        return
    rows = pl.DataFrame(list(blank.values())).select(pl.any_horizontal(pl.all())).to_series()
    yield _padded_values(ctx, found, int(rows.sum() or 0) or max(counts[n] for n in found), rows)


def _padded_values(ctx: TableContext, names: Sequence[str], count: int, mask: pl.Series) -> Finding:
    shown = ", ".join(f"'{n}'" for n in names[:6]) + (" …" if len(names) > 6 else "")
    one = f"{count:,} cells of '{names[0]}' begin or end with a blank."
    many = f"Numbers or dates of {len(names)} columns begin or end with a blank in {count:,} rows: {shown}."
    return ctx.finding(
        "inconsistent_category",
        names[0] if len(names) == 1 else [],
        "info",
        one if len(names) == 1 else many,
        rows_affected=count,
        consequence="A tool that does not trim cells reads the column as text.",
        advice="Trim the text before it is read as numbers or dates.",
        evidence=ctx.evidence(ctx.rows_where(mask), list(names[:4])),
        details={"cause": "text begins or ends with a blank", "form": "blanks", "columns": list(names)},
    )
