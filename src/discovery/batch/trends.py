"""Small figures of how an engagement's runs went over time, as SVG and tables."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .entry import Entry

__all__ = ["head", "line", "render_trends"]

LATEST = 60
DECISIONS = 12
SHORT = 12
NOTICEABLE = 0.2
"""The height of a figure is at least this share of its largest value, so that small moves look small."""
WIDTH, HEIGHT, EDGE = 240.0, 64.0, 6.0


def render_trends(done: Sequence[Entry]) -> str:
    """Return how rows, findings, quality and decisions went over the drops done; "" for fewer than two."""
    if len(done) < 2:
        return ""
    recent = [(e.name, e.figures) for e in done[-LATEST:]]
    series: dict[str, list[tuple[str, float]]] = {"Rows": [], "Blocking and major findings": []}
    for name, figures in recent:
        if "rows" in figures:
            series["Rows"].append((name, figures["rows"]))
        if "major" in figures:
            series["Blocking and major findings"].append((name, figures.get("blocker", 0) + figures["major"]))
        for case, quality in figures.get("quality", {}).items():
            series.setdefault(f"{case}: {quality['metric']}", []).append((name, quality["value"]))
    drawn = "\n".join(line(title, points) for title, points in series.items() if len(points) > 1)
    decisions = [(name, figures.get("decisions", {})) for name, figures in reversed(recent[-DECISIONS:])]
    return f'<h2>Over time</h2>\n<div class="trends">\n{drawn}\n</div>\n{_decisions(decisions)}'


def line(title: str, points: Sequence[tuple[str, float]]) -> str:
    """Return one line over drops as a figure, with a text alternative made from its data."""
    values = [v for _, v in points]
    low, high = min(values), max(values)
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    span = max(high - low, NOTICEABLE * max(abs(low), abs(high))) or 1.0
    centre = (low + high) / 2
    scale = (HEIGHT - 2 * EDGE) / span
    places = [(EDGE + i * step, HEIGHT / 2 - (v - centre) * scale) for i, v in enumerate(values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    first, last = points[0], points[-1]
    words = (
        f"{title}: {_number(first[1])} in {first[0]}, {_number(last[1])} in {last[0]};"
        f" lowest {_number(low)}, highest {_number(high)}"
    )
    return (
        f'<figure><svg viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(words)}">'
        f'<polyline points="{path}" fill="none" stroke="currentColor" stroke-width="2"/>'
        f'<circle cx="{places[-1][0]:.1f}" cy="{places[-1][1]:.1f}" r="3.5" fill="currentColor"/></svg>'
        f"<figcaption>{escape(title)}: <strong>{_number(last[1])}</strong>, was {_number(points[-2][1])}"
        "</figcaption></figure>"
    )


def head(name: str, scope: str) -> str:
    """Return the head of a row or column that a drop has; a short name such as a date is kept on one line."""
    kept = ' class="w"' if len(name) <= SHORT else ""
    return f'<th scope="{scope}"{kept}>{escape(name)}</th>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.3f}"


def _decisions(runs: Sequence[tuple[str, dict[str, str]]]) -> str:
    cases = dict.fromkeys(case for _, decisions in runs for case in decisions)
    if not cases:
        return ""
    heads = "".join(head(name, "col") for name, _ in runs)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(case)}</th>'
        + "".join(f"<td>{escape(str(decisions.get(case, '–')))}</td>" for _, decisions in runs)
        + "</tr>"
        for case in cases
    )
    return (
        '<div class="wide" tabindex="0" role="group" aria-label="Decisions over time"><table>'
        f"<caption>Decisions, the latest {len(runs)} drops, newest first</caption>"
        f'<thead><tr><th scope="col">Use case</th>{heads}'
        f"</tr></thead><tbody>\n{rows}\n</tbody></table></div>"
    )
