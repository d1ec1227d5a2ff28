"""What it costs to run a model: latency, throughput, size, and money at the engagement's volume and prices."""

from __future__ import annotations

import pickle
import time
from typing import Any

import numpy as np

from ..artifacts import Latency
from ..engagement import Economics
from .crossval import predictions

__all__ = ["cost_per_1000", "measure_model", "month"]

BATCH = 1000
CARELESS = 10


def measure_model(model: Any, X: Any, classes: int, *, calls: int = 25) -> dict[str, Any]:
    """Return latency of one row (p50, p95, milliseconds), of a batch, throughput and pickled size.

    The first call is not counted, and a batch is timed twice where many calls are asked for. Native libraries run
    on one thread, as one of many workers would.
    """
    from threadpoolctl import threadpool_limits

    batch = X.iloc[np.arange(BATCH) % len(X)]
    times = []
    with threadpool_limits(limits=1):
        predictions(model, X.iloc[:1], classes)
        for i in range(calls):
            row = X.iloc[[i % len(X)]]
            start = time.perf_counter()
            predictions(model, row, classes)
            times.append(1000 * (time.perf_counter() - start))
        seconds = []
        for _ in range(1 + (calls > CARELESS)):
            start_cpu = time.process_time()
            predictions(model, batch, classes)
            seconds.append(time.process_time() - start_cpu)
    p50, p95 = np.quantile(times, [0.5, 0.95])
    best = max(min(seconds), 1e-6)
    return {
        "latency": Latency(p50=round(float(p50), 3), p95=round(float(p95), 3)),
        "batch_ms": round(1000 * best, 3),
        "rows_per_second": round(BATCH / best),
        "size_bytes": len(pickle.dumps(model)),
        "single_ms": float(np.mean(times)),
    }


def cost_per_1000(measured: dict[str, Any], economics: Economics) -> float:
    """Return the price of 1,000 predictions asked for one by one, in the engagement's currency."""
    return float(measured["single_ms"]) * economics.price_per_cpu_hour / 3600.0


def month(measured: dict[str, Any], economics: Economics, review_share: float | None) -> dict[str, Any]:
    """Return a month's cost of computing and of people, as far as the engagement gives volume and prices."""
    each = cost_per_1000(measured, economics)
    found: dict[str, Any] = {
        "currency": economics.currency,
        "price_per_cpu_hour": economics.price_per_cpu_hour,
        "cost_per_1000": each,
        "batch_ms_per_1000_rows": measured["batch_ms"],
        "rows_per_second": measured["rows_per_second"],
        "predictions_per_month": economics.predictions_per_month,
    }
    volume = economics.predictions_per_month
    if volume is not None:
        found["compute_per_month"] = each * volume / 1000
        if economics.review_cost_per_case is not None and review_share is not None:
            found["review_cases_per_month"] = review_share * volume
            found["review_per_month"] = review_share * volume * economics.review_cost_per_case
            found["total_per_month"] = found["compute_per_month"] + found["review_per_month"]
    return found
