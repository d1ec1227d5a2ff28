"""Rows entered anew with one of their numbers changed are found; surveys, series and panels are left alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.checks.uniqueness.near_duplicates_numbers import near_duplicate_numbers
from discovery.audit.rows import near_rows
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table


def found(frame: pl.DataFrame, *cases: UseCase) -> list[Finding]:
    engagement = Engagement(name="e", use_cases=list(cases))
    return list(near_duplicate_numbers(table_context(Table.from_frame("t", frame), engagement)))


def readings(r: np.random.Generator, rows: int = 800) -> dict[str, Any]:
    return {
        "id": np.arange(rows) + 1000,
        "site": r.choice(["north", "south", "east"], rows),
        "height": r.normal(170, 9, rows).round(1),
        "weight": r.normal(70, 12, rows).round(1),
        "pressure": r.normal(120, 15, rows).round(),
        "glucose": r.lognormal(4.6, 0.2, rows).round(1),
        "age": r.integers(18, 90, rows),
    }


def entered_anew(r: np.random.Generator, base: pl.DataFrame, count: int, cells: int = 1) -> pl.DataFrame:
    again = base.sample(count, seed=3).to_dicts()
    for row in again:
        row["id"] += 5000
        for name in r.choice(["height", "weight", "pressure", "glucose", "age"], cells, replace=False).tolist():
            row[name] = type(row[name])(row[name] + (7 if name == "age" else 1.5))
    both = pl.concat([base, pl.DataFrame(again, schema=base.schema)])
    return both.sample(fraction=1, shuffle=True, seed=4)


@pytest.mark.parametrize("share", [0.01, 0.05])
def test_rows_entered_anew_are_found(share: float) -> None:
    r = np.random.default_rng(1)
    base = pl.DataFrame(readings(r))
    assert found(base) == []
    (finding,) = found(entered_anew(r, base, round(share * base.height)))
    assert finding.kind == "near_duplicate"
    assert finding.severity == "minor"
    assert finding.columns == []
    assert finding.rows_affected == round(share * base.height)
    assert "in all but one of their numbers" in finding.summary
    pair = [e.values for e in finding.evidence[:2]]
    assert sum(pair[0][c] != pair[1][c] for c in pair[0]) == 1


def test_two_changed_numbers_in_a_wider_table_and_gaps() -> None:
    r = np.random.default_rng(2)
    wide = {f"v{i}": r.normal(0, 1, 800).round(3) for i in range(6)}
    base = pl.DataFrame(readings(r) | wide)
    (finding,) = found(entered_anew(r, base, 40, cells=2))
    assert finding.rows_affected == 40
    assert "one or two of their numbers" in finding.summary
    lost = entered_anew(r, base, 0).vstack(
        base.head(20).with_columns(pl.col("id") + 9000, v1=pl.lit(None, pl.Float64))
    )
    lost = lost.vstack(base.tail(20).with_columns(pl.col("id") + 9000, v2=pl.lit(None, pl.Float64)))
    (finding,) = found(lost)
    assert finding.rows_affected == 40


def test_a_sample_of_a_long_table_keeps_pairs_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_rows, "ROWS", 1_000)
    r = np.random.default_rng(3)
    base = pl.DataFrame(readings(r, 5000))
    (finding,) = found(entered_anew(r, base, 400))
    assert finding.details["sampled"]
    assert f"of a sample of {finding.details['compared']:,} rows" in finding.summary
    assert 0.03 < finding.rows_affected / finding.details["compared"] < 0.15


@pytest.mark.parametrize("seed", range(3))
def test_what_is_alike_by_nature_draws_nothing(seed: int) -> None:
    r = np.random.default_rng(seed)
    n = 1200
    survey = {f"q{i}": r.integers(1, 26, n) for i in range(5)} | {"sex": r.choice(["f", "m"], n)}
    assert found(pl.DataFrame(survey)) == []
    patient = np.sort(r.integers(0, 500, n))
    fixed = {c: r.normal(50, 10, 500).round(2)[patient] for c in ("height", "birth_weight", "dose", "base")}
    panel = fixed | {"reading": r.normal(10, 2, n).round(2)}
    assert found(pl.DataFrame(panel)) == []
    few = pl.DataFrame({"group": r.integers(0, 1100, n)}).to_series().to_numpy()
    fixed = {c: r.normal(50, 10, 1100).round(2)[few] for c in ("height", "birth_weight", "dose", "base")}
    assert found(pl.DataFrame(fixed | {"reading": r.normal(10, 2, n).round(2)})) == [], "one reading differs"
    series = {c: np.repeat(r.normal(20, 3, n // 6).round(2), 6) + 0.0 for c in ("a", "b", "c", "d")}
    for values in series.values():
        values[:] = np.roll(values, r.integers(0, 6))
    assert found(pl.DataFrame(series)) == []
    zeros = {f"z{i}": r.integers(0, 40, n) * (r.random(n) < 0.1) for i in range(12)}
    assert found(pl.DataFrame(zeros)) == []


def test_equal_rows_and_other_labels_are_other_kinds() -> None:
    r = np.random.default_rng(5)
    base = pl.DataFrame(readings(r)).drop("id").with_columns(score=pl.Series(r.integers(0, 25, 800)))
    assert found(pl.concat([base, base.head(40)])) == []
    other = pl.concat([base, base.head(40).with_columns((pl.col("score") + 1) % 25)])
    case = UseCase(name="u", table="t", target="score", task="multiclass")
    assert found(other, case) == []


def test_rows_of_one_thing_in_two_years_are_no_copies() -> None:
    r = np.random.default_rng(6)
    base = pl.DataFrame(readings(r) | {"year": r.integers(1900, 2020, 800)})
    later = base.sample(60, seed=3).with_columns(pl.col("id") + 5000, pl.col("year") + 1)
    assert found(pl.concat([base, later]).sample(fraction=1, shuffle=True, seed=4)) == []
