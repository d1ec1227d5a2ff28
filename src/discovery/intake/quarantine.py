"""Rows that could not be read, written to a file with line number and reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from ..artifacts import write_atomic
from .table import Table

__all__ = ["write_quarantine"]


def write_quarantine(
    tables: Iterable[Table], folder: Path, show: Callable[[Table, str], str] | None = None
) -> list[Path]:
    """Write ``<table>.csv`` with line, reason and text for each table of which rows were set aside.

    The text is as in the file, for the people who may see the data, or what ``show`` makes of it for others.
    """
    written = []
    for table in tables:
        if not table.reading.quarantined:
            continue
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(["line", "reason", "text"])
        told = ((q, q.text if show is None else show(table, q.text)) for q in table.reading.quarantined)
        writer.writerows([q.line, q.reason, text] for q, text in told)
        name = re.sub(r"[^\w.-]+", "_", table.name).strip("._") or "table"
        path = folder / f"{name[:120]}.csv"
        write_atomic(path, buffer.getvalue().encode("utf-8", "replace"))
        written.append(path)
    return written
