"""Cells of another type than their column."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...fixes import as_numbers
from ...numbers.quantities import lettered
from ...profiling.profile import ColumnProfile
from ...texts.shared_tokens import shared_tokens
from ...values import cells_of, identifying, kept, lettered_codes, quoted, text_counts
from ...vocabulary.names import named
from ...vocabulary.number_words import spelled_out
from ...vocabulary.placeholders import is_placeholder

DATE_LIKE = (
    r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?\s*$|^\s*\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}\s*$"
)
CHECKED = r"\d{7,9}[Xx]"
"""Numbers of books and journals (ISBN-10, ISSN) whose check digit is ten."""
CODES = r"[A-Z]{1,3}(?:\d[\d.]*)?"
"""Capitals, alone or before digits: ``K``, ``PK``, ``A12``."""
DAY_AND_TIME = r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[ T]\d{1,2}:\d{2}"
"""A time of day that is told with its day (:func:`.dates.days_among_times`)."""
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
DAY_AND_MONTH = rf"(?i)^(?:\d{{1,2}}[- ]{_MONTH}|{_MONTH}[- ]\d{{1,2}})$"
OPEN_ENDED = r"\d+\s*\+|[<>≤≥]=?\s*\d+"
MORE = r"(?i)\d*\s?(?:or|and)?\s?(?:more|fewer|less|over|above)|(?:more|less|fewer|over|under) than \d+"
"""How the open end of a scale is written, besides the signs of ``OPEN_ENDED``."""
NEVER = ("never", "always", "none", "all", "no", "nil")
FEWEST_PLAIN = 20
"""So many plain numbers tell of what size the others should be."""
STEPS = 20
"""The most steps of a scale, such as grades at school."""
THIN = 50
"""A text column of fewer cells is no column of numbers that went wrong."""
NUMBER_LIKE = r"^\s*[-+]?[\d.,' ]*\d[\d.,' ]*\s*%?\s*$"


@check("mixed_type")
def mixed_type(ctx: TableContext) -> Iterable[Finding]:
    """Report columns that hold cells of another type: words among numbers, numbers among dates, and the like.

    In a typed column these are the cells that intake could not parse, less those that stand for missing and (in a
    column of dates) those that are dates after all. A column of text counts where at least 20% of its values are
    plain numbers and the others are words, prose or numbers in words: codes that mix letters and digits are left
    alone. What is the table's own code for missing (:mod:`discovery.audit.texts.shared_tokens`) is no such cell.
    """
    codes = shared_tokens(ctx)
    for column in ctx.profile.columns.values():
        if column.name in codes:
            finding = _beside_codes(ctx, column, codes[column.name])
        elif column.type == "text":
            finding = _text(ctx, column)
        elif column.unparsed:
            finding = _typed(ctx, column)
        else:
            finding = None
        if finding is not None:
            yield finding


def _beside_codes(ctx: TableContext, column: ColumnProfile, codes: Collection[str]) -> Finding | None:
    """The other texts of a column of numbers that holds the table's code for missing: ``T`` beside ``M``."""
    if column.type != "text":
        cells = [u for u in ctx.table.columns[column.name].unparsed if not is_placeholder(u.text)]
        cells = [u for u in cells if u.text.strip() not in codes]
        texts = Counter(u.text.strip() for u in cells)
        return _finding(ctx, column, "numbers", texts, [u.row for u in cells]) if cells else None
    counts = text_counts(ctx, column.name)
    rest = counts.filter(~counts["v"].str.contains(NUMBER_LIKE)).iter_rows()
    others = {str(v): int(n) for v, n in rest if v.strip() not in codes and not is_placeholder(str(v))}
    return _among_texts(ctx, column, "numbers", others) if others else None


def _typed(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    cells = [u for u in ctx.table.columns[column.name].unparsed if not is_placeholder(u.text)]
    if column.temporal:
        cells = [u for u in cells if not dateish(u.text)]
    elif column.type == "time":
        cells = [u for u in cells if not re.match(DAY_AND_TIME, u.text)]
    texts = Counter(u.text.strip() for u in cells)
    if not cells or all(re.fullmatch(CHECKED, t) for t in texts) or lettered_codes(ctx, column):
        return None
    kinds = {"integer": "numbers", "number": "numbers", "boolean": "yes/no values", "time": "times"}
    return _finding(ctx, column, kinds.get(column.type, "dates"), texts, [u.row for u in cells])


def _among_texts(
    ctx: TableContext, column: ColumnProfile, what: str, texts: Mapping[str, int], *, minor: bool = False
) -> Finding:
    """Return the finding about some of the texts (with their cells) of a column of text."""
    mask, _ = cells_of(ctx, column.name, texts)
    return _finding(ctx, column, what, Counter(texts), ctx.rows_where(mask, limit=None), minor=minor)


def dateish(text: str) -> bool:
    """Whether a cell may have been meant for a date."""
    return "@" not in text and re.search(r"\d", text) is not None


def _text(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    if column.distinct < 3 or column.semantic in {"free_text", "person_name", "address"}:
        return None
    if identifying(column):
        return _lettered(ctx, column)
    if named(column.name, "ticket", "room", "unit", "flat", "house", "apartment", "model", "version"):
        return None
    other = _open_scale(ctx, column) or _among_dates(ctx, column) or _number_among_words(ctx, column)
    if other is not None:
        return other
    plain = any(re.fullmatch(r"[-+ ]?9?([.,' ]9)*%?", p) for p, _ in column.patterns)
    if not plain or "kept_as_text" in ctx.table.columns[column.name].notes:
        return None
    counts = text_counts(ctx, column.name)
    numbers = counts["v"].str.contains(NUMBER_LIKE) & ~counts["v"].str.contains(DATE_LIKE)
    there = int(counts["n"].filter(numbers).sum() or 0)
    spelled = {str(v): int(n) for v, n in counts.filter(~numbers).iter_rows() if not is_placeholder(str(v))}
    among = there / max(1, there + sum(spelled.values()))
    if not spelled or not 0.2 <= among < 1:
        return None
    written = counts.filter(numbers)
    distinct = written.height
    banded = max(among, distinct / counts.height) >= 0.4 and _tied_or_banded(written, spelled)
    if banded or (among >= 0.4 and _measured(written, spelled)):
        return _among_texts(ctx, column, "numbers", spelled, minor=True)
    told = distinct >= 2 and all(map(spelled_out, spelled))
    if not told and (among > 0.995 or distinct < 5 or not _are_words(spelled, among)):
        return None
    return _among_texts(ctx, column, "numbers", spelled)


def _open_scale(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """The open ends of a scale of whole numbers: ``4+`` after 0 to 3, ``<1`` and ``>20``, ``more``, ``never``."""
    if column.distinct > 60:
        return None
    counts = text_counts(ctx, column.name)
    cells = {str(v): int(n) for v, n in counts.iter_rows() if not is_placeholder(str(v)) or v in NEVER}
    rest = {v: n for v, n in cells.items() if not re.fullmatch(r"\d{1,3}", v.strip())}
    if len(cells) - len(rest) < 2 or len(rest) > 3 or not _are_ends([v.strip() for v in rest]):
        return None
    return _among_texts(ctx, column, "numbers", rest)


def _lettered(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """Identifiers with a letter before (one of three, in 3 cells to 30% of them), where the others are whole
    numbers of as many digits: what was cancelled, or came from elsewhere."""
    if not any(p == "A9" for p, _ in column.patterns) or column.present < 50:
        return None
    counts = text_counts(ctx, column.name)
    letter = counts["v"].str.extract(r"^\s*([A-Za-z])\d{4,}\s*$", 1)
    plain = counts["v"].str.contains(r"^\s*\d{4,}\s*$")
    lettered = counts.filter(letter.is_not_null())
    rows, others = int(lettered["n"].sum() or 0), int(counts["n"].filter(plain).sum() or 0)
    if rows + others < 0.999 * column.present or not 3 <= rows <= 0.3 * column.present:
        return None
    if letter.drop_nulls().n_unique() > 3 or set(_digits(lettered["v"])) - set(_digits(counts["v"].filter(plain))):
        return None
    return _among_texts(ctx, column, "numbers", dict(lettered.iter_rows()), minor=True)


def _digits(texts: pl.Series) -> list[int]:
    return texts.str.count_matches(r"\d").unique().to_list()


def _are_ends(texts: Collection[str]) -> bool:
    """Whether texts are open ends of a scale, and words for never or always beside them."""
    others = [t for t in texts if not (re.fullmatch(OPEN_ENDED, t) or re.fullmatch(MORE, t))]
    return len(others) < len(texts) and all(t.lower() in NEVER for t in others)


def _among_dates(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """Words that are most of a column of which at least a tenth is days and months (``19-Dec``, ``Dec-19``)."""
    if not any(re.fullmatch(r"9[- ]A?a|A?a[- ]9|9[- ]A", p) for p, _ in column.patterns):
        return None
    counts = text_counts(ctx, column.name)
    dates = counts["v"].str.contains(DAY_AND_MONTH)
    words = {str(v): int(n) for v, n in counts.filter(~dates).iter_rows() if not is_placeholder(str(v))}
    there, rest = int(counts["n"].filter(dates).sum() or 0), sum(words.values())
    some = 0.1 * (there + rest) <= there < 0.5 * (there + rest)
    if not some or len(words) > 20 or re.search(r"\d", "".join(words)):
        return None
    return _among_texts(ctx, column, "dates", words)


def _number_among_words(ctx: TableContext, column: ColumnProfile) -> Finding | None:
    """A number or two (three, in 1% of the cells at most) among categories of which no other holds a digit."""
    if column.semantic != "category" and not (5 <= column.distinct <= 200):
        return None
    if not any(re.fullmatch(r"-?9(?:[.,]9)?", p) for p, _ in column.patterns) or column.present < 100:
        return None
    counts = text_counts(ctx, column.name)
    digits = counts.filter(counts["v"].str.contains(r"\d"))
    rows = int(digits["n"].sum() or 0)
    plain = bool(digits["v"].str.contains(r"^\s*-?\d+(?:[.,]\d+)?\s*$").all())
    if not plain or digits.height > 3 or rows > 0.01 * column.present or counts.height - digits.height < 4:
        return None
    return _among_texts(ctx, column, "text", dict(digits.iter_rows()), minor=True)


def _measured(plain: pl.DataFrame, rest: Mapping[str, int]) -> bool:
    """Whether what stands among plain numbers (``v``) are such numbers too: ``De 1600 a 1950 msnm``, ``5000 FT.``.

    Four in five of the cells hold a number of the size of the plain ones (twenty of them at least), and three in
    five a word, a unit or a range.
    """
    known = sorted(x for v in plain["v"].to_list() if (x := _first_number(v)) is not None)
    if len(known) < FEWEST_PLAIN:
        return False
    low, high = known[len(known) // 20] / 2, 2 * known[-1 - len(known) // 20]
    total = sum(rest.values())
    near = sum(n for v, n in rest.items() if (x := _first_number(v)) is not None and max(10, low) <= x <= high)
    return near >= 0.8 * total and sum(n for v, n in rest.items() if _worded(v)) >= 0.6 * total


def _tied_or_banded(plain: pl.DataFrame, rest: Mapping[str, int]) -> bool:
    """Whether what stands among many plain whole numbers (``v``) are such with a sign before, or ranges of them:
    the ranks ``=39`` and ``301-350``."""
    if plain.height < FEWEST_PLAIN or not plain["v"].str.contains(r"^\s*\d{1,6}\s*$").all():
        return False
    parts = [re.fullmatch(r"\s*[=~<>≤≥]?\s*(\d{1,6})(?:\s*[-–]\s*(\d{1,6}))?\s*\+?\s*", v) for v in rest]
    return all(p is not None and (p[2] is None or int(p[1]) < int(p[2])) for p in parts)


def _first_number(text: str) -> float | None:
    """Return the first number of a text, where a sign before three digits parts thousands."""
    match = re.search(r"\d[\d.,]*", text)
    digits = re.sub(r"[.,](?=\d{3}(?!\d))", "", match[0].rstrip(".,")).replace(",", ".") if match else ""
    return float(digits) if re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", digits) else None


def _worded(text: str) -> bool:
    """Whether a text holds a word, a range or an open end, or ends in metres."""
    return re.search(r"[^\W\d_]{2}|\d\s*[-–+]|\d\s?[mM]$", text) is not None


def _are_words(texts: Mapping[str, int], among: float) -> bool:
    """Whether what stands among numbers (a share ``among`` of the cells) is words or prose, and not codes.

    Cells with a digit are prose where they begin with a letter and have three parts (``See list 14``); among
    next to nothing but numbers, two parts (``400 monthly``) will do.
    """
    total = sum(texts.values())
    if not any(re.search(r"\d", text) for text in texts):
        return True
    codes = sum(n for text, n in texts.items() if re.search(r"\d", text) and not _prose(text, among))
    codes += sum(n for text, n in texts.items() if re.fullmatch(r"[A-Z](?: [A-Z])*", text))
    return codes <= (0.1 * total if among >= 0.8 else 0)


def _prose(text: str, among: float) -> bool:
    words, parts = re.findall(r"[^\W\d_]{3,}", text), len(text.split())
    return bool(words) and ((parts >= 3 and text[:1].isalpha()) or (among >= 0.8 and parts >= 2))


def _coded(column: ColumnProfile, texts: Counter[str]) -> bool:
    """Whether the cells that are no numbers are codes: five forms of them, letters behind numbers, or the letters
    that begin a scale of few steps (the grades K, 1, 2 …)."""
    letters = all(re.fullmatch(CODES, t) for t in texts)
    whole = not any("." in p or "," in p for p, _ in column.patterns)
    scale = whole and column.distinct <= STEPS and len(texts) <= 5
    if column.type == "integer":
        scale = scale and 0 <= column.minimum <= 1 and column.maximum <= STEPS
    return (letters and (len(texts) >= 5 or scale)) or lettered(texts.elements())


def _finding(
    ctx: TableContext,
    column: ColumnProfile,
    what: str,
    texts: Counter[str],
    rows: list[int],
    *,
    minor: bool = False,
) -> Finding:
    """Return the finding that ``rows`` hold ``texts``, which are no ``what``: major from 5% of the cells on, but
    where it is ``minor`` by what they are."""
    name = column.name
    shown = quoted(ctx, name, [t for t, _ in texts.most_common(5)])
    many = len(rows) >= 0.05 * max(column.present + column.unparsed, 1)
    codes = what == "numbers" and _coded(column, texts)
    ended = what == "numbers" and all(re.fullmatch(OPEN_ENDED, t.strip()) for t in texts)
    scale = what == "numbers" and _are_ends([t.strip() for t in texts])
    endless = what == "numbers" and all(re.fullmatch(r"[-+]?inf(inity)?", t, re.IGNORECASE) for t in texts)
    thin = column.type == "text" and column.present < THIN
    fix = f"df[{name!r}] = {as_numbers(ctx, name)}" if what == "numbers" and not codes and not scale else None
    if ended:
        fix = f"df[{name!r}] = pd.to_numeric(df[{name!r}].astype('string').str.strip('<>≤≥=+ '))"
    return ctx.finding(
        "mixed_type",
        name,
        "major" if (many and not (minor or endless or codes or scale or thin)) or name in ctx.targets else "minor",
        f"{len(rows):,} cells of '{name}' are no {what}, as the others are: {shown}.",
        rows_affected=len(rows),
        consequence="The column is read as text, or these cells are lost: no sums, no order, no ranges.",
        advice="Ask what they mean: split them into a column of their own, or correct them.",
        fix=fix,
        evidence=ctx.evidence(rows[:5], [name]),
        details={"values": kept(ctx, name, texts)},
        confidence=0.9,
    )
