"""Masking of personal values: what an artifact may show of them, and a check that no more stands there.

Values that must not be shown are kept in memory only, as Python's keyed hashes: :class:`PersonalValues` cannot give
them back. :func:`leaks` looks for them in files, word by word, in one pass a file.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from .artifacts import AuditResult
    from .intake.table import Drop

__all__ = ["Leak", "PersonalValues", "leaks", "mask", "mask_inside", "personal_values"]

_WORD = re.compile(r"\w", re.UNICODE)
_TOKEN = re.compile(r"[^\W_]+", re.UNICODE)
_BINARY = frozenset(
    ".png .jpg .jpeg .gif .ico .woff .woff2 .zip .gz .parquet .feather .xlsx .pkl .skops .joblib .npy".split()
)
COMMON = 20
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


def mask_inside(text: str) -> str:
    """Return ``text`` with the personal values in it masked.

    >>> mask_inside("Write to anna@example.org or call +49 30 1234567.")
    'Write to a•••@•••••••.org or call +•• •• •••••••.'
    """
    from .audit.semantics.inside import spot

    parts: list[str] = []
    end = 0
    for found in spot(text):
        parts += [text[end : found.start], mask(text[found.start : found.end], found.semantic)]
        end = found.end
    return "".join(parts) + text[end:]


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


def _words(text: str) -> list[str]:
    return [m.lower() for m in _TOKEN.findall(text)]


def _distinctive(text: str, words: list[str]) -> bool:
    if re.match(r"^\d{4}-\d{2}-\d{2}", text):
        return False
    if "@" in text and len(words) > 1:
        return True
    digits = re.sub(r"\D", "", text)
    if len(digits) >= 7 and len(set(digits)) > 2:
        return True
    long = [w for w in words if len(w) > 1]
    return len(long) >= 2 and sum(map(len, long)) >= 8 and not all(w.isdigit() for w in long)


@dataclass(frozen=True, slots=True)
class Leak:
    """A personal value that stands raw in a file; the value itself is not told."""

    path: Path
    line: int
    semantic: str


def leaks(paths: Iterable[Path], values: PersonalValues, limit: int = 100) -> list[Leak]:
    """Return where personal values stand raw in files.

    Parameters
    ----------
    paths : iterable of Path
        Files, or folders whose files are read. Images and other binary files are passed over.
    values : PersonalValues
        What must not stand there.
    limit : int
        At most this many are returned.

    Returns
    -------
    list of Leak
        By file and line. Empty if all is well.
    """
    found: list[Leak] = []
    for path in _files(paths):
        text = _readable(path)
        for start, semantic in values.find(text):
            found.append(Leak(path, text.count("\n", 0, start) + 1, semantic))
            if len(found) == limit:
                return found
    return found


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        inside = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        yield from (p for p in inside if p.suffix.lower() not in _BINARY)


def _readable(path: Path) -> str:
    """Return the text of a file with the escapes of JSON and HTML resolved, lines kept."""
    text = path.read_text("utf-8", errors="replace")
    if path.suffix in {".json", ".ipynb", ".jsonl"}:
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
        text = re.sub(r"\\[nrtbf\"/\\]", " ", text)
    return html.unescape(text) if "&" in text else text


def personal_values(drop: Drop, audit: AuditResult) -> PersonalValues:
    """Return the personal values of a drop: of every personal column, and inside texts where the audit saw some.

    Values that many rows share (more than 20 and more than one in a hundred) do not tell a person and are left out.
    """
    from .audit.semantics.inside import spot

    values = PersonalValues()
    for summary in audit.tables:
        table = drop.tables.get(summary.name)
        if table is None:
            continue
        for column in summary.columns:
            if column.personal and column.name in table.frame.columns:
                values.add(_rare(table.text(column.name)), column.semantic or "personal")
        for finding in audit.select(kind="pii", table=summary.name):
            for name in finding.columns if finding.details.get("inside") else ():
                for text in table.text(name).drop_nulls().to_list():
                    for found in spot(text[:MOST_SIGNS]):
                        values.add([text[found.start : found.end]], found.semantic)
    return values


def _rare(texts: pl.Series) -> list[str]:
    counts = texts.drop_nulls().value_counts(name="n")
    limit = max(COMMON, len(texts) // 100)
    kept: list[str] = counts.filter(counts["n"] <= limit)[texts.name].to_list()
    return kept
