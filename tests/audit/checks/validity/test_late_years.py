"""Years after those with which the rows of a table end."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.validity.late_years import late_years

YEARS = np.repeat(np.arange(1990, 2017), 300).tolist()


def test_years_after_a_gap_at_the_end_are_asked_about(look):
    (found,) = look(late_years, {"Year": [*YEARS, 2017, 2017, 2017, 2020]})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "info", 4)
    assert found.summary == "The rows end with 'Year' 2016, but 4 are later: 2017, 2020."


def test_a_last_year_that_has_but_begun_and_thin_ends_are_left_alone(look):
    assert look(late_years, {"Year": YEARS}) == []
    assert look(late_years, {"Year": [*YEARS, 2017, 2017]}) == []
    assert look(late_years, {"Year": [*YEARS, *range(2017, 2024)]}) == []
    assert look(late_years, {"Year": [*YEARS, *[2019] * 40]}) == []
    assert look(late_years, {"mileage": [*YEARS, 2017, 2020]}) == []
