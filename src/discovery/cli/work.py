"""What the commands that run something share: parameters, gates, and the summary at the end."""

from __future__ import annotations

import json as json_
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError, ParameterError, suggest

if TYPE_CHECKING:
    from ..artifacts import AuditResult, Decisions, Evaluation, RunRecord
    from ..parameters import RunParameters

__all__ = ["Options", "latest_report", "report_again", "run_command"]

_SEVERITIES = ("blocker", "major", "minor")
_VERDICTS = ("no-go", "hold", "narrow")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Options:
    """The options of a command, as given."""

    source: str
    target: str | None
    out: Path | None
    drop: str | None
    previous: str | None
    use_cases: list[str] | None
    seed: int | None
    budget: float | None
    workers: int | None
    parameters: list[str] | None
    timeout: float | None
    fail_on: list[str] | None


def run_command(what: str, options: Options, *, json: bool, quiet: bool, show: bool = False) -> int:
    """Run the notebooks, or the stages alone, tell the user how it went, and return the exit code."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    gates = check_gates(options.fail_on or [])
    if options.timeout is not None and options.timeout <= 0:
        raise ParameterError("--timeout must be more than 0 seconds", mend="Leave it out for no limit.")
    parameters = to_parameters(options)
    from rich.console import Console

    from ..progress import on_terminal
    from ..workbook import run_stages, run_workbook

    with on_terminal(Console(stderr=True), quiet=quiet or json) as progress:
        if what == "run":
            record = run_workbook(parameters, timeout=options.timeout, progress=progress)
        else:
            record = run_stages(parameters, models=what == "models", timeout=options.timeout, progress=progress)
    outcome = Outcome.of(record)
    hit = outcome.gates_hit(gates)
    code = 3 if hit else 0
    if json:
        print_json(outcome, hit, code)
    elif not quiet:
        from .summary import print_summary

        print_summary(outcome, hit, what)
    if show and outcome.report is not None:
        import typer

        typer.launch(str(outcome.report))
    return code


def to_parameters(options: Options) -> RunParameters:
    """Return the options of the command line as checked parameters."""
    from ..parameters import check_parameters, parse_assignment

    values: dict[str, Any] = {}
    for text in options.parameters or []:
        name, value = parse_assignment(text)
        values[name] = value
    values |= locate(options)
    given: dict[str, Any] = {
        "target": options.target,
        "seed": options.seed,
        "budget": options.budget,
        "workers": options.workers,
    }
    given |= {"use_cases": options.use_cases, "out": str(options.out) if options.out else None}
    values |= {name: value for name, value in given.items() if value is not None}
    parameters = check_parameters(values)
    if parameters.previous == "none":
        return parameters.model_copy(update={"previous": None})
    if parameters.previous is None and parameters.engagement is not None:
        previous = last_run(Path(parameters.engagement).parent / "runs", parameters)
        return parameters.model_copy(update={"previous": previous})
    return parameters


def locate(options: Options) -> dict[str, str]:
    """Return which of engagement and drop the source is, and the drop that ``--drop`` chooses."""
    path = Path(options.source)
    is_engagement = path.suffix.lower() in {".yaml", ".yml"} or (path / "engagement.yaml").is_file()
    found: dict[str, str] = {}
    if is_engagement:
        found["engagement"] = str(path / "engagement.yaml" if path.is_dir() else path)
        if options.drop is not None:
            found["drop"] = named_drop(found["engagement"], options.drop)
    else:
        if options.drop is not None:
            raise ParameterError(
                "--drop chooses a drop of an engagement", mend="Give engagement.yaml, or leave it out."
            )
        found["drop"] = out_of_sight(options.source)
    if options.previous is not None:
        found["previous"] = options.previous
    return found


def named_drop(engagement: str, drop: str) -> str:
    """Return the path of the drop called ``drop`` in the folder of drops, or ``drop`` where it is a path or URL."""
    from ..engagement import load_engagement
    from ..preflight import list_drops

    if "://" in drop or drop.startswith("env:") or Path(drop).exists():
        return out_of_sight(drop)
    folder = load_engagement(engagement).data.drops
    drops = {p.name: p for p in list_drops(folder)} if folder else {}
    if drop in drops:
        return str(drops[drop])
    raise DataError(f"no drop '{drop}'", where=folder or engagement, mend=suggest(drop, drops))


def out_of_sight(source: str) -> str:
    """Return ``source``; of a URL with a password, ``env:`` and a variable that holds it."""
    from ..parameters import has_password

    if not has_password(source):
        return source
    os.environ["DISCOVERY_SOURCE_URL"] = source
    return "env:DISCOVERY_SOURCE_URL"


def last_run(runs: Path, parameters: RunParameters) -> str | None:
    """Return the newest good run in ``runs`` of the same engagement over another drop, if there is one."""
    from ..artifacts import RunRecord
    from ..engagement import load_engagement
    from ..preflight import drop_source

    engagement = load_engagement(parameters.engagement or "")
    source = parameters.drop or drop_source(engagement)
    best: tuple[Any, str] | None = None
    for file in runs.glob("*/run.json") if runs.is_dir() else []:
        try:
            record = RunRecord.read(file)
        except (OSError, ValueError):
            continue
        same = record.status == "ok" and record.engagement == engagement.name and record.drop != Path(source).name
        usable = (file.parent / "audit.json").is_file()
        if same and usable and (best is None or record.started > best[0]):
            best = (record.started, str(file.parent))
    return best[1] if best else None


def check_gates(names: list[str]) -> list[str]:
    """Return the gates of ``--fail-on``, which may be given several times or with commas."""
    gates = [g.strip() for n in names for g in n.split(",") if g.strip()]
    for gate in gates:
        if gate not in (*_SEVERITIES, *_VERDICTS):
            raise ParameterError(
                f"unknown gate '{gate}'", where="--fail-on", mend=suggest(gate, (*_SEVERITIES, *_VERDICTS))
            )
    return gates


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
            if gate in _SEVERITIES:
                bad = sum(counts.get(s, 0) for s in _SEVERITIES[: _SEVERITIES.index(gate) + 1])
                if bad:
                    hit.append(f"{gate}: {bad} finding{'s' if bad > 1 else ''} as bad or worse")
            else:
                worse = _VERDICTS[: _VERDICTS.index(gate) + 1]
                hit += [f"{gate}: '{name}' is {verdict}" for name, verdict in verdicts.items() if verdict in worse]
        return hit


def print_json(outcome: Outcome, hit: list[str], code: int) -> None:
    """Print one JSON object about the run."""
    import typer

    audit, made = outcome.audit, outcome.decisions
    worst = [f for f in audit.findings if f.status != "fixed"][:10] if audit else []
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
        "worst": [
            f.model_dump(mode="json", include={"id", "kind", "table", "columns", "severity", "summary"})
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


def report_again(folder: Path) -> Path:
    """Render the report of the run in ``folder`` from its artifacts and return its path."""
    from ..artifacts import AuditResult, Decisions, Evaluation, RunRecord
    from ..engagement import load_engagement

    for name in ("run.json", "audit.json", "evaluation.json", "decision.json", "engagement.yaml"):
        if not (folder / name).is_file():
            raise DataError(
                f"is not a whole run: there is no {name} in it",
                where=str(folder),
                mend="Give the directory of a run.",
            )
    from ..stages import report_of

    return report_of(
        folder,
        load_engagement(folder / "engagement.yaml"),
        AuditResult.read(folder / "audit.json"),
        Evaluation.read(folder / "evaluation.json"),
        Decisions.read(folder / "decision.json"),
        RunRecord.read(folder / "run.json"),
    )


def latest_report(folder: Path) -> Path:
    """Return the report in ``folder``, or of the latest run in it."""
    own = folder / "week1.html"
    if own.is_file():
        return own
    pages = [p for p in folder.glob("*/week1.html") if not p.parent.name.startswith((".", "FAILED-"))]
    if not pages:
        raise DataError("holds no report", where=str(folder), mend="Make one with: discovery run")
    return max(pages, key=lambda p: (p.stat().st_mtime, p.parent.name))
