"""What a column's name says about when its value is known: before the outcome, or only after it."""

from __future__ import annotations

import re
from collections.abc import Collection

from . import names

__all__ = [
    "divided_target",
    "entity_name",
    "event_name",
    "follow_up_time",
    "hindsight_words",
    "identifier_name",
    "measures_time",
    "names_target",
    "parted",
    "prior_words",
    "same_future",
    "same_statistics",
    "tokens",
    "until_target",
]

_AFTER = frozenset(
    """duration elapsed followup outcome result resolution resolved refund refunded refunds cancellation canceled
    cancelled chargeback chargebacks recovery recoveries settlement settled payout reason closed closing
    churn churned death died deceased discharge discharged readmitted readmission verdict returned
    actual realised realized overdue reminder reminders survival lifeboat writeoff chargeoff
    terminated termination exit completed decision approved pledged collected collection
    escalated won lost conversion converted dispute disputed penalty arrears dunning predicted prediction
    postmortem classifier feedback""".split()
)
_LENGTHS = "time|days|weeks|months|years"
_HAPPENS = frozenset(
    """death dead died deceased mortality event relapse relapsed recurrence recurred failure failed censor censored
    censoring progression progressed""".split()
)
_FOLLOW_UP = re.compile(
    rf"fu ?(?:{_LENGTHS})|(?:{_LENGTHS}) (?:to|until|till) (?:last follow ?up|last contact|{'|'.join(_HAPPENS)})|"
    rf"(?:overall |event free |disease free |progression free )?surv(?:ival)? ?(?:{_LENGTHS})|"
    rf"(?:{_LENGTHS}|length|duration) of (?:survival|follow ?up)|"
    rf"follow ?up(?: (?:{_LENGTHS}|duration|period|length))?"
)
_UNTIL = re.compile(rf"(?:{_LENGTHS}) (?:to|until|till) (\w+)")
_EVENT = _HAPPENS | frozenset("status fustat alive survived survival vital".split())
_STATUS = re.compile(r"([a-z]{1,2}|[a-z]fs|[cd]ss) ?(?:stat|status|event|cens|censor)")
"""The status of an event named by a letter or an abbreviation: of overall or disease-free survival."""
_STEM = 5
"""Letters that two words of one stem share: recurred, recurrence."""
_BEFORE = frozenset(
    """lag lagged last prev previous prior past yesterday rolling initial history historical first base baseline
    before opening open start started planned scheduled sched schedule crs expected estimated promised budget
    forecast""".split()
)
_FUTURE = frozenset({"next", "future", "tomorrow", "following"})
_WHOLE = frozenset({"time", "follow_up", "time_to_event", "days_to_event", "end", "label", "labels"})
_PAIRS = (
    ("follow", "up"),
    ("charged", "off"),
    ("written", "off"),
    ("time", "to"),
    ("days", "until"),
    ("days", "to"),
    ("last", "payment"),
    ("total", "pymnt"),
    ("last", "pymnt"),
    ("post", "outcome"),
    ("reservation", "status"),
    ("final", "status"),
)
_DULL = frozenset(
    """id is has the of and a an in on at by to for per total mean median average avg count num number no nr value
    val score class target label type flag rate ratio max min sum std pct percent level group code name date
    column col var variable feature feat field attribute attr unnamed input item question
    time day month year status result y x z amount amt price cost credit house median age size""".split()
)
_STATISTIC = re.compile(
    r"min|max|minimum|maximum|median|mean|avg|average|(?:p|q|pct|perc|quantile)\d{1,2}(?:th|st|nd|rd)?"
)
_GENERATED = frozenset("v x f c q a col column var variable feature feat field attribute attr unnamed".split())
"""What columns without a name are called; with a number, such names tie nothing to the target."""
_ENTITY = frozenset(
    """id patient subject customer client user member person player host guest driver employee student respondent
    participant household family account acct store shop site device sensor machine unit vehicle vin policy
    company firm seller vendor merchant school hospital station donor animal sample specimen session subj speaker
    singer rater annotator proband volunteer""".split()
)
_ENDINGS = ("identifier", "number", "name", "code", "id", "key", "nbr", "num", "nr", "no")
_COUNTED = frozenset("years months weeks days hours minutes year month week day hour age tenure time".split())
_NUMBER = frozenset("n num number no nr count total sum avg mean average max min new open".split())
"""First words of how long or how many: no entities."""
_GIVEN_OUT = frozenset("iid pid uid cid sid".split())
"""Identifiers of individuals, persons, users, customers and students or sessions."""
_SHORT = frozenset("cust emp acct usr subj".split())
"""Entities where an identifier goes on; alone they may be counted."""
_IDENTIFIER = _GIVEN_OUT | frozenset(
    "id uid uuid guid key identifier nr no num number nbr code index idx rownum rowid".split()
)


def tokens(name: str) -> list[str]:
    """Return the words of a column name (:func:`discovery.audit.vocabulary.names.tokens`) without its numbers."""
    return [w for w in names.tokens(name) if not w.isdigit()]


def hindsight_words(name: str) -> str | None:
    """Return the word of ``name`` that speaks of what is known only after an event, or None.

    >>> hindsight_words("call_duration"), hindsight_words("age")
    ('duration', None)
    """
    words = tokens(name)
    if "_".join(words) in _WHOLE:
        return " ".join(words)
    for first, second in _PAIRS:
        for i in range(len(words) - 1):
            if words[i] == first and words[i + 1] == second:
                return f"{first} {second}"
    return next((w for w in words if w in _AFTER), None)


def follow_up_time(name: str, target: str = "event") -> bool:
    """Whether ``name`` is that of how long somebody was followed up, or lived, or it took until ``target`` came.

    >>> follow_up_time("futime"), follow_up_time("days_to_death"), follow_up_time("time")
    (True, True, False)
    >>> follow_up_time("ptime", "pstat"), follow_up_time("daysToAdoption", "adopted"), follow_up_time("ptime")
    (True, True, False)
    """
    words = [w for w in tokens(name) if w not in {"in", "the"}]
    plain, asked = " ".join(words), tokens(target)
    if _FOLLOW_UP.fullmatch(plain) or _FOLLOW_UP.fullmatch(" ".join(words[:-1])):
        return True
    status = _STATUS.fullmatch(" ".join(asked))
    return until_target(name, target) or bool(status and re.fullmatch(rf"{status[1]} ?(?:{_LENGTHS})", plain))


def until_target(name: str, target: str) -> bool:
    """Whether ``name`` is that of the time until what ``target`` is named for: days to adoption, adopted."""
    until = _UNTIL.fullmatch(" ".join(tokens(name)))
    return until is not None and any(_of_one_stem(until[1], word) for word in tokens(target))


def _of_one_stem(first: str, second: str) -> bool:
    return first == second or (len(first) >= _STEM <= len(second) and first[:_STEM] == second[:_STEM])


def event_name(name: str) -> bool:
    """Whether ``name`` is that of a death or another event that somebody is followed up for.

    >>> event_name("death"), event_name("pstat"), event_name("bought")
    (True, True, False)
    """
    return bool(_EVENT & set(tokens(name))) or bool(re.fullmatch(r"[a-z]stat", " ".join(tokens(name))))


def prior_words(name: str) -> str | None:
    """Return the word of ``name`` that speaks of what was known before the event (a lag, a baseline), or None."""
    return next((w for w in tokens(name) if w in _BEFORE), None)


def same_future(name: str, target: str) -> str | None:
    """Return the word by which both names are of what is still to come, or None.

    >>> same_future("Next_Tmin", "Next_Tmax"), same_future("Present_Tmin", "Next_Tmax")
    ('next', None)
    """
    mine, theirs = tokens(name), tokens(target)
    if len(mine) < 2 or len(theirs) < 2 or name == target:
        return None
    return next((w for w in theirs if w in _FUTURE and w in mine), None)


def divided_target(name: str, target: str) -> str | None:
    """Return the words by which ``name`` is the target by something else, or None.

    The target's name, or a word of it beside its unit, must stand before a slash or "per".

    >>> divided_target("price_per_sqft", "price"), divided_target("SiteEUI(kBtu/sf)", "SiteEnergyUse(kBtu)")
    ('price per', 'kbtu per')
    >>> divided_target("crime per head", "price"), divided_target("dose (kg/ha)", "yield (kg)")
    (None, None)
    """
    if "/" not in name and "per" not in name.casefold():
        return None
    words, asked = tokens(name.replace("/", " per ")), tokens(target)
    if "per" not in words or "per" in asked or not asked or prior_words(name):
        return None
    before = words[: words.index("per")]
    if before == asked or (len(before) > len(asked) and before[-len(asked) :] == asked):
        return " ".join([*asked, "per"])
    bracketed = re.search(r"[(\[]([^()\[\]/]+)[)\]]$", target)
    unit = tokens(bracketed[1]) if bracketed else []
    rest = before[: -len(unit)] if unit and before[-len(unit) :] == unit else []
    shared = any(len(w) > 2 and w not in _DULL and w in asked for w in rest)
    return f"{''.join(unit)} per" if shared else None


def measures_time(word: str) -> bool:
    """Whether a word of hindsight is but one for a length of time, which is often an honest measure of effort."""
    return word in {"duration", "elapsed", "time"}


def names_target(name: str, target: str) -> str | None:
    """Return what ties ``name`` to the target's name: a telling word they share, or one stem with other numbers."""
    mine, theirs = tokens(name), tokens(target)
    stem = re.sub(r"[\d\W_]+$", "", target).casefold()
    if stem.rstrip("_") in _GENERATED:
        return None
    if re.search(r"\d$", target) and stem == re.sub(r"[\d\W_]+$", "", name).casefold() and name != target:
        return stem
    shared = [w for w in theirs if w in mine and len(w) > 2 and w not in _DULL]
    return shared[0] if shared else None


def same_statistics(name: str, target: str) -> bool:
    """Whether both are named as statistics of one set of values: quartiles beside a median.

    >>> same_statistics("P25th", "Median"), same_statistics("pay_min", "pay_max"), same_statistics("min", "pay_max")
    (True, True, False)
    """
    mine, theirs = _of_statistic(name), _of_statistic(target)
    return name != target and mine is not None and mine == theirs


def _of_statistic(name: str) -> tuple[str, ...] | None:
    """Return what ``name`` is a statistic of (the other words of it), or None where it is none."""
    words = re.findall(r"[a-z]+\d*(?:th|st|nd|rd)?|\d+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold())
    rest = tuple(w for w in words if not _STATISTIC.fullmatch(w))
    return rest if len(rest) < len(words) else None


def entity_name(name: str) -> bool:
    """Whether ``name`` is that of a column that says which person, customer, machine … a row is about."""
    words = tokens(name)
    counted = words[:1] and (words[0] in _NUMBER or "per" in words[-2:-1]) and words[-1] not in _IDENTIFIER
    if not words or words[0] in _COUNTED or counted:
        return False
    words = [part for word in words for part in parted(word, _ENTITY | _SHORT)]
    entities = [w in _ENTITY or w.removesuffix("s") in _ENTITY for w in words]
    last = words[-1]
    numbered = last in _IDENTIFIER and (any(entities) or bool(_SHORT & set(words)))
    return entities[-1] or numbered or last in _GIVEN_OUT or (len(last) > 3 and names.runs_into_id(last))


def parted(word: str, known: Collection[str]) -> list[str]:
    """Return the parts of a word that is one of ``known`` run together with an ending.

    >>> parted("customername", {"customer"}), parted("surname", {"customer"})
    (['customer', 'name'], ['surname'])
    """
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and (stem in known or stem.removesuffix("s") in known):
            return [stem, ending]
    return [word]


def identifier_name(name: str) -> bool:
    """Whether ``name`` is that of a number or code given out to tell rows or entities apart."""
    words = tokens(name)
    return bool(words) and (words[-1] in _IDENTIFIER or words[0] in {"id", "uid", "uuid", "unnamed", "rownum"})
