"""Columns that add up to nothing, and products of three."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit.relations.balances import balance_rules
from discovery.audit.relations.rules import Broken

ROWS = 500


def rules(data: dict[str, np.ndarray]) -> list[Broken]:
    with np.errstate(all="ignore"):
        return list(balance_rules(pl.DataFrame(data), list(data)))


def powers() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    used = {f"p{i}": -rng.uniform(0.5, 2.0, ROWS) for i in (2, 3, 4)}
    return {"tau": rng.uniform(1, 10, ROWS), "p1": -sum(used.values()), **used, "g": rng.uniform(0, 1, ROWS)}


def boxes() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    sides = {s: rng.integers(5, 200, ROWS).astype(float) for s in ("depth", "height", "width")}
    return {
        "price": rng.gamma(2, 300, ROWS).round(),
        **sides,
        "v": sides["depth"] * sides["height"] * sides["width"],
    }


def test_columns_that_add_up_to_nothing() -> None:
    (found,) = rules(powers())
    assert (found.rule, found.columns) == ("p1 + p2 + p3 + p4 = 0", ("p2", "p3", "p4", "p1"))
    assert not found.wrong.any()


def test_products_of_three() -> None:
    (found,) = rules(boxes())
    assert (found.rule, found.wrong.any()) == ("depth × height × width = v", False)
    data = boxes()
    data["v"][:9] += 40_000
    (found,) = rules(data)
    assert found.wrong.sum() == 9


def test_what_is_near_is_no_balance() -> None:
    data, rng = powers(), np.random.default_rng(2)
    assert rules(data | {"p1": data["p1"] + rng.normal(0, 0.05, ROWS)}) == []
    assert rules({c: np.abs(v) for c, v in data.items()}) == []
    boxed = boxes()
    assert rules(boxed | {"v": boxed["v"] * rng.uniform(0.9, 1.1, ROWS)}) == []
    signs = rng.choice([-1.0, 0.0, 1.0], (ROWS, 5)) * rng.integers(1, 4, (ROWS, 5))
    assert rules({f"x{i}": signs[:, i] for i in range(5)}) == []
