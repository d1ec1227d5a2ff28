"""Columns and tables that contradict or repeat one another."""
