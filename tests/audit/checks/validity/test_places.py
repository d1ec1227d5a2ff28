"""Places far from all others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from discovery.audit.checks.validity.places import lost_signs, places

RNG = np.random.default_rng(5)


def around(rows: int = 600, spread: float = 0.4, **far: tuple[float, float]) -> dict[str, list[float]]:
    """Return places in an area, the last ones replaced."""
    lat, lon = RNG.normal(18.6, spread, rows).round(5), RNG.normal(-72.3, spread, rows).round(5)
    for i, (a, b) in enumerate(far.values(), start=1):
        lat[-i], lon[-i] = a, b
    return {"lat": lat.tolist(), "lon": lon.tolist(), "n": list(range(rows))}


def test_places_on_another_continent_are_told_and_emptied(look):
    data = around(genoa=(44.40706, 8.93399), hong_kong=(22.27838, 114.17429))
    (found,) = look(places, data)
    assert (found.kind, found.severity, found.columns) == ("outlier", "minor", ["lat", "lon"])
    assert found.rows_affected == 2
    assert {e.row for e in found.evidence} == {599, 600}
    scope = {"df": pd.DataFrame(data)}
    exec(str(found.fix), scope)
    assert scope["df"]["lat"].isna().tolist() == [False] * 598 + [True] * 2


def test_only_the_coordinate_that_is_off_is_named(look):
    (found,) = look(places, around(typed=(18.6, -27.3)))
    assert found.columns == ["lon"]


def test_areas_with_outlying_parts_are_sound(look):
    assert look(places, around()) == []
    assert look(places, around(near=(20.1, -69.7))) == []
    wide = {"lat": RNG.uniform(25, 49, 600).tolist(), "lon": [*RNG.uniform(-124, -67, 598), -157.8, -149.9]}
    assert look(places, wide) == []
    many = around(**{f"other{i}": (51.5, -0.1) for i in range(40)})
    assert look(places, many) == []
    two = {"lat": [18.5, 18.6] * 300, "lon": [-72.3] * 599 + [8.9]}
    assert look(places, two) == []


def test_places_of_the_other_sign(look):
    data = around(turned=(18.6, 72.3), swapped=(-72.3, 18.6))
    (found,) = look(lost_signs, data)
    assert (found.kind, found.severity, found.columns, found.rows_affected) == (
        "impossible_value", "minor", ["lon"], 1,
    )  # fmt: skip
    scope = {"df": pd.DataFrame(data)}
    exec(str(found.fix), scope)
    assert scope["df"]["lon"].isna().tolist() == [False] * 599 + [True]
    (found,) = look(lost_signs, around(turned=(-18.6, -72.3)))
    assert found.columns == ["lat"]


def test_places_on_both_sides_are_sound(look):
    assert look(lost_signs, around()) == []
    assert look(lost_signs, around(genoa=(44.40706, 8.93399))) == []
    world = {"lat": RNG.uniform(-50, 70, 600).tolist(), "lon": RNG.uniform(-180, 180, 600).tolist()}
    assert look(lost_signs, world) == []
    near = {"lat": [*RNG.uniform(48, 53, 598), 51.0, 51.5], "lon": [*RNG.uniform(-6, -0.1, 598), 0.5, 1.2]}
    assert look(lost_signs, near) == []
