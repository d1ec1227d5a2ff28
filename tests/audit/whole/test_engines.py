"""Polars, DuckDB and Spark find the same, kind by kind and column by column."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from discovery.artifacts import AuditResult, Finding
from discovery.audit import audit_drop
from discovery.audit.profiling.profile import TableProfile
from discovery.audit.run import table_context
from discovery.audit.whole import sessions
from discovery.engagement import Engagement, engagement_for, load_engagement
from discovery.errors import ParameterError
from discovery.intake import read_drop
from discovery.limits import Limits

from . import faulty

AS_OF = date(2023, 1, 1)
SAMPLE = 4_000
DATA = Path(__file__).resolve().parents[3] / "data" / "sample"
NEWEST = DATA / "drops" / "2026-09-14"
TOLERANCE = 1e-9
"""By how much a mean, deviation or skew may differ, as a share: sums are taken in another order."""

Found = dict[tuple[str, str, tuple[str, ...]], Finding]

pytestmark = pytest.mark.xdist_group("spark")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return faulty.write(tmp_path_factory.mktemp("faulty") / "drop", 20_000)


@pytest.fixture
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("discovery.intake.whole.SAMPLE_ROWS", SAMPLE)


def audit(
    folder: Path, engine: str | None, url: str | None = None, agreed: Engagement | None = None
) -> AuditResult:
    drop = read_drop(folder, engagement=agreed, limits=Limits.of("1GB", engine, url))
    if engine is not None:
        assert any(t.whole is not None for t in drop.tables.values())
    return audit_drop(drop, agreed or engagement_for(drop, str(folder), None), as_of=AS_OF)


def by_id(result: AuditResult) -> Found:
    return {(f.kind, f.table, tuple(f.columns)): f for f in result.findings}


def same(one: Found, other: Found) -> None:
    """Findings are equal, and so is how many rows each is about: exact counts, and estimates of one sample."""
    assert set(one) == set(other)
    for key, finding in one.items():
        told = (key, finding.severity, finding.rows_affected)
        assert told == (key, other[key].severity, other[key].rows_affected)


def test_findings_of_the_sample_engagement_are_those_in_memory_on_polars_and_duckdb() -> None:
    agreed = load_engagement(DATA / "engagement.yaml")
    in_memory = by_id(audit(NEWEST, None, agreed=agreed))
    for engine in ("polars", "duckdb"):
        same(by_id(audit(NEWEST, engine, agreed=agreed)), in_memory)


@pytest.mark.usefixtures("small_sample")
def test_findings_of_generated_tables_on_spark(folder: Path, spark: str) -> None:
    same(by_id(audit(folder, "spark", spark)), by_id(audit(folder, "polars")))


def test_findings_of_the_sample_engagement_on_spark(spark: str, tmp_path: Path) -> None:
    agreed = load_engagement(DATA / "engagement.yaml")
    for name in ("invoices.parquet", "subscriptions.csv"):
        (tmp_path / name).write_bytes((NEWEST / name).read_bytes())
    same(by_id(audit(tmp_path, "spark", spark, agreed)), by_id(audit(tmp_path, "polars", agreed=agreed)))


def profile(path: Path, engine: str, url: str | None = None) -> TableProfile:
    drop = read_drop(path, limits=Limits.of("1GB", engine, url))
    table = next(iter(drop.tables.values()))
    assert table.whole is not None
    return table_context(table, engagement_for(drop, str(path), None), AS_OF).profile


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Values that engines treat in different ways: NaN, infinities, quotes in names, texts that are numbers."""
    path = tmp_path_factory.mktemp("odd") / "odd.parquet"
    n, nan = 9_000, float("nan")
    pl.DataFrame(
        {
            'a "quoted" `name`': [None if i % 97 == 0 else nan if i % 89 == 0 else i / 7 for i in range(n)],
            "nested.field": [i % 400 for i in range(n)],
            "endless": [float("inf") if i == 5_000 else i % 400 / 8 for i in range(n)],
            "as text": [" 12 " if i % 50 == 0 else "x" if i == 77 else str(i % 300) for i in range(n)],
            "padded": [" north" if i % 100 == 1 else "" if i % 100 == 2 else "north" for i in range(n)],
            "small": pl.Series([i % 120 for i in range(n)], dtype=pl.Int8),
            "yes": [None if i % 9 == 0 else i % 2 == 0 for i in range(n)],
            "at": pl.Series([i * 61_000_000 for i in range(n)], dtype=pl.Datetime("us")),
            "day": pl.Series([i % 900 for i in range(n)]).cast(pl.Date),
        }
    ).write_parquet(path, row_group_size=2_000)
    return path


def equal(one: TableProfile, other: TableProfile) -> None:
    assert (one.rows, one.duplicate_rows, one.key, one.time) == (
        other.rows, other.duplicate_rows, other.key, other.time,
    )  # fmt: skip
    for name, column in one.columns.items():
        for statistic in column.__slots__:
            mine, theirs = getattr(column, statistic), getattr(other[name], statistic)
            if isinstance(mine, float):
                mine, theirs = pytest.approx(mine, rel=TOLERANCE, abs=TOLERANCE), theirs
            assert (name, statistic, theirs) == (name, statistic, mine)


@pytest.mark.usefixtures("small_sample")
def test_profiles_are_equal_on_polars_and_duckdb(odd: Path) -> None:
    equal(profile(odd, "polars"), profile(odd, "duckdb"))


@pytest.mark.usefixtures("small_sample")
def test_profiles_are_equal_on_spark(odd: Path, spark: str) -> None:
    equal(profile(odd, "polars"), profile(odd, "spark", spark))


def test_many_columns_of_few_rows_take_few_queries_on_spark(odd: Path, spark: str) -> None:
    asked: list[Any] = []

    class Counting(sessions.SparkSession):
        def collect(self, lazy: Any) -> pl.DataFrame:
            asked.append(lazy)
            return super().collect(lazy)

    whole = next(iter(read_drop(odd, limits=Limits.of("1GB", "spark", spark)).tables.values())).whole
    assert whole is not None
    session = Counting(whole)
    assert session.frame() is session.frame()
    assert session.distinct(["yes"]) == 2
    assert session.repeats(["yes", "small"]) == whole.rows - 160
    assert len(asked) == 2


@pytest.mark.parametrize("engine", ["polars", "duckdb", "spark"])
def test_a_value_and_a_gap_are_not_a_gap_and_a_value(
    engine: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("spark") if engine == "spark" else None
    pl.DataFrame({"a": [1, None, 1, 2], "b": [None, 1, None, 2]}).write_parquet(tmp_path / "gaps.parquet")
    table = read_drop(tmp_path / "gaps.parquet", limits=Limits.of("1GB", engine, url)).tables["gaps"]
    assert table.whole is not None
    with sessions.open_session(table.whole) as session:
        assert session.repeats(["a", "b"]) == 1
        assert session.distinct(["a", "b"]) == 1


@pytest.fixture
def no_spark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)


@pytest.mark.usefixtures("no_spark")
def test_without_pyspark_the_extra_is_named(odd: Path) -> None:
    with pytest.raises(ParameterError, match=r"discovery-workbook\[spark\]"):
        profile(odd, "spark", "local[1]")
