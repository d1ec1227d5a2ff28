"""Cells that stand in the column beside their own."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.validity.moved import moved

RNG = np.random.default_rng(4)


def films() -> dict[str, list[str | None]]:
    lengths = [
        f"{n} min" if n > 20 else f"{n % 9 + 1} Season{'s' if n % 9 else ''}" for n in RNG.integers(1, 140, 400)
    ]
    return {
        "title": [f"Film {i}" for i in range(400)],
        "rating": ["PG-13", "R", "TV-MA", "G"] * 100,
        "length": lengths,
    }


def test_cells_in_the_wrong_column(look):
    data = films()
    for row in (3, 40, 77, 200):
        data["rating"][row], data["length"][row] = data["length"][row], None
    (found,) = look(moved, data)
    assert (found.columns, found.severity, found.rows_affected) == (["rating"], "minor", 4)
    assert "written like those of 'length', which is empty there" in found.summary
    assert [e.row for e in found.evidence] == [4, 41, 78, 201]


def test_cells_of_another_form_or_beside_a_filled_cell_are_in_their_place(look):
    data = films()
    data["length"][:30] = [None] * 30
    assert look(moved, data) == []
    data["rating"][100:104] = ["90 min", "1 Season", "99 min", "93 min"]
    assert look(moved, data) == []
    codes = [f"A{i}" for i in range(300)]
    assert look(moved, {"first": [None if i % 3 else c for i, c in enumerate(codes)], "second": codes}) == []
