"""Candidates, simplest first: a name, a family, and a function that builds an unfitted model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ...artifacts import Family, Task

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["Candidate", "Shape", "build_candidates"]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a candidate may know of the task before it sees a row.

    Attributes
    ----------
    task : Task
    rows : int
        Rows that there are to learn from.
    text : bool
        Whether there is a column of sentences.
    classes : tuple of str
        Labels of the class codes.
    target : str
        The target's name.
    seed : int
        Seed of whatever the candidate draws.
    gaps : mapping
        By column, values that stand for missing (as text), as the audit found them.
    """

    task: Task
    rows: int
    text: bool
    classes: tuple[str, ...]
    target: str
    seed: int = 0
    gaps: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A baseline approach.

    ``build`` returns a model with ``fit(X, y)`` and ``predict`` or ``predict_proba``. ``parts`` names the
    candidates whose predictions it averages, so that they need not be fitted twice.
    """

    name: str
    family: Family
    title: str
    build: Callable[[], Any]
    complexity: int
    parts: tuple[str, ...] = ()


def build_candidates(shape: Shape, use_case: UseCase) -> list[Candidate]:
    """Return the candidates for a task, simplest first."""
    from . import boosting, custom, dummy, forest, linear, rule, text
    from .blend import blend

    found: list[Candidate] = []
    for family in (dummy, rule, linear, text, boosting, forest):
        found += family.candidates(shape, use_case)
    found += blend(found)
    return found + custom.candidates(shape, use_case)
