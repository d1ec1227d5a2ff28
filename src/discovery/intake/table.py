"""Tables as intake hands them on: typed columns, with every cell that did not parse kept as evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from ..artifacts import InputFile
from .cells.compact import as_text, counted, is_compact

if TYPE_CHECKING:
    import pandas as pd

    from .whole import Whole

__all__ = [
    "LEFT_OUT",
    "ColumnType",
    "Declared",
    "Drop",
    "Problem",
    "Quarantined",
    "Reading",
    "Table",
    "TableColumn",
    "Unparsed",
    "value_counts",
]

_GROUPED = 50_000
"""From so many cells on a query pays."""

ColumnType = Literal["integer", "number", "boolean", "date", "datetime", "time", "text", "empty"]


@dataclass(frozen=True, slots=True)
class Unparsed:
    """A cell that is not of its column's type. ``row`` counts data rows from 1; ``text`` is as in the file."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """What intake knows of a column.

    Attributes
    ----------
    name : str
        Unique within the table; equal to ``original`` unless that was blank or taken.
    type : ColumnType
        The type that the cells were read as.
    original : str
        The header as the file has it.
    unparsed : sequence of Unparsed
        *All* cells that are not of the type (null in the frame), in row order.
    format : str
        How the text was read, where it was: ``decimal comma``, ``%d/%m/%Y``, ``percent``, ``EUR``.
    confidence : float
        Share of the non-empty cells that parsed, lowered where the format was ambiguous.
    notes : mapping
        Further readings, e.g. ``{"leading_zeros": 12, "padded": 100, "ambiguous_day_month": 40}``.
    """

    name: str
    type: ColumnType
    original: str = ""
    unparsed: Sequence[Unparsed] = ()
    format: str = ""
    confidence: float = 1.0
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row of the file that could not be read into the table."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about the file that the audit turns into a finding (kinds of the family ``file``)."""

    kind: Literal["encoding", "header_problem", "unreadable_rows", "empty_rows", "mixed_type", "format_violation"]
    summary: str
    advice: str = ""
    columns: Sequence[str] = ()
    rows: int = 0
    evidence: Sequence[Mapping[str, Any]] = ()
    severity: Literal["blocker", "major", "minor", "info"] = "minor"
    consequence: str = ""
    """Where it is not the usual one of its kind."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader assumed, and how surely."""

    format: str
    encoding: str = ""
    dialect: Mapping[str, Any] = field(default_factory=dict)
    header_row: int | None = None
    sheet: str = ""
    confidence: float = 1.0
    assumptions: Sequence[str] = ()
    quarantined: Sequence[Quarantined] = ()
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Declared:
    """What a database says of one of its tables.

    Attributes
    ----------
    key : sequence of str
        The columns of the primary key.
    references : sequence of (columns, table, columns there)
        The foreign keys; the table as it is called in the drop.
    view : bool
        Whether it is a view: its rows are those of other tables.
    sampled : bool
        Whether the frame is but a sample of its rows.
    """

    key: Sequence[str] = ()
    references: Sequence[tuple[Sequence[str], str, Sequence[str]]] = ()
    view: bool = False
    sampled: bool = False


@dataclass(frozen=True, eq=False)
class Table:
    """One rectangular data set.

    Attributes
    ----------
    name : str
        Unique within the drop.
    source : str
        File (relative to the drop), with the sheet where there is one; or the database table.
    frame : polars.DataFrame
        Typed columns in the order of the file. Empty cells, and cells that did not parse, are null.
    columns : mapping of str to TableColumn
        In the order of the frame.
    texts : polars.DataFrame or None
        The cells as text, untrimmed, of those columns that are text in the source: all of a text file, the columns
        of text of a typed source where that tells more than ``frame``. Columns of few short texts are Categorical,
        as many texts take much room; :meth:`text` and :meth:`written` give texts.
    whole : Whole or None
        All rows, of a table that does not fit into memory: ``frame`` and ``texts`` are then a sample of them.
    declared : Declared
        What the database says of the table, where it is from one.
    """

    name: str
    source: str
    frame: pl.DataFrame
    columns: Mapping[str, TableColumn]
    texts: pl.DataFrame | None = None
    reading: Reading = Reading(format="memory")
    whole: Whole | None = None
    declared: Declared = Declared()
    memo: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    """What was worked out of the frame and is wanted again, by what it is; it may be emptied at any time."""

    @property
    def rows(self) -> int:
        """Number of data rows, exact, also where ``frame`` is but a sample of them."""
        return self.frame.height if self.whole is None else self.whole.rows

    def value_counts(self, column: str) -> pl.DataFrame:
        """Return the distinct values of a column of text as ``v`` with their counts ``n``, in no order; kept."""
        key = f"value_counts:{column}"
        if key not in self.memo:
            cells = self.frame[column]
            self.memo[key] = value_counts(cells if cells.dtype == pl.String else cells.cast(pl.String))
        found: pl.DataFrame = self.memo[key]
        return found

    def text(self, column: str) -> pl.Series:
        """Return the cells of ``column`` as text: as in the file for text sources, else formatted."""
        written: pl.Series | None = self.texts.get_column(column, default=None) if self.texts is not None else None
        if written is not None:
            return as_text(written)
        cells = self.frame[column]
        if cells.dtype.is_nested() or cells.dtype.base_type() in (pl.Object, pl.Binary):
            return pl.Series(column, [_text(v) for v in cells.to_list()], dtype=pl.String)
        return cells.cast(pl.String, strict=False)

    def written(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return those of ``columns`` of which ``texts`` has the cells, as text."""
        return pl.DataFrame([self.text(c) for c in columns if self.texts is not None and c in self.texts.columns])

    def cells(self, column: str, rows: Sequence[int]) -> list[str | None]:
        """Return the text of ``column`` at ``rows`` (counted from 1), as :meth:`text` has it."""
        places = pl.Series([int(r) - 1 for r in rows], dtype=pl.UInt32)
        if self.texts is not None and column in self.texts.columns:
            return as_text(self.texts[column].gather(places)).to_list()
        return self.frame[column].gather(places).cast(pl.String, strict=False).to_list()

    def to_pandas(self) -> pd.DataFrame:
        """Return the typed columns as pandas, with numpy dtypes where they hold (integers with gaps: float)."""
        return self.frame.to_pandas()

    def named(self, name: str) -> Table:
        """Return the table under another name, with what was worked out of its frame."""
        if name == self.name:
            return self
        table = replace(self, name=name)
        table.memo.update(self.memo)
        return table

    @classmethod
    def from_frame(cls, name: str, frame: Any, source: str = "memory") -> Table:
        """Make a table of a polars or pandas frame as it is: nothing is parsed, but nested values are flattened."""
        polars = frame if isinstance(frame, pl.DataFrame) else _of_pandas(frame)
        if any(d.is_nested() or d.base_type() in (pl.Object, pl.Binary) for d in polars.dtypes):
            from .columnar import plain_frame

            polars, _ = plain_frame(polars)
        columns = {c: TableColumn(c, type_of(d), c) for c, d in polars.schema.items()}
        return cls(name, source, polars, columns)

    def __repr__(self) -> str:
        """Say what the table is without a value of it: values may be personal, and a repr ends up in logs."""
        return f"<Table {self.name!r} of {self.source!r}: {self.rows:,} rows, {len(self.columns):,} columns>"

    def _repr_html_(self) -> str:
        from ..show import overview

        return overview(self)


LEFT_OUT = frozenset(
    {
        "hidden or made by the system",
        "not a kind of file that holds data",
        "a text about the data",
        "not a file",
        "another sheet is named in engagement.yaml",
        "the sheet has no data",
        "the sheet has one cell only",
    }
)
"""Why a file or a sheet is left out without a loss: it is no data, or was not asked for."""


@dataclass(frozen=True, eq=False)
class Drop:
    """One delivery of data: its files, and the tables that were in them.

    ``skipped`` has what was left out, with the reason; ``unread`` what of it is data that could not be read.
    """

    name: str
    tables: Mapping[str, Table]
    files: Sequence[InputFile] = ()
    skipped: Sequence[tuple[str, str]] = ()

    @property
    def unread(self) -> list[tuple[str, str]]:
        """The files and sheets that were to be read and could not be, with the reason."""
        return [(name, reason) for name, reason in self.skipped if reason not in LEFT_OUT]

    @property
    def hash(self) -> str:
        """Content hash over all files: independent of their order and of the drop's name."""
        import hashlib

        digest = hashlib.sha256()
        for file in sorted(self.files, key=lambda f: f.path):
            digest.update(f"{file.path}\0{file.sha256}\n".encode("utf-8", "surrogatepass"))
        return digest.hexdigest()

    def __repr__(self) -> str:
        return f"<Drop {self.name!r}: {', '.join(map(repr, self.tables.values()))}>"

    def _repr_html_(self) -> str:
        from ..show import overview

        return overview(self)


def value_counts(cells: pl.Series) -> pl.DataFrame:
    """Return the distinct values as ``v`` with their counts ``n``, in no order; empty cells are left out."""
    if is_compact(cells):
        return counted(cells)
    there = cells.drop_nulls().alias("v") if cells.null_count() else cells.alias("v")
    if len(there) < _GROUPED:
        return there.value_counts(name="n")
    return there.to_frame().lazy().group_by("v").agg(n=pl.len()).collect()


def _of_pandas(frame: Any) -> pl.DataFrame:
    """Convert column by column, as text where a column mixes kinds that Arrow cannot hold together."""
    names = [str(c) for c in frame.columns]
    columns = []
    for position, name in enumerate(names):
        cells = frame.iloc[:, position]
        try:
            columns.append(pl.from_pandas(cells).alias(name))
        except Exception:  # Arrow's errors for what it cannot convert have no common base
            absent = cells.isna().tolist()
            texts = [None if a else _text(v) for v, a in zip(cells.tolist(), absent, strict=True)]
            columns.append(pl.Series(name, texts, dtype=pl.String))
    return pl.DataFrame(columns)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, pl.Series):
        value = value.to_list()
    return json.dumps(value, default=str, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


def type_of(dtype: pl.DataType) -> ColumnType:
    """Return the column type that a polars dtype stands for."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_numeric():
        return "number"
    simple: dict[type[pl.DataType], ColumnType] = {
        pl.Boolean: "boolean",
        pl.Date: "date",
        pl.Datetime: "datetime",
        pl.Time: "time",
        pl.Null: "empty",
    }
    return simple.get(dtype.base_type(), "text")
