"""The options that commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

_OUTPUT = "Output"
_HOW = "How it runs"

Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA", help="File, folder, glob, URL or env:NAME of a database URL; or engagement.yaml."
    ),
]
Source = Annotated[
    str, typer.Argument(metavar="ENGAGEMENT_OR_DATA", help="engagement.yaml, its folder, or the data itself.")
]
Target = Annotated[
    str | None, typer.Option("--target", "-t", metavar="COL", help="The column to predict, or TABLE.COLUMN.")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", "-o", metavar="DIR", help="The run directory; must be new or empty. Default: a new one in runs/."
    ),
]
DropOption = Annotated[
    str | None,
    typer.Option(
        "--drop", metavar="DROP", help="Which drop: its name in data.drops, or a path. Default: the newest."
    ),
]
Sql = Annotated[
    str | None, typer.Option("--sql", metavar="QUERY", help="Of a database: a SELECT, whose result is the table.")
]
Schema = Annotated[
    str | None,
    typer.Option("--schema", metavar="NAME", help="Of a database: the schema whose tables are read."),
]
Tables = Annotated[
    list[str] | None, typer.Option("--table", metavar="NAME", help="Only this table; may be given again.")
]
Previous = Annotated[
    str | None,
    typer.Option(
        "--previous", metavar="RUN", help="An earlier run to compare with; 'none' for none. Default: the last one."
    ),
]
UseCases = Annotated[
    list[str] | None, typer.Option("--use-case", metavar="NAME", help="Only this use case; may be given again.")
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", help="Same seed, same result.", rich_help_panel=_HOW)
]
Budget = Annotated[
    str | None,
    typer.Option(
        "--budget", metavar="TIME", help="What a use case may take: 90s, 5m, 1h, or seconds.", rich_help_panel=_HOW
    ),
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", help="Processes for the baselines.", rich_help_panel=_HOW)
]
Memory = Annotated[
    str | None,
    typer.Option(
        "--memory",
        metavar="SIZE",
        help="What tables may take, such as 2GB; larger ones are measured where they are. Default: 60% of it.",
        rich_help_panel=_HOW,
    ),
]
Engine = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="Measure tables where they are, whatever their size: by polars, duckdb or spark.",
        rich_help_panel=_HOW,
    ),
]
SparkUrl = Annotated[
    str | None,
    typer.Option(
        "--spark-url", metavar="URL", help="The Spark master, or sc://… for Spark Connect.", rich_help_panel=_HOW
    ),
]
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", help="Stop the run after that.", rich_help_panel=_HOW),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option("--param", "-p", metavar="NAME=VALUE", help="A parameter of the notebooks.", rich_help_panel=_HOW),
]
Mlflow = Annotated[
    str | None,
    typer.Option(
        "--mlflow",
        metavar="URI",
        help="Record the candidates for MLflow: a folder, sqlite:///FILE, https://HOST.",
        rich_help_panel=_OUTPUT,
    ),
]
FailOn = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-on",
        metavar="GATE",
        help="Exit 3 on a finding this bad (blocker, major, minor) or a decision this bad (no-go, hold, narrow).",
        rich_help_panel=_OUTPUT,
    ),
]


class Paper(StrEnum):
    """What is printed."""

    short = "short"
    full = "full"


Language = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help="Language of the report: en, de or fr.")
]
Print = Annotated[
    Paper, typer.Option("--print", help="What printing the report gives: without or with the appendix's tables.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.", rich_help_panel=_OUTPUT)]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.", rich_help_panel=_OUTPUT)]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks.", rich_help_panel=_OUTPUT)]
Open = Annotated[bool, typer.Option("--open", help="Open the report when done.", rich_help_panel=_OUTPUT)]
