"""Nothing of a test row is learned, and nothing odd breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from discovery.baselines.features import model_frame
from discovery.baselines.preprocess import FrameEncoder
from discovery.baselines.target_means import TargetMeans


def frame(rows: int = 300, seed: int = 0) -> pl.DataFrame:
    g = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "n": g.normal(size=rows),
            "steps": g.integers(1, 5, rows),
            "gap": [None if i % 3 == 0 else float(i) for i in range(rows)],
            "cat": g.choice(["a", "b", "c"], rows),
            "many": [f"v{i}" for i in g.integers(0, 90, rows)],
            "when": pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 20), "30m", eager=True).head(
                rows
            ),
            "text": [f"word{i % 5} and some more text {i % 60}" for i in range(rows)],
        }
    )


@pytest.mark.parametrize("purpose", ["trees", "linear", "rule"])
def test_encoding_does_not_depend_on_other_rows(purpose):
    data = model_frame(frame(), frame().columns)
    y = np.arange(300) % 2
    encoder = FrameEncoder(purpose)
    encoder.fit(data.iloc[:200], y[:200])
    together = _dense(encoder.transform(data.iloc[200:]))
    alone = np.vstack([_dense(encoder.transform(data.iloc[[i]])) for i in range(200, 300)])
    np.testing.assert_allclose(together, alone, atol=1e-12)
    assert together.shape[1] == len(encoder.names_out_) == len(encoder.categorical_)


def test_unseen_and_odd_values_are_missing():
    data = model_frame(frame(), ["n", "cat", "many"])
    encoder = FrameEncoder("trees").fit(data, np.arange(300) % 2)
    odd = pd.DataFrame({"n": [np.inf], "cat": ["zzz"], "many": ["never"]})
    found = encoder.transform(odd)
    assert np.isnan(found[0, 0])
    assert np.isnan(found[0, 1])
    assert found[0, 2] == pytest.approx(0.5)


def test_empty_and_constant_columns_vanish():
    data = model_frame(
        pl.DataFrame({"e": pl.Series([None] * 50, dtype=pl.Float64), "k": [1.0] * 50, "c": ["x"] * 50}),
        ["e", "k", "c"],
    )
    for purpose in ("trees", "linear", "rule"):
        assert FrameEncoder(purpose).fit_transform(data, np.arange(50) % 2).shape == (50, 1)


def test_parts_of_a_date():
    days = pl.Series(["2024-02-29 13:45", None, "1969-12-31 01:00"] * 2).str.to_datetime("%Y-%m-%d %H:%M")
    data = model_frame(pl.DataFrame({"d": days}), ["d"])
    encoder = FrameEncoder("trees").fit(data)
    found = dict(zip([p for _, p in encoder.names_out_], encoder.transform(data)[0], strict=True))
    assert (found["year"], found["month"], found["day of month"], found["weekday"], found["hour"]) == (
        2024, 2, 29, 4, 13,
    )  # fmt: skip
    old = dict(zip([p for _, p in encoder.names_out_], encoder.transform(data)[2], strict=True))
    assert (old["year"], old["month"], old["day of month"], old["weekday"], old["hour"]) == (1969, 12, 31, 3, 1)
    assert np.isnan(encoder.transform(data)[1]).all()


def test_target_means_keep_a_rows_own_target_out():
    codes = np.arange(200)
    y = (np.arange(200) % 2).astype(np.int64)
    means = TargetMeans(200)
    crossed = means.fit_transform(codes, y)[:, 0]
    assert abs(np.corrcoef(crossed, y)[0, 1]) < 0.5
    assert means.transform(np.array([1, 0, -1]))[:, 0] == pytest.approx([6 / 11, 5 / 11, 0.5])
    three = TargetMeans(2).fit_transform(np.array([0, 1] * 30), np.arange(60) % 3)
    assert three.shape == (60, 3)


def _dense(matrix):
    return matrix.toarray() if hasattr(matrix, "toarray") else matrix
