"""A holdout that speaks clearly for the best of cross-validation is heard, and no more wrong claims are made."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

from discovery.baselines.appeal import hear_holdout
from discovery.baselines.candidates import Candidate
from discovery.baselines.measures import MEASURES
from discovery.baselines.select import Choice, choose

R2, AUC = MEASURES["r2"], MEASURES["roc_auc"]
NAMES = ("dummy", "rule", "linear", "boosting", "forest", "text", "blend")
CANDIDATES = [
    Candidate(n, "dummy" if n == "dummy" else "linear", n, object, i)  # type: ignore[arg-type]
    for i, n in enumerate(NAMES)
]
SCORES = {n: [0.9, 0.8, 0.8, 0.05 * i, -0.2] for i, n in enumerate(NAMES)} | {"dummy": [-0.01] * 5}
SIZES = (89, 17)
SURE = dict.fromkeys(NAMES[1:], 0.4) | {"blend": 0.3}


def held(noise: dict[str, float], rows: int = 40, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
    g = np.random.default_rng(seed)
    truth = g.normal(size=rows)
    return {n: truth + size * g.normal(size=rows) for n, size in noise.items()} | {"dummy": np.zeros(rows)}, truth


def unsure(scores: dict[str, list[float]] = SCORES) -> Choice:
    choice = choose(CANDIDATES, scores, R2, *SIZES)
    assert choice is not None
    assert (choice.name, choice.beats_dummy) == ("dummy", False)
    return choice


def test_the_holdout_settles_what_few_folds_leave_open():
    choice = unsure()
    assert choice.unsure == "blend"
    predictions, truth = held(SURE)
    found = hear_holdout(choice, CANDIDATES, SCORES, predictions, truth, R2)
    assert found is not None
    assert (found.name, found.beats_dummy, found.by_holdout) == ("blend", True, True)
    assert "is best in cross-validation (R² " in found.why
    assert "The holdout, scored once and asked about this candidate only, is" in found.why


def test_only_the_best_of_cross_validation_is_asked_about():
    choice = unsure()
    predictions, truth = held(SURE | {"blend": 3.0})
    assert hear_holdout(choice, CANDIDATES, SCORES, predictions, truth, R2) is choice
    none = choose(CANDIDATES, {n: [-0.2, 0.1, -0.3] for n in NAMES} | {"dummy": [0.0] * 3}, R2, *SIZES)
    assert none is not None
    assert none.unsure is None
    assert hear_holdout(none, CANDIDATES, SCORES, predictions, truth, R2) is none


def test_what_a_simpler_one_surely_beats_is_not_recommended():
    choice = unsure()
    predictions, truth = held(SURE | {"rule": 0.02}, rows=200)
    assert hear_holdout(choice, CANDIDATES, SCORES, predictions, truth, R2) is choice


@pytest.mark.parametrize(("rows", "parts"), [(15, 15), (200, 10)])
def test_a_small_holdout_and_one_of_few_groups_are_not_heard(rows, parts):
    choice = unsure()
    predictions, truth = held(SURE, rows=rows)
    groups = np.arange(rows) % parts
    assert hear_holdout(choice, CANDIDATES, SCORES, predictions, truth, R2, groups=groups) is choice


def test_groups_within_later_times_and_a_biased_measure_are_not_heard():
    choice = unsure()
    predictions, truth = held(SURE, rows=200)
    order = np.arange(200)
    found = hear_holdout(choice, CANDIDATES, SCORES, predictions, truth, R2, groups=order // 2)
    assert found is not None
    assert found.name == "blend"
    both = hear_holdout(choice, CANDIDATES, SCORES, predictions, truth, R2, groups=order // 2, order=order)
    assert both is choice
    y = (truth > 0).astype(int)
    p = {n: np.column_stack([1 - s, s]) for n, s in ((n, 1 / (1 + np.exp(-v))) for n, v in predictions.items())}
    assert hear_holdout(choice, CANDIDATES, SCORES, p, y, MEASURES["average_precision"]) is choice
    heard = hear_holdout(choice, CANDIDATES, SCORES, p, y, AUC)
    assert heard is not None
    assert heard.name == "blend"


def test_in_time_the_folds_taken_alone_must_say_so_too():
    predictions, truth = held(SURE)
    order = np.arange(40)
    vague = unsure()
    assert not vague.alone
    assert hear_holdout(vague, CANDIDATES, SCORES, predictions, truth, R2, order=order) is vague
    scores = {n: [0.6, 0.3, 0.5, 0.8, 0.25] for n in NAMES} | {"dummy": [-0.01] * 5}
    alone = unsure(scores)
    assert alone.alone
    found = hear_holdout(alone, CANDIDATES, scores, predictions, truth, R2, order=order)
    assert found is not None
    assert found.beats_dummy


def test_times_that_resemble_each_other_count_for_less():
    scores = {n: [0.6, 0.3, 0.5, 0.8, 0.25] for n in NAMES} | {"dummy": [-0.01] * 5}
    choice = unsure(scores)
    truth = np.cumsum(np.random.default_rng(1).normal(size=60)) + 8.0
    predictions = dict.fromkeys(NAMES[1:], truth * 0.7) | {"dummy": np.zeros(60)}
    assert hear_holdout(choice, CANDIDATES, scores, predictions, truth, R2, order=np.arange(60)) is choice


def test_the_promise_holds_where_no_column_says_anything(honesty: ModuleType):
    found = honesty.claims(rows=260, repeats=2, trials=60)
    assert found["wrong_by_folds"] <= found["wrong_by_either"] <= 0.05
    assert found["right_by_either"] > found["right_by_folds"]


@pytest.mark.parametrize("kind", ["told", "noise", "walk", "drift"])
def test_a_stretch_of_time_that_suits_a_candidate_by_chance_is_no_proof(honesty: ModuleType, kind: str):
    found = honesty.time_claims(kind, 200, 60)
    gained = found["by_either"] - found["by_folds"]
    assert gained > 0.1 if kind == "told" else gained <= 0.02
