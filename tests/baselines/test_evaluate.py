"""The stage as a whole."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult, Evaluation
from discovery.baselines import evaluate
from discovery.engagement import Engagement, UseCase
from discovery.errors import ColumnError, DataError, EngagementError, TargetError
from discovery.intake.table import Drop, Table

from .conftest import churn_frame, leak


def test_churn_is_learned_without_its_leak(churn):
    case = churn.use_case("u")
    assert (case.task, case.metric, case.split.kind) == ("binary", "roc_auc", "stratified")
    excluded = {c.column: c.why for c in case.excluded_columns}
    assert excluded["refund"].startswith("leak")
    assert excluded["customer_id"].startswith("identifier")
    assert [c.name for c in case.candidates] == ["dummy", "rule", "linear", "boosting", "forest", "blend"]
    assert all(c.error is None for c in case.candidates)
    assert case.candidate("dummy").mean == 0.5
    for name in ("rule", "linear", "boosting", "forest", "blend"):
        candidate = case.candidate(name)
        assert 0.7 < candidate.mean < 0.97
        low, high = candidate.ci95
        assert low < candidate.mean < high
        assert candidate.fit_seconds > 0
        assert candidate.latency_ms.p50 <= candidate.latency_ms.p95
        assert candidate.size_bytes > 500
    assert case.recommended in {"linear", "boosting", "forest", "blend"}
    assert case.recommended in case.why
    assert len(case.comparisons) == 15
    assert Evaluation.model_validate_json(churn.to_json()) == churn


def test_rule_reads_in_the_clients_words(churn):
    lines = churn.use_case("u").candidate("rule").rule
    assert 2 <= len(lines) <= 5
    assert any("tenure" in line and "churned is yes in" in line for line in lines)


def test_holdout_is_apart_and_comparisons_favour_the_better(churn):
    case = churn.use_case("u")
    assert case.split.holdout_rows + case.split.train_rows == 600
    pair = next(c for c in case.comparisons if {c.a, c.b} == {"linear", "dummy"})
    assert pair.better == "linear"
    assert pair.p_value < 0.05


def test_same_seed_same_result_with_any_number_of_workers(run):
    def judged(workers):
        case = run(churn_frame(200), "churned", drop=["refund"], more={"workers": workers}).use_cases[0]
        return [(c.name, c.scores, c.holdout, c.metrics) for c in case.candidates], case.recommended, case.slices

    assert judged(1) == judged(2)


def test_without_signal_the_dummy_is_recommended_or_said_to_be_unbeaten(run):
    g = np.random.default_rng(1)
    frame = pl.DataFrame({"a": g.normal(size=400), "b": g.normal(size=400), "y": g.integers(0, 2, 400)})
    case = run(frame, "y").use_cases[0]
    assert case.recommended == "dummy" or "not sure" in case.why
    assert all(c.better == "tie" for c in case.comparisons)


def test_messy_frame_just_works(run):
    g = np.random.default_rng(2)
    n = 400
    words = ["slow network", "bill too high again", "cancel my contract please now", "new phone screen broke"]
    topic = g.integers(0, 4, n)
    frame = pl.DataFrame(
        {
            "text": [f"Dear team {words[k]} and more words {i % 50}" for i, k in enumerate(topic)],
            "when": pl.date_range(pl.date(2020, 1, 1), pl.date(2021, 2, 3), "1d", eager=True).head(n),
            "at": pl.time_range(eager=True, interval="3m").head(n),
            "empty": pl.Series([None] * n, dtype=pl.Float64),
            "sparse": [1.5] + [None] * (n - 1),
            "infinite": np.where(np.arange(n) == 7, np.inf, g.normal(size=n)),
            "many": [f"v{int(i)}" for i in g.integers(0, 120, n)],
            "flag": g.random(n) < 0.5,
            "lists": [[1, 2]] * n,
            "y": np.where(topic == 2, "cancel", "other"),
        }
    )
    case = run(frame, "y").use_cases[0]
    assert {c.name: c.error for c in case.candidates if c.error} == {}
    assert {"empty", "lists"} <= {c.column for c in case.excluded_columns}
    assert case.candidate("text").mean > 0.95
    assert case.candidate("boosting").mean > 0.9


def test_multiclass_and_regression(run):
    g = np.random.default_rng(3)
    x = g.normal(size=(300, 3))
    kind = np.array(["red", "green", "blue"])[np.argmax(x + g.normal(0, 0.5, x.shape), axis=1)]
    frame = pl.DataFrame(
        {"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "kind": kind, "z": 3 * x[:, 0] + g.normal(size=300)}
    )
    multi = run(frame.drop("z"), "kind").use_cases[0]
    assert (multi.task, multi.metric) == ("multiclass", "roc_auc_ovr")
    assert multi.candidate("linear").mean > 0.85
    number = run(frame, "z").use_cases[0]
    assert (number.task, number.metric, number.recommended) == ("regression", "r2", "linear")
    assert number.candidate("linear").metrics["mean_absolute_error"] == pytest.approx(0.8, abs=0.15)


def test_what_cannot_be_done_is_refused_and_the_rest_done():
    table = Table.from_frame("t", churn_frame(120).with_columns(nothing=pl.lit(None, dtype=pl.Float64)))
    cases = [
        UseCase(name="good", table="t", target="churned", drop=["refund"]),
        UseCase(name="bad", table="t", target="nothing"),
    ]
    found = evaluate(Drop("d", {"t": table}), Engagement(name="e", use_cases=cases), AuditResult())
    assert [u.name for u in found.use_cases] == ["good"]
    assert found.refused[0]["name"] == "bad"
    assert "missing in every row" in found.refused[0]["why"]


@pytest.mark.parametrize(
    ("case", "error", "words"),
    [
        ({"target": "churn"}, ColumnError, "Did you mean 'churned'"),
        ({"target": "churned", "table": "tt"}, DataError, "Did you mean 't'"),
        ({"target": "churned", "drop": ["refnd"]}, ColumnError, "Did you mean 'refund'"),
        ({"target": "churned", "metric": "ndcg"}, EngagementError, "ranking"),
        ({"target": "churned", "metric": "r2"}, EngagementError, "not one for binary"),
        ({"target": "churned", "available_at_prediction": []}, TargetError, "no column is left"),
        ({"target": "churned", "custom": {"x": "no.such.thing"}}, EngagementError, "cannot be imported"),
        ({"target": "churned", "rules": ["@x > 1"]}, EngagementError, "may not use"),
    ],
)
def test_mistakes_are_one_line(case, error, words):
    case = {"name": "u", "table": "t"} | case
    table = Table.from_frame("t", churn_frame(120))
    engagement = Engagement(name="e", use_cases=[UseCase(**case)])
    with pytest.raises(error) as caught:
        evaluate(Drop("d", {"t": table}), engagement, AuditResult())
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_rules_and_custom_estimators_of_the_engagement(run):
    case = run(
        churn_frame(300),
        "churned",
        findings=(leak("t", "refund"),),
        rules=["tenure < 12 and contract == 'monthly'", "nonsense > 3"],
        custom={"bayes": "sklearn.naive_bayes.GaussianNB", "svm": "sklearn.svm.LinearSVC"},
    ).use_cases[0]
    assert case.candidate("rule_1").mean > 0.53
    assert "tenure < 12" in case.candidate("rule_1").rule[0]
    assert case.candidate("rule_2").error
    assert case.candidate("bayes").mean > 0.7
    assert case.candidate("svm").mean > 0.6


def test_leak_that_the_engagement_allows_stays(run):
    case = run(churn_frame(150), "churned", findings=(leak("t", "refund"),), allow=["refund"]).use_cases[0]
    assert "refund" in case.features


def test_a_tight_budget_still_answers_and_says_what_was_cut(run):
    case = run(churn_frame(300), "churned", drop=["refund"], more={"budget_seconds": 0.001}).use_cases[0]
    assert case.recommended == "rule"
    assert any(note.startswith("Cut to keep the budget") for note in case.notes)
