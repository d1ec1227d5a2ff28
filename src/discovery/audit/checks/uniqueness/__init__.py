"""Rows, keys and things that are there several times."""
