"""Leaks: columns that know the target, which a prediction will not have when it is needed.

The detectors are in :mod:`discovery.audit.leakage.detectors`; here their results become findings in plain words.
Taxonomy after Kaufman, Rosset, Perlich and Stitelman, *Leakage in data mining* (TKDD 2012): features that are a
proxy of the target, features from after the outcome, and leakage by the design of the sample (order, identifiers).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ....artifacts import SEVERITIES, Evidence, Finding, Severity
from ....engagement import UseCase
from ...context import TableContext, check
from ...leakage.detectors import find_leaks
from ...leakage.problem import Leak, Problem, in_seconds, with_numbers
from ...targets import amounts, read_target
from ...vocabulary.placeholders import is_placeholder
from .leak_sentences import Subject, sentences

__all__ = ["leaks"]


@check("leak")
def leaks(context: TableContext) -> Iterator[Finding]:
    """Find the columns of each use case that tell its target when they should not.

    Structure is tested on all rows: exact recodings, thresholds and bands, values that are filled for one outcome
    only (lower end of Wilson's interval against the base rate), sums and products, row order. Power (Gini or R²,
    out of fold, one column at a time) is measured on at most 20,000 rows. Without structure a column is at most
    suspected, and major only if its name bears it out. Columns that leak in several use cases are told once, as
    they do in that where it is worst.
    """
    leaking: dict[tuple[str, ...], list[tuple[UseCase, Leak]]] = {}
    for case in context.use_cases:
        frame = in_seconds(context.frame)
        numbers = amounts(frame[case.target])
        frame = with_numbers(frame if numbers is None else frame.with_columns(numbers), case.target)
        target = read_target(case, frame)
        if target is None:
            continue
        problem = Problem(frame, case, target, context.profile.time, context.seed, _unread(context))
        with np.errstate(all="ignore"):
            found = find_leaks(problem)
        context.memo.setdefault("power", {})[case.name] = problem.powers
        severe = {c for leak in found if leak.severity == "major" for c in leak.columns}
        context.memo.setdefault("leaky", {})[case.name] = severe
        parts = [leak.columns for leak in found if leak.form == "flagged" and leak.facts["parts"]]
        if parts:
            context.memo.setdefault("parts", {})[case.name] = parts[0]
        for leak in found:
            leaking.setdefault(tuple(sorted(leak.columns)), []).append((case, leak))
    for told in leaking.values():
        severities = [_severity(case, leak) for case, leak in told]
        worst = min(severities, key=SEVERITIES.index)
        case, leak = told[severities.index(worst)]
        cases = [c.name for (c, _), severity in zip(told, severities, strict=True) if severity == worst]
        yield _finding(context, case, leak, cases)


def _unread(context: TableContext) -> dict[str, npt.NDArray[np.int64]]:
    """Return the rows of each column whose cell is filled, though not with what the column is of."""
    rows = {
        name: [u.row - 1 for u in column.unparsed if not is_placeholder(u.text)]
        for name, column in context.table.columns.items()
        if column.unparsed
    }
    return {name: np.array(found, np.int64) for name, found in rows.items() if found}


def _severity(case: UseCase, leak: Leak) -> Severity:
    return "info" if _settled(case, leak.columns) else leak.severity


def _finding(context: TableContext, case: UseCase, leak: Leak, cases: list[str]) -> Finding:
    summary, consequence = sentences(Subject(leak, case.target, context))
    columns = list(leak.columns)
    return context.finding(
        "leak",
        columns,
        _severity(case, leak),
        summary,
        rows_affected=leak.rows,
        consequence=consequence,
        advice=_settled(case, leak.columns) or _advice(leak, case.target),
        fix=f"df = df.drop(columns={columns!r})" if columns and leak.severity == "major" else None,
        evidence=_evidence(context, leak, case.target),
        details={
            "form": leak.form,
            "power": round(leak.power, 4),
            "certain": leak.certain,
            "target": case.target,
            **leak.facts,
        }
        | ({"outcome": context.show(case.target, leak.facts["outcome"])} if "outcome" in leak.facts else {}),
        confidence=leak.confidence,
        use_cases=cases,
    )


def _settled(case: UseCase, columns: Sequence[str]) -> str:
    if columns and set(columns) <= set(case.drop):
        return "The use case already leaves it out: nothing to do."
    if columns and set(columns) <= set(case.allow):
        return "The use case allows it on purpose: make sure that its value is known when a prediction is made."
    return ""


def _evidence(context: TableContext, leak: Leak, target: str) -> list[Evidence]:
    if not leak.columns:
        return []
    shown = [*leak.columns[:4], target]
    series = context.frame[leak.columns[0]]
    filled = series.is_not_null()
    if leak.facts.get("zeros"):
        filled &= (series != 0).fill_null(False)
    if leak.facts.get("side") == "missing":
        filled = ~filled
    return context.evidence(context.rows_where(filled, 3), shown, 3)


def _advice(leak: Leak, target: str) -> str:
    if not leak.columns:
        return "Shuffle the rows before any split, and never give a model the row number."
    if leak.severity == "major" and leak.certain:
        if len(leak.columns) > 1:
            return (
                f"Leave them out of every model of '{target}'; ask the client when, and by whom, they are filled."
            )
        return f"Leave it out of every model of '{target}'; ask the client when, and by whom, it is filled."
    return (
        f"Ask the client when its value is known. If only after '{target}', leave it out; if before, name it under "
        "'allow' in the use case."
    )
