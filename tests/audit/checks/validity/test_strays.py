"""Identifiers among quantities are told with the column they come from; outliers that are none are not."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.strays import strays

RNG = np.random.default_rng(2)


def patients(text=False):
    ids = np.arange(400) * 7 + 6_100_000_000
    contacts = RNG.poisson(9, 400)
    return {"patient_id": [str(i) for i in ids] if text else ids, "contacts": contacts}


@pytest.mark.parametrize("text", [False, True])
def test_identifiers_among_counts(look, text):
    data = patients(text)
    data["contacts"][[7, 90]] = 6_100_000_700, 6_100_000_693
    (found,) = look(strays, data)
    assert (found.kind, found.severity, found.columns, found.rows_affected) == (
        "impossible_value",
        "minor",
        ["contacts"],
        2,
    )
    assert "'patient_id'" in found.summary


def test_outliers_that_are_none(look):
    assert look(strays, patients()) == []
    data = patients()
    data["contacts"][[7, 90]] = 6_100_000_701, 6_100_000_694
    assert look(strays, data) == []
    parents = np.where(RNG.random(400) < 0.5, patients()["patient_id"][::-1], 0)
    assert look(strays, patients() | {"infected_by": parents}) == []
