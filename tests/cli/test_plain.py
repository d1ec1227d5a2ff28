"""Commands that read plain values by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pytest
import typer

from discovery.cli.plain import PlainCommand, PlainGroup


@pytest.fixture
def app() -> tuple[typer.Typer, list[Any]]:
    made, seen = typer.Typer(cls=PlainGroup, add_completion=False), []

    @made.callback()
    def root() -> None:
        pass

    @made.command(cls=PlainCommand)
    def work(
        place: Path,
        number: Annotated[int, typer.Option("--number")] = 1,
        share: Annotated[float | None, typer.Option("--share")] = None,
        names: Annotated[list[str] | None, typer.Option("--name")] = None,
        sizes: Annotated[list[int] | None, typer.Option("--size")] = None,
        flag: Annotated[bool, typer.Option("--flag")] = False,
    ) -> None:
        seen.append((place, number, share, names, sizes, flag))

    return made, seen


def test_values_are_read_as_typer_reads_them(app: tuple[typer.Typer, list[Any]]) -> None:
    made, seen = app
    made(["work", "x"], standalone_mode=False)
    made(
        ["work", "y", "--number", "3", "--share", "0.5", "--name", "a", "--name", "b", "--size", "7", "--flag"],
        standalone_mode=False,
    )
    assert seen[0][:3] == (Path("x"), 1, None)
    assert not seen[0][3]
    assert not seen[0][4]
    assert seen[0][5] is False
    assert seen[1] == (Path("y"), 3, 0.5, ["a", "b"], [7], True)


@pytest.mark.parametrize("words", [["--number", "x"], ["--share", "x"], ["--size", "1", "--size", "x"]])
def test_wrong_values_are_refused_in_words_of_typer(app: tuple[typer.Typer, list[Any]], words: list[str]) -> None:
    made, seen = app
    with pytest.raises(Exception, match="valid") as caught:
        made(["work", "x", *words], standalone_mode=False)
    assert words[0] in caught.value.format_message()
    assert not seen
