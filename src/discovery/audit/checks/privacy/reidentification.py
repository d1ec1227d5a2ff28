"""Re-identification: rows that are alone with their combination of ordinary attributes.

Method: k-anonymity (Sweeney 2002). Quasi-identifiers are recognised by name and semantic type (date of birth,
postcode, sex, age, place, nationality, marital status, occupation; Sweeney found 87% of US residents unique on the
first three of them); k is the number of rows that share a combination.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...profiling.profile import ColumnProfile
from ...semantics.words import tokens

__all__ = ["quasi_identifiers", "reidentification"]

MOST = 6
"""How many quasi-identifiers are looked at together: with more, every row is alone."""
SAFE_K = 5
"""How many rows must share a combination to be safe, as it is common (k-anonymity)."""

QUESTION = re.compile(
    r"(?i)^\W*(?:what|which)(?:'s| is| was| are)? (?:your|the respondent's) (?:current )?(.{2,40}?)\W*$"
    r"|^\W*(?:in )?(?:what|which) (?:U\.?S\.? )?(\w+)(?: or \w+)? (?:do|did|are) you "
    r"(?:live|reside|living|from|come from|born)\b"
    r"|^\W*how (old) are you\W*$"
)
_WORDS: Mapping[str, frozenset[str]] = {
    role: frozenset(words.split())
    for role, words in {
        "birth date": "dob birthdate birthday birthyear geburtsdatum geburtsjahr",
        "postcode": "zip zipcode postcode pincode plz postal",
        "sex": "sex gender geschlecht sexe genero sexo",
        "age": "age alter edad old",
        "origin": "race ethnicity ethnic nationality citizenship religion birthplace",
        "country": "country",
        "place": "city town municipality county district region neighborhood neighbourhood state ort stadt ville",
        "marital": "marital maritalstatus civilstatus familienstand",
        "occupation": "job occupation profession jobtitle beruf employer",
        "education": "education degree ausbildung",
    }.items()
}
_STRONG = frozenset({"birth date", "postcode"})
_PERSONAL = frozenset({"birth date", "sex", "age", "origin", "marital"})


def quasi_identifiers(context: TableContext) -> dict[str, str]:
    """Return the quasi-identifiers of the table: role to column, the most telling first, one column a role."""
    found: dict[str, str] = {}
    targets = context.targets
    for role in _WORDS:
        for column in context.columns():
            if column.name not in targets and column.name not in found.values() and _has_role(column, role):
                found[role] = column.name
                break
    if "birth date" in found:
        found.pop("age", None)
    return dict(list(found.items())[:MOST])


def _has_role(column: ColumnProfile, role: str) -> bool:
    if column.distinct < 2 or column.present < 0.5 * column.rows:
        return False
    if role not in {"age", "postcode"} and column.type == "number" and not column.whole:
        return False
    words = tokens(_asked(column.name))
    joined = {*words, "".join(words)}
    if role == "birth date" and column.semantic == "birth_date":
        return True
    if role == "postcode" and column.semantic == "postcode":
        return True
    if role == "age" and (not column.numeric or not _human_ages(column) or len(words) > 3):
        return False
    if role in {"sex", "marital"} and column.distinct > 25:
        return False
    if role in {"place", "occupation", "education"} and column.numeric and column.distinct > 100:
        return False
    return len(words) <= 4 and bool(joined & _WORDS[role])


def _asked(name: str) -> str:
    """Return what a question that is a column's name asks for (``What is your age?``); other names as they are."""
    match = QUESTION.search(name)
    return next((part for part in match.groups() if part), name) if match else name


def _human_ages(column: ColumnProfile) -> bool:
    top = column.quantiles.get(0.99, column.maximum)
    return isinstance(top, int | float) and 10 < top <= 130


@check("reidentification")
def reidentification(context: TableContext) -> Iterator[Finding]:
    """Tables about persons in which many rows are alone with their quasi-identifiers."""
    quasi = quasi_identifiers(context)
    if context.rows < 50 or not set(quasi) & _PERSONAL or len(quasi) < (2 if set(quasi) & _STRONG else 3):
        return
    columns = list(quasi.values())
    sizes = pl.len().over(columns)
    k = context.frame.select(sizes.alias("k"))["k"]
    alone, few = int((k == 1).sum() or 0), int((k < SAFE_K).sum() or 0)
    share = alone / context.rows
    if few < max(5, 0.005 * context.rows):
        return
    named = ", ".join(f"'{c}'" for c in columns)
    yield context.finding(
        "reidentification",
        columns,
        "minor" if share >= 0.05 else "info",
        f"{alone:,} of {context.rows:,} rows ({share:.1%}) are the only one with their combination of {named}; "
        f"{few:,} share it with fewer than {SAFE_K - 1} others.",
        rows_affected=alone,
        consequence="Who knows these facts of a person can find the row, and with it everything else, even after "
        "names are taken out.",
        advice="Coarsen them (age in bands, postcode to two digits, rare groups joined) until no combination is "
        f"rarer than {SAFE_K} rows, or keep the table under access control.",
        details={"quasi_identifiers": quasi, "unique": alone, f"below_{SAFE_K}": few, "k": int(k.to_numpy().min())},
        confidence=0.7,
    )
