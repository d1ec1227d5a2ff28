"""Discovery: the Week-1 workbook of an AI engagement."""

__version__ = "0.1.0"
