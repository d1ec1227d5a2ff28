"""What the parent asks of the kernel before the first notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..errors import InputError
from ..parameters import check_parameters
from ..progress import kernel_progress
from ..record import Draft
from ..stages import Stages, describe

__all__ = ["ANSWER", "preflight", "scan"]

ANSWER = ".preflight.json"


def scan(parameters: dict[str, Any]) -> None:
    """Look for raw personal values in the run directory, once all is written; see :meth:`Stages.find_leaks`."""
    stages = Stages(check_parameters(parameters))
    if "audit.json" in Draft.of(stages.out).done:
        stages.find_leaks()


def preflight(parameters: dict[str, Any], out: str) -> None:
    """Read the drop and check the engagement against it; the drop stays in memory for the notebooks.

    What is wrong goes to the file ``ANSWER`` in ``out``, so that the user gets one line and no notebook.
    """
    answer: dict[str, Any] = {}
    try:
        stages = Stages(check_parameters(parameters), kernel_progress())
        answer["drop"] = stages.drop.name
        stages.write_engagement()
    except InputError as error:
        answer["error"] = describe(error)
    Path(out, ANSWER).write_text(json.dumps(answer), "utf-8")
