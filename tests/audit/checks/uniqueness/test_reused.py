"""Identifiers that stand for several individuals or things."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.uniqueness.reused import given_anew, may_be_key

RNG = np.random.default_rng(8)
NESTS = [f"N{i}A{j}" for i in range(1, 61) for j in (1, 2)]


def test_individuals_of_several_species(look):
    data = {
        "Individual ID": NESTS * 2 + NESTS[:40],
        "Species": ["adelie"] * 120 + ["gentoo"] * 120 + ["chinstrap"] * 40,
        "mass": RNG.normal(4000, 300, 280).round(0).tolist(),
    }
    (found,) = look(given_anew, data)
    assert (found.kind, found.columns, found.severity) == ("duplicate_key", ["Individual ID"], "minor")
    assert found.rows_affected == 160
    assert found.details["differing"] == {"Species": 120}


def test_products_of_several_names(look):
    names = RNG.choice(["widget a", "widget b", "gadget x", "gadget y"], 400).tolist()
    (found,) = look(given_anew, {"Product ID": RNG.integers(1000, 1400, 400).tolist(), "Product Name": names})
    assert "'Product Name'" in found.summary


@pytest.mark.parametrize(
    "other",
    [
        {"sex": ["f", "m"] * 60 + ["f", "m"] * 60},  # two visits each
        {"household sex": ["f"] * 120 + ["f"] * 120},
        {"outcome": ["ill", "well"] * 120},
        {"Subject Name": [f"Name {i}" for i in range(120)] + [f"NAME {i} " for i in range(120)]},
    ],
)
def test_individuals_that_come_again(look, other):
    assert look(given_anew, {"Subject ID": NESTS * 2} | other) == []


def test_persons_of_one_house(look):
    houses = {"household_id": list(range(120)) * 2, "sex": ["f"] * 120 + ["m"] * 120}
    assert look(given_anew, houses) == []


def test_the_identifier_of_a_table_without_a_key_is_asked_about(look):
    ids = RNG.permutation(np.arange(10_000, 10_400)).tolist()
    data = {"Property ID": [*ids, *ids[:60]], "price": RNG.normal(300, 60, 460).round(1).tolist()}
    (found,) = look(may_be_key, data)
    assert (found.kind, found.columns, found.severity) == ("duplicate_key", ["Property ID"], "info")
    assert found.rows_affected == 60
    assert look(may_be_key, data | {"sale_id": RNG.permutation(np.arange(5_000, 5_460)).tolist()}) == []
    assert look(may_be_key, data | {"location_lat": RNG.uniform(30, 31, 460).tolist()})[0].columns == [
        "Property ID"
    ]
    assert look(may_be_key, data | {"Property ID": [*ids[:40]] * 11 + ids[:20]}) == []
    assert look(may_be_key, {"Property ID": ids}) == []
