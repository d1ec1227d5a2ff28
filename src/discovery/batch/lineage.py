"""OpenLineage events, so that data catalogues see the runs: posted to a server, or appended to a file."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from .entry import Entry

__all__ = ["EventType", "emit", "event_of"]

EventType = Literal["START", "COMPLETE", "FAIL", "ABORT"]
_PRODUCER = "https://github.com/discovery-workbook/discovery"
_SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = "https://openlineage.io/spec/facets/1-0-1"
SECONDS = 10


def event_of(kind: EventType, engagement: str, entry: Entry, out: Path) -> dict[str, Any]:
    """Return one event. The run's id follows from its directory and attempt: all its events share it."""
    run = uuid.uuid5(uuid.NAMESPACE_URL, f"{out.name}#{entry.attempts}")
    figures = entry.figures
    facets: dict[str, Any] = {}
    if kind == "FAIL":
        facets["errorMessage"] = _facet(
            "ErrorMessageRunFacet", message=str(entry.failure.get("message", "")), programmingLanguage="PYTHON"
        )
    source: dict[str, Any] = _dataset(entry.path)
    if "rows" in figures:
        metrics = _facet("DataQualityMetricsInputDatasetFacet", rowCount=figures["rows"], columnMetrics={})
        source["inputFacets"] = {"dataQualityMetrics": metrics}
    return {
        "eventType": kind,
        "eventTime": datetime.now(UTC).isoformat(),
        "run": {"runId": str(run), "facets": facets},
        "job": {"namespace": "discovery", "name": engagement, "facets": {}},
        "inputs": [source],
        "outputs": [_dataset(str(out))] if kind == "COMPLETE" else [],
        "producer": _PRODUCER,
        "schemaURL": _SPEC,
    }


def _facet(name: str, **values: Any) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": f"{_FACETS}/{name}.json#/$defs/{name}", **values}


def _dataset(place: str) -> dict[str, Any]:
    """Name a dataset as OpenLineage does: the store, and the path in it; no credentials."""
    if "://" not in place:
        return {"namespace": "file", "name": place}
    parts = urlsplit(place)
    host = parts.netloc.rpartition("@")[2]
    return {"namespace": f"{parts.scheme}://{host}", "name": parts.path.lstrip("/") or "/"}


def emit(target: str, event: dict[str, Any]) -> None:
    """Post the event to ``http(s)://HOST`` (at ``/api/v1/lineage``, if no path is given), or append it to a file.

    Raises
    ------
    OSError
        It could not be delivered.
    """
    line = json.dumps(event)
    if not target.startswith(("http://", "https://")):
        with Path(target).open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        return
    from urllib.request import Request, urlopen

    url = target if urlsplit(target).path.strip("/") else target.rstrip("/") + "/api/v1/lineage"
    request = Request(url, data=line.encode(), headers={"Content-Type": "application/json"})
    with urlopen(request, timeout=SECONDS) as answer:
        answer.read()
