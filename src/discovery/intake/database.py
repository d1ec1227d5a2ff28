"""Tables of a database, through SQLAlchemy, in a transaction that can only read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from ..errors import DataError, suggest
from .assemble import table_of_frame
from .table import Reading, Table

__all__ = ["is_database_url", "read_database", "safe_url"]

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


def read_database(url: str, tables: Sequence[str] = ()) -> list[Table]:
    """Read tables of a database.

    Parameters
    ----------
    url : str
        SQLAlchemy URL. It is never shown with its password.
    tables : sequence of str
        Their names, with the schema where it is not the default one; empty: all.

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
        known = [*inspector.get_table_names(), *inspector.get_view_names()]
        for wanted in tables:
            if wanted not in known and "." not in wanted:
                raise DataError(f"there is no table '{wanted}'", where=shown, mend=suggest(wanted, known))
        names = list(tables) or sorted(known)
        if not names:
            raise DataError("the database has no tables", where=shown, mend="Look whether it is the right one.")
        return [_table(connection, name, shown) for name in names]


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
        engine = sa.create_engine(url)
        with engine.connect() as connection:
            backend = engine.dialect.name
            if backend == "sqlite":
                connection.exec_driver_sql("PRAGMA query_only = ON")
            elif backend == "postgresql":
                connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            elif backend in {"mysql", "mariadb"}:
                connection.exec_driver_sql("SET SESSION TRANSACTION READ ONLY")
            yield connection
            connection.rollback()
    except DataError:
        raise
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        missing = getattr(error, "name", None) or "for this database"
        raise DataError(f"the driver {missing} is not installed", where=shown, mend="Install it.") from None
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).split("\n")[0][:200]
        password = getattr(sa.engine.make_url(url), "password", None)
        if password:
            reason = reason.replace(str(password), "***")
        raise DataError(
            f"the database cannot be read ({reason})", where=shown, mend="Look at URL and rights."
        ) from None
    finally:
        if engine is not None:
            engine.dispose()


def _table(connection: Any, name: str, shown: str) -> Table:
    import sqlalchemy as sa
    from sqlalchemy.exc import NoSuchTableError

    schema, _, bare = name.rpartition(".")
    try:
        table = sa.Table(bare, sa.MetaData(), autoload_with=connection, schema=schema or None)
    except NoSuchTableError:
        known = sa.inspect(connection).get_table_names()
        raise DataError(f"there is no table '{name}'", where=shown, mend=suggest(name, known)) from None
    names = [c.name for c in table.columns]
    # Unknown to SQLAlchemy or lax, as in SQLite, types are told from the values, not from the declaration.
    columns: list[Any] = [
        sa.literal_column(connection.dialect.identifier_preparer.quote(n)).label(n) for n in names
    ]
    statement = sa.select(*columns).select_from(table)
    result = connection.execution_options(stream_results=True).execute(statement)
    parts = [[list(c) for c in zip(*rows, strict=True)] for rows in result.partitions(50_000)]
    series = [_series(n, [v for part in parts for v in part[i]]) for i, n in enumerate(names)]
    reading = Reading(format="database", assumptions=("Read in a transaction that cannot write",))
    return table_of_frame(name, f"{shown}#{name}", pl.DataFrame(series), reading)


def _series(name: str, values: list[Any]) -> pl.Series:
    kinds = {type(v) for v in values if v is not None}
    if not kinds:
        return pl.Series(name, values, dtype=pl.String)
    if kinds <= {int, float, Decimal} or kinds <= {bool}:
        number = kinds & {float, Decimal}
        return pl.Series(
            name, [None if v is None else float(v) for v in values] if number else values, strict=False
        )
    if len(kinds) == 1 and kinds <= {date, time}:
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
