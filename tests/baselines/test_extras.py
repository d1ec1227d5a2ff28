"""What the client asks next, in worlds where the answer is known."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult, ColumnSummary, TableSummary
from discovery.baselines import evaluate, score
from discovery.baselines.importance import correlated_groups
from discovery.baselines.learning_curve import extrapolate
from discovery.engagement import Engagement, UseCase
from discovery.errors import ColumnError, DataError
from discovery.intake.table import Drop, Table

from .conftest import churn_frame, leak


@pytest.fixture(scope="module")
def planted(run):
    """A number that is noise for the segment 'north', and follows ``x`` elsewhere; ``twin`` copies ``x``."""
    g = np.random.default_rng(5)
    n = 1500
    x = g.normal(size=n)
    region = g.choice(["north", "south", "east", "west"], n)
    y = 3 * x + g.normal(0, np.where(region == "north", 4.0, 0.3), n)
    y[100] = 60.0
    frame = pl.DataFrame({"x": x, "twin": x * 2 + 1, "noise": g.normal(size=n), "region": region, "y": y})
    return run(frame, "y").use_cases[0]


def test_the_bad_segment_is_found_and_confirmed(planted):
    first = planted.slices[0]
    assert "region is 'north'" in first["where"]
    assert first["p_value"] < 0.001
    assert first["loss_ratio"] > 3
    assert first["score"] < first["score_elsewhere"]
    assert len(first["examples"]) == 3


def test_importance_takes_correlated_columns_together(planted):
    first = planted.importance[0]
    assert first["columns"] == ["x", "twin"]
    assert first["ci95"][0] > 0.5
    assert max(e["drop"] for e in planted.importance[1:]) < 0.05


def test_a_wild_value_is_a_suspected_label_error(planted):
    assert 101 in [e["row"] for e in planted.label_errors]


def test_robustness_learning_curve_and_calibration_of_numbers(planted):
    by_input = {r["input"]: r["score"] for r in planted.robustness}
    assert by_input["three cells in ten missing"] < by_input["one cell in ten missing"] < by_input["as it is"]
    assert by_input["numbers shifted by half a standard deviation"] < by_input["as it is"]
    rows = [p["rows"] for p in planted.learning_curve["points"]]
    assert rows == sorted(rows)
    assert planted.learning_curve["summary"]
    assert 0.8 < planted.calibration["interval90_holdout_coverage"] < 0.97
    assert planted.thresholds == planted.risk_coverage == {}


def test_no_segment_is_claimed_where_all_are_alike(run):
    claimed = 0
    for seed in range(2):
        g = np.random.default_rng(seed)
        x = g.normal(size=(500, 4))
        frame = pl.DataFrame({f"x{i}": x[:, i] for i in range(4)} | {"y": x[:, 0] + g.normal(size=500)})
        claimed += len(run(frame, "y").use_cases[0].slices)
    assert claimed <= 1


def test_leaks_are_shown_beside_the_honest_score(churn):
    found = churn.use_case("u").with_leaks
    assert found["columns"] == ["refund"]
    assert found["score"] > 0.99 > found["honest"]


def test_operating_points_of_the_churn_world(churn):
    case = churn.use_case("u")
    best = case.thresholds["best"]
    assert best["cost_per_case"] <= min(
        case.thresholds["cost_per_case_if_all_flagged"], case.thresholds["cost_per_case_if_none_flagged"]
    )
    assert case.thresholds["holdout"]["cost_ci95"][0] <= case.thresholds["holdout"]["cost_per_case"]
    shares = [t["share"] for t in case.risk_coverage["targets"]]
    assert shares == sorted(shares, reverse=True)
    assert case.risk_coverage["points"][-1]["share"] == 1.0
    bins = case.calibration["bins"]
    assert bins[0]["observed"] < bins[-1]["observed"]
    assert 0.5 < case.calibration["slope"] < 1.5
    economics = case.economics
    assert economics["review_cases_per_month"] == pytest.approx(1000 * (1 - case.risk_coverage["automated_share"]))
    assert economics["total_per_month"] > economics["compute_per_month"] > 0


def test_fairness_scores_every_group(churn):
    entry = churn.use_case("u").fairness[0]
    assert entry["column"] == "region"
    assert len(entry["groups"]) == 8
    assert entry["gap"] >= 0
    assert 0 <= entry["selection_ratio"] <= 1


def test_fairness_bands_a_number(run):
    case = run(churn_frame(400), "churned", drop=["refund"], protected=["charge", "tenure"]).use_cases[0]
    assert [len(e["groups"]) for e in case.fairness] == [4, 4]
    assert case.fairness[0]["groups"][0]["group"].startswith("under")


def test_time_order_shows_what_a_random_split_would_claim():
    g = np.random.default_rng(0)
    n = 1200
    level = np.cumsum(g.normal(size=n // 10)).repeat(10)
    frame = pl.DataFrame(
        {
            "day": pl.date_range(pl.date(2023, 1, 1), pl.date(2023, 4, 30), "1d", eager=True).gather(
                np.arange(n) // 10
            ),
            "x": g.normal(size=n),
            "y": 5 * level + g.normal(size=n),
        }
    )
    table = Table.from_frame("t", frame)
    audit = AuditResult(tables=[TableSummary(name="t", source="t", rows=n, time="day")])
    engagement = Engagement(name="e", use_cases=[UseCase(name="u", table="t", target="y")])
    case = evaluate(Drop("d", {"t": table}), engagement, audit).use_cases[0]
    assert case.split.kind == "time"
    assert case.naive_split["score"] > case.naive_split["honest"] + 0.2
    assert "Random split" in case.naive_split["summary"]


def test_personal_values_are_masked_and_direct_identifiers_left_out():
    frame = churn_frame(400).with_columns(
        mail=pl.Series([f"person{i % 300}@x.org" for i in range(400)]),
        born=pl.Series([1950.0 + i % 50 for i in range(400)]),
    )
    table = Table.from_frame("t", frame)
    columns = [
        ColumnSummary(name="mail", type="text", semantic="email", personal=True),
        ColumnSummary(name="born", type="number", semantic="birth_date", personal=True),
    ]
    audit = AuditResult(
        tables=[TableSummary(name="t", source="t", rows=400, columns=columns)], findings=[leak("t", "refund")]
    )
    engagement = Engagement(name="e", use_cases=[UseCase(name="u", table="t", target="churned")])
    found = evaluate(Drop("d", {"t": table}), engagement, audit)
    case = found.use_cases[0]
    assert "mail" in {c.column for c in case.excluded_columns}
    assert "born" in case.features
    assert "@x.org" not in found.to_json()
    assert not any("born" in s["columns"] for s in case.slices)


def test_saved_model_scores_a_table_again(tmp_path):
    table = Table.from_frame("t", churn_frame(300))
    engagement = Engagement(
        name="e", use_cases=[UseCase(name="who leaves/när?", table="t", target="churned", drop=["refund"])]
    )
    case = evaluate(Drop("d", {"t": table}), engagement, AuditResult(), out=tmp_path).use_cases[0]
    path = tmp_path / case.economics["model"]["path"]
    found = score(path, table)
    assert found.height == 300
    assert (found["p(no)"] + found["p(yes)"]).to_list() == pytest.approx([1.0] * 300)
    truth = table.frame["churned"]
    assert (found["prediction"] == truth).mean() > 0.6
    as_text = Table.from_frame("t", table.frame.select(pl.all().cast(pl.String)))
    assert score(path, as_text)["p(yes)"].to_list() == pytest.approx(found["p(yes)"].to_list())
    card = json.loads((tmp_path / case.economics["model"]["card"]).read_text())
    assert card["candidate"] == case.recommended
    assert (card["format"], path.suffix, "warning" in card) == ("skops", ".skops", False)
    with pytest.raises(ColumnError, match="needs column"):
        score(path, Table.from_frame("t", table.frame.drop("tenure")))
    with pytest.raises(DataError, match="no such model"):
        score(tmp_path / "none.joblib", table)
    (tmp_path / "bad.joblib").write_bytes(b"not a model")
    with pytest.raises(DataError, match="no saved model"):
        score(tmp_path / "bad.joblib", table)


def test_power_law_is_carried_on():
    sizes = np.array([100.0, 200, 400, 800])
    losses = 0.2 + 2.0 * sizes**-0.5
    assert extrapolate(sizes, losses, 1600) == pytest.approx(0.25)
    assert extrapolate(sizes, np.full(4, 0.3), 1600) == pytest.approx(0.3)


def test_correlated_groups_link_through_a_third():
    import pandas as pd

    x = np.arange(200.0)
    g = np.random.default_rng(0)
    frame = pd.DataFrame({"a": x, "b": g.normal(size=200), "c": -x, "d": np.full(200, np.nan)})
    assert correlated_groups(frame) == [["a", "c"], ["b"], ["d"]]


def test_a_leak_that_gives_nothing_away_is_said_to(run):
    g = np.random.default_rng(0)
    x = g.normal(size=300)
    frame = pl.DataFrame({"x": x, "copy": 2 * x, "y": x + g.normal(0, 0.3, 300)})
    found = run(frame, "y", findings=(leak("t", "copy"),)).use_cases[0]
    assert "no better than" in found.with_leaks["summary"]
