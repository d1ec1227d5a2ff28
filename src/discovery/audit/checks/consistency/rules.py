"""Rows that break a rule which the table otherwise keeps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...fixes import in_order
from ...profiling.profile import ColumnProfile
from ...relations.balances import balance_rules
from ...relations.formulas import formula_rules
from ...relations.kinds import kind_rules
from ...relations.lifetimes import instant_rules, lifetime_rules, window_rules
from ...relations.percentages import percentage_rules
from ...relations.rules import Broken, age_rules, date_part_rules, order_rules, sum_rules, swapped_places
from ...relations.swapped import swapped_values
from ...relations.thresholds import threshold_rules
from ...values import text_counts
from ...vocabulary.names import tokens

__all__ = ["rule_violation"]

FEW_WORDS = 200
"""Values up to which a column of text is held against others for what stands in the wrong one."""
FEWEST_NONE = 10
"""Rows from which on those with nothing to divide by are told."""
MOST_WRONG = 0.1
"""The most of the rows of which it is taken for sure that they are wrong, and not the rule."""


@check("rule_violation", "fd_violation", "redundant_column", "sentinel_missing", view="values")
def rule_violation(context: TableContext) -> Iterator[Finding]:
    """Find rows whose columns contradict one another: start after end, minimum above maximum, a part above its
    whole, an age at which something happened above the present one, more in a shorter window of time than in a
    longer one, parts that do not make the total, an age that does not go with the birth, a month that is not the
    date's, a flag that is not as the number in its name says, two columns that hold each other's values.

    Rules are mined (:mod:`discovery.audit.relations.rules`), over at most 30 columns of dates and 30 of numbers; a
    rule must hold in nearly all rows. A sum, a product or a part of a date that holds in all of them is told as a
    column that could be worked out anew; where it makes a target, that is a leak. Where a rate of two counts is
    always 0 where the count below is, it is not known there.
    """
    dates = [c.name for c in context.columns("date", "datetime")]
    numbers = [c.name for c in context.columns("integer", "number") if c.distinct > 2 and not _counts(c)]
    flags = [c.name for c in context.columns("integer") if c.distinct == 2 and (c.minimum, c.maximum) == (0, 1)]
    years = [c.name for c in context.columns("integer") if _years(context, c)]
    known = context.frame.select(pl.when(pl.col(y) != 0).then(pl.col(y)) for y in years)
    with np.errstate(all="ignore"):
        shares = list(formula_rules(context.frame, numbers))
        bounds = [*lifetime_rules(context.frame), *window_rules(context.frame)]
        broken = [
            *bounds,
            *kind_rules(context.frame, numbers),
            *order_rules(context.frame, dates, dates=True),
            *instant_rules(context.frame, dates),
            *order_rules(known, years, dates=True),
            *order_rules(context.frame, [n for n in numbers if n not in years], dates=False),
            *swapped_places(context.frame),
            *sum_rules(context.frame, numbers),
            *balance_rules(context.frame, numbers),
            *shares,
            *percentage_rules(context.frame, numbers, {rule.columns[-1] for rule in shares}),
            *age_rules(context.frame, context.as_of),
            *date_part_rules(context.frame),
            *threshold_rules(context.frame, flags, numbers),
            *swapped_values(context.frame, _in_words(context)),
        ]
    targets, bounded = context.targets, {rule.columns for rule in bounds}
    for rule in broken:
        if rule.form == "order":
            if rule.columns in bounded:
                continue
            bounded.add(rule.columns)
        if rule.wrong.any():
            yield _finding(context, rule)
        if (rule.form == "quotient" or not rule.wrong.any()) and not targets & set(rule.columns):
            yield _kept(context, rule)
        yield from _over_none(context, rule)


def _in_words(context: TableContext) -> dict[str, dict[str, int]]:
    """Return how often each value stands in the columns of text that have few, and no other meaning than these."""
    few = (c for c in context.columns("text") if 2 <= c.distinct <= FEW_WORDS and c.semantic != "free_text")
    return {c.name: dict(zip(*text_counts(context, c.name).select("v", "n"), strict=True)) for c in few}


def _counts(column: ColumnProfile) -> bool:
    """Whether a column only numbers the rows, or gives a place: neither bounds another."""
    place = bool({"latitude", "longitude", "lat", "lon", "lng"} & set(tokens(column.name)))
    return place or (column.identifying and column.whole and bool(column.sorted))


def _years(context: TableContext, column: ColumnProfile) -> bool:
    """Whether a column holds years, or 0 where there is none (never renovated)."""
    named_year = bool({"year", "yr"} & set(tokens(column.name)))
    if not named_year or column.distinct <= 2 or column.maximum > 2200:
        return False
    values = context.frame[column.name]
    first = values.filter(values != 0).min() if column.minimum == 0 else column.minimum
    return isinstance(first, int | float) and first >= 1500


def _over_none(context: TableContext, rule: Broken) -> Iterator[Finding]:
    """Remark on a rate that is written as 0 where there is nothing to divide by: hits of no attempt."""
    if len(rule.columns) != 3:
        return
    first, second, made = rule.columns
    pairs = [(second, made)] if rule.form == "quotient" else []
    if rule.form == "arithmetic" and rule.rule == f"{first} × {second} = {made}":
        pairs = [(first, second), (second, first)]
    for count, rate in pairs:
        below, above = context.profile[count], context.profile[rate]
        if not (below.whole and below.minimum == 0 and above.numeric) or above.whole or rate in context.targets:
            continue
        none = context.frame.select(none=pl.col(count) == 0, zero=pl.col(rate) == 0).drop_nulls()
        rows = int(none["none"].sum() or 0)
        if rows < FEWEST_NONE or (none["none"] & none["zero"]).sum() < rows or none["none"].all():
            continue
        yield context.finding(
            "sentinel_missing",
            rate,
            "info",
            f"'{rate}' is 0 in all {rows:,} rows in which '{count}' is 0: there was nothing to divide by.",
            rows_affected=rows,
            consequence="What has no rate counts as the lowest one, and means and models take it for that.",
            advice=f"Read '{rate}' as missing in these rows, or leave them out.",
            evidence=context.evidence(
                context.rows_where((pl.col(count) == 0) & (pl.col(rate) == 0)), [count, rate]
            ),
            details={"values": ["0"], "own": True, "rule": rule.rule},
            confidence=0.7,
        )


def _kept(context: TableContext, rule: Broken) -> Finding:
    made, kept = rule.columns[-1], rule.compared - int(rule.wrong.sum())
    summary = (
        f"'{made}' can be worked out from other columns in all {rule.compared:,} rows that can tell: {rule.rule}."
        if kept == rule.compared
        else f"'{made}' can be worked out from other columns in {kept / rule.compared:.1%} of the "
        f"{rule.compared:,} rows that can tell: {rule.rule}."
    )
    return context.finding(
        "redundant_column",
        [made, *rule.columns[:-1]],
        "info",
        summary,
        rows_affected=kept,
        consequence="It adds nothing to the others: importance is split between them, and linear weights become "
        "unstable.",
        advice=f"Leave '{made}' or one of its parts out of the features, and keep the rule as a check.",
        details={"form": rule.form, "rule": rule.rule},
    )


def _finding(context: TableContext, rule: Broken) -> Finding:
    count = int(rule.wrong.sum())
    share = count / rule.compared
    rows = [int(i) + 1 for i in rule.wrong.nonzero()[0][:5]]
    grave = rule.named and rule.strict and 0.01 <= share <= MOST_WRONG and rule.form == "order"
    grave |= rule.factor is not None
    slight = _supposed(rule) or rule.capped or rule.form == "instant"
    severity: Severity = "info" if slight else "major" if grave else "minor"
    if rule.form == "order" and severity != "info":
        context.memo.setdefault("in_order", set()).add(rule.columns)
    summary, consequence, advice = _words(rule, count, share)
    return context.finding(
        "fd_violation" if rule.form == "date_part" else "rule_violation",
        [rule.columns[-1]] if rule.factor is not None else list(rule.columns),
        severity,
        summary,
        rows_affected=count,
        consequence=consequence,
        advice=advice,
        fix=_fix(context, rule),
        evidence=context.evidence(rows, rule.columns),
        details={"form": rule.form, "rule": rule.rule, "share": round(share, 6), "named": rule.named},
        confidence=0.95 if rule.named else 0.7,
    )


def _words(rule: Broken, count: int, share: float) -> tuple[str, str, str]:
    """Return what is said of rows that break a rule, what follows, and what to do."""
    rows = f"{count:,} of {rule.compared:,} rows ({share:.2%})"
    broken = f"{rows} {'breaks' if count == 1 else 'break'}"
    if rule.capped is not None:
        part, end = rule.capped
        return (
            f"The rule {rule.rule} ends where '{part}' is {end}: {broken} it.",
            f"'{part}' may be cut off there, or the value stands for what is not known.",
            f"Ask the client what {end} stands for in '{part}'.",
        )
    if rule.form == "instant":
        return (
            f"{broken} a rule that the others keep: {rule.rule}.",
            "What begins and ends at one moment did not take place, or one of the two times was copied.",
            "Ask the client what such rows are; leave them out of lengths of time and of speeds.",
        )
    if rule.factor is not None:
        total = f"'{rule.columns[-1]}'"
        return (
            f"In {rows}, {total} is {rule.factor:g} times what the others keep to: {rule.rule}.",
            f"The rows cannot be added up: either these or the others are off by a factor of {_size(rule.factor)}.",
            f"Ask the client in which rows {total} is right, and work it out anew in the others.",
        )
    return (
        f"{broken} a rule that the others keep: {rule.rule}.",
        "At least one of the values in these rows is wrong, and so is what is worked out from them (durations, "
        "rates, totals).",
        "Ask the client which value leads; set the other to missing, or work it out anew.",
    )


def _size(factor: float) -> str:
    return f"{factor if factor > 1 else 1 / factor:g}"


def _supposed(rule: Broken) -> bool:
    """Whether nothing but the numbers says that one of two amounts bounds the other: it may not."""
    return rule.form == "order" and not rule.named and not rule.dates


def _fix(context: TableContext, rule: Broken) -> str | None:
    if rule.form != "order" or _supposed(rule):
        return None
    return in_order(context, *rule.columns)
