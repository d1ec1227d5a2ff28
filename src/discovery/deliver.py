"""What a run hands over besides its artifacts: the pages, and tables that open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .artifacts import AuditResult, Decisions, Evaluation, RunRecord, write_atomic

if TYPE_CHECKING:
    from .engagement import Engagement

__all__ = ["write_pages", "write_tables"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_pages(
    out: Path,
    engagement: Engagement,
    audit: AuditResult,
    evaluation: Evaluation,
    decisions: Decisions,
    record: RunRecord,
) -> Path:
    """Write the report and its parts into the run directory ``out``, and return the path of ``week1.html``.

    Where the record names an earlier run that is still there, the report starts with what changed since.
    """
    from .report import PAGES, render

    changes = _changes(out, record)
    for page in PAGES:
        html = render(engagement, audit, evaluation, decisions, record, changes, page=page)
        write_atomic(out / f"{page}.html", html)
    return out / "week1.html"


def _changes(out: Path, record: RunRecord) -> list[str] | None:
    if record.previous is None or not (Path(record.previous) / "audit.json").is_file():
        return None
    from .changes import diff
    from .changes_text import to_text

    return [line.strip() for line in to_text(diff(Path(record.previous), out)).split("\n") if line.strip()]


def write_tables(out: Path, audit: AuditResult, evaluation: Evaluation | None = None) -> None:
    """Write ``tables/findings.csv``, ``columns.csv`` and, with an evaluation, ``scores.csv`` into ``out``.

    Text that a spreadsheet would take for a formula is written with an apostrophe before it.
    """
    _write(
        out / "tables" / "findings.csv",
        ("id", "kind", "severity", "table", "columns", "rows", "fraction", "summary", "advice", "status"),
        (
            (f.id, f.kind, f.severity, f.table, ", ".join(f.columns), f.rows_affected, f.fraction, f.summary,
             f.advice, f.status)
            for f in audit.findings
        ),
    )  # fmt: skip
    _write(
        out / "tables" / "columns.csv",
        ("table", "column", "type", "semantic", "missing", "distinct", "minimum", "maximum", "mean", "personal"),
        (
            (t.name, c.name, c.type, c.semantic, c.missing, c.distinct, c.minimum, c.maximum, c.mean, c.personal)
            for t in audit.tables
            for c in t.columns
        ),
    )
    if evaluation is not None:
        _write(
            out / "tables" / "scores.csv",
            ("use_case", "candidate", "family", "metric", "mean", "low", "high", "holdout", "fit_seconds", "best"),
            (
                (u.name, c.name, c.family, u.metric, c.mean, *(c.ci95 or (None, None)), c.holdout, c.fit_seconds,
                 c.name == u.recommended)
                for u in evaluation.use_cases
                for c in u.candidates
            ),
        )  # fmt: skip


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(c) for c in row] for row in rows)
    write_atomic(path, text.getvalue())


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
