"""What the stages said in English, said in the language of the report.

Artifacts hold plain English: they are for machines, for search and for every reader of the repository. The report
understands their sentences by the patterns of ``templates/report/sentences.yaml`` (findings, baselines) and of the
message catalogues (decisions), takes out what changes from case to case, and writes it with the words and the marks
of its own language. So a run can be read in any language, however old it is, and whoever adds a check adds
its sentences to one file. What is not understood stays English, and is marked so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape

from ..assets import asset
from ..language import Language, catalogue, current, day, tr, typeset
from .clean import clean

__all__ = ["Phrasebook", "Sentence", "looks_english", "phrasebook", "say", "sentences", "told"]

FILE = "sentences.yaml"
LONGEST = 2000
_DEPTH = 6
_WEAK = 8
"""Patterns with fewer letters of their own than this would take anything for theirs: their slots are looked at."""
_FIGURE = r"[<>≥≤]?\s?[-−+]?\d[\d,\u202f]*(?:\.\d+)?(?:e[-+]?\d+)?(?:\s?%)?"
_DATE = r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?"
_FIGURES = frozenset({"n", "m", "k", "rows", "share"})
_RAW = frozenset({"name", "names", "table", "why", "owner", "file", "title", "who", "currency"})
_SLOT = re.compile(r"('?)\{(\w+)(?:\|([^{}|]*)\|([^{}|]*))?\}('?)")
_IS_FIGURE = re.compile(_FIGURE)
_IS_DATE = re.compile(_DATE)
_COUNTED = re.compile(rf"({_FIGURE}) (\D.*)")
_SPAN = re.compile(rf"({_FIGURE}) to ({_FIGURE})")
_QUOTED = re.compile(r"(?<!\w)'((?:[^']|'(?!\W|$))*)'(?!\w)")
_LIST = re.compile(r"'[^']*'(?:(?:, | \+ | and )'[^']*')*(?: and [\d,]+ more| …)?")
_MORE = re.compile(r" and ([\d,]+) more$")
_STOP = re.compile(r"(?:[.!?]|\.”) (?=\S)")
_CLAUSE = re.compile(r"(.+?)(?:;|\.(?= ))")
_AND = re.compile(r", | and ")
_ENGLISH = frozenset(
    "the of and is are was were in on by to from with without that which who it its they them their this these "
    "those not no than then there where when has have had be been or for all any each every at least most".split()
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A pattern: its literal parts, how it is recognised, and what is said instead."""

    regex: re.Pattern[str]
    literals: tuple[str, ...]
    kinds: Mapping[str, str]
    said: str
    weight: int

    def fits(self, text: str) -> Mapping[str, str] | None:
        """Return the values of the slots, if ``text`` is this sentence."""
        at = 0
        for literal in self.literals:
            at = text.find(literal, at)
            if at < 0:
                return None
            at += len(literal)
        found = self.regex.fullmatch(text)
        return found.groupdict() if found else None


def _compiled(english: str, said: str, loose: bool) -> Sentence:
    """Return the pattern of an English text; ``loose``: of a message, whose slots may hold any figure or text."""
    kinds: dict[str, str] = {}
    parts: list[str] = []
    literals: list[str] = []
    at = 0
    for slot in _SLOT.finditer(english):
        opened, name, one, many, closed = slot.groups()
        literal = english[at : slot.start()] + opened
        literals.append(literal)
        parts.append(re.escape(literal))
        at = slot.end() - len(closed)
        if one is not None:
            parts.append(f"(?:{re.escape(one)}|{re.escape(many)})")
        elif name in kinds:
            parts.append(f"(?P={name})")
        else:
            kinds[name] = _kind(name, bool(opened and closed), loose)
            parts.append(f"(?P<{name}>{_EXPRESSIONS[kinds[name]]})")
    literals.append(english[at:])
    parts.append(re.escape(english[at:]))
    weight = sum(sign.isalpha() for part in literals for sign in part)
    return Sentence(re.compile("".join(parts), re.DOTALL), tuple(p for p in literals if p), kinds, said, weight)


_EXPRESSIONS = {"figure": f"{_FIGURE}|{_DATE}", "quoted": ".*?", "raw": ".*?", "any": ".+?"}


def _kind(name: str, quoted: bool, loose: bool) -> str:
    if quoted:
        return "quoted"
    if name in _RAW or (name.startswith("value") and not loose):
        return "raw"
    return "figure" if name in _FIGURES and not loose else "any"


def sentences(templates: Path | None = None) -> list[Mapping[str, str]]:
    """Return every sentence as ``{"en": …, "de": …, "fr": …}``, those of a team's own folder first."""
    own = templates / FILE if templates else None
    files = [*([own] if own is not None and own.is_file() else []), asset("templates", "report") / FILE]
    return [entry for path in files for group in _parsed(path).values() for entry in group]


def _parsed(path: Path) -> Mapping[str, list[Mapping[str, str]]]:
    import yaml

    from ..errors import EngagementError

    try:
        found = yaml.load(path.read_text("utf-8-sig"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        assert isinstance(found, dict)
        assert all(isinstance(e["en"], str) for group in found.values() for e in group)
    except (yaml.YAMLError, AssertionError, KeyError, TypeError) as error:
        raise EngagementError(
            "is not a file of sentences", where=str(path), mend="Write lists of `en:`, `de:` and `fr:` under names."
        ) from error
    return found


@dataclass(eq=False)
class Phrasebook:
    """The sentences of one language.

    Parameters
    ----------
    entries : iterable of mappings
        As of :func:`sentences`.
    messages : mapping
        A message catalogue: texts by their English.
    code : str
        The language.
    """

    entries: Iterable[Mapping[str, str]]
    messages: Mapping[str, str]
    code: str
    _exact: dict[str, str] = field(default_factory=dict)
    _patterns: list[Sentence] = field(default_factory=list)
    _memory: dict[str, str | None] = field(default_factory=dict)
    _inner: dict[tuple[str, int], str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = [(e["en"], typeset(self.code, e[self.code]), False) for e in self.entries if self.code in e]
        known += [(english, said, True) for english, said in self.messages.items()]
        for english, said, loose in known:
            self._learn(english, said, loose)
            if not loose and english.endswith(".") and (short := _first_clause(english)):
                self._learn(short, _first_clause(said) or said.rstrip("."), loose)
        self._patterns.sort(key=lambda p: (-p.weight, -len(p.literals)))

    def _learn(self, english: str, said: str, loose: bool) -> None:
        if "{" not in english:
            self._exact.setdefault(english, said)
        else:
            self._patterns.append(_compiled(english, said, loose))

    def translate(self, text: str) -> str | None:
        """Return ``text`` in this language; None where it is not understood."""
        if text not in self._memory:
            self._memory[text] = self._translated(text, 0) if len(text) <= LONGEST else None
        return self._memory[text]

    def _translated(self, text: str, depth: int) -> str | None:
        if depth > _DEPTH or not text.strip():
            return None
        if text in self._exact:
            return self._exact[text]
        if (text, depth) not in self._inner:  # the same part comes again in many readings of a whole
            self._inner[text, depth] = self._read(text, depth)
        return self._inner[text, depth]

    def _read(self, text: str, depth: int) -> str | None:
        found = self._sentences(text, depth) or self._sentence(text, depth)
        if found is None and not text.endswith("."):
            found = self._exact.get(f"{text}.") or self._sentence(f"{text}.", depth)
            found = found[:-1] if found and found.endswith(".") else None
        return found or self._in_parts(text, depth)

    def _sentences(self, text: str, depth: int) -> str | None:
        """Several sentences, each understood for itself."""
        for stop in _STOP.finditer(text):
            head = text[: stop.end() - 1]
            first = self._exact.get(head) or self._sentence(head, depth)
            rest = self._translated(text[stop.end() :], depth + 1) if first is not None else None
            if first is not None and rest is not None:
                return f"{first} {rest}"
        return None

    def _sentence(self, text: str, depth: int) -> str | None:
        for pattern in self._patterns:
            values = pattern.fits(text)
            if values is not None:
                said = self._filled(pattern, values, depth)
                if said is not None:
                    return said
        return None

    def _in_parts(self, text: str, depth: int) -> str | None:
        """A text behind a heading and a colon, or one with a remark in parentheses."""
        head, colon, tail = text.partition(": ")
        if colon and head in self._exact:
            rest = self._translated(tail, depth + 1)
            mark = "\u00a0:" if self.code == "fr" else ":"
            return f"{self._exact[head]}{mark} {rest}" if rest else None
        if text.endswith(")") and " (" in text:
            head, _, tail = text.rpartition(" (")
            first, rest = self._translated(head, depth + 1), self._translated(tail[:-1], depth + 1)
            return f"{first} ({rest})" if first and rest else None
        return None

    def _filled(self, pattern: Sentence, values: Mapping[str, str], depth: int) -> str | None:
        shown: dict[str, str] = {}
        for name, kind in pattern.kinds.items():
            value = values[name]
            if kind in {"quoted", "raw"}:
                if kind == "raw" and pattern.weight < _WEAK and (": " in value or looks_english(value)):
                    return None
                shown[name] = value if kind == "quoted" else self._names(value)
                continue
            part = self._part(value, depth)
            if part is None and (pattern.weight < _WEAK or looks_english(value)):
                return None
            shown[name] = value if part is None else part
        return _SLOT.sub(lambda m: _slot(m, shown, values), pattern.said)

    def _part(self, value: str, depth: int) -> str | None:
        """Return a figure, a span, a date, a list of names or a text in this language; None for anything else."""
        language = current()
        if _IS_FIGURE.fullmatch(value):
            return _figure(language, value)
        counted = _COUNTED.fullmatch(value)
        if counted and (counted[2] in self._exact or re.fullmatch(r"[A-Zµa-z]{1,3}", counted[2])):
            return f"{_figure(language, counted[1])}\u00a0{self._exact.get(counted[2], counted[2])}"
        span = _SPAN.fullmatch(value)
        if span:
            return tr("{low} to {high}", low=_figure(language, span[1]), high=_figure(language, span[2]))
        if _IS_DATE.fullmatch(value):
            return _day(value)
        if _LIST.fullmatch(value):
            return self._names(value)
        phrases = [self._exact.get(p) for p in _AND.split(value)]
        if len(phrases) > 1 and all(phrases):
            *first, last = [p for p in phrases if p]
            return (
                ", ".join([*first, last])
                if " and " not in value
                else tr("{first} and {last}", first=", ".join(first), last=last)
            )
        if "; " in value:
            parts = [self._translated(part, depth + 1) for part in value.split("; ")]
            if all(parts):
                return "; ".join(part for part in parts if part)
        lead = value[: len(value) - len(value.lstrip())]
        found = self._translated(value.strip() if lead else value, depth + 1)
        return lead + found if found is not None else None

    def _names(self, value: str) -> str:
        """Return a list of names or values with the quotes and the last ``and`` of this language."""
        more = _MORE.search(value)
        head = value[: more.start()] if more else value
        if _LIST.fullmatch(head):
            opened, closed = current().quotes
            last = head.rfind("' and '")
            if last >= 0:
                head = tr("{first} and {last}", first=head[: last + 1], last=head[last + 6 :])
            head = _QUOTED.sub(lambda m: f"{opened}{m[1]}{closed}", head)
        return head + (tr(" and {n} more", n=_figure(current(), more[1])) if more else "")


def _first_clause(text: str) -> str:
    """Return what stands before the first semicolon or full stop within ``text``; empty if nothing does."""
    found = _CLAUSE.match(text)
    return found[1].rstrip() if found else ""


def _slot(match: re.Match[str], shown: Mapping[str, str], values: Mapping[str, str]) -> str:
    opened, name, one, many, closed = match.groups()
    if name not in shown:
        return match[0]
    if one is not None:
        return opened + (one if _single(values[name]) else many) + closed
    return f"{opened}{shown[name]}{closed}"


def _single(figure: str) -> bool:
    try:
        amount = abs(float(figure.replace(",", "").replace("\u202f", "")))
    except ValueError:
        return False
    return amount == 1 or (amount < 2 and current().code == "fr")


def _figure(language: Language, text: str) -> str:
    """Return a figure written in English, with the marks of the language."""
    number = text.replace("\u202f", ",").replace("−", "-")
    share = number.endswith("%")
    number = number.rstrip("% ").strip()
    return language.figure(number) + (language.percent if share else "")


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text[:10])) + text[10:]
    except ValueError:
        return text


def looks_english(text: str) -> bool:
    """Whether an unquoted part of ``text`` has two or more of the small words of English."""
    words = re.findall(r"[a-z]+", re.sub(r"'[^']*'", "", text.lower()))
    return sum(word in _ENGLISH for word in words) >= 2


@lru_cache(maxsize=8)
def _book(code: str, templates: Path | None, _changed: int) -> Phrasebook:
    return Phrasebook(sentences(templates), catalogue(code), code)


def phrasebook() -> Phrasebook | None:
    """Return the sentences of the language that is spoken here; None for English."""
    language = current()
    if language.code == "en":
        return None
    own = language.templates / FILE if language.templates else None
    changed = own.stat().st_mtime_ns if own is not None and own.is_file() else 0
    return _book(language.code, language.templates if changed else None, changed)


def told(text: object) -> str:
    """Return a text of an artifact in the language spoken here, or as it is: for texts that may be the client's."""
    book = phrasebook()
    line = str(text)
    return line if book is None else book.translate(line) or line


def say(text: object) -> Markup:
    """Return a sentence of a stage as HTML in the language spoken here; as English, and marked so, if need be."""
    book = phrasebook()
    line = str(text)
    said = line if book is None else book.translate(line)
    if said is None:
        return Markup('<span lang="en">{}</span>').format(clean(line))
    return escape(clean(said))
