"""A weekday by name beside the date."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.consistency.rules import rule_violation

RNG = np.random.default_rng(9)


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
