"""What a drop is known by: its content and its recipe."""

from __future__ import annotations

import json
from pathlib import Path

from tests.batch.worlds import World

from discovery.batch import Ledger, run_batch
from discovery.batch.recipe import agreed, of_engagement
from discovery.engagement import AcceptedFinding


def agree(world: World, reason: str) -> None:
    accepted = AcceptedFinding(kind="missing", reason=reason)
    world.engagement = world.engagement.model_copy(update={"accept": [accepted]})


def test_what_was_agreed_anew_has_what_was_done_run_again_once(world: World) -> None:
    world.deliver("a", "one")
    world.deliver("b", "two")
    world.batch()
    agree(world, "it is known")
    assert world.batch(dry_run=True).pending == ["a", "b"]
    assert world.batch().done == ["a", "b"]
    assert world.states() == {"a": ["superseded", "done"], "b": ["superseded", "done"]}
    first, _, again, _ = world.entries()
    assert (first.superseded_by, again.supersedes) == (again.id, first.id)
    assert first.hash == again.hash
    assert first.made_with != again.made_with
    assert world.batch().done == []
    assert len(world.published()) == 4


def test_each_content_and_recipe_is_run_once_even_where_two_versions_share_a_ledger(world: World) -> None:
    world.deliver("a", "one")
    world.batch()
    before = world.engagement
    agree(world, "it is known")
    assert world.batch().done == ["a"]
    world.engagement = before
    assert world.batch().done == []
    assert world.batch(force=True).done == ["a"]
    assert world.states() == {"a": ["superseded", "superseded", "done"]}


def test_what_is_done_can_be_kept(world: World) -> None:
    world.deliver("a", "one")
    world.batch()
    agree(world, "it is known")
    world.deliver("b", "two")
    assert world.batch(keep=True).done == ["b"]


def test_only_drops_that_are_there_still_are_run_again(world: World) -> None:
    gone = world.deliver("a", "one")
    world.deliver("b", "two")
    world.batch()
    agree(world, "it is known")
    (gone / "customers.csv").unlink()
    gone.rmdir()
    assert world.batch().done == ["b"]


def test_a_drop_that_was_quarantined_for_a_wrong_engagement_is_tried_again_when_that_is_mended(
    world: World,
) -> None:
    drop = world.deliver("a", "bad input")
    assert world.batch().quarantined == ["a"]
    assert world.batch().quarantined == []
    agree(world, "mended")
    assert world.batch().quarantined == ["a"], "it is looked at again"
    assert world.states() == {"a": ["quarantined"]}
    (drop / "customers.csv").write_text("good")
    assert world.batch().done == ["a"]


def test_bytes_that_were_skipped_are_run_where_their_twin_never_will_be(world: World) -> None:
    world.deliver("a", "crash once more")
    world.deliver("b", "crash once more")
    outcome = world.batch(backoff_seconds=1000)
    assert (outcome.failed, outcome.skipped) == (["a"], ["b"])
    world.deliver("a", "corrected")
    outcome = world.batch(backoff_seconds=1000)
    assert (outcome.done, outcome.failed) == (["a"], ["b"])
    assert world.states() == {"a": ["superseded", "done"], "b": ["failed"]}


def test_notebooks_count_by_their_code_alone(world: World) -> None:
    file, folder = world.folder / "engagement.yaml", world.folder / "notebooks"
    given = of_engagement(world.engagement)
    shipped = given.recipe(file)
    folder.mkdir()
    notebook = folder / "01_mine.ipynb"
    cell = {"cell_type": "code", "source": ["1 + 1"], "outputs": []}
    notebook.write_text(json.dumps({"cells": [cell]}))
    mine = given.recipe(file)
    assert mine != shipped
    notebook.write_text(
        json.dumps({"cells": [{**cell, "source": "1 + 1", "outputs": ["2"]}], "metadata": {"x": 1}})
    )
    assert given.recipe(file) == mine
    notebook.write_text(json.dumps({"cells": [{**cell, "source": "1 + 2"}]}))
    assert given.recipe(file) != mine


def test_comments_and_the_place_of_drops_do_not_count(tmp_path: Path) -> None:
    file = tmp_path / "engagement.yaml"
    file.write_text("name: x\ndata:\n  drops: one\n")
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        first = agreed(file, ledger)
        assert agreed(file, ledger) == first, "from the ledger"
        file.write_text("# moved\nname: x\ndata:\n  drops: two\n")
        second = agreed(file, ledger)
    assert first.drops == str(tmp_path / "one")
    assert second.drops == str(tmp_path / "two")
    assert first.recipe(file) == second.recipe(file)
    file.write_text("name: x\nmlflow: mlruns\ndata:\n  drops: two\n")
    assert agreed(file).recipe(file) == first.recipe(file), "where candidates are recorded changes no result"
    file.write_text("name: x\nseed: 3\ndata:\n  drops: two\n")
    assert agreed(file).recipe(file) != first.recipe(file)


def test_an_engagement_without_its_object_is_read_from_its_file(world: World) -> None:
    (world.folder / "engagement.yaml").write_text("name: x\ndata:\n  drops: drops\n")
    world.deliver("a", "one")
    outcome = run_batch(world.folder, settle_seconds=0, command=world.command)
    assert outcome.done == ["a"]
    assert run_batch(world.folder, settle_seconds=0, command=world.command).done == []


def test_what_was_corrected_while_a_run_died_is_recorded_if_published_and_else_not_run(world: World) -> None:
    world.deliver("a", "one")
    world.deliver("b", "two")
    world.batch()
    with Ledger(world.runs / "ledger.sqlite") as ledger, ledger._store.change() as run:
        run("UPDATE drops SET state='running', owner='elsewhere:1:x', lease_until=1, run=NULL, made_with=''")
        run("UPDATE drops SET lease_until=1e12")
    (lost,) = [p for p in world.published() if p.name.startswith("b-")]
    lost.rename(lost.with_name(f".{lost.name}.77.partial"))
    world.deliver("a", "one, corrected")
    world.deliver("b", "two, corrected")
    world.batch()
    assert world.states()["a"] == ["running", "done"]
    with Ledger(world.runs / "ledger.sqlite") as ledger, ledger._store.change() as run:
        run("UPDATE drops SET lease_until=1 WHERE state='running'")
    world.batch()
    assert world.states() == {"a": ["superseded", "done"], "b": ["superseded", "done"]}
    assert [e.run is not None for e in world.entries()] == [True, False, True, True]
    assert {e.run for e in world.entries() if e.run} == {p.name for p in world.published()}
    assert not list(world.runs.glob(".*.partial"))
    assert len([x for x in world.logged() if x.startswith("start")]) == 4
