"""The figures of a run that index, feed and notifications show, read from its artifacts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

__all__ = ["published", "summarise"]

_SEVERITIES = ("blocker", "major", "minor", "info")


def published(out: Path) -> bool:
    """Whether a whole and good run is in ``out``."""
    return _read(out / "run.json").get("status") == "ok"


def summarise(out: Path) -> dict[str, Any]:
    """Return rows, findings by severity, decisions, quality of what is recommended, and what changed.

    Holds names of use cases and counts, and no value of a client's.
    """
    figures: dict[str, Any] = {}
    audit = _read(out / "audit.json")
    if audit:
        figures["rows"] = sum(int(t.get("rows", 0)) for t in audit.get("tables", []))
        open_ = [f for f in audit.get("findings", []) if f.get("accepted") is None and f.get("status") != "fixed"]
        figures |= {s: sum(f.get("severity") == s for f in open_) for s in _SEVERITIES}
    decided = _read(out / "decision.json").get("use_cases", [])
    if decided:
        figures["decisions"] = {u.get("title") or u["name"]: u["decision"] for u in decided}
    quality = {u["name"]: _quality(u) for u in _read(out / "evaluation.json").get("use_cases", [])}
    if any(quality.values()):
        figures["quality"] = {name: q for name, q in quality.items() if q}
    changes = _read(out / "changes.json")
    if changes:
        figures["changes"] = {k: len(changes.get(k, [])) for k in ("new", "worse", "recurring", "fixed")}
        figures["changes"]["decisions"] = [
            {k: d.get(k) for k in ("use_case", "before", "after")} for d in changes.get("decisions", [])
        ]
    return figures


def _quality(use_case: dict[str, Any]) -> dict[str, Any]:
    for candidate in use_case.get("candidates", []):
        if candidate.get("name") == use_case.get("recommended") and candidate.get("mean") is not None:
            return {"metric": use_case.get("metric", ""), "value": candidate["mean"]}
    return {}


def _read(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
