"""A bare number among ranges, and codes of counties without their leading zero."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.consistency.rules import rule_violation
from discovery.audit.checks.shape import id_like
from discovery.audit.checks.validity.bare import bare_ends, short_counties

RNG = np.random.default_rng(9)
INCOMES = ["$0 - $24,999", "$25,000 - $49,999", "$50,000 - $99,999", "$100,000 - $149,999"]


def test_the_open_end_of_a_scale_that_lost_its_sign(look):
    incomes = RNG.choice(INCOMES, 200).tolist()
    (found,) = look(bare_ends, {"income": [*incomes, *["150000"] * 30]})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 30)
    assert look(bare_ends, {"income": [*incomes, *["$150,000+"] * 30]}) == []
    assert look(bare_ends, {"income": [*incomes, *["30000"] * 30]}) == []
    assert look(bare_ends, {"age": [*RNG.choice(["1-4", "5-9", "10-14"], 200).tolist(), *["15"] * 30]}) == []


def counties():
    parts = [1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 17, 36]
    return [s * 1000 + c for s in parts for c in range(1, 40, 2)], [f"State {s}" for s in parts for _ in range(20)]


def test_codes_of_counties_that_lost_their_zero(look):
    codes, states = counties()
    (found,) = look(short_counties, {"code": codes, "state": states})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "minor", 140)
    assert look(short_counties, {"code": codes, "state": RNG.permutation(states).tolist()}) == []
    assert look(short_counties, {"code": codes, "region": states}) == []
    assert look(short_counties, {"code": [f"{c:05}" for c in codes], "state": states}) == []


def test_a_weekday_by_name_that_is_not_the_date_s(look):
    days = np.datetime64("2019-01-01") + RNG.integers(0, 700, 300)
    names = np.array(["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"])
    said = names[days.astype(int) % 7].tolist()
    table = {"date": days.astype(object).tolist(), "day_of_week": said}
    assert [f.kind for f in look(rule_violation, table)] in ([], ["redundant_column"])
    said[3], said[8] = names[(days[3].astype(int) + 1) % 7], names[(days[8].astype(int) + 2) % 7]
    (found,) = look(rule_violation, table)
    assert (found.kind, found.severity, found.rows_affected) == ("fd_violation", "minor", 2)
    assert look(rule_violation, {**table, "day_of_week": RNG.permutation(said).tolist()}) == []


def test_a_number_given_once_says_so_by_its_name(look):
    numbers = np.sort(RNG.permutation(20_000)[:300]) + 7
    assert look(id_like, {"a": RNG.random(300), "seqn": numbers, "bib": RNG.permutation(numbers)})[0].columns
    assert look(id_like, {"a": RNG.random(300), "cod": [*numbers[:-1], numbers[0]]}) == []
    assert look(id_like, {"a": RNG.random(300), "landed": RNG.permutation(numbers)}) == []
