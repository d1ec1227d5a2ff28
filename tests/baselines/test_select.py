"""What might be chance is not recommended."""

from __future__ import annotations

import pytest

from discovery.baselines.candidates import Candidate
from discovery.baselines.measures import MEASURES
from discovery.baselines.select import choose, compare

AUC, R2 = MEASURES["roc_auc"], MEASURES["r2"]
NAMES = {"dummy": ("dummy", 0), "linear": ("linear", 2), "boosting": ("boosting", 4)}
CANDIDATES = [Candidate(n, family, n, object, c) for n, (family, c) in NAMES.items()]  # type: ignore[arg-type]


def test_an_unsure_gain_is_no_recommendation():
    scores = {"dummy": [0.5] * 5, "linear": [0.40, 0.62, 0.45, 0.60, 0.49], "boosting": [0.7, 0.4, 0.6, 0.5, 0.55]}
    choice = choose(CANDIDATES, scores, AUC, 80, 20)
    assert choice is not None
    assert (choice.name, choice.beats_dummy) == ("dummy", False)
    assert "No candidate is surely better" in choice.why
    assert "ROC AUC" in choice.why


def test_a_gain_that_many_candidates_make_unsure_is_told_as_such():
    scores = {"dummy": [0.5] * 3, "linear": [0.7, 0.76, 0.85], "boosting": [0.5, 0.6, 0.4]}
    names = [f"c{i}" for i in range(4)]
    more = [Candidate(n, "linear", n, object, 3) for n in names]  # type: ignore[arg-type]
    choice = choose([*CANDIDATES, *more], scores | {n: [0.5, 0.6, 0.4] for n in names}, AUC, 80, 10)
    assert choice is not None
    assert not choice.beats_dummy
    assert "taken alone (95% interval), which is not sure" in choice.why


def test_nothing_better_at_all():
    choice = choose(CANDIDATES, {"dummy": [0.5] * 5, "linear": [0.4] * 5}, AUC, 80, 20)
    assert choice is not None
    assert choice.name == "dummy"
    assert "none is better even by chance" in choice.why


def test_the_simplest_sure_one_near_the_best():
    scores = {"dummy": [0.5] * 5, "linear": [0.80, 0.81, 0.8, 0.79, 0.8], "boosting": [0.801, 0.81, 0.8, 0.79, 0.8]}
    choice = choose(CANDIDATES, scores, AUC, 80, 20)
    assert choice is not None
    assert choice.name == "linear"
    assert "simplest candidate" in choice.why
    assert choose([], {}, AUC, 80, 20) is None


def test_folds_whose_target_hardly_varies_do_not_hide_a_gain():
    dummy, linear = [-0.09, -0.8, -8.6, -20.3, -0.3], [0.95, 0.99, 0.99, 0.98, 0.67]
    choice = choose(CANDIDATES, {"dummy": dummy, "linear": linear}, R2, 106, 27)
    assert choice is not None
    assert (choice.name, choice.beats_dummy) == ("linear", True)
    (found,) = compare({"dummy": dummy, "linear": linear}, R2, 106, 27)
    assert found.better == "linear"
    noise = choose(CANDIDATES, {"dummy": dummy, "linear": [-0.3, -0.5, -9.6, -15.3, -0.6]}, R2, 106, 27)
    assert noise is not None
    assert not noise.beats_dummy


def test_folds_drawn_at_random_are_compared_by_their_scores_as_they_are():
    scores = {"dummy": [-0.01, -0.02, 0.0, -0.05, -0.01], "linear": [0.3, 0.2, 0.3, 0.1, 0.2]}
    (found,) = compare(scores, R2, 80, 20)
    assert found.difference == pytest.approx(0.22 + 0.018)
