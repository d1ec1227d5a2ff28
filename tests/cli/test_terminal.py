"""What a terminal gets: any encoding and width, what was accepted, and a disk that is full."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import discovery
from discovery.cli import invoke

DATA = "id,age,town\n" + "".join(f"{i},{-999 if i % 9 == 0 else 20 + i * 7 % 50},Łódź ✓\n" for i in range(1, 241))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with signs that few encodings have."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "people.csv"
    file.write_text(DATA, encoding="utf-8")
    return file


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437"])
def test_signs_that_the_terminal_lacks_are_replaced(data: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(discovery.__file__).parents[1]), "COLUMNS": "200"}
    command = [sys.executable, "-m", "discovery", "audit", str(data), "--out", str(data.parent / encoding)]
    environment["PYTHONIOENCODING"] = encoding
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Column 'town' always holds" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_an_output_that_cannot_be_written_is_one_line(data: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(discovery.__file__).parents[1])}
    command = [sys.executable, "-m", "discovery", "audit", str(data), "--out", str(data.parent / "run")]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=environment)
    assert done.returncode == 1
    assert done.stderr == "discovery: the disk is full. Make room, and run it again.\n"


def test_a_full_disk_is_one_line_and_leaves_nothing(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("discovery.stages.Stages.write_tables", full)
    assert invoke(["audit", "people.csv", "--out", "run"]) == 1
    assert capsys.readouterr().err == (
        f"discovery: {data.parent}: the disk is full. Make room, or give another --out.\n"
    )
    assert [p.name for p in data.parent.iterdir()] == ["people.csv"]


def test_what_is_accepted_stands_last_with_the_reason(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (data.parent / "engagement.yaml").write_text(
        "name: acme\ndata: {path: people.csv}\naccept:\n"
        "  - {kind: sentinel_missing, columns: [age], reason: Known since May.}\n"
        "  - {kind: missing, columns: [phone], reason: Nobody has one.}\n"
    )
    monkeypatch.setenv("COLUMNS", "200")
    assert invoke(["audit", "engagement.yaml", "--out", "run", "--fail-on", "major"]) == 0
    shown = capsys.readouterr().out
    assert "1 accepted" in shown.splitlines()[0]
    *_, last, _, unused, _ = shown.splitlines()
    assert last.startswith("major")
    assert last.rstrip().endswith("Accepted: Known since May.")
    assert "accepted as kind missing, columns phone was not found" in unused
    assert invoke(["audit", "engagement.yaml", "--out", "again", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["accepted"] == 1
    assert "major" not in {f["severity"] for f in told["worst"]}


def test_a_table_of_findings_has_what_there_is_room_for(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for width, head in ((40, "major sentinel_missing"), (80, "Severity  Kind")):
        monkeypatch.setenv("COLUMNS", str(width))
        assert invoke(["audit", "people.csv", "--out", f"run{width}"]) == 0
        shown = capsys.readouterr().out
        assert shown.splitlines()[1].startswith(head)
        assert " people " not in shown, "the name of the only table tells nothing"
    data.with_name("pets.csv").write_text(DATA, encoding="utf-8")
    assert invoke(["audit", "p*.csv", "--out", "both"]) == 0
    assert " people " in capsys.readouterr().out
