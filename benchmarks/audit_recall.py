"""How much of what is known to be wrong with public data sets the audit finds, and what it says of sound columns.

    python benchmarks/audit_recall.py [--facts FILE] [FOLDER] [DATASET ...]

FOLDER holds the files and ``facts.json`` (which FILE replaces): per data set its faults (kind, column, severity
low, medium or high) and the columns known to be clean. A fault is found where a finding has its kind and names its
column (``*``: the whole table). Recall is weighted with 1, 2 and 3 for low, medium and high.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from discovery.artifacts import AuditResult, Finding
from discovery.audit import audit_drop
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop

WEIGHTS = {"low": 1, "medium": 2, "high": 3}
SEVERE = ("blocker", "major")


@dataclass
class Score:
    """How the audit fared on one data set."""

    name: str
    found: int = 0
    weight: int = 0
    misses: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)
    findings: int = 0

    @property
    def recall(self) -> float:
        """Weighted share of the known faults that were found."""
        return self.found / self.weight if self.weight else 1.0


def audit_of(facts: Mapping[str, Any], folder: Path) -> AuditResult:
    """Audit one data set for the prediction of its target."""
    drop = read_drop(folder / facts["file"])
    name = next(iter(drop.tables))
    task = "regression" if "regression" in facts.get("task", "") else "binary"
    cases = [UseCase(name="target", table=name, target=facts["target"], task=task)] if facts.get("target") else []
    return audit_drop(drop, Engagement(name=facts["dataset"], use_cases=cases))


def matches(finding: Finding, fault: Mapping[str, Any]) -> bool:
    """Whether a finding is of the fault's kind and about its column (``*``: rows or the table as a whole)."""
    if finding.kind != fault["kind"]:
        return False
    return not finding.columns if fault["column"] == "*" else fault["column"] in finding.columns


def score(facts: Mapping[str, Any], result: AuditResult) -> Score:
    """Hold the findings against what is known of the data set."""
    told = Score(facts["dataset"], findings=len(result.findings))
    for fault in facts["faults"]:
        weight = WEIGHTS[fault["severity"]]
        told.weight += weight
        if any(matches(f, fault) for f in result.findings):
            told.found += weight
        else:
            told.misses.append(f"{fault['kind']} in {fault['column']} ({fault['severity']})")
    clean = set(facts.get("clean_columns", ()))
    told.false_alarms = [
        f"{f.severity} {f.kind} in {', '.join(clean & set(f.columns))}"
        for f in result.findings
        if f.severity in SEVERE and clean & set(f.columns)
    ]
    return told


def scores(folder: Path, only: Iterable[str] = (), facts: Path | None = None) -> list[Score]:
    """Score every data set of ``folder`` (or those named) by ``facts``, or by the facts in the folder."""
    wanted = set(only)
    sets = json.loads((facts or folder / "facts.json").read_text())
    return [score(s, audit_of(s, folder)) for s in sets if not wanted or s["dataset"] in wanted]


def main(arguments: list[str]) -> int:
    """Print the scores; 1 if recall is below 0.95 or a sound column drew a severe finding."""
    parser = argparse.ArgumentParser(description="Score the audit by what is known to be wrong with data sets.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parents[2] / "shared/data")
    parser.add_argument("datasets", nargs="*", help="only these")
    parser.add_argument("--facts", type=Path, help="what is known, if not facts.json of the folder")
    given = parser.parse_args(arguments)
    told = scores(given.folder, given.datasets, given.facts)
    for s in told:
        print(f"{s.name:32} recall {s.recall:5.1%}  findings {s.findings:3}")
        for line in s.misses:
            print(f"    missed: {line}")
        for line in s.false_alarms:
            print(f"    false alarm: {line}")
    found, weight = sum(s.found for s in told), sum(s.weight for s in told)
    alarms = sum(len(s.false_alarms) for s in told)
    print(f"{'all':32} recall {found / weight:5.1%}  false alarms {alarms}")
    return int(found < 0.95 * weight or alarms > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
