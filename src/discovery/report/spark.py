"""Small pictures, one a column: drawn by hand as one path, since a report may hold thousands."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from ..artifacts import ColumnSummary
from ..formats import count, number, percent
from ..language import tr
from .clean import clean, shorten

__all__ = ["sparkline"]

WIDTH, HEIGHT = 96, 22
MOST_BARS = 24


def sparkline(column: ColumnSummary, rows: int) -> Markup:
    """Return a histogram (numbers, dates) or the most frequent values (others) as SVG; empty for neither."""
    if column.histogram is not None and any(column.histogram.counts):
        heights = _squeezed(column.histogram.counts)
        return _svg(heights, _histogram_words(column), gap=0.0)
    if column.top:
        heights = [n for _, n in column.top[:10]]
        return _svg(heights, _top_words(column, rows), gap=0.25)
    return Markup("")


def _squeezed(counts: Sequence[int]) -> list[int]:
    step = -(-len(counts) // MOST_BARS)
    return [sum(counts[i : i + step]) for i in range(0, len(counts), step)]


def _svg(heights: Sequence[int], words: str, gap: float) -> Markup:
    top = max(heights) or 1
    slot = WIDTH / max(len(heights), 8 if gap else 1)
    bar = slot * (1 - gap)
    parts = []
    for i, value in enumerate(heights):
        if value > 0:
            y = HEIGHT - max(1.0, value / top * (HEIGHT - 1))
            parts.append(f"M{i * slot:.3g} {HEIGHT}V{y:.3g}h{bar:.3g}V{HEIGHT}")
    return Markup('<svg class="spark" viewBox="0 0 {} {}" role="img" aria-label="{}"><path d="{}"/></svg>').format(
        WIDTH, HEIGHT, words, "".join(parts)
    )


def _histogram_words(column: ColumnSummary) -> str:
    histogram = column.histogram
    assert histogram is not None
    peak = max(range(len(histogram.counts)), key=histogram.counts.__getitem__)
    low, high = histogram.edges[peak], histogram.edges[peak + 1]
    if column.minimum is not None and column.type in {"date", "datetime", "time"}:
        return tr("From {low} to {high}", low=shorten(column.minimum), high=shorten(column.maximum or ""))
    return tr(
        "From {low} to {high}; most, {n}, from {start} to {end}",
        low=number(histogram.edges[0]), high=number(histogram.edges[-1]), n=count(histogram.counts[peak]),
        start=number(low), end=number(high),
    )  # fmt: skip


def _top_words(column: ColumnSummary, rows: int) -> str:
    value, times = column.top[0]
    share = f", {percent(times / rows)}" if rows else ""
    words = tr("Most frequent: {value}{share}; {n} different values", value=shorten(value), share=share,
               n=count(column.distinct))  # fmt: skip
    return clean(words)
