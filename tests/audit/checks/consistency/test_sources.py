"""Sources that contradict one another."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit.checks.consistency.sources import conflicting_sources


def flights(rng: np.random.Generator, wrong: float) -> tuple[pl.DataFrame, int]:
    times = [f"{h}:{m:02d} p.m." for h in range(1, 12) for m in range(0, 60, 7)]
    truth = rng.choice(times, 60)
    rows, against = [], 0
    for source in ("aa", "airport", "orbitz", "tracker", "weather", "website"):
        for flight in range(60):
            time = truth[flight]
            if rng.random() < wrong:
                time = rng.choice(times)
                against += time != truth[flight]
            rows.append((source, f"AA-{flight}", time, float(rng.normal())))
    return pl.DataFrame(rows, schema=["src", "flight", "departure", "noise"], orient="row"), against


def test_what_single_sources_say_against_the_others(look):
    frame, against = flights(np.random.default_rng(0), 0.15)
    (finding,) = look(conflicting_sources, frame)
    assert finding.columns == ["departure"]
    assert finding.severity == "major"
    assert abs(finding.rows_affected - against) <= 2
    assert finding.details["entity"] == "flight"


def test_sources_that_agree_or_measure_for_themselves(look):
    rng = np.random.default_rng(1)
    assert look(conflicting_sources, flights(rng, 0.0)[0]) == []
    readings = pl.DataFrame(
        {
            "site": np.repeat(["north", "south", "east", "west"], 90),
            "day": np.tile([f"day {i}" for i in range(90)], 4),
            "level": rng.integers(0, 40, 360),
            "grade": rng.choice(list("abcdefg"), 360, p=[0.7, *[0.05] * 6]),
        }
    )
    assert look(conflicting_sources, readings) == []
    assert look(conflicting_sources, readings.rename({"site": "shop"})) == []


def test_one_row_contradicts_the_others(look):
    frame, _ = flights(np.random.default_rng(0), 0.0)
    one = frame.with_columns(
        departure=pl.when(pl.int_range(pl.len()) == 40).then(pl.lit("3:33 a.m.")).otherwise("departure")
    )
    (finding,) = look(conflicting_sources, one)
    assert finding.summary.startswith("1 row contradicts what most of 'src' say of the same 'flight'")
