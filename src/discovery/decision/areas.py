"""The ten areas of a delivery plan: what each must settle, whom to ask, and what waits for the answer."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AREAS", "PlanArea", "PlanEntry"]


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """One item of an area: its key in the engagement, its title, and the question if nobody has answered."""

    key: str
    title: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class PlanArea:
    """An area; ``owner`` is who is asked (empty: the owner of the use case), ``blocks`` what an answer holds up."""

    key: str
    title: str
    owner: str
    blocks: str
    entries: tuple[PlanEntry, ...]


def _area(key: str, title: str, owner: str, blocks: str, *entries: tuple[str, str, str]) -> PlanArea:
    return PlanArea(key, title, owner, blocks, tuple(PlanEntry(*e) for e in entries))


AREAS: tuple[PlanArea, ...] = (
    _area(
        "workflow", "Workflow", "", "Without it nobody can say whether the business gained from the build.",
        ("process", "Workflow that changes", "Which step of which workflow changes?"),
        ("who", "Whom it affects", "Whom does it affect, and how many are they?"),
        ("why_now", "Why now", "Why is it needed now?"),
        ("business_metric", "Business metric", "Which figure of the business must it move?"),
        ("owner_after_launch", "Owner after launch", "Who runs it after launch?"),
        ("out_of_scope", "Out of scope", "What is it not to do?"),
    ),
    _area(
        "acceptance", "Acceptance", "", "The release could not be accepted or refused on agreed terms.",
        ("business_effect", "Business effect", "By how much must the business metric move?"),
        ("output_quality", "Output quality", "What is a good output?"),
        ("review_pass_rate", "Human-review pass rate", "Which share of outputs must a reviewer find right?"),
        ("latency", "Latency", "How long may one prediction take?"),
        ("cost", "Cost of a prediction", "What may 1,000 predictions cost?"),
        ("fallback", "Fallback", "What happens where the model is unsure or down?"),
        ("release_confidence", "Release confidence", "How sure must one be to release, and who says so?"),
    ),
    _area(
        "context", "Data in production", "Client data owner", "The pipeline cannot be connected to live data.",
        ("systems_of_record", "Systems of record", "Which systems hold the truth?"),
        ("fields_needed", "Fields needed", "Which fields does it need?"),
        ("freshness", "Freshness", "How old may the data be?"),
        ("access_path", "Access path", "How will production read the data?"),
        ("known_gaps", "Known gaps", "Which gaps are known?"),
    ),
    _area(
        "actions", "Action boundaries", "", "It must not act on anything until this is written down.",
        ("may_read", "May read", "What may it read?"),
        ("may_suggest", "May suggest", "What may it suggest, and to whom?"),
        ("may_draft", "May draft", "What may it draft?"),
        ("may_trigger", "May trigger", "What may it start on its own?"),
        ("may_update", "May update", "Which records may it change?"),
        ("needs_approval", "Needs approval", "What must a person approve first?"),
    ),
    _area(
        "rollout", "Rollout", "", "It can be built, but not switched on.",
        ("first_segment", "First segment", "Where does it start?"),
        ("expand_when", "Expansion criteria", "What must be seen before it is widened?"),
        ("stop_when", "Blocking signals", "Which signals stop it?"),
        ("rollback", "Rollback", "How is it taken back, and how fast?"),
        ("may_pause", "Who may pause it", "Who may pause it?"),
    ),
    _area(
        "observability", "Monitoring", "", "Alarms would reach nobody.",
        ("signals", "Signals and thresholds", "What is watched?"),
        ("response_owner", "Who responds", "Who responds to an alarm, and how fast?"),
    ),
    _area(
        "economics", "Economics", "", "Running cost and review load cannot be worked out or kept in bounds.",
        ("volume", "Volume", "How many predictions a month are expected?"),
        ("price_inputs", "Price inputs", "What do the prices rest on?"),
        ("cost_per_month", "Cost of a month", "What may a month cost?"),
        ("review_load", "Review load", "How many cases can people review?"),
        ("redesign_when", "Redesign threshold", "From which cost or latency on is it redesigned?"),
    ),
    _area(
        "ownership", "Ownership", "Client sponsor", "Nobody could accept results or approve changes.",
        ("outcome", "Outcome", "Who owns the outcome?"),
        ("behaviour", "Behaviour", "Who owns what it says and does?"),
        ("evaluation", "Evaluation", "Who measures it again?"),
        ("alerts", "Alarms", "Who owns the alarms?"),
        ("changes", "Changes", "Who approves changes?"),
        ("rollout", "Rollout steps", "Who decides on each step of the rollout?"),
    ),
    _area(
        "privacy", "Data and privacy", "Client data protection officer", "Raw data may not be used in production.",
        ("allowed_sources", "Allowed sources", "Which sources may be used?"),
        ("fields_to_mask", "Fields to mask", "Which fields must be masked?"),
        ("retention", "Retention", "How long are inputs and outputs kept?"),
        ("audit", "Audit requirements", "What must be provable afterwards?"),
    ),
    _area(
        "vendor", "Model and vendor", "Discovery team", "A change of price or terms could stop the service.",
        ("models", "Models and vendors", "Which models and vendors may be used?"),
        ("risk", "Switching risk", "What happens when one changes price, terms or behaviour?"),
        ("exit", "Exit", "How is it replaced?"),
    ),
)  # fmt: skip
