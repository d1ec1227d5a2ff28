"""What changed between two runs, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .artifacts.changes import Changes, FindingChange, SchemaChange, VolumeChange
from .artifacts.monitoring import ThresholdOutcome

__all__ = ["to_text"]

SHOWN = 10


def to_text(changes: Changes) -> str:
    """Return ``changes`` as plain text, the gravest first; signs that steer a terminal are taken out."""
    head = f"From {_run(changes.a, changes.drop_a)} to {_run(changes.b, changes.drop_b)}"
    if changes.nothing:
        return f"{_safe(head)}: nothing changed ({len(changes.recurring)} findings recur)."
    blocks = [
        _block("Decisions", _decisions(changes)),
        _block("Scores", _scores(changes)),
        _block("Thresholds crossed", map(_alarm, changes.alarms)),
        _block("Schema", map(_schema, changes.columns)),
        _block("Rows", filter(None, (_volume(v, _told_of(changes, v.table)) for v in changes.volume))),
        _block(f"New findings ({len(changes.new)})", map(_finding, changes.new[:SHOWN])),
        _block(f"Worse ({len(changes.worse)})", map(_worse, changes.worse[:SHOWN])),
        _block(f"Fixed ({len(changes.fixed)})", map(_finding, changes.fixed[:SHOWN])),
    ]
    recurring = f"{len(changes.recurring)} findings recur."
    return "\n\n".join([_safe(head), *filter(None, blocks), recurring])


def _run(run: str, drop: str) -> str:
    return f"{run} (drop {drop})" if drop else run


def _block(title: str, lines: Iterable[str]) -> str:
    told = [f"  {_safe(line)}" for line in lines]
    return "\n".join([title, *told]) if told else ""


def _decisions(changes: Changes) -> Iterator[str]:
    for change in changes.decisions:
        why = f": {'; '.join(change.why)}" if change.why else ""
        yield f"{change.use_case}: {change.before or 'none'} -> {change.after or 'none'}{why}"


def _scores(changes: Changes) -> Iterator[str]:
    for score in changes.scores:
        if score.direction != "within noise":
            yield (
                f"{score.use_case}, {score.candidate}: {score.metric} {score.before:.3f} -> {score.after:.3f}"
                f" ({score.direction}; noise ±{score.noise:.3f})"
            )
    for name, (before, after) in changes.recommended.items():
        yield f"{name}: recommended was {before or 'nothing'}, is {after or 'nothing'}"


def _alarm(outcome: ThresholdOutcome) -> str:
    bounds = {"over": outcome.alarm_above, "under": outcome.alarm_below}
    limits = [f"{word} {limit:.4g}" for word, limit in bounds.items() if limit is not None]
    return f"{outcome.use_case}: {outcome.signal} is {outcome.now or 0:.4g} (alarm {' or '.join(limits)})"


def _schema(change: SchemaChange) -> str:
    if change.column is None:
        return f"{change.table}: {change.change}"
    if change.change == "renamed":
        return f"{change.table}: {change.before} is now called {change.after}"
    if change.change == "retyped":
        return f"{change.table}.{change.column}: {change.before} -> {change.after}"
    return f"{change.table}.{change.column}: {change.change}"


def _told_of(changes: Changes, table: str) -> set[str]:
    return {f.kind for f in changes.new if f.table == table}


def _volume(change: VolumeChange, told: set[str]) -> str:
    """Say how many rows there are, if that changed and no finding says it."""
    rewritten = change.rows_rewritten if "history_rewrite" not in told else 0
    same = change.rows_before == change.rows_after and not change.keys_lost
    if "volume_change" in told or (same and not rewritten):
        return ""
    parts = [f"{change.table}: {change.rows_before:,} -> {change.rows_after:,} rows"]
    if change.keys_lost is not None and change.mode == "snapshot":
        parts.append(f"{change.keys_added:,} keys new, {change.keys_lost:,} gone")
    if rewritten:
        parts.append(f"{rewritten:,} earlier rows differ")
    return "; ".join(parts)


def _finding(change: FindingChange) -> str:
    where = ".".join([change.table, ", ".join(change.columns)]).rstrip(".")
    also = f" (also: {', '.join(k.replace('_', ' ') for k in change.also)})" if change.also else ""
    return f"{change.severity:8} {change.kind:20} {where}: {change.summary}{also}"


def _worse(change: FindingChange) -> str:
    return f"{_finding(change)} (was {change.severity_before}, {change.fraction_before or 0:.1%} of rows)"


def _safe(line: str) -> str:
    return "".join(ch if ch.isprintable() else "�" for ch in line)
