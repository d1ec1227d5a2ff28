"""Figures for people: counts, shares, scores, sizes and durations as text, and what measures are called."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .language import current, known, tr

__all__ = [
    "KIND_NAMES",
    "MEASURE_NAMES",
    "count",
    "duration",
    "interval",
    "kind_name",
    "measure_name",
    "money",
    "number",
    "percent",
    "plural",
    "size",
]

MEASURE_NAMES: Mapping[str, str] = {
    "roc_auc": "ROC AUC",
    "roc_auc_ovr": "ROC AUC (one against the rest)",
    "average_precision": "average precision",
    "log_loss": "log loss",
    "brier_score": "Brier score",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "f1": "F1",
    "f1_macro": "macro F1",
    "precision": "precision",
    "recall": "recall",
    "r2": "R²",
    "mean_absolute_error": "mean absolute error",
    "median_absolute_error": "median absolute error",
    "root_mean_squared_error": "RMSE",
    "mean_squared_error": "mean squared error",
    "mean_absolute_percentage_error": "MAPE",
    "mase": "MASE",
    "pearson": "correlation of two numbers (Pearson, -1 to 1)",
    "cramers_v": "association of two categories (Cramér's V, 0 to 1)",
    "correlation_ratio": "a category tells a number (correlation ratio, 0 to 1)",
}


def measure_name(name: str) -> str:
    """Return what people call a measure: ``roc_auc`` is ``ROC AUC``."""
    return known(MEASURE_NAMES.get(name, name.replace("_", " ")))


KIND_NAMES: Mapping[str, str] = {
    "fd_violation": "broken dependency",
    "rule_violation": "broken rule",
    "high_cardinality": "many different values",
    "id_like": "identifier",
    "orphan_fk": "reference to nothing",
    "pii": "personal data",
    "reidentification": "persons can be told apart",
    "sentinel_missing": "hidden missing values",
    "unit_mix": "mixed units",
}


def kind_name(kind: str) -> str:
    """Return what people call a kind of finding: ``orphan_fk`` is ``reference to nothing``."""
    return known(KIND_NAMES.get(kind, kind.replace("_", " ")))


def count(value: float | int | None) -> str:
    """Return a whole number with thousands set apart; a dash for none."""
    if value is None or not math.isfinite(value):
        return "–"
    return current().figure(f"{round(value):,}")


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with ``digits`` significant digits at most, large ones whole with thousands set apart."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= 15 or size < -6:
        return current().figure(f"{value:.{digits - 1}e}")
    places = max(0, digits - 1 - size) if size >= 0 else max(digits, 1 - size)
    text = f"{value:,.{places}f}"
    if "." in text and (float(value).is_integer() or size < -2):
        text = text.rstrip("0").rstrip(".")
    return current().figure(text)


def interval(bounds: tuple[float, float] | list[float] | None, digits: int = 3) -> str:
    """Return ``0.83 to 0.86``; empty for none."""
    if bounds is None or len(bounds) != 2:
        return ""
    return tr("{low} to {high}", low=number(bounds[0], digits), high=number(bounds[1], digits))


def percent(share: float | None) -> str:
    """Return a share as a percentage with sensible digits: never 0 % for some, never 100 % for not quite all."""
    if share is None or not math.isfinite(share):
        return "–"
    value = 100 * share
    if value == 0 or value >= 100:
        text = f"{value:.0f}"
    elif 0 < value < 0.1:
        text = "<0.1"
    elif value > 99.9:
        text = ">99.9"
    elif value < 10 or value > 99:
        text = f"{value:.1f}"
    else:
        text = f"{value:.0f}"
    return current().figure(text) + current().percent


def size(value: float | None) -> str:
    """Return bytes as B, kB, MB or GB (powers of 1,000)."""
    if value is None or not math.isfinite(value):
        return "–"
    for unit in ("B", "kB", "MB"):
        if abs(value) < 1000:
            return f"{number(value)} {unit}"
        value /= 1000
    return f"{number(value)} GB"


def duration(seconds: float | None) -> str:
    """Return a duration as milliseconds, seconds, minutes or hours."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 1:
        return f"{number(1000 * seconds, 2)} ms"
    if seconds < 120:
        return f"{number(seconds, 2)} s"
    return f"{number(seconds / 60, 2)} min" if seconds < 7200 else f"{number(seconds / 3600, 2)} h"


def money(amount: float | None, currency: str) -> str:
    """Return an amount as people read it: whole from 100 on, else with cents, never less than one cent."""
    if amount is None or not math.isfinite(amount):
        return "–"
    if 0 < abs(amount) < 0.005:
        return tr("under {amount} {currency}", amount=current().figure("0.01"), currency=currency)
    if float(amount).is_integer() or abs(amount) >= 100:
        return f"{count(amount)} {currency}"
    return f"{current().figure(f'{amount:.2f}')} {currency}"


def plural(amount: float, one: str, many: str = "") -> str:
    """Return ``1 row`` or ``2 rows``."""
    single = round(amount) == 1 or (round(amount) == 0 and current().code == "fr")
    return f"{count(amount)} {known(one if single else many or one + 's')}"
