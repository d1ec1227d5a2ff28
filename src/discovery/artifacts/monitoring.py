"""The thresholds of a run as they are handed over with its contract, and how a later run fares against them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .base import SCHEMA_VERSION, Artifact
from .decision import Threshold

__all__ = ["Monitored", "Monitoring", "ThresholdOutcome"]


class Monitored(Artifact):
    """What is watched of one use case."""

    use_case: str
    table: str
    target: str = ""
    candidate: str | None = Field(default=None, description="The approach the figures are of.")
    rows: int = Field(default=0, description="Cases of the month that the margins are for.")
    responds: str = Field(default="", description="Who responds to an alarm, as the engagement says.")
    thresholds: list[Threshold] = Field(default_factory=list)


class Monitoring(Artifact):
    """The content of ``contract/_monitoring.json``."""

    schema_version: int = SCHEMA_VERSION
    use_cases: list[Monitored] = Field(default_factory=list)


class ThresholdOutcome(Artifact):
    """One threshold of an earlier run against what a later run measured."""

    use_case: str
    signal: str
    measure: str
    column: str | None = None
    before: float | None = None
    now: float | None = None
    alarm_above: float | None = None
    alarm_below: float | None = None
    unit: str = ""
    status: Literal["within", "alarm", "not measured"]
