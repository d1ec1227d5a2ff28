"""Columns that count the rows, and do not in some."""

from __future__ import annotations

import uuid

import numpy as np

from discovery.audit.checks.uniqueness.counters import out_of_order

RNG = np.random.default_rng(5)


def test_numbers_that_repeat_out_of_order(look):
    ids = list(range(1, 101))
    ids[20], ids[50], ids[70] = 5, 90, 12
    (found,) = look(out_of_order, {"objectid": ids, "name": [f"n{i}" for i in range(100)]})
    assert (found.kind, found.severity, found.rows_affected) == ("duplicate_key", "minor", 3)
    assert [e.row for e in found.evidence] == [21, 51, 71]


def test_numbers_that_the_count_left_out_none(look):
    ids = [float(i) for i in range(200)]
    ids[20], ids[50], ids[70] = -18.5, 9000.25, 412.75
    (found,) = look(out_of_order, {"index": ids})
    assert (found.kind, found.rows_affected) == ("outlier", 3)


def test_counts_in_another_order_or_of_several_rows_each(look):
    ids = list(range(100))
    ids[20], ids[50] = ids[50], ids[20]
    assert look(out_of_order, {"id": ids}) == []
    assert look(out_of_order, {"id": RNG.permutation(100).tolist()}) == []
    several = sorted([*range(100), *range(0, 100, 4)])
    assert look(out_of_order, {"order_id": several}) == []
    assert look(out_of_order, {"id": [*range(100), *range(30)]}) == []
    assert look(out_of_order, {"height": RNG.normal(170, 10, 200).round(1).tolist()}) == []


def test_identifiers_that_rise_by_no_step_do_not_count_rows(look):
    """Numbers of patients sorted as text: those of eight digits stand among those of six."""
    ids = sorted(str(n) for n in [*RNG.integers(842302, 999999, 300), *RNG.integers(84300903, 99999999, 100)])
    assert look(out_of_order, {"id": [int(i) for i in ids]}) == []


def test_what_names_rows_by_definition(look):
    names = [str(uuid.UUID(int=int(i))) for i in RNG.integers(0, 2**62, 60)]
    names[10] = names[3]
    (found,) = look(out_of_order, {"GlobalID": names})
    assert (found.kind, found.rows_affected) == ("duplicate_key", 2)
    assert look(out_of_order, {"customer_uuid": names}) == []


def test_identifiers_in_another_order_still_name_the_rows(look):
    ids = list(range(1, 301))
    for place, number in ((40, 23854), (90, 19746), (200, 50083)):
        ids[place] = number
    assert look(out_of_order, {"BuildingID": ids}) == []


def test_numbers_by_years_name_the_rows(look):
    ids = [1000 * year + n for year in range(45, 98) for n in range(1, 40)]
    for row in range(5, 2000, 20):
        ids[row : row + 2] = ids[row + 1], ids[row]
    ids[700] = ids[690]
    assert look(out_of_order, {"id_no": ids}) == []
