"""Leaks: every form is found where it was planted; honest strong predictors draw nothing at major."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Finding
from discovery.audit.checks.readiness.leaks import leaks
from discovery.audit.leakage.power import auc, column_power
from discovery.audit.relations.arithmetic import exact_combination, find_relations, relation_errors, rounding
from discovery.audit.run import table_context
from discovery.audit.targets import amounts, read_target, without_missing_words
from discovery.audit.vocabulary.hindsight import (
    entity_name,
    follow_up_time,
    hindsight_words,
    identifier_name,
    names_target,
    tokens,
)
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table

ROWS = 600


def audit(frame: pl.DataFrame, target: str, **case: Any) -> list[Finding]:
    use_case = UseCase(name="case", table="t", target=target, **case)
    engagement = Engagement(name="e", use_cases=[use_case])
    return list(leaks(table_context(Table.from_frame("t", frame), engagement, date(2026, 1, 1))))


def severe(findings: list[Finding]) -> set[str]:
    return {c for f in findings if f.severity in {"blocker", "major"} for c in f.columns}


def forms(findings: list[Finding]) -> dict[str, str]:
    return {c: f.details["form"] for f in findings for c in f.columns or ["*"]}


def world(seed: int = 0, rows: int = ROWS) -> pl.DataFrame:
    """An honest table: a strong predictor, two middling, one of noise, and targets of every task."""
    rng = np.random.default_rng(seed)
    strong, middling, noise = rng.normal(size=(3, rows))
    score = 3.0 * strong + middling + rng.normal(size=rows)
    return pl.DataFrame(
        {
            "strong": strong.round(3),
            "middling": middling.round(3),
            "noise": noise.round(3),
            "letter": np.array(list("abcdef"))[np.digitize(middling, [-1, -0.5, 0, 0.5, 1])],
            "bought": np.where(score > 0, "yes", "no"),
            "grade": np.array(["low", "mid", "high"])[np.digitize(score, [-2, 2])],
            "amount": (100 + 10 * score).round(2),
        }
    )


@pytest.mark.parametrize("target", ["bought", "grade", "amount"])
@pytest.mark.parametrize("seed", range(4))
def test_honest_strong_predictors_draw_nothing_severe(target: str, seed: int) -> None:
    others = {"bought", "grade", "amount"} - {target}
    findings = audit(world(seed).drop(others), target)
    assert severe(findings) == set()


@pytest.mark.parametrize(
    ("target", "recode"),
    [
        ("bought", {"yes": 1, "no": 0}),
        ("bought", {"yes": "J", "no": "N"}),
        ("grade", {"low": 3, "mid": 1, "high": 2}),
    ],
)
def test_recoded_target(target: str, recode: dict[str, Any]) -> None:
    frame = world().drop({"bought", "grade", "amount"} - {target})
    frame = frame.with_columns(copy=pl.col(target).replace_strict(recode))
    findings = audit(frame, target)
    assert severe(findings) == {"copy"}
    assert forms(findings)["copy"] == "recoded"
    assert findings[0].details["certain"] is True
    assert findings[0].fix == "df = df.drop(columns=['copy'])"


def test_recoded_with_more_levels_than_the_target() -> None:
    frame = world().drop("grade", "amount")
    status = pl.when(pl.col("bought") == "no").then(pl.lit("open"))
    status = status.otherwise(pl.when(pl.col("noise") > 0).then(pl.lit("sent")).otherwise(pl.lit("paid")))
    assert severe(audit(frame.with_columns(status=status), "bought")) == {"status"}


def test_nearly_recoded_target_far_above_the_rest() -> None:
    frame = world().select("noise", "bought")
    flip = pl.Series(np.random.default_rng(1).random(ROWS) < 0.02)
    copy = (pl.col("bought") == "yes") ^ flip
    findings = audit(frame.with_columns(copy=copy), "bought")
    assert severe(findings) == {"copy"}
    assert findings[0].details["certain"] is False


def test_threshold_gives_the_class_away() -> None:
    frame = world().drop("grade").rename({"amount": "points"})
    frame = frame.with_columns(bought=pl.col("points") > 104)
    assert forms(audit(frame, "bought"))["points"] == "threshold"


@pytest.mark.parametrize("scale", [pl.col("amount") * 1.7 + 3, -pl.col("amount"), (pl.col("amount") / 50).exp()])
def test_rescaled_target(scale: pl.Expr) -> None:
    findings = audit(world().drop("bought", "grade").with_columns(other=scale), "amount")
    assert severe(findings) == {"other"}
    assert forms(findings)["other"] == "rescaled"


def test_a_day_without_sales_is_told_as_what_it_is() -> None:
    frame = world().drop("bought", "grade")
    open_ = np.arange(ROWS) % 10 > 0
    frame = frame.with_columns(
        pl.Series("open", np.where(open_, "yes", "no")), pl.col("amount").abs() * pl.Series(open_)
    )
    (told,) = [f for f in audit(frame, "amount") if f.kind == "leak" and f.columns == ["open"]]
    assert (told.severity, told.summary) == ("minor", "Where 'open' is one of its 2 values, 'amount' is always 0.")


def test_banded_target() -> None:
    frame = world().drop("bought", "grade")
    band = np.array(list("abcde"))[np.digitize(frame["amount"].to_numpy(), [70, 90, 110, 130])]
    assert forms(audit(frame.with_columns(band=pl.Series(band)), "amount"))["band"] == "banded"


def test_filled_for_one_outcome_only_and_told_together() -> None:
    frame = world().drop("grade", "amount")
    yes = pl.col("bought") == "yes"
    frame = frame.with_columns(
        paid_on=pl.when(yes).then(date(2026, 1, 1)), receipt=pl.when(yes).then(pl.col("letter"))
    )
    findings = audit(frame, "bought")
    assert [f.columns for f in findings] == [["paid_on", "receipt"]]
    assert findings[0].details["form"] == "filled_after"
    assert "empty" in findings[0].summary or "filled" in findings[0].summary


def test_one_side_filled_is_enough_and_words_for_missing_count_as_gaps() -> None:
    frame = world().drop("grade", "amount")
    some = (pl.col("bought") == "no") & (pl.col("noise") > 0)
    frame = frame.with_columns(tag=pl.when(some).then(pl.col("letter")).otherwise(pl.lit("?")))
    assert severe(audit(frame, "bought")) == {"tag"}


def test_gaps_in_nearly_the_same_rows_are_told_together() -> None:
    frame = world().drop("grade", "amount")
    some = (pl.col("bought") == "no") & (pl.col("noise") > 0)
    fewer = some & (pl.int_range(pl.len()) > 20)
    frame = frame.with_columns(
        age=pl.when(~some).then(pl.col("letter")), hours=pl.when(~fewer).then(pl.col("letter"))
    )
    (found,) = audit(frame, "bought")
    assert found.columns == ["age", "hours"]
    assert found.consequence.startswith("They may be left empty because of the outcome")


def test_a_mark_on_a_few_rows_of_an_outcome_is_a_question() -> None:
    frame = world(rows=2000).drop("grade", "amount")
    few = (pl.col("bought") == "yes") & (pl.int_range(pl.len()) % 20 == 0)
    (found,) = audit(frame.with_columns(chrom=pl.when(few).then(pl.lit("C"))), "bought")
    assert (found.columns, found.severity) == (["chrom"], "minor")
    assert found.consequence.startswith("It may be filled in after the outcome")


def test_gaps_in_one_stretch_of_time_are_a_question() -> None:
    frame = world(rows=1000).drop("grade", "amount")
    row = pl.int_range(pl.len())
    lost = (row >= 500) & (row < 700)
    frame = frame.with_columns(
        day=pl.lit(date(2024, 1, 1)) + pl.duration(days=row),
        bought=pl.when(lost).then(pl.lit("yes")).otherwise("bought"),
        month=pl.when(~lost).then(pl.col("letter")),
    )
    (found,) = [f for f in audit(frame, "bought", time="day") if "month" in f.columns]
    assert found.severity == "minor"
    assert found.consequence.startswith("The gaps lie in one stretch of time")
    mixed = frame.sample(fraction=1.0, shuffle=True, seed=0).with_columns(day=frame["day"])
    assert "month" in severe(audit(mixed, "bought", time="day"))


def test_a_total_of_which_only_rounding_is_left_gives_the_target_away() -> None:
    rng = np.random.default_rng(0)
    rent, tax, fee = (rng.gamma(3, s, 900).round() for s in (500, 60, 200))
    off = rng.choice([-1, 0, 0, 0, 1], 900)
    frame = pl.DataFrame({"area": rent / 9 + rng.normal(0, 60, 900), "tax": tax, "fee": fee, "rent": rent})
    found = audit(frame.with_columns(total=rent + tax + fee + off), "rent")
    total = next(f for f in found if "total" in f.columns)
    assert (total.columns, total.severity) == (["total"], "major")
    assert "leaves nothing but rounding in 100.0% of the rows" in total.summary


def test_what_is_nearly_all_of_the_target_is_no_other_scale() -> None:
    rng = np.random.default_rng(0)
    likes = rng.gamma(4, 60, 900).round() + 1
    loves = np.where(rng.random(900) < 0.3, rng.integers(1, 9, 900), 0)
    frame = pl.DataFrame({"shares": rng.normal(size=900), "likes": likes, "reactions": likes + loves})
    (found,) = [f for f in audit(frame, "reactions") if "likes" in f.columns]
    assert found.severity == "major"
    assert found.summary.startswith("'likes' is nearly all of 'reactions': ")


def test_another_reading_of_the_target_is_found_by_its_order() -> None:
    rng = np.random.default_rng(0)
    use = rng.lognormal(10, 2.5, 900).round(1)
    adjusted = use * rng.lognormal(0, 0.08, 900)
    adjusted[[3, 400, 700]] *= 500.0
    frame = pl.DataFrame({"floors": rng.integers(1, 9, 900), "SiteEnergyUse(kBtu)": use})
    frame = frame.with_columns(other=rng.lognormal(0, 1, 900) * use**0.3)
    named = frame.with_columns(pl.Series("SiteEnergyUseWN(kBtu)", adjusted))
    (found,) = [f for f in audit(named, "SiteEnergyUse(kBtu)") if f.details["form"] == "near_copy"]
    assert (found.columns, found.severity) == (["SiteEnergyUseWN(kBtu)"], "minor")
    (found,) = audit(named.rename({"SiteEnergyUseWN(kBtu)": "bill"}), "SiteEnergyUse(kBtu)")
    assert (found.columns, found.severity) == (["bill"], "info")
    two = named.rename({"SiteEnergyUseWN(kBtu)": "bill"}).with_columns(fee=pl.col("bill") * 1.1 + 5)
    (found,) = audit(two, "SiteEnergyUse(kBtu)")
    assert (found.columns, found.severity) == (["bill", "fee"], "info")
    assert audit(frame, "SiteEnergyUse(kBtu)") == []


def test_what_is_of_the_same_future_by_name_is_asked_about() -> None:
    frame = world().drop("bought", "grade").rename({"amount": "Next_Tmax", "noise": "Next_Tmin"})
    (found,) = audit(frame, "Next_Tmax")
    assert (found.columns, found.severity, found.details["words"]) == (["Next_Tmin"], "minor", ["next"])
    assert audit(frame.rename({"Next_Tmin": "Present_Tmin"}), "Next_Tmax") == []


def test_gaps_where_the_usual_outcome_is_are_no_leak() -> None:
    g = np.random.default_rng(5)
    usual = g.random(ROWS) < 0.94
    measured = ~usual | (g.random(ROWS) < 0.7)
    frame = pl.DataFrame({"ill": np.where(usual, "no", "yes"), "noise": g.normal(size=ROWS)})
    frame = frame.with_columns(level=pl.when(pl.Series(measured)).then(pl.Series(g.normal(size=ROWS))))
    assert severe(audit(frame, "ill")) == set()


def test_gaps_that_only_lean_towards_an_outcome_are_no_leak() -> None:
    frame = world().drop("grade", "amount")
    chance = pl.Series(np.random.default_rng(3).random(ROWS))
    present = chance < pl.when(pl.col("bought") == "yes").then(0.8).otherwise(0.4)
    frame = frame.with_columns(cabin=pl.when(present).then(pl.col("noise")))
    assert severe(audit(frame, "bought")) == set()


def test_filled_tells_a_number() -> None:
    rng = np.random.default_rng(0)
    sold = rng.random(ROWS) < 0.4
    frame = (
        world()
        .drop("bought", "grade")
        .with_columns(
            amount=pl.Series(np.where(sold, 500 + rng.normal(size=ROWS), rng.normal(size=ROWS))),
            invoice=pl.Series(np.where(sold, rng.normal(size=ROWS), np.nan)).fill_nan(None),
        )
    )
    assert forms(audit(frame, "amount"))["invoice"] == "filled_after"


@pytest.mark.parametrize("form", ["sum", "difference", "product", "ratio"])
def test_arithmetic_of_two_columns(form: str) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(1, 300, ROWS), rng.integers(2, 90, ROWS)
    y = {"sum": a + b, "difference": a - b, "product": a * b, "ratio": a / b}[form]
    frame = world().select("noise", "letter").with_columns(a=pl.Series(a), b=pl.Series(b), y=pl.Series(y))
    findings = audit(frame, "y", task="regression")
    assert {"a", "b"} <= severe(findings)
    assert "noise" not in severe(findings)
    assert findings[0].details["share"] >= 0.99


def test_arithmetic_of_many_columns_with_rounding() -> None:
    rng = np.random.default_rng(0)
    parts = rng.gamma(2, 10, size=(ROWS, 4)).round(1)
    names = ["north", "south", "east", "west"]
    frame = world().select("noise").with_columns(**{n: pl.Series(parts[:, i]) for i, n in enumerate(names)})
    frame = frame.with_columns(everything=pl.Series(parts.sum(axis=1).round(1)))
    findings = audit(frame, "everything")
    assert severe(findings) == set(names)
    assert findings[0].details["form"] == "arithmetic"


def test_row_number_in_the_order_of_the_target() -> None:
    frame = world().drop("grade", "amount").sort("bought").with_row_index("id", offset=1)
    findings = audit(frame.with_columns(pl.col("id").cast(pl.Int64)), "bought")
    assert severe(findings) == {"id"}
    order = next(f for f in findings if not f.columns)
    assert order.severity == "minor"
    assert order.details["form"] == "row_order"


def test_rows_in_the_order_of_the_target_and_not_of_their_time() -> None:
    rng = np.random.default_rng(3)
    frame = world().drop("grade", "amount").sort("bought")
    day = pl.Series("day", rng.integers(0, 700, frame.height)).cast(pl.Int32).cast(pl.Date)
    forms = {f.details.get("form") for f in audit(frame.with_columns(day), "bought") if f.kind == "leak"}
    assert "row_order" in forms
    ordered = audit(frame.with_columns(day.sort()), "bought")
    assert "row_order" not in {f.details.get("form") for f in ordered}


def test_a_rank_whose_ties_are_broken_in_any_order() -> None:
    rng = np.random.default_rng(2)
    sold = np.sort(rng.integers(0, 80, ROWS))[::-1]
    rank = np.arange(1, ROWS + 1)
    frame = pl.DataFrame(
        {"noise": rng.normal(size=ROWS), "rank": rank, "place": rng.permutation(rank), "sold": sold}
    )
    assert severe(audit(frame, "sold")) == {"rank"}


def test_a_sum_that_some_rows_break_gives_the_target_away() -> None:
    rng = np.random.default_rng(3)
    parts = {"home": rng.gamma(2, 50, ROWS).round(2), "abroad": rng.gamma(2, 80, ROWS).round(2)}
    world_wide = (parts["home"] + parts["abroad"]).round(2)
    world_wide[rng.random(ROWS) < 0.06] *= 1.3
    frame = pl.DataFrame(parts | {"noise": rng.normal(size=ROWS), "all": world_wide})
    assert severe(audit(frame, "all")) == {"home", "abroad"}


def test_the_mean_of_two_columns_in_single_precision() -> None:
    rng = np.random.default_rng(4)
    read, count = (rng.normal(650, 20, ROWS).round(1).astype(np.float32) for _ in range(2))
    mean = ((read + count) / np.float32(2)).astype(np.float64)
    columns = {"read": read.astype(float), "count": count.astype(float), "noise": rng.normal(size=ROWS)}
    assert severe(audit(pl.DataFrame(columns | {"score": mean}), "score")) == {"read", "count"}
    assert severe(audit(pl.DataFrame(columns | {"score": mean + rng.normal(0, 1, ROWS)}), "score")) == set()


def test_sums_written_in_single_precision_and_beside_columns_with_gaps() -> None:
    rng = np.random.default_rng(6)
    parts = {f"part_{i}": rng.gamma(2, 0.3, ROWS) for i in range(3)}
    total = sum(parts.values()).round(3).astype(np.float32).astype(np.float64)
    gaps = {f"gap_{i}": np.where(rng.random(ROWS) < 0.45, np.nan, rng.normal(size=ROWS)) for i in range(12)}
    frame = pl.DataFrame(gaps | parts | {"total": total}).fill_nan(None)
    assert severe(audit(frame, "total")) == set(parts)


def test_times_on_the_way_to_a_finish_are_asked_about_together() -> None:
    rng = np.random.default_rng(5)
    pace = rng.normal(300, 40, 2000)
    spans = {"at_30": 30 * pace, "at_40": 40 * pace + rng.normal(0, 30, 2000), "finish": 42 * pace}
    spans |= {n: v + rng.normal(0, 20, 2000) for n, v in spans.items()}
    clock = {n: pl.from_epoch(pl.Series(v.astype(int)), "s").dt.time() for n, v in spans.items()}
    others = {n: rng.normal(size=2000) for n in ("age", "weight", "height")}
    found = audit(pl.DataFrame(clock | others), "finish")
    assert [(f.columns, f.severity) for f in found] == [(["at_30", "at_40"], "minor")]
    assert found[0].summary.startswith("Each of 'at_30' and 'at_40' alone nearly settles")


def test_entity_that_carries_the_target() -> None:
    rng = np.random.default_rng(0)
    patient = rng.integers(0, 30, ROWS)
    y = rng.normal(size=30)[patient] * 10 + rng.normal(size=ROWS)
    frame = world().select("noise").with_columns(patient=pl.Series(patient), score=pl.Series(y))
    assert forms(audit(frame, "score"))["patient"] == "identifier"


def test_name_and_power_together_are_suspected() -> None:
    frame = world().drop("grade", "amount")
    findings = audit(frame.rename({"strong": "call_duration"}), "bought")
    assert severe(findings) == {"call_duration"}
    assert findings[0].details["certain"] is False
    assert findings[0].confidence < 1
    assert severe(audit(frame.rename({"noise": "call_duration"}), "bought")) == set()


def test_a_length_of_time_is_an_honest_measure_of_an_amount() -> None:
    frame = world().drop("bought", "grade").rename({"strong": "duration"})
    found = audit(frame, "amount")
    assert severe(found) == set()
    assert [f.details["form"] for f in found] == ["after_outcome"]
    assert severe(audit(frame.select("duration", "amount"), "amount")) == set()


def test_lags_and_neighbours_of_the_target_are_honest() -> None:
    rng = np.random.default_rng(0)
    price = 100 + np.cumsum(rng.normal(size=2000))
    frame = pl.DataFrame({"noise": rng.normal(size=1999), "sales_last_week": price[:-1], "sales": price[1:]})
    assert severe(audit(frame, "sales")) == set()
    trade = {n: price + 0.01 * rng.normal(size=2000) for n in ("open", "high", "low", "close")}
    assert severe(audit(pl.DataFrame(trade), "close")) == set()


def test_an_amount_that_is_there_only_after_the_outcome() -> None:
    bad = (pl.col("bought") == "no") & (pl.col("noise") > -0.5)
    frame = world().drop("grade", "amount")
    frame = frame.with_columns(recoveries=pl.when(bad).then(pl.col("middling").abs() + 1).otherwise(0.0))
    assert forms(audit(frame, "bought")) == {"recoveries": "filled_after"}
    assert severe(audit(frame.rename({"recoveries": "words"}), "bought")) == set()


def test_a_near_copy_named_like_the_target_needs_no_lead() -> None:
    rng = np.random.default_rng(3)
    y = rng.random(ROWS) < 0.45
    near, rival = y ^ (rng.random(ROWS) < 0.03), y ^ (rng.random(ROWS) < 0.08)
    columns = {"recid_2y": y, "is_recid": near, "event": rival, "noise": rng.normal(size=ROWS)}
    frame = pl.DataFrame({k: v.astype(int) if v.dtype == bool else v for k, v in columns.items()})
    assert severe(audit(frame, "recid_2y")) == {"is_recid"}
    assert severe(audit(frame.rename({"is_recid": "prior_recid"}), "recid_2y")) == set()


def test_the_target_worked_out_anew_by_its_name() -> None:
    frame = world().select("noise", "middling", total_gross="strong")
    shaken = pl.Series(np.random.default_rng(1).normal(size=ROWS))
    frame = frame.with_columns(inflation_adjusted_gross=pl.col("total_gross") + 0.7 * shaken)
    (found,) = audit(frame, "total_gross")
    assert (found.severity, found.columns) == ("minor", ["inflation_adjusted_gross"])
    assert audit(frame.rename({"inflation_adjusted_gross": "studio"}), "total_gross") == []
    assert audit(frame.rename({"inflation_adjusted_gross": "adjusted_noise"}), "total_gross") == []


def test_named_like_the_target() -> None:
    frame = world().select("strong", "noise", "amount")
    y = pl.Series(np.random.default_rng(1).normal(size=ROWS) * 0.3)
    frame = frame.select(G1="noise", G2="strong", G3=pl.col("strong") + y)
    assert severe(audit(frame, "G3")) == {"G2"}
    frame = frame.with_columns(G1=pl.col("G2") + y.shuffle(1), age=pl.Series(np.arange(ROWS) % 7))
    assert severe(audit(frame, "G3")) == {"G1", "G2"}


def test_power_alone_is_a_question() -> None:
    rng = np.random.default_rng(0)
    y = rng.random(ROWS) < 0.5
    frame = (
        world()
        .select("noise")
        .with_columns(y=pl.Series(y), sensor=pl.Series(y * 4 + rng.normal(size=ROWS)).round(2))
    )
    findings = audit(frame, "y")
    assert [f.severity for f in findings] == ["minor"]
    assert findings[0].details["form"] == "too_good"


def test_stamped_after_the_time_of_prediction() -> None:
    start = [datetime(2026, 1, 1) + timedelta(hours=i) for i in range(ROWS)]
    frame = (
        world()
        .drop("grade", "amount")
        .with_columns(
            opened=pl.Series(start),
            closed=pl.Series([s + timedelta(hours=5) for s in start]),
            due=pl.Series([s + timedelta(days=14) for s in start]),
            born=pl.Series([s - timedelta(days=9000) for s in start]),
        )
    )
    findings = audit(frame, "bought", time="opened")
    assert {c: f.severity for f in findings for c in f.columns} == {"closed": "major", "due": "minor"}


def test_what_the_use_case_drops_or_allows_is_but_noted() -> None:
    frame = world().drop("grade", "amount").with_columns(copy=pl.col("bought"))
    assert audit(frame, "bought", drop=["copy"])[0].severity == "info"
    assert "on purpose" in audit(frame, "bought", allow=["copy"])[0].advice


def test_nothing_to_say_without_a_target_that_can_be_learned() -> None:
    frame = pl.DataFrame({"a": range(100), "b": ["x"] * 100, "c": [f"text {i}" for i in range(100)]})
    assert audit(frame, "b") == []
    assert audit(frame, "c") == []
    assert audit(frame.head(20).with_columns(d=pl.col("a") % 2), "d") == []
    assert audit(frame.with_columns(d=pl.lit(date(2026, 1, 1))), "d") == []


def test_wide_tables_are_sampled() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({f"c{i}": rng.normal(size=5000) for i in range(250)})
    frame = frame.with_columns(y=pl.Series(rng.random(5000) < 0.5), copy=pl.Series(rng.random(5000)))
    frame = frame.with_columns(copy=pl.when(pl.col("y")).then(1).otherwise(0))
    assert severe(audit(frame, "y")) == {"copy"}


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
@settings(max_examples=60, deadline=None)
def test_auc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    scores, positive = np.array([float(s) for s, _ in pairs]), np.array([p for _, p in pairs])
    good, bad = scores[positive], scores[~positive]
    expected = 0.5
    if len(good) and len(bad):
        expected = float(np.mean([(g > b) + 0.5 * (g == b) for g in good for b in bad]))
    assert auc(scores, positive) == pytest.approx(expected)


def test_power_of_nothing_and_of_all() -> None:
    frame = world()
    case = UseCase(name="c", table="t", target="bought")
    target = read_target(case, frame)
    assert target is not None
    assert column_power(pl.Series(range(ROWS)).cast(pl.String), target) < 0.2
    assert column_power(frame["bought"], target) == pytest.approx(1.0)
    assert column_power(pl.Series([None] * ROWS, dtype=pl.Float64), target) < 0.1
    few = read_target(case, frame.head(6))
    assert few is None or column_power(frame["strong"].head(6), few) == 0.0


def test_targets_are_read_as_what_they_are() -> None:
    frame = pl.DataFrame({"n": list(range(40)), "f": [i / 7 for i in range(40)], "g": [i % 4 for i in range(40)]})
    kinds = {c: read_target(UseCase(name="c", table="t", target=c), frame) for c in frame.columns}
    assert {c: t.kind for c, t in kinds.items() if t} == {"n": "regression", "f": "regression", "g": "multiclass"}
    grades = read_target(UseCase(name="c", table="t", target="g", task="regression"), frame)
    assert grades is not None
    assert grades.kind == "regression"
    assert grades.classes == 4
    asked = read_target(UseCase(name="c", table="t", target="g", task="multiclass"), frame)
    assert asked is not None
    assert asked.kind == "multiclass"
    assert without_missing_words(pl.Series(["a", " N/A ", "?"])).to_list() == ["a", None, None]


def test_relations_between_columns() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({n: rng.integers(1, 99, 400) for n in "abcd"})
    frame = frame.with_columns(ab=pl.col("a") + pl.col("b"), cd=pl.col("c") * pl.col("d"))
    found = {r.formula for r in find_relations(frame, frame.columns)}
    assert {"a + b = ab", "c × d = cd"} <= found
    assert len(found) == 2
    ab = [frame[c].cast(pl.Float64).to_numpy() for c in ("a", "b", "ab")]
    telling, wrong = relation_errors("sum", ab[:2], ab[2])
    assert telling.all()
    assert not wrong.any()
    assert rounding(np.array([1.25, 2.5])) == pytest.approx(0.01)
    assert exact_combination(frame, "ab", ["c", "d"]) is None
    assert exact_combination(frame, "ab", []) is None


def test_names() -> None:
    assert tokens("callDuration_sec2") == ["call", "duration", "sec"]
    assert hindsight_words("follow_up")
    assert hindsight_words("time")
    assert hindsight_words("total_pymnt_inv")
    assert hindsight_words("days_to_close") == "days to"
    assert not any(map(hindsight_words, ["age", "income", "departure_time", "pH"]))
    assert names_target("Churn Score", "Churn Value") == "churn"
    assert names_target("total_sales", "total_count") is None
    assert names_target("Y1", "Y2") == "y"
    assert names_target("x1", "Y2") is None
    assert entity_name("patient_nbr")
    assert entity_name("customerId")
    assert not entity_name("width")
    assert not any(map(entity_name, ("XCentroid", "grid", "amount_paid", "covid", "Unpaid")))
    assert entity_name("customerid")
    assert not entity_name("expenditure_per_student")
    assert identifier_name("Id")
    assert identifier_name("order_no")
    assert not identifier_name("speed")


@pytest.mark.open_data
@pytest.mark.parametrize(
    ("file", "separator", "target", "expected"),
    [
        ("titanic3.csv", ",", "survived", {"boat", "body"}),
        ("bank_additional_full.csv", ";", "y", {"duration"}),
        ("bike_hour.csv", ",", "cnt", {"casual", "registered"}),
        ("abalone.csv", ",", "rings", set()),
        ("adult_train_raw.csv", ",", "income", set()),
        ("auto_mpg.csv", ",", "mpg", set()),
        ("breast_cancer_wisconsin.csv", ",", "class", set()),
        ("german_credit.csv", ",", "credit_risk", set()),
        ("wine_red.csv", ",", "quality", set()),
    ],
)
def test_public_data(open_data: Path, file: str, separator: str, target: str, expected: set[str]) -> None:
    frame = pl.read_csv(open_data / file, separator=separator, infer_schema_length=None)
    assert severe(audit(frame, target)) == expected


def test_an_amount_that_is_0_for_one_outcome_only() -> None:
    rng = np.random.default_rng(5)
    card = rng.random(1200) < 0.7
    spent = np.where(card & (rng.random(1200) < 0.98), rng.exponential(200, 1200), 0.0).round(2)
    frame = pl.DataFrame({"card": card, "spent": spent, "age": rng.normal(40, 9, 1200), "n": rng.random(1200)})
    (found,) = [f for f in audit(frame, "card") if f.details["form"] == "filled_after"]
    assert (found.columns, found.severity) == (["spent"], "major")
    assert found.summary.startswith("Where 'spent' is not 0, 'card' is")
    at = int(card.argmax())
    closed = pl.Series([None if not c else 0 if i == at else i % 90 + 1 for i, c in enumerate(card)])
    (found,) = [f for f in audit(frame.with_columns(spent=closed), "card") if f.details["form"] == "filled_after"]
    assert found.summary.startswith("Where 'spent' is filled, 'card' is")
    rules_out = np.where(card & (rng.random(1200) < 0.5), rng.exponential(200, 1200), 0.0)
    assert "filled_after" not in forms(audit(frame.with_columns(spent=rules_out), "card")).values()


def test_years_of_a_series_are_no_numbers_given_to_rows() -> None:
    rng = np.random.default_rng(2)
    income = np.linspace(5, 90, 220) + rng.normal(size=220)
    series = pl.DataFrame({"rownames": np.arange(220), "Year": 1790 + np.arange(220), "x": rng.random(220)})
    series = series.with_columns(income=income)
    assert severe(audit(series, "income")) == set()
    assert severe(audit(series.drop("Year"), "income")) == {"rownames"}


def test_flags_and_cut_offs_of_a_target_of_three_classes() -> None:
    rng = np.random.default_rng(11)
    margin = rng.integers(-4, 5, 900)
    result = np.select([margin > 0, margin < 0], ["home win", "away win"], "draw")
    frame = pl.DataFrame(
        {
            "result": result,
            "home_win": (margin > 0).astype(int),
            "draw": margin == 0,
            "score_margin": margin,
            "crowd": rng.normal(40, 9, 900) + 5 * (margin > 0),
            "extra_time": ((margin == 0) & (rng.random(900) < 0.9)).astype(int),
        }
    )
    found = {f.columns[0]: f for f in audit(frame, "result") if f.severity == "major"}
    assert set(found) == {"home_win", "draw", "score_margin"}
    assert found["score_margin"].details["form"] == "recoded"


def test_a_recoding_of_many_levels_is_one() -> None:
    """A code of thirty levels that each go with one class; a city of as many levels that do not."""
    frame = world(rows=900).select("noise", "bought")
    rng = np.random.default_rng(3)
    code = (frame["bought"] == "yes").to_numpy() * 15 + rng.integers(0, 15, 900)
    frame = frame.with_columns(code=pl.Series([f"c{c}" for c in code]), city=pl.Series(rng.integers(0, 30, 900)))
    found = audit(frame.with_columns(pl.col("city").cast(pl.String)), "bought")
    assert severe(found) == {"code"}
    assert forms(found)["code"] == "recoded"


def test_a_text_that_spells_the_class_out() -> None:
    frame = world().drop("bought", "amount")
    note = pl.format("{} 19{}", pl.col("grade").str.to_uppercase(), (pl.int_range(pl.len()) % 90) + 10)
    assert forms(audit(frame.with_columns(note=note), "grade"))["note"] == "recoded"
    wrong = note.shuffle(seed=1)
    assert severe(audit(frame.with_columns(note=wrong), "grade")) == set()


def test_a_recoding_that_is_there_for_a_part_of_the_rows() -> None:
    frame = world().select("noise", "grade")
    there = pl.int_range(pl.len()) % 10 < 3
    assert severe(audit(frame.with_columns(zone=pl.when(there).then("grade")), "grade")) == {"zone"}


def test_the_target_itself_where_it_is_not_zero() -> None:
    frame = world().drop("bought", "grade")
    flag = (pl.int_range(pl.len()) % 10 < 6).cast(pl.Int64)
    found = audit(frame.with_columns(flag=flag, product=flag * pl.col("amount")), "amount")
    assert severe(found) == {"product"}


@pytest.mark.parametrize("scale", [1, 100])
def test_a_distance_to_the_target_gives_it_away(scale: int) -> None:
    rng = np.random.default_rng(0)
    share = rng.uniform(0.2, 0.7, ROWS).round(4)
    other = (1 - share - rng.uniform(0.01, 0.1, ROWS)).round(4)
    margin = (scale * np.abs(share - other)).round(4 if scale == 1 else 2)
    frame = pl.DataFrame({"noise": rng.normal(size=ROWS), "other": other, "margin": margin, "share": share})
    assert {"other", "margin"} <= severe(audit(frame, "share"))
    frame = frame.with_columns(pl.col("margin").shuffle(seed=1))
    assert "margin" not in severe(audit(frame, "share"))


def test_statistics_of_the_same_values_tell_one_another() -> None:
    rng = np.random.default_rng(0)
    median = rng.lognormal(10, 0.4, ROWS)
    spread = {f"P{q}th": median * (q / 50) * rng.normal(1, 0.1, ROWS) for q in (25, 75)}
    frame = pl.DataFrame({"size": rng.normal(size=ROWS), **spread, "Median": median})
    assert severe(audit(frame, "Median")) == {"P25th", "P75th"}
    honest = frame.rename({"P25th": "rent", "P75th": "income"})
    assert severe(audit(honest, "Median")) == set()


def test_details_of_a_column_that_leaks_are_asked_about() -> None:
    frame = world().drop("grade", "amount")
    when = pl.Series(
        [date(2020, 1, 1) + timedelta(days=int(d)) for d in np.random.default_rng(0).integers(0, 900, ROWS)]
    )
    frame = frame.with_columns(
        status=pl.col("bought").replace({"yes": "Y", "no": "N"}), status_date=when, order_date=when
    )
    found = {c: f.severity for f in audit(frame, "bought") for c in f.columns}
    assert found == {"status": "major", "status_date": "minor"}


def test_one_cut_of_a_date_gives_the_class_away() -> None:
    rng = np.random.default_rng(0)
    gone = rng.random(ROWS) < 0.3
    days = np.where(gone, rng.integers(0, 900, ROWS), rng.integers(1000, 1100, ROWS))
    days[np.flatnonzero(gone)[0]] = 1050
    frame = pl.DataFrame(
        {"noise": rng.normal(size=ROWS), "reviewed": [date(2016, 1, 1) + timedelta(days=int(d)) for d in days]}
    )
    found = audit(frame.with_columns(gone=pl.Series(gone)), "gone")
    assert forms(found) == {"reviewed": "threshold"}
    assert found[0].summary == "One cut-off of 'reviewed' parts 'gone' in all but 1 of 600 rows."


def test_none_may_be_a_class() -> None:
    damage = ["None"] * 500 + ["Minor"] * 60 + ["Major"] * 40
    frame = pl.DataFrame({"x": np.arange(600) % 7, "damage": damage, "few": ["None"] * 20 + ["a", "b"] * 290})
    case = UseCase(name="c", table="t", target="damage")
    target = read_target(case, frame)
    assert target is not None
    assert target.labels == ["Major", "Minor", "None"]
    few = read_target(UseCase(name="c", table="t", target="few"), frame)
    assert few is not None
    assert few.labels == ["a", "b"]


def test_evidence_of_gaps_that_tell_are_the_gaps() -> None:
    rng = np.random.default_rng(0)
    gone = rng.random(ROWS) < 0.4
    size = pl.DataFrame({"v": rng.normal(size=ROWS).round(2), "gone": gone}).select(
        pl.when(~pl.col("gone")).then("v")
    )["v"]
    frame = pl.DataFrame({"noise": rng.normal(size=ROWS), "size": size, "gone": pl.Series(gone)})
    found = next(f for f in audit(frame, "gone") if f.columns == ["size"])
    assert found.rows_affected in {int(gone.sum()), int((~gone).sum())}
    assert found.evidence


def test_a_dummy_of_one_class_gives_the_target_away() -> None:
    frame = world().drop("bought", "amount")
    low = (pl.col("grade") == "low").cast(pl.Int64)
    assert forms(audit(frame.with_columns(is_low=low), "grade"))["is_low"] in {"dummy", "recoded"}
    nearly = pl.when(pl.int_range(pl.len()) % 50 == 0).then(1 - low).otherwise(low)
    assert severe(audit(frame.with_columns(is_low=nearly), "grade")) == set()


def test_a_category_of_many_rows_is_no_entity_whatever_its_name() -> None:
    rng = np.random.default_rng(0)
    species = rng.integers(0, 40, 8000)
    frame = pl.DataFrame(
        {
            "noise": rng.normal(size=8000),
            "species_id": [f"S{s}" for s in species],
            "weight": species * 7 + 30 * rng.normal(size=8000),
        }
    )
    assert severe(audit(frame, "weight", task="regression")) == set()


def accounts(seed: int = 0, rows: int = ROWS) -> dict[str, np.ndarray[Any, Any]]:
    rng = np.random.default_rng(seed)
    return {
        "cases": rng.integers(1, 900, rows),
        "people": rng.integers(20_000, 900_000, rows),
        "fare": rng.lognormal(2.5, 0.5, rows).round(2),
        "tip": rng.lognormal(0.7, 0.6, rows).round(2),
        "tolls": np.where(rng.random(rows) < 0.2, rng.choice([5.76, 6.5, 2.8, 10.5], rows), 0.0),
        "fee": rng.choice([0.5, 0.8, 3.3, 3.8], rows),
    }


@pytest.mark.parametrize("factor", [100, 1000, 100_000])
def test_a_rate_is_a_quotient_times_a_constant(factor: int) -> None:
    data = accounts()
    rate = (factor * data["cases"] / data["people"]).round(2 if factor == 100_000 else 5)
    frame = pl.DataFrame(data).with_columns(rate=pl.Series(rate))
    findings = audit(frame, "rate")
    assert severe(findings) == {"cases"}
    assert f"cases ÷ people × {factor}" in findings[0].summary
    noisy = frame.with_columns(pl.col("rate") * pl.Series(np.random.default_rng(2).lognormal(0, 0.1, ROWS)))
    assert severe(audit(noisy, "rate")) == set()


def test_a_product_times_a_constant() -> None:
    data = accounts()
    energy = (data["cases"] * data["fare"] / 3.6).round(3)
    (found,) = audit(pl.DataFrame(data).with_columns(energy=pl.Series(energy)), "energy")
    assert (set(found.columns), found.severity, found.details["form"]) == ({"cases", "fare"}, "minor", "arithmetic")


def test_a_total_contains_the_target_but_for_fees_of_few_values() -> None:
    data = accounts()
    total = (data["fare"] + data["tip"] + data["tolls"] + data["fee"]).round(2)
    frame = pl.DataFrame(data).drop("fee").with_columns(total=pl.Series(total))
    findings = audit(frame, "tip")
    assert [(f.columns, f.severity, f.details["form"]) for f in findings] == [(["total"], "minor", "contains")]
    other = pl.Series(np.random.default_rng(1).lognormal(0.7, 0.6, ROWS).round(2))
    assert audit(frame.with_columns(tip=other), "tip") == []


@pytest.mark.parametrize("text", [False, True])
def test_a_rank_of_the_target_in_a_table_sorted_by_it(text: bool) -> None:
    worth = np.sort(np.random.default_rng(0).lognormal(1, 1, ROWS).round(1))[::-1]
    frame = pl.DataFrame({"worth": worth, "noise": world()["noise"]})
    frame = frame.with_columns(place_no=pl.col("worth").rank("min", descending=True))
    frame = frame.with_columns(serial=pl.int_range(pl.len()))
    if text:
        frame = frame.with_columns("$" + pl.col("worth").cast(pl.String) + " B")
    findings = audit(frame, "worth")
    assert "place_no" in severe(findings)
    assert forms(findings)["place_no"] == "rescaled"
    assert forms(findings).get("serial") != "rescaled"


def test_texts_in_several_units_are_no_amounts() -> None:
    assert amounts(pl.Series([f"{i} kg" for i in range(50)])) is not None
    assert amounts(pl.Series([f"{i} {'kg' if i % 2 else 'g'}" for i in range(50)])) is None
    assert amounts(pl.Series([f"{i:04d}" for i in range(50)])) is None
    assert amounts(pl.Series([f"item {i}" for i in range(50)])) is None


def test_amounts_for_one_outcome_only_that_leave_a_few_of_its_rows_out() -> None:
    frame = world().drop("grade", "amount")
    bad = (pl.col("bought") == "no") & (pl.col("noise") > -1)
    frame = frame.with_columns(change=pl.when(bad).then(100 * pl.col("middling")).otherwise(0.0))
    findings = audit(frame, "bought")
    assert [(f.columns, f.severity) for f in findings] == [(["change"], "minor")]
    honest = pl.when(pl.col("noise") > -1).then(100 * pl.col("middling")).otherwise(0.0)
    assert audit(frame.with_columns(change=honest), "bought") == []


def test_running_numbers_contain_nothing() -> None:
    number = np.arange(ROWS)
    year = 1900 + number // 3
    frame = pl.DataFrame({"number": number, "visit": number + 7, "year": year, "noise": world()["noise"]})
    assert [f for f in audit(frame, "year") if f.details["form"] == "contains"] == []


def test_a_time_of_follow_up_ends_with_the_event() -> None:
    rng = np.random.default_rng(0)
    died = rng.random(ROWS) < 0.4
    days = np.where(died, 0.6, 1.0) * rng.uniform(100, 2000, ROWS)
    age = 50 + 3 * died + rng.normal(0, 3, ROWS)
    frame = pl.DataFrame({"died": died, "fu_time": days.round(), "age": age})
    findings = audit(frame, "died")
    assert [(f.columns, f.severity) for f in findings if f.details["form"] == "follow_up"] == [
        (["fu_time"], "minor")
    ]
    assert [f for f in audit(frame.rename({"fu_time": "income"}), "died") if f.details["form"] == "follow_up"] == []
    assert [f for f in audit(frame.rename({"died": "bought"}), "bought") if f.details["form"] == "follow_up"] == []


@pytest.mark.parametrize(
    "name",
    [
        "futime", "follow_up_days", "survival_months", "Time to death", "daysToDeath", "TimeToRecurrence",
        "fu_days", "disease_free_survival_time",
    ],
)  # fmt: skip
def test_names_of_follow_up(name: str) -> None:
    assert follow_up_time(name)


@pytest.mark.parametrize(
    ("name", "target"),
    [("ptime", "pstat"), ("OS_MONTHS", "OS_STATUS"), ("dfs_days", "dfs_event"), ("days_to_adoption", "adopted")],
)
def test_names_of_the_time_until_a_target(name: str, target: str) -> None:
    assert follow_up_time(name, target)
    assert not follow_up_time(name, "bought")
    assert not follow_up_time("loan_months", "loan_status")


@pytest.mark.parametrize("name", ["time", "days_to_delivery", "survival_rate", "lifetime_value", "event_date"])
def test_other_names(name: str) -> None:
    assert not follow_up_time(name)


def test_prices_of_few_values_are_a_sum_of_others() -> None:
    rng = np.random.default_rng(0)
    price = rng.choice([1.69, 1.79, 1.86, 1.99, 2.09, 2.13], ROWS)
    off = np.where(rng.random(ROWS) < 0.4, rng.choice([0.1, 0.2, 0.24, 0.3, 0.4, 0.57], ROWS), 0.0)
    paid = (price - off).round(2)
    paid[:5] = np.nan
    frame = pl.DataFrame({"price": price, "off": off, "paid": paid})
    assert [(r.total, set(r.parts)) for r in find_relations(frame, frame.columns)] == [("price", {"off", "paid"})]
    near = frame.with_columns(pl.col("paid") + pl.Series(rng.choice([-0.01, 0.0, 0.01], ROWS)))
    assert find_relations(near, near.columns) == []


def test_a_target_too_rare_for_the_sample_of_rows() -> None:
    rng = np.random.default_rng(0)
    y = np.arange(60_000) == 30_001
    flag = np.where(y, "p", np.where(rng.random(60_000) < 0.4, "q", None))
    frame = pl.DataFrame({"flag": flag, "x": rng.normal(size=60_000), "y": y.astype(int)})
    assert severe(audit(frame, "y")) == set()


def test_columns_that_share_no_rows_with_one_another() -> None:
    frame = world().with_row_index("i")
    half = pl.col("i") % 2 == 0
    frame = frame.with_columns(
        odd=pl.when(~half).then(pl.col("middling") * 100 + 500), even=pl.when(half).then(pl.col("noise") + 9)
    ).with_columns(price=pl.col("strong") * 7 + 90)
    assert "odd" not in severe(audit(frame.drop("i"), "price"))


def test_columns_with_the_same_gaps_are_told_in_the_plural() -> None:
    frame = world().with_columns(
        spent=pl.when(pl.col("bought") == "yes").then(pl.col("noise") * 9 + 400).otherwise(0)
    )
    gone = pl.col("spent") == 0
    frame = frame.with_columns(
        rated=pl.when(~gone).then("middling"), noted=pl.when(~gone).then("noise"), total=pl.col("spent")
    ).drop("spent", "bought")
    (found,) = [f for f in audit(frame, "total", task="regression") if f.details["form"] == "filled_after"]
    assert found.columns == ["rated", "noted"]
    assert found.summary.startswith("Whether 'rated' and 'noted' are filled tells 'total': its mean is ")
    assert "they are filled" in found.advice


def test_a_column_that_leaks_in_several_use_cases_is_told_of_all() -> None:
    frame = world().with_columns(copy=pl.col("bought") + "!", again="bought")
    cases = [
        UseCase(name="first", table="t", target="bought", drop=["copy"]),
        UseCase(name="second", table="t", target="bought"),
        UseCase(name="third", table="t", target="again"),
    ]
    context = table_context(Table.from_frame("t", frame), Engagement(name="e", use_cases=cases), date(2026, 1, 1))
    found = {f.columns[0]: f for f in leaks(context) if f.severity == "major"}
    assert found["copy"].use_cases == ["second", "third"]
    assert found["again"].use_cases == ["first", "second"]
    assert found["bought"].use_cases == ["third"]


def named_by_class(kinds: list[str], wrong: int = 0) -> pl.DataFrame:
    frame = world()
    codes = np.random.default_rng(3).integers(0, 3, ROWS)
    told = np.where(np.arange(ROWS) < wrong, (codes + 1) % 3, codes)
    names = [f"HUM{i % 37}B-{kinds[k]}-{i}" for i, k in enumerate(told)]
    return frame.select("strong", "noise").with_columns(
        name=pl.Series(names), site=pl.Series(np.array(["EI", "IE", "N"])[codes])
    )


def test_a_part_of_a_text_that_is_the_class() -> None:
    (found,) = audit(named_by_class(["DONOR", "ACCEPTOR", "NEG"]), "site")
    assert (found.columns, found.severity, found.details["form"]) == (["name"], "major", "part")
    assert found.summary == "Part 2 of the texts of 'name' tells 'site' in every row."
    (found,) = audit(named_by_class(["DONOR", "ACCEPTOR", "NEG"], wrong=4), "site")
    assert (found.severity, found.details["errors"]) == ("minor", 4)


def test_the_unit_of_a_number_is_told_before_its_gaps() -> None:
    frame, rng = world(), np.random.default_rng(3)
    film = rng.random(ROWS) < 0.5
    minutes, seasons = rng.integers(60, 150, ROWS), rng.integers(1, 9, ROWS)
    length = [
        f"{m} min" if f else f"{s} Season{'s' if s > 1 else ''}"
        for f, m, s in zip(film, minutes, seasons, strict=True)
    ]
    blank = [None if f and i % 4 == 0 else text for i, (f, text) in enumerate(zip(film, length, strict=True))]
    kind = pl.Series(np.where(film, "film", "show"))
    frame = frame.select("strong", "noise").with_columns(length=pl.Series(blank), kind=kind)
    (found,) = audit(frame, "kind")
    assert (found.columns, found.severity, found.details["form"]) == (["length"], "major", "unit")
    assert found.summary.startswith("The unit behind the numbers of 'length' tells 'kind' in all ")
    mixed = pl.Series([text if i % 9 else f"{5 + i % 80} min" for i, text in enumerate(length)])
    assert "unit" not in {f.details["form"] for f in audit(frame.with_columns(length=mixed), "kind")}


def test_parts_of_texts_that_tell_little() -> None:
    assert audit(named_by_class(["DONOR", "NEG", "NEG"]), "site") == []
    assert audit(named_by_class(["A", "B", "C"], wrong=100), "site") == []
