"""Whether the contract of a dirty table lets the clean one pass, and stops fresh faults.

    python benchmarks/contract.py [--kinds NAME,...] [--each N] [--share 0.05] [--misses] [CSV ...]

A fault is put into a clean table, the contract is suggested from what that gives, and four tables are held against
it. *cleaned*: the clean table, which should pass; *dirty*: the table it was suggested from, which fails where the
fault was not learned; *fresh*: the clean table with the same kind of fault in other cells (and, as chance has it,
another column), and *own* the same where the clean table passes; *other*: with a fault of another kind. How often a
sound drop is stopped is told by *halves*: the contract of a random half, which the other half should pass; and by
*sound*: those that met their own. Tables have 3,000 rows at most. Without CSV files they are scikit-learn's, three
that are generated, and those of ``../shared/data``, where that is. ``--each`` takes so many kinds of fault a table,
others for each table.
"""

# ruff: noqa: ARG001, ARG005
from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from audit_injection import AS_OF, FAULTS, Clean, Fault, Put, Rng, built_in, changed, describe, generated, some

from discovery.audit import audit_drop
from discovery.contract import ContractResult, Suite, read_suite, validate
from discovery.engagement import Engagement
from discovery.intake import read_drop

SHARED = Path(__file__).parents[2] / "shared" / "data"
TAKEN = (
    "empty cells", "'unknown' among words", "'?' among words", "-999 for missing", "9999 for missing",
    "1900-01-01 for missing", "date far in the future", "text among numbers", "case", "trailing blank",
    "typing error", "unit x 1000", "unit x 2.54", "x 10", "far values", "sign lost", "equal rows", "repeated keys",
)  # fmt: skip


def other_order(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Days written as day/month/year among others."""
    drawn = some(clean, clean.dates, share, rng)
    return changed(clean, *drawn, lambda cell, i: f"{date.fromisoformat(cell):%d/%m/%Y}") if drawn else None


def broken_form(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Codes that lack their end."""
    coded = [k for k in clean.keys if not clean.cells[k].str.contains(r"^-?\d+$").all()]
    drawn = some(clean, coded, share, rng)
    return changed(clean, *drawn, lambda cell, i: f"{cell[: len(cell) // 2]}#") if drawn else None


def mojibake(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Letters that were read by another encoding."""
    drawn = some(clean, clean.words, share, rng)
    return changed(clean, *drawn, lambda cell, i: f"{cell[:1]}Ã¤{cell[2:]}") if drawn else None


def shifted(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Rows whose cells stand one column to the right."""
    rows = set(rng.choice(clean.cells.height, max(2, round(share * clean.cells.height)), replace=False).tolist())
    cells = [(r[-1:] + r[:-1] if i in rows else r) for i, r in enumerate(clean.cells.iter_rows())]
    return Put(pl.DataFrame(cells, schema=clean.cells.schema, orient="row"), "", len(rows))


def swapped(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Two columns of numbers with each other's name, in all rows."""
    if len(clean.numbers) < 2:
        return None
    a, b = (str(n) for n in rng.choice(list(clean.numbers), 2, replace=False))
    return Put(clean.cells.with_columns(pl.col(b).alias(a), pl.col(a).alias(b)), a, clean.cells.height)


def fewer_rows(clean: Clean, share: float, rng: Rng) -> Put | None:
    """A fifth of the rows."""
    rows = rng.choice(clean.cells.height, clean.cells.height // 5, replace=False)
    return Put(clean.cells[np.sort(rows).tolist()], "", len(rows))


KINDS: dict[str, Fault] = {
    **{name: FAULTS[name][1] for name in TAKEN},
    "dates in another order": other_order,
    "broken form of a code": broken_form,
    "mojibake": mojibake,
    "shifted cells": shifted,
    "swapped columns": swapped,
    "fewer rows": fewer_rows,
}
WHOLE = ("swapped columns", "fewer rows")
"""Faults of a whole delivery: there is nothing sound beside them to learn from."""


@dataclass
class Score:
    """How often each of the four tables fared as it should."""

    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    tried: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    misses: list[str] = field(default_factory=list)

    def note(self, what: str, name: str, good: bool, result: ContractResult) -> None:
        """Count a verdict, and keep what was wrong with it."""
        self.tried[what] += 1
        self.right[what] += good
        if not good:
            why = "; ".join(o.words for o in result.select("failed", "errored"))
            self.misses.append(f"{what}: {name}: {why[:400]}")

    def share(self, what: str) -> str:
        """Return a count as text."""
        return f"{self.right[what]} of {self.tried[what]}" if self.tried[what] else "-"


class Judge:
    """Suggests contracts of cells and holds cells against them, by way of a CSV file as a client sends it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "table.csv"

    def contract(self, cells: pl.DataFrame) -> Suite:
        """Return the contract the audit suggests."""
        cells.write_csv(self.path)
        out = self.folder / "run"
        made = out / "contract" / "table.json"
        made.unlink(missing_ok=True)
        audit_drop(read_drop(self.path), Engagement(name="contract"), as_of=AS_OF, out=out, judge="scan")
        return read_suite(made)

    def verdict(self, suite: Suite, cells: pl.DataFrame) -> ContractResult:
        """Return how cells fare."""
        cells.write_csv(self.path)
        return validate(suite, read_drop(self.path).tables["table"], "scan")


def planted(clean: Clean, kind: str, share: float, seed: int) -> Put | None:
    """Return the clean table with a fault."""
    return KINDS[kind](clean, share, np.random.default_rng([list(KINDS).index(kind), seed]))


def faults(clean: Clean, kinds: Sequence[str], share: float, judge: Judge, told: dict[str, Score]) -> None:
    """Try faults of the given kinds on a table."""
    for kind in kinds:
        dirty = None if kind in WHOLE else planted(clean, kind, share, 1)
        fresh = planted(clean, kind, share, 2)
        if fresh is None:
            continue
        suite = judge.contract(clean.cells if dirty is None else dirty.cells)
        score = told[kind]
        sound = True
        name = f"{clean.name}.{dirty.column if dirty else ''}"
        if dirty is not None:
            passed = judge.verdict(suite, clean.cells)
            score.note("cleaned", name, passed.success, passed)
            sound = passed.success
            failed = judge.verdict(suite, dirty.cells)
            score.note("dirty", name, not failed.success, failed)
        stopped = judge.verdict(suite, fresh.cells)
        score.note("fresh", f"{name} -> {fresh.column}", not stopped.success, stopped)
        if sound:
            score.tried["own"] += 1
            score.right["own"] += not stopped.success
        others = (k for k in np.random.default_rng(len(name)).permutation(list(KINDS)) if k != kind)
        other = next((k, made) for k in others if (made := planted(clean, str(k), share, 3)) is not None)
        stopped = judge.verdict(suite, other[1].cells)
        score.note("other", f"{name} -> {other[1].column} ({other[0]})", not stopped.success, stopped)


def halves(clean: Clean, judge: Judge, score: Score, times: int = 2) -> None:
    """Hold a random half of a table against the contract of the other."""
    for seed in range(times):
        order = np.random.default_rng(seed).permutation(clean.cells.height)
        half = len(order) // 2
        first, second = (clean.cells[np.sort(rows).tolist()] for rows in (order[:half], order[half:]))
        suite = judge.contract(first)
        result = judge.verdict(suite, second)
        score.note("halves", clean.name, result.success, result)
        if judge.verdict(suite, first).success:
            score.note("sound", clean.name, result.success, result)


def tables(files: Sequence[Path]) -> Iterator[Clean]:
    """Yield the tables of files, else those at hand."""
    if not files:
        yield from generated()
        yield from built_in()
    for path in files or sorted(SHARED.glob("*.csv")):
        with path.open(encoding="utf-8") as lines:
            head = lines.readline()
        frame = pl.read_csv(
            path, separator=max(",;\t", key=head.count), infer_schema_length=None, try_parse_dates=True
        )
        yield describe(path.stem, frame)


def main() -> None:
    """Print a line a kind of fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--kinds", default="")
    parser.add_argument("--each", type=int, default=0)
    parser.add_argument("--share", type=float, default=0.05)
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    kinds = [k for k in asked.kinds.split(",") if k] or list(KINDS)
    told: dict[str, Score] = defaultdict(Score)
    with tempfile.TemporaryDirectory() as place:
        judge = Judge(Path(place))
        for number, clean in enumerate(tables(asked.files)):
            first = number * asked.each % len(kinds)
            chosen = (kinds * 2)[first : first + asked.each] if asked.each else kinds
            faults(clean, chosen, asked.share, judge, told)
            halves(clean, judge, told["sound halves"])
    print(
        f"{'fault':<26}{'cleaned':>14}{'dirty':>14}{'fresh':>14}{'own':>14}{'other':>14}{'halves':>14}{'sound':>14}"
    )
    columns = ("cleaned", "dirty", "fresh", "own", "other", "halves", "sound")
    total = Score()
    for name, score in told.items():
        print(f"{name:<26}" + "".join(f"{score.share(c):>14}" for c in columns))
        for c in columns:
            total.right[c] += score.right[c]
            total.tried[c] += score.tried[c]
        for miss in score.misses if asked.misses else ():
            print(f"    {miss}")
    print(f"{'all':<26}" + "".join(f"{total.share(c):>14}" for c in columns))


if __name__ == "__main__":
    main()
