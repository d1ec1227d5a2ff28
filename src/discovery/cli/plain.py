"""Commands that read plain values by themselves, so that they start without importing a validation library.

Typer builds a pydantic adapter for every option of a command that is called, which costs as much as all the rest of
starting up. A scheduler calls ``batch`` every few minutes, mostly for nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_origin

from typer.core import TyperCommand, TyperGroup

__all__ = ["PlainCommand", "PlainGroup"]


_READERS: dict[Any, Callable[[str], Any]] = {str: str, Path: Path, int: int, float: float}


class _Plain:
    """Reads texts, paths, numbers and flags without Typer's help; what is wrong or of another type goes there."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the parameters, those that nobody has read yet with readers of their own."""
        found: list[Any] = super().get_params(ctx)  # type: ignore[misc]
        for parameter in found:
            if getattr(parameter, "_runtime_param", parameter) is None:
                parameter._runtime_param = _Reader(parameter)
        return found


class PlainCommand(_Plain, TyperCommand):
    """A command of plain values."""


class PlainGroup(_Plain, TyperGroup):
    """A group of commands whose own options are plain values."""


class _Reader:
    """Stands in for Typer's own until a value comes that it cannot read."""

    def __init__(self, parameter: Any) -> None:
        kind = parameter.type_descriptor.annotation
        self.parameter, self.listed = parameter, get_origin(kind) is list
        self.read = _READERS.get(get_args(kind)[0] if self.listed else kind)

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Return the value as the command takes it."""
        if value is None:
            return () if self.listed else None
        given = list(value) if self.listed and isinstance(value, list | tuple) else [value]
        if self.read is not None and all(isinstance(v, str) for v in given):
            try:
                read = [self.read(v) for v in given]
            except ValueError:
                pass
            else:
                return read if self.listed else read[0]
        elif not self.listed and isinstance(value, int | float | bool | Path):
            return value
        self.parameter._runtime_param = None
        return self.parameter.get_runtime_param().coerce(value, param=param, ctx=ctx)
