"""Columns that are filled for one outcome only, or never for the usual number."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding

from ..checks.readiness.test_leaks import audit

ROWS = 900


def told(data: dict[str, Any], target: str, task: str = "regression") -> list[Finding]:
    found = audit(pl.DataFrame(data, strict=False), target, task=task)
    return [f for f in found if f.details["form"] == "filled_after"]


def mothers(seed: int = 0) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    kids = rng.poisson(1.5, ROWS)
    asked = rng.random(ROWS) < 0.6
    first = [int(rng.integers(16, 40)) if k and a else None for k, a in zip(kids, asked, strict=True)]
    return {"kids": kids, "age_first": first, "income": rng.normal(40, 9, ROWS).round(1)}


@pytest.mark.parametrize("scale", [1, 2.37])
def test_filled_only_where_a_number_is_not_0(scale: float) -> None:
    data = mothers()
    (found,) = told(data | {"kids": data["kids"] * scale}, "kids")
    assert (found.columns, found.severity) == (["age_first"], "minor")
    assert "is never 0" in found.summary


def test_gaps_that_have_nothing_to_do_with_a_number() -> None:
    data = mothers()
    asked = np.random.default_rng(1).random(ROWS) < 0.1
    data["age_first"] = [30 if a else None for a in asked]
    assert told(data, "kids") == []
    few = np.flatnonzero(np.asarray(data["kids"]) > 0)[:40]
    assert told(data | {"age_first": [30 if i in few else None for i in range(ROWS)]}, "kids") == []


@pytest.mark.parametrize(("cells", "found"), [(16, 1), (9, 0)])
def test_a_few_cells_that_are_all_of_a_rare_class(cells: int, found: int) -> None:
    rng = np.random.default_rng(2)
    status = np.where(rng.random(ROWS) < 0.14, "lost", "kept")
    lost = set(np.flatnonzero(status == "lost")[:cells].tolist())
    data = {"status": status, "ship": ["Mary" if i in lost else None for i in range(ROWS)], "x": rng.random(ROWS)}
    got = told(data, "status", "binary")
    assert [f.columns for f in got] == [["ship"]] * found
    assert all(f.severity == "minor" for f in got)


def test_a_few_cells_of_the_usual_class_are_chance() -> None:
    rng = np.random.default_rng(2)
    status = np.where(rng.random(ROWS) < 0.4, "lost", "kept")
    kept = set(np.flatnonzero(status == "kept")[:16].tolist())
    data = {"status": status, "ship": ["Mary" if i in kept else None for i in range(ROWS)], "x": rng.random(ROWS)}
    assert told(data, "status", "binary") == []


@pytest.mark.parametrize("known", [0.06, 1.0])
def test_only_rows_whose_outcome_is_known_are_counted(known: float) -> None:
    rng = np.random.default_rng(3)
    rows = 3000
    asked = rng.random(rows) < 0.6
    seen = asked | (rng.random(rows) < known)
    got = np.where(asked, rng.random(rows) < 0.6, True)
    data = {
        "got": [bool(g) if s else None for g, s in zip(got, seen, strict=True)],
        "sum": [int(rng.integers(1, 300)) if a else None for a in asked],
        "x": rng.random(rows),
    }
    (found,) = told(data, "got", "binary")
    assert found.rows_affected == int((seen & ~asked).sum())
    assert found.severity == ("minor" if known < 1 else "major")
