"""The ledger on a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.batch.worlds import World

from discovery.batch import Ledger
from discovery.errors import DataError, ParameterError, PublishError

pytest.importorskip("psycopg")
_PLACES = [*Path("/usr/lib/postgresql").glob("*/bin"), *map(Path, os.get_exec_path())]
_BIN = next((p for p in _PLACES if (p / "initdb").is_file()), None)
pytestmark = [pytest.mark.service, pytest.mark.skipif(_BIN is None, reason="PostgreSQL is not here")]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of its own, on a socket in a folder that only it uses."""
    assert _BIN is not None
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(subprocess.check_output(["mktemp", "-d", "/tmp/pgXXXXXX"], text=True, user=user).strip())
    data = folder / "data"

    def run(*command: object) -> None:
        subprocess.run([str(c) for c in command], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)

    run(_BIN / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync")
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        run(_BIN / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql://postgres@/postgres?host={folder}"
    finally:
        run(_BIN / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def test_a_batch_over_a_shared_ledger(world: World, server: str) -> None:
    assert world.batch(ledger=server).done == []
    assert (world.runs / "index.html").is_file(), "though nothing else is there"
    world.deliver("a", "one")
    world.deliver("b", "one")
    world.deliver("c", "bad input")
    outcome = world.batch(ledger=server)
    assert (outcome.done, outcome.skipped, outcome.quarantined) == (["a"], ["b"], ["c"])
    world.deliver("a", "two")
    assert world.batch(ledger=server).done == ["a"]
    with Ledger(server, "x") as ledger:
        assert [(e.name, e.state) for e in ledger.entries("done")] == [("a", "done")]
        assert ledger.get(1).superseded_by == 4
    with Ledger(server, "x", read_only=True) as ledger:
        assert len(ledger.entries()) == 4
        with pytest.raises(PublishError, match="read-only"):
            ledger.keep("a", "b")
    with pytest.raises(DataError, match="no batch history"):
        Ledger(server, "nobody knows it", read_only=True)
    with Ledger(server, "y") as other:
        assert other.entries() == [], "each engagement has its own"
    assert (world.runs / "index.html").is_file()
    assert not (world.runs / "ledger.sqlite").exists()


def test_many_that_claim_at_once_get_each_drop_once(server: str) -> None:
    with Ledger(server, "claims") as ledger:
        for i in range(60):
            ledger.record(f"drop-{i}", f"/drop-{i}", f"hash-{i}", "s", f"{i:03}")
    got: list[int] = []

    def claim(number: int) -> None:
        with Ledger(server, "claims") as mine:
            while entry := mine.claim(f"machine-{number}:1:x", 60):
                got.append(entry.id)
                assert mine.finish(entry.id, f"machine-{number}:1:x", "run", {}, "v")

    threads = [threading.Thread(target=claim, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 60
    assert max(Counter(got).values()) == 1


def test_leases_are_counted_by_the_server(server: str) -> None:
    with Ledger(server, "leases") as ledger:
        ledger.record("a", "/a", "h", "s", "1")
        assert ledger.claim("one:1:x", 0.2) is not None
        assert ledger.claim("two:1:x", 60) is None
        threading.Event().wait(0.3)
        assert ledger.claim("two:1:x", 60) is not None
        assert not ledger.renew(1, "one:1:x", 60)
        ledger.fail(1, "two:1:x", {"message": "m"}, again_in=None, made_with="v")
        assert [e.name for e in ledger.renewable("w")] == ["a"]


def test_a_server_that_cannot_be_reached_says_so_without_the_password() -> None:
    with pytest.raises(PublishError, match="the ledger cannot be used") as caught:
        Ledger("postgresql://me:hush@127.0.0.1:1/x", "x")
    assert "hush" not in str(caught.value)
    with pytest.raises(ParameterError, match="SQLite or PostgreSQL"):
        Ledger("mysql://x", "x")
