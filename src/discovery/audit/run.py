"""The audit of a drop: contexts, checks, ranking, summaries."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..artifacts import AuditResult, Finding
from ..engagement import Engagement
from ..engagement.names import with_full_names
from ..intake.table import Drop
from . import history, rank
from .context import Check, DropContext, TableContext, all_checks
from .declared import with_declared
from .profiling.measure import profile_table
from .set_aside import write_set_aside
from .summary import summarize

if TYPE_CHECKING:
    from ..intake.table import Table
    from .whole.seen import Seen

__all__ = ["STRICT", "TIMINGS", "audit_drop"]

STRICT = "DISCOVERY_STRICT"
"""Environment variable: where it is set (as in the tests), a check that fails is raised and not only noted."""

TIMINGS = "DISCOVERY_TIMINGS"
"""Environment variable: a file to which the CPU seconds of every profile and check are added, as JSON lines."""

NO_ROW_HASHES = "of a table beyond memory no hash of each row is kept, so that rewritten rows are not noticed"


@dataclass
class _Outcome:
    findings: list[Finding] = field(default_factory=list)
    not_run: list[dict[str, str]] = field(default_factory=list)


def audit_drop(
    drop: Drop,
    engagement: Engagement,
    *,
    as_of: date | None = None,
    previous: Path | None = None,
    out: Path | None = None,
    progress: Callable[[str], None] | None = None,
    judge: Literal["auto", "gx", "scan"] = "auto",
) -> AuditResult:
    """Find what is wrong with a drop.

    Parameters
    ----------
    drop : Drop
        As intake hands it on.
    engagement : Engagement
        Use cases (severity follows from them), keys, personal columns, accepted findings.
    as_of : date, optional
        The day that ages are counted from; else the engagement's, else today.
    previous : Path, optional
        Directory of an earlier run: findings are called new, recurring, worse or fixed against it, and the drop
        is held against its contract and its sketch.
    out : Path, optional
        Run directory in which the contract and the sketch are written.
    progress : callable, optional
        Called with a short line at every step.
    judge : {"auto", "gx", "scan"}
        What judges the contract (:func:`discovery.contract.apply_contract`); the verdicts are the same.

    Returns
    -------
    AuditResult
        Findings, ranked, worst first; a check that fails is noted in ``not_run`` and stops nothing.
    """
    say = progress or (lambda _: None)
    engagement = with_full_names(engagement, drop)
    context = open_drop(drop, engagement, as_of, say, previous)
    outcome = _Outcome()
    run_checks(context, outcome, say)
    contract = _between_drops(context, outcome, previous, out, say, judge)
    say("ranking findings")
    findings = history.accept(outcome.findings, engagement)
    findings = rank.rank(findings, context)
    findings = history.accept(findings, engagement)
    if previous is not None:
        findings = history.compare(findings, previous, set(context.tables))
    return AuditResult(
        tables=[summarize(t) for t in context.tables.values()],
        findings=[rank.printable(f) for f in findings],
        relations=[dict(r) for r in context.memo.get("relations", ())],
        not_run=outcome.not_run,
        contract=contract,
    )


def open_drop(
    drop: Drop,
    engagement: Engagement,
    as_of: date | None,
    say: Callable[[str], None],
    previous: Path | None = None,
) -> DropContext:
    """Profile every table of the drop and return the context that checks are given."""
    engagement = with_declared(engagement, drop)
    day = as_of or (date.fromisoformat(engagement.as_of) if engagement.as_of else date.today())
    tables: dict[str, TableContext] = {}
    for table in drop.tables.values():
        say(f"profiling {table.name}")
        with _timed("profile", table.name):
            tables[table.name] = table_context(table, engagement, day)
    return DropContext(drop, tables, engagement, day, previous)


def table_context(table: Table, engagement: Engagement, as_of: date | None = None) -> TableContext:
    """Profile one table and return the context that its checks are given."""
    if table.whole is not None:
        from .whole.seen import see
        from .whole.sessions import open_session

        with open_session(table.whole) as session:
            seen = see(table, engagement, as_of or date.today(), session)
        seen.all.seen = seen
        return seen.all
    profile = profile_table(table, engagement)
    return TableContext(table, profile, engagement, as_of or date.today(), engagement.seed)


def run_checks(context: DropContext, outcome: _Outcome, say: Callable[[str], None]) -> None:
    """Run every check there is: first those of single tables, then those across tables."""
    checks = all_checks()
    within = sorted((c for c in checks if c.scope == "table"), key=lambda c: c.view != "first")
    for table in context.tables.values():
        say(f"checking {table.name}")
        if table.seen is None:
            for check in within:
                _run(check, table, outcome)
        else:
            _run_whole(within, table.seen, outcome)
    across = [c for c in checks if c.scope == "drop"]
    if all(t.seen is None for t in context.tables.values()):
        for check in across:
            _run(check, context, outcome)
    else:
        _run_across(across, context, outcome)


def _run_whole(checks: Sequence[Check], seen: Seen, outcome: _Outcome) -> None:
    """Run the checks of a table that does not fit into memory."""
    from .whole.run import check_whole
    from .whole.sessions import open_session

    assert seen.all.table.whole is not None
    with open_session(seen.all.table.whole) as session:
        outcome.findings += check_whole(checks, seen, session, lambda c, t: _found(c, t, outcome), outcome.not_run)


def _run_across(checks: Sequence[Check], context: DropContext, outcome: _Outcome) -> None:
    """Run the checks across tables of which some do not fit into memory."""
    from .whole.across import of_all_rows

    found = [f for check in checks for f in _found(check, context, outcome)]
    outcome.findings += of_all_rows(found, context)
    outcome.not_run += context.memo.get("references_not_run", [])


def _found(check: Check, context: TableContext | DropContext, outcome: _Outcome) -> list[Finding]:
    """Return what a check finds; what fails is noted."""
    mine = _Outcome(not_run=outcome.not_run)
    _run(check, context, mine)
    return mine.findings


def _run(check: Check, context: TableContext | DropContext, outcome: _Outcome) -> None:
    table = context.name if isinstance(context, TableContext) else ""
    with _noted(outcome, check.name, table), _timed(check.name, table):
        shown = context.values if isinstance(context, TableContext) and check.view == "values" else context
        outcome.findings.extend(check(shown))


@contextmanager
def _timed(what: str, table: str) -> Iterator[None]:
    """Note the CPU seconds of what runs inside, a JSON line each, in the file that ``TIMINGS`` names."""
    path = os.environ.get(TIMINGS)
    start = time.process_time()
    try:
        yield
    finally:
        if path:
            line = {"what": what, "table": table, "cpu_seconds": round(time.process_time() - start, 4)}
            with Path(path).open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


@contextmanager
def _noted(outcome: _Outcome, what: str, table: str = "") -> Iterator[None]:
    """Note what fails inside instead of raising it; only the kind of error, as its text may hold client values."""
    try:
        yield
    except Exception as error:
        if os.environ.get(STRICT):
            raise
        outcome.not_run.append({"check": what, "table": table, "reason": type(error).__name__})


def _between_drops(
    context: DropContext,
    outcome: _Outcome,
    previous: Path | None,
    out: Path | None,
    say: Callable[[str], None],
    judge: Literal["auto", "gx", "scan"],
) -> dict[str, Any]:
    """Hold the drop against an earlier run, judge its contract, and write what the next drop is held against."""
    contract: dict[str, Any] = {}
    if previous is not None:
        outcome.not_run += [
            {"check": "history_rewrite", "table": t.name, "reason": NO_ROW_HASHES}
            for t in context.tables.values()
            if t.seen is not None
        ]
        say("comparing with the earlier drop")
        with _noted(outcome, "drift"), _timed("drift", ""):
            from .drift import drift_findings

            outcome.findings.extend(drift_findings(context.tables, context.engagement, previous))
    if previous is not None or out is not None:
        say("judging the contract")
        with _noted(outcome, "contract"), _timed("contract", ""):
            from ..contract import apply_contract

            contract, broken = apply_contract(
                context.tables,
                outcome.findings,
                previous,
                out,
                engine=judge,
                references=context.memo.get("references", ()),
            )
            outcome.findings.extend(broken)
    if out is not None:
        with _noted(outcome, "quarantine"):
            write_set_aside(context, out)
        with _noted(outcome, "sketch"), _timed("sketch", ""):
            from .profiling.sketch import write_sketch

            write_sketch(context.tables, out, previous)
    return contract
