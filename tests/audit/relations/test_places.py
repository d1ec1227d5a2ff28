"""Spellings that are names of different things."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.categories import variants

RNG = np.random.default_rng(4)
TOWNS = [
    f"{a}{b}"
    for a in ("Ash", "Oak", "Elm", "Wood", "Mill", "Red")
    for b in ("ford", "ham", "bury", "field", "port")
]
STATES = [f"S{i}" for i in range(6)]


def table(extra):
    towns = [(t, STATES[i % 6]) for i, t in enumerate(TOWNS) for _ in range(40)]
    rows = [*towns, *extra]
    return {
        "town": [t for t, _ in rows],
        "state": [s for _, s in rows],
        "shop": [f"shop {i}" for i in range(len(rows))],
    }


def test_alike_names_in_different_states_are_different_towns(look):
    near, far = ([("Milport", STATES[(TOWNS.index("Millport") + i) % 6])] * 3 for i in (0, 1))
    (found,) = look(variants, table(near))
    assert found.rows_affected == 3
    assert look(variants, table(far)) == []


@pytest.mark.parametrize("spelling", ["MILLPORT", "Millport."])
def test_case_and_signs_differ_wherever_they_stand(look, spelling):
    (found,) = look(variants, table([(spelling, "S1")] * 3))
    assert found.rows_affected == 3


def test_a_column_that_towns_do_not_settle_parts_nothing(look):
    made = table([("Milport", "S1")] * 3)
    made["state"] = RNG.permutation(made["state"]).tolist()
    made["state"][-3:] = ["S9"] * 3
    (found,) = look(variants, made)
    assert found.rows_affected == 3
