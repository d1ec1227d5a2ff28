"""Every polluted file is read as a person would read it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.intake import pollution

from discovery.intake import Table, read_drop


@pytest.mark.parametrize("polluted", list(pollution.corpus()), ids=lambda p: p.name)
def test_polluted_file(tmp_path: Path, polluted: Any) -> None:
    path = tmp_path / f"{polluted.name}.{polluted.ending}"
    path.write_bytes(polluted.content)
    drop = read_drop(path)
    assert len(drop.tables) == polluted.tables
    table = drop.tables[polluted.name]
    header = polluted.header or tuple(f"column_{i}" for i in range(1, polluted.columns + 1))
    assert tuple(table.frame.columns) == header
    assert table.rows == polluted.rows
    assert len(table.reading.quarantined) == polluted.aside
    if polluted.cells and polluted.columns >= 9 and polluted.rows:
        _same_cells(table, polluted.columns)


def _same_cells(table: Table, columns: int) -> None:
    offset = columns - 9 if not table.frame.columns[-1].startswith("Unnamed: 9") else 0
    for i, row in enumerate(pollution.rows()):
        read = [table.text(c)[i] or "" for c in table.frame.columns[offset:][:9]]
        assert [" ".join(c.split()) for c in read] == row
    types = [table.columns[c].type for c in table.frame.columns[offset:][:9]]
    assert types == ["date", "time", "integer", "text", "number", "text", "text", "text", "text"]
