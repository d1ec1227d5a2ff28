"""Codes and ranges that a spreadsheet made dates, and dates that are meant."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.spreadsheets import spreadsheet_dates, spreadsheet_fractions

RNG = np.random.default_rng(9)


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


def test_levels_of_ranges_that_became_dates(look):
    sizes = ["26-100", "100-500", "More than 1000"] * 40 + ["Jun-25"] * 30 + ["01-May"] * 10
    (found,) = look(spreadsheet_dates, {"employees": sizes})
    assert found.rows_affected == 40
    (found,) = look(
        spreadsheet_fractions, {"company_size": ["50-99", "100-500", "10000+", "<10"] * 30 + ["10/49"] * 30}
    )
    assert (found.rows_affected, found.evidence[0].row) == (30, 121)


@pytest.mark.parametrize("unit", ["%", " %", " years", "k", "kg"])
def test_ranges_with_units_that_became_dates(look, unit):
    bands = [f"{n}-{n + 10}{unit}" for n in range(20, 100, 10)] + [f"0-10{unit}"]
    (found,) = look(spreadsheet_dates, {"band": bands * 30 + ["20-Oct"] * 33})
    assert found.rows_affected == 33
    assert look(spreadsheet_dates, {"band": bands * 30}) == []


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
