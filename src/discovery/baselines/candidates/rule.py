"""Rules that a person can read: one to five if-lines, learned from training rows or written in the engagement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator

from ...errors import EngagementError
from . import Candidate, Shape

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
    """

    def __init__(self, task: str = "binary", target: str = "target", classes: tuple[str, ...] = ()) -> None:
        self.task = task
        self.target = target
        self.classes = classes

    def fit(self, X: Any, y: Any) -> RuleModel:
        """Learn the conditions from training rows."""
        from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

        from ..preprocess import FrameEncoder

        self.encoder_ = FrameEncoder("rule", text=False, max_levels=20)
        matrix = self.encoder_.fit_transform(X, y)
        leaf = max(5, min(len(y) // 10, len(y) // 50 + 10))
        settings = {"max_depth": 3, "max_leaf_nodes": MAX_LINES, "min_samples_leaf": leaf, "random_state": 0}
        self.tree_: Any
        if self.task == "regression":
            self.tree_ = DecisionTreeRegressor(**settings).fit(matrix, y)
        else:
            self.tree_ = DecisionTreeClassifier(**settings).fit(matrix, y)
            self.classes_ = self.tree_.classes_
        self.lines_ = self._lines()
        return self

    def predict(self, X: Any) -> Any:
        """Predict class codes or numbers."""
        return self.tree_.predict(self.encoder_.transform(X))

    def predict_proba(self, X: Any) -> Any:
        """Predict the shares of the classes among the training rows of the line that a row falls under."""
        return self.tree_.predict_proba(self.encoder_.transform(X))

    def _lines(self) -> list[str]:
        """The if-lines, highest outcome first."""
        tree = self.tree_.tree_
        found: list[tuple[float, str]] = []

        def walk(node: int, conditions: list[tuple[int, float, bool, bool]]) -> None:
            if tree.children_left[node] < 0:
                found.append(self._line(tree, node, conditions))
                return
            feature, threshold = int(tree.feature[node]), float(tree.threshold[node])
            gaps_left = bool(tree.missing_go_to_left[node])
            walk(int(tree.children_left[node]), [*conditions, (feature, threshold, True, gaps_left)])
            walk(int(tree.children_right[node]), [*conditions, (feature, threshold, False, gaps_left)])

        walk(0, [])
        return [line for _, line in sorted(found, key=lambda pair: -pair[0])]

    def _line(self, tree: Any, node: int, conditions: list[tuple[int, float, bool, bool]]) -> tuple[float, str]:
        where = " and ".join(_merge(self.encoder_.names_out_, conditions)) or "always"
        start = "" if where == "always" else "if "
        value = tree.value[node].ravel()
        rows = int(tree.n_node_samples[node])
        if self.task == "regression":
            return float(value[0]), f"{start}{where}: {self.target} is about {value[0]:.4g} ({rows} rows)"
        shares = value / value.sum()
        best = len(shares) - 1 if len(shares) == 2 else int(shares.argmax())
        label = self.classes[int(self.tree_.classes_[best])] if self.classes else str(self.tree_.classes_[best])
        text = f"{start}{where}: {self.target} is {label} in {shares[best]:.0%} ({rows} rows)"
        return float(shares[best]), text


def _merge(names: list[tuple[str, str]], conditions: list[tuple[int, float, bool, bool]]) -> list[str]:
    """Conditions in words; several on one number become one range."""
    words: list[str] = []
    for feature in dict.fromkeys(c[0] for c in conditions):
        column, part = names[feature]
        mine = [c for c in conditions if c[0] == feature]
        if part.startswith("= "):
            words.append(f"{column} {'is not' if mine[-1][2] else 'is'} '{part[2:]}'")
            continue
        name = f"{part} of {column}" if part else column
        upper = [c[1] for c in mine if c[2]]
        lower = [c[1] for c in mine if not c[2]]
        text = name
        if lower and upper:
            text = f"{name} over {max(lower):.6g} up to {min(upper):.6g}"
        elif upper:
            text = f"{name} at most {min(upper):.6g}"
        elif lower:
            text = f"{name} over {max(lower):.6g}"
        words.append(text)
    return words


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
        return RuleModel(shape.task, shape.target, shape.classes)

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
