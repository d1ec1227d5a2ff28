"""From results to what people look at: one HTML file, parts of it, a summary, and tables.

A name is imported when it is first used: an audit writes tables only, and need not load what draws pages.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .files import write_report
    from .page import PAGES, render, render_summary
    from .tables import write_tables

__all__ = ["PAGES", "render", "render_summary", "write_report", "write_tables"]

_WHERE = {
    "PAGES": "page",
    "render": "page",
    "render_summary": "page",
    "write_report": "files",
    "write_tables": "tables",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module 'discovery.report' has no attribute '{name}'")
    return getattr(importlib.import_module(f".{_WHERE[name]}", __name__), name)
