"""The language of what people read: texts from a catalogue keyed by the English ones, and marks of figures.

The English text is the key, so that code and templates read as they print and a missing translation shows
English. The language is kept in a context variable: stages set it around what they say, and what they call
need not hand it on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from pathlib import Path

from .assets import asset

__all__ = ["LANGUAGES", "Language", "catalogue", "current", "day", "known", "speaking", "tr", "typeset"]

LANGUAGES = ("en", "de", "fr")
"""The languages of the shipped catalogues."""

_MARKS = {
    "en": (".", ",", "%", ("'", "'")),
    "de": (",", ".", "\u202f%", ("„", "“")),
    "fr": (",", "\u202f", "\u202f%", ("«\u00a0", "\u00a0»")),
}
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip


@dataclass(frozen=True)
class Language:
    """A language: its code, the texts by their English, and the marks of its figures."""

    code: str = "en"
    texts: Mapping[str, str] = field(default_factory=dict)
    decimal: str = "."
    thousands: str = ","
    percent: str = "%"
    quotes: tuple[str, str] = ("'", "'")
    templates: Path | None = None

    @cached_property
    def fingerprint(self) -> str:
        """A hash of the texts: what was drawn with other texts is drawn anew."""
        return hashlib.blake2b(repr(sorted(self.texts.items())).encode(), digest_size=8).hexdigest()

    def figure(self, text: str) -> str:
        """Return a figure written as ``-1,234.5`` with the marks of the language and a true minus."""
        if text.isdigit():
            return text
        table = {",": self.thousands, ".": self.decimal, "-": "−"}
        return "".join(table.get(sign, sign) for sign in text)


_ENGLISH = Language()
_current: ContextVar[Language] = ContextVar("language", default=_ENGLISH)


def current() -> Language:
    """Return the language that is spoken here."""
    return _current.get()


@contextmanager
def speaking(locale: str, templates: Path | None = None) -> Iterator[Language]:
    """Speak the language of ``locale`` within the block.

    Parameters
    ----------
    locale : str
        A language with or without a country: ``de``, ``fr-CH``. Without a catalogue it is English.
    templates : Path, optional
        A folder whose ``messages/<language>.yaml`` goes before the shipped texts.
    """
    code = locale.replace("_", "-").split("-")[0].lower()
    code = code if code in LANGUAGES else "en"
    own = _file(templates / "messages" / f"{code}.yaml", code) if templates else {}
    texts = {**catalogue(code), **own} if own else catalogue(code)
    token = _current.set(Language(code, texts, *_MARKS[code], templates=templates))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def tr(text: str, /, **values: object) -> str:
    """Return the English ``text`` in the language spoken here, with ``{name}`` replaced by the values."""
    found = _current.get().texts.get(text, text)
    return found.format_map(values) if values else found


def known(text: str) -> str:
    """Return a fixed word of an artifact (a verdict, a kind, a title) in the language spoken here."""
    return _current.get().texts.get(text, text)


def day(when: date) -> str:
    """Return a date as people write it: ``14 September 2026``."""
    return tr("{day} {month} {year}", day=when.day, month=known(MONTHS[when.month - 1]), year=when.year)


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Return the shipped texts of a language by their English."""
    return {} if code == "en" else _file(asset("templates", "report") / "messages" / f"{code}.yaml", code)


def typeset(code: str, text: str) -> str:
    """Return ``text`` with the quotes, apostrophes and spaces that printers of the language use."""
    if code == "de":
        text = _IN_QUOTES.sub("„\\1“", text).replace("z. B.", "z.\u00a0B.")
    elif code == "fr":
        text = _IN_QUOTES.sub("« \\1 »", text).replace("« ", "«\u00a0").replace(" »", "\u00a0»")
        text = _HIGH_MARKS.sub("\u00a0\\1", re.sub(r"(?<=\w)'(?=\w)", "’", text))
    else:
        return text
    return text.replace(" %", "\u202f%")


_IN_QUOTES = re.compile(r"(?<!\w)'([^']*)'(?!\w)")
_HIGH_MARKS = re.compile(r" ([:;?!])")


def _file(path: Path, code: str) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    from .engagement.yaml_lines import parse
    from .errors import EngagementError

    value, _ = parse(path.read_text("utf-8-sig"), path.name)
    if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
        raise EngagementError(
            "must map English texts to texts",
            where=str(path),
            mend='Write lines like "Decisions": "Entscheidungen".',
        )
    return {english: typeset(code, said) for english, said in value.items()}
