"""Averages of nothing."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.completeness.of_none import averages_of_none

RNG = np.random.default_rng(3)


def ratings(default: float):
    counts = RNG.integers(0, 40, 400).tolist()
    stars = [float(RNG.integers(2, 11)) / 2 for _ in counts]
    return {
        "rating_count": counts,
        "user_rating": [s if n else default for s, n in zip(stars, counts, strict=True)],
    }


def test_a_rating_where_nobody_rated(look):
    for default in (0.0, 5.0):
        data = ratings(default)
        (found,) = look(averages_of_none, data)
        assert (found.kind, found.columns, found.severity) == ("sentinel_missing", ["user_rating"], "minor")
        assert found.rows_affected == data["rating_count"].count(0)


def test_ratings_of_nobody_that_differ_or_are_missing_are_sound(look):
    assert look(averages_of_none, ratings(3.0)) == []
    data = ratings(0.0)
    data["user_rating"] = [s if n else None for s, n in zip(data["user_rating"], data["rating_count"], strict=True)]
    assert look(averages_of_none, data) == []
    assert (
        look(averages_of_none, {"n_rooms": data["rating_count"], "user_rating": ratings(0.0)["user_rating"]}) == []
    )
    sold = ratings(0.0)
    assert look(averages_of_none, {"units": sold["rating_count"], "price": sold["user_rating"]}) == []
