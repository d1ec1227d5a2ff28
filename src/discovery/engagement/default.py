"""An engagement made from the data alone, and engagements written out for people to edit."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING

from ..errors import ColumnError, suggest
from .model import DataSpec, Engagement, UseCase
from .names import column_called
from .yaml_lines import dump

if TYPE_CHECKING:
    from ..intake.table import Drop

__all__ = ["default_engagement", "dump_engagement", "engagement_for"]

LONGEST = 100
"""Letters of the name of a use case that is called as its target."""


def default_engagement(
    source: str | Path, target: str | None = None, *, sql: str | None = None, schema: str | None = None
) -> Engagement:
    """Return an engagement for data that came without one.

    Parameters
    ----------
    source : str or Path
        The data, as ``discovery.intake.read_drop`` takes it.
    target : str, optional
        The column to predict; every table that has it becomes a use case. ``TABLE.COLUMN`` is that of one table,
        where no column is called so. Without it there is no use case.
    sql, schema : str, optional
        Of a database: a SELECT, or the schema whose tables are read.

    Raises
    ------
    ColumnError
        No table has the target; the message suggests a near name.
    """
    from ..intake import read_drop

    return engagement_for(read_drop(source, sql=sql, schema=schema), source, target, sql=sql, schema=schema)


def engagement_for(
    drop: Drop, source: str | Path, target: str | None = None, *, sql: str | None = None, schema: str | None = None
) -> Engagement:
    """As :func:`default_engagement`, for a drop that has been read."""
    text = str(source)
    variable = text.removeprefix("env:") if text.startswith("env:") else None
    secret = "://" in text or variable is not None
    path = None if secret else str(Path(text).resolve())
    name = re.sub(r"[^\w.-]+", "-", Path(text).stem if not secret else drop.name).strip("-") or "engagement"
    cases = _use_cases(drop, target) if target is not None else []
    data = DataSpec(path=path, database_url_env=variable, sql=sql, schema=schema)
    return Engagement(name=name, data=data, use_cases=cases)


def _use_cases(drop: Drop, target: str) -> list[UseCase]:
    called = {t.name: column_called(target, t.columns) for t in drop.tables.values()}
    tables = [t for t in drop.tables.values() if called[t.name] in t.columns]
    if not tables:
        for table in drop.tables.values():
            column = column_called(target.strip().removeprefix(f"{table.name}."), table.columns)
            if target.strip().startswith(f"{table.name}.") and column in table.columns:
                return [_use_case(column, table.name, column)]
        known = [c for t in drop.tables.values() for c in t.columns]
        known += [f"{t.name}.{c}" for t in drop.tables.values() for c in t.columns]
        raise ColumnError(f"no column '{target}'", where=drop.name, mend=suggest(target, known))
    single = len(tables) == 1
    name = target.strip()
    return [_use_case(name, t.name, called[t.name], "" if single else f" ({t.name})") for t in tables]


def _use_case(name: str, table: str, target: str, beside: str = "") -> UseCase:
    """Return a use case that is called as its target is, at most the beginning of a question."""
    called = name if len(name) <= LONGEST else shorten(name, LONGEST, placeholder=" …")
    return UseCase(name=called + beside, title=f"Predict {called}", table=table, target=target)


_COMMENTS = {
    "name": "What the engagement is called in the report.",
    "client": "Who the client is.",
    "locale": "Language of the report: en, de or fr.",
    "as_of": "Ages and freshness are counted from this day (ISO date); else from the day of the run.",
    "data": "Where the data is. `path` is one drop; `drops` is a folder with a folder (or a file) a drop.",
    "tables": "What is known of the tables. All of it is optional; the audit finds out what it can.",
    "use_cases": "What the client wants predicted. A use case without acceptance criteria cannot be a clear go.",
    "accept": "Findings that the client accepts, with the reason.",
    "seed": "Same seed, same result.",
}

_HINT = """\
    # acceptance:             # what must hold for a go; only what is given is judged
    #   quality: {at_least: 0.8}        # the metric, on unseen rows
    #   latency_ms_p95: {at_most: 50}
    # positive: "yes"         # the class that matters, of a binary target
    # time: date              # rows are split in the order of this column
    # group: customer_id      # rows of one group are never split
    # drop: [column]          # columns that are not known when the prediction is made
"""


def dump_engagement(engagement: Engagement) -> str:
    """Return ``engagement`` as commented YAML that :func:`load_engagement` reads back to an equal one."""
    data = engagement.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    for key in ("client", "locale", "data", "use_cases", "seed"):
        data.setdefault(key, engagement.model_dump(mode="json")[key] if key not in {"data", "use_cases"} else {})
    order = [k for k in _COMMENTS if k in data] + [k for k in data if k not in _COMMENTS]
    parts = ["# What was agreed with the client. `discovery run engagement.yaml` reads it; edit it freely.\n"]
    for key in order:
        if key == "use_cases" and not data[key]:
            parts.append(f"\n# {_COMMENTS[key]}\nuse_cases: []\n")
            continue
        comment = f"\n# {_COMMENTS[key]}\n" if key in _COMMENTS else "\n"
        parts.append(comment + dump({key: data[key]}))
        if key == "use_cases" and not any("acceptance" in u for u in data[key]):
            parts.append(_HINT)
    return "".join(parts)
