"""Labels that the model doubts: a list for a person to review, never a correction."""

from __future__ import annotations

import numpy as np

from .context import Context

__all__ = ["label_errors"]

MOST = 20
RESIDUAL = 5.0


def label_errors(context: Context) -> None:
    """List the rows whose given label is least believed, out of fold.

    Confident learning (Northcutt et al. 2021): a row is doubted where another class is at least as likely as that
    class is, on average, for its own rows. Of numbers, residuals over five robust spreads are listed.
    """
    problem = context.problem
    if context.track.candidate.family == "dummy":
        return
    y, p, rows = context.tested()
    if not problem.classes:
        error = y - p
        middle = np.median(error)
        spread = 1.4826 * float(np.median(np.abs(error - middle)))
        if spread == 0:
            return
        size = np.abs(error - middle) / spread
        worst = [i for i in np.argsort(-size, kind="stable")[:MOST] if size[i] >= RESIDUAL]
        context.fields["label_errors"] = [
            {
                "row": int(problem.rows[rows[i]]) + 1,
                "given": float(y[i]),
                "predicted": float(p[i]),
                "spreads": round(float(size[i]), 1),
            }
            for i in worst
        ]
        return
    own = np.array([p[y == k, k].mean() if (y == k).any() else 1.0 for k in range(problem.classes)])
    over = np.where(p >= own, p, -1.0)
    over[np.arange(len(y)), y] = -1.0
    other = over.argmax(axis=1)
    doubted = np.flatnonzero((over.max(axis=1) > 0) & (p.argmax(axis=1) == other) & (other != y))
    margin = p[doubted, other[doubted]] - p[doubted, y[doubted]]
    worst_rows = doubted[np.argsort(-margin, kind="stable")][:MOST]
    labels = problem.target.classes
    context.fields["label_errors"] = [
        {
            "row": int(problem.rows[rows[i]]) + 1,
            "given": labels[y[i]],
            "suggested": labels[other[i]],
            "probability_of_given": round(float(p[i, y[i]]), 4),
            "probability_of_suggested": round(float(p[i, other[i]]), 4),
        }
        for i in worst_rows
    ]
    if len(doubted):
        context.notes.append(
            f"{len(doubted):,} of {len(y):,} labels are doubted out of fold; "
            f"the {len(worst_rows)} least believed are listed for review."
        )  # fmt: skip
