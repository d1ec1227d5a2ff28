"""Shared fixtures."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
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


@pytest.fixture(scope="session")
def untranslated() -> Callable[[str], list[str]]:
    """A function that returns the languages in which a text stays English, or keeps a part that looks English."""
    from discovery.language import LANGUAGES, speaking
    from discovery.report.phrases import looks_english, phrasebook

    def languages(text: str) -> list[str]:
        found = []
        for code in LANGUAGES:
            with speaking(code):
                book = phrasebook()
                said = book.translate(text) if book else text
            rest = re.sub("„[^“]*“|«[^»]*»| in ", " ", said or "")
            if said is None or (code == "de" and looks_english(rest)):
                found.append(code)
        return found

    return languages
