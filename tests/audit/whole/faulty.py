"""A table with known faults, most of them too rare for a sample, and a table it refers to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

ROWS = 60_000
STEP = timedelta(hours=1)


def sales(rows: int = ROWS) -> pl.DataFrame:
    """Return sales: one in a few thousand rows is wrong in one way or another."""
    r = np.random.default_rng(7)
    days = [date(2021, 1, 1) + timedelta(days=int(d)) for d in np.sort(r.integers(0, 700, rows))]
    city = r.integers(0, 40, rows)
    frame = pl.DataFrame(
        {
            "sale_id": np.arange(1, rows + 1),
            "customer": r.integers(1, 3_001, rows),
            "day": days,
            "shipped": [d + timedelta(days=int(n)) for d, n in zip(days, r.integers(0, 9, rows), strict=True)],
            "amount": r.gamma(4.0, 30.0, rows).round(3),
            "age": r.integers(18, 80, rows),
            "weight": r.normal(50, 5, rows),
            "city": np.array([f"city {c:02d}" for c in range(40)])[city],
            "region": np.array(["north", "south", "east", "west"])[city % 4],
            "channel": np.array(["web", "shop", "phone"])[r.integers(0, 3, rows)],
            "note": [f"order {n} of the week" for n in r.integers(0, 10**9, rows)],
            "same": "x",
        }
    )
    frame = frame.with_columns(pl.col("day", "shipped").cast(pl.Date))
    return _spoiled(frame)


def _spoiled(frame: pl.DataFrame) -> pl.DataFrame:
    row = pl.int_range(pl.len())
    every = frame.height // 8

    def at(place: int, value: object, column: str, every: int = every) -> pl.Expr:
        wrong = (row % every == place) & (row >= every)
        return pl.when(wrong).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)

    frame = frame.with_columns(
        at(11, -999.0, "amount"),
        at(23, 190, "age"),
        at(31, None, "weight"),
        at(47, "Web ", "channel"),
        at(59, "N/A", "city"),
        at(61, "east", "region", every=1_500),
        at(73, 999_999, "customer"),
        at(83, date(1900, 1, 1), "shipped"),
    )
    frame = frame.with_columns(at(97, 4_242, "sale_id"))
    frame = frame.filter(~pl.col("day").is_between(date(2021, 6, 1), date(2021, 6, 4)))
    return pl.concat([frame, frame.slice(1_000, 3)])


def customers() -> pl.DataFrame:
    """Return the customers that sales refer to."""
    return pl.DataFrame(
        {
            "customer": range(1, 3_001),
            "since": [datetime(2019, 1, 1) + STEP * n for n in range(3_000)],
            "class": [f"c{n % 3}" for n in range(3_000)],
        }
    )


def write(folder: Path, rows: int = ROWS) -> Path:
    """Write both tables as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    sales(rows).write_parquet(folder / "sales.parquet", row_group_size=20_000)
    customers().write_parquet(folder / "customers.parquet")
    return folder
