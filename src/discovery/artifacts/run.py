"""The record of a run. The parent process writes it; it is never read from notebook metadata."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from .base import SCHEMA_VERSION, Artifact, Shown

__all__ = ["InputFile", "RunRecord", "RunStatus", "StageRecord"]

RunStatus = Literal["ok", "failed", "timeout", "killed", "interrupted"]


class InputFile(Artifact):
    """One file of the drop. ``path`` is relative to the drop."""

    path: str
    sha256: str
    bytes: int


class StageRecord(Artifact):
    """What one stage cost."""

    name: str
    seconds: float
    peak_memory_mb: float | None = None
    status: RunStatus = "ok"


class RunRecord(Shown):
    """The content of ``run.json``."""

    schema_version: int = SCHEMA_VERSION
    run_id: str
    status: RunStatus
    reason: str | None = None
    engagement: str = ""
    drop: str = ""
    drop_hash: str = ""
    started: datetime
    ended: datetime
    inputs: list[InputFile] = Field(default_factory=list)
    parameters: dict[str, Any] = Field(default_factory=dict, description="Resolved, without secrets.")
    versions: dict[str, str] = Field(default_factory=dict)
    git_revision: str | None = None
    seed: int = 0
    warnings: list[str] = Field(default_factory=list, description="What to look at before passing the run on.")
    stages: list[StageRecord] = Field(default_factory=list)
    previous: str | None = Field(default=None, description="The run this one is compared with.")
    supersedes: str | None = None
