"""References between tables, as values are compared."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from discovery.audit.relations.references import as_text


def test_values_are_compared_in_one_form() -> None:
    assert as_text(pl.Series([1.0, None, 3.0])).to_list() == ["1", None, "3"]
    assert as_text(pl.Series([1.5])).to_list() == ["1.5"]
    assert as_text(pl.Series([" a ", ""])).to_list() == ["a", None]
    assert as_text(pl.Series([timedelta(seconds=1)])).to_list() == ["1000000"]
