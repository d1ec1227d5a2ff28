"""Evidence meets plan."""

from __future__ import annotations

from datetime import date
from typing import Any

from discovery.artifacts import (
    CandidateResult,
    ColumnSummary,
    Finding,
    Latency,
    Split,
    TableSummary,
    UseCaseEvaluation,
)
from discovery.decision.plan import plan_for, plan_questions
from discovery.decision.subject import Subject
from discovery.engagement import UseCase


def _tables() -> dict[str, TableSummary]:
    customers = TableSummary(
        name="customers", source="customers.csv", rows=100, time="seen",
        columns=[ColumnSummary(name="tenure", type="integer", missing=10),
                 ColumnSummary(name="plan", type="text"),
                 ColumnSummary(name="email", type="text", personal=True),
                 ColumnSummary(name="seen", type="date", maximum="2026-09-10")],
    )  # fmt: skip
    usage = TableSummary(
        name="usage", source="usage.csv", rows=50, time="day",
        columns=[ColumnSummary(name="day", type="date", maximum="2026-08-01 10:00:00"),
                 ColumnSummary(name="calls", type="integer", missing=5)],
    )  # fmt: skip
    return {"customers": customers, "usage": usage}


EVALUATION = UseCaseEvaluation(
    name="u", table="customers", target="left", task="binary", metric="roc_auc", rows_used=100,
    features=["tenure", "plan"], split=Split(kind="random", folds=5, repeats=1, why="", holdout_rows=20),
    recommended="linear",
    candidates=[CandidateResult(name="rule", family="rule", mean=0.7)],
    slices=[{"where": "plan is FLEX", "share": 0.3, "score": 0.6, "score_elsewhere": 0.8, "error_rate": 0.3,
             "error_rate_elsewhere": 0.1}],
    risk_coverage={"target": 0.95, "automated_share": 0.7, "targets": [
        {"accuracy": 0.9, "share": 0.9, "confidence": 0.6, "holdout_share": 0.88, "holdout_accuracy": 0.91,
         "holdout_ci95": [0.88, 0.93]},
        {"accuracy": 0.95, "share": 0.7, "confidence": 0.8, "holdout_share": 0.71, "holdout_accuracy": 0.94,
         "holdout_ci95": [0.90, 0.96]}]},
    economics={"currency": "EUR", "rows_per_second": 1000, "price_per_cpu_hour": 0.05, "total_per_month": 2000.0,
               "review_cases_per_month": 750.0},
)  # fmt: skip
LINEAR = CandidateResult(
    name="linear",
    family="linear",
    mean=0.8,
    ci95=(0.78, 0.82),
    latency_ms=Latency(p50=1, p95=2),
    cost_per_1000=1e-5,
)


def items(plan: dict[str, Any], evaluation: UseCaseEvaluation | None = EVALUATION, **use: Any) -> dict[str, Any]:
    tables = _tables()
    made = UseCase.model_validate({"name": "u", "table": "customers", "target": "left", "plan": plan, **use})
    gap = Finding(kind="missing", table="customers", columns=["tenure"], severity="major", summary="A gap.")
    subject = Subject(made, evaluation, [gap], tables["customers"], tables, date(2026, 9, 15))
    return {p.key: p for p in plan_for(subject, LINEAR if evaluation else None)}


def test_fields_of_other_tables_are_found_and_absent_ones_named() -> None:
    found = items({"context": {"fields_needed": ["tenure", "usage.calls", "usage.gone"]}})["context.fields_needed"]
    assert found.status == "gap"
    assert "2 of 3 are in the drop. Not there: usage.gone." in found.evidence
    assert "'tenure' with 90" in found.evidence
    whole = items({"context": {"fields_needed": "plan"}})["context.fields_needed"]
    assert (whole.status, whole.evidence) == ("measured", "1 of 1 are in the drop. All of these are complete.")


def test_the_oldest_table_that_is_needed_decides_about_freshness() -> None:
    fresh = items({"context": {"freshness_days": 7}})["context.freshness"]
    assert (fresh.status, fresh.answer) == ("measured", "At most 7 days old")
    stale = items({"context": {"freshness_days": 7, "fields_needed": ["usage.calls"]}})["context.freshness"]
    assert stale.status == "gap"
    assert "'day' of 'usage' is 2026-08-01: 45 days old" in stale.evidence


def test_personal_columns_that_nobody_listed_are_a_gap() -> None:
    assert items({})["privacy.fields_to_mask"].status == "measured"
    found = items({"privacy": {"fields_to_mask": ["tenure"]}})["privacy.fields_to_mask"]
    assert found.status == "gap"
    assert "Not on the client's list: email." in found.evidence
    assert (
        items({"privacy": {"fields_to_mask": ["customers.email"]}})["privacy.fields_to_mask"].status == "measured"
    )


def test_targets_are_held_against_what_was_measured() -> None:
    plan = {"acceptance": {"review_pass_rate": 0.99}, "economics": {"cost_per_month": 1500}}
    found = items(plan, acceptance={"latency_ms_p95": {"at_most": 1}, "cost_per_1000": {"at_most": 1}},
                  economics={"predictions_per_month": 2500, "review_cost_per_case": 2.5})  # fmt: skip
    assert found["acceptance.review_pass_rate"].status == "gap"
    assert found["economics.cost_per_month"].status == "gap"
    assert found["acceptance.latency"].status == "gap"
    assert found["acceptance.cost"].status == "measured"
    assert "under 0.01 EUR" in found["acceptance.cost"].evidence
    assert "2,500 predictions" in found["economics.volume"].evidence
    assert "750 a month" in found["economics.review_load"].evidence


def test_the_safest_segment_and_the_fallback_have_their_figures() -> None:
    found = items({})
    assert "all cases but those where plan is FLEX, 70" in found["rollout.first_segment"].evidence
    assert "wrong in 10" in found["rollout.first_segment"].evidence
    assert "ROC AUC 0.700" in found["acceptance.fallback"].evidence
    assert "Below a confidence of 0.80" in found["acceptance.fallback"].evidence


def test_what_nobody_answered_is_asked_once_an_area() -> None:
    tables = _tables()
    use = UseCase(name="u", table="customers", target="left", owner="Head of retention")
    subject = Subject(use, None, [], tables["customers"], tables)
    found = plan_for(subject, None)
    asked = plan_questions(subject, found)
    assert len({p.area for p in found}) == 10
    assert len(asked) == 10
    assert all(q.owner and q.blocks and q.text.endswith("?") for q in asked)
    assert any("Who may pause it?" in q.text for q in asked)
    stated = items({"rollout": {"may_pause": "The shift lead"}})
    assert (stated["rollout.may_pause"].status, stated["rollout.may_pause"].answer) == ("stated", "The shift lead")
