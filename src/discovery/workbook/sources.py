"""The notebooks of a run: where they are, and whether their parameters are the model's."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ..assets import asset
from ..errors import NotebookError, ParameterError, suggest
from ..parameters import RunParameters

__all__ = ["check_asked", "find_notebooks", "parameter_names"]

_NUMBERED = re.compile(r"\d\d_.+\.ipynb")


def find_notebooks(engagement: Path | None) -> list[Path]:
    """Return the notebooks of a run in order: those in ``notebooks/`` beside the engagement, or the shipped ones.

    Raises
    ------
    NotebookError
        A notebook cannot be read.
    ParameterError
        Its parameters cell is missing, or has a parameter that the model has not.
    """
    folder = engagement.resolve().parent / "notebooks" if engagement else None
    own = _numbered(folder) if folder and folder.is_dir() else []
    found = own or _numbered(asset("notebooks"))
    for notebook in found:
        names = parameter_names(notebook)
        for name in names:
            if name not in RunParameters.model_fields:
                mend = suggest(name, RunParameters.model_fields)
                raise ParameterError(
                    f"unknown parameter '{name}' in its parameters cell", where=str(notebook), mend=mend
                )
    return found


def check_asked(parameters: RunParameters, notebooks: Iterable[Path]) -> None:
    """Refuse to run notebooks that would pass over a query or a schema: they were made before there was one.

    Raises
    ------
    ParameterError
        A notebook has no such parameter.
    """
    wanted = [name for name in ("sql", "db_schema") if getattr(parameters, name) is not None]
    for notebook in notebooks if wanted else ():
        for name in set(wanted) - set(parameter_names(notebook)):
            mend = f"Add {name} = None there, and {name}={name} to notebook.start."
            raise ParameterError(f"its parameters cell has no '{name}'", where=str(notebook), mend=mend)


def _numbered(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if _NUMBERED.fullmatch(p.name))


def parameter_names(notebook: Path) -> list[str]:
    """Return the names that the cell tagged ``parameters`` sets."""
    try:
        cells: list[dict[str, Any]] = json.loads(notebook.read_bytes())["cells"]
        tagged = [c for c in cells if "parameters" in c.get("metadata", {}).get("tags", [])]
        source = "".join(tagged[0]["source"]) if tagged else None
        tree = ast.parse(source) if source is not None else None
    except (OSError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise NotebookError(f"not a notebook that can be run ({error})", where=str(notebook)) from None
    if tree is None:
        raise ParameterError(
            "no cell is tagged 'parameters'", where=str(notebook), mend="Tag the cell that sets the parameters."
        )
    names: list[str] = []
    for statement in tree.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        names += [t.id for t in targets if isinstance(t, ast.Name)]
    return names
