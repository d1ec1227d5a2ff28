"""Tell what becomes of drops: to whoever watches, to the log, to catalogues, and to the team."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import DiscoveryError, RunError
from .entry import Entry
from .ledger import Ledger

if TYPE_CHECKING:
    from .lineage import EventType

__all__ = ["Log", "Teller"]

Log = Callable[[Mapping[str, Any]], None]


class Teller:
    """What a batch tells, and to whom.

    Parameters
    ----------
    runs : Path
        The folder of runs.
    targets : sequence of str
        Of notifications.
    site : str
        The URL that the folder of runs is served at.
    lineage : str or None
        Where OpenLineage events go.
    log : callable or None
        Given a mapping for every event.
    progress : callable or None
        Given a line for every event.

    Raises
    ------
    ParameterError
        A target is none.
    """

    def __init__(
        self,
        runs: Path,
        targets: Sequence[str],
        site: str,
        lineage: str | None,
        log: Log | None,
        progress: Callable[[str], None] | None,
    ) -> None:
        if targets:
            from .notify import check_target

            targets = [check_target(t) for t in targets]
        self.runs, self.targets, self.site, self._lineage = runs, targets, site, lineage
        self._log, self._progress = log, progress
        self.engagement = ""
        self.warnings: list[str] = []

    def skipped(self, entry: Entry, twin: str) -> None:
        """A drop holds the same bytes as another."""
        self._say(f"{entry.name}: skipped, same content as {twin}")
        self._note("skipped", entry, None, same_as=twin)

    def started(self, entry: Entry, out: Path) -> None:
        """A run begins."""
        self._say(f"{entry.name}: running")
        self._note("started", entry, out)
        self._emit("START", entry, out)

    def ended(self, entry: Entry, out: Path, state: str, seconds: float) -> None:
        """A run ended, and left its drop in ``state``."""
        self._say(f"{entry.name}: {state}")
        failure = entry.failure if state in {"failed", "quarantined"} else {}
        figures = {k: v for k, v in entry.figures.items() if k != "quality"} if state == "done" else {}
        self._note(state, entry, out, seconds=round(seconds, 3), **failure, **figures)
        if "warning" in figures:
            self._say(figures["warning"])
            self.warnings.append(f"{entry.name}: {figures['warning']}")
        kinds: dict[str, EventType] = {
            "done": "COMPLETE",
            "superseded": "COMPLETE",
            "waiting": "ABORT",
            "released": "ABORT",
        }
        self._emit(kinds.get(state, "FAIL"), entry, out)

    def trouble(self, error: DiscoveryError) -> None:
        """A look at the drops failed; there will be another."""
        self._say(str(error))
        self._log_event({"event": "trouble", "level": "error", "message": str(error)})

    def notify(self, ledger: Ledger, since: float) -> list[str]:
        """Tell the team what has ended, and return what could not be told to whom."""
        told, self.warnings = self.warnings, []
        if not self.targets:
            return told
        entries, mark = ledger.untold(since)
        if not entries:
            return told
        from .notify import message, send

        subject, text = message(self.engagement, entries, self.site)
        for target in self.targets:
            try:
                send(target, subject, text)
            except RunError as error:
                told.append(str(error))
                ledger.keep("told", repr(mark))
                self.trouble(error)
        return told

    def _say(self, line: str) -> None:
        if self._progress is not None:
            self._progress(line)

    def _note(self, event: str, entry: Entry, out: Path | None, **more: Any) -> None:
        self._log_event(
            {
                "event": event,
                "level": "error" if event in {"failed", "quarantined"} else "info",
                "drop": entry.name,
                "run": out.name if out is not None else None,
                "attempt": entry.attempts,
                **more,
            }
        )

    def _log_event(self, facts: Mapping[str, Any]) -> None:
        if self._log is not None:
            self._log({"time": datetime.now(UTC).isoformat(), "engagement": self.engagement, **facts})

    def _emit(self, kind: EventType, entry: Entry, out: Path) -> None:
        if self._lineage is None:
            return
        from http.client import HTTPException

        from .lineage import emit, event_of

        try:
            emit(self._lineage, event_of(kind, self.engagement, entry, out))
        except (OSError, ValueError, HTTPException) as error:
            self.warnings.append(f"an OpenLineage event could not be delivered ({type(error).__name__})")
