"""A target made of flags, and the rows in which it does not go with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ....artifacts import Finding
from ....engagement import UseCase
from ...context import TableContext, check
from ...leakage.flags import Bools, set_rows
from ...targets import Target, read_target
from ...vocabulary.hindsight import prior_words, tokens

__all__ = ["contradicted"]

FEW = 0.05
"""Share of an outcome up to which rows without any of its parts are exceptions, and not another part."""
FEWEST_SET, IDLE, SHORT = 5, 0.5, 5
"""Rows in which a flag beside the parts is set, share of them from which on it does not count, letters of short
names."""


@check("label_noise", "rule_violation", after=("readiness.leaks.leaks",))
def contradicted(context: TableContext) -> Iterator[Finding]:
    """Find the rows of a target that flags make up in which they do not: it is set and none of them is, or a flag
    that stands among them by its place and its name is set and it is not.

    The parts are those that the check of leaks has found: set only where the target is, and together in nine of
    ten of its rows.
    """
    parts = context.memo.get("parts", {})
    for case in context.use_cases:
        target = read_target(case, context.frame) if case.name in parts else None
        if target is not None:
            yield from _contradictions(context, case, target, parts[case.name])


def _contradictions(
    context: TableContext, case: UseCase, target: Target, columns: Sequence[str]
) -> Iterator[Finding]:
    code = int(target.counts().argmin())
    positive = target.codes == code
    outcome = context.show(target.name, target.labels[code])
    flags = [rows for c in columns if (rows := set_rows(context.frame[c])) is not None]
    if not flags:
        return
    together = np.logical_or.reduce(flags)
    idle = list(_idle(context, target, positive, columns))
    lacking = positive & ~np.logical_or.reduce([together, *(rows for _, rows in idle)])
    for name, rows in idle:
        yield _without_effect(context, case, columns, name, rows & target.known & ~positive, outcome)
    without = np.logical_or.reduce(
        [np.zeros_like(positive), *(rows & target.known & ~positive for _, rows in idle)]
    )
    wrong = lacking | without
    if not lacking.any():
        return
    names = _join(columns)
    if idle:
        told = (
            f"{int(wrong.sum()):,} rows of '{case.target}' do not go with its parts: {int(lacking.sum()):,} are "
            f"{outcome} with none of {names} set, {int(without.sum()):,} are not with "
            f"{_join([n for n, _ in idle])} set."
        )
    else:
        told = (
            f"In {int(lacking.sum()):,} of {int(positive.sum()):,} rows in which '{case.target}' is {outcome}, "
            f"none of its parts is set: {names}."
        )
    yield context.finding(
        "label_noise",
        case.target,
        "minor" if lacking.sum() <= FEW * positive.sum() else "info",
        told,
        rows_affected=int(wrong.sum()),
        consequence="The label or the flags are wrong there, or a part is not in the table.",
        advice="Ask how the target is made of its parts, and which of the two leads in these rows.",
        evidence=context.evidence((np.flatnonzero(wrong) + 1).tolist()[:5], [case.target, *columns[:4]]),
        details={"parts": list(columns), "without_part": int(lacking.sum()), "without_outcome": int(without.sum())},
        confidence=0.7,
        use_cases=[case.name],
    )


def _without_effect(
    context: TableContext, case: UseCase, columns: Sequence[str], name: str, wrong: Bools, outcome: str
) -> Finding:
    return context.finding(
        "rule_violation",
        [name, case.target],
        "minor",
        f"'{name}' is set in {int(wrong.sum()):,} rows in which '{case.target}' is not {outcome}, though it is "
        f"wherever one of {_join(columns)} is set.",
        rows_affected=int(wrong.sum()),
        consequence=f"Either it does not count towards '{case.target}', or the label is wrong there.",
        advice="Ask how the target is made of its parts, and which of the two leads in these rows.",
        evidence=context.evidence((np.flatnonzero(wrong) + 1).tolist()[:5], [name, case.target]),
        details={"form": "part_without_whole", "parts": list(columns)},
        confidence=0.6,
        use_cases=[case.name],
    )


def _idle(
    context: TableContext, target: Target, positive: Bools, columns: Sequence[str]
) -> Iterator[tuple[str, Bools]]:
    """Iterate over flags among the parts, or next to them, named as they are, that are mostly set without it."""
    order = context.frame.columns
    places = [order.index(c) for c in columns]
    values = {str(v) for v in context.frame[columns[0]].unique()}
    for name in order[max(0, min(places) - 1) : max(places) + 2]:
        if name in columns or name == target.name or prior_words(name) or not _named_alike(name, columns):
            continue
        rows = set_rows(context.frame[name])
        if rows is None or {str(v) for v in context.frame[name].unique()} != values:
            continue
        count = int((rows & target.known).sum())
        if count >= FEWEST_SET and (rows & target.known & ~positive).sum() > IDLE * count:
            yield name, rows


def _named_alike(name: str, columns: Sequence[str]) -> bool:
    """Whether a name shares a word with all others, or is as short as they are and ends alike."""
    shared = set(tokens(name)).intersection(*(tokens(c) for c in columns))
    if any(len(word) > 2 for word in shared):
        return True
    plain = [c.casefold() for c in (name, *columns)]
    return len(name) <= SHORT and len({len(c) for c in plain}) == 1 and len({c[-1:] for c in plain}) == 1


def _join(columns: Sequence[str]) -> str:
    quoted = [f"'{c}'" for c in columns[:6]] + ([f"{len(columns) - 6} more"] if len(columns) > 6 else [])
    return " and ".join(quoted) if len(quoted) < 3 else ", ".join(quoted[:-1]) + " and " + quoted[-1]
