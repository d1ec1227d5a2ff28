"""Rows that were copied with other ratings; visits, grids and chance make none."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.uniqueness.near_duplicates_ratings import near_duplicate_ratings

RNG = np.random.default_rng(7)
ROWS = 900


def staff(rows=ROWS):
    return {
        "income": RNG.integers(10, 900, rows) * 100,
        "age": RNG.integers(18, 65, rows),
        "distance": RNG.integers(1, 30, rows),
        "years": RNG.integers(0, 40, rows),
        "raise": RNG.integers(11, 26, rows),
        "role": RNG.choice([f"role {i}" for i in range(9)], rows),
        "sex": RNG.choice(["m", "f"], rows),
    }


def rated(data, order):
    data = {name: np.r_[values, values[:300]][order] for name, values in data.items()}
    data["number"] = np.arange(len(order)) + 1
    return data | {"mood": RNG.integers(1, 5, len(order)), "effort": RNG.integers(1, 5, len(order))}


def test_copies_with_other_ratings(look):
    (found,) = look(near_duplicate_ratings, rated(staff(), RNG.permutation(1200)))
    assert (found.kind, found.severity, found.rows_affected) == ("near_duplicate", "minor", 300)
    assert set(found.details["differing"]) == {"mood", "effort"}


def test_rows_that_are_no_copies(look):
    assert look(near_duplicate_ratings, staff() | {"mood": RNG.integers(1, 5, ROWS)}) == []
    order = np.argsort(np.r_[np.arange(900), np.arange(300)], kind="stable")
    assert look(near_duplicate_ratings, rated(staff(), order)) == [], "visits, one after the other"
    grid = np.array(np.meshgrid(*[range(7)] * 3, [0, 1], indexing="ij")).reshape(4, -1)
    settings = {f"x{i}": grid[i] for i in range(4)} | {"y": RNG.normal(size=grid.shape[1])}
    assert look(near_duplicate_ratings, settings | {f"z{i}": grid[i] * 3 for i in range(3)}) == []


def test_persons_with_an_identifier_of_their_own(look):
    data = rated(staff(), RNG.permutation(1200))
    data["person_id"] = [f"P{v:07d}" for v in data["income"] * 31 + data["age"]]
    assert look(near_duplicate_ratings, data) == []
