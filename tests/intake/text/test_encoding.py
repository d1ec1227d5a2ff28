"""Bytes become text in the encoding that makes sense of them."""

from __future__ import annotations

import pytest

from discovery.errors import DataError
from discovery.intake.text.encoding import decode

TEXTS = {
    "cp1252": "Müller,Straße 5,Größe\nJosé,naïve café,€ 5\nRenée,Çelik – “ok”,½\n",
    "cp1251": "Имя,Город\nАлександр,Москва\nНаталья,Санкт-Петербург\nДмитрий,Новосибирск\n",
    "shift_jis": "名前,都市\n田中太郎,東京都渋谷区\n鈴木花子,大阪市北区\nさくら,ひらがなとカタカナ\n",
    "gb18030": "姓名,城市\n张伟,北京市朝阳区\n王芳,上海市浦东新区\n李娜,广州市天河区\n",
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_legacy_encodings(encoding: str) -> None:
    text = TEXTS[encoding] * 10
    decoded = decode(text.encode(encoding), "x.csv")
    assert decoded.data.decode() == text
    assert decoded.confidence < 1
    assert decoded.problems[0].kind == "encoding"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_encodings(encoding: str) -> None:
    text = TEXTS["cp1252"]
    decoded = decode(text.encode(encoding), "x.csv")
    assert decoded.data.decode() == text
    assert [p.summary.partition(",")[0] for p in decoded.problems] == (
        ["The file begins with a byte order mark"] if encoding == "utf-8-sig" else []
    )


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        *(
            (e, "Имя,Город\nАлександр,Москва\nНаталья,12.5\n")
            for e in ("utf-16-le", "utf-16-be", "koi8_r", "cp866")
        ),
        *(
            (e, "name,straße\nMüller,Hauptstraße 5\nJäger,Öttinger Weg\nKöhler,Übersee\n")
            for e in ("cp850", "mac_roman")
        ),
        ("iso8859_2", "imię,miasto\nŻaneta,Łódź\nPaweł,Kraków\nŁukasz,Gdańsk\nZoś,Bąków\n"),
        ("cp874", "ชื่อ,เมือง\nสมชาย,กรุงเทพ\nสมหญิง,เชียงใหม่\n"),
        ("iso2022_jp", "名前,都市\n田中太郎,東京\n鈴木花子,大阪\n"),
        ("big5", "編號,姓名,景點\nA1,王小明,國家風景區管理處\nA2,李娜,台灣第12個國家風景區\n"),
        ("euc_kr", "번호,이름\n1,김민수\n2,이영희\n"),
    ],
)
def test_writings_of_the_world(encoding: str, text: str) -> None:
    assert decode((text * 20).encode(encoding), "x.csv").data.decode() == text * 20


def test_few_bytes_that_are_no_utf8() -> None:
    raw = ("é,ü,ß\n" * 20).encode() + b"caf\xe9,\x81\n"
    decoded = decode(raw, "x.csv")
    assert decoded.data.decode().endswith("café,\x81\n")
    assert decoded.encoding == "utf-8"
    assert decoded.problems[0].rows == 2


def test_line_ends_and_nul() -> None:
    assert decode(b"a\r\nb\r\n", "x").line_ends == "CRLF"
    assert decode(b"a\rb\r", "x").line_ends == "CR"
    assert decode(b"a\r\nb\nc\r", "x").line_ends == "mixed"
    nul = decode(b"a,b\n" * 50 + b"c\0,d\n", "x")
    assert b"\0" not in nul.data
    assert nul.problems[0].kind == "encoding"


def test_binary_is_refused() -> None:
    with pytest.raises(DataError, match="binary"):
        decode(bytes(range(1, 32)) * 50, "x")
    with pytest.raises(DataError, match="binary"):
        decode(b"\0\x91\0" * 500 + b"abc", "x")


def test_a_handful_of_bytes_is_no_text_of_two_bytes_a_sign() -> None:
    lines = [b"Candidate %d,CA,U.S. House,%d" % (i, i % 50) for i in range(300)]
    lines[40:42] = [b"Cristina Osme\xcc\xb1a,CA,U.S. House,4", b"Rocky Ch\xcc\xc1vez,CA,U.S. House,5"]
    assert decode(b"\n".join(lines), "t.csv").encoding == "cp1252"
    names = "\n".join(f"田中一郎{i},東京都" for i in range(60))
    assert "田中一郎0,東京都" in decode(names.encode("shift_jis"), "t.csv").data.decode("utf-8")


def test_a_row_of_another_encoding_does_not_garble_the_others() -> None:
    mixed = "id,name\n1,Cem Öz\n".encode() + "2,René\n".encode("cp1252")
    assert decode(mixed, "x").data.decode() == "id,name\n1,Cem Öz\n2,René\n"


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_four_bytes_a_sign_without_a_mark(encoding: str) -> None:
    decoded = decode("id,name\n1,Zoë\n2,李娜\n".encode(encoding), "x")
    assert (decoded.encoding, decoded.data.decode()) == (encoding, "id,name\n1,Zoë\n2,李娜\n")


def test_no_writing_is_guessed_that_stands_inside_latin_words() -> None:
    """Accents that came through two wrong code pages made the text Cyrillic: 'MЬСlaga'."""
    towns = ["M\xcc\xc1laga", "G\xcc_rtringen", "C\xcc_rdoba", "Iv\xcc\xc1n", "Montr\xcc\xa9al", "S\xcc\xa3o Paulo"]
    rows = "".join(f"{t},{i}\n" for i, t in enumerate(towns * 20))
    decoded = decode(f"town,n\n{rows}".encode("latin-1"), "f")
    assert decoded.encoding == "cp1252"
    assert decoded.confidence < 0.9
