"""The target of a use case, read as classes or numbers."""

from __future__ import annotations

import polars as pl
import pytest

from discovery.audit.targets import Target, read_target
from discovery.engagement import UseCase


def read(values: object, **more: object) -> Target | None:
    case = UseCase.model_validate({"name": "u", "table": "t", "target": "y", **more})
    return read_target(case, pl.DataFrame({"y": values}))


def test_what_is_no_number_is_missing_and_no_class() -> None:
    found = read([1.0, 0.0, float("nan"), float("inf"), None] * 20)
    assert found is not None
    assert (found.kind, found.labels, found.known.sum()) == ("binary", ["0.0", "1.0"], 40)
    grades = read([3.0, 1.0, 2.0, float("-inf")] * 20, task="regression")
    assert grades is not None
    assert grades.labels == ["1.0", "2.0", "3.0"]
    assert grades.counts().tolist() == [20, 20, 20]


@pytest.mark.parametrize("values", [[], [None] * 50, ["a"] * 50, [f"t{i}" for i in range(50)], [float("nan")] * 50])
def test_what_cannot_be_learned_is_no_target(values: list[object]) -> None:
    assert read(pl.Series("y", values, dtype=None if values else pl.Float64)) is None


def test_words_for_a_missing_value_are_classes_where_they_are_frequent() -> None:
    found = read(["none", "hail", "rain", "?"] * 30)
    assert found is not None
    assert found.labels == ["hail", "none", "rain"]
