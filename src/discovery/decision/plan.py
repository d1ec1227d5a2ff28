"""Evidence meets plan: what a production build must settle, answered by the client, by the data, or open."""

from __future__ import annotations

from ..artifacts import CandidateResult, PlanItem, Question, Threshold
from ..engagement.plan import Plan
from ..formats import money, number, percent
from ..language import tr
from .areas import AREAS, PlanArea
from .evidence import Answer, evidence_for
from .subject import Subject

__all__ = ["plan_for", "plan_questions"]


def plan_for(
    subject: Subject, candidate: CandidateResult | None, thresholds: list[Threshold] | None = None
) -> list[PlanItem]:
    """Return every item of the plan: stated by the client, measured in this run, falling short, or open."""
    measured = evidence_for(subject, candidate, thresholds or [])
    return [
        _item(area, entry.key, entry.title, stated_for(subject, area.key, entry.key), measured)
        for area in AREAS
        for entry in area.entries
    ]


def _item(area: PlanArea, key: str, title: str, stated: str, measured: dict[str, Answer]) -> PlanItem:
    found = measured.get(f"{area.key}.{key}")
    answered = found is not None and found.answers
    status = "gap" if found and found.short else "measured" if answered else "stated" if stated else "open"
    return PlanItem.model_validate(
        {
            "area": tr(area.title),
            "item": tr(title),
            "key": f"{area.key}.{key}",
            "status": status,
            "answer": stated,
            "evidence": found.words if found else "",
        }
    )


def stated_for(subject: Subject, area: str, key: str) -> str:
    """Return what the engagement says of an item, in words; empty where it says nothing."""
    use, plan = subject.use, subject.use.plan
    if (area, key) == ("acceptance", "latency") and use.acceptance.latency_ms_p95 is not None:
        return tr("At most {value} ms", value=number(use.acceptance.latency_ms_p95.at_most))
    if (area, key) == ("acceptance", "cost") and use.acceptance.cost_per_1000 is not None:
        value = money(use.acceptance.cost_per_1000.at_most, use.economics.currency)
        return tr("At most {value} for 1,000 predictions", value=value)
    if (area, key) == ("acceptance", "review_pass_rate") and plan.acceptance.review_pass_rate is not None:
        return tr("At least {value}", value=percent(plan.acceptance.review_pass_rate))
    if (area, key) == ("context", "freshness") and subject.required_age is not None:
        return tr("At most {days} days old", days=number(subject.required_age))
    if (area, key) == ("economics", "volume") and use.economics.predictions_per_month is not None:
        return plan.economics.volume
    if (area, key) == ("economics", "cost_per_month") and plan.economics.cost_per_month is not None:
        return tr("At most {value}", value=money(plan.economics.cost_per_month, use.economics.currency))
    if (area, key) == ("ownership", "outcome"):
        return plan.ownership.outcome or use.owner
    return _text(plan, area, key)


def _text(plan: Plan, area: str, key: str) -> str:
    value = getattr(getattr(plan, area), key, "")
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def plan_questions(subject: Subject, items: list[PlanItem]) -> list[Question]:
    """Return one question an area with all that is open in it, with who answers and what it blocks."""
    open_ = {i.key for i in items if i.status == "open"}
    asked = []
    for area in AREAS:
        missing = [tr(e.question) for e in area.entries if f"{area.key}.{e.key}" in open_]
        if missing:
            asked.append(
                Question(
                    text=f"{tr(area.title)}: {' '.join(missing)}",
                    owner=tr(area.owner) if area.owner else subject.owner,
                    blocks=tr(area.blocks),
                )
            )
    return asked
