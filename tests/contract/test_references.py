"""What refers to which key is part of the contract of the table that refers."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from discovery.audit import audit_drop
from discovery.cli import invoke
from discovery.contract import judge_references, read_suite, validate
from discovery.contract.model import new_suite
from discovery.engagement import Engagement
from discovery.errors import DataError
from discovery.intake import read_drop
from discovery.intake.table import Table

DECLARED = {"orders": {"foreign_keys": [{"columns": ["customer_id"], "table": "customers", "to_columns": ["id"]}]}}


def deliver(folder: Path, orphans: int = 0) -> Path:
    """A drop of customers and orders, of which some are of nobody."""
    folder.mkdir()
    ids = [f"C{7 * i:05d}" for i in range(200)]
    pl.DataFrame({"id": ids, "size": [i % 9 for i in range(200)]}).write_csv(folder / "customers.csv")
    of = [f"C{7 * i + 3:05d}" if i < orphans else ids[(31 * i) % 200] for i in range(600)]
    orders = {"order_no": range(1000, 1600), "customer_id": of, "total": [(37 * i % 900) / 10 for i in range(600)]}
    pl.DataFrame(orders).write_csv(folder / "orders.csv")
    return folder


def test_orphans_that_were_none_break_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, later, broken = deliver(tmp_path / "a"), deliver(tmp_path / "b", 3), deliver(tmp_path / "c", 60)
    agreed = Engagement(name="shop", tables=DECLARED)
    audit_drop(read_drop(first), agreed, out=tmp_path / "run")
    suite = read_suite(tmp_path / "run" / "contract" / "orders.json")
    (kept,) = suite.meta["references"]
    assert (kept["columns"], kept["table"], kept["to_columns"]) == (["customer_id"], "customers", ["id"])
    assert invoke(["validate", str(tmp_path / "run"), str(later)]) == 0
    capsys.readouterr()
    assert invoke(["validate", str(tmp_path / "run"), str(broken), "--json"]) == 3
    (told,) = json.loads(capsys.readouterr().out)["orders"]["not_met"]
    assert (told["columns"], told["unexpected"], told["checked"]) == (["customer_id"], 60, 600)
    assert "values of customer_id are found in table customers" in told["words"]
    audit = audit_drop(read_drop(broken), agreed, previous=tmp_path / "run")
    found = [f for f in audit.findings if f.kind == "contract_broken" and f.columns == ["customer_id"]]
    assert [(f.severity, f.rows_affected) for f in found] == [("major", 60)]


def test_declared_orphans_are_a_fault_and_inferred_ones_go_on(tmp_path: Path) -> None:
    dirty = deliver(tmp_path / "a", 24)
    for number, tables in enumerate((DECLARED, {})):
        out = tmp_path / str(number)
        audit_drop(read_drop(dirty), Engagement(name="shop", tables=tables), out=out)
        suite = read_suite(out / "contract" / "orders.json")
        drop = read_drop(dirty)
        result = judge_references(suite, drop.tables, validate(suite, drop.tables["orders"], "scan"))
        kept = [o.status for o in result.outcomes if o.expectation.type.endswith("keys_of_table")]
        assert kept == (["failed"] if tables else ["passed"])


def test_words_for_missing_are_no_orphans() -> None:
    refers = {"columns": ["customer_id"], "table": "customers", "to_columns": ["id"]}
    suite = new_suite("orders", [], references=[refers])
    orders = Table.from_frame("orders", pl.DataFrame({"customer_id": ["a", "NA", "b", "NA"]}))
    customers = Table.from_frame("customers", pl.DataFrame({"id": ["a", "b"]}))
    result = judge_references(suite, {"orders": orders, "customers": customers}, validate(suite, orders, "scan"))
    assert [(o.status, o.checked) for o in result.outcomes] == [("passed", 2)]


def test_what_cannot_be_judged() -> None:
    refers = {"columns": ["customer_id"], "table": "customers", "to_columns": ["id"]}
    orders = Table.from_frame("orders", pl.DataFrame({"customer_id": ["a", None]}))
    suite = new_suite("orders", [], references=[refers])
    alone = judge_references(suite, {"orders": orders}, validate(suite, orders, "scan"))
    assert alone.outcomes == []
    other = Table.from_frame("customers", pl.DataFrame({"key": ["a"]}))
    result = judge_references(suite, {"orders": orders, "customers": other}, validate(suite, orders, "scan"))
    assert [(o.status, o.reason) for o in result.outcomes] == [("errored", "the column id is not there")]
    with pytest.raises(DataError, match="cannot be read"):
        judge_references(new_suite("orders", [], references=[{"table": 1}]), {"orders": orders}, alone)
