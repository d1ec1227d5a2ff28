"""What of a table is personal: columns whose values must not be shown, and personal values inside texts.

Method: semantic types (shapes, checksums, name lists; see ``semantics``) for whole columns, and what a column's
name says of those whose values leave it open: what is not shown is wider than what is reported. For texts, cheap
expressions over every row find candidates, which are then confirmed one by one (``semantics.inside``). What is
found is kept in the context's memo, so that it is looked for once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from .semantics import PERSONAL
from .semantics.inside import PREFILTERS, spot
from .semantics.words import hints, tokens

if TYPE_CHECKING:
    from .context import TableContext
    from .profiling.profile import ColumnProfile

__all__ = [
    "MOST_SIGNS",
    "Inside",
    "inside_of",
    "kind_of",
    "like_births",
    "long_numbers",
    "names_account",
    "names_rows",
    "rounded",
    "telling",
]

CONFIRMED_ROWS, PAIR_ROWS = 3000, 1000
"""On how many rows candidates are confirmed, and names in pairs are looked for."""
MOST_SIGNS = 5000
FEWEST_DIGITS = 13
"""A card or an account has as many signs at least."""
PAIRED, ENTITLED = 0.15, 0.3
"""Names in pairs count in texts that are not prose only from this share of the rows on, anything like a name or an
address in titles from that: names of things hold some, too."""
MOSTLY = 0.5
"""A column is personal as a whole where so many of its texts hold something personal."""
LIVES, ADULT = 40, 15
"""Over how many years births spread at least, and how many years ago the last of them was."""

_ACCOUNTS = frozenset({"username", "login", "screenname", "nickname", "handle", "loginname", "twitterhandle"})
_DEVICES = frozenset({"imei", "imsi", "macaddress", "mac", "deviceid"})
_PLATE = r"^\s*[\p{L}\p{N}][\p{L}\p{N} .·\-]{2,14}$"
_NAMED = frozenset({"surely_person", "first_name", "last_name"})
_OTHERS = frozenset({"email", "phone", "iban", "card", "national_id", "birth_date", "address"})
_NO_TEXT = frozenset({"url", "uuid", "date_part", "country", "currency"})
_TITLES = frozenset(
    "title titles name names movie film game app song track album book product article headline label".split()
)
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_RISKY = re.compile(r"@|\d(?:\D{0,3}\d){6}")


@dataclass(slots=True)
class Inside:
    """What was seen inside the texts of a column: rows (from 1) by kind, and the first of each kind as they
    stand."""

    rows: dict[str, set[int]] = field(default_factory=dict)
    examples: list[tuple[int, str, str]] = field(default_factory=list)
    sampled: bool = False

    def add(self, row: int, semantic: str, text: str) -> None:
        """Note that ``text`` of ``row`` is of a kind."""
        known = self.rows.setdefault(semantic, set())
        if len(known) < 2 and row not in {e[0] for e in self.examples}:
            self.examples.append((row, semantic, text))
        known.add(row)

    @property
    def all_rows(self) -> set[int]:
        """The rows that hold something personal."""
        return set().union(*self.rows.values())

    @property
    def main(self) -> str | None:
        """The kind that most rows hold."""
        return max(self.rows, key=lambda k: len(self.rows[k]), default=None)


def telling(text: str) -> bool:
    """Whether ``text`` may hold an e-mail address or a long number, so that it is to be searched before it is
    shown."""
    return bool(_RISKY.search(text))


def kind_of(context: TableContext, name: str) -> str | None:
    """Return what a column of personal values holds, or ``personal``; None for columns that may be shown."""
    kinds: dict[str, str | None] = context.memo.setdefault("personal", {})
    if name not in kinds:
        spec = context.engagement.tables.get(context.name)
        kinds[name] = _kind(context, context.profile[name], bool(spec and name in spec.personal))
    return kinds[name]


def _kind(context: TableContext, column: ColumnProfile, declared: bool) -> str | None:
    if column.semantic in PERSONAL:
        return column.semantic
    if declared:
        return column.semantic or "personal"
    if column.type != "text" or column.present == 0:
        return None
    if names_account(context, column) or _named_personal(column):
        return "personal"
    if column.semantic == "free_text":
        return None
    inside = inside_of(context, column)
    return inside.main if len(inside.all_rows) >= MOSTLY * column.present else None


def names_account(context: TableContext, column: ColumnProfile) -> bool:
    """Whether a column of text names accounts, devices or vehicles of persons, by its name and many values."""
    if column.type != "text" or column.distinct < 10 or column.distinct <= 0.2 * column.present:
        return False
    if {*tokens(column.name), "".join(tokens(column.name))} & (_ACCOUNTS | _DEVICES):
        return True
    if "plate" not in hints(column.name):
        return False
    values = context.table.value_counts(column.name)["v"].head(1000)
    shaped = values.filter(values.str.contains(_PLATE) & values.str.contains(r"\p{N}"))
    return len(shaped) >= 0.8 * len(values)


def _named_personal(column: ColumnProfile) -> bool:
    """Whether the column's name says that it holds personal values, though these do not look like it."""
    hinted = hints(column.name)
    if column.distinct < 10 or "not_person" in hinted or column.semantic == "free_text":
        return False
    if hinted & _NAMED and column.distinct > 0.05 * column.present:
        return True
    others = hinted & _OTHERS and column.semantic not in {"category", "identifier"}
    return bool(others and column.distinct > 0.5 * column.present)


def inside_of(context: TableContext, column: ColumnProfile) -> Inside:
    """Return the personal values inside the texts of a column, or in those cells that are not of its type."""
    key = f"inside:{column.name}"
    if key not in context.memo:
        context.memo[key] = _look(context, column)
    found: Inside = context.memo[key]
    return found


def _look(context: TableContext, column: ColumnProfile) -> Inside:
    if column.type != "text":
        return _in_unparsed_cells(context, column.name)
    if column.semantic in PERSONAL | _NO_TEXT or (column.length_max or 0) < 6 or not column.present:
        return Inside()
    if context.frame[column.name].dtype.is_nested():
        return Inside()
    return _in_texts(context, column)


def _in_unparsed_cells(context: TableContext, name: str) -> Inside:
    known = context.table.columns.get(name)
    inside = Inside()
    for cell in (known.unparsed if known else ())[:CONFIRMED_ROWS]:
        for found in spot(cell.text[:MOST_SIGNS]):
            inside.add(cell.row, found.semantic, cell.text[found.start : found.end])
    return inside


def _in_texts(context: TableContext, column: ColumnProfile) -> Inside:
    inside = Inside()
    texts = context.frame[column.name].cast(pl.String)
    distinct = context.table.value_counts(column.name)["v"]
    prose = column.semantic == "free_text" or _is_prose(column)
    kinds = set(PREFILTERS) if prose else {"email", "iban", "card"}
    if not prose and (column.length_max or 0) < FEWEST_DIGITS:
        kinds = {"email"}
    for kind in sorted(kinds - {"address"}):
        if not _may_hold(distinct, kind):
            continue
        hits = texts.str.contains(PREFILTERS[kind]).fill_null(False).arg_true()
        if len(hits) > CONFIRMED_ROWS:
            hits, inside.sampled = hits.gather_every(len(hits) // CONFIRMED_ROWS + 1), True
        _confirm(inside, texts, hits.to_list(), kinds, pairs=False)
    if prose:
        _look_for_pairs(inside, texts, column)
    least = max(2, 0.001 * column.present)
    if prose and _TITLES & set(tokens(column.name)):
        least = max(2, ENTITLED * (min(len(texts), PAIR_ROWS) if inside.sampled else len(texts)))
    elif column.semantic != "free_text":
        least = max(2, 0.01 * column.present)
    inside.rows = {k: r for k, r in inside.rows.items() if k not in {"person_name", "address"} or len(r) >= least}
    if not prose and set(inside.rows) == {"card"} and len(inside.rows["card"]) < 0.5 * column.present:
        inside.rows = {}
    inside.examples = [e for e in inside.examples if e[1] in inside.rows]
    return inside


def _look_for_pairs(inside: Inside, texts: pl.Series, column: ColumnProfile) -> None:
    """Look for addresses and for given names before family names on some rows.

    Titles and names of things hold such pairs as well; they are passed over unless many rows do.
    """
    step = max(1, len(texts) // PAIR_ROWS)
    rows = list(range(0, len(texts), step))
    seen = Inside(sampled=step > 1)
    _confirm(seen, texts, rows, {"person_name", "address"}, pairs=True)
    long = column.semantic == "free_text" or (column.length_mean or 0) >= 50
    if not long and len(seen.rows.get("person_name", ())) < PAIRED * len(rows):
        seen.rows.pop("person_name", None)
    inside.sampled |= seen.sampled
    for kind, found in seen.rows.items():
        inside.rows.setdefault(kind, set()).update(found)
    told = {e[0] for e in inside.examples}
    inside.examples += [e for e in seen.examples if e[1] in seen.rows and e[0] not in told]


def _may_hold(distinct: pl.Series, kind: str) -> bool:
    """Whether any of the distinct texts of a column may hold a value of a kind."""
    needed = {"email": "@", "person_name": ""}.get(kind, r"\d")
    return bool(distinct.filter(distinct.str.contains(needed)).str.contains(PREFILTERS[kind]).any())


def _is_prose(column: ColumnProfile) -> bool:
    length = column.length_mean or 0
    if column.distinct <= 5 or length < 8:
        return False
    unspaced = _unspaced(column)
    if unspaced or length < 20:
        return unspaced
    spaced = sum(n for pattern, n in column.patterns if pattern.count(" ") >= 2)
    seen = sum(n for _, n in column.patterns)
    return spaced >= 0.5 * seen if seen else True


def _unspaced(column: ColumnProfile) -> bool:
    """Whether most values are in scripts that put no blanks between words, and some are as long as sentences."""
    if (column.length_max or 0) < 12 or not any(
        ord(sign) > 0x2FFF for value, _ in column.top for sign in str(value)
    ):
        return False
    return sum(len(_CJK.findall(str(value))) >= 5 for value, _ in column.top) >= 0.5 * len(column.top)


def _confirm(inside: Inside, texts: pl.Series, rows: Iterable[int], kinds: set[str], pairs: bool) -> None:
    places = list(rows)
    for index, text in zip(places, texts.gather(places).to_list(), strict=True):
        for found in spot(text[:MOST_SIGNS], pairs) if text else ():
            if found.semantic in kinds:
                inside.add(index + 1, found.semantic, text[found.start : found.end])


def names_rows(column: ColumnProfile) -> bool:
    """Whether nearly every row has a value of its own that would tell which row it is: text, day, long number.

    Such values are no figures of the column; each could be a person's.
    """
    if column.distinct <= 20 or column.distinct < 0.9 * column.present:
        return False
    return column.type == "text" or column.temporal or long_numbers(column)


def long_numbers(column: ColumnProfile) -> bool:
    """Whether a column holds whole numbers of nine digits or more, which may be those of persons."""
    high = column.maximum
    return (
        column.numeric
        and (column.whole or column.type == "integer")
        and isinstance(high, int | float)
        and high >= 1e8
    )


def rounded(numbers: Iterable[float]) -> list[float]:
    """Return numbers to four digits, which says of what size they are and not which."""
    return [float(f"{n:.4g}") for n in numbers]


def like_births(column: ColumnProfile, today: date) -> bool:
    """Whether dates, in no order, spread and end as births of adults do, so that no row's may be kept or shown."""
    first, last = column.minimum, column.maximum
    if not column.temporal or column.sorted or first is None or last is None:
        return False
    return bool(last.year - first.year >= LIVES and today.year - last.year >= ADULT)
