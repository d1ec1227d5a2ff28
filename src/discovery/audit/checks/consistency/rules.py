"""Rows that break a rule which the table otherwise keeps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...fixes import in_order
from ...profiling.profile import ColumnProfile
from ...relations.rules import Broken, age_rules, date_part_rules, order_rules, sum_rules, swapped_places
from ...vocabulary.names import tokens

__all__ = ["rule_violation"]


@check("rule_violation", "fd_violation", "redundant_column", view="values")
def rule_violation(context: TableContext) -> Iterator[Finding]:
    """Find rows whose columns contradict one another: start after end, minimum above maximum, a part above its
    whole, parts that do not make the total, an age that does not go with the birth, a month that is not the
    date's.

    Rules are mined (:mod:`discovery.audit.relations.rules`), over at most 30 columns of dates and 30 of numbers; a
    rule must hold in nearly all rows. A sum, a product or a part of a date that holds in all of them is told as a
    column that could be worked out anew; where it makes a target, that is a leak.
    """
    dates = [c.name for c in context.columns("date", "datetime")]
    numbers = [c.name for c in context.columns("integer", "number") if c.distinct > 2 and not _counts(c)]
    years = [c.name for c in context.columns("integer") if _years(c)]
    with np.errstate(all="ignore"):
        broken = [
            *order_rules(context.frame, dates, dates=True),
            *order_rules(context.frame, years, dates=True),
            *order_rules(context.frame, [n for n in numbers if n not in years], dates=False),
            *swapped_places(context.frame),
            *sum_rules(context.frame, numbers),
            *age_rules(context.frame, context.as_of),
            *date_part_rules(context.frame),
        ]
    targets = context.targets
    for rule in broken:
        if rule.wrong.any():
            yield _finding(context, rule)
        elif not targets & set(rule.columns):
            yield _kept(context, rule)


def _counts(column: ColumnProfile) -> bool:
    """Whether a column only numbers the rows, or gives a place: neither bounds another."""
    place = bool({"latitude", "longitude", "lat", "lon", "lng"} & set(tokens(column.name)))
    return place or (column.identifying and column.whole and bool(column.sorted))


def _years(column: ColumnProfile) -> bool:
    named_year = bool({"year", "yr"} & set(tokens(column.name)))
    return named_year and column.distinct > 2 and column.minimum >= 1500 and column.maximum <= 2200


def _kept(context: TableContext, rule: Broken) -> Finding:
    made = rule.columns[-1]
    return context.finding(
        "redundant_column",
        [made, *rule.columns[:-1]],
        "info",
        f"'{made}' can be worked out from other columns in all {rule.compared:,} rows that can tell: {rule.rule}.",
        rows_affected=rule.compared,
        consequence="It adds nothing to the others: importance is split between them, and linear weights become "
        "unstable.",
        advice=f"Leave '{made}' or one of its parts out of the features, and keep the rule as a check.",
        details={"form": rule.form, "rule": rule.rule},
    )


def _finding(context: TableContext, rule: Broken) -> Finding:
    count = int(rule.wrong.sum())
    share = count / rule.compared
    rows = [int(i) + 1 for i in rule.wrong.nonzero()[0][:5]]
    grave = rule.named and rule.strict and share >= 0.01 and rule.form == "order"
    severity: Severity = "info" if _supposed(rule) else "major" if grave else "minor"
    if rule.form == "order" and severity != "info":
        context.memo.setdefault("in_order", set()).add(rule.columns)
    return context.finding(
        "fd_violation" if rule.form == "date_part" else "rule_violation",
        list(rule.columns),
        severity,
        f"{count:,} of {rule.compared:,} rows ({share:.2%}) break a rule that the others keep: {rule.rule}.",
        rows_affected=count,
        consequence="At least one of the values in these rows is wrong, and so is what is worked out from them "
        "(durations, rates, totals).",
        advice="Ask the client which value leads; set the other to missing, or work it out anew.",
        fix=_fix(context, rule),
        evidence=context.evidence(rows, rule.columns),
        details={"form": rule.form, "rule": rule.rule, "share": round(share, 6), "named": rule.named},
        confidence=0.95 if rule.named else 0.7,
    )


def _supposed(rule: Broken) -> bool:
    """Whether nothing but the numbers says that one of two amounts bounds the other: it may not."""
    return rule.form == "order" and not rule.named and not rule.dates


def _fix(context: TableContext, rule: Broken) -> str | None:
    if rule.form != "order" or _supposed(rule):
        return None
    return in_order(context, *rule.columns)
