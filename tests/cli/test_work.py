"""Which earlier run a run is compared with."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from discovery.artifacts import RunRecord
from discovery.cli.work import last_run
from discovery.engagement import Engagement, dump_engagement
from discovery.parameters import RunParameters


class Runs:
    """A folder of runs of one engagement, each an hour after the one before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "runs"
        (folder / "engagement.yaml").write_text(dump_engagement(Engagement(name="acme")), encoding="utf-8")
        self.engagement = str(folder / "engagement.yaml")

    def before(self, drop: str) -> str | None:
        found = last_run(self.folder, RunParameters(engagement=self.engagement, drop=f"drops/{drop}"))
        return Path(found).name if found else None

    def add(self, name: str, drop: str, previous: str | None, *, status: str = "ok", of: str = "acme") -> None:
        moment = datetime(2026, 9, 1, len(list(self.folder.glob("*"))), tzinfo=UTC)
        path = self.folder / name
        path.mkdir(parents=True)
        (path / "audit.json").write_text("{}", encoding="utf-8")
        RunRecord(
            run_id=name, status=status, engagement=of, drop=drop, started=moment, ended=moment,
            previous=str(self.folder / previous) if previous else None,
        ).write(path / "run.json")  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def test_the_newest_good_run_over_another_drop_counts(runs: Runs) -> None:
    assert runs.before("week-1") is None
    runs.add("a", "week-1", None)
    runs.add("b", "week-2", "a")
    runs.add("failed", "week-2", "b", status="failed")
    runs.add("other", "week-2", None, of="another client")
    assert runs.before("week-3") == "b"
    (runs.folder / "b" / "audit.json").unlink()
    assert runs.before("week-3") == "a"


def test_a_drop_that_is_run_again_is_compared_as_the_first_time(runs: Runs) -> None:
    runs.add("a", "week-1", None)
    runs.add("b", "week-2", "a")
    assert (runs.before("week-1"), runs.before("week-2")) == (None, "a")
    runs.add("a-again", "week-1", None)
    runs.add("b-again", "week-2", "a-again")
    runs.add("c", "week-3", "b-again")
    assert (runs.before("week-1"), runs.before("week-2"), runs.before("week-3")) == (None, "a-again", "b-again")


def test_runs_that_name_one_another_or_are_gone_end_the_search(runs: Runs) -> None:
    runs.add("a", "week-1", "b")
    runs.add("b", "week-2", "a")
    runs.add("c", "week-3", "long gone")
    assert runs.before("week-4") == "c"
    assert runs.before("week-3") == "b"
