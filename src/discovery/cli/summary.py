"""What the terminal says at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..show import plain

if TYPE_CHECKING:
    from .work import Outcome

__all__ = ["print_summary"]

_STYLES = {"go": "bold green", "narrow": "green", "hold": "yellow", "no-go": "bold red"}
_STYLES |= {"blocker": "bold red", "major": "yellow", "minor": "default", "info": "dim"}
_WORST = 6


def print_summary(outcome: Outcome, hit: list[str], *, show_findings: bool) -> None:
    """Print decisions, the worst findings and where the report is."""
    console = Console(highlight=False)
    _decisions(console, outcome)
    if show_findings and outcome.audit is not None:
        _findings(console, outcome)
    for line in outcome.record.warnings:
        console.print(Text(f"Look before passing it on: {plain(line)}", style="yellow"))
    for line in hit:
        console.print(Text(f"Gate hit: {plain(line)}", style="bold red"))
    place = outcome.report or outcome.folder
    console.print(
        Text("Report: " if outcome.report else "Results: ", style="bold") + Text(str(place)), soft_wrap=True
    )


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _decisions(console: Console, outcome: Outcome) -> None:
    if outcome.decisions is None or not outcome.decisions.use_cases:
        return
    table = _table("Use case", "Decision", "Why")
    for made in outcome.decisions.use_cases:
        why = made.headline or "; ".join(made.reasons[:1])
        table.add_row(Text(plain(made.name)), Text(made.decision, style=_STYLES[made.decision]), Text(plain(why)))
    console.print(table)
    console.print()


def _findings(console: Console, outcome: Outcome) -> None:
    audit = outcome.audit
    if audit is None:
        return
    counts = ", ".join(f"{n} {severity}" for severity, n in audit.counts().items() if n)
    console.print(Text(f"Findings: {counts or 'none'}", style="bold"))
    worst = [f for f in audit.findings if f.status != "fixed" and f.severity in {"blocker", "major"}]
    if worst:
        table = _table("Severity", "Kind", "Table", "What")
        for finding in worst[:_WORST]:
            severity = Text(finding.severity, style=_STYLES[finding.severity])
            table.add_row(severity, finding.kind, Text(plain(finding.table)), Text(plain(finding.summary)))
        console.print(table)
    if len(worst) > _WORST:
        console.print(Text(f"… and {len(worst) - _WORST} more as bad.", style="dim"))
    console.print()
