"""Tables that were doubled, their rows alike but for one column."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.uniqueness.twins import doubled_but_for_one, multiplied_rows

RNG = np.random.default_rng(3)


def bites(things: int, each: int = 2) -> dict[str, list]:
    """Things of eight features, each on ``each`` rows in a row."""
    features = {f"feature_{c}": RNG.integers(0, 9, things) for c in "abcdef"} | {
        "place": RNG.integers(0, 90, things)
    }
    return {"bite_id": np.repeat(1000 + 7 * np.arange(things), each).tolist()} | {
        k: np.repeat(v, each).tolist() for k, v in features.items()
    }


def test_planted(look):
    data = bites(200) | {"followup": ["NO", "YES"] * 200, "ObjectId": list(range(1, 401))}
    (found,) = look(doubled_but_for_one, data)
    assert (found.kind, found.columns, found.severity, found.rows_affected) == (
        "duplicate_key",
        ["bite_id"],
        "minor",
        200,
    )
    assert found.details["differing"] == ["followup", "ObjectId"]
    assert "but 'followup', 'ObjectId'." in found.summary


def test_rows_of_things_that_are_none(look):
    visits = bites(200) | {"wave": [1, 2] * 200, "weight": RNG.normal(70, 9, 400).round(1).tolist()}
    assert look(doubled_but_for_one, visits) == []
    assert look(doubled_but_for_one, bites(200) | {"round": [1, 2] * 200}) == []
    assert look(doubled_but_for_one, bites(200)) == []
    lines = bites(200) | {"product": RNG.integers(0, 500, 400).tolist()}
    assert look(doubled_but_for_one, lines) == []
    assert look(doubled_but_for_one, bites(400, 1) | {"followup": ["NO", "YES"] * 200}) == []


def test_rows_that_a_join_multiplied(look):
    stations = bites(300) | {"warmth": RNG.normal(15, 6, 600).round(2).tolist()}
    stations["bite_id"] = [f"site {n % 40}" for n in stations["bite_id"]]
    stations["yield"] = np.repeat(RNG.normal(900, 80, 300).round(1), 2).tolist()
    (found,) = look(multiplied_rows, stations)
    assert (found.kind, found.columns, found.severity) == ("duplicate_key", [], "info")
    assert found.details["differing"] == "warmth"
    once = {k: v[::2] for k, v in stations.items()}
    assert look(multiplied_rows, once) == []
    assert look(multiplied_rows, {k: v for k, v in stations.items() if k != "yield"}) == []
    readings = stations | {"wind": RNG.normal(5, 2, 600).round(2).tolist()}
    assert look(multiplied_rows, readings) == []
    coarse = {k: RNG.integers(0, 2, 600).tolist() for k in "abcdefg"} | {"warmth": stations["warmth"]}
    assert look(multiplied_rows, coarse) == []
