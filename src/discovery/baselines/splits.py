"""How rows are divided: as the model will be used. A holdout that is scored once, and folds of the rest."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import polars as pl

from ..artifacts import AuditResult
from ..engagement import UseCase
from ..intake.table import Table
from .panels import balanced, cut, enough, known_later, panel, stamped, window

__all__ = ["Division", "Plan", "divide", "plan_split"]

Array = np.ndarray[Any, Any]
Kind = Literal["stratified", "random", "group", "time", "group+time"]

HOLDOUT_SHARE = 0.2
FIRST_TRAIN_SHARE = 0.4
STRETCHES = 20
"""Stretches of time that are dealt into folds."""
TIED = 0.05
MOSTLY_KNOWN = 0.5
_ENTITY_DATE = re.compile(
    r"birth|dob|signup|sign_up|regist|join|hire|since|enrol|built|expir|valid|due|death", re.I
)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which way to divide, and why; ``group`` and ``time`` are columns, ``parts`` those that make up the time."""

    kind: Kind
    why: str
    group: str | None = None
    time: str | None = None
    duplicates: bool = False
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Division:
    """Row positions: folds of the training part (training, test), and the holdout, which may be empty.

    ``kind`` and ``why`` say how rows were divided where that is not, or more than, what was planned; ``groups`` are
    those that were made for it.
    """

    folds: list[tuple[Array, Array]]
    train: Array
    holdout: Array
    repeats: int
    kind: Kind | None = None
    why: str = ""
    groups: Array | None = None

    @property
    def train_rows(self) -> float:
        """Mean rows a fold is trained on."""
        return float(np.mean([len(a) for a, _ in self.folds]))

    @property
    def test_rows(self) -> float:
        """Mean rows a fold is tested on."""
        return float(np.mean([len(b) for _, b in self.folds]))

    @property
    def first_repeat(self) -> list[tuple[Array, Array]]:
        """The folds of the first repeat: each row is tested at most once."""
        return self.folds[: len(self.folds) // self.repeats]


def plan_split(table: Table, use_case: UseCase, audit: AuditResult, classification: bool) -> Plan:
    """Choose how rows are divided, from the engagement first, then from what the audit found."""
    group, time = use_case.group, use_case.time
    reasons = []
    if group:
        reasons.append(f"the engagement says that rows of one '{group}' belong together")
    else:
        group, why = _group_found(table, use_case, audit)
        reasons += why
    if time:
        reasons.append(
            f"the engagement says that '{time}' orders the rows, and the future is predicted from the past"
        )
    else:
        time, why = _time_found(table, use_case, audit, group)
        reasons += why
    if group and time and not use_case.group and _recurs(table.frame, group, time):
        reasons[0] = (
            f"rows repeat by '{group}', but later rows are mostly of ones already known, as they will be in use"
        )
        group = None
    parts = stamped(table.frame, use_case.target) if group is None and time is None else ()
    if parts:
        time = " + ".join(parts)
        reasons.append(f"the rows lie in the order of '{time}', and the model will be used on later ones")
    if group is None and time is None and (found := balanced(table.frame, use_case.target)):
        time = found[1]
        reasons.append(
            f"'{time}' orders the rows in time, each '{found[0]}' once in each, and later ones are predicted from "
            "earlier ones"
        )
    duplicates = False
    if group is None and time is None:
        duplicates = any(
            f.severity in {"blocker", "major"} and f.kind in {"duplicate_rows", "near_duplicate"}
            for f in audit.select(table=table.name)
        )
    kind: Kind = "stratified" if classification else "random"
    if group and time:
        kind = "group+time"
    elif group or duplicates:
        kind = "group"
    elif time:
        kind = "time"
    if duplicates:
        reasons.append("the table repeats rows, and copies of one row must not stand on both sides")
    if not reasons:
        reasons.append(
            "rows are independent as far as the audit can see; each fold has the same share of each class"
            if classification
            else "rows are independent as far as the audit can see; folds are drawn at random"
        )
    return Plan(kind, "; ".join(reasons), group, time, duplicates, parts)


def _recurs(frame: pl.DataFrame, group: str, time: str) -> bool:
    """Whether most later rows are of groups that were there before."""
    order = frame[time].rank("dense").cast(pl.Int64).fill_null(0).to_numpy()
    return known_later(order, _codes(frame[group])) > MOSTLY_KNOWN


def _group_found(table: Table, use_case: UseCase, audit: AuditResult) -> tuple[str | None, list[str]]:
    for finding in audit.select(kind="group_structure", table=table.name):
        columns = [c for c in finding.columns if c in table.columns and c != use_case.target]
        about = not finding.use_cases or use_case.name in finding.use_cases
        tied = finding.details.get("intraclass_correlation")
        if columns and about and finding.severity != "info" and (tied is None or tied >= TIED):
            return columns[0], [f"rows repeat by '{columns[0]}' (audit), and new ones will be scored"]
    return None, []


def _time_found(
    table: Table, use_case: UseCase, audit: AuditResult, group: str | None
) -> tuple[str | None, list[str]]:
    summary = next((t for t in audit.tables if t.name == table.name), None)
    name = summary.time if summary else None
    if name is None or name not in table.columns or name in {use_case.target, group}:
        return None, []
    leaks = {c for f in audit.select(kind="leak", table=table.name) for c in f.columns}
    series = table.frame[name]
    if name in leaks or _ENTITY_DATE.search(name) or not series.dtype.is_temporal() or series.n_unique() < 12:
        return None, []
    if series.null_count() > 0.05 * len(series):
        return None, []
    return name, [f"'{name}' orders the rows in time, and the model will be used on later ones"]


def _codes(series: pl.Series) -> Array:
    """Codes of the groups; a row without a group is its own."""
    codes = series.rank("dense").cast(pl.Int64).fill_null(-1).to_numpy().copy()
    alone = codes < 0
    codes[alone] = codes.max(initial=0) + 1 + np.arange(int(alone.sum()))
    return codes


def group_codes(frame: pl.DataFrame, plan: Plan, features: list[str]) -> Array | None:
    """Return the group of each row, or None where rows are independent."""
    if plan.group:
        return _codes(frame[plan.group])
    if plan.duplicates:
        return _codes(frame.select(features).hash_rows(seed=0))
    return None


def time_order(frame: pl.DataFrame, plan: Plan) -> Array | None:
    """Return the rank in time of each row (equal times share one; rows without a time come first), or None."""
    if plan.time is None:
        return None
    times = frame.select(pl.struct(plan.parts)).to_series() if plan.parts else frame[plan.time]
    return times.rank("dense").cast(pl.Int64).fill_null(0).to_numpy()


def divide(
    y: Array,
    *,
    groups: Array | None = None,
    order: Array | None = None,
    folds: int = 5,
    repeats: int = 1,
    gap: int = 0,
    seed: int = 0,
) -> Division:
    """Divide rows, in time where ``order`` is given, by whole groups where ``groups`` is, else at random.

    Parameters
    ----------
    y : array
        Class codes or numbers; classes are kept in proportion where the kind allows it.
    groups, order : array, optional
        Of ``group_codes`` and ``time_order``.
    folds, repeats : int
        Folds a repeat, and repeats; in time there is one repeat, as there is one past.
    gap : int
        Distinct times left out between training and test.
    """
    if order is not None and groups is not None:
        return _by_group_and_time(y, groups, order, folds, repeats, gap, seed)
    if order is not None:
        alone = _by_time(y, order, None, folds, gap)
        return alone if len(alone.folds) >= 2 or gap else _by_stretches(y, order, folds, repeats, seed)
    positions = np.arange(len(y))
    classification = y.dtype.kind == "i"
    if len(y) < 150:
        train, holdout = positions, positions[:0]
    else:
        parts = list(_splitter(y, groups, classification, round(1 / HOLDOUT_SHARE), seed + 7919))
        train, holdout = parts[0]
    found: list[tuple[Array, Array]] = []
    sub = groups[train] if groups is not None else None
    for repeat in range(repeats):
        for a, b in _splitter(y[train], sub, classification, folds, seed + repeat):
            found.append((train[a], train[b]))
    return Division(found, train, holdout, repeats)


def _splitter(y: Array, groups: Array | None, classification: bool, folds: int, seed: int) -> Any:
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    kind = StratifiedKFold if classification else KFold
    if groups is not None:
        folds = min(folds, len(np.unique(groups)))
        # StratifiedGroupKFold takes seconds for many groups; plain grouping is as good there.
        kind = StratifiedGroupKFold if classification and len(np.unique(groups)) < 2000 else GroupKFold
    with warnings.catch_warnings():  # a class of fewer rows than folds is in some of them only
        warnings.filterwarnings("ignore", "The least populated class")
        return list(kind(folds, shuffle=True, random_state=seed).split(y, y, groups))


def _by_group_and_time(
    y: Array, groups: Array, order: Array, folds: int, repeats: int, gap: int, seed: int
) -> Division:
    """New groups in later time; where that leaves too few rows, the one of the two that can be had."""

    def splitter(y: Array, groups: Array, parts: int) -> Any:
        return _splitter(y, groups, y.dtype.kind == "i", parts, seed)

    if len(np.unique(groups)) >= 2 * folds:
        found = panel(y, groups, order, folds=folds, gap=gap, splitter=splitter)
        if found is None:
            both = _by_time(y, order, groups, folds, gap)
            if len(both.folds) >= 3 and enough(y, both.train, both.holdout):
                return both
        elif len(found.folds) >= folds and enough(y, found.train, found.holdout):
            why = "training rows are earlier ones of other groups, test rows later ones of groups held out"
            return Division(found.folds, found.train, found.holdout, 1, "group+time", why)
    alone = _by_time(y, order, None, folds, gap)
    if len(np.unique(groups)) < 2 * folds and len(alone.folds) >= 2:
        why = f"{len(np.unique(groups))} groups are too few to hold some out, so rows are divided by time only"
        return Division(alone.folds, alone.train, alone.holdout, 1, "time", why)
    by_group = divide(y, groups=groups, folds=folds, repeats=repeats, seed=seed)
    why = "too few rows are both of other groups and later, so rows are divided by group only"
    return Division(by_group.folds, by_group.train, by_group.holdout, by_group.repeats, "group", why)


def _by_time(y: Array, order: Array, groups: Array | None, folds: int, gap: int) -> Division:
    """Expanding window: train on the past, test on the next block; the last fifth of the time is the holdout."""
    start = cut(order, 1 - HOLDOUT_SHARE)
    train, holdout = window(order, groups, start, None, gap)
    before = order[order < start]
    if len(before) == 0:
        return Division([], train, holdout, 1)
    edges = [cut(before, FIRST_TRAIN_SHARE + (1 - FIRST_TRAIN_SHARE) * i / folds) for i in range(folds)]
    edges = sorted({*edges, start})
    found = []
    for a, b in pairwise(edges):
        past, future = window(order, groups, a, b, gap)
        if enough(y, past, future):
            found.append((past, future))
    return Division(found, train, holdout, 1)


def _by_stretches(y: Array, order: Array, folds: int, repeats: int, seed: int) -> Division:
    """Whole stretches of time on one side, where later times do not hold enough rows of every class."""
    edges = np.quantile(order, np.linspace(0, 1, STRETCHES + 1)[1:-1])
    stretches = np.searchsorted(edges, order, "right")
    found = divide(y, groups=stretches, folds=folds, repeats=repeats, seed=seed)
    fit = found.folds if all(enough(y, a, b) for a, b in found.folds) else []
    why = "later times alone hold too few rows of some class, so whole stretches of time are held out"
    return Division(fit, found.train, found.holdout, found.repeats, "group", why, stretches)
