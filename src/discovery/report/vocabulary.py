"""The fixed words of artifacts that the report says in its own language: kinds, verdicts, titles, measures."""

from __future__ import annotations

from typing import get_args

from ..artifacts import KINDS, SEVERITIES, Status, Task, Verdict
from ..audit.semantics import SEMANTICS
from ..decision.areas import AREAS
from ..formats import KIND_NAMES, MEASURE_NAMES
from ..language import MONTHS

__all__ = ["vocabulary"]

_WORDS = (
    "ready", "gap", "unknown", "measured", "stated", "open", "new", "recurring", "worse", "fixed", "better",
    "within noise", "not decided", "ok", "failed", "timeout", "killed", "interrupted", "intake", "audit",
    "baselines", "decision", "report", "stratified", "random", "group", "time", "group+time", "added", "dropped",
    "renamed", "retyped", "table added", "table dropped", "text", "string", "integer", "float", "boolean", "date",
    "datetime", "decimal", "as it is", "one cell in ten missing", "three cells in ten missing",
    "numbers shifted by half a standard deviation", "one category in five never seen", "number", "empty", "list",
    "struct", "duration", "binary data",
    # how a table was read
    "format", "dialect", "header row", "sheet", "confidence", "rows quarantined", "workbook", "doubled quotes",
    "delimiter", "quote", "escape", "line ends", "query", "sample",
)  # fmt: skip
_TITLES = (
    "Gradient boosting", "Extra trees", "Logistic regression", "Ridge regression", "A rule of at most five lines",
    "Ridge regression (of the logarithm where the target is skewed)",
    "TF-IDF of the text with the other columns, linear", "Always the mean, whatever the columns say",
    "Always the shares of the classes, whatever the columns say", "Gradient boosting on lags", "The last value",
    "Theta method",
)  # fmt: skip


def vocabulary() -> set[str]:
    """Return every fixed word of an artifact that a catalogue has to know."""
    semantic = {s.replace("_", " ") for s in SEMANTICS}
    kinds = {KIND_NAMES.get(k, k.replace("_", " ")) for k in KINDS}
    plan = {a.title for a in AREAS} | {a.blocks for a in AREAS} | {a.owner for a in AREAS if a.owner}
    plan |= {text for a in AREAS for e in a.entries for text in (e.title, e.question)}
    fixed = {*SEVERITIES, *get_args(Verdict), *get_args(Status), *get_args(Task), *MONTHS, *MEASURE_NAMES.values()}
    return kinds | semantic | plan | fixed | {*_WORDS, *_TITLES}
