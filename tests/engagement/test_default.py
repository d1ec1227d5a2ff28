"""Engagements made from data alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.engagement import default_engagement, dump_engagement, load_engagement
from discovery.errors import ColumnError

ROWS = "".join(f"{i},{i % 7},{'yes' if i % 2 else 'no'}\n" for i in range(1, 60))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with two tables that share a column."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text("id,size,churned\n" + ROWS)
    return tmp_path


def test_the_target_becomes_a_use_case(data: Path) -> None:
    engagement = default_engagement(data / "one.csv", "churned")
    assert engagement.name == "one"
    assert [(u.name, u.table, u.target) for u in engagement.use_cases] == [("churned", "one", "churned")]
    assert engagement.data.path == str(data / "one.csv")
    assert default_engagement(data / "one.csv").use_cases == []


def test_every_table_with_the_target_is_a_use_case(data: Path) -> None:
    engagement = default_engagement(data, "churned")
    assert {u.name for u in engagement.use_cases} == {"churned (one)", "churned (two)"}


def test_an_unknown_target_is_refused_with_a_suggestion(data: Path) -> None:
    with pytest.raises(ColumnError, match="Did you mean 'churned'"):
        default_engagement(data / "one.csv", "churnd")


def test_the_target_of_one_table(data: Path) -> None:
    engagement = default_engagement(data, "one.churned")
    assert [(u.name, u.table, u.target) for u in engagement.use_cases] == [("churned", "one", "churned")]
    with pytest.raises(ColumnError, match=r"no column 'one.churnd'.*one\.churned"):
        default_engagement(data, "one.churnd")


def test_it_can_be_written_edited_and_read(data: Path) -> None:
    engagement = default_engagement(data / "one.csv", "churned")
    file = data / "engagement.yaml"
    file.write_text(dump_engagement(engagement))
    assert load_engagement(file) == engagement
    assert "# acceptance:" in file.read_text()


def test_a_target_may_be_a_whole_question(tmp_path: Path) -> None:
    """A use case was refused where the name of its target had more than 200 letters."""
    question = (
        "What is your annual salary? ("
        + "If you are part-time, enter what you would earn if you worked. " * 6
        + ")"
    )
    (tmp_path / "answers.csv").write_text(f'id,size,"{question}"\n{ROWS}')
    (case,) = default_engagement(tmp_path, question).use_cases
    assert case.target == question
    assert case.name.startswith("What is your annual salary?")
    assert len(case.name) <= 100
