"""MLflow's plain file layout, written without MLflow: a folder that any version of it reads or migrates.

Layout: ``EXPERIMENT/meta.yaml``, and in ``EXPERIMENT/RUN/``: ``meta.yaml``, a file each in ``params`` and ``tags``,
a file of lines ``milliseconds value step`` in ``metrics``, and ``artifacts``. Newer versions of MLflow read it
where ``MLFLOW_ALLOW_FILE_STORE=true`` is set, and take it into a database by ``mlflow migrate-filestore``.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .trial import Metric, Trial

__all__ = ["write_file_store"]

_FINISHED, _FAILED = 3, 4
_LOCAL = 4


def write_file_store(folder: Path, experiment: str, trials: Iterable[Trial]) -> int:
    """Add runs to an experiment in a folder, which is made if need be, and return how many there were.

    A run appears whole or not at all.
    """
    home = _experiment(folder, experiment)
    count = 0
    for trial in trials:
        run_id = uuid.uuid4().hex
        draft = folder / ".trash" / run_id
        try:
            _write(draft, home, run_id, trial)
            draft.rename(home / run_id)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        count += 1
    return count


def _experiment(folder: Path, name: str) -> Path:
    """Return the folder of the experiment of that name, made if there is none."""
    import yaml

    for meta in folder.glob("*/meta.yaml"):
        try:
            value = yaml.safe_load(meta.read_text("utf-8"))
        except (OSError, yaml.YAMLError):
            continue
        if isinstance(value, dict) and value.get("name") == name and value.get("lifecycle_stage") == "active":
            return meta.parent
    number = str(int(hashlib.sha256(name.encode()).hexdigest()[:15], 16))
    home = folder / number
    home.mkdir(parents=True, exist_ok=True)
    value = {"artifact_location": home.resolve().as_uri(), "experiment_id": number, "lifecycle_stage": "active"}
    _yaml(home / "meta.yaml", value | {"name": name, "creation_time": 0, "last_update_time": 0})
    return home


def _write(draft: Path, home: Path, run_id: str, trial: Trial) -> None:
    for part in ("params", "tags", "metrics", "artifacts"):
        (draft / part).mkdir(parents=True)
    meta = {
        "artifact_uri": f"{home.resolve().as_uri()}/{run_id}/artifacts",
        "experiment_id": home.name,
        "run_id": run_id,
        "run_uuid": run_id,
        "run_name": trial.name,
        "start_time": trial.start,
        "end_time": trial.end,
        "status": _FAILED if trial.failed else _FINISHED,
        "lifecycle_stage": "active",
        "user_id": "discovery",
        "source_type": _LOCAL,
        "source_name": "",
        "source_version": "",
        "entry_point_name": "",
        "tags": [],
    }
    _yaml(draft / "meta.yaml", meta)
    for name, value in trial.parameters.items():
        (draft / "params" / name).write_text(value, "utf-8")
    for name, value in trial.tags.items():
        (draft / "tags" / name).write_text(value, "utf-8")
    lines: dict[str, list[Metric]] = {}
    for metric in trial.metrics:
        lines.setdefault(metric.key, []).append(metric)
    for key, metrics in lines.items():
        text = "".join(f"{trial.end} {m.value!r} {m.step}\n" for m in metrics)
        (draft / "metrics" / key).write_text(text, "utf-8")
    for name, text in trial.artifacts.items():
        (draft / "artifacts" / name).write_text(text, "utf-8")


def _yaml(path: Path, value: dict[str, Any]) -> None:
    import yaml

    path.write_text(yaml.safe_dump(value, allow_unicode=True), "utf-8")
