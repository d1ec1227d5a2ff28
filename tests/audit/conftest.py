"""A check that fails fails its test; and what the tests of checks share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import Finding
from discovery.audit.context import DropContext, TableContext
from discovery.audit.profiling.measure import profile_table
from discovery.audit.run import open_drop, table_context
from discovery.engagement import Engagement, TableSpec, UseCase
from discovery.intake.table import Drop, Table, TableColumn, Unparsed

os.environ["DISCOVERY_STRICT"] = "1"
AS_OF = date(2024, 6, 1)


@pytest.fixture(autouse=True)
def _same_draws_in_any_order(request: pytest.FixtureRequest) -> None:
    """Start the module's random numbers anew, so that a test draws the same alone, in parallel and in any order."""
    rng = getattr(request.module, "RNG", None)
    if isinstance(rng, np.random.Generator):
        rng.bit_generator.state = np.random.default_rng(2024).bit_generator.state


@pytest.fixture(autouse=True)
def _said_in_every_language(
    monkeypatch: pytest.MonkeyPatch, untranslated: Callable[[str], list[str]]
) -> Iterator[None]:
    """Hold every text of a finding that the checks make in a test against ``templates/report/sentences.yaml``."""
    said: set[str] = set()
    made = TableContext.finding

    def noted(self: TableContext, *args: Any, **more: Any) -> Finding:
        finding = made(self, *args, **more)
        if str(sys._getframe(1).f_globals.get("__name__", "")).startswith("discovery."):
            said.update((finding.summary, finding.consequence, finding.advice))
        return finding

    monkeypatch.setattr(TableContext, "finding", noted)
    yield
    assert [text for text in sorted(said) if text and untranslated(text)] == [], "add them to sentences.yaml"


def build_context(
    data: Any,
    *,
    unparsed: Mapping[str, Mapping[int, str]] | None = None,
    notes: Mapping[str, Mapping[str, Any]] | None = None,
    texts: pl.DataFrame | None = None,
    target: str | None = None,
    task: str = "regression",
    personal: Iterable[str] = (),
    key: Iterable[str] = (),
) -> TableContext:
    """Return the context of a table made of ``data``; ``unparsed`` holds the text of cells by column and row."""
    made = Table.from_frame("t", data if isinstance(data, pl.DataFrame) else pl.DataFrame(data, strict=False))
    columns = {
        c: TableColumn(
            c,
            made.columns[c].type,
            c,
            [Unparsed(r, t) for r, t in sorted((unparsed or {}).get(c, {}).items())],
            notes=(notes or {}).get(c, {}),
        )
        for c in made.columns
    }
    table = Table("t", "t.csv", made.frame, columns, texts)
    cases = [UseCase(name="u", table="t", target=target, task=task)] if target else []
    spec = TableSpec(personal=list(personal), key=list(key))
    engagement = Engagement(name="e", tables={"t": spec}, use_cases=cases)
    return TableContext(table, profile_table(table, engagement), engagement, AS_OF)


@pytest.fixture
def context_of() -> Callable[..., TableContext]:
    """The function that makes a context of columns."""
    return build_context


@pytest.fixture
def look() -> Callable[..., list[Finding]]:
    """Run one check over columns and return its findings."""

    def run(check: Callable[[TableContext], Iterable[Finding]], data: Any, **how: Any) -> list[Finding]:
        return list(check(build_context(data, **how)))

    return run


@pytest.fixture
def findings_of() -> Callable[..., list[Finding]]:
    """Return what a check finds in a frame, under an engagement of the given parts."""

    def run(check: Callable[[TableContext], Iterable[Finding]], frame: pl.DataFrame, **spec: Any) -> list[Finding]:
        engagement = Engagement(name="e", **spec)
        return list(check(table_context(Table.from_frame("t", frame), engagement, AS_OF)))

    return run


@pytest.fixture
def open_tables() -> Callable[..., Callable[..., DropContext]]:
    """Return a drop of the given frames, to be opened under an engagement of the given parts."""

    def tables(**frames: pl.DataFrame) -> Callable[..., DropContext]:
        drop = Drop("d", {name: Table.from_frame(name, frame) for name, frame in frames.items()})
        return lambda **spec: open_drop(drop, Engagement(name="e", **spec), AS_OF, lambda _: None)

    return tables
