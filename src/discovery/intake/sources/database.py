"""Tables of a database, through SQLAlchemy, in a transaction that can only read."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from ...artifacts import InputFile
from ...errors import DataError, suggest
from ...sql import one_select
from ..cells.assemble import table_of_frame
from ..cells.header import unique_names
from ..table import Declared, Reading, Table
from .connection import connected, is_database_url, safe_url, stop_behind

__all__ = ["MOST_ROWS", "database_files", "is_database_url", "read_database", "read_query", "safe_url"]

MOST_ROWS = 5_000_000
_ROWS_A_PART = 50_000
_FEW = 1.0
"""Below this share (percent), whole pages are drawn: the others need not be read."""
_PRIME, _GOLDEN, _NUMBER = 2_097_143, 1_296_106, "row_number_of_sample"
_READ_ONLY = "Read in a transaction that cannot write"


def read_database(
    url: str,
    tables: Sequence[str] = (),
    *,
    queries: Mapping[str, str] | None = None,
    schema: str | None = None,
    views: bool = False,
    most_rows: int = MOST_ROWS,
) -> list[Table]:
    """Read tables of a database and the results of queries, in one transaction that cannot write.

    Parameters
    ----------
    url : str
        SQLAlchemy URL. It is never shown with its password.
    tables : sequence of str
        Their names, with the schema where it is another; empty: all, or none where there are queries.
    queries : mapping of str to str, optional
        What tables are called, and the one statement that selects each.
    schema : str, optional
        The schema of ``tables``; None: the default one.
    views : bool
        Whether views are read too where ``tables`` is empty. What they show is in the tables already; where there
        are no tables, they are read anyway.
    most_rows : int
        A larger table is sampled in the database; the rule is stated in the assumptions of its reading.

    Raises
    ------
    DataError
        If the database cannot be reached, a table is not there, or a query is none or fails.
    """
    statements = {name: _select(sql) for name, sql in (queries or {}).items()}
    shown = safe_url(url)
    with connected(url) as connection:
        names, left_out = _names(connection, tables, schema, views, shown) if tables or not statements else ([], [])
        read = [_table(connection, name, shown, most_rows) for name in names]
        if left_out:
            read[0] = _noted(read[0], left_out)
        return read + [_query(connection, sql, name, shown, most_rows) for name, sql in statements.items()]


def _noted(table: Table, views: Sequence[str]) -> Table:
    """Return the table with a word on the views that were left out."""
    few = ", ".join(views[:5]) + (" …" if len(views) > 5 else "")
    said = f"What views show is in the tables; {len(views):,} of them not read: {few}"
    return replace(table, reading=replace(table.reading, assumptions=(*table.reading.assumptions, said)))


def _names(
    connection: Any, tables: Sequence[str], schema: str | None, views: bool, shown: str
) -> tuple[list[str], list[str]]:
    """Return the names of the tables to read, with the schema where it is not the default one, and of the views
    that are left out."""
    import sqlalchemy as sa

    inspector = sa.inspect(connection)
    if schema is not None and schema not in (schemas := inspector.get_schema_names()):
        raise DataError(f"there is no schema '{schema}'", where=shown, mend=suggest(schema, schemas))
    known = sorted(inspector.get_table_names(schema))
    there = sorted(inspector.get_view_names(schema))
    seen = there if views or tables or not known else []
    for wanted in tables:
        if wanted not in [*known, *seen] and "." not in wanted:
            raise DataError(f"there is no table '{wanted}'", where=shown, mend=suggest(wanted, [*known, *seen]))
    names = list(tables) or sorted([*known, *seen])
    if not names:
        what = f"the schema '{schema}'" if schema else "the database"
        raise DataError(f"{what} has no tables", where=shown, mend="Look whether it is the right one.")
    names = [f"{schema}.{n}" if schema and n in [*known, *seen] else n for n in names]
    return names, [] if tables or seen else there


def read_query(url: str, sql: str, name: str = "query") -> Table:
    """Read what a query gives, as a table.

    Parameters
    ----------
    url : str
        SQLAlchemy URL. It is never shown with its password.
    sql : str
        One statement that selects. It runs in a transaction that cannot write.
    name : str
        What the table is called.

    Raises
    ------
    DataError
        If the database cannot be reached, or the query is none or fails.
    """
    return read_database(url, queries={name: sql})[0]


def _select(sql: str) -> str:
    try:
        return one_select(sql)
    except ValueError as error:
        raise DataError(str(error), where="sql", mend="Give one SELECT.") from None


def _query(connection: Any, statement: str, name: str, shown: str, most_rows: int) -> Table:
    import sqlalchemy as sa

    said = [_READ_ONLY, "The table is the result of a query"]
    total = _count(connection, statement)
    if total is not None and total > most_rows:
        # The last column numbers the rows; it is left out again.
        inner = f"SELECT given.*, row_number() OVER () AS {_NUMBER} FROM ({statement}\n) AS given"
        hashed = f"({_NUMBER} % {_PRIME}) * {_GOLDEN} % {_PRIME} < {int(_PRIME * most_rows / total)}"
        statement = f"SELECT * FROM ({inner}) AS numbered WHERE {hashed}"
        said.append(
            f"A sample of about {most_rows:,} of {total:,} rows, drawn in the database: by a hash of their place"
        )
    asked = sa.text(statement.replace(":", "\\:")).execution_options(stream_results=True)
    result = connection.execute(asked)
    names = [str(k) for k in tuple(result.keys())]
    if not names:
        result.close()
        raise DataError("the query selects no column", where=shown, mend="Name columns, or give * for all.")
    frame = _frame(result, unique_names(names))
    if names[-1] == _NUMBER:
        frame = frame.drop(frame.columns[-1])
    return table_of_frame(name, f"{shown}#{name}", frame, Reading(format="database", assumptions=tuple(said)))


def _count(connection: Any, statement: str) -> int | None:
    """Return how many rows a query gives; None where the database takes no query as a table."""
    import sqlalchemy as sa

    counted = f"SELECT count(*) FROM ({statement}\n) AS given"
    try:
        with connection.begin_nested():
            return int(connection.execute(sa.text(counted.replace(":", "\\:"))).scalar_one())
    except sa.exc.SQLAlchemyError as error:
        if (stop := stop_behind(error)) is not None:
            raise stop from None
        return None


def database_files(tables: Sequence[Table]) -> tuple[InputFile, ...]:
    """Return each table as if it were a file; its content hash does not hang on the order of the rows."""
    return tuple(_as_file(t) for t in tables)


def _as_file(table: Table) -> InputFile:
    frame = table.frame if table.texts is None else table.frame.with_columns(table.written(table.texts.columns))
    buffer = io.BytesIO()
    frame.select(pl.all().cast(pl.String, strict=False)).write_csv(buffer, quote_style="always")
    lines = buffer.getvalue().split(b"\n")
    head, body = lines[0], sorted(lines[1:])
    digest = hashlib.sha256(head)
    for line in body:
        digest.update(b"\n" + line)
    return InputFile(path=table.source, sha256=digest.hexdigest(), bytes=buffer.tell())


def _table(connection: Any, name: str, shown: str, most_rows: int) -> Table:
    import sqlalchemy as sa
    from sqlalchemy.exc import NoSuchTableError

    schema, _, bare = name.rpartition(".")
    try:
        table = sa.Table(bare, sa.MetaData(), autoload_with=connection, schema=schema or None, resolve_fks=False)
    except NoSuchTableError:
        known = sa.inspect(connection).get_table_names(schema or None)
        raise DataError(f"there is no table '{name}'", where=shown, mend=suggest(name, known)) from None
    names = [c.name for c in table.columns]
    # Unknown to SQLAlchemy or lax, as in SQLite, types are told from the values, not from the declaration.
    columns: list[Any] = [sa.column(n) for n in names]
    statement, sampled = _sampled(connection, table, columns, most_rows)
    result = connection.execute(statement.execution_options(stream_results=True))
    reading = Reading(format="database", assumptions=(_READ_ONLY, *sampled))
    read = table_of_frame(name, f"{shown}#{name}", _frame(result, names), reading)
    return replace(read, declared=_declared(connection, table, names, sampled=bool(sampled)))


def _declared(connection: Any, table: Any, names: Sequence[str], *, sampled: bool) -> Declared:
    """Return the constraints of a table; a view has none."""
    import sqlalchemy as sa

    if _is_view(connection, table):
        return Declared(view=True, sampled=sampled)
    references = []
    for key in sa.inspect(connection).get_foreign_keys(table.name, schema=table.schema):
        schema = key.get("referred_schema")
        there = f"{schema}.{key['referred_table']}" if schema else str(key["referred_table"])
        own, other = tuple(key["constrained_columns"]), tuple(key["referred_columns"])
        if own and len(own) == len(other):
            references.append((own, there, other))
    given = tuple(c.name for c in table.primary_key if c.name in names)
    return Declared(given, tuple(references), sampled=sampled)


def _sampled(connection: Any, table: Any, columns: list[Any], most_rows: int) -> tuple[Any, tuple[str, ...]]:
    """Return the statement that reads a table, and what it says of a sample, where the table is too big."""
    import sqlalchemy as sa

    order: list[Any] = [
        sa.literal_column(connection.dialect.identifier_preparer.quote(c.name)) for c in table.primary_key
    ]
    everything = sa.select(*columns).select_from(table).order_by(*order)
    total = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
    if total <= most_rows:
        return everything, ()
    percent = 100 * most_rows / total
    about = f"A sample of about {most_rows:,} of {total:,} rows, drawn in the database"
    if connection.dialect.name == "postgresql" and not _is_view(connection, table):
        by_page = percent < _FEW
        method = sa.func.system(percent) if by_page else sa.func.bernoulli(percent)
        part = sa.tablesample(table, method, seed=sa.literal(0))
        said = f"{about}: each {'page' if by_page else 'row'} with a chance of {percent:.3g}%"
        return sa.select(*columns).select_from(part).order_by(*order), (said,)
    key = list(table.primary_key)
    if len(key) == 1 and isinstance(key[0].type, sa.Integer):
        chosen = everything.where(_by_hash(order[0], most_rows, total))
        return chosen, (f"{about}: by a hash of {key[0].name}",)
    return _numbered(sa.select(*columns).select_from(table), columns, most_rows, total), (
        f"{about}: by a hash of the place of the row",
    )


def _numbered(statement: Any, columns: list[Any], most_rows: int, total: int) -> Any:
    """Return a sample of what a statement gives, by a hash of the number of the row."""
    import sqlalchemy as sa

    numbered = statement.add_columns(sa.func.row_number().over().label(_NUMBER)).subquery("numbered")
    wanted = [numbered.c[c.name] for c in columns]
    return sa.select(*wanted).where(_by_hash(numbered.c[_NUMBER], most_rows, total))


def _by_hash(number: Any, most_rows: int, total: int) -> Any:
    """Return the condition that takes rows evenly over a number, in step with no cycle of hours, days or months.

    Multiples of a fraction near the golden ratio lie evenly in [0, 1): D. E. Knuth, The Art of Computer
    Programming, volume 3, section 6.4. All arithmetic stays within 64 bits.
    """
    import sqlalchemy as sa

    return (sa.func.abs(number) % _PRIME) * _GOLDEN % _PRIME < int(_PRIME * most_rows / total)


def _is_view(connection: Any, table: Any) -> bool:
    import sqlalchemy as sa

    return table.name in sa.inspect(connection).get_view_names(table.schema)


def _frame(result: Any, names: Sequence[str]) -> pl.DataFrame:
    """Return the rows of a result, typed part by part, so that no more than a part is held as Python values."""
    parts = [
        [_series(n, list(c)) for n, c in zip(names, zip(*rows, strict=True), strict=True)]
        for rows in result.partitions(_ROWS_A_PART)
    ]
    if not parts:
        return pl.DataFrame({n: pl.Series(n, [], dtype=pl.String) for n in names})
    return pl.DataFrame([_one([part[i] for part in parts]) for i in range(len(names))])


def _one(parts: list[pl.Series]) -> pl.Series:
    """Join the parts of a column, as text where they are of kinds that do not go together."""
    kinds = {p.dtype for p in parts if p.dtype != pl.Null}
    wanted: Any = next(iter(kinds)) if len(kinds) == 1 else pl.String
    if len(kinds) > 1 and all(k.is_numeric() for k in kinds):
        wanted = pl.Float64
    return pl.concat([p.cast(wanted) for p in parts])


def _series(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(v) for v in values if v is not None}
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    if kinds <= {int} and all(v is None or -(2**63) <= v < 2**63 for v in values):
        return pl.Series(name, values, dtype=pl.Int64)
    if kinds <= {bool}:
        return pl.Series(name, values, dtype=pl.Boolean)
    if kinds <= {int, float, Decimal} and kinds != {int}:
        return pl.Series(name, [None if v is None else float(v) for v in values], dtype=pl.Float64)
    if kinds <= {date} or kinds <= {time}:
        return pl.Series(name, values)
    if kinds <= {datetime}:
        return pl.Series(name, [_naive(v) for v in values], dtype=pl.Datetime("us"))
    if kinds <= {timedelta}:
        return pl.Series(name, [None if v is None else v.total_seconds() for v in values])
    return pl.Series(name, [_text(v) for v in values], dtype=pl.String)


def _naive(value: datetime | None) -> datetime | None:
    from datetime import UTC

    return value.astimezone(UTC).replace(tzinfo=None) if value is not None and value.tzinfo else value


def _text(value: Any) -> str | None:
    import json

    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, (dict, list)):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)
