"""Columns that say the same twice."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit.checks.consistency.redundant import another_scale, redundant_column
from discovery.engagement import UseCase


def test_redundant_columns(findings_of, places) -> None:
    frame = places().with_columns(copy=pl.col("size"), cents=pl.col("sales") * 100 + 1)
    noise = pl.Series(np.random.default_rng(0).normal(size=800))
    frame = frame.with_columns(about=pl.col("cents") + noise * 900)
    found = {tuple(f.columns): f for f in findings_of(redundant_column, frame)}
    assert found["zip", "city"].details["form"] == "one_to_one"
    assert found["size", "copy"].severity == "minor"
    assert any("sales" in c and "cents" in c for c in found)
    case = UseCase(name="c", table="t", target="copy")
    assert not any("copy" in f.columns for f in findings_of(redundant_column, frame, use_cases=[case]))
    assert findings_of(redundant_column, places().select("region", "size", "sales")) == []


def test_identifiers_of_two_things_are_not_copies(findings_of) -> None:
    frame = pl.DataFrame(
        {
            "loan_id": [3 * i for i in range(300)],
            "account_id": [7 * i for i in range(300)],
            "x": [i % 9 for i in range(300)],
        }
    )
    assert findings_of(redundant_column, frame) == []
    copied = frame.with_columns(account_id=pl.col("loan_id"))
    assert [f.columns for f in findings_of(redundant_column, copied)] == [["loan_id", "account_id"]]


def test_what_a_few_extreme_rows_make_alike_is_no_copy(findings_of) -> None:
    rng = np.random.default_rng(0)
    margin = rng.normal(0.1, 0.2, 900)
    costs = 1 - margin + rng.normal(0, 0.03, 900)
    margin[:3], costs[:3] = [-1.1e6, -3e5, -7e4], [1.1e6, 3e5, 7e4]
    frame = pl.DataFrame({"margin": margin, "costs": costs, "loss": -margin})
    (copy, *rest) = findings_of(redundant_column, frame)
    assert (copy.columns, copy.details["correlation"]) == (["margin", "loss"], 1.0)
    assert all(f.severity == "info" for f in rest)
    costs[3:] = rng.normal(0.9, 0.2, 897)
    assert findings_of(redundant_column, pl.DataFrame({"margin": margin, "costs": costs})) == []


def test_a_copy_with_gaps_of_its_own_is_one(findings_of) -> None:
    x = np.random.default_rng(0).integers(0, 8, 900).astype(float)
    gaps = [None if v > 4 and i % 2 else v for i, v in enumerate(x)]
    (finding,) = findings_of(redundant_column, pl.DataFrame({"score": gaps, "score_c": 10 * x + 1}))
    assert (finding.severity, finding.details["correlation"]) == ("minor", 1.0)


def test_logarithms_squares_and_inverses_of_a_column_are_told_at_once(findings_of) -> None:
    rng = np.random.default_rng(0)
    mass, area, age = rng.gamma(2, 3, 500) + 0.1, rng.gamma(3, 90, 500) + 1, rng.integers(16, 90, 500)
    frame = pl.DataFrame(
        {"mass": mass, "log_mass": np.log10(mass).round(6), "area": area, "age": age, "age2": age**2}
    )
    (finding,) = findings_of(another_scale, frame.with_columns(density=1 / pl.col("area")))
    assert finding.details["functions"] == {
        "log_mass": "logarithm of mass",
        "age2": "square of age",
        "density": "inverse of area",
    }
    near = pl.DataFrame(
        {"mass": mass, "ordered": mass + rng.normal(0, 0.01, 500), "area": area, "double": 2 * area}
    )
    assert findings_of(another_scale, near.with_columns(size=pl.col("mass").sqrt() + pl.col("mass") ** 3)) == []
