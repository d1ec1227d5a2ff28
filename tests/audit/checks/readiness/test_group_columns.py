"""Columns that name what a row is about, in two words, or by what the others say of it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.readiness.groups import group_structure

from .test_labels import audit


def molecules(each: int = 5, *, tied: bool = True) -> pl.DataFrame:
    rng = np.random.default_rng(3)
    of = np.repeat(np.arange(90), each)
    smells = (of < 45) if tied else rng.random(len(of)) < 0.5
    return pl.DataFrame(
        {
            "molecule_name": [f"mol {i}" for i in of],
            "width": rng.normal(size=len(of)).round(3),
            "y": np.where(smells, "musk", "none"),
        }
    )


def test_the_name_of_something_with_a_few_rows_each_that_settles_the_target() -> None:
    (found,) = audit(group_structure, molecules())
    assert (found.columns, found.severity) == (["molecule_name"], "minor")
    assert audit(group_structure, molecules(tied=False)) == []
    assert audit(group_structure, molecules(60)) == []


@pytest.mark.parametrize(("described", "found"), [(7, [["hotel"]]), (4, [])])
def test_what_many_columns_describe_though_not_half_of_them(described: int, found: list[list[str]]) -> None:
    rng = np.random.default_rng(4)
    of = np.repeat(np.arange(21), 24)
    told = {f"has_{i}": np.where(rng.random(21) < 0.5, "yes", "no")[of] for i in range(described)}
    own = {f"guest_{i}": rng.choice(list("abcdef"), 504) for i in range(10)}
    frame = pl.DataFrame(
        {"hotel": [f"Hotel {chr(97 + i)}" for i in of], **told, **own, "y": rng.integers(1, 6, 504)}
    )
    assert [f.columns for f in audit(group_structure, frame, task="regression")] == found


@pytest.mark.parametrize(
    ("name", "severity"), [("customer_id", "major"), ("AgencyID", "info"), ("dept_id", "info")]
)
def test_parts_of_an_organisation_are_categories(name: str, severity: str) -> None:
    rng = np.random.default_rng(5)
    of = rng.integers(0, 60, 1200)
    pay = rng.normal(50, 9, 60)[of] + rng.normal(0, 2, 1200)
    frame = pl.DataFrame({name: [f"A{1000 + i}" for i in of], "x": rng.random(1200), "y": pay})
    (found,) = audit(group_structure, frame, task="regression")
    assert found.severity == severity
    assert ("feature like any other" in found.advice) == (severity == "info")


def test_a_sign_for_missing_is_no_group() -> None:
    rng = np.random.default_rng(6)
    of = rng.integers(0, 30, 1200)
    y = rng.normal(50, 9, 30)[of] + rng.normal(0, 2, 1200)

    def told(unknown: float) -> list[tuple[int, int]]:
        ids = ["?" if u else f"C{100 + i}" for i, u in zip(of, rng.random(1200) < unknown, strict=True)]
        frame = pl.DataFrame({"client_id": ids, "x": rng.random(1200), "y": y})
        found = audit(group_structure, frame, task="regression")
        return [(f.details["groups"], f.details["rows_per_group"]["largest"]) for f in found]

    ((groups, largest),) = told(0.1)
    assert groups == 30
    assert largest < 60
    assert told(0.9) == []
