"""What changed between two drops."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.artifacts import Finding
from discovery.audit.context import TableContext
from discovery.audit.drift import drift_findings
from discovery.audit.drift.effects import benjamini_hochberg, chi_squared_p, psi, wasserstein
from discovery.audit.profiling.measure import profile_table
from discovery.audit.profiling.sketch import bin_counts, read_sketch, write_sketch
from discovery.engagement import Engagement
from discovery.intake.table import Table


def invoices(rows: int = 2000, seed: int = 1, start: date = date(2024, 1, 1)) -> pl.DataFrame:
    rng = random.Random(seed)
    return pl.DataFrame(
        {
            "invoice_no": [f"R{i:06d}" for i in range(rows)],
            "issued": [start + timedelta(days=i * 300 // rows) for i in range(rows)],
            "net": [round(rng.lognormvariate(3, 0.5), 2) for _ in range(rows)],
            "region": [rng.choice(["north", "south", "west"]) for _ in range(rows)],
            "paid": [rng.random() < 0.8 for _ in range(rows)],
        }
    )


def context(frame: pl.DataFrame, name: str = "invoices", **engagement: Any) -> TableContext:
    engagement.setdefault("tables", {"invoices": {"key": ["invoice_no"], "time": "issued"}})
    agreed = Engagement(name="test", **engagement)
    table = Table.from_frame(name, frame)
    return TableContext(table, profile_table(table, agreed), agreed, date(2026, 1, 1))


@pytest.fixture
def same_salt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of cells are short: under one salt in hundreds, one of 120 changed cells would hash as before."""
    monkeypatch.setattr("discovery.audit.profiling.sketch.secrets.token_hex", lambda size: "5a" * size)


def compare(folder: Path, old: pl.DataFrame, new: pl.DataFrame, **engagement: Any) -> list[Finding]:
    write_sketch({"invoices": context(old, **engagement)}, folder)
    later = context(new, **engagement)
    return drift_findings({"invoices": later}, later.engagement, folder)


def kinds(findings: list[Finding]) -> set[tuple[str, tuple[str, ...]]]:
    return {(f.kind, tuple(f.columns)) for f in findings if f.severity != "info"}


def test_the_next_snapshot_of_the_same_process_draws_nothing(tmp_path: Path) -> None:
    old, longer = invoices(), invoices(2100)
    grown = pl.concat([old, longer.tail(100).with_columns(issued=pl.lit(date(2025, 1, 2)))])
    assert compare(tmp_path, old, grown) == []


def test_the_next_increment_of_the_same_process_draws_nothing(tmp_path: Path) -> None:
    later = invoices(1800, seed=2, start=date(2025, 1, 1)).with_columns(
        pl.format("N{}", "invoice_no").alias("invoice_no")
    )
    assert compare(tmp_path, invoices(), later) == []


def test_nothing_without_an_earlier_sketch(tmp_path: Path) -> None:
    later = context(invoices())
    assert drift_findings({"invoices": later}, later.engagement, None) == []
    assert drift_findings({"invoices": later}, later.engagement, tmp_path) == []


def test_schema_changes_are_told_by_name_and_content(tmp_path: Path) -> None:
    old = invoices()
    new = old.rename({"net": "amount_net"}).drop("paid").with_columns(points=pl.lit(1), region=pl.lit(7))
    found = compare(tmp_path, old, new)
    changes = {tuple(f.columns): f.details["change"] for f in found if f.kind == "schema_change"}
    assert changes == {
        ("net", "amount_net"): "renamed",
        ("paid",): "dropped",
        ("points",): "added",
        ("region",): "retyped",
    }


def test_a_rename_is_told_without_a_key_too(tmp_path: Path) -> None:
    old = invoices()
    new = invoices(seed=2).drop("invoice_no").rename({"region": "sales_region", "net": "net_amount"})
    found = compare(tmp_path, old.drop("invoice_no"), new, tables={})
    assert {tuple(f.columns) for f in found if f.details.get("change") == "renamed"} == {
        ("region", "sales_region"),
        ("net", "net_amount"),
    }


def test_a_column_of_other_content_is_no_rename(tmp_path: Path) -> None:
    new = invoices(seed=2).drop("region").with_columns(colour=pl.Series(["red", "blue"] * 1000))
    found = compare(tmp_path, invoices(), new)
    assert {f.details["change"] for f in found if f.kind == "schema_change"} == {"dropped", "added"}


def test_a_dropped_target_blocks(tmp_path: Path) -> None:
    found = compare(
        tmp_path,
        invoices(),
        invoices().drop("paid"),
        use_cases=[{"name": "u", "table": "invoices", "target": "paid"}],
    )
    assert [(f.severity, f.columns) for f in found if f.kind == "schema_change"] == [("blocker", ["paid"])]


def test_tables_that_come_and_go(tmp_path: Path) -> None:
    write_sketch({"gone": context(invoices(50), "gone")}, tmp_path)
    later = context(invoices(50), "new")
    found = drift_findings({"new": later}, later.engagement, tmp_path)
    assert [(f.table, f.details["change"]) for f in found] == [("gone", "table dropped"), ("new", "table added")]


def test_lost_rows_of_a_snapshot(tmp_path: Path) -> None:
    old = invoices()
    (found,) = [f for f in compare(tmp_path, old, old.sample(1400, seed=1)) if f.kind == "volume_change"]
    assert found.severity == "major"
    assert found.details["keys_lost"] == 600
    assert "600 earlier keys are gone" in found.summary


@pytest.mark.parametrize(("rows", "severity"), [(0, "blocker"), (1300, "major"), (1750, "minor"), (7000, "major")])
def test_volume_without_a_key(tmp_path: Path, rows: int, severity: str) -> None:
    found = compare(
        tmp_path, invoices().drop("invoice_no"), invoices(7000).drop("invoice_no").head(rows), tables={}
    )
    assert [f.severity for f in found if f.kind == "volume_change"] == [severity]


@pytest.mark.usefixtures("same_salt")
def test_a_rewritten_past_is_named_with_its_column_and_rows(tmp_path: Path) -> None:
    old = invoices()
    rows = pl.int_range(pl.len())
    new = old.with_columns(net=pl.when(rows < 120).then(pl.col("net") * 0.9).otherwise("net"))
    found = [f for f in compare(tmp_path, old, new.sort("net")) if f.kind == "history_rewrite"]
    assert [(f.columns, f.rows_affected, f.severity) for f in found] == [(["net"], 120, "major")]
    assert found[0].evidence
    assert "2024-01-01" in found[0].summary


@pytest.mark.usefixtures("same_salt")
def test_open_cases_completed_since_are_no_rewritten_past(tmp_path: Path) -> None:
    old = invoices()
    new = old.with_columns(paid=pl.when(pl.int_range(pl.len()) > 1950).then(True).otherwise("paid"))
    assert {f.severity for f in compare(tmp_path, old, new) if f.kind == "history_rewrite"} == {"info"}


def test_records_kept_up_to_date_are_no_rewritten_past(tmp_path: Path) -> None:
    old = invoices().drop("issued")
    rows = pl.int_range(pl.len())
    new = old.with_columns(region=pl.when(rows < 20).then(pl.lit("west")).otherwise("region"))
    engagement = {"tables": {"invoices": {"key": ["invoice_no"]}}}
    assert compare(tmp_path, old, new, **engagement) == []


@pytest.mark.usefixtures("same_salt")
def test_rows_are_compared_whole_where_cells_were_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery.audit.profiling.hashes.CELLS", 0)
    old = invoices()
    new = old.with_columns(net=pl.when(pl.int_range(pl.len()) < 50).then(1.0).otherwise("net"))
    found = [f for f in compare(tmp_path, old, new) if f.kind == "history_rewrite"]
    assert [(f.columns, f.rows_affected) for f in found] == [([], 50)]
    assert not [f for f in compare(tmp_path, old, new.drop("paid")) if f.kind == "history_rewrite"]


def test_shifts_are_found_by_their_size(tmp_path: Path) -> None:
    later = invoices(2000, seed=3, start=date(2025, 1, 1)).with_columns(
        net=pl.col("net") * 1.35,
        region=pl.when(pl.int_range(pl.len()) % 10 == 0).then(pl.lit("east")).otherwise("region"),
        paid=pl.when(pl.int_range(pl.len()) % 8 == 0).then(None).otherwise("paid"),
        invoice_no=pl.format("N{}", "invoice_no"),
    )
    found = [f for f in compare(tmp_path, invoices(), later) if f.kind == "distribution_shift"]
    assert kinds(found) == {("distribution_shift", (c,)) for c in ("net", "region", "paid")}
    words = {f.columns[0]: f.summary for f in found}
    assert "'east' is new, with" in words["region"]
    assert "is missing" in words["paid"]
    assert {f.details["psi"] > 0.1 for f in found if f.columns != ["paid"]} == {True}


def test_gaps_that_were_filled_are_no_great_shift(tmp_path: Path) -> None:
    filled = invoices()
    gaps = filled.with_columns(paid=pl.when(pl.int_range(pl.len()) % 4 > 0).then("paid"))
    shifts = [
        {f.severity for f in compare(tmp_path / name, *drops) if f.kind == "distribution_shift"}
        for name, drops in {"filled": (gaps, filled), "emptied": (filled, gaps)}.items()
    ]
    assert shifts == [{"minor"}, {"major"}]


@pytest.mark.parametrize("codes_first", [True, False])
def test_codes_for_missing_move_no_distribution(tmp_path: Path, codes_first: bool) -> None:
    plain = invoices()
    coded = plain.with_columns(net=pl.when(pl.int_range(pl.len()) % 15 == 0).then(-999.0).otherwise("net"))
    contexts = [context(coded), context(plain)]
    contexts[0].exclude("net", coded["net"] == -999)
    was, now = contexts if codes_first else reversed(contexts)
    write_sketch({"invoices": was}, tmp_path)
    found = drift_findings({"invoices": now}, now.engagement, tmp_path)
    assert not [f for f in found if f.kind == "distribution_shift"]


def test_a_real_but_tiny_shift_draws_nothing(tmp_path: Path) -> None:
    later = invoices(40_000, seed=3, start=date(2025, 1, 1)).with_columns(pl.col("net") * 1.02)
    found = compare(
        tmp_path, invoices(40_000), later.with_columns(pl.format("N{}", "invoice_no").alias("invoice_no"))
    )
    assert [f for f in found if f.kind == "distribution_shift"] == []


def test_data_that_stands_still_is_stale(tmp_path: Path) -> None:
    assert kinds(compare(tmp_path, invoices(), invoices())) == {("stale", ("issued",))}


def test_a_sketch_holds_no_values(tmp_path: Path) -> None:
    frame = invoices(200).with_columns(
        name=pl.Series(["Zaphod", "Trillian"] * 100), born=pl.Series(range(19_000, 19_200)).cast(pl.Date)
    )
    folder = write_sketch({"invoices": context(frame)}, tmp_path)
    text = b"".join(p.read_bytes() for p in folder.iterdir())
    for value in (b"Zaphod", b"R000001", b"north"):
        assert value not in text


def test_the_salt_is_carried_on_and_differs_between_engagements(tmp_path: Path) -> None:
    first, second, other = (tmp_path / n for n in "abc")
    contexts: Mapping[str, TableContext] = {"invoices": context(invoices(100))}
    write_sketch(contexts, first)
    write_sketch(contexts, second, first)
    write_sketch(contexts, other)
    salts = [sketch.tables["invoices"].salt for sketch in map(read_sketch, (first, second, other)) if sketch]
    assert salts[0] == salts[1] != salts[2]


def test_hashes_of_another_release_are_not_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_sketch({"invoices": context(invoices())}, tmp_path)
    monkeypatch.setattr("discovery.audit.profiling.sketch.probe", lambda _: "other")
    later = context(invoices().with_columns(pl.col("net") * 0.9))
    assert not [f for f in drift_findings({"invoices": later}, later.engagement, tmp_path) if "rewrite" in f.kind]


def test_hashes_are_the_same_in_another_process() -> None:
    code = "from discovery.audit.profiling.hashes import probe; print(probe('ab' * 16))"
    from discovery.audit.profiling.hashes import probe

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert told == probe("ab" * 16)


def test_a_damaged_sketch_is_left_out(tmp_path: Path) -> None:
    folder = write_sketch({"invoices": context(invoices(100))}, tmp_path)
    (folder / "invoices.json").write_text("{")
    sketch = read_sketch(tmp_path)
    assert sketch is not None
    assert sketch.tables == {}


def test_all_types_can_be_sketched(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "when": [datetime(2024, 1, i + 1, tzinfo=UTC) for i in range(25)],
            "list": [[i] for i in range(25)],
            "bytes": [b"x"] * 25,
            "nothing": [None] * 25,
            "flag": [True, None] * 12 + [False],
        }
    )
    table = Table.from_frame("t", frame)
    profile = profile_table(Table.from_frame("t", frame.drop("list", "bytes")))
    write_sketch({"t": TableContext(table, profile, Engagement(name="x"), date(2026, 1, 1))}, tmp_path)
    sketch = read_sketch(tmp_path)
    assert sketch is not None
    assert sketch.tables["t"].rows == 25


def test_effects() -> None:
    assert psi([100, 100], [100, 100]) == 0
    assert psi([900, 100], [500, 500]) > 0.25
    assert psi([1], [5]) == 0
    assert chi_squared_p([50, 50], [50, 50]) == 1
    assert chi_squared_p([90, 10], [10, 90]) < 1e-9
    assert chi_squared_p([0, 0], [1, 2]) == 1
    assert wasserstein([0.0] * 41, [0.0] * 41) == 0
    levels = [float(i) for i in range(41)]
    assert wasserstein(levels, [v + 20 for v in levels]) == pytest.approx(1.0)
    assert benjamini_hochberg([0.001, 0.5, 0.012], 0.02) == [True, False, True]
    assert benjamini_hochberg([], 0.01) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-100, 100), max_size=50), st.lists(st.floats(-100, 100), max_size=9, unique=True))
def test_every_number_falls_in_one_bin(numbers: list[float], edges: list[float]) -> None:
    counts = bin_counts(pl.Series(sorted(numbers), dtype=pl.Float64), sorted(edges))
    assert sum(counts) == len(numbers)
    assert len(counts) == len(edges) + 1
