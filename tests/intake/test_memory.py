"""What short lines and packed workbooks take of memory, and that short lines are read as longer ones are."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from discovery.intake import read_drop
from discovery.intake.cells.compact import as_text, compact_types, counted, told
from discovery.intake.text import records

MEASURE = """
import io, sys
from pathlib import Path
import polars
polars.read_csv(io.BytesIO(b"a,b\\n1,2\\n"))
import discovery.intake.text.delimited, discovery.intake.values.typing
from discovery.audit import audit_drop
from discovery.engagement import Engagement
from discovery.intake import read_drop
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
audit_drop(read_drop(Path(sys.argv[2])), Engagement(name="warm"))
before = peak()
kept = read_drop(Path(sys.argv[1]))
print(peak() - before)
audit_drop(kept, Engagement(name="measured"))
print(peak() - before)
"""
on_linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak is read from /proc")
DIGITS, LETTERS = range(48, 58), range(97, 123)
LINES = {
    "cells of a digit": [DIGITS, [44], DIGITS, [10]],
    "codes": [DIGITS, DIGITS, DIGITS, [10]],
    "words": [LETTERS, LETTERS, [10]],
    "a digit": [DIGITS, [10]],
    "a letter": [LETTERS, [10]],
}
"""The signs that each place of a line may have."""


def _peaks(path: Path, small: Path) -> list[float]:
    """Return what intake, and the audit too, take over the file, once the small one was read: without the pages of
    the libraries' own code."""
    command = [sys.executable, "-c", MEASURE, str(path), str(small)]
    done = subprocess.run(command, env=dict(os.environ), capture_output=True, text=True, check=True)
    return [int(n) / path.stat().st_size for n in done.stdout.split()]


def _table(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(0)
    columns = {f"n{i}": random.normal(50, 20, rows).round(2) for i in range(14)}
    return pl.DataFrame({**columns, "id": np.arange(rows), "city": random.choice(["Ulm", "Bonn", "Köln"], rows)})


@on_linux
@pytest.mark.parametrize("kind", LINES)
def test_short_lines_take_few_times_the_file(kind: str, tmp_path: Path) -> None:
    """Lines of two to four bytes took 27 to 50 times the file when every cell was kept as a text of its own and
    every record by several numbers. Measured are 5.6 to 9.6 times the file."""
    line = LINES[kind]
    random, rows = np.random.default_rng(0), 20_000_000 // len(line)
    signs = np.stack([random.choice(np.asarray(s, np.uint8), rows) for s in line], axis=1)
    path, small = tmp_path / "short.csv", tmp_path / "small.csv"
    path.write_bytes(b"a,b\n"[: 2 * line.count([44]) + 1].rstrip() + b"\n" + signs.tobytes())
    _table(300).write_csv(small)
    assert max(_peaks(path, small)) < 10


@on_linux
@pytest.mark.parametrize(("rows", "most"), [(10_000, 14), (50_000, 10)])
def test_workbooks_take_few_times_the_packed_file(rows: int, most: int, tmp_path: Path) -> None:
    """One of a megabyte took 18 to 21 times the file when it was read whole; now 8 to 13, of which the threads of
    Polars take some megabytes however small it is."""
    path, small = tmp_path / "book.xlsx", tmp_path / "small.xlsx"
    _table(rows).write_excel(path)
    _table(300).write_excel(small)
    assert _peaks(path, small)[0] < most


COLUMNS = {
    "whole": [str(i % 10) for i in range(4_000)],
    "gaps": ["" if i % 7 == 0 else str(i % 5) for i in range(4_000)],
    "zeros": [f"{i % 20:03d}" for i in range(4_000)],
    "hours": [f"{i % 24:02d}" for i in range(4_000)],
    "code": [f"{i % 24:02d}" for i in range(4_000)],
    "padded": [f" {i % 24:03d}" for i in range(4_000)],
    "one zero": [str(10 + i % 90) for i in range(3_999)] + ["007"],
    "digits": [str(10**18 + i % 9) for i in range(4_000)],
    "phone": [f"+4930123456{i % 10}" for i in range(4_000)],
    "clock": [f"{i % 24}:{i % 60:02d}" for i in range(4_000)],
    "amount": [f"{i % 9} EUR" for i in range(4_000)],
    "absent": ["na", "ab", "tf", "undefined"] * 1_000,
    "nan": ["nan", "inf"] * 2_000,
    "decimal": [f"{i % 9}.5" for i in range(4_000)],
    "comma": [f'"{i % 9},5"' for i in range(4_000)],
    "word": ["ab", "cd", "é"] * 1_333 + ["x"],
    "missing": ["NA", "1", "2", "3"] * 1_000,
    "odd": ["1", "2", "x", *["3"] * 37] * 100,
    "flag": ["true", "false"] * 2_000,
    "letter": ["t", "f"] * 2_000,
    "month": [str(202001 + i % 12) for i in range(4_000)],
    "day": [f"0{1 + i % 9}/0{1 + i % 8}/2020" for i in range(4_000)],
    "blank": [" ", "a", " b", "c "] * 1_000,
    "quoted": ['""', '"a ""b"""', "c", ""] * 1_000,
    "empty": [""] * 4_000,
}


@pytest.mark.parametrize("names", [[c] for c in COLUMNS if c not in {"gaps", "empty"}] + [list(COLUMNS)])
def test_columns_of_few_texts_are_read_as_others_are(
    names: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [",".join(names), *(",".join(cells) for cells in zip(*(COLUMNS[c] for c in names), strict=True))]
    for folder in ("plain", "compact"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "t.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    plain = read_drop(tmp_path / "plain" / "t.csv").tables["t"]
    monkeypatch.setattr(records, "_SHORT", 100)
    monkeypatch.setattr(records, "_CELLS", 1)
    monkeypatch.setattr("discovery.intake.drop._memo", type(_memo())())
    compact = read_drop(tmp_path / "compact" / "t.csv").tables["t"]
    assert plain.texts is not None
    assert compact.texts is not None
    if len(names) > 1:
        assert any(isinstance(d, pl.Categorical) for d in compact.texts.dtypes)
    assert compact.frame.equals(plain.frame)
    assert compact.frame.schema == plain.frame.schema
    assert compact.columns == plain.columns
    assert compact.reading == plain.reading
    assert compact.written(compact.texts.columns).equals(plain.texts)


def _memo() -> object:
    from discovery.intake import drop

    return drop._memo


def test_what_is_told_of_texts_is_told_of_their_numbers() -> None:
    texts = pl.DataFrame({"few": ["x", None, "", "y"] * 10, "many": [str(i) for i in range(40)]})
    few, many = compact_types(texts)
    assert isinstance(few, pl.Categorical)
    assert many == pl.String()
    numbers = texts["few"].cast(few)
    lengths = texts["few"].str.len_bytes()
    assert told(numbers, lambda t: t.str.len_bytes()).equals(lengths)
    assert as_text(numbers).equals(texts["few"])
    assert dict(counted(numbers).sort("v").iter_rows()) == {"": 10, "x": 10, "y": 10}
    nothing = pl.Series("few", [None, None], dtype=few)
    assert told(nothing, lambda t: t == "").null_count() == 2
