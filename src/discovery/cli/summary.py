"""What the terminal says at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ..formats import duration, interval, measure_name, number
from ..show import plain

if TYPE_CHECKING:
    from ..artifacts import Finding
    from .outcome import Outcome

__all__ = ["print_summary"]

_STYLES = {"go": "bold green", "narrow": "green", "hold": "yellow", "no-go": "bold red"}
_STYLES |= {"blocker": "bold red", "major": "yellow", "minor": "default", "info": "dim"}
_WORST = 6
_ALL = 60
_NARROW = 60
"""Below so many signs across, what was found stands below its severity and kind."""


def print_summary(outcome: Outcome, hit: list[str], what: str) -> None:
    """Print how a run ended, and where its report is.

    After ``audit`` that is every finding, worst first; after ``models`` what the candidates scored; after ``run``
    the decisions and the worst findings.
    """
    console = Console(highlight=False)
    if what == "models":
        _candidates(console, outcome)
    _decisions(console, outcome)
    if what != "models":
        _findings(console, outcome, ranked=what == "audit")
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


def _candidates(console: Console, outcome: Outcome) -> None:
    evaluation = outcome.evaluation
    if evaluation is None:
        return
    for case in evaluation.use_cases:
        console.print(
            Text(f"{plain(case.name)}: {case.task}, {measure_name(case.metric)} by {case.split.kind} split", "bold")
        )
        table = _table("", "Candidate", "Score", "95% interval", "Unseen rows", "Fit", "One row")
        for c in case.candidates:
            low_high = interval(c.ci95)
            fit = duration(c.fit_seconds)
            speed = f"{c.latency_ms.p95:.1f} ms" if c.latency_ms else "–"
            mark = "→" if c.name == case.recommended else ""
            table.add_row(mark, Text(plain(c.name)), number(c.mean), low_high, number(c.holdout), fit, speed)
        console.print(table)
        left_out = ", ".join(plain(e.column) for e in case.excluded_columns)
        if left_out:
            console.print(Text(f"Left out: {left_out}", style="dim"))
        console.print()


def _open_and_severe(finding: Finding) -> bool:
    return finding.accepted is None and finding.severity in {"blocker", "major"}


def _graded(finding: Finding) -> Text:
    return Text(finding.severity, style="dim" if finding.accepted is not None else _STYLES[finding.severity])


def _said(finding: Finding) -> Text:
    """Return what was found; of what the client lives with, why."""
    if finding.accepted is None:
        return Text(plain(finding.summary))
    return Text(f"{plain(finding.summary)} Accepted: {plain(finding.accepted)}", style="dim")


def _stacked(console: Console, finding: Finding, several: bool) -> None:
    """Print a finding where there is no room for columns side by side."""
    where = f" {plain(finding.table)}" if several else ""
    console.print(_graded(finding) + Text(f" {finding.kind}{where}"))
    console.print(Padding(_said(finding), (0, 0, 0, 2)))


def _findings(console: Console, outcome: Outcome, *, ranked: bool) -> None:
    audit = outcome.audit
    if audit is None:
        return
    counts = [f"{n} {severity}" for severity, n in audit.counts().items() if n]
    accepted = sum(f.accepted is not None and f.status != "fixed" for f in audit.findings)
    counts += [f"{accepted} accepted"] if accepted else []
    console.print(Text(f"Findings: {', '.join(counts) or 'none'}", style="bold"))
    shown = [f for f in audit.findings if f.status != "fixed" and (ranked or _open_and_severe(f))]
    most = _ALL if ranked else _WORST
    several = len({f.table for f in shown}) > 1
    if console.width < _NARROW:
        for finding in shown[:most]:
            _stacked(console, finding, several)
    elif shown:
        table = _table("Severity", "Kind", *(["Table"] if several else []), "What")
        for finding in shown[:most]:
            where = [Text(plain(finding.table))] if several else []
            table.add_row(_graded(finding), finding.kind, *where, _said(finding))
        console.print(table)
    if len(shown) > most:
        console.print(Text(f"… and {len(shown) - most} more.", style="dim"))
    console.print()
