"""Figures are drawn once for a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from discovery.report import plots, write_report


def _write(sample: Any, folder: Path, engagement: Any = None) -> str:
    given = (engagement or sample.engagement, sample.audit, sample.evaluation, sample.decisions, sample.record)
    return write_report(folder, *given).read_text("utf-8")


def test_a_second_rendering_draws_nothing_and_is_the_same(
    sample: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _write(sample, tmp_path)
    assert len(json.loads((tmp_path / "figures.json").read_bytes())) > 4

    def never(*_: Any) -> None:
        raise AssertionError("drawn again")

    for name in ("candidates_plot", "coverage_plot", "learning_plot", "missing_plot", "relations_plot"):
        monkeypatch.setattr(plots, name, never)
    assert _write(sample, tmp_path) == first


def test_other_data_or_another_language_is_drawn_anew(sample: Any, tmp_path: Path) -> None:
    _write(sample, tmp_path)
    before = set(json.loads((tmp_path / "figures.json").read_bytes()))
    german = _write(sample, tmp_path, sample.engagement.model_copy(update={"locale": "de"}))
    assert not before & set(json.loads((tmp_path / "figures.json").read_bytes()))
    assert "Gelernte Zeilen" in german or "Zeilen" in german


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": "<script>"}', '{"a": 1}'])
def test_a_broken_store_is_not_used(sample: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "figures.json").write_text(text, "utf-8")
    assert 'role="img"' in _write(sample, tmp_path)
    assert "<script>" not in (tmp_path / "figures.json").read_text("utf-8")
