"""Rows are divided as the model will be used."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import AuditResult, TableSummary
from discovery.baselines.splits import Plan, divide, group_codes, plan_split, time_order
from discovery.engagement import UseCase
from discovery.intake.table import Table

from .conftest import leak


def table(rows: int = 200) -> Table:
    days = pl.date_range(pl.date(2024, 1, 1), pl.date(2024, 12, 31), "1d", eager=True)
    return Table.from_frame(
        "t",
        pl.DataFrame(
            {
                "who": [f"c{i % 20}" for i in range(rows)],
                "day": [days[i // 2] for i in range(rows)],
                "x": [float(i % 7) for i in range(rows)],
                "y": [i % 2 for i in range(rows)],
            }
        ),
    )


CASE = UseCase(name="u", table="t", target="y")


def test_plan_comes_from_the_engagement_first():
    plan = plan_split(table(), CASE.model_copy(update={"group": "who", "time": "day"}), AuditResult(), True)
    assert (plan.kind, plan.group, plan.time) == ("group+time", "who", "day")
    assert "engagement" in plan.why


def test_plan_from_the_audit():
    grouped = plan_split(table(), CASE, AuditResult(findings=[leak("t", "who", kind="group_structure")]), True)
    assert (grouped.kind, grouped.group) == ("group", "who")
    timed = plan_split(
        table(), CASE, AuditResult(tables=[TableSummary(name="t", source="t", rows=200, time="day")]), True
    )
    assert (timed.kind, timed.time) == ("time", "day")
    copies = plan_split(table(), CASE, AuditResult(findings=[leak("t", kind="duplicate_rows")]), True)
    assert (copies.kind, copies.duplicates) == ("group", True)
    assert plan_split(table(), CASE, AuditResult(), True).kind == "stratified"
    assert plan_split(table(), CASE, AuditResult(), False).kind == "random"


def test_time_never_looks_ahead_and_leaves_the_gap():
    t = table()
    order = time_order(t.frame, Plan("time", "", time="day"))
    division = divide(t.frame["y"].to_numpy(), order=order, gap=3)
    assert len(division.folds) == 5
    for past, future in [*division.folds, (division.train, division.holdout)]:
        assert order[past].max() < order[future].min() - 3
        assert len(past)
        assert len(future)


def test_group_and_time_share_no_group():
    t = table()
    plan = Plan("group+time", "", group="who", time="day")
    who = np.arange(200) // 10
    division = divide(t.frame["y"].to_numpy(), groups=who, order=time_order(t.frame, plan))
    for past, future in division.folds:
        assert not set(who[past]) & set(who[future])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 1000), st.integers(150, 400), st.sampled_from(["plain", "group", "many"]), st.booleans())
def test_folds_are_disjoint_cover_the_training_part_and_leave_the_holdout(seed, rows, kind, numbers):
    g = np.random.default_rng(seed)
    y = g.normal(size=rows) if numbers else g.integers(0, 2, rows)
    groups = {"plain": None, "group": g.integers(0, 25, rows), "many": g.permutation(rows)}[kind]
    division = divide(y, groups=groups, repeats=2, seed=seed)
    holdout = set(division.holdout)
    assert holdout
    assert len(division.folds) == 10
    for past, future in division.folds:
        assert not set(past) & set(future)
        assert not (set(past) | set(future)) & holdout
        if groups is not None:
            assert not set(groups[past]) & set(groups[future])
            assert not set(groups[division.train]) & set(groups[division.holdout])
    tested = np.sort(np.concatenate([b for _, b in division.first_repeat]))
    assert (tested == np.sort(division.train)).all()


def test_equal_rows_are_one_group():
    frame = pl.DataFrame({"a": [1, 1, 2, None, None], "b": ["x", "x", "x", "y", "y"]})
    codes = group_codes(frame, Plan("group", "", duplicates=True), ["a", "b"])
    assert codes[0] == codes[1] != codes[2]
    assert codes[3] == codes[4]
    single = group_codes(pl.DataFrame({"g": ["a", None, None]}), Plan("group", "", group="g"), [])
    assert len(set(single)) == 3


@pytest.mark.parametrize("rows", [40, 149])
def test_few_rows_have_no_holdout(rows):
    division = divide(np.arange(rows) % 2)
    assert len(division.holdout) == 0
    assert len(division.train) == rows


def panel_world(people: int = 300, months: int = 12, seed: int = 0, memory: float = 2.0):
    """Every person has a row a month and a taste of their own, which no column tells."""
    g = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), months)
    order = np.tile(np.arange(months), people) + 1
    taste = g.normal(size=people) * memory
    mark = g.normal(size=people)
    return who, order, mark[who], (taste[who] + g.normal(size=len(who)) > 0).astype(np.int64)


def test_lasting_groups_and_time_are_divided_by_both_with_rows_left():
    who, order, _, y = panel_world()
    division = divide(y, groups=who, order=order)
    assert division.kind == "group+time"
    for past, future in [*division.folds, (division.train, division.holdout)]:
        assert not set(who[past]) & set(who[future])
        assert order[past].max() < order[future].min()
        assert len(past) > 500
        assert len(future) > 50
    assert not set(division.holdout) & set(np.concatenate([np.concatenate(f) for f in division.folds]))


def test_the_score_by_group_and_time_is_that_of_new_groups():
    from sklearn.tree import DecisionTreeClassifier

    from discovery.baselines.measures import MEASURES

    who, order, mark, y = panel_world()
    auc = MEASURES["roc_auc"]

    def scored(train, test):
        model = DecisionTreeClassifier(min_samples_leaf=3, random_state=0).fit(mark[train, None], y[train])
        return auc(y[test], model.predict_proba(mark[test, None]))

    honest = np.mean([scored(*f) for f in divide(y, groups=who, order=order).folds])
    flattered = np.mean([scored(*f) for f in divide(y).folds])
    assert abs(honest - 0.5) < 0.06
    assert flattered > 0.85


@pytest.mark.parametrize(("people", "months", "kind"), [(6, 60, "time"), (150, 2, "group"), (400, 8, "group+time")])
def test_what_cannot_be_had_is_said(people, months, kind):
    who, order, _, y = panel_world(people, months)
    division = divide(y, groups=who, order=order)
    assert division.kind == kind
    assert division.why
    assert len(division.folds) >= 2


def test_groups_without_bearing_on_the_target_do_not_force_grouping():
    loose = leak("t", "who", kind="group_structure").model_copy(update={"details": {"intraclass_correlation": 0.0}})
    assert plan_split(table(), CASE, AuditResult(findings=[loose]), True).kind == "stratified"


def test_known_groups_scored_later_are_divided_by_time_alone():
    found = leak("t", "who", kind="group_structure")
    timed = AuditResult(findings=[found], tables=[TableSummary(name="t", source="t", rows=200, time="day")])
    plan = plan_split(table(), CASE, timed, True)
    assert (plan.kind, plan.group, plan.time) == ("time", None, "day")
    assert "already known" in plan.why


def test_a_panel_by_whole_years_is_divided_by_time():
    years, states = np.arange(1970, 1982), [f"s{i}" for i in range(10)]
    frame = pl.DataFrame(
        {
            "state": np.repeat(states, len(years)),
            "year": np.tile(years, len(states)),
            "x": np.arange(120) % 7,
            "y": np.arange(120) // 12 % 2,
        }
    )
    plan = plan_split(Table.from_frame("t", frame), CASE, AuditResult(), False)
    assert (plan.kind, plan.time, plan.group) == ("time", "year", None)
    assert "'year' orders the rows in time, each 'state' once in each" in plan.why
    order = time_order(frame, plan)
    folds = divide(frame["y"].to_numpy(), order=order).folds
    assert len(folds) >= 2
    for train, test in folds:
        assert order[train].max() < order[test].min()
    spread = frame.with_columns(year=pl.Series(np.random.default_rng(0).integers(1970, 1982, 120)))
    for other in (spread, frame.rename({"year": "size"}), frame.filter(pl.col("year") < 1976)):
        assert plan_split(Table.from_frame("t", other), CASE, AuditResult(), False).time is None


def test_stretches_of_time_are_held_out_where_later_times_are_of_one_class():
    order = np.repeat(np.arange(400), 2)
    y = (order // 5 % 2 == 0).astype(int)
    late = y * (order < 130)
    division = divide(late, order=order)
    assert division.kind == "group"
    assert "whole stretches of time" in division.why
    assert len(division.folds) == 5
    assert len(division.holdout)
    for train, test in division.folds:
        assert not set(order[train]) & set(order[test])
        assert len(set(late[test])) == 2
    assert divide(late, order=order, gap=3).folds == []
    assert divide(np.zeros(800, dtype=int), order=order).folds == []
    assert divide(y, order=order).kind is None


def test_rows_in_the_order_of_year_month_and_day_are_divided_by_time():
    days = pl.date_range(pl.date(2020, 11, 1), pl.date(2021, 2, 28), eager=True)
    parts = {"Year": days.dt.year(), "month": days.dt.month().cast(pl.Int64), "day": days.dt.day().cast(pl.Int64)}
    frame = pl.DataFrame(parts | {"y": np.random.default_rng(0).normal(size=len(days))})
    plan = plan_split(Table.from_frame("t", frame), CASE, AuditResult(), False)
    assert (plan.kind, plan.time) == ("time", "Year + month + day")
    assert time_order(frame, plan).tolist() == list(range(1, len(days) + 1))
    shuffled = frame.sample(fraction=1, shuffle=True, seed=1)
    for other in (shuffled, frame.drop("month"), frame.with_columns(month=pl.col("day"))):
        assert plan_split(Table.from_frame("t", other), CASE, AuditResult(), False).kind == "random"
