"""Labels that contradict one another, and labels that are likely wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from ....artifacts import Evidence, Finding, Severity
from ....engagement import UseCase
from ...context import TableContext, check
from ...labels import FEATURES, LEAST_ROWS, ROWS, estimate_noise, probabilities
from ...profiling.profile import ColumnProfile
from ...rows.chance import equal_pairs
from ...targets import Target, read_target

__all__ = ["conflicting_labels", "label_noise"]

BELIEVABLE = 0.3
"""If more labels than this look wrong, it is the features that cannot tell the classes apart."""
FEWEST_OF_CLASS, MOST_LABELS = 5, 20
MOSTLY_ONCE, FEWEST_TEXTS = 0.5, 3
"""Share of texts that must stand once, and texts with several labels from which on they are told."""
CROWDED, BY_CHANCE = 5, 0.3
"""Rows a combination of features from which on classes overlap by nature, and share of the pairs of equal rows from
which on it is by chance that there are some."""
MOST_GRADES = 5
"""The most steps of a scale that are labels rather than a measure."""
FEWEST_FEATURES, FEWEST_TORN, MOST_TORN = 3, 10, 0.05
"""Features, and rows, from which on equal rows of another number are told, and the share of rows up to which."""
MOSTLY_NONE = 0.8
"""Share of zeros from which a count is mostly 0."""


@check("conflicting_labels")
def conflicting_labels(context: TableContext) -> Iterator[Finding]:
    """Find rows that are equal in every feature, yet have different labels: a finding about whole rows, and the
    most that a model can be right on as a remark about the target.

    Columns that number the rows are left out first. Where a combination of features stands on five rows or more
    on average, classes overlap by nature, and it is only good to know. So it is where the features have so few
    values that a good part of the pairs of equal rows would be equal by chance, and where the target counts what
    mostly does not happen: claims of equal policies differ by chance (Poisson). Scores of more than five steps
    (right answers of ten) are measured as much as labelled, and no more than minor. So are other numbers: equal
    rows of another number are a remark, where they are not equal by chance and five in a hundred at most.
    """
    for case in context.use_cases:
        target = read_target(case, context.frame)
        if target is None:
            continue
        features = [c for c in _features(context, case) if context.profile[c].distinct > 1]
        if not target.classes:
            finding = _of_numbers(context, case, target, features)
            if finding is not None:
                yield finding
            continue
        finding = _conflicts(context, case, target, features) if len(features) >= 2 else None
        if finding is not None:
            yield finding
            yield _ceiling(context, case, finding)
        texts = [c for c in context.columns("text") if c.semantic == "free_text" and c.name != case.target]
        of_texts = _of_texts(context, case, target, texts[0]) if len(texts) == 1 else None
        if of_texts is not None:
            yield of_texts


def _of_texts(context: TableContext, case: UseCase, target: Target, column: ColumnProfile) -> Finding | None:
    """Return the finding about equal texts with different labels, of the only texts of a table."""
    if target.classes > MOST_LABELS or column.distinct < MOSTLY_ONCE * column.present or column.unique:
        return None
    frame = pl.DataFrame({"text": context.frame[column.name], "label": target.codes})
    frame = frame.with_row_index("row", offset=1).filter(pl.col("text").is_not_null() & (pl.col("label") >= 0))
    torn = frame.group_by("text").agg(labels=pl.col("label").n_unique()).filter(pl.col("labels") > 1)
    rows = frame.join(torn.select("text"), on="text", how="semi").sort("text", "row")
    if torn.height < FEWEST_TEXTS or not rows.height:
        return None
    return context.finding(
        "conflicting_labels",
        column.name,
        "minor" if rows.height >= 0.01 * context.rows else "info",
        f"{rows.height:,} rows share their '{column.name}' with a row of another '{target.name}' "
        f"({torn.height:,} texts).",
        rows_affected=rows.height,
        consequence="A model of the text cannot be right on all of them, and each was labelled more than once.",
        advice="Look at these texts: they show how far those who label agree. Keep one of each before splitting.",
        evidence=context.evidence(rows["row"].to_list(), [column.name, target.name], 6),
        details={"texts": torn.height},
        use_cases=[case.name],
        confidence=0.9,
    )


def _features(context: TableContext, case: UseCase) -> list[str]:
    """Return the columns a model could see: not the target, nothing that numbers the rows, nothing dropped."""
    key = set(context.profile.key) if len(context.profile.key) == 1 else set()
    return [
        c.name
        for c in context.profile.columns.values()
        if c.name != case.target
        and c.name not in case.drop
        and c.name not in key
        and c.present > 0
        and not (c.unique and c.type in {"integer", "text"})
        and c.semantic not in {"identifier", "free_text"}
    ]


def _torn(
    context: TableContext, target: Target, features: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame, float, int] | None:
    """Return the rows whose equals have another label, those combinations, the rows a combination stands on, and
    how many pairs of rows are equal."""
    known = pl.Series(target.known)
    seen = context.frame.select(features)
    hashes = seen.hash_rows(seed=context.seed).filter(known)
    combinations = hashes.n_unique()
    if combinations == len(hashes):
        return None
    labels = pl.Series(target.codes).filter(known)
    numbers = pl.int_range(1, context.rows + 1, eager=True).filter(known)
    frame = pl.DataFrame({"__hash__": hashes, "__label__": labels, "__row__": numbers})
    groups = frame.filter(hashes.is_duplicated()).group_by("__hash__", "__label__").len().group_by("__hash__")
    torn = groups.agg(labels=pl.len(), least=pl.col("len").sum() - pl.col("len").max()).filter(pl.col("labels") > 1)
    rows = frame.join(torn.select("__hash__"), on="__hash__", how="semi")
    equal = seen[(rows["__row__"] - 1).to_list()].with_columns(rows["__label__"])
    confirmed = equal.group_by(features).agg(pl.col("__label__").n_unique()).filter(pl.col("__label__") > 1)
    sizes = hashes.value_counts()["count"].to_numpy().astype(np.int64)
    pairs = int((sizes * (sizes - 1) // 2).sum())
    return (rows, torn, len(hashes) / combinations, pairs) if confirmed.height else None


def _conflicts(context: TableContext, case: UseCase, target: Target, features: list[str]) -> Finding | None:
    found = _torn(context, target, features)
    if found is None:
        return None
    rows, torn, crowd, pairs = found
    coarse = equal_pairs([context.profile[c] for c in features], context.rows) >= BY_CHANCE * pairs
    seldom = _counts_seldom(target)
    crowded = crowd >= CROWDED or coarse or seldom
    affected, least = rows.height, int(torn["least"].sum())
    share = affected / context.rows
    many = share >= 0.05 and not (target.ordinal and target.classes > MOST_GRADES)
    severity: Severity = "info" if crowded or share < 0.001 else "major" if many else "minor"
    order = rows.sort("__hash__", "__row__")["__row__"].to_list()
    nature = " Its features have so few values that this is chance rather than error." if coarse else ""
    nature = f" '{target.name}' counts what seldom happens: this is chance rather than error." if seldom else nature
    nature = " Its features are so few that this is overlap rather than error." if crowd >= CROWDED else nature
    return context.finding(
        "conflicting_labels",
        [],
        severity,
        f"{affected:,} rows share all their features with a row of another '{target.name}' "
        f"({torn.height:,} combination{'s' if torn.height > 1 else ''}).{nature}",
        rows_affected=affected,
        consequence=f"No model can be right on all of them: at least {least:,} {'rows' if least > 1 else 'row'} "
        f"({least / context.rows:.2%}) {'stay' if least > 1 else 'stays'} wrong whatever is learned.",
        advice="Look at the cases: wrong labels, or a feature that is missing from the table."
        if not crowded
        else "Ask for further features that tell these cases apart.",
        evidence=context.evidence(order, [*features[:4], target.name], 6),
        details={
            "target": target.name,
            "combinations": torn.height,
            "least_errors": least,
            "features": len(features),
        },
        use_cases=[case.name],
    )


def _of_numbers(context: TableContext, case: UseCase, target: Target, features: list[str]) -> Finding | None:
    """Return the remark on equal rows with another number to be told."""
    if len(features) < FEWEST_FEATURES:
        return None
    ranks = pl.Series(target.values).fill_nan(None).rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    found = _torn(context, replace(target, codes=ranks, labels=["", ""]), features)
    if found is None:
        return None
    rows, torn, _, pairs = found
    by_chance = equal_pairs([context.profile[c] for c in features], context.rows)
    if rows.height < FEWEST_TORN or rows.height > MOST_TORN * context.rows or by_chance >= BY_CHANCE * pairs:
        return None
    return context.finding(
        "conflicting_labels",
        case.target,
        "info",
        f"{rows.height:,} rows share all their features with a row of another '{target.name}' "
        f"({torn.height:,} combination{'s' if torn.height > 1 else ''}).",
        rows_affected=rows.height,
        consequence="The same case stands there several times with another outcome, in training and in test data.",
        advice="Ask whether it was measured several times; keep the true or the mean one of each before splitting.",
        evidence=context.evidence(
            rows.sort("__hash__", "__row__")["__row__"].to_list(), [*features[:4], target.name], 6
        ),
        details={"target": target.name, "combinations": torn.height, "features": len(features)},
        use_cases=[case.name],
        confidence=0.7,
    )


def _counts_seldom(target: Target) -> bool:
    """Whether a target counts what mostly does not happen: whole numbers from 0 on, each rarer than the one before,
    three or more and 0 in most rows."""
    values = target.values[np.isfinite(target.values)]
    if not target.ordinal or target.kind == "binary" or not len(values) or (values < 0).any() or (values % 1).any():
        return False
    levels, counts = np.unique(values, return_counts=True)
    falling = bool((np.diff(counts[:3]) < 0).all())
    return len(levels) >= 3 and levels[1] == 1 and counts[0] >= MOSTLY_NONE * len(values) and falling


def _ceiling(context: TableContext, case: UseCase, rows: Finding) -> Finding:
    """Return the remark on the target that follows from rows which contradict one another."""
    most = 1 - rows.details["least_errors"] / context.rows
    return context.finding(
        "conflicting_labels",
        case.target,
        "info",
        f"'{case.target}' cannot be told in more than {most:.2%} of the rows by these columns: equal rows "
        "differ in it.",
        rows_affected=rows.rows_affected,
        consequence="No model of these columns gets further, however good it is.",
        advice="Hold what is asked of a model against it.",
        details={"least_errors": rows.details["least_errors"]},
        use_cases=[case.name],
    )


@check("label_noise", after=("readiness.leaks.leaks",))
def label_noise(context: TableContext) -> Iterator[Finding]:
    """Find labels that are likely wrong, by confident learning on at most 5,000 rows and 60 features.

    Method and the test against honest overlap: :mod:`discovery.audit.labels`. Only classes with five rows or more,
    and tables of 100 rows or more, are judged; columns that leak are left out.
    """
    for case in context.use_cases:
        target = read_target(case, context.frame)
        if target is None or target.kind == "regression" or not 2 <= target.classes <= MOST_LABELS:
            continue
        finding = _noise(context, case, target)
        if finding is not None:
            yield finding


def _noise(context: TableContext, case: UseCase, target: Target) -> Finding | None:
    counts = target.counts()
    rows = np.flatnonzero(np.isin(target.codes, np.flatnonzero(counts >= FEWEST_OF_CLASS)))
    leaky = context.memo.get("leaky", {}).get(case.name, set())
    features = [c for c in _features(context, case) if c not in leaky][:FEATURES]
    if len(rows) < LEAST_ROWS or not features:
        return None
    if len(rows) > ROWS:
        rows = np.sort(np.random.default_rng(context.seed).choice(rows, ROWS, replace=False))
    levels, codes = np.unique(target.codes[rows], return_inverse=True)
    if len(levels) < 2 or np.bincount(codes).min() < FEWEST_OF_CLASS:
        return None
    noise = estimate_noise(probabilities(context.frame.select(features)[rows], codes, context.seed), codes)
    share = len(noise.rows) / len(rows)
    if not noise.claimed or not 0 < share <= BELIEVABLE:
        return None
    labels = [target.labels[levels[k]] for k in noise.suggested[:5]]
    evidence = [
        Evidence(
            row=int(rows[i]) + 1,
            values=context.evidence([int(rows[i]) + 1], [target.name, *features[:3]])[0].values
            | {f"{target.name} (likelier)": context.show(target.name, label)},
        )
        for i, label in zip(noise.rows[:5], labels, strict=True)
    ]
    return context.finding(
        "label_noise",
        target.name,
        "minor",
        f"About {share:.1%} of the labels in '{target.name}' look wrong ({len(noise.rows):,} of {len(rows):,} rows "
        "that were judged).",
        rows_affected=round(share * int(target.known.sum())),
        consequence="Wrong labels cap every score, and a model may be marked wrong where it is right.",
        advice="Have a person look at the rows below first; if they are wrong, ask how labels are made.",
        evidence=evidence,
        details={
            "judged_rows": len(rows),
            "flagged": len(noise.rows),
            "error": round(noise.error, 4),
            "error_where_sure": round(noise.sure_error, 4),
        },
        confidence=0.6,
        use_cases=[case.name],
    )
