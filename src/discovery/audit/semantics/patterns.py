"""What single values look like: regular expressions and checksums.

The expressions are for Rust's ``regex`` (no look-around), so that Polars can run them over whole columns;
those without classes such as ``\\p{L}`` are Python's, too.

Sources: Luhn's algorithm (ISO/IEC 7812-1) and issuer ranges of the card schemes; ISO 13616 (IBAN, mod-97-10); the
published check-digit rules of the national numbers named below.
"""

from __future__ import annotations

import ipaddress
import re

__all__ = [
    "ADDRESS", "CARD_SHAPE", "EMAIL", "EMAIL_INSIDE", "IBAN_SHAPE", "IPV4", "NATIONAL_ID", "PHONE_SHAPE",
    "PHONE_STRICT", "POSTCODE", "URL", "UUID", "is_card", "is_iban", "is_ip", "is_national_id", "luhn",
]  # fmt: skip

EMAIL_INSIDE = (
    r"[A-Za-z0-9._%+\-']{1,64}@[A-Za-z0-9][A-Za-z0-9\-]{0,62}(?:\.[A-Za-z0-9\-]{1,63}){0,6}\.[A-Za-z]{2,24}"
)
EMAIL = rf"^\s*{EMAIL_INSIDE}\s*$"
URL = r"^\s*(?:(?:https?|ftp|s3)://|www\.)\S+$"
UUID = r"^\{?[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}\}?$"
IPV4 = r"^\s*\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:[:/]\d{1,5})?\s*$"
IBAN_SHAPE = r"^\s*[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]){11,30}\s*$"
CARD_SHAPE = r"^\s*\d{4}[ \-]?\d{4,6}[ \-]?\d{4,5}(?:[ \-]?\d{1,4})?(?:[ \-]?\d{1,3})?\s*$"
PHONE_SHAPE = r"^\s*(?:tel\.?:?\s*)?[+(]?\d[\d\s().\-/]{5,20}\d(?:\s*(?:x|ext\.?)\s*\d{1,6})?\s*$"
PHONE_STRICT = (
    r"^\s*(?:(?:\+|00)[1-9]\d{0,2}[\s.\-/]?(?:\(0?\d{1,5}\)[\s.\-/]?)?\d[\d\s.\-/]{5,14}\d"
    r"|(?:\+?1[\s.\-]?)?\(\d{3}\)[\s.\-]?\d{3}[\s.\-]?\d{4}|(?:\+?1[\s.\-])?[2-9]\d{2}[\-.][2-9]\d{2}[\-.]\d{4}"
    r"|0\d{2,4}[\s/\-]\d{3,4}[\s\-]?\d{3,5}|0\d(?:[ .]\d{2}){4})(?:\s*(?:x|ext\.?)\s*\d{1,6})?\s*$"
)
POSTCODE = (
    r"(?i)^\s*(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{5}-\d{4}|[A-Z]{1,2}-"
    r"\d{4,5}|\d{2}-\d{3}|\d{5}-\d{3}|\d{3} \d{2})\s*$"
)
_STREET = (
    r"street|st|road|rd|avenue|ave|av|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|highway|"
    r"hwy|parkway|pkwy|circle|cir|close|crescent|row|trail|loop|plaza|alley"
)
ADDRESS = (
    rf"(?i)(?:^\s*\d{{1,6}}[a-z]?,?\s+(?:[\p{{L}}\d.'\-]+\s+){{0,5}}(?:{_STREET})\b"
    r"|\p{L}{2,}(?:stra(?:ss|ß)e|str\.|weg|gasse|platz|allee|ring|damm|ufer|laan|straat|gracht|gatan|vej)\s+\d{1,4}\s?[a-z]?\b"
    r"|^\s*\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|place|chemin|impasse|all[ée]e|quai)\s+\p{L}"
    r"|(?:calle|avenida|av\.|paseo|plaza|via|viale|piazza|corso|rua)\s+\p{L}.*\d"
    r"|\bp\.?\s?o\.?\s?box\s+\d+)"
)
NATIONAL_ID: dict[str, str] = {
    "us_ssn": r"^\d{3}-\d{2}-\d{4}$",
    "gb_nino": r"(?i)^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]$",
    "es_dni": r"(?i)^[XYZ\d]\d{7}-?[A-Z]$",
    "fr_nir": r"^[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?\d[\dAB] ?\d{3} ?\d{3} ?\d{2}$",
    "it_cf": r"(?i)^[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]$",
    "br_cpf": r"^\d{3}\.\d{3}\.\d{3}-\d{2}$",
    "ch_ahv": r"^756\.?\d{4}\.?\d{4}\.?\d{2}$",
    "se_pnr": r"^(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])[\-+]\d{4}$",
    "fi_hetu": r"^(?:[0-2]\d|3[01])(?:0[1-9]|1[0-2])\d{2}[+\-A]\d{3}[0-9A-Y]$",
}
_IBAN_LENGTHS = dict(
    pair.split(":")
    for pair in (
        "AD:24 AE:23 AL:28 AT:20 AZ:28 BA:20 BE:16 BG:22 BH:22 BR:29 CH:21 CR:22 CY:28 CZ:24 DE:22 DK:18 DO:28 "
        "EE:20 ES:24 FI:18 FO:18 FR:27 GB:22 GE:22 GI:23 GL:18 GR:27 GT:28 HR:21 HU:28 IE:22 IL:23 IS:26 IT:27 "
        "JO:30 KW:30 KZ:20 LB:28 LI:21 LT:20 LU:20 LV:21 MC:27 MD:24 ME:22 MK:19 MR:27 MT:31 MU:30 NL:18 NO:15 "
        "PK:24 PL:28 PS:29 PT:25 QA:29 RO:24 RS:22 SA:24 SE:24 SI:19 SK:24 SM:27 TN:24 TR:26 UA:29 VG:24 XK:20"
    ).split()
)
_NOT_DIGITS = re.compile(r"\D")


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


def is_card(text: str) -> bool:
    """Whether ``text`` is a payment card number: length and issuer range of a scheme, and the Luhn digit."""
    digits = _NOT_DIGITS.sub("", text)
    return _issuer(digits) and len(set(digits)) > 1 and luhn(digits)


def _issuer(digits: str) -> bool:
    length, head2, head3, head4 = len(digits), digits[:2], digits[:3], digits[:4]
    if not 13 <= length <= 19:
        return False
    if digits[0] == "4":
        return length in {13, 16, 19}
    if "51" <= head2 <= "55" or "2221" <= head4 <= "2720" or head4 == "6011" or head2 == "65":
        return length == 16
    if head2 in {"34", "37"}:
        return length == 15
    if head2 in {"36", "38"} or "300" <= head3 <= "305":
        return length == 14
    if "3528" <= head4 <= "3589" or "644" <= head3 <= "649" or head2 == "62":
        return 16 <= length <= 19
    return head4 in {"5018", "5020", "5038", "6304", "6759", "6761", "6762", "6763"}


def is_iban(text: str) -> bool:
    """Whether ``text`` is an IBAN: the length of its country, and mod 97 = 1.

    >>> is_iban("DE89 3704 0044 0532 0130 00")
    True
    """
    plain = re.sub(r"[\s\-]", "", text).upper()
    if _IBAN_LENGTHS.get(plain[:2]) != str(len(plain)) or not plain.isalnum() or not plain.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def is_ip(text: str) -> bool:
    """Whether ``text`` is an IPv4 or IPv6 address (with or without a port or prefix)."""
    plain = text.strip().partition("/")[0]
    if plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        ipaddress.ip_address(plain)
    except ValueError:
        return False
    return True


def is_national_id(text: str, kind: str) -> bool:
    """Whether ``text``, which has the shape of the national number ``kind``, also keeps its rules."""
    plain = re.sub(r"[\s.\-+]", "", text).upper()
    if kind == "us_ssn":
        return plain[:3] not in {"000", "666"} and plain[0] != "9" and plain[3:5] != "00" and plain[5:] != "0000"
    if kind == "es_dni":
        number = plain[:-1].replace("X", "0").replace("Y", "1").replace("Z", "2")
        return "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == plain[-1]
    if kind == "fr_nir":
        body = plain[:-2].replace("2A", "19").replace("2B", "18")
        return body.isdigit() and 97 - int(body) % 97 == int(plain[-2:])
    if kind == "br_cpf":
        return len(set(plain)) > 1 and _cpf(plain)
    if kind == "ch_ahv":
        odd, even = plain[0:12:2], plain[1:12:2]
        return (10 - (sum(map(int, odd)) + 3 * sum(map(int, even))) % 10) % 10 == int(plain[12])
    if kind == "se_pnr":
        return luhn(plain[-10:])
    return True


def _cpf(digits: str) -> bool:
    for length in (9, 10):
        total = sum(int(d) * (length + 1 - i) for i, d in enumerate(digits[:length]))
        if total * 10 % 11 % 10 != int(digits[length]):
            return False
    return True
