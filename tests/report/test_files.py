"""What is written into the directory of a run."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from discovery.artifacts import AuditResult, ColumnSummary, Finding, TableSummary
from discovery.report import write_report, write_tables
from discovery.report.tables import harmless


def test_all_files_are_written(sample: Any, tmp_path: Path) -> None:
    page = write_report(
        tmp_path, sample.engagement, sample.audit, sample.evaluation, sample.decisions, record=sample.record
    )
    assert page == tmp_path / "week1.html"
    found = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    assert found == {
        "week1.html", "data_assessment.html", "model_evaluation.html", "summary.md", "figures.json",
        "tables/findings.csv", "tables/columns.csv", "tables/associations.csv", "tables/scores.csv",
        "tables/monitoring.csv", "tables/questions.csv", "tables/week1.xlsx",
    }  # fmt: skip
    summary = (tmp_path / "summary.md").read_text("utf-8")
    assert "**GO: Call customers before they leave.**" in summary
    with (tmp_path / "tables" / "findings.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(sample.audit.findings)


@pytest.mark.parametrize(
    "cell", ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "  =HYPERLINK(1)", "\r=1", "＝1", "=\ud800"]
)
def test_no_text_can_act_as_a_formula(cell: str) -> None:
    assert str(harmless(cell)).startswith("'")


def test_numbers_and_plain_texts_stay() -> None:
    assert harmless(-3.5) == -3.5
    assert harmless("plain - text") == "plain - text"
    assert harmless(None) is None


def test_formulas_of_a_client_are_text_in_every_table(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://evil.example","x")'
    finding = Finding(kind="missing", table=evil, columns=[evil], severity="major", summary=evil)
    table = TableSummary(name=evil, source=evil, rows=3, columns=[ColumnSummary(name=evil, type="string")])
    audit = AuditResult(tables=[table], findings=[finding])
    for path in write_tables(tmp_path, audit):
        with path.open(encoding="utf-8", newline="") as file:
            assert not any(cell.startswith("=") for row in csv.reader(file) for cell in row)
    from discovery.report.tables import write_workbook

    with ZipFile(write_workbook(tmp_path, audit)) as book:
        parts = {n: book.read(n).decode("utf-8") for n in book.namelist() if n.endswith((".xml", ".rels"))}
    assert not any("<f>" in text for text in parts.values())
    assert not any("hyperlink" in text.lower() for name, text in parts.items() if name.endswith(".rels"))
