"""Conflicting labels, label noise and entities that repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit import audit_drop
from discovery.audit.checks.readiness.groups import group_structure, groups_in_one_table, intraclass_correlation
from discovery.audit.checks.readiness.labels import conflicting_labels, label_noise
from discovery.audit.context import DropContext, TableContext
from discovery.audit.labels import confident_disagreements
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Drop, Table

Run = Callable[[TableContext], Iterable[Finding]]


def audit(run: Run, frame: pl.DataFrame, target: str = "y", **case: Any) -> list[Finding]:
    engagement = Engagement(name="e", use_cases=[UseCase(name="case", table="t", target=target, **case)])
    return list(run(table_context(Table.from_frame("t", frame), engagement, date(2026, 1, 1))))


def blobs(rows: int = 600, gap: float = 6.0, flipped: float = 0.0, seed: int = 0) -> tuple[pl.DataFrame, set[int]]:
    """Two classes ``gap`` standard deviations apart, some labels flipped; returns the rows (from 1) of those."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, rows)
    wrong = rng.random(rows) < flipped
    frame = pl.DataFrame(
        {
            "a": rng.normal(size=rows) + gap / 2 * y,
            "b": rng.normal(size=rows) + gap / 2 * y,
            "c": rng.normal(size=rows),
            "d": ["u" if r < 0.5 else None for r in rng.random(rows)],
            "y": np.where(y ^ wrong, "good", "bad"),
        }
    )
    return frame, set((np.flatnonzero(wrong) + 1).tolist())


def test_flipped_labels_are_found() -> None:
    frame, wrong = blobs(flipped=0.05)
    found = audit(label_noise, frame)
    assert [f.severity for f in found] == ["minor"]
    assert {e.row for e in found[0].evidence} <= wrong
    assert found[0].evidence[0].values["y (likelier)"] in {"good", "bad"}
    assert abs(found[0].rows_affected - len(wrong)) <= 0.4 * len(wrong)
    assert found == audit(label_noise, frame)


@pytest.mark.parametrize("gap", [0.0, 0.7, 1.5, 2.5, 4.0, 8.0])
def test_honest_overlap_is_not_noise(gap: float) -> None:
    assert audit(label_noise, blobs(gap=gap)[0]) == []


def test_label_noise_needs_something_to_judge() -> None:
    frame, _ = blobs(rows=90, flipped=0.1)
    assert audit(label_noise, frame) == []
    assert audit(label_noise, frame.with_columns(y=pl.col("a"))) == []
    many = blobs(rows=300)[0]
    assert audit(label_noise, many.select("y", i=pl.int_range(pl.len()))) == []
    rare = many.with_columns(y=pl.Series(["x"] * 297 + ["z"] * 3))
    assert audit(label_noise, rare) == []


def test_label_noise_in_a_small_table() -> None:
    frame, wrong = blobs(rows=180, flipped=0.1)
    (found,) = audit(label_noise, frame)
    assert abs(found.rows_affected - len(wrong)) <= 3
    assert audit(label_noise, blobs(rows=180)[0]) == []


def test_label_noise_where_classes_overlap_and_a_line_parts_them() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1200, 12))
    y = (x.sum(axis=1) + rng.normal(0, 0.9, 1200) > 0).astype(int)
    wrong = rng.random(1200) < 0.06
    features = {f"x{i}": x[:, i] for i in range(12)}
    assert audit(label_noise, pl.DataFrame(features | {"y": y})) == []
    (found,) = audit(label_noise, pl.DataFrame(features | {"y": np.where(wrong, 1 - y, y)}))
    assert found.details["flagged"] <= 1.5 * wrong.sum()
    assert sum(e.row - 1 in set(np.flatnonzero(wrong)) for e in found.evidence) >= 4


def test_a_target_that_nothing_tells_has_no_label_noise() -> None:
    rng = np.random.default_rng(2)
    features = {f"x{i}": rng.normal(size=800) for i in range(5)}
    for share in (0.05, 0.2, 0.5):
        assert audit(label_noise, pl.DataFrame(features | {"y": (rng.random(800) < share).astype(int)})) == []


def test_label_noise_on_a_sample_of_a_long_table() -> None:
    frame, wrong = blobs(rows=8_000, flipped=0.05)
    found = audit(label_noise, frame)
    assert found[0].details["judged_rows"] == 5_000
    assert abs(found[0].rows_affected - len(wrong)) <= 0.4 * len(wrong)


def test_confident_joint() -> None:
    chances = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.05, 0.95], [0.3, 0.7]])
    rows, better = confident_disagreements(chances, np.array([0, 0, 1, 0, 1]))
    assert rows.tolist() == [3]
    assert better.tolist() == [1]


def test_equal_features_with_different_labels() -> None:
    frame, _ = blobs(rows=100)
    double = frame.head(3).with_columns(
        y=pl.when(pl.col("y") == "good").then(pl.lit("bad")).otherwise(pl.lit("good"))
    )
    number = pl.int_range(pl.len()).alias("id")
    found = audit(conflicting_labels, pl.concat([frame, double]).with_columns(number))
    assert [(f.severity, f.columns, f.rows_affected) for f in found] == [("major", [], 6), ("info", ["y"], 6)]
    assert (found[0].details["target"], found[0].details["least_errors"]) == ("y", 3)
    assert "in more than 97.09% of the rows" in found[1].summary
    assert {1, 2, 3} <= {e.row for e in found[0].evidence}
    same = pl.concat([frame, frame.head(3)]).with_columns(number)
    assert audit(conflicting_labels, same) == []


@pytest.mark.parametrize(("claims", "severity"), [(0.08, "info"), (2.0, "minor")])
def test_counts_of_what_seldom_happens_differ_by_chance(claims: float, severity: str) -> None:
    rng = np.random.default_rng(5)
    rows = 1000
    half = pl.DataFrame({"a": rng.random(rows), "b": rng.integers(0, 900, rows)})
    frame = pl.concat([half, half]).with_columns(y=pl.Series(rng.poisson(claims, 2 * rows)))
    found = audit(conflicting_labels, frame, task="regression")
    assert [f.severity for f in found] == [severity, "info"]
    assert ("'y' counts what seldom happens" in found[0].summary) == (severity == "info")


@pytest.mark.parametrize(("steps", "severity"), [(4, "major"), (10, "minor")])
def test_scores_of_many_steps_are_measures(steps: int, severity: str) -> None:
    rng = np.random.default_rng(5)
    half = pl.DataFrame({"a": rng.random(1000), "b": rng.integers(0, 900, 1000)})
    frame = pl.concat([half, half]).with_columns(y=pl.Series(rng.integers(1, steps + 1, 2000)))
    assert [f.severity for f in audit(conflicting_labels, frame)] == [severity, "info"]


def test_conflicts_of_two_targets_are_one_finding_about_rows() -> None:
    frame, _ = blobs(rows=100)
    other = {"good": "bad", "bad": "good"}
    frame = frame.with_columns(z=pl.Series(["yes", "no"] * 50))
    double = frame.head(3).with_columns(pl.col("y").replace_strict(other), pl.lit("maybe").alias("z"))
    cases = [UseCase(name=n, table="t", target=n, drop=[o]) for n, o in (("y", "z"), ("z", "y"))]
    tables = {"t": Table.from_frame("t", pl.concat([frame, double]))}
    findings = audit_drop(Drop("d", tables), Engagement(name="e", use_cases=cases)).findings
    (found,) = [f for f in findings if f.kind == "conflicting_labels" and not f.columns]
    assert sorted(found.use_cases) == ["y", "z"]
    assert "another 'y'" in found.summary
    assert "another 'z'" in found.summary


def test_few_combinations_overlap_by_nature() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({n: rng.integers(0, 3, 2000) for n in "ab"}).with_columns(
        y=pl.Series(rng.random(2000) < 0.4)
    )
    assert {f.severity for f in audit(conflicting_labels, frame)} == {"info"}
    assert audit(conflicting_labels, frame.select("a", "y")) == []
    assert audit(conflicting_labels, frame.with_columns(y=pl.Series(rng.normal(size=2000)))) == []


def visits(tied: bool, rows: int = 1000) -> pl.DataFrame:
    rng = np.random.default_rng(0)
    patient = rng.integers(0, 150, rows)
    level = rng.normal(size=150)[patient] * (3 if tied else 0)
    return pl.DataFrame({"patient_id": patient, "x": rng.normal(size=rows), "y": level + rng.normal(size=rows)})


def test_repeating_patients() -> None:
    found = audit(group_structure, visits(tied=True))
    assert [(f.columns, f.severity) for f in found] == [(["patient_id"], "major")]
    assert found[0].details["groups"] == 150
    assert "GroupKFold" in (found[0].fix or "")
    assert [f.severity for f in audit(group_structure, visits(tied=False))] == ["minor"]


def test_a_counter_at_the_end_of_a_name_is_of_a_group() -> None:
    rng = np.random.default_rng(0)
    person = np.repeat(np.arange(40), 6)
    frame = pl.DataFrame({"name": [f"rec_S{p:02d}_{i % 6 + 1}" for i, p in enumerate(person)]})
    frame = frame.with_columns(pitch=rng.normal(size=240), y=pl.Series(rng.random(40) < 0.5).gather(person))
    (found,) = audit(group_structure, frame)
    assert (found.columns, found.severity, found.details["groups"]) == (["name"], "major", 40)
    assert audit(group_structure, frame.with_columns(y=rng.random(240) < 0.5))[0].severity == "minor"
    assert audit(group_structure, frame, group="name") == []
    strewn = [f"rec_S{p:02d}_{n}" for p, n in zip(person, rng.permutation(900)[:240], strict=True)]
    assert audit(group_structure, frame.with_columns(name=pl.Series(strewn))) == []
    classes = frame.with_columns(y=pl.col("name").str.slice(0, 7))
    assert audit(group_structure, classes, task="multiclass") == []


def test_few_persons_with_many_rows_each_are_groups() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({"Speaker Number": np.repeat(list("abcdefghijkl"), 30), "f": rng.normal(size=360)})
    frame = frame.with_columns(y=pl.Series(list("uvwxyz") * 60))
    (found,) = audit(group_structure, frame, task="multiclass")
    assert (found.columns, found.severity) == (["Speaker Number"], "minor")
    assert audit(group_structure, frame.rename({"Speaker Number": "Model Number"}), task="multiclass") == []


def test_groups_that_are_handled_or_not_there() -> None:
    assert [f.severity for f in audit(group_structure, visits(tied=True), group="patient_id")] == ["info"]
    assert audit(group_structure, visits(tied=True), group="gone") == []
    unique = visits(tied=True).with_columns(patient_id=pl.int_range(pl.len()))
    assert audit(group_structure, unique) == []
    assert audit(group_structure, visits(tied=True).rename({"patient_id": "household_income"})) == []
    assert audit(group_structure, visits(tied=True).rename({"patient_id": "engaged_users"})) == []
    assert audit(group_structure, visits(tied=True).with_columns(y=pl.lit("one"))) == []


def test_intraclass_correlation() -> None:
    groups = np.repeat(np.arange(100), 5)
    rng = np.random.default_rng(0)
    level = rng.normal(size=100)[groups]
    assert intraclass_correlation(groups, level) == pytest.approx(1.0)
    assert intraclass_correlation(groups, rng.normal(size=500)) < 0.1
    assert intraclass_correlation(groups, level + rng.normal(size=500)) == pytest.approx(0.5, abs=0.12)
    assert intraclass_correlation(np.zeros(5, np.int64), rng.normal(size=5)) == 0.0
    assert intraclass_correlation(np.arange(4), np.ones(4)) == 0.0


def test_orders_and_customers_by_name_and_things_of_a_panel_are_groups() -> None:
    rng = np.random.default_rng(0)
    order = rng.integers(1000, 1200, 900)
    sales = pl.DataFrame(
        {"ORDERNUMBER": order, "CUSTOMERNAME": [f"Shop {i % 40}" for i in order], "y": rng.normal(size=900)}
    )
    found = {f.columns[0]: f.severity for f in audit(group_structure, sales, task="regression")}
    assert found == {"ORDERNUMBER": "info", "CUSTOMERNAME": "minor"}
    names = [f"Land {chr(65 + i // 26)}{chr(65 + i % 26)}" for i in range(60)]
    panel = pl.DataFrame(
        {
            "Country": [n for n in names for _ in range(15)],
            "Year": list(range(2000, 2015)) * 60,
            "y": rng.normal(size=900),
        }
    )
    (country,) = audit(group_structure, panel, task="regression")
    assert country.columns == ["Country"]
    assert "GroupKFold(5).split(df, df['y'], groups=df['Country'])" in (country.fix or "")
    assert audit(group_structure, panel.with_columns(pl.col("Country").shuffle(seed=1)), task="regression") == []


def test_lengths_of_time_and_kinds_name_no_entity() -> None:
    rng = np.random.default_rng(0)
    columns = {n: rng.integers(0, 60, 900) for n in ("YearsAtCompany", "months_as_customer", "type_of_subject")}
    assert audit(group_structure, pl.DataFrame({**columns, "y": rng.normal(size=900)}), task="regression") == []


def test_a_company_by_name_is_not_major() -> None:
    rng = np.random.default_rng(0)
    company = rng.integers(0, 45, 900)
    y = np.arange(45)[company] + rng.normal(size=900)
    frame = pl.DataFrame({"company": [f"Firm {chr(65 + c // 26)}{chr(65 + c % 26)}" for c in company], "y": y})
    assert [f.severity for f in audit(group_structure, frame, task="regression")] == ["minor"]


def alone(frame: pl.DataFrame, *others: pl.DataFrame, target: str | None = None) -> list[Finding]:
    cases = [UseCase(name="c", table="t0", target=target)] if target else []
    engagement = Engagement(name="e", use_cases=cases)
    tables = {f"t{i}": Table.from_frame(f"t{i}", f) for i, f in enumerate([frame, *others])}
    contexts = {n: table_context(t, engagement, date(2026, 1, 1)) for n, t in tables.items()}
    return list(groups_in_one_table(DropContext(Drop("d", tables), contexts, engagement, date(2026, 1, 1))))


def test_what_repeats_in_a_table_without_a_use_case() -> None:
    rng = np.random.default_rng(0)
    order = np.repeat(np.arange(400), rng.integers(1, 6, 400))
    lines = pl.DataFrame(
        {
            "order_id": order,
            "item_name": [f"item {chr(97 + i)}" for i in rng.integers(0, 20, len(order))],
            "price": rng.random(len(order)).round(2),
        }
    )
    assert [(f.columns, f.severity) for f in alone(lines)] == [(["order_id"], "info")]
    assert alone(lines, pl.DataFrame({"order_id": range(400)})) == []
    assert alone(lines, target="price") == []
    assert alone(lines.unique("order_id")) == []
    assert alone(lines.drop("order_id")) == []


def test_full_names_of_persons_that_repeat() -> None:
    rng = np.random.default_rng(0)
    first = ["Mary", "John", "Linda", "James", "Anna", "Peter", "Julia", "Paul", "Laura", "Mark"]
    last = ["Smith", "Johnson", "Brown", "Miller", "Davis", "Wilson"]
    names = [f"{f} {n}" for f in first for n in last]
    person = np.repeat(np.arange(60), 12)
    frame = pl.DataFrame({"name": [names[i] for i in person], "wins": rng.random(720).round(3)})
    assert [f.columns for f in alone(frame)] == [["name"]]
    single = frame.with_columns(pl.col("name").str.split(" ").list.first())
    assert alone(single) == []


def test_identifiers_written_with_decimals_are_groups() -> None:
    rng = np.random.default_rng(0)
    people = rng.permutation(np.repeat(np.arange(12_000.0, 12_200.0), 4))
    frame = pl.DataFrame({"customer_id": people, "y": rng.normal(size=800) + people % 7})
    (finding,) = audit(group_structure, frame, task="regression")
    assert finding.columns == ["customer_id"]
    assert audit(group_structure, frame.rename({"customer_id": "amount"}), task="regression") == []


def test_titles_are_groups_where_they_decide_the_target() -> None:
    rng = np.random.default_rng(0)
    book = np.sort(rng.integers(0, 200, 500))
    names = [f"{w}{v}{x} tale" for w in "ABCDE" for v in "abcdefgh" for x in ["ra", "lo", "mi", "su", "te"]]
    frame = pl.DataFrame({"Name": [names[b] for b in book], "y": (book * 37 % 50) / 10})
    (finding,) = audit(group_structure, frame, task="regression")
    assert (finding.columns, finding.severity) == (["Name"], "minor")
    alone = pl.DataFrame({"Name": [f"Only {i} of it" for i in range(2_000)], "y": rng.normal(3, 0.1, 2_000)})
    (finding,) = audit(group_structure, pl.concat([frame.head(250), alone]), task="regression")
    assert finding.severity == "info"
    assert audit(group_structure, frame.with_columns(y=pl.Series(rng.normal(size=500))), task="regression") == []


def test_equal_texts_with_two_labels() -> None:
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(300)]
    texts = [" ".join(rng.choice(words, 14)) for _ in range(600)]
    labels = rng.choice(["good", "bad"], 600).tolist()
    other = {"good": "bad", "bad": "good"}
    again = pl.DataFrame(
        {
            "text": [*texts, *texts[:8], *texts[20:40]],
            "user": [f"u{i}" for i in range(628)],
            "y": [*labels, *(other[v] for v in labels[:8]), *labels[20:40]],
        }
    )
    (finding,) = audit(conflicting_labels, again)
    assert (finding.columns, finding.rows_affected) == (["text"], 16)
    assert audit(conflicting_labels, again.head(600)) == []


def test_a_name_of_a_panel_is_a_group_whatever_it_decides() -> None:
    rng = np.random.default_rng(0)
    panel = pl.DataFrame(
        {
            "name": np.repeat([f"storm {i}" for i in range(30)], 20),
            "year": np.tile(np.arange(1990, 2010), 30),
            "y": rng.normal(size=600),
        }
    )
    (finding,) = audit(group_structure, panel, task="regression")
    assert finding.columns == ["name"]


def shows(size: int) -> pl.DataFrame:
    """Shows with their ratings, a row for every prize."""
    rng = np.random.default_rng(8)
    show = np.repeat(np.arange(90), size)
    of = {name: rng.integers(0, 40, 90)[show] for name in ("critics", "seats", "weeks", "year")}
    titles = [f"Show {'ABCDEFGHI'[i % 9]} {i}" for i in show]
    return pl.DataFrame(
        {"show": titles, **of, "n": rng.integers(0, 9, 90 * size), "y": ["a", "b", "c"] * (30 * size)}
    )


def test_what_most_columns_describe_is_a_group() -> None:
    (found,) = audit(group_structure, shows(3), task="multiclass")
    assert (found.columns, found.details["groups"]) == (["show"], 90)
    frame = shows(3)
    assert audit(group_structure, frame.with_columns(frame["show"].shuffle(seed=1)), task="multiclass") == []
    plain = frame.with_columns(critics=pl.Series(np.random.default_rng(9).integers(0, 40, 270)))
    own = plain.with_columns(seats="critics", weeks=pl.col("critics") * 3 % 41)
    assert audit(group_structure, own, task="multiclass") == []
    assert audit(group_structure, shows(1), task="multiclass") == []


def test_numbers_of_individuals_are_groups() -> None:
    for name in ("iid", "pid", "custno"):
        (found,) = audit(group_structure, visits(tied=True).rename({"patient_id": name}))
        assert found.columns == [name]
    assert audit(group_structure, visits(tied=True).rename({"patient_id": "cust"})) == []


def test_equal_rows_of_another_number_are_a_remark() -> None:
    rng = np.random.default_rng(6)
    frame = pl.DataFrame({c: rng.normal(size=600).round(4) for c in "abcd"} | {"y": rng.normal(size=600)})
    again = frame.head(12).with_columns(y=pl.col("y") + 1)
    (found,) = audit(conflicting_labels, pl.concat([frame, again]), task="regression")
    assert (found.columns, found.severity, found.rows_affected) == (["y"], "info", 24)
    assert audit(conflicting_labels, pl.concat([frame, frame.head(12)]), task="regression") == []
    coarse = pl.DataFrame({c: rng.integers(0, 5, 600) for c in "abcd"} | {"y": rng.normal(size=600)})
    assert audit(conflicting_labels, coarse, task="regression") == []
