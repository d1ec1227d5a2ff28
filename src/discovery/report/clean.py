"""Text of a client made safe to show: what no page can hold or what would reorder it becomes visible."""

from __future__ import annotations

import hashlib
import re

__all__ = ["LONGEST", "anchor", "clean", "shorten"]

LONGEST = 600
"""Longer texts are cut: a cell of a megabyte helps nobody."""

_SURROGATES = re.compile("[\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ufdd0-\ufdef]")


def clean(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` without what breaks a page.

    Lone surrogates and non-characters become the replacement character, control characters their visible
    pictures, marks that change the direction of text are named, and very long text is cut.
    """
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    if text.isascii() and text.isprintable():
        return text
    text = _SURROGATES.sub("\ufffd", text)
    text = _CONTROLS.sub(_picture, text)
    return _ORDERING.sub(lambda m: f"[U+{ord(m[0]):04X}]", text)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"


def shorten(text: str, longest: int = 30) -> str:
    """Return ``text`` on one line, cut to ``longest`` signs."""
    line = " ".join(clean(text).split()) or "(empty)"
    return line if len(line) <= longest else line[: longest - 1] + "…"


def anchor(prefix: str, *parts: str) -> str:
    """Return an id for the page made of ``prefix`` and a hash: no name of a client ends up in an id or a link."""
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return f"{prefix}-{hashlib.blake2b(text, digest_size=5).hexdigest()}"
