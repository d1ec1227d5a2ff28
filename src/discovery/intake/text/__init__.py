"""Delimited text, from bytes to cells."""
