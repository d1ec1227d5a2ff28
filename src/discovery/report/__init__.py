"""From results to what people look at: one HTML file, parts of it, a summary, and tables."""

from .files import write_report
from .page import PAGES, render, render_summary
from .tables import write_tables

__all__ = ["PAGES", "render", "render_summary", "write_report", "write_tables"]
