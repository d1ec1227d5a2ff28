"""Running the command line: every error is one line on stderr, and an exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer

from ..errors import DiscoveryError, disk_full
from .app import app

__all__ = ["invoke", "main"]


def invoke(arguments: Sequence[str]) -> int:
    """Run the command line on ``arguments`` and return the exit code; errors are one line on stderr."""
    debug = "--debug" in arguments
    as_json = "--json" in arguments
    try:
        code = app(list(arguments), standalone_mode=False, prog_name="discovery")
        return code if isinstance(code, int) else 0
    except DiscoveryError as error:
        if debug:
            raise
        return _fail(str(error), error.exit_code, as_json, type(error).__name__)
    except (KeyboardInterrupt, typer.Abort):
        return _fail("interrupted", 1, as_json, "Interrupted")
    except BrokenPipeError:
        return 1
    except Exception as error:
        usage = getattr(error, "format_message", None)
        if usage is not None:
            return _usage(error, str(usage()), as_json)
        if debug:
            raise
        if disk_full(error):
            return _fail("the disk is full. Make room, and run it again.", 1, as_json, type(error).__name__)
        line = f"{type(error).__name__}, which is a bug in Discovery. Run again with --debug to see where."
        return _fail(line, 1, as_json, type(error).__name__)


def _usage(error: Exception, message: str, as_json: bool) -> int:
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(message)
        return 2
    context = getattr(error, "ctx", None)
    command = getattr(context, "command_path", "discovery")
    return _fail(f"{message.rstrip('.')}. See: {command} --help", 2, as_json, "UsageError")


def _fail(line: str, code: int, as_json: bool, kind: str) -> int:
    shown = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(line.split()))
    typer.echo(f"discovery: {shown}", err=True)
    if as_json:
        import json

        typer.echo(json.dumps({"status": "error", "error": kind, "message": shown, "exit_code": code}))
    return code


def main() -> NoReturn:
    """Run the command line and exit with its code; signs that the terminal's encoding lacks are replaced."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    sys.exit(invoke(sys.argv[1:]))
