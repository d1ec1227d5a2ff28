"""Files as they come from print-outs, mainframes, spreadsheets and hands, and what a person would read in them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

HEADER = ["id", "name", "date", "amount", "city"]
_NAMES = ["Müller", "Anna", "O'Neil", "Smith, John", "José", "Zoë", "Li", "Kim"]


def rows(count: int = 40) -> list[list[str]]:
    """Return the rows of the table that all files hold."""
    return [
        [
            str(i),
            _NAMES[i % 8],
            f"2023-{i % 12 + 1:02d}-{i % 28 + 1:02d}",
            f"{i * 37.5 + 0.25:.2f}",
            ("Berlin", "Paris", "Rome")[i % 3],
        ]
        for i in range(1, count + 1)
    ]


@dataclass(frozen=True)
class File:
    """A file, and what should be read of it: shapes by the tables' order, or the words it is refused with."""

    name: str
    content: bytes
    shapes: tuple[tuple[int, int], ...] = ((40, 5),)
    refused: str = ""
    aside: int = 0
    unreadable: int = 0
    same: bool = True
    """Whether the cells of the first table are those of the table that all files hold."""


def written(table: list[list[str]], mark: str = ",", end: str = "\n") -> str:
    """Write rows; cells with the delimiter are quoted."""

    def cell(text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if any(s in text for s in (mark, '"', "\n")) else text

    return end.join(mark.join(map(cell, r)) for r in table) + end


def _money(rows_: list[list[str]], form: str) -> list[list[str]]:
    return [[*r[:3], form.format(r[3], r[3].replace(".", ",")), r[4]] for r in rows_]


def files() -> Iterator[File]:
    """Make the corpus."""
    body = rows()
    table = [HEADER, *body]
    text = written(table)
    yield File("utf16_without_mark.csv", text.encode("utf-16-le"))
    yield File(
        "mixed_line_ends.csv", "".join(written([r])[:-1] + "\n\r\n\r"[i % 3] for i, r in enumerate(table)).encode()
    )
    yield File("nul_inside.csv", text.replace("Berlin", "Ber\0lin").encode())
    yield File("nul_at_the_end.csv", text.encode() + bytes(2000))
    yield File("ebcdic.txt", text.encode("cp500"))
    yield File(
        "open_quote_at_the_end.csv", text.encode() + b'41,"Open,2023-01-01,5.0,Rome\n', ((41, 5),), same=False
    )
    middle = written(table[:20]) + '19,"Open,2023-01-01,5.0,Rome\n' + written(table[20:])
    yield File("open_quote_in_the_middle.csv", middle.encode(), ((41, 5),), same=False)
    yield File("quotes_inside.csv", text.replace("Anna", 'Anna "Bo" X').encode(), same=False)
    yield File(
        "one_after_the_other.csv", ("\ufeff" + text + "\ufeff" + text).encode(), ((80, 5),), same=False, aside=1
    )
    formulas = [HEADER, *([f'="{r[0]}"', *r[1:]] for r in body)]
    unquoted = written(formulas).replace('"=""', '="').replace('"""', '"')
    yield File("formulas_that_keep_text.csv", unquoted.encode())
    for name, blank in (("no_break", "\u00a0"), ("narrow", "\u202f"), ("thin", "\u2009")):
        wide = [[*r[:3], f"1{blank}{int(r[0]):03d},50", r[4]] for r in body]
        yield File(f"thousands_{name}.csv", written([HEADER, *wide], ";").encode(), same=False)
    nulls = [[*r[:2], "0000-00-00" if int(r[0]) % 7 == 0 else r[2], *r[3:]] for r in body]
    yield File("dates_of_nought.csv", written([HEADER, *nulls]).encode(), same=False)
    yield File("currency_before.csv", written([HEADER, *_money(body, "${0}")]).encode())
    yield File("currency_after.csv", written([HEADER, *_money(body, "{1} €")], ";").encode())
    yield File("percent.csv", written([HEADER, *_money(body, "{0}%")]).encode())
    yield File("parentheses.csv", written([HEADER, *_money(body, "({0})")]).encode(), same=False)
    yield File("minus_behind.csv", written([HEADER, *_money(body, "{0}-")]).encode(), same=False)
    total = f"{sum(float(r[3]) for r in body):.2f}"
    yield File("totals.csv", f"{text}Total,,,{total},\n".encode(), aside=1)
    yield File("totals_without_a_word.csv", f"{text},,,{total},\n".encode(), aside=1)
    groups = [*body[:20], ["Subtotal", "", "", "1.0", ""], *body[20:], ["Subtotal", "", "", "2.0", ""]]
    yield File("subtotals.csv", written([HEADER, *groups, ["Grand total", "", "", "3.0", ""]]).encode(), aside=3)
    pages = "".join(f"Page {i}\n" + written([HEADER, *body[10 * i : 10 * i + 10]]) + "\f" for i in range(4))
    yield File("pages.csv", pages.encode(), aside=7)
    yield File("notes_below.csv", f"{text}* provisional\nSource: Office, 2023\n".encode(), aside=2)
    facts = "Report,Monthly sales\nRegion,EMEA\nDate,2023-12-31\n\n"
    yield File("facts_above.csv", (facts + text).encode(), aside=3)
    prose = "This report lists all customers, orders, and amounts.\nFor questions, call John, or the desk.\n\n"
    yield File("prose_above.csv", (prose + text).encode(), aside=2)
    yield File("units_below_the_names.csv", written([HEADER, ["", "", "", "EUR", ""], *body]).encode())
    yield File("groups_above_the_names.csv", written([["Who", "", "", "What", ""], *table]).encode())
    yield File(
        "rows_in_quotes.csv", "".join('"' + written([r])[:-1].replace('"', '""') + '"\n' for r in table).encode()
    )
    plain = [[c.replace(",", "") for c in r] for r in table]
    yield File("rows_in_quotes_semicolon.csv", "".join(f'"{";".join(r)}"\n' for r in plain).encode(), same=False)
    yield File("two_delimiters.csv", (written(table[:20]) + written(table[20:], ";")).encode())
    fixed = "".join(f"{a:<5}{b:<15}{c:<12}{d:>10}  {e}\n" for a, b, c, d, e in table)
    yield File("fixed_width.txt", fixed.encode())
    ruled = [[f"{a:<5}{b:<14}{c:<12}{d:<10}{e}" for a, b, c, d, e in t] for t in (table[:1], table[1:])]
    lines = [*ruled[0], "---- ------------- ----------- --------- ------", *ruled[1], "", "(40 rows affected)", ""]
    yield File("printed_by_a_database.txt", "\n".join(lines).encode(), aside=1)
    markdown = [f"| {' | '.join(r)} |\n" for r in (HEADER, ["---"] * 5, *body)]
    yield File("markdown.txt", "".join(markdown).encode())
    short = [*((f"C{i}", f"Label {i}") for i in range(6)), *[("", "")] * 34]
    beside = [[*HEADER, "", "code", "label"], *([*r, "", *s] for r, s in zip(body, short, strict=True))]
    yield File("side_by_side.csv", written(beside).encode(), ((40, 5), (6, 2)))
    orders = [["order", "customer", "total"], *([str(i), str(i % 10), f"{i}.5"] for i in range(15))]
    stacked = f"Customers\n{text}\nOrders\n{written(orders)}"
    yield File("one_below_the_other.csv", stacked.encode(), ((40, 5), (15, 3)), aside=1)
    yield File("only_a_header.csv", b"id,name\n", ((0, 2),), same=False)
    yield File("blank.csv", b"\n  \n\n", refused="empty")
    yield File(
        "dump.sql.csv", b"-- dump\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n", refused="SQL script"
    )
    yield File("twice.csv.gz", gzip.compress(gzip.compress(text.encode())))
    yield File("cut.csv.gz", gzip.compress(text.encode() * 50)[:-99], refused="ends too early")
    yield from _texts()
    yield from _signs(table)
    yield from _drawn(plain)
    yield from _archives(text)
    yield from _json(body)


def _texts() -> Iterator[File]:
    """Yield texts that are no tables, though they have commas, bullets and runs of blanks."""
    terms = [
        "1. Subject to the terms, and conditions, of this licence, each contributor grants you",
        "   a perpetual, worldwide, non-exclusive (or other) licence, free of charge, to use,",
        "   copy,  modify, and distribute the work, and derivative works, in source form.",
        "",
        '2. THE WORK IS PROVIDED "AS IS", WITHOUT WARRANTY, OF ANY KIND, EXPRESS OR IMPLIED.',
        "   In no event shall the authors, or holders of rights, be liable for any claim.",
    ]
    yield File("terms.txt", "\n".join(terms * 4).encode(), ((20, 1),), same=False)
    said = [
        "Mend the reader of files, again",
        "Say more",
        "Read a file whose name is longer than others, and faster",
    ]
    news = "\n".join(f"Release 1.{i}\n  * {said[i % 3]}\n  * {said[i % 2]} ({i})" for i in range(20))
    yield File("news.txt", news.encode(), ((59, 1),), same=False)


def _signs(table: list[list[str]]) -> Iterator[File]:
    """Yield files whose delimiters, line ends, quotes, edges or remarks are others than usual."""
    plain = [[c.replace(",", " ") for c in r] for r in table]
    lines = [",".join(r) for r in plain]
    for name, end in (("records", "\x1e"), ("form_feeds", "\x0c"), ("nel", "\x85"), ("separators", "\u2028")):
        yield File(f"lines_end_with_{name}.csv", end.join([*lines, ""]).encode(), same=False)
    for name, mark in (("units", "\x1f"), ("groups", "\x1d"), ("bullets", "•"), ("wide_commas", "，")):
        yield File(f"delimited_by_{name}.csv", "\n".join(map(mark.join, table)).encode())
    yield File("units_and_records.txt", "\x1e".join(map("\x1f".join, table)).encode())
    for name, (a, b) in {"curly": "“”", "low": "„“", "angled": "«»", "back": "``"}.items():
        yield File(f"quotes_{name}.csv", "\n".join(",".join(a + c + b for c in r) for r in table).encode())
    some = [[f"“{c}”" if "," in c else c for c in r] for r in table]
    yield File("quotes_curly_where_needed.csv", "\n".join(map(",".join, some)).encode())
    for name, left, right in (("frame", [""] * 2, [""]), ("left", [""], [])):
        framed = "\n".join(",".join([*left, *r, *right]) for r in plain)
        yield File(f"blank_columns_{name}.csv", framed.encode(), same=False)
    for name, sign in (("hashes", "#"), ("percents", "%"), ("slashes", "//")):
        remarks = f"{sign} exported, by, a, tool, daily\n{sign} no units\n"
        yield File(f"remarks_{name}.csv", (remarks + written(table)).encode(), aside=2)
    marked = ";first;last;city\nx;Anna;Smith;Rome\ny;Bob;Jones;Paris\nz;Cy;Young;Oslo\n"
    yield File("header_begins_with_delimiter.csv", marked.encode(), ((3, 4),), same=False)
    yield File("header_begins_with_hash.csv", marked.replace(";f", "# id;f", 1).encode(), ((3, 4),), same=False)
    wide = [["run", *(f"b{i}" for i in range(20))], *([str(i)] * 21 for i in range(30))]
    both = "\n".join([*lines, *map(",".join, wide)]).replace("id,name", "run,name")
    yield File("wider_below.csv", both.encode(), ((40, 5), (30, 21)), same=False)
    yield File("averages.csv", (written(table) + "Average,,,5.0,\n").encode(), aside=1)
    odd = b"id,name,age\n1101,John\n1102,Peter,27,England\n"
    yield File("few_and_none_whole.csv", odd, ((1, 3),), same=False, unreadable=1)
    yield File("only_delimiters.csv", b",,,\n,,,\n", refused="no letter and no digit")
    moments = "at\n" + "".join(f"{i % 28 + 1:02d}/12/2020 10:00:00 PM +02:00\n" for i in range(30))
    yield File("moments.csv", moments.encode(), ((30, 1),), same=False)
    yield File("lost_line_ends.csv", b"lorem, ipsum " * 150_000, refused="150,001 fields")
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"
    yield File("pointer.csv", pointer, refused="pointer of Git LFS")


def _drawn(plain: list[list[str]]) -> Iterator[File]:
    """Yield tables drawn with lines, as databases and terminals print them."""
    widths = [max(len(r[i]) for r in plain) for i in range(5)]
    head, *body = [[c.ljust(w) for c, w in zip(r, widths, strict=True)] for r in plain]
    line = "+".join(["", *("-" * (w + 2) for w in widths), ""])
    rows_ = [f"| {' | '.join(r)} |" for r in body]
    top = [line, f"| {' | '.join(head)} |"]
    yield File("drawn_by_mysql.txt", "\n".join([*top, line, *rows_, line]).encode(), same=False)
    grid = [*top, line.replace("-", "="), *(s for r in rows_ for s in (r, line))]
    yield File("drawn_grid.txt", "\n".join(grid).encode(), same=False)
    box = [line.translate(str.maketrans("-+", s)) for s in ("─┬", "─┼", "─┴")]
    bars = [r.replace("|", "│") for r in (top[1], *rows_)]
    drawn = [f"┌{box[0][1:-1]}┐", bars[0], f"├{box[1][1:-1]}┤", *bars[1:], f"└{box[2][1:-1]}┘"]
    yield File("drawn_box.txt", "\n".join(drawn).encode(), same=False)
    psql = [" | ".join(head), line.strip("+"), *map(" | ".join, body), "(40 rows)"]
    yield File("drawn_by_psql.txt", "\n".join(psql).encode(), same=False, aside=1)
    rule = " ".join("=" * w for w in widths)
    rst = [rule, " ".join(head), rule, *map(" ".join, body), rule]
    yield File("drawn_by_rst.txt", "\n".join(rst).encode(), same=False)


def _archives(text: str) -> Iterator[File]:
    for name, members, kept, refused in (
        ("leaves.zip", {"../../evil.csv": text, "good.csv": text}, ((40, 5),), ""),
        ("leaves_only.zip", {"/etc/evil.csv": text}, (), "leaves the archive"),
        ("bomb.zip", {"bomb.csv": "0" * 300_000_000}, (), "far more than it holds"),
    ):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        yield File(name, buffer.getvalue(), kept, refused)


def _json(body: list[list[str]]) -> Iterator[File]:
    records = [dict(zip(HEADER, r, strict=True)) for r in body]
    text = json.dumps(records)
    yield File("mark.json", b"\xef\xbb\xbf" + text.encode())
    yield File("commas_too_many.json", text.replace("}", ",}").replace("]", ",]").encode())
    yield File("one_after_the_other.json", "".join(map(json.dumps, records)).encode())
    yield File("on_several_lines.json", "\n".join(json.dumps(r, indent=1) for r in records).encode())
    yield File("lines_with_commas.jsonl", ",\n".join(map(json.dumps, records)).encode())
    yield File("lines_of_arrays.json", "\n".join(map(json.dumps, [HEADER, *body])).encode())
    yield File("by_row.json", json.dumps({f"k{r['id']}": r for r in records}).encode(), ((40, 6),), same=False)
    yield File("by_column.json", json.dumps({c: [r[c] for r in records] for c in HEADER}).encode())
    indexed = {c: {str(i): r[c] for i, r in enumerate(records)} for c in HEADER}
    yield File("by_column_and_row.json", json.dumps(indexed).encode())
    yield File("split.json", json.dumps({"columns": HEADER, "index": list(range(40)), "data": body}).encode())
    portal = {"meta": {"view": {"columns": [{"name": c} for c in HEADER]}}, "data": body}
    yield File("portal.json", json.dumps(portal).encode())
    api = {"help": "x", "result": {"fields": [{"id": c} for c in HEADER], "records": records, "total": 40}}
    yield File("api.json", json.dumps(api).encode())
    both = {"people": records, "places": [{"city": "Rome"}, {"city": "Paris"}]}
    yield File("two_tables.json", json.dumps(both).encode(), ((40, 5), (2, 1)))
    halves = json.dumps(records[:20]) + json.dumps(records[20:])
    yield File("lists_one_after_the_other.json", halves.encode())
    yield File("half_a_sign.json", b'[{"a\\udfaa": 1, "b": "\\ud800"}, {"b": "x"}]', ((2, 2),), same=False)
    deep = b'{"a":' * 900 + b"1" + b"}" * 900 + b"\n"
    yield File("deep.jsonl", deep * 700, ((700, 1),), same=False)
    yield File("open.json", b'"' + b"a" * 3_000_000, refused="not valid JSON")
    signs = json.dumps([{"a": "x\u2028y\u2028z\x0cw\x0c", "b": 1}], ensure_ascii=False).encode()
    yield File("line_separators_inside.json", signs, ((1, 2),), same=False)
    yield File("number.json", b"5", refused="no rows")
    yield File("cut.json", text[:-9].encode(), refused="not valid JSON (line 1)")
    yield File("python.json", b"[{'a': 1}]", ((1, 1),), same=False)
