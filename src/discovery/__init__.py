"""Discovery: the Week-1 workbook of an AI engagement.

The front door: the public names and nothing else. A name is imported when it is first used, so that
``import discovery`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_WHERE = {
    "AuditResult": "artifacts",
    "Decisions": "artifacts",
    "DiscoveryError": "errors",
    "Drop": "intake.table",
    "Engagement": "engagement",
    "Evaluation": "artifacts",
    "Finding": "artifacts",
    "RunRecord": "artifacts",
    "Table": "intake.table",
    "audit_drop": "audit",
    "decide": "decision",
    "default_engagement": "engagement",
    "evaluate": "baselines",
    "load_engagement": "engagement",
    "read_drop": "intake",
    "render": "report",
    "run_workbook": "workbook",
}

__all__ = [
    "AuditResult",
    "Decisions",
    "DiscoveryError",
    "Drop",
    "Engagement",
    "Evaluation",
    "Finding",
    "RunRecord",
    "Table",
    "__version__",
    "audit_drop",
    "decide",
    "default_engagement",
    "evaluate",
    "load_engagement",
    "read_drop",
    "render",
    "run_workbook",
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'discovery' has no attribute '{name}'")
    value = getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)


if TYPE_CHECKING:
    from .artifacts import AuditResult, Decisions, Evaluation, Finding, RunRecord
    from .audit import audit_drop
    from .baselines import evaluate
    from .decision import decide
    from .engagement import Engagement, default_engagement, load_engagement
    from .errors import DiscoveryError
    from .intake import read_drop
    from .intake.table import Drop, Table
    from .report import render
    from .workbook import run_workbook
