"""A time budget for a use case: what does not fit is cut, and said."""

from __future__ import annotations

import re
import time
from typing import Any

__all__ = ["Budget", "parse_seconds"]

_UNITS = {"": 1.0, "s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([a-z]*)")


def parse_seconds(text: str) -> float:
    """Return the seconds of ``90``, ``90s``, ``5m``, ``1h`` or ``1h30m``.

    Raises
    ------
    ValueError
        It is none of these, or not more than zero.
    """
    plain = text.strip().lower()
    parts = _PART.findall(plain)
    whole = "".join(n + u for n, u in parts) == plain.replace(" ", "")
    if not parts or not whole or any(u not in _UNITS for _, u in parts):
        raise ValueError(f"'{text}' is no time: write seconds, or 90s, 5m, 1h")
    seconds = sum(float(n) * _UNITS[u] for n, u in parts)
    if seconds <= 0:
        raise ValueError("a budget must be more than 0 seconds")
    return seconds


class Budget:
    """Wall-clock seconds from now on; without a limit everything fits.

    Parameters
    ----------
    seconds : float, optional
        What the use case may take.
    start : float, optional
        When it began, on the performance counter; None: now.

    Attributes
    ----------
    expected : dict
        Seconds that each candidate's folds are expected to take, where a probe has told.
    slow : float
        Wall-clock seconds that a second of computing takes, as the machine is busy.
    """

    def __init__(self, seconds: float | None, start: float | None = None) -> None:
        self.start = time.perf_counter() if start is None else start
        self.seconds = seconds
        self.cut: list[str] = []
        self.expected: dict[str, float] = {}
        self.slow = 1.0

    @property
    def left(self) -> float:
        """Seconds left; infinite without a limit."""
        return float("inf") if self.seconds is None else self.seconds - (time.perf_counter() - self.start)

    def allows(self, what: str, seconds: float) -> bool:
        """Return whether a step that is expected to take ``seconds`` fits; if not, note that it was cut."""
        if self.seconds is None or seconds <= self.left:
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
