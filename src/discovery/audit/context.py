"""What a check is given, and how checks are found."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import polars as pl

from ..artifacts import Evidence, Finding, Kind, Severity
from ..engagement import Engagement, UseCase
from ..intake.table import Drop, Table
from ..masking import mask, mask_inside
from .grammar import agreed
from .personal import inside_of, kind_of, telling
from .profiling.profile import ColumnProfile, TableProfile

if TYPE_CHECKING:
    from .whole.seen import Seen

__all__ = ["EVIDENCE_ROWS", "Check", "DropContext", "TableContext", "all_checks", "check", "printable_text"]

SAMPLE_ROWS = 50_000
PIECE = 250_000
"""So many rows of a long table are looked at at once."""
EVIDENCE_ROWS = 5
View = Literal["first", "cells", "values"]

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def printable_text(text: str, keep_lines: bool = False) -> str:
    """Return ``text`` such that it can be written and shown.

    Control signs become their pictures (``␀``), lone surrogates and marks that reorder text the replacement sign.
    """
    if text.isprintable():
        return text

    def picture(match: re.Match[str]) -> str:
        code = ord(match[0])
        if keep_lines and code == 10:
            return match[0]
        return chr(0x2400 + code) if code < 32 else "␡" if code == 127 else "\ufffd"

    return _UNPRINTABLE.sub(picture, text)


@dataclass(frozen=True, slots=True)
class Check:
    """A check: a function from a context to findings, with the kinds it may return and what it is shown."""

    name: str
    kinds: tuple[Kind, ...]
    scope: Literal["table", "drop"]
    function: Callable[[Any], Iterable[Finding]]
    view: View = "cells"
    after: tuple[str, ...] = ()

    def __call__(self, context: TableContext | DropContext) -> list[Finding]:
        return list(self.function(context))


_REGISTRY: dict[str, Check] = {}
F = TypeVar("F", bound=Callable[[Any], Iterable[Finding]])


def check(
    *kinds: Kind,
    scope: Literal["table", "drop"] = "table",
    view: View = "cells",
    after: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Register the decorated function as a check that returns findings of ``kinds``.

    A check of scope ``table`` takes a :class:`TableContext`, one of scope ``drop`` a :class:`DropContext`. One with
    the view ``values`` is shown its table without the cells that checks of the view ``first``, which run before all
    others, have excluded as no values (:meth:`TableContext.exclude`); others are shown all cells. ``after`` names
    the checks of the same view whose notes (``memo``) it reads.
    """

    def register(function: F) -> F:
        name = f"{function.__module__.partition('.checks.')[2] or function.__module__}.{function.__name__}"
        _REGISTRY[name] = Check(name, kinds, scope, function, view, after)
        return function

    return register


def all_checks() -> list[Check]:
    """Return every check of ``discovery.audit.checks``: by name, but for those that come after others."""
    from . import checks

    for module in pkgutil.walk_packages(checks.__path__, checks.__name__ + "."):
        importlib.import_module(module.name)
    placed: dict[str, Check] = {}
    for name in sorted(_REGISTRY):
        _place(name, placed)
    return list(placed.values())


def _place(name: str, placed: dict[str, Check]) -> None:
    if name not in placed:
        for earlier in _REGISTRY[name].after:
            _place(earlier, placed)
        placed[name] = _REGISTRY[name]


@dataclass(eq=False)
class TableContext:
    """One table as a check sees it.

    Attributes
    ----------
    table : Table
        Typed frame, cell texts, what intake could not parse.
    profile : TableProfile
        The statistics. Use these first; touch the frame only where they do not answer.
    use_cases : sequence of UseCase
        Those about this table; ``target`` is the first one's target, if any.
    excluded : dict of str to polars.Series
        By column, the cells that stand for no value or cannot be one, as far as checks have found them.
    full : TableContext or None
        Of a context without the excluded cells: the one with them.
    seen : Seen or None
        Of a table that does not fit into memory: the sample that checks run on. ``frame`` is that sample too, and
        ``profile`` and ``rows`` are of all rows.
    """

    table: Table
    profile: TableProfile
    engagement: Engagement
    as_of: date
    seed: int = 0
    memo: dict[str, Any] = field(default_factory=dict)
    excluded: dict[str, pl.Series] = field(default_factory=dict)
    full: TableContext | None = None
    seen: Seen | None = None

    @property
    def name(self) -> str:
        """The table's name."""
        return self.table.name

    @property
    def frame(self) -> pl.DataFrame:
        """The typed columns, all rows."""
        return self.table.frame

    @property
    def rows(self) -> int:
        """Number of data rows."""
        return self.table.rows

    @cached_property
    def use_cases(self) -> Sequence[UseCase]:
        """The use cases about this table whose target is in it."""
        return [u for u in self.engagement.for_table(self.name) if u.target in self.table.columns]

    @property
    def target(self) -> str | None:
        """The target of the first use case about this table."""
        return self.use_cases[0].target if self.use_cases else None

    @cached_property
    def targets(self) -> frozenset[str]:
        """The targets of all use cases about this table."""
        return frozenset(u.target for u in self.use_cases)

    @cached_property
    def sample(self) -> pl.DataFrame:
        """At most ``SAMPLE_ROWS`` rows, drawn with the run's seed, in the order of the table."""
        return self.sample_with_rows.drop("__row__")

    @cached_property
    def sample_with_rows(self) -> pl.DataFrame:
        """As ``sample``, with the column ``__row__`` (counted from 1) first."""
        frame = self.frame.with_row_index("__row__", offset=1)
        if frame.height <= SAMPLE_ROWS:
            return frame
        return frame.sample(SAMPLE_ROWS, seed=self.seed, shuffle=False).sort("__row__")

    def exclude(self, column: str, cells: pl.Series) -> None:
        """Note which cells of a column of numbers or dates are no values, for the checks that measure values."""
        known = self.excluded.get(column)
        self.excluded[column] = cells if known is None else known | cells
        self.__dict__.pop("values", None)

    @cached_property
    def values(self) -> TableContext:
        """The table without the excluded cells; the same one where there are none."""
        from .excluded import without_excluded

        return without_excluded(self)

    def columns(self, *types: str) -> Iterator[ColumnProfile]:
        """Iterate over the profiles of the columns of the given types (all, if none is given)."""
        return (c for c in self.profile.columns.values() if not types or c.type in types)

    def is_personal(self, column: str) -> bool:
        """Whether values of ``column`` must not be shown."""
        return kind_of(self.full or self, column) is not None

    def show(self, column: str, value: object, limit: int = 80) -> str:
        """Return ``value`` as it may be shown: masked if personal, and shortened.

        Of other columns, what is personal in a value is masked: a telephone number in a column of amounts, names in
        texts that hold some.
        """
        table = self.full or self
        text = "" if value is None else str(value)
        if text.lower() in {"true", "false"} and table.profile[column].type == "boolean":
            text = table.written(column, text.lower() == "true")
        kind = kind_of(table, column)
        if kind is not None:
            text = mask(text, kind)
        elif len(text) > 40 or table.profile[column].semantic == "free_text" or telling(text):
            text = mask_inside(text[: 4 * limit])
        elif len(text) > 5 and inside_of(table, table.profile[column]).rows:
            text = mask_inside(text)
        text = printable_text(text)
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def written(self, column: str, value: bool) -> str:
        """Return a truth value as the file has it (``f``), the first time."""
        texts, cells = self.table.texts, self.frame[column]
        there = cells == value
        if texts is None or column not in texts.columns or texts.height != len(cells) or not there.any():
            return str(value)
        return str(texts[column][int(there.arg_max() or 0)]).strip()

    def show_any(self, column: str, value: object, limit: int = 80) -> str:
        """Return as ``show``, for cells that may belong to no column of the table."""
        if column in self.profile.columns:
            return self.show(column, value, limit)
        text = printable_text(mask_inside(("" if value is None else str(value))[: 4 * limit]))
        return text if len(text) <= limit else text[: limit - 1] + "…"

    def evidence(self, rows: Iterable[int], columns: Sequence[str], limit: int = EVIDENCE_ROWS) -> list[Evidence]:
        """Return the cells of ``columns`` at ``rows`` (counted from 1) as in the file, masked if personal."""
        chosen = [int(r) for r in islice(rows, limit)]
        table = (self.full or self).table
        cells = {c: table.cells(c, chosen) for c in columns}
        return [
            Evidence(row=row, values={c: self.show(c, texts[i]) for c, texts in cells.items()})
            for i, row in enumerate(chosen)
        ]

    def rows_where(self, mask_: pl.Series | pl.Expr, limit: int | None = EVIDENCE_ROWS) -> list[int]:
        """Return the rows (counted from 1) where the Boolean ``mask_`` holds, at most ``limit``."""
        series = self.frame.select(mask_.alias("m"))["m"] if isinstance(mask_, pl.Expr) else mask_
        series = series.fill_null(False) if series.null_count() else series
        if limit is None:
            return (series.arg_true() + 1).to_list()
        rows: list[int] = []
        for at in range(0, len(series), PIECE):  # the place of every row would take much room in a long table
            rows += (series.slice(at, PIECE).arg_true().head(limit - len(rows)) + at + 1).to_list()
            if len(rows) == limit:
                break
        return rows

    def repeated_rows(self, key: Sequence[str]) -> list[int]:
        """Return the rows (counted from 1) whose ``key`` is filled and occurs more than once, sorted by it."""
        repeated = pl.struct(key).is_duplicated() & pl.all_horizontal(pl.col(list(key)).is_not_null())
        rows = self.frame.select(key).with_row_index("__row__", offset=1).filter(repeated)
        return rows.sort(key, maintain_order=True)["__row__"].to_list()

    def finding(
        self,
        kind: Kind,
        columns: str | Sequence[str],
        severity: Severity,
        summary: str,
        *,
        rows_affected: int = 0,
        **more: Any,
    ) -> Finding:
        """Return a finding about this table, with ``fraction`` worked out."""
        names = [columns] if isinstance(columns, str) else list(columns)
        fraction = min(1.0, rows_affected / self.rows) if self.rows else 0.0
        return Finding(
            kind=kind,
            table=self.name,
            columns=names,
            severity=severity,
            summary=agreed(summary),
            rows_affected=int(rows_affected),
            fraction=round(fraction, 6),
            **more,
        )


@dataclass(eq=False)
class DropContext:
    """All tables of a drop as a check across tables sees them.

    ``previous`` is the directory of an earlier run. A check that works out how tables are related puts them into
    ``memo["relations"]``, as mappings; they become the relations of the result.
    """

    drop: Drop
    tables: Mapping[str, TableContext]
    engagement: Engagement
    as_of: date
    previous: Path | None = None
    memo: dict[str, Any] = field(default_factory=dict)
