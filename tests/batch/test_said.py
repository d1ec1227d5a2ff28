"""What the commands say of drops: what became of each, and why."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable

import pytest
from tests.batch.worlds import World

from discovery.batch import Ledger
from discovery.batch import batch as batch_module
from discovery.cli import invoke
from discovery.errors import PublishError
from discovery.limits import VARIABLES

Said = tuple[int, list[str], list[str]]
Say = Callable[..., Said]


@pytest.fixture
def say(world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command over the world; give its exit code, and the lines on stdout and stderr."""
    (world.folder / "engagement.yaml").write_text("name: x\ndata: {drops: drops}\n")
    monkeypatch.setattr(batch_module, "default_command", world.command)

    def run(*words: str) -> Said:
        code = invoke(list(words))
        out, err = capsys.readouterr()
        return code, out.splitlines(), err.splitlines()

    return run


def test_why_a_drop_failed_or_has_not_settled(world: World, say: Say) -> None:
    acme = str(world.folder)
    world.deliver("bad", "bad input")
    world.deliver("good", "one")
    world.deliver("part", "one").joinpath("more.csv.part").touch()
    (world.drops / "empty").mkdir()
    code, out, _ = say("batch", acme, "--settle", "0")
    assert code == 4
    assert out[:4] == [
        "done         good",
        "quarantined  bad: customers.csv: this is no table. Deliver it again.",
        "unsettled    empty: it holds no file yet",
        "unsettled    part: a file is still being transferred, or cannot be read",
    ]
    (world.drops / "part" / "more.csv.part").unlink()
    _, out, _ = say("batch", acme, "--settle", "300", "--dry-run")
    assert "unsettled    part: it changed less than 300 s ago" in out
    _, out, _ = say("batch", acme, "--marker", "--dry-run")
    assert "unsettled    part: it has no marker file such as _SUCCESS" in out
    code, out, _ = say("batch", acme, "--settle", "0", "--retry-failed", "--only", "bad", "--json")
    told = json.loads("\n".join(out))
    assert told["reasons"] == {"bad": "customers.csv: this is no table. Deliver it again."}


def test_quiet_says_what_failed_on_stderr_for_the_scheduler_to_mail(world: World, say: Say) -> None:
    world.deliver("bad", "bad input")
    world.deliver("good", "one")
    (world.drops / "customers.csv").write_text("bad input")
    code, out, err = say("batch", str(world.folder), "--settle", "0", "--quiet")
    assert (code, out) == (4, [])
    said = "customers.csv: this is no table. Deliver it again."
    assert err == [f"discovery: bad: {said}", f"discovery: {said}"], "the name of a single file is said once"
    assert say("batch", str(world.folder), "--settle", "0", "--quiet") == (0, [], [])


def test_a_drop_that_is_asked_for_and_not_there(world: World, say: Say) -> None:
    world.deliver("week-1", "one")
    code, _, err = say("batch", str(world.folder), "--settle", "0", "--only", "week-2")
    assert (code, err) == (2, ["discovery: --only: no drop 'week-2'. Did you mean 'week-1'?"])
    assert say("batch", str(world.folder), "--settle", "0", "--only", "week-1")[0] == 0
    (world.drops / "week-1" / "customers.csv").unlink()
    (world.drops / "week-1").rmdir()
    assert say("batch", str(world.folder), "--settle", "0", "--only", "week-1")[0] == 0, "the ledger knows it"


def test_history_and_show(world: World, say: Say) -> None:
    acme = str(world.folder)
    say("batch", acme, "--settle", "0")
    assert say("history", "--engagement", acme) == (0, [], ["No drop has been seen yet."])
    world.deliver("a", "one")
    world.deliver("b", "one")
    say("batch", acme, "--settle", "0")
    _, out, _ = say("show", "a", "--engagement", acme)
    moments = [line for line in out if line.startswith(("found", "updated"))]
    assert len(moments) == 2
    assert all(re.fullmatch(r"\w+ +\d{4}-\d\d-\d\d \d\d:\d\d UTC", line) for line in moments)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_who_may_only_read_sees_the_history(world: World, say: Say) -> None:
    with Ledger(world.runs / "ledger.sqlite") as ledger:
        ledger.record("week-1", "week-1", "hash", "signature", "1")
    world.runs.chmod(0o555)
    try:
        code, out, err = say("history", "--engagement", str(world.folder))
    finally:
        world.runs.chmod(0o755)
    assert (code, err) == (0, [])
    assert out[0].endswith("waiting     week-1")


def test_a_ledger_opened_to_read_is_not_written_to(world: World) -> None:
    file = world.runs / "ledger.sqlite"
    with pytest.raises(PublishError, match="cannot be used"):
        Ledger(file, read_only=True)
    assert not world.runs.exists()
    with Ledger(file) as written, Ledger(file, read_only=True) as read:
        written.record("week-1", "week-1", "hash", "signature", "1")
        assert [e.name for e in read.entries()] == ["week-1"]
        with pytest.raises(PublishError, match="readonly"):
            read.keep("a", "b")


def test_a_run_with_too_little_memory_says_how_much_it_had(
    world: World, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    world.deliver("a", "crash")
    _, out, _ = say("batch", str(world.folder), "--settle", "0", "--memory", "900", "--attempts", "1")
    assert out[0] == "quarantined  a: exit code 1 (--memory gave it 900 MB)"
