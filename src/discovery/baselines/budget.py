"""A time budget for a use case: what does not fit is cut, and said."""

from __future__ import annotations

import time
from typing import Any

__all__ = ["Budget"]


class Budget:
    """Wall-clock seconds from now on; without a limit everything fits.

    Parameters
    ----------
    seconds : float, optional
        What the use case may take.
    """

    def __init__(self, seconds: float | None) -> None:
        self.start = time.perf_counter()
        self.seconds = seconds
        self.cut: list[str] = []

    @property
    def left(self) -> float:
        """Seconds left; infinite without a limit."""
        return float("inf") if self.seconds is None else self.seconds - (time.perf_counter() - self.start)

    def allows(self, what: str, seconds: float) -> bool:
        """Return whether a step that is expected to take ``seconds`` fits; if not, note that it was cut."""
        if seconds <= self.left:
            return True
        self.cut.append(what)
        return False

    def summary(self) -> dict[str, Any]:
        """Return seconds given and taken, and what was cut; empty without any of it."""
        if self.seconds is None and not self.cut:
            return {}
        taken = round(time.perf_counter() - self.start, 1)
        return {"seconds": self.seconds, "taken_seconds": taken, "cut": list(dict.fromkeys(self.cut))}

    def notes(self) -> list[str]:
        """Return what was cut, in one line, if anything was."""
        if not self.cut:
            return []
        if self.seconds is None:
            return [f"Cut: {', '.join(dict.fromkeys(self.cut))}."]
        return [f"Cut to keep the budget of {self.seconds:g} s: {', '.join(dict.fromkeys(self.cut))}."]
