"""What single values look like: regular expressions and checksums.

The expressions are for Rust's ``regex`` (no look-around), so that Polars can run them over whole columns;
those without classes such as ``\\p{L}`` are Python's, too.

Sources: Luhn's algorithm (ISO/IEC 7812-1) and issuer ranges of the card schemes; ISO 13616 (IBAN, mod-97-10); the
ways of writing telephone numbers and addresses of a dozen countries (ITU-T E.123, UPU S42).
"""

from __future__ import annotations

import ipaddress
import re

from .national import luhn

__all__ = [
    "ADDRESS", "CARD_SHAPE", "DOMAIN", "EMAIL", "EMAIL_INSIDE", "EXPONENT", "IBAN_SHAPE", "MOBILE_BARE",
    "PHONE_SHAPE", "PHONE_STRICT", "POSTCODE", "URL", "UUID", "WRITTEN_OUT", "is_card", "is_iban", "is_ip",
]  # fmt: skip

EMAIL_INSIDE = (
    r"[A-Za-z0-9._%+\-']{1,64}@[A-Za-z0-9][A-Za-z0-9\-]{0,62}(?:\.[A-Za-z0-9\-]{1,63}){0,6}\.[A-Za-z]{2,24}"
)
EMAIL = rf"^\s*{EMAIL_INSIDE}\s*$"
URL = r"^\s*(?:(?:https?|ftp|s3)://|www\.)\S+$"
DOMAIN = r"^\s*(?:(?:https?|ftp)://)?(?:[\p{L}\d][\p{L}\d-]*\.)+\p{L}{2,18}(?::\d+)?(?:[/?#]\S*)?\s*$"
"""An address of the web without its protocol, where the name of the column says that it is one."""
UUID = r"^\{?[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}\}?$"
IBAN_SHAPE = r"^\s*[A-Za-z]{2}\d{2}(?:[ \-]?[A-Za-z0-9]){11,30}\s*$"
CARD_SHAPE = r"^\s*\d{4}[ \-]?\d{4,6}[ \-]?\d{4,5}(?:[ \-]?\d{1,4})?(?:[ \-]?\d{1,3})?\s*$"
PHONE_SHAPE = r"^\s*(?:tel\.?:?\s*)?[+(]?\d[\d\s().\-/]{5,20}\d(?:\s*(?:x|ext\.?)\s*\d{1,6})?\s*$"
PHONE_STRICT = (
    r"^\s*(?:(?:\+|00)[1-9]\d{0,2}[\s.\-/]?(?:\(0?\d{1,5}\)[\s.\-/]?)?\d[\d\s.\-/]{5,14}\d"
    r"|(?:\+?1[\s.\-]?)?\(\d{3}\)[\s.\-]?\d{3}[\s.\-]?\d{4}|(?:\+?1[\s.\-])?[2-9]\d{2}[\-.][2-9]\d{2}[\-.]\d{4}"
    r"|0\d{2,4}[\s/\-]\d{3,4}[\s\-]?\d{3,5}|0\d(?:[ .]\d{2}){4}"
    r"|0\d{1,3}[ \-]\d{6,8}|0\d{1,3}[ \-]\d{2,3} \d{2} \d{2,3}|0\d-\d{4}-\d{4}|0\d{2}-\d{3,4}-\d{4}|"
    r"0\d{3}-\d{2}-\d{4}|\(\d{2}\) ?9?\d{4}[ \-]\d{4}"
    r"|3\d{2} \d{6,7}|[4-9]\d{2} \d{3} \d{3}|[6-9]\d{4} ?\d{5})(?:\s*(?:x|ext\.?)\s*\d{1,6})?\s*$"
)
EXPONENT, WRITTEN_OUT = r"^\s*\d(?:[.,]\d+)?[eE]\+?\d+\s*$", r"^\s*\d{6,}\s*$"
MOBILE_BARE = r"^\s*(?:[4-9]\d{2} \d{3} \d{3}|[6-9]\d{9})\s*$"
"""Mobile numbers without a sign of being one: a column needs many, nearly all of them so."""
POSTCODE = (
    r"(?i)^\s*(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{4} ?[A-Z]{2}|\d{5}-\d{4}|[A-Z]{1,2}-"
    r"\d{4,5}|\d{2}-\d{3}|\d{5}-\d{3}|\d{3} \d{2})\s*$"
)
_STREET = (
    r"street|st|road|rd|avenue|ave|av|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|square|sq|terrace|way|highway|"
    r"hwy|parkway|pkwy|circle|cir|close|crescent|row|trail|loop|plaza|alley|mews|grove|gardens|view|hill|"
    r"nagar|marg|chowk"
)
_GLUED_STREET = (
    r"stra(?:ss|ß)e|str\.|weg|gasse|platz|allee|[^petiPETI\W]ring|damm|ufer|laan|straat|gracht|plein|singel|kade|"
    r"dreef|gatan|vägen|gränd|vej|gade|veien|gata|katu"
)
_NAMED_STREET = (
    r"calle|avenida|avda\.|av\.|paseo|plaza|ronda|travesía|via|viale|piazza|corso|vicolo|strada|largo|borgo|contrada|"
    r"rua|travessa|alameda|praça|rodovia|ul\.|ulica|aleja|osiedle|plac"
)
ADDRESS = (
    rf"(?i)(?:^\s*\d{{1,6}}[a-z]?,?\s+(?:[\p{{L}}\d.'\-]+\s+){{0,5}}(?:{_STREET})\b"
    rf"|\p{{L}}{{2,}}(?:{_GLUED_STREET})\s+\d{{1,4}}\s?[a-z]?\b"
    r"|^\s*\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|place|chemin|impasse|all[ée]e|quai)\s+\p{L}"
    rf"|(?:^|[\s,])(?:{_NAMED_STREET})\s+\p{{L}}.*\d"
    r"|^\s*(?:flat|studio|unit|apt\.?|h\.? ?no\.?)\s*\d+\w*,?\s+.*\p{L}|\b\d+-chōme|\d+(?:丁目|番地?|号)"
    r"|\bp\.?\s?o\.?\s?box\s+\d+)"
)
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
