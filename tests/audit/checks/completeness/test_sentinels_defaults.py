"""A value that is set where nothing was measured stands out of its neighbours."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.completeness.sentinels_defaults import default_numbers, default_texts

RNG = np.random.default_rng(9)
DEPTHS = [d for d in RNG.gamma(2, 40, 1500).round(1).tolist() if d not in (10, 33)]


def test_two_depths_that_were_set(look):
    (found,) = look(default_numbers, {"depth": [*DEPTHS, *[10.0] * 320, *[33.0] * 290]})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 610)
    assert "hold 10, 33, over 20 times as many" in found.summary


def test_measurements_round_numbers_and_ends(look):
    assert look(default_numbers, {"depth": DEPTHS}) == []
    rounded = [round(d / 10) * 10 if i % 2 else d for i, d in enumerate(DEPTHS)]
    assert look(default_numbers, {"depth": rounded}) == []
    assert look(default_numbers, {"depth": [*DEPTHS, *[0.0] * 600]}) == []
    assert look(default_numbers, {"depth": [*[min(d, 150.0) for d in DEPTHS], *[150.0] * 300]}) == []


def test_whole_numbers_and_averages(look):
    days = RNG.integers(1, 400, 1200).tolist()
    (found,) = look(default_numbers, {"days": [*days, *[365] * 300]})
    assert found.details["values"] == ["365"]
    mean = round(float(np.mean(days)), 2)
    assert look(default_numbers, {"days": [*days, *[mean] * 300]}) == []


def test_a_text_that_alone_comes_again_may_be_a_default(look):
    pictures = [f"https://x.example/{i}.jpg" for i in range(100)] + ["https://x.example/none.jpg"] * 20
    (found,) = look(default_texts, {"picture": pictures})
    assert (found.severity, found.rows_affected) == ("info", 20)
    assert look(default_texts, {"picture": pictures[:105], "kind": ["a", "b", "c"] * 35}) == []
