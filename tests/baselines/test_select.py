"""What might be chance is not recommended."""

from __future__ import annotations

from discovery.baselines.candidates import Candidate
from discovery.baselines.measures import MEASURES
from discovery.baselines.select import choose

AUC = MEASURES["roc_auc"]
NAMES = {"dummy": ("dummy", 0), "linear": ("linear", 2), "boosting": ("boosting", 4)}
CANDIDATES = [Candidate(n, family, n, object, c) for n, (family, c) in NAMES.items()]  # type: ignore[arg-type]


def test_an_unsure_gain_is_no_recommendation():
    scores = {"dummy": [0.5] * 5, "linear": [0.40, 0.62, 0.45, 0.60, 0.49], "boosting": [0.7, 0.4, 0.6, 0.5, 0.55]}
    choice = choose(CANDIDATES, scores, AUC, 80, 20)
    assert choice is not None
    assert (choice.name, choice.beats_dummy) == ("dummy", False)
    assert "No candidate is surely better" in choice.why
    assert "ROC AUC" in choice.why


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
