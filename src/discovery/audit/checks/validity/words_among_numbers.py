"""One word written in several ways among the numbers of a column."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from ....artifacts import Finding
from ...context import TableContext, check
from ...vocabulary.placeholders import is_placeholder
from .categories import variants_finding

USUAL, MOST_WORDS = 3, 50
"""Cells that a word must have in its usual spelling, and different words up to which they are categories."""


@check("inconsistent_category")
def words_among_numbers(ctx: TableContext) -> Iterable[Finding]:
    """Report words in columns of numbers that differ in case or blanks only (``Wildcard``, ``WildCard``)."""
    for column in ctx.profile.columns.values():
        cells = ctx.table.columns[column.name].unparsed if column.numeric else ()
        words = [(u.row, u.text.strip()) for u in cells if any(map(str.isalpha, u.text))]
        counts = Counter(w for _, w in words if not any(map(str.isdigit, w)) and not is_placeholder(w))
        if not 2 <= len(counts) <= MOST_WORDS:
            continue
        spelled: dict[str, list[str]] = defaultdict(list)
        for word, _ in counts.most_common():
            spelled["".join(word.casefold().split())].append(word)
        wrong = {w: first for first, *rest in spelled.values() if counts[first] >= USUAL for w in rest}
        if wrong:
            rows = [row for row, word in words if word in wrong]
            found = variants_finding(ctx, column, counts, wrong)
            yield found.model_copy(update={"evidence": ctx.evidence(rows[:5], [column.name])})
