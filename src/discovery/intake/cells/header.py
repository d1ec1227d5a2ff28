"""Whether a table has a header, how many rows it takes, and the names of the columns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from ..values.dates import read_dates, read_times
from ..values.numbers import numeric_share
from ..values.words import MISSING_WORDS

__all__ = ["are_names", "header_depth", "header_names", "header_score", "unique_names"]

_NAME = re.compile(r"^[^\W\d][^\n]{0,80}$")
_MOST_COLUMNS = 120
_LONGEST = 1_000
_UNIT = re.compile(r"^[\[(]?(?:[^\W\d_]{1,5}|[%‰°€$£#]\S{0,3}|[^\W\d_]{1,6}[/^²³]\S{0,6})[\])]?$")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")
"""Signs that no name has; the tab, which other readers keep as it is, is none of them."""
_IMPORT = re.compile(r"""^\{\s*['"]ImportId['"]\s*:""")
_RESPONSES = frozenset({"response", "open-ended response"})
_NUMBER = re.compile(r"^-?\d+(?:\.\d+)?$")
_YEAR = re.compile(r"^(?:1[89]|20|21)\d{2}$")


def header_score(cells: pl.DataFrame) -> float:
    """Return evidence that the first row is a header: above 0 for it, below against it.

    A cell counts for it where the cells under it are numbers or dates and it is not, against it where it is one as
    they are, or where it occurs among them.
    """
    if cells.height == 0:
        return -1.0
    top = [(c or "").strip() for c in cells.row(0)]
    body = cells.slice(1, 500)
    if not any(top):
        return -1.0
    if body.height == 0:
        return 0.5 if all(_NAME.match(c) or not c for c in top) and len(set(top)) == len(top) else -0.5
    if any(f(top, body) for f in (_years, _numbered, _scaled, _coded)) or _answers(top):
        return 0.5
    some = _some(body.columns)
    body = body.select(pl.col(c).str.head(_LONGEST) if c in some else pl.lit(None).alias(c) for c in body.columns)
    votes = [_vote(cell, body[name]) for cell, name in zip(top, body.columns, strict=True) if name in some]
    score = sum(votes) / max(1, len(votes))
    filled = [c for c in top if c]
    named = sum(bool(_NAME.match(c)) and c.casefold() not in MISSING_WORDS for c in filled)
    if named == len(filled) and len(set(filled)) == len(filled):
        score += 0.15
    if len(set(filled)) < 0.7 * len(filled):
        score -= 0.3
    return score


def are_names(fields: Sequence[str]) -> bool:
    """Whether these may be the names of columns: distinct, in letters, none of them long."""
    names = [f.strip() for f in fields]
    fine = all(0 < len(n) <= 60 and any(c.isalpha() for c in n) and not n[0].isdigit() for n in names)
    return len(names) >= 2 and fine and len(set(names)) == len(names)


def _years(top: Sequence[str], body: pl.DataFrame) -> bool:
    """Whether years head columns of figures that are none."""
    years = [int(c) for c in top if _YEAR.match(c)]
    under = [body[n].str.strip_chars() for c, n in zip(top, body.columns, strict=True) if _YEAR.match(c)]
    if len(years) >= 4 and all(b > a for a, b in pairwise(years)) and not _YEAR.match(top[0]):
        others = [c for c in top if c and not _YEAR.match(c)]
        named = len(set(others)) == len(others) <= len(years) + 3 and all(map(_NAME.match, others))
        return (len(others) <= 3 or named) and not _all_years(under)
    cycle = years[: years.index(years[0], 1)] if years and years.count(years[0]) > 1 else []
    if len(cycle) >= 2 and cycle * (len(years) // len(cycle)) == years and sorted(set(cycle)) == cycle:
        return not _all_years(under)
    if len(years) < 2 or any(b - a != years[1] - years[0] or a == b for a, b in pairwise(years)):
        return False
    if len(years) >= 3:
        return True
    return len(top) > len(years) and not any(u.str.contains(_YEAR.pattern).any() for u in under)


def _all_years(columns: Sequence[pl.Series]) -> bool:
    """Whether all cells of a column, where it has any, are years."""
    filled = (c.filter((c != "").fill_null(False)) for c in columns)
    return any(len(c) > 0 and bool(c.str.contains(_YEAR.pattern).all()) for c in filled)


def _numbered(top: Sequence[str], body: pl.DataFrame) -> bool:
    """Whether the header numbers the columns from 0 or 1, as a frame without names is written."""
    numbers = [c for c in top if c.isdigit()]
    others = [c for c in top if c and not c.isdigit()]
    if numbers not in ([str(i + first) for i in range(len(numbers))] for first in (0, 1)):
        return False
    if len(others) > 0.5 * len(numbers) or not all(_NAME.match(c) for c in others):
        return False
    if len(numbers) == len(top) and [str(int(c) + len(top)) for c in top] == [
        (c or "").strip() for c in body.row(0)
    ]:
        return False  # 1, 2, 3 above 4, 5, 6: rows that count on
    if len(numbers) >= 3:
        return all([(c or "").strip() for c in body.row(i)] != list(top) for i in range(min(body.height, 3)))
    return len(top) == 1 and numbers == ["0"] and numeric_share(body[body.columns[-1]]) < 0.5


def _scaled(top: Sequence[str], body: pl.DataFrame) -> bool:
    """Whether names stand above columns of numbers, and beside them the steps of a scale (wavelengths, depths)."""
    steps = [float(c) for c in top if _NUMBER.match(c)]
    names = [(c, n) for c, n in zip(top, body.columns, strict=True) if c and not _NUMBER.match(c)]
    rises = [b - a for a, b in pairwise(steps)]
    even = len(steps) >= 5 and max(rises) - min(rises) <= 1e-6 * abs(steps[-1] - steps[0]) and rises[0] != 0
    rising = len(steps) >= 20 and (min(rises) > 0 or max(rises) < 0)
    if not (even or rising) or not names or not all(_NAME.match(c) for c, _ in names):
        return False
    return len({c for c, _ in names}) == len(names) and any(_numeric(body[n]) for _, n in names)


def _coded(top: Sequence[str], body: pl.DataFrame) -> bool:
    """Whether different numbers head columns of which none holds numbers."""
    codes = [n for c, n in zip(top, body.columns, strict=True) if c.isdigit()]
    others = [c for c in top if not c.isdigit()]
    if len(codes) < max(3, 2 * len(others)) or len(set(top)) < len(top) or not all(map(_NAME.match, others)):
        return False
    some = body.select(n for n in codes if n in _some(codes))
    return all(c.str.contains(r"[^\W\d]").any() and numeric_share(c.str.strip_chars()) < 0.2 for c in some)


def _answers(cells: Sequence[str]) -> bool:
    """Whether a row is the second of a header as survey tools write it: what may be answered to each question."""
    return sum(c.casefold() in _RESPONSES for c in cells) >= 2


def _imported(cells: Sequence[str]) -> bool:
    """Whether a row holds the names under which another program takes the columns in, as Qualtrics writes them."""
    return len(cells) > 1 and all(_IMPORT.match(c) for c in cells)


def _like(cell: str, present: pl.Series) -> bool:
    """Whether a cell is mostly digits and nearly all of those below are of its form (``000017Smith``)."""
    if not cell[:1].isdigit() or sum(c.isdigit() for c in cell) < 4 or len(present) < 5:
        return False
    form = re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", cell))
    forms = present.head(500).str.replace_all(r"[0-9]+", "9").str.replace_all(r"\p{Alphabetic}+", "a")
    return int((forms == form).sum()) >= 0.9 * len(forms)


def _vote(cell: str, column: pl.Series) -> float:
    stripped = column.str.strip_chars()
    present = stripped.filter((stripped != "").fill_null(False))
    if len(present) == 0 or not cell:
        return 0.0
    mine = pl.Series([cell])
    numeric = numeric_share(present)
    if numeric >= 0.8:
        if cell.casefold() in MISSING_WORDS:
            return 0.0
        return -1.0 if numeric_share(mine) >= 1 else 1.0
    dates = read_dates("", present) or read_times(present)
    if dates is not None and dates.parsed >= 0.8 * len(present):
        own = read_dates("", mine) or read_times(mine)
        return -1.0 if own is not None and own.parsed else 1.0
    if (present == cell).any():
        often = int((present == cell).sum()) / len(present)
        return -0.6 if often > 0.01 or len(present) < 100 else -0.3
    if numeric_share(mine) >= 1 or _like(cell, present):
        return -0.5
    lengths = present.str.len_chars()
    spread = float(lengths.cast(pl.Float64).to_numpy().std())
    low, high = (int(x) for x in (lengths.to_numpy().min(), lengths.to_numpy().max()))
    if len(present) >= 5 and spread < 2 and not low <= len(cell) <= high:
        return 0.5
    few = present.n_unique() <= 0.5 * len(present)
    return 0.3 if few and len(present) >= 5 else 0.05


def header_depth(cells: pl.DataFrame) -> int:
    """Return how many rows the header has: groups above names, names in two parts, units below names."""
    if cells.height < 4 or cells.width < 2:
        return 1
    top, second, third = ([(c or "").strip() for c in cells.row(i)] for i in (0, 1, 2))
    if _imported(third):
        return 3
    if _imported(second):
        return 2
    if cells.width >= 3 and (
        _grouped(cells, top, second)
        or _in_two_parts(top, second)
        or _units(cells, top, second)
        or (_answers(second) and all(a or b for a, b in zip(top, second, strict=True)))
    ):
        return 2
    return _rows_of_words(cells)


def _grouped(cells: pl.DataFrame, top: Sequence[str], second: Sequence[str]) -> bool:
    groups = [c for c in top if c]
    gaps = len(groups) < len(top) and len(groups) <= 0.7 * len(top)
    repeats = len(set(groups)) <= 0.7 * len(groups)
    if any(c.endswith(":") for c in groups):
        return False
    if len(groups) < 2 or not (gaps or repeats) or sum(bool(c) for c in second) < 0.7 * len(second):
        return False
    named = [c for c in second if c]
    if _years_in_groups(cells, top, second):
        return True
    if any(numeric_share(pl.Series([c])) >= 1 for c in named) or len(named) < len(second) - 1:
        return False
    return header_score(cells.slice(1)) > 0.3


def _years_in_groups(cells: pl.DataFrame, top: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the same years stand below each group, over figures that are none."""
    places = [i for i, c in enumerate(second) if c]
    years = [second[i] for i in places if _YEAR.match(second[i])]
    often = Counter(years).values()
    if len(years) < max(4, len(places) - 2) or len(set(years)) < 2 or len(set(often)) > 1 or 1 in often:
        return False
    if any(_YEAR.match(c) or (c and not _NAME.match(c)) for c in top):
        return False
    under = [cells[cells.columns[i]].slice(2, 200).str.strip_chars() for i in places if _YEAR.match(second[i])]
    return not any(u.str.contains(_YEAR.pattern).all() for u in under)


def _units(cells: pl.DataFrame, top: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row has nothing but units, above columns of numbers."""
    places = [i for i, c in enumerate(second) if c]
    if not places or len(places) > 0.8 * len(second) or not all(top) or second[0]:
        return False
    if not all(_UNIT.match(second[i]) for i in places):
        return False
    body = cells.slice(2, 200)
    return all(_numeric(body[body.columns[i]]) for i in places)


def _in_two_parts(top: Sequence[str], second: Sequence[str]) -> bool:
    """Whether the second row has names just where the first has a gap, or a group that reaches over one."""
    gaps = {i for i, c in enumerate(top) if not c}
    below = {i for i, c in enumerate(second) if c and not (top[i] and c.casefold() in _RESPONSES)}
    heads = {i - 1 for i in gaps} - gaps
    words = all(any(s.isalpha() for s in second[i]) and not second[i][0].isdigit() for i in below)
    asked = below != {i for i, c in enumerate(second) if c}
    return len(gaps) >= 2 - asked and len(below) >= 3 - asked and words and gaps <= below <= gaps | heads


def _rows_of_words(cells: pl.DataFrame) -> int:
    """Return how many rows on top have words where all that is below are numbers."""
    most = min(4, cells.height // 3)
    body = cells.slice(most, 200)
    some = _some(body.columns)
    columns = [i for i, c in enumerate(body.columns) if c in some and _numeric(body[c])]
    if len(columns) < 2:
        return 1
    few = len(columns) < min(3, cells.width)
    depth = 1
    for k in range(2, most + 1):
        whole = cells.row(k - 1)
        row = [(whole[i] or "").strip() for i in columns]
        words = [c for c in row if _word(c)]
        if few and (not all(whole) or sum(len(c.split()) for c in whole) < 1.5 * len(whole)):
            continue  # with so few numbers only labels of several words are plainly no data
        if len(words) >= max(2, 0.8 * len(row)):
            depth = k
    return depth


def _word(cell: str) -> bool:
    """Whether a cell holds letters and no digit, and is no word for missing."""
    letters = any(s.isalpha() for s in cell)
    return letters and cell.casefold() not in MISSING_WORDS and not any(s.isdigit() for s in cell)


def _some(columns: Sequence[str]) -> frozenset[str]:
    """Return the columns that are looked at: of a very wide table every k-th."""
    return frozenset(columns[:: max(1, len(columns) // _MOST_COLUMNS)])


def _numeric(column: pl.Series) -> bool:
    stripped = column.str.strip_chars()
    present = stripped.filter((stripped != "").fill_null(False))
    return len(present) >= 2 and numeric_share(present) >= 0.95


def header_names(cells: pl.DataFrame, depth: int) -> list[str]:
    """Return the text above each column, the rows of the header joined.

    A header of one row is taken as it is written, with the blanks around its names, as other readers take it. That
    a question has a response, as survey tools write below it, is no part of its name, and neither are the names
    that another program has for the columns.
    """
    if depth == 0:
        return ["" for _ in cells.columns]
    if depth == 1:
        return _as_written(cells)
    rows = [[(c or "").strip() for c in cells.row(i)] for i in range(depth)]
    if _imported(rows[-1]):
        rows.pop()
    if len(rows) == 1:
        return _as_written(cells)
    if len(rows) == 2 and _named_twice(*rows):
        rows.pop()
    elif len(rows) == 2 and any(c.casefold() in _RESPONSES for c in rows[1]):
        rows[1] = ["" if a and b.casefold() in _RESPONSES else b for a, b in zip(*rows, strict=True)]
    names = rows[-1]
    for row in reversed(rows[:-1]):
        group, joined = "", []
        for i, (above, below) in enumerate(zip(row, names, strict=True)):
            group = above or (group if i and below and any(row[:i]) else "")
            joined.append(f"{group} {below}")
        names = joined
    return [" ".join(c.split()) for c in names]


def _as_written(cells: pl.DataFrame) -> list[str]:
    """Return the names of the first row as they stand in the file, tabs too, but for line breaks, and for blanks
    that are the layout of the file: where all but the first begin with one, as after the comma of a sentence, or
    where most names are padded, and most cells of most of these columns."""
    names = [c or "" for c in cells.row(0)]
    whole = [n if n.strip() and not _CONTROL.search(n) else " ".join(n.split()) for n in names]
    padded = [c for c, n in zip(cells.columns, whole, strict=True) if n != n.strip()]
    layout = len(whole) > 1 and all(n[:1] in ("", " ") for n in whole[1:])
    if not layout and len(padded) > 0.5 * len(whole):
        body = cells.slice(1).select(padded)
        laid_out = [2 * int(body[c].str.contains(r"^ | $").sum() or 0) > body.height for c in padded]
        layout = body.height == 0 or sum(laid_out) > 0.5 * len(padded)
    return [" ".join(n.split()) for n in whole] if layout else whole


def _named_twice(top: Sequence[str], second: Sequence[str]) -> bool:
    """Whether both rows name every column, and a fifth of the second row's names are in the names above."""
    if not all(top) or not all(second) or len(set(top)) < len(top):
        return False
    again = sum(below.casefold() in above.casefold() for above, below in zip(top, second, strict=True))
    return again >= max(2, 0.2 * len(top))


def unique_names(originals: Sequence[str]) -> list[str]:
    """Return names for columns as pandas gives them, so that a line of pandas in an advice works on the file.

    A blank name becomes ``Unnamed: 3`` (counted from 0), the second ``a`` becomes ``a.1``; without any header the
    columns are numbered from ``column_1``. Control signs but tabs are left out, and what Polars would take for a
    pattern of names (``*``, ``^a$``) becomes ``column *``.
    """
    if not any(originals):
        return [f"column_{i}" for i in range(1, len(originals) + 1)]
    originals = [_plain_name(original) for original in originals]
    wished = [original or f"Unnamed: {i}" for i, original in enumerate(originals)]
    taken = {o for o in originals if o}
    names: list[str] = []
    seen: set[str] = set()
    for original, name in zip(originals, wished, strict=True):
        chosen, k = name, 1
        while chosen in seen or (chosen != original and chosen in taken):
            chosen, k = f"{name}.{k}", k + 1
        seen.add(chosen)
        names.append(chosen)
    return names


def _plain_name(name: str) -> str:
    name = _CONTROL.sub("", name)
    return f"column {name}" if name == "*" or (name.startswith("^") and name.endswith("$")) else name
