"""How a run is started."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from discovery.batch import launch


def test_it_becomes_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    became: list[object] = []
    monkeypatch.setattr(launch, "die_with_parent", lambda: None)
    monkeypatch.setattr(launch, "limit_memory", became.append)
    monkeypatch.setattr(os, "execvp", lambda file, args: became.append((file, args)))
    launch.main([str(os.getppid()), "7", "echo", "x"])
    assert became == [7, ("echo", ["echo", "x"])]


def test_it_does_not_start_when_its_batch_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "die_with_parent", lambda: None)
    with pytest.raises(SystemExit):
        launch.main(["1", "0", "echo"] if os.getppid() != 1 else ["2", "0", "echo"])


def test_memory_is_limited() -> None:
    code = "x = bytearray(2_000_000_000)"
    command = [
        sys.executable,
        "-S",
        str(Path(launch.__file__)),
        str(os.getpid()),
        "500",
        sys.executable,
        "-c",
        code,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "MemoryError" in done.stderr
