"""Connections to databases that can only read, and URLs as they may be shown."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from ...errors import DataError, RunError

__all__ = ["as_database_url", "connected", "dialect_url", "is_database_url", "safe_url", "stop_behind"]

_SCHEMES = frozenset(
    "sqlite postgresql postgres mysql mariadb oracle mssql duckdb snowflake bigquery redshift cockroachdb "
    "databricks trino presto hive clickhouse firebird db2".split()
)


def is_database_url(source: str) -> bool:
    """Whether ``source`` is a SQLAlchemy URL."""
    scheme, sep, _ = source.partition("://")
    return bool(sep) and scheme.split("+")[0].lower() in _SCHEMES


def as_database_url(source: str) -> str | None:
    """Return ``source`` as a SQLAlchemy URL, if it is one or the path of an SQLite file; else None."""
    if is_database_url(source):
        return source
    if "://" in source:
        return None
    try:
        with Path(source).expanduser().open("rb") as file:
            return f"sqlite:///{source}" if file.read(15) == b"SQLite format 3" else None
    except (OSError, ValueError):
        return None


def dialect_url(url: str) -> str:
    """Return the URL by the name that SQLAlchemy has for PostgreSQL."""
    return re.sub(r"^postgres(?=\+|:)", "postgresql", url)


def safe_url(url: str) -> str:
    """Return the URL as it may be shown: without password and query."""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
        if not _misread(parsed):
            return parsed.set(query={}, password=None).render_as_string(hide_password=True)
    except (ArgumentError, ValueError):
        pass
    return f"{url.partition('://')[0]}://…"


def _misread(parsed: Any) -> bool:
    """Whether a password with an ``@`` in it was cut there, so that host or database begin with the rest of it."""
    return parsed.password is not None and "@" in f"{parsed.host}{parsed.database}"


def _check_url(url: str, shown: str) -> None:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DataError("the database URL cannot be understood", where=shown, mend="Look at its form.") from None
    if _misread(parsed):
        said = "the password of the URL has a sign in it that ends passwords"
        raise DataError(said, where=shown, mend="Write @ as %40 in it.")
    local = parsed.get_backend_name() in {"sqlite", "duckdb"} and parsed.database not in {None, "", ":memory:"}
    if local and not str(parsed.database).startswith("file:") and not Path(str(parsed.database)).is_file():
        raise DataError("there is no such file", where=shown, mend="Look at the path.")


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """Yield a connection in a transaction that cannot write.

    Raises
    ------
    DataError
        If the database cannot be reached, or the block fails in it; without the password of the URL.
    """
    import sqlalchemy as sa
    from sqlalchemy.exc import NoSuchModuleError, SAWarning, SQLAlchemyError

    shown = safe_url(url)
    _check_url(url, shown)
    engine = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of arguments of the URL, which it would show
            engine = sa.create_engine(dialect_url(url))
        with engine.connect() as connection, _stopped(connection):
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
        if (stop := stop_behind(error)) is not None:
            raise stop from None
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().split("\n")[0]
        said = f"the database cannot be read ({_without_secrets(reason, url)[:200]})"
        raise DataError(said, where=shown, mend="Look at URL and rights.") from None
    finally:
        if engine is not None:
            engine.dispose()


@contextmanager
def _stopped(connection: Any) -> Iterator[None]:
    """Have the database give up its query, and no one else use the connection, where the block is stopped."""
    try:
        yield
    except BaseException as error:
        if stop_behind(error) is not None:
            with suppress(Exception):
                connection.connection.dbapi_connection.cancel()
            with suppress(Exception):
                connection.invalidate()
        raise


def stop_behind(error: BaseException | None) -> BaseException | None:
    """Return the time-out or signal that an error goes back to: it struck in the driver, which then failed."""
    while error is not None:
        if isinstance(error, RunError) or not isinstance(error, Exception):
            return error
        error = error.__context__
    return None


def _without_secrets(text: str, url: str) -> str:
    """Return the text without the password of the URL and the values of its query, however they are written."""
    from sqlalchemy.engine import make_url

    parsed = make_url(url)
    values = [parsed.password, *(v for vs in parsed.query.values() for v in ([vs] if isinstance(vs, str) else vs))]
    for secret in [s for v in values if v for s in (str(v), quote(str(v)), quote_plus(str(v)))]:
        text = text.replace(secret, "***") if len(secret) > 2 else text
    return text
