"""A report on very many columns stays small and quick."""

from __future__ import annotations

import time

from discovery.artifacts import AuditResult, ColumnSummary, Finding, Histogram, TableSummary
from discovery.engagement import Engagement
from discovery.report import render


def wide(tables: int, columns: int) -> AuditResult:
    histogram = Histogram(edges=[float(i) for i in range(21)], counts=[(7 * i) % 90 for i in range(20)])
    column = {
        "type": "float",
        "distinct": 900,
        "minimum": "0.5",
        "maximum": "99.25",
        "histogram": histogram,
        "missing": 3,
    }
    made = [
        TableSummary(
            name=f"table_{t}",
            source=f"table_{t}.csv",
            rows=10_000,
            columns=[ColumnSummary.model_validate({"name": f"measurement_{c}", **column}) for c in range(columns)],
        )
        for t in range(tables)
    ]
    findings = [
        Finding(kind="missing", table=t.name, columns=[c.name], severity="minor", rows_affected=3, fraction=0.0003,
                summary=f"'{c.name}' is missing in 3 of 10,000 rows (<0.1%).", advice="Ask how the gaps arise.")
        for t in made for c in t.columns[::2]
    ]  # fmt: skip
    return AuditResult(tables=made, findings=findings)


def test_two_thousand_columns_fit() -> None:
    html = render(Engagement(name="Wide"), wide(40, 50))
    assert len(html.encode("utf-8")) < 5_000_000
    assert html.count('class="spark"') == 2000


def test_the_cost_of_a_column_does_not_grow() -> None:
    def cost(audit: AuditResult) -> float:
        start = time.process_time()
        render(Engagement(name="Wide"), audit)
        return time.process_time() - start

    cost(wide(1, 10))
    few, many = min(cost(wide(4, 50)) for _ in range(2)), cost(wide(40, 50))
    assert many < 20 * few
