"""The figures of the report, each with a text alternative made from its data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..artifacts import AuditResult, TableSummary, UseCaseEvaluation
from ..decision.coverage import curve
from ..formats import interval, measure_name, number, percent, plural
from ..language import current, tr
from .canvas import ACCENT, BAD, INK, LINE, MUTED, PAPER, SOFT, Canvas
from .clean import shorten
from .phrases import told as spoken

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from ..engagement import UseCase

__all__ = [
    "Mark",
    "candidates_plot",
    "coverage_plot",
    "flattering",
    "learning_plot",
    "marks_of",
    "missing_plot",
    "relations_plot",
]

WIDTH = 640


@dataclass(frozen=True, slots=True)
class Mark:
    """One row of the interval plot."""

    label: str
    point: float
    bounds: tuple[float, float] | None
    holdout: float | None = None
    kind: str = "candidate"

    @property
    def words(self) -> str:
        """The row as text."""
        bounds = tr(" (95% interval {bounds})", bounds=interval(self.bounds)) if self.bounds else ""
        holdout = tr(", on rows kept aside {score}", score=number(self.holdout)) if self.holdout is not None else ""
        return f"{self.label}: {number(self.point)}{bounds}{holdout}"


def marks_of(evaluation: UseCaseEvaluation) -> list[Mark]:
    """Return what the interval plot shows: candidates, best first, then what would have flattered."""
    sign = -1 if evaluation.higher_is_better else 1
    scored = [c for c in evaluation.candidates if c.mean is not None]
    marks = [
        Mark(spoken(c.title or c.name), c.mean or 0.0, c.ci95, c.holdout,
             "recommended" if c.name == evaluation.recommended else "candidate")
        for c in sorted(scored, key=lambda c: sign * (c.mean or 0.0))
    ]  # fmt: skip
    for label, source in flattering(evaluation):
        bounds = source.get("ci95")
        pair = (
            (float(bounds[0]), float(bounds[1])) if isinstance(bounds, list | tuple) and len(bounds) == 2 else None
        )
        words = tr("{label} (flattered)", label=label)
        marks.append(Mark(words, float(source["score"]), pair, None, "flattered"))
    return marks


def flattering(evaluation: UseCaseEvaluation) -> list[tuple[str, dict[str, Any]]]:
    """Return the careless scores that are noticeably better than the honest ones, with what they are called."""
    sign = 1 if evaluation.higher_is_better else -1
    found = []
    for label, source in (
        (tr("With the leaking columns"), evaluation.with_leaks),
        (tr("With a random split"), evaluation.naive_split),
    ):
        score, honest = source.get("score"), source.get("honest")
        if isinstance(score, int | float) and isinstance(honest, int | float):
            least = 0.01 * max(abs(score), abs(honest))
            if sign * (score - honest) > least:
                found.append((label, source))
    return found


def candidates_plot(evaluation: UseCaseEvaluation, use: UseCase | None, title: str) -> Markup:
    """Return the interval plot of the candidates, with what is required as a line."""
    marks = marks_of(evaluation)
    if not marks:
        return Markup("")
    canvas = Canvas(WIDTH, 54 + 30 * len(marks))
    canvas.place(236, 44, 16, 10)
    axes = canvas.axes
    for row, mark in enumerate(reversed(marks)):
        colour = {"recommended": ACCENT, "flattered": BAD}.get(mark.kind, MUTED)
        if mark.bounds:
            axes.plot(mark.bounds, (row, row), color=colour, linewidth=3 if mark.kind == "recommended" else 2)
        hollow = mark.kind == "flattered"
        axes.plot(mark.point, row, "o", markersize=8, color=colour, markerfacecolor=PAPER if hollow else colour)
        if mark.holdout is not None:
            axes.plot(mark.holdout, row, "D", markersize=6, markerfacecolor=PAPER, markeredgecolor=INK)
    _ticks(axes)
    _rows(axes, [canvas.text(shorten(m.label, 34)) for m in reversed(marks)])
    bound = use.acceptance.quality if use else None
    limit = None if bound is None else bound.at_least if bound.at_least is not None else bound.at_most
    if limit is not None:
        axes.axvline(limit, color=INK, linestyle=(0, (4, 3)), linewidth=1.2)
    axes.set_xlabel(canvas.text(measure_name(evaluation.metric)))
    required = " " + tr("Required: {limit} (dashed line).", limit=number(limit)) if limit is not None else ""
    named = tr("{measure} of each candidate:", measure=measure_name(evaluation.metric))
    described = f"{named} {'; '.join(m.words for m in marks)}.{required}"
    return canvas.svg(f"{title}: {tr('Candidates')}", described)


def _rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    axes.tick_params(axis="both", length=0)
    for label in axes.get_yticklabels():
        label.set_color(INK)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=LINE)
    axes.set_axisbelow(True)


def _ticks(axes: Axes) -> None:
    """Write the figures at the axes with the marks of the language."""
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: current().figure(f"{value:g}"))


def _line_axes(canvas: Canvas, across: str, up: str) -> None:
    canvas.place(62, 46, 18, 12)
    canvas.axes.grid(color=LINE)
    canvas.axes.set_axisbelow(True)
    canvas.axes.tick_params(length=0)
    _ticks(canvas.axes)
    canvas.axes.set_xlabel(canvas.text(across))
    canvas.axes.set_ylabel(canvas.text(up))


def coverage_plot(evaluation: UseCaseEvaluation, title: str) -> Markup:
    """Return quality against the share of cases handled without a person."""
    points = curve(evaluation.risk_coverage)
    names = [k for k in (evaluation.metric, "quality", "accuracy", "score", "value", "risk", "error")
             if points and all(k in p for p in points)]  # fmt: skip
    if len(points) < 3 or not names:
        return Markup("")
    name = names[0]
    canvas = Canvas(WIDTH / 1.5, 260)
    _line_axes(canvas, tr("Share of cases decided without a person, %"), _sentence(measure_name(name)))
    across, up = [100 * p["share"] for p in points], [p[name] for p in points]
    if all("low" in p and "high" in p for p in points):
        canvas.axes.fill_between(across, [p["low"] for p in points], [p["high"] for p in points], color=SOFT)
    canvas.axes.plot(across, up, color=ACCENT, linewidth=2.5)
    told = "; ".join(f"{percent(p['share'])}: {number(p[name])}" for p in _some(points))
    return canvas.svg(
        f"{title}: {tr('Quality against the share decided without a person')}", f"{measure_name(name)}: {told}."
    )


def _some(points: Sequence[dict[str, float]], most: int = 8) -> list[dict[str, float]]:
    step = max(1, len(points) // most)
    return [*points[::step][:most], points[-1]]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def learning_plot(evaluation: UseCaseEvaluation, title: str) -> Markup:
    """Return the score against the rows learned from."""
    points = _learning_points(evaluation)
    if len(points) < 2:
        return Markup("")
    canvas = Canvas(WIDTH / 1.5, 260)
    _line_axes(canvas, tr("Rows learned from"), _sentence(measure_name(evaluation.metric)))
    rows, scores = [p["rows"] for p in points], [p["score"] for p in points]
    if all("low" in p and "high" in p for p in points):
        canvas.axes.fill_between(rows, [p["low"] for p in points], [p["high"] for p in points], color=SOFT)
    canvas.axes.plot(rows, scores, "o-", color=ACCENT, linewidth=2.5, markersize=6)
    told = "; ".join(f"{plural(p['rows'], 'row')}: {number(p['score'])}" for p in points)
    return canvas.svg(f"{title}: {tr('Learning curve')}", f"{measure_name(evaluation.metric)}: {told}.")


def _learning_points(evaluation: UseCaseEvaluation) -> list[dict[str, float]]:
    points = evaluation.learning_curve.get("points") or []
    found = []
    for point in points:
        rows = point.get("rows", point.get("train_rows"))
        score = point.get("score", point.get("mean"))
        if isinstance(rows, int | float) and isinstance(score, int | float):
            made = {"rows": float(rows), "score": float(score)}
            bounds = point.get("ci95")
            if isinstance(bounds, list | tuple) and len(bounds) == 2 and None not in bounds:
                made |= {"low": float(bounds[0]), "high": float(bounds[1])}
            found.append(made)
    return sorted(found, key=lambda p: p["rows"])


def calibration_plot(evaluation: UseCaseEvaluation, title: str) -> Markup:
    """Return what is predicted against what happens."""
    bins = [
        (float(b["predicted"]), float(b["observed"]))
        for b in evaluation.calibration.get("bins") or []
        if isinstance(b.get("predicted"), int | float) and isinstance(b.get("observed"), int | float)
    ]
    if len(bins) < 3:
        return Markup("")
    canvas = Canvas(WIDTH / 1.5, 260)
    of = shorten(spoken(evaluation.calibration.get("of") or "value"), 50)
    _line_axes(canvas, tr("Predicted"), tr("Observed"))
    ends = [min(min(b) for b in bins), max(max(b) for b in bins)]
    canvas.axes.plot(ends, ends, color=MUTED, linestyle=(0, (4, 3)), linewidth=1.2)
    canvas.axes.plot([b[0] for b in bins], [b[1] for b in bins], "o-", color=ACCENT, linewidth=2, markersize=6)
    told = "; ".join(f"{number(b[0])}: {number(b[1])}" for b in bins)
    said = tr("Predicted and observed ({of}): {pairs}.", of=of, pairs=told)
    return canvas.svg(f"{title}: {tr('Calibration')}", said)


def missing_plot(tables: Sequence[TableSummary], title: str, most: int = 12) -> Markup:
    """Return the columns with the largest share of missing values as bars; empty where nothing is missing."""
    shares = [
        (f"{t.name}.{c.name}" if len(tables) > 1 else c.name, c.missing / t.rows)
        for t in tables if t.rows for c in t.columns if c.missing
    ]  # fmt: skip
    shares = sorted(shares, key=lambda s: -s[1])[:most]
    shares = [s for s in shares if s[1] >= 0.01] or shares
    if not shares:
        return Markup("")
    canvas = Canvas(WIDTH, 44 + 24 * len(shares))
    canvas.place(230, 34, 40, 4)
    values = [100 * share for _, share in reversed(shares)]
    canvas.axes.barh(range(len(shares)), [100.0] * len(shares), color=SOFT, height=0.62)
    canvas.axes.barh(range(len(shares)), values, color=ACCENT, height=0.62)
    _rows(canvas.axes, [canvas.text(shorten(name, 32)) for name, _ in reversed(shares)])
    for row, value in enumerate(values):
        canvas.axes.text(101, row, canvas.text(percent(value / 100)), va="center", color=INK)
    canvas.axes.set_xlim(0, 100)
    canvas.axes.set_xlabel(canvas.text(tr("Missing, % of rows")))
    told = "; ".join(f"{name}: {percent(share)}" for name, share in shares)
    return canvas.svg(title, tr("Share of rows in which the value is missing: {told}.", told=told))


def relations_plot(audit: AuditResult, title: str) -> Markup:
    """Return the tables and which refers to which; empty without relations."""
    pairs = [p for p in map(_ends, audit.relations) if p is not None]
    tables = [t for t in audit.tables if any(t.name in p for p in pairs)]
    if not pairs or len(tables) > 14:
        return Markup("")
    targets = {b for _, b in pairs}
    right = [t for t in tables if t.name in targets]
    left = [t for t in tables if t.name not in targets]
    height = 30 + 58 * max(len(left), len(right), 1)
    canvas = Canvas(WIDTH, height)
    axes = canvas.axes
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    where = {}
    for x, group in ((130, left), (WIDTH - 130, right)):
        for i, table in enumerate(group):
            y = height - (i + 0.5) * height / len(group)
            where[table.name] = (x, y)
            _box(canvas, table, x, y)
    for a, b in dict.fromkeys(pairs):
        if a in where and b in where and a != b:
            _arrow(axes, where[a], where[b])
    told = "; ".join(tr("{a} refers to {b}", a=a, b=b) for a, b in dict.fromkeys(pairs))
    return canvas.svg(title, f"{told}.")


def _ends(relation: dict[str, object]) -> tuple[str, str] | None:
    child = relation.get("table") or relation.get("from") or relation.get("child")
    parent = relation.get("to_table") or relation.get("to") or relation.get("parent")
    return (child, parent) if isinstance(child, str) and isinstance(parent, str) else None


def _box(canvas: Canvas, table: TableSummary, x: float, y: float) -> None:
    from matplotlib.patches import FancyBboxPatch

    style = "round,pad=0,rounding_size=6"
    box = FancyBboxPatch(
        (x - 100, y - 21), 200, 42, boxstyle=style, facecolor=PAPER, edgecolor=ACCENT, linewidth=1.4
    )
    canvas.axes.add_patch(box)
    name = canvas.text(shorten(table.name, 24))
    canvas.axes.text(x, y + 3, name, ha="center", va="bottom", color=INK, fontsize=13)
    rows = canvas.text(f"{plural(table.rows, 'row')} · {plural(len(table.columns), 'column')}")
    canvas.axes.text(x, y - 3, rows, ha="center", va="top", color=MUTED, fontsize=11)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    side = 0 if start[0] == end[0] else 100
    bend = "arc3,rad=0.35" if side == 0 else "arc3,rad=0"
    shape = {"arrowstyle": "-|>,head_width=0.28,head_length=0.55", "color": MUTED, "linewidth": 1.3,
             "connectionstyle": bend, "shrinkA": 2, "shrinkB": 2 if side else 24}  # fmt: skip
    axes.annotate("", xy=(end[0] - side, end[1]), xytext=(start[0] + side, start[1]), arrowprops=shape)
