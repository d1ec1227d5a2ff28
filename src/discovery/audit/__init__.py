"""Tables in, ranked findings out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .profiling.measure import profile_table
    from .profiling.profile import ColumnProfile, TableProfile
    from .run import audit_drop

__all__ = ["ColumnProfile", "TableProfile", "audit_drop", "profile_table"]

_HOME = {
    "ColumnProfile": "profiling.profile",
    "TableProfile": "profiling.profile",
    "profile_table": "profiling.measure",
    "audit_drop": "run",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        from importlib import import_module

        return getattr(import_module(f".{_HOME[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
