"""Code pages of Europe told apart by language: a byte may be a letter in each, but not of the same language."""

from __future__ import annotations

from collections import Counter

__all__ = ["codepage"]

_WESTERN = ("äöüß", "éèêëàâçîïôùûœæÿ", "áéíóúñü", "áâãàçéêíóôõúü", "àèéìíòóùú", "åäöæøéü", "áéíóúýþæðö", "ëïéèöüó")
_RIVALS = {
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "ăâîşţ"),
    "cp1254": ("çğıiöşüâî",),
    "cp1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž"),
    "iso8859_2": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "ăâîşţ"),
    "cp850": _WESTERN,
    "mac_roman": _WESTERN,
}
"""The letters beyond ASCII of the languages that each is for: Polish, Czech, Slovak, Hungarian, Croatian and
Slovene, Romanian; Turkish; Lithuanian, Latvian, Estonian; those of the West as DOS and the Macintosh wrote them."""
_SIGNS = frozenset("€£§°«»“”„‘’‚–—…•\xa0\xad®©™")
FEW, DISTINCT = 5, 3
"""Bytes beyond ASCII, and different ones, from which on a language can be told."""
NEARLY_ALL, NOT_ALL = 0.95, 0.9
OTHERWISE = 0.2


def codepage(sample: bytes) -> str | None:
    """Return the code page of a text that is plainly in a language that Windows-1252 is not for; None if in doubt.

    Of the signs beyond ASCII 95% must be letters of one such language, at most 90% letters of any Western one, and
    20% must be read otherwise than in Windows-1252. So Czech names (``Dvoøák`` there) are told from Danish ones.
    """
    counts = Counter(byte for byte in sample if byte >= 0x80)
    total = sum(counts.values())
    if total < FEW or len(counts) < DISTINCT:
        return None
    western = _read(counts, "cp1252")
    usual = max(_share(western, letters, total) for letters in _WESTERN)
    found: list[tuple[float, str]] = []
    for name, languages in _RIVALS.items():
        read = _read(counts, name)
        other = sum(n for byte, n in counts.items() if _sign(byte, name) != _sign(byte, "cp1252"))
        share = max(_share(read, letters, total) for letters in languages)
        if other >= OTHERWISE * total and share >= NEARLY_ALL and usual <= NOT_ALL:
            found.append((share, name))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _sign(byte: int, encoding: str) -> str:
    return bytes([byte]).decode(encoding, "replace").replace("İ", "i").lower()


def _read(counts: Counter[int], encoding: str) -> Counter[str]:
    read: Counter[str] = Counter()
    for byte, n in counts.items():
        read[_sign(byte, encoding)] += n
    return read


def _share(read: Counter[str], letters: str, total: int) -> float:
    return sum(n for sign, n in read.items() if sign in letters or sign in _SIGNS) / total
