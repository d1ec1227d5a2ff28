"""Trips of no distance, and distances that may be 0."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.trips import no_distance

RNG = np.random.default_rng(3)


def miles(none):
    return np.r_[np.zeros(none), RNG.lognormal(1, 0.8, 900).round(2)]


@pytest.mark.parametrize(
    ("name", "beside"), [("trip_distance", "vendor"), ("distance", "tip"), ("Trip Miles", "x")]
)
def test_trips_that_went_nowhere(look, name, beside):
    data = {name: miles(60), beside: RNG.normal(5, 1, 960)}
    (found,) = look(no_distance, data)
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 60)
    assert look(no_distance, {name: miles(3), beside: RNG.normal(5, 1, 903)}) == []


@pytest.mark.parametrize(
    ("name", "beside"), [("distance", "x"), ("distance_to_school", "trip_id"), ("home_km", "tip")]
)
def test_distances_that_may_be_0(look, name, beside):
    assert look(no_distance, {name: miles(60), beside: RNG.normal(5, 1, 960)}) == []


def test_a_walk_that_is_often_short(look):
    short = np.abs(RNG.normal(0, 1, 900)).round(1)
    assert look(no_distance, {"distance": short, "ride": RNG.normal(5, 1, 900)}) == []
