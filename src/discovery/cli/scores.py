"""Score a table with the model that a run saved."""

from __future__ import annotations

import json as json_
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ParameterError

if TYPE_CHECKING:
    import polars as pl

    from ..baselines.scoring import Scored

__all__ = ["score_command", "write_scores"]


def score_command(run: Path, data: str, *, use_case: str | None, out: Path | None, json: bool, quiet: bool) -> int:
    """Score ``data`` with the model in ``run``, write the predictions, tell the user, and return the exit code."""
    import typer

    from ..baselines.saving import file_name
    from ..baselines.scoring import score_run
    from ..engagement import load_engagement
    from ..intake import read_drop
    from ..parameters import resolve_source

    if out is not None and out.suffix.lower() not in {".csv", ".parquet"}:
        raise ParameterError(f"'{out.name}' is neither .csv nor .parquet", where="--out")
    engagement = run / "engagement.yaml"
    drop = read_drop(resolve_source(data), engagement=load_engagement(engagement) if engagement.is_file() else None)
    found = score_run(run, drop, use_case)
    path = out or Path(f"scores-{file_name(found.use_case)}.csv")
    write_scores(found.frame, path)
    for warning in found.warnings:
        typer.echo(f"discovery: {warning}", err=True)
    if json:
        typer.echo(json_.dumps(_summary(found, path), ensure_ascii=True))
    elif not quiet:
        _tell(found, path)
    return 0


def write_scores(frame: pl.DataFrame, path: Path) -> None:
    """Write predictions as CSV (in which no cell can act as a formula) or Parquet, by the name of the file."""
    import io

    import polars as pl

    from ..artifacts import write_atomic
    from ..report.tables import harmless

    buffer = io.BytesIO()
    if path.suffix.lower() == ".parquet":
        frame.write_parquet(buffer)
    else:
        texts = [c for c in frame.columns if frame[c].dtype == pl.String]
        safe = [pl.Series(c, [harmless(v) for v in frame[c]], dtype=pl.String) for c in texts]
        frame.with_columns(safe).rename({c: str(harmless(c)) for c in frame.columns}).write_csv(buffer)
    write_atomic(path, buffer.getvalue())


def _summary(found: Scored, path: Path) -> dict[str, Any]:
    return {
        "status": "ok", "use_case": found.use_case, "candidate": found.candidate, "rows": found.frame.height,
        "file": str(path), "abstained": _abstained(found), "rows_with_outcome": found.known,
        "metrics": found.metrics, "warnings": found.warnings,
    }  # fmt: skip


def _abstained(found: Scored) -> int | None:
    return int(found.frame["abstain"].sum()) if "abstain" in found.frame.columns else None


def _tell(found: Scored, path: Path) -> None:
    import typer

    from ..formats import measure_name, number
    from ..show import plain

    typer.echo(f"{found.frame.height:,} rows scored for {plain(found.use_case)} by '{plain(found.candidate)}'.")
    abstained = _abstained(found)
    if abstained is not None:
        typer.echo(f"{abstained:,} of them are not sure enough, and are for a person (abstain).")
    if found.metrics:
        typer.echo(f"On the {found.known:,} rows whose outcome is known:")
        for name, value in found.metrics.items():
            typer.echo(f"  {measure_name(name)}: {number(value)}")
    typer.echo(f"Predictions: {path}")
