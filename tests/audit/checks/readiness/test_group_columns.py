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
