"""Columns that say by how much the target differs from another column."""

from __future__ import annotations

import numpy as np
import pytest

from .test_parts import made_up

ROWS = 600


def world(seed: int = 5) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    before = rng.integers(200, 900, ROWS)
    return {"before": before, "after": (before * rng.uniform(0.1, 0.9, ROWS)).round(), "n": rng.random(ROWS)}


@pytest.mark.parametrize("target", ["after", "before"])
@pytest.mark.parametrize("scale", [1, 100, -1, -100])
def test_a_change_in_per_cent_gives_the_target_away(target: str, scale: int) -> None:
    data = world()
    change = scale * (data["after"] - data["before"]) / data["before"]
    data["change"] = change.round(4 if abs(scale) == 1 else 1)
    (found,) = made_up(data, target, "arithmetic")
    assert (found.columns, found.severity) == (["change"], "major")
    assert "(before - after) / before" in found.summary or "(after - before) / before" in found.summary


def test_a_margin_is_a_share_of_the_target() -> None:
    data = world()
    data["margin"] = ((data["before"] - data["after"]) / data["before"]).round(3)
    (found,) = made_up(data, "before", "arithmetic")
    assert found.columns == ["margin"]


def test_a_round_discount_is_asked_about() -> None:
    rng = np.random.default_rng(6)
    listed, discount = rng.integers(2_000, 90_000, ROWS) / 100, rng.integers(1, 15, ROWS) * 5
    frame = {"listed": listed, "discount": discount, "paid": (listed * (1 - discount / 100)).round(2)}
    (found,) = made_up(frame, "paid", "arithmetic")
    assert (found.columns, found.severity) == (["discount"], "minor")


def test_other_rates_beside_a_target_are_no_changes_of_it() -> None:
    data, rng = world(), np.random.default_rng(7)
    change = (data["after"] - data["before"]) / data["before"]
    noisy = (change + rng.normal(0, 0.01, ROWS)).round(4)
    assert made_up(data | {"change": noisy}, "after", "arithmetic") == []
    other = (100 * rng.permutation(change)).round(1)
    assert (
        made_up(data | {"change": other, "small": rng.normal(0, 0.01, ROWS).round(2)}, "after", "arithmetic") == []
    )


def test_a_quotient_is_no_change() -> None:
    rng = np.random.default_rng(4)
    people, share = rng.integers(100_000, 9_000_000, ROWS), rng.uniform(0.3, 0.7, ROWS)
    frame = {"voters": (people * share).round(), "share": share, "people": people}
    found = made_up(frame, "voters", "arithmetic")
    assert [f for f in found if "/" in f.details["formula"]] == []


def test_a_discount_that_was_cut_to_whole_per_cent_gives_the_price_away() -> None:
    data = world()
    cut = {scale: np.trunc(scale * (data["before"] - data["after"]) / data["before"]) for scale in (100, -100)}
    for off in cut.values():
        (found,) = made_up(data | {"off": off}, "after", "arithmetic")
        assert (found.columns, found.severity) == (["off"], "major")
    assert made_up(data | {"off": np.random.default_rng(8).permutation(cut[100])}, "after", "arithmetic") == []
