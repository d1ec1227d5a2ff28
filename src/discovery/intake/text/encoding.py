"""Bytes -> UTF-8 bytes, with what was assumed and how surely."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from dataclasses import dataclass, replace

from ...errors import DataError
from ..table import Problem
from .codepages import codepage, cyrillic, in_seven_bits
from .rewrite import from_ebcdic

__all__ = ["Decoded", "decode", "with_lines"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CANDIDATES = (
    "cp1250 cp1251 cp1253 cp1254 cp1255 cp1256 cp1257 cp437 cp850 cp852 cp866 koi8_r mac_roman iso8859_2 iso8859_5 "
    "iso8859_6 iso8859_7 iso8859_8 iso8859_9 cp874 shift_jis euc_jp gb18030 big5 euc_kr"
).split()
_WESTERN_LETTERS = frozenset("äöüÄÖÜßéèêëÉÈÊçÇàâáãåæÀÂÁÃÅÆíìîïÍñÑóòôõøÓÔÕØœŒúùûÚŽžšŠÿýÝðþ")
_WESTERN_SIGNS = frozenset("€£§°²³µ½¼¾®©™·×±«»“”‘’„‚–—…•¿¡ªº¢¥\xa0†‡‰‹›¬¨´¸¹¶\xad")
_ESCAPES = (b"\x1b$B", b"\x1b$@")
"""What turns to Japanese signs in ISO 2022."""

_CONTROL = re.compile(rb"[\x02-\x08\x0e-\x1a]")
_SAMPLE = 200_000


@dataclass(frozen=True, slots=True)
class Decoded:
    """UTF-8 bytes without byte order mark and NUL bytes, lines ended by LF."""

    data: bytes
    encoding: str
    confidence: float = 1.0
    line_ends: str = "LF"
    assumptions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def decode(raw: bytes, where: str) -> Decoded:
    """Decode the content of a text file.

    UTF-8 is taken where the bytes allow it, UTF-16 and UTF-32 where a byte order mark or the places of NUL bytes
    say so, the code page of a language that Windows-1252 is not for where the letters are plainly of it,
    Windows-1252 where all other bytes make sense in it as Western letters and signs in their places, and else the
    best guess of charset-normalizer.

    Raises
    ------
    DataError
        If the content is no text.
    """
    body, encoding, confidence, problems = _to_utf8(raw)
    filler = len(body) - len(body.rstrip(b"\0"))
    if filler > 3:
        body = body.rstrip(b"\0")
        problems.append(Problem("encoding", f"{filler} NUL bytes stood at the end of the file; they were left out"))
    if encoding not in {"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"} or b"\0" in body:
        nul = body.count(b"\0")
        if nul > 0.05 * len(body):
            raise DataError("the content is binary, not text", where=where, mend="Give a file of a known format.")
        if nul:
            if body.count(b'\0"') > 0.5 * nul:  # NUL as the sign that escapes a quote
                body = body.replace(b'\0"', b'""')
            body = body.replace(b"\0", b"")
            problems.append(Problem("encoding", f"{nul} NUL bytes stood in the text; they were left out", rows=0))
    head = body[:_SAMPLE]
    if head.count("þ\x14þ".encode()) > 3:  # as review platforms delimit their load files
        head = head.replace(b"\x14", b"")
    if len(_CONTROL.findall(head)) > max(3, 0.02 * len(head)):
        raise DataError("the content is binary, not text", where=where, mend="Give a file of a known format.")
    if codecs.BOM_UTF8 in body:
        body = body.replace(codecs.BOM_UTF8, b"")
    body, ends = _line_ends(body.rstrip(b"\x1a"))
    assumptions = () if encoding in {"utf-8", "ascii", "utf-8-sig"} else (f"The text was read as {encoding}",)
    return Decoded(body, encoding, confidence, ends, assumptions, tuple(problems))


def _marked() -> Problem:
    return Problem(
        "encoding",
        "The file begins with a byte order mark, which was left out",
        "Read it as 'utf-8-sig'.",
        severity="info",
        consequence="Readers that know no such mark take it for a part of the first column's name.",
    )


def _to_utf8(raw: bytes) -> tuple[bytes, str, float, list[Problem]]:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            if encoding == "utf-8-sig":
                body, read_as, confidence, problems = _utf8(raw[len(mark) :], encoding)
                return body, read_as, confidence, [*problems, _marked()]
            return _wide(raw[len(mark) :], encoding, 1.0)
    wide = _wide_without_mark(raw)
    if wide:
        return _wide(raw, wide, 0.9)
    if raw.isascii() and any(mark in raw for mark in _ESCAPES):
        return _wide(raw, "iso2022_jp_2", 0.9)
    if raw.isascii() and (seven := in_seven_bits(raw)):
        return _wide(raw, seven, 0.8)
    if raw.isascii():
        return raw, "ascii", 1.0, []
    mainframe = from_ebcdic(raw)
    if mainframe is not None:
        return mainframe.encode("utf-8", "replace"), "cp500", 0.8, []
    return _utf8(raw, "utf-8")


def _wide(raw: bytes, encoding: str, confidence: float) -> tuple[bytes, str, float, list[Problem]]:
    text = raw.decode(encoding, "replace")
    problems = []
    lost = text.count("\ufffd")
    if lost:
        problems.append(Problem("encoding", f"{lost} characters are not valid {encoding}", severity="minor"))
    return text.encode("utf-8", "replace"), encoding, confidence, problems


def _wide_without_mark(raw: bytes) -> str:
    head = raw[:4096]
    if len(head) < 4 or b"\0" not in head:
        return ""
    if head[3::4].count(0) + head[2::4].count(0) > 0.95 * (len(head) // 2):
        return "utf-32-le"
    if head[0::4].count(0) + head[1::4].count(0) > 0.95 * (len(head) // 2):
        return "utf-32-be"
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.4 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.1 * half:
        return "utf-16-be"
    likely = "utf-16-le" if odd > even else "utf-16-be"
    return likely if _reads(head, likely) else ""


def _reads(head: bytes, encoding: str) -> bool:
    """Whether bytes are text in an encoding of two bytes a sign, of a writing other than Latin: letters of one or
    two writings, between the delimiters and digits of a table."""
    text = head[: len(head) // 2 * 2 - 2].decode(encoding, "replace")
    plain = sum(c.isalnum() or c in " \t\r\n,;|.:-/_\"'()+%&@#" for c in text)
    latin = sum("\t" <= c < "\x7f" for c in text)
    pages = Counter(ord(c) >> 8 for c in text if c > "\x7f" and not "\u3000" <= c <= "\u9fff")
    few = not pages or sum(n for _, n in pages.most_common(2)) > 0.9 * pages.total()
    return "\n" in text and plain > 0.95 * len(text) and latin > 0.05 * len(text) and few


def _utf8(raw: bytes, label: str) -> tuple[bytes, str, float, list[Problem]]:
    try:
        raw.decode("utf-8")
        return raw, label, 1.0, []
    except UnicodeDecodeError:
        pass
    valid, invalid = _sequences(raw)
    if label == "utf-8-sig" or valid >= max(1, invalid):
        text = _decode_mixed(raw)
        summary = f"{invalid} bytes are not valid UTF-8; they were read as Windows-1252"
        problem = Problem(
            "encoding", summary, "Ask for an export in one encoding, best UTF-8.", rows=invalid, severity="minor"
        )
        return text.encode("utf-8", "replace"), label, 0.8, [problem]
    return _single_byte(raw)


def _sequences(raw: bytes) -> tuple[int, int]:
    pattern = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
    body = raw[: 50 * _SAMPLE]
    rest, valid = re.subn(pattern, b"", body)
    return valid, len(re.findall(rb"[\x80-\xff]", rest))


def _decode_mixed(raw: bytes) -> str:
    return raw.decode("utf-8", "discovery-cp1252")


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    byte = error.object[error.start : error.start + 1]
    try:
        return byte.decode("cp1252"), error.start + 1
    except UnicodeDecodeError:
        return byte.decode("latin-1"), error.start + 1


codecs.register_error("discovery-cp1252", _as_cp1252)


def _cp1252(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "discovery-cp1252")


def _single_byte(raw: bytes) -> tuple[bytes, str, float, list[Problem]]:
    sample = _lines_with_high_bytes(raw)
    in_runs = _runs(sample) > 0.4
    plausible = 0.0 if in_runs else _western(_cp1252(sample))
    encoding, confidence = "cp1252", 0.95
    other = None if in_runs else codepage(sample)
    if other is not None:
        encoding, confidence = other, 0.85
    elif plausible < 0.9:
        guess = _guess(sample)
        guess = "" if guess and _mixed(sample.decode(guess, "replace")) else guess
        if guess and (plausible < 0.6 or _western(sample.decode(guess, "replace")) > plausible):
            encoding, confidence = cyrillic(sample, guess), 0.6
        else:
            confidence = 0.5
    text = _cp1252(raw) if encoding == "cp1252" else raw.decode(encoding, "replace")
    known = "Windows-1252 (Western European)" if encoding == "cp1252" else encoding
    problem = Problem(
        "encoding",
        f"The file is not UTF-8; it was read as {known}, with a confidence of {confidence:.0%}",
        "Ask for an export in UTF-8, or look whether names with accents came out right.",
        severity="info" if confidence > 0.9 else "minor",
    )
    return text.encode("utf-8", "replace"), encoding, confidence, [problem]


def _lines_with_high_bytes(raw: bytes) -> bytes:
    found, size = [], 0
    for match in re.finditer(rb"[^\r\n]{0,80}[\x80-\xff][^\r\n]{0,80}", raw):
        found.append(match[0])
        size += len(match[0])
        if size > 20_000:
            break
    return b"\n".join(found)


def _runs(sample: bytes) -> float:
    """Return the share of the bytes beyond ASCII that stand in runs of four or more: rare in Western text."""
    total = len(re.findall(rb"[\x80-\xff]", sample))
    return sum(map(len, re.findall(rb"[\x80-\xff]{4,}", sample))) / total if total else 0.0


def _western(text: str) -> float:
    """Return the share of the signs beyond ASCII that stand where a Western European text would have them."""
    good = total = 0
    for before, sign, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if sign < "\x80":
            continue
        total += 1
        inside = before.isalpha() and after.isalpha()
        if sign in _WESTERN_LETTERS:
            lone = not before.isalpha() and not after.isalpha()
            wrong_case = sign.isupper() and before.islower()
            good += not (lone and sign not in "àéÀÉóèÈyÅØøå") and not wrong_case
        elif sign in _WESTERN_SIGNS:
            alone = before < "\x80" or after < "\x80"
            good += (not inside and alone) or sign in "’\xad·"
    return good / total if total else 1.0


def _mixed(text: str) -> bool:
    """Whether most letters of other writings than Latin stand beside Latin ones: no language has such words."""
    letters = re.findall(r"([A-Za-z]?)([^\W\d_\u0000-\u024f])(?=([A-Za-z]?))", text)
    return bool(letters) and sum(bool(before or after) for before, _, after in letters) > 0.5 * len(letters)


_PAIRS = frozenset("shift_jis euc_jp gb18030 big5 euc_kr".split())
_FEW = 12
"""Fewer bytes beyond ASCII are no text of signs of two bytes each."""


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(_CANDIDATES)).best()
    if best is None or (best.encoding in _PAIRS and len(re.findall(rb"[\x80-\xff]", sample)) < _FEW):
        return ""
    return best.encoding


def _line_ends(body: bytes) -> tuple[bytes, str]:
    if b"\r" not in body:
        return body, "LF"
    total, pairs, lone_lf = body.count(b"\r"), body.count(b"\r\n"), body.count(b"\n")
    if pairs:
        body = body.replace(b"\r\n", b"\n")
    if total == pairs:
        return body, "CRLF" if lone_lf == pairs else "CRLF and LF"
    body = body.replace(b"\r", b"\n")
    return body, "CR" if not lone_lf else "mixed"


_RARE_ENDS = (
    (b"\x1e", "record separators"),
    (b"\x0c", "form feeds"),
    (b"\x0b", "vertical tabs"),
    ("\x85".encode(), "NEL"),
    ("\u2028".encode(), "line separators"),
)
"""What ends lines in files without line breaks."""


def with_lines(decoded: Decoded) -> Decoded:
    """Return a text without line breaks with those for what else ends its lines."""
    if decoded.data.count(b"\n", 0, -1) == 0:
        for sign, name in _RARE_ENDS:
            if decoded.data.count(sign) > 1:
                return replace(decoded, data=decoded.data.replace(sign, b"\n"), line_ends=name)
    return decoded
