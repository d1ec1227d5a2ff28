"""Every check bears tables that hold next to nothing, and numbers at the limits of their types."""

from __future__ import annotations

import math
from datetime import date, time

import polars as pl
import pytest

from discovery.audit.context import all_checks

NAMES = ("age", "price", "zip", "date", "latitude", "longitude", "rating", "total", "quarter", "state", "x")
CELLS = {
    "nothing": lambda _: None,
    "nan": lambda _: math.nan,
    "infinite": lambda _: math.inf,
    "infinite or not": lambda i: (math.inf, -math.inf, math.nan, 1.0 * i, 2.0 * i, 3.5, 4.5)[i % 7],
    "infinite or counting": lambda i: float(i) if i % 7 else math.inf,
    "huge": lambda i: (-1.0) ** i * 10.0 ** (i * 5 % 308),
    "tiny": lambda i: 1e-300 * i,
    "large whole": lambda i: 2**62 + i,
    "one value": lambda _: 5,
    "zero": lambda _: 0,
    "counting": lambda i: i,
    "every other": lambda i: i if i % 2 else None,
    "flag": lambda i: i % 2 == 0,
    "few texts": lambda i: f"v{i % 7}",
    "own texts": lambda i: f"ab{i}x",
    "long texts": lambda _: "ab " * 3000,
    "signs": lambda i: ("(", "[a", "*", "?", "\\", "$", "5 kg", "1-2", "a;b", "a\x00b\x85c", "\ufffd")[i % 11],
    "day": lambda i: (date(1, 1, 1), date(9999, 12, 31), date(2000, 1, 1 + i % 28))[i % 3],
    "time": lambda i: time(i % 24),
}


@pytest.mark.parametrize("rows", [0, 1, 60, 250])
@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_one_kind_of_cell_in_all_columns(context_of, rows, cell):
    values = pl.Series([cell(i) for i in range(rows)], strict=False)
    context = context_of(pl.DataFrame(dict.fromkeys(NAMES, values)))
    for check in all_checks():
        if check.scope == "table":
            check(context)


@pytest.mark.parametrize("rows", [0, 1, 60, 250])
def test_all_kinds_of_cells_in_one_table(context_of, rows):
    names = [f"{NAMES[i % len(NAMES)]} {kind}" for i, kind in enumerate(CELLS)]
    columns = [pl.Series([cell(i) for i in range(rows)], strict=False) for cell in CELLS.values()]
    context = context_of(pl.DataFrame(dict(zip(names, columns, strict=True))), target=names[7])
    for check in all_checks():
        if check.scope == "table":
            check(context)
