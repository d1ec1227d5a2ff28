"""Dates whose century is a guess."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from discovery.audit.checks.validity.centuries import two_digit_years
from discovery.audit.run import table_context
from discovery.engagement import Engagement
from discovery.intake import read_drop

BIRTHS = [date(1954, 3, 1) + timedelta(days=61 * i) for i in range(280)]


@pytest.mark.parametrize("form", ["%m/%d/%y", "%d-%b-%y"])
def test_births_of_the_last_century_are_told_and_mended(tmp_path, form):
    (tmp_path / "t.csv").write_text("n,born\n" + "\n".join(f"{i},{d:{form}}" for i, d in enumerate(BIRTHS)))
    ctx = table_context(read_drop(tmp_path / "t.csv").tables["t"], Engagement(name="e"))
    (found,) = two_digit_years(ctx)
    early = sum(d.year < 1969 for d in BIRTHS)
    assert (found.kind, found.severity, found.rows_affected) == ("bad_date", "minor", early)
    assert [e.row for e in found.evidence] == [1, 2, 3, 4, 5]
    df = pd.read_csv(tmp_path / "t.csv")
    exec(found.fix, {"pd": pd, "df": df})  # a line of advice, as its reader runs it
    assert df["born"].dt.date.tolist() == BIRTHS


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%m/%d/%y"])
def test_dates_that_everybody_reads_alike_are_not_told(tmp_path, form):
    days = [d for d in BIRTHS if form.endswith("Y") or d.year > 1980]
    (tmp_path / "t.csv").write_text("n,born\n" + "\n".join(f"{i},{d:{form}}" for i, d in enumerate(days)))
    assert (
        list(two_digit_years(table_context(read_drop(tmp_path / "t.csv").tables["t"], Engagement(name="e")))) == []
    )
