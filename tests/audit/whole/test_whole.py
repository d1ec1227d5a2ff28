"""The audit of a table that stays where it is finds what the audit in memory finds, on every engine."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import narwhals as nw
import polars as pl
import pytest

from discovery.artifacts import AuditResult, Finding
from discovery.audit import audit_drop
from discovery.audit.profiling.measure import profile_table
from discovery.audit.run import table_context
from discovery.audit.whole.columns import rank_error
from discovery.audit.whole.sessions import HASH, open_session
from discovery.engagement import engagement_for
from discovery.intake import read_drop
from discovery.intake.table import Drop
from discovery.limits import Limits

from . import faulty

AS_OF = date(2023, 1, 1)
SAMPLE = 10_000
ENGINES = ["polars", "duckdb"]

Found = dict[tuple[str, str, tuple[str, ...]], Finding]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return faulty.write(tmp_path_factory.mktemp("faulty") / "drop")


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery.intake.whole.SAMPLE_ROWS", SAMPLE)


def drop_of(folder: Path, engine: str | None) -> Drop:
    return read_drop(folder, limits=Limits.of("1GB", engine, "local[1]"))


def audit(folder: Path, engine: str | None, **more: Path) -> AuditResult:
    drop = drop_of(folder, engine)
    return audit_drop(drop, engagement_for(drop, str(folder), None), as_of=AS_OF, **more)


def by_id(result: AuditResult) -> Found:
    return {(f.kind, f.table, tuple(f.columns)): f for f in result.findings}


@pytest.fixture(scope="module")
def in_memory(folder: Path) -> Found:
    return by_id(audit(folder, None))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_findings_are_those_of_the_audit_in_memory(folder: Path, in_memory: Found, engine: str) -> None:
    result = audit(folder, engine)
    found = by_id(result)
    assert set(found) == set(in_memory)
    for key, finding in found.items():
        expected = in_memory[key]
        assert (key, finding.severity) == (key, expected.severity)
        assert (key, finding.rows_affected) == (key, expected.rows_affected)
    assert result.table("sales").rows == drop_of(folder, None).tables["sales"].rows


def test_what_a_sample_cannot_tell_is_listed_as_not_run(folder: Path) -> None:
    result = audit(folder, "polars")
    told = {(n["check"], n["table"]) for n in result.not_run}
    assert told == {("near_duplicate", "sales"), ("conflicting_records", "sales")}
    assert all("sample" in n["reason"] for n in result.not_run)


def test_gaps_of_each_entity_are_found_or_listed_as_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = [date(2020, 1, 1) + timedelta(days=n) for n in range(1_000)]
    rows = [(shop, day, n) for n, day in enumerate(days) for shop in range(40) if n % 7 or (shop + n) % 11]
    frame = pl.DataFrame(rows, schema={"shop": pl.Int64, "day": pl.Date, "sold": pl.Int64}, orient="row")
    frame.write_parquet(tmp_path / "panel.parquet")
    found = {e: by_id(audit(tmp_path / "panel.parquet", e)) for e in (None, "polars")}
    gap = ("time_gap", "panel", ("day",))
    assert found["polars"][gap].details["entity"] == "shop"
    assert found["polars"][gap].rows_affected == found[None][gap].rows_affected > 0
    monkeypatch.setattr("discovery.audit.whole.run.MOST_STAMPS", 5_000)
    result = audit(tmp_path / "panel.parquet", "polars")
    assert ("time_gap", "panel") in {(n["check"], n["table"]) for n in result.not_run}


def test_rows_of_evidence_are_rows_of_the_whole_table(folder: Path) -> None:
    rows = drop_of(folder, None).tables["sales"].frame
    for finding in by_id(audit(folder, "polars")).values():
        if finding.table == "sales" and finding.kind in {"sentinel_missing", "impossible_value", "orphan_fk"}:
            name = finding.columns[0]
            assert finding.evidence
            for evidence in finding.evidence:
                assert evidence.row is not None
                assert str(rows[name][evidence.row - 1]).startswith(evidence.values[name])


def test_what_only_a_sample_told_is_said_to_be_an_estimate(tmp_path: Path) -> None:
    rows = 60_000
    texts = [f"mail person{i}@example.com about it, please, before noon" for i in range(rows)]
    pl.DataFrame({"id": range(rows), "note": texts}).write_parquet(tmp_path / "notes.parquet")
    found = by_id(audit(tmp_path / "notes.parquet", "polars"))
    finding = next(f for key, f in found.items() if key[0] == "pii")
    assert finding.details["counted_on"] == "a sample" or finding.rows_affected == rows
    assert "sample of" in finding.summary


@pytest.mark.parametrize("engine", ENGINES)
def test_the_profile_is_that_of_all_rows(folder: Path, engine: str) -> None:
    drop = drop_of(folder, engine)
    engagement = engagement_for(drop, str(folder), None)
    table = drop.tables["sales"]
    measured = table_context(table, engagement, AS_OF).profile
    exact = profile_table(drop_of(folder, None).tables["sales"], engagement)
    assert measured.approximate
    assert measured.duplicate_rows == exact.duplicate_rows == 3
    assert measured.time == exact.time
    for name, column in exact.columns.items():
        other = measured[name]
        for statistic in ("rows", "missing", "distinct", "minimum", "maximum", "zeros", "negatives", "whole"):
            assert (name, statistic, getattr(other, statistic)) == (name, statistic, getattr(column, statistic))
        for statistic in ("mean", "std", "skew", "length_mean"):
            value = getattr(column, statistic)
            if value is not None:
                assert getattr(other, statistic) == pytest.approx(value, rel=1e-9, abs=1e-9)
        assert list(other.low) == list(column.low)
        assert list(other.high) == list(column.high)
        if column.histogram is not None and column.distinct > 1:
            assert other.histogram is not None
            assert sum(other.histogram[1]) == sum(column.histogram[1])


def test_quantiles_of_many_values_are_within_the_stated_error(tmp_path: Path) -> None:
    rows = 400_000
    values = pl.Series("x", range(rows)).shuffle(seed=1) * 3 + 1
    pl.DataFrame({"x": values}).write_parquet(tmp_path / "x.parquet")
    drop = read_drop(tmp_path / "x.parquet", limits=Limits.of("64MB", "polars"))
    profile = table_context(drop.tables["x"], engagement_for(drop, "x", None), AS_OF).profile["x"]
    assert "quantiles" in profile.approximate
    assert profile.distinct == rows
    for level, value in profile.quantiles.items():
        assert abs((value - 1) / 3 / rows - level) < rank_error(SAMPLE)


@pytest.mark.parametrize("engine", ENGINES)
def test_distinct_and_repeated_in_little_memory(folder: Path, engine: str) -> None:
    whole = read_drop(folder, limits=Limits.of("64MB", engine)).tables["sales"].whole
    frame = drop_of(folder, None).tables["sales"].frame
    assert whole is not None
    with open_session(whole) as session:
        assert session.distinct(["note"]) == frame["note"].n_unique()
        assert (
            session.distinct(["city", "channel"])
            == frame.drop_nulls(["city", "channel"]).select("city", "channel").n_unique()
        )
        assert session.repeats(["sale_id"]) == frame.height - frame["sale_id"].n_unique()
        first = session.repeated(["sale_id"], 2)[0]
        rows = session.collect(session.hashed(["sale_id"], ["sale_id"]).filter(nw.col(HASH) == first))
        assert rows["sale_id"].to_list() == [4_242] * 8


def test_contract_and_sketch_speak_of_all_rows(folder: Path, tmp_path: Path) -> None:
    first = audit(folder, "polars", out=tmp_path / "one")
    first.write(tmp_path / "one" / "audit.json")
    told = first.contract["sales"]
    assert told["engine"] == "scan"
    second = audit(folder, "polars", previous=tmp_path / "one", out=tmp_path / "two")
    drift = {"schema_change", "distribution_shift", "volume_change", "history_rewrite", "contract_broken"}
    assert [f.kind for f in second.findings if f.kind in drift] == []
    assert not (tmp_path / "one" / "sketch" / "sales.parquet").exists()
