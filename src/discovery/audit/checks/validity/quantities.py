"""Numbers that are written with their unit, and so are text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import as_numbers
from ...numbers.quantities import MOST_UNITS, MOSTLY, QUANTITY, UNITS, amounts_of, first_units, lettered, units_of
from ...profiling.profile import ColumnProfile
from ...values import identifying, lettered_codes, raw_words, text_counts
from ...vocabulary.names import named

PLAIN = r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$"
NOT_QUANTITIES = frozenset(
    {"address", "phone", "postcode", "identifier", "uuid", "ip", "iban", "card", "url", "email", "person_name"}
)
DECADE = r"0\s?['’]?s$"
"""What ends a decade (an age in the 20s), if all cells end so."""
OPEN = r"\d{1,2}\s?\+"
"""How groups of ages and grades are called (13+, 18+)."""
SIZES = frozenset({"k", "m", "b", "mn", "mio", "bn", "lakh", "lac", "cr", "crore"})
"""Letters for thousands, millions and more."""
BYTES = ("size", "memory", "storage", "length", "distance", "width", "height", "depth", "area", "time", "duration")
"""What has such letters for a unit of its own: megabytes, metres, minutes."""
CAUSE = "numbers written with their unit"
TAKE_OUT = "Take the number out of the text, and the unit into the column's name."
TOLD = "Tell every reader of the file that its decimal sign is a comma, or ask for points."
_BEGINS = ("9", "$", "€", "£", "₹", "<", ">", "~", "-")
_LETTER = re.compile(r"[^\W\d_]")


@check("format_violation", "unit_mix", "inconsistent_category")
def quantities(ctx: TableContext) -> Iterable[Finding]:
    """Report text columns of numbers with units (``1248 CC``, ``90 min``), and those with more than one unit.

    At least four in five cells must be one number and one unit, and the units few: 8 at most, and each in 1 of
    1,000 rows to count. Units that differ by case, a point or a plural s are one. Of cells of several quantities
    (``190Nm@ 2000rpm``) the first unit counts. In a column of numbers the cells that could not be read count where
    at least 3 are a number and a unit, and so do percent signs that some of the numbers have and others have not.
    """
    for column in ctx.profile.columns.values():
        if column.numeric and not identifying(column) and not lettered_codes(ctx, column):
            yield from _among_numbers(ctx, column)
        if column.type != "text" or column.distinct < 5 or not column.present:
            continue
        if not any(p[:1] in _BEGINS for p, _ in column.patterns[:5]):
            continue
        units = units_of(ctx, column)
        if list(units) == ["+"] and all(re.fullmatch(OPEN, v.strip()) for v in units["+"]):
            continue
        if units and (column.semantic not in NOT_QUANTITIES or {u.casefold() for u in units} <= UNITS):
            yield _told(ctx, column, units)
            if len(units) > 1:
                yield _several_as_text(ctx, column, {u: texts for u, texts in units.items() if u != "none"})
        elif not units and column.semantic not in {*NOT_QUANTITIES, "free_text"}:
            yield from _compound(ctx, column)


def _among_numbers(ctx: TableContext, column: ColumnProfile) -> Iterable[Finding]:
    """Cells with a unit of their own among plain numbers (``1.3 acres`` among square feet), and stray % signs."""
    found = ((u.row, re.match(QUANTITY, u.text)) for u in ctx.table.columns[column.name].unparsed)
    told = ((row, m[1].strip(" .")) for row, m in found if m is not None)
    cells = [(row, unit) for row, unit in told if unit.casefold() in UNITS or len(_LETTER.findall(unit)) > 1]
    texts = {u.row: u.text.strip() for u in ctx.table.columns[column.name].unparsed}
    if all(re.search(DECADE, texts[row]) for row, unit in cells if unit == "s"):
        cells = [(row, unit) for row, unit in cells if unit != "s"]
    if lettered(texts.values()):
        cells = []
    units = Counter(unit for _, unit in cells)
    if len(cells) >= 3 and sum(n for _, n in units.most_common(MOST_UNITS)) >= MOSTLY * len(cells):
        rows = [row for row, _ in cells]
        shown = raw_words(f"{ctx.show_any('', u, 20)} ({n:,})" for u, n in units.most_common(MOST_UNITS))
        yield _stray(ctx, column.name, rows, f"{len(rows):,} cells have a unit of their own, {shown}", dict(units))
    percent = int(ctx.table.columns[column.name].notes.get("percent", 0) or 0)
    if 3 <= percent <= column.present - 3 and ctx.table.texts is not None:
        text = ctx.table.text(column.name) if column.name in ctx.table.texts.columns else None
        rows = [] if text is None else ctx.rows_where(text.str.contains("%", literal=True).fill_null(False))
        what = f"{percent:,} of {column.present:,} numbers have a percent sign"
        yield _stray(ctx, column.name, rows, what, {"%": percent}, percent)


def _compound(ctx: TableContext, column: ColumnProfile) -> Iterable[Finding]:
    """Cells that hold more than one quantity, where their first units differ."""
    if (column.length_mean or 99) > 40:
        return
    units = first_units(text_counts(ctx, column.name))
    if len(units) > 1:
        yield _told(ctx, column, units)


@check("format_violation")
def amounts_among_words(ctx: TableContext) -> Iterable[Finding]:
    """Remark on amounts with the sign or code of a currency that are text, for most cells are words (``No price``)
    or the code is one that no reader knows (``SR 1,385``)."""
    for column in ctx.profile.columns.values():
        found = (
            amounts_of(ctx, column) if column.semantic not in NOT_QUANTITIES and not identifying(column) else None
        )
        if found is not None and not units_of(ctx, column):
            sign, texts = found
            details = {"unit": sign, "cause": CAUSE}
            yield _as_text(ctx, column, {sign: texts}, "written with their unit,", TAKE_OUT, details=details)


@check("format_violation")
def dressed_numbers(ctx: TableContext) -> Iterable[Finding]:
    """Remark on numbers with signs of currency or thousands, or decimal commas: read here, but text to most other
    readers. Where the cells are parted by something else than a comma, its decimals are no more than a remark."""
    targets = ctx.targets
    raw = ctx.table.texts
    written = set() if raw is None else set(raw.columns)
    for column in ctx.profile.columns.values():
        if not column.numeric or raw is None or column.name not in written:
            continue
        form = ctx.table.columns[column.name].format
        if not form:
            continue
        continental = form == "decimal comma" and ctx.table.reading.dialect.get("delimiter") != ","
        text = ctx.table.text(column.name)
        odd = text.str.contains(",", literal=True) if continental else ~text.str.strip_chars().str.contains(PLAIN)
        dressed = (odd & ctx.frame[column.name].is_not_null()).fill_null(False)
        count = int(dressed.sum() or 0)
        if count:
            rows = ctx.rows_where(dressed)
            example = ctx.show(column.name, raw[column.name][rows[0] - 1], 30)
            yield ctx.finding(
                "format_violation",
                column.name,
                "minor" if column.name in targets and not continental else "info",
                f"{count:,} numbers of '{column.name}' are written with signs, as '{example}' is.",
                rows_affected=count,
                consequence="Most readers take them, and the whole column with them, for text.",
                advice=TOLD if continental else "Ask for plain numbers, and keep the unit in the column's name.",
                fix=f"df[{column.name!r}] = {as_numbers(ctx, column.name)}",
                evidence=ctx.evidence(rows, [column.name]),
                details={
                    "cause": f"numbers written with {'decimal commas' if continental else 'signs'}",
                    "own": True,
                },
            )


def _stray(
    ctx: TableContext, name: str, rows: list[int], what: str, units: dict[str, int], count: int | None = None
) -> Finding:
    return ctx.finding(
        "unit_mix",
        name,
        "minor",
        f"In '{name}', {what}; the others have none.",
        rows_affected=len(rows) if count is None else count,
        consequence="Read as plain numbers they would count for more, or less, than they are.",
        advice="Bring all to one unit, and keep the unit in the column's name.",
        evidence=ctx.evidence(rows[:5], [name]),
        details={"units": units},
        confidence=0.8,
    )


def _as_text(
    ctx: TableContext, column: ColumnProfile, units: Mapping[str, Sequence[str]], how: str, advice: str, **more: Any
) -> Finding:
    """Return the remark that the numbers of a column are text, as ``how`` they are written."""
    name = column.name
    mask = ctx.frame[name].cast(pl.String).is_in([t for texts in units.values() for t in texts])
    return ctx.finding(
        "format_violation",
        name,
        "info",
        f"The numbers of '{name}' are {how} {raw_words(ctx.show_any('', u, 20) for u in units)}, and so are text.",
        rows_affected=int(mask.sum() or 0),
        consequence="Each number counts as a category of its own: no mean, no order, no model on its size.",
        advice=advice,
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        **more,
    )


def _several_as_text(ctx: TableContext, column: ColumnProfile, units: Mapping[str, Sequence[str]]) -> Finding:
    """Return the remark that numbers of several units are text, or are written short (5 k, 2 M)."""
    details = {"units": list(units), "own": True, "cause": CAUSE}
    if {u.casefold() for u in units} <= SIZES and not named(column.name, *BYTES):
        advice = "Write the numbers out, so that 5 k is 5000 and 2 M is 2000000."
        return _as_text(ctx, column, units, "written short, with", advice, details=details, confidence=0.85)
    return _as_text(ctx, column, units, "written with their unit,", TAKE_OUT, details=details, confidence=0.85)


def _first_number(name: str) -> str:
    first = f"df[{name!r}].str.replace(',', '').str.extract(r'([-+]?\\d[\\d.]*)')[0]"
    return f"pd.to_numeric({first}, errors='coerce')"


def _told(ctx: TableContext, column: ColumnProfile, units: Mapping[str, Sequence[str]]) -> Finding:
    name = column.name
    main, *others = units
    if not others:
        more = {"fix": f"df[{name!r}] = {_first_number(name)}", "details": {"unit": main, "cause": CAUSE}}
        return _as_text(ctx, column, units, "written with their unit,", TAKE_OUT, **more)
    series = ctx.frame[name].cast(pl.String)
    rows = {u: int(series.is_in(texts).sum() or 0) for u, texts in units.items()}
    shown = raw_words(f"{ctx.show_any('', u, 20)} ({rows[u]:,})" for u in units)
    mask = series.is_in([t for u in others for t in units[u]])
    if not {v for u in units for v in (u.casefold(), u.casefold().rstrip("s"))} & (UNITS | SIZES):
        return _in_words(ctx, name, mask, rows, f"{len(units)} words: {shown}")
    return ctx.finding(
        "unit_mix",
        name,
        "minor",
        f"The numbers of '{name}' are written in {len(units)} units: {shown}.",
        rows_affected=sum(rows[u] for u in others),
        consequence="Read as numbers they cannot be compared: a model takes one unit's values for far larger ones.",
        advice="Bring all to one unit, and make the column a number.",
        fix=f"df[[{name!r}, {name + ' unit'!r}]] = df[{name!r}].str.extract(r'([-+]?\\d[\\d.,]*)\\s*(.*)')",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"units": rows},
        confidence=0.85,
    )


def _in_words(ctx: TableContext, name: str, mask: pl.Series, rows: Mapping[str, int], words: str) -> Finding:
    """Return the finding about numbers that stand with several words, none of them a unit: ``2 BHK``,
    ``2 Bedroom``."""
    return ctx.finding(
        "inconsistent_category",
        name,
        "minor",
        f"The numbers of '{name}' are written with {words}.",
        rows_affected=int(mask.sum() or 0),
        consequence="If the words mean the same, one category counts as several; if not, the numbers do not "
        "compare.",
        advice="Ask what each word means: make a number of those that mean the same, and a column of the word.",
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details={"units": dict(rows), "own": True},
        confidence=0.8,
    )
