"""What is checked before a run: that the engagement names a drop that is there, and only what is in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from .engagement import Engagement, UseCase
from .errors import ColumnError, DataError, EngagementError, ParameterError, TargetError, suggest

if TYPE_CHECKING:
    from .intake.table import Drop
    from .parameters import RunParameters

__all__ = [
    "check_against",
    "check_database",
    "check_source",
    "choose_use_cases",
    "drop_source",
    "list_drops",
]


def choose_use_cases(engagement: Engagement, names: Iterable[str]) -> Engagement:
    """Return the engagement with only the use cases of the given names; all, where none is given."""
    wanted = list(names)
    known = [u.name for u in engagement.use_cases]
    for name in wanted:
        if name not in known:
            raise ParameterError(f"unknown use case '{name}'", where="use_cases", mend=suggest(name, known))
    if not wanted:
        return engagement
    return engagement.model_copy(update={"use_cases": [u for u in engagement.use_cases if u.name in wanted]})


def drop_source(engagement: Engagement) -> str:
    """Return where the newest drop of the engagement is: the last by name in ``data.drops``, or ``data.path``.

    Raises
    ------
    EngagementError
        The engagement names no data, or the folder of drops is not there or empty.
    """
    data = engagement.data
    if data.database_url_env:
        value = os.environ.get(data.database_url_env)
        if not value:
            raise EngagementError(
                f"the environment variable {data.database_url_env} is not set",
                where="data.database_url_env",
                mend=f"Set it: export {data.database_url_env}=…",
            )
        return value
    if data.path:
        return data.path
    if not data.drops:
        raise EngagementError("names no data", where="data", mend="Give data.drops, data.path or --drop.")
    return str(list_drops(data.drops)[-1])


def check_source(source: str) -> None:
    """Check that a local file or folder is there, without reading it; globs and URLs are left to the reader."""
    if "://" in source or any(c in source for c in "*?["):
        return
    path = Path(source)
    if not path.exists():
        near = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        close = get_close_matches(path.name, near, n=1)
        mend = f"Did you mean '{path.parent / close[0]}'?" if close else "Give a file, folder, glob or URL."
        raise DataError("no such file or folder", where=source, mend=mend)


def check_database(source: str, parameters: RunParameters) -> None:
    """Check that the data is a database, where a query or a schema is asked for; nothing is read yet."""
    from .intake.sources.connection import as_database_url

    if (parameters.sql or parameters.db_schema) and as_database_url(source) is None:
        raise ParameterError(
            "--sql and --schema are for databases",
            mend="Give a SQLAlchemy URL, env:NAME, or an SQLite file.",
        )


def list_drops(drops: str) -> list[Path]:
    """Return the drops in a folder of drops: folders and files that are not hidden, in the order of their names."""
    folder = Path(drops)
    if not folder.is_dir():
        raise EngagementError("no such folder", where=f"data.drops: {drops}", mend="Make it, and put a drop in it.")
    found = [p for p in folder.iterdir() if not p.name.startswith((".", "_")) and p.name.lower() != "readme.md"]
    if not found:
        raise DataError("holds no drop yet", where=str(folder), mend="Put a folder or file with the data in it.")
    return sorted(found, key=lambda p: _natural(p.name))


def _natural(text: str) -> list[tuple[int, int, str]]:
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"([0-9]+)", text) if p]


def check_against(engagement: Engagement, drop: Drop) -> None:
    """Check that what the engagement names is in the drop, and that every target has values.

    Raises
    ------
    InputError
        One line that says what is not there, and the nearest name that is.
    """
    for case in engagement.use_cases:
        _check_case(case, drop)
    for name, spec in engagement.tables.items():
        if name not in drop.tables:
            raise DataError(
                f"no table '{name}' in the drop", where=f"tables.{name}", mend=suggest(name, drop.tables)
            )
        named = [*spec.key, *spec.personal, *([spec.time] if spec.time else [])]
        named += [c for key in spec.foreign_keys for c in key.columns]
        _check_columns(named, name, drop, f"tables.{name}")
        for key in spec.foreign_keys:
            if key.table not in drop.tables:
                mend = suggest(key.table, drop.tables)
                raise DataError(
                    f"no table '{key.table}' in the drop", where=f"tables.{name}.foreign_keys", mend=mend
                )
            _check_columns(key.to_columns, key.table, drop, f"tables.{name}.foreign_keys")


def _check_case(case: UseCase, drop: Drop) -> None:
    where = f"use case '{case.name}'"
    if case.table not in drop.tables:
        raise DataError(f"no table '{case.table}' in the drop", where=where, mend=suggest(case.table, drop.tables))
    named = [case.target, *filter(None, [case.group, case.time]), *case.drop, *case.allow, *case.protected]
    _check_columns([*named, *(case.available_at_prediction or [])], case.table, drop, where)
    table = drop.tables[case.table]
    if not table.rows:
        raise TargetError(f"table '{case.table}' has no rows", where=where, mend="Nothing can be learned from it.")
    missing = table.frame[case.target].null_count()
    if missing == table.frame.height and not table.columns[case.target].unparsed:
        raise TargetError(
            f"target '{case.target}' is missing in all {table.rows} rows",
            where=where,
            mend="Choose another target.",
        )


def _check_columns(names: Iterable[str], table: str, drop: Drop, where: str) -> None:
    known = drop.tables[table].columns
    for name in names:
        if name not in known:
            mend = suggest(name, known)
            raise ColumnError(f"no column '{name}' in table '{table}'", where=where, mend=mend)
