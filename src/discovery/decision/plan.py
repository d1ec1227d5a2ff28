"""Evidence meets plan: what a production build must settle, answered by the client, by the data, or open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..artifacts import CandidateResult, PlanItem
from ..formats import count, measure_name, number, percent, plural
from .coverage import automated, segment_name
from .subject import Subject, first_number

__all__ = ["AREAS", "plan_for"]

AREAS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "workflow": (("who", "Who it affects, and where in their work"), ("why_now", "Why now"),
                 ("out_of_scope", "What is out of scope")),
    "acceptance": (("business_metric", "Business metric it must move"), ("fallback", "Fallback")),
    "context": (("fields_needed", "Fields needed"), ("freshness", "Freshness"),
                ("systems_of_record", "Systems of record"), ("access_path", "Access path in production")),
    "actions": (("may", "What it may do on its own"), ("approval", "What needs approval")),
    "rollout": (("first_segment", "First segment"), ("rollback", "Rollback and who may pause")),
    "observability": (("signals", "Signals and thresholds"), ("response", "Who responds")),
    "economics": (("volume", "Volume a month"), ("latency", "Latency"), ("cost", "Running cost"),
                  ("review_load", "Review load")),
    "ownership": (("outcome", "Owner of the outcome"), ("behaviour", "Owner of changes and alerts")),
    "privacy": (("masking", "Fields to mask"), ("retention", "Retention and audit")),
    "vendor": (("switching", "Risk of switching model or vendor"),),
}  # fmt: skip
"""The ten areas of a delivery plan, each with the items that a build must settle."""


def plan_for(subject: Subject, candidate: CandidateResult | None) -> list[PlanItem]:
    """Return every item of the plan: stated by the client, measured in this run, or open."""
    measured = _measured(subject, candidate)
    items = []
    for area, entries in AREAS.items():
        known = subject.use.plan.get(area)
        for key, title in entries:
            stated = _stated(known, key)
            evidence = measured.get(f"{area}.{key}", "")
            status = "measured" if evidence else "stated" if stated else "open"
            items.append(
                PlanItem.model_validate(
                    {"area": area, "item": title, "status": status, "answer": stated, "evidence": evidence}
                )
            )
        items.extend(_extra(area, known, {k for k, _ in entries}))
    return items


def _stated(known: Any, key: str) -> str:
    if isinstance(known, Mapping):
        return _text(known.get(key))
    return ""


def _extra(area: str, known: Any, taken: Iterable[str]) -> list[PlanItem]:
    """Return what the client stated beyond the listed items."""
    if isinstance(known, Mapping):
        pairs = [(str(k).replace("_", " ").capitalize(), _text(v)) for k, v in known.items() if k not in taken]
    else:
        pairs = [("Stated", _text(known))]
    return [PlanItem(area=area, item=k, status="stated", answer=v) for k, v in pairs if v]


def _text(value: Any) -> str:
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return "; ".join(f"{str(k).replace('_', ' ')}: {_text(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_text(v) for v in value)
    return str(value)


def _measured(subject: Subject, candidate: CandidateResult | None) -> dict[str, str]:
    """Return what this run says about items of the plan, by ``area.item``."""
    found = {
        "context.fields_needed": _fields(subject),
        "context.freshness": _freshness(subject),
        "privacy.masking": _masking(subject),
        "observability.signals": _signals(subject),
        "acceptance.fallback": _fallback(subject),
        "rollout.first_segment": _first_segment(subject),
    }
    if subject.use.owner:
        found["ownership.outcome"] = f"{subject.use.owner}, named in the engagement."
    found |= _economics(subject, candidate)
    return {k: v for k, v in found.items() if v}


def _fields(subject: Subject) -> str:
    wanted = subject.use.plan.get("context", {})
    named = wanted.get("fields_needed") if isinstance(wanted, Mapping) else None
    table = subject.table
    if table is None or not table.rows:
        return ""
    there = {c.name: c for c in table.columns}
    if isinstance(named, list) and named:
        absent = [str(n) for n in named if n not in there]
        said = f"{len(named) - len(absent)} of {len(named)} are in '{table.name}'"
        said += f"; missing: {', '.join(absent)}" if absent else ""
        worst = max((there[n].missing / table.rows for n in named if n in there), default=0.0)
        return f"{said}; the least complete is {percent(1 - worst)} filled."
    used = [there[f] for f in (subject.evaluation.features if subject.evaluation else []) if f in there]
    if not used:
        return ""
    worst_column = max(used, key=lambda c: c.missing)
    filled = percent(1 - worst_column.missing / table.rows)
    return f"{plural(len(used), 'column')} are used; the least complete, '{worst_column.name}', is {filled} filled."


def _freshness(subject: Subject) -> str:
    stale = [f for f in subject.findings if f.kind == "stale"]
    if stale:
        return stale[0].summary
    table = subject.table
    if table is None or table.time is None:
        return ""
    newest = next((c.maximum for c in table.columns if c.name == table.time), None)
    return f"The newest '{table.time}' is {newest}." if newest else ""


def _masking(subject: Subject) -> str:
    if subject.table is None:
        return ""
    personal = [c.name for c in subject.table.columns if c.personal]
    if not personal:
        return "No personal column was found in the table."
    more = f" and {len(personal) - 8} more" if len(personal) > 8 else ""
    return f"Found personal: {', '.join(personal[:8])}{more}; masked in every output of this run."


def _signals(subject: Subject) -> str:
    if subject.table is None:
        return ""
    return (
        f"The contract of '{subject.table.name}' sets thresholds for rows, missing values, ranges and categories, "
        "derived from this drop, and judges every later one."
    )


def _fallback(subject: Subject) -> str:
    rule = subject.rule
    if rule is None or subject.evaluation is None:
        return ""
    score = f"{measure_name(subject.evaluation.metric)} {number(rule.mean)}"
    return f"A readable rule reaches {score} without a model, and can take over."


def _first_segment(subject: Subject) -> str:
    evaluation = subject.evaluation
    if evaluation is None:
        return ""
    for entry in evaluation.slices:
        elsewhere, score = first_number(entry, "score_elsewhere"), first_number(entry, "score")
        if elsewhere is not None and score is not None and segment_name(entry):
            name = measure_name(evaluation.metric)
            return f"All but {segment_name(entry)}: {name} {number(elsewhere)}, against {number(score)} there."
    return "No segment was found in which it is surely worse." if evaluation.recommended else ""


def _economics(subject: Subject, candidate: CandidateResult | None) -> dict[str, str]:
    use, found = subject.use, {}
    volume = use.economics.predictions_per_month
    if volume is not None:
        found["economics.volume"] = f"{count(volume)} predictions, as the engagement says."
    if candidate is not None and candidate.latency_ms is not None:
        bound = use.acceptance.latency_ms_p95
        target = f" against {number(bound.at_most)} ms at most" if bound is not None and bound.at_most else ""
        found["economics.latency"] = f"{number(candidate.latency_ms.p95)} ms for 95 of 100 predictions{target}."
    money = subject.evaluation.economics if subject.evaluation else {}
    total = first_number(money, "total_per_month", "compute_per_month")
    currency = str(money.get("currency") or use.economics.currency)
    if total is not None:
        found["economics.cost"] = f"{number(total)} {currency} a month at the stated volume."
    elif candidate is not None and candidate.cost_per_1000 is not None:
        found["economics.cost"] = f"{number(candidate.cost_per_1000)} {currency} for 1,000 predictions."
    review = first_number(money, "review_cases_per_month")
    handled = automated(subject)
    if review is not None:
        found["economics.review_load"] = f"{count(review)} cases a month go to a person."
    elif handled is not None:
        found["economics.review_load"] = f"{percent(1 - handled.share)} of the cases go to a person."
    return found
