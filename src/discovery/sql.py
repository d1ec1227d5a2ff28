"""Queries that a user gives: one statement that selects, and nothing else."""

from __future__ import annotations

import re

__all__ = ["one_select", "quoted"]

_ASIDE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)
"""What is quoted, and comments."""


def quoted(text: str, sign: str = '"') -> str:
    """Return a name between ``sign``, as SQL quotes it: ``"`` as most databases have it, a backtick for Spark.

    >>> quoted('a"b'), quoted("it's", "'")
    ('"a""b"', "'it''s'")
    """
    return sign + text.replace(sign, 2 * sign) + sign


def one_select(sql: str) -> str:
    """Return the statement without its end.

    The database is asked in a transaction that cannot write; this only says early, and in plain words, what a query
    must be.

    Raises
    ------
    ValueError
        If it is none, several, or one that does not select.
    """
    bare = _ASIDE.sub(lambda m: "''" if m[0][0] in "'\"" else " ", sql).strip().rstrip(";").strip()
    if not re.match(r"(?i)(?:\(\s*)*(?:select|with|values|table)\b", bare) or ";" in bare:
        raise ValueError("the query is not one statement that selects")
    return sql.strip().rstrip(";").strip()
