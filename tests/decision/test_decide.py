"""What the criteria add up to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import (
    AuditResult,
    CandidateResult,
    ColumnSummary,
    Comparison,
    Decisions,
    Evaluation,
    ExcludedColumn,
    Finding,
    Latency,
    Split,
    TableSummary,
    UseCaseDecision,
    UseCaseEvaluation,
)
from discovery.decision import Estimate, decide, judge
from discovery.decision.estimate import estimates_of, judge_point, rows_to_settle
from discovery.engagement import Bound, Engagement

ROWS = 2000


def engagement(acceptance: dict[str, Any] | None = None, **more: Any) -> Engagement:
    use = {"name": "churn", "table": "t", "target": "y", "acceptance": acceptance or {}, "owner": "Ada", **more}
    return Engagement.model_validate({"name": "e", "use_cases": [use]})


def candidate(
    name: str, mean: float, half: float = 0.02, holdout: float | None = None, **more: Any
) -> CandidateResult:
    family = more.pop("family", name)
    at = mean if holdout is None else holdout
    return CandidateResult.model_validate(
        {"name": name, "family": family, "mean": mean, "ci95": (mean - half, mean + half), "holdout": at,
         "holdout_ci95": (at - 2 * half, at + 2 * half), "latency_ms": Latency(p50=2, p95=4),
         "cost_per_1000": 0.001, **more}
    )  # fmt: skip


def evaluation(*candidates: CandidateResult, recommended: str = "linear", **more: Any) -> Evaluation:
    made = {"metric": "roc_auc", "task": "binary", **more}
    use = UseCaseEvaluation(
        name="churn", table="t", target="y", rows_used=ROWS, features=["a", "b"], recommended=recommended,
        split=Split(kind="stratified", folds=5, repeats=2, why="."), candidates=list(candidates), **made,
    )  # fmt: skip
    return Evaluation(use_cases=[use])


DUMMY = candidate("dummy", 0.5, 0.0)


def audit(*findings: Finding) -> AuditResult:
    columns = [
        ColumnSummary(name="a", type="float", missing=10),
        ColumnSummary(name="b", type="string", personal=True),
    ]
    return AuditResult(
        tables=[TableSummary(name="t", source="t.csv", rows=ROWS, columns=columns)], findings=list(findings)
    )


def finding(kind: str, severity: str, columns: tuple[str, ...] = ("a",), **more: Any) -> Finding:
    return Finding.model_validate(
        {
            "kind": kind,
            "table": "t",
            "columns": list(columns),
            "severity": severity,
            "summary": f"A {kind}.",
            **more,
        }
    )


def decided(*args: Any) -> UseCaseDecision:
    found: Decisions = decide(*args)
    again = Decisions.model_validate_json(found.to_json())
    assert again == found
    only = found.use_case("churn")
    assert only is not None
    assert only.headline
    assert only.reasons
    assert only.next_steps
    assert only.readiness
    assert len({p.area for p in only.plan}) == 10
    return only


GOOD = {"quality": {"at_least": 0.75}}


def status(decision: UseCaseDecision, name: str) -> str:
    return next(c.status for c in decision.criteria if c.name == name)


def test_go_where_every_interval_is_on_the_right_side() -> None:
    found = decided(engagement(GOOD), audit(), evaluation(DUMMY, candidate("linear", 0.85)))
    assert found.decision == "go"
    assert found.candidate == "linear"


def test_hold_where_the_interval_holds_the_bound() -> None:
    found = decided(engagement(GOOD), audit(), evaluation(DUMMY, candidate("linear", 0.76)))
    assert found.decision == "hold"
    assert "more rows would settle it" in next(c.note for c in found.criteria if c.name == "quality")


def test_no_go_where_the_interval_is_on_the_wrong_side() -> None:
    found = decided(engagement(GOOD), audit(), evaluation(DUMMY, candidate("linear", 0.65)))
    assert found.decision == "no-go"


def test_hold_where_cross_validation_and_holdout_disagree() -> None:
    found = decided(engagement(GOOD), audit(), evaluation(DUMMY, candidate("linear", 0.80, 0.02, 0.72)))
    assert found.decision == "hold"


def test_a_holdout_that_settled_the_recommendation_does_not_settle_the_quality_too() -> None:
    wide = candidate("linear", 0.8, 0.2, ci95=(0.55, 0.99), holdout_ci95=(0.78, 0.85))
    pair = Comparison(a="linear", b="dummy", difference=0.3, ci95=(0.1, 0.5), better="tie")
    first = decided(engagement(), audit(), evaluation(DUMMY, wide, comparisons=[pair]))
    assert (first.decision, status(first, "quality")) == ("go", "pass")
    found = decided(engagement(), audit(), evaluation(DUMMY, wide, comparisons=[pair], by_holdout=True))
    assert (found.decision, status(found, "quality")) == ("hold", "inconclusive")
    note = next(c.note for c in found.criteria if c.name == "quality")
    assert "the folds must show the quality themselves" in note
    sure = candidate("linear", 0.8, 0.02)
    assert (
        decided(engagement(), audit(), evaluation(DUMMY, sure, comparisons=[pair], by_holdout=True)).decision
        == "go"
    )


def test_no_go_where_only_the_leak_speaks() -> None:
    leaky = evaluation(
        DUMMY, candidate("linear", 0.52), with_leaks={"columns": ["z"], "score": 0.99, "summary": "With z 0.99."},
        excluded_columns=[ExcludedColumn(column="z", why="leak")],
    )  # fmt: skip
    found = decided(engagement(GOOD), audit(finding("leak", "blocker", ("z",))), leaky)
    assert found.decision == "no-go"
    assert "leak" in found.headline
    assert any("'z'" in r and "0.990" in r for r in found.reasons)
    assert any("'z'" in q for q in found.open_questions)


def test_a_leak_that_gives_nothing_away_is_not_blamed() -> None:
    idle = evaluation(
        DUMMY, candidate("linear", 0.52), with_leaks={"columns": ["z"], "score": 0.52, "honest": 0.52},
        excluded_columns=[ExcludedColumn(column="z", why="leak")],
    )  # fmt: skip
    found = decided(engagement(GOOD), audit(finding("leak", "blocker", ("z",))), idle)
    assert found.decision == "no-go"
    assert "the signal is a leak" not in found.headline


def test_no_go_where_the_columns_say_nothing_even_without_agreed_criteria() -> None:
    nothing = candidate("linear", 0.503, 0.008)
    pair = Comparison(a="linear", b="dummy", difference=0.003, ci95=(-0.005, 0.011), better="tie")
    found = decided(engagement(), audit(), evaluation(DUMMY, nothing, comparisons=[pair]))
    assert found.decision == "no-go"
    assert "too little" in found.headline
    assert decided(engagement(), audit(), evaluation(DUMMY, nothing, recommended="dummy")).decision == "no-go"


def test_defaults_are_called_defaults() -> None:
    found = decided(engagement(), audit(), evaluation(DUMMY, candidate("linear", 0.85)))
    assert found.decision == "go"
    assert "default" in found.headline
    assert all(c.default for c in found.criteria if c.name in {"quality", "gain_over_dummy"})
    assert any("good enough" in q for q in found.open_questions)


def test_a_measure_without_a_scale_is_judged_by_its_gain() -> None:
    dummy = candidate("dummy", 10.0, 0.2)
    good = evaluation(dummy, candidate("linear", 6.0, 0.3), metric="mean_absolute_error", task="regression",
                      higher_is_better=False)  # fmt: skip
    found = decided(engagement(), audit(), good)
    assert found.decision == "go"
    assert [c.name for c in found.criteria] == ["gain_over_dummy", "data"]
    assert next(c.measured for c in found.criteria) == pytest.approx(4.0)


def test_at_most_is_judged_from_the_other_side() -> None:
    spec = engagement({"quality": {"at_most": 5.0}})
    dummy = candidate("dummy", 10.0, 0.2)
    how = {"metric": "mean_absolute_error", "task": "regression", "higher_is_better": False}
    assert decided(spec, audit(), evaluation(dummy, candidate("linear", 4.0, 0.3), **how)).decision == "go"
    assert decided(spec, audit(), evaluation(dummy, candidate("linear", 6.0, 0.3), **how)).decision == "no-go"


def test_narrow_outside_a_weak_segment() -> None:
    weak = [{"where": "tenure below 3", "share": 0.1, "score": 0.55, "score_elsewhere": 0.85}]
    found = decided(engagement(GOOD), audit(), evaluation(DUMMY, candidate("linear", 0.76), slices=weak))
    assert found.decision == "narrow"
    assert "tenure below 3" in (found.segment or "")


def test_narrow_with_review_of_the_rest() -> None:
    spec = engagement({"quality": {"at_least": 0.95}})
    targets = [{"accuracy": 0.95, "share": 0.6, "holdout_share": 0.61, "holdout_accuracy": 0.98,
                "holdout_ci95": [0.96, 0.99]}]  # fmt: skip
    curve = {"targets": targets, "automated_share": 0.6, "summary": "60%"}
    found = decided(
        spec, audit(), evaluation(DUMMY, candidate("linear", 0.9), metric="accuracy", risk_coverage=curve)
    )  # fmt: skip
    assert found.decision == "narrow"
    assert "a person deciding the rest" in (found.segment or "")


def test_narrow_where_only_the_automated_share_is_missed() -> None:
    spec = engagement({"quality": {"at_least": 0.7}, "automated_share": {"at_least": 0.8}})
    curve = {"automated_share": 0.5, "summary": "50% of the rows at 95% accuracy."}
    found = decided(spec, audit(), evaluation(DUMMY, candidate("linear", 0.85), risk_coverage=curve))
    assert found.decision == "narrow"


def test_a_blocking_finding_holds_a_use_case() -> None:
    found = decided(engagement(GOOD), audit(finding("duplicate_key", "blocker")),
                    evaluation(DUMMY, candidate("linear", 0.85)))  # fmt: skip
    assert found.decision == "hold"
    assert status(found, "data") == "inconclusive"


def test_a_leak_that_is_left_out_does_not_hold_it() -> None:
    blocked = audit(finding("leak", "blocker", ("z",)), finding("pii", "major", ("b",)))
    found = decided(engagement(GOOD), blocked, evaluation(DUMMY, candidate("linear", 0.85)))
    assert found.decision == "go"
    assert any(r["status"] == "gap" and "b" in r["evidence"] for r in found.readiness)


def test_an_accepted_finding_holds_nothing() -> None:
    accepted = finding("duplicate_key", "blocker", accepted="known")
    found = decided(engagement(GOOD), audit(accepted), evaluation(DUMMY, candidate("linear", 0.85)))
    assert found.decision == "go"


def test_too_few_rows_hold_rather_than_fail() -> None:
    spec = engagement({**GOOD, "rows": {"at_least": 5000}})
    found = decided(spec, audit(), evaluation(DUMMY, candidate("linear", 0.85)))
    assert found.decision == "hold"
    assert any("3,000 more rows with a known outcome" in s for s in found.next_steps)


def test_a_faster_candidate_is_taken_where_the_recommended_is_too_slow() -> None:
    spec = engagement({**GOOD, "latency_ms_p95": {"at_most": 10}})
    slow = candidate("boosting", 0.88, latency_ms=Latency(p50=40, p95=80))
    both = evaluation(DUMMY, candidate("linear", 0.85), slow, recommended="boosting")
    found = decided(spec, audit(), both)
    assert (found.decision, found.candidate) == ("go", "linear")
    alone = decided(spec, audit(), evaluation(DUMMY, slow, recommended="boosting"))
    assert alone.decision == "no-go"


def test_further_criteria() -> None:
    spec = engagement({**GOOD, "cost_per_1000": {"at_most": 1}, "automated_share": {"at_least": 0.5},
                       "metrics": {"log_loss": {"at_most": 0.4}, "recall": {"at_least": 0.5},
                                   "f1": {"at_least": 0.5}}})  # fmt: skip
    scored = candidate("linear", 0.85, metrics={"log_loss": 0.3, "f1": 0.51}, cost_per_1000=None)
    found = decided(spec, audit(), evaluation(DUMMY, scored))
    assert {c.name: c.status for c in found.criteria} == {
        "quality": "pass", "gain_over_dummy": "pass", "log_loss": "pass", "recall": "inconclusive",
        "f1": "inconclusive", "automated_share": "inconclusive", "cost_per_1000": "inconclusive", "data": "pass",
    }  # fmt: skip
    assert found.decision == "hold"


def test_a_model_that_rests_on_one_column_says_so() -> None:
    def made(drop: float, columns: tuple[str, ...] = ("a",)) -> UseCaseDecision:
        importance = [{"columns": list(columns), "drop": drop, "ci95": [drop - 0.02, drop + 0.02]}]
        scored = evaluation(DUMMY, candidate("linear", 0.9), importance=importance)
        return decide(engagement(), audit(), scored).use_cases[0]

    rests = made(0.25)
    assert rests.decision == "go"
    assert any(r.startswith("It rests on 'a': without it 0.250 is lost of the 0.400 ") for r in rests.reasons)
    assert rests.next_steps[1].startswith("Show what is known of 'a' when a prediction is made")
    assert any("the values of 'a' written: before or after" in q for q in rests.open_questions)
    assert any("rests on 'a' and 'b', which go together" in r for r in made(0.25, ("a", "b")).reasons)
    assert any("without it nothing is left of the 0.400" in r for r in made(0.6).reasons)
    sound = made(0.15)
    assert not any("rests on" in r for r in sound.reasons)
    assert not any("Show what" in s for s in sound.next_steps)


def test_a_rule_that_is_as_good_is_named() -> None:
    found = decided(engagement(GOOD), audit(), evaluation(DUMMY, candidate("rule", 0.85), recommended="rule"))
    assert found.decision == "go"
    assert any("use the rule" in r for r in found.reasons)
    close = evaluation(DUMMY, candidate("rule", 0.84), candidate("linear", 0.85))
    assert any("not surely worse" in r for r in decided(engagement(GOOD), audit(), close).reasons)


@pytest.mark.parametrize(
    ("refused", "findings", "expected"),
    [
        (
            [{"name": "churn", "why": "the target has one value only"}],
            [finding("constant", "major", ("y",))],
            "no-go",
        ),
        ([{"name": "churn", "why": "only 12 rows have a target, and 30 are needed"}], [], "hold"),
        ([{"name": "churn", "why": "the target holds lists"}], [], "no-go"),
        ([], [], "hold"),
    ],
)
def test_what_was_not_evaluated(refused: list[dict[str, str]], findings: list[Finding], expected: str) -> None:
    found = decided(engagement(), audit(*findings), Evaluation(refused=refused))
    assert found.decision == expected
    if refused:
        assert refused[0]["why"] in found.reasons


def test_without_an_evaluation_all_is_on_hold() -> None:
    assert decided(engagement(), AuditResult(), None).decision == "hold"


def test_plan_joins_what_is_stated_and_what_is_measured() -> None:
    plan = {
        "context": {"fields_needed": ["a", "gone"], "freshness_days": 7},
        "vendor": {"exit": "none"},
    }
    spec = engagement(GOOD, plan=plan, economics={"predictions_per_month": 1000})
    found = decided(spec, audit(finding("stale", "major")), evaluation(DUMMY, candidate("linear", 0.85)))
    said = {p.item: p for p in found.plan}
    assert "gone" in said["Fields needed"].evidence
    assert said["Fields needed"].status == "gap"
    assert said["Freshness"].answer == "At most 7 days old"
    assert said["Exit"].answer == "none"
    assert said["Why now"].status == "open"


def test_a_go_is_wrong_for_at_most_five_in_a_hundred() -> None:
    """True quality just below the criterion, the best of four candidates taken by cross-validation."""
    generator = np.random.default_rng(1)
    wrong, trials, error = 0, 4000, 0.02
    for _ in range(trials):
        means = 0.7499 + generator.normal(0, error, 4) * 0.5 + generator.normal(0, error) * 0.866
        mean = means.max()
        holdout = 0.7499 + generator.normal(0, 2 * error)
        known = [Estimate(mean, mean - 1.96 * error, mean + 1.96 * error),
                 Estimate(holdout, holdout - 3.92 * error, holdout + 3.92 * error, "holdout")]  # fmt: skip
        wrong += judge(known, Bound(at_least=0.75)) == "pass"
    assert wrong / trials <= 0.05


@settings(max_examples=60, deadline=None)
@given(st.floats(-1, 1), st.floats(0, 1), st.floats(-1, 1))
def test_judging_is_the_same_from_both_sides(point: float, half: float, limit: float) -> None:
    up = judge([Estimate(point, point - half, point + half)], Bound(at_least=limit))
    down = judge([Estimate(-point, -point - half, -point + half)], Bound(at_most=-limit))
    assert up == down


def test_edges_of_judging() -> None:
    assert judge([], Bound(at_least=1)) == "inconclusive"
    assert judge_point(None, Bound(at_least=1)) == "inconclusive"
    assert judge_point(float("nan"), Bound(at_least=1)) == "inconclusive"
    assert judge_point(1.0, Bound(at_least=1)) == "pass"
    assert estimates_of(candidate("linear", float("nan"))) == []


def test_rows_to_settle_grow_with_the_square() -> None:
    bound = Bound(at_least=0.7)
    assert rows_to_settle(Estimate(0.71, 0.69, 0.73), bound, 1000) == 3000
    assert rows_to_settle(Estimate(0.7001, 0.68, 0.72), bound, 1000) is None
    assert rows_to_settle(Estimate(0.7, 0.68, 0.72), bound, 1000) is None
