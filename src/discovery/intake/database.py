"""Tables of a database, through SQLAlchemy, in a transaction that can only read."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import polars as pl

from ..artifacts import InputFile
from ..errors import DataError, suggest
from .assemble import table_of_frame
from .header import unique_names
from .table import Reading, Table

__all__ = ["MOST_ROWS", "database_files", "is_database_url", "read_database", "read_query", "safe_url"]

MOST_ROWS = 5_000_000
_ROWS_A_PART = 50_000
_READ_ONLY = "Read in a transaction that cannot write"
_SCHEMES = frozenset(
    "sqlite postgresql postgres mysql mariadb oracle mssql duckdb snowflake bigquery redshift cockroachdb "
    "databricks trino presto hive clickhouse firebird db2".split()
)


def is_database_url(source: str) -> bool:
    """Whether ``source`` is a SQLAlchemy URL."""
    scheme, sep, _ = source.partition("://")
    return bool(sep) and scheme.split("+")[0].lower() in _SCHEMES


def safe_url(url: str) -> str:
    """Return the URL as it may be shown: without password and query."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).set(query={}, password=None).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        return f"{url.partition('://')[0]}://…"


def read_database(
    url: str,
    tables: Sequence[str] = (),
    *,
    schema: str | None = None,
    views: bool = True,
    most_rows: int = MOST_ROWS,
) -> list[Table]:
    """Read tables of a database, in one transaction that cannot write.

    Parameters
    ----------
    url : str
        SQLAlchemy URL. It is never shown with its password.
    tables : sequence of str
        Their names, with the schema where it is not the default one; empty: all.
    schema : str, optional
        The schema whose tables are read where ``tables`` is empty; None: the default one.
    views : bool
        Whether views are read too where ``tables`` is empty.
    most_rows : int
        A larger table is sampled in the database; the rule is stated in the assumptions of its reading.

    Raises
    ------
    DataError
        If the database cannot be reached or a table is not there.
    """
    import sqlalchemy as sa

    shown = safe_url(url)
    _check_sqlite_file(url, shown)
    with _connection(url, shown) as connection:
        inspector = sa.inspect(connection)
        if schema is not None and schema not in (schemas := inspector.get_schema_names()):
            raise DataError(f"there is no schema '{schema}'", where=shown, mend=suggest(schema, schemas))
        known = sorted(inspector.get_table_names(schema))
        seen = sorted(inspector.get_view_names(schema)) if views or tables else []
        for wanted in tables:
            if wanted not in [*known, *seen] and "." not in wanted:
                raise DataError(f"there is no table '{wanted}'", where=shown, mend=suggest(wanted, [*known, *seen]))
        names = list(tables) or [f"{schema}.{n}" if schema else n for n in sorted([*known, *seen])]
        if not names:
            raise DataError("the database has no tables", where=shown, mend="Look whether it is the right one.")
        return [_table(connection, name, shown, most_rows) for name in names]


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
    import sqlalchemy as sa

    shown = safe_url(url)
    _check_sqlite_file(url, shown)
    statement = _one_select(sql)
    with _connection(url, shown) as connection:
        result = connection.execution_options(stream_results=True).execute(sa.text(statement.replace(":", "\\:")))
        names = unique_names([str(k) for k in tuple(result.keys())])
        frame = _frame(result, names)
    reading = Reading(format="database", assumptions=(_READ_ONLY, "The table is the result of a query"))
    return table_of_frame(name, f"{shown}#{name}", frame, reading)


def database_files(tables: Sequence[Table]) -> tuple[InputFile, ...]:
    """Return each table as if it were a file; its content hash does not hang on the order of the rows."""
    return tuple(_as_file(t) for t in tables)


def _as_file(table: Table) -> InputFile:
    frame = table.frame if table.texts is None else table.texts
    buffer = io.BytesIO()
    frame.select(pl.all().cast(pl.String, strict=False)).write_csv(buffer, quote_style="always")
    lines = buffer.getvalue().split(b"\n")
    head, body = lines[0], sorted(lines[1:])
    digest = hashlib.sha256(head)
    for line in body:
        digest.update(b"\n" + line)
    return InputFile(path=table.source, sha256=digest.hexdigest(), bytes=buffer.tell())


def _one_select(sql: str) -> str:
    """Return the statement without its end, if it is one and selects."""
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"", "''", bare).strip().rstrip(";").strip()
    if not re.match(r"(?i)(?:\(\s*)*(?:select|with|values|table)\b", bare) or ";" in bare:
        raise DataError("the query is not one statement that selects", where="--sql", mend="Give one SELECT.")
    return sql.strip().rstrip(";").strip()


def _check_sqlite_file(url: str, shown: str) -> None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DataError("the database URL cannot be understood", where=shown, mend="Look at its form.") from None
    local = parsed.get_backend_name() in {"sqlite", "duckdb"} and parsed.database not in {None, "", ":memory:"}
    if local and not str(parsed.database).startswith("file:") and not Path(str(parsed.database)).is_file():
        raise DataError("there is no such file", where=shown, mend="Look at the path.")


@contextmanager
def _connection(url: str, shown: str) -> Iterator[Any]:
    import sqlalchemy as sa
    from sqlalchemy.exc import NoSuchModuleError, SQLAlchemyError

    engine = None
    try:
        engine = sa.create_engine(re.sub(r"^postgres(?=\+|:)", "postgresql", url))
        with engine.connect() as connection:
            backend = engine.dialect.name
            if backend == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = ON")
            elif backend == "postgresql":
                # The session too, so that no statement can start a transaction of its own that writes.
                connection.exec_driver_sql("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            elif backend in {"mysql", "mariadb"}:
                connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
                connection.rollback()
            yield connection
            connection.rollback()
    except DataError:
        raise
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        missing = getattr(error, "name", None) or "for this database"
        raise DataError(f"the driver {missing} is not installed", where=shown, mend="Install it.") from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().split("\n")[0]
        said = f"the database cannot be read ({_without_secrets(reason, url)[:200]})"
        raise DataError(said, where=shown, mend="Look at URL and rights.") from None
    finally:
        if engine is not None:
            engine.dispose()


def _without_secrets(text: str, url: str) -> str:
    """Return the text without the password of the URL and the values of its query, however they are written."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    values = [parsed.password, *(v for vs in parsed.query.values() for v in ([vs] if isinstance(vs, str) else vs))]
    for secret in [s for v in values if v for s in (str(v), quote(str(v)), quote_plus(str(v)))]:
        text = text.replace(secret, "***") if len(secret) > 2 else text
    return text


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
    result = connection.execution_options(stream_results=True).execute(statement)
    reading = Reading(format="database", assumptions=(_READ_ONLY, *sampled))
    return table_of_frame(name, f"{shown}#{name}", _frame(result, names), reading)


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
    if connection.dialect.name == "postgresql" and not _is_view(connection, table):
        percent = 100 * most_rows / total
        part = sa.tablesample(table, sa.func.bernoulli(percent), seed=sa.literal(0))
        said = f"A sample of about {most_rows:,} of {total:,} rows: each row with a chance of {percent:.3g}%"
        return sa.select(*columns).select_from(part).order_by(*order), (said,)
    key = list(table.primary_key)
    if len(key) == 1 and isinstance(key[0].type, sa.Integer):
        step = -(-total // most_rows)
        said = f"A sample of {total:,} rows: those whose {key[0].name} is a multiple of {step}"
        return everything.where(order[0] % step == 0).limit(most_rows), (said,)
    return everything.limit(most_rows), (f"Only the first {most_rows:,} of {total:,} rows were read",)


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
