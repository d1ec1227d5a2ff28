"""What candidates may see: every column but the target, leaks, identifiers and personal data, each with why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from ..artifacts import AuditResult, ExcludedColumn
from ..engagement import Engagement, UseCase
from ..errors import ColumnError, suggest
from ..intake.table import Table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Features", "hidden_gaps", "model_frame", "select_features"]

_DIRECT = {"email", "phone", "person_name", "address", "iban", "card", "ip", "national_id"}
_ID_NAME = re.compile(r"(^|[_\W])(id|ids|key|uuid|guid|index|idx|instant|rownum|row|nr|no)($|[_\W])", re.I)
_ID_END = re.compile(r"[a-z](Id|ID|Key|UUID)$")


@dataclass(frozen=True, slots=True)
class Features:
    """The columns a candidate may see, those it may not, and which of these are leaks."""

    names: list[str]
    excluded: list[ExcludedColumn]
    leaks: list[str]


def select_features(
    table: Table, use_case: UseCase, audit: AuditResult, engagement: Engagement, *, group: str | None = None
) -> Features:
    """Choose the columns that candidates may see.

    Parameters
    ----------
    table, use_case, audit, engagement
        The audit's leak findings of severity blocker or major exclude their columns, unless ``use_case.allow``
        has them; so do identifiers and direct personal identifiers.
    group : str, optional
        The column whose values are kept together in the split: a candidate must not learn them by heart.

    Raises
    ------
    ColumnError
        The use case names a column that is not in the table.
    """
    _check_names(table, use_case)
    flagged = _flagged(table, use_case, audit)
    personal = _personal(table, audit, engagement)
    allowed = set(use_case.allow)
    names: list[str] = []
    excluded: list[ExcludedColumn] = []
    leaks: list[str] = []
    for name in table.columns:
        if name == use_case.target:
            continue
        why = _why_not(table, name, use_case, flagged, personal, group)
        if why is not None and name in allowed and not why.startswith("named"):
            why = None
        if why is None:
            why = _unusable(table.frame[name])
        if why is None:
            names.append(name)
            continue
        excluded.append(ExcludedColumn(column=name, why=why))
        if why.startswith("leak"):
            leaks.append(name)
    return Features(names, excluded, leaks)


def hidden_gaps(table: Table, names: list[str], audit: AuditResult) -> dict[str, list[str]]:
    """Return, by column of numbers or dates, the values that the audit says stand for missing.

    Of text they need no care: a word such as ``unknown`` is a level of its own, which says that it is missing.
    """
    found: dict[str, list[str]] = {}
    for finding in audit.select(kind="sentinel_missing", table=table.name):
        values = finding.details.get("values")
        if not isinstance(values, list):
            continue
        for column in finding.columns:
            if column in names and (
                table.frame[column].dtype.is_numeric() or table.frame[column].dtype.is_temporal()
            ):
                found.setdefault(column, []).extend(str(v) for v in values)
    return found


def _check_names(table: Table, use_case: UseCase) -> None:
    named = [*use_case.drop, *use_case.allow, *(use_case.available_at_prediction or []), *use_case.protected]
    named += [c for c in (use_case.group, use_case.time) if c]
    for name in named:
        if name not in table.columns:
            raise ColumnError(
                f"use case '{use_case.name}' names column '{name}', which is not there",
                where=table.name,
                mend=suggest(name, table.columns),
            )


def _flagged(table: Table, use_case: UseCase, audit: AuditResult) -> dict[str, str]:
    found: dict[str, str] = {}
    for finding in audit.select(kind="leak", table=table.name):
        about = finding.use_cases
        if finding.severity in {"blocker", "major"} and (not about or use_case.name in about):
            reason = finding.summary.rstrip(".")
            for column in finding.columns:
                found.setdefault(column, f"leak: {reason}")
    for finding in audit.select(kind="id_like", table=table.name):
        for column in finding.columns:
            found.setdefault(column, "identifier: it names a row, and says nothing about new ones")
    return found


def _personal(table: Table, audit: AuditResult, engagement: Engagement) -> dict[str, str]:
    spec = engagement.tables.get(table.name)
    found = dict.fromkeys(spec.personal, "personal") if spec else {}
    summary = next((t for t in audit.tables if t.name == table.name), None)
    for column in summary.columns if summary else []:
        if column.semantic in _DIRECT and (column.personal or column.name in found):
            found[column.name] = column.semantic
        elif column.semantic and column.name in found and column.semantic not in _DIRECT:
            del found[column.name]
    return found


def _why_not(
    table: Table,
    name: str,
    use_case: UseCase,
    flagged: dict[str, str],
    personal: dict[str, str],
    group: str | None,
) -> str | None:
    available = use_case.available_at_prediction
    if name in use_case.drop:
        return "named under drop in the engagement"
    if available is not None and name not in available:
        return "named as not available at prediction time in the engagement"
    if flagged.get(name, "").startswith("leak"):
        return flagged[name]
    if name == group:
        return "group: its values name the groups that are kept together"
    if name in personal:
        return f"personal: a direct identifier ({personal[name]})"
    if name in flagged and table.columns[name].type in {"integer", "text"}:
        return flagged[name]
    return _identifier(table.frame[name], name)


def _identifier(series: pl.Series, name: str) -> str | None:
    """A row counter or key, for what the audit did not flag."""
    if len(series) < 20 or not (series.dtype.is_integer() or series.dtype == pl.String):
        return None
    named = bool(_ID_NAME.search(name) or _ID_END.search(name))
    distinct = series.drop_nulls().n_unique()
    share = distinct / len(series)
    if share == 1.0 and series.dtype.is_integer():
        steps = series.diff().drop_nulls()
        if named or bool((steps == 1).all()):
            return "identifier: it names a row, and says nothing about new ones"
    if named and share > 0.9:
        return "identifier: it names a row, and says nothing about new ones"
    if series.dtype == pl.String and share > 0.95 and series.str.contains(" ").mean() == 0:
        return "identifier: nearly every row has its own text"
    return None


def _unusable(series: pl.Series) -> str | None:
    if series.dtype.is_nested() or series.dtype == pl.Binary:
        return "nested values are not read"
    present = series.drop_nulls()
    if len(present) == 0:
        return "empty: no row has a value"
    if present.n_unique() == 1 and len(present) == len(series):
        return "constant: every row has the same value"
    return None


def _column(series: pl.Series) -> Any:
    dtype = series.dtype
    if dtype == pl.Time:
        return (series.cast(pl.Int64) / 1e9).to_numpy()
    if dtype.is_temporal() and dtype != pl.Duration:
        naive = series.dt.replace_time_zone(None) if isinstance(dtype, pl.Datetime) else series
        return naive.cast(pl.Datetime("us")).to_numpy()
    if dtype == pl.Duration:
        return series.dt.total_seconds().cast(pl.Float64).to_numpy()
    if dtype.is_numeric() or dtype == pl.Boolean:
        return series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return None


def model_frame(frame: pl.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the columns as candidates take them: numbers as float, dates as datetime64, text as categories.

    Blanks around text are taken off; nothing is learned from the values.
    """
    import pandas as pd

    columns: dict[str, Any] = {}
    for name in names:
        values = _column(frame[name])
        if values is None:
            text = frame[name].cast(pl.String).str.strip_chars().replace("", None)
            levels = text.drop_nulls().unique().sort()
            codes = text.replace_strict(levels, pl.Series(range(len(levels)), dtype=pl.Int32), default=-1)
            index = pd.Index(levels.to_list(), dtype=object)
            values = pd.Categorical.from_codes(codes.fill_null(-1).to_numpy(), categories=index)
        columns[name] = values
    return pd.DataFrame(columns, index=pd.RangeIndex(frame.height))
