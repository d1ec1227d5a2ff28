"""Drops that are run on a Dask cluster."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.batch.worlds import World, wait_for

from discovery import __version__
from discovery.batch import cluster as cluster_module
from discovery.batch.cluster import Seen, problem_of
from discovery.errors import ParameterError, RunError

pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Any]:
    """A real cluster of two worker processes on this machine."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=":0", silence_logs=60
    ) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def nothing_is_tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "TINY_BYTES", 4)


def pids(scheduler: Any) -> set[int]:
    return {w.process.process.pid for w in scheduler.workers.values() if w.process is not None}


def parents(world: World) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for line in world.log.with_suffix(".parents").read_text().splitlines():
        name, parent, _ = line.split()
        found.setdefault(name, []).append(int(parent))
    return found


def test_workers_run_drops_and_the_batch_runs_the_tiny_ones(world: World, scheduler: Any) -> None:
    for i in range(4):
        world.deliver(f"drop-{i}", f"content {i}")
    world.deliver("tiny", "x")
    address = scheduler.scheduler_address
    outcome = world.batch(dask=address)
    names = [f"drop-{i}" for i in range(4)]
    assert sorted(outcome.done) == [*names, "tiny"]
    assert world.batch(dask=address).done == []
    who = parents(world)
    assert who["tiny"] == [os.getpid()]
    workers = pids(scheduler)
    assert {p for name in names for p in who[name]} == workers, "both took their share"
    assert all(
        address in line for line in world.log.with_suffix(".parents").read_text().splitlines() if "drop" in line
    )
    index = (world.runs / "index.html").read_text()
    assert index.count('class="done"') == 5
    assert not list(world.runs.glob(".dask-*"))


def test_what_a_lost_worker_ran_is_run_by_another_and_published_once(world: World, scheduler: Any) -> None:
    for i in range(4):
        world.deliver(f"drop-{i}", f"slow {i}")
    outcomes: list[Any] = []
    batch = threading.Thread(target=lambda: outcomes.append(world.batch(dask=scheduler.scheduler_address)))
    batch.start()
    for _ in range(2):
        before = len(world.logged())
        wait_for(lambda: len(world.logged()) > before and world.logged()[-1].startswith("start"))  # noqa: B023
        name = world.logged()[-1].split()[1]
        time.sleep(0.2)
        os.kill(parents(world)[name][-1], signal.SIGKILL)
    batch.join(60)
    assert sorted(outcomes[0].done) == [f"drop-{i}" for i in range(4)]
    published = Counter(line.split()[1] for line in world.logged() if line.startswith("published"))
    assert published == {f"drop-{i}": 1 for i in range(4)}
    assert len(world.published()) == 4
    assert sum(line.startswith("start") for line in world.logged()) > 4, "something was begun anew"
    assert {s for states in world.states().values() for s in states} == {"done"}
    assert not list(world.runs.glob(".*.partial"))


def test_a_batch_that_is_stopped_ends_its_runs_on_the_cluster(world: World, scheduler: Any) -> None:
    world.deliver("a", "hang")
    stop = threading.Event()
    batch = threading.Thread(target=lambda: world.batch(dask=scheduler.scheduler_address, stop=stop))
    batch.start()
    wait_for(lambda: bool(world.logged()))
    stop.set()
    batch.join(30)
    assert not batch.is_alive()
    (entry,) = world.entries()
    assert (entry.state, entry.attempts) == ("waiting", 0)


def test_failures_are_counted_and_told_as_here(world: World, scheduler: Any) -> None:
    world.deliver("a", "bad input")
    world.deliver("b", "crash")
    outcome = world.batch(dask=scheduler.scheduler_address)
    assert (outcome.quarantined, outcome.failed, outcome.exit_code) == (["a"], ["b"], 4)
    assert "no table" in world.entries()[0].failure["message"]


def test_fits_on_the_cluster_give_the_same_evaluation(scheduler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import joblib
    import numpy as np
    import pandas as pd
    from distributed import Client
    from sklearn.linear_model import Ridge

    from discovery.baselines.candidates import Candidate
    from discovery.baselines.crossval import Job, run_jobs
    from discovery.fanout import TINY_CELLS, VARIABLE, spread

    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(300, 5)))
    y = X.to_numpy() @ np.arange(5.0) + rng.normal(size=300)
    candidate = Candidate("ridge", "linear", "Ridge", Ridge, 1)
    rows = np.arange(300)
    jobs = [Job(candidate, X, y, rows[rows % 5 != k], rows[rows % 5 == k], 0) for k in range(5)]
    here = run_jobs(jobs)
    monkeypatch.setenv(VARIABLE, scheduler.scheduler_address)
    seen: list[str] = []
    with spread(TINY_CELLS, seen.append) as out:
        assert out
        with Client(scheduler.scheduler_address, set_as_default=False) as client:
            before = client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter)
            there = run_jobs(jobs)
            assert client.run_on_scheduler(lambda dask_scheduler: dask_scheduler.transition_counter) > before
    for a, b in zip(here, there, strict=True):
        assert a.error is None
        assert b.error is None
        assert np.array_equal(a.prediction, b.prediction)
    with spread(TINY_CELLS - 1) as out:
        assert not out
        assert type(joblib.parallel.get_active_backend()[0]).__name__ != "DaskDistributedBackend"
    monkeypatch.setenv(VARIABLE, "tcp://127.0.0.1:1")
    monkeypatch.setattr("discovery.fanout.SECONDS", 0.3)
    with spread(TINY_CELLS, seen.append) as out:
        assert not out
    assert "cannot be used" in seen[-1]


def test_a_missing_extra_and_a_scheduler_out_of_reach_are_said_in_one_line(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("a", "content")
    monkeypatch.setattr(cluster_module, "SECONDS", 0.3)
    with pytest.raises(ParameterError, match="scheduler cannot be reached"):
        world.batch(dask="tcp://127.0.0.1:1")
    with pytest.raises(ParameterError, match="scheduler cannot be reached"):
        world.batch(dask="no address")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ParameterError, match=r"discovery-workbook\[dask\]"):
        world.batch(dask="tcp://127.0.0.1:1")
    assert [e.state for e in world.entries()] == ["waiting"]


def test_workers_that_cannot_run_drops_are_refused_with_the_reason(tmp_path: Path) -> None:
    here, file = os.uname().nodename, tmp_path / "ledger.sqlite"
    assert problem_of(Seen(__version__, here, True, True), file) is None
    assert problem_of(Seen(__version__, "elsewhere", True, True), "postgresql://db/ledger") is None
    bad: dict[str, Any] = {
        "has Discovery 0.0.0": Seen("0.0.0", here, True, True),
        "has no Discovery": ModuleNotFoundError("discovery"),
        "does not answer": OSError(),
        "does not see": Seen(__version__, here, False, True),
        "is another machine": Seen(__version__, "elsewhere", True, True),
    }
    for words, seen in bad.items():
        problem = problem_of(seen, file)
        assert problem is not None
        assert words in problem[0]


def test_a_cluster_without_workers_is_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import LocalCluster

    monkeypatch.setattr(cluster_module, "SECONDS", 3)
    world.deliver("a", "content")
    with (
        LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0", silence_logs=60) as empty,
        pytest.raises(RunError, match="no workers"),
    ):
        world.batch(dask=empty.scheduler_address)
