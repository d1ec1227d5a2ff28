"""Whether the quality of a model rests on one column: the first thing to ask about when it is known."""

from __future__ import annotations

from dataclasses import dataclass

from .subject import Subject

__all__ = ["LARGE", "Reliance", "reliance_of"]

LARGE = 0.4
"""Share of the gain over the dummy that is lost without the columns on which a model is said to rest."""


@dataclass(frozen=True)
class Reliance:
    """Columns that go together, what is lost without them, and what is gained over the dummy, in the metric."""

    columns: list[str]
    lost: float
    gained: float

    @property
    def named(self) -> list[str]:
        """The first few of the columns, in quotes for a sentence."""
        return [f"'{c}'" for c in self.columns[:4]]


def reliance_of(subject: Subject) -> Reliance | None:
    """Return what the recommended model rests on; None where no column carries so much of its gain.

    The loss is the permutation importance on rows that the model has not seen (Breiman, *Random forests*, 2001;
    columns that are correlated are shuffled together). A forecast rests on its own past, which is known.
    """
    evaluation, chosen, dummy = subject.evaluation, subject.recommended, subject.dummy
    if evaluation is None or chosen is None or dummy is None or chosen.mean is None or dummy.mean is None:
        return None
    if not evaluation.importance or chosen.family == "forecast":
        return None
    sign = 1 if evaluation.higher_is_better else -1
    gained = sign * (chosen.mean - dummy.mean)
    first = evaluation.importance[0]
    lost = float(first["drop"])
    if gained <= 0 or lost < LARGE * gained:
        return None
    return Reliance(list(first["columns"]), lost, gained)
