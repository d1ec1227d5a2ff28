"""A first or last year or month with far fewer rows is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from discovery.audit.checks.time.ends import cut_short

RNG = np.random.default_rng(6)


def panel(last: int) -> dict[str, Any]:
    pairs = [(y, c) for c in range(60) for y in range(1990, 2017) if y < 2016 or c < last]
    names = [f"{a}{b}land" for a in "ABCDEFGHIJ" for b in "abcdef"]
    return {
        "country": [names[c] for _, c in pairs],
        "year": [y for y, _ in pairs],
        "rate": RNG.normal(10, 2, len(pairs)),
    }


def test_a_last_year_with_few_of_the_things(look):
    (found,) = look(cut_short, panel(12))
    assert (found.kind, found.severity, found.rows_affected) == ("volume_anomaly", "minor", 12)
    assert found.summary.startswith("The last year, 2016, is incomplete: it has 12 rows, the five next to it 60")
    assert look(cut_short, panel(60)) == []
    assert look(cut_short, panel(30)) == []


def test_years_in_blocks_of_countries_with_several_rows_each(look):
    data = panel(12)
    again = {k: np.repeat(v, 6) for k, v in data.items()}
    (found,) = look(cut_short, again)
    assert found.rows_affected == 72


@pytest.mark.parametrize("end", [0, 11])
def test_months_of_a_log(look, end):
    months = [m + 1 for m in range(12) for _ in range(9 if m == end else 50)]
    (found,) = look(cut_short, {"year": [2023] * len(months), "month": months, "x": RNG.random(len(months))})
    assert f"2023-{end + 1:02}, is incomplete" in found.summary


def test_years_of_things_and_growth(look):
    built = RNG.permutation([y for y in range(2000, 2019) for _ in range(5 if y == 2018 else 60)])
    assert look(cut_short, {"Year": built, "km": RNG.random(len(built))}) == []
    grown = [y for y in range(2000, 2019) for _ in range(int(10 * 1.5 ** (y - 2000)) // 8)]
    assert look(cut_short, {"year": grown, "x": RNG.random(len(grown))}) == []
