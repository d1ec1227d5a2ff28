"""Which faults the audit finds when one at a time is put into a clean table, and what it says of the clean one.

    python benchmarks/audit_injection.py [--faults NAME,...] [--shares 0.005,0.02,0.1] [--draws 1]
        [--target NAME] [--misses] [CSV ...]

Every fault is put into cells that are known, at 0.5%, 2% and 10% of the rows, written as CSV, read and audited, as
BART (Arocena et al., VLDB 2015) and CleanML (Li et al., ICDE 2021) do. *found*: a finding of the kind names the
column (rows: the table); *count*: and its rows are within 20% of those put in; *false*: findings of the kind on the
untouched tables. Without CSV files the tables are scikit-learn's and three that are generated here.
"""

# ruff: noqa: ARG005
from __future__ import annotations

import argparse
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl

from discovery.artifacts import AuditResult, Finding
from discovery.audit import audit_drop
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop

AS_OF = date(2024, 6, 1)
MOST_ROWS = 3_000
Rng = np.random.Generator


@dataclass(frozen=True)
class Clean:
    """A clean table: its cells as text, what its columns are, and what is to be predicted."""

    name: str
    cells: pl.DataFrame
    numbers: tuple[str, ...]
    words: tuple[str, ...]
    dates: tuple[str, ...]
    keys: tuple[str, ...]
    target: str | None = None
    task: str = "multiclass"


@dataclass(frozen=True)
class Put:
    """A table with a fault in it: the column (empty: rows) and how many rows it is in."""

    cells: pl.DataFrame
    column: str
    rows: int


Fault = Callable[[Clean, float, Rng], Put | None]
FAULTS: dict[str, tuple[tuple[str, ...], Fault]] = {}


def fault(name: str, *kinds: str) -> Callable[[Fault], Fault]:
    """Register a fault with the kinds of finding that tell it rightly."""

    def register(function: Fault) -> Fault:
        FAULTS[name] = (kinds, function)
        return function

    return register


def describe(name: str, frame: pl.DataFrame, target: str | None = None) -> Clean:
    """Return a clean table of ``frame``, at most 3,000 rows."""
    frame = frame.head(MOST_ROWS)
    rows = frame.height
    distinct = {c: frame[c].n_unique() for c in frame.columns}
    others = [c for c in frame.columns if c != target]
    numeric = [c for c in others if frame[c].dtype.is_numeric()]
    numbers = [c for c in numeric if distinct[c] >= 30 and not _numbered(frame[c])]
    words = [c for c in others if frame[c].dtype == pl.String and 2 <= distinct[c] <= min(30, rows / 10)]
    days = [c for c in others if frame[c].dtype == pl.Date]
    keys = [c for c in others if frame[c].dtype in (pl.String, pl.Int64) and distinct[c] == rows]
    classes = target is not None and (distinct[target] <= 20)
    task = "regression" if not classes else "binary" if distinct[target or ""] == 2 else "multiclass"
    cells = frame.with_columns(pl.all().cast(pl.String))
    return Clean(name, cells, tuple(numbers), tuple(words), tuple(days), tuple(keys), target, task)


def _numbered(series: pl.Series) -> bool:
    return bool(series.dtype.is_integer() and series.n_unique() == len(series))


def some(clean: Clean, names: Sequence[str], share: float, rng: Rng) -> tuple[str, np.ndarray] | None:
    """Draw a column of ``names`` and the rows (those with a value) that a fault is put into."""
    if not names:
        return None
    name = str(rng.choice(list(names)))
    there = np.flatnonzero(clean.cells[name].is_not_null().to_numpy())
    if share * len(there) < 2:
        return None
    return name, np.sort(rng.choice(there, max(2, round(share * len(there))), replace=False))


def changed(clean: Clean, name: str, rows: np.ndarray, new: Callable[[str, int], str]) -> Put:
    """Return the table with the cells of ``name`` at ``rows`` changed."""
    cells = clean.cells[name].to_list()
    count = 0
    for i, row in enumerate(rows.tolist()):
        after = new(cells[row], i)
        count += after != cells[row]
        cells[row] = after
    return Put(clean.cells.with_columns(pl.Series(name, cells, dtype=pl.String)), name, count)


def in_cells(kind: str, of: str, name: str, new: Callable[[Clean, str, Rng], Callable[[str, int], str]]) -> None:
    """Register a fault that changes cells of one column of numbers, words or dates."""

    @fault(name, *kind.split())
    def put(clean: Clean, share: float, rng: Rng) -> Put | None:
        drawn = some(clean, getattr(clean, of), share, rng)
        if drawn is None:
            return None
        found = changed(clean, *drawn, new(clean, drawn[0], rng))
        return found if found.rows >= 2 else None


def always(text: str) -> Callable[[Clean, str, Rng], Callable[[str, int], str]]:
    """Return a fault that writes ``text``."""
    return lambda clean, name, rng: lambda cell, i: text


def times(factor: float) -> Callable[[Clean, str, Rng], Callable[[str, int], str]]:
    """Return a fault that multiplies numbers."""
    return lambda clean, name, rng: lambda cell, i: f"{float(cell) * factor:.6g}"


def far(times_spread: float) -> Callable[[Clean, str, Rng], Callable[[str, int], str]]:
    """Return a fault that writes values far above all others, each another."""

    def new(clean: Clean, name: str, rng: Rng) -> Callable[[str, int], str]:
        values = clean.cells[name].cast(pl.Float64).drop_nulls().to_numpy()
        reach = float(values.max() + times_spread * (values.max() - values.min()))
        return lambda cell, i: f"{reach * (1 + 0.3 * rng.random()):.6g}"

    return new


def typo(cell: str, rng: Rng) -> str:
    """Swap two neighbouring letters, or drop one."""
    at = int(rng.integers(1, max(2, len(cell) - 2)))
    if len(cell) < 5:
        return cell
    return (
        cell[:at] + cell[at + 1] + cell[at] + cell[at + 2 :] if rng.random() < 0.5 else cell[:at] + cell[at + 1 :]
    )


in_cells("missing", "numbers", "empty cells", always(""))
for word in ("?", "N/A", "unknown", "-"):
    in_cells("sentinel_missing missing", "numbers", f"'{word}' among numbers", always(word))
    in_cells("sentinel_missing missing", "words", f"'{word}' among words", always(word))
for code in ("-999", "9999", "-1", "99999"):
    in_cells("sentinel_missing", "numbers", f"{code} for missing", always(code))
for day in ("1900-01-01", "9999-12-31"):
    in_cells("sentinel_missing", "dates", f"{day} for missing", always(day))
in_cells("bad_date", "dates", "impossible date", always("2023-02-30"))
in_cells("bad_date", "dates", "date far in the future", lambda c, n, r: lambda cell, i: f"{2090 + i % 9}{cell[4:]}")
in_cells("mixed_type", "numbers", "text among numbers", lambda c, n, r: lambda cell, i: ("see note", "abc")[i % 2])
in_cells("inconsistent_category", "words", "case", lambda c, n, r: lambda cell, i: cell.swapcase())
in_cells("inconsistent_category", "words", "trailing blank", lambda c, n, r: lambda cell, i: cell + " ")
in_cells("inconsistent_category", "words", "typing error", lambda c, n, r: lambda cell, i: typo(cell, r))
for factor in (1000, 100, 2.54, 0.4536, 60):
    in_cells("unit_mix outlier", "numbers", f"unit x {factor}", times(factor))
in_cells("outlier impossible_value unit_mix", "numbers", "x 10", times(10))
in_cells("outlier impossible_value", "numbers", "far values", far(3))
in_cells("impossible_value sentinel_missing outlier", "numbers", "sign lost",
         lambda c, n, r: lambda cell, i: cell if float(cell) <= 0 else f"-{cell}")  # fmt: skip


@fault("negative ages", "impossible_value", "sentinel_missing")
def negative_ages(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Ages below 0 or above 120."""
    ages = [n for n in clean.numbers if n.lower() == "age"]
    drawn = some(clean, ages, share, rng)
    return changed(clean, *drawn, lambda cell, i: str((-3, 150, 222, -20)[i % 4])) if drawn else None


@fault("equal rows", "duplicate_rows")
def equal_rows(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Rows that are there twice, at other places."""
    count = max(2, round(share * clean.cells.height))
    rows = rng.choice(clean.cells.height, count, replace=False)
    both = pl.concat([clean.cells, clean.cells[rows.tolist()]])
    return Put(both[rng.permutation(both.height).tolist()], "", count)


@fault("near duplicates", "near_duplicate", "duplicate_key", "duplicate_rows")
def near_duplicates(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Rows entered anew with a typing error in one text."""
    long = [c for c in (*clean.keys, *clean.words) if (clean.cells[c].str.len_chars().mean() or 0) >= 8]
    if not long:
        return None
    count = max(2, round(share * clean.cells.height))
    again = clean.cells[rng.choice(clean.cells.height, count, replace=False).tolist()]
    name = long[0]
    again = again.with_columns(
        pl.Series(name, [typo(v, rng) if v else v for v in again[name].to_list()], dtype=pl.String)
    )
    return Put(pl.concat([clean.cells, again]), "", count)


def again_but(name: str, new: Callable[[str, Rng], str]) -> None:
    """Register a fault of rows entered anew, at other places, with one of their numbers changed."""

    @fault(name, "near_duplicate")
    def put(clean: Clean, share: float, rng: Rng) -> Put | None:
        if len(clean.numbers) < 3:
            return None
        count = max(2, round(share * clean.cells.height))
        drawn = clean.cells[rng.choice(clean.cells.height, count, replace=False).tolist()]
        again = [dict(row) for row in drawn.to_dicts()]
        for row in again:
            column = str(rng.choice([c for c in clean.numbers if row[c] is not None] or list(clean.numbers)))
            row[column] = new(row[column], rng) if row[column] else row[column]
        for key in clean.keys:
            values = clean.cells[key].to_list()
            for i, row in enumerate(again):
                row[key] = f"{values[i]}9"
        both = pl.concat([clean.cells, pl.DataFrame(again, schema=clean.cells.schema)])
        return Put(both[rng.permutation(both.height).tolist()], "", count)


def one_digit(cell: str, rng: Rng) -> str:
    """Change one digit, not the first where there are others."""
    places = [i for i, c in enumerate(cell) if c.isdigit()]
    at = int(rng.choice(places[1:] or places))
    return cell[:at] + str((int(cell[at]) + int(rng.integers(1, 10))) % 10) + cell[at + 1 :]


again_but("rows but for one digit", one_digit)
again_but("rows but for 1% jitter", lambda cell, rng: f"{float(cell) * (1 + 0.01 * rng.normal()):.5g}")
again_but("rows but for one gap", lambda cell, rng: "")


@fault("repeated keys", "duplicate_key", "conflicting_records")
def repeated_keys(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Rows that bear the key of another."""
    keys = [k for k in clean.keys if k.lower().endswith("id")]
    drawn = some(clean, keys, share, rng)
    if drawn is None:
        return None
    values = clean.cells[drawn[0]].to_list()
    return changed(clean, *drawn, lambda cell, i: values[(int(drawn[1][i]) + 7) % len(values)])


@fault("broken dependency", "fd_violation", "conflicting_records")
def broken_dependency(clean: Clean, share: float, rng: Rng) -> Put | None:
    """A city that follows from a postcode, and does not in some rows."""
    codes = rng.integers(0, 40, clean.cells.height)
    city = [f"Town {chr(65 + c % 26)}{chr(97 + c // 2 % 26)}" for c in codes]
    rows = rng.choice(len(city), max(2, round(share * len(city))), replace=False)
    for row in rows.tolist():
        city[row] = f"Town {chr(65 + (codes[row] + 3) % 26)}{chr(97 + (codes[row] + 3) // 2 % 26)}"
    made = {"postcode": [f"{10115 + 7 * c}" for c in codes], "city": city}
    return Put(clean.cells.with_columns(**{k: pl.Series(v) for k, v in made.items()}), "city", len(rows))


@fault("start after end", "rule_violation")
def start_after_end(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Two dates in the wrong order."""
    start = [date(2023, 1, 1) + timedelta(days=int(d)) for d in rng.integers(0, 300, clean.cells.height)]
    end = [d + timedelta(days=int(k)) for d, k in zip(start, rng.integers(1, 60, len(start)), strict=True)]
    rows = rng.choice(len(start), max(2, round(share * len(start))), replace=False)
    for row in rows.tolist():
        start[row], end[row] = end[row], start[row]
    both = {"start_date": pl.Series(start).cast(pl.String), "end_date": pl.Series(end).cast(pl.String)}
    return Put(clean.cells.with_columns(**both), "start_date", len(rows))


@fault("labels flipped", "label_noise", "conflicting_labels")
def labels_flipped(clean: Clean, share: float, rng: Rng) -> Put | None:
    """Labels changed to another class."""
    if clean.target is None or clean.task == "regression" or share < 0.02:
        return None
    classes = sorted(clean.cells[clean.target].unique().to_list())
    drawn = some(clean, [clean.target], share, rng)
    return changed(clean, *drawn, lambda c, i: classes[(classes.index(c) + 1) % len(classes)]) if drawn else None


@fault("copy of the target", "leak")
def copied_target(clean: Clean, share: float, rng: Rng) -> Put | None:
    """A column that is the target, but for noise in the given share of the rows."""
    if clean.target is None:
        return None
    cells = clean.cells[clean.target].to_list()
    if clean.task == "regression":
        spread = float(clean.cells[clean.target].cast(pl.Float64).std() or 1.0)  # type: ignore[arg-type]
        copy = [f"{float(v) + share * spread * rng.normal():.6g}" for v in cells]
    else:
        copy = [f"k{v}" if rng.random() > share / 5 else f"k{cells[0]}" for v in cells]
    return Put(clean.cells.with_columns(code=pl.Series(copy)), "code", 0)


@fault("one value only", "constant", "near_constant")
def one_value(clean: Clean, share: float, rng: Rng) -> Put | None:  # noqa: ARG001
    """A column that always holds the same."""
    return Put(clean.cells.with_columns(source=pl.lit("web")), "source", 0)


@fault("e-mail addresses", "pii")
def mails(clean: Clean, share: float, rng: Rng) -> Put | None:  # noqa: ARG001
    """A column of e-mail addresses."""
    made = [f"{'abcdefgh'[k % 8]}.smith{k}@example.org" for k in rng.permutation(clean.cells.height).tolist()]
    return Put(clean.cells.with_columns(contact=pl.Series(made)), "contact", len(made))


@fault("days without rows", "time_gap", "volume_anomaly")
def gaps(clean: Clean, share: float, rng: Rng) -> Put | None:
    """A stretch of days that are missing from a daily series."""
    days = [date(2020, 1, 1) + timedelta(days=k) for k in range(clean.cells.height)]
    lost = max(2, round(share * len(days)))
    at = int(rng.integers(10, len(days) - lost - 10))
    cells = clean.cells.with_columns(day=pl.Series(days).cast(pl.String))
    return Put(pl.concat([cells[:at], cells[at + lost :]]), "day", lost)


def generated() -> Iterator[Clean]:
    """Yield three tables as clients have them: customers, orders and readings of a sensor."""
    r, n = np.random.default_rng(7), 1_500
    first = np.array("Anna Ben Clara David Emma Felix Greta Hugo Ida Jonas Klara Lukas Mia Noah Olga Paul".split())
    country = r.choice(["Germany", "France", "Italy", "Spain", "Poland"], n, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    age, plan = r.integers(18, 85, n), r.choice(["basic", "standard", "premium"], n, p=[0.5, 0.3, 0.2])
    churn = r.random(n) < 1 / (1 + np.exp(0.04 * (age - 40) + 1.2 * (plan == "premium")))
    days = [date(2021, 1, 1) + timedelta(days=int(d)) for d in r.integers(0, 900, n)]
    customers = {
        "customer_id": [f"C{100000 + 37 * k}" for k in range(n)], "first_name": r.choice(first, n), "age": age,
        "country": country, "plan": plan, "signed_up": days, "income": r.lognormal(10.4, 0.4, n).round(),
        "weight_kg": r.normal(76, 11, n).round(1), "churned": np.where(churn, "yes", "no"),
    }  # fmt: skip
    yield describe("customers", pl.DataFrame(customers), "churned")
    items = r.poisson(2, n) + 1
    orders = {
        "order_id": np.arange(1, n + 1) + 500_000, "ordered": sorted(days),
        "channel": r.choice(["online", "store", "telephone"], n, p=[0.6, 0.3, 0.1]), "items": items,
        "price": r.gamma(9, 5, n).round(2), "distance_km": r.gamma(4, 30, n).round(1),
        "delivery_days": (2 + 0.4 * items + r.normal(0, 0.3, n)).round(2),
    }  # fmt: skip
    yield describe("orders", pl.DataFrame(orders), "delivery_days")
    hours = np.arange(n)
    temperature = 12 + 8 * np.sin(hours / 24 * 6.283) + r.normal(0, 1.5, n)
    sensor = {
        "machine": r.choice(["press", "lathe", "grinder"], n), "temperature": temperature.round(2),
        "pressure": r.normal(1013, 7, n).round(1), "vibration": r.gamma(20, 0.05, n).round(4),
        "speed": r.normal(1450, 60, n).round(1), "failed": (r.random(n) < 0.12).astype(int),
    }  # fmt: skip
    yield describe("sensor", pl.DataFrame(sensor), "failed")


def built_in() -> Iterator[Clean]:
    """Yield scikit-learn's tables."""
    from sklearn import datasets

    for load in (datasets.load_iris, datasets.load_wine, datasets.load_breast_cancer, datasets.load_diabetes):
        found = load(as_frame=True)
        frame = pl.DataFrame({str(c): found.frame[c].to_numpy() for c in found.frame.columns})
        yield describe(load.__name__.removeprefix("load_"), frame, "target")


@dataclass
class Score:
    """How one fault fared over all tables and shares."""

    tried: int = 0
    found: int = 0
    counted: int = 0
    counts: int = 0
    false: int = 0
    misses: list[str] = field(default_factory=list)


def audited(clean: Clean, cells: pl.DataFrame, folder: Path) -> AuditResult:
    """Write the cells, read them and audit them for the prediction of the target."""
    path = folder / f"{clean.name}.csv"
    cells.write_csv(path)
    drop = read_drop(path)
    table = next(iter(drop.tables))
    cases = [UseCase(name="u", table=table, target=clean.target, task=clean.task)] if clean.target else []  # type: ignore[arg-type]
    return audit_drop(drop, Engagement(name="injection", use_cases=cases), as_of=AS_OF)


def matching(result: AuditResult, kinds: Sequence[str], column: str) -> list[Finding]:
    """Return the findings of ``kinds`` about ``column`` (empty: any rows)."""
    found = [f for f in result.findings if f.kind in kinds]
    return [f for f in found if column in f.columns] if column else found


def rows_of(finding: Finding, column: str) -> int:
    """Return how many rows of ``column`` a finding, which may be about several, is about."""
    return int(finding.details.get("by_column", {}).get(column, finding.rows_affected))


def scores(
    tables: Sequence[Clean], shares: Sequence[float], only: Sequence[str] = (), draws: int = 1
) -> dict[str, Score]:
    """Put every fault into every table, ``draws`` times over, and return what was found of it."""
    told: dict[str, Score] = defaultdict(Score)
    with tempfile.TemporaryDirectory() as place:
        for clean in tables:
            untouched = audited(clean, clean.cells, Path(place))
            for number, (name, (kinds, put)) in enumerate(FAULTS.items()):
                if only and name not in only:
                    continue
                score = told[name]
                score.false += sum(f.kind in kinds and f.severity != "info" for f in untouched.findings)
                for share, draw in product(shares, range(draws)):
                    seed = [number, round(1e4 * share), *([draw] if draw else [])]
                    made = put(clean, share, np.random.default_rng(seed))
                    if made is not None:
                        _judge(
                            score,
                            clean,
                            share,
                            made,
                            matching(audited(clean, made.cells, Path(place)), kinds, made.column),
                        )
    return told


def _judge(score: Score, clean: Clean, share: float, made: Put, found: Sequence[Finding]) -> None:
    score.tried += 1
    score.found += bool(found)
    close = any(abs(rows_of(f, made.column) - made.rows) <= 0.2 * made.rows + 1 for f in found)
    if made.rows:
        score.counts += 1
        score.counted += close
    if not found or (made.rows and not close):
        rows = (
            f" ({', '.join(f'{f.kind} {rows_of(f, made.column)}' for f in found)} for {made.rows})" if found else ""
        )
        score.misses.append(f"{clean.name}.{made.column or '*'} {share:.1%}{rows}")


def _from_file(path: Path, target: str | None) -> Clean:
    frame = pl.read_csv(path, infer_schema_length=None, try_parse_dates=True)
    return describe(path.stem, frame, target if target in frame.columns else None)


def main() -> None:
    """Print a line a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--faults", default="")
    parser.add_argument("--shares", default="0.005,0.02,0.1")
    parser.add_argument("--draws", type=int, default=1, help="how often every fault is put, each time elsewhere")
    parser.add_argument("--target", help="what is to be predicted, in files that have this column")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    tables = [_from_file(p, asked.target) for p in asked.files]
    tables = tables or [*generated(), *built_in()]
    shares, faults = asked.shares.split(","), [f for f in asked.faults.split(",") if f]
    told = scores(tables, [float(s) for s in shares], faults, asked.draws)
    print(f"{'fault':<28}{'tried':>6}{'found':>8}{'count':>8}{'false':>7}")
    for name, score in told.items():
        if score.tried:
            count = f"{score.counted / score.counts:.0%}" if score.counts else "-"
            print(f"{name:<28}{score.tried:>6}{score.found / score.tried:>8.0%}{count:>8}{score.false:>7}")
            for miss in score.misses if asked.misses else ():
                print(f"    {miss}")
    tried = sum(s.tried for s in told.values())
    print(f"{'all':<28}{tried:>6}{sum(s.found for s in told.values()) / max(1, tried):>8.0%}")


if __name__ == "__main__":
    main()
