"""Near-duplicates: rows that are the same but for small differences in their texts.

Method: as in record linkage (Fellegi and Sunter 1969; Christen, "Data Matching", 2012): blocking, comparison,
decision. Rows are compared if they share a rare word, or agree in every column but the telling texts. Texts are
compared by the normalised edit similarity of their sorted words (rapidfuzz); two texts whose digits differ, or
that each have a word of their own, are held to be different (``Route 12`` and ``Route 13``, ``Ann Lee`` and
``Jim Lee``). A pair is kept if its texts are alike though not all equal, and if at least four in five of the
other columns agree, where both are filled. Of rows whose texts agree more, fewer others must, but half of four
measures or more: one thing measured twice is no copy. Identifiers are not compared. A table of more rows than
``MOST_ROWS`` is sampled by the first letters of its most telling text, so that pairs mostly stay together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from ....artifacts import Finding, Severity
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ..shape import identifies

__all__ = ["near_duplicate"]

MOST_ROWS = 20_000
MOST_PAIRS = 200_000
MARKS = " .,;:'\"()-_#*/"
"""Signs that may stand before a text without changing it."""
ALIKE, ALIKE_ALONE, ALIKE_EACH = 85.0, 93.0, 88.0
"""The least similarity of texts (of 100): beside other columns, without them, and of each text then."""
ALIKE_AT_ALL, ALIKE_WORDS, OTHER_DIGITS = 60.0, 70.0, 50.0
"""The least similarity of any text and of words that stand for one another; the most of texts with other digits."""
MOST_ROWS_ALIKE = 0.6
"""Where a larger share of the rows has a like one, rows are alike by nature."""
_TITLES = frozenset("mr mrs ms miss master herr frau mme mlle jr sr ii iii iv".split())
_NUMERALS = frozenset("i ii iii iv v vi vii viii ix x xi xii".split())
FEW_NUMBERS, MEASURED = 4, 10
"""So many columns of numbers, of more than ``MEASURED`` values each, are measures that a copy repeats by half."""
OTHERS_AGREE, OTHERS_AGREE_LESS = 0.8, 0.5
"""The share of the other columns that agree in a copy, and where texts agree more."""
CROWDED = 3
"""If more rows than this are equal in all but the texts, that two of them are says nothing."""
CODE = r"^[^\s,]*[\d()\[\]=#@\\/+][^\s,]*$"
Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class _Plan:
    """The columns whose texts tell rows apart, the others that are compared, and the rows looked at."""

    texts: list[str]
    others: list[str]
    frame: pl.DataFrame
    share: float


@check("near_duplicate")
def near_duplicate(context: TableContext) -> Iterator[Finding]:
    """Rows that repeat another but for small differences in names, addresses and the like."""
    plan = _plan(context)
    if plan is None:
        return
    left, right = _pairs(plan)
    if not len(left):
        return
    kept = _alike(plan, left, right)
    left, right = left[kept], right[kept]
    clusters = _clusters(left, right, plan.frame.height)
    members = np.flatnonzero(np.bincount(clusters, minlength=plan.frame.height)[clusters] > 1)
    again = len(members) - len(np.unique(clusters[members]))
    if again and len(members) <= MOST_ROWS_ALIKE * plan.frame.height:
        yield _finding(context, plan, left, right, again)


def _plan(context: TableContext) -> _Plan | None:
    key = context.profile.key if len(context.profile.key) == 1 else ()
    compared = [
        c
        for c in context.columns()
        if c.distinct > 1 and not identifies(c) and c.name not in key and c.type != "empty"
    ]
    telling = [c for c in compared if _telling(c) and not _of_codes(context.frame[c.name])]
    if not telling or context.rows < 10:
        return None
    telling = sorted(telling, key=lambda c: -c.distinct)[:6]
    texts = [c.name for c in telling]
    others = [c.name for c in compared if c.name not in texts and c.semantic != "free_text"][:60]
    if not others and len(texts) == 1:
        return None
    frame = context.frame.select([*texts, *others]).with_row_index("__row__", offset=1)
    share = 1.0
    if frame.height > MOST_ROWS:
        keep = frame.height // MOST_ROWS + 1
        start = pl.col(texts[0]).str.strip_chars_start(MARKS).str.slice(0, 3).str.to_lowercase()
        start = pl.when(start != "").then(start).hash(seed=0)
        frame = frame.filter((start % keep == 0).fill_null(False)).head(2 * MOST_ROWS)
        share = frame.height / context.rows
    frame = frame.with_columns(_normalised(pl.col(c)).alias(c) for c in texts)
    return _Plan(texts, others, frame, share)


def _telling(column: ColumnProfile) -> bool:
    if column.type != "text" or column.semantic in {"uuid", "url", "identifier", "date_part", "category"}:
        return False
    length = column.length_mean or 0
    return 6 <= length <= 300 and column.distinct >= 0.3 * column.present and column.present >= 0.3 * column.rows


def _of_codes(texts: pl.Series) -> bool:
    """Whether most texts are one word with digits or signs in it (formulas, paths): near is another thing there."""
    known = texts.drop_nulls().head(2_000)
    return bool(known.str.contains(CODE).sum() > 0.5 * len(known))


def _normalised(text: pl.Expr) -> pl.Expr:
    plain = text.str.normalize("NFKD").str.to_lowercase()
    plain = plain.str.replace_all(r"\p{M}", "").str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars()
    return pl.when(plain != "").then(plain)


def _pairs(plan: _Plan) -> tuple[Array, Array]:
    """Return pairs of row positions that share a block, each once, the rarest blocks first."""
    frame = plan.frame.with_row_index("i")
    blocks = [
        frame.select("i", pl.col(c).str.split(" ").alias("word"))
        .explode("word")
        .filter(pl.col("word").str.len_chars() >= 3)
        .unique()
        .select("i", pl.concat_str(pl.lit(f"{n} "), "word").hash(seed=1).alias("block"))
        for n, c in enumerate(plan.texts)
    ]
    if plan.others:
        blocks.append(frame.select("i", pl.struct(plan.others).hash(seed=1).alias("block")))
    for c in plan.texts:
        rest = [*plan.others, *(t for t in plan.texts if t != c)]
        blocks.append(frame.select("i", pl.struct(rest).hash(seed=2).alias("block")))
    every = pl.concat(blocks).with_columns(pl.len().over("block").alias("size"))
    for most in (30, 12, 5, 2):
        few = every.filter(pl.col("size").is_between(2, most))
        if (few["size"].sum() or 0) * most / 2 <= 5 * MOST_PAIRS:
            break
    joined = few.join(few, on="block", suffix="_j").filter(pl.col("i") < pl.col("i_j"))
    unique = joined.group_by("i", "i_j").agg(pl.col("size").min()).sort("size", "i", "i_j").head(MOST_PAIRS)
    return unique["i"].to_numpy(), unique["i_j"].to_numpy()


def _alike(plan: _Plan, left: Array, right: Array) -> Array:
    """Return which pairs are the same row but for small differences."""
    agreed, filled = np.zeros(len(left)), np.zeros(len(left))
    numbers, measured = np.zeros(len(left)), np.zeros(len(left))
    for name in plan.others:
        codes = plan.frame[name].rank("dense").fill_null(0).to_numpy() if _ranks(plan.frame[name]) else None
        values = codes if codes is not None else plan.frame[name].cast(pl.String).hash(seed=3).to_numpy()
        there = plan.frame[name].is_not_null().to_numpy()
        both = there[left] & there[right]
        same = values[left] == values[right]
        agreed, filled = agreed + (both & same), filled + both
        if plan.frame[name].dtype.is_numeric() and int(values.max()) > MEASURED:
            numbers, measured = numbers + (both & same), measured + both
    others = np.where(filled > 0, agreed / np.maximum(filled, 1), 0.0 if plan.others else 1.0)
    candidates = np.flatnonzero(others >= OTHERS_AGREE_LESS)
    similar, worst, equal = _similarity(plan, left[candidates], right[candidates])
    least = np.where(filled[candidates] >= 3, ALIKE, ALIKE_ALONE)
    differing = (filled - agreed)[candidates]
    few = (others[candidates] >= OTHERS_AGREE) & (differing <= np.maximum(1, 0.1 * filled[candidates]))
    measured_anew = ((measured >= FEW_NUMBERS) & (numbers < 0.5 * measured))[candidates]
    surely = (similar >= ALIKE_ALONE) & (worst >= ALIKE_EACH) & (len(plan.texts) >= 2) & ~measured_anew
    crowd = _crowd(plan)[left[candidates]] > CROWDED
    alone = crowd & (differing == 0) if len(plan.texts) == 1 else np.zeros(len(candidates), dtype=bool)
    good = (similar >= least) & (worst >= ALIKE_AT_ALL) & ~equal & (few | surely) & ~alone
    chosen = [i for i in candidates[good].tolist() if _same_words(plan, int(left[i]), int(right[i]))]
    kept = np.zeros(len(left), dtype=bool)
    kept[chosen] = True
    return kept


def _crowd(plan: _Plan) -> Array:
    """Return of each row how many are equal to it in all columns but the texts."""
    if not plan.others:
        return np.ones(plan.frame.height, dtype=np.int64)
    return plan.frame.select(pl.len().over(plan.others)).to_series().to_numpy()


def _same_words(plan: _Plan, i: int, j: int) -> bool:
    """Whether in no text both rows have a word that the other has no like of (abbreviations are alike)."""
    for name in plan.texts:
        a, b = plan.frame[name][i], plan.frame[name][j]
        if a and b and a != b:
            mine, theirs = set(a.split()) - set(b.split()), set(b.split()) - set(a.split())
            if mine & _NUMERALS and theirs & _NUMERALS:
                return False
            if _unlike(mine, theirs) and _unlike(theirs, mine):
                return False
    return True


def _unlike(words: set[str], others: set[str]) -> bool:
    from rapidfuzz import fuzz

    def alike(a: str, b: str) -> bool:
        return fuzz.ratio(a, b) >= ALIKE_WORDS or a.startswith(b) or b.startswith(a)

    if words & _TITLES and others & _TITLES:
        return True
    joined = "".join(sorted(others))
    return any(w not in joined and not any(alike(w, o) for o in others) for w in words)


def _ranks(series: pl.Series) -> bool:
    return series.dtype.is_numeric() or series.dtype.is_temporal() or series.dtype in (pl.String, pl.Boolean)


def _similarity(plan: _Plan, left: Array, right: Array) -> tuple[Array, Array, Array]:
    """Return the mean and the lowest similarity of the texts of pairs, and whether all of them are equal."""
    from rapidfuzz import fuzz, process

    total, weight = np.zeros(len(left)), np.zeros(len(left))
    worst, equal = np.full(len(left), 100.0), np.ones(len(left), dtype=bool)
    for name in plan.texts:
        texts = plan.frame[name].to_list()
        a, b = [texts[i] or "" for i in left], [texts[j] or "" for j in right]
        both = np.array([bool(x and y) for x, y in zip(a, b, strict=True)], dtype=bool)
        score = process.cpdist(a, b, scorer=fuzz.token_sort_ratio, workers=1).astype(float)
        numbers = np.array([_digits(x) == _digits(y) for x, y in zip(a, b, strict=True)], dtype=bool)
        score = np.where(numbers, score, np.minimum(score, OTHER_DIGITS))
        total, weight = total + np.where(both, score, 0), weight + both
        worst = np.where(both, np.minimum(worst, score), worst)
        equal &= np.array([x == y for x, y in zip(a, b, strict=True)], dtype=bool)
    return total / np.maximum(weight, 1), worst, equal | (weight == 0)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _clusters(left: Array, right: Array, rows: int) -> Array:
    """Return the number of the cluster of every row (connected components of the pairs)."""
    parent = np.arange(rows)

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = int(parent[i])
        return i

    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        parent[max(root(a), root(b))] = min(root(a), root(b))
    return np.array([root(i) for i in range(rows)])


def _finding(context: TableContext, plan: _Plan, left: Array, right: Array, again: int) -> Finding:
    rows = plan.frame["__row__"].to_numpy()
    order: Sequence[int] = [int(rows[i]) for pair in zip(left[:3], right[:3], strict=True) for i in pair]
    share = again / plan.frame.height
    sampled = f" of a sample of {plan.frame.height:,} rows" if plan.share < 1 else ""
    severity: Severity = "major" if share >= 0.1 else "minor"
    named = ", ".join(f"'{c}'" for c in plan.texts[:3])
    return context.finding(
        "near_duplicate",
        [],
        severity,
        f"{again:,} rows{sampled} repeat another row but for small differences in {named}.",
        rows_affected=again,
        consequence="One person or thing counts several times, and stands in training and test data at once.",
        advice="Have someone who knows the data look at the pairs; then merge them, or give each group one "
        "identifier and split by it.",
        details={"pairs": len(left), "texts": plan.texts, "compared": plan.frame.height, "sampled": plan.share < 1},
        evidence=context.evidence(order, [*plan.texts[:4], *plan.others[:2]], limit=6),
        confidence=0.7,
    )
