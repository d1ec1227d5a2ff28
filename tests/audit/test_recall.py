"""Over public data sets: what is known to be wrong is found, and sound columns are left alone."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "audit_recall.py"


@pytest.fixture(scope="module")
def recall():
    spec = importlib.util.spec_from_file_location("audit_recall", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit_recall"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def told(recall, open_data):
    return recall.scores(open_data)


@pytest.mark.open_data
def test_known_faults_are_found(told):
    found, weight = sum(s.found for s in told), sum(s.weight for s in told)
    assert found >= 0.95 * weight, [(s.name, s.misses) for s in told if s.misses]
    assert all(s.recall >= 0.85 for s in told)


@pytest.mark.open_data
def test_sound_columns_draw_nothing_severe(told):
    assert [(s.name, s.false_alarms) for s in told if s.false_alarms] == []


@pytest.mark.open_data
def test_findings_are_few(told):
    assert max(s.findings for s in told) <= 25


def test_a_fault_of_another_kind_or_column_does_not_count(recall):
    from discovery.artifacts import AuditResult, Finding

    facts = {
        "dataset": "d",
        "faults": [
            {"kind": "missing", "column": "a", "severity": "high"},
            {"kind": "duplicate_rows", "column": "*", "severity": "low"},
            {"kind": "leak", "column": "b", "severity": "medium"},
        ],
        "clean_columns": ["c"],
    }
    findings = [
        Finding(kind="missing", table="t", columns=["a", "c"], severity="major", summary=""),
        Finding(kind="duplicate_rows", table="t", columns=["x"], severity="minor", summary=""),
        Finding(kind="outlier", table="t", columns=["b"], severity="minor", summary=""),
    ]
    told = recall.score(facts, AuditResult(findings=findings))
    assert (told.found, told.weight) == (3, 6)
    assert len(told.misses) == 2
    assert told.false_alarms == ["major missing in c"]


def test_planted_faults_of_the_sample_are_found():
    import json

    from discovery.audit import audit_drop
    from discovery.engagement import load_engagement
    from discovery.intake import read_drop

    sample = BENCHMARK.parents[1] / "data" / "sample"
    engagement = load_engagement(sample / "engagement.yaml")
    faults = json.loads((sample / "faults.json").read_text())
    first = min(f["drop"] for f in faults)
    result = audit_drop(read_drop(sample / "drops" / first, engagement=engagement), engagement)
    planted = [f for f in faults if f["drop"] == first]
    missed = [
        (f["kind"], f["table"], f["columns"])
        for f in planted
        if not any(
            x.kind == f["kind"] and x.table == f["table"] and set(f["columns"]) <= set(x.columns)
            for x in result.findings
        )
    ]
    assert len(missed) <= 0.1 * len(planted), missed
