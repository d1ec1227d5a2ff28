"""The run directory: whole or not at all, and never written over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from discovery.artifacts import RunRecord
from discovery.errors import InputError, PublishError
from discovery.workbook.publish import Staging, new_run_id


def test_a_run_appears_by_one_rename(tmp_path: Path) -> None:
    target = tmp_path / "runs" / "r1"
    staging = Staging(target)
    (staging.folder / "audit.json").write_text("{}")
    (staging.folder / ".draft.json").write_text("{}")
    assert not target.exists()
    assert staging.folder.parent == target.parent
    assert staging.folder.name.startswith(".")
    assert staging.publish() == target
    assert [p.name for p in target.iterdir()] == ["audit.json"]
    assert [p.name for p in target.parent.iterdir()] == ["r1"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    staging = Staging(tmp_path)
    (staging.folder / "a").write_text("a")
    assert (staging.publish() / "a").read_text() == "a"


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="nothing is written over"):
        Staging(tmp_path)
    with pytest.raises(InputError, match="is a file"):
        Staging(tmp_path / "mine")
    with pytest.raises(InputError, match="cannot be made"):
        Staging(tmp_path / "mine" / "below")
    assert [p.name for p in tmp_path.iterdir()] == ["mine"]


def _record(drop_hash: str, run_id: str) -> str:
    now = datetime(2026, 9, 14, tzinfo=UTC)
    return RunRecord(run_id=run_id, status="ok", drop_hash=drop_hash, started=now, ended=now).to_json()


def test_models_join_an_audit_in_one_run_directory(tmp_path: Path) -> None:
    target = tmp_path / "r"
    (target / "contract").mkdir(parents=True)
    for name in ("audit.json", "contract/a.json"):
        (target / name).write_text("audit")
    (target / "run.json").write_text(_record("same", "audit"))
    staging = Staging(target, adds="evaluation.json")
    (staging.folder / "run.json").write_text(_record("same", "models"))
    (staging.folder / "evaluation.json").write_text("models")
    staging.publish()
    texts = {str(p.relative_to(target)): p.read_text() for p in target.rglob("*") if p.is_file()}
    assert texts == {
        "run.json": _record("same", "models"),
        "evaluation.json": "models",
        "audit.json": "audit",
        "contract/a.json": "audit",
    }
    assert [p.name for p in tmp_path.iterdir()] == ["r"]
    with pytest.raises(InputError, match="nothing is written over"):
        Staging(target, adds="evaluation.json")


def test_a_run_of_other_data_is_not_joined(tmp_path: Path) -> None:
    target = tmp_path / "r"
    target.mkdir()
    (target / "run.json").write_text(_record("theirs", "audit"))
    staging = Staging(target, adds="evaluation.json")
    (staging.folder / "run.json").write_text(_record("mine", "models"))
    with pytest.raises(InputError, match="a run of other data, and nothing is written over"):
        staging.publish()
    assert {p.name: p.read_text() for p in target.iterdir()} == {"run.json": _record("theirs", "audit")}


def test_what_came_meanwhile_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "r"
    staging = Staging(target)
    (staging.folder / "a").write_text("a")
    target.mkdir()
    (target / "theirs").write_text("theirs")
    with pytest.raises(PublishError, match="could not be put in place"):
        staging.publish()
    assert (target / "theirs").read_text() == "theirs"
    assert (staging.folder / "a").exists()


def test_a_failed_run_says_so_in_its_name(tmp_path: Path) -> None:
    places = []
    for _ in range(2):
        staging = Staging(tmp_path / "r")
        (staging.folder / "a").write_text("a")
        places.append(staging.publish_failed())
    assert places[0] == tmp_path / "FAILED-r"
    assert places[1].name.startswith("FAILED-r-")
    assert not (tmp_path / "r").exists()


def test_discarding_leaves_nothing(tmp_path: Path) -> None:
    Staging(tmp_path / "r").discard()
    assert list(tmp_path.iterdir()) == []


def test_ids_are_safe_as_names() -> None:
    started = datetime(2026, 9, 14, 8, 0, 5, tzinfo=UTC)
    one, two = (new_run_id(started, "../wéird näme/;rm -rf.csv") for _ in range(2))
    assert one.startswith("20260914T080005Z-w-ird-n-me-rm--rf.csv".split("-rm")[0])
    assert "/" not in one
    assert ";" not in one
    assert one != two
    assert new_run_id(started, "///")[:-5] == "20260914T080005Z-drop"
