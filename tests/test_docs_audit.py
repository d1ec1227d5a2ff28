"""The page on the audit names every kind of finding, and the modules that look for it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from discovery.artifacts import Kind
from discovery.audit.context import all_checks
from discovery.engagement.model import AcceptedFinding

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "audit.md").read_text(encoding="utf-8")
ROWS = {m[1]: m[2] for m in re.finditer(r"^\| `(\w+)` \| .+? \|(.*)$", PAGE, re.M)}


def test_every_kind_is_there():
    assert set(ROWS) == set(get_args(Kind))


@pytest.mark.parametrize("kind", [k for k, modules in ROWS.items() if modules.strip()])
def test_the_modules_are_those_that_look_for_it(kind):
    looking = {c.name.rpartition(".")[0] for c in all_checks() if kind in c.kinds}
    assert set(re.findall(r"`([\w.]+)`", ROWS[kind])) == looking


def test_the_example_of_acceptance_is_valid():
    import yaml

    (block,) = re.findall(r"```yaml\n(.+?)```", PAGE, re.S)
    assert [AcceptedFinding.model_validate(e).reason for e in yaml.safe_load(block)["accept"]]
