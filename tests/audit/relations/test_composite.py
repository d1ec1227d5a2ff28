"""References of several columns together."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit.checks.consistency.keys import orphan_fk
from discovery.audit.relations.tables import find_references


def test_a_key_of_dates_and_counters_is_referred_to(open_tables) -> None:
    races = {"year": [2020 + i // 20 for i in range(60)], "round": [1 + i % 20 for i in range(60)]}
    laps = {k: [v[i // 30] for i in range(1800)] for k, v in races.items()} | {"lap": [i % 30 for i in range(1800)]}
    laps["time"] = np.random.default_rng(0).normal(90, 3, 1800).tolist()
    laps["round"][:30] = [99] * 30
    drop = open_tables(races=pl.DataFrame(races), laps=pl.DataFrame(laps))()
    (reference,) = find_references(drop)
    assert (reference.child, reference.columns) == ("laps", ("year", "round"))
    assert (reference.parent, reference.to_columns) == ("races", ("year", "round"))
    (finding,) = orphan_fk(drop)
    assert finding.rows_affected == 30


def test_two_columns_that_are_a_key_together_are_referred_to_together(open_tables):
    rng = np.random.default_rng(9)
    pairs = [(s, p) for s in range(1, 31) for p in range(1, 41) if rng.random() < 0.3]
    prices = {"store_id": [s for s, _ in pairs], "product_id": [p for _, p in pairs]}
    prices |= {"price": rng.uniform(1, 9, len(pairs)).round(2).tolist()}
    sold = [pairs[i] for i in rng.integers(0, len(pairs), 2000)]
    known = set(pairs)
    sold[:40] = [(s, p) for s in range(1, 31) for p in range(1, 41) if (s, p) not in known][:40]
    sales = {"store_id": [s for s, _ in sold], "product_id": [p for _, p in sold]}
    sales |= {"amount": rng.integers(1, 9, 2000).tolist()}
    drop = open_tables(prices=pl.DataFrame(prices), sales=pl.DataFrame(sales))()
    (reference,) = find_references(drop)
    assert reference.columns == ("store_id", "product_id")
    assert (reference.child, reference.orphans) == ("sales", 40)
    (finding,) = list(orphan_fk(drop))
    assert (finding.rows_affected, finding.columns) == (40, ["store_id", "product_id"])


def test_pairs_that_meet_by_chance_are_no_reference(open_tables):
    rng = np.random.default_rng(10)
    pairs = [(s, p) for s in range(1, 31) for p in range(1, 41) if rng.random() < 0.85]
    prices = {"store_id": [s for s, _ in pairs], "product_id": [p for _, p in pairs], "x": [1.5] * len(pairs)}
    sales = {"store_id": rng.integers(1, 31, 3000).tolist(), "product_id": rng.integers(1, 41, 3000).tolist()}
    assert find_references(open_tables(prices=pl.DataFrame(prices), sales=pl.DataFrame(sales))()) == []
