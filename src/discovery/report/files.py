"""All files of a report, written into the directory of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from ..artifacts import AuditResult, Decisions, Evaluation, RunRecord, write_atomic
from ..engagement import Engagement
from .figures import kept_figures
from .page import PAGES, render, render_summary
from .tables import write_tables, write_workbook

__all__ = ["write_report"]


def write_report(
    run_dir: Path | str,
    engagement: Engagement,
    audit: AuditResult,
    evaluation: Evaluation | None = None,
    decisions: Decisions | None = None,
    record: RunRecord | None = None,
    changes: Any = None,
    *,
    templates: Path | None = None,
    paper: Literal["short", "full"] = "short",
) -> Path:
    """Write the report, its parts, the summary and the tables, and return the path of ``week1.html``.

    ``week1.html``, ``data_assessment.html``, ``model_evaluation.html``, ``summary.md``, ``tables/*.csv`` and
    ``tables/week1.xlsx``; each appears whole or not at all. Figures are kept in ``figures.json``, so that a second
    rendering of the run need not draw them. See :func:`discovery.report.render`.
    """
    folder = Path(run_dir)
    given = (engagement, audit, evaluation, decisions, record, changes)
    with kept_figures(folder):
        for page in reversed(PAGES):
            write_atomic(folder / f"{page}.html", render(*given, page=page, templates=templates, paper=paper))
    write_atomic(folder / "summary.md", render_summary(*given, templates=templates))
    write_tables(folder, audit, evaluation, decisions)
    write_workbook(folder, audit, evaluation, decisions)
    return folder / f"{PAGES[0]}.html"
