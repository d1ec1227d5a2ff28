"""What is known only after an outcome, by domain: words of targets, and of columns that come with or after them.

The domain is read from the target's name, or from the names of its classes. A word alone proves nothing: it is the
reason to ask when a value is known.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .hindsight import prior_words, tokens

__all__ = ["after_words", "domains"]


@dataclass(frozen=True, slots=True)
class _Domain:
    """Words and phrases (commas between them) of targets, of their classes, and of what follows them.

    ``not_with`` are words that make the same name one of before, or of something else. ``hard`` says that a column
    so named is hardly ever known before the outcome; else it is a number that grows together with the target, which
    is a number as well. ``beside`` are words of which another column must have one for a target of the domain.
    """

    target: str
    after: str
    classes: str = ""
    not_with: str = ""
    hard: bool = True
    beside: str = ""


_MATCH = """score, scores, goal, goals, run, runs, wicket, wickets, margin, win by, won by, player of match,
    player of the match, man of the match, mom, mvp, victory, win type, win method, fthg, ftag, ftr, hthg, htag,
    htr, hst, ast, shots, shots on target, fouls, corners, yellow cards, red cards, possession, rebounds,
    assists, turnovers, touchdowns, penalties, votes, vote share, moves, turns, result, super over, knockdowns,
    finish round, last round, kills"""
_NO_MATCH = """ranking, rank, elo, odds, rating, seed, credit, home ground, batting average, strike rate,
    career, season, dry, test, avg"""
_DOMAINS = {
    "contest": _Domain(
        target="""winner, winners, win, won, victory, match result, game result, full time result, ftr, home
        win, away win, man of the match, match winner, match outcome""",
        classes="home win, away win, home team, away team, draw, tie, win, loss, won, lost",
        after=_MATCH,
        not_with=_NO_MATCH,
    ),
    "match": _Domain(
        target="result, outcome, res, score difference",
        after=_MATCH,
        not_with=_NO_MATCH,
        beside="home team, away team, hometeam, awayteam, team, opponent, fighter, umpire, referee",
    ),
    "vote": _Domain(
        target="vote, votes, vote share, pct vote, election result, elected, gop, dem, democrat, republican",
        classes="elected, not elected",
        after="votes, vote share, margin, diff, difference, turnout, ballots, winner, runner up",
        beside="votes, ballots, turnout",
    ),
    "forecast": _Domain(
        target="""rightcall, right call, right, called right, correct, correct call, is correct, accurate, accuracy,
        hit, missed, error, bias, absolute error, outcome, result, actual, margin actual""",
        after="""actual, error, bias, absolute error, squared error, residual, deviation, result, right, rightcall,
        right call, correct, winner""",
        not_with="standard error, margin of error, sampling error, std error",
        beside="poll, polls, pollster, pollno, polldate, forecast, forecaster, predicted, prediction, bookmaker",
    ),
    "delay": _Domain(
        target="""delay, delays, delayed, late, lateness, on time, ontime, arr delay, dep delay, arrival delay,
        departure delay, late delivery, delivery status, delivery time, reached on time""",
        classes="delayed, on time, ontime, late, early",
        after="""actual, real, deptime, arrtime, dep time, arr time, departure time, arrival time, dep delay,
        arr delay, departure delay, arrival delay, taxi in, taxi out, wheels on, wheels off, air time, airtime,
        elapsed, delivered, delivery date, delivery status, diverted, cancelled, canceled, cancellation, delay,
        delays, delay reason, delay cause, received date, feedback, review score, customer rating, order status,
        shipping date""",
        not_with="crs, distance, due, agreed",
    ),
    "loan": _Domain(
        target="""default, defaulted, default flag, charged off, charge off, chargeoff, chgoff, delinquent, loan
        status, bad loan, is bad, not fully paid, fully paid, paid back, repaid, repayment status, writeoff, npa""",
        classes="charged off, default, fully paid, paid off, defaulted, chgoff, pif",
        after="""recovery, recoveries, recovered, collection, collections, total pymnt, last pymnt, next pymnt,
        total payment, last payment, total paid, paid total, total rec prncp, total rec int, total rec late fee,
        rec prncp, rec int, paid principal, paid interest, paid late fees, late fee, late fees, out prncp,
        outstanding principal, settlement, chargeoff, charge off, charged off, chgoff, writeoff, write off,
        closed date, hardship, chg off, days delinquent, customer payments, principal payments,
        recoverypayments, principal loss, net loss, last credit pull, debt settlement""",
        not_with="""months since, mths since, mo sin, mos since, past, num, number of, ever, mths, within,
        previous""",
    ),
    "leaving": _Domain(
        target="""churn, churned, churn label, churn value, attrition, exited, left, left company, terminated,
        resigned, turnover, quit, leave, leaver, customer status, cancelled, canceled, is canceled,
        cancellation, booking status, order status, unsubscribed""",
        classes="""churned, stayed, left, joined, terminated, resigned, attrited, cancelled, canceled, not
        canceled, voluntarily""",
        after="""churn score, churn reason, churn category, churn date, reason, reason for leaving, termination,
        terminated, date of termination, termination date, term reason, exit, exit interview, exit date, end
        date, last day, leave date, leaving date, quit date, resignation, cancellation, cancelled, canceled,
        reservation status, order status, booking status, employment status, customer status, refund, refunded,
        assigned room type, check out date, feedback, win back, retention offer""",
        not_with="previous, contract, prev, income, travel",
    ),
    "death": _Domain(
        target="""death, died, dead, deceased, mortality, survived, survival, survival status, vital status,
        alive, fatal, death event, alive at, still alive, fustat, fstat, cens,
        censor, censored, censoring, event""",
        classes="died, dead, alive, deceased, survived, expired, euthanized, killed",
        after="""still alive, alive at, cause of death, cause, manner of death, date of death, death date,
        death time, inj severity,
        injury severity, autopsy, necropsy, postmortem, lifeboat, boat, body, burial, follow up, followup, futime,
        survival time, survival months, survival days, survival, discharge, disposition, length of stay, los,
        icu los, total cost, total costs, total charges, relapse date, recurrence, charges, rfstime, died, date
        died, survtime, stime, =d time, =dtime, hospdead, hosp dead, hospital death, hospital mortality,
        died in hospital, icu death, death from, death cause, days to death, time to death, time to event, operative
        findings""",
        not_with="mass, weight, temperature, temp, fat, surface, bmi, height, size, age at, admission, family",
    ),
    "trial": _Domain(
        target="status, event, outcome, recurrence, relapse, censored, death, died, dead, cens",
        after="""=time, =days, =months, =weeks, =n days, =stime, =survtime, =surv time, =rfs time, =pfs time,
        =os time, follow up, followup, futime, survival""",
        beside="""trt, treatment, treat, arm, rx, drug, tumor, tumour, nodes, lymph node, stage, ecog, karno,
        transplant, surgery, therapy, hormone, patient""",
    ),
    "stay": _Domain(
        target="""length of stay, los, stay, hospital stay, hospital charges, total charges, total costs,
        hospital cost, medical cost, cost of treatment, totchg, treatment cost""",
        after="""discharge, discharged, discharge date, disposition, discharge status, total charges, total
        costs, total cost, length of stay, los, expired, died, death, mortality, payments, totchg, drg""",
    ),
    "popularity": _Domain(
        target="""views, view count, likes, shares, retweets, downloads, installs, units sold, sales, global
        sales, total sales, gross, revenue, box office, popularity, play count, playcount, streams, upvotes,
        rating, user rating, imdb rating, imdb score, score, star rating, stars, average rating, vote average,
        metascore, review score, user score, review scores rating, users rated, owners""",
        after="""rating count, ratings count, count of ratings, num ratings, number of ratings, rating, ratings,
        votes, vote count, num votes, number of votes, votes count, voted users, reviews, reviews count, review
        count, num reviews, number of reviews, user count, critic count, likes, dislikes, comment count,
        comments, favorites, favourites, shares, retweets, replies, upvotes, downloads, installs, gross, box
        office, worldwide gross, opening weekend, opening gross, total gross, popularity, playtime, vote
        average, awards, oscars, views, view count, play count, streams, user score, users rated""",
        not_with="""merchant, seller, actor, director, cast, author, artist, channel, host, content, age,
        certificate, mpaa, last month, max, previous, critic, credit, esrb, per view, margin, income, mean,
        disabled, reference, self""",
        hard=False,
    ),
    "sale": _Domain(
        target="sale price, sold price, selling price, sold, sales price, close price, house price",
        after="""days on market, sold date, sale date, date sold, closing date, close date, closing, buyer,
        buyer name, deed, commission, sold by, sale condition, list to sale""",
        hard=False,
    ),
    "biopsy": _Domain(
        target="biopsy, histology, pathology, culture result",
        after="""cytology, citology, colposcopy, histology, pap smear, smear test, pathology,
        tumor grade, colposcopic finding""",
    ),
    "fraud": _Domain(
        target="fraud, is fraud, fraudulent, fraud reported, fraud flag, scam, isfraud, fraud found",
        classes="fraud, fraudulent, legit, scam",
        after="""flagged, flagged fraud, blocked, chargeback, investigation, investigated, confirmed, suspended,
        dispute, disputed, case closed, fraud type, fraud score, refund, refunded, newbalance, new balance,
        recovered""",
    ),
    "case": _Domain(
        target="""resolution, resolution time, resolved, escalated, disputed, consumer disputed, time to
        resolution, resolution days, closed, case status, ticket status, sla breached, sla met, made sla, sla
        made, within sla, sla breach, ticket resolution, complaint status, request status, incident state, incident
        status, ticket state, case state, time to resolve, days to resolve, time to close, days to close""",
        classes="resolved, closed, escalated",
        after="""resolution, resolved, closed, close date, closing date, closed date, closure, completed,
        completion, reopened, satisfaction, csat, survey, feedback, disputed, consumer disputed, escalated,
        escalation, handle time, time to resolution, resolution notes, company response, public response, timely
        response""",
    ),
    "harm": _Domain(
        target="""severity, accident severity, injury severity, injury, injured, fatalities, casualties, damage,
        damage level, amount of damage, crash severity, collision severity, incident severity, killed""",
        classes="fatal, serious, slight, minor damage, substantial, destroyed, fatal injury",
        after="""casualties, number of casualties, casualty severity, killed, injured, injuries, fatalities,
        deaths, number killed, number injured, cost repair, repair cost, cost total, total cost, cost of repair,
        damage cost, repairs, claim amount, time out of service, cost other, compensation""",
        not_with="age, code, clm, insured",
    ),
    "campaign": _Domain(
        target="""response, responded, converted, conversion, subscribed, purchase, purchased, bought, deposit,
        clicked, click, ordered, term deposit, output, buy, accepted, revenue""",
        classes="converted, subscribed, purchased, not interested, interested",
        after="""duration, call duration, call length, talk time, feedback, order value, purchase amount,
        conversion date, conversion value, refund, refunded, delivered, delivery date, page values, pagevalues""",
        not_with="previous, poutcome, loan, session, past, credit, administrative, informational, product",
    ),
    "lead": _Domain(
        target="converted, conversion, won, is won, lead converted",
        after="tags, lead stage, lead status, disposition, call outcome",
        beside="lead, leads, prospect",
    ),
    "funding": _Domain(
        target="""state, status, success, successful, funded, outcome, final status, campaign success, is
        successful""",
        classes="successful, funded, suspended, live",
        after="""pledged, backers, backer, backers count, usd pledged, raised, amount raised, funded amount,
        number of backers, funding date, state changed, spotlight, percent funded, contributions, collected,
        staff pick""",
        not_with="goal",
    ),
    "deal": _Domain(
        target="""deal stage, opportunity status, stage, deal status, opportunity result, closed won, loss
        reason, lead status""",
        classes="won, lost, closed won, closed lost",
        after="""close date, closed date, close value, closed value, lost reason, loss reason, reason lost,
        contract signed, deal closed, closing, won date""",
    ),
    "crime": _Domain(
        target="""recid, recidivism, two year recid, rearrest, rearrested, arrest, arrest made, convicted,
        verdict, sentence, cleared, disposition, case outcome, reoffend""",
        classes="convicted, acquitted, cleared, guilty",
        after="""recid, rearrest, violent recid, days to recid, verdict, sentence, sentencing, disposition,
        cleared, clearance, days from arrest, convicted, conviction, court outcome, case closed, return to
        prison""",
        not_with="prior, priors, previous",
    ),
    "claim": _Domain(
        target="""claim, claimed, claim amount, claim cost, claim status, claim filed, claim nb, numclaims,
        claim paid""",
        classes="claim paid, claim denied",
        after="""payout, settlement, settled, paid, claim paid, paid amount, claim cost, claim
        settlement, loss paid, reserve, salvage, subrogation, claim closed, days to settle""",
    ),
    "inspection": _Domain(
        target="""grade, inspection result, results, inspection grade, pass fail, failure type, defect, machine
        failure, inspection results""",
        classes="pass, fail, no failure, pass w conditions, out of business",
        after="""inspection score, violations, violation, violation code, violation description, score, grade
        date, reinspection, closure, critical flag, failure type, failure mode, repair, repaired, downtime,
        rework""",
        not_with="credit, test, exam, reading, math, writing",
        beside="inspection, violation, violations, machine, failure, torque, tool wear",
    ),
    "visit": _Domain(
        target="score, inspection score, total score",
        after="=grade, letter grade, inspection grade, grade date, critical flag, violation, violations",
        beside="inspection, violation, violations, establishment, facility, restaurant",
    ),
    "turnover": _Domain(
        target="sales, revenue, weekly sales, total sales, daily sales, turnover, total revenue, sales amount",
        after="""customers, transactions, number of customers, customer count, profit, gross profit, gross
        margin, profit margin, net income, units sold, quantity sold""",
        not_with="cost, new, loyal",
        hard=False,
    ),
    "outcome": _Domain(
        target="outcome, outcome type, outcome status, final outcome, patient outcome, treatment outcome",
        after="""outcome, discharge, discharged, autopsy, recovered, adopted, outcome subtype,
        outcome date, follow up""",
        not_with="previous, poutcome",
    ),
}
_ADMITTED = 10
"""How many classes a target may have for their names to be read."""


def domains(target: str, classes: Sequence[str] = (), columns: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the domains a target is of, by its name or those of its classes, and the ``columns`` beside it.

    >>> domains("churn"), domains("y", ["Charged Off", "Fully Paid"]), domains("species", ["setosa"])
    (('leaving',), ('loan',), ())
    """
    name = _plain(target)
    labels = {_plain(c) for c in classes} if len(classes) <= _ADMITTED else set()
    others = [_plain(c) for c in columns]
    return tuple(
        key
        for key, d in _DOMAINS.items()
        if _named(name, d.target, anywhere=bool(d.beside))
        or (d.classes and len(labels) > 1 and labels & _parts(d.classes))
        if not d.beside or any(_search(c, d.beside) for c in others)
    )


def after_words(column: str, of: Sequence[str]) -> tuple[str, bool] | None:
    """Return the words of ``column`` for what follows an outcome of these domains, and whether they are hard."""
    name = _plain(column)
    found: tuple[str, bool] | None = None
    for key in of:
        domain = _DOMAINS[key]
        if domain.not_with and _search(name, domain.not_with):
            continue
        words = _search(name, domain.after)
        if words and not prior_words(name.replace(words, "")) and (found is None or domain.hard):
            found = words, domain.hard
    return found


def _plain(name: str) -> str:
    return " ".join(tokens(name))


def _named(name: str, words: str, *, anywhere: bool) -> bool:
    """Whether ``name`` is one of the words, holds a phrase of them, or ends with a longer one; not of before."""
    if prior_words(name):
        return False
    exact = name.removeprefix("is ").removeprefix("has ").removesuffix(" flag")
    return exact in _parts(words) or any(
        _search(name, w) if " " in w or anywhere else len(w) > 5 and name.endswith(" " + w) for w in _parts(words)
    )


@cache
def _parts(words: str) -> frozenset[str]:
    return frozenset(w.strip() for w in " ".join(words.split()).split(",") if w.strip())


@cache
def _pattern(words: str) -> re.Pattern[str]:
    longest_first = sorted(_parts(words), key=lambda w: (-len(w), w))
    return re.compile(rf"(?:^| )({'|'.join(map(re.escape, longest_first))})(?= |$)")


def _search(name: str, words: str) -> str | None:
    """Return the longest of the words that ``name`` holds, or that (with ``=`` before it) it is."""
    if f"={name}" in _parts(words):
        return name
    hits: list[str] = _pattern(words).findall(name)
    return max(hits, key=len) if hits else None
