"""Privacy: personal data in columns of its own and inside texts.

Method: semantic types (shapes, checksums, name lists; see ``semantics``) for whole columns; for texts, cheap
expressions over every row find candidates, which are then confirmed one by one (``semantics.inside``). Which data
is personal follows Art. 4 GDPR: what identifies a natural person directly. Attributes that identify only together
(age, sex, place) are the matter of ``reidentification``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from ...artifacts import Evidence, Finding, Severity
from ...masking import mask
from ..context import TableContext, check
from ..profile import ColumnProfile
from ..semantics import PERSONAL
from ..semantics.inside import PREFILTERS, spot
from ..semantics.words import hints, tokens

__all__ = ["pii", "pii_inside_text"]

CONFIRMED_ROWS = 3000
PAIR_ROWS = 1000
MOST_SIGNS = 5000

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
_GRAVE = frozenset({"iban", "card", "national_id"})
_ACCOUNTS = frozenset({"username", "login", "screenname", "nickname", "handle", "loginname", "twitterhandle"})
_DEVICES = frozenset(
    {"imei", "imsi", "macaddress", "mac", "licenseplate", "numberplate", "kennzeichen", "deviceid"}
)


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
        elif column.type == "text" and column.distinct > 0.2 * column.present and column.distinct >= 10:
            words = {*tokens(column.name), "".join(tokens(column.name))}
            if words & (_ACCOUNTS | _DEVICES):
                yield _account(context, column)


def _column(context: TableContext, column: ColumnProfile, declared: bool) -> Finding:
    semantic = str(column.semantic)
    public = "public_person" in hints(column.name)
    severity: Severity = "major" if semantic in _GRAVE else "info" if public else "minor"
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


def _declared(context: TableContext, column: ColumnProfile) -> Finding:
    text = f"Column '{column.name}' is personal, as the engagement says: {column.present:,} values."
    return _finding(context, column, "minor", text, {"semantic": column.semantic, "declared": True}, 1.0)


def _account(context: TableContext, column: ColumnProfile) -> Finding:
    text = f"Column '{column.name}' seems to name accounts or devices of persons: {column.distinct:,} values."
    finding = _finding(context, column, "info", text, {"semantic": None, "declared": False}, 0.5)
    masked = [
        Evidence(row=e.row, values={column.name: mask(e.values.get(column.name, ""))}) for e in finding.evidence
    ]
    return finding.model_copy(update={"evidence": masked})


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


@dataclass(slots=True)
class _Inside:
    """What was seen inside the texts of a column: rows by kind, and masked examples."""

    rows: dict[str, set[int]] = field(default_factory=dict)
    examples: list[tuple[int, str]] = field(default_factory=list)
    sampled: bool = False

    def add(self, row: int, semantic: str, text: str) -> None:
        known = self.rows.setdefault(semantic, set())
        if len(known) < 2 and row not in {r for r, _ in self.examples}:
            self.examples.append((row, f"… {mask(text, semantic)} … ({semantic.replace('_', ' ')})"))
        known.add(row)

    @property
    def all_rows(self) -> set[int]:
        return set().union(*self.rows.values())


@check("pii")
def pii_inside_text(context: TableContext) -> Iterator[Finding]:
    """Personal data that people wrote into texts: shapes in every row, names on up to some thousand rows."""
    for column in context.columns("text"):
        if column.semantic in PERSONAL or column.semantic in {"url", "uuid", "date_part", "country", "currency"}:
            continue
        if (column.length_max or 0) < 6 or context.frame[column.name].dtype.is_nested():
            continue
        inside = _look_inside(context, column)
        if inside.rows:
            yield _inside_finding(context, column, inside)


def _look_inside(context: TableContext, column: ColumnProfile) -> _Inside:
    inside = _Inside()
    texts = context.frame[column.name].cast(pl.String)
    distinct = context.table.value_counts(column.name)["v"]
    prose = column.semantic == "free_text" or _is_prose(column)
    kinds = set(PREFILTERS) if prose else {"email", "iban", "card"}
    if not prose and not _has_long_digits(column):
        kinds = {"email"}
    for kind in sorted(kinds - {"address"}):
        if not _may_hold(distinct, kind):
            continue
        hits = texts.str.contains(PREFILTERS[kind]).fill_null(False).arg_true()
        if len(hits) > CONFIRMED_ROWS:
            hits, inside.sampled = hits.gather_every(len(hits) // CONFIRMED_ROWS + 1), True
        _confirm(inside, texts, hits.to_list(), kinds, pairs=False)
    if prose:
        step = max(1, len(texts) // PAIR_ROWS)
        inside.sampled |= step > 1
        _confirm(inside, texts, list(range(0, len(texts), step)), {"person_name", "address"}, pairs=True)
    least = max(2, 0.001 * column.present)
    inside.rows = {k: r for k, r in inside.rows.items() if k not in {"person_name", "address"} or len(r) >= least}
    if not prose and set(inside.rows) == {"card"} and len(inside.rows["card"]) < 0.5 * column.present:
        inside.rows = {}
    return inside


def _may_hold(distinct: pl.Series, kind: str) -> bool:
    """Whether any of the distinct texts of a column may hold a value of a kind."""
    needed = {"email": "@", "person_name": ""}.get(kind, r"\d")
    return bool(distinct.filter(distinct.str.contains(needed)).str.contains(PREFILTERS[kind]).any())


def _is_prose(column: ColumnProfile) -> bool:
    spaced = sum(n for pattern, n in column.patterns if pattern.count(" ") >= 2)
    seen = sum(n for _, n in column.patterns)
    return (column.length_mean or 0) >= 20 and column.distinct > 5 and (spaced >= 0.5 * seen if seen else True)


def _has_long_digits(column: ColumnProfile) -> bool:
    return (column.length_max or 0) >= 13


def _confirm(inside: _Inside, texts: pl.Series, rows: list[int], kinds: set[str], pairs: bool) -> None:
    for index, text in zip(rows, texts.gather(rows).to_list(), strict=True):
        for found in spot(text[:MOST_SIGNS], pairs) if text else ():
            if found.semantic in kinds:
                inside.add(index + 1, found.semantic, text[found.start : found.end])


def _inside_finding(context: TableContext, column: ColumnProfile, inside: _Inside) -> Finding:
    counts = {k: len(r) for k, r in sorted(inside.rows.items(), key=lambda kr: -len(kr[1]))}
    rows = len(inside.all_rows)
    told = ", ".join(f"{_PLAIN[k]} ({n:,})" for k, n in counts.items())
    least = "at least " if inside.sampled else ""
    severity: Severity = "major" if any(counts.get(k, 0) >= 3 for k in _GRAVE) else "minor"
    if set(counts) == {"person_name"} and not context.is_personal(column.name):
        severity = "info"
    shown = [Evidence(row=row, values={column.name: text}) for row, text in sorted(inside.examples)[:5]]
    return context.finding(
        "pii",
        column.name,
        severity,
        f"Texts in '{column.name}' hold personal data in {least}{rows:,} rows: {told}.",
        rows_affected=rows,
        consequence="The texts cannot be passed on, shown or sent to a language model as they are.",
        advice="Mask these values before the texts leave the client's house, and have a person check a sample.",
        fix=f"df[{column.name!r}] = df[{column.name!r}].map(discovery.masking.mask_inside, na_action='ignore')",
        details={"inside": counts, "sampled": inside.sampled},
        evidence=shown,
        confidence=0.6 if set(counts) <= {"person_name", "address"} else 0.9,
    )
