"""What fits into a budget: measured on a probe, decided before anything is fitted in full."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .budget import Budget
from .candidates import Candidate
from .crossval import Job, fit_predict
from .problem import Problem

__all__ = ["Schedule", "schedule"]

PROBE_ROWS = (600, 2400)
PROBE_SHARE = 0.2
USED_SHARE = 0.72
WITH_LLM = 0.5
FLOOR = 3000
LEAST = 1000
FOLD_SHARE, TRAIN_SHARE = 0.64, 0.8
EXTRAS, FEWEST_EXTRAS = 7.0, 2.0
FIXED_SECONDS = 0.6


@dataclass(frozen=True)
class Line:
    """Seconds a fit takes: ``start + each * rows``, on the wall, as the machine is busy now."""

    start: float
    each: float

    def __call__(self, rows: float) -> float:
        """Return the seconds that a fit of so many rows takes."""
        return self.start + self.each * rows


@dataclass(frozen=True)
class Schedule:
    """What is run: which candidates, how many repeats, and how many rows (None: all that there are)."""

    names: frozenset[str]
    repeats: int
    rows: int | None


def schedule(problem: Problem, candidates: Sequence[Candidate], budget: Budget, workers: int) -> Schedule:
    """Decide what fits into the budget, and note in it what was cut and what each candidate is expected to take.

    In this order, until the rest is expected to take at most 72% of what is left: the second repeat; rows down to
    3,000; most of the further questions (which are asked while time is left); the candidate that takes longest
    (never the dummy, the rule or the linear model); rows down to 1,000.

    Parameters
    ----------
    problem, candidates
        What would be run without a budget.
    budget : Budget
    workers : int
        Processes that fits are spread over.
    """
    kept = list(candidates)
    repeats = problem.division.repeats
    if budget.seconds is None:
        return Schedule(_names(kept), repeats, None)
    lines = _probe(problem, kept, budget)
    every = len(problem.y)
    share = WITH_LLM if problem.use_case.llm is not None else USED_SHARE
    left = share * max(budget.left, 0.0)
    folds = len(problem.division.first_repeat)
    extras = EXTRAS

    def takes(rows: float) -> float:
        return _seconds(lines, kept, rows, folds, repeats, workers, extras)

    def most_rows(least: int) -> int:
        """The most rows that fit, by halving the interval; ``least`` where not even these do."""
        low, high = min(least, every), every
        while high - low > max(1, every // 200):
            middle = (low + high) // 2
            low, high = (middle, high) if takes(middle) <= left else (low, middle)
        return low

    if repeats > 1 and takes(every) > left:
        repeats = 1
        budget.cut.append("repeats of the cross-validation after the first")
    rows = every
    if takes(rows) > left and problem.again is not None:
        rows = most_rows(FLOOR)
    if takes(rows) > left:
        extras = FEWEST_EXTRAS
    while takes(rows) > left and (slow := _slowest(lines, kept)) is not None:
        kept = [c for c in kept if c is not slow and slow.name not in c.parts]
        budget.cut.append(f"candidate '{slow.name}'")
    if takes(rows) > left and problem.again is not None:
        rows = most_rows(LEAST)
    elif rows < every and problem.again is not None:
        rows = most_rows(rows)
    budget.expected = {c.name: folds * line(FOLD_SHARE * rows) / workers for c, line in _known(lines, kept)}
    if rows >= 0.95 * every:
        return Schedule(_names(kept), repeats, None)
    budget.cut.append(f"{every - rows:,} of {every:,} rows")
    return Schedule(_names(kept), repeats, rows)


def _names(candidates: Sequence[Candidate]) -> frozenset[str]:
    return frozenset(c.name for c in candidates)


def _known(lines: dict[str, Line], kept: Sequence[Candidate]) -> list[tuple[Candidate, Line]]:
    return [(c, lines[c.name]) for c in kept if c.name in lines]


def _seconds(
    lines: dict[str, Line],
    kept: Sequence[Candidate],
    rows: float,
    folds: int,
    repeats: int,
    workers: int,
    extras: float,
) -> float:
    """What the whole evaluation takes: folds, the fits on all training rows, and the questions about the best."""
    fold = [line(FOLD_SHARE * rows) for _, line in _known(lines, kept)]
    final = sum(line(TRAIN_SHARE * rows) for _, line in _known(lines, kept))
    blended = any(c.parts for c in kept)
    asked = extras * (sum(fold) if blended else max(fold, default=0.0))
    return (repeats * folds * sum(fold) + final) / workers + asked + FIXED_SECONDS


def _slowest(lines: dict[str, Line], kept: Sequence[Candidate]) -> Candidate | None:
    """The candidate that takes longest, of those that may be cut."""
    may = [c for c in kept if c.name in lines and c.family not in {"dummy", "rule", "linear"}]
    return max(may, key=lambda c: lines[c.name](FLOOR), default=None)


def _probe(problem: Problem, candidates: Sequence[Candidate], budget: Budget) -> dict[str, Line]:
    """Fit every candidate on two small samples of the training rows; the larger only while a fifth is not spent."""
    generator = np.random.default_rng(problem.seed)
    train = generator.permutation(problem.division.train)
    small, large = (train[: min(n, len(train) // 2)] for n in PROBE_ROWS)
    test = train[: len(small)]
    most = PROBE_SHARE * max(budget.left, 0.0)
    start, computed = time.perf_counter(), time.process_time()
    fits = [c for c in candidates if not c.parts]
    found = {}
    for candidate in fits:
        _timed(problem, candidate, small[:100], test[:10])  # what is imported first is not what a fit takes
        short = _timed(problem, candidate, small, test)
        line = Line(0.0, short / max(1, len(small)))
        if len(large) >= 2 * len(small) and time.perf_counter() - start + 5 * short < most:
            long = _timed(problem, candidate, large, test)
            each = max(0.0, (long - short) / (len(large) - len(small)))
            line = Line(max(0.0, short - each * len(small)), each)
        found[candidate.name] = line
    computed = time.process_time() - computed
    budget.slow = max(1.0, (time.perf_counter() - start) / computed) if computed > 0.05 else 1.0
    return found


def _timed(problem: Problem, candidate: Candidate, rows: np.ndarray, test: np.ndarray) -> float:
    start = time.perf_counter()
    fit_predict(Job(candidate, problem.X, problem.y, rows, test, problem.classes))
    return time.perf_counter() - start
