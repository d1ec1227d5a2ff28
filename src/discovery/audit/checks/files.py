"""What intake noticed about the files: encodings, headers, rows that could not be read."""

from __future__ import annotations

from collections.abc import Iterable

from ...artifacts import Evidence, Finding
from ..context import TableContext, check

_CONSEQUENCE = {
    "encoding": "Names and texts come out garbled, and equal words count as different.",
    "header_problem": "Columns may carry the wrong name, or a row of data may be taken for the header.",
    "unreadable_rows": "These rows take part in nothing that follows.",
    "empty_rows": "They count as cases although nothing is known of them.",
    "mixed_type": "Cells that are not of the column's type count as missing.",
}


@check("encoding", "header_problem", "unreadable_rows", "empty_rows", "mixed_type")
def file_problems(ctx: TableContext) -> Iterable[Finding]:
    """Report what the reader of the file noticed, with the rows it noticed it in."""
    for problem in ctx.table.reading.problems:
        evidence = []
        for seen in problem.evidence:
            row = seen.get("row")
            values = {str(k): ctx.show_any(str(k), v) for k, v in seen.items() if k != "row"}
            evidence.append(Evidence(row=row if isinstance(row, int) else None, values=values))
        yield ctx.finding(
            problem.kind,
            [c for c in problem.columns if c in ctx.table.columns],
            problem.severity,
            problem.summary,
            rows_affected=problem.rows,
            consequence=_CONSEQUENCE[problem.kind],
            advice=problem.advice,
            evidence=evidence,
        )
