"""Contracts are suggested from the sound part of the data."""

from __future__ import annotations

import json
import random
import warnings
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Evidence, Finding, Severity
from discovery.audit.run import open_drop
from discovery.contract import Suite, read_suite, suggest, validate, write_suite
from discovery.contract.flagged import flagged, moments, numbers
from discovery.contract.model import safe_name
from discovery.contract.robust import core_categories, core_range, nice_bound
from discovery.contract.shapes import common_regex
from discovery.engagement import Engagement
from discovery.errors import DataError
from discovery.intake import read_drop
from discovery.intake.table import Drop, Table

from .conftest import MakeContext


def sound(rows: int = 1000, seed: int = 1) -> pl.DataFrame:
    rng = random.Random(seed)
    start = [date(2024, 1, 1) + timedelta(days=rng.randrange(365)) for _ in range(rows)]
    return pl.DataFrame(
        {
            "customer_id": [f"C-{i:05d}" for i in range(rows)],
            "age": [min(95, max(18, round(rng.gauss(45, 14)))) for _ in range(rows)],
            "spend": [round(rng.lognormvariate(3, 1), 2) for _ in range(rows)],
            "country": [rng.choice(["Germany", "Austria", "Switzerland"]) for _ in range(rows)],
            "start": start,
            "end": [d + timedelta(days=rng.randrange(300)) for d in start],
            "churned": [rng.random() < 0.3 for _ in range(rows)],
            "note": [rng.choice([None, "x y", "called twice"]) for _ in range(rows)],
        }
    )


def with_faults(frame: pl.DataFrame) -> pl.DataFrame:
    row = pl.int_range(pl.len())
    return frame.with_columns(
        age=pl.when(row % 25 == 3).then(-999).otherwise("age"),
        spend=pl.when(row % 50 == 3).then(pl.col("spend") * 100_000).otherwise("spend"),
        country=pl.when(row % 40 == 7).then(pl.lit("Germny")).otherwise("country"),
        start=pl.when(row % 30 == 9).then(date(1900, 1, 1)).otherwise("start"),
        customer_id=pl.when(row % 100 == 5).then(pl.lit("C-00001")).otherwise("customer_id"),
    )


def broken(suite: Suite, frame: pl.DataFrame) -> set[str]:
    result = validate(suite, Table.from_frame("customers", frame), "scan")
    return {c for o in result.select("failed", "errored") for c in o.expectation.columns}


def test_dirt_is_not_taken_for_the_rule(make_context: MakeContext) -> None:
    dirty = with_faults(sound())
    suite = suggest(make_context(dirty, tables={"customers": {"key": ["customer_id"]}}))
    assert broken(suite, sound()) == set(), "the same drop cleaned passes"
    assert {"age", "spend", "country", "start", "customer_id"} <= broken(suite, dirty)


def test_a_sound_contract_passes_the_next_drop_and_stops_a_faulty_one(make_context: MakeContext) -> None:
    suite = suggest(make_context(sound(seed=1)))
    for seed in range(2, 8):
        assert broken(suite, sound(seed=seed)) == set()
    assert {"age", "spend", "country", "start"} <= broken(suite, with_faults(sound(seed=9)))


def test_the_order_of_two_dates_is_kept(make_context: MakeContext) -> None:
    suite = suggest(make_context(sound()))
    swapped = sound(seed=4).rename({"start": "end", "end": "start"})
    assert broken(suite, swapped) == {"start", "end"}


def test_missing_values_that_a_clean_up_makes_are_allowed(make_context: MakeContext) -> None:
    frame = sound().with_columns(age=pl.when(pl.int_range(pl.len()) % 5 == 0).then(0).otherwise("age"))
    finding = Finding(
        kind="sentinel_missing",
        table="customers",
        columns=["age"],
        severity="major",
        rows_affected=200,
        summary="",
        evidence=[Evidence(row=1, values={"age": "0"})],
    )
    suite = suggest(make_context(frame), [finding])
    cleaned = frame.with_columns(age=pl.when(pl.col("age") == 0).then(None).otherwise("age"))
    assert broken(suite, cleaned) == set()
    without = suggest(make_context(frame))
    assert broken(without, cleaned) == {"age"}


def test_the_json_is_that_of_great_expectations(make_context: MakeContext, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from great_expectations import ExpectationSuite

    suite = suggest(make_context(sound()))
    path = write_suite(suite, tmp_path)
    assert read_suite(path) == suite
    loaded = ExpectationSuite(**json.loads(path.read_text())).to_json_dict()
    ours = [(e.type, e.kwargs, e.severity) for e in suite.expectations]
    theirs = [(e["type"], e["kwargs"], e["severity"]) for e in loaded["expectations"]]
    for (kind, kwargs, severity), (their_kind, their_kwargs, their_severity) in zip(ours, theirs, strict=True):
        assert (kind, severity) == (their_kind, their_severity)
        assert {"mostly": 1.0, **their_kwargs} == {"mostly": 1.0, **kwargs}


def test_personal_values_do_not_enter_a_contract(make_context: MakeContext, tmp_path: Path) -> None:
    frame = sound().with_columns(
        email=pl.format("person{}@mail{}.example", pl.int_range(pl.len()), pl.int_range(pl.len()) % 7),
        nickname=pl.Series(["Zaphod", "Trillian", "Marvin", "Ford"] * 250),
    )
    context = make_context(frame, tables={"customers": {"personal": ["nickname", "email"]}})
    text = write_suite(suggest(context), tmp_path).read_text()
    assert "Zaphod" not in text
    assert "person1" not in text


def test_a_contract_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("{")
    with pytest.raises(DataError, match="not a contract"):
        read_suite(path)


@pytest.mark.parametrize(
    ("values", "low", "high"),
    [
        ([*range(18, 90)] * 10 + [-999] * 30, 18, 89),
        ([*range(18, 90)] * 10 + [999] * 3, 18, 89),
        ([*range(100)] * 3, 0, 99),
        ([5.0] * 100, 5, 5),
    ],
)
def test_the_core_of_a_range(values: list[float], low: float, high: float) -> None:
    core = core_range(pl.Series(values, dtype=pl.Float64))
    assert core is not None
    assert (core.low, core.high) == (low, high)


def test_the_core_leaves_out_what_findings_name() -> None:
    values = pl.Series([0] * 10 + list(range(-40, 0)) + list(range(1, 300)), dtype=pl.Float64)
    core = core_range(values, equal=[0.0], extremes=[-3.0])
    assert core is not None
    assert core.low == -2
    assert core_range(pl.Series([1.0, 2.0]), equal=[1.0]) is None


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=60))
def test_a_core_lies_within_the_values(values: list[float]) -> None:
    core = core_range(pl.Series(values))
    assert core is not None
    assert min(values) <= core.low <= core.high <= max(values)
    assert 0 <= core.excluded < len(values)


def test_misspelt_and_variant_categories_are_left_out() -> None:
    counts = [
        ("Germany", 500),
        ("germany", 20),
        ("Germny", 4),
        (" France", 3),
        ("France", 90),
        ("Q10", 50),
        ("Q11", 1),
    ]
    assert core_categories(counts, ["N/A"]) == ["France", "Germany", "Q10", "Q11"]
    assert core_categories([("yes", 50), ("no", 40), ("N/A", 9)], ["N/A", "no"]) == ["no", "yes"]


def test_bounds_read_well() -> None:
    assert nice_bound(103.2, up=True) == 110
    assert nice_bound(-0.0123, up=False) == -0.013
    assert nice_bound(0.0, up=True) == 0


def test_a_form_needs_a_digit_and_nearly_all_values() -> None:
    codes = pl.Series([f"AB-{i}" for i in range(100)])
    form = common_regex(codes)
    assert form is not None
    assert form.pattern == r"^[A-Z]{2}\-[0-9]{1,4}$"
    assert common_regex(pl.Series(["anna", "bert"] * 50)) is None
    assert common_regex(pl.concat([codes, pl.Series(["?"] * 10)])) is None
    assert common_regex(pl.concat([codes, pl.Series(["?"] * 10)]), violations_known=True) is not None
    assert common_regex(pl.Series([f"ü{i}" for i in range(50)])) is None
    assert common_regex(pl.Series([], dtype=pl.String)) is None


def test_flagged_values_come_from_evidence_and_details() -> None:
    findings = [
        Finding(
            kind="sentinel_missing",
            table="t",
            columns=["a", "b"],
            severity="major",
            rows_affected=3,
            summary="",
            details={"columns": {"a": {"values": {"-999": 3}}}, "sentinels": [["?", 3]]},
        ),
        Finding(
            kind="bad_date",
            table="t",
            columns=["a"],
            severity="minor",
            summary="",
            evidence=[Evidence(row=2, values={"a": "1900-01-01"}), Evidence(row=3, values={"a": "31.02."})],
        ),
        Finding(kind="outlier", table="other", columns=["a"], severity="minor", summary=""),
    ]
    marks = flagged(findings, "t", "a")
    assert {"-999", "?", "1900-01-01"} <= marks.texts
    assert numbers(marks.wrong) == [-999.0]
    assert marks.gaps == {"?"}, "a word for missing harms no figure"
    assert [m.year for m in moments(marks.texts)] == [1900]
    assert marks.masked == 3


def test_file_names_are_safe_and_apart() -> None:
    assert safe_name("orders 2024") != safe_name("orders_2024")
    assert safe_name("customers") == "customers"
    assert "/" not in safe_name("../../etc/passwd")


def rule(suite: Suite, kind: str, column: str) -> dict[str, object]:
    (found,) = [e for e in suite.about(column) if e.type == f"expect_{kind}" and e.severity == "critical"]
    return found.kwargs


def test_codes_dates_mails_and_shares_get_the_rule_that_fits(make_context: MakeContext) -> None:
    rows = 400
    frame = pl.DataFrame(
        {
            "row_id": range(rows),
            "flag": [i % 2 for i in range(rows)],
            "share": [i / rows for i in range(rows)],
            "loss": [-float(i % 50) for i in range(rows)],
            "mail": [f"person{i}@firm{i % 9}.example" for i in range(rows)],
            "born": [date(1950, 1, 1) + timedelta(days=40 * i) for i in range(rows)],
            "code": [f"K{i % 97:03d}-{'ABCDEFG'[i % 7]}{i}" for i in range(rows)],
            "nothing": [None] * rows,
            "rare": ["x"] * 5 + [None] * (rows - 5),
        }
    ).with_columns(pl.col("nothing").cast(pl.String))
    suite = suggest(make_context(frame))
    assert rule(suite, "column_values_to_be_in_set", "flag")["value_set"] == [0, 1]
    assert rule(suite, "column_values_to_be_between", "share")["max_value"] == 1.0
    assert rule(suite, "column_values_to_be_between", "loss")["max_value"] == 0.0
    assert "@" in str(rule(suite, "column_values_to_match_regex", "mail")["regex"])
    assert "K" not in str(rule(suite, "column_values_to_match_regex", "code")["regex"])
    assert str(rule(suite, "column_values_to_be_between", "born")["min_value"]) < "1950"
    assert suite.about("nothing") == []
    assert rule(suite, "column_values_to_be_between", "row_id")["max_value"] == 10_000, "the next drop counts on"
    assert {e.type for e in suite.about("rare")} == {"expect_column_values_to_be_of_type"}


def test_a_duplicate_key_is_still_demanded_as_a_key(make_context: MakeContext) -> None:
    frame = sound().with_columns(customer_id=pl.lit("C-1"), age=pl.lit(None, dtype=pl.Int64))
    finding = Finding(
        kind="duplicate_key", table="customers", columns=["country", "start"], severity="major", summary=""
    )
    suite = suggest(make_context(frame), [finding])
    (demanded,) = [e for e in suite.expectations if e.type == "expect_compound_columns_to_be_unique"]
    assert demanded.columns == ["country", "start"]


def test_few_rows_teach_little(make_context: MakeContext) -> None:
    suite = suggest(make_context(sound(5)))
    assert not [e for e in suite.expectations if "between" in e.type and e.columns]
    assert suggest(make_context(sound(5).clear())).expectations[0].type == "expect_table_columns_to_match_set"


def test_what_the_audit_lets_pass_its_contract_lets_pass(make_context: MakeContext) -> None:
    rng = random.Random(3)
    frame = pl.DataFrame(
        {
            "share": [round(rng.uniform(0.3, 0.7), 2) for _ in range(207)] + [1.5, 1.6, 1.8, 2.1, 2.4, 2.7, 2.7],
            "income": [rng.choice(["<=50K", ">50K"]) for _ in range(214)],
            "provider_number": [10_000 + i % 90 for i in range(210)] + [20_018] * 4,
            "code": [round(rng.uniform(0, 1), 2) for _ in range(206)] + [-999.0] * 8,
        }
    )
    assert broken(suggest(make_context(frame)), frame) == {"code"}
    shifted = frame.with_columns(share=pl.col("share") + 2, income=pl.lit("50"))
    assert {"share", "income"} <= broken(suggest(make_context(frame)), shifted)


def test_a_blank_after_a_value_does_not_forbid_the_value(make_context: MakeContext) -> None:
    cells = ["shop"] * 400 + ["web"] * 400 + ["phone"] * 100
    frame = pl.DataFrame({"channel": [*cells, *["phone "] * 20]})
    finding = Finding(
        kind="inconsistent_category",
        table="customers",
        columns=["channel"],
        severity="minor",
        summary="",
        evidence=[Evidence(row=901, values={"channel": "phone "})],
        details={"form": "blanks"},
    )
    assert broken(suggest(make_context(frame), [finding]), pl.DataFrame({"channel": cells})) == set()


def flaw(kind: str, column: str, rows: int, severity: Severity = "minor", **details: Any) -> Finding:
    """Return a finding about values of a column."""
    return Finding(
        kind=kind,
        table="customers",
        columns=[column],
        severity=severity,
        rows_affected=rows,
        summary="",
        details=details,
    )


def only(column: str, values: list[Any]) -> pl.DataFrame:
    return pl.DataFrame({column: values})


def test_a_number_that_two_findings_name_is_no_value_that_is_only_far(make_context: MakeContext) -> None:
    ages = [20 + i % 60 for i in range(950)]
    dirty = only("age", ages + [-999] * 50)
    findings = [flaw("sentinel_missing", "age", 50, values=["-999"]), flaw("outlier", "age", 50, values=["-999"])]
    suite = suggest(make_context(dirty), findings)
    assert broken(suite, only("age", ages)) == set()
    assert broken(suite, dirty) == {"age"}


def test_words_for_missing_may_go_on_as_often_as_now(make_context: MakeContext) -> None:
    rng = random.Random(2)
    jobs = [rng.choice(["cook", "smith", "baker", "?"]) if i % 5 == 0 else "clerk" for i in range(1000)]
    suite = suggest(make_context(only("job", jobs)), [flaw("sentinel_missing", "job", 50, values=["?"])])
    assert "?" not in rule(suite, "column_values_to_be_in_set", "job")["value_set"]  # type: ignore[operator]
    assert broken(suite, only("job", jobs)) == set()
    assert broken(suite, only("job", [j.replace("clerk", "?") if i % 3 else j for i, j in enumerate(jobs)])) == {
        "job"
    }


def test_a_column_of_words_for_missing_has_no_set(make_context: MakeContext) -> None:
    suite = suggest(make_context(only("job", ["?"] * 400)), [flaw("sentinel_missing", "job", 400, values=["?"])])
    assert not [e for e in suite.about("job") if "in_set" in e.type]


def test_values_outside_that_are_many_are_in_the_range(make_context: MakeContext) -> None:
    rng = random.Random(5)
    lengths = [rng.gauss(1.5, 0.1) if rng.random() < 0.2 else rng.gauss(50, 0.5) for _ in range(800)]
    suite = suggest(make_context(only("length", lengths[:400])))
    assert broken(suite, only("length", lengths[400:])) == set()


def test_half_of_a_table_keeps_the_contract_of_the_other(make_context: MakeContext) -> None:
    for seed in range(5):
        frame = sound(2000, seed).with_columns(
            usage=pl.Series([random.Random(i).expovariate(0.1) for i in range(2000)]),
            rare=pl.Series(["special" if i % 700 == 3 else "usual" for i in range(2000)]),
            gap=pl.Series([None if i == 1500 else 1.5 * (i % 50) for i in range(2000)]),
        )
        rows = frame.sample(fraction=1, shuffle=True, seed=seed)
        suite = suggest(make_context(rows[:1000]))
        assert broken(suite, rows[1000:]) == set()


def test_a_column_that_holds_another_one_is_told_by_its_middle(make_context: MakeContext) -> None:
    rng = random.Random(4)
    frame = pl.DataFrame(
        {
            "width": [round(rng.gauss(40, 5), 1) for _ in range(500)],
            "depth": [round(rng.gauss(60, 5), 1) for _ in range(500)],
            "step": [float(i) for i in range(500)],
        }
    )
    suite = suggest(make_context(frame))
    swapped = frame.rename({"width": "depth", "depth": "width"})
    assert broken(suite, swapped) == {"width", "depth"}
    later = frame.with_columns(step=pl.col("step") + 300)
    assert broken(suite, later) == set(), "a column that rises with the rows may go on"


def test_rows_without_a_key_should_differ(make_context: MakeContext) -> None:
    rng = random.Random(6)
    frame = pl.DataFrame({c: [round(rng.random(), 6) for _ in range(300)] for c in ("a", "b")})
    suite = suggest(make_context(frame))
    assert broken(suite, frame) == set()
    assert broken(suite, pl.concat([frame, frame[:30]])) == {"a", "b"}


def test_text_among_numbers_breaks_the_type(tmp_path: Path) -> None:
    sums = [str(100 + i % 70) for i in range(400)]
    strange = [f"see note {i}" if i % 20 == 0 else v for i, v in enumerate(sums)]
    for engine in ("scan", "gx"):
        told = {}
        for name, cells in (("clean", sums), ("dirty", strange)):
            (tmp_path / name).mkdir(exist_ok=True)
            path = tmp_path / name / "orders.csv"
            path.write_text("sum,place\n" + "".join(f"{c},{'NS'[i % 2]}\n" for i, c in enumerate(cells)))
            told[name] = read_drop(path)
        agreed = Engagement(name="test")
        context = open_drop(told["dirty"], agreed, date(2026, 1, 1), lambda _: None).tables["orders"]
        suite = suggest(
            context, [flaw("mixed_type", "sum", 20, values=["see note 0"]).model_copy(update={"table": "orders"})]
        )
        clean, dirty = (validate(suite, told[n].tables["orders"], engine) for n in ("clean", "dirty"))  # type: ignore[arg-type]
        assert clean.success
        (failed,) = dirty.select("failed", "errored")
        assert "holds numbers: 20 of 400 do not comply (5.0%)" in failed.words


def test_text_that_would_be_numbers_is_not_demanded_as_text(make_context: MakeContext) -> None:
    cells = [str(i % 90) for i in range(380)] + [f"{i} km" for i in range(20)]
    suite = suggest(make_context(only("distance", cells)))
    assert broken(suite, only("distance", [i % 90 for i in range(400)])) == set()


def test_a_tail_of_misspellings_is_left_out_where_some_are_known() -> None:
    counts = [("yes", 830), ("no", 143), ("yxs", 11), ("xo", 2), ("maybe", 14)]
    assert "xo" in core_categories(counts)
    assert core_categories(counts, sloppy=True) == ["maybe", "no", "yes"]
    assert core_categories([("atypical", 900), ("typical", 20)]) == ["atypical", "typical"], "another word"


def test_what_a_finding_only_mentions_is_learned(make_context: MakeContext) -> None:
    cells = [f"{i % 4}.0 and up" for i in range(400)]
    told = flaw("format_violation", "version", 400, "info", unit="and up")
    told.evidence.append(Evidence(row=1, values={"version": "1.0 and up"}))
    assert broken(suggest(make_context(only("version", cells)), [told]), only("version", cells)) == set()


def test_a_key_that_many_rows_break_is_doubted_and_one_the_client_names_is_not(make_context: MakeContext) -> None:
    frame = pl.DataFrame({"patient": [i // 2 if i < 200 else i for i in range(600)], "x": range(600)})
    told = flaw("duplicate_key", "patient", 100)
    assert broken(suggest(make_context(frame), [told]), frame) == set()
    declared = suggest(make_context(frame, tables={"customers": {"key": ["patient"]}}), [told])
    assert broken(declared, frame) == {"patient"}


def padded(frame: pl.DataFrame, every: int, path: Path) -> Table:
    row = pl.int_range(pl.len())
    cells = pl.when(row % every == 1).then(pl.col("country") + " ").otherwise("country")
    frame.with_columns(cells).write_csv(path)
    return next(iter(read_drop(path).tables.values()))


def test_blanks_around_a_text_are_counted_by_the_reader(tmp_path: Path) -> None:
    for every in (20, 10_000):  # what is learned from has them, or has none
        table = padded(sound(), every, tmp_path / "customers.csv")
        drop = Drop("d", {"customers": table})
        suite = suggest(open_drop(drop, Engagement(name="e"), date(2026, 1, 1), lambda _: None).tables["customers"])
        for engine in ("gx", "scan"):
            clean = validate(suite, padded(sound(seed=2), 10_000, tmp_path / "clean.csv"), engine)
            assert clean.success, [o.words for o in clean.select("failed")]
            fresh = validate(suite, padded(sound(seed=3), 20, tmp_path / "fresh.csv"), engine)
            (failed,) = fresh.select("failed")
            assert failed.expectation.columns == ["country"]
            assert "without blanks around it" in failed.words


def test_an_earlier_contract_asks_nothing_of_blanks(tmp_path: Path) -> None:
    from discovery.contract.model import expect, new_suite

    suite = new_suite("customers", [expect("column_values_to_be_of_type", column="country", type_="str")])
    assert validate(suite, padded(sound(), 20, tmp_path / "fresh.csv"), "scan").success


def test_equal_rows_that_a_finding_calls_a_fault_are_not_allowed(make_context: MakeContext) -> None:
    frame = sound().drop("customer_id")
    again = pl.concat([frame, frame.head(40)])
    fault = flaw("duplicate_rows", "", 40).model_copy(update={"columns": []})
    assert broken(suggest(make_context(again), [fault]), sound(seed=2).drop("customer_id")) == set()
    assert broken(suggest(make_context(again), [fault]), again) == set(frame.columns)
    assert broken(suggest(make_context(again)), again) == set()
    many = pl.concat([frame, frame.head(400)])
    assert broken(suggest(make_context(many), [fault]), many) == set()


def test_uuids_have_a_form_and_codes_occur_once(make_context: MakeContext) -> None:
    rows = range(300)
    frame = pl.DataFrame(
        {
            "ref": [f"DE{7919 * i % 100_000:05d}-{i % 7}" for i in rows],
            "gid": [f"{i:08x}-1a2b-4c3d-8e4f-{977 * i:012x}" for i in rows],
            "size": [(37 * i) % 101 for i in rows],
        }
    )
    suite = suggest(make_context(frame))
    row = pl.int_range(pl.len())
    cut = frame.with_columns(gid=pl.when(row % 20 == 1).then(pl.col("gid").str.head(18)).otherwise("gid"))
    assert "gid" in broken(suite, cut)
    twice = frame.with_columns(ref=pl.when(row % 20 == 1).then(pl.col("ref").shift(-2)).otherwise("ref"))
    assert "ref" in broken(suite, twice)
    assert broken(suite, frame) == set()


def test_words_among_numbers_kept_as_text_are_held_to_what_there_is(make_context: MakeContext) -> None:
    cells = [str(i % 90) if i % 2 else f"{i % 90}.5" for i in range(380)] + [f"{i} km" for i in range(20)]
    dirty = only("distance", cells)
    suite = suggest(make_context(dirty), [flaw("unit_mix", "distance", 20)])
    assert broken(suite, only("distance", [i % 90 for i in range(400)])) == set()
    assert broken(suite, dirty) == {"distance"}
    lenient = suggest(make_context(dirty))
    assert broken(lenient, dirty) == set()
    assert broken(lenient, only("distance", cells[:200] + [f"{i} km" for i in range(200)])) == {"distance"}
    gaps = only("distance", [*cells[:380], *["unknown"] * 20])
    assert broken(suggest(make_context(gaps), [flaw("mixed_type", "distance", 20)]), gaps) == set()


def test_text_that_would_be_dates_is_not_held_to_its_form(make_context: MakeContext) -> None:
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(400)]
    cells = [f"{d}x" if i % 6 == 0 else str(d) for i, d in enumerate(days)]
    suite = suggest(make_context(only("day", cells)), [flaw("bad_date", "day", 67)])
    assert broken(suite, only("day", days)) == set()


def test_what_no_finding_contradicts_is_in_the_range(make_context: MakeContext) -> None:
    flags = only("flags", [100_000 + i if i % 14 == 0 else i % 97 for i in range(700)])
    assert broken(suggest(make_context(flags)), flags) == set()


def test_stamps_of_a_series_occur_once(make_context: MakeContext) -> None:
    days = [date(2015, 1, 1) + timedelta(days=i) for i in range(900) if i % 7 < 5]
    hours = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 31), "1h", eager=True)
    rng = random.Random(2)
    seconds = [datetime(2024, 1, 1) + timedelta(seconds=rng.randrange(10**8)) for _ in range(600)]
    for stamps, once in ((days, True), (hours, True), (seconds, False), ([*days, days[0]], False)):
        frame = pl.DataFrame({"at": stamps, "value": [rng.random() for _ in range(len(stamps))]})
        suite = suggest(make_context(frame), [])
        unique = [e.columns for e in suite.expectations if e.type == "expect_column_values_to_be_unique"]
        assert (["at"] in unique) == once
        again = pl.concat([frame, frame.tail(30).with_columns(value=pl.col("value") / 2)])
        assert (broken(suite, again) == {"at"}) == once
