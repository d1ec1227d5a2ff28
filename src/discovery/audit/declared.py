"""The keys and references that a database declares, as if the engagement did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..engagement import Engagement, ForeignKey, TableSpec
from ..intake.table import Drop, Table

__all__ = ["with_declared"]


def with_declared(engagement: Engagement, drop: Drop) -> Engagement:
    """Return the engagement with the primary and foreign keys of the database's tables.

    What the client says of a table goes before what the database says. A reference to a table of which only a
    sample was read is left out, as all that is not in the sample would seem to be missing.
    """
    specs: dict[str, TableSpec] = {}
    for name, table in drop.tables.items():
        said = table.declared
        if not said.key and not said.references:
            continue
        spec = engagement.tables.get(name) or TableSpec()
        key = spec.key or _there(said.key, table)
        foreign = spec.foreign_keys or list(_references(table, drop.tables))
        specs[name] = spec.model_copy(update={"key": key, "foreign_keys": foreign})
    return engagement.model_copy(update={"tables": {**engagement.tables, **specs}}) if specs else engagement


def _references(table: Table, tables: Mapping[str, Table]) -> Iterable[ForeignKey]:
    for columns, there, to_columns in table.declared.references:
        name = _same(there, tables) or _same(there.rpartition(".")[2], tables)
        if name is None or tables[name].declared.sampled:
            continue
        own, other = _there(columns, table), _there(to_columns, tables[name])
        if own and len(own) == len(other):
            yield ForeignKey(columns=own, table=name, to_columns=other)


def _there(names: Sequence[str], table: Table) -> list[str]:
    """Return the columns as the table has them, whatever their case; none where one is missing."""
    found = [_same(n, table.columns) for n in names]
    return [n for n in found if n is not None] if None not in found else []


def _same(name: str, known: Iterable[str]) -> str | None:
    names = list(known)
    return name if name in names else next((n for n in names if n.casefold() == name.casefold()), None)
