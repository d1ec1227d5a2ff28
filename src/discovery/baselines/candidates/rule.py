"""Rules that a person can read: one to five if-lines, learned from training rows or written in the engagement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

from ...errors import EngagementError
from . import Candidate, Shape
from .rule_words import Test, round_threshold, words

if TYPE_CHECKING:
    from ...engagement import UseCase

__all__ = ["QueryRule", "RuleModel", "candidates"]

MAX_LINES = 5


class RuleModel(BaseEstimator):  # type: ignore[misc]
    """A rule of at most five lines: a shallow tree on readable conditions, each leaf a line.

    Parameters
    ----------
    task : str
        ``regression``, or any task of classes.
    target : str
        Name of the target, for the words.
    classes : tuple of str
        Labels of the class codes, for the words.
    gaps : mapping, optional
        By column, values that stand for missing.
    """

    def __init__(
        self,
        task: str = "binary",
        target: str = "target",
        classes: tuple[str, ...] = (),
        gaps: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.task = task
        self.target = target
        self.classes = classes
        self.gaps = gaps

    def fit(self, X: Any, y: Any) -> RuleModel:
        """Learn the conditions from training rows."""
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        from ..preprocess import FrameEncoder

        self.encoder_ = FrameEncoder("rule", text=False, max_levels=20, gaps=self.gaps)
        matrix = self.encoder_.fit_transform(X, y)
        leaf = max(5, min(len(y) // 10, len(y) // 50 + 10))
        settings = {"max_depth": 3, "max_leaf_nodes": MAX_LINES, "min_samples_leaf": leaf, "random_state": 0}
        self.tree_: Any
        if self.task == "regression":
            self.tree_ = DecisionTreeRegressor(**settings).fit(matrix, y)
        else:
            self.tree_ = DecisionTreeClassifier(**settings).fit(matrix, y)
            self.classes_ = self.tree_.classes_
        self._round(matrix)
        self.lines_ = self._lines()
        return self

    def predict(self, X: Any) -> Any:
        """Predict class codes or numbers."""
        return self.tree_.predict(self.encoder_.transform(X))

    def predict_proba(self, X: Any) -> Any:
        """Predict the shares of the classes among the training rows of the line that a row falls under."""
        return self.tree_.predict_proba(self.encoder_.transform(X))

    def _round(self, matrix: Any) -> None:
        """Move each threshold to the roundest number that divides the training rows in the same way."""
        tree = self.tree_.tree_
        thresholds = tree.threshold
        for node in np.flatnonzero(tree.children_left >= 0):
            _, part = self.encoder_.names_out_[int(tree.feature[node])]
            if not part.startswith("= "):
                values = matrix[:, int(tree.feature[node])]
                if part == "days":
                    thresholds[node] = _midnight(values, float(thresholds[node]))
                else:
                    thresholds[node] = round_threshold(values, float(thresholds[node]))
        self.gaps_ = np.isnan(matrix).any(axis=0)

    def _lines(self) -> list[str]:
        """The if-lines, highest outcome first."""
        tree = self.tree_.tree_
        found: list[tuple[float, str]] = []

        def walk(node: int, tests: list[Test]) -> None:
            if tree.children_left[node] < 0:
                found.append(self._line(tree, node, tests))
                return
            feature, threshold = int(tree.feature[node]), float(tree.threshold[node])
            column, part = self.encoder_.names_out_[feature]
            gaps = bool(tree.missing_go_to_left[node]) if self.gaps_[feature] else None
            walk(int(tree.children_left[node]), [*tests, Test(column, part, threshold, True, gaps)])
            walk(int(tree.children_right[node]), [*tests, Test(column, part, threshold, False, gaps)])

        walk(0, [])
        return [line for _, line in sorted(found, key=lambda pair: -pair[0])]

    def _line(self, tree: Any, node: int, tests: list[Test]) -> tuple[float, str]:
        where = words(tests) or "always"
        start = "" if where == "always" else "if "
        value = tree.value[node].ravel()
        rows = int(tree.n_node_samples[node])
        if self.task == "regression":
            return float(value[0]), f"{start}{where}: {self.target} is about {value[0]:.4g} ({rows:,} rows)"
        shares = value / value.sum()
        best = len(shares) - 1 if len(shares) == 2 else int(shares.argmax())
        label = self.classes[int(self.tree_.classes_[best])] if self.classes else str(self.tree_.classes_[best])
        text = f"{start}{where}: {self.target} is {label} in {shares[best]:.0%} ({rows:,} rows)"
        return float(shares[best]), text


def _midnight(days: Any, threshold: float) -> float:
    """Just before the midnight that divides dates as ``threshold`` does; where none does, the threshold itself."""
    finite = days[np.isfinite(days)].astype(np.float32)
    below, above = finite[finite <= threshold], finite[finite > threshold]
    if not len(below) or not len(above):
        return threshold
    low, high = float(below.max()), float(above.min())
    held = float(np.floor((low + high) / 2 + 1)) - 0.01
    return held if low <= held < high else threshold


class QueryRule(BaseEstimator):  # type: ignore[misc]
    """A rule written as a pandas query expression; the outcome on either side is learned from training rows.

    Parameters
    ----------
    query : str
        Such as ``tenure < 3 and contract == 'monthly'``.
    task, target, classes
        As for :class:`RuleModel`.
    """

    def __init__(
        self, query: str = "", task: str = "binary", target: str = "target", classes: tuple[str, ...] = ()
    ) -> None:
        self.query = query
        self.task = task
        self.target = target
        self.classes = classes

    def _applies(self, X: Any) -> Any:
        found = X.eval(self.query, engine="python")
        return np.asarray(found, dtype=bool)

    def fit(self, X: Any, y: Any) -> QueryRule:
        """Learn the outcome where the rule applies and where it does not."""
        applies = self._applies(X)
        sides = [y[~applies] if (~applies).any() else y, y[applies] if applies.any() else y]
        if self.task == "regression":
            self.values_ = np.array([float(s.mean()) for s in sides])
            outcome = [f"about {v:.4g}" for v in self.values_]
        else:
            self.classes_ = np.unique(y)
            self.values_ = np.array([[(s == k).mean() for k in self.classes_] for s in sides])
            label = self.classes[-1] if self.classes else str(self.classes_[-1])
            outcome = [f"{label} in {v[-1]:.0%}" for v in self.values_]
        self.lines_ = [f"if {self.query}: {self.target} is {outcome[1]}", f"else: {self.target} is {outcome[0]}"]
        return self

    def predict(self, X: Any) -> Any:
        """Predict class codes or numbers."""
        values = self.values_[self._applies(X).astype(int)]
        return values if self.task == "regression" else self.classes_[values.argmax(axis=1)]

    def predict_proba(self, X: Any) -> Any:
        """Predict the shares of the classes on the rule's side."""
        return self.values_[self._applies(X).astype(int)]


def candidates(shape: Shape, use_case: UseCase) -> list[Candidate]:
    """Return the learned rule, and the rules that the engagement gives."""

    def build() -> Any:
        return RuleModel(shape.task, shape.target, shape.classes, shape.gaps)

    found = [Candidate("rule", "rule", "A rule of at most five lines", build, 1)]
    for i, query in enumerate(use_case.rules, start=1):
        found.append(_written(i, query, shape))
    return found


def _written(number: int, query: str, shape: Shape) -> Candidate:
    if "@" in query or "__" in query:
        raise EngagementError(
            f"rule {number} uses a name that rules may not use", mend="Compare columns with values."
        )

    def build() -> Any:
        return QueryRule(query, shape.task, shape.target, shape.classes)

    return Candidate(f"rule_{number}", "rule", f"The client's rule: {query}", build, 1)
