"""One run from its parameters to its directory."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..artifacts import RunRecord, RunStatus, StageRecord
from ..engagement import load_engagement
from ..errors import DataError, DiscoveryError, InputError, ParameterError, RunError, disk_full
from ..parameters import RunParameters, resolve_source
from ..preflight import check_database, check_source, choose_use_cases, drop_source
from ..progress import Progress, silent
from ..record import DRAFT, Draft, make_record
from ..stages import Stages
from .kernel import KernelDiedError, RunTimeoutError
from .publish import Staging, new_run_id

__all__ = ["InterruptedRunError", "RunTimeoutError", "run_stages", "run_workbook"]


class InterruptedRunError(RunError):
    """The run was stopped by a signal."""


class _Stop(BaseException):
    """Raised in the main thread by a signal, so that everything is cleaned up on the way out."""


def run_workbook(
    parameters: RunParameters,
    *,
    timeout: float | None = None,
    progress: Progress = silent,
    run_id: str | None = None,
) -> RunRecord:
    """Run the notebooks over one drop and publish the run directory.

    Parameters
    ----------
    parameters : RunParameters
        ``out`` is the run directory; None: a new one under ``runs/`` beside the engagement, or here.
    timeout : float, optional
        Seconds that the whole run may take.
    progress : callable, optional
        Called with a line of text whenever something long begins.
    run_id : str, optional
        What the run is called; made from the time and the drop, if not given.

    Returns
    -------
    RunRecord
        As in ``run.json``; ``parameters["out"]`` is the run directory.

    Raises
    ------
    InputError
        Something the user can mend; nothing is left behind, unless notebooks had begun to run.
    RunError
        The run failed, ran out of time, was killed or interrupted. What there is of it, with the reason in
        ``run.json``, is in the folder that the error names.
    """
    from .notebooks import run_notebooks
    from .sources import check_asked, find_notebooks

    notebooks = find_notebooks(Path(parameters.engagement) if parameters.engagement else None)
    check_asked(parameters, notebooks)
    return _run(
        parameters,
        lambda resolved, staging, deadline: run_notebooks(resolved, notebooks, staging, deadline, progress),
        timeout=timeout,
        run_id=run_id,
    )


def run_stages(
    parameters: RunParameters,
    *,
    models: bool,
    timeout: float | None = None,
    progress: Progress = silent,
    run_id: str | None = None,
) -> RunRecord:
    """Run only the audit, or also the baselines and the decision, in this process; no kernel is started.

    Parameters, returns and errors are those of :func:`run_workbook`.
    """

    def work(resolved: RunParameters, staging: Staging, deadline: float | None) -> list[StageRecord]:
        stages = Stages(resolved.model_copy(update={"out": str(staging.folder)}), progress, judge="scan")
        with _alarm(deadline):
            _ = stages.drop
            if models and not stages.engagement.use_cases:
                raise ParameterError(
                    "no use case, so nothing to model", mend="Give --target, or use_cases in the engagement."
                )
            stages.write_engagement()
            _ = stages.audit
            if models:
                _ = stages.decisions
            stages.write_tables()
            stages.find_leaks()
        return []

    adds = "evaluation.json" if models else "audit.json"
    return _run(parameters, work, timeout=timeout, run_id=run_id, adds=adds)


def _run(
    parameters: RunParameters,
    work: Callable[[RunParameters, Staging, float | None], list[StageRecord]],
    *,
    timeout: float | None,
    run_id: str | None,
    adds: str | None = None,
) -> RunRecord:
    started = datetime.now(UTC)
    deadline = None if timeout is None else time.monotonic() + timeout
    name = _check(parameters)
    run_id = run_id or new_run_id(started, name)
    target = Path(parameters.out) if parameters.out else _runs_folder(parameters) / run_id
    parameters = _absolute(parameters, target)
    staging = Staging(target, adds)
    Draft(run_id=run_id, started=started).write(staging.folder / DRAFT)
    try:
        with _signals():
            more = work(parameters, staging, deadline)
            record = make_record(Draft.of(staging.folder), parameters, more_stages=more)
            record.write(staging.folder / "run.json")
            _remove_secrets(staging.folder, parameters)
            staging.publish()
    except BaseException as error:
        raise _failed(error, parameters, staging) from error
    return record


def _check(parameters: RunParameters) -> str:
    """Check what can be without reading the data, and return what the drop is called."""
    if parameters.engagement is not None:
        engagement = choose_use_cases(load_engagement(parameters.engagement), parameters.use_cases)
        if parameters.target is not None:
            raise ParameterError("target and engagement are both given", mend="Name the target in the engagement.")
        source = resolve_source(parameters.drop) if parameters.drop else drop_source(engagement)
    elif parameters.drop is not None:
        source = resolve_source(parameters.drop)
    else:
        raise ParameterError("neither engagement nor drop is given", mend="Give one of them.")
    check_source(source)
    check_database(source, parameters)
    if parameters.previous and not (Path(parameters.previous) / "audit.json").is_file():
        raise DataError(
            "is not a run: there is no audit.json in it",
            where=parameters.previous,
            mend="Give the directory of an earlier run.",
        )
    return "database" if "://" in source else Path(source).name.split(".")[0]


def _runs_folder(parameters: RunParameters) -> Path:
    return (Path(parameters.engagement).parent if parameters.engagement else Path.cwd()) / "runs"


def _absolute(parameters: RunParameters, target: Path) -> RunParameters:
    """Return the parameters with local paths made absolute, since notebooks run in a folder of their own."""
    changes: dict[str, Any] = {"out": str(target.absolute())}
    for name in ("engagement", "drop", "previous"):
        value = getattr(parameters, name)
        if value is not None and "://" not in value and not value.startswith("env:"):
            changes[name] = str(Path(value).absolute())
    return parameters.model_copy(update=changes)


def _failed(error: BaseException, parameters: RunParameters, staging: Staging) -> BaseException:
    """Leave what there is of a failed run under a name that says so, and return the error to raise."""
    begun = (staging.folder / "notebooks").is_dir()
    if isinstance(error, InputError) and not begun:
        staging.discard()
        return error
    if disk_full(error):
        staging.discard()
        return RunError(
            "the disk is full", where=str(staging.target.parent), mend="Make room, or give another --out."
        )
    status, shown = _status(error)
    record = make_record(Draft.of(staging.folder), parameters, status=status, reason=str(shown))
    with suppress(OSError):
        record.write(staging.folder / "run.json")
        _remove_secrets(staging.folder, parameters)
        place = staging.publish_failed()
        kept = f"What there is of the run is in {place}."
        return type(shown)(shown.what, where=shown.where, mend=f"{shown.mend} {kept}".strip())
    return shown


def _status(error: BaseException) -> tuple[RunStatus, DiscoveryError]:
    if isinstance(error, RunTimeoutError):
        return "timeout", error
    if isinstance(error, KernelDiedError):
        return "killed", error
    if isinstance(error, _Stop | KeyboardInterrupt):
        return "interrupted", InterruptedRunError("interrupted", mend="Run it again when you are ready.")
    if isinstance(error, DiscoveryError):
        return "failed", error
    return "failed", RunError(f"{type(error).__name__}, which is a bug", mend="Run again with --debug.")


def _remove_secrets(folder: Path, parameters: RunParameters) -> None:
    """Replace every secret that this run was given, should it have got into a file."""
    import json

    values = _secrets(parameters)
    if not values:
        return
    forms = sorted({f for v in values for f in (v, json.dumps(v)[1:-1])}, key=len, reverse=True)
    for path in folder.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        data = path.read_bytes()
        cleaned = data
        for form in forms:
            cleaned = cleaned.replace(form.encode("utf-8", "surrogatepass"), b"***")
        if cleaned != data:
            path.write_bytes(cleaned)


def _secrets(parameters: RunParameters) -> set[str]:
    from urllib.parse import parse_qsl, unquote, urlsplit

    from ..parameters import has_password, passwords

    urls = []
    if parameters.drop and parameters.drop.startswith("env:"):
        urls.append(resolve_source(parameters.drop))
    if parameters.engagement:
        with suppress(DiscoveryError):
            name = load_engagement(parameters.engagement).data.database_url_env
            urls.append(os.environ.get(name, "") if name else "")
    found = {u for u in urls if has_password(u)}
    for url in list(found):
        with suppress(ValueError):
            found |= {p for given in passwords(url) for p in (given, unquote(given)) if len(p) >= 6}
            found |= {v for k, v in parse_qsl(urlsplit(url).query) if len(v) >= 6 and has_password(f"x://h?{k}=")}
    return found


@contextmanager
def _signals() -> Iterator[None]:
    """Turn SIGTERM, SIGHUP and SIGINT into an exception in the main thread, as long as the block runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_IGN)
        raise _Stop

    names = [getattr(signal, n) for n in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, n)]
    before = {s: signal.signal(s, stop) for s in names}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _alarm(deadline: float | None) -> Iterator[None]:
    """Raise :class:`RunTimeoutError` in the main thread when ``deadline`` passes (where the system has alarms)."""
    if deadline is None or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(_number: int, _frame: object) -> None:
        raise RunTimeoutError("the time ran out", mend="Give a longer --timeout.")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(0.001, deadline - time.monotonic()))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
