"""Words that stand for "no value"."""

from __future__ import annotations

import re

import polars as pl

__all__ = ["NULLS", "STRONG", "WEAK", "is_placeholder", "may_be_placeholder", "normal"]

STRONG = frozenset(
    {
        # signs
        "?", "??", "???", "-", "--", "---", "–", "—", ".", "..", "...", "*", "**", "#", "_", "/", r"\n",
        # English
        "na", "n/a", "n.a.", "n.a", "#n/a", "#na", "n\\a", "<na>", "nan", "-nan", "null", "(null)", "[null]",
        "<null>", "nul", "none", "(none)", "<none>", "nil", "nill", "unknown", "unkown", "unknow", "unknwon", "unk",
        "(unknown)", "undefined", "undef", "unspecified", "missing", "(missing)", "[missing]", "<missing>",
        "not available", "not avail", "notavailable", "not known", "not provided", "not reported", "not specified",
        "not stated", "not recorded", "not given", "not mapped", "not entered", "not disclosed", "not applicable",
        "not collected", "not measured", "not assigned", "no data", "no info", "no information", "no value",
        "data missing", "information not available", "blank", "(blank)", "<blank>", "[blank]", "empty", "(empty)",
        "<empty>", "tbd", "tba", "t.b.d.", "to be determined", "to be announced", "to be confirmed", "n/k", "n/s",
        "xxx", "xxxx", "xxxxx", "don't know", "dont know", "do not know", "prefer not to say",
        "prefer not to answer", "rather not say", "no answer", "not answered", "declined to answer",
        "refused to answer", "{null}", "{na}", "unavailable", "#value!", "#ref!",
        "#div/0!", "#name?", "#null!", "#num!", "nat", "error", "#error", "invalid", "dummy", "placeholder",
        "undisclosed", "withheld", "unnamed", "undetermined", "unidentified", "tbc", "t.b.c.", "tk tk", "tktk",
        "ignore", "(not set)", "unanswered", "no answer given", "did not answer", "cannot say", "can't say",
        "decline to answer", "declined to state", "decline to state", "prefer not to disclose",
        "prefer not to respond", "prefer not to state", "choose not to disclose", "wish not to answer",
        # what a form shows until something is chosen
        "select", "nothing selected", "none selected", "no selection",
        # other languages
        "unbekannt", "k.a.", "k. a.", "keine angabe", "keine angaben", "nicht bekannt", "nicht verfügbar", "fehlt",
        "weiß nicht", "weiss nicht", "ne sait pas", "no sabe", "no consta", "se ignora", "ns/nc", "ignorada",
        "inconnu", "inconnue", "non renseigné", "non renseignée", "non disponible", "non précisé", "n.c.", "n.d.",
        "n/d", "nd.", "desconocido", "desconocida", "sin datos", "sin dato", "s/d", "no disponible", "no informado",
        "sconosciuto", "non disponibile", "desconhecido", "não informado", "nao informado", "ignorado", "sem dados",
        "onbekend", "geen", "niet bekend", "okänd", "ukjent", "ukendt", "tuntematon", "nieznany", "nieznane",
        "brak", "brak danych", "neznámý", "неизвестно", "нет данных", "未知", "不明", "なし", "无", "無",
    }
)  # fmt: skip
"""Whole cells, in lower case, that mean "no value" in nearly every column they occur in."""

WEAK = frozenset({"none", "nil", "invalid", "error", "empty", "blank", "dummy", "geen", "*", "#", "_", "/",
                  "not applicable", "prefer not to say", "prefer not to answer", "rather not say", "no answer",
                  "not answered", "declined to answer", "refused to answer", "nat", "nul", "not assigned", "-",
                  "unavailable", "undetermined", "unidentified", "ignore", "cannot say", "can't say",
                  "decline to answer", "declined to state", "decline to state", "prefer not to disclose",
                  "prefer not to respond", "prefer not to state", "choose not to disclose",
                  "wish not to answer"})  # fmt: skip
"""Those of ``STRONG`` that are now and then a category of their own."""

NULLS = frozenset({"na", "nan", "n/a", "null", "#n/a", "#na", "<na>", "-nan", "nat"})
"""Those that most tools write for a missing value and read as one."""

_PHRASE = re.compile(
    r"^[\[(<]?(unknown|missing|unspecified|not (available|known|provided|reported|specified|stated|recorded|mapped)"
    r"|no (data|information))\b.{0,18}$|^n/a [-–(:].{0,24}$"
    r"|^[-.<(\[ ]*(please (select|choose|pick)|select|(choose|pick) (one|a value|an option))"
    r"( one| a value| an option)?[-.>)\]: …]*$|^[-.<(\[]+ ?(choose|none) ?[-.>)\]]+$"
    r"|^[\w ]{0,24}\bnot (captured|recorded|available|provided|reported|specified|stated|collected|entered)$"
    r"|^[\[<{](no|unknown) [\w ]{2,20}[\]>}]$|^[\[(<{][\w ]{2,20} (not known|unknown|not given)[\])>}]$"
)
_MAY = (
    r"^[\[(<{]?(?:unknown|missing|unspecified|not |no )|^n/a |^[-.<(\[ ]*(?:please|select|choose|pick|none)"
    r"|not (?:captured|recorded|available|provided|reported|specified|stated|collected|entered)$"
    r"|(?:not known|unknown|not given)[\])>}]$"
)
"""What every phrase holds, for a search of many texts: repeats of a bounded length are slow there."""

_STRONG_FORMS = sorted(STRONG | {re.sub(r"\d", "9", word) for word in STRONG})


def normal(text: str) -> str:
    """Return a cell as it is compared: trimmed, in lower case, blanks and underscores as one blank."""
    return re.sub(r"[\s_]+", " ", text.strip()).lower() if text.strip("_ ") else text.strip().lower()


def may_be_placeholder(cells: pl.Series) -> pl.Series:
    """Return whether :func:`is_placeholder` may hold for each cell, its digits as they are or as 9: quick, and true
    for a few others too."""
    if cells.str.contains(r"_|\s\s|[^\S ]").any():
        cells = cells.str.replace_all(r"[\s_]+", " ")
    plain = cells.str.strip_chars(" ").str.to_lowercase()
    return plain.is_in(_STRONG_FORMS) | plain.str.contains(_MAY) | (plain == "")


def is_placeholder(text: str) -> bool:
    """Whether a cell stands for "no value" wherever a value is expected.

    >>> [is_placeholder(t) for t in ("Select", "--Please select--", "Select Foods Inc.")]
    [True, True, False]
    >>> [is_placeholder(t) for t in ("(not set)", "(not provided)", "not set", "(direct)")]
    [True, True, False, False]
    >>> [is_placeholder(t) for t in ("[no title]", "(title not known)", "(no smoking)", "Prefer not to answer")]
    [True, True, False, True]
    >>> [is_placeholder(t) for t in ("N/A", " unknown ", "Unknown/Invalid", "other", "12")]
    [True, True, True, False, False]
    """
    cell = normal(text)
    return cell in STRONG or _PHRASE.match(cell) is not None
