"""What was agreed with the client: models of ``engagement.yaml``."""

from .default import default_engagement, dump_engagement, engagement_for
from .load import load_engagement, parse_engagement
from .model import (
    Acceptance,
    AcceptedFinding,
    Bound,
    CostMatrix,
    DataSpec,
    Economics,
    Engagement,
    ForeignKey,
    LanguageModel,
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
    "LanguageModel",
    "TableSpec",
    "UseCase",
    "default_engagement",
    "dump_engagement",
    "engagement_for",
    "load_engagement",
    "parse_engagement",
]
