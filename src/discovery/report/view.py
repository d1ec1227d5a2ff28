"""What the templates show: the artifacts, arranged for a reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from ..artifacts import (
    AuditResult,
    Criterion,
    Decisions,
    Evaluation,
    Finding,
    RunRecord,
    TableSummary,
    UseCaseDecision,
    UseCaseEvaluation,
)
from ..artifacts.changes import Changes
from ..engagement import Engagement, UseCase
from ..formats import measure_name, number, percent
from ..language import current, known, tr
from . import plots
from .figures import drawn
from .phrases import say, told
from .plots import flattering

__all__ = ["Assessed", "Case", "Page", "Use"]

TOP_FINDINGS = 6
DETAILED = 250
_SENTENCES = re.compile(r"(?<=\.) (?=['A-Z])")
_MISSING = frozenset({"missing", "empty_column", "sentinel_missing", "unreadable_rows", "time_gap", "orphan_fk",
                      "too_few_rows", "stale"})  # fmt: skip
_AVOID = frozenset({"leak", "constant", "near_constant", "id_like", "pii", "reidentification", "redundant_column"})


@dataclass(frozen=True)
class Use:
    """Columns that are not to be used for one reason, each with its table."""

    columns: list[tuple[str, str]]
    why: str


@dataclass(frozen=True)
class Assessed:
    """The data assessment: what there is, what is missing, what to mend, what to keep away from."""

    available: list[tuple[TableSummary, int, float]] = field(default_factory=list)
    missing: list[Finding] = field(default_factory=list)
    clean: list[Finding] = field(default_factory=list)
    avoid: list[Use] = field(default_factory=list)


@dataclass(frozen=True)
class Flattered:
    """What a careless evaluation would have promised, and what is so."""

    label: str
    promised: float
    honest: float


@dataclass(frozen=True)
class Case:
    """A use case with its decision and evaluation."""

    use: UseCase | None
    decision: UseCaseDecision | None
    evaluation: UseCaseEvaluation | None

    @property
    def name(self) -> str:
        """The name of the use case."""
        return next(x.name for x in (self.decision, self.use, self.evaluation) if x is not None)

    @property
    def title(self) -> str:
        """What people call the use case."""
        return (self.decision.title if self.decision else "") or (self.use.title if self.use else "") or self.name

    @property
    def currency(self) -> str:
        """The currency of its figures."""
        return self.use.economics.currency if self.use else "EUR"

    @property
    def decided_for(self) -> bool:
        """Whether it may be built, now or later."""
        return self.decision is None or self.decision.decision != "no-go"

    @property
    def why(self) -> Markup:
        """Why the recommended candidate is recommended, with the candidates' titles instead of their names."""
        e = self.evaluation
        scored = {c.name: told(c.title or c.name) for c in e.candidates if c.mean is not None} if e else {}
        if e is None or e.recommended not in scored:
            return Markup()
        if not self.decided_for:
            return escape(tr("No candidate is good enough to be recommended."))
        opened, closed = current().quotes
        lead = tr("Recommended: {title}.", title=scored[e.recommended])
        why = Markup(" ").join(say(sentence) for sentence in _SENTENCES.split(e.why) if sentence)
        for name, title in scored.items():
            for before, after in {(opened, closed), ("'", "'")}:
                why = why.replace(escape(f"{before}{name}{after}"), escape(f"{before}{title}{after}"))
        return Markup("{} {}").format(lead, why) if why else escape(lead)

    @property
    def quality(self) -> Criterion | None:
        """The criterion that says how good it is."""
        return next((c for c in self.decision.criteria if c.name == "quality"), None) if self.decision else None

    @property
    def unmet(self) -> int:
        """How many criteria are not met."""
        return sum(c.status != "pass" for c in self.decision.criteria) if self.decision else 0

    @property
    def month(self) -> float | None:
        """What a month costs, where a volume was stated."""
        data = self.evaluation.economics if self.evaluation and self.decided_for else {}
        found = data.get("total_per_month", data.get("compute_per_month"))
        return float(found) if isinstance(found, int | float) else None

    @property
    def flattered(self) -> list[Flattered]:
        """The scores that a careless evaluation would have promised, where they are better than the honest ones."""
        e = self.evaluation
        found = []
        for label, source in flattering(e) if e else []:
            found.append(Flattered(label, float(source["score"]), float(source["honest"])))
        return found

    @property
    def coverage_words(self) -> str:
        """What the risk-coverage curve says, in one sentence."""
        found = self.evaluation.risk_coverage if self.evaluation else {}
        share, target = found.get("automated_share"), found.get("target")
        if not isinstance(share, int | float) or not isinstance(target, int | float):
            return ""
        return tr("{share} of the cases can be decided without a person if {target} of them must be right.",
                  share=percent(share), target=percent(target))  # fmt: skip

    @property
    def learning_words(self) -> str:
        """What more rows would bring, in one sentence."""
        twice = (self.evaluation.learning_curve.get("twice_the_data") if self.evaluation else None) or {}
        low, high = twice.get("gain_low"), twice.get("gain_high")
        if not isinstance(low, int | float) or not isinstance(high, int | float) or self.evaluation is None:
            return ""
        return tr("Twice the rows would add about {low} to {high} of {measure}.", low=number(max(0.0, low)),
                  high=number(max(0.0, high)), measure=measure_name(self.evaluation.metric))  # fmt: skip

    @property
    def candidates_plot(self) -> Markup:
        """The interval plot."""
        return self._drawn("candidates", lambda e: plots.candidates_plot(e, self.use, self.title))

    @property
    def coverage_plot(self) -> Markup:
        """Quality against coverage."""
        return self._drawn("coverage", lambda e: plots.coverage_plot(e, self.title))

    @property
    def learning_plot(self) -> Markup:
        """The learning curve."""
        return self._drawn("learning", lambda e: plots.learning_plot(e, self.title))

    @property
    def calibration_plot(self) -> Markup:
        """Predicted against observed."""
        return self._drawn("calibration", lambda e: plots.calibration_plot(e, self.title))

    @cached_property
    def _data(self) -> str:
        """All that the figures of a use case depend on."""
        use = self.use.model_dump_json() if self.use else ""
        measured = self.evaluation.model_dump_json() if self.evaluation else ""
        return f"{self.title}\x1f{use}\x1f{measured}"

    def _drawn(self, kind: str, draw: Callable[[UseCaseEvaluation], Markup]) -> Markup:
        evaluation = self.evaluation
        return drawn(kind, self._data, lambda: draw(evaluation)) if evaluation is not None else Markup("")


@dataclass(frozen=True)
class Page:
    """All that a page may show. Any part may be absent."""

    engagement: Engagement
    audit: AuditResult
    evaluation: Evaluation | None
    decisions: Decisions | None
    record: RunRecord | None = None
    changes: Any = None

    @cached_property
    def cases(self) -> list[Case]:
        """The use cases in the order of the engagement, then any others that were decided about."""
        uses = {u.name: u for u in self.engagement.use_cases}
        decided = {d.name: d for d in (self.decisions.use_cases if self.decisions else [])}
        measured = {e.name: e for e in (self.evaluation.use_cases if self.evaluation else [])}
        names = dict.fromkeys([*uses, *decided, *measured])
        return [Case(uses.get(n), decided.get(n), measured.get(n)) for n in names]

    @cached_property
    def verdicts(self) -> dict[str, int]:
        """How many use cases there are of each verdict, of those there are."""
        found = [c.decision.decision for c in self.cases if c.decision]
        return {v: found.count(v) for v in ("go", "narrow", "hold", "no-go") if v in found}

    @property
    def verdict_words(self) -> str:
        """``1 go, 1 hold``."""
        return ", ".join(f"{n} {known(v)}" for v, n in self.verdicts.items())

    @cached_property
    def open_findings(self) -> list[Finding]:
        """Findings neither accepted nor fixed, worst first."""
        return [f for f in self.audit.findings if f.accepted is None and f.status != "fixed"]

    @cached_property
    def closed_findings(self) -> list[Finding]:
        """Findings accepted by the client or fixed since the last drop."""
        return [f for f in self.audit.findings if f.accepted is not None or f.status == "fixed"]

    @cached_property
    def top(self) -> list[Finding]:
        """The findings that everybody should know."""
        return [f for f in self.open_findings if f.severity in {"blocker", "major"}][:TOP_FINDINGS]

    @cached_property
    def detailed(self) -> list[Finding]:
        """The findings shown with evidence."""
        return self.audit.findings[:DETAILED]

    @cached_property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(t.rows for t in self.audit.tables)

    @cached_property
    def columns(self) -> int:
        """Columns of all tables."""
        return sum(len(t.columns) for t in self.audit.tables)

    @cached_property
    def compared(self) -> Changes | None:
        """What changed since the earlier run, where it was compared with this one in full."""
        return self.changes if isinstance(self.changes, Changes) else None

    @cached_property
    def changed(self) -> bool:
        """Whether there is an earlier drop to compare with."""
        return bool(self.changes) or any(f.status for f in self.audit.findings)

    @cached_property
    def by_column(self) -> Mapping[tuple[str, str], list[Finding]]:
        """Open findings by table and column."""
        found: dict[tuple[str, str], list[Finding]] = {}
        for finding in self.open_findings:
            for column in finding.columns:
                found.setdefault((finding.table, column), []).append(finding)
        return found

    @cached_property
    def assessed(self) -> Assessed:
        """The data assessment."""
        sound = [self._available(t) for t in self.audit.tables]
        serious = [f for f in self.open_findings if f.severity != "info"]
        return Assessed(
            available=sound,
            missing=[f for f in serious if f.kind in _MISSING],
            clean=[f for f in serious if f.kind not in _MISSING | _AVOID],
            avoid=self._avoid(),
        )

    def _available(self, table: TableSummary) -> tuple[TableSummary, int, float]:
        bad = ("blocker", "major")
        sound = sum(
            not any(f.severity in bad for f in self.by_column.get((table.name, c.name), ())) for c in table.columns
        )
        cells = table.rows * len(table.columns)
        return table, sound, 1 - sum(c.missing for c in table.columns) / cells if cells else 0.0

    def _avoid(self) -> list[Use]:
        found: dict[str, list[tuple[str, str]]] = {}
        for use in self.evaluation.use_cases if self.evaluation else []:
            for left in use.excluded_columns:
                found.setdefault(left.why, []).append((use.table, left.column))
        seen = {place for places in found.values() for place in places}
        for finding in self.open_findings:
            places = [(finding.table, c) for c in finding.columns if (finding.table, c) not in seen]
            if finding.kind in _AVOID and places:
                found.setdefault(finding.summary, []).extend(places)
                seen.update(places)
        return [Use(list(dict.fromkeys(places)), why) for why, places in found.items()]

    @property
    def missing_plot(self) -> Markup:
        """The columns with most missing values."""
        tables = self.audit.tables
        data = repr([(t.name, t.rows, [(c.name, c.missing) for c in t.columns if c.missing]) for t in tables])
        return drawn("missing", data, lambda: plots.missing_plot(tables, tr("Missing values")))

    @property
    def relations_plot(self) -> Markup:
        """Tables and what refers to what."""
        data = repr([self.audit.relations, [(t.name, t.rows, len(t.columns)) for t in self.audit.tables]])
        title = tr("How the tables hang together")
        return drawn("relations", data, lambda: plots.relations_plot(self.audit, title))

    @cached_property
    def contract(self) -> list[tuple[str, Any]]:
        """Per table what its contract holds or how it fared."""
        return sorted(self.audit.contract.items())

    @cached_property
    def risks(self) -> Sequence[Finding]:
        """Findings that stay a risk after launch, whatever is mended now."""
        kinds = {"target_shift", "distribution_shift", "leak", "pii", "reidentification", "label_noise",
                 "group_structure", "stale", "history_rewrite", "volume_change", "schema_change"}  # fmt: skip
        return [f for f in self.open_findings if f.kind in kinds and f.severity != "info"][:12]
