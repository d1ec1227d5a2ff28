"""Batches that are killed at random, many at once, and on a disk that is full."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
from tests.batch.one_fast_batch import fast_batch
from tests.batch.worlds import World, wait_for

from discovery.batch import index as index_module
from discovery.errors import PublishError

KILLS = 200


def spawn(world: World, workers: int = 1) -> BaseProcess:
    """Start a batch from a server that has imported all that it needs."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.batch.one_fast_batch"])
    process = context.Process(target=fast_batch, args=(str(world.folder), workers))
    process.start()
    return process


def running(world: World) -> list[str]:
    """Command lines of processes that were started for runs of this world."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if "kills.sh" in line and str(world.folder) in line:
            found.append(line)
    return found


def test_two_hundred_kills_leave_one_published_report_a_drop(world: World) -> None:
    """Kill batches at random moments while drops keep coming in; at the end each has exactly one run."""
    chance = random.Random(7)
    spawn(world).join(120)
    delivered, took = 0, []
    for delivered in range(1, 4):
        world.deliver(f"drop-{delivered - 1}", f"content {delivered - 1}")
        began = time.perf_counter()
        spawn(world).join(120)
        took.append(time.perf_counter() - began)
    longest = 1.2 * min(took)
    for _ in range(KILLS):
        for _ in range(chance.choice((0, 0, 1))):
            world.deliver(f"drop-{delivered}", f"content {delivered}")
            delivered += 1
        process = spawn(world, workers=chance.choice((1, 2)))
        process.join(chance.uniform(0.0, longest))
        process.kill()
        process.join()
    last = spawn(world)
    last.join(120)
    assert last.exitcode == 0
    assert set(world.states()) == {f"drop-{i}" for i in range(delivered)}
    assert {s for states in world.states().values() for s in states} == {"done"}
    assert len(world.published()) == delivered > 40
    assert sum(line.startswith("start") for line in world.logged()) > delivered, "some were killed while they ran"
    index = (world.runs / "index.html").read_text()
    assert index.count('class="done"') == delivered
    assert all(f"{e.run}/week1.html" in index for e in world.entries())
    assert not list(world.runs.glob(".*.partial"))
    wait_for(lambda: not running(world))


def test_four_batches_over_two_hundred_drops_run_none_twice(world: World) -> None:
    for i in range(200):
        world.deliver(f"drop-{i}", f"content {i}")
    batches = [spawn(world) for _ in range(4)]
    for batch in batches:
        batch.join(120)
    assert [b.exitcode for b in batches] == [0] * 4
    expected = {f"drop-{i}": 1 for i in range(200)}
    lines = [line.split() for line in world.logged()]
    assert Counter(drop for what, drop in lines if what == "start") == expected
    assert Counter(drop for what, drop in lines if what == "published") == expected
    assert {s for states in world.states().values() for s in states} == {"done"}


def test_a_reader_of_the_index_never_sees_a_missing_or_half_file(world: World) -> None:
    for i in range(30):
        world.deliver(f"drop-{i}", f"content {i}")
    batch = spawn(world, workers=2)
    index, looks = world.runs / "index.html", 0
    while batch.is_alive():
        if index.is_file():
            page = index.read_text()
            assert page.endswith("</html>\n")
            for link in page.split('<a href="')[1:]:
                target = link.split('"')[0]
                if target.endswith("week1.html"):
                    assert (world.runs / target).parent.joinpath("run.json").is_file()
            looks += 1
        time.sleep(0.005)
    assert batch.exitcode == 0
    assert looks > 3


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_leaves_what_was_there_intact_and_says_so(world: World, small_disk: Path) -> None:
    world.deliver("a", "one")
    assert world.batch(runs=small_disk).done == ["a"]
    before = (small_disk / "index.html").read_bytes()
    filler = small_disk / "filler"
    with pytest.raises(OSError, match="No space left"):
        filler.write_bytes(b"x" * (1 << 21))
    world.deliver("b", "two")
    with pytest.raises((PublishError, OSError)) as caught:
        world.batch(runs=small_disk)
    assert isinstance(caught.value, PublishError), caught.value
    assert "disk has room" in str(caught.value)
    assert (small_disk / "index.html").read_bytes() == before
    filler.unlink()
    assert world.batch(runs=small_disk).done == ["b"]
    assert len(list(small_disk.glob("*/run.json"))) == 2


def test_an_index_that_cannot_be_written_is_written_by_the_next_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("a", "one")
    world.batch()
    before = (world.runs / "index.html").read_bytes()
    world.deliver("b", "two")
    real = index_module.write_atomic

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(index_module, "write_atomic", full)
    with pytest.raises(PublishError, match=r"cannot be written \(No space left on device\).*disk has room"):
        world.batch()
    assert (world.runs / "index.html").read_bytes() == before
    monkeypatch.setattr(index_module, "write_atomic", real)
    assert world.batch().done == [], "it was done"
    assert (world.runs / "index.html").read_text().count('class="done"') == 2


def test_a_clock_set_back_does_not_hold_back_what_is_to_be_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("a", "flaky")
    assert world.batch(backoff_seconds=60).failed == ["a"]
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() - 86_400)
    assert world.batch(backoff_seconds=60).done == ["a"]
