"""Percentages end at 100, and adults have their heights and weights."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.limits import bodies, percentages, short_postcodes

RNG = np.random.default_rng(5)


def test_a_value_above_the_end_of_a_scale_of_percent(look):
    shares = [*RNG.integers(20, 101, 600).tolist(), 103]
    (found,) = look(percentages, {"with degree": shares})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 1)
    assert "103 as a percentage" in found.summary
    assert look(percentages, {"with degree": shares[:-1]}) == []


@pytest.mark.parametrize("name", ["age", "score", "number of orders", "weight"])
def test_what_may_pass_100_by_its_name(look, name):
    assert look(percentages, {name: [*RNG.integers(20, 101, 600).tolist(), 103]}) == []


@pytest.mark.parametrize(("mean", "spread"), [(70, 10), (78, 8), (60, 14), (84, 6)])
def test_a_tail_is_no_scale(look, mean, spread):
    assert look(percentages, {"reading": RNG.normal(mean, spread, 800).round().astype(int).tolist()}) == []


def body(n=200):
    height = RNG.normal(170, 9, n).round()
    return height, (height - 100 + RNG.normal(0, 8, n)).round()


def test_a_height_that_is_a_weight(look):
    height, weight = body()
    height[7], weight[7] = 57, 166
    (found,) = look(bodies, {"height": height, "weight": weight})
    assert (found.severity, found.rows_affected) == ("minor", 1)
    assert "57 as a height in centimetres of an adult, which may be exchanged with the weight" in found.summary
    height[7], weight[7] = 17, 9
    found = look(bodies, {"height": height, "weight": weight})
    assert [f.columns for f in found] == [["height"], ["weight"]]
    assert "exchanged" not in found[0].summary


def test_adults_children_and_things(look):
    height, weight = body()
    assert look(bodies, {"height": height, "weight": weight}) == []
    young = np.concatenate([height, RNG.normal(95, 10, 10).round()])
    assert look(bodies, {"height": young, "sex": ["m", "f"] * 105}) == []
    height[7] = 57
    assert look(bodies, {"height": height, "plant": ["a", "b"] * 100}) == []


def test_a_postcode_with_a_digit_less_than_all_others(look):
    codes = RNG.integers(90005, 96651, 2000).tolist()
    (found,) = look(short_postcodes, {"ZIP Code": [*codes, 9307]})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 1)
    assert look(short_postcodes, {"ZIP Code": codes}) == []
    wide = RNG.integers(10001, 96651, 2000).tolist()
    assert look(short_postcodes, {"ZIP Code": [*wide, 9307]}) == []
    assert look(short_postcodes, {"price": [*codes, 9307]}) == []


def test_weights_with_the_decimal_point_moved(look):
    weight = np.concatenate([RNG.normal(75, 10, 300).clip(40, 99), RNG.normal(10.7, 0.4, 10)]).round(2)
    (found,) = look(bodies, {"wtkg": weight, "age": RNG.integers(12, 70, 310)})
    assert (found.columns, found.severity, found.rows_affected) == (["wtkg"], "minor", 10)
    children = np.concatenate([weight[:300], RNG.uniform(8, 40, 15)])
    assert look(bodies, {"wtkg": children, "age": RNG.integers(1, 70, 315)}) == []
