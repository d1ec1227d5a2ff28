"""The lines of pandas that mend numbers run, and mend every cell that is told."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discovery.audit import audit_drop
from discovery.audit.fixes import as_numbers, blanked
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop

RNG = np.random.default_rng(4)
PRESSURES = [*RNG.integers(90, 190, 300).tolist(), *[301.083332 + i for i in range(30)], -1.5]
CODED = [*RNG.normal(50, 9, 300).round(2).tolist(), *[-999.0] * 20]
FAR = [*RNG.normal(0.14, 0.01, 3000).round(4).tolist(), 1.1300001]


@pytest.mark.parametrize("extra", [[], ["?"]], ids=["numbers", "with a word"])
@pytest.mark.parametrize(
    ("kind", "name", "values", "gone"),
    [
        ("impossible_value", "systolic", PRESSURES, 31),
        ("sentinel_missing", "reading", CODED, 20),
        ("outlier", "height_m", FAR, 0),
    ],
)
def test_a_fix_mends_all_that_is_told(tmp_path: Path, kind, name, values, gone, extra) -> None:
    text = "\n".join([f"{name},other", *(f"{v},{i % 7}" for i, v in enumerate([*values, *extra]))]) + "\n"
    (tmp_path / "t.csv").write_text(text)
    result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e"))
    (found,) = [f for f in result.findings if f.kind == kind and f.columns == [name] and "?" not in f.summary[:4]]
    df = pd.read_csv(io.StringIO(text))
    scope = {"df": df, "pd": pd, "np": np}
    assert found.fix is not None
    exec(found.fix, scope)
    mended = pd.to_numeric(df[name], errors="coerce")
    if kind == "outlier":
        assert mended.max() == max(values[:-1])
        assert mended.min() == min(values)
    else:
        assert mended.isna().sum() == gone + len(extra)


def test_a_fix_brings_what_it_needs(tmp_path: Path) -> None:
    names = [
        f"{'fish' if i % 2 else 'soup'} &amp; {w}" for i, w in enumerate("chips bread rice peas beans".split() * 60)
    ]
    notes = [f"Please call Anna Meyer at +49 30 90182{i:04d} about the order before noon" for i in range(300)]
    people = [f"P{i // 4:03d}" for i in range(300)]
    wide = pd.DataFrame({"patient_id": people, "dish": names, "note": notes, "y": RNG.normal(5, 1, 300).round(3)})
    wide.to_csv(tmp_path / "t.csv", index=False)
    case = UseCase(name="u", table="t", target="y", task="regression")
    result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e", use_cases=[case]))
    told = {f.kind: f.fix for f in result.findings if f.kind in {"encoding", "pii", "group_structure"} and f.fix}
    assert set(told) == {"encoding", "pii", "group_structure"}
    for fix in told.values():
        scope: dict[str, object] = {"df": pd.read_csv(tmp_path / "t.csv")}
        exec(fix, scope)
        if "folds" in scope:
            assert len(list(scope["folds"])) == 5  # type: ignore[call-overload]
    exec(told["encoding"], scope := {"df": wide.copy()})
    assert scope["df"]["dish"].str.contains("fish & bread").any()


def _mended(folder: Path, kind: str, columns: dict[str, list[object]]) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Return a table as pandas reads it, what the line of the one finding makes of it, and the rows it tells."""
    pd.DataFrame(columns).to_csv(folder / "t.csv", index=False)
    result = audit_drop(read_drop(folder / "t.csv"), Engagement(name="e"))
    (found,) = [f for f in result.findings if f.kind == kind]
    before = pd.read_csv(folder / "t.csv")
    scope = {"df": before.copy(), "pd": pd, "np": np}
    exec(found.fix, scope)
    return before, scope["df"], found.rows_affected


def test_dates_are_compared_as_dates(tmp_path: Path) -> None:
    """As text, 12/30/2019 lies after 01/05/2020."""
    start = pd.Timestamp("2019-01-01") + pd.to_timedelta(RNG.integers(0, 700, 400), "D")
    end = start + pd.to_timedelta(RNG.integers(1, 60, 400), "D")
    end = end.where(np.arange(400) % 80 != 3, start - pd.Timedelta(days=9))
    data = {"start date": start.strftime("%m/%d/%Y").tolist(), "end date": end.strftime("%m/%d/%Y").tolist()}
    before, after, told = _mended(tmp_path, "rule_violation", data)
    assert told == 5 == after["start date"].isna().sum() - before["start date"].isna().sum()


def test_numbers_among_words_are_compared_as_numbers(tmp_path: Path) -> None:
    low = RNG.integers(1, 99, 400)
    high = low + RNG.integers(1, 30, 400)
    high[::80] = low[::80] - 1
    words = [*low.tolist()[:-2], "unclear", "8 or 9"]
    before, after, told = _mended(
        tmp_path, "rule_violation", {"minimum weight": words, "maximum weight": high.tolist()}
    )
    assert told == 5 == after["minimum weight"].isna().sum() - before["minimum weight"].isna().sum()


def test_units_among_words_are_divided(tmp_path: Path) -> None:
    values = [*RNG.normal(65, 2, 200).round(1).tolist(), *RNG.normal(6.5, 0.2, 200).round(1).tolist(), "?", "?"]
    _, after, _ = _mended(tmp_path, "unit_mix", {"protein": values})
    assert after["protein"].max() / after["protein"].min() < 2


def test_ages_of_infants_are_emptied_but_not_the_next(tmp_path: Path) -> None:
    ages = [*(18 + 1 / 6 + RNG.integers(0, 500, 400) / 12).tolist(), 18 + 1 / 6, 0.5, 0.75]
    _, after, told = _mended(tmp_path, "impossible_value", {"age": [float(f"{a:.5f}") for a in ages]})
    assert told == 2 == after["age"].isna().sum()


def test_moments_of_the_last_day_are_kept(tmp_path: Path) -> None:
    """A moment of the last day lies after that day's midnight."""
    seen = pd.Timestamp("2020-01-01 17:30") + pd.to_timedelta(np.arange(400) % 300, "D")
    data = {"seen": [*seen.strftime("%Y-%m-%d %H:%M").tolist(), "1850-01-01 10:00"]}
    _, after, told = _mended(tmp_path, "bad_date", data)
    assert told == 1 == after["seen"].isna().sum()


def test_births_that_cannot_be_are_emptied_where_dates_are_text(tmp_path: Path) -> None:
    births = pd.Timestamp("1950-01-01") + pd.to_timedelta(RNG.permutation(20_000)[:300], "D")
    data = {"date of birth": [*births.strftime("%Y-%m-%d").tolist(), "2150-03-04", "1780-05-06"]}
    _, after, told = _mended(tmp_path, "impossible_value", data)
    assert told == 2 == after["date of birth"].isna().sum()


def test_a_cap_is_told_beside_words(tmp_path: Path) -> None:
    values = [*RNG.gamma(2, 900, 900).clip(max=4000).round().astype(int).tolist(), "unclear", "8 or 9"]
    _, after, told = _mended(tmp_path, "outlier", {"amount": values})
    assert told == after["amount_capped"].sum() > 10


def test_parts_above_their_whole_are_emptied_beside_words(tmp_path: Path) -> None:
    whole = RNG.gamma(4, 200, 1000).round(1)
    part = (whole * RNG.uniform(0.3, 0.5, 1000)).round(1)
    part[[3, 10]] = (whole[[3, 10]] * 1.2).round(1)
    data = {"shucked_weight": [*part.tolist(), "unclear"], "whole_weight": [*whole.tolist(), 7]}
    _, after, told = _mended(tmp_path, "impossible_value", data)
    assert told == 2 == after["shucked_weight"].isna().sum()


@pytest.mark.parametrize(
    "cells",
    [
        ["(100)", "250", "( 1,300.50 )", "400"],
        ["1,200-", "2,300", "400-", "1,500"],
        ["EUR 1,200.50", "EUR 300.00", "EUR 20.10", "EUR 2,000.00"],
        ["1.200,50CHF", "300,00CHF", "2.000,00CHF", "5,10CHF"],
        ["Rs. 500", "Rs. 1,200", "Rs. 80", "Rs. 90"],
        ["1'200.5", "2'300.1", "100.0", "2'000'000.0"],
    ],
    ids=lambda cells: cells[0],
)
def test_numbers_with_signs_are_read_as_the_audit_read_them(tmp_path: Path, cells: list[str]) -> None:
    pd.DataFrame({"id": range(80), "amount": cells * 20}).to_csv(tmp_path / "t.csv", index=False)
    context = table_context(read_drop(tmp_path / "t.csv").tables["t"], Engagement(name="e"))
    df = pd.read_csv(tmp_path / "t.csv")
    read = eval(as_numbers(context, "amount"), {"df": df, "pd": pd})
    assert read.tolist() == context.frame["amount"].to_list()
    assert read.notna().all()


def test_codes_of_digits_are_emptied_as_pandas_reads_them() -> None:
    frame = pd.read_csv(io.StringIO("plz\n00000\n10115\n20095\n"))
    exec(blanked("plz", ["00000"]), {"df": frame, "pd": pd})
    assert frame["plz"].isna().tolist() == [True, False, False]
    gaps = pd.read_csv(io.StringIO("plz,x\n99999,1\n,2\n20095,3\n"))
    exec(blanked("plz", ["99999", "?"]), {"df": gaps, "pd": pd})
    assert gaps["plz"].isna().tolist() == [True, True, False]


def test_what_is_spelled_otherwise_and_padded_is_counted_and_mended_once(tmp_path: Path) -> None:
    """The spelling was replaced before the blank was taken off, so that nothing was; rows were counted twice."""
    plans = [["basic", "plus", "pro", "Basic "][i % 17 % 3 if i % 17 else 3] for i in range(1700)]
    text = "plan,n\n" + "".join(f"{plan},{i * i % 101}\n" for i, plan in enumerate(plans))
    (tmp_path / "t.csv").write_text(text)
    (found,) = [
        f
        for f in audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e")).findings
        if f.kind == "inconsistent_category"
    ]
    assert (found.rows_affected, round(found.fraction, 3)) == (100, 0.059)
    assert len({e.row for e in found.evidence}) == len(found.evidence)
    scope = {"df": pd.read_csv(io.StringIO(text))}
    exec(str(found.fix), scope)
    assert set(scope["df"]["plan"]) == {"basic", "plus", "pro"}
