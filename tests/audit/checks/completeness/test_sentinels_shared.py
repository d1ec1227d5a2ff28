"""A token that is the only text of several columns of numbers is the table's code for missing; units, words for
amounts and codes of one column are not."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.completeness.sentinels_filled import phrases_among_quantities
from discovery.audit.checks.completeness.sentinels_shared import shared_codes
from discovery.audit.checks.consistency.redundant import redundant_column
from discovery.audit.checks.validity.types import mixed_type

RNG = np.random.default_rng(7)
ROWS = 200


def numbers(gaps=()):
    return [None if i + 1 in gaps else round(float(x), 1) for i, x in enumerate(RNG.normal(50, 9, ROWS))]


def readings(context_of, token, rows, **more):
    """A table with four columns of numbers, of which three hold ``token`` in ``rows``."""
    gaps = {name: dict.fromkeys(rows, token) for name in ("low", "high", "wind")}
    return context_of({"rain": numbers()} | {n: numbers(rows) for n in gaps} | more, unparsed=gaps)


def test_one_code_for_all_columns(context_of):
    depth = ["M" if i % 2 else "0" for i in range(ROWS)]
    snow = ["T" if i in (3, 9) else "M" if i % 2 == 0 else "0.1" for i in range(ROWS)]
    ctx = readings(context_of, "M", (4, 8, 9), depth=depth, snow=snow)
    found = {f.columns[0]: f for f in shared_codes(ctx)}
    assert set(found) == {"low", "high", "wind", "depth", "snow"}
    assert found["low"].rows_affected == 3
    assert found["low"].severity == "minor"
    assert found["depth"].rows_affected == 100
    assert found["depth"].severity == "major"
    assert len({f.details["cause"] for f in found.values()}) == 1
    assert found["low"].evidence[0].row == 4


def test_other_texts_beside_the_code_are_mixed(context_of):
    snow = ["T" if i in (3, 9) else "M" if i % 2 == 0 else "0.1" for i in range(ROWS)]
    ctx = readings(context_of, "M", (4, 8, 9), snow=snow)
    (found,) = mixed_type(ctx)
    assert found.columns == ["snow"]
    assert found.rows_affected == 2
    assert "'T'" in found.summary


def test_the_code_is_told_once(context_of):
    wind = ["M" if i % 4 == 0 else str(i % 40) for i in range(ROWS)]
    ctx = readings(context_of, "M", (4, 8, 9), gust=wind)
    assert "gust" in {c for f in shared_codes(ctx) for c in f.columns}
    assert not list(phrases_among_quantities(ctx))
    assert not list(mixed_type(ctx))


@pytest.mark.parametrize("token", ["T", "Trace", "BDL", "free", "5+", "Inf", "n/a"])
def test_words_for_amounts_and_known_words_are_not(context_of, token):
    assert not list(shared_codes(readings(context_of, token, (4, 8, 9))))


def test_a_row_of_units_is_no_code(context_of):
    assert not list(shared_codes(readings(context_of, "mm", (1,))))


def test_two_columns_are_too_few(context_of):
    gaps = {name: dict.fromkeys((4, 8, 9), "M") for name in ("low", "high")}
    ctx = context_of({"rain": numbers()} | {n: numbers((4, 8, 9)) for n in gaps}, unparsed=gaps)
    assert not list(shared_codes(ctx))
    assert len(list(mixed_type(ctx))) == 2


def test_columns_of_words_are_left_alone(context_of):
    letters = list(RNG.choice(["M", "F"], ROWS))
    ctx = context_of(pl.DataFrame({"a": letters, "b": letters[::-1], "sex": letters, "n": numbers()}))
    assert not list(shared_codes(ctx))


def test_what_is_missing_at_one_place_does_not_tell_the_place(context_of):
    places = [1 + i % 2 for i in range(ROWS)]
    depth = ["M" if i % 2 else "0" for i in range(ROWS)]
    assert not list(redundant_column(readings(context_of, "M", (4, 8, 9), station=places, depth=depth)))
    (found,) = redundant_column(context_of({"station": places, "depth": depth}))
    assert found.columns == ["station", "depth"]
