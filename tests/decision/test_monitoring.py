"""Thresholds to watch after launch."""

from __future__ import annotations

import math

from discovery.artifacts import CandidateResult, ColumnSummary, Latency, Split, TableSummary, UseCaseEvaluation
from discovery.decision.monitoring import _chi_squared, thresholds_for
from discovery.decision.subject import Subject
from discovery.engagement import Bound, UseCase
from discovery.engagement.model import Acceptance, Economics


def subject(month: float = 2500, bound: float | None = None) -> Subject:
    use = UseCase(
        name="u",
        table="t",
        target="y",
        economics=Economics(predictions_per_month=month),
        acceptance=Acceptance(latency_ms_p95=Bound(at_most=bound) if bound else None),
    )
    evaluation = UseCaseEvaluation(
        name="u", table="t", target="y", task="binary", metric="log_loss", higher_is_better=False,
        split=Split(kind="random", folds=5, repeats=1, why=""), features=["a", "b"],
        importance=[{"columns": ["b"]}], thresholds={"best": {"flagged_share": 0.4}},
    )  # fmt: skip
    columns = [
        ColumnSummary(name="a", type="integer", missing=100, distinct=3, top=[("1", 9)]),
        ColumnSummary(name="b", type="text", distinct=900),
    ]
    return Subject(use, evaluation, [], TableSummary(name="t", source="t.csv", rows=1000, columns=columns))


def candidate() -> CandidateResult:
    return CandidateResult(
        name="linear", family="linear", mean=0.4, ci95=(0.35, 0.45), latency_ms=Latency(p50=1, p95=3)
    )


def test_the_column_that_weighs_most_comes_first_and_free_text_has_no_drift() -> None:
    found = thresholds_for(subject(), candidate())
    assert [(t.measure, t.column) for t in found[:3]] == [
        ("missing_rate", "b"),
        ("missing_rate", "a"),
        ("psi", "a"),
    ]


def test_limits_follow_from_the_data() -> None:
    found = {(t.measure, t.column): t for t in thresholds_for(subject(), candidate())}
    missing = found["missing_rate", "a"].alarm_above
    assert missing is not None
    assert math.isclose(missing, 0.1 + 3 * math.sqrt(0.1 * 0.9 / 2500))
    assert found["missing_rate", "b"].alarm_above == 0.01
    flagged = found["flagged_share", None]
    assert flagged.alarm_below is not None
    assert math.isclose(flagged.alarm_below, 0.4 - 3 * math.sqrt(0.24 / 2500))
    assert found["log_loss", None].alarm_above == 0.45
    assert found["log_loss", None].alarm_below is None
    assert found["latency_ms_p95", None].alarm_above == 6
    agreed = {t.measure: t for t in thresholds_for(subject(bound=250), candidate())}
    assert agreed["latency_ms_p95"].alarm_above == 250


def test_few_cases_get_room_for_chance() -> None:
    found = {t.measure: t for t in thresholds_for(subject(month=100), candidate())}
    limit = found["psi"].alarm_above
    assert limit is not None
    assert math.isclose(limit, _chi_squared(2) * (1 / 1000 + 1 / 100), abs_tol=1e-3)


def test_the_chi_squared_point_is_near_the_tables() -> None:
    for freedom, known in ((1, 10.828), (2, 13.816), (9, 27.877)):
        assert abs(_chi_squared(freedom) - known) < 0.035 * known


def test_nothing_to_watch_without_a_model() -> None:
    assert thresholds_for(subject(), None) == []
    dummy = CandidateResult(name="dummy", family="dummy", mean=0.5)
    assert thresholds_for(subject(), dummy) == []
