"""Text made safe, figures for people, small pictures, plots."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from discovery import formats
from discovery.artifacts import AuditResult, ColumnSummary, Histogram, TableSummary
from discovery.engagement import Engagement
from discovery.report import render
from discovery.report.clean import anchor, clean, shorten
from discovery.report.plots import missing_plot, relations_plot
from discovery.report.spark import sparkline


def test_what_breaks_a_page_becomes_visible() -> None:
    assert clean("a\x00b\x1bc\x7f\x85") == "a\u2400b\u241bc\u2421\ufffd"
    assert clean("\ud800x") == "\ufffdx"
    assert clean("\u202eabc") == "[U+202E]abc"
    assert clean("two\nlines\tand tab") == "two\nlines\tand tab"
    assert len(clean("x" * 10_000)) == 600
    assert shorten("") == "(empty)"
    assert shorten("a" * 50, 10) == "a" * 9 + "…"
    assert anchor("t", "<b>").startswith("t-")
    assert anchor("t", "a", "b") != anchor("t", "ab")


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (formats.count(1234567), "1,234,567"), (formats.count(None), "–"), (formats.count(-5), "−5"),
        (formats.number(0.8456), "0.846"), (formats.number(0.75), "0.750"), (formats.number(0.00041), "0.00041"),
        (formats.number(12345.6), "12,346"), (formats.number(0), "0"), (formats.number(250.0), "250"),
        (formats.number(float("nan")), "–"), (formats.number(-2.5), "−2.50"), (formats.number(1e20), "1.00e+20"),
        (formats.percent(0), "0%"), (formats.percent(0.00001), "<0.1%"),
        (formats.percent(1), "100%"),
        (formats.percent(0.99999), ">99.9%"), (formats.percent(0.456), "46%"),
        (formats.percent(0.056), "5.6%"), (formats.percent(None), "–"), (formats.size(184_000), "184 kB"),
        (formats.size(3e9), "3 GB"), (formats.size(None), "–"), (formats.duration(0.012), "12 ms"),
        (formats.duration(90), "90 s"), (formats.duration(600), "10 min"), (formats.duration(None), "–"),
        (formats.duration(10_800), "3 h"), (formats.interval((0.1, 0.2)), "0.100 to 0.200"),
        (formats.interval(None), ""), (formats.plural(1, "row"), "1 row"), (formats.plural(2, "row"), "2 rows"),
        (formats.plural(2, "entry", "entries"), "2 entries"), (formats.measure_name("roc_auc"), "ROC AUC"),
        (formats.measure_name("my_own"), "my own"),
    ],
)  # fmt: skip
def test_figures_for_people(made: str, expected: str) -> None:
    assert made == expected


def test_sparklines_say_what_they_show() -> None:
    histogram = Histogram(edges=[0.0, 1.0, 2.0], counts=[1, 9])
    drawn = sparkline(ColumnSummary(name="a", type="float", histogram=histogram), 10)
    assert "most, 9, from 1 to 2" in drawn
    named = sparkline(ColumnSummary(name="a", type="string", top=[('"><b>', 5)], distinct=3), 10)
    assert "50" in named
    assert "<b>" not in named
    assert sparkline(ColumnSummary(name="a", type="string"), 10) == ""
    dates = ColumnSummary(name="d", type="date", minimum="2026-01-01", maximum="2026-02-01", histogram=histogram)
    assert "From 2026-01-01 to 2026-02-01" in sparkline(dates, 10)


def test_labels_are_text_whatever_they_hold() -> None:
    columns = [ColumnSummary(name=n, type="string", missing=4) for n in ("$\\frac$", "名前 🤖", "<b>&", "\u202ex")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        svg = missing_plot([TableSummary(name="t", source="t", rows=10, columns=columns)], "Missing")
    for text in ("$\\frac$", "名前 🤖", "&lt;b&gt;&amp;", "[U+202E]x"):
        assert f">{text}</text>" in svg
    assert "mathtext" not in svg
    assert 'role="img"' in svg
    assert "var(--accent)" in svg


def test_no_plot_without_data() -> None:
    assert missing_plot([], "Missing") == ""
    assert relations_plot(AuditResult(), "Relations") == ""


def test_same_input_same_page() -> None:
    columns = [ColumnSummary(name="a", type="string", missing=4)]
    audit = AuditResult(tables=[TableSummary(name="t", source="t", rows=10, columns=columns)])
    pages = {render(Engagement(name="e"), audit) for _ in range(3)}
    assert len(pages) == 1


def test_a_team_may_change_texts_and_colours(tmp_path: Path) -> None:
    (tmp_path / "style.css").write_text("body { color: rebeccapurple }", "utf-8")
    html = render(Engagement(name="e"), AuditResult(), templates=tmp_path)
    assert "rebeccapurple" in html
