"""Every reason for a recommendation, and for a way to divide rows, is said in every language of the report."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable

import numpy as np
import pytest

from discovery.artifacts import CandidateResult, Comparison
from discovery.baselines import forecasting, splits
from discovery.baselines.appeal import hear_holdout
from discovery.baselines.candidates import Candidate
from discovery.baselines.candidates.llm_judge import _reconsider
from discovery.baselines.measures import MEASURES
from discovery.baselines.sampling import evidence, sampling_note
from discovery.baselines.select import Choice, choose
from discovery.baselines.veto import heed_holdout

CANDIDATES = [
    Candidate(n, "dummy" if n == "dummy" else "linear", n, object, i)  # type: ignore[arg-type]
    for i, n in enumerate(("dummy", "rule", "linear", "boosting"))
]
SIZES = (80, 20)
SURE = {"dummy": 0.0, "rule": 0.3, "linear": 0.5, "boosting": 0.6}


def folds(means: dict[str, float], spread: float) -> dict[str, list[float]]:
    return {
        n: [m + (0 if n == "dummy" else spread * d) for d in (-0.02, -0.01, 0, 0.01, 0.02)]
        for n, m in means.items()
    }


def chosen(means: dict[str, float], spread: float = 1.0, metric: str = "r2") -> str:
    choice = choose(CANDIDATES, folds(means, spread), MEASURES[metric], *SIZES)
    assert choice is not None
    return choice.why


def after_the_holdout(noise: dict[str, float], spread: float = 1.0) -> str:
    scores, measure = folds(SURE, spread), MEASURES["r2"]
    g = np.random.default_rng(0)
    truth = g.normal(size=200)
    predictions = {n: truth + size * g.normal(size=200) for n, size in noise.items()} | {"dummy": np.zeros(200)}
    choice = choose(CANDIDATES, scores, measure, *SIZES)
    assert choice is not None
    if choice.beats_dummy:
        choice = heed_holdout(choice, CANDIDATES, scores, predictions, truth, measure, *SIZES)
    else:
        choice = hear_holdout(choice, CANDIDATES, scores, predictions, truth, measure)
    assert choice is not None
    return choice.why


def with_a_language_model(better: str, choice: Choice) -> str:
    pair = Comparison(a="llm", b="rule", difference=0.1, ci95=(0, 0.2), better=better, rows=90)
    result = CandidateResult(name="llm", family="llm", mean=0.8123)
    found = _reconsider(choice, result, [pair], {"rule": [0.7, 0.71]})
    assert found is not None
    return found.why


REASONS = {
    "the best": lambda: chosen(SURE),
    "large figures": lambda: chosen(
        {"dummy": 91234.5, "rule": 4321.0, "linear": 1e7, "boosting": 5e5}, metric="mean_absolute_error"
    ),
    "the simplest": lambda: chosen(SURE | {"linear": 0.599}),
    "nothing": lambda: chosen(dict.fromkeys(SURE, -0.1) | {"dummy": 0.0}, metric="roc_auc"),
    "unsure": lambda: chosen(SURE, spread=40),
    "alone": lambda: chosen({n: 0.5 * m for n, m in SURE.items()}, spread=9),
    "given up": lambda: after_the_holdout({"rule": 0.8, "linear": 0.5, "boosting": 0.9}),
    "given up twice": lambda: after_the_holdout({"rule": 0.5, "linear": 0.9, "boosting": 1.4}),
    "given up for the dummy": lambda: after_the_holdout({"rule": 1.6, "linear": 1.8, "boosting": 2.0}),
    "settled by the holdout": lambda: after_the_holdout({"rule": 0.6, "linear": 0.6, "boosting": 0.3}, spread=40),
    "language model": lambda: with_a_language_model("llm", Choice("rule", chosen(SURE), True)),
    "language model worse": lambda: with_a_language_model("rule", Choice("rule", chosen(SURE), True)),
    "language model no better": lambda: with_a_language_model("tie", Choice("rule", chosen(SURE), True)),
    "nobody": lambda: "No candidate could be scored.",
}


@pytest.mark.parametrize("case", REASONS)
def test_every_reason_for_a_recommendation_is_in_every_language(
    case: str, untranslated: Callable[[str], list[str]]
) -> None:
    why = REASONS[case]()
    assert untranslated(why) == [], why


def test_the_cases_are_what_they_say() -> None:
    said = {name: make() for name, make in REASONS.items()}
    signs = {
        "the best": "has the best", "the simplest": "simplest candidate", "nothing": "even by chance",
        "unsure": "may be anything", "alone": "taken alone", "given up": "surely worse",
        "settled by the holdout": "this candidate only", "language model": "Without it",
    }  # fmt: skip
    assert [name for name, sign in signs.items() if sign not in said[name]] == []
    assert said["given up twice"].count("surely worse") == 2


def _reasons_of(module: object) -> list[str]:
    """Every text of a module that is a reason: not a sentence, of five words or more, and no documentation."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Raise)]
    skipped = {id(v) for call in calls for v in ast.walk(call)}
    skipped |= {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    skipped |= {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
    found = []
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            found.append("".join(str(p.value) if isinstance(p, ast.Constant) else "7" for p in node.values))
    return [t for t in found if len(t.split()) >= 5]


def test_every_way_to_divide_rows_is_in_every_language(untranslated: Callable[[str], list[str]]) -> None:
    said = {text for module in (splits, forecasting) for text in _reasons_of(module)}
    assert len(said) > 12
    assert {text for text in said if untranslated(text)} == set()


CURVE = {"points": [{"rows": 12500, "score": 0.8}, {"rows": 25000, "score": 0.81}]}
SAMPLES = [
    sampling_note({"rows_used": 50_000, "rows_available": 812_345, "rule": rule} | evidence(MEASURES[name], curve))
    for rule in (
        "whole groups, drawn at random with seed 0", "the latest times, whole", "drawn at random with seed 0",
        "the classes in their shares, drawn with seed 0", "of a sample of 90,000 rows that fits into memory, all",
        "of a sample of 90,000 rows that fits into memory, the latest times, whole",
    )
    for name in ("roc_auc", "mean_absolute_error")
    for curve in ({}, CURVE | {"twice_the_data": {"gain_high": 0.1}}, CURVE | {"twice_the_data": {"gain_high": 0}})
]  # fmt: skip
SERIES = [
    f"By series, 'theta' is better than 'naive' in 3 of 40{middle}{end}."
    for middle in ("", ", with a mase from 0.4 to 1.21 (half of them at most 0.8)")
    for end in ("", "; furthest behind in 'north' (mean absolute error 12.3 against 11.9)")
]


@pytest.mark.parametrize("note", SAMPLES + SERIES)
def test_notes_about_samples_and_series_are_in_every_language(
    note: str, untranslated: Callable[[str], list[str]]
) -> None:
    assert untranslated(note) == []
