"""No personal value stands raw in any file of a run, wherever in the drop it stood; and a run says so where one
does."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest

from discovery.artifacts import AuditResult
from discovery.audit.semantics.national import SCHEMES
from discovery.masking import PersonalValues, leaks

ROWS = 400
AGENTS = [
    "Anna Maier", "John Smith", "Peter Weber", "Maria Garcia", "Laura Jones", "Thomas Becker", "Emma Taylor",
    "Robert Miller",
]  # fmt: skip
BSN = next(s for s in SCHEMES if s.name == "Dutch BSN")
SYLLABLES = ("ka", "lo", "mir", "ush", "ebe", "qua", "tor", "ny", "zil", "dra", "vo", "pex")


def planted() -> dict[str, list[str]]:
    """A table with personal values where nobody looks for them."""
    random = Random(5)

    def unknown() -> str:
        return "".join(random.choice(SYLLABLES) for _ in range(3)).capitalize()

    bsn = [n for n in (str(x) for x in range(123456789, 124456789, 7)) if BSN.holds(n)][:ROWS]
    columns: dict[str, list[str]] = {
        "amount": [f"{random.gauss(100, 20):.2f}" for _ in range(ROWS)],
        "seen": [str(date(2023, 1, 1) + timedelta(days=random.randrange(500))) for _ in range(ROWS)],
        "remark": [f"The parcel came {i % 9} days late and the box was open" for i in range(ROWS)],
        "contact": [f"user{i}.x@mail{i % 7}.example" if i % 3 else f"branch {i}" for i in range(ROWS)],
        "licence_plate": [f"{unknown()[:2].upper()}-{random.randrange(100, 999)}-QZ{i % 9}" for i in range(ROWS)],
        "c1": [random.choice(AGENTS) for _ in range(ROWS)],
        "c2": [str(date(1945, 1, 1) + timedelta(days=random.randrange(20000))) for _ in range(ROWS)],
        "c3": bsn,
        "c4": [f"{unknown()} {unknown()}weg {random.randrange(1, 200)}, {random.randrange(10000, 99999)} Ulm"
               for _ in range(ROWS)],
        "passenger_full_name": [f"{unknown()} {unknown()} Smith" for _ in range(ROWS)],
        "surname": [unknown() for _ in range(ROWS)],
        "status": [random.choice(["open", "closed"]) for _ in range(ROWS)],
    }  # fmt: skip
    for row in range(5):
        columns["amount"][40 * row + 3] = f"+49 151 234{row}678"
        columns["seen"][40 * row + 5] = f"late.{row}@post.example"
        columns["status"][40 * row + 6] = f"ask +44 7911 12345{row}"
    for row in range(0, ROWS, 20):
        columns["remark"][row] += f", said Mrs. {unknown()}berg, BSN {bsn[row]}, write to note{row}@desk.example"
    return columns


def secrets(columns: dict[str, list[str]]) -> set[str]:
    """What must stand in no file of the run."""
    found = {v for name in ("licence_plate", "c1", "c4", "passenger_full_name") for v in columns[name]}
    found |= {v for v in columns["surname"] if len(v) >= 7}
    found |= set(columns["c2"]) - set(columns["seen"])
    found |= set(columns["c3"])
    for name in ("contact", "amount", "seen", "remark", "status"):
        found |= {w.strip(",") for v in columns[name] for w in v.split() if "@" in w}
    found |= {v.removeprefix("ask ") for name in ("amount", "status") for v in columns[name] if "+4" in v}
    return found | {w.strip(",") for v in columns["remark"] for w in v.split() if w.strip(",").endswith("berg")}


def texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file, of archives and Parquet what they hold."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            yield path.name, "\n".join(map(str, pl.read_parquet(path).rows()))
        elif path.is_file() and zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                yield from (
                    (f"{path.name}/{n}", archive.read(n).decode("utf-8", "replace")) for n in archive.namelist()
                )
        elif path.is_file():
            text = path.read_bytes().decode("utf-8", "replace")
            yield path.name, json.dumps(json.loads(text), ensure_ascii=False) if path.suffix == ".json" else text


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]], str]:
    """The run directory of an audit of the planted table, the table, and what was printed."""
    folder = tmp_path_factory.mktemp("leaks")
    columns = planted()
    with (folder / "cases.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    command = [sys.executable, "-m", "discovery", "audit", str(folder / "cases.csv"), "--out", str(folder / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return folder / "run", columns, done.stdout + done.stderr


def test_no_planted_value_stands_in_a_file_or_on_the_terminal(
    audited: tuple[Path, dict[str, list[str]], str],
) -> None:
    folder, columns, printed = audited
    hidden = secrets(columns)
    assert len(hidden) > 5 * ROWS
    raw = {(name, v) for name, text in [*texts(folder), ("terminal", printed)] for v in hidden if v in text}
    assert not raw


def test_what_is_hidden_is_told(audited: tuple[Path, dict[str, list[str]], str]) -> None:
    folder, _, _ = audited
    told = {c for f in AuditResult.read(folder / "audit.json").select(kind="pii") for c in f.columns}
    assert told >= {
        "amount", "seen", "remark", "contact", "licence_plate", "c1", "c3", "c4", "passenger_full_name", "surname",
    }  # fmt: skip
    assert json.loads((folder / "run.json").read_text("utf-8"))["warnings"] == []


def test_long_numbers_of_each_row_are_told_by_their_size_only(tmp_path: Path) -> None:
    numbers = [987654321 + 7919 * i for i in range(300)]
    (tmp_path / "t.csv").write_text("a,b\n" + "\n".join(f"{n},{i % 7}" for i, n in enumerate(numbers)), "utf-8")
    command = [sys.executable, "-m", "discovery", "audit", str(tmp_path / "t.csv"), "--out", str(tmp_path / "run")]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    stored = "".join(t for n, t in texts(tmp_path / "run") if n in {"t.json", "audit.json", "columns.csv"})
    sketch = json.loads((tmp_path / "run" / "sketch" / "t.json").read_text("utf-8"))
    assert len(sketch["columns"][0]["quantiles"]) == 41
    assert not set(sketch["columns"][0]["quantiles"]) & {float(n) for n in numbers}
    assert sum(str(n) in stored for n in numbers) <= 3


def test_shapes_are_found_in_any_file_though_nobody_knows_them(tmp_path: Path) -> None:
    (tmp_path / "audit.json").write_text('{"a": "write to un\\u006bnown@nowhere.example"}', "utf-8")
    (tmp_path / "week1.html").write_text("<p>DE89 3704 0044 0532 0130 00</p>\n<p>4111 1111 1111 1111</p>", "utf-8")
    (tmp_path / "notes.md").write_text("Ask owner@client.example, order 4111 1111 1111 1112", "utf-8")
    with zipfile.ZipFile(tmp_path / "week1.xlsx", "w") as book:
        book.writestr("xl/sharedStrings.xml", "<t>cell@sheet.example</t>")
    pl.DataFrame({"t": ["row@kept.example"], "n": [1]}).write_parquet(tmp_path / "rows.parquet")
    (tmp_path / "broken.zip").write_text("no archive", "utf-8")
    (tmp_path / "broken.parquet").write_text("no parquet", "utf-8")
    found = leaks([tmp_path], PersonalValues(), allowed=["owner: owner@client.example"])
    assert [(f.path.name, f.line, f.semantic) for f in found] == [
        ("audit.json", 1, "email"),
        ("rows.parquet", 1, "email"),
        ("week1.html", 1, "iban"),
        ("week1.html", 2, "card"),
        ("week1.xlsx", 1, "email"),
    ]
