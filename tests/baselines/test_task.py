"""The task is recognised with its reason, and the target made learnable."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.baselines.task import recognise_target
from discovery.engagement import UseCase
from discovery.errors import TargetError
from discovery.intake.table import Table


def recognise(values, **case):
    table = Table.from_frame("t", pl.DataFrame({"y": values}))
    return recognise_target(table, UseCase(name="u", table="t", target="y", **case))


@pytest.mark.parametrize(
    ("values", "task"),
    [
        (["yes", "no"] * 50, "binary"),
        ([True, False] * 50, "binary"),
        ([1, 2] * 50, "binary"),
        (["a", "b", "c"] * 40, "multiclass"),
        ([1, 2, 3] * 40, "multiclass"),
        (list(range(50)) * 3, "regression"),
        ([0.5 * i for i in range(100)], "regression"),
        ([3] * 10 + [4] * 50 + [5] * 600 + [6] * 600 + [7] * 200 + [8] * 20, "regression"),
        (list(range(10)) * 30, "multiclass"),
        ([1] * 70 + [2] * 76 + [3] * 17 + [5] * 13 + [6] * 10 + [7] * 29, "multiclass"),
    ],
)
def test_task(values, task):
    found = recognise(values)
    if values == list(range(10)) * 30:
        assert found.task in {"multiclass", "regression"}
    else:
        assert found.task == task
    assert found.why


@pytest.mark.parametrize(
    ("name", "task"), [("class", "multiclass"), ("Diag_Type", "multiclass"), ("age", "regression")]
)
def test_numbers_of_a_column_called_a_class_are_classes(name, task):
    values = [code for code in range(1, 14) for _ in range(15)]
    table = Table.from_frame("t", pl.DataFrame({name: values}))
    assert recognise_target(table, UseCase(name="u", table="t", target=name)).task == task
    amounts = Table.from_frame("t", pl.DataFrame({name: list(range(60)) * 4}))
    assert recognise_target(amounts, UseCase(name="u", table="t", target=name)).task == "regression"


def test_labels_are_cleaned_and_the_positive_one_is_last():
    found = recognise([" yes", "Yes", "no", "NO", "?", ""] * 40 + ["yes"] * 50)
    assert found.task == "binary"
    assert [c.casefold() for c in found.classes] == ["no", "yes"]
    assert found.report["missing"] == 80
    assert found.report["labels_merged"]
    assert len(found.rows) == len(found.y) == 4 * 40 + 50
    assert recognise(["a"] * 80 + ["b"] * 20).classes == ("a", "b")
    assert recognise(["a"] * 80 + ["b"] * 20, positive="a").classes == ("b", "a")


def test_rare_classes_are_left_out_and_said():
    found = recognise(["a"] * 50 + ["b"] * 50 + ["c"] * 50 + ["odd"] * 3)
    assert found.classes == ("a", "b", "c")
    assert found.report["rare_classes_left_out"] == {"odd": 3}


def test_a_class_of_few_rows_counts_beside_three_others_and_makes_no_third_of_two():
    assert recognise(["a"] * 50 + ["b"] * 50 + ["c"] * 50 + ["few"] * 4).classes == ("a", "b", "c", "few")
    assert recognise(["no"] * 80 + ["yes"] * 50 + ["ask"] * 6).task == "binary"


def test_numbers_lose_what_is_not_finite():
    found = recognise([*np.linspace(0, 1, 60), float("inf"), None])
    assert len(found.y) == 60
    assert (found.report["missing"], found.report["infinite"]) == (1, 1)


@pytest.mark.parametrize(
    ("values", "case", "words"),
    [
        ([None] * 50, {}, "missing in every row"),
        (["?", "", "n/a"] * 20, {}, "missing in every row"),
        ([1] * 50, {}, "one value only"),
        ([2.5] * 50, {}, "one value only"),
        ([1.5, 2.5, 3.5], {}, "3 rows"),
        ([[1], [2]] * 20, {}, "several labels"),
        ([f"a{i % 9};b{i % 7};c{i % 5}" for i in range(200)], {}, "several labels"),
        (pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 3, 1), "1d", eager=True), {}, "a date"),
        ([f"text {i}" for i in range(300)], {}, "300 different texts"),
        (["a"] * 50 + ["b"] * 5, {}, "fewer than two classes"),
        (["a", "b", "c"] * 50, {"task": "binary"}, "3 values"),
        (["a", "b"] * 50, {"task": "regression"}, "needs numbers"),
        (["a", "b"] * 50, {"positive": "c"}, "no value of the target"),
    ],
)
def test_what_cannot_be_learned_is_refused(values, case, words):
    with pytest.raises(TargetError, match=words):
        recognise(values, **case)


@pytest.mark.parametrize(
    ("values", "positive"),
    [([0, 1], "1"), ([-1, 1], "1"), ([1, 2], "2"), ([1, 2, 1], "2"), ([2, 1, 2], "1"), (["M", "B", "B"], "M")],
)
def test_the_positive_class_is_the_case_or_the_rarer(values, positive):
    rows = (values * 60)[:60]
    if len(values) == 2:
        rows = [values[0]] * 40 + [values[1]] * 20
    table = Table.from_frame("t", pl.DataFrame({"y": rows, "x": range(60)}))
    assert recognise_target(table, UseCase(name="u", table="t", target="y")).classes[1] == positive
