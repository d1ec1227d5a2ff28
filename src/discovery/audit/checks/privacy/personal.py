"""Privacy: personal data in columns of its own and inside texts.

Method: semantic types for whole columns, and what ``audit.personal`` saw inside texts. Which data is personal
follows Art. 4 GDPR: what identifies a natural person directly. Attributes that identify only together (age, sex,
place) are the matter of ``reidentification``.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from ....artifacts import Evidence, Finding, Severity
from ....masking import mask
from ...context import TableContext, check
from ...personal import Inside, inside_of, names_account, telling
from ...profiling.profile import ColumnProfile
from ...semantics import PERSONAL
from ...semantics.inside import spot
from ...semantics.persons import GUESSED, known_names
from ...semantics.words import hints
from ...vocabulary.names import named

__all__ = ["pii", "pii_in_column_names", "pii_inside_text"]

_PLAIN = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "person_name": "names of persons",
    "address": "postal addresses",
    "iban": "bank account numbers (IBAN)",
    "card": "payment card numbers",
    "ip": "IP addresses",
    "national_id": "national identity numbers",
    "birth_date": "birth dates",
}
WRITTEN = ("comment", "comments", "message", "messages", "tweet", "tweets", "reply", "replies", "chat", "sms",
           "feedback", "review", "reviews", "kommentar", "commentaire", "comentario")  # fmt: skip
"""Words of columns that hold what private persons wrote."""
RACES = ("race", "races", "grid", "lap", "laps", "circuit", "constructor", "championship", "podium", "podiums",
         "season", "team", "points", "wins", "pole", "poles")  # fmt: skip
"""Words beside which drivers are those of races, and not employees."""
_GRAVE = frozenset({"iban", "card", "national_id"})
"""What does direct harm in the wrong hands."""


@check("pii")
def pii(context: TableContext) -> Iterator[Finding]:
    """Columns that identify persons, by their values or because the engagement says so."""
    spec = context.engagement.tables.get(context.name)
    declared = set(spec.personal) if spec else set()
    for column in context.columns():
        if column.present == 0:
            continue
        if column.semantic in PERSONAL:
            yield _column(context, column, column.name in declared)
        elif column.name in declared:
            yield _declared(context, column)
        elif names_account(context, column):
            yield _account(context, column)


def _column(context: TableContext, column: ColumnProfile, declared: bool) -> Finding:
    semantic = str(column.semantic)
    public = "public_person" in hints(column.name)
    if public and named(column.name, "author", "authors", "writer"):
        public = not _of_comments(context)
    if public and named(column.name, "driver", "drivers"):
        public = any(named(c, *RACES) for c in context.profile.columns)
    severity: Severity = "info" if public or _light(column) else "minor"
    if semantic in _GRAVE and (semantic in hints(column.name) or column.semantic_confidence > 0.75):
        severity = "major"
    plain = _PLAIN[semantic]
    known = ", as the engagement says" if declared else ""
    role = " in a public role, it seems" if public else ""
    return _finding(
        context,
        column,
        severity,
        f"Column '{column.name}' holds {plain}{role}: {column.present:,} values, {column.distinct:,} distinct"
        f"{known}.",
        {"semantic": semantic, "declared": declared},
        column.semantic_confidence or 0.8,
    )


def _of_comments(context: TableContext) -> bool:
    """Whether the rows are what private persons wrote, whose authors are no authors of works."""
    columns = context.profile.columns.values()
    written = any(c.type == "text" and named(c.name, *WRITTEN) for c in columns)
    return written and not any(named(c.name, "title", "headline", "book") for c in columns)


def _light(column: ColumnProfile) -> bool:
    """Whether names are a guess by their form, or given names that repeat, as storms and pets have, too."""
    if column.semantic != "person_name":
        return False
    hinted = hints(column.name)
    repeated = 20 * column.distinct < column.present and not hinted & {"first_name", "last_name", "person_name"}
    single = sum(n for p, n in column.patterns if " " not in p.strip()) >= 0.8 * sum(n for _, n in column.patterns)
    return (repeated and single) or column.semantic_confidence <= GUESSED


def _declared(context: TableContext, column: ColumnProfile) -> Finding:
    text = f"Column '{column.name}' is personal, as the engagement says: {column.present:,} values."
    return _finding(context, column, "minor", text, {"semantic": column.semantic, "declared": True}, 1.0)


def _account(context: TableContext, column: ColumnProfile) -> Finding:
    text = (
        f"Column '{column.name}' seems to name accounts, devices or vehicles of persons: "
        f"{column.distinct:,} values."
    )
    return _finding(context, column, "info", text, {"semantic": None, "declared": False}, 0.5)


def _finding(
    context: TableContext,
    column: ColumnProfile,
    severity: Severity,
    summary: str,
    details: dict[str, object],
    confidence: float,
) -> Finding:
    grave = column.semantic in _GRAVE
    return context.finding(
        "pii",
        column.name,
        severity,
        summary,
        rows_affected=column.present,
        consequence="Persons can be identified, so the law on data protection applies to every copy of this data"
        + (", and a loss of it does direct harm." if grave else "; a model may memorise single persons."),
        advice="Ask on what legal ground it was handed over; leave it out of what is modelled, or replace it by a "
        "keyed hash where it is needed for joins.",
        fix=f"df = df.drop(columns=[{column.name!r}])",
        details=details,
        confidence=confidence,
        evidence=context.evidence(context.rows_where(pl.col(column.name).is_not_null(), 3), [column.name]),
    )


@check("pii")
def pii_inside_text(context: TableContext) -> Iterator[Finding]:
    """Personal data that people wrote into texts: shapes in every row, names on up to some thousand rows."""
    for column in context.columns():
        inside = inside_of(context, column)
        if inside.rows:
            yield _inside_finding(context, column, inside)


def _inside_finding(context: TableContext, column: ColumnProfile, inside: Inside) -> Finding:
    counts = {k: len(r) for k, r in sorted(inside.rows.items(), key=lambda kr: -len(kr[1]))}
    rows = len(inside.all_rows)
    told = ", ".join(f"{_PLAIN[k]} ({n:,})" for k, n in counts.items())
    least = "at least " if inside.sampled else ""
    severity: Severity = "major" if any(counts.get(k, 0) >= 3 for k in _GRAVE) else "minor"
    if set(counts) == {"person_name"} and not context.is_personal(column.name):
        severity = "info"
    shown = [
        Evidence(row=row, values={column.name: f"… {mask(text, kind)} … ({kind.replace('_', ' ')})"})
        for row, kind, text in sorted(inside.examples)[:5]
    ]
    return context.finding(
        "pii",
        column.name,
        severity,
        f"Texts in '{column.name}' hold personal data in {least}{rows:,} {'row' if rows == 1 else 'rows'}: {told}.",
        rows_affected=rows,
        consequence="The texts cannot be passed on, shown or sent to a language model as they are.",
        advice="Mask these values before the texts leave the client's house, and have a person check a sample.",
        fix=f"from discovery.masking import mask_inside; df[{column.name!r}] = df[{column.name!r}]"
        ".map(mask_inside, na_action='ignore')",
        details={"inside": counts, "sampled": inside.sampled},
        evidence=shown,
        confidence=0.6 if set(counts) <= {"person_name", "address"} else 0.9,
    )


@check("pii")
def pii_in_column_names(context: TableContext) -> Iterator[Finding]:
    """Names of columns that are personal data themselves, as in a table that was turned: a person a column."""
    held: dict[str, list[int]] = {}
    for place, name in enumerate(context.profile.columns, start=1):
        for kind in {f.semantic for f in spot(name, pairs=False)} & set(_PLAIN) if telling(name) else ():
            held.setdefault(kind, []).append(place)
    persons = [p for p, n in enumerate(context.profile.columns, start=1) if known_names([n]).both == 1]
    if len(persons) >= max(3, 0.2 * len(context.profile.columns)):
        held["person_name"] = persons
    places = sorted({p for found in held.values() for p in found})
    if not places:
        return
    told = ", ".join(f"{_PLAIN[k]} ({len(p):,})" for k, p in sorted(held.items(), key=lambda kp: -len(kp[1])))
    yield context.finding(
        "pii",
        [],
        "minor",
        f"{len(places):,} {'name' if len(places) == 1 else 'names'} of columns of table '{context.name}' "
        f"{'is' if len(places) == 1 else 'are'} personal data: {told}.",
        consequence="Names of columns stand in every file and figure that is made of the table, unmasked.",
        advice="Turn the table, so that each person is a row, or number the columns, before it is worked with.",
        details={"columns": places, "names": {k: len(p) for k, p in held.items()}},
        confidence=0.8,
    )
