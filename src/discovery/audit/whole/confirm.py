"""What checks found in the sample, counted over all rows; what cannot be counted says that it is an estimate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl

from ...artifacts import Evidence, Finding
from ..relations.dependencies import usual
from ..vocabulary.placeholders import STRONG
from .conditions import condition, gap
from .seen import Seen
from .sessions import Session, col

__all__ = ["confirm", "estimated", "placed"]

UNLIKE_A_KEY = 0.9
"""Below this share of distinct values a column that repeats in all rows is no key that repeats."""

Counts = list[int | None]
_DIGITS = re.compile(r"\d")
_QUOTED = re.compile(r"'[^']*'")


def confirm(findings: Sequence[Finding], seen: Seen, session: Session) -> list[Finding]:
    """Return the findings of the sample as they are over all rows.

    Parameters
    ----------
    findings : sequence of Finding
        Of one table, as the checks of the sample returned them.
    seen : Seen
        The table.
    session : Session
        The engine that counts.

    Returns
    -------
    list of Finding
        Those that hold, with exact counts where they could be counted, else scaled and said to be estimated from a
        sample. Evidence names rows of the whole table.
    """
    conditions = [condition(f, seen) for f in findings]
    between = [gap(f, seen) for f in findings]
    counts = _count(session, conditions)
    gaps = _count(session, between)
    told: list[Finding] = []
    for finding, count, inside in zip(findings, counts, gaps, strict=True):
        exact = count if count is not None else _otherwise(finding, seen, session)
        if exact == 0 and finding.rows_affected:
            continue
        if inside and exact is not None and inside > max(2, 0.2 * exact):
            continue
        here = placed(finding, seen)
        told.append(_measured(here, exact, seen) if exact is not None else estimated(here, seen))
    return told


def _count(session: Session, conditions: Sequence[nw.Expr | None]) -> Counts:
    """Count rows by each condition, a block of conditions a query."""
    wanted = [(i, c) for i, c in enumerate(conditions) if c is not None]
    counts: Counts = [None] * len(conditions)
    for start in range(0, len(wanted), session.block):
        block = wanted[start : start + session.block]
        sums = [
            nw.when(c).then(nw.lit(1)).otherwise(nw.lit(0)).cast(nw.Int64).sum().alias(f"c{i}") for i, c in block
        ]
        row = session.collect(session.frame().select(sums)).row(0)
        for (i, _), value in zip(block, row, strict=True):
            counts[i] = int(value or 0)
    return counts


def _otherwise(finding: Finding, seen: Seen, session: Session) -> int | None:
    """Count what is no condition on a row: repeats and dependencies; or take it from the profile."""
    if finding.kind == "duplicate_rows":
        without = finding.details.get("without") or []
        if not without:
            return seen.all.profile.duplicate_rows
        rest = [c for c in seen.all.table.columns if c not in without]
        return session.repeats(rest) if rest else None
    if finding.kind == "duplicate_key":
        return _repeated_key(finding, seen, session)
    if finding.kind in {"fd_violation", "conflicting_records"} and "determinant" in finding.details:
        seconds = finding.details.get("dependents") or [finding.details["dependent"]]
        return max(_broken(str(finding.details["determinant"]), str(c), session, seen) for c in seconds)
    whole = seen.all.table.whole
    if finding.details.get("form") == "blanks" and whole is not None and finding.columns:
        return max(whole.trims.get(c, 0) for c in finding.columns)
    if len(finding.columns) != 1 or finding.columns[0] not in seen.all.profile.columns:
        return seen.rows if finding.rows_affected == seen.sample.rows else None
    full, sample = seen.column(finding.columns[0])
    same = {sample.rows: full.rows, sample.present: full.present}
    if sample.unparsed:
        same[sample.unparsed] = full.unparsed
        same[sample.missing - sample.unparsed] = full.missing - full.unparsed
    return same.get(finding.rows_affected) if finding.rows_affected else None


def _repeated_key(finding: Finding, seen: Seen, session: Session) -> int:
    """Rows that repeat a key, and those that have none; 0 where the column is no key over all rows."""
    names = finding.columns or [str(c) for c in finding.details.get("key", ())]
    if len(names) == 1:
        full = seen.all.profile[names[0]]
        present, distinct = full.present, full.distinct
    else:
        there = [~col(c).is_null() for c in names]
        present = _count(session, [nw.all_horizontal(*there, ignore_nulls=False)])[0] or 0
        distinct = session.distinct(names)
    spec = seen.all.engagement.tables.get(seen.all.name)
    declared = spec is not None and list(spec.key) == list(names)
    if not declared and distinct < UNLIKE_A_KEY * present:
        return 0
    return present - distinct + (seen.rows - present if declared or finding.details.get("missing") else 0)


def _broken(first: str, second: str, session: Session, seen: Seen) -> int:
    """Rows that break ``first -> second``, of the values of ``first`` that occur more than once.

    A second value that is usual there breaks nothing (:func:`discovery.audit.relations.dependencies.usual`), nor do
    words for "no value".
    """
    schema = seen.all.frame.schema
    a, b = (_folded(c, schema[c]) for c in (first, second))
    pairs = (
        session.frame().select(a.alias("a"), b.alias("b")).drop_nulls().group_by("a", "b").agg(nw.len().alias("n"))
    )
    for name, key in ((first, "a"), (second, "b")):
        if schema[name] == pl.String:
            pairs = pairs.filter(~nw.col(key).is_in(sorted(STRONG)))
    n, best, rows = nw.col("n"), nw.col("best"), nw.col("all")
    groups = pairs.group_by("a").agg(n.sum().alias("all"), n.max().alias("best")).filter(rows > 1)
    odd = nw.when((n < best) & ~usual(n, best)).then(n).otherwise(nw.lit(0)).cast(nw.Int64)
    told = pairs.join(groups, on="a").group_by("a").agg(odd.sum().alias("odd"), best.max(), rows.max())
    total = told.select(nw.when(best == 1).then(rows - 1).otherwise(nw.col("odd")).cast(nw.Int64).sum().alias("n"))
    return int(session.collect(total).item() or 0)


def _folded(name: str, dtype: pl.DataType) -> nw.Expr:
    column = col(name)
    return column.str.strip_chars().str.to_lowercase() if dtype == pl.String else column


def placed(finding: Finding, seen: Seen) -> Finding:
    """Return the finding with evidence by the numbers that its rows have among all rows."""
    return finding.model_copy(update={"evidence": [_placed(e, seen) for e in finding.evidence]})


def _placed(evidence: Evidence, seen: Seen) -> Evidence:
    if evidence.row is None or not 1 <= evidence.row <= len(seen.numbers):
        return evidence
    return evidence.model_copy(update={"row": int(seen.numbers[evidence.row - 1])})


def _measured(finding: Finding, count: int, seen: Seen) -> Finding:
    fraction = min(1.0, count / seen.rows) if seen.rows else 0.0
    details: dict[str, Any] = {k: v for k, v in finding.details.items() if k != "run"}
    details |= {"counted_on": "all rows", "sample_rows": seen.sample.rows}
    return finding.model_copy(
        update={
            "summary": _reworded(finding, count, fraction, seen),
            "rows_affected": count,
            "fraction": round(fraction, 6),
            "details": details,
        }
    )


def _reworded(finding: Finding, count: int, fraction: float, seen: Seen) -> str:
    """Put the count over all rows in place of the sample's, where nothing else in the sentence counts rows."""
    text = re.sub(r"; [\d,]+ of them in one run, rows [\d,]+ to [\d,]+", "", finding.summary)
    old = rf"{finding.rows_affected:,} of {seen.sample.rows:,} rows((?: of '[^']*')?)(?: \([\d.]+%\))?"
    new, replaced = re.subn(old, rf"{count:,} of {seen.rows:,} rows\1 ({_percent(fraction)})", text, count=1)
    rest = _QUOTED.sub("", re.sub(old, "", text))
    for value in finding.details.get("values", ()):
        rest = rest.replace(str(value), "")
    if replaced and not _DIGITS.search(rest):
        return new
    return (
        f"In a sample of {seen.sample.rows:,} rows: {text} Over all {seen.rows:,} rows: {count:,} "
        f"({_percent(fraction)})."
    )


def _percent(fraction: float) -> str:
    return f"{fraction:.1%}" if fraction >= 0.0005 or not fraction else "under 0.1%"


def estimated(finding: Finding, seen: Seen) -> Finding:
    """Scale what was counted in the sample; witnesses, which are no random rows, are not scaled."""
    witnesses = seen.sample.rows - seen.drawn
    drawn = max(0, finding.rows_affected - witnesses)
    count = min(seen.rows, round(drawn * seen.rows / max(1, seen.drawn)) + min(finding.rows_affected, witnesses))
    about = ""
    if finding.rows_affected and count != finding.rows_affected:
        about = f" Over all {seen.rows:,} rows that would be about {count:,}."
    return finding.model_copy(
        update={
            "summary": f"Estimated from a sample of {seen.sample.rows:,} rows: {finding.summary}{about}",
            "rows_affected": count,
            "fraction": round(min(1.0, count / max(1, seen.rows)), 6),
            "details": dict(finding.details) | {"counted_on": "a sample", "sample_rows": seen.sample.rows},
        }
    )
