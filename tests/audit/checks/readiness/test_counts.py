"""Targets that count things have a tail and no rare grade; equal rows of coarse columns are chance."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit.checks.readiness.labels import conflicting_labels
from discovery.audit.checks.readiness.target import imbalance

from .test_labels import audit


def test_a_count_whose_commonest_number_is_not_0() -> None:
    rows = {0: 2127, 1: 1544, 2: 2338, 3: 1474, 4: 790, 5: 376, 6: 208, 7: 100, 8: 163}
    kids = np.repeat(list(rows), list(rows.values()))
    assert audit(imbalance, pl.DataFrame({"y": kids, "x": np.arange(len(kids))}), task="regression") == []
    grades = np.repeat([0, 1, 2, 3, 4, 5], [5, 300, 900, 2000, 1500, 60])
    (found,) = audit(imbalance, pl.DataFrame({"y": grades, "x": np.arange(len(grades))}), task="regression")
    assert "rarest grade" in found.summary


def test_equal_rows_of_coarse_columns_are_chance() -> None:
    rng = np.random.default_rng(6)
    coarse = {f"q{i}": rng.choice([1, 2], 700, p=[0.8, 0.2]) for i in range(10)}
    found = audit(conflicting_labels, pl.DataFrame({**coarse, "y": rng.choice(["a", "b", "c"], 700)}))
    assert {f.severity for f in found} == {"info"}
    assert any("chance rather than error" in f.summary or "overlap" in f.summary for f in found)
    fine = {f"x{i}": rng.normal(size=300).round(2) for i in range(4)}
    twice = pl.DataFrame({**fine, "y": rng.choice(["a", "b"], 300)})
    other = twice.head(40).with_columns(y=pl.when(pl.col("y") == "a").then(pl.lit("b")).otherwise(pl.lit("a")))
    found = audit(conflicting_labels, pl.concat([twice, other]))
    assert found[0].severity == "major"
