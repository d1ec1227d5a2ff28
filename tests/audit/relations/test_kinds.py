"""Counts of a kind beside the count of all."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit.relations.kinds import kind_rules, of_a_kind
from discovery.audit.relations.rules import Broken

ROWS = 500


def rules(names: tuple[str, str], above: int) -> list[Broken]:
    rng = np.random.default_rng(0)
    whole = rng.integers(1, 120, ROWS)
    kind = rng.binomial(whole, 0.4)
    kind[:above] = whole[:above] + 3
    frame = pl.DataFrame(dict(zip(names, (kind, whole), strict=True)))
    return list(kind_rules(frame, frame.columns))


def test_more_of_a_kind_than_of_all() -> None:
    (found,) = rules(("Nr. hotel reviews", "Nr. reviews"), 1)
    assert (found.columns, found.wrong.sum(), found.strict) == (("Nr. hotel reviews", "Nr. reviews"), 1, False)


def test_no_order_of_a_kind() -> None:
    assert rules(("Nr. hotel reviews", "Nr. reviews"), 0) == []
    assert rules(("Nr. hotel reviews", "Nr. reviews"), 20) == []
    assert rules(("hotel stays", "reviews"), 1) == []


@pytest.mark.parametrize(
    ("name", "of"),
    [("new_cases", "cases"), ("price_sale", "price"), ("reviews", "hotel reviews"), ("votes", "votes")],
)
def test_other_names(name: str, of: str) -> None:
    assert not of_a_kind(name, of)
