"""Shared fixtures."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]
OPEN_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of public data sets; the test skips where it is absent."""
    if not (OPEN_DATA / "facts.json").is_file():
        pytest.skip("the public data sets are not here")
    return OPEN_DATA
