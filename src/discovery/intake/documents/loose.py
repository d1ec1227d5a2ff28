"""What is nearly JSON -> JSON: scripts, shells of databases and printed objects of Python."""

from __future__ import annotations

import json
import re

__all__ = ["as_json"]

_STRING = r'"(?:[^"\\]++|\\.)*+"'
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<single>'(?:[^'\\\n]++|\\.)*+')|(?P<remark>//[^\n]*|/\*.{{0,2000}}?\*/|\x1e)|"
    r"(?P<comma>,(?=\s*[\]}]))|(?P<key>(?<=[{,\s])[A-Za-z_$][\w$]*+(?=\s*:))|"
    r"(?P<call>\b(?:new )?(?:ObjectId|ISODate|Date|Number(?:Long|Int|Decimal)|Timestamp|UUID)"
    r"\((?P<inner>[^()\n]*)\))|"
    r"(?P<word>\b(?:None|True|False|undefined)\b)",
    re.DOTALL,
)
_WORDS = {"None": "null", "True": "true", "False": "false", "undefined": "null"}
_AROUND = re.compile(
    r"^(?:\s|//[^\n]*\n|/\*.{0,2000}?\*/)*(?:(?:var|let|const|window\.)?\s*[A-Za-z_$][\w$.]*\s*=\s*|[A-Za-z_$][\w$.]*\s*\()(?=[\[{])"
)


def as_json(text: str) -> str:
    """Return a text with what JSON does not know left out or written as JSON writes it.

    These are commas after the last value, comments, separators of records, keys and texts in other quotes or in
    none, the calls that a database's shell writes around values, and the one around a whole document.
    """
    around = _AROUND.match(text)
    if around:
        text = text[around.end() :].rstrip().removesuffix(";").rstrip().removesuffix(")")
    return _TOKEN.sub(_written, text)


def _written(match: re.Match[str]) -> str:
    kind = match.lastgroup if match.lastgroup != "inner" else "call"
    found = match[0]
    if kind == "string":
        return found
    if kind == "single":
        return _quoted(found)
    if kind in {"remark", "comma"}:
        return " "
    if kind == "key":
        return json.dumps(found)
    if kind == "call":
        inner = match["inner"].strip()
        return _quoted(inner) if inner.startswith("'") else inner or "null"
    return _WORDS[found]


def _quoted(text: str) -> str:
    """Return a text in single quotes in double ones."""
    inside = re.sub(r'\\(.)|"', lambda m: '\\"' if m[0] == '"' else "'" if m[1] == "'" else m[0], text[1:-1])
    return f'"{inside}"'
