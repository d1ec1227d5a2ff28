"""The stages of a run, one after the other, with their results kept in the run directory.

Notebooks, the command line and batch runs all go through here, so that they give the same result.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from .artifacts import Artifact, AuditResult, Decisions, Evaluation, RunRecord, StageRecord
from .engagement import Engagement, dump_engagement, engagement_for, load_engagement
from .engagement.names import with_full_names
from .errors import DataError, InputError, ParameterError
from .fanout import spread
from .parameters import RunParameters, resolve_source
from .preflight import check_against, choose_use_cases, drop_source
from .progress import Progress, silent
from .record import DRAFT, Draft, make_record, measured

if TYPE_CHECKING:
    from .artifacts.changes import Changes
    from .intake.table import Drop

__all__ = ["Stages", "report_of"]

MOST_LEAKS = 20


class Stages:
    """The stages of one run; each is computed once, and its artifact written to the run directory.

    Parameters
    ----------
    parameters : RunParameters
        ``out`` must be given: the directory the artifacts are written to.
    progress : callable, optional
        Called with a line of text whenever something long begins.
    judge : {"auto", "gx", "scan"}
        What judges the contract: Great Expectations costs seconds to import, the scan gives the same verdicts.
    """

    def __init__(
        self,
        parameters: RunParameters,
        progress: Progress = silent,
        judge: Literal["auto", "gx", "scan"] = "auto",
    ) -> None:
        if parameters.out is None:
            raise ParameterError("parameter 'out' is missing", mend="Give the run directory.")
        self.parameters = parameters
        self.out = Path(parameters.out)
        self._progress = progress
        self._judge = judge

    @cached_property
    def engagement(self) -> Engagement:
        """What was agreed: the engagement file, or one made from the data; only the chosen use cases."""
        given = self.parameters
        if given.engagement is not None:
            return with_full_names(self._file, self._given)
        if given.drop is None:
            raise ParameterError("neither engagement nor drop is given", mend="Give one of them.")
        made = engagement_for(self._first, given.drop, given.target, sql=given.sql, schema=given.db_schema)
        return choose_use_cases(made, given.use_cases)

    @cached_property
    def _file(self) -> Engagement:
        """The engagement as its file has it, with only the chosen use cases."""
        if self.parameters.target is not None:
            raise ParameterError("target and engagement are both given", mend="Name the target in the engagement.")
        return choose_use_cases(load_engagement(self.parameters.engagement or ""), self.parameters.use_cases)

    @cached_property
    def _given(self) -> Drop:
        """The drop as it is read with the engagement file."""
        return self._read(self._file)

    @cached_property
    def drop(self) -> Drop:
        """The tables of the drop; what the engagement says of them has been checked."""
        drop = self._given if self.parameters.engagement is not None else self._first
        check_against(self.engagement, drop)
        self._begin(drop)
        return drop

    def record(self) -> RunRecord:
        """Return the record of the run as it stands; the parent process writes the final one."""
        return make_record(Draft.of(self.out), self.parameters)

    def report(self) -> Path:
        """Write the report of the run, and the tables beside it, and return the path of ``week1.html``."""
        audit, evaluation, made = self.audit, self.evaluation, self.decisions
        with self._stage("report"):
            return report_of(self.out, self.engagement, audit, evaluation, made, self.record())

    @cached_property
    def _first(self) -> Drop:
        """The drop as it is read before there is an engagement."""
        return self._read(None)

    @property
    def seed(self) -> int:
        """The seed of the run: the parameter, or else the engagement's."""
        return self.engagement.seed if self.parameters.seed is None else self.parameters.seed

    @cached_property
    def source(self) -> str:
        """Where the data of the drop is; may hold a secret, so it is not for showing."""
        if self.parameters.drop is not None:
            return resolve_source(self.parameters.drop)
        return drop_source(self._file)

    @cached_property
    def audit(self) -> AuditResult:
        """The findings. Read from ``audit.json`` where it is of this drop, else computed."""
        path = self.out / "audit.json"
        if self._kept(path):
            return AuditResult.read(path)
        from .audit import audit_drop

        with self._stage("audit"):
            previous = Path(self.parameters.previous) if self.parameters.previous else None
            result = audit_drop(
                self.drop,
                self.engagement,
                previous=previous,
                out=self.out,
                progress=self._note("Audit"),
                judge=self._judge,
            )
            self._save(result, path)
        return result

    @cached_property
    def evaluation(self) -> Evaluation:
        """What every candidate scored. Read from ``evaluation.json`` where it is of this drop, else computed."""
        path = self.out / "evaluation.json"
        if self._kept(path):
            return Evaluation.read(path)
        audit = self.audit
        from .baselines import evaluate

        note = self._note("Baselines")
        with self._stage("baselines"), spread(_cells(self.drop), note):
            result = evaluate(
                self.drop,
                self.engagement,
                audit,
                budget_seconds=self.parameters.budget,
                workers=self.parameters.workers,
                seed=self.seed,
                progress=note,
                out=self.out,
            )
            self._save(result, path)
        return result

    @cached_property
    def decisions(self) -> Decisions:
        """Go, narrow, hold or no-go for each use case."""
        audit, evaluation = self.audit, self.evaluation
        from .contract.thresholds import monitoring_of, write_monitoring
        from .decision import decide

        with self._stage("decision"):
            result = decide(self.engagement, audit, evaluation)
            self._save(result, self.out / "decision.json")
            write_monitoring(monitoring_of(self.engagement, result), self.out)
        return result

    def _read(self, engagement: Engagement | None) -> Drop:
        from .intake import read_drop

        with self._stage("intake"):
            given = self.parameters
            drop = read_drop(self.source, engagement=engagement, sql=given.sql, schema=given.db_schema)
        if not drop.tables:
            raise DataError("holds no data", where=drop.name, mend="Give a file or folder with tables in it.")
        return drop

    def _begin(self, drop: Drop) -> None:
        """Note what the run is of; results of anything else that lie in the run directory no longer count."""
        draft = Draft.of(self.out)
        identity = self._identity(drop)
        if draft.identity != identity:
            keep = [s for s in draft.stages if s.name == "intake"]
            draft = Draft(identity=identity, stages=keep, run_id=draft.run_id, started=draft.started)
        facts = {"engagement": self.engagement.name, "seed": self.seed, "drop": drop.name, "drop_hash": drop.hash}
        self._keep(draft.model_copy(update={**facts, "inputs": list(drop.files)}))

    def _identity(self, drop: Drop) -> str:
        from . import __version__

        given = self.parameters
        parts = [__version__, drop.hash, self.engagement.model_dump_json(), str(self.seed), str(given.budget)]
        return hashlib.sha256("\0".join([*parts, str(given.previous)]).encode("utf-8", "surrogatepass")).hexdigest()

    def write_tables(self) -> None:
        """Write what has been found so far as CSV."""
        from .report import write_tables

        write_tables(self.out, self.audit, self.__dict__.get("evaluation"))

    def write_engagement(self) -> Path:
        """Write the engagement of this run beside its artifacts, for the user to edit."""
        from .artifacts import write_atomic

        path = self.out / "engagement.yaml"
        write_atomic(path, dump_engagement(self.engagement))
        return path

    def find_leaks(self) -> list[str]:
        """Look for raw personal values in all that was written, and note in the record where they stand; and what
        is accepted and was not found."""
        from .audit.history import unused
        from .masking import leaks, personal_values

        values = personal_values(self.drop, self.audit)
        allowed = [dump_engagement(self.engagement), self.engagement.model_dump_json()]
        found = leaks([self.out], values, limit=MOST_LEAKS, allowed=allowed)
        lines = []
        for path, mine in groupby(found, key=lambda k: k.path):
            here = list(mine)
            kinds = ", ".join(sorted({k.semantic for k in here}))
            many = "a raw value" if len(here) == 1 else f"{len(here)}{'+' * (len(here) == MOST_LEAKS)} raw values"
            stands = "stands" if len(here) == 1 else "stand"
            lines.append(f"{many} ({kinds}) {stands} in {path.relative_to(self.out)}, line {here[0].line}")
        self._keep(
            Draft.of(self.out).model_copy(
                update={"warnings": [*lines, *unused(self.audit.findings, self.engagement)]}
            )
        )
        return lines

    def _kept(self, path: Path) -> bool:
        """Return whether ``path`` is an artifact of this very drop, engagement and seed."""
        drop = self.drop
        draft = Draft.of(self.out)
        return draft.identity == self._identity(drop) and path.name in draft.done and path.is_file()

    def _save(self, artifact: Artifact, path: Path) -> None:
        artifact.write(path)
        draft = Draft.of(self.out)
        self._keep(draft.model_copy(update={"done": sorted({*draft.done, path.name})}))

    def _note(self, stage: str) -> Progress:
        return lambda text: self._progress(f"{stage}: {text}")

    def _stage(self, name: str) -> AbstractContextManager[None]:
        self._progress(f"{name.capitalize()} …")
        return measured(name, self._record)

    def _record(self, stage: StageRecord) -> None:
        draft = Draft.of(self.out)
        merged = _merge(draft.stages, stage)
        self._keep(draft.model_copy(update={"stages": merged}))

    def _keep(self, draft: Draft) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        draft.write(self.out / DRAFT)


def report_of(
    out: Path,
    engagement: Engagement,
    audit: AuditResult,
    evaluation: Evaluation,
    decisions: Decisions,
    record: RunRecord,
    paper: Literal["short", "full"] = "short",
) -> Path:
    """Write the report of the run in ``out`` from its results, and return the path of ``week1.html``.

    Where the record names an earlier run that is still there, the report begins with what changed since, which is
    also written as ``changes.json``. Templates in
    ``templates/report`` beside the engagement go before the shipped ones.
    """
    from .report import write_report

    changes: Changes | None = None
    if record.previous is not None and (Path(record.previous) / "audit.json").is_file():
        from .changes import diff

        found = diff(Path(record.previous), out)
        changes = found.model_copy(update={"b": record.run_id, "drop_b": record.drop})
        changes.write(out / "changes.json")
    file = record.parameters.get("engagement")
    own = Path(file).parent / "templates" / "report" if file else None
    templates = own if own is not None and own.is_dir() else None
    return write_report(
        out, engagement, audit, evaluation, decisions, record, changes, templates=templates, paper=paper
    )


def _cells(drop: Drop) -> int:
    return max((t.frame.height * t.frame.width for t in drop.tables.values()), default=0)


def _merge(stages: Iterable[StageRecord], new: StageRecord) -> list[StageRecord]:
    """Return the stages with ``new`` added to the one of its name, if there is one."""
    found = list(stages)
    for i, old in enumerate(found):
        if old.name == new.name:
            peak = max(filter(None, [old.peak_memory_mb, new.peak_memory_mb]), default=None)
            seconds = round(old.seconds + new.seconds, 3)
            found[i] = new.model_copy(update={"seconds": seconds, "peak_memory_mb": peak})
            return found
    return [*found, new]


def describe(error: InputError) -> dict[str, str]:
    """Return the error as it crosses a process boundary."""
    return {"type": type(error).__name__, "what": error.what, "where": error.where, "mend": error.mend}
