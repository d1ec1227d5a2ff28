"""The delivery plan in the engagement, its schema and its template."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest

from discovery.assets import asset
from discovery.decision.areas import AREAS
from discovery.engagement import load_engagement, parse_engagement
from discovery.engagement.plan import Plan
from discovery.engagement.schema import engagement_schema
from discovery.engagement.yaml_lines import parse
from discovery.errors import EngagementError

USE = "name: x\nuse_cases:\n  - name: a\n    table: t\n    target: y\n    plan:\n"


def test_the_shipped_schema_is_the_one_of_the_models() -> None:
    shipped = asset("templates", "engagement.schema.json").read_text("utf-8")
    assert shipped == engagement_schema(), "run: python scripts/make_schema.py"


def test_the_schema_takes_the_sample_and_refuses_a_wrong_key() -> None:
    schema = json.loads(engagement_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    file = asset("data", "sample", "engagement.yaml")
    value, _ = parse(file.read_text("utf-8"), "sample")
    jsonschema.validate(value, schema)
    value["use_cases"][0]["plan"]["rollout"]["may_stop"] = "me"
    with pytest.raises(jsonschema.ValidationError, match="may_stop"):
        jsonschema.validate(value, schema)


def test_editors_find_the_schema_from_template_and_sample() -> None:
    for file in (asset("templates", "engagement.yaml"), asset("data", "sample", "engagement.yaml")):
        first = file.read_text("utf-8").splitlines()[0]
        found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert found is not None
        assert (file.parent / found[1]).resolve() == asset("templates", "engagement.schema.json")


def test_an_unknown_key_of_the_plan_is_refused_with_its_line() -> None:
    with pytest.raises(EngagementError, match=r"engagement\.yaml:8: unknown key 'may_pauze'.*may_pause"):
        parse_engagement(USE + "      rollout:\n        may_pauze: me\n")


def test_one_text_does_for_a_list() -> None:
    found = parse_engagement(USE + "      actions: {may_read: CRM}\n")
    assert found.use_cases[0].plan.actions.may_read == ["CRM"]


def test_the_commented_template_holds_every_key_of_the_plan_and_is_valid() -> None:
    text = asset("templates", "engagement.yaml").read_text("utf-8")
    assert load_engagement(asset("templates", "engagement.yaml")).name
    start = text.index("use_cases: []")
    shown = text[start:].split("\n\n")[0].removeprefix("use_cases: []\n")
    example = "name: x\nuse_cases:\n" + re.sub(r"^# {0,3}", "  ", shown, flags=re.M)
    use = parse_engagement(example).use_cases[0]
    empty = [
        f"{area}.{key}"
        for area in Plan.model_fields
        for key in type(getattr(use.plan, area)).model_fields
        if not getattr(getattr(use.plan, area), key)
    ]
    assert empty == []


def test_the_report_knows_every_key_of_the_plan() -> None:
    known = {f"{a.key}.{e.key}" for a in AREAS for e in a.entries} | {"context.freshness_days"}
    assert [a.key for a in AREAS] == list(Plan.model_fields)
    for area, field in Plan.model_fields.items():
        assert field.annotation is not None
        assert {f"{area}.{key}" for key in field.annotation.model_fields} <= known


def test_a_language_that_the_report_does_not_speak_is_refused() -> None:
    with pytest.raises(EngagementError, match="'locale': the report speaks en, de, fr"):
        parse_engagement("name: x\nlocale: es\n")
