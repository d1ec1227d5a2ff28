"""Codes of languages of two standards in one column."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from ....artifacts import Finding
from ...context import TableContext, check
from ...values import raw_words, text_counts
from ...vocabulary.names import named

THREE = dict(
    word.split("-")
    for word in """eng-en fre-fr fra-fr ger-de deu-de spa-es ita-it por-pt dut-nl nld-nl swe-sv nor-no dan-da fin-fi
    rus-ru pol-pl cze-cs ces-cs gre-el ell-el tur-tr ara-ar heb-he hin-hi jpn-ja chi-zh zho-zh kor-ko lat-la
    hun-hu rum-ro ron-ro ukr-uk bul-bg hrv-hr srp-sr slv-sl cat-ca glg-gl per-fa fas-fa tha-th vie-vi
    ind-id may-ms msa-ms""".split()
)
"""Codes of ISO 639-2 (bibliographic and terminological) with those of ISO 639-1."""
MOSTLY = 0.8
MOST = 200


@check("inconsistent_category")
def two_codes_of_a_language(ctx: TableContext) -> Iterable[Finding]:
    """Report languages that a column of codes names in two ways: ``eng`` (ISO 639-2) and ``en-US`` (BCP 47).

    Four in five cells must be codes of three letters that are known, or of two with or without a region; the column
    is named so.
    """
    for column in ctx.profile.columns.values():
        if column.type != "text" or not 2 <= column.distinct <= MOST:
            continue
        if not named(column.name, "language", "languages", "lang", "locale", "sprache", "langue", "idioma"):
            continue
        counts = {str(v): int(n) for v, n in text_counts(ctx, column.name).iter_rows()}
        long = {v: THREE[v.strip().lower()] for v in counts if v.strip().lower() in THREE}
        short = {
            v: v.strip()[:2].lower() for v in counts if re.fullmatch(r"[A-Za-z]{2}([-_][A-Za-z]{2})?", v.strip())
        }
        both = set(long.values()) & set(short.values())
        if not both or sum(counts[v] for v in (*long, *short)) < MOSTLY * column.present:
            continue
        told = [v for group in (long, short) for v in group if group[v] in both]
        rarer = min((long, short), key=lambda group: sum(counts[v] for v in group if group[v] in both))
        odd = [v for v in rarer if rarer[v] in both]
        rows = sum(counts[v] for v in odd)
        shown = raw_words(ctx.show(column.name, v) for v in sorted(told, key=lambda v: -counts[v]))
        mapping = _mapping(long, short, both, rarer is long)
        yield ctx.finding(
            "inconsistent_category",
            column.name,
            "minor",
            f"'{column.name}' names a language by codes of two standards: {shown}.",
            rows_affected=rows,
            consequence="Counts and groups by language are split, and a model takes them for different languages.",
            advice="Bring all to one standard, and keep regions in a column of their own.",
            fix=f"df[{column.name!r}] = df[{column.name!r}].replace({mapping!r})",
            evidence=ctx.evidence(ctx.rows_where(ctx.frame[column.name].cast(pl.String).is_in(odd)), [column.name]),
            details={"values": odd, "own": True},
            confidence=0.85,
        )


def _mapping(long: dict[str, str], short: dict[str, str], both: set[str], to_short: bool) -> dict[str, str]:
    """Return by which code of the other standard each of the rarer one is to be replaced."""
    if to_short:
        return {v: code for v, code in long.items() if code in both}
    codes = {code: v for v, code in long.items()}
    return {v: codes[code] for v, code in short.items() if code in both}
