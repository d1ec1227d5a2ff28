"""Two runs compared from their artifacts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from discovery.artifacts import (
    AuditResult,
    CandidateResult,
    ColumnSummary,
    Criterion,
    Decisions,
    Evaluation,
    Finding,
    RunRecord,
    Split,
    TableSummary,
    UseCaseDecision,
    UseCaseEvaluation,
)
from discovery.artifacts.changes import Changes
from discovery.audit.context import TableContext
from discovery.audit.history import classify
from discovery.audit.profiling.measure import profile_table
from discovery.audit.profiling.sketch import write_sketch
from discovery.changes import diff
from discovery.changes_text import to_text
from discovery.engagement import Engagement
from discovery.errors import DataError
from discovery.intake.table import Table
from discovery.stages import report_of


def finding(kind: Any, column: str, severity: Any = "major", fraction: float = 0.1, **more: Any) -> Finding:
    return Finding(
        kind=kind,
        table="t",
        columns=[column],
        severity=severity,
        fraction=fraction,
        summary=f"{kind} there",
        **more,
    )


def write_run(
    folder: Path,
    *,
    columns: dict[str, str],
    rows: int,
    findings: list[Finding],
    mean: float,
    verdict: Any,
    status: Any,
    recommended: str = "linear",
) -> Path:
    table = TableSummary(
        name="t", source="t.csv", rows=rows, columns=[ColumnSummary(name=n, type=t) for n, t in columns.items()]
    )
    AuditResult(tables=[table], findings=findings).write(folder / "audit.json")
    candidate = CandidateResult(name="linear", family="linear", mean=mean, ci95=(mean - 0.01, mean + 0.01))
    failed = CandidateResult(name="text", family="text", error="no text")
    use_case = UseCaseEvaluation(
        name="churn",
        table="t",
        target="y",
        task="binary",
        metric="roc_auc",
        split=Split(kind="stratified", folds=5, repeats=1, why=""),
        candidates=[candidate, failed],
        recommended=recommended,
    )
    Evaluation(use_cases=[use_case]).write(folder / "evaluation.json")
    decided = UseCaseDecision(
        name="churn",
        decision=verdict,
        criteria=[Criterion(name="quality", required=0.8, measured=mean, status=status)],
        reasons=["because"],
    )
    Decisions(use_cases=[decided]).write(folder / "decision.json")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    RunRecord(run_id=folder.name, status="ok", drop=f"drop {folder.name}", started=now, ended=now).write(
        folder / "run.json"
    )
    return folder


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    a = write_run(
        tmp_path / "a",
        columns={"x": "integer", "old": "text", "y": "boolean"},
        rows=100,
        findings=[finding("missing", "x"), finding("outlier", "x"), finding("pii", "x", "minor")],
        mean=0.85,
        verdict="go",
        status="pass",
    )
    b = write_run(
        tmp_path / "b",
        columns={"x": "text", "new": "text", "y": "boolean"},
        rows=120,
        findings=[
            finding("missing", "x", fraction=0.3),
            finding("leak", "new", "blocker"),
            finding("pii", "x", "minor"),
            finding("constant", "x", status="fixed"),
        ],
        mean=0.75,
        verdict="hold",
        status="fail",
        recommended="dummy",
    )
    return a, b


def test_everything_that_changed_is_told(runs: tuple[Path, Path]) -> None:
    changes = diff(*runs)
    assert (changes.a, changes.b, changes.drop_b) == ("a", "b", "drop b")
    assert {(c.change, c.column) for c in changes.columns} == {
        ("dropped", "old"),
        ("added", "new"),
        ("retyped", "x"),
    }
    assert [(v.rows_before, v.rows_after) for v in changes.volume] == [(100, 120)]
    told = {n: [f.kind for f in getattr(changes, n)] for n in ("new", "worse", "recurring", "fixed")}
    assert told == {"new": ["leak"], "worse": ["missing"], "recurring": ["pii"], "fixed": ["outlier"]}
    (score,) = changes.scores
    assert (score.direction, round(score.difference, 6), round(score.noise, 4)) == ("worse", -0.1, 0.0141)
    (decision,) = changes.decisions
    assert decision.why == ["quality: pass before (0.85), fail now (0.75, required 0.8)"]
    assert changes.recommended == {"churn": ("linear", "dummy")}


def test_the_text_says_it_in_order(runs: tuple[Path, Path]) -> None:
    text = to_text(diff(*runs))
    assert text.index("go -> hold") < text.index("t.x: integer -> text") < text.index("New findings (1)")
    assert "(worse; noise ±0.014)" in text
    assert "was major, 10.0% of rows" in text
    assert "recommended was linear, is dummy" in text
    assert text.endswith("1 findings recur.")


def test_a_run_against_itself_is_nothing(runs: tuple[Path, Path]) -> None:
    changes = diff(runs[0], runs[0])
    assert changes.nothing
    assert to_text(changes) == "From a (drop drop a) to a (drop drop a): nothing changed (3 findings recur)."


def test_a_score_within_its_noise_has_not_moved(tmp_path: Path) -> None:
    same: dict[str, Any] = {"columns": {}, "rows": 1, "findings": [], "verdict": "go", "status": "pass"}
    a, b = write_run(tmp_path / "a", mean=0.80, **same), write_run(tmp_path / "b", mean=0.81, **same)
    assert [s.direction for s in diff(a, b).scores] == ["within noise"]
    assert diff(a, b).nothing


def test_use_cases_and_tables_that_come_and_go(tmp_path: Path) -> None:
    for name, table in (("a", "one"), ("b", "two")):
        tables = [TableSummary(name=table, source="", rows=1)]
        AuditResult(tables=tables).write(tmp_path / name / "audit.json")
        Decisions(use_cases=[UseCaseDecision(name=table, decision="go", reasons=["r"])]).write(
            tmp_path / name / "decision.json"
        )
    changes = diff(tmp_path / "a", tmp_path / "b")
    assert {(c.table, c.change) for c in changes.columns} == {("one", "table dropped"), ("two", "table added")}
    assert {(d.use_case, d.before, d.after) for d in changes.decisions} == {
        ("one", "go", None),
        ("two", None, "go"),
    }
    text = to_text(changes)
    assert "one: table dropped" in text
    assert "two: none -> go: r" in text


def sketch(folder: Path, frame: pl.DataFrame, previous: Path | None = None) -> None:
    engagement = Engagement(name="e", tables={"t": {"key": ["id"]}})  # type: ignore[dict-item]
    table = Table.from_frame("t", frame)
    context = TableContext(table, profile_table(table, engagement), engagement, date(2026, 1, 1))
    write_sketch({"t": context}, folder, previous)


def test_keys_renames_and_rewritten_rows_are_told_from_the_sketches(runs: tuple[Path, Path]) -> None:
    frame = pl.DataFrame({"id": range(200), "amount": [i * 1.5 for i in range(200)], "y": [True, False] * 100})
    a, b = runs
    sketch(a, frame)
    sketch(b, frame.tail(190).rename({"amount": "total"}), a)
    changes = diff(a, b)
    assert [(c.change, c.before, c.after) for c in changes.columns] == [("renamed", "amount", "total")]
    assert [(v.mode, v.keys_added, v.keys_lost) for v in changes.volume] == [("snapshot", 0, 10)]
    assert "amount is now called total" in to_text(changes)
    altered = pl.when(pl.col("id") < 7).then(0.5).otherwise("amount")
    sketch(b, frame.with_columns(altered.alias("amount")), a)
    assert [v.rows_rewritten for v in diff(a, b).volume] == [7]
    assert "7 earlier rows differ" in to_text(diff(a, b))


def test_what_is_no_run_is_refused(tmp_path: Path, runs: tuple[Path, Path]) -> None:
    with pytest.raises(DataError, match="this is not a run"):
        diff(runs[0], tmp_path / "none")
    (runs[1] / "evaluation.json").write_text("{")
    with pytest.raises(DataError, match="cannot be read"):
        diff(*runs)


def test_signs_that_steer_a_terminal_are_taken_out(runs: tuple[Path, Path]) -> None:
    changes = diff(*runs).model_copy(update={"a": "\x1b[31mred"})
    assert "\x1b" not in to_text(changes)


def test_what_is_about_one_pair_of_drops_neither_recurs_nor_is_fixed(tmp_path: Path) -> None:
    same: dict[str, Any] = {"columns": {}, "rows": 1, "mean": 0.8, "verdict": "go", "status": "pass"}
    a = write_run(tmp_path / "a", findings=[finding("schema_change", "x"), finding("volume_change", "x")], **same)
    b = write_run(tmp_path / "b", findings=[finding("schema_change", "x")], **same)
    changes = diff(a, b)
    assert [f.kind for f in changes.new] == ["schema_change"]
    assert not changes.recurring
    assert not changes.fixed


def test_the_report_begins_with_what_changed(runs: tuple[Path, Path]) -> None:
    a, b = runs
    record = RunRecord.read(b / "run.json").model_copy(update={"previous": str(a)})
    page = report_of(
        b,
        Engagement(name="acme"),
        AuditResult.read(b / "audit.json"),
        Evaluation.read(b / "evaluation.json"),
        Decisions.read(b / "decision.json"),
        record,
    ).read_text()
    assert page.index('id="changes"') < page.index('id="decisions"')
    section = re.sub(r"<[^>]+>", "", page.split('id="changes"')[1].split("</section>")[0])
    for told in (
        "1 decision changed",
        "quality: pass before (0.85), fail now",
        "t.x: retyped",
        "leak there",
    ):
        assert told in section
    assert Changes.read(b / "changes.json").b == "b"
    assert "go → hold" in (b / "summary.md").read_text()


def test_a_column_that_was_renamed_keeps_its_findings() -> None:
    before = [finding("missing", "old"), finding("outlier", "gone")]
    after = [finding("missing", "new"), finding("outlier", "come")]
    told, gone = classify(after, before, {"t"}, {"t": {"old": "new"}})
    assert [(f.kind, status) for f, status, _ in told] == [("missing", "recurring"), ("outlier", "new")]
    assert [f.kind for f in gone] == ["outlier"]


@pytest.mark.parametrize(
    ("rows", "before", "status"), [(2000, 80, "recurring"), (200_000, 8000, "worse"), (2000, 40, "worse")]
)
def test_a_share_that_rose_by_chance_is_not_worse(rows: int, before: int, status: str) -> None:
    def missing(affected: int) -> Finding:
        return finding("missing", "x", fraction=affected / rows).model_copy(update={"rows_affected": affected})

    told, _ = classify([missing(rows * 45 // 1000)], [missing(before)], {"t"})
    assert [s for _, s, _ in told] == [status]


def test_what_follows_from_another_finding_is_said_with_it(tmp_path: Path) -> None:
    columns = {"x": "number", "z": "number"}
    options: dict[str, Any] = {"rows": 100, "mean": 0.8, "verdict": "go", "status": "pass"}
    a = write_run(tmp_path / "a", columns=columns, findings=[], **options)
    found = [
        finding("sentinel_missing", "x"),
        finding("distribution_shift", "x"),
        finding("contract_broken", "x"),
        finding("distribution_shift", "z"),
        finding("contract_broken", "z"),
    ]
    b = write_run(tmp_path / "b", columns=columns, findings=found, **options)
    changes = diff(a, b)
    assert [(f.kind, f.also) for f in changes.new] == [
        ("sentinel_missing", ["contract_broken", "distribution_shift"]),
        ("distribution_shift", ["contract_broken"]),
    ]
    assert "(also: contract broken, distribution shift)" in to_text(changes)


def test_a_contract_broken_by_what_was_wrong_before_is_said_with_it(tmp_path: Path) -> None:
    options: dict[str, Any] = {"rows": 100, "mean": 0.8, "verdict": "go", "status": "pass"}
    columns = {"x": "number", "z": "number"}
    known = [finding("sentinel_missing", "x"), finding("high_cardinality", "z")]
    a = write_run(tmp_path / "a", columns=columns, findings=known, **options)
    found = [*known, finding("contract_broken", "x"), finding("contract_broken", "z")]
    b = write_run(tmp_path / "b", columns=columns, findings=found, **options)
    changes = diff(a, b)
    assert [(f.kind, f.columns) for f in changes.new] == [("contract_broken", ["z"])]
    assert [f.also for f in changes.recurring] == [["contract_broken"], []]


def test_another_type_and_fewer_rows_are_said_once(tmp_path: Path) -> None:
    options: dict[str, Any] = {"rows": 100, "mean": 0.8, "verdict": "go", "status": "pass"}
    a = write_run(tmp_path / "a", columns={"x": "number", "z": "number"}, findings=[], **options)
    whole = {"columns": []}
    found = [
        finding("distribution_shift", "x"),
        finding("contract_broken", "x"),
        finding("distribution_shift", "z"),
        finding("volume_change", "x").model_copy(update=whole),
        finding("contract_broken", "x").model_copy(update=whole),
    ]
    b = write_run(tmp_path / "b", columns={"x": "text", "z": "number"}, findings=found, **options)
    changes = diff(a, b)
    assert [(c.change, c.column) for c in changes.columns] == [("retyped", "x")]
    assert [(f.kind, f.columns, f.also) for f in changes.new] == [
        ("distribution_shift", ["z"], []),
        ("volume_change", [], ["contract_broken"]),
    ]
