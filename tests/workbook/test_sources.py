"""The notebooks as they are in git, and what is refused of a team's own."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

from discovery.assets import asset
from discovery.errors import DiscoveryError, NotebookError, ParameterError
from discovery.parameters import RunParameters
from discovery.workbook.sources import find_notebooks, parameter_names

SHIPPED = ["01_data_audit.ipynb", "02_baseline_models.ipynb", "03_week1_report.ipynb"]


def write(path: Path, source: str, tags: list[str] | None = None) -> Path:
    cell: dict[str, Any] = {"cell_type": "code", "source": [source], "metadata": {"tags": tags or []}}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    return path


def test_the_shipped_notebooks_are_found_in_order(tmp_path: Path) -> None:
    assert [p.name for p in find_notebooks(None)] == SHIPPED
    assert [p.name for p in find_notebooks(tmp_path / "engagement.yaml")] == SHIPPED


@pytest.mark.parametrize("name", SHIPPED)
def test_the_parameters_cell_is_the_model(name: str) -> None:
    notebook = asset("notebooks", name)
    assert parameter_names(notebook) == list(RunParameters.model_fields)
    cells = json.loads(notebook.read_text())["cells"]
    source = "".join(next(c for c in cells if "parameters" in c["metadata"].get("tags", []))["source"])
    values = {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(source).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }
    assert RunParameters.model_validate(values) == RunParameters()


@pytest.mark.parametrize("name", SHIPPED)
def test_notebooks_in_git_are_thin_and_clean(name: str) -> None:
    cells = json.loads(asset("notebooks", name).read_text())["cells"]
    for cell in cells:
        if cell["cell_type"] != "code":
            continue
        assert cell["outputs"] == []
        assert cell["execution_count"] is None
        tree = ast.parse("".join(cell["source"]))
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef | ast.If | ast.While)]
    prose = sum(c["cell_type"] == "markdown" for c in cells)
    assert prose >= len(cells) / 3


def test_a_teams_own_notebooks_are_taken(tmp_path: Path) -> None:
    write(tmp_path / "notebooks" / "01_mine.ipynb", "seed = 1", ["parameters"])
    write(tmp_path / "notebooks" / "scratch.ipynb", "seed = 1")
    assert [p.name for p in find_notebooks(tmp_path / "engagement.yaml")] == ["01_mine.ipynb"]


@pytest.mark.parametrize(
    ("source", "tags", "kind", "message"),
    [
        ("sed = 1", ["parameters"], ParameterError, "unknown parameter 'sed' in its parameters cell. Did you mean"),
        ("seed: int = 1\nwokers = 2", ["parameters"], ParameterError, "'wokers'"),
        ("seed = 1", [], ParameterError, "no cell is tagged 'parameters'"),
        ("seed = = 1", ["parameters"], NotebookError, "not a notebook that can be run"),
    ],
)
def test_what_is_wrong_with_a_notebook_is_said(
    tmp_path: Path, source: str, tags: list[str], kind: type[DiscoveryError], message: str
) -> None:
    write(tmp_path / "notebooks" / "01_mine.ipynb", source, tags)
    with pytest.raises(kind) as caught:
        find_notebooks(tmp_path / "engagement.yaml")
    assert message in str(caught.value)


def test_what_is_no_notebook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "01_x.ipynb"
    path.write_text("{}")
    with pytest.raises(NotebookError):
        parameter_names(path)
