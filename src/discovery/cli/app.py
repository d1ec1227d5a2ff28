"""The commands: one short function each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import options as o
from .plain import PlainCommand, PlainGroup

__all__ = ["app"]


def _examples(*lines: str) -> str:
    return "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])


app = typer.Typer(
    name="discovery",
    cls=PlainGroup,
    help="The Week-1 workbook of an AI engagement: data assessment, honest baselines, a decision per use case.",
    epilog=_examples("discovery new my-client", "discovery run data.csv --target COLUMN"),
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from .. import __version__

        typer.echo(f"discovery {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command(epilog=_examples("discovery run data/sample/engagement.yaml", "discovery run bank.csv --target y"))
def run(
    source: o.Source,
    target: o.Target = None,
    out: o.Out = None,
    drop: o.DropOption = None,
    sql: o.Sql = None,
    schema: o.Schema = None,
    previous: o.Previous = None,
    use_case: o.UseCases = None,
    seed: o.Seed = None,
    budget: o.Budget = None,
    workers: o.Workers = None,
    memory: o.Memory = None,
    engine: o.Engine = None,
    spark_url: o.SparkUrl = None,
    timeout: o.Timeout = None,
    param: o.Parameters = None,
    fail_on: o.FailOn = None,
    mlflow: o.Mlflow = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
    open: o.Open = False,
) -> int:
    """Run the whole workbook over one drop.

    Audit, contract, baselines, decisions and the report week1.html, with the executed notebooks beside it.
    """
    from .work import Options, run_command

    given = Options(
        source, target=target, out=out, drop=drop, sql=sql, schema=schema, previous=previous, use_cases=use_case,
        seed=seed, budget=budget, workers=workers, memory=memory, engine=engine, spark_url=spark_url,
        timeout=timeout, parameters=param or (), fail_on=fail_on or (), mlflow=mlflow,
    )  # fmt: skip
    return run_command("run", given, json=json, quiet=quiet, show=open)


@app.command(epilog=_examples("discovery audit customers.csv --fail-on blocker --json"))
def audit(
    source: o.Data,
    target: o.Target = None,
    out: o.Out = None,
    drop: o.DropOption = None,
    sql: o.Sql = None,
    schema: o.Schema = None,
    previous: o.Previous = None,
    seed: o.Seed = None,
    memory: o.Memory = None,
    engine: o.Engine = None,
    spark_url: o.SparkUrl = None,
    timeout: o.Timeout = None,
    fail_on: o.FailOn = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Audit the data only: what is wrong with it.

    No kernel is started, no model is fitted.
    """
    from .work import Options, run_command

    given = Options(
        source, target=target, out=out, drop=drop, sql=sql, schema=schema, previous=previous, seed=seed,
        memory=memory, engine=engine, spark_url=spark_url, timeout=timeout, fail_on=fail_on or (),
    )  # fmt: skip
    return run_command("audit", given, json=json, quiet=quiet)


@app.command(epilog=_examples("discovery models customers.csv --target churned --budget 5m"))
def models(
    source: o.Data,
    target: o.Target = None,
    out: o.Out = None,
    drop: o.DropOption = None,
    sql: o.Sql = None,
    schema: o.Schema = None,
    previous: o.Previous = None,
    use_case: o.UseCases = None,
    seed: o.Seed = None,
    budget: o.Budget = None,
    workers: o.Workers = None,
    memory: o.Memory = None,
    engine: o.Engine = None,
    spark_url: o.SparkUrl = None,
    timeout: o.Timeout = None,
    fail_on: o.FailOn = None,
    mlflow: o.Mlflow = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Fit the baselines only: what can be predicted.

    The audit is made first, since leaks are left out. No kernel is started.
    """
    from .work import Options, run_command

    given = Options(
        source, target=target, out=out, drop=drop, sql=sql, schema=schema, previous=previous, use_cases=use_case,
        seed=seed, budget=budget, workers=workers, memory=memory, engine=engine, spark_url=spark_url,
        timeout=timeout, fail_on=fail_on or (), mlflow=mlflow,
    )  # fmt: skip
    return run_command("models", given, json=json, quiet=quiet)


LedgerOption = Annotated[
    str | None,
    typer.Option("--ledger", metavar="URL", help="PostgreSQL, shared by machines; or env:NAME. Default: in runs/."),
]


@app.command(
    cls=PlainCommand,
    epilog=_examples(
        "discovery batch acme/engagement.yaml", "discovery batch acme --watch --workers 2 --timeout 1800"
    ),
)
def batch(
    engagement: Annotated[Path, typer.Argument(metavar="ENGAGEMENT", help="engagement.yaml or its folder.")],
    once: Annotated[bool, typer.Option("--once/--watch", help="Look once (for cron), or keep looking.")] = True,
    workers: Annotated[int, typer.Option("--workers", metavar="N", help="Runs at a time on this machine.")] = 1,
    dask: Annotated[
        str | None, typer.Option("--dask", metavar="ADDRESS", help="Run drops on a Dask cluster: tcp://HOST:8786.")
    ] = None,
    settle: Annotated[
        float, typer.Option("--settle", metavar="SECONDS", help="Unchanged for so long: complete.")
    ] = 60,
    marker: Annotated[
        bool, typer.Option("--marker", help="Only drops with a marker file such as _SUCCESS.")
    ] = False,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="DROP", help="Only this drop.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DROP", help="Only from this name on.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run again what is done.")] = False,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep what was done with other notebooks, parameters or version.")
    ] = False,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Run again now what failed.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be run.")] = False,
    timeout: o.Timeout = None,
    memory: Annotated[
        int, typer.Option("--memory", metavar="MB", help="Memory a process of a run may take; 0: no limit.")
    ] = 0,
    attempts: Annotated[
        int, typer.Option("--attempts", metavar="N", help="Tries before a drop is quarantined.")
    ] = 3,
    ledger: LedgerOption = None,
    notify: Annotated[
        list[str] | None,
        typer.Option("--notify", metavar="URL", help="Tell a webhook or smtp://HOST?from=A&to=B; or env:NAME."),
    ] = None,
    site: Annotated[str, typer.Option("--site", metavar="URL", help="Where runs/ is served, for links.")] = "",
    lineage: Annotated[
        str | None, typer.Option("--lineage", metavar="URL_OR_FILE", help="Where OpenLineage events go.")
    ] = None,
    log_json: Annotated[bool, typer.Option("--log-json", help="A JSON line on stderr for every event.")] = False,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Run every new drop of an engagement, once each."""
    from .batches import batch_command

    if memory:
        from ..limits import set_limits

        set_limits(f"{max(64, memory)}MB", None, None)
    return batch_command(
        engagement, json=json, quiet=quiet, watch=not once, workers=workers, dask=dask, settle_seconds=settle,
        marker=marker, only=only, since=since, force=force, keep=keep, retry_failed=retry_failed, dry_run=dry_run,
        timeout=timeout, memory_mb=memory, max_attempts=attempts, ledger=ledger, notify=notify or (), site=site,
        lineage=lineage, log_json=log_json,
    )  # fmt: skip


Engagement = Annotated[
    Path, typer.Option("--engagement", metavar="ENGAGEMENT", help="engagement.yaml or its folder.")
]


@app.command(cls=PlainCommand, epilog=_examples("discovery history --engagement acme"))
def history(
    engagement: Engagement = Path(),
    ledger: LedgerOption = None,
    json: o.Json = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """List the drops that batches have seen."""
    from .batches import history as print_history

    print_history(engagement, ledger=ledger, json=json)
    return 0


@app.command(cls=PlainCommand, epilog=_examples("discovery show 2026-09-14 --engagement acme"))
def show(
    name: Annotated[str, typer.Argument(metavar="RUN", help="The name of a drop or of a run.")],
    engagement: Engagement = Path(),
    ledger: LedgerOption = None,
    json: o.Json = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Show what is known of one drop or run."""
    from .batches import show_run

    show_run(engagement, name, ledger=ledger, json=json)
    return 0


@app.command(epilog=_examples("discovery new engagements/acme"))
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is not there yet, or empty.")],
) -> int:
    """Make a new engagement, from the templates."""
    from .new import new_engagement

    for line in new_engagement(folder):
        typer.echo(line)
    return 0


@app.command(
    epilog=_examples(
        "discovery report runs/20260914T080000Z-week-2-1a2b",
        "discovery report runs/20260914T080000Z-week-2-1a2b --language de",
    )
)
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run.")],
    language: o.Language = None,
    paper: o.Print = o.Paper.short,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Render the report of a run again, if need be in another language.

    It is made from the artifacts; nothing is computed anew.
    """
    from .work import report_again

    typer.echo(str(report_again(folder, language, paper.value)))
    return 0


@app.command(epilog=_examples("discovery score acme/runs/A new.csv --out scores.parquet"))
def score(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run with models.")],
    data: o.Data,
    use_case: Annotated[
        str | None, typer.Option("--use-case", metavar="NAME", help="Which, where the run has several.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help=".csv or .parquet; default: scores-NAME.csv")
    ] = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Score a table with the model that a run saved.

    Where the table has the outcome, also how good the predictions are.
    """
    from .scores import score_command

    return score_command(folder, data, use_case=use_case, out=out, json=json, quiet=quiet)


@app.command(epilog=_examples("discovery validate acme/runs/A env:SHOP --table orders"))
def validate(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The directory of a run.")],
    data: o.Data,
    table: o.Tables = None,
    memory: o.Memory = None,
    engine: o.Engine = None,
    spark_url: o.SparkUrl = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Hold data against the contract of a run. The exit code is 3 where it is broken.

    Tables of a database are judged in the database, and with --engine spark by Spark; no row is fetched.
    """
    from ..limits import set_limits
    from .contracts import validate_command

    set_limits(memory, engine, spark_url)
    return validate_command(folder, data, tables=table or [], json=json, quiet=quiet)


@app.command(epilog=_examples("discovery diff runs/20260907T080000Z-week-1-1a2b runs/20260914T080000Z-week-2-3c4d"))
def diff(
    run_a: Annotated[Path, typer.Argument(metavar="RUN_A", help="The earlier run.")],
    run_b: Annotated[Path, typer.Argument(metavar="RUN_B", help="The later run.")],
    json: o.Json = False,
    debug: o.Debug = False,  # noqa: ARG001 - `invoke` looks at it
) -> int:
    """Say what changed between two runs."""
    from ..changes import diff as compare
    from ..changes_text import to_text

    changes = compare(run_a, run_b)
    typer.echo(changes.to_json() if json else to_text(changes))
    return 0


@app.command("open", epilog=_examples("discovery open", "discovery open runs/by-hand"))
def open_(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run, or a folder of runs.")] = Path("runs"),
) -> int:
    """Open the report of a run, or the latest."""
    from .work import latest_report

    page = latest_report(folder)
    typer.echo(str(page))
    typer.launch(str(page))
    return 0
