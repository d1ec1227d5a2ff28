"""Files as programs export them: surveys, banks, databases, statistics offices, loggers, and shells."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from malformed import HEADER, File, rows, written


def _lines(mark: str, table: list[list[str]]) -> str:
    return "".join(mark.join(r) + "\n" for r in table)


def _printed(table: list[list[str]]) -> tuple[str, list[str]]:
    head, *lines = [f"{a:>4} {b:<14} {c:<12} {d:>9} {e:<8}".rstrip() for a, b, c, d, e in table]
    return f"{head}\n---- -------------- ------------ --------- --------\n", [f"{line}\n" for line in lines]


def exports() -> Iterator[File]:
    """Make the corpus: the table of ``malformed``, as other programs write it."""
    body = rows()
    table = [HEADER, *body]
    text = written(table)
    plain = [[c.replace(",", "") for c in r] for r in table]
    questions = ["Id", "Your name?\n(in full)", "Date of visit", "Amount paid", "City you live in"]
    imports = [f'{{"ImportId":"QID{i}"}}' for i in range(5)]
    yield File("three_rows_of_a_survey.csv", written([HEADER, questions, imports, *body]).encode())
    answers = [["id", "name", "date", "Paid and place", ""], ["", "", "Response", "amount", "city"]]
    yield File("two_rows_of_a_survey.csv", written([*answers, *body]).encode())
    years = [["id", "name", "2021", "2022", "2023", ""], *([r[0], r[1], "5", "6", "7", ""] for r in body)]
    preamble = '"Data Source","Indicators",\n\n"Last Updated","2024-05-30",\n\n'
    yield File(
        "years_and_a_delimiter_behind.csv", (preamble + written(years)).encode(), ((40, 6),), same=False, aside=2
    )
    bank = '"Account:";"DE12 / Giro";\n\n"From:";"01.01.2023";\n"To:";"31.03.2023";\n\n'
    yield File(
        "bank.csv", (bank + _lines(";", [[*r, ""] for r in plain])).encode(), ((40, 6),), same=False, aside=3
    )
    yield File("balance_below.csv", f"{text},,,,\nClosing balance,,,99.5,\n".encode(), aside=2)
    sides = [[*r[:3], f"{r[3]} {'CR' if int(r[0]) % 3 else 'DR'}", r[4]] for r in body]
    yield File("credit_and_debit.csv", written([HEADER, *sides]).encode(), same=False)
    parts = [[*r[:4], r[4]] for r in sorted(body, key=lambda r: r[4])]
    grouped: list[list[str]] = []
    for before, row in zip([None, *parts], [*parts, None], strict=True):
        if before and (row is None or row[4] != before[4]):
            grouped.append([f"{before[4]} Total", "", "", "7.0", ""])
        grouped += [row] if row else []
    yield File("totals_of_parts.csv", written([HEADER, *grouped]).encode(), same=False, aside=3)
    yield from _with_ends(table, text)
    head, lines = _printed(plain)
    spool = ["SQL> SELECT id, name, date, amount, city FROM t;\n\n", head, *lines[:20], "\n", head, *lines[20:]]
    yield File("spool.txt", "".join([*spool, "\n40 rows selected.\n"]).encode(), same=False, aside=2)
    pages = [
        f"\fACME CORP    LIST OF ALL      PAGE {n}\nRUN DATE 03/01/24\n\n{head}"
        + "".join([*lines[20 * n : 20 * n + 20], "\n"])
        for n in range(2)
    ]
    yield File("report.txt", "".join(pages).encode(), same=False, aside=2)
    yield File(
        "tabs_under_page_heads.txt",
        "".join(
            f"List\tUnit 7\tPage {i}\n\n{_lines(chr(9), [HEADER, *body[20 * i : 20 * i + 20]])}\n" for i in range(2)
        ).encode(),
        aside=3,
    )
    expanded = "".join(
        f"-[ RECORD {r[0]} ]-----\n" + "".join(f"{n:<7}| {c}\n" for n, c in zip(HEADER, r, strict=True))
        for r in body
    )
    yield File("one_field_a_line.txt", expanded.encode())
    starred = "".join(
        f"*********** {r[0]}. row ***********\n" + "".join(f"{n:>7}: {c}\n" for n, c in zip(HEADER, r, strict=True))
        for r in body
    )
    yield File("starred.txt", starred.encode())
    boxed = [
        "│ " + " │ ".join(f"{c:^14}" for c in r) + " │"
        for r in (HEADER, ["int32", "varchar", "date", "double", "text"])
    ]
    boxed += [
        "├" + "┼".join(["─" * 16] * 5) + "┤",
        *("│ " + " │ ".join(f"{c:>14}" for c in r) + " │" for r in body),
    ]
    box = "\n".join(["┌" + "┬".join(["─" * 16] * 5) + "┐", *boxed, "└" + "┴".join(["─" * 16] * 5) + "┘", ""])
    yield File("box_with_types.txt", box.encode())
    facts = "Link: https://example.org/series\nUnits: percent\n\nday        rate\n"
    yield File(
        "facts_of_two_words.txt",
        (facts + "".join(f"{r[2]} {r[3]}\n" for r in body)).encode(),
        ((40, 2),),
        same=False,
        aside=2,
    )
    joined = [["geo,unit", "2021", "2022"], *([f"{r[4]},PC", f"{r[3]} ", ": "] for r in body)]
    yield File("commas_between_tabs.tsv", _lines("\t", joined).encode(), ((40, 3),), same=False)
    yield File("facts_only.txt", b"host=db1\nport=5432\nuser=app\ntimeout=30\n", ((4, 2),), same=False)
    glued = "".join(
        f"{int(r[0]):06d}{r[1].replace(', ', '')}  {r[2].replace('-', '')}{int(r[0]):08d}A\n" for r in body
    )
    yield File("first_row_like_the_others.txt", glued.encode(), ((40, 2),), same=False)
    for name, mark in (
        ("dollar", "$"),
        ("at", "@"),
        ("percent", "%"),
        ("caret_pipe", "^|^"),
        ("hash_comma", "#,#"),
    ):
        yield File(f"between_{name}.txt", _lines(mark, plain).encode(), same=False)
    broken = "".join(";".join(r).replace("Li;", "L\ni;") + "\n" for r in plain)
    yield File("broken_in_two.csv", broken.encode(), same=False)
    inches = [[r[0], f'"{r[1]} 24" x"' if int(r[0]) % 4 == 1 else f'"{r[1]}"', *r[2:]] for r in plain[1:]]
    yield File("inches.csv", _lines(",", [HEADER, *inches]).encode(), same=False)
    mark = "".join(f"{line}\n" for line in ["<<<<<<< HEAD", "=======", ">>>>>>> other"])
    yield File("not_merged.csv", (written(table[:20]) + mark + written(table[20:])).encode(), aside=3)
    yield File("data.arff", b"@RELATION x\n\n@ATTRIBUTE a NUMERIC\n@DATA\n1\n2\n", refused="ARFF")
    yield File("table.tex", b"\\begin{tabular}{lr}\na & b \\\\\n1 & 2 \\\\\n\\end{tabular}\n", refused="LaTeX")
    mine = [["Stadt", "Straße"], *([c, f"Königsallee {i}"] for i, c in enumerate(["Köln", "Ulm", "Bonn"] * 15))]
    for encoding in ("mac_roman", "cp850", "utf-7"):
        yield File(f"koeln_{encoding}.csv", _lines(";", mine).encode(encoding), ((45, 2),), same=False)
    cities = [
        ["Номер", "Город"],
        *([str(i), c] for i, c in enumerate(["Москва", "Казань", "Нижний Новгород"] * 15)),
    ]
    yield File("moskva.csv", _lines(";", cities).encode("mac_cyrillic"), ((45, 2),), same=False)
    towns = [["编号", "城市"], *([str(i), c] for i, c in enumerate(["北京", "上海", "广州"] * 15))]
    yield File("beijing.csv", _lines(",", towns).encode("hz"), ((45, 2),), same=False)
    signs = "".join("\x14".join(f"þ{c}þ" for c in r) + "\n" for r in table)
    yield File("load_file.dat", signs.encode("utf-8"), same=False)
    yield File("between_wide_semicolons.csv", _lines("；", plain).encode(), same=False)
    orders = written([["order", "total"], *([str(i), str(i * 2)] for i in range(12))])
    yield File("sections.csv", f"[People]\n{text}[Orders]\n{orders}".encode(), ((40, 5), (12, 2)), aside=1)
    yield from _json(body)
    yield from _workbooks(body)


def _with_ends(table: list[list[str]], text: str) -> Iterator[File]:
    """Totals, means and results below or between the rows, and what else stands around them."""
    total = f"{sum(float(r[3]) for r in table[1:]):.2f}"
    means = f"{text}Summe,,2023-01-01,{total},x\nDurchschnitt,,2023-01-01,5.0,x\n"
    yield File("means_below_totals.csv", means.encode(), aside=2)
    yield File("ruled_total.csv", f"{text},,,====,\n,,,{total},\n".encode(), aside=2)
    pairs = "".join(f"{r[2]},{int(r[0]) * 10}\n" for r in table[1:])
    yield File("total_of_two.csv", f"day,users\n{pairs},8200\n".encode(), ((40, 2),), same=False, aside=1)
    rows_ = [[f"CC{i // 5}" if i % 5 == 0 else "", f"4{i % 5:03d}", str(i)] for i in range(40)]
    results = [
        row for i, r in enumerate(rows_) for row in ([r, [f"CC{i // 5} Result", "", "9"]] if i % 5 == 4 else [r])
    ]
    report = written([["Cost center", "Account", "Amount"], *results, ["Overall Result", "", "99"]])
    yield File("results.csv", report.encode(), ((40, 3),), same=False, aside=9)
    formats = "\t".join(["5s", "15s", "20d", "14n", "10s"])
    tabs = _lines("\t", table).replace("\n", f"\n{formats}\n", 1)
    yield File("formats_below_the_names.tsv", f"# agency\n# retrieved\n{tabs}".encode(), aside=2)
    labels = ["Number of\nthe case", "Name in full", "Day", "Sum paid", "Town"]
    yield File("labels_below_the_names.csv", written([table[0], labels, *table[1:]]).encode(), same=False)
    index = [["", *"aabb"], ["", "sum", "mean", "sum", "mean"], ["region", "", "", "", ""]]
    yield File("index_name.csv", written([*index, *([r[1], *"1234"] for r in table[1:])]).encode(), same=False)


def _json(body: list[list[str]]) -> Iterator[File]:
    records = [dict(zip(HEADER, [int(r[0]), r[1], r[2], float(r[3]), r[4]], strict=True)) for r in body]
    text = json.dumps(records, ensure_ascii=False)
    yield File("call.json", f"callback({text});".encode())
    yield File("script.json", f"// made by hand\nvar data = {text};\n".encode())
    yield File("python.json", repr(records).encode())
    yield File("separators.json", "".join(f"\x1e{json.dumps(r)}\n" for r in records).encode())
    shell = "".join(
        f'{{ id: NumberLong({r["id"]}), name: {json.dumps(r["name"])}, date: ISODate("{r["date"]}"), '
        f"amount: {r['amount']}, city: '{r['city']}' }}\n"
        for r in records
    )
    yield File("shell.json", shell.encode())
    extended = [
        {
            **r,
            "id": {"$numberInt": str(r["id"])},
            "amount": {"$numberDouble": str(r["amount"])},
            "date": {"$date": r["date"]},
        }
        for r in records
    ]
    yield File("extended.json", json.dumps(extended).encode())
    mixed = [records[0], None, "oops", *records[1:], 5]
    yield File("lone_values.json", json.dumps(mixed).encode(), aside=0, unreadable=3)
    yield File("lone_values.jsonl", "".join(f"{json.dumps(m)}\n" for m in mixed).encode(), unreadable=3)
    few = {f"-N{r['id']}": {k: v for k, v in r.items() if k != "city" or r["id"] % 3} for r in records}
    yield File("by_key_below_a_name.json", json.dumps({"people": few}).encode(), ((40, 6),), same=False)
    yield File("hostile.json", b"[" + b"/*" * 200_000, refused="not valid JSON")


def _workbooks(body: list[list[str]]) -> Iterator[File]:
    import xlsxwriter

    def book(name: str, fill: object, **expected: object) -> File:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
            fill(made, made.add_worksheet("S"))  # type: ignore[operator]
        return File(name, out.getvalue(), **expected)  # type: ignore[arg-type]

    def table(sheet: object, top: int = 0) -> None:
        for i, row in enumerate([HEADER, *body]):
            sheet.write_row(top + i, 0, [int(row[0]), row[1], row[2], float(row[3]), row[4]] if i else row)  # type: ignore[attr-defined]

    def notes(_: object, sheet: object) -> None:
        table(sheet)
        sheet.write(1, 7, "Amounts in kEUR")  # type: ignore[attr-defined]
        sheet.write(5, 7, "ask finance")  # type: ignore[attr-defined]

    def below(_: object, sheet: object) -> None:
        table(sheet)
        for i, row in enumerate([["Rates"], ["code", "rate"], *([f"K{k}", k / 10] for k in range(6))]):
            sheet.write_row(44 + i, 0, row)  # type: ignore[attr-defined]

    def years(_: object, sheet: object) -> None:
        sheet.merge_range(0, 1, 0, 2, "Sales")  # type: ignore[attr-defined]
        sheet.merge_range(0, 3, 0, 4, "Costs")  # type: ignore[attr-defined]
        sheet.merge_range(0, 0, 1, 0, "Region")  # type: ignore[attr-defined]
        sheet.write_row(1, 1, ["2022", "2023", "2022", "2023"])  # type: ignore[attr-defined]
        for i, row in enumerate(body):
            sheet.write_row(2 + i, 0, [row[4], i, i + 1, i + 2, i + 3])  # type: ignore[attr-defined]

    def letter(_: object, sheet: object) -> None:
        sheet.write_row(0, 0, ["ACME", "", "", "", "", "Confidential"])  # type: ignore[attr-defined]
        sheet.write_row(2, 0, ["Report date:", "2024-03-01"])  # type: ignore[attr-defined]
        table(sheet, 4)

    yield book("letterhead.xlsx", letter, shapes=((40, 6),), aside=2)
    yield book("notes_beside.xlsx", notes, aside=2)
    yield book("another_below_its_title.xlsx", below, shapes=((40, 5), (6, 2)))
    yield book("years_below_groups.xlsx", years, same=False)
