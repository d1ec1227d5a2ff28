"""Limits of memory reach the allocator before it is loaded."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import os, sys
os.environ.pop("_RJEM_MALLOC_CONF", None)
from discovery.cli import app
import discovery.cli.work
assert "polars" not in sys.modules, "its allocator reads the variable when it is loaded"
discovery.cli.work.set_limits({memory!r}, None, None)
print(os.environ.get("_RJEM_MALLOC_CONF"), os.environ.get("DISCOVERY_MEMORY"))
"""


@pytest.mark.parametrize(("memory", "told"), [("2GB", True), (None, False)])
def test_freed_memory_is_given_back_where_memory_is_limited(memory: str | None, told: bool) -> None:
    command = [sys.executable, "-c", SCRIPT.format(memory=memory)]
    conf, limit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert ("muzzy_decay_ms:0" in conf) == told
    assert (limit == "2GB") == told
