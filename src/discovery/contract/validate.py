"""Validate a table against its contract."""

from __future__ import annotations

from typing import Literal

from ..intake.table import Table
from .canonical import Canonical
from .judge import outcome
from .model import ContractResult, Suite

__all__ = ["Engine", "engine_for", "validate"]

Engine = Literal["gx", "scan"]

GX_CELLS = 2_000_000
"""Up to so many cells Great Expectations itself judges; what is larger is judged by the scan."""


def engine_for(cells: int) -> Engine:
    """Return which engine judges so many cells in memory."""
    return "gx" if cells <= GX_CELLS else "scan"


def validate(suite: Suite, table: Table, engine: Engine = "gx") -> ContractResult:
    """Return how ``table`` fares against ``suite``.

    Parameters
    ----------
    suite : Suite
        The contract.
    table : Table
        The table as intake handed it on.
    engine : {"gx", "scan"}
        ``gx`` has Great Expectations judge on pandas; ``scan`` compiles the same suite into one Polars pass,
        which gives the same verdicts (a test holds them together) at a fraction of the cost. A table beyond memory
        is judged on all its rows: by the scan, or, where Spark measures it and ``gx`` is asked for, by Great
        Expectations on Spark.
    """
    form = Canonical.of(table)
    judged_by: Literal["gx", "scan", "gx-spark"] = engine
    if table.whole is not None:
        judged_by = "gx-spark" if engine == "gx" and table.whole.limits.engine == "spark" else "scan"
    if judged_by == "gx-spark" and table.whole is not None:
        from .inplace import judge_with_gx_on_spark

        verdicts = judge_with_gx_on_spark(suite, table.whole, form)
    elif judged_by == "gx":
        from .gx import judge_with_gx

        verdicts = judge_with_gx(suite, form)
    else:
        from .scan import judge_by_scan

        verdicts = judge_by_scan(suite, form)
    outcomes = [outcome(e, v, form) for e, v in zip(suite.expectations, verdicts, strict=True)]
    return ContractResult(table=table.name, engine=judged_by, outcomes=outcomes)
