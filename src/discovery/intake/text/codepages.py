"""Code pages of Europe told apart by language: a byte may be a letter in each, but not of the same language."""

from __future__ import annotations

import re
from collections import Counter

__all__ = ["codepage", "cyrillic", "in_seven_bits"]

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
_CARONS = frozenset("šŽžŠ".encode("cp1252"))
FEW, DISTINCT, MANY = 5, 3, 20
"""Bytes beyond ASCII, and different ones, from which on a language can be told; of many bytes
one different one less is enough."""
NEARLY_ALL, NOT_ALL = 0.95, 0.9
OTHERWISE = 0.2


def codepage(sample: bytes) -> str | None:
    """Return the code page of a text that is plainly in a language that Windows-1252 is not for; None if in doubt.

    Of the signs beyond ASCII 95% must be letters of one such language, at most 90% letters of any Western one, and
    20% must be read otherwise than in Windows-1252. So Czech names (``Dvoøák`` there) are told from Danish ones. A
    consonant between two blanks is no letter of any: the dash of the Macintosh is ``Ð`` there.
    """
    counts = Counter(byte for byte in sample if byte >= 0x80)
    total = sum(counts.values())
    if total < FEW or len(counts) < DISTINCT - (total >= MANY) or counts.keys() <= _CARONS:
        return None
    western = _read(counts, "cp1252")
    odd = _signs_in_words(sample) + _consonants_alone(sample, "cp1252")
    usual = max(_share(western, letters, total) for letters in _WESTERN) - odd / total
    found: list[tuple[float, str]] = []
    for name, languages in _RIVALS.items():
        read = _read(counts, name)
        other = sum(n for byte, n in counts.items() if _sign(byte, name) != _sign(byte, "cp1252"))
        share = max(_share(read, letters, total) for letters in languages)
        share -= _consonants_alone(sample, name) / total
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


def _signs_in_words(sample: bytes) -> int:
    """Return how many bytes between letters are a sign in Windows-1252, such as ``”`` in ``K”ln``."""
    inside = re.findall(rb"(?<=[A-Za-z])[\x80-\xff](?=[a-z])", sample)
    return sum(not _sign(b[0], "cp1252").isalpha() for b in inside if b not in _JOINING)


def _consonants_alone(sample: bytes, encoding: str) -> int:
    """Return how many bytes between two blanks are consonants beyond ASCII, which are no words."""
    return sum(_sign(b[0], encoding) in _CONSONANTS for b in re.findall(rb"(?<= )[\x80-\xff](?= )", sample))


_CONSONANTS = frozenset("ðþñçßšžčćđłńřťďģķļņśźżşţğ")
_JOINING = {"’".encode("cp1252"), b"\xad", b"\xb7", b"\x96", b"\x97"}
_SECOND_HALF = re.compile(rb"[\x80-\x9f][\xe0-\xfe\xdf]")


def cyrillic(sample: bytes, guess: str) -> str:
    """Return ``mac_cyrillic`` for Windows-1251 where the capitals are where only the Macintosh has them.

    The small letters are the same in both, the capitals of Russian in one are rare letters and signs in the other.
    """
    if guess not in {"cp1251", "mac_cyrillic"}:
        return guess
    of_mac = len(_SECOND_HALF.findall(sample))
    of_windows = len(re.findall(rb"[\xc0-\xdf][\xe0-\xff]", sample))
    return "mac_cyrillic" if of_mac > 2 and of_mac > 5 * of_windows else guess


_SHIFTED = re.compile(rb"\+([A-Za-z0-9+/]{3,})-")
_HEAD = 200_000


def in_seven_bits(raw: bytes) -> str:
    """Return the encoding of a text of ASCII that has other letters written out: HZ (RFC 1843), UTF-7 (RFC 2152)
    or ''."""
    head = raw[:_HEAD]
    if head.count(b"~{") > 2 and abs(head.count(b"~{") - head.count(b"~}")) < 2 and _letters(raw, "hz", 0.8):
        return "hz"
    few = len(_SHIFTED.findall(head))
    if few > 2 and few >= 0.9 * head.count(b"+") and _letters(raw, "utf-7", 0.9):
        return "utf-7"
    return ""


def _letters(raw: bytes, encoding: str, share: float) -> bool:
    """Whether a text can be read so, and nearly all that is beyond ASCII are letters, of one or two pages."""
    try:
        signs = [c for c in raw.decode(encoding) if c > "\x7f"]
    except UnicodeDecodeError:
        return False
    pages = Counter(ord(c) >> 8 if c < "\u3000" else 0x30 for c in signs)
    letters = sum(c.isalpha() or c in _SIGNS or "\u3000" <= c < "\u3020" for c in signs)
    return (
        bool(signs) and letters >= share * len(signs) and sum(n for _, n in pages.most_common(2)) > 0.9 * len(signs)
    )
