"""Identifiers that stand for several of what they should name."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.consistency.names_of_ids import names_of_ids

RNG = np.random.default_rng(4)


def test_planted(look):
    shops = RNG.integers(0, 6, 600)
    data = {
        "Retailer": [f"Shop {'ABCDEF'[i]}" for i in shops],
        "Retailer ID": (1_000_000 + 17 * RNG.integers(0, 4, 600)).tolist(),
    }
    (found,) = look(names_of_ids, data)
    assert (found.kind, found.columns, found.severity) == ("fd_violation", ["Retailer ID", "Retailer"], "minor")
    assert "4 of its 4 values stand for several, and 6 of 6 of 'Retailer' have several." in found.summary


def test_keys_that_name(look):
    shops = RNG.integers(0, 30, 600)
    names = [f"Shop {i % 20}" for i in shops]
    assert look(names_of_ids, {"Retailer": names, "Retailer ID": (1_000_000 + shops).tolist()}) == []
    slips = [f"{n}!" if i % 100 == 0 else n for i, n in enumerate(names)]
    assert look(names_of_ids, {"Retailer Name": slips, "Retailer ID": (1_000_000 + shops).tolist()}) == []
    assert look(names_of_ids, {"Retailer": names, "Product ID": RNG.integers(0, 9, 600).tolist()}) == []
