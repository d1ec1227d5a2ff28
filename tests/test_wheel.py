"""What a user gets who installs the wheel somewhere else."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, folder], check=True, cwd=ROOT, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_wheel_holds_all_that_is_needed(unpacked: Path) -> None:
    package = unpacked / "discovery"
    assert (package / "py.typed").is_file()
    assert len(list((package / "_assets" / "notebooks").glob("*.ipynb"))) == 3
    for name in ("engagement.yaml", "report/week1.html", "nbconvert", "engagement"):
        assert (package / "_assets" / "templates" / name).exists(), name
    sources = {p.relative_to(ROOT / "src") for p in (ROOT / "src").rglob("*") if p.suffix in {".py", ".txt"}}
    assert sources <= {p.relative_to(unpacked) for p in unpacked.rglob("*")}


def test_new_engagement_from_the_wheel(unpacked: Path, tmp_path: Path) -> None:
    def discovery(*arguments: str) -> str:
        plain = {k: v for k, v in os.environ.items() if not k.startswith("COVERAGE")}
        environment = {**plain, "PYTHONPATH": str(unpacked)}
        command = [sys.executable, "-m", "discovery", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    discovery("new", "acme")
    made = {p.name for p in (tmp_path / "acme").iterdir()}
    assert {"engagement.yaml", "notebooks", "drops"} <= made
    rows = "\n".join(f"{i},{i % 7},{'yes' if i % 7 > 3 else 'no'}" for i in range(60))
    (tmp_path / "acme" / "drops" / "first").mkdir()
    (tmp_path / "acme" / "drops" / "first" / "orders.csv").write_text(f"id,size,late\n{rows}\n")
    assert "audit.json" in {p.name for p in _audited(discovery, tmp_path)}


def _audited(discovery: object, folder: Path) -> list[Path]:
    assert callable(discovery)
    discovery("audit", "acme/drops/first/orders.csv", "--target", "late", "--out", "done")
    return list((folder / "done").iterdir())
