"""Batches that keep looking."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.batch.worlds import World, wait_for

from discovery.batch.watch import Waiter, watching


def test_what_is_delivered_while_watching_is_run(world: World) -> None:
    stop = threading.Event()
    outcomes = []
    options = {"watch": True, "poll_seconds": 0.1, "stop": stop}
    thread = threading.Thread(target=lambda: outcomes.append(world.batch(**options)))
    thread.start()
    try:
        wait_for(lambda: (world.runs / "index.html").is_file())
        world.deliver("a", "one")
        wait_for(lambda: "published a" in world.logged())
        world.deliver("a", "two")
        wait_for(lambda: world.logged().count("published a") == 2)
    finally:
        stop.set()
        thread.join(20)
    assert outcomes[0].done == ["a", "a"]


def test_trouble_with_the_folder_does_not_end_the_watch(world: World) -> None:
    stop = threading.Event()
    said: list[str] = []
    thread = threading.Thread(
        target=lambda: world.batch(watch=True, poll_seconds=0.05, stop=stop, progress=said.append)
    )
    thread.start()
    try:
        wait_for(lambda: (world.runs / "index.html").is_file())
        world.drops.rename(world.folder / "away")
        wait_for(lambda: any("cannot be read" in line for line in said))
        (world.folder / "away").rename(world.drops)
        world.deliver("a", "one")
        wait_for(lambda: "published a" in world.logged())
    finally:
        stop.set()
        thread.join(20)


def test_a_folder_that_is_gone_before_it_is_followed_ends_nothing(tmp_path: Path) -> None:
    pytest.importorskip("watchfiles")
    Waiter(threading.Event(), told=True).follow(str(tmp_path / "gone"), threading.Event())


@pytest.mark.parametrize("installed", [True, False])
def test_waiting_ends_with_a_change_the_time_or_a_stop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: bool
) -> None:
    if installed:
        pytest.importorskip("watchfiles")
    else:
        monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    stop = threading.Event()
    with watching(str(tmp_path), stop) as wait:
        assert wait.told is installed
        begun = time.monotonic()
        wait(0.2)
        assert 0.15 < time.monotonic() - begun < 5
        if installed:
            threading.Timer(0.3, (tmp_path / "x").write_text, ["1"]).start()
            begun = time.monotonic()
            wait(30)
            assert time.monotonic() - begun < 15
        threading.Timer(0.2, stop.set).start()
        begun = time.monotonic()
        wait(30)
        assert time.monotonic() - begun < 10


def test_the_command_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    (tmp_path / "drops").mkdir()
    (tmp_path / "engagement.yaml").write_text("name: x\ndata:\n  drops: drops\n")
    command = [sys.executable, "-m", "discovery", "batch", str(tmp_path), "--watch", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    wait_for(lambda: (tmp_path / "runs" / "index.html").is_file(), 60)
    os.kill(process.pid, signal.SIGTERM)
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert json.loads(out)["exit_code"] == 0
