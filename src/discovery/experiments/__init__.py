"""Experiments recorded so that MLflow reads them: one MLflow run for each candidate of each use case."""

from __future__ import annotations

from .record import check_tracking, record_experiments

__all__ = ["check_tracking", "record_experiments"]
