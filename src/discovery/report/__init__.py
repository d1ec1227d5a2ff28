"""From results to what people look at: one HTML file, parts of it, a summary, and tables."""

from .page import PAGES, render

__all__ = ["PAGES", "render"]
