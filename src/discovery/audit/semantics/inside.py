"""Personal values inside longer texts: where they are, and what they are.

Method: shapes with checksums where there are any (cards, IBANs, national numbers), strict shapes or a word before
them where there are none (phones, birth dates), postcodes or words for streets beside addresses, and for names the
words around them ("my name is …", "Mr. …", "customer …" where one of two names is known) or a known given name
followed by a known family name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import lists, national, patterns
from .words import fold

__all__ = ["IBAN", "PREFILTERS", "Spotted", "spot"]


@dataclass(frozen=True, slots=True)
class Spotted:
    """A personal value in a text: its kind and where it starts and ends."""

    semantic: str
    start: int
    end: int


# The expressions are compiled where they are first used: most columns have need of few of them.
_UPPER = "A-ZÀ-ÖØ-ÞĄĆĘŁŃŚŹŻČĎĚŇŘŠŤŮŽŐŰİŞĞĂȘȚĐ"
_CAPITAL = rf"[{_UPPER}][\w'’\-]+"
_NAME = rf"({_CAPITAL}(?:\s+{_CAPITAL}){{0,2}})"
_EMAIL = patterns.EMAIL_INSIDE
IBAN = r"\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b"
_CARD = r"(?<![\w.\-])\d(?:[ \-]?\d){12,18}(?![\w\-])"
_PHONE = (
    r"(?<![\w.\-/])(?:(?:\+|00)[1-9]\d{0,2}[\s./\-]?(?:\(0?\d{1,5}\)[\s./\-]?)?\d(?:[\s./\-]?\d){6,12}"
    r"|\(\d{3}\)\s?\d{3}[\s.\-]\d{4}|[2-9]\d{2}[.\-][2-9]\d{2}[.\-]\d{4}|\(\d{2}\) ?9?\d{4}-\d{4}"
    r"|0[1-9]\d{1,4}[ /\-]\d{3,4}[ \-]?\d{3,5}|0[1-9](?:[ .]\d{2}){4}|0[1-9]\d{0,2}-\d{6,8}"
    r"|0[1-9]\d{0,2}-\d{2,3} \d{2} \d{2,3}|0[1-9]-\d{4}-\d{4}|0[1-9]\d-\d{3,4}-\d{4}|"
    r"0[1-9]\d{2}-\d{2}-\d{4})(?![\w\-])"
)
_CALLING = (
    r"phone|telephone|tel\.?|mobile|cell|(?:call|ring|dial|reach)(?:ed|s)?(?: us| me| now| back)*(?: at| on|"
    r" from)?|"
    r"telefon|handy|r[uü]ckruf|t[eé]l\.?|t[eé]l[eé]phone|rappel(?:er)?|portable|m[oó]vil|tel[eé]fono|llama(?:r|do)?|"
    r"richiamat[oa]|cellulare|telefo+n|mobiel|belt|ringde|telefone|celular|ligou|kom[oó]rka|電話|携帯"
)
_PHONE_WORD = (
    rf"(?i)(?<![a-zà-ÿ])(?:{_CALLING})(?:\s+(?:number|nummer|is|ist|at|on|from|unter|au|al|vanaf|op|från|de|para|nr\.?))*"
    r"\s*:?\s*(?!\d{1,4}[./\-]\d{1,2}[./\-]\d{1,4}\b)(\(?\+?\d(?:[\s./\-()]{0,2}\d){6,13})(?!\w)"
)
_ID_SHAPES = (
    r"\b\d{3}-\d{2}-\d{4}\b|\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|\b756\.\d{4}\.\d{4}\.\d{2}\b|\b\d{6}-\d{4}\b"
    r"|\b[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]\b"
)
_ID_WORDS = (
    r"bsn|burgerservicenummer|cpf|pesel|dni|nie|codice fiscale|ni (?:number|no\.?)|national insurance|nhs|"
    r"aadhaa?r|pan|"
    r"personnummer|s[eé]cu(?:rit[eé] sociale)?|nir|steuer-?id\w*|sv-nummer|sozialversicherungsnummer|ssn|"
    r"social security|"
    r"ahv|passport|reisepass|passeport|pasaporte|passaporto|マイナンバー"
)
_ID_WORD = (
    rf"(?i:(?<![a-z])(?:{_ID_WORDS}))(?:[\s:#.\-]|(?i:number|num|no|nr|is|ist|est|es))*"
    r"([A-Z0-9](?:[ .\-/]?[A-Z0-9]){7,20})"
)
_PASSPORT = r"(?i:pass)[a-zé]+\W+(?:\w+\W+)?$"
_BORN = (
    r"born(?: on)?|date of birth|d\.?o\.?b\.?|geb(?:oren|\.)(?: am| op)?|geburtsdatum|née? le|naci[oó] el|"
    r"nacid[oa] el|"
    r"nat[oa] il|född(?: den)?|urodzon[ya]|nascid[oa] em|生年月日"
)
_BIRTH = (
    rf"(?i)(?<![a-z])(?:{_BORN})\s*:?\s*(\d{{1,4}}[./\-]\d{{1,2}}[./\-]\d{{1,4}}"
    r"|\d{1,2}\.?\s[a-zéûä]{3,9}\.?\s\d{4}|[a-z]{3,9}\s\d{1,2},?\s\d{4})"
)
_SELF = (
    r"(?:\b(?i:my name is|i am called|my name's|mein name ist|ich hei(?:ß|ss)e|je m['’]appelle|mon nom est|"
    r"me llamo|"
    rf"mi nombre es|mi chiamo|ik heet|mijn naam is|jag heter|nazywam się|meu nome é|me chamo)\s+){_NAME}"
)
_TITLES = (
    r"Mr|Mrs|Ms|Miss|Mme|Mlle|Madame|Monsieur|Herrn?|Frau|Dr|Prof|[Ss]eñora?|Sra|Sig\.(?:ra)?|Signora?|Dott\.(?:ssa)?|"
    r"Mevrouw|Mevr|Meneer|Dhr|[Dd]e heer|Fru|Fröken|Pani|Pana|[Ss]enhora?|Dona"
)
_TITLE = rf"\b(?:{_TITLES})\.?\s+{_NAME}"
_ROLES = (
    "customer|client|patient|tenant|passenger|employee|kunden?|kundin|patientin|mieter(?:in)?|mitarbeiter(?:in)?|cliente|"
    "clienta|paciente|paziente|klant|klient(?:ka)?|patiënt|empleado|dipendente"
)
_ROLE = rf"(?<![\w])(?i:{_ROLES})\s+({_CAPITAL}\s+{_CAPITAL})"
_SAMA = r"(?<![おご])([\u4e00-\u9fff\u30a1-\u30ff々]{1,8}(?: [\u4e00-\u9fff\u30a1-\u30ff々]{1,6})?)(?:様|さん)"
_GREETINGS = (
    r"regards|sincerely|cheers|thanks|thank you|gr(?:ü|ue)(?:ß|ss)en?|dear|hello|hi|hallo|lieber?|this is|"
    r"hier ist|i am|"
    r"i'm|ich bin|cordialement|saludos|saluti|groeten?|hälsningar|pozdrawiam|atenciosamente"
)
_GREETING = rf"\b(?:(?i:{_GREETINGS}))[,:]?\s+{_NAME}"
_PAIR = rf"(?<![\w'’\-])(?=({_CAPITAL})\s+({_CAPITAL}))"
_PLACE = rf"[{_UPPER}][\w.'’ \-]{{2,40}}"
_STREET = (
    r"(?<![\w.,])\d{1,5}\s+(?:[A-Z][a-z]+\s+){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Boulevard|Blvd|Court|Square)\b"
    rf"|\b[{_UPPER}][\wäöüß\-]+(?i:straße|strasse|str\.|weg|gasse|platz|allee|laan|straat|gracht|plein|singel|steeg|dijk|"
    r"gatan|vägen|gränd|torget|stigen)\s+\d{1,4}\b"
    rf"|\b\d{{1,4}}(?:\sbis)?,?\s+(?:rue|avenue|boulevard|chemin|quai|impasse|cours|allée|place)\s+"
    rf"(?:de\s+|du\s+|des\s+|la\s+|l['’])*[{_UPPER}][\w'’\-]+(?:\s[{_UPPER}][\w'’\-]+){{0,3}}"
    rf"(?:,?\s+\d{{5}}\s+[{_UPPER}][\w'’\-]+)?"
    r"|\b(?:Calle|Avenida|Avda\.|Paseo|Plaza|Ronda|Via|Viale|Piazza|Corso|Vicolo|Borgo|Largo|Contrada|Rua|Travessa|"
    rf"Alameda|Praça|ul\.|ulica|aleja|plac|pl\.)\s+(?:d\w{{0,4}}\s+|l[ao]s?\s+)*[{_UPPER}][\w.'’\-]*"
    r"(?:\s+[\w.'’\-]+){0,3}?,?\s+\d{1,5}[a-z]?(?:/\d+)?\b"
    r"|[\u4e00-\u9fff]{2,3}[都道府県][^\s、。]{2,20}?\d+(?:丁目|番地?|号)[\d丁目番地号\-]*|\bP\.? ?O\.? ?Box \d+"
)
_POSTED = (
    rf"\b{_PLACE}[ ,]+\d{{1,5}}[a-zA-Z]?(?:/\d+)?\s*,\s+(?:\d{{2}}-\d{{3}}|\d{{3}} \d{{2}}|\d{{4}} ?[A-Z]{{2}}|"
    rf"\d{{5}}),?"
    rf"\s+[{_UPPER}]\w+"
    rf"|\b\d{{1,6}}[a-z]?,?\s+{_PLACE},\s+(?:{_PLACE},?\s+)?(?:[A-Z]{{2}} \d{{5}}|"
    rf"[A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})\b"
    rf"|\b{_PLACE}[ ,]+\d{{1,5}}(?: [\w.]+ \d+)?\s*,\s+{_PLACE},\s+\d{{5}}(?:-\d{{3}}|\d{{3}})?\b"
    rf"|\b(?:\d{{1,5}}|H\.No\. \d+),\s+{_PLACE},\s+{_PLACE}[ \-]\d{{6}}\b"
)
"""A place, a number, and a postcode with its town, as a dozen countries order them."""

PREFILTERS: dict[str, str] = {
    "email": r"\S@\S+\.\S",
    "iban": r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2}",
    "card": r"\d(?:[ \-]?\d){12}",
    "phone": r"\d(?:[\s./\-()]{0,3}\d){6}",
    "national_id": rf"{_ID_SHAPES}|(?i:{_ID_WORDS}).*\d",
    "birth_date": rf"(?i)(?:{_BORN})\W*(?:[a-z]+\W+)?\d",
    "person_name": rf"(?i)\b(?:name|nom|nombre|nome|naam|hei(?:ß|ss)e|heet|heter|nazywam|appelle|llamo|chiamo|"
    rf"chamo|"
    rf"{_TITLES}|{_GREETINGS}|{_ROLES})\b|様|さん",
    "address": r"\d",
}
"""Cheap expressions for whole columns: a text without a match holds no value of the kind (but names in pairs)."""


def spot(text: str, pairs: bool = True) -> list[Spotted]:
    """Return the personal values in ``text``, in order, without overlaps.

    ``pairs`` says whether a known given name before a known family name is enough to be called a name.

    >>> [s.semantic for s in spot("My name is Anna Maier, write to anna@example.org")]
    ['person_name', 'email']
    """
    found: list[Spotted] = []
    for candidate in _candidates(text, pairs):
        if not any(candidate.start < f.end and f.start < candidate.end for f in found):
            found.append(candidate)
    return sorted(found, key=lambda s: s.start)


def _candidates(text: str, pairs: bool) -> Iterator[Spotted]:
    if "@" in text:
        yield from (Spotted("email", *m.span()) for m in re.finditer(_EMAIL, text))
    if re.search(r"\d", text):
        yield from _numbers(text)
    yield from _names(text, pairs)


def _numbers(text: str) -> Iterator[Spotted]:
    yield from (Spotted("iban", *m.span()) for m in re.finditer(IBAN, text) if patterns.is_iban(m[0]))
    yield from (Spotted("card", *m.span()) for m in re.finditer(_CARD, text) if patterns.is_card(m[0]))
    yield from (Spotted("national_id", *m.span()) for m in re.finditer(_ID_SHAPES, text) if _is_id(m))
    yield from _named_ids(text)
    yield from (Spotted("birth_date", *m.span(1)) for m in re.finditer(_BIRTH, text))
    yield from (Spotted("phone", *m.span()) for m in re.finditer(_PHONE, text))
    yield from (Spotted("phone", *m.span(1)) for m in re.finditer(_PHONE_WORD, text))
    yield from (Spotted("address", *m.span()) for m in re.finditer(_POSTED, text))
    yield from (Spotted("address", *m.span()) for m in re.finditer(_STREET, text))


def _is_id(match: re.Match[str]) -> bool:
    around = match.string[max(0, match.start() - 1) : match.start()] + match.string[match.end() : match.end() + 1]
    return "-" not in around and national.valid(match[0])


def _named_ids(text: str) -> Iterator[Spotted]:
    """Yield the numbers behind the word for such a number that keep the rules of some country's."""
    for match in re.finditer(_ID_WORD, text):
        held = match[1]
        passport = re.search(_PASSPORT, text[: match.start(1)]) and re.fullmatch(r"[A-Z]{0,2}\d{6,9}", held)
        while held and not passport and not national.valid(held):
            held = held.rpartition(" ")[0]
        if held:
            yield Spotted("national_id", match.start(1), match.start(1) + len(held))


def _names(text: str, pairs: bool) -> Iterator[Spotted]:
    first, last = lists.first_names(), lists.last_names()
    for match in re.finditer(_SELF, text):
        yield Spotted("person_name", *match.span(1))
    for match in re.finditer(_TITLE, text):
        if fold(match[1].split()[0]) not in _NO_NAMES:
            yield Spotted("person_name", *match.span(1))
    if "様" in text or "さん" in text:
        for match in re.finditer(_SAMA, text):
            if match[1] not in _NO_SAMA:
                yield Spotted("person_name", *match.span(1))
    for match in re.finditer(_GREETING, text):
        words = match[1].split()
        if fold(words[0]) in first and fold(words[0]) not in _NO_NAMES:
            known = 1
            while known < len(words) and (fold(words[known]) in last or fold(words[known]) in first):
                known += 1
            end = match.start(1) + match[1].index(words[known - 1]) + len(words[known - 1])
            yield Spotted("person_name", match.start(1), end)
    for match in re.finditer(_ROLE, text):
        given, family = match[1].split()
        if fold(given) in first or fold(family) in last:
            yield Spotted("person_name", *match.span(1))
    if pairs:
        for match in re.finditer(_PAIR, text):
            if fold(match[1]) in first and fold(match[2]) in last:
                yield Spotted("person_name", match.start(1), match.end(2))


_NO_NAMES = frozenset(
    "customer sir madam team all support service the this that not very so going sure just happy sorry bean pepper "
    "who strange jekyll evil potato world universe right wrong perfect kunde kundin damen herren".split()
)
_NO_SAMA = frozenset("客 皆 神 奥 母 父 兄 姉 王 仏 娘 嫁 孫 旦那 患者 息子 店員 業者".split())
"""Whom Japanese texts call with respect, and not by name."""
