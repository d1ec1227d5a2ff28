"""Shape: columns that hold too little (constants) or too much (identifiers, hosts of levels, prose) to learn from.

Method: shares of the dominant value and of the distinct values, from the profile alone. The limits follow common
practice: scikit-learn's ``VarianceThreshold`` for constants, caret's ``nearZeroVar`` (Kuhn 2008: one value in 95 of
100 rows) for near-constants, lowered to 92 of 100, from where on twenty rows hold fewer than two others, and to 90
for a numeric column that is mostly zero, since its moments then describe the zeros.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl

from ...artifacts import Finding, Severity
from ..context import TableContext, check
from ..numbers.quantities import several_quantities, units_of
from ..profiling.profile import ColumnProfile
from ..values import numbered_levels
from ..vocabulary.names import runs_into_id, tokens
from ..vocabulary.placeholders import WEAK, normal

__all__ = [
    "ROW_NAMES",
    "ROW_NUMBER",
    "constant",
    "free_text",
    "high_cardinality",
    "id_like",
    "identifies",
    "near_constant",
]

NEAR_CONSTANT = 0.92
MOSTLY_ZERO = 0.90
MANY_LEVELS, SOME_LEVELS = 100, 30
"""More levels than these are many: the second where there is a new one every five rows."""
LEVELS_PER_ROW = 0.2
ONCE = 0.98
"""The share of different values from which on they name the rows, and not things that repeat."""
FEWEST_GIVEN, LEAST_BY_CHANCE, FEW_OF_CHANCE = 300, 10, 0.1
"""Numbers, and repeats expected by chance, from which on their want tells; the share of these that may be there."""
NEAR = 0.1
"""How far numbers of one stretch lie apart, as a share of the least."""
LOST = 1.1
"""How far numbers of rows of which some were lost reach, in rows."""
LONGEST_NAME = 40
"""Letters of a name, on average."""
_NAMES = (None, "person_name", "country", "category")
_NO_NAMES = frozenset(
    "rank ranks ranking position pos place order random population amount price score scores points".split()
)
_TIMES = frozenset("time times year month week day hour minute second date t timestamp epoch".split())
_UNKNOWN = frozenset(
    {"?", "-", "--", ".", "na", "n/a", "nan", "nil", "none", "null", "unknown", "unk", "missing", "not available",
     "unspecified", "not known", "unbekannt", "k.a.", "inconnu", "desconocido", "#n/a"}
)  # fmt: skip
_TOLD_ELSEWHERE = frozenset({"uuid", "email", "phone", "iban", "card", "national_id"})
_DECIMAL = re.compile(r"[-+]?9*[.,]9+")
_DATED = re.compile(r"9[-/.]9[-/.]9|9:9")
ROW_NUMBER = re.compile(
    r"^(?:unnamed:? ?\d*|index|idx|row[_ ]?(?:id|no|num|number)?|instant|column_?0|rownames?|\.?id|x|nr|no|#|"
    r"s[lr]?\.?[ _]?no\.?|serial[ _]?(?:no|nr|num|number)\.?|record|object_?id|ogc_?fid|fid|)$",
    re.IGNORECASE,
)
"""Names of columns that number the rows."""
ROW_NAMES = re.compile(r"^(?:unnamed:? ?\d+|row[_ .]?names?|row[_ ]?(?:id|no|num|number))$", re.IGNORECASE)


def _drop(column: str) -> str:
    return f"df = df.drop(columns=[{column!r}])"


def _percent(share: float) -> str:
    text = f"{share:.1%}"
    return f"{share:.3%}" if text == "100.0%" and share < 1 else text


@check("constant", "empty_column")
def constant(context: TableContext) -> Iterator[Finding]:
    """Columns with one value. Where cells are missing too, presence is all the column can tell; where the one value
    is a sign for missing, the column is empty."""
    if context.rows < 2:
        return
    for column in context.columns():
        if column.distinct != 1:
            continue
        value = context.show(column.name, column.top[0][0] if column.top else column.minimum)
        target = column.name in context.targets
        if column.top and _is_unknown(column.top[0][0]) and not target:
            yield _holds_nothing(context, column, value)
            continue
        gaps = (
            f" where it is filled ({column.missing:,} of {column.rows:,} rows are empty)" if column.missing else ""
        )
        severity: Severity = "blocker" if target else "minor"
        if column.missing > 0.05 * column.rows and not target:
            severity = "info"
        yield context.finding(
            "constant",
            column.name,
            severity,
            f"Column '{column.name}' always holds '{value}'{gaps}.",
            rows_affected=column.present,
            consequence="The target never varies, so nothing can be learned."
            if target
            else "It cannot tell any two rows apart; models ignore it or overfit to its later changes.",
            advice="Ask whether the extract was filtered on it; otherwise leave it out."
            + (" Whether it is filled may itself be a useful flag." if column.missing else ""),
            fix=None if target else _drop(column.name),
            details={"values": [value], "missing": column.missing},
            evidence=context.evidence([_first_row(context, column.name)], [column.name]),
        )


def _holds_nothing(context: TableContext, column: ColumnProfile, value: str) -> Finding:
    return context.finding(
        "empty_column",
        column.name,
        "minor",
        f"Column '{column.name}' is empty: all that it holds is '{value}', in {column.present:,} rows.",
        rows_affected=context.rows,
        consequence="It holds nothing, though it looks filled.",
        advice="Ask whether it was lost on the way; otherwise leave it out.",
        fix=_drop(column.name),
        details={"values": [value]},
    )


def _first_row(context: TableContext, column: str) -> int:
    present = context.frame[column].is_not_null()
    return int(present.arg_max() or 0) + 1


@check("near_constant")
def near_constant(context: TableContext) -> Iterator[Finding]:
    """Columns that nearly always hold one value, words for "unknown" not counted, but for one that may be a
    category of its own (none).

    A column of mostly zeros counts from 90 of 100, any other from 92. Targets are the matter of ``imbalance``.
    """
    if context.rows < 20:
        return
    for column in context.columns():
        if column.distinct < 2 or not column.top or column.name in context.targets:
            continue
        known = [(v, n) for v, n in column.top if not _is_unknown(v)]
        unknown = sum(n for v, n in column.top if _is_unknown(v))
        total = column.present - unknown
        nothing = next((w for w in column.top[:1] if _is_unknown(w[0]) and normal(str(w[0])) in WEAK), None)
        if nothing is not None and nothing[1] >= NEAR_CONSTANT * column.present:
            found = _near_constant(context, column, *nothing, column.present)
            yield found.model_copy(update={"details": found.details | {"own": True}})
            continue
        if not known or total < max(20, 0.05 * column.rows) or column.distinct == 1 + len(column.top) - len(known):
            continue
        value, count = known[0]
        share = count / total
        zero = column.numeric and column.distinct > 2 and value == 0
        if share >= (MOSTLY_ZERO if zero else NEAR_CONSTANT):
            yield _near_constant(context, column, value, count, total)


def _is_unknown(value: object) -> bool:
    return isinstance(value, str) and value.strip().casefold() in _UNKNOWN


def _near_constant(context: TableContext, column: ColumnProfile, value: object, count: int, total: int) -> Finding:
    shown, share = context.show(column.name, value), count / total
    others = context.rows_where((pl.col(column.name) != pl.lit(value)).fill_null(False))
    of = "rows" if total == column.rows else "rows where it is known"
    return context.finding(
        "near_constant",
        column.name,
        "info" if share < 0.99 else "minor",
        f"Column '{column.name}' is '{shown}' in {_percent(share)} of the {of} ({count:,} of {total:,}); "
        f"{total - count:,} {'differs' if total - count == 1 else 'differ'}.",
        rows_affected=count,
        consequence="Means and models mostly see this one value; splits may leave the rare values out altogether.",
        advice="Keep it only if the rare values matter: turn it into a yes/no flag, or leave it out.",
        fix=None
        if context.is_personal(column.name) or len(shown) > 40
        else f"df[{column.name + '_set'!r}] = df[{column.name!r}] != {_literal(value, shown)}",
        details={"values": [shown], "share": round(share, 6), "others": total - count, "distinct": column.distinct},
        evidence=context.evidence(others, [column.name]),
    )


def _literal(value: object, shown: str) -> str:
    if isinstance(value, bool) and shown.lower() not in {"true", "false"}:
        return repr(shown)  # a text to other readers
    return repr(value) if isinstance(value, bool | int | float | str) else repr(str(value))


def identifies(column: ColumnProfile) -> bool:
    """Whether the values of ``column`` are identifiers: named, coded or counted like them, and rarely repeated."""
    if column.present < 10 or column.distinct < 10 or column.type not in {"integer", "number", "text"}:
        return False
    share = column.distinct / column.present
    if column.semantic == "uuid":
        return share > 0.2
    if column.semantic == "national_id":
        return share == 1.0
    if column.semantic == "identifier":
        return share > 0.2 and column.distinct >= 20
    if column.unique and column.type != "number" and ROW_NAMES.match(column.name):
        return True
    if column.semantic in {"date_part", "free_text", "latitude", "longitude", "percentage", "postcode"}:
        return False
    if column.numeric:
        return column.type == "integer" and ((share == 1.0 and _counts_rows(column)) or _given_out(column))
    return _coded(column, share)


def _counts_rows(column: ColumnProfile) -> bool:
    """Whether whole numbers run from first to last, one a row, with no gap but where a row was lost (not years)."""
    low, high = column.minimum, column.maximum
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return False
    nearly = 0 <= high - low + 1 - column.present <= 0.001 * column.present
    if nearly and ((column.sorted and low in (0, 1)) or (column.present >= 1000 and _says_number(column.name))):
        return True
    if high - low + 1 != column.present:
        return _counts_lost_rows(column)
    if low in (0, 1) or ROW_NUMBER.match(column.name):
        return True
    return column.sorted != 0 and column.present >= 50 and not (low >= 1500 and high <= 2200)


def _counts_lost_rows(column: ColumnProfile) -> bool:
    """Whether whole numbers rise from 0 or 1 in the order of the rows, with one in ten left out at most: rows were
    numbered and some lost since."""
    if column.sorted != 1 or not column.identifying or column.minimum not in (0, 1) or column.rows < 100:
        return False
    words = set(tokens(column.name))
    return column.maximum - column.minimum < LOST * column.rows and not (_NO_NAMES | _TIMES) & words


def _given_out(column: ColumnProfile) -> bool:
    """Whether whole numbers in no order repeat far less than by chance, as numbers given out do.

    So many values spread evenly over their range, where they repeat least, repeat n² / 2 (range) times (the
    birthday problem). Ranks, moments and amounts differ for reasons of their own.
    """
    low, high, n = column.minimum, column.maximum, column.present
    if column.sorted != 0 or n < FEWEST_GIVEN or not isinstance(low, int) or not isinstance(high, int) or low < 0:
        return False
    by_chance = n * (n - 1) / 2 / (high - low + 1)
    few = n - column.distinct <= min(FEW_OF_CHANCE * by_chance, (1 - ONCE) * n)
    return by_chance >= LEAST_BY_CHANCE and few and not (_NO_NAMES | _TIMES) & set(tokens(column.name))


def _says_number(name: str) -> bool:
    last = (tokens(name) or ("",))[-1]
    return last in {"no", "nr", "number", "num", "key"} or (runs_into_id(last) and len(last) <= 4)


def _coded(column: ColumnProfile, share: float) -> bool:
    """Whether nearly unique texts are codes: one word of one length, with digits or of mixed signs."""
    if share < 0.95 or column.semantic is not None or not column.length_mean:
        return False
    one_word = not any(" " in pattern or _DATED.search(pattern) for pattern, _ in column.patterns[:10])
    digits = sum(n for pattern, n in column.patterns if "9" in pattern)
    same_length = column.length_min == column.length_max and column.length_min is not None and column.length_min > 2
    same_length = same_length and (column.length_min != 3 or (share == 1.0 and column.present >= 100))
    return one_word and (digits >= 0.9 * column.present or bool(same_length))


@check("id_like")
def id_like(context: TableContext) -> Iterator[Finding]:
    """Columns that number or name the rows: unique or nearly so, and named, coded or counted like identifiers."""
    declared = context.engagement.tables.get(context.name)
    keys = set(declared.key) if declared else set()
    for column in context.columns():
        if column.name in context.targets:
            continue
        rising = _rises(context, column)
        declared_key = len(keys) == 1 and column.name in keys and column.distinct > 10
        known = (identifies(column) and not numbered_levels(column)) or rising or declared_key
        known = known or _of_one_stretch(context, column)
        if not known and not _names_rows(context, column):
            continue
        counter = column.numeric and column.unique and column.present > 1 and (rising or _counts_rows(column))
        often = "names nearly every row" if column.distinct >= ONCE * column.present else "names things that repeat"
        what = "numbers the rows" if counter else "identifies rows" if column.unique else often
        yield context.finding(
            "id_like",
            column.name,
            "minor" if context.use_cases and known else "info",
            f"Column '{column.name}' {what}: {column.distinct:,} distinct values in {column.present:,} rows.",
            rows_affected=column.distinct,
            consequence="A model can memorise it and fails on new rows; its order may carry time or the outcome.",
            advice="Keep it for joins, grouping and tracing; leave it out of what a model learns from.",
            fix=f"df = df.set_index({column.name!r})"
            if column.unique and not column.missing
            else _drop(column.name),
            details={"distinct": column.distinct, "unique": column.unique, "row_number": counter},
            evidence=context.evidence([_first_row(context, column.name)], [column.name]),
        )


def _rises(context: TableContext, column: ColumnProfile) -> bool:
    """Whether whole numbers rise from row to row, by steps of several lengths, in the first column or one without a
    name of its own: rows were numbered, and some lost since."""
    first = column.name == next(iter(context.profile.columns)) or ROW_NUMBER.match(column.name) is not None
    if not first or column.type != "integer" or not column.identifying or column.sorted != 1 or column.rows < 100:
        return False
    if _TIMES & set(tokens(column.name)) or (column.minimum >= 1500 and column.maximum <= 2200):
        return False
    return context.frame[column.name].diff().drop_nulls().n_unique() > 1 and column.semantic != "date_part"


def _of_one_stretch(context: TableContext, column: ColumnProfile) -> bool:
    """Whether the first column has whole numbers of six digits or more, each its own, in no order and so near to
    one another that they share their first digits: numbers given out by one system."""
    first = column.name == next(iter(context.profile.columns))
    if not first or column.type != "integer" or not column.unique or column.sorted != 0 or column.present < 100:
        return False
    low, high = column.minimum, column.maximum
    return low >= 10**5 and high - low <= NEAR * low and not (_NO_NAMES | _TIMES) & set(tokens(column.name))


def _names_rows(context: TableContext, column: ColumnProfile) -> bool:
    """Whether short texts, nearly all different, are names of the rows: in the first column, or called a name."""
    words = tokens(column.name)
    named = column.name == next(iter(context.profile.columns)) or "name" in words[-1:]
    named = named and not _TIMES & set(words) and column.semantic in _NAMES
    if not named or column.type != "text" or column.present < 30:
        return False
    once = column.present == column.rows and column.distinct >= ONCE * column.present
    return once and (column.length_mean or 0) <= LONGEST_NAME and not _of_numbers(column)


def _of_numbers(column: ColumnProfile) -> bool:
    """Whether seven in ten texts are decimal numbers: what keeps them text is told, and they are no levels."""
    numbers = sum(n for pattern, n in column.patterns if _DECIMAL.fullmatch(pattern))
    return numbers >= 0.7 * column.present > 0


def _has_digits(column: ColumnProfile) -> bool:
    return column.type == "text" and any("9" in pattern for pattern, _ in column.patterns[:5])


@check("high_cardinality")
def high_cardinality(context: TableContext) -> Iterator[Finding]:
    """Texts and postcodes with very many levels: over 100, or over 30 where there is a new one every five rows.
    Of prose it is but good to know; numbers with their units are no levels."""
    for column in context.columns():
        if _of_numbers(column) if column.type == "text" else column.semantic != "postcode":
            continue
        known = identifies(column) and not numbered_levels(column)
        if known or column.semantic in _TOLD_ELSEWHERE:
            continue
        if column.present < 30 or column.name in context.targets:
            continue
        share = column.distinct / column.present
        if not (column.distinct > MANY_LEVELS or (column.distinct > SOME_LEVELS and share > LEVELS_PER_ROW)):
            continue
        if _has_digits(column) and (units_of(context, column) or several_quantities(context, column)):
            continue
        once = "; nearly every row has its own" if share > 0.9 else f", {1 / share:.1f} rows each on average"
        name, cast = column.name, ".astype('string')" if column.type != "text" else ""
        prose = column.semantic == "free_text"
        yield context.finding(
            "high_cardinality",
            column.name,
            "minor" if context.use_cases and share > LEVELS_PER_ROW and not prose else "info",
            f"Column '{column.name}' has {column.distinct:,} distinct values in {column.present:,} rows{once}.",
            rows_affected=column.distinct,
            consequence="One-hot encoding explodes, and most levels are too rare to learn anything from.",
            advice="Group the rare levels, take parts of the value (a prefix), or encode it as text.",
            fix=None
            if prose
            else f"rare = df[{name!r}].map(df[{name!r}].value_counts()) < 10; "
            f"df[{name!r}] = df[{name!r}]{cast}.mask(rare, 'other')",
            details={"distinct": column.distinct, "share": round(share, 6)},
            evidence=context.evidence([_first_row(context, column.name)], [column.name]),
        )


@check("free_text")
def free_text(context: TableContext) -> Iterator[Finding]:
    """Columns of prose (see ``semantics``)."""
    for column in context.columns("text"):
        if column.semantic != "free_text":
            continue
        length = f"{column.length_mean:,.0f}" if column.length_mean is not None else "many"
        yield context.finding(
            "free_text",
            column.name,
            "info",
            f"Column '{column.name}' is free text: {column.present:,} texts of {length} characters on average.",
            rows_affected=column.present,
            consequence="Tabular models cannot use it as it is, and people write personal data into such fields.",
            advice="Use a text candidate for it, check it for personal data, and never show it raw.",
            details={"length_mean": column.length_mean, "length_max": column.length_max},
        )
