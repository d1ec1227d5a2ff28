"""What was agreed with the client: models of ``engagement.yaml``."""

from .model import (
    Acceptance,
    AcceptedFinding,
    Bound,
    CostMatrix,
    DataSpec,
    Economics,
    Engagement,
    ForeignKey,
    TableSpec,
    UseCase,
)

__all__ = [
    "Acceptance",
    "AcceptedFinding",
    "Bound",
    "CostMatrix",
    "DataSpec",
    "Economics",
    "Engagement",
    "ForeignKey",
    "TableSpec",
    "UseCase",
]
