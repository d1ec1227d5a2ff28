"""The contract over a whole drop and from drop to drop."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from discovery.artifacts import AuditResult
from discovery.contract import apply_contract

from .conftest import MakeContext
from .test_suggest import sound, with_faults


def test_the_first_drop_is_judged_and_its_contract_kept(make_context: MakeContext, tmp_path: Path) -> None:
    contexts = {"customers": make_context(sound())}
    summary, findings = apply_contract(contexts, [], out=tmp_path)
    assert findings == []
    assert summary["customers"]["engine"] == "gx"
    assert summary["customers"]["not_met"] == []
    assert summary["customers"]["passed"] > 10
    assert (tmp_path / "contract" / "customers.json").is_file()


def test_what_a_later_drop_breaks_becomes_findings(make_context: MakeContext, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    apply_contract({"customers": make_context(sound())}, [], out=first, engine="scan")
    later = with_faults(sound(seed=2)).drop("note").with_columns(churned=pl.lit("yes"))
    summary, findings = apply_contract(
        {"customers": make_context(later)}, [], previous=first, out=second, engine="scan"
    )
    by_columns = {tuple(f.columns): f for f in findings}
    assert {f.kind for f in findings} == {"contract_broken"}
    assert {("age",), ("spend",), ("country",), ("start",), ("note",), ("churned",)} <= set(by_columns)
    assert by_columns[("age",)].severity == "major"
    assert by_columns[("age",)].rows_affected == 40
    assert summary["customers"]["origin"] == "earlier run"
    assert (first / "contract/customers.json").read_text() == (second / "contract/customers.json").read_text()


def test_what_goes_on_to_be_broken_is_told_until_it_is_met(make_context: MakeContext, tmp_path: Path) -> None:
    """It was told of the first drop that broke it only, and called fixed in the next, which broke it too."""
    runs = [tmp_path / name for name in "abcd"]
    drops = [sound(), with_faults(sound(seed=2)), with_faults(sound(seed=3)), sound(seed=4)]
    told = []
    for before, run, drop in zip([None, *runs], runs, drops, strict=False):
        context = {"customers": make_context(drop)}
        summary, findings = apply_contract(context, [], previous=before, out=run, engine="scan")
        AuditResult(tables=[], findings=findings, contract=summary).write(run / "audit.json")
        told.append({tuple(f.columns) for f in findings})
    assert told[0] == told[3] == set()
    assert told[1] == told[2]
    assert {("age",), ("country",)} <= told[1]


def test_a_lost_target_blocks(make_context: MakeContext, tmp_path: Path) -> None:
    apply_contract({"customers": make_context(sound())}, [], out=tmp_path, engine="scan")
    use_cases = [{"name": "churn", "table": "customers", "target": "churned"}]
    context = make_context(sound().drop("churned"), use_cases=use_cases)
    _, findings = apply_contract({"customers": context}, [], previous=tmp_path)
    assert [(f.severity, f.columns) for f in findings] == [("blocker", ["churned"])]


def test_a_new_table_or_an_unreadable_contract_is_suggested_anew(make_context: MakeContext, tmp_path: Path) -> None:
    contexts = {"customers": make_context(sound())}
    summary, _ = apply_contract(contexts, [], previous=tmp_path)
    assert summary["customers"]["origin"] == "suggested"
    (tmp_path / "contract").mkdir()
    (tmp_path / "contract" / "customers.json").write_text("nonsense")
    summary, findings = apply_contract(contexts, [], previous=tmp_path)
    assert summary["customers"]["origin"] == "suggested"
    assert findings == []
