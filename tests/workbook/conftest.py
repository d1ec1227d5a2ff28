"""A small engagement with notebooks of its own, so that what goes wrong in a notebook can be chosen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = "\n".join(f"{i},{i * 7 % 50},{'yes' if i % 3 else 'no'},anna{i}@example.org" for i in range(1, 121))
DATA = "id,age,churned,email\n" + ROWS + "\n"
ENGAGEMENT = """
name: Acme
data: {drops: drops}
use_cases:
  - {name: churn, table: customers, target: churned}
"""


def notebook(*sources: str) -> str:
    """Return a notebook with a parameters cell and a code cell for each of ``sources``."""
    parameters: dict[str, Any] = {
        "source": ["engagement = drop = out = None"],
        "metadata": {"tags": ["parameters"]},
    }
    parameters["source"] = ["engagement = None\ndrop = None\nout = None"]
    cells = [parameters, *({"source": [s], "metadata": {}} for s in sources)]
    for i, cell in enumerate(cells):
        cell |= {"cell_type": "code", "outputs": [], "execution_count": None, "id": f"c{i}"}
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def engagement(tmp_path: Path) -> Path:
    """An engagement folder with one drop; returns its file."""
    drop = tmp_path / "acme" / "drops" / "2026-09-07"
    drop.mkdir(parents=True)
    (drop / "customers.csv").write_text(DATA)
    file = tmp_path / "acme" / "engagement.yaml"
    file.write_text(ENGAGEMENT)
    return file


@pytest.fixture
def with_notebooks(engagement: Path) -> Callable[..., Path]:
    """Give the engagement notebooks of its own: one list of cells each."""

    def write(*books: list[str]) -> Path:
        folder = engagement.parent / "notebooks"
        folder.mkdir()
        for i, cells in enumerate(books, start=1):
            (folder / f"{i:02d}_book.ipynb").write_text(notebook(*cells))
        return engagement

    return write
