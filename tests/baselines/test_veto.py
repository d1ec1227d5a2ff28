"""A recommendation that fails on the holdout is not made."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.baselines.candidates import Candidate
from discovery.baselines.measures import MEASURES
from discovery.baselines.select import choose
from discovery.baselines.veto import heed_holdout

R2 = MEASURES["r2"]
CANDIDATES = [
    Candidate(n, f, n, object, c)  # type: ignore[arg-type]
    for n, f, c in (
        ("dummy", "dummy", 0),
        ("rule", "rule", 1),
        ("linear", "linear", 2),
        ("boosting", "boosting", 4),
    )
]
SCORES = {
    "dummy": [0.0] * 5,
    "rule": [0.30, 0.31, 0.29, 0.3, 0.3],
    "linear": [0.50, 0.51, 0.49, 0.5, 0.5],
    "boosting": [0.60, 0.61, 0.59, 0.6, 0.6],
}


def held(noise: dict[str, float], rows: int = 200) -> tuple[dict[str, np.ndarray], np.ndarray]:
    g = np.random.default_rng(0)
    truth = g.normal(size=rows)
    found = {name: truth + size * g.normal(size=rows) for name, size in noise.items()}
    return found | {"dummy": np.zeros(rows)}, truth


@pytest.mark.parametrize(
    ("noise", "name"),
    [
        ({"rule": 0.8, "linear": 0.7, "boosting": 0.5}, "boosting"),
        ({"rule": 0.8, "linear": 0.5, "boosting": 0.52}, "boosting"),
        ({"rule": 0.8, "linear": 0.5, "boosting": 0.9}, "linear"),
        ({"rule": 0.5, "linear": 0.9, "boosting": 1.4}, "rule"),
        ({"rule": 1.6, "linear": 1.8, "boosting": 2.0}, "dummy"),
    ],
)
def test_what_is_surely_worse_on_the_holdout_gives_way(noise, name):
    predictions, truth = held(noise)
    first = choose(CANDIDATES, SCORES, R2, 80, 20)
    found = heed_holdout(first, CANDIDATES, SCORES, predictions, truth, R2, 80, 20)
    assert first is not None
    assert found is not None
    assert found.name == name
    if name == "boosting":
        assert found is first
    else:
        assert "on the holdout surely worse than" in found.why
        assert "Of the simpler ones" in found.why


def test_a_small_holdout_is_not_heard():
    predictions, truth = held({"rule": 0.1, "linear": 0.1, "boosting": 2.0}, rows=12)
    first = choose(CANDIDATES, SCORES, R2, 80, 20)
    assert heed_holdout(first, CANDIDATES, SCORES, predictions, truth, R2, 80, 20) is first


@pytest.mark.parametrize(("rare", "name"), [(8, "linear"), (60, "rule")])
def test_a_handful_of_rare_cases_is_not_heard(rare, name):
    g = np.random.default_rng(1)
    truth = (np.arange(200) < rare).astype(int)
    sure, unsure = np.where(truth == 1, 0.9, 0.1), g.random(200)
    predictions = {n: np.column_stack([1 - p, p]) for n, p in (("rule", sure), ("linear", unsure))}
    candidates = [c for c in CANDIDATES if c.name != "boosting"]
    scores = {"dummy": [0.5] * 5, "rule": [0.7, 0.71, 0.69, 0.7, 0.7], "linear": [0.9, 0.91, 0.89, 0.9, 0.9]}
    measure = MEASURES["roc_auc"]
    first = choose(candidates, scores, measure, 80, 20)
    found = heed_holdout(first, candidates, scores, predictions, truth, measure, 80, 20)
    assert found is not None
    assert found.name == name
