"""How results look in a notebook: small tables, escaped, that read well as text too.

Every function takes a typed result and returns a :class:`Shown`. Values in results are masked where they are
personal; here they are escaped and shortened.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from .artifacts import SEVERITIES, AuditResult, ColumnSummary, Decisions, Evaluation, Finding, RunRecord

if TYPE_CHECKING:
    from .engagement import Engagement
    from .intake.table import Drop, Table

__all__ = [
    "Shown", "columns", "contract", "counts", "criteria", "decisions", "evidence", "excluded",
    "finding", "findings", "overview", "plain", "provenance", "recommendations", "scores", "steps",
    "table", "tables", "use_cases",
]  # fmt: skip

_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_SHARE = re.compile(r"<?[\d.]+%")
_LONGEST = 300
_COLUMNS = 50
_PROSE = 40
_NUM, _LEFT = ' class="num"', ' style="text-align:left"'
_PROSE_LEFT = f' class="prose"{_LEFT}'
"""Jupyter sets every cell to the right, which only figures are read well by."""


@dataclass(frozen=True)
class Shown:
    """A table that Jupyter shows as HTML and a terminal as text."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[object]]
    empty: str = "None."

    def _repr_html_(self) -> str:
        if not self.rows:
            return f"<p><strong>{_safe(self.caption)}</strong> {_safe(self.empty)}</p>"
        numeric = [all(_is_number(row[i]) for row in self.rows) for i in range(len(self.header))]
        prose = [any(len(_text(row[i])) > _PROSE for row in self.rows) for i in range(len(self.header))]
        mark = [_NUM if n else _PROSE_LEFT if p else _LEFT for n, p in zip(numeric, prose, strict=True)]
        head = "".join(f'<th scope="col"{m}>{_safe(h)}</th>' for h, m in zip(self.header, mark, strict=True))
        body = "".join(f"<tr>{_cells(row, mark)}</tr>" for row in self.rows)
        caption = f"<caption>{_safe(self.caption)}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        if not self.rows:
            return f"{self.caption} {self.empty}"
        lines = [" | ".join(_text(c) for c in row) for row in [self.header, *self.rows]]
        return "\n".join([plain(self.caption), *lines])


def overview(result: AuditResult | Finding | Evaluation | Decisions | RunRecord | Drop | Table) -> str:
    """Return what Jupyter shows of a whole result, as HTML."""
    from .intake.table import Table

    shown: list[Shown]
    if isinstance(result, AuditResult):
        shown = [counts(result), findings(result)]
    elif isinstance(result, Finding):
        shown = [finding(result), evidence(result)] if result.evidence else [finding(result)]
    elif isinstance(result, RunRecord):
        shown = [provenance(result)]
    elif isinstance(result, Evaluation):
        shown = [recommendations(result), *(scores(result, u.name) for u in result.use_cases)]
    elif isinstance(result, Decisions):
        shown = [decisions(result), criteria(result)]
    elif isinstance(result, Table):
        shown = [table(result)]
    else:
        shown = [tables(result)]
    return "".join(one._repr_html_() for one in shown)


def _cells(row: Sequence[object], mark: Sequence[str]) -> str:
    return "".join(
        f'<th scope="row"{m}>{_styled(c)}</th>' if i == 0 else f"<td{m}>{_styled(c)}</td>"
        for i, (c, m) in enumerate(zip(row, mark, strict=True))
    )


def _styled(cell: object) -> str:
    text = _text(cell)
    if text in {"blocker", "major"}:
        return f'<span class="sev-{text}">{text}</span>'
    if text in {"go", "narrow", "hold", "no-go"}:
        return f'<span class="dec-{text}">{text}</span>'
    return _safe(text)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) or cell is None or bool(_SHARE.fullmatch(str(cell)))


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:.4g}" if abs(cell) < 10_000 else f"{cell:,.0f}"
    return plain(str(cell))


def plain(text: str) -> str:
    """Return ``text`` as it may be shown: on one line, without control signs, and not too long."""
    text = _UNSAFE.sub("\ufffd", " ".join(text.split()) if "\n" in text else text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _safe(text: str) -> str:
    return escape(plain(text))


def _percent(fraction: float) -> str:
    return f"{fraction:.1%}" if fraction >= 0.001 or fraction == 0 else "<0.1%"


def _interval(ci: tuple[float, float] | None) -> str:
    return f"{_text(float(ci[0]))} to {_text(float(ci[1]))}" if ci else "–"


def tables(drop: Drop) -> Shown:
    """Show the tables of a drop and how they were read."""
    rows = [
        (t.name, t.source, t.rows, len(t.columns), t.reading.format, "; ".join(t.reading.assumptions) or "–")
        for t in drop.tables.values()
    ]
    return Shown("Tables of this drop", ("Table", "Source", "Rows", "Columns", "Format", "What was assumed"), rows)


def table(table: Table) -> Shown:
    """Show the columns of a table, and no value of it."""
    rows = [(c.name, c.type, _gaps(table, c.name)) for c in table.columns.values()]
    size = f"{table.rows:,} rows, {len(rows):,} columns"
    more = f"; the first {_COLUMNS}" if len(rows) > _COLUMNS else ""
    return Shown(f"{table.name} ({size}{more})", ("Column", "Type", "Missing"), rows[:_COLUMNS])


def _gaps(table: Table, name: str) -> str:
    return _percent(table.frame[name].null_count() / table.frame.height) if table.frame.height else "–"


def use_cases(engagement: Engagement) -> Shown:
    """Show what the client proposed."""
    rows = [(u.name, u.title, u.table, u.target, u.task, u.owner or "–") for u in engagement.use_cases]
    return Shown("Proposed use cases", ("Use case", "Title", "Table", "Target", "Task", "Owner"), rows)


def counts(audit: AuditResult) -> Shown:
    """Show how many open findings there are of each severity, table by table."""
    open_ = [f for f in audit.findings if f.accepted is None and f.status != "fixed"]
    found = Counter((f.table, f.severity) for f in open_)
    tables = dict.fromkeys([*(t.name for t in audit.tables), *(f.table for f in open_)])
    rows: list[tuple[object, ...]] = [(t or "the drop", *(found[t, s] for s in SEVERITIES)) for t in tables]
    if len(rows) > 1:
        rows.append(("in all", *(sum(found[t, s] for t in tables) for s in SEVERITIES)))
    return Shown("Findings by table", ("Table", *SEVERITIES), rows)


def findings(audit: AuditResult, limit: int = 25, severity: str | None = None) -> Shown:
    """Show the findings, worst first; at most ``limit`` of them, of one severity if given."""
    found = [f for f in audit.findings if f.status != "fixed" and severity in (None, f.severity)]
    rows = [
        (f.severity, f.kind, _where(f), _said(f), f.rows_affected, _percent(f.fraction), f.advice)
        for f in found[:limit]
    ]
    more = f"; the first {limit} of {len(found)}" if len(found) > limit else ""
    header = ("Severity", "Kind", "Where", "What was found", "Rows", "Share", "What to do")
    return Shown(f"Findings, worst first{more}", header, rows, empty="None: nothing was found.")


def finding(found: Finding) -> Shown:
    """Show one finding."""
    told = [
        ("What was found", _said(found)),
        ("What it does", found.consequence),
        ("What to do", found.advice),
        ("Fix", found.fix),
        ("Severity", found.severity),
        ("Status", found.status),
        ("Id", found.id),
    ]
    rows = [(name, text) for name, text in told if text]
    return Shown(f"{found.kind} in {_where(found)}", ("", ""), rows)


def evidence(found: Finding) -> Shown:
    """Show the rows that bear a finding out, as it keeps them."""
    names = list(dict.fromkeys(name for e in found.evidence for name in e.values))
    rows = [(e.row, *(e.values.get(name) for name in names)) for e in found.evidence]
    return Shown("Evidence", ("Row", *names), rows)


def _said(finding: Finding) -> str:
    """Return what was found; of what the client lives with, why."""
    return finding.summary if finding.accepted is None else f"{finding.summary} Accepted: {finding.accepted}"


def _where(finding: Finding) -> str:
    names = finding.columns
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return ": ".join(part for part in (finding.table, shown) if part) or "the drop"


def columns(audit: AuditResult, table: str) -> Shown:
    """Show the columns of one table."""
    summary = audit.table(table)
    rows = [
        (c.name, c.type, c.semantic, c.missing, c.distinct, _end(c, c.minimum), _end(c, c.maximum), c.mean)
        for c in summary.columns
    ]
    header = ("Column", "Type", "Meaning", "Missing", "Distinct", "Least", "Greatest", "Mean")
    return Shown(f"Columns of {table} ({summary.rows:,} rows)", header, rows)


def _end(column: ColumnSummary, value: object) -> object:
    numeric = column.type in {"integer", "number"}
    return float(value) if numeric and isinstance(value, str | int) else value


def contract(audit: AuditResult) -> Shown:
    """Show how the contract of every table fared."""
    rows = [
        (name, _ORIGINS.get(str(fared.get("origin")), fared.get("origin")), *(fared.get(k) for k in _VERDICTS))
        for name, fared in ((n, f if isinstance(f, dict) else {"origin": f}) for n, f in audit.contract.items())
    ]
    header = ("Table", "The contract", "Passed", "Failed", "Errored", "Nothing to check")
    return Shown("Contract, expectation by expectation", header, rows, empty="No contract was validated.")


_VERDICTS = ("passed", "failed", "errored", "vacuous")
_ORIGINS = {"suggested": "suggested from this drop", "earlier run": "of the earlier run"}


def scores(evaluation: Evaluation, name: str) -> Shown:
    """Show what every candidate scored on the use case ``name``."""
    case = next(u for u in evaluation.use_cases if u.name == name)
    rows = [
        (c.name, c.family, c.mean, _interval(c.ci95), c.holdout, c.fit_seconds,
         c.latency_ms.p95 if c.latency_ms else None, "recommended" if c.name == case.recommended else "")
        for c in case.candidates
    ]  # fmt: skip
    header = ("Candidate", "Family", case.metric, "95% interval", "Holdout", "Fit, s", "Latency p95, ms", "")
    return Shown(f"{case.name}: {case.task}, {case.rows_used:,} rows", header, rows)


def excluded(evaluation: Evaluation, name: str) -> Shown:
    """Show the columns that no candidate was given, and why."""
    case = next(u for u in evaluation.use_cases if u.name == name)
    rows = [(e.column, e.why) for e in case.excluded_columns]
    return Shown(f"{case.name}: columns left out.", ("Column", "Why"), rows)


def decisions(made: Decisions) -> Shown:
    """Show the decision about every use case."""
    rows = [(d.name, d.decision, d.headline or "; ".join(d.reasons[:2]), d.candidate) for d in made.use_cases]
    header = ("Use case", "Decision", "Why", "Candidate")
    return Shown("Decisions", header, rows, empty="No use case was given.")


def criteria(made: Decisions) -> Shown:
    """Show every acceptance criterion against what was measured."""
    rows = [
        (d.name, c.name, f"{'≥' if c.direction == 'at_least' else '≤'} {_text(c.required)} {c.unit}".strip(),
         c.measured, _interval(c.ci95), c.status)
        for d in made.use_cases
        for c in d.criteria
    ]  # fmt: skip
    header = ("Use case", "Criterion", "Required", "Measured", "95% interval", "Status")
    return Shown("Acceptance criteria", header, rows, empty="None was agreed.")


def steps(made: Decisions) -> Shown:
    """Show what to do next and what is still to be answered."""
    pairs: Iterable[tuple[str, str, str]] = (
        (d.name, what, text)
        for d in made.use_cases
        for what, texts in (("next step", d.next_steps), ("open question", d.open_questions))
        for text in texts
    )
    return Shown("Next steps and open questions", ("Use case", "What", "Text"), list(pairs))


def provenance(record: RunRecord) -> Shown:
    """Show what the run was made with."""
    rows = [
        ("run", record.run_id),
        ("drop", record.drop),
        ("content hash", record.drop_hash),
        ("seed", record.seed),
    ]
    rows += sorted(record.versions.items())
    return Shown("Provenance", ("What", "Value"), rows)


def recommendations(evaluation: Evaluation) -> Shown:
    """Show which candidate is recommended for each use case, and which use cases were not tried."""
    rows = [(u.name, u.recommended, u.why) for u in evaluation.use_cases]
    rows += [(r.get("name", ""), "not tried", r.get("why", "")) for r in evaluation.refused]
    return Shown("Recommended", ("Use case", "Candidate", "Why"), rows, empty="No use case was given.")
