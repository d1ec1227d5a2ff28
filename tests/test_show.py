"""What notebooks show: escaped, shortened, and readable as text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from discovery import notebook, show
from discovery.artifacts import (
    AuditResult,
    CandidateResult,
    ColumnSummary,
    Criterion,
    Decisions,
    Evaluation,
    Evidence,
    ExcludedColumn,
    Finding,
    Latency,
    RunRecord,
    Split,
    TableSummary,
    UseCaseDecision,
    UseCaseEvaluation,
)
from discovery.engagement import parse_engagement
from discovery.errors import ParameterError
from discovery.intake.table import Drop, Table
from discovery.progress import ENVIRONMENT, following, kernel_progress

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e"

FINDING = Finding(
    kind="missing", table="t", columns=[HOSTILE], severity="major", summary=HOSTILE, rows_affected=12345
)
NUMBER = ColumnSummary(name="n", type="number", minimum="3.0", maximum="1842600.0")
AUDIT = AuditResult(
    tables=[
        TableSummary(name="t", source="t.csv", rows=3, columns=[ColumnSummary(name=HOSTILE, type="text"), NUMBER])
    ],
    findings=[FINDING, FINDING.model_copy(update={"severity": "info"})],
    contract={"t": {"origin": "suggested", "passed": 12, "failed": 0, "list": [1]}, "u": "none"},
)
CASE = UseCaseEvaluation(
    name="c",
    table="t",
    target="y",
    task="binary",
    metric="roc_auc",
    split=Split(kind="stratified", folds=5, repeats=2, why="w"),
    excluded_columns=[ExcludedColumn(column=HOSTILE, why="leak")],
    candidates=[
        CandidateResult(name="dummy", family="dummy", mean=0.5, ci95=(0.4, 0.6), latency_ms=Latency(p50=1, p95=2))
    ],
    recommended="dummy",
    why=HOSTILE,
)
EVALUATION = Evaluation(use_cases=[CASE], refused=[{"name": "d", "why": HOSTILE}])
DECISIONS = Decisions(
    use_cases=[
        UseCaseDecision(
            name=HOSTILE,
            decision="no-go",
            criteria=[Criterion(name="quality", required=0.8, measured=0.5, ci95=(0.4, 0.6), status="fail")],
            reasons=[HOSTILE],
            next_steps=[HOSTILE],
            open_questions=["Why?"],
        )
    ]
)
ENGAGEMENT = parse_engagement("name: a\nuse_cases:\n  - {name: c, table: t, target: y}\n")
DROP = Drop("d", {"t": Table.from_frame("t", pl.DataFrame({HOSTILE: [1]}), HOSTILE)})
RECORD = RunRecord(
    run_id="r", status="ok", started=datetime.now(UTC), ended=datetime.now(UTC), versions={"python": "3"}
)

SHOWN = {
    "tables": show.tables(DROP),
    "use_cases": show.use_cases(ENGAGEMENT),
    "counts": show.counts(AUDIT),
    "findings": show.findings(AUDIT, limit=1),
    "columns": show.columns(AUDIT, "t"),
    "contract": show.contract(AUDIT),
    "scores": show.scores(EVALUATION, "c"),
    "excluded": show.excluded(EVALUATION, "c"),
    "decisions": show.decisions(DECISIONS),
    "criteria": show.criteria(DECISIONS),
    "steps": show.steps(DECISIONS),
    "recommendations": show.recommendations(EVALUATION),
    "provenance": show.provenance(RECORD),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_is_harmless_and_accessible(name: str) -> None:
    html, text = SHOWN[name]._repr_html_(), repr(SHOWN[name])
    assert html.startswith("<table><caption>")
    assert 'scope="col"' in html
    assert 'scope="row"' in html
    assert "<script" not in html
    for sign in ("\x1b", "\u202e"):
        assert sign not in html
        assert sign not in text


def test_figures_read_well() -> None:
    assert "12,345" in repr(SHOWN["findings"])
    assert "the first 1 of 2" in repr(SHOWN["findings"])
    assert show.counts(AUDIT).rows == [("t", 0, 1, 0, 1)]
    assert show.contract(AUDIT).rows[0] == ("t", "suggested from this drop", 12, 0, None, None)
    assert "1,842,600" in repr(SHOWN["columns"])
    assert "0.4 to 0.6" in repr(SHOWN["scores"])
    assert 'class="num"' in SHOWN["scores"]._repr_html_()
    assert "≥ 0.8" in repr(SHOWN["criteria"])
    assert 'class="dec-no-go"' in SHOWN["decisions"]._repr_html_()
    assert len(show.findings(AUDIT, severity="info").rows) == 1
    empty = show.decisions(Decisions())
    assert "No use case was given." in repr(empty)
    assert "No use case was given." in empty._repr_html_()
    assert show.plain("x" * 1000).endswith("…")


@pytest.mark.parametrize("result", [AUDIT, EVALUATION, DECISIONS, DROP], ids=lambda r: type(r).__name__)
def test_a_result_at_the_end_of_a_cell_is_shown_as_tables(result: object) -> None:
    html = result._repr_html_()  # type: ignore[attr-defined]
    assert html.startswith("<table><caption>")
    assert "<script" not in html


def test_the_repr_of_a_drop_holds_no_value() -> None:
    drop = Drop("d", {"t": Table.from_frame("t", pl.DataFrame({"name": ["Anna Lind"]}), "people.csv")})
    assert repr(drop) == "<Drop 'd': <Table 't' of 'people.csv': 1 rows, 1 columns>>"


def test_a_notebook_by_hand_finds_its_engagement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with pytest.raises(ParameterError, match="no engagement"):
        notebook.start()
    (tmp_path / "engagement.yaml").write_text("name: a\n")
    week = notebook.start(seed=None)
    assert week.parameters.engagement == str(tmp_path / "engagement.yaml")
    assert week.out == tmp_path / "runs" / "by-hand"
    assert notebook.start(drop="x.csv").out == folder / "runs" / "by-hand"
    with pytest.raises(ParameterError, match="Did you mean 'seed'"):
        notebook.start(sed=1)


def test_progress_of_a_kernel_reaches_the_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    file = tmp_path / "progress"
    monkeypatch.setenv(ENVIRONMENT, str(file))
    seen: list[str] = []
    with following(file, seen.append, interval=0.01):
        kernel_progress()("Audit: one\ntwo")
        end = time.monotonic() + 10
        while not seen and time.monotonic() < end:
            time.sleep(0.01)
    assert seen == ["Audit: one two"]
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path / "no" / "folder"))
    kernel_progress()("lost")


def test_a_finding_a_table_and_a_record_are_shown_too() -> None:
    told = FINDING.model_copy(update={"evidence": [Evidence(row=7, values={HOSTILE: HOSTILE, "b": "2"})]})
    table = Table.from_frame("people", pl.DataFrame({"age": [1, None, 3, 4], HOSTILE: ["secret"] * 4}))
    record = RunRecord(run_id=HOSTILE, status="ok", started=datetime.now(UTC), ended=datetime.now(UTC))
    for result in (told, table, record):
        page = result._repr_html_()
        assert "<table>" in page
        assert "<script>" not in page
        assert "secret" not in page
    assert "people (4 rows, 2 columns)" in table._repr_html_()
    assert ">25.0%<" in table._repr_html_()
    assert ">12,345<" not in told._repr_html_()
    assert told.id in told._repr_html_()


def test_what_is_accepted_or_fixed_is_not_taken_for_open() -> None:
    known = FINDING.model_copy(update={"summary": "Nobody has one.", "accepted": "As agreed."})
    gone = FINDING.model_copy(update={"summary": "Was so.", "status": "fixed"})
    shown = repr(show.findings(AuditResult(findings=[known, gone])))
    assert "Nobody has one. Accepted: As agreed." in shown
    assert "Was so." not in shown


def test_text_is_set_to_the_left() -> None:
    page = show.Shown("c", ("Name", "Rows"), [("a", 1)])._repr_html_()
    assert '<td class="num">1</td>' in page
    assert '<th scope="row" style="text-align:left">a</th>' in page
