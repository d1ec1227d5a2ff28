"""0 that whole groups hold was not recorded there; 0 that some rows of a group hold is an amount."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.completeness.sentinels_groups import zeros_of_whole_groups

RNG = np.random.default_rng(7)
TEAM = 11


def players(old=8, matches=60):
    """Shirt numbers of matches, of which the ``old`` ones know none."""
    rows = [
        (3000 + m, f"player {RNG.integers(0, 300)}", 0 if m < old else int(s) + 1)
        for m in range(matches)
        for s in RNG.permutation(22)[:TEAM]
    ]
    return pl.DataFrame(rows, schema=["match_id", "player", "shirt"], orient="row")


def test_groups_of_nothing_but_zeros(look):
    (found,) = look(zeros_of_whole_groups, players())
    assert (found.kind, found.columns, found.severity) == ("sentinel_missing", ["shirt"], "minor")
    assert found.rows_affected == 8 * TEAM
    assert "8 of the 60 values of 'match_id'" in found.summary


@pytest.mark.parametrize("where", ["mixed", "few", "a function of the group"])
def test_zeros_that_are_amounts(look, where):
    frame = players(2 if where == "few" else 8)
    if where == "mixed":
        frame[-1, "shirt"] = 0
    if where == "a function of the group":
        shirt = pl.when(pl.col("shirt") == 0).then(0).otherwise(pl.col("match_id") % 50 + 1)
        frame = frame.with_columns(shirt=shirt)
    assert look(zeros_of_whole_groups, frame) == []


def test_a_measure_makes_no_groups(look):
    wind = RNG.integers(10, 60, 3000)
    reach = np.where(wind < 20, 0, RNG.integers(1, 90, 3000))
    assert look(zeros_of_whole_groups, {"wind": wind, "reach": reach}) == []
