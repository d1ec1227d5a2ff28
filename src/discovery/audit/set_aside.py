"""The rows that intake set aside, written into the run with what may be shown of them."""

from __future__ import annotations

from pathlib import Path

from ..intake.quarantine import write_quarantine
from ..intake.table import Table
from ..masking import mask_inside
from .context import DropContext, printable_text

__all__ = ["write_set_aside"]

FOLDER = "quarantine"
NOT_SHOWN = "(not shown: the table holds personal data; see this line of the file)"


def write_set_aside(context: DropContext, out: Path) -> list[Path]:
    """Write ``quarantine/<table>.csv`` with line, reason and text of the rows that were set aside.

    Of a row that could not be read no cell can be told to be personal: its text is shown where no column of the
    table is, with what is personal inside it masked.
    """
    of_table = {t.table.name: t for t in context.tables.values()}
    private = {
        name: any(t.is_personal(c) for c in t.table.columns)
        for name, t in of_table.items()
        if t.table.reading.quarantined
    }

    def shown(table: Table, text: str) -> str:
        return NOT_SHOWN if private[table.name] else mask_inside(printable_text(text))

    return write_quarantine((t.table for t in of_table.values()), out / FOLDER, shown)
