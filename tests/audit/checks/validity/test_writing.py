"""Values written unlike the others of their column, and columns that vary by nature."""

from __future__ import annotations

import uuid

import numpy as np
import pytest

from discovery.audit.checks.validity.outliers import caps
from discovery.audit.checks.validity.writing import (
    between_answers,
    mistyped_forms,
    more_decimals,
    no_states,
    no_uuids,
    spreadsheet_dates,
    spreadsheet_fractions,
)

RNG = np.random.default_rng(2024)


def test_decimals_among_whole_numbers(look):
    hours = RNG.integers(0, 24, 1000).astype(float)
    hours[::50] += RNG.normal(0, 1, 20)
    (found,) = look(more_decimals, {"hr": hours.tolist()})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "minor", 20)
    assert found.evidence[0].row == 1
    assert "which have none" in found.summary


def test_decimals_among_rounded_measures(look):
    share = (RNG.integers(1, 101, 1000) / 100).round(2)
    share[::100] = RNG.random(10)
    (found,) = look(more_decimals, {"humidity": share.tolist()})
    assert found.rows_affected == 10
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


def test_ranges_and_names_that_became_dates(look):
    pages = [f"{100 + 3 * i}-{110 + 4 * i}" for i in range(60)] + ["e12", "S4-9"] + ["17-Aug", "Jun-70", "Sep-94"]
    (found,) = look(spreadsheet_dates, {"pagination": pages})
    assert [e.row for e in found.evidence] == [63, 64, 65]
    genes = [f"TP{i}" for i in range(60)] + ["1-Mar", "2-Sep", "9-Sep"]
    assert [f.rows_affected for f in look(spreadsheet_dates, {"gene": genes})] == [3]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("issued", ["Jan-14", "Feb-14", "Mar-15"] * 30),
        ("issued", [f"2014-0{1 + i % 9}-1{i % 9}" for i in range(60)] + ["17-Aug", "18-Aug", "19-Aug"]),
        ("issue date", [f"no {i}" for i in range(60)] + ["17-Aug", "18-Aug", "19-Aug"]),
        ("pages", [f"{i}-{i + 9}" for i in range(60)] + ["17-Aug"]),
    ],
)
def test_months_that_belong(look, name, values):
    assert look(spreadsheet_dates, {name: values}) == []


def test_what_is_no_state(look):
    (found,) = look(no_states, {"State": ["al"] * 60 + ["ga"] * 20 + ["xl", "ax"]})
    assert (found.rows_affected, found.details) == (2, {})
    assert look(no_states, {"State": ["AL", "GA", "on", "PR"] * 20}) == []
    assert look(no_states, {"state": ["on", "ok"] * 30 + ["off"] * 30}) == []
    assert look(no_states, {"state": ["CA"] * 90 + ["England"]}) == []


def test_what_is_no_uuid(look):
    values = [str(uuid.UUID(int=3**80 + 7**40 * i)) for i in range(200)]
    assert look(no_uuids, {"gid": values}) == []
    (found,) = look(no_uuids, {"gid": [*values, "4dcd95cc-0ccb-4cb09-b1d", values[0][:-1] + "x"]})
    assert [e.row for e in found.evidence] == [201, 202]


def phones(rows):
    return [f"(580) {200 + i % 700}-{1000 + 7 * i % 9000}" for i in range(rows)]


def test_forms_that_are_mistyped(look):
    values = phones(400)
    for i in range(0, 400, 5):
        place = 1 + (7 * i) % 12
        values[i] = values[i][:place] + ("x" if i % 2 else values[i][place : place + 1] * 2) + values[i][place:]
    (found,) = look(mistyped_forms, {"fax no": values})
    assert found.rows_affected >= 60
    assert all((e.row - 1) % 5 == 0 for e in found.evidence)


@pytest.mark.parametrize(
    "values",
    [
        phones(400),
        [f"{200 + i}-555-{1000 + i}" if i % 4 == 0 else v for i, v in enumerate(phones(400))],
        [f"AB-{i}" for i in range(1, 1200)],
        [f"{i % 90 + 10} Main St" for i in range(300)] + [f"{i} Elm Road" for i in range(100)],
    ],
)
def test_forms_that_vary(look, values):
    assert look(mistyped_forms, {"code": values}) == []


def test_levels_of_ranges_that_became_dates(look):
    sizes = ["26-100", "100-500", "More than 1000"] * 40 + ["Jun-25"] * 30 + ["01-May"] * 10
    (found,) = look(spreadsheet_dates, {"employees": sizes})
    assert found.rows_affected == 40
    (found,) = look(
        spreadsheet_fractions, {"company_size": ["50-99", "100-500", "10000+", "<10"] * 30 + ["10/49"] * 30}
    )
    assert (found.rows_affected, found.evidence[0].row) == (30, 121)


@pytest.mark.parametrize(
    "values",
    [
        ["north", "south", "Jun-25"],
        ["1-2", "3-4", "5-6"],
        ["Jun-25", "Jul-25", "10-20"],
        ["10/49", "50/99", "1/2", "3/4"],
    ],
)
def test_levels_that_are_no_ranges(look, values):
    assert look(spreadsheet_dates, {"x": values * 30}) == []
    assert look(spreadsheet_fractions, {"x": values * 30}) == []


def test_fractions_between_the_answers_of_a_scale(look):
    answers = RNG.integers(1, 4, 1000).astype(float)
    answers[:400] = RNG.uniform(1, 3, 400)
    (found,) = look(between_answers, {"meals": answers, "share": RNG.random(1000), "size": RNG.normal(2, 1, 1000)})
    assert (found.columns, found.severity, found.rows_affected) == (["meals"], "minor", 400)
    assert look(caps, {"meals": answers}) == []
    assert look(more_decimals, {"meals": answers}) == []


def test_half_points_and_probabilities_are_no_fractions_between_answers(look):
    grades = RNG.integers(2, 11, 1000) / 2
    certain = np.r_[RNG.random(500), np.zeros(300), np.ones(200)]
    assert look(between_answers, {"grade": grades, "confidence": certain}) == []


def test_decimals_of_averages_beside_others(look):
    pages = np.r_[RNG.integers(0, 500, 980).astype(float), RNG.uniform(20, 500, 20)]
    other = RNG.uniform(0, 900, 1000)
    assert look(more_decimals, {"info_duration": pages}) != []
    assert look(more_decimals, {"info_duration": pages, "product_duration": other}) == []
