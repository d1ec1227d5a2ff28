"""Workbooks (xlsx, xlsb, xls, ods), from bytes to cells."""
