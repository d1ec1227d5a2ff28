"""Leaks of which names, flags and pairs of columns speak: planted, and beside honest columns of like names."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from discovery.audit.targets import framed_numbers
from discovery.audit.vocabulary.afterwards import after_words, domains

from .test_leaks import audit, forms, severe, world

ROWS = 800


@pytest.mark.parametrize(
    ("target", "classes", "domain"),
    [
        ("churn", [], "leaving"),
        ("is_canceled", [], "leaving"),
        ("y", ["Charged Off", "Fully Paid"], "loan"),
        ("ArrDelay", [], "delay"),
        ("made_sla", [], "case"),
        ("days_to_resolve", [], "case"),
        ("species", ["setosa", "virginica"], None),
        ("previous_loan_default", [], None),
        ("price", [], None),
    ],
)
def test_the_domain_of_a_target(target: str, classes: list[str], domain: str | None) -> None:
    assert domain in (domains(target, classes) or (None,))


@pytest.mark.parametrize(
    ("target", "column"),
    [
        ("winner", "home_score"),
        ("loan_status", "total_pymnt_inv"),
        ("loan_status", "last_pymnt_amnt"),
        ("churn", "Churn Reason"),
        ("made_sla", "closed_at"),
        ("time_to_resolve", "resolved_by"),
        ("arr_delay", "dep_time"),
        ("units_sold", "rating_count"),
        ("amount of damage", "Cost Repair"),
        ("DEATH_EVENT", "cause_of_death"),
        ("dead", "injSeverity"),
    ],
)
def test_words_for_what_comes_after(target: str, column: str) -> None:
    assert after_words(column, domains(target)) is not None


@pytest.mark.parametrize(
    ("target", "column"),
    [
        ("winner", "home_rank"),
        ("loan_status", "chargeoff_within_12_mths"),
        ("loan_status", "mths_since_last_delinq"),
        ("arr_delay", "sched_dep_time"),
        ("churn", "contract"),
        ("units_sold", "merchant_rating"),
        ("survived", "body_mass_index"),
        ("price", "rating"),
    ],
)
def test_words_for_what_came_before(target: str, column: str) -> None:
    assert after_words(column, domains(target)) is None


def test_words_that_come_after_beside_others_only() -> None:
    assert after_words("Grade", domains("score", [], ["Grade", "EstablishmentName"]))
    assert after_words("grade", domains("score", [], ["grade", "school"])) is None
    assert after_words("Tags", domains("Converted", [], ["Tags", "Lead Origin"]))
    assert after_words("tags", domains("converted", [], ["tags", "page"])) is None


def test_names_alone_are_told_together_and_are_no_major() -> None:
    frame = world().select("strong", "middling", "noise", "bought").rename({"bought": "winner"})
    rng = np.random.default_rng(3)
    frame = frame.with_columns(
        win_margin=pl.Series(rng.integers(1, 90, frame.height)),
        player_of_match=pl.Series(rng.choice(list("abcdefgh"), frame.height)),
    )
    found = [f for f in audit(frame, "winner") if f.details["form"] == "known_after"]
    assert [(f.columns, f.severity) for f in found] == [(["win_margin", "player_of_match"], "minor")]
    assert severe(audit(frame.rename({"winner": "bought"}), "bought")) == set()
    assert audit(frame.rename({"winner": "kind"}), "kind") == audit(
        frame.rename({"winner": "kind", "win_margin": "a", "player_of_match": "b"}), "kind"
    )


def test_what_grows_with_the_target_is_but_noted() -> None:
    frame = world().select("strong", "noise", "amount").rename({"amount": "units_sold"})
    noise = pl.Series(np.random.default_rng(0).integers(0, 99, frame.height))
    assert not [f for f in audit(frame.with_columns(review_count=noise), "units_sold") if f.columns]
    part = frame["units_sold"].rank() / frame.height * 60
    frame = frame.with_columns(review_count=(part + noise).cast(pl.Int64))
    found = [f for f in audit(frame, "units_sold") if "review_count" in f.columns]
    assert [f.severity for f in found] == ["info"]
    assert not audit(frame, "units_sold", allow=["review_count"])


def test_none_of_several_columns_after_the_outcome_hides_another() -> None:
    rng = np.random.default_rng(1)
    bad = rng.random(ROWS) < 0.4
    frame = pl.DataFrame({f"x{i}": rng.normal(size=ROWS) + 0.3 * bad for i in range(4)}).with_columns(
        total_pymnt=pl.Series(rng.normal(size=ROWS) - 2.2 * bad),
        recoveries=pl.Series(rng.normal(size=ROWS) + 2.2 * bad),
        loan_status=pl.Series(np.where(bad, "Charged Off", "Fully Paid")),
    )
    found = audit(frame, "loan_status")
    assert severe(found) == {"total_pymnt", "recoveries"}
    assert set(forms(found).values()) == {"after_outcome"}


def test_several_words_of_any_outcome_are_a_question() -> None:
    rng = np.random.default_rng(1)
    kind = rng.random(ROWS) < 0.4
    frame = pl.DataFrame({f"x{i}": rng.normal(size=ROWS) for i in range(4)}).with_columns(
        first_result=pl.Series(rng.normal(size=ROWS) + 2.2 * kind),
        second_result=pl.Series(rng.normal(size=ROWS) + 2.2 * kind),
        kind=pl.Series(np.where(kind, "a", "b")),
    )
    assert severe(audit(frame, "kind")) == set()


def test_a_second_reading_of_the_same_stem() -> None:
    rng = np.random.default_rng(0)
    third = rng.normal(size=ROWS)
    frame = pl.DataFrame(
        {
            "effort": rng.normal(size=ROWS) + 0.2 * third,
            "G1": third + 0.8 * rng.normal(size=ROWS),
            "G2": third + 0.4 * rng.normal(size=ROWS),
            "G3": third,
        }
    )
    assert {c: f.severity for f in audit(frame, "G3") for c in f.columns} == {"G2": "major", "G1": "minor"}


def test_an_entity_hides_no_near_copy() -> None:
    rng = np.random.default_rng(0)
    subject = rng.integers(0, 40, 4000)
    total = 3.0 * rng.normal(size=40)[subject] + 0.5 * rng.normal(size=4000)
    frame = pl.DataFrame({"subject": subject, "noise": rng.normal(size=4000), "total_updrs": total})
    frame = frame.with_columns(motor_updrs=pl.Series(total + 0.8 * rng.normal(size=4000)))
    assert forms(audit(frame, "total_updrs"))["motor_updrs"] == "named_like_target"


@pytest.mark.parametrize("unit", [1, 60])
def test_a_span_of_two_times(unit: int) -> None:
    rng = np.random.default_rng(0)
    start = [datetime(2024, 1, 1) + timedelta(seconds=int(s)) for s in rng.integers(0, 9_000_000, ROWS)]
    span = rng.integers(60, 9000, ROWS)
    frame = pl.DataFrame(
        {
            "started": start,
            "ended": [t + timedelta(seconds=int(s)) for t, s in zip(start, span, strict=True)],
            "checked": [t + timedelta(days=int(d)) for t, d in zip(start, rng.integers(1, 90, ROWS), strict=True)],
            "noise": rng.normal(size=ROWS),
            "length": span // unit,
        }
    )
    assert severe(audit(frame, "length")) == {"ended"}


def test_which_is_greater_gives_the_class_away() -> None:
    rng = np.random.default_rng(0)
    home, away = rng.poisson(1.6, ROWS), rng.poisson(1.2, ROWS)
    result = np.array(["A", "D", "H"])[np.sign(home - away) + 1]
    frame = pl.DataFrame({"form": rng.normal(size=ROWS), "home_goals": home, "away_goals": away, "result": result})
    found = audit(frame, "result")
    assert severe(found) == {"home_goals", "away_goals"}
    assert forms(found)["home_goals"] == "compared"
    shuffled = frame.with_columns(result=pl.Series(rng.permutation(result)))
    assert severe(audit(shuffled, "result")) == set()


def test_what_was_asked_for_is_not_told_with_what_came() -> None:
    rng = np.random.default_rng(0)
    goal = rng.lognormal(8, 1, ROWS).round()
    raised = (goal * rng.lognormal(0, 0.5, ROWS)).round()
    frame = pl.DataFrame(
        {"noise": rng.normal(size=ROWS), "goal": goal, "pledged": raised, "reached": raised >= goal}
    )
    assert severe(audit(frame, "reached")) == {"pledged"}


def test_an_actual_time_beside_its_schedule() -> None:
    rng = np.random.default_rng(0)
    planned = rng.integers(300, 1300, ROWS)
    late = rng.normal(0, 20, ROWS).round().astype(int)
    frame = pl.DataFrame(
        {
            "noise": rng.normal(size=ROWS),
            "sched_dep_time": planned,
            "dep_time": planned + late,
            "arrival": np.where(late + rng.normal(0, 12, ROWS) > 10, "delayed", "ontime"),
        }
    )
    found = audit(frame, "arrival")
    assert severe(found) == {"dep_time"}
    assert forms(found)["dep_time"] == "realised"
    honest = frame.with_columns(arrival=pl.Series(np.where(rng.random(ROWS) < 0.3, "b", "a")))
    assert severe(audit(honest, "arrival")) == set()


def test_flags_that_are_the_parts_of_the_outcome() -> None:
    rng = np.random.default_rng(0)
    heat, power, wear = rng.random((3, 5000)) < 0.01
    failed = heat | power | wear
    frame = pl.DataFrame(
        {
            "load": rng.normal(size=5000) + failed,
            "rush": (rng.random(5000) < 0.02).astype(int),
            "heat": heat.astype(int),
            "power": power.astype(int),
            "wear": wear.astype(int),
            "failed": failed.astype(int),
        }
    )
    assert severe(audit(frame, "failed")) == {"heat", "power", "wear"}
    alone = audit(frame.drop("power", "wear"), "failed")
    assert {c: f.severity for f in alone for c in f.columns} == {"heat": "info"}


def test_two_levels_that_cut_a_number() -> None:
    frame = world().drop("bought", "grade").with_columns(low=(pl.col("amount") < 92).cast(pl.Int8))
    assert severe(audit(frame, "amount")) == {"low"}
    closed = pl.Series(np.random.default_rng(0).random(frame.height) < 0.1)
    shut = frame.drop("low").with_columns(
        amount=pl.when(closed).then(0.0).otherwise(pl.col("amount").abs() + 1.0), open=~closed
    )
    assert {c: f.severity for f in audit(shut, "amount") for c in f.columns} == {"open": "minor"}


def test_a_rate_times_one_of_a_few_factors() -> None:
    rng = np.random.default_rng(0)
    rate = rng.uniform(15, 90, ROWS).round(4)
    hours = rng.choice([2080, 2704, 1040], ROWS)
    frame = pl.DataFrame({"noise": rng.normal(size=ROWS), "rate": rate, "year": rate * hours})
    assert forms(audit(frame, "year"))["rate"] == "multiplied"
    near = frame.with_columns(year=pl.Series(rate * 2080 * (1 + 0.001 * rng.normal(size=ROWS))))
    assert "multiplied" not in forms(audit(near, "year")).values()


def test_a_straight_line_in_the_reciprocal() -> None:
    rng = np.random.default_rng(0)
    density = rng.normal(1.055, 0.019, ROWS).round(4)
    fat = (495 / density - 450).round(1)
    fat[:30] += 15
    frame = pl.DataFrame({"noise": rng.normal(size=ROWS), "density": density, "fat": fat})
    assert forms(audit(frame, "fat"))["density"] == "curved"
    rough = frame.with_columns(fat=pl.Series(fat + rng.normal(size=ROWS).round(1)))
    assert severe(audit(rough, "fat")) == set()


def test_numbers_within_the_same_words() -> None:
    texts = pl.Series("off", [f"{i}% off" for i in range(40)] + [None])
    read = framed_numbers(texts)
    assert read is not None
    assert read.to_list() == [*map(float, range(40)), None]
    assert framed_numbers(pl.Series("mixed", [f"{i} kg" if i % 2 else f"{i} lb" for i in range(40)])) is None
    frame = world().drop("bought", "grade").with_columns(text=pl.format("Sample  {}", "amount"))
    assert severe(audit(frame, "amount")) == {"text"}


def test_a_row_number_and_a_copy_of_it_make_no_small_number() -> None:
    rng = np.random.default_rng(0)
    rows = np.arange(1, ROWS + 1)
    frame = pl.DataFrame({"n": rows, "again": rows, "abv": rng.uniform(0.03, 0.1, ROWS).round(3)})
    assert severe(audit(frame, "abv")) == set()


def test_a_time_beside_the_event_of_a_trial() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame(
        {
            "trt": rng.integers(0, 2, ROWS),
            "age": rng.normal(60, 9, ROWS).round(),
            "time": rng.exponential(200, ROWS).round(),
            "status": rng.integers(0, 2, ROWS),
        }
    )
    assert forms(audit(frame, "status")) == {"time": "known_after"}
    assert audit(frame.drop("trt"), "status") == []


def test_a_mere_time_beside_an_event_is_one_of_follow_up() -> None:
    rng = np.random.default_rng(3)
    event, days = (rng.random(ROWS) < 0.4).astype(int), rng.integers(1, 900, ROWS)
    age = rng.normal(60, 9, ROWS).round(1)
    found = audit(pl.DataFrame({"event": event, "time": days, "age": age}), "event")
    assert [(f.columns, f.severity, f.details["form"]) for f in found] == [(["time"], "minor", "follow_up")]


@pytest.mark.parametrize("what", ["clock", "hours", "series", "bought", "status"])
def test_other_times_beside_an_event_are_none_of_follow_up(what: str) -> None:
    rng = np.random.default_rng(3)
    event, hours = (rng.random(ROWS) < 0.4).astype(int), rng.integers(0, 24, ROWS)
    times = {"clock": 100 * hours + rng.integers(0, 60, ROWS), "hours": hours + rng.random(ROWS).round(2) / 2}
    time = times.get(what, rng.integers(1, 900, ROWS))
    time = np.sort(time) if what == "series" else time
    target = what if what in {"bought", "status"} else "event"
    frame = pl.DataFrame({target: event, "time": time, "age": rng.normal(60, 9, ROWS).round(1)})
    assert [f for f in audit(frame, target) if f.details["form"] == "follow_up"] == []


def test_the_time_until_what_a_target_is_named_for_is_known_with_it() -> None:
    rng = np.random.default_rng(3)
    frame = pl.DataFrame(
        {
            "adopted": (rng.random(ROWS) < 0.4).astype(int),
            "days_to_adoption": rng.integers(1, 90, ROWS),
            "days_to_visit": rng.integers(1, 90, ROWS),
            "tenure": rng.integers(1, 90, ROWS),
        }
    )
    (found,) = audit(frame, "adopted")
    assert (found.columns, found.severity) == (["days_to_adoption"], "minor")
