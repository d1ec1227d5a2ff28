"""What columns make of others, and rules between them: found where planted, silent where nothing is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from discovery.artifacts import Finding
from discovery.audit.checks.consistency.dependencies import fd_violation
from discovery.audit.checks.consistency.derived import derived_column
from discovery.audit.checks.consistency.redundant import redundant_column
from discovery.audit.checks.consistency.rules import rule_violation
from discovery.audit.context import TableContext
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table

DAY = date(2026, 1, 1)
CITIES = ["Oslo", "Bergen", "Tromso", "Narvik", "Moss", "Hamar", "Molde", "Voss"]


def one(run: Callable[[TableContext], Iterable[Finding]], frame: pl.DataFrame, **spec: Any) -> list[Finding]:
    engagement = Engagement(name="e", **spec)
    return list(run(table_context(Table.from_frame("t", frame), engagement, DAY)))


def places(rows: int = 800, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    index = rng.integers(0, len(CITIES), rows)
    region = np.array(["N", "S", "W", "E"])[index % 4]
    return pl.DataFrame({"zip": 1000 + 13 * index, "city": np.array(CITIES)[index], "region": region})


def shops(rows: int = 600, seed: int = 0) -> pl.DataFrame:
    """Sales of six shops: what a shop is, what it sold, and a date it was paid at, if it was."""
    rng = np.random.default_rng(seed)
    shop = rng.integers(0, 6, rows)
    rain = rng.gamma(0.5, 4, rows).round(1)
    paid = [
        date(2024, 1, 1) + timedelta(days=int(d)) if p else None
        for d, p in zip(*rng.integers(0, 300, (2, rows)), strict=True)
    ]
    given, family = (np.array(words)[rng.integers(0, 40, rows)] for words in (GIVEN, FAMILY))
    return pl.DataFrame(
        {
            "shop": np.array(list("ABCDEF"))[shop],
            "format": np.array(["small", "large", "small", "mall", "mall", "large"])[shop],
            "rain": rain,
            "sold": rng.gamma(3, 20, rows).round(2),
            "paid_on": [p if rng.random() < 0.7 else None for p in paid],
            "given": given,
            "family": family,
        }
    )


MONTHS = ("May", "June", "July", "Autumn", "Spring", "March", "April")
GIVEN = [
    f"{a}{b}" for a in ("Ka", "Lo", "Mi", "Ne", "Or", "Pe", "Ra", "Su") for b in ("ren", "tta", "mon", "dia", "vin")
]
FAMILY = [
    f"{a}{b}"
    for a in ("Berg", "Dahl", "Fjor", "Hag", "Lund", "Moe", "Nes", "Strand")
    for b in ("", "en", "by", "vik", "mo")
]


def forms(frame: pl.DataFrame, **spec: Any) -> dict[str, list[str]]:
    return {f.details["form"]: f.columns for f in one(derived_column, frame, **spec)}


def test_a_level_of_another_column_and_a_cut_of_a_number_are_told_once() -> None:
    frame = shops().with_columns(wet=pl.col("rain") > 1, is_a=(pl.col("shop") == "A").cast(pl.Int64))
    (found,) = one(derived_column, frame)
    assert (found.kind, found.severity) == ("redundant_column", "info")
    assert set(found.columns) == {"format", "wet", "is_a"}
    assert found.details["follows"] == {"format": "shop", "is_a": "shop", "wet": "rain"}
    target = UseCase(name="u", table="t", target="wet")
    assert "wet" not in forms(frame, use_cases=[target])["level"]


def test_columns_that_only_nearly_follow_are_no_levels() -> None:
    index = pl.int_range(pl.len())
    frame = shops().with_columns(format=pl.when(index == 5).then(pl.lit("kiosk")).otherwise("format"))
    assert one(derived_column, frame) == []
    two = pl.DataFrame({"kind": ["a", "b"] * 200, "size": [10.0, 40.0] * 200}).with_columns(
        size=pl.col("size") + pl.Series(np.random.default_rng(0).random(400))
    )
    assert one(derived_column, two) == []


def test_flags_and_texts_made_of_others() -> None:
    frame = shops().with_columns(
        paid=pl.col("paid_on").is_not_null(),
        full=pl.format("{}, {}", "family", "given"),
        link=pl.format("/who/{}_{}", "given", "family"),
        plain=pl.format("{} {}", "given", "family"),
    )
    found = one(derived_column, frame.select("paid", "paid_on", "rain"))
    assert [(f.details["form"], f.columns) for f in found] == [("filled", ["paid", "paid_on"])]
    found = one(derived_column, frame.select("given", "family", "full"))
    assert [(f.details["form"], f.columns[0], set(f.columns[1:])) for f in found] == [
        ("joined", "full", {"given", "family"})
    ]
    found = one(derived_column, frame.select("plain", "link"))
    assert [(f.details["form"], set(f.columns)) for f in found] == [("held", {"plain", "link"})]
    assert "'link' holds 'plain', and nothing else" in found[0].summary
    found = one(derived_column, frame.select("plain", loud=pl.col("plain").str.to_uppercase()))
    assert [(f.details["form"], set(f.columns)) for f in found] == [("spelled", {"plain", "loud"})]
    when = pl.DataFrame(
        {
            "first": [f"{1950 + i % 60}, {MONTHS[i % 7]}" for i in range(300)],
            "year": [1950 + i % 60 for i in range(300)],
        }
    )
    assert [(f.details["form"], f.columns) for f in one(derived_column, when)] == [("part", ["year", "first"])]


def test_independent_columns_are_not_derived() -> None:
    assert one(derived_column, shops().drop("format")) == []


def test_pairs_from_95_on_are_told_once_and_must_show_in_ranks() -> None:
    rng = np.random.default_rng(0)
    base, other, noise, more = rng.normal(size=(4, 800))
    frame = pl.DataFrame({"a": base, "b": base + 0.27 * noise, "c": other, "d": other + 0.27 * more})
    (found,) = one(redundant_column, frame)
    assert (found.severity, found.details["form"], set(found.columns)) == ("info", "alike", set("abcd"))
    three = rng.normal(size=(3, 300))
    three[:, 7] = 1e6
    wild = pl.DataFrame(dict(zip("xyz", three, strict=True)))
    assert one(redundant_column, wild) == []


def test_what_one_column_decides_is_told_together() -> None:
    frame = (
        places()
        .with_row_index("i")
        .with_columns(
            city=pl.when(pl.col("i") == 3).then(pl.lit("Oslo")).otherwise("city"),
            region=pl.when(pl.col("i") == 40).then(pl.lit("N")).otherwise("region"),
        )
    )
    found = one(fd_violation, frame.drop("i"))
    assert len(found) == 1
    assert found[0].columns[0] == "zip"
    assert set(found[0].columns[1:]) == {"city", "region"}
    assert "notna().any()" in str(found[0].fix)


def test_prices_follow_from_few_items_and_words_for_missing_break_nothing() -> None:
    rng = np.random.default_rng(0)
    index = rng.integers(0, 6, 900)
    item = pl.Series(np.array(["Tea", "Cake", "Soup", "Roll", "Juice", "Salad"])[index])
    price = np.array([1.5, 3.0, 4.0, 2.0, 3.5, 5.0])[index]
    price[11] = price[11] + 0.5
    frame = pl.DataFrame({"item": item, "price": price}).with_row_index("i")
    frame = frame.with_columns(item=pl.when(pl.col("i") % 9 == 1).then(pl.lit("UNKNOWN")).otherwise("item")).drop(
        "i"
    )
    assert [(f.columns, f.rows_affected) for f in one(fd_violation, frame)] == [(["item", "price"], 1)]


def test_a_product_that_a_cap_breaks() -> None:
    rng = np.random.default_rng(0)
    pieces, price = rng.integers(10, 60, 800), rng.uniform(30, 180, 800).round(2)
    frame = pl.DataFrame({"pieces": pieces, "price": np.minimum(price, 100), "sales": (pieces * price).round(2)})
    (found,) = [f for f in one(rule_violation, frame) if f.kind == "rule_violation"]
    assert found.rows_affected == int((price > 100).sum())
    assert found.summary.startswith("The rule pieces × price = sales ends where 'price' is 100: ")
    assert found.severity == "info"


def test_flags_of_what_is_filled_are_told_together() -> None:
    rng = np.random.default_rng(0)
    frame = pl.DataFrame({"x": rng.normal(size=400)})
    for i, share in enumerate((0.2, 0.4, 0.6)):
        there = pl.Series(rng.random(400) > share)
        values = pl.when(there).then(pl.Series(rng.normal(size=400)))
        frame = frame.with_columns(values.alias(f"T{i}"), there.cast(pl.Int64).alias(f"T{i}_measured"))
    (found,) = [f for f in one(derived_column, frame) if f.details["form"] == "filled"]
    assert found.summary.startswith("3 columns say no more than whether another one is filled: 'T0_measured' → ")
    assert set(found.columns) == {"T0", "T1", "T2", "T0_measured", "T1_measured", "T2_measured"}


def test_a_product_that_is_ten_times_as_large_in_many_rows() -> None:
    rng = np.random.default_rng(0)
    price, units = rng.integers(20, 90, 900), rng.integers(10, 800, 900)
    total = price * units * np.where(np.arange(900) % 5 < 2, 10, 1)
    (found,) = one(rule_violation, pl.DataFrame({"price": price, "units": units, "total": total}))
    assert (found.kind, found.severity, found.rows_affected) == ("rule_violation", "major", 360)
    assert found.columns == ["total"]
    assert "'total' is 10 times what the others keep to: price × units = total" in found.summary
    mixed = price * units * np.where(np.arange(900) % 5 < 2, rng.uniform(2, 40, 900), 1)
    assert one(rule_violation, pl.DataFrame({"price": price, "units": units, "total": mixed})) == []


def test_a_sum_is_told_with_the_part_it_lacks_though_some_rows_are_wrong() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(300, 900, (2, 600))
    rest = np.where(np.arange(600) % 30 == 4, rng.integers(50, 90, 600), 0)
    total = first + second + rest
    total[[3, 50, 200, 411, 580]] += 40
    frame = pl.DataFrame({"first": first, "second": second, "rest": rest, "all": total})
    (found,) = [f for f in one(rule_violation, frame) if f.kind == "rule_violation"]
    assert (set(found.columns), found.rows_affected) == ({"first", "second", "rest", "all"}, 5)


def test_a_sum_is_told_with_the_part_that_makes_up_for_what_is_lacking() -> None:
    rng = np.random.default_rng(0)
    first, second = rng.integers(300, 900, (2, 600))
    rest = np.where(np.arange(600) % 30 == 4, rng.integers(50, 90, 600), 0)
    frame = pl.DataFrame(
        {"first": first, "x": rng.normal(size=600), "second": second, "rest": rest, "all": first + second + rest}
    )
    found = [f for f in one(rule_violation, frame) if "all" in f.columns]
    assert [(f.kind, f.columns[0], set(f.columns[1:])) for f in found] == [
        ("redundant_column", "all", {"first", "second", "rest"})
    ]


def test_rounding_breaks_no_sum_and_no_product() -> None:
    rng = np.random.default_rng(0)
    parts = rng.uniform(2000, 90000, (3, 500)).round(2)
    total = parts.sum(axis=0).round(2)
    whole = np.arange(500) % 40 == 0
    rounded = np.where(whole, np.round(parts), parts)
    frame = pl.DataFrame(
        {"a": rounded[0], "b": rounded[1], "c": rounded[2], "sum": np.where(whole, np.round(total), total)}
    )
    assert {f.kind for f in one(rule_violation, frame)} == {"redundant_column"}
    pieces, price = rng.integers(100, 90000, 500), rng.uniform(0.5, 9, 500)
    goods = pl.DataFrame({"pieces": pieces, "price": price.round(2), "value": (pieces * price).round(2)})
    assert {f.kind for f in one(rule_violation, goods)} <= {"redundant_column"}


def test_latitude_and_longitude_swapped() -> None:
    rng = np.random.default_rng(0)
    lat, lon = 40.7 + rng.normal(0, 0.05, 500), -74.0 + rng.normal(0, 0.05, 500)
    clean = pl.DataFrame({"pickup_latitude": lat, "pickup_longitude": lon})
    assert one(rule_violation, clean) == []
    lat[[3, 9]], lon[[3, 9]] = lon[[3, 9]], lat[[3, 9]]
    (found,) = one(rule_violation, pl.DataFrame({"pickup_latitude": lat, "pickup_longitude": lon}))
    assert (found.columns, found.rows_affected) == (["pickup_latitude", "pickup_longitude"], 2)


def test_years_are_ordered_as_dates_are() -> None:
    rng = np.random.default_rng(0)
    built = rng.integers(1900, 2005, 800)
    garage = np.where(rng.random(800) < 0.7, built, built + rng.integers(0, 20, 800))
    garage[[5, 6]] = built[[5, 6]] - 3
    (found,) = one(rule_violation, pl.DataFrame({"year_built": built, "garage_year": garage}))
    assert found.rows_affected == 2


def test_amounts_of_other_units_bound_nothing() -> None:
    rng = np.random.default_rng(0)
    low = rng.gamma(4, 2, 900)
    frame = pl.DataFrame({"benzene": low, "sensor": 100 * low + rng.normal(0, 20, 900)})
    frame = frame.with_columns(benzene=pl.when(pl.int_range(pl.len()) == 4).then(90_000.0).otherwise("benzene"))
    assert one(rule_violation, frame) == []


def test_texts_put_together_from_few_values_and_from_rounded_numbers() -> None:
    rng = np.random.default_rng(3)
    size = 400
    first = rng.choice(["Gray", "Black", "Cinnamon", None], size, p=[0.7, 0.1, 0.15, 0.05]).tolist()
    second = rng.choice(["White", "Tan", "Rust", "Fawn", "Sand", "Snow", "Clay", None], size).tolist()
    pairs = pl.DataFrame({"main": first, "other": second}).with_columns(
        both=pl.format("{}+{}", pl.col("main").fill_null(""), pl.col("other").fill_null(""))
    )
    found = [f for f in one(derived_column, pairs) if f.details["form"] == "joined"]
    assert [f.columns for f in found] == [["both", "main", "other"]]
    mixed = pairs.with_columns(pl.col("other").shuffle(seed=1))
    assert [f for f in one(derived_column, mixed) if f.details["form"] == "joined"] == []
    x, y = (rng.uniform(low, low + 1, size) for low in (-74, 40))
    extra = [str(i % 7) if i % 12 == 0 else "" for i in range(size)]
    points = pl.DataFrame({"x": x, "y": y, "e": extra}).with_columns(
        point=pl.format("POINT ({}{} {})", "x", "e", "y")
    )
    found = one(derived_column, points.drop("e"))
    assert [(f.details["form"], f.columns[0], set(f.columns[1:])) for f in found] == [
        ("joined", "point", {"x", "y"})
    ]


def test_texts_of_three_columns_are_told_at_once() -> None:
    codes = [f"{1900 + i % 90}.{i % 12 + 1:02d}-{chr(97 + i % 26)}{chr(97 + i // 26 % 26)}" for i in range(300)]
    frame = pl.DataFrame(
        {"case": codes, "case no": [c.upper() for c in codes], "file": [f"{c}-report.pdf" for c in codes]}
    )
    found = one(derived_column, frame)
    assert [sorted(f.columns) for f in found if f.details["form"] in {"spelled", "part"}] == [
        ["case", "case no", "file"]
    ]
    two = [f for f in one(derived_column, frame.drop("file")) if f.details["form"] in {"spelled", "part"}]
    assert [f.columns for f in two] == [["case", "case no"]]
