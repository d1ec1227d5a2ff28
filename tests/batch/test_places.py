"""Drops in folders, object stores and databases."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import fsspec
import pytest
from tests.batch.worlds import World

from discovery.batch.drops import content_hash, find_drops, size_of, still_the_same
from discovery.engagement import DataSpec, Engagement
from discovery.errors import DataError, EngagementError, PublishError


def test_names_that_are_no_drops_and_markers_beside_files(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv", "b.csv.done", "README.md", "_tmp", ".x"):
        (tmp_path / name).write_text("1")
    assert [(d.name, d.marked) for d in find_drops(str(tmp_path))] == [("a.csv", False), ("b.csv", True)]


def test_what_cannot_be_read_holds_back_no_other(world: World) -> None:
    world.deliver("a", "one")
    (world.drops / "b").mkdir()
    (world.drops / "b" / "x.csv").symlink_to(world.folder / "nowhere")
    os.mkfifo(world.drops / "pipe")
    outcome = world.batch()
    assert (outcome.done, outcome.unsettled) == (["a"], ["b", "pipe"])


def test_what_is_written_to_while_it_is_read_has_not_settled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    drop = world.deliver("a", "half")

    def slow(found: Any) -> str:
        content = content_hash(found)
        (drop / "customers.csv").write_text("half and half")
        return content

    monkeypatch.setattr("discovery.batch.collect.content_hash", slow)
    assert world.batch().unsettled == ["a"]
    monkeypatch.undo()
    assert world.batch().done == ["a"]
    assert len(world.published()) == 1


def test_links_to_folders_are_not_followed_for_ever(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.csv").write_text("1")
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a")
    (drop,) = find_drops(str(tmp_path))
    assert len(content_hash(drop)) == 64
    assert still_the_same(drop)


def test_drops_in_an_object_store(world: World) -> None:
    world.deliver("2024-01", "one")
    store = fsspec.filesystem("memory")
    for name, text in (("2024-01", "one"), ("2024-02", "two")):
        store.pipe_file(f"/bucket/{name}/customers.csv", text.encode())
    store.pipe_file("/bucket/2024-03/big.csv.part", b"x")
    store.pipe_file("/bucket/single.csv", b"x")
    found = find_drops("memory://bucket")
    assert [d.name for d in found] == ["single.csv", "2024-01", "2024-02", "2024-03"]
    assert [d.unfinished for d in found] == [False, False, False, True]
    found = found[1:]
    (local,) = find_drops(str(world.drops))
    assert content_hash(found[0]) == content_hash(local), "the same bytes, wherever they are"
    assert still_the_same(found[0])
    assert (size_of(found[0].place), size_of("nosuchstore://x")) == (3, 0)
    store.pipe_file("/bucket/2024-01/customers.csv", b"three")
    assert not still_the_same(found[0])
    assert [d.name for d in find_drops("memory://bucket/2024-*")] == ["2024-01", "2024-02", "2024-03"]
    with pytest.raises(DataError, match="the store of drops cannot be read"):
        find_drops("memory://nowhere")
    with pytest.raises(DataError, match="cannot be read"):
        find_drops("nosuchstore://x")


def test_a_batch_over_urls(world: World) -> None:
    world.deliver("a", "one")
    world.engagement = Engagement(name="x", data=DataSpec(drops=f"file://{world.drops}"))
    world.command = lambda job: [  # type: ignore[method-assign]
        *World.command(world, job)[:3], str(job.drop).removeprefix("file://"), *World.command(world, job)[4:]
    ]  # fmt: skip
    assert world.batch().done == ["a"]
    assert world.batch().done == []
    world.deliver("a", "two")
    assert world.batch().done == ["a"]
    assert world.states() == {"a": ["superseded", "done"]}


def test_snapshots_of_a_database(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    database = sqlite3.connect(world.folder / "crm.sqlite")
    database.execute("CREATE TABLE customers (id INTEGER, name TEXT)")
    database.execute("INSERT INTO customers VALUES (1, 'x'), (2, 'y')")
    database.commit()
    world.engagement = Engagement(name="x", data=DataSpec(database_url_env="CRM_URL"))
    world.command = lambda job: [  # type: ignore[method-assign]
        "/bin/sh", "-c", 'ls "$0" >> "$2"; mkdir "$1" && echo \'{"status": "ok"}\' > "$1/run.json"',
        str(job.drop), str(job.out), str(world.log),
    ]  # fmt: skip
    with pytest.raises(EngagementError, match="CRM_URL is not set"):
        world.batch()
    monkeypatch.setenv("CRM_URL", f"sqlite:///{world.folder}/crm.sqlite")
    (name,) = world.batch().done
    assert name.startswith("snapshot-")
    assert world.logged() == ["_SUCCESS", "customers.parquet"]
    assert not list((world.runs / ".snapshots").iterdir()), "kept until its run is done"
    assert world.batch().done == [], "nothing changed"
    database.execute("DELETE FROM customers")
    database.execute("INSERT INTO customers VALUES (2, 'y'), (1, 'x')")
    database.commit()
    assert world.batch().done == [], "the order of rows does not count"
    database.execute("UPDATE customers SET name='z' WHERE id=1")
    database.commit()
    database.close()
    monkeypatch.setattr("discovery.batch.snapshots.datetime", _Later)
    assert len(world.batch().done) == 1


def test_a_snapshot_that_cannot_be_written_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    source = world.folder / "crm.sqlite"
    with closing(sqlite3.connect(source)) as db, db:
        db.execute("CREATE TABLE customers (id INTEGER, name TEXT)")
    monkeypatch.setenv("CRM_URL", f"sqlite:///{source}")
    world.engagement = Engagement(name="x", data=DataSpec(database_url_env="CRM_URL"))
    world.runs.mkdir()
    (world.runs / ".snapshots").write_text("in the way")
    with pytest.raises(PublishError, match=r"snapshot of the database cannot be written .*disk has room"):
        world.batch()
    (world.runs / ".snapshots").unlink()
    assert len(world.batch().done) == 1


def test_snapshots_of_queries(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    database = sqlite3.connect(world.folder / "crm.sqlite")
    database.execute("CREATE TABLE customers (id INTEGER, name TEXT)")
    database.execute("INSERT INTO customers VALUES (1, 'x'), (2, 'y')")
    database.commit()
    database.close()
    monkeypatch.setenv("CRM_URL", f"sqlite:///{world.folder}/crm.sqlite")
    asked = DataSpec(database_url_env="CRM_URL", sql={"ids": "SELECT id FROM customers"})
    world.engagement = Engagement(name="x", data=asked)
    world.command = lambda job: [  # type: ignore[method-assign]
        "/bin/sh", "-c", 'ls "$0" >> "$2"; mkdir "$1" && echo \'{"status": "ok"}\' > "$1/run.json"',
        str(job.drop), str(job.out), str(world.log),
    ]  # fmt: skip
    assert len(world.batch().done) == 1
    assert world.logged() == ["_SUCCESS", "ids.parquet"]
    assert world.batch().done == []


class _Later:
    @staticmethod
    def now(_zone: object) -> Any:
        from datetime import UTC, datetime

        return datetime(2099, 1, 1, tzinfo=UTC)
