"""Compare two runs from their artifacts alone."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from .artifacts import (
    Artifact,
    AuditResult,
    CandidateResult,
    Decisions,
    Evaluation,
    Finding,
    RunRecord,
    UseCaseDecision,
)
from .artifacts.changes import (
    Changes,
    DecisionChange,
    FindingChange,
    SchemaChange,
    ScoreChange,
    VolumeChange,
)
from .errors import DataError

__all__ = ["diff"]

A = TypeVar("A", bound=Artifact)


def diff(run_a: Path, run_b: Path) -> Changes:
    """Return what changed from the run in ``run_a`` to the one in ``run_b``.

    Columns that were renamed, keys and rewritten rows are told where both runs kept a sketch with one salt, which
    runs of one engagement do; else columns are matched by name.

    Parameters
    ----------
    run_a, run_b : Path
        Run directories; only ``audit.json`` must be there.

    Raises
    ------
    DataError
        If one of them is no run, or its artifacts cannot be read.
    """
    a, b = _read(run_a, AuditResult, "audit.json"), _read(run_b, AuditResult, "audit.json")
    if a is None or b is None:
        where = run_a if a is None else run_b
        raise DataError(
            "this is not a run: it has no audit.json", where=str(where), mend="Give the directory of a run."
        )
    eval_a, eval_b = (_read(r, Evaluation, "evaluation.json") or Evaluation() for r in (run_a, run_b))
    made_a, made_b = (_read(r, Decisions, "decision.json") or Decisions() for r in (run_a, run_b))
    record_a, record_b = (_read(r, RunRecord, "run.json") for r in (run_a, run_b))
    columns, volume = _tables(run_a, run_b, a, b)
    from .contract.thresholds import hold_against

    return Changes(
        a=record_a.run_id if record_a else run_a.name,
        b=record_b.run_id if record_b else run_b.name,
        drop_a=record_a.drop if record_a else "",
        drop_b=record_b.drop if record_b else "",
        columns=columns,
        volume=volume,
        scores=list(_scores(eval_a, eval_b)),
        thresholds=hold_against(run_a, run_b, b, eval_b),
        decisions=list(_decisions(made_a, made_b)),
        recommended=_recommended(eval_a, eval_b),
        **_findings(a, b, columns),
    )


def _read(run: Path, kind: type[A], name: str) -> A | None:
    path = run / name
    if not path.is_file():
        return None
    try:
        return kind.read(path)
    except ValueError as error:
        raise DataError("this artifact cannot be read", where=str(path), mend="Run the workbook again.") from error


def _tables(
    run_a: Path, run_b: Path, a: AuditResult, b: AuditResult
) -> tuple[list[SchemaChange], list[VolumeChange]]:
    was, now = {t.name: t for t in a.tables}, {t.name: t for t in b.tables}
    columns = [SchemaChange(table=t, change="table dropped") for t in was if t not in now]
    columns += [SchemaChange(table=t, change="table added") for t in now if t not in was]
    volume = []
    sketched = _sketched(run_a, run_b)
    for name in (t for t in now if t in was):
        rows_a, rows_b = was[name].rows, now[name].rows
        if name in sketched:
            changes, counts = sketched[name]
            columns += changes
            volume.append(counts.model_copy(update={"rows_before": rows_a, "rows_after": rows_b}))
        else:
            types_a = {c.name: c.type for c in was[name].columns}
            columns += _by_name(name, types_a, {c.name: c.type for c in now[name].columns})
            volume.append(VolumeChange(table=name, rows_before=rows_a, rows_after=rows_b))
    return columns, volume


def _by_name(table: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[SchemaChange]:
    for name in was:
        if name not in now:
            yield SchemaChange(table=table, change="dropped", column=name)
        elif was[name] != now[name]:
            yield SchemaChange(table=table, change="retyped", column=name, before=was[name], after=now[name])
    for name in now:
        if name not in was:
            yield SchemaChange(table=table, change="added", column=name)


def _sketched(run_a: Path, run_b: Path) -> dict[str, tuple[list[SchemaChange], VolumeChange]]:
    """Compare the tables of which both runs kept sketches made with one salt and one release of the hash."""
    from .audit.drift import compare_rows, match_schema
    from .audit.profiling.sketch import read_sketch

    before, after = read_sketch(run_a), read_sketch(run_b)
    if before is None or after is None:
        return {}
    found = {}
    for name, old in before.tables.items():
        new = after.tables.get(name)
        if new is None or (old.salt, old.probe) != (new.salt, new.probe):
            continue
        same_key = old.key == new.key
        shared = compare_rows(
            before.row_hashes(name) if same_key else None, after.row_hashes(name) if same_key else None
        )
        delta = match_schema(old, new, shared)
        changes = [SchemaChange(table=name, change="dropped", column=c) for c in delta.dropped]
        changes += [SchemaChange(table=name, change="added", column=c) for c in delta.added]
        changes += [
            SchemaChange(table=name, change="renamed", column=now, before=was, after=now)
            for was, now in delta.renamed.items()
        ]
        changes += [
            SchemaChange(table=name, change="retyped", column=c, before=types[0], after=types[1])
            for c, types in delta.retyped.items()
        ]
        counts = VolumeChange(table=name, rows_before=old.rows, rows_after=new.rows, mode=shared.mode)
        if shared.both is not None:
            same_columns = [c.name for c in old.columns] == [c.name for c in new.columns]
            rewritten = int((shared.both["row"] != shared.both["n_row"]).sum()) if same_columns else None
            counts = counts.model_copy(
                update={"keys_added": shared.added, "keys_lost": shared.lost, "rows_rewritten": rewritten}
            )
        found[name] = (changes, counts)
    return found


def _findings(a: AuditResult, b: AuditResult, columns: Sequence[SchemaChange]) -> dict[str, list[FindingChange]]:
    from .audit.history import classify

    renamed: dict[str, dict[str, str]] = {}
    for change in columns:
        if change.change == "renamed" and change.before is not None and change.after is not None:
            renamed.setdefault(change.table, {})[change.before] = change.after
    told, gone = classify(b.findings, a.findings, {t.name for t in b.tables}, renamed)
    groups: dict[str, list[FindingChange]] = {"new": [], "worse": [], "recurring": []}
    for finding, status, earlier in told:
        groups[status].append(_change(finding, earlier))
    return said_once(groups | {"fixed": [_change(f) for f in gone]}, columns)


def said_once(
    groups: dict[str, list[FindingChange]], columns: Sequence[SchemaChange]
) -> dict[str, list[FindingChange]]:
    """Say each change once: what merely follows from another finding of the same columns is noted there.

    A value that came to stand for missing also moves the distribution and breaks the contract, and so does one that
    did so before, where the contract does not hold it to be right. Changes of the schema (``columns``) are told
    apart, and with a column that has another type that its values are others.
    """
    schemas = {c.table for c in columns}
    retyped = {(c.table, c.column) for c in columns if c.change == "retyped"}
    groups["new"] = [
        f
        for f in groups["new"]
        if not (f.kind == "schema_change" and f.table in schemas)
        and not (f.kind in _OF_VALUES and f.columns and {(f.table, c) for c in f.columns} <= retyped)
    ]
    every = [f for status in ("new", "worse", "fixed") for f in groups[status]]
    known = [f for f in groups["recurring"] if f.kind in _MOVES]
    for kind in _OF_VALUES:
        causes = [*every, *known] if kind == "contract_broken" else every
        for finding in [f for f in groups["new"] if f.kind == kind]:
            cause = next((f for f in causes if f is not finding and _explains(f, finding)), None)
            if cause is not None:
                cause.also.append(kind)
                groups["new"] = [f for f in groups["new"] if f is not finding]
    return groups


def _explains(cause: FindingChange, finding: FindingChange) -> bool:
    if cause.table != finding.table or not set(finding.columns) <= set(cause.columns):
        return False
    if not finding.columns:
        return finding.kind == "contract_broken" and cause.kind == "volume_change"
    if finding.kind == "contract_broken":
        return cause.kind not in {"contract_broken", "schema_change"}
    return cause.kind in _MOVES


_OF_VALUES = ("contract_broken", "distribution_shift")
_MOVES = frozenset(
    "missing sentinel_missing empty_column mixed_type bad_date impossible_value inconsistent_category unit_mix"
    " constant near_constant".split()
)
"""Kinds of finding that by themselves change how the values of a column are distributed."""


def _change(finding: Finding, before: Finding | None = None) -> FindingChange:
    return FindingChange(
        id=finding.id,
        kind=finding.kind,
        table=finding.table,
        columns=finding.columns,
        severity=finding.severity,
        severity_before=before.severity if before else None,
        fraction_before=before.fraction if before else None,
        fraction=finding.fraction,
        summary=finding.summary,
    )


def _scores(a: Evaluation, b: Evaluation) -> Iterator[ScoreChange]:
    """Scores of the same candidate by the same metric; the noise is that of both intervals together."""
    for now in b.use_cases:
        was = a.use_case(now.name)
        if was is None or was.metric != now.metric:
            continue
        earlier = {c.name: c for c in was.candidates}
        for candidate in now.candidates:
            change = _score(earlier.get(candidate.name), candidate, now.higher_is_better)
            if change is not None:
                yield change.model_copy(update={"use_case": now.name, "metric": now.metric})


def _score(a: CandidateResult | None, b: CandidateResult, higher: bool) -> ScoreChange | None:
    if a is None or a.mean is None or b.mean is None or a.ci95 is None or b.ci95 is None:
        return None
    noise = math.hypot((a.ci95[1] - a.ci95[0]) / 2, (b.ci95[1] - b.ci95[0]) / 2)
    difference = b.mean - a.mean
    better = (difference > 0) == higher
    moved = abs(difference) > noise
    return ScoreChange(
        use_case="",
        candidate=b.name,
        metric="",
        before=a.mean,
        after=b.mean,
        difference=difference,
        noise=noise,
        direction=("better" if better else "worse") if moved else "within noise",
    )


def _recommended(a: Evaluation, b: Evaluation) -> dict[str, tuple[str | None, str | None]]:
    pairs = {u.name: (a.use_case(u.name), u) for u in b.use_cases}
    return {
        name: (was.recommended, now.recommended)
        for name, (was, now) in pairs.items()
        if was is not None and was.recommended != now.recommended
    }


def _decisions(a: Decisions, b: Decisions) -> Iterator[DecisionChange]:
    was, now = {u.name: u for u in a.use_cases}, {u.name: u for u in b.use_cases}
    for name in [*now, *(n for n in was if n not in now)]:
        before, after = was.get(name), now.get(name)
        verdicts = before.decision if before else None, after.decision if after else None
        if verdicts[0] != verdicts[1]:
            yield DecisionChange(use_case=name, before=verdicts[0], after=verdicts[1], why=_why(before, after))


def _why(before: UseCaseDecision | None, after: UseCaseDecision | None) -> list[str]:
    """The criteria that came out otherwise; where there are none, the reasons that were not given before."""
    if after is None:
        return ["the use case is no longer evaluated"]
    if before is None:
        return list(after.reasons)
    earlier = {c.name: c for c in before.criteria}
    why = [
        f"{c.name}: {earlier[c.name].status} before ({_figure(earlier[c.name].measured)}), {c.status} now"
        f" ({_figure(c.measured)}, required {_figure(c.required)})"
        for c in after.criteria
        if c.name in earlier and earlier[c.name].status != c.status
    ]
    return why or [r for r in after.reasons if r not in before.reasons]


def _figure(value: float | str | None) -> str:
    if value is None:
        return "not measured"
    return value if isinstance(value, str) else f"{value:.4g}"
