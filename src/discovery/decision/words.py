"""Decisions in plain words: headline and reasons."""

from __future__ import annotations

from collections.abc import Sequence

from ..artifacts import CandidateResult, Criterion, Verdict
from ..engagement import Bound
from ..formats import interval, measure_name, number, percent
from ..language import current, tr
from .coverage import Segment
from .criteria import more_rows
from .estimate import Estimate, rows_to_settle
from .reliance import reliance_of
from .subject import Subject, blockers, first_number, gain_over

__all__ = ["approach", "headline_for", "joined", "leak_flattered", "reasons_for", "rows_wanted"]


def approach(candidate: CandidateResult | None) -> str:
    """Return what a candidate is, as people call it."""
    if candidate is None:
        return tr("no approach")
    if candidate.family == "custom":
        return tr("the client's model '{name}'", name=candidate.name)
    by_name = {
        "blend": tr("an average of several models"), "boosting": tr("gradient boosting"),
        "forest": tr("averaged decision trees"),
    }  # fmt: skip
    names = {
        "rule": tr("a readable rule"), "linear": tr("a linear model"), "boosting": tr("boosted or averaged trees"),
        "text": tr("a text model"), "dummy": tr("the dummy"), "forecast": tr("a forecast"),
        "llm": tr("a language model"),
    }  # fmt: skip
    return by_name.get(candidate.name) or names.get(candidate.family, candidate.name)


def _find(criteria: Sequence[Criterion], name: str) -> Criterion | None:
    return next((c for c in criteria if c.name == name), None)


def _figure(value: object) -> str:
    return number(value if isinstance(value, float) else None)


def _score_words(subject: Subject, criterion: Criterion) -> str:
    assert subject.evaluation is not None
    required = _figure(criterion.required)
    least = criterion.direction == "at_least"
    if criterion.default:
        wanted = (
            tr("nothing was agreed, so at least {value} is asked", value=required)
            if least
            else tr("nothing was agreed, so at most {value} is asked", value=required)
        )
    else:
        wanted = (
            tr("at least {value} is required", value=required)
            if least
            else tr("at most {value} is required", value=required)
        )
    name = measure_name(subject.evaluation.metric)
    said = {"measure": name, "score": _figure(criterion.measured), "wanted": wanted}
    if criterion.ci95 is None:
        return tr("{measure} is {score}; {wanted}.", **said)
    return tr("{measure} is {score} (95% interval {bounds}); {wanted}.", bounds=interval(criterion.ci95), **said)


def rows_wanted(subject: Subject, criterion: Criterion) -> int | None:
    """Return how many more rows would settle an inconclusive quality; None where rows alone would not."""
    evaluation, measured, required = subject.evaluation, criterion.measured, criterion.required
    if not (evaluation and criterion.ci95 and isinstance(measured, float) and isinstance(required, float)):
        return None
    bound = Bound(**{criterion.direction: required})
    extra = rows_to_settle(Estimate(measured, *criterion.ci95), bound, evaluation.rows_used)
    return extra if extra is not None and extra > 1 else None


def headline_for(
    subject: Subject,
    verdict: Verdict,
    criteria: Sequence[Criterion],
    candidate: CandidateResult | None,
    segment: str | None,
    only_leak: bool,
) -> str:
    """Return the decision in one sentence."""
    if verdict == "go":
        if any(c.default for c in criteria if c.name == "quality"):
            return tr(
                "Build it with {approach}: the default criteria are met; none were agreed.",
                approach=approach(candidate),
            )
        return tr("Build it with {approach}: every criterion is met.", approach=approach(candidate))
    if verdict == "narrow":
        return tr("Build it for a part only: {segment}.", segment=segment)
    if verdict == "hold":
        return _hold(subject, criteria)
    if only_leak:
        return tr(
            "Do not build it: the signal is a leak, known only after the outcome; without it too little is left."
        )
    gain = _find(criteria, "gain_over_dummy")
    if gain is not None and gain.status == "fail":
        return tr("Do not build it on this data: the columns say too little about the target.")
    missed = [c.title for c in criteria if c.status == "fail"]
    return tr(
        "Do not build it as proposed: it surely misses what is required ({criteria}).", criteria=joined(missed)
    )


def _hold(subject: Subject, criteria: Sequence[Criterion]) -> str:
    if blockers(subject):
        return tr("Not decided: a fault in the data keeps it from being judged, and must be mended first.")
    quality = _find(criteria, "quality")
    if quality is not None and quality.status == "inconclusive" and subject.evaluation is not None:
        said = {"measure": measure_name(subject.evaluation.metric), "score": _figure(quality.measured),
                "required": _figure(quality.required)}  # fmt: skip
        extra = rows_wanted(subject, quality)
        if extra is not None:
            return tr(
                "Not decided yet: {measure} {score} is too close to the required {required} to tell; about {rows} "
                "would settle it.",
                rows=more_rows(extra),
                **said,
            )
        return tr(
            "Not decided yet: {measure} {score} is too close to the required {required} to tell; agree what is "
            "enough, or add fields that say more.",
            **said,
        )
    open_ = [c.title for c in criteria if c.status != "pass"]
    return tr("Not decided yet: these criteria still have to be settled: {criteria}.", criteria=joined(open_))


def joined(parts: Sequence[str]) -> str:
    """Return ``a, b and c``."""
    if len(parts) < 2:
        return parts[0] if parts else ""
    return tr("{first} and {last}", first=", ".join(parts[:-1]), last=parts[-1])


def reasons_for(
    subject: Subject,
    verdict: Verdict,
    criteria: Sequence[Criterion],
    candidate: CandidateResult | None,
    segment: Segment | None,
) -> list[str]:
    """Return why it was decided so, each reason with its number."""
    evaluation = subject.evaluation
    assert evaluation is not None
    reasons = [_quality_words(subject, criteria), _gain_words(criteria)]
    reasons.extend(
        tr(
            "{criterion}: {measured} {unit} against {required} {unit} required.",
            criterion=c.title,
            measured=_figure(c.measured),
            required=_figure(c.required),
            unit=c.unit,
        )
        for c in criteria
        if c.status == "fail" and c.name not in {"quality", "gain_over_dummy", "automated_share"}
    )
    reasons.append(_leak_words(subject))
    if verdict != "no-go":
        reasons.append(_reliance_words(subject))
    if segment is not None:
        bounds = interval((segment.estimate.low, segment.estimate.high))
        reasons.append(
            tr(
                "It holds for {segment}: {measure} {score} (95% interval {bounds}), {share} of the cases.",
                segment=segment.words,
                measure=measure_name(evaluation.metric),
                score=number(segment.estimate.point),
                bounds=bounds,
                share=percent(segment.share),
            )
        )
    if verdict != "no-go":
        reasons.append(_rule_words(subject, verdict, candidate))
    reasons.extend(f"{f.summary}" for f in blockers(subject)[:3])
    return [r for r in reasons if r]


def _quality_words(subject: Subject, criteria: Sequence[Criterion]) -> str:
    quality = _find(criteria, "quality")
    if quality is None:
        return ""
    words = _score_words(subject, quality)
    if quality.status == "pass":
        return tr("Good enough: {score}", score=words)
    return (
        tr("Not good enough: {score}", score=words)
        if quality.status == "fail"
        else tr("Not settled: {score}", score=words)
    )


def _gain_words(criteria: Sequence[Criterion]) -> str:
    gain, quality = _find(criteria, "gain_over_dummy"), _find(criteria, "quality")
    if gain is None:
        return ""
    if gain.ci95 is not None and gain.status == "fail":
        return tr(
            "Over the dummy, which ignores all columns, it gains only {bounds}: too little to act on.",
            bounds=interval(gain.ci95),
        )
    if gain.status == "fail":
        return gain.note
    if gain.ci95 is not None and quality is None:
        return tr(
            "Over the dummy, which ignores all columns, it gains {gain} (95% interval {bounds}).",
            gain=_figure(gain.measured),
            bounds=interval(gain.ci95),
        )
    return ""


def leak_flattered(subject: Subject) -> bool:
    """Whether the leaks would have promised a score that is noticeably better than the honest one."""
    evaluation = subject.evaluation
    if evaluation is None:
        return False
    claimed, honest = (first_number(evaluation.with_leaks, k) for k in ("score", "honest"))
    if claimed is None:
        return False
    if honest is None:
        return True
    sign = 1 if evaluation.higher_is_better else -1
    return sign * (claimed - honest) > 0.01 * max(abs(claimed), abs(honest))


def _leak_words(subject: Subject) -> str:
    evaluation = subject.evaluation
    assert evaluation is not None
    leaks = [f"'{c}'" for c in evaluation.with_leaks.get("columns") or []]
    if not leaks:
        return ""
    named = joined(leaks[:4])
    if leak_flattered(subject):
        said = {"columns": named, "measure": measure_name(evaluation.metric),
                "score": current().figure(f"{first_number(evaluation.with_leaks, 'score'):.3f}")}  # fmt: skip
        if len(leaks) == 1:
            return tr(
                "{columns} is known only after the fact and left out; with it {measure} would have looked like "
                "{score}.",
                **said,
            )
        return tr(
            "{columns} are known only after the fact and left out; with them {measure} would have looked like "
            "{score}.",
            **said,
        )
    if len(leaks) == 1:
        return tr("{columns} is known only after the fact and left out.", columns=named)
    return tr("{columns} are known only after the fact and left out.", columns=named)


def _reliance_words(subject: Subject) -> str:
    rests = reliance_of(subject)
    if rests is None or subject.evaluation is None:
        return ""
    said = {"columns": joined(rests.named), "lost": number(rests.lost),
            "measure": measure_name(subject.evaluation.metric), "gained": number(rests.gained)}  # fmt: skip
    if len(rests.columns) > 1:
        if rests.lost >= rests.gained:
            return tr(
                "It rests on {columns}, which go together: without them nothing is left of the {gained} in "
                "{measure} gained over the dummy. The figures hold only if they are known when a prediction is "
                "made.",
                **said,
            )
        return tr(
            "It rests on {columns}, which go together: without them {lost} is lost of the {gained} in {measure} "
            "gained over the dummy. The figures hold only if they are known when a prediction is made.",
            **said,
        )
    if rests.lost >= rests.gained:
        return tr(
            "It rests on {columns}: without it nothing is left of the {gained} in {measure} gained over the dummy. "
            "The figures hold only if it is known when a prediction is made.",
            **said,
        )
    return tr(
        "It rests on {columns}: without it {lost} is lost of the {gained} in {measure} gained over the dummy. "
        "The figures hold only if it is known when a prediction is made.",
        **said,
    )


def _rule_words(subject: Subject, verdict: Verdict, candidate: CandidateResult | None) -> str:
    rule = subject.rule
    if rule is None or candidate is None or subject.evaluation is None:
        return ""
    if candidate.family == "rule":
        return tr("A rule that a person can read is practically as good as any model tried: use the rule.")
    gained = gain_over(subject.evaluation, candidate, rule)
    if gained is None:
        return ""
    point, bounds = gained
    if bounds[0] > 0:
        return tr(
            "The model is worth its complexity: {gain} better than a readable rule (95% interval {bounds}).",
            gain=number(point),
            bounds=interval(bounds),
        )
    if verdict == "hold":
        return tr(
            "A readable rule does almost as well ({gap} behind, which may be chance): it is the first to try.",
            gap=number(point),
        )
    return tr(
        "A readable rule is not surely worse ({gap} behind): start with it, and keep it as fallback.",
        gap=number(point),
    )
