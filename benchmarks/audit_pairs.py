"""What the audit finds of the cells that were mended between a dirty table and its cleaned form.

    python benchmarks/audit_pairs.py [--misses] [--clean] [--only TEXT] FOLDER

FOLDER holds, at any depth, folders with ``dirty.csv`` and ``clean.csv``: the same rows and columns in the same
order, as Raha (Mahdavi et al., SIGMOD 2019), REIN (Abdelaal et al., EDBT 2023) and others publish them. What
differs in a column is sorted by what was wrong with it. *found*: a finding of an apt kind, above info, names the
column; *rows*: of the rows shown as evidence, how many were mended; *count*: as many rows as were mended, give or
take a half. Of the clean tables, the findings that remain above info are counted, and those above minor told apart
by whether their column was dirty before. ``--misses`` lists what was not found, ``--clean`` what is said of the
clean tables.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from discovery.artifacts import AuditResult, Finding
from discovery.audit import audit_drop
from discovery.engagement import Engagement
from discovery.intake import read_drop

_SPELT = "inconsistent_category format_violation fd_violation conflicting_records encoding mixed_type bad_date"
_NUMBERS = "outlier impossible_value unit_mix fd_violation conflicting_records rule_violation format_violation"
APT = {
    "blank": "missing sentinel_missing empty_column empty_rows",
    "word for missing": "sentinel_missing missing mixed_type inconsistent_category impossible_value",
    "written otherwise": f"{_SPELT} unit_mix",
    "text in numbers": "mixed_type format_violation unit_mix sentinel_missing encoding",
    "misspelt": f"{_SPELT} near_duplicate",
    "another value": "fd_violation conflicting_records rule_violation duplicate_key label_noise conflicting_labels",
    "number beyond": f"{_NUMBERS} sentinel_missing mixed_type",
    "number within": f"{_NUMBERS} time_gap duplicate_key",
    "other text": f"{_SPELT} unit_mix",
}
"""Which kinds of finding tell rightly of which sort of fault."""
SEVERE = ("blocker", "major")
WORDS = {"nan", "null", "none", "na", "n/a", "?", "-", "--", "unknown", "missing", "empty", "not available", "nil"}


@dataclass
class Score:
    """How the faults of one sort fared: columns, and rows of evidence."""

    columns: int = 0
    found: int = 0
    counted: int = 0
    shown: int = 0
    right: int = 0
    misses: list[str] = field(default_factory=list)


def cells(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a CSV file as text."""
    csv.field_size_limit(10**9)
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as lines:
        header, *rows = csv.reader(lines)
    return header, rows


def number(cell: str) -> float | None:
    """Return the number that a cell is, if so."""
    try:
        return float(cell)
    except ValueError:
        return None


def alike(a: str, b: str) -> bool:
    """Whether two cells are the same, or the same number."""
    return a.strip() == b.strip() or (number(a) is not None and number(a) == number(b))


def bare(cell: str) -> str:
    """Return the letters and digits of a cell."""
    return re.sub(r"[\W_]+", "", cell.casefold())


def same_content(dirty: str, clean: str) -> bool:
    """Whether two cells differ in case, blanks, signs or a unit only."""
    a, b = bare(dirty), bare(clean)
    if a == b:
        return True
    figures = re.findall(r"\d+", dirty), re.findall(r"\d+", clean)
    return bool(figures[1]) and [f.lstrip("0") for f in figures[0]] == [f.lstrip("0") for f in figures[1]]


def sort_of(dirty: str, clean: str, known: set[str], span: tuple[float, float] | None) -> str:
    """Return what was wrong with a cell; ``span`` is that of a clean column of numbers."""
    a = number(dirty)
    if not dirty.strip():
        return "blank"
    if dirty.strip().casefold() in WORDS or not clean.strip():
        return "word for missing"
    if span is not None and a is not None:
        return "number within" if span[0] <= a <= span[1] else "number beyond"
    if same_content(dirty, clean):
        return "written otherwise"
    if span is not None:
        return "text in numbers"
    if dirty in known:
        return "another value"
    return "misspelt" if difflib.SequenceMatcher(None, dirty, clean).ratio() >= 0.6 else "other text"


def changes(
    dirty: Sequence[Sequence[str]], clean: Sequence[Sequence[str]], width: int
) -> list[dict[str, set[int]]]:
    """Return for each column the rows, from 1, that were mended, by what was wrong with them."""
    told: list[dict[str, set[int]]] = [defaultdict(set) for _ in range(width)]
    for column in range(width):
        values = [row[column] for row in clean]
        figures = [n for v in values if v.strip() and (n := number(v)) is not None]
        whole = len(figures) >= 0.95 * sum(bool(v.strip()) for v in values)
        span = (min(figures), max(figures)) if figures and whole else None
        known = set(values)
        for row, (before, after) in enumerate(zip(dirty, clean, strict=True), 1):
            if not alike(before[column], after[column]):
                told[column][sort_of(before[column], after[column], known, span)].add(row)
    return told


def pairs(folder: Path, only: str = "") -> Iterator[tuple[str, Path, list[str], list[dict[str, set[int]]]]]:
    """Yield the name, folder, dirty header and mended rows of every pair whose rows and columns go together."""
    for path in sorted(folder.rglob("dirty.csv")):
        name = str(path.parent.relative_to(folder))
        if only not in name or not path.with_name("clean.csv").exists():
            continue
        header, dirty = cells(path)
        other, clean = cells(path.with_name("clean.csv"))
        if (
            len(header) != len(other)
            or len(dirty) != len(clean)
            or any(len(r) != len(header) for r in dirty + clean)
        ):
            print(f"{name}: left out, the two do not go together")
            continue
        yield name, path.parent, header, changes(dirty, clean, len(header))


def audited(path: Path) -> AuditResult:
    """Audit one file."""
    return audit_drop(read_drop(path), Engagement(name="pairs"))


def told_of(result: AuditResult, column: str, severities: Sequence[str] = ()) -> list[Finding]:
    """Return the findings above info that name a column."""
    return [
        f
        for f in result.findings
        if column in f.columns and (f.severity in severities if severities else f.severity != "info")
    ]


def judge(
    scores: dict[str, Score], name: str, column: str, sorts: dict[str, set[int]], found: list[Finding]
) -> None:
    """Score what was found of one column."""
    for sort, rows in sorts.items():
        if len(rows) < 2:
            continue
        score = scores[sort]
        score.columns += 1
        apt = [f for f in found if f.kind in APT[sort].split()]
        if not apt:
            kinds = sorted({f.kind for f in found})
            score.misses.append(f"{name}.{column} {len(rows)} {' '.join(kinds)}")
            continue
        score.found += 1
        mended = set().union(*sorts.values())
        shown = [e.row for f in apt for e in f.evidence if e.row is not None and column in e.values]
        score.shown += len(shown)
        score.right += sum(row in mended for row in shown)
        counts = [f.details.get("by_column", {}).get(column, f.rows_affected) for f in apt]
        near = (len(rows), len(mended))
        score.counted += any(isinstance(c, int) and any(n / 1.5 <= c <= n * 1.5 for n in near) for c in counts)


def main() -> None:
    """Print a line a sort of fault, and what is said of the clean tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", default="", help="pairs with this in their path")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--clean", action="store_true")
    asked = parser.parse_args()
    scores: dict[str, Score] = defaultdict(Score)
    remaining: Counter[str] = Counter()
    said: list[str] = []
    severe: Counter[bool] = Counter()
    for name, folder, header, told in pairs(asked.folder, asked.only):
        dirty = audited(folder / "dirty.csv")
        clean = audited(folder / "clean.csv")
        renamed = dict(zip(header, cells(folder / "clean.csv")[0], strict=True))
        for column, sorts in zip(header, told, strict=True):
            judge(scores, name, column, sorts, told_of(dirty, column))
            severe[bool(sorts)] += len(told_of(clean, renamed[column], SEVERE))
        for f in clean.findings:
            if f.severity != "info":
                remaining[f.kind] += 1
                said.append(f"{name}: {f.severity} {f.kind} {', '.join(f.columns)[:60]}: {f.summary}")
    print(f"{'sort':<20}{'columns':>8}{'found':>8}{'count':>8}{'rows':>8}")
    for sort, s in sorted(scores.items()):
        rows = f"{s.right / s.shown:.0%}" if s.shown else "-"
        print(f"{sort:<20}{s.columns:>8}{s.found:>8}{s.counted:>8}{rows:>8}")
        for miss in s.misses if asked.misses else ():
            print(f"    {miss}")
    print(f"{'all':<20}{sum(s.columns for s in scores.values()):>8}{sum(s.found for s in scores.values()):>8}")
    print(f"clean tables: {sum(remaining.values())} findings above info, {dict(remaining.most_common())}")
    print(f"    above minor: {severe[False]} on columns that were not dirty, {severe[True]} on others")
    for line in said if asked.clean else ():
        print(f"    {line}")


if __name__ == "__main__":
    main()
