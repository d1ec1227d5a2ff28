"""A believable engagement as artifacts: three use cases, five tables, forty findings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from discovery.artifacts import (
    Association,
    AuditResult,
    CandidateResult,
    ColumnSummary,
    Comparison,
    Decisions,
    Evaluation,
    Evidence,
    ExcludedColumn,
    Finding,
    Histogram,
    InputFile,
    Latency,
    RunRecord,
    Split,
    StageRecord,
    TableSummary,
    UseCaseEvaluation,
)
from discovery.decision import decide
from discovery.engagement import Engagement


@dataclass(frozen=True)
class Sample:
    """All that a report is made of."""

    engagement: Engagement
    audit: AuditResult
    evaluation: Evaluation
    decisions: Decisions
    record: RunRecord


ENGAGEMENT = Engagement.model_validate(
    {
        "name": "Nordwind Mobil, week 1",
        "client": "Nordwind Mobil GmbH",
        "prepared_by": "Discovery team",
        "use_cases": [
            {
                "name": "churn",
                "title": "Call customers before they leave",
                "table": "customers",
                "target": "churned",
                "metric": "roc_auc",
                "owner": "Head of retention",
                "economics": {"predictions_per_month": 2600, "review_cost_per_case": 2.5},
                "acceptance": {
                    "quality": {"at_least": 0.75, "why": "below this the list is no better than tenure alone"},
                    "gain_over_dummy": {"at_least": 0.1},
                    "latency_ms_p95": {"at_most": 250},
                    "cost_per_1000": {"at_most": 1.0},
                },
                "plan": {
                    "workflow": {"who": "30 agents of the retention desk", "why_now": "Churn rose by a fifth"}
                },
            },
            {
                "name": "handling_time",
                "title": "Plan the support shifts from predicted handling minutes",
                "table": "tickets",
                "target": "handling_minutes",
                "metric": "r2",
                "owner": "Head of support",
                "acceptance": {"quality": {"at_least": 0.5}},
            },
            {
                "name": "late_payment",
                "title": "Ask for prepayment where an invoice will be paid late",
                "table": "invoices",
                "target": "paid_late",
                "metric": "roc_auc",
                "acceptance": {"quality": {"at_least": 0.7, "why": "agreed with receivables"}},
            },
        ],
    }
)

_SHAPES = {
    "customers": ("customer_id", "joined_on", "region", "tenure", "monthly_fee", "email", "gender", "churned"),
    "subscriptions": ("subscription_id", "customer_id", "plan_code", "started_on", "ended_on", "discount"),
    "invoices": ("invoice_no", "customer_id", "issued_on", "amount", "dunning_level", "paid_late"),
    "tickets": ("ticket_id", "customer_id", "created_at", "subject", "body", "handling_minutes"),
    "usage": ("customer_id", "day", "minutes", "megabytes", "roaming"),
}
_ROWS = {"customers": 2610, "subscriptions": 3144, "invoices": 15212, "tickets": 1893, "usage": 78300}


def _column(table: str, name: str, position: int) -> ColumnSummary:
    rows = _ROWS[table]
    missing = rows * (position * 7 % 31) // 100 if position % 2 else 0
    more: dict[str, object] = {"missing": missing}
    if name.endswith(("_id", "_no")):
        return ColumnSummary(name=name, type="string", distinct=rows, semantic="id", **more)
    if name == "email":
        return ColumnSummary(name=name, type="string", semantic="email", distinct=rows, personal=True, **more)
    if name in {"region", "plan_code", "gender", "roaming", "churned", "paid_late", "subject"}:
        top = [("North", rows // 2), ("South", rows // 4), ("north ", rows // 9), ("?", 12)]
        return ColumnSummary(name=name, type="string", distinct=4, top=top, **more)
    counts = [max(0, int(rows * w / 100)) for w in (2, 6, 14, 22, 18, 13, 9, 6, 4, 3, 2, 1)]
    histogram = Histogram(edges=[12.5 * i for i in range(13)], counts=counts)
    return ColumnSummary(
        name=name, type="float", distinct=900, minimum="0", maximum="150", mean=52.1, histogram=histogram, **more
    )


def tables() -> list[TableSummary]:
    return [
        TableSummary(
            name=name,
            source=f"{name}.csv",
            rows=_ROWS[name],
            columns=[_column(name, c, i) for i, c in enumerate(columns)],
            key=[columns[0]] if name != "usage" else [],
            associations=[
                Association(columns=(columns[0], columns[1]), measure="cramers_v", value=0.87),
                Association(columns=(columns[1], columns[2]), measure="pearson", value=-0.61),
            ],
            time="issued_on" if name == "invoices" else None,
            reading={"format": "csv", "encoding": "cp1252", "dialect": {"delimiter": ";", "decimal": ","},
                     "assumptions": ["Decimal comma, since 2,610 values need it."]},
        )
        for name, columns in _SHAPES.items()
    ]  # fmt: skip


def _finding(
    kind: str, table: str, columns: list[str], severity: str, rows: int, summary: str, **more: object
) -> Finding:
    fraction = rows / _ROWS[table]
    return Finding.model_validate(
        {"kind": kind, "table": table, "columns": columns, "severity": severity, "rows_affected": rows,
         "fraction": fraction, "summary": summary, **more}
    )  # fmt: skip


def findings() -> list[Finding]:
    told = [
        _finding("sentinel_missing", "customers", ["tenure"], "major", 374,
                 "'tenure' holds -999 in 374 rows (14% of them): a value that stands for missing.",
                 consequence="Read as a number, it drags the mean tenure from 31 months to -117.",
                 advice="Read -999 as missing, and ask billing why it is not known.",
                 fix="customers['tenure'] = customers['tenure'].mask(customers['tenure'] == -999)",
                 evidence=[Evidence(row=17, values={"tenure": "-999", "region": "North"}),
                           Evidence(row=44, values={"tenure": "-999", "region": "South"})], status="recurring"),
        _finding("leak", "invoices", ["dunning_level"], "major", 15212,
                 "'dunning_level' gives the target away: it is above 0 only after an invoice is paid late.",
                 consequence="A model with it would look perfect and be useless.",
                 advice="Leave it out, or use its value on the day of the invoice."),
        _finding("orphan_fk", "subscriptions", ["customer_id"], "major", 121,
                 "121 subscriptions belong to a customer that is not in 'customers'.",
                 consequence="They fall out of every join.", advice="Deliver the missing customers.", status="new"),
        _finding("pii", "customers", ["email"], "major", 2610, "'email' holds e-mail addresses.",
                 consequence="It may not leave the company, and a model must not learn it.",
                 advice="Mask it before delivery.", evidence=[Evidence(row=1, values={"email": "a•••@•••.de"})]),
        _finding("inconsistent_category", "customers", ["region"], "minor", 290,
                 "'region' spells North in 3 ways.", advice="Map the variants to one spelling.", status="worse"),
    ]  # fmt: skip
    kinds = ["missing", "duplicate_rows", "bad_date", "outlier", "near_constant", "stale", "unit_mix"]
    severities = ["major", "minor", "minor", "info", "minor"]
    for i in range(35):
        table = list(_SHAPES)[i % 5]
        column = _SHAPES[table][i % 5]
        kind = kinds[i % 7]
        told.append(
            _finding(kind, table, [column], severities[i % 5], 40 + 13 * i,
                     f"'{column}' has a fault of kind {kind.replace('_', ' ')} in {40 + 13 * i} rows.",
                     advice=f"Mend '{column}' at the source.", status="fixed" if i == 30 else None)
        )  # fmt: skip
    unique = {f.id: f for f in told}
    return sorted(unique.values(), key=lambda f: ["blocker", "major", "minor", "info"].index(f.severity))


def candidate(name: str, family: str, mean: float, half: float, holdout: float, **more: object) -> CandidateResult:
    return CandidateResult.model_validate(
        {"name": name, "family": family, "mean": mean, "ci95": (mean - half, mean + half), "holdout": holdout,
         "holdout_ci95": (holdout - 1.6 * half, holdout + 1.6 * half), "scores": [mean - half, mean + half],
         "fit_seconds": 0.42, "latency_ms": Latency(p50=1.8, p95=2.9), "size_bytes": 184_000,
         "cost_per_1000": 0.0004, **more}
    )  # fmt: skip


def churn() -> UseCaseEvaluation:
    return UseCaseEvaluation(
        name="churn", table="customers", target="churned", task="binary", task_why="the target has two values",
        metric="roc_auc", rows_used=2601, features=["joined_on", "region", "tenure", "monthly_fee", "gender"],
        split=Split(kind="stratified", folds=5, repeats=2, why="no group repeats, no order.", holdout_rows=520),
        candidates=[
            candidate("dummy", "dummy", 0.5, 0.0, 0.5),
            candidate("rule", "rule", 0.742, 0.02, 0.735, rule=["if tenure < 6: yes", "else: no"]),
            candidate("linear", "linear", 0.812, 0.018, 0.806),
            candidate("boosting", "boosting", 0.815, 0.019, 0.809),
        ],
        comparisons=[
            Comparison(a="linear", b="dummy", difference=0.312, ci95=(0.294, 0.33), better="linear"),
            Comparison(a="boosting", b="linear", difference=0.003, ci95=(-0.006, 0.012), better="tie"),
        ],
        recommended="linear",
        why="'linear' is the simplest candidate within 0.005 of the best: its ROC AUC is 0.812, "
        "that of 'boosting' 0.815; the chance that 'boosting' is better by more than that is 18%.",
        slices=[{"where": "plan_code is FLEX, tenure below 3", "columns": ["plan_code", "tenure"], "rows": 212,
                 "share": 0.081, "metric": "roc_auc", "score": 0.69, "score_elsewhere": 0.83, "loss_ratio": 1.6,
                 "p_value": 0.003, "error_rate": 0.31, "error_rate_elsewhere": 0.17, "examples": []}],
        risk_coverage={"points": [{"share": c / 10, "accuracy": 0.99 - 0.016 * c} for c in range(1, 11)],
                       "targets": [{"accuracy": 0.95, "share": 0.44}], "target": 0.95, "automated_share": 0.44,
                       "majority_accuracy": 0.73, "summary": "44% of the rows at 95% accuracy."},
        calibration={"of": "probability of yes", "expected_calibration_error": 0.021, "slope": 0.97,
                     "bins": [{"predicted": b / 10 + 0.05, "observed": b / 10 + 0.04, "rows": 260,
                               "ci95": [b / 10, b / 10 + 0.09]} for b in range(10)]},
        thresholds={"chosen_by": "the least cost under the cost matrix", "currency": "EUR",
                    "best": {"threshold": 0.31, "flagged_share": 0.36, "precision": 0.52, "recall": 0.74,
                             "cost_per_case": -8.1}},
        robustness=[{"input": "as it is", "score": 0.806, "change": 0.0},
                    {"input": "tenure missing", "score": 0.75, "change": -0.056}],
        fairness=[{"column": "gender", "groups": [{"group": "f", "rows": 260, "score": 0.81},
                                                  {"group": "m", "rows": 260, "score": 0.80}]}],
        label_errors=[{"row": 17, "given": "yes", "suggested": "no", "probability_of_given": 0.03}],
        learning_curve={"points": [{"rows": r, "score": s}
                                   for r, s in ((260, 0.74), (650, 0.78), (1300, 0.80), (2080, 0.812))],
                        "summary": "Twice the data would give about +0.005 to +0.012 of roc_auc."},
        importance=[{"column": "tenure", "drop": 0.11, "ci95": [0.09, 0.13]}],
        economics={"currency": "EUR", "cost_per_1000": 0.0004, "predictions_per_month": 2600,
                   "compute_per_month": 0.001, "total_per_month": 12.5},
    )  # fmt: skip


def handling_time() -> UseCaseEvaluation:
    return UseCaseEvaluation(
        name="handling_time", table="tickets", target="handling_minutes", task="regression", metric="r2",
        rows_used=1860, features=["created_at", "subject", "body"],
        split=Split(kind="time", folds=5, repeats=1, why="tickets are predicted in the order they come.",
                    holdout_rows=372),
        candidates=[candidate("dummy", "dummy", -0.01, 0.01, -0.02),
                    candidate("linear", "linear", 0.47, 0.08, 0.45),
                    candidate("boosting", "boosting", 0.49, 0.07, 0.47)],
        recommended="boosting",
        naive_split={"kind": "random", "score": 0.61, "honest": 0.47,
                     "summary": "Random split: 0.610; by time: 0.470."},
    )  # fmt: skip


def late_payment() -> UseCaseEvaluation:
    return UseCaseEvaluation(
        name="late_payment", table="invoices", target="paid_late", task="binary", metric="roc_auc",
        rows_used=15212, features=["amount", "issued_on"],
        excluded_columns=[ExcludedColumn(column="dunning_level", why="leak: known only after the outcome")],
        split=Split(kind="group", folds=5, repeats=2, why="customers repeat.", holdout_rows=3000, by="customer_id"),
        candidates=[candidate("dummy", "dummy", 0.5, 0.0, 0.5), candidate("linear", "linear", 0.512, 0.014, 0.508)],
        comparisons=[Comparison(a="linear", b="dummy", difference=0.012, ci95=(-0.002, 0.026), better="tie")],
        recommended="linear",
        with_leaks={"columns": ["dunning_level"], "score": 0.994, "honest": 0.508,
                    "summary": "With dunning_level 0.994."},
    )  # fmt: skip


@pytest.fixture(scope="session")
def sample() -> Sample:
    """A go, a hold and a no-go."""
    audit = AuditResult(
        tables=tables(),
        findings=findings(),
        relations=[
            {"table": t, "columns": ["customer_id"], "to_table": "customers", "to_columns": ["customer_id"]}
            for t in ("subscriptions", "invoices", "tickets", "usage")
        ],
        contract={
            "customers": {
                "success": False,
                "passed": 63,
                "failed": 1,
                "errored": 0,
                "not_met": [
                    {"columns": ["email"], "words": "Expected that email has the agreed form: 15 of 2,610 do not."}
                ],
            },
            "usage": {"success": True, "passed": 12, "failed": 0, "errored": 0},
        },
        not_run=[{"check": "near_duplicate", "table": "usage", "reason": "too many rows"}],
    )
    evaluation = Evaluation(use_cases=[churn(), handling_time(), late_payment()])
    start = datetime(2026, 9, 15, 9, 30, tzinfo=UTC)
    record = RunRecord(
        run_id="20260915-093000-3f2a", status="ok", engagement="Nordwind", drop="2026-09-14", drop_hash="ab" * 32,
        started=start, ended=start + timedelta(seconds=41), versions={"python": "3.11.9", "discovery": "0.1.0"},
        inputs=[InputFile(path="customers.csv", sha256="cd" * 32, bytes=234_567)],
        stages=[StageRecord(name="audit", seconds=6.1, peak_memory_mb=412.0)],
    )  # fmt: skip
    return Sample(ENGAGEMENT, audit, evaluation, decide(ENGAGEMENT, audit, evaluation), record)
