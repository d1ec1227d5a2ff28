"""Record a finished run where MLflow keeps experiments: in a folder, a database or a tracking server."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ..artifacts import Evaluation, RunRecord
from ..errors import ParameterError, PublishError
from ..parameters import has_password, resolve_source
from .filestore import write_file_store
from .trial import Trial, trials_of

if TYPE_CHECKING:
    from mlflow import MlflowClient

__all__ = ["check_tracking", "record_experiments"]

_SCHEMES = ("http", "https", "sqlite", "postgresql", "mysql", "mssql", "databricks")


def check_tracking(uri: str) -> str:
    """Return where experiments are kept: a folder, a URI of MLflow, or the variable that holds one (``env:NAME``).

    Raises
    ------
    ParameterError
        It is none of these, holds a password in plain sight, or needs a package that is not installed.
    """
    if not uri.startswith("env:") and has_password(uri):
        mend = "Put it into an environment variable and give env:NAME."
        raise ParameterError("the URI of MLflow holds a password", where="mlflow", mend=mend)
    resolved = resolve_source(uri)
    if _folder(resolved) is not None:
        return resolved
    if urlsplit(resolved).scheme.split("+")[0] not in _SCHEMES:
        mend = "Give a folder, sqlite:///FILE or https://HOST."
        raise ParameterError("this is no folder and no URI of MLflow", where="mlflow", mend=mend)
    if find_spec("mlflow") is None:
        mend = "Install it: pip install 'discovery-workbook[mlflow]', or give a folder, which needs nothing."
        raise ParameterError("a tracking server or database needs the extra 'mlflow'", mend=mend)
    return resolved


def _folder(uri: str) -> Path | None:
    """The folder that a path or a ``file:`` URI names; None for other URIs."""
    if uri.startswith("file:"):
        return Path(unquote(urlsplit(uri).path))
    return None if "://" in uri or uri == "databricks" else Path(uri)


def record_experiments(run: Path, uri: str) -> int:
    """Record every candidate of a run and return how many there were.

    Parameters
    ----------
    run : Path
        The directory of a finished run, with ``evaluation.json`` and ``run.json``.
    uri : str
        As :func:`check_tracking` returns it. A folder is written in MLflow's file layout, without MLflow.

    Raises
    ------
    PublishError
        They could not be recorded; the run itself is whole.
    """
    record = RunRecord.read(run / "run.json")
    trials = trials_of(Evaluation.read(run / "evaluation.json"), record, run)
    folder = _folder(uri)
    try:
        if folder is not None:
            return write_file_store(folder, record.engagement or "discovery", trials)
        return _log(_client(uri), record.engagement or "discovery", trials)
    except Exception as error:  # a server, a database or a disk may fail in any way; what it says may hold secrets
        raise PublishError(
            f"the experiments could not be recorded in MLflow ({type(error).__name__}); the run itself is whole",
            where=str(run),
        ) from None


def _client(uri: str) -> MlflowClient:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("DO_NOT_TRACK", "true")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri)


def _log(client: MlflowClient, experiment: str, trials: Iterable[Trial]) -> int:
    from mlflow.entities import Metric, Param, RunTag

    found = client.get_experiment_by_name(experiment)
    home = found.experiment_id if found is not None else client.create_experiment(experiment)
    count = 0
    for trial in trials:
        run = client.create_run(home, start_time=trial.start, run_name=trial.name)
        run_id = run.info.run_id
        client.log_batch(
            run_id,
            metrics=[Metric(m.key, m.value, trial.end, m.step) for m in trial.metrics],
            params=[Param(k, v) for k, v in trial.parameters.items()],
            tags=[RunTag(k, v) for k, v in trial.tags.items()],
        )
        for name, text in trial.artifacts.items():
            client.log_text(run_id, text, name)
        client.set_terminated(run_id, "FAILED" if trial.failed else "FINISHED", trial.end)
        count += 1
    return count
