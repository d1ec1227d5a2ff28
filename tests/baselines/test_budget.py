"""Budgets in time and samples of rows: what is decided, what is said, and that it holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult
from discovery.baselines import evaluate, schedule
from discovery.baselines import problem as problems
from discovery.baselines.budget import Budget, parse_seconds
from discovery.baselines.candidates import build_candidates
from discovery.baselines.measures import MEASURES
from discovery.baselines.problem import prepare
from discovery.baselines.sampling import draw, evidence
from discovery.engagement import Engagement, UseCase, default_engagement
from discovery.intake import read_drop
from discovery.intake.table import Drop, Table

from .conftest import churn_frame


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("5m", 300), ("1h", 3600), ("1h30m", 5400), (" 2 min ", 120), ("0.5h", 1800)],
)
def test_times_are_read(text, seconds):
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "5x", "m", "-5", "5m!", "0", "1e3s", "nan", "5 minutes ago"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"no time|more than 0"):
        parse_seconds(text)


def test_classes_keep_their_shares():
    y = np.repeat([0, 1, 2], [9000, 900, 100])
    rows, rule = draw(y, None, None, 1000, 0, True)
    assert np.abs(np.bincount(y[rows]) - [900, 90, 10]).max() <= 1
    assert (len(np.unique(rows)), "shares" in rule) == (1000, True)
    assert (draw(y, None, None, 1000, 0, True)[0] == rows).all()


def test_groups_stay_whole():
    groups = np.random.default_rng(0).integers(0, 500, 10_000)
    rows, rule = draw(np.zeros(10_000), groups, None, 2000, 0, False)
    taken = np.unique(groups[rows])
    assert np.isin(groups, taken).sum() == len(rows)
    assert 1900 < len(rows) <= 2000
    assert "whole groups" in rule


def test_the_latest_times_are_kept_whole():
    order = np.random.default_rng(0).integers(0, 100, 10_000)
    rows, rule = draw(np.zeros(10_000), None, order, 2000, 0, False)
    first = order[rows].min()
    assert (order >= first).sum() == len(rows) <= 2000
    assert len(rows) + (order == first - 1).sum() > 2000
    assert "latest" in rule


def test_one_time_or_a_giant_group_is_cut_at_random():
    y = np.zeros(10_000)
    assert len(draw(y, None, np.zeros(10_000), 1000, 0, False)[0]) == 1000
    assert len(draw(y, np.repeat([0, 1], 5000), None, 1000, 0, False)[0]) == 1000


def test_numbers_are_drawn_at_random():
    rows, rule = draw(np.random.default_rng(0).normal(size=5000), None, None, 500, 1, False)
    assert (len(rows), rule) == (500, "drawn at random with seed 1")


def test_the_learning_curve_is_the_evidence():
    flat = {
        "points": [{"rows": 10, "score": 0.8}, {"rows": 20, "score": 0.801}],
        "twice_the_data": {"gain_high": 0.0},
    }
    steep = flat | {"twice_the_data": {"gain_high": 0.03}}
    assert evidence(MEASURES["roc_auc"], flat)["enough"] is True
    assert evidence(MEASURES["roc_auc"], steep)["enough"] is False
    assert "+0.0010" in evidence(MEASURES["roc_auc"], steep)["evidence"]
    assert evidence(MEASURES["roc_auc"], {})["enough"] is None


def planned(
    monkeypatch: pytest.MonkeyPatch, seconds: float | None, each: float
) -> tuple[schedule.Schedule, Budget]:
    """Schedule a table of 4,000 rows where a fit takes ``each`` seconds a row, fifteen times that for boosting."""
    monkeypatch.setattr(problems, "REPEATED_BELOW", 5000)
    frame = churn_frame(4000).drop("refund")
    case = UseCase(name="u", table="t", target="churned")
    drop = Drop("d", {"t": Table.from_frame("t", frame)})
    problem = prepare(drop, Engagement(name="e", use_cases=[case]), case, AuditResult(), seed=0)
    candidates = build_candidates(problem.shape, case)
    slow = {"boosting": 15.0}
    monkeypatch.setattr(
        schedule,
        "_probe",
        lambda *_: {c.name: schedule.Line(0.0, each * slow.get(c.name, 0.1)) for c in candidates},
    )
    budget = Budget(seconds)
    return schedule.schedule(problem, candidates, budget, 1), budget


def test_without_a_budget_everything_is_run(monkeypatch):
    found, budget = planned(monkeypatch, None, 1.0)
    assert (found.rows, found.repeats, "boosting" in found.names) == (None, 2, True)
    assert budget.summary() == {}


def test_repeats_go_first_then_rows_then_the_slowest(monkeypatch):
    seen = []
    for each in (1e-6, 7e-5, 1e-4, 2e-3):
        found, budget = planned(monkeypatch, 60.0, each)
        seen.append((found.repeats, found.rows, "boosting" in found.names, "linear" in found.names))
        if found.rows is not None:
            assert any(f"{4000 - found.rows:,} of 4,000 rows" in c for c in budget.cut)
    assert seen[0] == (2, None, True, True)
    assert seen[1][:3] == (1, None, True)
    assert seen[2][0] == 1
    assert 3000 <= seen[2][1] < 4000
    assert seen[2][2]
    assert not seen[3][2]
    assert seen[3][3]


def test_a_shorter_budget_never_takes_more(monkeypatch):
    found = [planned(monkeypatch, s, 2e-4)[0] for s in (100.0, 50.0, 25.0, 5.0, 0.5)]
    takes = [(len(f.names), f.rows or 4000) for f in found]
    assert takes == sorted(takes, reverse=True)
    assert takes[-1] < takes[0]


def quiet() -> None:
    """Skip where so much else runs that no time on the wall says anything."""
    if os.getloadavg()[0] > 4 * (os.cpu_count() or 1):
        pytest.skip("the machine is too busy to measure time on the wall")


@pytest.mark.open_data
@pytest.mark.parametrize("seconds", [10.0, 25.0])
def test_a_budget_holds_on_adult(open_data, seconds):
    quiet()
    source = open_data / "adult_train_raw.csv"
    found = evaluate(read_drop(source), default_engagement(source, "income"), AuditResult(), budget_seconds=seconds)
    case = found.use_cases[0]
    assert case.budget["taken_seconds"] <= 1.2 * seconds
    assert case.recommended not in {None, "dummy"}
    if case.sampling:
        assert case.sampling["rows_used"] == case.rows_used < 32_561
        assert any(f"{case.rows_used:,} of 32,561 rows were used" in n for n in case.notes)


LARGE = """
import json, resource
import numpy as np, polars as pl
from discovery.artifacts import AuditResult
from discovery.baselines import evaluate
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Drop, Table

n, g = 1_000_000, np.random.default_rng(0)
x = g.normal(size=(n, 4))
frame = pl.DataFrame(
    {f"x{i}": x[:, i] for i in range(4)}
    | {"plan": np.array(list("abcd"))[g.integers(0, 4, n)], "y": np.where(x[:, 0] + g.normal(size=n) > 0, "a", "b")}
)
table = Table.from_frame("t", frame)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
case = UseCase(name="u", table="t", target="y")
found = evaluate(Drop("d", {"t": table}), Engagement(name="e", use_cases=[case]), AuditResult(), budget_seconds=20)
more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([found.use_cases[0].budget, found.use_cases[0].sampling, more]))
"""


def test_a_million_rows_take_bounded_time_and_memory():
    quiet()
    done = subprocess.run([sys.executable, "-c", LARGE], capture_output=True, text=True, check=True, timeout=300)
    budget, sampling, megabytes = json.loads(done.stdout.splitlines()[-1])
    assert budget["taken_seconds"] <= 24
    assert sampling["rows_available"] == 1_000_000
    assert sampling["rows_used"] <= 50_000
    assert megabytes < 600


def test_a_time_split_uses_the_latest(run):
    g = np.random.default_rng(0)
    days = pl.date_range(pl.date(2020, 1, 1), pl.date(2021, 12, 31), "1d", eager=True)
    frame = pl.DataFrame({"day": days.sample(60_000, with_replacement=True, seed=0), "x": g.normal(size=60_000)})
    frame = frame.with_columns(y=pl.col("x") + pl.Series(g.normal(size=60_000)))
    case = run(frame, "y", time="day", more={"budget_seconds": 30.0}).use_cases[0]
    assert case.sampling["rule"] == "the latest times, whole"
    assert case.rows_used <= 50_000
