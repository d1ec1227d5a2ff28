"""``discovery batch``, ``history`` and ``show``: what the commands print of the ledger."""

from __future__ import annotations

import json as json_
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError, ParameterError, suggest

if TYPE_CHECKING:
    from ..batch import BatchOutcome, Entry

__all__ = ["batch_command", "history", "show_run"]

_GROUPS = ("done", "failed", "quarantined", "skipped", "unsettled", "pending")


def batch_command(engagement: Path, *, json: bool, quiet: bool, **options: Any) -> int:
    """Run every new drop, tell what became of each, and return the exit code."""
    import typer
    from rich.console import Console

    from ..batch import run_batch
    from ..progress import on_terminal

    if options["workers"] < 1:
        raise ParameterError("--workers must be at least 1", mend="Leave it out for one run at a time.")
    with on_terminal(Console(stderr=True), quiet=quiet or json) as progress, _stopping() as stop:
        outcome = run_batch(engagement, stop=stop, progress=progress, **options)
    if json:
        typer.echo(json_.dumps(_outcome(outcome)))
    elif not quiet:
        for group in _GROUPS:
            for name in getattr(outcome, group):
                typer.echo(f"{group:12} {_clean(name)}")
        if outcome.index:
            typer.echo(f"Index: {outcome.index}")
    return outcome.exit_code


def _outcome(outcome: BatchOutcome) -> dict[str, Any]:
    groups: dict[str, Any] = {group: getattr(outcome, group) for group in _GROUPS}
    return groups | {"index": str(outcome.index) if outcome.index else None, "exit_code": outcome.exit_code}


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """Give an event that SIGTERM and SIGINT set, as long as the block runs."""
    stop = threading.Event()
    before = {n: signal.signal(n, lambda *_: stop.set()) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def history(engagement: Path, *, json: bool) -> None:
    """Print the drops that the ledger knows, oldest first."""
    import typer

    entries = _entries(engagement)
    if json:
        typer.echo(json_.dumps([_facts(e) for e in entries]))
        return
    for entry in entries:
        when = datetime.fromtimestamp(entry.updated, UTC).strftime("%Y-%m-%d %H:%M")
        typer.echo(f"{when}  {entry.state:11} {_clean(entry.name)}  {entry.run or ''}".rstrip())


def show_run(engagement: Path, name: str, *, json: bool) -> None:
    """Print all the ledger knows of the drop or run called ``name``."""
    import typer

    entries = _entries(engagement)
    found = [e for e in entries if name in {e.name, e.run, Path(e.run).name if e.run else None}]
    if not found:
        known = [k for e in entries for k in (e.name, e.run) if k]
        raise DataError(f"no drop or run '{name}'", where=str(engagement), mend=suggest(name, known))
    if json:
        typer.echo(json_.dumps([_facts(e) for e in found]))
        return
    for entry in found:
        for key, value in _facts(entry).items():
            typer.echo(f"{key:14} {_clean(str(value))}")


def _entries(engagement: Path) -> list[Entry]:
    from ..batch import Ledger

    folder = engagement if engagement.is_dir() else engagement.parent
    file = folder / "runs" / "ledger.sqlite"
    if not file.is_file():
        raise DataError("has no batch history", where=str(engagement), mend="Run: discovery batch ENGAGEMENT")
    with Ledger(file) as ledger:
        return sorted(ledger.entries(), key=lambda e: (e.found, e.id))


def _facts(entry: Entry) -> Mapping[str, Any]:
    from dataclasses import asdict

    hidden = {"signature", "owner", "lease_until", "not_before", "summary", "position"}
    facts = {k: v for k, v in asdict(entry).items() if k not in hidden and v is not None}
    return facts | {"figures": entry.figures}


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
