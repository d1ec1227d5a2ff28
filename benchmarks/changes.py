"""What is said of two drops that differ in one known thing, and of two that differ in nothing but chance.

Usage: ``python benchmarks/changes.py [--seeds N] [--rows N]``. For every seed an earlier drop is drawn, and a later
one for each kind of change: a column added, dropped, renamed, retyped; rows lost, doubled, rewritten; a
distribution that moved, a new category, missing values; data that stands still; a fault that came, went or grew.
Power is the share of pairs whose change is said; *once* the share of those in which nothing else is said at minor
or above. The pairs of no change (the next increment, the next snapshot, fresh rows without a key) give the false
alarms. The exit code is 1 where power falls below 95% or more than 10% of the pairs of no change draw a word.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

for name in ("OMP_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ.setdefault(name, "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402

from discovery.artifacts.changes import Changes  # noqa: E402
from discovery.audit import audit_drop  # noqa: E402
from discovery.changes import diff  # noqa: E402
from discovery.changes_text import to_text  # noqa: E402
from discovery.engagement import DataSpec, Engagement  # noqa: E402
from discovery.intake import read_drop  # noqa: E402

POWER, FALSE = 0.95, 0.10
TOLD = ("blocker", "major", "minor")
Said = set[tuple[str, ...]]


def orders(seed: int, rows: int, first: int = 0, day: str = "2025-01-01") -> pd.DataFrame:
    """Orders of a shop: a key, a time, categories, amounts, text of few words, some missing values."""
    rng = np.random.default_rng(seed)
    number = np.arange(first, first + rows)
    net = rng.lognormal(3.5, 0.6, rows).round(2)
    frame = pd.DataFrame(
        {
            "order_no": [f"A{n:07d}" for n in number],
            "ordered": pd.Timestamp(day) + pd.to_timedelta(np.sort(rng.integers(0, 90 * 1440, rows)), "min"),
            "region": rng.choice(["north", "south", "east", "west"], rows, p=[0.4, 0.3, 0.2, 0.1]),
            "channel": rng.choice(["web", "shop", "phone"], rows, p=[0.6, 0.3, 0.1]),
            "items": rng.poisson(3, rows) + 1,
            "net": net,
            "weight_kg": rng.gamma(3, 2, rows).round(3),
            "rating": rng.choice([1, 2, 3, 4, 5], rows, p=[0.05, 0.1, 0.2, 0.4, 0.25]).astype(float),
            "express": rng.random(rows) < 0.25,
        }
    )
    frame.loc[rng.random(rows) < 0.04, "rating"] = np.nan
    return frame


def without_key(seed: int, rows: int) -> pd.DataFrame:
    """The same without what tells one row from another."""
    return orders(seed, rows).drop(columns=["order_no", "ordered"])


@dataclass(frozen=True)
class Pair:
    """Two drops, and what must be said of them: kind and column of a finding, or of a change in the schema."""

    before: pd.DataFrame
    after: pd.DataFrame
    said: Said


def increment(seed: int, rows: int) -> Pair:
    """The next quarter."""
    return Pair(orders(seed, rows), orders(seed + 1000, rows, rows, "2025-04-01"), set())


def snapshot(seed: int, rows: int) -> Pair:
    """All orders again, with those of the next days."""
    before = orders(seed, rows)
    more = orders(seed + 1000, rows // 20, rows, "2025-04-01")
    more["ordered"] = pd.Timestamp("2025-04-01") + (more["ordered"] - pd.Timestamp("2025-04-01")) / 20
    return Pair(before, pd.concat([before, more]), set())


def fresh(seed: int, rows: int) -> Pair:
    """Other rows of the same process, without a key."""
    return Pair(without_key(seed, rows), without_key(seed + 1000, rows), set())


NOTHING: dict[str, Callable[[int, int], Pair]] = {"increment": increment, "snapshot": snapshot, "fresh rows": fresh}


def _next(seed: int, rows: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    pair = increment(seed, rows)
    return pair.before, pair.after


def changes(seed: int, rows: int) -> Iterator[tuple[str, Pair]]:
    """Give pairs of one known change each, with what must be said."""
    rng = np.random.default_rng(seed + 5000)
    a, b = _next(seed, rows)
    yield "column added", Pair(a, b.assign(depot=rng.choice(["D1", "D2", "D3"], rows)), {("added", "depot")})
    yield "column dropped", Pair(a, b.drop(columns="weight_kg"), {("dropped", "weight_kg")})
    yield "column renamed", Pair(a, b.rename(columns={"net": "amount_net"}), {("renamed", "amount_net")})
    text = b["items"].map(lambda n: f"{n} pcs")
    yield "column retyped", Pair(a, b.assign(items=text), {("retyped", "items")})
    yield "rows fewer", Pair(a, b.head(rows // 4), {("volume_change",)})
    s = snapshot(seed, rows)
    lost = s.after.iloc[rows // 6 :]
    yield "keys lost", Pair(s.before, lost, {("volume_change",)})
    past = s.after.reset_index(drop=True)
    past.loc[rng.choice(rows // 2, rows // 50, replace=False), "net"] *= 1.19
    yield "past rewritten", Pair(s.before, past.round({"net": 2}), {("history_rewrite", "net")})
    yield "amounts moved", Pair(a, b.assign(net=(b["net"] * 1.6).round(2)), {("distribution_shift", "net")})
    region = b["region"].where(rng.random(rows) < 0.7, "west")
    yield "shares moved", Pair(a, b.assign(region=region), {("distribution_shift", "region")})
    channel = b["channel"].where(rng.random(rows) < 0.92, "app")
    yield "new category", Pair(a, b.assign(channel=channel), {("distribution_shift", "channel")})
    rating = b["rating"].where(rng.random(rows) < 0.6)
    yield "more missing", Pair(a, b.assign(rating=rating), {("worse:missing", "rating")})
    yield "stands still", Pair(s.before, s.before, {("stale", "ordered")})
    weight = b["weight_kg"].where(rng.random(rows) < 0.93, -999.0)
    yield "fault came", Pair(a, b.assign(weight_kg=weight), {("new:sentinel_missing", "weight_kg")})
    bad = a["weight_kg"].where(rng.random(rows) < 0.93, -999.0)
    yield "fault went", Pair(a.assign(weight_kg=bad), b, {("fixed:sentinel_missing", "weight_kg")})
    yield (
        "fault grew",
        Pair(
            a.assign(weight_kg=bad),
            b.assign(weight_kg=b["weight_kg"].where(rng.random(rows) < 0.75, -999.0)),
            {("worse:sentinel_missing", "weight_kg")},
        ),
    )
    yield "fault renamed", Pair(
        a.assign(weight_kg=bad), b.assign(weight_kg=weight).rename(columns={"weight_kg": "kilograms"}),
        {("renamed", "kilograms"), ("recurring:sentinel_missing", "kilograms")},
    )  # fmt: skip


def run(folder: Path, pair: Pair) -> Changes:
    """Audit both drops, the later one against the earlier, and compare the runs."""
    for name, frame in (("a", pair.before), ("b", pair.after)):
        (folder / name).mkdir(parents=True)
        (folder / f"drop-{name}").mkdir()
        frame.to_csv(folder / f"drop-{name}" / "orders.csv", index=False)
    engagement = Engagement(name="x", data=DataSpec(drops=str(folder)), as_of="2025-07-01")
    previous = None
    for name in ("a", "b"):
        drop = read_drop(folder / f"drop-{name}", engagement=engagement)
        result = audit_drop(drop, engagement, previous=previous, out=folder / name, judge="scan")
        result.write(folder / name / "audit.json")
        previous = folder / name
    return diff(folder / "a", folder / "b")


def words(found: Changes) -> tuple[Said, Said]:
    """Return all that is said, and what of it is said at minor or above."""
    said: Said = set()
    loud: Said = set()
    for change in found.columns:
        said.add((change.change, change.column or ""))
    loud |= {s for s in said if s[0] != "added"}
    for status in ("new", "worse", "fixed", "recurring"):
        for finding in getattr(found, status):
            between = finding.kind in {"distribution_shift", "history_rewrite", "volume_change", "stale"}
            label = finding.kind if between else f"{status}:{finding.kind}"
            for column in finding.columns or [""]:
                word = (label, column) if column else (label,)
                said.add(word)
                said |= {(kind, column) for kind in finding.also}
                if finding.severity in TOLD and status != "recurring":
                    loud.add(word)
    return said, loud


def measure(
    seeds: int, rows: int, show: bool
) -> tuple[dict[str, list[bool]], dict[str, list[bool]], dict[str, list[bool]]]:
    """Return for each kind of pair whether the change was said, nothing else was, and (no change) anything was."""
    power: dict[str, list[bool]] = {}
    once: dict[str, list[bool]] = {}
    alarms: dict[str, list[bool]] = {}
    for seed in range(seeds):
        for name, make in NOTHING.items():
            with tempfile.TemporaryDirectory() as place:
                said, loud = words(run(Path(place), make(seed, rows)))
            alarms.setdefault(name, []).append(bool(loud))
            if loud:
                print(f"  seed {seed}, {name}: {sorted(loud)}", flush=True)
        for name, pair in changes(seed, rows):
            with tempfile.TemporaryDirectory() as place:
                found = run(Path(place), pair)
            said, loud = words(found)
            power.setdefault(name, []).append(pair.said <= said)
            extra = loud - pair.said
            once.setdefault(name, []).append(not extra)
            if show or not pair.said <= said:
                print(
                    f"  seed {seed}, {name}: said {sorted(said & pair.said)}, besides {sorted(extra)}", flush=True
                )
            if show and not seed:
                print(to_text(found))
    return power, once, alarms


def main() -> int:
    """Measure, print, and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--show", action="store_true", help="what is said of each pair")
    given = parser.parse_args()
    power, once, alarms = measure(given.seeds, given.rows, given.show)
    for name, hits in power.items():
        print(f"{name:16} said in {sum(hits)} of {len(hits)}, nothing else in {sum(once[name])}")
    false = [a for several in alarms.values() for a in several]
    for name, several in alarms.items():
        print(f"no change, {name:12} a word in {sum(several)} of {len(several)}")
    hits = [h for several in power.values() for h in several]
    print(f"power {sum(hits) / len(hits):.1%}, false alarms {sum(false) / len(false):.1%}")
    return int(sum(hits) / len(hits) < POWER or sum(false) / len(false) > FALSE)


if __name__ == "__main__":
    raise SystemExit(main())
