"""``discovery batch``, ``history`` and ``show``: what the commands print of the ledger."""

from __future__ import annotations

import json as json_
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DataError, ParameterError, suggest

if TYPE_CHECKING:
    from ..batch import BatchOutcome, Entry

__all__ = ["batch_command", "history", "show_run"]

_GROUPS = ("done", "failed", "quarantined", "skipped", "unsettled", "pending")


def batch_command(
    engagement: Path, *, json: bool, quiet: bool, log_json: bool, ledger: str | None, **options: Any
) -> int:
    """Run every new drop, tell what became of each, and return the exit code."""
    import typer

    from ..batch import run_batch

    for name in ("workers", "max_attempts"):
        if options[name] < 1:
            raise ParameterError(f"--{name.removeprefix('max_')} must be at least 1", mend="Leave it out.")
    silent = quiet or json or log_json
    with _shown(silent) as progress, _stopping() as stop:
        outcome = run_batch(
            engagement,
            stop=stop,
            progress=progress,
            ledger=_from_environment(ledger),
            log=_log if log_json else None,
            **options,
        )
    for warning in outcome.warnings:
        typer.echo(f"discovery: {_clean(warning)}", err=True)
    if json:
        typer.echo(json_.dumps(_outcome(outcome)))
    elif quiet:
        for name in () if log_json else (*outcome.failed, *outcome.quarantined):
            typer.echo(f"discovery: {_line(outcome, name)}", err=True)
    else:
        for group in _GROUPS:
            for name in getattr(outcome, group):
                typer.echo(f"{group:12} {_line(outcome, name)}")
        if outcome.index:
            typer.echo(f"Index: {outcome.index}")
    return outcome.exit_code


def _line(outcome: BatchOutcome, name: str) -> str:
    """Return the name, and the reason where there is one; that of a single file begins with its name."""
    reason = outcome.reasons.get(name) if name not in outcome.done else None
    named = reason is None or reason.startswith(f"{name}: ")
    return _clean(reason or name if named else f"{name}: {reason}")


def _shown(silent: bool) -> AbstractContextManager[Callable[[str], None] | None]:
    if silent or not sys.stderr.isatty():
        return nullcontext()
    from ..progress import on_terminal

    return on_terminal()


def _from_environment(ledger: str | None) -> str | None:
    """Return the URL of a ledger, which ``env:NAME`` keeps out of the list of processes."""
    if ledger is None or not ledger.startswith("env:"):
        return ledger
    url = os.environ.get(ledger[4:])
    if not url:
        raise ParameterError(f"the environment variable {ledger[4:]} is not set", where="--ledger")
    return url


def _log(facts: Mapping[str, Any]) -> None:
    sys.stderr.write(json_.dumps(facts) + "\n")
    sys.stderr.flush()


def _outcome(outcome: BatchOutcome) -> dict[str, Any]:
    groups: dict[str, Any] = {group: getattr(outcome, group) for group in _GROUPS}
    index = str(outcome.index) if outcome.index else None
    return groups | {"reasons": outcome.reasons, "index": index, "exit_code": outcome.exit_code}


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


def history(engagement: Path, *, ledger: str | None, json: bool) -> None:
    """Print the drops that the ledger knows, oldest first."""
    import typer

    entries = _entries(engagement, ledger)
    if json:
        typer.echo(json_.dumps([_facts(e) for e in entries]))
        return
    if not entries:
        typer.echo("No drop has been seen yet.", err=True)
    for entry in entries:
        typer.echo(f"{_moment(entry.updated)}  {entry.state:11} {_clean(entry.name)}  {entry.run or ''}".rstrip())


def show_run(engagement: Path, name: str, *, ledger: str | None, json: bool) -> None:
    """Print all the ledger knows of the drop or run called ``name``."""
    import typer

    entries = _entries(engagement, ledger)
    found = [e for e in entries if name in {e.name, e.run, Path(e.run).name if e.run else None}]
    if not found:
        known = [k for e in entries for k in (e.name, e.run) if k]
        raise DataError(f"no drop or run '{name}'", where=str(engagement), mend=suggest(name, known))
    if json:
        typer.echo(json_.dumps([_facts(e) for e in found]))
        return
    for entry in found:
        for key, value in _facts(entry).items():
            shown = f"{_moment(value)} UTC" if key in {"found", "updated"} else str(value)
            typer.echo(f"{key:14} {_clean(shown)}")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


def _entries(engagement: Path, url: str | None) -> list[Entry]:
    from ..batch import Ledger

    folder = engagement if engagement.is_dir() else engagement.parent
    place: str | Path = _from_environment(url) or folder / "runs" / "ledger.sqlite"
    name = ""
    if isinstance(place, Path):
        if not place.is_file():
            raise DataError("has no batch history", where=str(engagement), mend="Run: discovery batch ENGAGEMENT")
    else:
        from ..engagement import load_engagement

        name = load_engagement(engagement).name
    with Ledger(place, name, read_only=True) as ledger:
        return sorted(ledger.entries(), key=lambda e: (e.found, e.id))


def _facts(entry: Entry) -> Mapping[str, Any]:
    from dataclasses import asdict

    hidden = {"signature", "owner", "lease_until", "not_before", "summary", "position"}
    facts = {k: v for k, v in asdict(entry).items() if k not in hidden and v is not None}
    return facts | {"figures": entry.figures}


def _clean(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)
