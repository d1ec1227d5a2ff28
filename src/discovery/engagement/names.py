"""The names of an engagement as the drop has them: of sheets, and of columns with blanks around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from .model import AcceptedFinding, Engagement, ForeignKey, TableSpec, UseCase

if TYPE_CHECKING:
    from ..intake.table import Drop

__all__ = ["column_called", "with_full_names"]


def column_called(name: str, columns: Iterable[str]) -> str:
    """Return the column of that name, or else the one whose name is the same but for blanks; else ``name``.

    >>> column_called("Income", [" Income ", "Age"])
    ' Income '
    """
    known = list(columns)
    if name in known:
        return name
    plain = " ".join(name.split())
    alike = [c for c in known if " ".join(c.split()) == plain]
    return alike[0] if len(alike) == 1 else name


def with_full_names(engagement: Engagement, drop: Drop) -> Engagement:
    """Return the engagement with the names of tables and columns as the drop has them.

    A sheet may be named without its file (``plans`` for ``reference.plans``, where no other table ends so), and a
    column without the blanks that its header has around or inside it.
    """
    names = _Names(drop)
    return engagement.model_copy(
        update={
            "tables": {names.table(n): names.spec(n, spec) for n, spec in engagement.tables.items()},
            "use_cases": [names.use_case(u) for u in engagement.use_cases],
            "accept": [names.accepted(a) for a in engagement.accept],
        }
    )


class _Names:
    def __init__(self, drop: Drop) -> None:
        self._drop = drop

    def table(self, name: str) -> str:
        ends = [t for t in self._drop.tables if t.endswith(f".{name}")]
        return ends[0] if name not in self._drop.tables and len(ends) == 1 else name

    def columns(self, table: str, names: Sequence[str]) -> list[str]:
        found = self._drop.tables.get(self.table(table))
        return list(names) if found is None else [column_called(n, found.columns) for n in names]

    def _one(self, table: str, name: str | None) -> str | None:
        return name if name is None else self.columns(table, [name])[0]

    def spec(self, table: str, spec: TableSpec) -> TableSpec:
        return spec.model_copy(
            update={
                "key": self.columns(table, spec.key),
                "time": self._one(table, spec.time),
                "personal": self.columns(table, spec.personal),
                "foreign_keys": [self._reference(table, k) for k in spec.foreign_keys],
            }
        )

    def _reference(self, table: str, key: ForeignKey) -> ForeignKey:
        return key.model_copy(
            update={
                "table": self.table(key.table),
                "columns": self.columns(table, key.columns),
                "to_columns": self.columns(key.table, key.to_columns),
            }
        )

    def use_case(self, case: UseCase) -> UseCase:
        single = {name: self._one(case.table, getattr(case, name)) for name in ("target", "group", "time")}
        several = {name: self.columns(case.table, getattr(case, name)) for name in ("drop", "allow", "protected")}
        if case.available_at_prediction is not None:
            several["available_at_prediction"] = self.columns(case.table, case.available_at_prediction)
        llm = case.llm and case.llm.model_copy(update={"columns": self.columns(case.table, case.llm.columns)})
        return case.model_copy(update={"table": self.table(case.table), "llm": llm} | single | several)

    def accepted(self, accept: AcceptedFinding) -> AcceptedFinding:
        if not accept.table:
            return accept
        columns = self.columns(accept.table, accept.columns)
        return accept.model_copy(update={"table": self.table(accept.table), "columns": columns})
