"""Great Expectations as the judge. It is imported here only, when it is needed: the import costs seconds."""

from __future__ import annotations

import logging
import os
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import polars as pl

from .canonical import Canonical, to_pandas
from .judge import Verdict
from .model import Suite

__all__ = ["ephemeral", "judge_batch", "judge_with_gx", "quiet", "to_gx"]

_COMPARING = ("not supported between", "Invalid comparison", "Column values, min_value, and max_value must")


def to_gx(suite: Suite) -> Any:
    """Return ``suite`` as a ``great_expectations.ExpectationSuite``."""
    with quiet():
        from great_expectations import ExpectationSuite

        expectations = [
            {"type": e.type, "kwargs": e.kwargs, "meta": {**e.meta, "position": i}, "severity": e.severity}
            for i, e in enumerate(suite.expectations)
        ]
        return ExpectationSuite(name=suite.name, expectations=expectations, meta=dict(suite.meta))


def judge_with_gx(suite: Suite, table: Canonical) -> list[Verdict]:
    """Return the verdict of Great Expectations on each expectation, in the order of the suite.

    The context is ephemeral, usage
    statistics and progress bars are switched off, nothing is written and no value leaves the process.
    """
    frame, suite = _told_apart(table.frame, suite)
    with quiet():
        return judge_batch(suite, _batch(frame))


def _told_apart(frame: pl.DataFrame, suite: Suite) -> tuple[pl.DataFrame, Suite]:
    """Return table and suite with other names for columns that differ in case only: Great Expectations takes the
    first of them for each."""
    times = Counter(name.casefold() for name in frame.columns)
    alike = [name for name in frame.columns if times[name.casefold()] > 1]
    if not alike:
        return frame, suite
    names = {name: f"{name} [{frame.columns.index(name)}]" for name in alike}
    told = [e.with_columns(lambda c: names.get(c, c)) for e in suite.expectations]
    return frame.rename(names), suite.model_copy(update={"expectations": told})


def judge_batch(suite: Suite, batch: Any) -> list[Verdict]:
    """Return the verdict of Great Expectations on each expectation over a batch of one of its engines."""
    if not suite.expectations:
        return []
    results = batch.validate(to_gx(suite), result_format="BASIC").to_json_dict()["results"]
    verdicts = [Verdict(False, error="Great Expectations gave no verdict")] * len(suite.expectations)
    for result in results:
        verdicts[result["expectation_config"]["meta"]["position"]] = _verdict(result)
    return verdicts


def ephemeral() -> Any:
    """Return a context of Great Expectations that writes nothing and shows no progress."""
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False, "metric_calculations": False}  # type: ignore[assignment]
    return context


def _batch(frame: pl.DataFrame) -> Any:
    source = ephemeral().data_sources.add_pandas("drop")
    definition = source.add_dataframe_asset("table").add_batch_definition_whole_dataframe("whole")
    return definition.get_batch(batch_parameters={"dataframe": to_pandas(frame)})


def _verdict(result: dict[str, Any]) -> Verdict:
    found = result.get("result") or {}
    raised = _raised(result.get("exception_info") or {})
    if raised is not None:
        return Verdict(False, error=raised)
    total = int(found.get("element_count") or 0)
    missing = int(found.get("missing_count") or 0)
    return Verdict(
        success=bool(result["success"]),
        checked=total - missing,
        unexpected=int(found.get("unexpected_count") or 0),
        note=_note(found),
    )


def _note(found: dict[str, Any]) -> str:
    if "element_count" in found:
        return ""
    observed = found.get("observed_value")
    if isinstance(observed, list):
        missing = ((found.get("details") or {}).get("mismatched") or {}).get("missing") or []
        return f"not there: {', '.join(map(str, missing))}" if missing else ""
    if isinstance(observed, int):
        return f"there are {observed:,}"
    return f"it holds {observed}" if observed is not None else ""


def _raised(info: dict[str, Any]) -> str | None:
    """Return why an expectation could not be judged; None if it was. Values never come along."""
    if info.get("raised_exception") is False:
        return None
    entries = [info] if "raised_exception" in info else list(info.values())
    texts = [str(e.get("exception_message", "")) for e in entries if isinstance(e, dict)]
    if not texts:
        return None
    return (
        "its values cannot be compared"
        if any(t in text for text in texts for t in _COMPARING)
        else "it raised an error"
    )


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Great Expectations from warning, logging and sending statistics."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.setLevel(level)
