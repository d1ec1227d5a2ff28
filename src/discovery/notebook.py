"""What a notebook starts with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .errors import ParameterError
from .parameters import check_parameters
from .progress import kernel_progress
from .stages import Stages

__all__ = ["start"]


def start(**parameters: Any) -> Stages:
    """Return the stages of a run with the parameters of the notebook.

    Run by hand, a notebook may leave out what a run gives: ``engagement`` is then the ``engagement.yaml`` beside
    the notebook or above it, and ``out`` the folder ``runs/by-hand`` beside that, where each run replaces the last.

    Raises
    ------
    ParameterError
        A parameter is wrong, or there is nothing to work on.
    """
    given = dict(parameters)
    if given.get("engagement") is None and given.get("drop") is None:
        given["engagement"] = str(_nearest_engagement(Path.cwd()))
    if given.get("out") is None:
        beside = Path(given["engagement"]).parent if given.get("engagement") else Path.cwd()
        given["out"] = str(beside / "runs" / "by-hand")
    return Stages(check_parameters(given), kernel_progress())


def _nearest_engagement(folder: Path) -> Path:
    for place in (folder, *folder.parents):
        for name in ("engagement.yaml", "data/sample/engagement.yaml"):
            if (place / name).is_file():
                return place / name
    raise ParameterError(
        "no engagement.yaml here or above", where=str(folder), mend="Set the parameter engagement or drop."
    )
