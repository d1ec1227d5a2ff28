"""Numbers written in words."""

from __future__ import annotations

import re

__all__ = ["spelled_out"]

_ENGLISH = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fourty fifty sixty seventy eighty ninety hundred
    thousand million billion and half dozen"""
_FRENCH = """zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt
    vingts trente quarante cinquante soixante cent cents mille et"""
_SPANISH = """cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte
    treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento doscientos trescientos quinientos
    mil y"""
_WORDS = tuple(frozenset(words.split()) for words in (_ENGLISH, _FRENCH, _SPANISH))
_JOINED = ("and", "et", "y")
_GERMAN = re.compile(
    r"(?:null|eins?|eine|zwei|drei|vier|fünf|fuenf|sechs|sech|sieben|sieb|acht|neun|zehn|elf|zwölf|zwoelf|und|zwanzig"
    r"|dreißig|dreissig|zig|hundert|tausend)+"
)


def spelled_out(text: str) -> bool:
    """Whether a text is a number in words, in English, German, French or Spanish.

    >>> [spelled_out(t) for t in ("SIXTY thousand", "two-hundred", "einundzwanzig", "one of a kind", "and")]
    [True, True, True, False, False]
    """
    words = re.split(r"[\s-]+", text.strip().casefold())
    if all(w in _JOINED or not w for w in words):
        return False
    return any(known.issuperset(words) for known in _WORDS) or all(map(_GERMAN.fullmatch, words))
