"""Values of a category that settle a class, flags that nearly do, and judgements of what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from ..targets import Target, without_missing_words
from ..vocabulary.hindsight import prior_words, tokens
from ..vocabulary.names import singular
from .by_name import named_for_rows
from .flags import set_rows
from .power import group_codes
from .problem import Leak, Problem

__all__ = ["assessed", "settled", "treated"]

TELLS, MOST_TRIED, MOST_LEVELS, MOST_CLASSES = 0.05, 60, 20, 10
"""Power from which columns are looked at, how many, and the most values and classes."""
FEWEST, SHARE, OF_CLASS = 100, 0.05, 0.25
"""Rows of a value, and what it must be of all rows and of its class."""
PURE, SURE, USUAL = 0.99, 0.97, 0.75
"""Share of a value's rows that are of one class, the lower end of its interval, the most of all rows that are."""
RARE, MOSTLY, FEW_SET, ODDS = 0.2, 0.6, 20, 20.0
"""Of a flag: the most that the class may be of all rows, the least that it must be where the flag is set, in how
many rows at least, and the lower end of the interval (95%) of the ratio of its odds."""
JUDGED, FEWEST_LEVELS = 0.4, 3
FEW_TREATED, NEARLY_PURE, TOLD = 30, 0.97, 0.7
"""Of what follows a diagnosis: the rows of a value, the share of one class in them, and by how much of the way from
all rows to that class alone its lower end lies."""
MOST_ALIKE = 0.5
"""Share of the columns up to which values that settle a class are told."""
_JUDGES = frozenset(
    """doctor physician radiologist pathologist clinician expert reviewer examiner investigator rater assessor
    specialist surgeon psychiatrist annotator analyst officer reader""".split()
)
_JUDGEMENTS = frozenset(
    """assessment opinion impression judgement judgment rating score grade diagnosis evaluation verdict suspicion
    prediction category""".split()
)
_DIAGNOSES = frozenset("diagnosis diagnoses diagnosed diagnostic disease disorder dx".split())
_FOLLOWS = frozenset(
    """treatment treatments treated therapy therapies surgery surgical operation operated complication complications
    management""".split()
)
"""What comes of a diagnosis."""
_TIMES = frozenset("year years yr month quarter season week day weekday date time hour".split())
_SCALES = re.compile(r"\b(?:bi|pi|ti|li|lung|o) ?rads\b|\bclinical dementia rating\b|\bcdr\b|\bglobal impression\b")
"""Scales of radiology (BI-RADS and its kin) and of dementia that grade how likely the disease is, or how grave."""


def settled(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Categories of which one value has but one class in its rows (99 of 100), not the usual one, and a good part
    of it; flags that raise the odds of a rare class twentyfold.

    Honest predictors can do so as well: it is a question.
    """
    target = problem.sampled
    if target is None or not 2 <= target.classes <= MOST_CLASSES:
        return
    found: dict[str, dict[str, object]] = {}
    tried = [c for c, power in problem.powers.items() if power >= TELLS and c not in taken][:MOST_TRIED]
    for column in tried:
        if prior_words(column) or named_for_rows(column) or _TIMES & set(tokens(column)):
            continue
        told = _value(problem.sample[column], target) or _flag(problem.sample[column], target)
        if told is not None:
            found[column] = told
    if not found or len(found) > max(2.0, MOST_ALIKE * len(problem.names)):
        return
    first = next(iter(found))
    rows = int(str(found[first]["rows"])) if len(found) == 1 else problem.frame.height
    facts = found[first] if len(found) == 1 else {}
    yield Leak("settled", tuple(found), "info", False, 0.4, problem.power(first), rows, facts)


def treated(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """What follows a diagnosis by its name (treatment, complications), beside one, where a value has nearly one
    class only in thirty rows or more: who is operated had been diagnosed."""
    target = problem.target
    if not 2 <= target.classes <= MOST_CLASSES or not _DIAGNOSES & set(tokens(target.name)):
        return
    for column in problem.names:
        words = [w for w in tokens(column) if w in _FOLLOWS]
        if column in taken or not words or prior_words(column) or not _category(problem.frame[column]):
            continue
        facts = _nearly_pure(without_missing_words(problem.frame[column]), target)
        if facts is not None:
            rows, power = int(str(facts["rows"])), problem.power(column)
            yield Leak("treated", (column,), "minor", False, 0.6, power, rows, {**facts, "word": words[0]})


def _nearly_pure(series: pl.Series, target: Target) -> dict[str, object] | None:
    """Return what is to be told of the largest value that has nearly one class only."""
    there = series.is_not_null().to_numpy() & target.known
    levels, totals, known = np.asarray(group_codes(series)), target.counts(), int(target.known.sum())
    values, sizes = np.unique(levels[there], return_counts=True)
    for level in values[np.argsort(-sizes)]:
        rows = there & (levels == level)
        counts = np.bincount(target.codes[rows], minlength=target.classes)
        size, label = int(counts.sum()), int(counts.argmax())
        hits, base = int(counts[label]), float(totals[label] / known)
        least = _least(hits, size)
        if size >= FEW_TREATED and hits >= NEARLY_PURE * size and least - base >= TOLD * (1 - base):
            return _facts(series[int(rows.argmax())], size, target.labels[label], hits / size, base)
    return None


def _value(series: pl.Series, target: Target) -> dict[str, object] | None:
    """Return what is to be told of the largest value that settles a class."""
    if not _category(series):
        return None
    series = without_missing_words(series)
    there = series.is_not_null().to_numpy() & target.known
    levels = np.asarray(group_codes(series))[there]
    if not len(levels):
        return None
    counts = np.zeros((int(levels.max()) + 1, target.classes), np.int64)
    np.add.at(counts, (levels, target.codes[there]), 1)
    totals, known = target.counts(), int(target.known.sum())
    sizes = counts.sum(axis=1)
    if (sizes > 0).sum() > MOST_LEVELS:
        return None
    for level in np.argsort(-sizes):
        size, label = int(sizes[level]), int(counts[level].argmax())
        hits, base = int(counts[level, label]), float(totals[label] / known)
        if size < max(FEWEST, SHARE * known):
            return None
        if hits >= max(PURE * size, OF_CLASS * totals[label]) and base <= USUAL and _least(hits, size) >= SURE:
            value = series.filter(pl.Series(there))[int((levels == level).argmax())]
            return _facts(value, size, target.labels[label], hits / size, base)
    return None


def _flag(series: pl.Series, target: Target) -> dict[str, object] | None:
    """Return what is to be told of a flag that goes with the rarer of two classes."""
    rows = set_rows(series) if target.classes == 2 else None
    if rows is None:
        return None
    code = int(target.counts().argmin())
    positive, on, off = target.codes == code, rows & target.known, ~rows & target.known
    base = float(positive.sum() / max(1, int(target.known.sum())))
    a, c = int((on & positive).sum()), int((off & positive).sum())
    b, d = int(on.sum()) - a, int(off.sum()) - c
    if base > RARE or a + b < FEW_SET or a < MOSTLY * (a + b):
        return None
    cells = np.array([a, b, c, d]) + 0.5
    spread = float(np.sqrt((1 / cells).sum()))
    if np.log(cells[0] * cells[3] / cells[1] / cells[2]) - 1.96 * spread < np.log(ODDS):
        return None
    value = series.filter(pl.Series(rows))[0]
    return _facts(value, a + b, target.labels[code], a / (a + b), base)


def _facts(value: object, rows: int, outcome: str, share: float, base: float) -> dict[str, object]:
    return {
        "value": value, "rows": rows, "outcome": outcome, "share": round(share, 4), "base_rate": round(base, 4),
    }  # fmt: skip


def _category(series: pl.Series) -> bool:
    """Whether a column has a few values, texts or codes."""
    few = series.dtype in (pl.String, pl.Boolean) or series.dtype.is_integer()
    return few and series.head(1_000).n_unique() <= MOST_LEVELS + 1


def _least(hits: int, rows: int, z: float = 1.96) -> float:
    """Return the lower end of Wilson's interval for a share."""
    share = hits / rows
    half = z * np.sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return float((share + z * z / (2 * rows) - half) / (1 + z * z / rows))


def assessed(problem: Problem, taken: set[str]) -> Iterator[Leak]:
    """Columns named for somebody's own judgement of what is asked, where they go with the classes: BI-RADS beside
    malignant, the opinion of an expert."""
    if not 2 <= problem.target.classes <= MOST_CLASSES:
        return
    for column in problem.names:
        words = _judgement(column) if column not in taken else None
        if words is None or problem.power(column) < JUDGED or prior_words(column):
            continue
        if problem.frame[column].drop_nulls().n_unique() >= FEWEST_LEVELS:
            facts = {"word": words}
            power, rows = problem.power(column), problem.frame.height
            yield Leak("assessed", (column,), "minor", False, 0.5, power, rows, facts)


def _judgement(name: str) -> str | None:
    """Return the words of a name that speak of somebody's judgement.

    >>> _judgement("BI-RADS"), _judgement("physician_assessment"), _judgement("assessment"), _judgement("rating")
    ('bi rads', 'physician assessment', None, None)
    """
    words = [singular(w) for w in tokens(name)]
    scale = _SCALES.search(" ".join(tokens(name)))
    if scale:
        return scale[0]
    judges, judged = [w for w in words if w in _JUDGES], [w for w in words if w in _JUDGEMENTS]
    return f"{judges[0]} {judged[0]}" if judges and judged else None
