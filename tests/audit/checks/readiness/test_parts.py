"""Targets made of flags, and the rows that do not go with them."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from discovery.artifacts import Finding
from discovery.audit.checks.readiness.leaks import leaks
from discovery.audit.checks.readiness.parts import contradicted
from discovery.audit.run import table_context
from discovery.engagement import Engagement, UseCase
from discovery.intake.table import Table

ROWS = 2_000


def failures() -> pl.DataFrame:
    """Three kinds of failure, and a fourth that nobody counts."""
    rng = np.random.default_rng(0)
    modes = {n: (rng.random(ROWS) < 0.03).astype(int) for n in ("TWF", "HDF", "OSF")}
    frame = pl.DataFrame({"speed": rng.normal(1500, 100, ROWS)} | modes)
    return frame.with_columns(failed=pl.max_horizontal("TWF", "HDF", "OSF"))


def audit(frame: pl.DataFrame) -> list[Finding]:
    case = UseCase(name="case", table="t", target="failed", task="binary")
    engagement = Engagement(name="e", use_cases=[case])
    context = table_context(Table.from_frame("t", frame), engagement, date(2026, 1, 1))
    list(leaks(context))
    return list(contradicted(context))


def quiet(frame: pl.DataFrame, count: int) -> np.ndarray:
    return np.flatnonzero((frame["failed"] == 0).to_numpy())[:count]


def test_an_outcome_without_any_of_its_parts() -> None:
    frame = failures()
    assert audit(frame) == []
    wrong = frame["failed"].to_numpy().copy()
    wrong[quiet(frame, 4)] = 1
    (found,) = audit(frame.with_columns(failed=pl.Series(wrong)))
    assert (found.kind, found.columns, found.rows_affected, found.severity) == (
        "label_noise", ["failed"], 4, "minor",
    )  # fmt: skip
    assert {e.row for e in found.evidence} == set((quiet(frame, 4) + 1).tolist())


def test_a_flag_among_the_parts_that_does_not_count() -> None:
    frame = failures()
    idle, wrong = np.zeros(ROWS, int), frame["failed"].to_numpy().copy()
    wrong[quiet(frame, 4)] = 1
    idle[quiet(frame, 24)[4:]] = 1
    frame = frame.select("speed", "TWF", "HDF", "OSF").with_columns(RNF=pl.Series(idle), failed=pl.Series(wrong))
    rule, noise = audit(frame)
    assert (rule.kind, rule.columns, rule.rows_affected) == ("rule_violation", ["RNF", "failed"], 20)
    assert (noise.kind, noise.columns, noise.rows_affected) == ("label_noise", ["failed"], 24)


def test_another_flag_beside_the_parts_is_none_of_them() -> None:
    rng = np.random.default_rng(1)
    frame = failures()
    other = pl.Series((rng.random(ROWS) < 0.1).astype(int))
    frame = frame.select("speed", "TWF", "HDF", "OSF", night_shift=other, failed="failed")
    assert audit(frame) == []
