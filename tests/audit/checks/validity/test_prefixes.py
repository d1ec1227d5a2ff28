"""A prefix on some levels of several columns is no part of their names; codes that all begin alike have none."""

from __future__ import annotations

from discovery.audit.checks.validity.prefixes import prefixes

COLUMNS = {
    "married": ["Yes", "z_No"] * 30,
    "sex": ["z_F", "M", "M"] * 20,
    "car": ["Van", "Pickup", "z_SUV"] * 20,
    "use": ["Private", "Commercial"] * 30,
}


def test_a_prefix_of_some_levels(look):
    (found,) = look(prefixes, COLUMNS)
    assert (found.severity, found.columns, found.rows_affected) == ("minor", ["married", "sex", "car"], 30)
    assert "z_No, z_F, z_SUV" in found.summary


def test_names_that_begin_so(look):
    assert look(prefixes, {"married": COLUMNS["married"], "sex": COLUMNS["sex"]}) == []
    assert look(prefixes, {f"c{i}": ["a_one", "a_two", "b_one"] * 20 for i in range(4)}) == []
    assert look(prefixes, {f"c{i}": ["0_no", "1_yes", "NA_NA"] * 20 for i in range(4)}) == []
    assert look(prefixes, {f"c{i}": ["in_stock", "sold"] * 20 for i in range(2)}) == []
