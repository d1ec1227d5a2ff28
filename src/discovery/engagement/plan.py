"""What a production build must settle before it starts: the delivery plan of a use case, as far as it is known.

Ten areas. All of it is optional; what neither the plan nor the data answers becomes an open question of the report.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = [
    "AcceptancePlan",
    "Actions",
    "Context",
    "EconomicsPlan",
    "Observability",
    "Ownership",
    "Plan",
    "Privacy",
    "Rollout",
    "Vendor",
    "Workflow",
]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=str | list[str])]
"""One text or a list of them."""


class Area(BaseModel):
    """Base of the areas: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Workflow(Area):
    """The work that changes."""

    process: str = Field(default="", description="The workflow, and the step of it that changes.")
    who: str = Field(default="", description="Whom it affects, and how many they are.")
    why_now: str = Field(default="", description="Why it is proposed now.")
    business_metric: str = Field(default="", description="The figure of the business that it must move.")
    owner_after_launch: str = Field(default="", description="Who runs it once it is live.")
    out_of_scope: Texts = Field(default=[], description="What it is not to do.")


class AcceptancePlan(Area):
    """What else must hold for a release; quality, latency and cost are bounds of ``acceptance``."""

    business_effect: str = Field(default="", description="By how much the business metric must move.")
    output_quality: str = Field(default="", description="What a good output is, in words.")
    review_pass_rate: float | None = Field(
        default=None, ge=0, le=1, description="Share of outputs that a reviewer must find right."
    )
    fallback: str = Field(default="", description="What happens where the model is unsure or down.")
    release_confidence: str = Field(default="", description="How sure one must be, and who says so.")


class Context(Area):
    """Where the data comes from in production."""

    systems_of_record: Texts = Field(default=[], description="The systems that hold the truth.")
    fields_needed: Texts = Field(default=[], description="Columns it needs: 'column' or 'table.column'.")
    freshness_days: float | None = Field(default=None, gt=0, description="How old the data may be at most.")
    access_path: str = Field(default="", description="How production reads it.")
    known_gaps: Texts = Field(default=[], description="What the client knows to be missing or wrong.")


class Actions(Area):
    """What it may do."""

    may_read: Texts = Field(default=[], description="What it may read.")
    may_suggest: Texts = Field(default=[], description="What it may suggest to a person.")
    may_draft: Texts = Field(default=[], description="What it may draft for a person to send.")
    may_trigger: Texts = Field(default=[], description="What it may start on its own.")
    may_update: Texts = Field(default=[], description="Which records it may change.")
    needs_approval: Texts = Field(default=[], description="What a person must approve first.")


class Rollout(Area):
    """How it goes live."""

    first_segment: str = Field(default="", description="Where it starts.")
    expand_when: str = Field(default="", description="What must be seen before it is widened.")
    stop_when: Texts = Field(default=[], description="Signals that block it.")
    rollback: str = Field(default="", description="How it is taken back, and how fast.")
    may_pause: str = Field(default="", description="Who may pause it.")


class Observability(Area):
    """What is watched, and who answers."""

    signals: Texts = Field(default=[], description="What is watched beyond the contract and its thresholds.")
    response_owner: str = Field(default="", description="Who responds to an alarm, and how fast.")


class EconomicsPlan(Area):
    """Money; volume and prices are in ``economics`` of the use case."""

    volume: str = Field(default="", description="Expected volume, peaks and growth, in words.")
    price_inputs: str = Field(default="", description="What the prices rest on.")
    cost_per_month: float | None = Field(default=None, ge=0, description="What a month may cost at most.")
    redesign_when: str = Field(default="", description="From which cost or latency on it is redesigned.")


class Ownership(Area):
    """Who answers for what."""

    outcome: str = Field(default="", description="The business outcome.")
    behaviour: str = Field(default="", description="What it says and does.")
    evaluation: str = Field(default="", description="That it is measured again.")
    alerts: str = Field(default="", description="Alarms.")
    changes: str = Field(default="", description="Changes to model, rules and data.")
    rollout: str = Field(default="", description="Each step of the rollout.")


class Privacy(Area):
    """What may be used, what must be hidden, how long it is kept."""

    allowed_sources: Texts = Field(default=[], description="Sources that may be used.")
    fields_to_mask: Texts = Field(default=[], description="Columns that nobody may see in plain.")
    retention: str = Field(default="", description="How long inputs and outputs are kept.")
    audit: str = Field(default="", description="What must be provable afterwards.")


class Vendor(Area):
    """What a change of model or vendor would take."""

    models: Texts = Field(default=[], description="Models and vendors that may be used.")
    risk: str = Field(default="", description="What happens when one changes price, terms or behaviour.")
    exit: str = Field(default="", description="How it is replaced.")


class Plan(Area):
    """The ten areas of the delivery plan."""

    workflow: Workflow = Workflow()
    acceptance: AcceptancePlan = AcceptancePlan()
    context: Context = Context()
    actions: Actions = Actions()
    rollout: Rollout = Rollout()
    observability: Observability = Observability()
    economics: EconomicsPlan = EconomicsPlan()
    ownership: Ownership = Ownership()
    privacy: Privacy = Privacy()
    vendor: Vendor = Vendor()
