"""Sound tables of the usual kinds draw nothing severe, and little else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from discovery.audit import audit_drop
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Drop, Table

N = 1500


def sales(r: np.random.Generator) -> dict[str, object]:
    day = np.sort(r.integers(0, 700, N))
    return {
        "order_id": np.arange(1, N + 1) + 50_000,
        "ordered": [date(2022, 1, 1) + timedelta(days=int(d)) for d in day],
        "amount": r.lognormal(4, 1.1, N).round(2),
        "discount": r.choice([0.0, 0.05, 0.1, 0.2], N, p=[0.7, 0.1, 0.1, 0.1]),
        "items": r.poisson(2, N) + 1,
        "returns": r.poisson(0.2, N),
        "country": r.choice(["Germany", "France", "Austria", "Australia", "Niger", "Nigeria"], N),
        "channel": r.choice(["online", "store", "phone"], N, p=[0.6, 0.35, 0.05]),
        "rating": r.integers(1, 6, N),
        "y": r.integers(0, 2, N),
    }


def one_hot(r: np.random.Generator) -> dict[str, object]:
    kinds = r.integers(0, 5, N)
    told = {f"kind_{k}": (kinds == k).astype(int) for k in range(4)}
    return told | {f"v{i}": r.random(N).round(4) for i in range(4)} | {"y": r.normal(size=N)}


def components(r: np.random.Generator) -> dict[str, object]:
    return {f"pc{i}": r.standard_t(5, N) * (10 / (i + 1)) for i in range(10)} | {"y": r.integers(0, 2, N)}


def pixels(r: np.random.Generator) -> dict[str, object]:
    grey = r.integers(0, 17, (N, 16)) * (r.random((N, 16)) < 0.6)
    return {f"pixel{i}": grey[:, i] for i in range(16)} | {"y": r.integers(0, 10, N)}


def sensors(r: np.random.Generator) -> dict[str, object]:
    at = [datetime(2023, 1, 1) + timedelta(minutes=10 * i) for i in range(N)]
    daily = np.sin(np.arange(N) * 2 * np.pi / 144)
    return {
        "at": at,
        "temperature": (12 + 8 * daily + r.normal(0, 1.5, N)).round(1),
        "pressure": (1013 + np.cumsum(r.normal(0, 0.2, N))).round(1),
        "wind_speed": r.weibull(2, N).round(1) * 3,
        "rain": (r.random(N) < 0.1) * r.exponential(1, N).round(1),
        "y": (50 + 20 * daily + r.normal(0, 5, N)).round(2),
    }


def survey(r: np.random.Generator) -> dict[str, object]:
    return {f"q{i}": r.integers(1, 8, N) for i in range(12)} | {
        "age": r.integers(18, 91, N),
        "children": r.choice([0, 1, 2, 3, 4, 8], N, p=[0.4, 0.25, 0.2, 0.1, 0.04, 0.01]),
        "marital": r.choice(["married", "unmarried", "divorced", "widowed"], N),
        "income_band": r.choice(["<20k", "20k-40k", "40k-60k", "60k+"], N),
        "smoker": r.choice(["yes", "no"], N),
        "y": r.integers(0, 3, N),
    }


def houses(r: np.random.Generator) -> dict[str, object]:
    area = r.lognormal(5, 0.4, N).round()
    return {
        "living_area": area,
        "garage_area": (r.random(N) < 0.8) * r.normal(45, 12, N).clip(12).round(),
        "rooms": (area / 30).round().clip(1).astype(int),
        "built": r.integers(1890, 2023, N),
        "floor": r.integers(0, 12, N),
        "heating": r.choice(["gas", "oil", "district", "none"], N, p=[0.6, 0.25, 0.1, 0.05]),
        "quality": r.integers(1, 11, N),
        "price": (area * 3000 * r.lognormal(0, 0.25, N)).round(-2),
    }


def medical(r: np.random.Generator) -> dict[str, object]:
    return {
        "age": r.integers(25, 80, N),
        "glucose": r.normal(120, 30, N).clip(56, 199).round(),
        "bmi": r.normal(30, 6, N).clip(16, 60).round(1),
        "pregnancies": r.poisson(3, N),
        "pedigree": r.gamma(2, 0.2, N).round(3),
        "cp": r.integers(0, 4, N),
        "exang": r.integers(0, 2, N),
        "oldpeak": (r.exponential(1, N) * (r.random(N) < 0.7)).round(1),
        "y": r.integers(0, 2, N),
    }


TABLES: list[Callable[[np.random.Generator], dict[str, object]]] = [
    sales, one_hot, components, pixels, sensors, survey, houses, medical,
]  # fmt: skip


@pytest.mark.parametrize("make", TABLES, ids=lambda f: f.__name__)
def test_sound_tables(make):
    frame = pl.DataFrame(make(np.random.default_rng(0)))
    target = "y" if "y" in frame.columns else "price"
    task = (
        "regression"
        if frame[target].n_unique() > 20
        else "binary"
        if frame[target].n_unique() == 2
        else "multiclass"
    )
    engagement = Engagement(name="e", use_cases=[UseCase(name="u", table="t", target=target, task=task)])
    result = audit_drop(Drop("d", {"t": Table.from_frame("t", frame)}), engagement, as_of=date(2024, 2, 1))
    told = [(f.severity, f.kind, f.columns) for f in result.findings]
    assert [t for t in told if t[0] in {"blocker", "major"}] == []
    assert len([t for t in told if t[0] == "minor"]) <= 2, told
