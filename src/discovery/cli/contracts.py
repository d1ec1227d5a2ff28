"""Hold data against the contract of a run: in memory, where a table is measured, or in its database."""

from __future__ import annotations

import json as json_
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DataError, suggest

if TYPE_CHECKING:
    from ..contract import ContractResult, Suite

__all__ = ["validate_command"]

BY = {
    "scan": "by the compiled scan",
    "gx": "by Great Expectations",
    "gx-sql": "by Great Expectations, in the database",
    "gx-spark": "by Great Expectations, on Spark",
}


def validate_command(run: Path, data: str, *, tables: list[str], json: bool, quiet: bool) -> int:
    """Judge data by the contracts of a run, tell the user, and return the exit code, 3 where one is broken."""
    import typer

    from ..parameters import resolve_source
    from .work import out_of_sight

    suites = _chosen(run, tables)
    results = list(_judged(suites, resolve_source(out_of_sight(data)), run))
    broken = not all(r.success for r in results)
    if json:
        typer.echo(json_.dumps({r.table: r.summary() for r in results}, ensure_ascii=True))
    elif not quiet:
        for result in results:
            _tell(result)
    return 3 if broken else 0


def _chosen(run: Path, tables: list[str]) -> list[Suite]:
    from ..contract import read_suite

    paths = [p for p in sorted((run / "contract").glob("*.json")) if not p.name.startswith("_")]
    suites = {suite.name: suite for suite in map(read_suite, paths)}
    if not suites:
        raise DataError("there is no contract", where=str(run), mend="Give the directory of a finished run.")
    for name in tables:
        if name not in suites:
            raise DataError(f"there is no contract of '{name}'", where=str(run), mend=suggest(name, list(suites)))
    return [suites[name] for name in tables or suites]


def _judged(suites: list[Suite], source: str, run: Path) -> Iterator[ContractResult]:
    from ..contract import engine_for, judge_references, validate, validate_in_database
    from ..engagement import load_engagement
    from ..intake import read_drop
    from ..intake.sources.connection import as_database_url

    url = as_database_url(source)
    if url is not None:
        yield from (validate_in_database(suite, url, suite.name) for suite in suites)
        return
    engagement = run / "engagement.yaml"
    drop = read_drop(source, engagement=load_engagement(engagement) if engagement.is_file() else None)
    for suite in suites:
        table = drop.tables.get(suite.name)
        if table is None:
            known = suggest(suite.name, list(drop.tables))
            raise DataError(f"there is no table '{suite.name}'", where=source, mend=known)
        whole = table.whole is not None
        result = validate(suite, table, "gx" if whole else engine_for(table.rows * len(table.columns)))
        yield judge_references(suite, drop.tables, result)


def _tell(result: ContractResult) -> None:
    import typer

    counts = result.summary()
    told = {"passed": "passed", "failed": "failed", "errored": "could not be judged", "vacuous": "had no value"}
    typer.echo(f"{result.table}: {', '.join(f'{counts[k]} {v}' for k, v in told.items())} ({BY[result.engine]})")
    for outcome in result.select("failed", "errored"):
        typer.echo(f"  {outcome.words}")
