"""Values that stand for missing: words and dates."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from ....artifacts import Finding, Severity
from ....intake.cells.compact import told
from ...context import TableContext, check
from ...fixes import as_dates, blanked
from ...grammar import percentage
from ...numbers.zeros import said_no
from ...profiling.profile import ColumnProfile
from ...semantics.lists import DATE_PARTS
from ...values import MOST_TEXTS, raw_words, texts_where
from ...vocabulary.abbreviations import MOST_ANSWERS, NOT_KNOWN, not_known
from ...vocabulary.names import named
from ...vocabulary.null_dates import NULL_DATES, day_of
from ...vocabulary.placeholders import NULLS, STRONG, WEAK, is_placeholder, may_be_placeholder, normal

COMMON = 0.05
"""The share of the rows from which on they change results."""
FAULTS = frozenset({"error", "invalid", "empty", "blank", "dummy", "#", "*"})
"""Doubtful words that are hardly a category of one column and a gap of another."""
PLAIN_WORDS = frozenset(
    """xxx xxxx xxxxx missing blank empty error invalid dummy nil nill none unnamed withheld tbd tba placeholder
    undefined undisclosed select""".split()
)
"""Words that a few things are called."""
_CODE = r"^\s*(?:-(?:1|9{1,4})|9{3,4})(?:\.0+)?\s*$"
_NUMBER = r"^-?9?([.,]9)*$"
_REPEATED = r"^[\s()+./-]*(?:(?:0[\s()+./-]*){4,}|(?:9[\s()+./-]*){4,})$"
LONGEST = 32
"""The longest sign for missing, in bytes."""
GIVEN = frozenset({"Na", "Nan", "Nat", "Nil"})
"""Words for missing that, written so, are names of persons."""
FEWEST_NAMES, MOSTLY_ONCE = 50, 0.9
NAMES = ("name", "firstname", "lastname", "surname", "first", "last")
CALLS = frozenset({"answered", "busy", "connected", "voicemail", "failed", "no-answer", "left message"})
"""Beside these words, and in columns of calls, nobody answered the telephone."""
CHOICES = frozenset("accept allow block deny drop follow keep notify reject skip warn warning alert".split())
"""Beside these words, and in columns of actions, Ignore is one."""
GRADES = frozenset("prime choice premium standard preferred insert update delete cancel click submit".split())
GRADED = (
    "grade",
    "tier",
    "plan",
    "trim",
    "action",
    "command",
    "query",
    "operation",
    "method",
    "key",
    "button",
    "event",
)
"""Beside these words, and in columns called so, Select is a grade or a command."""
TITLES = ("title", "titles", "movie", "film", "song", "album", "book", "track", "game", "artist", "band")


@check("sentinel_missing")
def words(ctx: TableContext) -> Iterable[Finding]:
    """Report words and signs in place of values: in columns of text, and among cells that did not parse.

    Whole cells are compared with a list of such words in several languages (the union of what R, pandas, SQL,
    spreadsheets and survey tools write). A word that is at times a category of its own (``none``, ``-``) counts as
    missing where the column holds numbers, dates or many distinct values, and is else only remarked upon; a word of
    a fault (``error``) also where it stands among the numbers or dates of another column. Abbreviations for "not
    known" count beside answers (:mod:`discovery.audit.vocabulary.abbreviations`).
    """
    columns = ctx.profile.columns.values()
    short = not_known({c.name: list(map(str, _suspects(ctx, c))) for c in columns if _few_texts(c)})
    found = {
        c.name: _unparsed_words(ctx, c) if c.type != "text" else _text_words(ctx, c, short.get(c.name, ()))
        for c in columns
    }
    told = FAULTS & {normal(w) for c in columns if c.type != "text" for w in found[c.name]}
    for column in columns:
        cells = found[column.name]
        sure = {w: rows for w, rows in cells.items() if normal(w) in told or not _doubtful(ctx, column, w)}
        sure = {w: rows for w, rows in sure.items() if not (_zeros(w) and said_no(ctx, column, rows))}
        if sure:
            yield words_finding(ctx, column, sure, sure=True)
        elif cells:
            yield words_finding(ctx, column, cells, sure=False)


def _unparsed_words(ctx: TableContext, column: ColumnProfile) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for cell in ctx.table.columns[column.name].unparsed:
        text = cell.text.strip()
        if is_placeholder(text) or normal(text) in NOT_KNOWN or _null_date(text, column):
            found.setdefault(text, []).append(cell.row)
    return found


def _null_date(text: str, column: ColumnProfile) -> bool:
    return column.temporal and re.fullmatch(r"0+([-/.: T]0+)*", text) is not None


def _few_texts(column: ColumnProfile) -> bool:
    return column.type == "text" and 2 < column.distinct <= min(MOST_ANSWERS, len(column.top))


def _text_words(ctx: TableContext, column: ColumnProfile, short: Collection[str]) -> dict[str, list[int]]:
    if not column.present:
        return {}
    series = ctx.frame[column.name]
    codes = _codes_among_words(column)
    suspects = [v for v in _suspects(ctx, column) if len(v.encode()) <= LONGEST + 8 and v.strip()]
    candidates = [v for v in suspects if is_placeholder(v) or _repeated(v, column) or v in codes or v in short]
    if not candidates:
        return {}
    fine = legitimate(column)
    found = {}
    for value in sorted(candidates):
        if normal(value) not in fine:
            rows = ctx.rows_where(series == value, limit=None)
            if is_a_name(column, value, len(rows)):
                continue
            if len(rows) >= _least(column, value):
                found[value.strip()] = rows
    return found


def _suspects(ctx: TableContext, column: ColumnProfile) -> Sequence[str]:
    """Return the distinct texts of a column among which there may be words for missing."""
    if column.distinct <= len(column.top):
        return [v for v, _ in column.top]
    if column.distinct > MOST_TEXTS:
        values = ctx.table.value_counts(column.name)["v"]
        return values.filter(_suspect(values)).to_list()
    if "suspects" not in ctx.memo:
        ctx.memo["suspects"] = texts_where(ctx, _suspect)
    found: Sequence[str] = ctx.memo["suspects"].get(column.name, ())
    return found


def _suspect(texts: pl.Series) -> pl.Series:
    short = texts.str.len_bytes() <= LONGEST + 8
    return short & (may_be_placeholder(texts) | texts.str.contains(_REPEATED) | texts.str.contains(rf"{_CODE}|^0$"))


def _least(column: ColumnProfile, word: str) -> int:
    """Return how often a word must stand in a column: works have titles such as Unknown and Missing in Action."""
    if word.strip() == "0":
        return 1 if _days_or_months(column) else 3
    if column.distinct <= 50 or not is_placeholder(word):
        return 1
    if normal(word) in PLAIN_WORDS and column.distinct > 0.5 * column.present:
        return 2
    return 3 if named(column.name, *TITLES) else 1 if normal(word) in STRONG else 2


def _codes_among_words(column: ColumnProfile) -> set[str]:
    """Numbers that are codes for missing (-1, -9, 999; 0 among ten words, or days or months) and the only numbers
    among words."""
    code = rf"{_CODE}|0" if column.distinct > 10 or _days_or_months(column) else _CODE
    found = {str(v): n for v, n in column.top if re.fullmatch(code, str(v))}
    numbers = sum(n for pattern, n in column.patterns if re.fullmatch(_NUMBER, pattern))
    return set(found) if found and column.distinct > 3 and numbers <= sum(found.values()) else set()


def _days_or_months(column: ColumnProfile) -> bool:
    """Whether a column holds at least five names of days or months, and 0 besides."""
    others = [str(v).strip().casefold() for v, _ in column.top if str(v).strip() != "0"]
    return 5 <= len(others) == column.distinct - 1 <= 12 and set(others) <= DATE_PARTS


def _repeated(value: str, column: ColumnProfile) -> bool:
    """Codes of one repeated digit (``00000``, ``999-999-9999``) in columns of codes of that shape."""
    digits = re.sub(r"[\s()+./-]", "", value)
    if len(digits) < 4 or not digits.isdigit() or len(set(digits)) > 1 or digits[0] not in "09":
        return False
    return column.distinct >= 10 and dict(column.top).get(value, 0) > 1


def legitimate(column: ColumnProfile) -> set[str]:
    """Return the words, as :func:`normal` has them, that are values like any other in this column."""
    values = [str(v) for v, _ in column.top]
    lower = {normal(v) for v in values}
    fine: set[str] = set()
    if {"+", "-"} <= lower:
        fine.add("-")
    if codes_of_two(column) or _north_america(column):
        fine.add("na")
    if _codes_of(column, 3) or (column.unique and (column.length_max or LONGEST) <= 4):
        fine |= {"tba", "tbd", "nat", "nan", "nil", "nul", "unk"}
    if named(column.name, "status", "error", "result", "outcome", "state", "message", "level", "severity"):
        fine |= {"error", "invalid", "empty", "missing", "blank"}
    if lower & GRADES or named(column.name, *GRADED):
        fine.add("select")
    if lower & CHOICES or named(column.name, *GRADED):
        fine.add("ignore")
    if lower & CALLS or named(column.name, "call", "calls"):
        fine |= {"no answer", "not answered", "unanswered"}
    if column.semantic in {"free_text", "address"}:
        fine |= {"empty", "blank", "error", "invalid", "dummy"}
    return fine


def is_a_name(column: ColumnProfile, value: str, rows: int) -> bool:
    """Whether Nan, Na, Nat or Nil, in so many rows, is a name here: no more frequent than others, in a column of
    persons, or once or twice in one that has a name for nearly each row."""
    if value.strip() not in GIVEN:
        return False
    others = max((n for v, n in column.top if str(v) != value), default=0)
    if column.semantic == "person_name" or named(column.name, *NAMES):
        return rows <= max(2, others)
    return rows <= 2 and column.distinct >= max(FEWEST_NAMES, MOSTLY_ONCE * column.present) and _capital(column)


def _capital(column: ColumnProfile) -> bool:
    """Whether nearly all texts begin with a capital and are short."""
    capital = sum(str(v).strip()[:1].isupper() for v, _ in column.top)
    return capital >= MOSTLY_ONCE * len(column.top) and (column.length_mean or 0) <= LONGEST


def codes_of_two(column: ColumnProfile) -> bool:
    """Whether a column holds codes of two letters, of which NA may be one (Namibia, North America)."""
    return _codes_of(column, 2)


def _north_america(column: ColumnProfile) -> bool:
    """Whether NA may be North America: the column is one of regions, and another is written as a code (EMEA)."""
    regions = named(column.name, "territory", "region", "continent", "market", "area", "zone", "geo")
    return regions and any(re.fullmatch(r"[A-Z]{2,5}", str(v).strip()) for v, _ in column.top if str(v) != "NA")


def _codes_of(column: ColumnProfile, letters: int) -> bool:
    short = sum(re.fullmatch(rf"[A-Z]{{{letters}}}", str(v).strip()) is not None for v, _ in column.top)
    return len(column.top) >= 5 and short >= 0.8 * len(column.top)


def _doubtful(ctx: TableContext, column: ColumnProfile, word: str) -> bool:
    if column.type != "text":
        return False
    if named(column.name, "status") and normal(word).startswith("missing "):
        return True
    if normal(word) not in WEAK:
        return False
    many = column.distinct > 50 or column.distinct > 0.2 * ctx.rows
    return not many


def _zeros(word: str) -> bool:
    return len(word) > 1 and re.fullmatch(_REPEATED, word) is not None and "0" in word


def _says_so(column: ColumnProfile, words: Iterable[str]) -> bool:
    """Whether the gap is a category that says what it is: a word such as 'unknown' among other words, or its
    abbreviation."""
    plain = all(re.search(r"[^\W\d_]{4}", w) or normal(w) in NOT_KNOWN for w in words)
    return column.type == "text" and column.distinct <= 50 and plain


def words_finding(ctx: TableContext, column: ColumnProfile, cells: dict[str, list[int]], *, sure: bool) -> Finding:
    """Return the finding that texts stand (or, unless ``sure``, may stand) for missing in the rows of each."""
    name = column.name
    unusual = {w: rows for w, rows in cells.items() if normal(w) not in NULLS}
    words, cells = Counter({w: len(rows) for w, rows in cells.items()}), unusual or cells
    spelled = Counter({w: len(rows) for w, rows in cells.items()})
    rows = sorted({r for group in cells.values() for r in group})
    fraction = len(rows) / ctx.rows
    shown = [ctx.show_any("", w, 30) for w, _ in spelled.most_common()]
    target = name in ctx.targets
    usual = all(normal(w) in NULLS for w in cells)
    costly = target or (fraction >= COMMON and not _says_so(column, cells) and not named(name, *NAMES))
    severity: Severity = "info" if usual or not sure else "major" if costly else "minor"
    verb = "stands" if len(shown) == 1 else "stand"
    may = verb if sure else "may stand"
    of = "numbers or dates" if column.type != "text" else "values"
    return ctx.finding(
        "sentinel_missing",
        name,
        severity,
        f"{raw_words(shown)} {may} for a missing value in {len(rows):,} of {ctx.rows:,} rows of '{name}' "
        f"({percentage(fraction)}).",
        rows_affected=len(rows),
        consequence=f"The gap counts as one of the {of}: the column looks complete, and groups by it are wrong.",
        advice="Read these cells as missing." if sure else "Ask whether it is a category of its own or a gap.",
        fix=blanked(name, [w for w, _ in words.most_common()]),
        evidence=ctx.evidence(rows[:5], [name]),
        details={
            "values": list(spelled)[:50],
            "counts": dict(spelled.most_common(20)),
            "missing_before": column.missing - column.unparsed,
            "missing_after": column.missing - column.unparsed + len(rows),
            "cause": f"{raw_words(sorted(shown), 3)} {may} for missing",
        },
        confidence=0.95 if sure else 0.5,
    )


@check("sentinel_missing")
def blanks(ctx: TableContext) -> Iterable[Finding]:
    """Report cells that hold nothing but blanks, where other empty cells (if any) hold nothing at all."""
    if ctx.table.texts is None:
        return
    names = [c.name for c in ctx.profile.columns.values() if c.missing > c.unparsed and c.present]
    names = [c for c in names if c in ctx.table.texts.columns]
    if not names:
        return
    for name in names:
        blank = told(ctx.table.texts[name], lambda texts: texts.str.contains(r"^\s+$")).fill_null(False)
        rows = ctx.rows_where(blank, limit=None)
        if not rows:
            continue
        every = len(rows) == ctx.profile[name].missing - ctx.profile[name].unparsed
        yield ctx.finding(
            "sentinel_missing",
            name,
            "info" if every else "minor",
            f"{len(rows):,} cells of '{name}' hold only blanks.",
            rows_affected=len(rows),
            consequence="Tools that do not trim take them for text, and the whole column for text.",
            advice="Read blank cells as missing.",
            fix=f"df[{name!r}] = df[{name!r}].replace(r'^\\s+$', pd.NA, regex=True)",
            evidence=ctx.evidence(rows[:5], [name]),
            details={"values": [" "], "cause": "cells hold only blanks"},
        )


@check("sentinel_missing", view="first")
def dates(ctx: TableContext) -> Iterable[Finding]:
    """Report dates that systems write for "none" (1900-01-01, 1970-01-01, 9999-12-31 ...).

    Such a date counts where it is cut off from the other dates by more than a tenth of their span (and 90 days), or
    where it is at least 10 times as frequent as the median date and makes 1% of the rows.
    """
    for column in ctx.profile.columns.values():
        if not column.temporal or column.distinct < 2:
            continue
        found = list(_null_dates(column))
        if found:
            yield _dates_finding(ctx, column, found)


def _null_dates(column: ColumnProfile) -> Iterable[tuple[Any, int]]:
    seen = dict([*column.low, *column.high, *column.top])
    suspects = {v for v in seen if day_of(v) in NULL_DATES}
    others = sorted(day_of(v) for v in seen if v not in suspects)
    if not suspects or not others:
        return
    usual = sorted(n for v, n in seen.items() if v not in suspects)
    typical = usual[len(usual) // 2]
    span = max((others[-1] - others[0]) / 10, timedelta(days=90))
    for value in sorted(suspects):
        day, count = day_of(value), seen[value]
        cut_off = day < others[0] - span or day > others[-1] + span
        frequent = count >= max(10 * typical, 0.01 * column.present, 5)
        if cut_off or frequent:
            yield value, count


def _dates_finding(ctx: TableContext, column: ColumnProfile, found: list[tuple[Any, int]]) -> Finding:
    name = column.name
    values = [v for v, _ in found]
    rows = sum(n for _, n in found)
    fraction = rows / ctx.rows
    shown = [ctx.show(name, v) for v in values]
    days = [str(day_of(v)) for v in values]
    rest = [v for v, _ in (*column.low, *column.high, *column.top) if v not in values]
    ctx.exclude(name, ctx.frame[name].is_in(values))
    details: dict[str, Any] = {"values": [str(v) for v in values]}
    if not ctx.is_personal(name):
        details |= {
            "before": {"minimum": str(column.minimum), "maximum": str(column.maximum)},
            "after": {"minimum": str(min(rest)), "maximum": str(max(rest))},
        }
    return ctx.finding(
        "sentinel_missing",
        name,
        "major" if fraction >= COMMON else "minor",
        f"{', '.join(shown)} {'stands' if len(shown) == 1 else 'stand'} for a missing date in {rows:,} rows "
        f"of '{name}' ({percentage(fraction)}).",
        rows_affected=rows,
        consequence="Ages, durations and time spans worked out from it are off by decades.",
        advice="Read these dates as missing.",
        fix=f"df[{name!r}] = {as_dates(ctx, name)}.mask(lambda d: d.dt.strftime('%Y-%m-%d').isin({days!r}))",
        evidence=ctx.evidence(ctx.rows_where(ctx.frame[name].is_in(values)), [name]),
        details=details,
        confidence=0.9,
    )
