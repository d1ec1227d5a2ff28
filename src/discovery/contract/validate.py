"""Validate a table against its contract."""

from __future__ import annotations

from typing import Literal

from ..intake.table import Table
from .canonical import Canonical
from .judge import outcome
from .model import ContractResult, Suite

__all__ = ["Engine", "validate"]

Engine = Literal["gx", "scan"]


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
        is always judged by the scan, on all its rows.
    """
    form = Canonical.of(table)
    if table.whole is not None:
        engine = "scan"
    if engine == "gx":
        from .gx import judge_with_gx

        verdicts = judge_with_gx(suite, form)
    else:
        from .scan import judge_by_scan

        verdicts = judge_by_scan(suite, form)
    outcomes = [outcome(e, v, form) for e, v in zip(suite.expectations, verdicts, strict=True)]
    return ContractResult(table=table.name, engine=engine, outcomes=outcomes)
