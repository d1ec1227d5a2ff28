"""Findings, columns and scores as CSV and as one workbook, in which no cell can act as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..artifacts import AuditResult, Decisions, Evaluation, write_atomic
from .clean import clean

__all__ = ["Sheet", "harmless", "sheets", "write_tables", "write_workbook"]

Cell = str | float | int | None
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LONGEST_CELL = 2000


@dataclass(frozen=True)
class Sheet:
    """One table: a name, its headers and rows."""

    name: str
    header: list[str]
    rows: list[list[Cell]]


def harmless(value: Cell) -> Cell:
    """Return a cell that no spreadsheet takes for a formula: texts that begin like one get an apostrophe.

    Blanks before the sign do not help an attacker: spreadsheets skip them, so they are looked behind.
    """
    if not isinstance(value, str):
        return value
    text = clean(value, LONGEST_CELL)
    suspect = any(t.lstrip().startswith(_STARTS) or t.startswith(("\t", "\r", "\n")) for t in (text, value))
    return f"'{text}" if suspect else text


def sheets(audit: AuditResult, evaluation: Evaluation | None, decisions: Decisions | None = None) -> list[Sheet]:
    """Return what is written as tables: findings, columns, pairs of them; scores and so on where there are any."""
    found = [_findings(audit), _columns(audit), _associations(audit)]
    if evaluation is not None:
        found.append(_scores(evaluation))
    if decisions is not None:
        found += [_monitoring(decisions), _questions(decisions)]
    return found


def _monitoring(decisions: Decisions) -> Sheet:
    header = ["use_case", "signal", "measure", "column", "now", "alarm_below", "alarm_above", "unit", "why"]
    rows: list[list[Cell]] = [
        [u.name, t.signal, t.measure, t.column, t.now, t.alarm_below, t.alarm_above, t.unit, t.why]
        for u in decisions.use_cases for t in u.monitoring
    ]  # fmt: skip
    return Sheet("monitoring", header, rows)


def _questions(decisions: Decisions) -> Sheet:
    asked = [(u, q) for u in decisions.use_cases for q in u.questions]
    rows: list[list[Cell]] = [[i, u.name, q.text, q.owner, q.blocks] for i, (u, q) in enumerate(asked, 1)]
    return Sheet("questions", ["no", "use_case", "question", "owner", "blocks"], rows)


def _findings(audit: AuditResult) -> Sheet:
    header = ["id", "severity", "kind", "table", "columns", "rows_affected", "fraction", "summary", "consequence",
              "advice", "fix", "use_cases", "status", "accepted", "confidence"]  # fmt: skip
    rows: list[list[Cell]] = [
        [f.id, f.severity, f.kind, f.table, ", ".join(f.columns), f.rows_affected, f.fraction, f.summary,
         f.consequence, f.advice, f.fix, ", ".join(f.use_cases), f.status, f.accepted, f.confidence]
        for f in audit.findings
    ]  # fmt: skip
    return Sheet("findings", header, rows)


def _columns(audit: AuditResult) -> Sheet:
    header = ["table", "column", "type", "semantic", "rows", "missing", "distinct", "minimum", "maximum", "mean",
              "std", "personal"]  # fmt: skip
    rows: list[list[Cell]] = [
        [t.name, c.name, c.type, c.semantic, t.rows, c.missing, c.distinct, c.minimum, c.maximum, c.mean, c.std,
         "yes" if c.personal else "no"]
        for t in audit.tables for c in t.columns
    ]  # fmt: skip
    return Sheet("columns", header, rows)


def _associations(audit: AuditResult) -> Sheet:
    rows: list[list[Cell]] = [
        [t.name, *a.columns, a.measure, a.value] for t in audit.tables for a in t.associations
    ]
    return Sheet("associations", ["table", "column", "other", "measure", "value"], rows)


def _scores(evaluation: Evaluation) -> Sheet:
    header = ["use_case", "metric", "candidate", "family", "mean", "ci95_low", "ci95_high", "holdout",
              "latency_ms_p50", "latency_ms_p95", "fit_seconds", "size_bytes", "cost_per_1000", "recommended",
              "error"]  # fmt: skip
    rows: list[list[Cell]] = []
    for use in evaluation.use_cases:
        for c in use.candidates:
            low, high = c.ci95 or (None, None)
            slow = (c.latency_ms.p50, c.latency_ms.p95) if c.latency_ms else (None, None)
            recommended = "yes" if c.name == use.recommended else "no"
            rows.append([use.name, use.metric, c.name, c.family, c.mean, low, high, c.holdout, *slow, c.fit_seconds,
                         c.size_bytes, c.cost_per_1000, recommended, c.error])  # fmt: skip
    return Sheet("scores", header, rows)


def write_tables(
    run_dir: Path | str,
    audit: AuditResult,
    evaluation: Evaluation | None = None,
    decisions: Decisions | None = None,
) -> list[Path]:
    """Write ``tables/*.csv`` of a run, one a sheet of :func:`sheets`, and return their paths."""
    folder = Path(run_dir) / "tables"
    written = []
    for sheet in sheets(audit, evaluation, decisions):
        path = folder / f"{sheet.name}.csv"
        write_atomic(path, _csv([sheet.header, *sheet.rows]))
        written.append(path)
    return written


def _csv(rows: Iterable[Sequence[Cell]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([harmless(c) for c in row] for row in rows)
    return out.getvalue()


def write_workbook(
    run_dir: Path | str,
    audit: AuditResult,
    evaluation: Evaluation | None = None,
    decisions: Decisions | None = None,
) -> Path:
    """Write ``tables/week1.xlsx`` with a sheet a table: texts are strings there, never formulas or links."""
    import xlsxwriter

    path = Path(run_dir) / "tables" / "week1.xlsx"
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        for sheet in sheets(audit, evaluation, decisions):
            page = book.add_worksheet(sheet.name)
            page.write_row(0, 0, sheet.header, head)
            for i, row in enumerate(sheet.rows, 1):
                for j, value in enumerate(row):
                    _write(page, i, j, value)
            page.freeze_panes(1, 0)
            page.autofilter(0, 0, max(1, len(sheet.rows)), len(sheet.header) - 1)
            page.set_column(0, len(sheet.header) - 1, 18)
    write_atomic(path, out.getvalue())
    return path


def _write(page: object, row: int, column: int, value: Cell) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, clean(value, LONGEST_CELL))  # type: ignore[attr-defined]
    else:
        page.write_number(row, column, value)  # type: ignore[attr-defined]
