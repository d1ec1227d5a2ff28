"""What is said of leaks: a sentence for every form in which a column knows the target, and its consequence."""

from __future__ import annotations

from collections.abc import Callable

from ...values import number
from .leak_subject import EITHER, IF_AFTER, INFLATED, SAME_OUTCOME, Subject

__all__ = ["Subject", "sentences"]


def _text_recoded(it: Subject) -> tuple[str, str]:
    errors = it.leak.facts["errors"]
    but = "in every row" if not errors else f"in all but {errors:,} of {it.leak.rows:,} rows"
    return f"{it.names} gives '{it.target}' away: one follows from the other {but}.", INFLATED


def _text_part(it: Subject) -> tuple[str, str]:
    place, errors = it.leak.facts["place"], it.leak.facts["errors"]
    part = f"Part {place + 1}" if place >= 0 else "The last part" if place == -1 else f"Part {-place} from the end"
    but = "in every row" if not errors else f"in all but {errors:,} of {it.leak.rows:,} rows"
    return f"{part} of the texts of {it.names} tells '{it.target}' {but}.", INFLATED


def _text_unit(it: Subject) -> tuple[str, str]:
    told = (
        f"The unit behind the numbers of {it.names} tells '{it.target}' in all {it.leak.rows:,} rows that have one."
    )
    return told, INFLATED


def _text_dummy(it: Subject) -> tuple[str, str]:
    rows = f"{it.leak.rows:,} rows"
    return f"One value of {it.names} says in all {rows} that '{it.target}' is of one class.", INFLATED


def _text_threshold(it: Subject) -> tuple[str, str]:
    errors = it.leak.facts["errors"]
    rows = f"{it.leak.rows:,} rows"
    if errors:
        return f"One cut-off of {it.names} parts '{it.target}' in all but {errors:,} of {rows}.", INFLATED
    return f"One cut-off of {it.names} parts '{it.target}' without an error in {rows}.", INFLATED


def _text_akin(it: Subject) -> tuple[str, str]:
    return (
        f"{it.names} is named as a detail of '{it.leak.facts['of']}', which gives '{it.target}' away.",
        f"It is likely written down together with it. {INFLATED}",
    )


def _text_rescaled(it: Subject) -> tuple[str, str]:
    level = max(abs(it.leak.facts["correlation"]), abs(it.leak.facts["rank_correlation"]))
    how = f"nearly all of '{it.target}'" if it.leak.facts.get("part") else f"'{it.target}' on another scale"
    return f"{it.names} is {how}: their correlation is {level:.4f}.", INFLATED


def _text_ranked(it: Subject) -> tuple[str, str]:
    share, steps, by = f"{it.leak.facts['share']:.1%}", f"{it.leak.facts['steps']:,}", it.leak.facts["by"]
    way = f"from one rank to the next it moves one way in {share} of {steps} steps"
    if by:
        return f"Within each '{by}' the rows are ranked by '{it.target}' in {it.names}: {way}.", INFLATED
    return f"The rows are ranked by '{it.target}' in {it.names}: {way}.", INFLATED


def _text_banded(it: Subject) -> tuple[str, str]:
    bands = it.leak.facts["bands"]
    if "always" in it.leak.facts:
        value = it.context.show(it.target, number(it.leak.facts["always"]))
        return f"Where {it.names} is one of its 2 values, '{it.target}' is always {value}.", INFLATED
    return f"{it.names} is '{it.target}' cut into {bands} bands, which do not overlap in any row.", INFLATED


_ORIGIN = {
    ("present", True): "It may be filled in after the outcome, or because of it.",
    ("present", False): "They may be filled in after the outcome, or because of it.",
    ("missing", True): "It may be left empty because of the outcome, or the rows come from another source.",
    ("missing", False): "They may be left empty because of the outcome, or the rows come from another source.",
}
_STRETCH = "The gaps lie in one stretch of time, and may have to do with it and not with the outcome."


def _text_filled(it: Subject) -> tuple[str, str]:
    facts, one = it.leak.facts, len(it.leak.columns) == 1
    if "never" in facts:
        value = it.context.show(it.target, number(facts["never"]))
        return (
            f"Where {it.names} {'is' if one else 'are'} filled, '{it.target}' is never {value} "
            f"({facts['base_rate']:.1%} overall).",
            f"{_ORIGIN['present', one]} {INFLATED}",
        )
    if "purity" not in facts:
        first, second = f"{facts['mean_if_present']:.4g}", f"{facts['mean_if_missing']:.4g}"
        if one:
            means = f"its mean is {first} where it is filled and {second} where not"
            return f"Whether {it.names} is filled tells '{it.target}': {means}.", INFLATED
        means = f"its mean is {first} where they are filled and {second} where not"
        return f"Whether {it.names} are filled tells '{it.target}': {means}.", INFLATED
    filled, empty = ("not 0", "0 or empty") if facts["zeros"] else ("filled", "empty")
    verb = ("is " if one else "are ") + (filled if facts["side"] == "present" else empty)
    outcome = it.context.show(it.target, facts["outcome"])
    return (
        f"Where {it.names} {verb}, '{it.target}' is {outcome} in {facts['purity']:.1%} of the rows "
        f"({facts['base_rate']:.1%} overall).",
        _STRETCH if facts["stretch"] else f"{_ORIGIN[facts['side'], one]} {INFLATED}",
    )


def _text_arithmetic(it: Subject) -> tuple[str, str]:
    share = it.leak.facts["share"]
    where = "every row" if share == 1 else f"{share:.1%} of the rows"
    return f"'{it.target}' can be worked out from {it.names}: {it.leak.facts['formula']} in {where}.", INFLATED


def _text_between(it: Subject) -> tuple[str, str]:
    return (
        f"'{it.target}' lies between {it.names}, always nearly at the same share of the way: it is a mean of both.",
        INFLATED,
    )


def _text_contains(it: Subject) -> tuple[str, str]:
    if "share" in it.leak.facts:
        share = f"{it.leak.facts['share']:.1%}"
        told = f"{it.leak.facts['formula']} leaves nothing but rounding in {share} of the rows"
        return f"{it.names} contains '{it.target}': {told}.", INFLATED
    return (
        f"{it.names} contains '{it.target}': {it.leak.facts['formula']} leaves one of a few values in "
        "nearly every row.",
        INFLATED,
    )


def _text_identifier(it: Subject) -> tuple[str, str]:
    what = "the entity" if it.leak.facts["entity"] else "a number given to each row"
    consequence = f"A model learns which one it is, not what '{it.target}' depends on, and fails on new ones."
    return (
        f"{it.names} is {what}, and tells '{it.target}' with power {it.leak.power:.2f} (of 1).",
        consequence,
    )


def _text_order(it: Subject) -> tuple[str, str]:
    consequence = "A split in file order puts other outcomes into the test than into the training."
    return f"The rows are sorted by '{it.target}': their order gives it away.", consequence


def _text_later(it: Subject) -> tuple[str, str]:
    share, time = it.leak.facts["share_after"], it.leak.facts["time"]
    return (
        f"{it.names} lies after '{time}', the time a prediction is for, in {share:.0%} of the rows.",
        "What is stamped later was not known when the prediction was needed.",
    )


def _text_follow_up(it: Subject) -> tuple[str, str]:
    return (
        f"{it.names} is by its name a time of follow-up: it ends with '{it.target}', or at the last look.",
        "It is known only at the end, together with the outcome.",
    )


def _text_after(it: Subject) -> tuple[str, str]:
    word = it.leak.facts["word"]
    if it.leak.facts.get("group"):
        return (
            f"{it.names} tells '{it.target}' better (power {it.leak.power:.2f}) than all columns that may be known "
            f"before it ({it.leak.facts['next_best']:.2f}), and its name ('{word}') speaks of what is known only "
            "afterwards.",
            IF_AFTER,
        )
    return (
        f"{it.names} is the strongest single predictor of '{it.target}' (power {it.leak.power:.2f}, the next "
        f"{it.leak.facts['next_best']:.2f}), and its name ('{word}') speaks of what is known only afterwards.",
        IF_AFTER,
    )


def _text_known_after(it: Subject) -> tuple[str, str]:
    words = ", ".join(f"'{w}'" for w in it.leak.facts["words"][:6])
    one, hard = len(it.leak.columns) == 1, it.leak.facts["hard"]
    if hard and one:
        told = f"{it.names} is by its name ({words}) known only together with '{it.target}', or after it."
    elif hard:
        told = f"{it.names} are by their names ({words}) known only together with '{it.target}', or after it."
    elif one:
        told = f"{it.names} by its name ({words}) comes and grows together with '{it.target}'."
    else:
        told = f"{it.names} by their names ({words}) come and grow together with '{it.target}'."
    return told, "A model must not see what is not known yet when its prediction is needed."


def _text_multiplied(it: Subject) -> tuple[str, str]:
    factors, share = it.leak.facts["factors"], it.leak.facts["share"]
    return f"'{it.target}' is {it.names} times one of {factors} factors in {share:.1%} of the rows.", INFLATED


def _text_made_up(it: Subject) -> tuple[str, str]:
    facts = it.leak.facts
    return (
        f"'{it.target}' is {facts['formula']} and one of {facts['values']} values more in {facts['share']:.1%} of "
        "the rows.",
        INFLATED,
    )


def _text_by_level(it: Subject) -> tuple[str, str]:
    by = " and ".join(f"'{c}'" for c in it.leak.facts["by"])
    share = f"{it.leak.facts['share']:.1%}"
    return (
        f"'{it.target}' is {it.names} times a factor that each value of {by} has, in {share} of the rows.",
        INFLATED,
    )


def _text_curved(it: Subject) -> tuple[str, str]:
    curve, share = it.leak.facts["curve"], it.leak.facts["share"]
    return (
        f"'{it.target}' follows from {it.names} by a straight line in the {curve} in {share:.1%} of the rows.",
        INFLATED,
    )


def _text_flagged(it: Subject) -> tuple[str, str]:
    facts = it.leak.facts
    outcome = it.context.show(it.target, facts["outcome"])
    if facts["parts"]:
        return (
            f"{it.names} are set only where '{it.target}' is {outcome}, and one of them is in "
            f"{facts['covered']:.1%} of these rows: they are its parts.",
            INFLATED,
        )
    return (
        f"In all {it.leak.rows:,} rows with the rarer value of {it.names}, '{it.target}' is {outcome} "
        f"({facts['base_rate']:.1%} overall).",
        "It may be written down because of the outcome.",
    )


def _text_both(it: Subject) -> tuple[str, str]:
    outcome = it.context.show(it.target, it.leak.facts["outcome"])
    errors = it.leak.facts["errors"]
    but = "in every row" if not errors else f"in all but {errors:,} rows"
    return f"One value each of {it.names} together make '{it.target}' {outcome}, {but}.", INFLATED


def _text_censored(it: Subject) -> tuple[str, str]:
    told = f"{it.names} says where '{it.target}' is '{it.leak.facts['of']}', which it is never above."
    return told, "It is known only at the end, together with the outcome."


def _text_compared(it: Subject) -> tuple[str, str]:
    first, second = it.leak.facts["pair"]
    errors = it.leak.facts["errors"]
    but = "in every row" if not errors else f"but for {errors:.1%} of the rows outside its largest class"
    return f"Which of '{first}' and '{second}' is greater gives '{it.target}' away, {but}.", INFLATED


def _text_realised(it: Subject) -> tuple[str, str]:
    return (
        f"How far {it.names} is from '{it.leak.facts['plan']}' tells '{it.target}' "
        f"(power {it.leak.power:.2f}, each alone at most {it.leak.facts['alone']:.2f}).",
        "What was planned is known before the outcome, what came of it only afterwards.",
    )


def _text_named(it: Subject) -> tuple[str, str]:
    if it.leak.facts.get("another"):
        return (
            f"{it.names} shares '{it.leak.facts['word']}' with the name of '{it.target}', "
            f"as a stronger column does, and predicts it well (power {it.leak.power:.2f}).",
            SAME_OUTCOME,
        )
    return (
        f"{it.names} shares '{it.leak.facts['word']}' with the name of '{it.target}' and predicts it far "
        f"better than anything else (power {it.leak.power:.2f}, the next {it.leak.facts['next_best']:.2f}).",
        SAME_OUTCOME,
    )


def _text_statistics(it: Subject) -> tuple[str, str]:
    return (
        f"{it.names} and '{it.target}' are named as statistics of the same values, and go together "
        f"(correlation {it.leak.facts['correlation']:.2f}).",
        SAME_OUTCOME,
    )


def _text_near_copy(it: Subject) -> tuple[str, str]:
    correlation = it.leak.facts["rank_correlation"]
    puts = "puts" if len(it.leak.columns) == 1 else "put"
    told = f"{it.names} {puts} the rows in nearly the order of '{it.target}' (rank correlation {correlation:.3f})"
    if it.leak.facts["akin"]:
        return f"{told}.", f"By its name it is another reading of '{it.target}'. {INFLATED}"
    return f"{told}.", EITHER


def _text_strong(it: Subject) -> tuple[str, str]:
    who = it.names if len(it.leak.columns) == 1 else f"Each of {it.names}"
    return (
        f"{who} alone nearly settles '{it.target}' (power {it.leak.power:.2f}, "
        f"the next {it.leak.facts['next_best']:.2f}).",
        EITHER,
    )


def _text_settled(it: Subject) -> tuple[str, str]:
    facts = it.leak.facts
    if len(it.leak.columns) > 1:
        return f"{it.names} each have a value whose rows are nearly all of one class of '{it.target}'.", EITHER
    value = it.context.show(it.leak.columns[0], facts["value"])
    outcome = it.context.show(it.target, facts["outcome"])
    return (
        f"In the {facts['rows']:,} rows in which {it.names} is '{value}', '{it.target}' is '{outcome}' in "
        f"{facts['share']:.1%} ({facts['base_rate']:.1%} overall).",
        EITHER,
    )


def _text_treated(it: Subject) -> tuple[str, str]:
    told, _ = _text_settled(it)
    return told, f"By its name ('{it.leak.facts['word']}') it follows a diagnosis. {INFLATED}"


def _text_ended(it: Subject) -> tuple[str, str]:
    last, share = it.leak.facts["of"], f"{it.leak.facts['share']:.1%}"
    return (
        f"{it.names} is never above '{last}', a time of follow-up, and is it in {share} of the rows.",
        "It is known only at the end, together with the outcome.",
    )


def _text_assessed(it: Subject) -> tuple[str, str]:
    return (
        f"{it.names} is by its name ('{it.leak.facts['word']}') somebody's own judgement of what '{it.target}' "
        f"asks, and goes with it (power {it.leak.power:.2f}).",
        "A model that sees it learns to repeat that judgement, and is of no use where it is to replace it.",
    )


_TEXTS: dict[str, Callable[[Subject], tuple[str, str]]] = {
    "recoded": _text_recoded,
    "part": _text_part,
    "unit": _text_unit,
    "dummy": _text_dummy,
    "threshold": _text_threshold,
    "rescaled": _text_rescaled,
    "ranked": _text_ranked,
    "banded": _text_banded,
    "filled_after": _text_filled,
    "arithmetic": _text_arithmetic,
    "between": _text_between,
    "contains": _text_contains,
    "identifier": _text_identifier,
    "row_order": _text_order,
    "akin": _text_akin,
    "later": _text_later,
    "follow_up": _text_follow_up,
    "after_outcome": _text_after,
    "known_after": _text_known_after,
    "flagged": _text_flagged,
    "both": _text_both,
    "censored": _text_censored,
    "multiplied": _text_multiplied,
    "curved": _text_curved,
    "by_level": _text_by_level,
    "made_up": _text_made_up,
    "compared": _text_compared,
    "realised": _text_realised,
    "statistics": _text_statistics,
    "named_like_target": _text_named,
    "near_copy": _text_near_copy,
    "too_good": _text_strong,
    "settled": _text_settled,
    "assessed": _text_assessed,
    "treated": _text_treated,
    "ended": _text_ended,
}


def sentences(subject: Subject) -> tuple[str, str]:
    """Return the summary of a leak and its consequence."""
    return _TEXTS[subject.leak.form](subject)
