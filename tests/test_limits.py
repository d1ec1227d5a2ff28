"""Limits of memory and threads reach what reads them before it is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from discovery.limits import give_back, set_threads

SCRIPT = """
import os, sys
os.environ.pop("_RJEM_MALLOC_CONF", None)
from discovery.cli import app
import discovery.cli.work
assert "polars" not in sys.modules, "it reads its variables when it is loaded"
discovery.cli.work.set_limits({memory!r}, None, None)
print(os.environ.get("_RJEM_MALLOC_CONF"), os.environ.get("DISCOVERY_MEMORY"))
"""


@pytest.mark.parametrize(("memory", "told"), [("2GB", True), (None, False)])
def test_freed_memory_is_given_back_where_memory_is_limited(memory: str | None, told: bool) -> None:
    command = [sys.executable, "-c", SCRIPT.format(memory=memory)]
    conf, limit = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert ("muzzy_decay_ms:0" in conf) == told
    assert (limit == "2GB") == told


def test_what_was_freed_is_given_back_where_the_system_can(monkeypatch: pytest.MonkeyPatch) -> None:
    give_back()
    for error in (AttributeError, OSError, TypeError):
        monkeypatch.setattr("ctypes.CDLL", Mock(side_effect=error))
        give_back()


def test_small_data_is_worked_on_in_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLARS_MAX_THREADS", "as it was")
    monkeypatch.delenv("POLARS_MAX_THREADS")
    monkeypatch.setattr("discovery.limits.SMALL", 10)
    monkeypatch.setattr("discovery.limits.FEW", 4)
    (tmp_path / "drop").mkdir()
    for name in ("a", "b"):
        (tmp_path / "drop" / name).write_text("123456")
    for source in (tmp_path / "drop", tmp_path / "nowhere", Path("s3://bucket/x?signature=" + 400 * "a")):
        set_threads(source)
        assert "POLARS_MAX_THREADS" not in os.environ, source
    set_threads(tmp_path / "drop" / "a")
    assert os.environ["POLARS_MAX_THREADS"] == "1"
    monkeypatch.setenv("POLARS_MAX_THREADS", "3")
    set_threads(tmp_path / "drop" / "a")
    assert os.environ["POLARS_MAX_THREADS"] == "3"
    monkeypatch.delenv("POLARS_MAX_THREADS")
    for name in "abcd":
        (tmp_path / "drop" / name).write_text("")
    set_threads(tmp_path / "drop")
    assert "POLARS_MAX_THREADS" not in os.environ, "too many files"
