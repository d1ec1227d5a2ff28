"""Places written as one text beside their latitude and longitude."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.consistency.points import points
from discovery.audit.checks.validity.composite import composite

RNG = np.random.default_rng(4)
LAT, LON = RNG.normal(41.9, 0.1, 200).round(8), RNG.normal(-87.6, 0.1, 200).round(8)


@pytest.mark.parametrize("form", ["({0}, {1})", "{0},{1}", "[{0}; {1}]", "POINT ({1} {0})"])
def test_a_place_told_twice(look, form):
    data = {"lat": LAT, "lon": LON, "place": [form.format(*p) for p in zip(LAT, LON, strict=True)]}
    (found,) = look(points, data)
    assert (found.kind, found.severity) == ("redundant_column", "info")
    assert set(found.columns) == {"place", "lat", "lon"}
    assert look(composite, data) == []


def test_places_of_something_else(look):
    data = {"lat": LAT, "lon": LON, "home": [f"({a}, {b})" for a, b in zip(LAT[::-1], LON, strict=True)]}
    assert look(points, data) == []
    (found,) = look(composite, data)
    assert found.details["form"] == "pairs of numbers"
