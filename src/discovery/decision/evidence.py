"""What this run says about the items of a delivery plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ..artifacts import CandidateResult, TableSummary, Threshold
from ..formats import count, duration, interval, measure_name, money, number, percent, plural
from ..language import tr
from .coverage import automated, segment_name
from .subject import Subject, first_number

__all__ = ["Answer", "evidence_for"]

_GAPS = frozenset({"missing", "empty_column", "time_gap", "orphan_fk"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What was measured, in words; whether it answers the item, and whether it falls short of what is required."""

    words: str
    answers: bool = True
    short: bool = False


def evidence_for(
    subject: Subject, candidate: CandidateResult | None, thresholds: list[Threshold]
) -> dict[str, Answer]:
    """Return what was measured by ``area.item``."""
    found: dict[str, Answer] = {}
    for part in (_context, _privacy, _rollout):
        found.update(part(subject))
    found.update(_acceptance(subject, candidate))
    found.update(_economics(subject, candidate))
    found.update(_watch(thresholds))
    found.update(_vendor(candidate))
    return found


def _context(subject: Subject) -> Iterator[tuple[str, Answer]]:
    fields = _fields(subject)
    if fields is not None:
        yield "context.fields_needed", fields
    fresh = _freshness(subject)
    if fresh is not None:
        yield "context.freshness", fresh
    unseen = {e.column for e in subject.evaluation.excluded_columns} if subject.evaluation else set()
    gaps = [f for f in subject.findings if f.kind in _GAPS and not (f.columns and set(f.columns) <= unseen)]
    if subject.table is not None:
        words = (
            tr("The audit found {gaps}.", gaps=plural(len(gaps), "gap")) if gaps else tr("The audit found no gap.")
        )
        worst = f" {gaps[0].summary}" if gaps else ""
        yield "context.known_gaps", Answer(words + worst)
        said = tr("This drop came as the file '{file}'.", file=subject.table.source)
        yield "context.access_path", Answer(said, answers=False)
        columns = len(subject.evaluation.features) if subject.evaluation else 0
        if columns:
            words = tr(
                "The approach reads {columns} of '{table}'.",
                columns=plural(columns, "column"),
                table=subject.table.name,
            )
            yield "actions.may_read", Answer(words, answers=False)


def _located(subject: Subject) -> Iterator[tuple[str, TableSummary, str]]:
    """Yield every field that the plan needs, with the table and the column it names; unknown ones are left out."""
    for name in subject.use.plan.context.fields_needed:
        for table in filter(None, [subject.table, *subject.tables.values()]):
            own = table is subject.table and any(c.name == name for c in table.columns)
            column = name if own else name.removeprefix(f"{table.name}.")
            if own or (name.startswith(f"{table.name}.") and any(c.name == column for c in table.columns)):
                yield name, table, column
                break


def _fields(subject: Subject) -> Answer | None:
    table, wanted = subject.table, subject.use.plan.context.fields_needed
    if table is None or not table.rows:
        return None
    if not wanted:
        known = {c.name for c in table.columns}
        places = [(c, table, c) for c in (subject.evaluation.features if subject.evaluation else []) if c in known]
        if not places:
            return None
        said = tr("{columns} are used.", columns=plural(len(places), "column"))
        absent: list[str] = []
    else:
        places = list(_located(subject))
        there = {name for name, _, _ in places}
        absent = [n for n in wanted if n not in there]
        said = tr("{n} of {all} are in the drop.", n=len(there), all=len(wanted))
        if absent:
            said += " " + tr("Not there: {names}.", names=", ".join(absent))
    filled = {n: 1 - t.column(c).missing / t.rows for n, t, c in places if t.rows}
    if not filled:
        return Answer(said, short=bool(absent))
    least = min(filled, key=lambda n: filled[n])
    whole = sum(share == 1 for share in filled.values())
    if whole == len(filled):
        return Answer(f"{said} {tr('All of these are complete.')}", short=bool(absent))
    more = tr(
        "{n} are complete, the least complete is '{name}' with {share} filled.",
        n=whole,
        name=least,
        share=percent(filled[least]),
    )
    return Answer(f"{said} {more}", short=bool(absent))


def _freshness(subject: Subject) -> Answer | None:
    required, table = subject.required_age, subject.table
    if table is None:
        return None
    tables = {t.name: t for _, t, _ in _located(subject)} | {table.name: table}
    dated = [(_day(t), t) for t in tables.values()]
    known = [(newest, t) for newest, t in dated if newest is not None]
    if not known:
        words = tr(
            "'{table}' has no column that says when a row was written, so its age cannot be measured.",
            table=table.name,
        )
        return Answer(words, answers=False)
    newest, oldest = min(known, key=lambda k: k[0])
    said = tr(
        "The newest '{column}' of '{table}' is {day}",
        column=str(oldest.time),
        table=oldest.name,
        day=newest.isoformat(),
    )
    if subject.as_of is None:
        return Answer(f"{said}.", answers=required is None)
    age = (subject.as_of - newest).days
    return Answer(
        tr("{said}: {days} old on {day}.", said=said, days=plural(age, "day"), day=subject.as_of.isoformat()),
        short=required is not None and age > required,
    )


def _day(table: TableSummary) -> date | None:
    newest = next((c.maximum for c in table.columns if c.name == table.time), None)
    try:
        return date.fromisoformat((newest or "")[:10])
    except ValueError:
        return None


def _privacy(subject: Subject) -> Iterator[tuple[str, Answer]]:
    if subject.table is None:
        return
    texts = {c for f in subject.findings if f.kind == "pii" and f.table == subject.table.name for c in f.columns}
    personal = [c.name for c in subject.table.columns if c.personal or c.name in texts]
    listed = [n.removeprefix(f"{subject.table.name}.") for n in subject.use.plan.privacy.fields_to_mask]
    if personal:
        words = tr("Found personal and masked in every output: {names}.", names=_some(personal))
        forgotten = [c for c in personal if c not in listed]
        if listed and forgotten:
            words += " " + tr("Not on the client's list: {names}.", names=_some(forgotten))
        yield "privacy.fields_to_mask", Answer(words, short=bool(listed and forgotten))
    else:
        yield "privacy.fields_to_mask", Answer(tr("No personal column was found in the table."))
    words = tr("Used here: '{file}'.", file=subject.table.source)
    yield "privacy.allowed_sources", Answer(words, answers=False)
    words = tr("Hashes of all files, versions and the seed of this run are kept in its record.")
    yield "privacy.audit", Answer(words, answers=False)


def _some(names: list[str], most: int = 8) -> str:
    more = tr(" and {n} more", n=len(names) - most) if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _acceptance(subject: Subject, candidate: CandidateResult | None) -> Iterator[tuple[str, Answer]]:
    use, evaluation = subject.use, subject.evaluation
    if evaluation is None:
        return
    if candidate is not None and candidate.mean is not None:
        name = measure_name(evaluation.metric)
        words = tr("Measured: {measure} {score}.", measure=name, score=number(candidate.mean))
        if candidate.ci95:
            words += " " + tr("95% interval: {bounds}.", bounds=interval(candidate.ci95))
        yield "acceptance.output_quality", Answer(words)
    if candidate is not None and candidate.latency_ms is not None:
        bound = use.acceptance.latency_ms_p95
        value = candidate.latency_ms.p95
        words = tr("{value} ms for 95 of 100 predictions.", value=number(value))
        late = bound is not None and bound.at_most is not None and value > bound.at_most
        yield "acceptance.latency", Answer(words, answers=bound is not None, short=late)
    if candidate is not None and candidate.cost_per_1000 is not None:
        limit = use.acceptance.cost_per_1000
        words = tr(
            "{money} for 1,000 predictions, computing only.",
            money=money(candidate.cost_per_1000, use.economics.currency),
        )
        dear = limit is not None and limit.at_most is not None and candidate.cost_per_1000 > limit.at_most
        yield "acceptance.cost", Answer(words, answers=limit is not None, short=dear)
    yield from _review(subject)
    fallback = _fallback(subject)
    if fallback:
        yield "acceptance.fallback", Answer(fallback)
    yield (
        "acceptance.release_confidence",
        Answer(tr("A criterion counts as met where its whole 95% interval does."), answers=False),
    )


def _review(subject: Subject) -> Iterator[tuple[str, Answer]]:
    assert subject.evaluation is not None
    required = subject.use.plan.acceptance.review_pass_rate
    targets = [t for t in subject.evaluation.risk_coverage.get("targets") or [] if t.get("holdout_accuracy")]
    if not targets:
        return
    wanted = required if required is not None else float(subject.evaluation.risk_coverage.get("target") or 0.95)
    best = min(targets, key=lambda t: (t["accuracy"] < wanted, abs(t["accuracy"] - wanted)))
    words = tr(
        "Of the {share} of cases it is surest of, {right} were right on rows kept aside.",
        share=percent(best.get("holdout_share")),
        right=percent(best["holdout_accuracy"]),
    )
    high = best.get("holdout_ci95", [0, 1])[1]
    yield (
        "acceptance.review_pass_rate",
        Answer(words, answers=required is not None, short=required is not None and high < required),
    )


def _fallback(subject: Subject) -> str:
    evaluation, rule = subject.evaluation, subject.rule
    assert evaluation is not None
    said = []
    if rule is not None and rule.mean is not None:
        name = measure_name(evaluation.metric)
        said.append(
            tr(
                "A readable rule answers every case without a model, at {measure} {score}.",
                measure=name,
                score=number(rule.mean),
            )
        )
    targets = evaluation.risk_coverage.get("targets") or []
    chosen = next((t for t in targets if t.get("accuracy") == evaluation.risk_coverage.get("target")), None)
    if chosen and chosen.get("confidence"):
        words = tr(
            "Below a confidence of {confidence} the model should abstain: that is {share} of the cases.",
            confidence=number(chosen["confidence"], 2),
            share=percent(1 - chosen["share"]),
        )
        said.append(words)
    elif (band := evaluation.calibration.get("interval90")) and len(band) == 2:
        said.append(
            tr(
                "Nine of ten outcomes lie within {low} to {high} of the prediction.",
                low=number(band[0]),
                high=f"+{number(band[1])}" if band[1] > 0 else number(band[1]),
            )
        )
    return " ".join(said)


def _rollout(subject: Subject) -> Iterator[tuple[str, Answer]]:
    evaluation = subject.evaluation
    if evaluation is None or not evaluation.recommended:
        return
    name, sign = measure_name(evaluation.metric), 1 if evaluation.higher_is_better else -1
    weak = []
    for entry in evaluation.slices:
        there, elsewhere, share = (first_number(entry, k) for k in ("score", "score_elsewhere", "share"))
        if there is not None and elsewhere is not None and share is not None and sign * (elsewhere - there) > 0:
            weak.append((sign * (elsewhere - there), entry, there, elsewhere, share))
    if not weak:
        yield "rollout.first_segment", Answer(tr("No segment was found in which it is surely worse."))
        return
    _, entry, there, elsewhere, share = max(weak, key=lambda w: w[0])
    words = tr(
        "Safest: all cases but those where {segment}, {share} of them, with {measure} {elsewhere} "
        "against {there} there.",
        segment=segment_name(entry),
        share=percent(1 - share),
        measure=name,
        elsewhere=number(elsewhere),
        there=number(there),
    )
    rates = [first_number(entry, k) for k in ("error_rate_elsewhere", "error_rate")]
    if rates[0] is not None and rates[1] is not None:
        words += " " + tr(
            "It is wrong in {few} of cases instead of {many}.", few=percent(rates[0]), many=percent(rates[1])
        )
    yield "rollout.first_segment", Answer(words)


def _economics(subject: Subject, candidate: CandidateResult | None) -> Iterator[tuple[str, Answer]]:
    use, data = subject.use, (subject.evaluation.economics if subject.evaluation else {})
    currency = str(data.get("currency") or use.economics.currency)
    volume, speed = use.economics.predictions_per_month, first_number(data, "rows_per_second")
    if volume is not None:
        words = tr("{n} predictions a month, as the engagement says.", n=count(volume))
        if speed:
            words += " " + tr("In batches that takes one processor {time}.", time=duration(volume / speed))
        yield "economics.volume", Answer(words)
    if first_number(data, "price_per_cpu_hour") is not None:
        price = money(first_number(data, "price_per_cpu_hour"), currency)
        words = tr("Worked out with {money} for an hour of one processor.", money=price)
        if use.economics.review_cost_per_case is not None:
            words = tr(
                "Worked out with {money} for an hour of one processor and {review} for a reviewed case.",
                money=price,
                review=money(use.economics.review_cost_per_case, currency),
            )
        yield "economics.price_inputs", Answer(words)
    total, limit = first_number(data, "total_per_month", "compute_per_month"), use.plan.economics.cost_per_month
    if total is not None:
        words = tr("{money} a month at the stated volume.", money=money(total, currency))
        yield "economics.cost_per_month", Answer(words, short=limit is not None and total > limit)
    handled = automated(subject)
    review = first_number(data, "review_cases_per_month")
    if handled is not None and candidate is not None:
        words = tr(
            "{share} of the cases go to a person if {target} of the others must be right.",
            share=percent(1 - handled.share),
            target=percent(handled.target),
        )
        if review is not None:
            words += " " + tr("That is {n} a month.", n=count(review))
        yield "economics.review_load", Answer(words)


def _watch(thresholds: list[Threshold]) -> Iterator[tuple[str, Answer]]:
    if thresholds:
        words = tr(
            "{n} derived from this data, with the contract of the table: see the list below.",
            n=plural(len(thresholds), "threshold"),
        )
        yield "observability.signals", Answer(words)


def _vendor(candidate: CandidateResult | None) -> Iterator[tuple[str, Answer]]:
    if candidate is None:
        return
    if candidate.family in {"llm", "custom"}:
        words = tr("The approach rests on a model that is not trained here: its terms have to be checked.")
        yield "vendor.models", Answer(words, answers=False)
        return
    words = tr("The approach is trained on the client's own data with open-source software; no vendor is involved.")
    yield "vendor.models", Answer(words)
    yield "vendor.risk", Answer(tr("None from a vendor: the trained model is a file that the client keeps."))
    yield (
        "vendor.exit",
        Answer(tr("Every candidate of this report was fitted on the same columns and can stand in.")),
    )
