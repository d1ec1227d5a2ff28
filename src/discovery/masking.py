"""Masking of personal values: what a report, a log or an artifact may show of them."""

from __future__ import annotations

import re

__all__ = ["mask"]

_WORD = re.compile(r"\w", re.UNICODE)


def mask(value: object, semantic: str | None = None) -> str:
    """Return ``value`` so that a person cannot be told from it, but its shape can.

    Every letter and digit becomes ``•`` but the first of the value (not for e-mail domains' ends, which stay,
    as they identify an organisation and help to see what is wrong). Values of up to two signs are all masked.

    >>> mask("anna.maier@example.org", "email")
    'a•••.•••••@•••••••.org'
    >>> mask("4111 1111 1111 1111", "card")
    '•••• •••• •••• ••••'
    """
    text = str(value)
    if semantic == "email" and "@" in text:
        local, _, domain = text.partition("@")
        host, dot, end = domain.rpartition(".")
        return f"{_hide(local)}@{_hide(host, keep=0)}{dot}{end}"
    return _hide(text, keep=0 if semantic in {"card", "iban", "phone", "ip"} else 1)


def _hide(text: str, keep: int = 1) -> str:
    return text[:keep] + _WORD.sub("•", text[keep:]) if len(text) > 2 else "•" * len(text)
