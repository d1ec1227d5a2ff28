"""Numbers with more decimals than were measured."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.decimals import between_answers, fine_among_whole, more_decimals
from discovery.audit.checks.validity.outliers import caps

RNG = np.random.default_rng(9)


def test_decimals_among_whole_numbers(look):
    hours = RNG.integers(0, 24, 1000).astype(float)
    hours[::50] += RNG.normal(0, 1, 20)
    (found,) = look(more_decimals, {"hr": hours.tolist()})
    assert (found.kind, found.severity, found.rows_affected) == ("mixed_type", "minor", 20)
    assert found.evidence[0].row == 1
    assert "which have none" in found.summary


def test_decimals_among_rounded_measures(look):
    share = (RNG.integers(1, 101, 1000) / 100).round(2)
    share[::100] = RNG.random(10)
    (found,) = look(more_decimals, {"humidity": share.tolist()})
    assert (found.kind, found.rows_affected) == ("format_violation", 10)
    assert "2 decimals at most" in found.summary


@pytest.mark.parametrize(
    "values",
    [
        RNG.normal(0, 1, 500),
        RNG.normal(0, 1, 500).round(3),
        RNG.integers(0, 90, 500) + np.where(np.arange(500) % 50 == 0, 0.5, 0.0),
        np.where(RNG.random(500) < 0.9, 0.0, RNG.random(500)),
        np.where(RNG.random(500) < 0.05, 29.69912, RNG.integers(0, 90, 500)),
        RNG.integers(1, 90, 500) * 0.1 + 0.2,
        np.where(np.arange(500) % 50 == 0, RNG.random(500), RNG.gamma(2, 9000, 500).round(2)),
        np.where(RNG.random(500) < 0.5, RNG.random(500), RNG.integers(0, 90, 500)),
    ],
)
def test_decimals_that_are_usual(look, values):
    assert look(more_decimals, {"weight": values.tolist()}) == []


def test_decimals_of_averages_beside_others(look):
    pages = np.r_[RNG.integers(0, 500, 980).astype(float), RNG.uniform(20, 500, 20)]
    other = RNG.uniform(0, 900, 1000)
    assert look(more_decimals, {"info_duration": pages}) != []
    assert look(more_decimals, {"info_duration": pages, "product_duration": other}) == []


def test_fractions_between_the_answers_of_a_scale(look):
    answers = RNG.integers(1, 4, 1000).astype(float)
    answers[:400] = RNG.uniform(1, 3, 400)
    (found,) = look(between_answers, {"meals": answers, "share": RNG.random(1000), "size": RNG.normal(2, 1, 1000)})
    assert (found.kind, found.columns, found.severity) == ("mixed_type", ["meals"], "minor")
    assert found.rows_affected == 400
    assert look(caps, {"meals": answers}) == []
    assert look(more_decimals, {"meals": answers}) == []


def test_half_points_and_probabilities_are_no_fractions_between_answers(look):
    grades = RNG.integers(2, 11, 1000) / 2
    certain = np.r_[RNG.random(500), np.zeros(300), np.ones(200)]
    clipped = np.clip(RNG.normal(0, 0.8, 1000), -1, 1)
    clipped[:100] = 0
    assert look(between_answers, {"grade": grades, "confidence": certain, "signal": clipped}) == []


def test_a_few_decimals_among_whole_numbers(look):
    ages = RNG.integers(40, 95, 300).astype(float)
    ages[[7, 50]] = 60.667
    (found,) = look(fine_among_whole, {"age": ages})
    assert (found.kind, found.severity, found.rows_affected) == ("mixed_type", "info", 2)
    assert [e.row for e in found.evidence] == [8, 51]
    assert look(more_decimals, {"age": ages}) == []


def test_many_decimals_beside_whole_numbers(look):
    ages = RNG.integers(14, 60, 1000).astype(float)
    ages[:600] = RNG.uniform(14, 60, 600)
    (found,) = look(fine_among_whole, {"age": ages})
    assert (found.kind, found.severity, found.rows_affected) == ("mixed_type", "info", 600)
    assert look(fine_among_whole, {"mean_age": ages}) == []


@pytest.mark.parametrize(
    "values",
    [
        RNG.normal(50, 9, 500),
        RNG.normal(50, 9, 500).round(1),
        RNG.integers(1, 90, 500) / 2,
        RNG.integers(1, 90, 500).astype(float) + np.where(np.arange(500) == 9, 0.5, 0.0),
        RNG.integers(1, 90, 500) / RNG.integers(1, 5, 500),
        np.where(RNG.random(500) < 0.5, 0.0, RNG.random(500)),
        np.where(RNG.random(500) < 0.5, 100.0, 100 * RNG.random(500)),
        np.where(RNG.random(500) < 0.1, 29.69912, RNG.integers(1, 90, 500)),
        np.where(np.arange(500) == 9, 0.0425, RNG.integers(1, 90, 500)),
    ],
)
def test_decimals_that_belong_among_whole_numbers(look, values):
    assert look(fine_among_whole, {"weight": values.tolist()}) == []
