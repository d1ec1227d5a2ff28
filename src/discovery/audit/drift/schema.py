"""Columns that were added, dropped, renamed or retyped, told by name and by content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ...artifacts import Finding, Severity

if TYPE_CHECKING:
    from ..context import TableContext
    from ..profiling.sketch import ColumnSketch, Sketch, TableSketch
    from .history import Overlap

__all__ = ["SchemaDelta", "match_schema", "schema_findings", "table_findings"]

_KIN = {"integer": "number", "date": "datetime"}


@dataclass(frozen=True)
class SchemaDelta:
    """How the columns of two drops match.

    Attributes
    ----------
    added, dropped : tuple of str
        Columns of the later and of the earlier drop only.
    renamed : mapping of str to str
        Earlier name to later name.
    retyped : mapping of str to tuple of str
        Later name to the earlier and the later type.
    """

    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    retyped: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def new_name(self, old: str) -> str | None:
        """Return what the earlier column ``old`` is called now; None if it is gone."""
        return None if old in self.dropped else self.renamed.get(old, old)

    @property
    def changed(self) -> bool:
        """Whether an earlier column is gone, has another name or another type."""
        return bool(self.dropped or self.renamed or self.retyped)


def match_schema(old: TableSketch, new: TableSketch, shared: Overlap) -> SchemaDelta:
    """Match the columns of two sketches of one table: first by name, what is left over by content."""
    was, now = {c.name: c for c in old.columns}, {c.name: c for c in new.columns}
    gone = [c for c in old.columns if c.name not in now]
    come = [c for c in new.columns if c.name not in was]
    scores = sorted(
        ((_alike(a, b, old, new, shared), a.name, b.name) for a in gone for b in come),
        key=lambda s: (-s[0], s[1], s[2]),
    )
    renamed: dict[str, str] = {}
    for score, before, after in scores:
        if score >= 0.5 and before not in renamed and after not in renamed.values():
            renamed[before] = after
    pairs = [(c, now[c.name]) for c in old.columns if c.name in now]
    pairs += [(was[a], now[b]) for a, b in renamed.items()]
    retyped = {b.name: (a.type, b.type) for a, b in pairs if a.type != b.type and "empty" not in (a.type, b.type)}
    return SchemaDelta(
        added=tuple(c.name for c in come if c.name not in renamed.values()),
        dropped=tuple(c.name for c in gone if c.name not in renamed),
        renamed=renamed,
        retyped=retyped,
    )


def _alike(a: ColumnSketch, b: ColumnSketch, old: TableSketch, new: TableSketch, shared: Overlap) -> float:
    """Return from 0 to 1 how surely ``b`` is ``a`` under another name; 0.5 is enough.

    The cells of rows that both drops share are the best witness. Else the vocabulary or the quantiles must agree,
    and the fewer values a column has, the more the names must say.
    """
    if _KIN.get(a.type, a.type) != _KIN.get(b.type, b.type):
        return 0.0
    named = _names_alike(a.name, b.name)
    equal = shared.cell(_place(old, a.name), _place(new, b.name))
    if equal is not None and equal.len() >= 20:
        share = float(equal.mean() or 0.0)  # type: ignore[arg-type]
        telling = min(a.distinct, b.distinct) > 2
        return share if share >= 0.8 and (telling or named >= 0.5) else 0.0
    content = _content_alike(a, b)
    if a.categories is not None:
        return content * (0.4 + 0.6 * named) if content >= 0.7 else 0.0
    return min(1.0, content * (0.65 + 0.35 * named)) if content >= 0.3 else 0.0


def _place(sketch: TableSketch, name: str) -> int:
    return next(i for i, c in enumerate(sketch.columns) if c.name == name)


def _names_alike(a: str, b: str) -> float:
    from rapidfuzz import fuzz

    one, two = a.casefold().replace("_", " "), b.casefold().replace("_", " ")
    return max(fuzz.token_set_ratio(one, two), fuzz.ratio(one, two)) / 100


def _content_alike(a: ColumnSketch, b: ColumnSketch) -> float:
    if a.categories is not None and b.categories is not None:
        total_a, total_b = sum(a.categories.values()), sum(b.categories.values())
        return sum(min(c / total_a, b.categories.get(h, 0) / total_b) for h, c in a.categories.items())
    if a.sampled and b.sampled:
        limit = min(a.sampled[-1], b.sampled[-1])
        one, two = {h for h in a.sampled if h <= limit}, {h for h in b.sampled if h <= limit}
        if one & two:
            return max(len(one & two) / len(one | two), _quantiles_alike(a, b))
    return _quantiles_alike(a, b)


def _quantiles_alike(a: ColumnSketch, b: ColumnSketch) -> float:
    if not a.quantiles or not b.quantiles:
        return 0.0
    scale = (a.quantiles[30] - a.quantiles[10]) or (a.quantiles[-1] - a.quantiles[0])
    if scale <= 0:
        return 0.0
    inner = range(2, 39)
    # A value that stands for missing is far away, and its share may end just before a quantile or just after.
    distance = sum(min(abs(a.quantiles[i] - b.quantiles[i]) / scale, 1.0) for i in inner) / len(inner)
    return max(0.0, 1 - 5 * distance)


def schema_findings(context: TableContext, old: TableSketch, delta: SchemaDelta) -> list[Finding]:
    """Return the change of schema as findings: one a column, for each has its own remedy."""
    return [*_lost(context, delta), *_retyped(context, delta), *_come(context, old, delta)]


def _lost(context: TableContext, delta: SchemaDelta) -> Iterator[Finding]:
    targets = {u.target for u in context.engagement.for_table(context.name)}
    for before, after in delta.renamed.items():
        yield context.finding(
            "schema_change",
            [before, after],
            "blocker" if before in targets else "major",
            f"{before} is now called {after}: the content is the same.",
            consequence="Whatever reads the column by its old name fails or sees it as missing.",
            advice="Have the client confirm the new name, and map it when reading.",
            fix=f"df = df.rename(columns={{{after!r}: {before!r}}})",
            details={"change": "renamed", "from": before, "to": after},
        )
    for name in delta.dropped:
        yield context.finding(
            "schema_change",
            name,
            "blocker" if name in targets else "major",
            f"{name} was in the last drop and is not in this one.",
            consequence="A model or a figure that uses it cannot be made from this drop.",
            advice="Ask the client to deliver it again, or to confirm that it is no longer kept.",
            details={"change": "dropped"},
        )


def _retyped(context: TableContext, delta: SchemaDelta) -> Iterator[Finding]:
    for name, (before, after) in delta.retyped.items():
        kin = _KIN.get(before, before) == _KIN.get(after, after)
        severity: Severity = "minor" if kin else "major"
        yield context.finding(
            "schema_change",
            name,
            severity,
            f"{name} held {before} values in the last drop and holds {after} values now.",
            consequence="Comparisons, sums and joins on it change their meaning or fail.",
            advice="Ask the client what changed in the export, and have the earlier format restored.",
            details={"change": "retyped", "from": before, "to": after},
        )


def _come(context: TableContext, old: TableSketch, delta: SchemaDelta) -> Iterator[Finding]:
    for name in delta.added:
        yield context.finding(
            "schema_change",
            name,
            "info",
            f"{name} is new: the last drop of {len(old.columns)} columns did not have it.",
            consequence="It has no history, so a model cannot have learned from it yet.",
            advice="Ask the client what it means and since when it is kept.",
            details={"change": "added"},
        )


def table_findings(contexts: Mapping[str, TableContext], before: Sketch) -> list[Finding]:
    """Return the tables that are gone and those that are new."""
    found = [
        Finding(
            kind="schema_change",
            table=name,
            severity="major",
            summary=f"The table {name} ({sketch.rows:,} rows in the last drop) is not in this drop.",
            consequence="What is worked out from it cannot be brought up to date.",
            advice="Ask the client to deliver it.",
            details={"change": "table dropped"},
        )
        for name, sketch in before.tables.items()
        if name not in contexts
    ]
    found += [
        context.finding(
            "schema_change",
            [],
            "info",
            f"The table {name} ({context.rows:,} rows) is new.",
            consequence="Nothing can be compared with an earlier drop yet.",
            advice="Ask the client what it holds.",
            details={"change": "table added"},
        )
        for name, context in contexts.items()
        if name not in before.tables
    ]
    return found
