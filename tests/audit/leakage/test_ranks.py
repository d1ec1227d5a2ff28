"""Ranks within groups, in whose order the target lies."""

from __future__ import annotations

from typing import Any

import numpy as np

from .test_parts import made_up

RNG = np.random.default_rng(8)


def races(points: tuple[int, ...] = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1)) -> dict[str, Any]:
    """Forty races of fifteen drivers, in the order of their numbers."""
    places = np.concatenate([RNG.permutation(15) + 1 for _ in range(40)])
    given = np.array([*points, *[0] * 15])[places - 1] * (1 + np.repeat(np.arange(40), 15) // 20)
    return {
        "race": np.repeat(np.arange(40), 15),
        "driver": np.tile(np.arange(15), 40),
        "points": given,
        "finish_position": places,
        "weight": RNG.normal(70, 5, 600).round(1),
    }


def test_the_place_in_a_race_beside_its_points() -> None:
    (found,) = made_up(races(), "points", "ranked")
    assert (found.columns, found.severity) == (["finish_position"], "major")
    assert found.details["by"] == "race"


def test_ranks_in_text_with_ties_and_bands() -> None:
    year = np.repeat([2011, 2012, 2013], 200)
    scale = np.repeat([1.0, 1.3, 0.7], 200)
    order = np.tile(np.arange(200), 3)
    score = ((90 - order * 0.2) * scale).round(2)
    text = [
        str(i + 1) if i < 90 else f"={i + 1}" if i < 120 else "121-150" if i < 150 else "151-200" for i in order
    ]
    data = {"world_rank": text, "score": score, "year": year, "staff": RNG.normal(0, 1, 600)}
    (found,) = made_up(data, "score", "ranked")
    assert (found.columns, found.details["by"]) == (["world_rank"], "year")


def test_other_orders_are_no_ranks_of_the_target() -> None:
    data = races()
    assert made_up(data | {"finish_position": RNG.permutation(data["finish_position"])}, "points", "ranked") == []
    grid = data["finish_position"] + RNG.normal(0, 1.5, 600)
    order = np.concatenate([np.argsort(np.argsort(grid[r * 15 : r * 15 + 15])) + 1 for r in range(40)])
    named = {k: v for k, v in data.items() if k != "finish_position"}
    assert made_up(named | {"grid_position": order}, "points", "ranked") == []
    assert made_up(named | {"previous_rank": data["finish_position"]}, "points", "ranked") == []
