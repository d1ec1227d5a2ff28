"""The JSON Schema of ``engagement.yaml``, with which editors complete keys and mark mistakes."""

from __future__ import annotations

import json

from .model import Engagement

__all__ = ["engagement_schema"]


def engagement_schema() -> str:
    """Return the JSON Schema (draft 2020-12) of an engagement file, indented by two."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Engagement.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
