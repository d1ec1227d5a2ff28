"""National identity numbers of persons: their shapes, and the check digits that tell them from other numbers.

Sources: the rules that the issuing offices publish, as Wikipedia's "National identification number" and the notes
of ISO/IEC 7064 and of Verhoeff (1969) repeat them. A scheme is ``strong`` where a date, letters or two check digits
leave other numbers next to no chance; one check digit alone is kept by a tenth of all numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

__all__ = ["SCHEMES", "Scheme", "luhn", "scheme_of_all", "valid", "verhoeff"]

FEW, FEWEST = 5, 50
"""Letters, signs and a checksum tell from ``FEW`` values on; digits from ``FEWEST``."""
LIKELY, SURE = 0.9, 0.98
"""The share of values that must keep the rules where some may be mistyped, and where digits are all there is."""
PROBE = 20
"""So many values are asked first."""


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others.

    >>> luhn("4111111111111111")
    True
    """
    total = 0
    for position, character in enumerate(reversed(digits)):
        value = ord(character) - 48
        if position % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def _any(_: str) -> bool:
    return True


@dataclass(frozen=True)
class Scheme:
    """How one country numbers persons: the shape of a number as people write it, and the rule its signs keep.

    ``rule`` takes the number without blanks and signs, in capitals; ``plain`` is the number of digits of those that
    are nothing but digits, which a reader of files may take for numbers.
    """

    name: str
    shape: str
    rule: Callable[[str], bool] = _any
    strong: bool = True
    plain: int = 0

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The shape, compiled."""
        return re.compile(self.shape)

    def holds(self, text: str) -> bool:
        """Whether ``text`` is such a number."""
        return bool(self.expression.fullmatch(text)) and self.rule(_bare(text))


def _bare(text: str) -> str:
    return re.sub(r"[\s.\-+/]", "", text).upper()


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def _varied(digits: str) -> bool:
    return len(set(digits)) > 1


def _ssn(d: str) -> bool:
    return d[:3] not in {"000", "666"} and d[0] != "9" and d[3:5] != "00" and d[5:] != "0000"


def _nhs(d: str) -> bool:
    return _varied(d) and _weighted(d, range(10, 0, -1)) % 11 == 0


def _dni(d: str) -> bool:
    number = d[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == d[-1]


def _nir(d: str) -> bool:
    body = d[:-2].replace("2A", "19").replace("2B", "18")
    return body.isdigit() and 97 - int(body) % 97 == int(d[-2:])


_ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", map(int, (
        "1 0 5 7 9 13 15 17 19 21 1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22 25 24 23".split()
    )), strict=True)
)  # fmt: skip


def _codice_fiscale(d: str) -> bool:
    odd = sum(_ODD[c] for c in d[0:15:2])
    even = sum(int(c) if c.isdigit() else ord(c) - 65 for c in d[1:15:2])
    return chr(65 + (odd + even) % 26) == d[15]


def _cpf(d: str) -> bool:
    checks = (_weighted(d[:n], range(n + 1, 1, -1)) * 10 % 11 % 10 for n in (9, 10))
    return _varied(d) and "".join(map(str, checks)) == d[9:]


def _ahv(d: str) -> bool:
    return (10 - _weighted(d[:12], [1, 3] * 6) % 10) % 10 == int(d[12])


def _personnummer(d: str) -> bool:
    return luhn(d[-10:])


_HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY"


def _hetu(d: str) -> bool:
    digits = d.replace("A", "", 1) if len(d) == 11 and d[6] == "A" else d
    return digits[:9].isdigit() and _HETU[int(digits[:9]) % 31] == digits[-1]


def _steuer_id(d: str) -> bool:
    repeated = [n for n in (d[:10].count(c) for c in set(d[:10])) if n > 1]
    return len(repeated) == 1 and repeated[0] <= 3 and _mod_11_10(d)


def _mod_11_10(d: str) -> bool:
    product = 10
    for c in d[:-1]:
        product = ((int(c) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(d[-1])


def _versicherung(d: str) -> bool:
    digits = f"{d[:8]}{ord(d[8]) - 64:02d}{d[9:11]}"
    total = sum(
        sum(divmod(int(c) * w, 10)) for c, w in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True)
    )
    return total % 10 == int(d[11])


def _bsn(d: str) -> bool:
    d = d.zfill(9)
    return _varied(d) and (_weighted(d, range(9, 1, -1)) - int(d[8])) % 11 == 0


def _pesel(d: str) -> bool:
    return (
        _weighted(d, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)) % 10 == 0 and 1 <= int(d[2:4]) % 20 <= 12 and _day(d[4:6])
    )


def _day(text: str) -> bool:
    return 1 <= int(text) <= 31


_TURN = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_FIVE = ("0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
         "5987604321", "6598710432", "7659821043", "8765932104", "9876543210")  # fmt: skip
"""The permutations and the multiplication of the dihedral group of ten elements (Verhoeff 1969)."""


def verhoeff(digits: str) -> bool:
    """Whether the last digit is the check digit after Verhoeff of the others."""
    check = 0
    for i, c in enumerate(reversed(digits)):
        check = int(_FIVE[check][int(_TURN[i % 8][int(c)])])
    return check == 0


def _my_number(d: str) -> bool:
    rest = _weighted(d[10::-1], (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)) % 11
    return int(d[11]) == (0 if rest <= 1 else 11 - rest)


def _rijksregister(d: str) -> bool:
    return any(97 - int(lead + d[:9]) % 97 == int(d[9:]) for lead in ("", "2"))


def _fodselsnummer(d: str) -> bool:
    first = _weighted(d, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11 == 0
    return first and _weighted(d, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11 == 0


def _versicherungsnummer_at(d: str) -> bool:
    return _weighted(d, (3, 7, 9, 0, 5, 8, 4, 2, 1, 6)) % 11 == int(d[3])


def _chinese(d: str) -> bool:
    rest = _weighted(d[:17], (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)) % 11
    return "10X98765432"[rest] == d[17]


def _korean(d: str) -> bool:
    return (11 - _weighted(d[:12], (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10 == int(d[12])


def _turkish(d: str) -> bool:
    odd, even = sum(map(int, d[0:9:2])), sum(map(int, d[1:8:2]))
    return (odd * 7 - even) % 10 == int(d[9]) and sum(map(int, d[:10])) % 10 == int(d[10])


def _cnp(d: str) -> bool:
    return _weighted(d[:12], (2, 7, 9, 1, 4, 6, 3, 5, 8, 2, 7, 9)) % 11 % 10 == int(d[12])


def _egn(d: str) -> bool:
    return _weighted(d[:9], (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10 == int(d[9]) and 1 <= int(d[2:4]) % 20 <= 12


_MD = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DM = r"(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])"

SCHEMES: tuple[Scheme, ...] = (
    Scheme("US social security number", r"\d{3}-\d{2}-\d{4}", _ssn, strong=False),
    Scheme("British national insurance number",
           r"(?i)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]",
           lambda d: d[:2] not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}),
    Scheme("NHS number", r"\d{3}[ -]?\d{3}[ -]?\d{4}", _nhs, strong=False, plain=10),
    Scheme("Spanish DNI or NIE", r"(?i)[XYZ\d]\d{7}-?[A-Z]", _dni),
    Scheme("French NIR", r"[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}", _nir, plain=15),
    Scheme("Italian codice fiscale", r"(?i)[A-Z]{6}[\dL-V]{2}[A-EHLMPR-T][\dL-V]{2}[A-Z][\dL-V]{3}[A-Z]",
           _codice_fiscale),
    Scheme("Brazilian CPF", r"\d{3}\.?\d{3}\.?\d{3}-?\d{2}", _cpf, plain=11),
    Scheme("Swiss AHV number", r"756\.?\d{4}\.?\d{4}\.?\d{2}", _ahv, plain=13),
    Scheme("Swedish personnummer", rf"(?:19|20)?\d{{2}}{_MD}[\-+]?\d{{4}}", _personnummer, plain=10),
    Scheme("Swedish personnummer", rf"(?:19|20)\d{{2}}{_MD}\d{{4}}", _personnummer, plain=12),
    Scheme("Finnish henkilötunnus", rf"{_DM}\d{{2}}[+\-A]\d{{3}}[0-9A-Y]", _hetu),
    Scheme("German tax number", r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}", _steuer_id, plain=11),
    Scheme("German social insurance number", rf"\d{{2}} ?{_DM}\d{{2}} ?[A-Z] ?\d{{3}}", _versicherung),
    Scheme("Dutch BSN", r"\d{9}|\d{4}\.\d{2}\.\d{3}", _bsn, strong=False, plain=9),
    Scheme("Polish PESEL", r"\d{11}", _pesel, plain=11),
    Scheme("Aadhaar number", r"[2-9]\d{3} ?\d{4} ?\d{4}", verhoeff, strong=False, plain=12),
    Scheme("Indian PAN", r"[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]"),
    Scheme("Japanese My Number", r"\d{4} ?\d{4} ?\d{4}", _my_number, strong=False, plain=12),
    Scheme("Belgian national number", r"\d{2}\.?(?:0\d|1[0-2])\.?(?:[0-2]\d|3[01])-?\d{3}\.?\d{2}",
           _rijksregister, plain=11),
    Scheme("Danish CPR number", rf"{_DM}\d{{2}}-\d{{4}}"),
    Scheme("Norwegian fødselsnummer", rf"{_DM}\d{{2}} ?\d{{5}}", _fodselsnummer, plain=11),
    Scheme("Austrian social insurance number", rf"[1-9]\d{{3}} ?{_DM}\d{{2}}", _versicherungsnummer_at, plain=10),
    Scheme("Czech or Slovak birth number", r"\d{2}(?:[05][1-9]|[16][0-2])(?:0[1-9]|[12]\d|3[01])/?\d{4}",
           lambda d: int(d) % 11 == 0, plain=10),
    Scheme("South African identity number", rf"\d{{2}}{_MD}\d{{4}}[01]8\d", luhn, plain=13),
    Scheme("Chinese resident identity number", rf"(?i)[1-8]\d{{5}}(?:19|20)\d{{2}}{_MD}\d{{3}}[\dX]", _chinese),
    Scheme("Korean resident number", rf"\d{{2}}{_MD}-?[1-8]\d{{6}}", _korean, plain=13),
    Scheme("Turkish identity number", r"[1-9]\d{10}", _turkish, plain=11),
    Scheme("Mexican CURP", rf"(?i)[A-Z][AEIOUX][A-Z]{{2}}\d{{2}}{_MD}[HM][A-Z]{{5}}[A-Z\d]\d"),
    Scheme("Romanian CNP", rf"[1-9]\d{{2}}{_MD}\d{{6}}", _cnp, plain=13),
    Scheme("Bulgarian EGN", r"\d{10}", _egn, plain=10),
)  # fmt: skip


def valid(text: str, strong: bool = False) -> bool:
    """Whether ``text`` keeps the rules of any scheme; of the strong ones only, if that is asked."""
    return any(s.holds(text) for s in SCHEMES if s.strong or not strong)


def scheme_of_all(texts: Sequence[str], weak: bool = True) -> tuple[Scheme | None, float]:
    """Return the scheme whose rules nearly all of many distinct values keep, and the share that does.

    Values of several countries in one column keep the rules of some strong scheme each. ``weak`` says whether a
    scheme of one check digit will do.

    >>> scheme_of_all([f"{n:09d}" for n in range(100)])
    (None, 0.0)
    """
    probe = texts[:: max(1, len(texts) // PROBE)][:PROBE]
    for scheme in SCHEMES:
        if not (weak or scheme.strong) or len(texts) < FEW or sum(map(scheme.holds, probe)) < LIKELY * len(probe):
            continue
        share = sum(map(scheme.holds, texts)) / len(texts)
        telling = scheme.strong and scheme.rule is not _any and not probe[0].isdigit()
        if share >= (LIKELY if telling else SURE) and (telling or len(texts) >= FEWEST):
            return scheme, share
    if len(texts) >= FEWEST and sum(valid(t, strong=True) for t in probe) >= LIKELY * len(probe):
        share = sum(valid(t, strong=True) for t in texts) / len(texts)
        if share >= SURE:
            return next(s for s in SCHEMES if s.strong and any(map(s.holds, probe))), share
    return None, 0.0
