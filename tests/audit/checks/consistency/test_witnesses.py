"""Numbers that other columns contradict, and columns that go their own way."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.consistency.witnesses import off_witnesses

RNG = np.random.default_rng(11)


def _bands(rows: int = 400, bands: int = 5) -> dict[str, np.ndarray]:
    level = RNG.gamma(4, 1, rows)
    return {f"band {i}": level * (1 + 0.1 * i) + RNG.normal(0, 0.01, rows) for i in range(bands)}


def test_noise_in_one_of_several_bands(look):
    data = _bands()
    wrong = np.arange(0, 400, 20)
    data["band 2"][wrong] += RNG.normal(0, 3, len(wrong)) + 1
    (found,) = look(off_witnesses, {k: v.tolist() for k, v in data.items()})
    assert (found.kind, found.columns, found.severity) == ("outlier", ["band 2"], "minor")
    assert abs(found.rows_affected - 20) <= 3
    assert all((e.row - 1) % 20 == 0 for e in found.evidence)


def test_noise_in_all_bands(look):
    data = _bands(bands=8)
    for values in data.values():
        wrong = RNG.random(400) < 0.2
        values[wrong] += RNG.normal(0, 3, wrong.sum())
    found = look(off_witnesses, {k: v.tolist() for k, v in data.items()})
    assert len(found) >= 7
    assert all(50 <= f.rows_affected <= 100 for f in found)


def test_bands_without_noise_and_columns_that_are_related_loosely(look):
    assert look(off_witnesses, {k: v.tolist() for k, v in _bands().items()}) == []
    heavy = _bands()
    heavy["band 1"] += RNG.standard_t(2, 400) * 0.05
    assert look(off_witnesses, {k: v.tolist() for k, v in heavy.items()}) == []
    one = RNG.normal(0, 1, 400)
    loose = {f"x{i}": (one + RNG.normal(0, 1, 400)).tolist() for i in range(4)}
    assert look(off_witnesses, loose) == []


def test_copies_are_one_witness(look):
    area = RNG.gamma(4, 1, 300)
    length = np.sqrt(area) * RNG.uniform(1, 3, 300)
    assert (
        look(off_witnesses, {"acres": area.tolist(), "hectares": (area / 2.47).tolist(), "length": length.tolist()})
        == []
    )


def test_whole_numbers_a_little_off_and_stretches_in_which_columns_part(look):
    """Percentages of three years differ by some points; three weights of one formula part at its end."""
    base = RNG.integers(40, 100, 270)
    years = {
        str(y): (base + np.where(RNG.random(270) < 0.2, RNG.integers(-4, 5, 270), 0)).tolist() for y in range(4)
    }
    assert look(off_witnesses, years) == []
    steps = np.arange(100.0)
    bent = np.where((steps > 11) & (steps < 20), steps * 3 - 20, steps)
    other = {"a": bent.tolist(), "b": (2 * steps).tolist(), "c": (steps + RNG.normal(0, 0.01, 100)).tolist()}
    assert look(off_witnesses, other) == []


def test_one_value_off_is_a_default_and_no_error_of_measurement(look):
    data = _bands()
    data["band 2"][::20] = 1841
    assert look(off_witnesses, {k: v.tolist() for k, v in data.items()}) == []


def test_numbers_of_things_in_two_files_are_no_measures(look):
    first = np.arange(100)
    second, third = first + 3, first // 2
    second[::10] = second[::10][::-1]
    row = RNG.integers(0, 100, 600)
    data = {"near": second[row].tolist(), "school": first[row].tolist(), "county": third[row].tolist()}
    assert look(off_witnesses, data) == []
    one_by_one = {"code": second.tolist(), "iso": (first * 9).tolist(), "place": (first * 8 + first % 3).tolist()}
    assert look(off_witnesses, one_by_one) == []


def test_witnesses_that_are_never_there_together(look):
    level = RNG.gamma(4, 1, 400)
    first = np.where(np.arange(400) < 200, level, np.nan)
    second = np.where(np.arange(400) < 200, np.nan, level)
    data = {"level": level, "before": first, "after": second}
    assert look(off_witnesses, {k: [None if np.isnan(x) else x for x in v] for k, v in data.items()}) == []


def test_numbers_rounded_to_two_digits_are_not_off(look):
    views = np.exp(np.random.default_rng(11).normal(18, 3, 900))

    def rounded(values: np.ndarray) -> list[float]:
        step = 10 ** (np.floor(np.log10(values)) - 1)
        return (np.round(values / step) * step).tolist()

    data = {"views": views.round().tolist()} | {f"at {k}": rounded(views * k) for k in (0.004, 0.003, 0.05)}
    assert look(off_witnesses, data) == []
