"""A corpus of polluted files in the manner of the Pollock benchmark.

G. Vitagliano, M. Hameed, L. Jiang, L. Reisener, E. Wu, F. Naumann, "Pollock: A Data Loading Benchmark",
PVLDB 16(8), 2023: one clean table, and one file for each way in which CSV files of the wild differ from it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

HEADER = ["DATE", "TIME", "Qty", "PRODUCTID", "Price", "ProductType", "ProductDescription", "URL", "Comments"]
_KINDS = ("book", "garden tool", "toy", "small appliance")
_WORDS = (
    "Jardin",
    "Große Vase",
    "Coffee, ground",
    'The "best" one',
    "Lamp; blue",
    "Plain",
    "Tea|pot",
    "Rouge à lèvres",
)


def rows(count: int = 60) -> list[list[str]]:
    """Return the rows of the clean table: dates, times, numbers, texts that hold delimiters and quotes, gaps."""
    return [
        [
            f"2018-{i % 12 + 1:02d}-{i % 28 + 1:02d}",
            f"{i % 24:02d}:{i * 7 % 60:02d}",
            str(i % 9 + 1),
            f"P-{1000 + i}",
            f"{(i * 37) % 500 + 0.99:.2f}",
            _KINDS[i % 4],
            _WORDS[i % 8] + f" {i}",
            f"https://shop.example/item/{i}",
            "" if i % 3 else f"Bought by customer {i}, paid at once",
        ]
        for i in range(count)
    ]


@dataclass(frozen=True)
class Polluted:
    """A file, and what a person would read from it."""

    name: str
    content: bytes
    rows: int = 60
    columns: int = 9
    header: tuple[str, ...] | None = tuple(HEADER)
    cells: bool = True
    aside: int = 0
    tables: int = 1
    ending: str = "csv"


def write(
    table: list[list[str]],
    delimiter: str = ",",
    quote: str = '"',
    escape: str | None = None,
    end: str = "\n",
    always: bool = False,
) -> str:
    """Write rows under a dialect; ``escape`` None doubles the quotes."""

    def cell(text: str) -> str:
        if not quote:
            return text
        must = always or any(s in text for s in (delimiter, quote, "\n", "\r"))
        inner = text.replace(quote, (escape + quote) if escape else quote * 2)
        return f"{quote}{inner}{quote}" if must else text

    return end.join(delimiter.join(cell(c) for c in row) for row in table) + end


def clean(table: list[list[str]], *signs: str) -> list[list[str]]:
    """Return the table without the given signs in it."""
    out = []
    for row in table:
        cells = row
        for sign in signs:
            cells = [c.replace(sign, "") for c in cells]
        out.append(cells)
    return out


def corpus() -> Iterator[Polluted]:
    """Yield every polluted file."""
    yield from _dialects()
    yield from _encodings()
    yield from _ends()
    yield from _headers()
    yield from _frames()
    yield from _ragged()
    yield from _several()
    yield from _late()
    yield from _long_headers()


def _late() -> Iterator[Polluted]:
    """Yield files whose oddity comes after what a reader samples, or hides from its pattern."""
    plain = [["name", "year", "value"], *([f"Land {i}", str(1950 + i % 50), f"{i}.25"] for i in range(400))]
    plain += [["Congo, Dem. Rep.", "1952", "1.5"], ["Yemen, Rep.", "1953", "2.5"]]
    yield Polluted("quotes_late", write(plain).encode(), 402, 3, ("name", "year", "value"), cells=False)
    full = [HEADER, *rows()]
    nul = write(full).replace('""', '\0"').encode()
    yield Polluted("escape_nul", nul)
    own = [[c.replace("One", "one's").replace("Coffee, ", "Don't, ") for c in r] for r in full]
    loose = "\n".join(",".join(f"'{c}'" if "," in c or "'" in c else c for c in r) for r in own) + "\n"
    yield Polluted("quote_single_unescaped", loose.encode(), cells=False)
    two = [["Created as new, sample 22 by the analyst, on Saturday"], ["cm-1", "%T"]]
    two += [[f"{4000 - i}.00", f"{90 + i % 9}.78"] for i in range(60)]
    yield Polluted("title_of_pieces", "\n".join(map(",".join, two)).encode(), 60, 2, ("cm-1", "%T"), False, 1)
    pair = [
        ["Summary of travel", ""],
        ["", ""],
        ["Row Labels", "Sum"],
        *([f"Hotel {i}", f"{i}.5"] for i in range(60)),
    ]
    yield Polluted("title_of_two", write(pair).encode(), 60, 2, ("Row Labels", "Sum"), False, 2)
    blank = write([*[[""] * 9] * 3, *full, *[[""] * 9] * 40]).encode()
    yield Polluted("blank_rows_around", blank, aside=3)
    year = [["continent", "1952", "1957"], *([f"C{i}", f"{i}.25", f"{i}.75"] for i in range(60))]
    yield Polluted("header_two_years", write(year).encode(), 60, 3, ("continent", "1952", "1957"), cells=False)
    number = [[str(i) for i in range(5)], *([f"{i * k}.5" for k in range(1, 6)] for i in range(60))]
    yield Polluted("header_numbered", write(number).encode(), 60, 5, tuple("01234"), cells=False)
    prose = "It was a bright cold day in April, and the clocks were striking thirteen.\nHe went in quickly, though "
    prose += "not quickly enough to keep the dust out.\n\nThe hallway smelt of boiled cabbage and old rag mats.\n"
    yield Polluted("prose", prose.encode(), 3, 1, None, cells=False, ending="txt")


def _long_headers() -> Iterator[Polluted]:
    full = [HEADER, *rows()]
    text = write(full)
    more = [[*HEADER, "Approve", "Reject"], *rows()]
    yield Polluted(
        "header_longer", write(more).encode(), columns=11, header=(*HEADER, "Approve", "Reject"), cells=False
    )
    head = "\t".join(HEADER)
    yield Polluted("header_other_delimiter", f"{head}\n{write(rows())}".encode())
    units = [HEADER[:5], ["(d)", "(h)", "units", "code", "dollars"], *(r[:5] for r in rows())]
    extra = [[*r, *r[2:3], *r[4:5]] for r in units]
    names = (
        "DATE (d)",
        "TIME (h)",
        "Qty units",
        "PRODUCTID code",
        "Price dollars",
        "Qty units.1",
        "Price dollars.1",
    )
    yield Polluted("header_units", write(extra).encode(), columns=7, header=names, cells=False)
    groups = [["Date", "Place", "Travel", "", "", "Cost"], ["", "", "Air", "Rail", "Taxi", ""]]
    groups += [[f"0{i % 9 + 1}/04/2014", f"Town {i}", "", f"{i}.60", "", f"{i}.60"] for i in range(60)]
    parts = ("Date", "Place", "Travel Air", "Travel Rail", "Travel Taxi", "Cost")
    yield Polluted("header_two_parts", write(groups).encode(), columns=6, header=parts, cells=False)
    less = write([HEADER[:6], *(r[:6] for r in rows(30))])
    yield Polluted("two_tables_no_blank", f"{text}{less}".encode(), tables=2)
    lines = text.split("\n")
    lines[10] += ',"\n"'
    yield Polluted("row_blank_extra_cell", "\n".join(lines).encode())


def _dialects() -> Iterator[Polluted]:
    full = [HEADER, *rows()]
    yield Polluted("source", write(full).encode())
    for name, mark in {
        "semicolon": ";",
        "tab": "\t",
        "pipe": "|",
        "caret": "^",
        "tilde": "~",
        "unit": "\x1f",
    }.items():
        yield Polluted(f"delimiter_{name}", write(full, mark).encode())
    for name, mark in {"colon": ":", "space": " "}.items():
        plain = [[c.replace("https://", "").replace(":", ".") for c in row] for row in full]
        yield Polluted(f"delimiter_{name}", write(plain, mark).encode(), cells=False)
    for name, mark in {"double_pipe": "||", "comma_blank": ", "}.items():
        yield Polluted(f"delimiter_{name}", write(full, mark, always=True).encode(), cells=name != "comma_blank")
    yield Polluted("quote_single", write(full, quote="'").encode())
    yield Polluted("quote_always", write(full, always=True).encode())
    yield Polluted("quote_single_always", write(full, quote="'", always=True).encode())
    yield Polluted("quote_none", write(clean(full, ",", '"'), quote="").encode(), cells=False)
    yield Polluted("quote_none_semicolon", write(clean(full, ";", '"'), ";", quote="").encode(), cells=False)
    yield Polluted("quote_none_keeps_quotes", write(clean(full, "\t"), "\t", quote="").encode())
    yield Polluted("escape_backslash", write(full, escape="\\").encode())
    yield Polluted("escape_backslash_semicolon", write(full, ";", escape="\\", always=True).encode())
    yield Polluted(
        "escape_delimiter",
        write([[c.replace(",", "\\,") for c in r] for r in clean(full, '"')], quote="").encode(),
        cells=False,
    )
    broken = [[*r[:8], r[8].replace(", ", ",\n")] for r in full]
    yield Polluted("newline_in_quotes", write(broken).encode())
    unbalanced = write(full).replace("P-1005", '"P-1005').encode()
    yield Polluted("stray_quote", unbalanced, cells=False)
    inch = write(full).replace("garden tool", 'garden 5" tool').encode()
    yield Polluted("inch_marks", inch, cells=False)
    yield Polluted("sep_line", b"sep=;\n" + write(full, ";").encode())


def _encodings() -> Iterator[Polluted]:
    text = write([HEADER, *rows()])
    for encoding in ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"):
        yield Polluted(f"encoding_{encoding}", text.encode(encoding))
    yield Polluted("nul_bytes", text.encode().replace(b"garden tool", b"garden tool\0"))
    yield Polluted("encoding_mixed", text.encode().replace("à".encode(), b"\xe0", 1))
    yield Polluted("control_z", text.encode() + b"\x1a", cells=False)


def _ends() -> Iterator[Polluted]:
    full = [HEADER, *rows()]
    for name, end in {"cr": "\r", "crlf": "\r\n"}.items():
        yield Polluted(f"lines_{name}", write(full, end=end).encode())
    text = write(full).encode()
    yield Polluted("lines_no_last", text[:-1])
    parts = text.split(b"\n")
    yield Polluted("lines_mixed", b"".join(p + (b"\r\n" if i % 2 else b"\n") for i, p in enumerate(parts[:-1])))
    yield Polluted("lines_blank_between", text.replace(b"\n2018-03", b"\n\n2018-03"))
    yield Polluted("lines_blank_at_end", text + b"\n\n\n")
    yield Polluted("lines_blank_at_start", b"\n\n" + text)
    yield Polluted("lines_of_blanks", text.replace(b"\n2018-03", b"\n   \n2018-03"))


def _headers() -> Iterator[Polluted]:
    yield Polluted("header_none", write(rows()).encode(), header=None)
    yield Polluted("header_only", write([HEADER]).encode(), rows=0)
    twice = [*HEADER[:8], "Qty"]
    yield Polluted("header_duplicate", write([twice, *rows()]).encode(), header=(*HEADER[:8], "Qty.1"))
    blank = ["DATE", "", *HEADER[2:]]
    yield Polluted("header_blank", write([blank, *rows()]).encode(), header=("DATE", "Unnamed: 1", *HEADER[2:]))
    index = [["", *HEADER], *([str(i), *r] for i, r in enumerate(rows()))]
    yield Polluted("header_pandas_index", write(index).encode(), columns=10, header=("Unnamed: 0", *HEADER))
    unnamed = [HEADER, *([str(i), *r] for i, r in enumerate(rows()))]
    yield Polluted("header_r_index", write(unnamed).encode(), columns=10, header=("Unnamed: 0", *HEADER))
    repeated = [HEADER, *rows()[:30], HEADER, *rows()[30:]]
    yield Polluted("header_repeated", write(repeated).encode(), aside=1)
    years = ("Item", "2015", "2016", "2017", "2018")
    wide = [list(years), *([f"item {i}", *(digit + str(i) for digit in "5678")] for i in range(60))]
    yield Polluted("header_years", write(wide).encode(), columns=5, header=years, cells=False)
    padded = [[f" {h} " for h in HEADER], *rows()]
    yield Polluted("header_padded", write(padded).encode())


def _frames() -> Iterator[Polluted]:
    full = [HEADER, *rows()]
    text = write(full)
    yield Polluted("preamble_one", f"Sales of the year 2018\n{text}".encode(), aside=1)
    yield Polluted(
        "preamble_three", f"Report: sales\nCreated: 2019-01-01\nAll shops, all lines\n{text}".encode(), aside=3
    )
    yield Polluted("preamble_blank", f"Report: sales\n\n{text}".encode(), aside=1)
    yield Polluted("preamble_delimited", f"Report: sales,,,,,,,,\n,,,,,,,,\n{text}".encode(), aside=2)
    yield Polluted("preamble_hash", f"# exported by shop 2.1\n# 60 rows\n{text}".encode(), aside=2)
    yield Polluted("footer_one", f"{text}Source: shop system\n".encode(), aside=1)
    yield Polluted("footer_blank", f"{text}\n60 rows selected\n".encode(), aside=1)
    yield Polluted("footer_delimited", f"{text},,,,,,,,\nSource: shop system,,,,,,,,\n".encode(), aside=2)
    total = "Total,,300,,15000.00,,,,\n"
    yield Polluted("footer_totals", f"{text}{total}".encode(), aside=1)
    yield Polluted("both", f"Report\n{text}Source: us\n".encode(), aside=2)


def _ragged() -> Iterator[Polluted]:
    lines = write([HEADER, *rows()]).split("\n")
    long = [*lines]
    long[10] += ",extra,cells"
    yield Polluted("row_too_long", "\n".join(long).encode(), rows=59, aside=1, cells=False)
    short = [*lines]
    short[10] = "2018-10-10,09:03"
    yield Polluted("row_too_short", "\n".join(short).encode(), rows=59, aside=1, cells=False)
    trailing = [line + "," if i and line else line for i, line in enumerate(lines)]
    yield Polluted("trailing_delimiter", "\n".join(trailing).encode())
    both = [line + "," if line else line for line in lines]
    yield Polluted("trailing_delimiter_all", "\n".join(both).encode(), columns=10, header=(*HEADER, "Unnamed: 9"))
    less = [HEADER, *([*r] if r[8] else r[:8] for r in rows())]
    yield Polluted("missing_last_cells", write(less).encode())
    some = [*lines]
    some[3] += ","
    yield Polluted("row_with_empty_extra", "\n".join(some).encode())


def _several() -> Iterator[Polluted]:
    text = write([HEADER, *rows()])
    other = write([["Shop", "City", "Staff"], *([f"Shop {i}", f"Town {i}", str(i)] for i in range(8))])
    yield Polluted("two_tables", f"{text}\n{other}".encode(), tables=2)
    yield Polluted("two_tables_blank_lines", f"{text}\n\n\n{other}".encode(), tables=2)
    numbers = "value\n" + "\n".join(str(i * 1.5) for i in range(60)) + "\n"
    yield Polluted("one_column", numbers.encode(), columns=1, header=("value",), cells=False)
    words = "name\n" + "\n".join(f"Name {chr(65 + i % 26)}{i}" for i in range(60)) + "\n"
    yield Polluted("one_column_text", words.encode(), columns=1, header=("name",), cells=False)
    ws = "\n".join(f'  {i}.5   {i * 3}.   {i}\t"car {i}"' for i in range(60))
    yield Polluted("aligned_blanks", ws.encode(), columns=4, header=None, cells=False)
    films = "\n".join(f"{i}::Film: part {i} (1995)::Comedy|Drama" for i in range(60))
    yield Polluted("double_colon", films.encode(), columns=3, header=None, cells=False)
    two = "a,b\n" + "\n".join(f"{i},{i * 2}" for i in range(60))
    yield Polluted("two_columns", two.encode(), columns=2, header=("a", "b"), cells=False)
