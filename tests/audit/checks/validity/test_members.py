"""Values that are none of what the others of their column are."""

from __future__ import annotations

import pytest

from discovery.audit.checks.validity.members import no_such_country, no_such_status

STATUSES = ["Single", "Married", "Divorced", "Widow", "Together"] * 60
LANDS = (
    "France Germany Italy Spain Poland Sweden Norway Denmark Austria Portugal Ireland Greece Turkey Japan China "
    "India Canada Mexico Brazil Chile Peru Egypt Kenya Ghana"
).split()


def test_no_marital_status(look):
    (found,) = look(no_such_status, {"Marital_Status": [*STATUSES, "YOLO", "Absurd", "YOLO"]})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 3)
    assert "'YOLO', 'Absurd'" in found.summary


@pytest.mark.parametrize(
    "values",
    [
        STATUSES,
        [*STATUSES, "Married-AF-spouse", "Never-married", "other", "unknown"],
        ["ledig", "verheiratet", "geschieden", "verwitwet", "getrennt"] * 50,
        [*STATUSES, *["Absurd"] * 40],
    ],
)
def test_statuses(look, values):
    assert look(no_such_status, {"marital": values}) == []


def test_no_country(look):
    (found,) = look(no_such_country, {"country": [*LANDS * 20, "Official site", "New Line", "West Germany"]})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "info", 2)
    assert "'New Line', 'Official site'" in found.summary


@pytest.mark.parametrize(
    "more",
    [
        ["Syrian Arab Rep.", "Libya", "Faroe Islands", "Curaçao", "St. Helena"],
        ["Worldwide", "Europe", "Africa", "Asia"],
        ["XK", "N/A", "Other"],
    ],
)
def test_countries(look, more):
    assert look(no_such_country, {"country": LANDS * 20 + more}) == []
