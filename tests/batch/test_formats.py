"""What other tools read is as their formats want it: JSON Feed 1.1, and OpenLineage 2-0-2 with its facets."""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from tests.batch.worlds import World

TEXT = {"type": "string"}
WORD = {"type": "string", "minLength": 1}
WEB = {"type": "string", "pattern": "^https?://[^/]+/"}

FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": WORD,
        "home_page_url": WEB,
        "feed_url": WEB,
        "language": {"type": "string", "pattern": "^[a-z]{2}(-[A-Z]{2})?$"},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}},
    },
    "patternProperties": {"^_[A-Za-z][^. ]*$": {"type": "object"}},
    "additionalProperties": False,
    "$defs": {
        "item": {
            "type": "object",
            "required": ["id"],
            "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
            "properties": {
                "id": WORD,
                "url": WEB,
                "title": TEXT,
                "content_text": WORD,
                "date_published": TEXT,
                "tags": {"type": "array", "items": WORD},
            },
            "patternProperties": {"^_[A-Za-z][^. ]*$": {"type": "object"}},
            "additionalProperties": False,
        }
    },
}
"""The rules of https://www.jsonfeed.org/version/1.1 for the members that are used here; others would be a slip."""

FACET = {
    "type": "object",
    "required": ["_producer", "_schemaURL"],
    "properties": {"_producer": WEB, "_schemaURL": WEB},
}
DATASET = {
    "type": "object",
    "required": ["namespace", "name"],
    "properties": {
        "namespace": WORD,
        "name": WORD,
        "facets": {"type": "object", "additionalProperties": FACET},
        "inputFacets": {
            "type": "object",
            "additionalProperties": FACET,
            "properties": {
                "dataQualityMetrics": {
                    "required": ["columnMetrics"],
                    "properties": {"rowCount": {"type": "integer"}, "columnMetrics": {"type": "object"}},
                }
            },
        },
    },
}
EVENT = {
    "type": "object",
    "required": ["eventTime", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventType": {"enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]},
        "producer": WEB,
        "schemaURL": WEB,
        "run": {
            "type": "object",
            "required": ["runId"],
            "properties": {
                "facets": {
                    "type": "object",
                    "additionalProperties": FACET,
                    "properties": {
                        "errorMessage": {
                            "required": ["message", "programmingLanguage"],
                            "properties": {"message": TEXT, "programmingLanguage": TEXT},
                        }
                    },
                }
            },
        },
        "job": {
            "type": "object",
            "required": ["namespace", "name"],
            "properties": {
                "namespace": WORD,
                "name": WORD,
                "facets": {"type": "object", "additionalProperties": FACET},
            },
        },
        "inputs": {"type": "array", "items": DATASET},
        "outputs": {"type": "array", "items": DATASET},
    },
}
"""The rules of https://openlineage.io/spec/2-0-2/OpenLineage.json for runs, and those of the facets used."""


def hold(value: Any, rules: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator.check_schema(rules)
    jsonschema.validate(value, rules, cls=jsonschema.Draft202012Validator)


def is_moment(text: str) -> bool:
    """Whether a text is a time as RFC 3339 has it: with its offset."""
    return "T" in text and datetime.fromisoformat(text).utcoffset() is not None


@pytest.mark.parametrize("site", ["", "https://runs.example.org/acme"])
def test_the_feed_keeps_the_rules_of_json_feed(world: World, site: str) -> None:
    world.deliver("1", "one")
    world.deliver("2", "one")
    world.deliver("3", "bad input")
    world.deliver("4 <b>", "not recorded")
    world.batch(site=site)
    world.deliver("1", "other")
    world.batch(site=site)
    feed = json.loads((world.runs / "feed.json").read_text(encoding="utf-8"))
    hold(feed, FEED)
    items = feed["items"]
    assert len(items) == 5
    assert len({i["id"] for i in items}) == 5, "an id is never that of another item"
    assert all(is_moment(i["date_published"]) for i in items)
    assert all(bool(site) == ("url" in i) for i in items), "an address that is not whole is none"
    if site:
        assert feed["feed_url"] == f"{site}/feed.json"
        assert all(i["url"].startswith(f"{site}/") for i in items)


def test_events_keep_the_rules_of_openlineage(world: World) -> None:
    world.deliver("1", "one")
    world.deliver("2", "bad input")
    world.deliver("3", "crash")
    file = world.folder / "events.jsonl"
    world.batch(lineage=str(file), max_attempts=1)
    events = [json.loads(line) for line in file.read_text().splitlines()]
    assert [e["eventType"] for e in events] == ["START", "COMPLETE", "START", "FAIL", "START", "FAIL"]
    for event in events:
        hold(event, EVENT)
        assert is_moment(event["eventTime"])
        uuid.UUID(event["run"]["runId"])
        facets = [*event["run"]["facets"].values()]
        facets += [f for d in event["inputs"] for f in d.get("inputFacets", {}).values()]
        for address in (event["schemaURL"], *(f["_schemaURL"] for f in facets)):
            parts = urlsplit(address)
            assert (parts.netloc, parts.fragment.startswith("/$defs/")) == ("openlineage.io", True)
    runs = [e["run"]["runId"] for e in events]
    assert runs[::2] == runs[1::2], "each run that starts also ends"
    assert len(set(runs)) == 3
