"""What the commands that run something share: parameters, gates, and the summary at the end."""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import DataError, ParameterError, suggest
from ..limits import set_limits, set_threads
from .outcome import SEVERITIES, VERDICTS, Outcome, print_json

if TYPE_CHECKING:
    from ..parameters import RunParameters

__all__ = ["Options", "latest_report", "report_again", "run_command"]

COLLECTED = 10_000
"""So many new objects before Python looks for cycles, where 700 are the default: a run makes millions and hardly a
cycle, and to look through them costs 0.15 of the 4.5 CPU seconds of an audit of a thousand columns."""
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a command, as given."""

    source: str = field(kw_only=False)
    target: str | None = None
    out: Path | None = None
    drop: str | None = None
    sql: str | None = None
    schema: str | None = None
    previous: str | None = None
    use_cases: list[str] | None = None
    seed: int | None = None
    budget: str | None = None
    workers: int | None = None
    memory: str | None = None
    engine: str | None = None
    spark_url: str | None = None
    timeout: float | None = None
    parameters: Sequence[str] = ()
    fail_on: Sequence[str] = ()
    mlflow: str | None = None


def run_command(what: str, options: Options, *, json: bool, quiet: bool, show: bool = False) -> int:
    """Run the notebooks, or the stages alone, tell the user how it went, and return the exit code."""
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    gc.set_threshold(COLLECTED)
    set_limits(options.memory, options.engine, options.spark_url)
    gates = check_gates(options.fail_on)
    if options.timeout is not None and options.timeout <= 0:
        raise ParameterError("--timeout must be more than 0 seconds", mend="Leave it out for no limit.")
    parameters = to_parameters(options)
    set_threads(Path(parameters.drop or _drop_of(parameters)))
    tracking = _tracking(options, parameters)
    from ..progress import on_terminal
    from ..workbook import run_stages, run_workbook

    with on_terminal(quiet=quiet or json) as progress:
        if what == "run":
            record = run_workbook(parameters, timeout=options.timeout, progress=progress)
        else:
            record = run_stages(parameters, models=what == "models", timeout=options.timeout, progress=progress)
    outcome = Outcome.of(record)
    hit = outcome.gates_hit(gates)
    code = 3 if hit else 0
    if tracking is not None and outcome.evaluation is not None and not _recorded(outcome, tracking):
        code = code or 1
    if json:
        print_json(outcome, hit, code)
    elif not quiet:
        from .summary import print_summary

        print_summary(outcome, hit, what)
    if show and outcome.report is not None:
        import typer

        typer.launch(str(outcome.report))
    return code


def _tracking(options: Options, parameters: RunParameters) -> str | None:
    """Return where MLflow keeps experiments, by option or engagement, checked before anything is run."""
    uri = options.mlflow
    if uri is None and parameters.engagement is not None:
        from ..engagement import load_engagement

        uri = load_engagement(parameters.engagement).mlflow
    if uri is None:
        return None
    from ..experiments import check_tracking

    return check_tracking(uri)


def _recorded(outcome: Outcome, tracking: str) -> bool:
    import typer

    from ..errors import PublishError
    from ..experiments import record_experiments

    try:
        record_experiments(outcome.folder, tracking)
    except PublishError as error:
        typer.echo(f"discovery: {error}", err=True)
        return False
    return True


def to_parameters(options: Options) -> RunParameters:
    """Return the options of the command line as checked parameters."""
    from ..parameters import check_parameters, parse_assignment

    values: dict[str, Any] = {}
    for text in options.parameters:
        name, value = parse_assignment(text)
        values[name] = value
    values |= locate(options)
    given: dict[str, Any] = {
        "target": options.target,
        "seed": options.seed,
        "budget": options.budget,
        "workers": options.workers,
        "sql": options.sql,
        "db_schema": options.schema,
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


def _drop_of(parameters: RunParameters) -> str:
    """Return where the drop is that the engagement of a run names."""
    from ..engagement import load_engagement
    from ..preflight import drop_source

    return drop_source(load_engagement(parameters.engagement or ""))


def last_run(runs: Path, parameters: RunParameters) -> str | None:
    """Return the newest good run in ``runs`` of the same engagement over another drop, if there is one.

    One that goes back to a run of this very drop does not count: a drop that is run again is compared with what it
    was compared with before, not with what came after it.
    """
    from ..artifacts import RunRecord
    from ..engagement import load_engagement
    from ..preflight import drop_source

    engagement = load_engagement(parameters.engagement or "")
    drop = Path(parameters.drop or drop_source(engagement)).name
    records = {}
    for file in runs.glob("*/run.json") if runs.is_dir() else []:
        with suppress(OSError, ValueError):
            records[file.parent.name] = RunRecord.read(file)

    def follows(record: RunRecord | None) -> bool:
        """Whether the run, or one before it, is of this drop."""
        met: set[str] = set()
        while record is not None and record.run_id not in met:
            if record.drop == drop:
                return True
            met.add(record.run_id)
            record = records.get(Path(record.previous).name) if record.previous else None
        return False

    good = [
        (record.started, str(runs / name))
        for name, record in records.items()
        if record.status == "ok" and record.engagement == engagement.name and not follows(record)
        if (runs / name / "audit.json").is_file()
    ]
    return max(good)[1] if good else None


def check_gates(names: Sequence[str]) -> list[str]:
    """Return the gates of ``--fail-on``, which may be given several times or with commas."""
    gates = [g.strip() for n in names for g in n.split(",") if g.strip()]
    for gate in gates:
        if gate not in (*SEVERITIES, *VERDICTS):
            raise ParameterError(
                f"unknown gate '{gate}'", where="--fail-on", mend=suggest(gate, (*SEVERITIES, *VERDICTS))
            )
    return gates


def report_again(folder: Path, language: str | None = None, paper: Literal["short", "full"] = "short") -> Path:
    """Render the report of the run in ``folder`` from its artifacts, in another language if one is given."""
    from ..artifacts import AuditResult, Decisions, Evaluation, RunRecord
    from ..engagement import load_engagement

    for name in ("run.json", "audit.json", "evaluation.json", "decision.json", "engagement.yaml"):
        if not (folder / name).is_file():
            raise DataError(
                f"is not a whole run: there is no {name} in it",
                where=str(folder),
                mend="Give the directory of a run.",
            )
    from ..language import LANGUAGES
    from ..stages import report_of

    engagement = load_engagement(folder / "engagement.yaml")
    if language is not None:
        if language not in LANGUAGES:
            raise ParameterError(
                "is no language of the report", where=language, mend=f"Give one of: {', '.join(LANGUAGES)}."
            )
        engagement = engagement.model_copy(update={"locale": language})
    return report_of(
        folder,
        engagement,
        AuditResult.read(folder / "audit.json"),
        Evaluation.read(folder / "evaluation.json"),
        Decisions.read(folder / "decision.json"),
        RunRecord.read(folder / "run.json"),
        paper,
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
