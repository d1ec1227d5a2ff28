"""Bytes -> tables: find, fingerprint, sniff, read, type, and set aside what cannot be read."""

from __future__ import annotations

from .drop import read_drop
from .sources.database import read_query
from .table import Drop, Problem, Quarantined, Reading, Table, TableColumn, Unparsed

__all__ = [
    "Drop",
    "Problem",
    "Quarantined",
    "Reading",
    "Table",
    "TableColumn",
    "Unparsed",
    "read_drop",
    "read_query",
]
