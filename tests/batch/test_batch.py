"""Drops to runs: once each, whatever happens."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.batch.worlds import HERE, World, wait_for

from discovery.batch import Job, Ledger, default_command, run_batch
from discovery.batch.drops import content_hash, find_drops
from discovery.batch.found import natural_key
from discovery.batch.index import render_index
from discovery.batch.owner import new_owner
from discovery.batch.store import SqliteStore
from discovery.engagement import Engagement
from discovery.errors import DataError, PublishError


def test_every_drop_is_run_once_in_order_with_the_one_before(world: World) -> None:
    for name in ("drop-10", "drop-9", "drop-11"):
        world.deliver(name, name)
    said: list[str] = []
    outcome = world.batch(progress=said.append)
    assert outcome.done == ["drop-9", "drop-10", "drop-11"]
    assert outcome.exit_code == 0
    starts = [line.split() for line in world.logged() if line.startswith("start")]
    assert [s[1] for s in starts] == ["drop-9", "drop-10", "drop-11"]
    assert starts[0][2] == "None"
    assert starts[1][2].startswith("drop-9-")
    assert "drop-9: done" in said
    assert world.batch().done == []
    assert len(world.published()) == 3


def test_the_same_bytes_under_another_name_are_skipped_and_recorded(world: World) -> None:
    world.deliver("a", "same")
    world.batch()
    world.deliver("b", "same")
    outcome = world.batch()
    assert (outcome.done, outcome.skipped) == ([], ["b"])
    assert world.states() == {"a": ["done"], "b": ["skipped"]}
    assert 'same content as <a href="#d1">a</a>' in (world.runs / "index.html").read_text()


def test_new_bytes_under_the_same_name_supersede(world: World) -> None:
    world.deliver("a", "first")
    world.batch()
    world.deliver("b", "other")
    world.batch()
    world.deliver("a", "corrected")
    assert world.batch().done == ["a"]
    assert world.states()["a"] == ["superseded", "done"]
    with Ledger(world.runs / "ledger.sqlite") as ledger:
        old, new = (e for e in ledger.entries() if e.name == "a")
    assert (old.superseded_by, new.supersedes) == (new.id, old.id)
    assert world.logged()[-2] == "start a None", "a correction is compared with the drop before it"
    world.deliver("a", "first")
    assert world.batch().done == ["a"], "going back is a correction too"
    assert len(world.published()) == 4


def test_one_bad_drop_holds_back_no_other(world: World) -> None:
    world.deliver("1", "bad input")
    world.deliver("2", "crash")
    world.deliver("3", "good")
    outcome = world.batch(backoff_seconds=1000)
    assert (outcome.quarantined, outcome.failed, outcome.done) == (["1"], ["2"], ["3"])
    assert outcome.exit_code == 4
    index = (world.runs / "index.html").read_text()
    assert "this is no table. Deliver it again." in index
    assert world.batch().failed == [], "it is not due yet"
    assert world.batch(retry_failed=True, backoff_seconds=1000).failed == ["2"]


def test_what_went_wrong_after_a_report_was_published_is_told(world: World) -> None:
    world.deliver("a", "not recorded")
    outcome = world.batch()
    assert (outcome.done, outcome.failed, outcome.exit_code) == (["a"], [], 0)
    said = "http://mlflow.example.org: it cannot be reached. Record it later."
    assert outcome.warnings == [f"a: {said}"]
    assert world.entries()[0].figures["warning"] == said
    assert said in (world.runs / "index.html").read_text()
    assert world.batch().warnings == [], "once"


def test_failures_are_tried_again_and_then_quarantined(world: World) -> None:
    world.deliver("1", "crash")
    world.deliver("2", "flaky")
    stop = threading.Event()
    said: list[str] = []

    def note(line: str) -> None:
        said.append(line)
        if {"1: quarantined", "2: done"} <= set(said):
            stop.set()

    outcome = world.batch(watch=True, poll_seconds=0.05, stop=stop, progress=note)
    assert outcome.quarantined == ["1"]
    assert outcome.done == ["2"]
    assert Counter(x for x in world.logged() if x.startswith("start 1")) == {"start 1 None": 3}


def test_a_drop_must_have_settled(world: World) -> None:
    world.deliver("new", "x")
    (world.drops / "empty").mkdir()
    world.deliver("copying", "x1")
    (world.drops / "copying" / "big.csv.part").write_text("")
    assert sorted(world.batch(settle_seconds=300).unsettled) == ["copying", "empty", "new"]
    (world.drops / "new" / "_SUCCESS").touch()
    outcome = world.batch(settle_seconds=300)
    assert outcome.done == ["new"]
    assert world.batch(settle_seconds=0, marker=True).unsettled == ["copying", "empty"]


def test_a_clock_set_back_does_not_stop_a_drop_from_settling(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.deliver("a", "x")
    real = time.time
    monkeypatch.setattr("discovery.batch.collect.time.time", lambda: real() - 86_400)
    assert world.batch(settle_seconds=0.2).unsettled == ["a"]
    time.sleep(0.25)
    assert world.batch(settle_seconds=0.2).done == ["a"]


def test_choosing_drops(world: World) -> None:
    for name in ("2024-01", "2024-02", "2024-03"):
        world.deliver(name, name)
    assert world.batch(dry_run=True).pending == ["2024-01", "2024-02", "2024-03"]
    assert world.logged() == []
    assert world.batch(only=["2024-02"]).done == ["2024-02"]
    assert world.batch(since="2024-03").done == ["2024-03"]
    assert world.batch(only=["2024-02"], force=True).done == ["2024-02"]
    assert len(world.published()) == 3


def test_a_dry_run_changes_nothing(world: World) -> None:
    (world.folder / "engagement.yaml").write_text("name: x\ndata:\n  drops: drops\n")
    world.deliver("a", "one")
    for given in (world.engagement, None):
        assert world.batch(dry_run=True, engagement=given).pending == ["a"]
        assert not world.runs.exists()
    world.batch()
    world.deliver("b", "two")
    files = [world.runs / name for name in ("ledger.sqlite", "index.html", "feed.json")]
    before = [(p.read_bytes(), p.stat().st_mtime_ns) for p in files]
    assert world.batch(dry_run=True, engagement=None, keep=True).pending == ["b"]
    assert [(p.read_bytes(), p.stat().st_mtime_ns) for p in files] == before


def test_a_run_that_takes_too_long_is_ended(world: World) -> None:
    world.deliver("a", "hang")
    outcome = world.batch(timeout=0.5, max_attempts=1)
    assert outcome.quarantined == ["a"]
    assert "longer than 0.5 s" in (world.runs / "index.html").read_text()


def test_stopping_gives_the_drop_back(world: World) -> None:
    world.deliver("a", "hang")
    stop = threading.Event()
    threading.Timer(0.7, stop.set).start()
    outcome = world.batch(stop=stop)
    assert outcome.exit_code == 0
    assert world.states() == {"a": ["waiting"]}


def test_a_service_that_is_stopped_with_its_runs_does_not_count_them_as_failed(world: World) -> None:
    world.deliver("a", "one")
    stop = threading.Event()
    code = "import os, signal; os.kill(os.getpid(), signal.SIGTERM)"
    world.command = lambda _job: [sys.executable, "-S", "-c", code]  # type: ignore[method-assign]
    outcome = world.batch(stop=stop, progress=lambda _line: stop.set())
    assert (outcome.failed, world.states(), world.entries()[0].attempts) == ([], {"a": ["waiting"]}, 0)


def test_a_run_published_before_its_batch_died_is_recorded_not_repeated(world: World) -> None:
    world.deliver("a", "x")
    world.batch()
    with Ledger(world.runs / "ledger.sqlite") as ledger, ledger._store.change() as run:
        run("UPDATE drops SET state='running', owner='elsewhere:1:x', lease_until=1, run=NULL, made_with=''")
    assert world.batch().done == ["a"]
    assert world.logged() == ["start a None", "published a"]


def start(world: World, workers: int = 1, lease: float = 30) -> subprocess.Popen[bytes]:
    arguments = [sys.executable, str(HERE / "one_batch.py"), str(world.folder), str(workers), str(lease)]
    return subprocess.Popen(arguments)


def test_a_batch_killed_in_a_run_is_picked_up_and_leaves_no_orphan(world: World) -> None:
    world.deliver("a", "hang")
    world.deliver("b", "good")
    process = start(world)
    wait_for(lambda: "start a None" in world.logged())
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert world.states() == {"a": ["running"], "b": ["waiting"]}
    orphans = f"{world.drops}/a"
    wait_for(lambda: not any(orphans in _command_line(p) for p in Path("/proc").glob("[0-9]*")))
    (world.drops / "a" / "customers.csv").write_text("good now")
    assert world.batch().done == ["a", "b"]
    assert world.states() == {"a": ["superseded", "done"], "b": ["done"]}
    assert (world.runs / "index.html").is_file()


def _command_line(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def test_batches_killed_at_random_publish_each_drop_once(world: World) -> None:
    for i in range(8):
        world.deliver(f"drop-{i}", f"content {i}")
    for delay in (0.35, 0.5, 0.7, 0.9):
        process = start(world, workers=2)
        time.sleep(delay)
        process.kill()
        process.wait()
    world.batch()
    assert set(world.states()) == {f"drop-{i}" for i in range(8)}
    assert {s for states in world.states().values() for s in states} == {"done"}
    published = Counter(line for line in world.logged() if line.startswith("published"))
    assert max(published.values()) == 1
    assert len(world.published()) == 8
    assert not list(world.runs.glob(".*.partial"))


def test_a_drop_that_kills_whoever_runs_it_is_given_up(world: World) -> None:
    world.deliver("a", "slow one")
    dead = f"{new_owner().rsplit(':', 2)[0]}:999999999:x"
    assert world.batch(dry_run=True).pending == ["a"]
    world.batch(since="z")
    with Ledger(world.runs / "ledger.sqlite") as ledger:
        entry = ledger.record("a", world.drops / "a", content_hash(find_drops(str(world.drops))[0]), "s", "1")
        assert entry is not None
        for _ in range(10):
            assert ledger.claim(dead, 60) is not None
    assert world.batch().quarantined == ["a"]
    assert world.entries()[0].failure["message"] == "whoever ran it died, 10 times"
    assert not world.logged()


def test_two_batches_at_once_run_no_drop_twice(world: World) -> None:
    for i in range(12):
        world.deliver(f"drop-{i}", f"content {i}")
    batches = [start(world, workers=2) for _ in range(2)]
    assert [b.wait() for b in batches] == [0, 0]
    assert Counter(line for line in world.logged() if line.startswith("published")) == {
        f"published drop-{i}": 1 for i in range(12)
    }
    assert Counter(x.split()[1] for x in world.logged() if x.startswith("start")) == {
        f"drop-{i}": 1 for i in range(12)
    }


def test_leases(tmp_path: Path) -> None:
    now = [1000.0]
    with Ledger(tmp_path / "ledger.sqlite", clock=lambda: now[0]) as ledger:
        entry = ledger.record("a", tmp_path, "hash", "signature", "1")
        assert entry is not None
        assert ledger.record("a", tmp_path, "hash", "other signature", "1") is None
        assert ledger.claim("other:1:x", 10) is not None
        assert ledger.claim("other:2:y", 10) is None
        now[0] += 8
        assert ledger.renew(entry.id, "other:1:x", 10)
        now[0] += 8
        assert ledger.claim("other:2:y", 10) is None
        now[0] += 8
        assert ledger.claim("other:2:y", 10) is not None, "the lease ran out"
        assert not ledger.renew(entry.id, "other:1:x", 10)
        assert not ledger.finish(entry.id, "other:1:x", "run", {}, "")
        assert ledger.finish(entry.id, "other:2:y", "run", {"rows": 3}, "v")
        assert ledger.get(entry.id).figures == {"rows": 3}
        with pytest.raises(KeyError):
            ledger.get(99)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_ledger_that_cannot_be_used_says_so_and_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_only: bool
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: opened.append(connect(*a, **k)) or opened[-1])
    path = tmp_path / "ledger.sqlite"
    path.write_text("this is no database, but long enough to be looked at as one" * 40)
    with pytest.raises(PublishError, match="the ledger cannot be used"):
        SqliteStore(path, read_only=read_only)
    assert opened
    for connection in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            connection.execute("SELECT 1")


def test_finding_drops(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.csv").write_text("1")
    (tmp_path / "a.csv").write_text("1")
    (tmp_path / "c.csv").write_text("1")
    (tmp_path / ".hidden").write_text("1")

    def names(place: Path, **options: bool) -> list[str]:
        return [d.name for d in find_drops(str(place), **options)]

    assert names(tmp_path) == ["a.csv", "b", "c.csv"]
    assert names(tmp_path / "*.csv") == ["a.csv", "c.csv"]
    assert names(tmp_path / "b", single=True) == ["b"]
    with pytest.raises(DataError, match="cannot be read"):
        names(tmp_path / "nowhere")
    with pytest.raises(DataError, match="names no folder"):
        run_batch(tmp_path / "e.yaml", engagement=Engagement(name="x"), runs=tmp_path / ".runs")
    a, b, c = find_drops(str(tmp_path))
    assert content_hash(a) == content_hash(c) != content_hash(b)
    before = content_hash(b)
    (tmp_path / "b" / "_SUCCESS").touch()
    assert content_hash(b) == before


def test_natural_order() -> None:
    assert sorted(["d10", "d9", "²", "D1"], key=natural_key) == ["D1", "d9", "d10", "²"]


def test_the_index_escapes_and_loads_nothing(world: World) -> None:
    world.deliver("<script>alert(1)</script>".replace("/", "_"), "x")
    world.deliver("z", "y")
    world.batch()
    page = (world.runs / "index.html").read_text()
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert "&lt;b&gt;churn" in page
    assert "<b>churn" not in page
    assert "src=" not in page.replace("default-src", "").replace("style-src", "")
    assert "0 in all" in render_index([], "empty")


def test_the_workbook_is_the_default_run(tmp_path: Path) -> None:
    job = Job(tmp_path / "engagement.yaml", tmp_path / "d", tmp_path / "out", None)
    assert default_command(job)[1:4] == ["-m", "discovery", "run"]
    assert default_command(job)[-3:] == ["--previous", "none", "--quiet"]


def test_a_batch_with_nothing_to_do_imports_and_writes_nothing(world: World) -> None:
    world.deliver("a", "one")
    (world.folder / "engagement.yaml").write_text(f"name: x\ndata: {{drops: {world.drops}}}\n")
    first = run_batch(world.folder / "engagement.yaml", settle_seconds=0, command=world.command)
    assert first.done == ["a"]
    index = world.runs / "index.html"
    before = index.stat()
    code = (
        "import sys; from discovery.cli import invoke;"
        f"assert invoke(['batch', {str(world.folder)!r}, '--keep', '--settle', '0', '--quiet']) == 0;"
        "heavy = ('pydantic', 'polars', 'numpy', 'yaml', 'discovery.batch.runner', 'fsspec', 'importlib.metadata');"
        "print([m for m in heavy if m in sys.modules])"
    )
    plain = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=plain)
    assert done.stdout.strip() == "[]"
    after = index.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
