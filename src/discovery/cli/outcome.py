"""How a run ended: what it left, which gates were hit, and both as JSON."""

from __future__ import annotations

import json as json_
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..artifacts import AuditResult, Decisions, Evaluation, RunRecord

__all__ = ["SEVERITIES", "VERDICTS", "Outcome", "print_json"]

SEVERITIES = ("blocker", "major", "minor")
VERDICTS = ("no-go", "hold", "narrow")


@dataclass(frozen=True)
class Outcome:
    """What a finished run left, as the user is told of it."""

    record: RunRecord
    folder: Path
    audit: AuditResult | None
    evaluation: Evaluation | None
    decisions: Decisions | None
    report: Path | None

    @classmethod
    def of(cls, record: RunRecord) -> Outcome:
        """Read the artifacts of a finished run."""
        from ..artifacts import AuditResult, Decisions, Evaluation

        folder = Path(record.parameters["out"])
        audit, decisions, report = folder / "audit.json", folder / "decision.json", folder / "week1.html"
        evaluation = folder / "evaluation.json"
        return cls(
            record,
            folder,
            AuditResult.read(audit) if audit.is_file() else None,
            Evaluation.read(evaluation) if evaluation.is_file() else None,
            Decisions.read(decisions) if decisions.is_file() else None,
            report if report.is_file() else None,
        )

    def gates_hit(self, gates: list[str]) -> list[str]:
        """Return which of the gates were hit, in words."""
        hit = []
        counts: dict[str, int] = {str(k): n for k, n in self.audit.counts().items()} if self.audit else {}
        verdicts = {d.name: d.decision for d in self.decisions.use_cases} if self.decisions else {}
        for gate in gates:
            if gate in SEVERITIES:
                bad = sum(counts.get(s, 0) for s in SEVERITIES[: SEVERITIES.index(gate) + 1])
                if bad:
                    hit.append(f"{gate}: {bad} finding{'s' if bad > 1 else ''} as bad or worse")
            else:
                worse = VERDICTS[: VERDICTS.index(gate) + 1]
                hit += [f"{gate}: '{name}' is {verdict}" for name, verdict in verdicts.items() if verdict in worse]
        return hit


def print_json(outcome: Outcome, hit: list[str], code: int) -> None:
    """Print one JSON object about the run."""
    import typer

    audit, made = outcome.audit, outcome.decisions
    worst = [f for f in audit.findings if f.status != "fixed" and f.accepted is None][:10] if audit else []
    shown = {
        "status": outcome.record.status,
        "exit_code": code,
        "run_id": outcome.record.run_id,
        "directory": str(outcome.folder),
        "report": str(outcome.report) if outcome.report else None,
        "drop": outcome.record.drop,
        "drop_hash": outcome.record.drop_hash,
        "seconds": round((outcome.record.ended - outcome.record.started).total_seconds(), 3),
        "findings": dict(audit.counts()) if audit else {},
        "accepted": sum(f.accepted is not None and f.status != "fixed" for f in audit.findings) if audit else 0,
        "worst": [
            f.model_dump(mode="json", include={"id", "kind", "table", "columns", "severity", "status", "summary"})
            for f in worst
        ],
        "decisions": [
            {"name": d.name, "decision": d.decision, "headline": d.headline, "reasons": d.reasons}
            for d in (made.use_cases if made else [])
        ],
        "gates_hit": hit,
        "warnings": outcome.record.warnings,
    }
    typer.echo(json_.dumps(shown, ensure_ascii=True))
