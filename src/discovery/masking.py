"""Masking of personal values: what an artifact may show of them, and a check that no more stands there.

Values that must not be shown are kept in memory only, as Python's keyed hashes: :class:`PersonalValues` cannot give
them back. :func:`leaks` looks for them in files, word by word, in one pass a file, and for whatever has the shape
of an e-mail address, an IBAN or a card number, known or not.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from .artifacts import AuditResult
    from .intake.table import Drop, Table

__all__ = ["Leak", "PersonalValues", "leaks", "mask", "mask_inside", "masked_numbers", "personal_values"]

_WORD = re.compile(r"\w", re.UNICODE)
_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)
_BINARY = frozenset(".png .jpg .jpeg .gif .ico .woff .woff2 .gz .feather .pkl .joblib .npy".split())
_PACKED = frozenset({".zip", ".xlsx", ".skops"})
_MARKUP = frozenset({".xml", ".json", ".txt", ".csv", ".html", ".rels"})
_DRAWN = re.compile(r"""\b(?:d|points)="[^"]*"|\bdata:[\w/+\-]+;base64,[\w+/=]*""")
_GROUPED_CARD = re.compile(r"(?<![\w.\-])\d{4}([ \-])\d{4}\1\d{4}\1\d{1,7}(?![\w\-])")
_ANY_SHAPE = r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2}|\d{4}[ \-]\d{4}[ \-]\d{4}"
"""What an IBAN or a card in groups holds; without the ends of words, which are slow to find beyond ASCII."""
COMMON = 20
CONFIRMED = 3000
MAX_WORDS = 12
MOST_SIGNS = 5000


def mask(value: object, semantic: str | None = None) -> str:
    """Return ``value`` so that a person cannot be told from it, but its shape can.

    Every letter and digit becomes ``•`` but the first of the value (not for e-mail domains' ends, which stay,
    as they identify an organisation and help to see what is wrong). Values of up to two signs are all masked. In
    free text only what is personal is masked.

    >>> mask("anna.maier@example.org", "email")
    'a•••.•••••@•••••••.org'
    >>> mask("4111 1111 1111 1111", "card")
    '•••• •••• •••• ••••'
    """
    text = str(value)
    if semantic == "free_text":
        return mask_inside(text)
    if semantic == "email" and "@" in text:
        local, _, domain = text.partition("@")
        host, dot, end = domain.rpartition(".")
        return f"{_hide(local)}@{_hide(host, keep=0)}{dot}{end}"
    return _hide(text, keep=0 if semantic in {"card", "iban", "phone", "ip"} else 1)


def mask_inside(text: str, names: bool = True) -> str:
    """Return ``text`` with the personal values in it masked; names and addresses only with ``names``.

    >>> mask_inside("Write to anna@example.org or call +49 30 1234567.")
    'Write to a•••@•••••••.org or call +•• •• •••••••.'
    """
    from .audit.semantics.inside import spot

    parts: list[str] = []
    end = 0
    for found in spot(text, names):
        if not names and found.semantic in {"person_name", "address", "birth_date"}:
            continue
        parts += [text[end : found.start], mask(text[found.start : found.end], found.semantic)]
        end = found.end
    return "".join(parts) + text[end:]


def masked_numbers(text: str) -> str:
    """Return ``text`` with the e-mail addresses and the numbers of persons in it masked, and no names."""
    from .audit.personal import telling

    return mask_inside(text, names=False) if telling(text) else text


def _hide(text: str, keep: int = 1) -> str:
    return text[:keep] + _WORD.sub("•", text[keep:]) if len(text) > 2 else "•" * len(text)


@dataclass(eq=False)
class PersonalValues:
    """Personal values of a drop, as keyed hashes of their words: enough to recognise them, not to tell them.

    Only distinctive values are kept: e-mail addresses, numbers of at least seven digits, and at least two words of
    together eight letters. A lone given name or a short number would be found in any text.
    """

    _known: dict[int, str] = field(default_factory=dict, repr=False)
    _starts: set[int] = field(default_factory=set, repr=False)
    _lengths: set[int] = field(default_factory=set, repr=False)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, values: Iterable[object], semantic: str = "personal") -> None:
        """Add ``values``; those that are not distinctive are passed over."""
        for value in values:
            words = _words(str(value))
            if 0 < len(words) <= MAX_WORDS and _distinctive(str(value), words):
                self._known.setdefault(hash(tuple(words)), semantic)
                self._starts.add(hash(words[0]))
                self._lengths.add(len(words))

    def find(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where in ``text`` a value starts, and its semantic type."""
        for start, _, semantic in self._found(text):
            yield start, semantic

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where values start and end in ``text``, overlapping ones joined."""
        joined: list[tuple[int, int]] = []
        for start, end, _ in self._found(text):
            if joined and start < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        if not self._known:
            return
        matches = list(_TOKEN.finditer(text))
        words = [m[0].lower() for m in matches]
        lengths = sorted(self._lengths, reverse=True)
        for i, word in enumerate(words):
            if hash(word) in self._starts:
                for length in lengths:
                    semantic = self._known.get(hash(tuple(words[i : i + length])))
                    if semantic and i + length <= len(words):
                        yield matches[i].start(), matches[i + length - 1].end(), semantic
                        break


_FOREIGN = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
"""Scripts of which a sign says as much as several letters."""


def _words(text: str) -> list[str]:
    return [m.lower() for m in _TOKEN.findall(text)]


def _distinctive(text: str, words: list[str]) -> bool:
    if re.match(r"^\d{4}-\d{2}-\d{2}", text):
        return False
    if _FOREIGN.search(text) and sum(len(w) for w in words if _FOREIGN.search(w)) >= 4:
        return True
    if "@" in text and len(words) > 1:
        return True
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 7 and len(set(digits)) > 2:
        return True
    joined = "".join(words)
    if len(joined) >= 6 and sum(c.isdigit() for c in joined) >= 2 and sum(c.isalpha() for c in joined) >= 2:
        return not joined.isascii() or len(words) > 1 or len(joined) >= 7
    long = [w for w in words if len(w) > 1]
    return len(long) >= 2 and sum(map(len, long)) >= 8 and not all(w.isdigit() for w in long)


@dataclass(frozen=True, slots=True)
class Leak:
    """A personal value that stands raw in a file; the value itself is not told."""

    path: Path
    line: int
    semantic: str


def leaks(
    paths: Iterable[Path], values: PersonalValues, limit: int = 100, allowed: Iterable[str] = ()
) -> list[Leak]:
    """Return where personal values stand raw in files.

    Parameters
    ----------
    paths : iterable of Path
        Files, or folders whose files are read; of workbooks, models and other archives, the texts inside, of
        Parquet the columns of text. Images and other binary files are passed over.
    values : PersonalValues
        What must not stand there. Also found are e-mail addresses, IBANs and cards (in groups of four) of nobody
        known.
    limit : int
        At most this many are returned of a file.
    allowed : iterable of str
        Texts whose own addresses may stand there: of those who work on the engagement.

    Returns
    -------
    list of Leak
        By file and line. Empty if all is well.
    """
    known = {shape.lower() for text in allowed for _, _, shape in _shapes(text)}
    found: list[Leak] = []
    for path in _files(paths):
        mine: list[Leak] = []
        for text in _readable(path):
            places = dict([*values.find(text), *((s, k) for s, k, t in _shapes(text) if t.lower() not in known)])
            mine += [Leak(path, text.count("\n", 0, p) + 1, k) for p, k in sorted(places.items())[:limit]]
        found += mine[:limit]
    return found


def _shapes(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield start, kind and text of what can be nothing but an e-mail address, an IBAN or a card number."""
    import polars as pl

    from .audit.semantics import inside, patterns

    if any(re.match(r"\w\w", a[-1:] + b[:1]) for a, b in pairwise(text.split("@"))):
        yield from ((m.start(), "email", m[0]) for m in re.finditer(patterns.EMAIL_INSIDE, text))
    if not pl.Series([text]).str.contains(_ANY_SHAPE)[0]:
        return
    yield from ((m.start(), "iban", m[0]) for m in re.finditer(inside.IBAN, text) if patterns.is_iban(m[0]))
    yield from ((m.start(), "card", m[0]) for m in _GROUPED_CARD.finditer(text) if patterns.is_card(m[0]))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        yield from (p for p in inside if p.suffix.lower() not in _BINARY)


def _readable(path: Path) -> Iterator[str]:
    """Yield the texts of a file with the escapes of JSON and HTML resolved, lines kept, drawings left out."""
    if path.suffix == ".parquet":
        yield from _texts_of_parquet(path)
    elif path.suffix in _PACKED:
        yield from _texts_of_archive(path)
    else:
        yield _plain(path.read_text("utf-8", errors="replace"), path.suffix)


def _texts_of_archive(path: Path) -> Iterator[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if Path(name).suffix in _MARKUP:
                    yield _plain(archive.read(name).decode("utf-8", "replace"), Path(name).suffix)
    except zipfile.BadZipFile:
        yield _plain(path.read_text("utf-8", errors="replace"), path.suffix)


def _texts_of_parquet(path: Path) -> Iterator[str]:
    import polars as pl
    from polars.exceptions import PolarsError

    try:
        names = [n for n, dtype in pl.read_parquet_schema(path).items() if dtype == pl.String]
        frame = (
            pl.read_parquet(path, columns=names).select(pl.all().drop_nulls().implode())
            if names
            else pl.DataFrame()
        )
    except (PolarsError, OSError):
        return
    yield from ("\n".join(frame[c][0].to_list()) for c in frame.columns)


def _plain(text: str, suffix: str) -> str:
    if suffix in {".json", ".ipynb", ".jsonl"}:
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
        text = re.sub(r"\\[nrtbf\"/\\]", " ", text)
    if suffix in {".html", ".ipynb", ".xml"}:
        text = _DRAWN.sub("", text)
    return html.unescape(text) if "&" in text else text


def personal_values(drop: Drop, audit: AuditResult) -> PersonalValues:
    """Return the personal values of a drop: of every personal column, and whatever is one inside any other cell.

    Of the columns that the audit calls personal, all values; of texts in which it saw some, all that can be
    spotted; of other columns of text, and of cells that are not of their column's type, what has a shape of its
    own. Values that many rows share (more than 20 and more than one in a hundred) do not tell a person and are
    left out.
    """
    values = PersonalValues()
    for summary in audit.tables:
        table = drop.tables.get(summary.name)
        if table is None:
            continue
        texts = {
            n for f in audit.select(kind="pii", table=summary.name) if f.details.get("inside") for n in f.columns
        }
        for column in summary.columns:
            if column.name not in table.frame.columns:
                continue
            if column.personal:
                values.add(_rare(table.text(column.name)), column.semantic or "personal")
            elif column.name in texts and column.type == "text":
                _add_inside(values, table.text(column.name).drop_nulls().to_list())
            else:
                _add_inside(values, _suspects(table, column.name))
    return values


def _add_inside(values: PersonalValues, texts: Iterable[str]) -> None:
    from .audit.semantics.inside import spot

    for text in texts:
        for found in spot(text[:MOST_SIGNS]):
            values.add([text[found.start : found.end]], found.semantic)


def _suspects(table: Table, name: str) -> list[str]:
    """Return the cells of a column that is not called personal that may hold something personal, up to
    ``CONFIRMED``."""
    import polars as pl

    known = table.columns.get(name)
    odd = [u.text for u in known.unparsed[:CONFIRMED]] if known else []
    if table.frame[name].dtype != pl.String:
        return odd
    distinct = table.value_counts(name)["v"]
    risky = distinct.str.contains(r"@|\d(?:\D{0,3}\d){6}")
    return odd + distinct.filter(risky).head(CONFIRMED).to_list()


def _rare(texts: pl.Series) -> list[str]:
    counts = texts.drop_nulls().value_counts(name="n")
    limit = max(COMMON, len(texts) // 100)
    kept: list[str] = counts.filter(counts["n"] <= limit)[texts.name].to_list()
    return kept
