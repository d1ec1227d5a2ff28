"""Delimiter, quote and escape of a delimited text.

Each candidate is scored on a sample by how regular the records become (their *pattern*) and how many cells become
something known (their *type*): the data consistency measure of G. J. J. van den Burg, A. Nazábal and C. Sutton,
"Wrangling messy CSV files by detecting row and type patterns" (2019).
"""

from __future__ import annotations

import contextlib
import csv
import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

__all__ = ["Dialect", "sniff", "unify"]

_DELIMITERS = (
    *(",", ";", "\t", "|", ":", "^", "~", "\x1f", "\x01", "\x1d", "\x14", "§", "¦", "¶", "•", "þ", "，", "；", "،"),
    *("#", "&", "*", "=", "/", "!", " "),
)
_BULLETS = frozenset("*•#\t")
_MULTIPLE = ("||", "::", ";;", "^^", "~~", "|~|", "~|~", "\t\t", "<>", "->", "=>", "##", ", ,")
_UNUSUAL = "$@%"
"""Delimiters only where nothing else can be one: they stand in amounts and addresses."""
_LONG_MARK = re.compile(r"(?<=[\w\"')\]])[^\w\s\"'()\[\]{}.-]{2,4}(?=[\w\"'(\[-])")
_WEAK = frozenset(" :/-=.")
_DATED = re.compile(r"\b\d{1,4}/\d{1,2}/\d{1,4}\b|https?:/")
"""What has two slashes that delimit nothing."""

_SAMPLE_LINES = 300
_SAMPLE_BYTES = 200_000
_KNOWN = re.compile(
    r"^(?:|\s*|[-+]?[$€£]?\d[\d.,' ]*%?(?:[eE][-+]?\d+)?|[-+]?[.,]\d+|"
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]\d{1,2}:\d\d.*)?|"
    r"(?:[A-Z][a-z]{2},? )?\d{1,2} [A-Z][a-z]{2,8} \d{4}(?: \d{1,2}:\d\d.{0,12})?|"
    r"\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?:\s?[AaPp][Mm])?|[\w.+-]+@[\w-]+\.[\w.]+|https?://\S+|n/?a|N/?A|\?|-|\.|"
    r"[A-Za-zÀ-ÿ_][\wÀ-ÿ-]*(?: [\wÀ-ÿ().-]+){0,3}|\"?[\w-]+\"?)$"
)
_IDENTIFIER = re.compile(r"\"?[^\W\d]\w{0,40}\"?")
_ONE_MOMENT = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}[T ]\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?(?: ?[AaPp][Mm])?"
    r"(?: ?(?:[A-Z]{1,4}|[-+]\d\d:?\d\d))?"
)
_ONE_NUMBER = re.compile(
    r"^[-+]?[$€£]?(?:\d{1,3}(?:([,.' ])\d{3}(?:\1\d{3})*)|\d+)(?:[.,]\d+)?%?(?:[eE][-+]?\d+)?$"
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How fields are told apart. ``runs`` says that any run of blanks is one delimiter; "" stands for none."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    runs: bool = False
    original: str = ""
    confidence: float = 1.0


def sniff(data: bytes) -> Dialect:
    """Return the dialect of ``data`` (UTF-8, lines ended by LF) that makes most sense of its first lines."""
    text = data[:_SAMPLE_BYTES].decode("utf-8", "ignore")
    lines = text.split("\n")
    if len(data) > _SAMPLE_BYTES and len(lines) > 1:
        lines.pop()
    lines = lines[:_SAMPLE_LINES]
    sample = "\n".join(lines)
    candidates: list[tuple[float, int, Dialect]] = []
    doubled = {m[0] for m in _MULTIPLE if m[0] * 2 == m and _always_doubled(lines, m[0])}
    marks = [m for m in (*_MULTIPLE, *_DELIMITERS) if m in sample and m not in doubled]
    marks = list(dict.fromkeys([*_long_marks(lines), *marks, *_unusual(lines)]))
    if _constant(lines, "\t") > 1:
        marks = [m for m in marks if "\t" in m]
    for rank, mark in enumerate(sorted(marks, key=_rank)):
        for quote in _quotes(sample, mark):
            score = _score(sample, mark, quote) * (1.5 if mark[0] in doubled else 1.0)
            candidates.append((score, -rank, Dialect(mark, quote)))
    if re.search(r"(?m)^ |\S(?: {2,}|\t +| +\t|\t{2,})\S", sample):
        squeezed = "\n".join(" ".join(line.split()) for line in lines)
        candidates += [
            (1.4 * _score(squeezed, " ", q), -len(marks), Dialect(" ", q, runs=True))
            for q in _quotes(squeezed, " ")
        ]
    best = max(candidates, key=lambda c: (round(c[0], 6), c[1]), default=(0.0, 0, Dialect()))
    single = _single(lines)
    if best[0] <= single and (mark := _of_names(lines)):
        return Dialect(mark, '"', original=mark, confidence=0.5)
    if best[0] <= single:
        mark = _unused(sample)
        quoted = sample.lstrip().startswith('"') or _wraps(sample, mark)
        return Dialect(mark, '"' if quoted else "", original="none")
    rivals = [c[0] for c in candidates if c[2].delimiter != best[2].delimiter]
    margin = 1 - max([*rivals, single]) / best[0] if best[0] else 0.0
    dialect = best[2]
    later = _quoted_later(data, len(sample.encode()), dialect.delimiter)
    if later and not dialect.quote and _wraps(later, dialect.delimiter):
        dialect = replace(dialect, quote='"')
    escape = _escape(f"{sample}\n{later}", dialect)
    confidence = round(min(1.0, 0.5 + margin), 2)
    return Dialect(dialect.delimiter, dialect.quote, escape, dialect.runs, dialect.delimiter, confidence)


def _constant(lines: Sequence[str], mark: str) -> int:
    """Return how often a sign stands in each line, if it is in all of them (five or more) just as often; else 0."""
    counts = [line.count(mark) for line in lines if line.strip()]
    return counts[0] if len(counts) >= 5 and len(set(counts)) == 1 else 0


def _unusual(lines: Sequence[str]) -> list[str]:
    """Return signs that hardly ever delimit, but stand twice or more in every line where no common one does."""
    if any(_constant(lines, mark) for mark in ",;\t|"):
        return []
    return [mark for mark in _UNUSUAL if _constant(lines, mark) > 1]


def _long_marks(lines: Sequence[str]) -> list[str]:
    """Return groups of two to four signs that stand between words twice or more, and in each line as often."""
    marks = Counter(_LONG_MARK.findall(lines[0] if lines else ""))
    return [m for m, n in marks.items() if n > 1 and n == sum(marks.values()) and _constant(lines, m) >= n]


def _of_names(lines: Sequence[str]) -> str:
    """Return the delimiter between what are plainly names in the first line, where most others have it too."""
    first, *others = [line for line in lines if line.strip()] or [""]
    for mark in ",;\t|":
        names = first.split(mark)
        plain = len(set(names)) == len(names) > 1 and all(map(_IDENTIFIER.fullmatch, names))
        having = sum(mark in line for line in others)
        if not plain or not others or having < 0.75 * len(others):
            continue
        values = {v for line in others for v in line.split(mark)} if having < len(others) else set()
        if not values & set(names):  # or it is a row of a list of items, as the others are
            return mark
    return ""


def _quoted_later(data: bytes, start: int, mark: str) -> str:
    """Return up to 300 lines beyond the sample that have quotes: the first quoted field may come late."""
    lines: list[bytes] = []
    while len(mark) == 1 and len(lines) < _SAMPLE_LINES and (at := data.find(b'"', start)) >= 0:
        first, end = data.rfind(b"\n", 0, at) + 1, data.find(b"\n", at)
        start = end if end >= 0 else len(data)
        lines.append(data[first:start])
    return b"\n".join(lines).decode("utf-8", "replace")


def _wraps(lines: str, mark: str) -> bool:
    """Whether most quotes in ``lines`` open or close a field; inches and nicknames do not."""
    d = re.escape(mark)
    lines = lines.replace('""', "")
    edges = len(re.findall(rf'(?m)(?:^|(?<={d}))"|"(?:$|(?={d}))', lines))
    return edges > 0 and edges >= 0.8 * lines.count('"')


def _always_doubled(lines: Sequence[str], sign: str) -> bool:
    """Whether nearly every line has the same number of doubled signs, and more of them than single ones."""
    full = [line for line in lines if line.strip()]
    counts = Counter(line.count(sign * 2) for line in full)
    often, how_many = counts.most_common(1)[0] if counts else (0, 0)
    singles = sum(line.count(sign) - 2 * line.count(sign * 2) for line in full)
    return often > 0 and how_many >= 0.9 * len(full) and singles < often * len(full)


def _rank(mark: str) -> int:
    return _DELIMITERS.index(mark) if mark in _DELIMITERS else -1


def _unused(sample: str) -> str:
    return next((d for d in ("\x1f", "\x1e", "\x1d", "\x02") if d not in sample), "\x1f")


def _quotes(sample: str, mark: str) -> list[str]:
    found = []
    for quote in ('"', "'"):
        edge = rf"(?m)(?:^|{re.escape(mark)}) ?{quote}[^\n]*?{quote} ?(?:$|{re.escape(mark)})"
        wraps = rf"(?m)(?:^|{re.escape(mark)}) ?{quote}"
        if quote in sample and (re.search(edge, sample) or (quote == '"' and re.search(wraps, sample))):
            found.append(quote)
    # Where the sample has no quotes, the rest of the file may still have them.
    return found or ["" if '"' in sample else '"']


def _score(sample: str, mark: str, quote: str) -> float:
    rows = _rows(sample, mark, quote)
    if not rows:
        return 0.0
    widths = Counter(len(r) for r in rows)
    if max(widths) < 2:
        return 0.0
    pattern = sum(n * (w - 1) / w for w, n in widths.items()) / _kinds(widths, len(rows))
    width, often = max(((w, n) for w, n in widths.items() if w > 1), key=lambda x: x[1] * (x[0] - 1) / x[0])
    regular = often / len(rows)
    if regular < 0.2 or (often == 1 and len(rows) > 2):
        return 0.0
    body = [r for r in rows if len(r) == width][:100]
    cells = [c.strip() for r in body for c in r]
    if width == 2 and mark in _BULLETS and sum(not r[0].strip() for r in body) > 0.6 * len(body):
        long = sum(len(r[1].split()) > 2 for r in body)
        if long > 0.6 * len(body):
            return 0.0  # it marks the items of a list
    # A cell with the delimiter in it was quoted for its sake: prose says by that what the delimiter is.
    kept = bool(quote) and len(mark) == 1 and mark != " "
    known = sum(bool(_KNOWN.match(c)) or (kept and mark in c and "\n" not in c) for c in cells)
    known_share = known / max(1, len(cells))
    blanks = 1.0
    if mark in _WEAK:
        blanks = 0.6 if len(rows[0]) == width else 0.4
    if mark == "/":
        blanks *= 1 - 0.9 * len(_DATED.findall(sample)) * 2 / max(1, sample.count("/"))
    stray = sum(c.count('"') == 1 for c in cells) / max(1, len(cells)) if not quote else 0.0
    return float(pattern / len(rows) * regular**0.5 * max(known_share, 0.01) * blanks * (1 - min(0.9, stray)))


def _kinds(widths: Counter[int], total: int) -> float:
    """Return how many widths there are in effect (the exponential of their entropy): a stray one counts little."""
    return math.exp(-sum(n / total * math.log(n / total) for n in widths.values()))


def _rows(sample: str, mark: str, quote: str, escape: bool | None = None) -> list[list[str]]:
    escaped = bool(quote) and (_escapes_within(sample, mark, quote) > 0 if escape is None else escape)
    if len(mark) > 1:
        sample, mark = sample.replace(mark, "\x1f"), "\x1f"
    lines = [line + "\n" for line in sample.split("\n")]
    reader = csv.reader(
        lines,
        delimiter=mark,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar="\\" if escaped else None,
        skipinitialspace=bool(quote)
        and mark not in " \t"
        and bool(re.search(rf"{re.escape(mark)} +{quote}", sample)),
    )
    rows: list[list[str]] = []
    with contextlib.suppress(csv.Error):
        rows.extend(row for row in reader if row and any(c.strip() for c in row))
    return rows


def _single(lines: Sequence[str]) -> float:
    """Return the score of there being one column only."""
    full = [line.strip() for line in lines if line.strip()]
    if sum(bool(_ONE_MOMENT.fullmatch(c)) for c in full) > 0.9 * len(full):
        return 0.8
    known = sum(bool(_ONE_NUMBER.match(c) if c[:1].isdigit() else _KNOWN.match(c)) for c in full) / max(
        1, len(full)
    )
    return 0.02 + 0.28 * known


def _escapes_within(sample: str, mark: str, quote: str) -> int:
    """Return how many quotes behind a backslash cannot close a field: no delimiter and no line end follows."""
    return len(re.findall(rf"\\{quote}(?!{re.escape(mark)}|\n|$)", sample))


def _ragged(sample: str, dialect: Dialect, escape: bool) -> float:
    """Return the share of the records that have not as many fields as most."""
    widths = Counter(len(row) for row in _rows(sample, dialect.delimiter, dialect.quote, escape))
    return 1 - max(widths.values(), default=0) / max(1, widths.total())


def _escape(sample: str, dialect: Dialect) -> str:
    """Return the backslash where it escapes quotes (or delimiters); a text may also just end in one."""
    quote = dialect.quote
    if quote and sample.count("\\" + quote) > sample.count(quote * 2) - len(
        re.findall(
            rf"(?m)(?:^|{re.escape(dialect.delimiter)}){quote * 2}(?={re.escape(dialect.delimiter)}|$)", sample
        )
    ):
        without, escaped = (_ragged(sample, dialect, escape) for escape in (False, True))
        within = _escapes_within(sample, dialect.delimiter, quote)
        if escaped < without or (within and escaped == without):
            return "\\"
    if not (quote and quote in sample) and "\\" + dialect.delimiter in sample:
        return "\\"
    return ""


def unify(data: bytes, dialect: Dialect) -> tuple[bytes, Dialect]:
    """Return data and dialect with a delimiter of one byte that takes no part in anything else."""
    if dialect.runs:
        data = re.sub(rb"(?m)^[ \t]+|[ \t]+$", b"", data)
        data = re.sub(rb"[ \t]+", b" ", data)
        return data, Dialect(" ", dialect.quote, dialect.escape, True, "blanks", dialect.confidence)
    encoded = dialect.delimiter.encode("utf-8")
    if len(encoded) == 1:
        return data, dialect
    free = next((c for c in (b"\x1f", b"\x1e", b"\x1d", b"\x02") if c not in data), b"\x1f")
    unified = Dialect(free.decode(), dialect.quote, dialect.escape, False, dialect.original, dialect.confidence)
    return data.replace(encoded, free), unified
