"""What must hold for the repository as a whole."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "discovery").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT / "src")))
def test_module_is_short_enough_to_know(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 420


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)
def test_notebook_holds_no_output(path: Path) -> None:
    cells = [c for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    assert cells
    assert all(not c["outputs"] and c["execution_count"] is None for c in cells)


def test_the_three_notebooks_are_there() -> None:
    assert [p.stem[:2] for p in NOTEBOOKS] == ["01", "02", "03"]


def test_pinned_versions_name_no_host() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]
    assert len(lines) > 50
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!_-]+", line) for line in lines)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, discovery; print([m for m in ('pandas','polars','sklearn','matplotlib') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_can_be_imported() -> None:
    import discovery

    for name in discovery.__all__:
        assert getattr(discovery, name) is not None


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import discovery

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        discovery.nothing  # noqa: B018


def test_the_sample_is_what_its_script_makes(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "make_sample.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, cwd=script.parent)
    made = {p.relative_to(tmp_path): p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file()}
    assert len(made) == 13
    for path, content in made.items():
        kept = (ROOT / "data" / "sample" / path).read_bytes()
        assert content == kept or path.suffix in {".parquet", ".xlsx"}, path
    assert sum(len(c) for c in made.values()) < 5_000_000


def test_the_sample_lists_enough_faults() -> None:
    faults = json.loads((ROOT / "data" / "sample" / "faults.json").read_text(encoding="utf-8"))
    first = [f for f in faults if f["drop"] == "2026-09-07"]
    assert len(first) >= 30
    assert len({f["kind"] for f in first}) >= 20
