"""The target: enough rows of every class, and no drift of it over the rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ....engagement import UseCase
from ...context import TableContext, check
from ...targets import Floats, Ints, Target, read_target
from ...vocabulary.placeholders import WEAK, is_placeholder, normal

__all__ = ["imbalance", "target_shift", "too_few_rows"]

UNEVEN, UNEVEN_OF_MANY = 0.36, 0.5
"""Share of the rarer of two classes below which it is told; of the rarest of more, in even shares."""
SEVERE, MILD = 0.02, 0.25
"""Share of the rarest class (of more than two, in even shares) below which it is major, and minor."""
FEW, FEWEST, MANY = 30, 5, 10
"""Rows of the rarest of few and of many classes below which there is too little to learn from, and the classes from
which on one of them is always rare."""
DAY = 86_400e6
SEASON, YEAR, DIRECTED = 150, 400, 0.5
"""Days of half a year and of a year, with leeway, and the correlation from which on a move has a direction."""
RARE = 0.2
"""Share of the rarer class from which on it is its number of rows that is small, not its share: `too_few_rows`."""
MOSTLY_ONE, NEARLY_ONE = 0.45, 0.8
"""Share of the rows with one number of a regression from which it is told, and from which it is minor."""
ENOUGH_ROWS, FEW_ROWS = 200, 50
ROWS_A_FEATURE = 10
BLOCKS, FEWEST_BLOCKS, STEADY = 10, 5, 0.8
"""Blocks of rows that are compared, how many must be left where they are cut between different stamps only, and the
correlation of their means with time where some are lost: few stamps differ by what else sets one day off."""
LEAST_ETA, LEAST_F = 0.02, 10


@check("imbalance")
def imbalance(context: TableContext) -> Iterator[Finding]:
    """Find classes (or grades) that are rare against an even split.

    With two classes a finding starts below 36% of the rows; with more, where the rarest has less than half of its
    even share. Classes that stand for a gap are none. Of counts and other numbers it is told where nearly half have
    one value. Severity follows from the share and from how many rows of the rarest class there are to learn from
    (He and Garcia, *Learning from imbalanced data*, TKDE 2009: absolute rarity is worse than relative rarity).
    """
    for case in context.use_cases:
        target = read_target(case, context.frame)
        if target is None:
            continue
        graded = target.classes and not _counted(target)
        finding = _imbalance(context, case, target) if graded else _mostly_one(context, case, target)
        if finding is not None:
            yield finding


def _imbalance(context: TableContext, case: UseCase, target: Target) -> Finding | None:
    counts, labels = _known(context, target.name, *_folded(target))
    total, rarest, classes = int(counts.sum()), int(counts.min()), len(labels)
    share = rarest / total
    if classes < 2 or share >= (UNEVEN if classes == 2 else UNEVEN_OF_MANY / classes):
        return None
    label = context.show(target.name, labels[int(counts.argmin())])
    unit = "grade" if target.ordinal and classes > 2 and not _asked_for_classes(case) else "class"
    largest = int(counts.max()) / total
    shown = [(context.show(target.name, labels[i]), int(counts[i])) for i in np.argsort(counts)[:10]]
    return context.finding(
        "imbalance",
        target.name,
        _severity(classes, share, rarest, graded=target.ordinal),
        f"The rarest {unit} of '{target.name}', {label}, has {rarest:,} of {total:,} rows ({share:.2%}).",
        rows_affected=rarest,
        consequence=f"Always saying the most frequent {unit} is right in {largest:.0%} of the rows, so accuracy "
        f"flatters, and {'little can be learned' if rarest < 100 else 'less is learned'} about the rare one.",
        advice="Judge by ROC AUC, average precision or macro F1, keep the shares in every fold, and weigh the "
        f"classes{' or join the rarest ones' if classes > 2 else ''}.",
        details={
            "share": round(share, 6),
            "largest_share": round(largest, 6),
            "classes": classes,
            "rarest": shown,
        },
        use_cases=[case.name],
    )


def _counted(target: Target) -> bool:
    """Whether a target to regress counts things: from 0 on, in steps of 1, from one of the first values on ever
    fewer rows with more of them; the last may stand for all that is more."""
    values = target.values[np.isfinite(target.values)]
    if target.kind != "regression" or target.classes < 4:
        return False
    levels, counts = np.unique(values, return_counts=True)
    whole = levels[0] == 0 and bool(np.all(levels == np.round(levels)))
    top = int(counts.argmax())
    tail = counts[1:] <= np.maximum(counts[:-1], 0.05 * counts.max())
    early = top <= max(1, len(levels) // 3)
    return whole and early and bool(tail[max(1, top) : -1].all()) and counts[-1] <= 0.1 * counts.max()


def _folded(target: Target) -> tuple[Ints, list[str]]:
    """Return the rows and the name of each class, where classes that differ in case and blanks only are one."""
    counts = target.counts()
    folded: dict[str, list[int]] = {}
    for index, label in enumerate(target.labels):
        folded.setdefault(label.strip().casefold(), []).append(index)
    groups = [sorted(group, key=lambda i: -counts[i]) for group in folded.values()]
    return np.array([counts[g].sum() for g in groups], np.int64), [target.labels[g[0]] for g in groups]


def _known(context: TableContext, name: str, counts: Ints, labels: list[str]) -> tuple[Ints, list[str]]:
    """Return the classes but for those that stand for a gap (``Not Available``, a -1 that is told), where two are
    left."""
    gaps = context.excluded.get(name)
    codes = set() if gaps is None else set(context.frame[name].filter(gaps).unique().cast(pl.String).to_list())

    def gap(label: str) -> bool:
        return (is_placeholder(label) and normal(label) not in WEAK) or (label.startswith("-") and label in codes)

    there = [i for i, label in enumerate(labels) if not gap(label)]
    return (counts[there], [labels[i] for i in there]) if len(there) > 1 else (counts, labels)


def _severity(classes: int, share: float, rarest: int, *, graded: bool) -> Severity:
    if classes == 2:
        if share < SEVERE or (rarest < FEW and share < RARE):
            return "major"
        return "minor" if share < MILD else "info"
    if not graded and classes <= MANY and (rarest < FEWEST or share * classes < SEVERE):
        return "major"
    return "minor" if share * classes < MILD or rarest < FEW else "info"


def _mostly_one(context: TableContext, case: UseCase, target: Target) -> Finding | None:
    values = target.values[np.isfinite(target.values)]
    levels, counts = np.unique(values, return_counts=True)
    share = float(counts.max()) / len(values)
    if share < MOSTLY_ONE:
        return None
    mode = context.show(target.name, f"{levels[int(counts.argmax())]:g}")
    severity: Severity = "minor" if share >= NEARLY_ONE else "info"
    return context.finding(
        "imbalance",
        target.name,
        severity,
        f"'{target.name}' is exactly {mode} in {share:.0%} of the rows.",
        rows_affected=int(counts.max()),
        consequence="A model of the mean is pulled to that value; the other rows are what matters and are fewer.",
        advice=f"Model in two steps: whether it differs from {mode}, then by how much.",
        details={"share": round(1 - share, 6), "value": mode},
        use_cases=[case.name],
    )


@check("too_few_rows")
def too_few_rows(context: TableContext) -> Iterator[Finding]:
    """Find use cases with fewer than 200 rows, or than ten a feature.

    Ten rows a feature is the usual least figure (after Peduzzi et al., J. Clin. Epidemiol. 1996, on events per
    variable); under 50 rows in all, no cross-validation can tell candidates apart.
    """
    for case in context.use_cases:
        target = read_target(case, context.frame)
        if target is None:
            continue
        rows = int(target.known.sum())
        features = sum(c.present > 0 and c.distinct > 1 for c in context.profile.columns.values()) - 1
        per_feature = rows / max(1, features)
        if rows >= ENOUGH_ROWS and per_feature >= ROWS_A_FEATURE:
            continue
        severity: Severity = "major" if rows < FEW_ROWS or per_feature < 1 else "minor"
        if rows >= ENOUGH_ROWS and per_feature >= ROWS_A_FEATURE / 2:
            severity = "info"
        yield context.finding(
            "too_few_rows",
            [],
            severity,
            f"There are {rows:,} rows with a known '{target.name}' for {features:,} features "
            f"({per_feature:.1f} rows a feature).",
            rows_affected=rows,
            consequence="Scores vary much from fold to fold, and flexible models learn the rows by heart.",
            advice="Ask for more history; until then prefer few features and simple, regularised models, "
            "and repeat the cross-validation.",
            details={"rows": rows, "features": features, "rows_per_feature": round(per_feature, 2)},
            use_cases=[case.name],
        )


@check("target_shift", view="values")
def target_shift(context: TableContext) -> Iterator[Finding]:
    """Find targets whose mean or rate moves over time, or over the rows where no time is known.

    The rows are cut into ten blocks, never between rows of the same time (their order says nothing of it), and
    nothing is told where fewer than five blocks are left, or fewer than ten without a direction; between-block
    variance over the whole (η²) must be at least 0.02 and unlikely by chance (F > 10), and the outermost blocks
    must differ by a third of the mean. Without a time it is only good to know, as files are sorted by many things;
    so is what goes up and down within a year.
    """
    for case in context.use_cases:
        target = read_target(case, context.frame)
        if target is None or (target.classes > 2 and not target.ordinal):
            continue
        time = case.time or context.profile.time
        time = time if time in context.frame.columns and time != target.name else None
        finding = _shift(context, case, target, time)
        if finding is not None:
            yield finding


def _shift(context: TableContext, case: UseCase, target: Target, time: str | None) -> Finding | None:
    known, order = target.known, np.arange(context.rows)
    if time is not None:
        known = known & context.frame[time].is_not_null().to_numpy()
        order = context.frame[time].arg_sort().to_numpy()
    rows = order[known[order]]
    cuts = _cuts(len(rows), None if time is None else context.frame[time][rows])
    if len(rows) < ENOUGH_ROWS or len(cuts) + 1 < FEWEST_BLOCKS:
        return None
    y, word, rate = _moving(context, case, target, rows, cuts)
    if np.var(y) == 0:
        return None
    means, eta, f = _blocks(y, cuts)
    low, high = float(means.min()), float(means.max())
    scale = abs(float(y.mean())) if rate or abs(y.mean()) > y.std() else float(y.std())
    if eta < LEAST_ETA or f < LEAST_F or high - low < scale / 3:
        return None
    if len(means) < BLOCKS and _direction(means) < STEADY:
        return None
    over = f"over '{time}'" if time else "from the first rows to the last"
    if time:
        consequence = (
            "A random split tests on the same times it trains on, and flatters; the next month may be unlike the "
            "average."
        )
        advice = "Split in the order of time, and judge on the latest rows."
    else:
        consequence = "The rows are not in random order: folds cut in file order would differ in what they hold."
        advice = (
            "Find out what the rows are sorted by; if by time, say so in the use case ('time'), else shuffle "
            "before splitting."
        )
    return context.finding(
        "target_shift",
        target.name,
        "minor" if time and not _of_a_season(context.frame[time], means) else "info",
        f"The {word} of '{target.name}' moves {over}: between {low:.4g} and {high:.4g} in "
        f"{'tenths' if len(means) == BLOCKS else f'{len(means)} parts'} of the rows.",
        rows_affected=len(y),
        consequence=consequence,
        advice=advice,
        details={"block_means": [round(float(m), 6) for m in means], "eta_squared": round(eta, 4), "time": time},
        use_cases=[case.name],
    )


def _of_a_season(time: pl.Series, means: Floats) -> bool:
    """Whether the rows are of about a year, and what moves has no direction: it may come back every year."""
    if not isinstance(time.dtype, pl.Date | pl.Datetime):
        return False
    times = time.drop_nulls().cast(pl.Datetime("us")).to_physical()
    days = (int(times.max()) - int(times.min())) / DAY  # type: ignore[arg-type]
    return SEASON <= days <= YEAR and _direction(means) < DIRECTED


def _direction(means: Floats) -> float:
    """Return how far the means of blocks go up or down with time: the size of the correlation."""
    return abs(float(np.corrcoef(means, np.arange(len(means)))[0, 1]))


def _asked_for_classes(case: UseCase) -> bool:
    """Whether numbers are codes of classes, as the use case says; else they are taken for grades."""
    return case.task in {"binary", "multiclass"}


def _moving(
    context: TableContext, case: UseCase, target: Target, rows: Ints, cuts: Ints
) -> tuple[Floats, str, bool]:
    """Return what moves over ``rows`` (in blocks that begin at ``cuts``), its name, and whether it is a rate: the
    mean of numbers, the rate of the rarer of two classes, or of the class of several that moves most."""
    if target.kind == "regression" or (target.kind == "multiclass" and not _asked_for_classes(case)):
        return target.values[rows], "mean", False
    rates = target.outputs()[rows]
    if target.kind == "binary":
        return rates[:, 0], "rate of the rarer class", True
    most = int(np.argmax([_blocks(y, cuts)[1] if np.var(y) else 0.0 for y in rates.T]))
    return rates[:, most], f"rate of class {context.show(target.name, target.labels[most])}", True


def _cuts(rows: int, stamps: pl.Series | None) -> Ints:
    """Return where ten blocks of ``rows`` begin (but for the first): of sorted ``stamps``, where these change."""
    cuts = np.array([len(p) for p in np.array_split(np.arange(rows), BLOCKS)]).cumsum()[:-1]
    if stamps is None:
        return cuts
    changes = np.flatnonzero((stamps != stamps.shift(1)).fill_null(False).to_numpy())
    if not len(changes):
        return changes
    after = np.searchsorted(changes, cuts).clip(max=len(changes) - 1)
    before = (after - 1).clip(min=0)
    nearer = np.abs(changes[before] - cuts) < np.abs(changes[after] - cuts)
    return np.unique(np.where(nearer, changes[before], changes[after]))


def _blocks(y: Floats, cuts: Ints) -> tuple[Floats, float, float]:
    """Return the means of the blocks that begin at ``cuts``, η² between them, and the F statistic."""
    parts = np.split(y, cuts)
    means = np.array([p.mean() for p in parts])
    sizes = np.array([len(p) for p in parts])
    between = float(np.dot(sizes, (means - y.mean()) ** 2))
    total = float(((y - y.mean()) ** 2).sum())
    eta = between / total
    f = (between / (len(parts) - 1)) / max(1e-300, (total - between) / (len(y) - len(parts)))
    return means, eta, f
