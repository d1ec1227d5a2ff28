"""The main job, as a user runs it: two drops of the sample engagement."""

from __future__ import annotations

import html
import json
import re
import shutil
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.conftest import SAMPLE, SampleRuns, discovery

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("sample")]
DROPS = ("2026-09-07", "2026-09-14")
FAULTS: list[dict[str, Any]] = json.loads((SAMPLE / "faults.json").read_text(encoding="utf-8"))


def found(fault: dict[str, Any], finding: dict[str, Any]) -> bool:
    """Whether the finding is about the fault: same kind and table, and a column in common where both name any."""
    mine, theirs = set(fault["columns"]), set(finding["columns"])
    about = finding["table"].rpartition(".")[2] == fault["table"] and finding["kind"] == fault["kind"]
    return about and (not mine or not theirs or bool(mine & theirs))


@pytest.mark.parametrize("drop", DROPS)
def test_run_ends_well_and_says_where_the_report_is(sample: SampleRuns, drop: str) -> None:
    said = (sample.folder / f"{drop}.err").read_text().splitlines()
    # ZeroMQ may say these when a kernel or a process it was forked into ends, on a busy machine; nothing is lost.
    said = [line for line in said if "signaler.cpp" not in line]
    assert list(takewhile(lambda line: "ZMQStream callback" not in line, said)) == ["0"]
    directory = sample.directory(drop)
    assert sample.read(drop, "run.json")["status"] == "ok"
    for name in ("audit.json", "evaluation.json", "decision.json", "week1.html", "tables/findings.csv"):
        assert (directory / name).stat().st_size > 0
    assert len(list((directory / "notebooks").glob("0?_*.ipynb"))) == 3
    assert len(list((directory / "notebooks").glob("0?_*.html"))) == 3


@pytest.mark.parametrize("drop", DROPS)
def test_audit_finds_what_was_planted(sample: SampleRuns, drop: str) -> None:
    findings = sample.read(drop, "audit.json")["findings"]
    planted = [f for f in FAULTS if f["drop"] == drop]
    missed = [f for f in planted if not any(found(f, x) for x in findings)]
    assert len(missed) <= 0.02 * len(planted), [(f["kind"], f["table"], f["columns"]) for f in missed]


def test_audit_counts_what_was_planted(sample: SampleRuns) -> None:
    findings = sample.read(DROPS[0], "audit.json")["findings"]
    exact = {"sentinel_missing", "duplicate_rows", "orphan_fk", "duplicate_key", "mixed_type", "bad_date"}
    for fault in (f for f in FAULTS if f["drop"] == DROPS[0] and f["kind"] in exact):
        counts = [x["rows_affected"] for x in findings if found(fault, x)]
        planted = len(fault["rows"])
        assert any(planted <= n <= planted * 1.05 + 4 for n in counts), (fault["kind"], fault["columns"], counts)


def test_every_family_of_kinds_is_found(sample: SampleRuns) -> None:
    kinds = {f["kind"] for drop in DROPS for f in sample.read(drop, "audit.json")["findings"]}
    assert kinds >= {f["kind"] for f in FAULTS}


@pytest.mark.parametrize("drop", DROPS)
def test_three_use_cases_come_out_as_go_hold_and_no_go(sample: SampleRuns, drop: str) -> None:
    decisions = {u["name"]: u for u in sample.read(drop, "decision.json")["use_cases"]}
    assert {n: u["decision"] for n, u in decisions.items()} == {
        "churn": "go",
        "handling_time": "hold",
        "late_payment": "no-go",
    }
    assert all(u["reasons"] and u["criteria"] for u in decisions.values())


def test_report_tells_every_decision_with_its_reasons(sample: SampleRuns) -> None:
    page = (sample.directory(DROPS[1]) / "week1.html").read_text(encoding="utf-8")
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", "", page)).split())
    for use_case in sample.read(DROPS[1], "decision.json")["use_cases"]:
        for sentence in (use_case["headline"], *use_case["reasons"]):
            assert " ".join(sentence.split()) in text
    assert "default-src 'none'" in page


def test_leaks_are_left_out_of_the_models(sample: SampleRuns) -> None:
    cases = {u["name"]: u for u in sample.read(DROPS[0], "evaluation.json")["use_cases"]}
    excluded = {n: {e["column"] for e in u["excluded_columns"]} for n, u in cases.items()}
    assert "cancellation_reason" in excluded["churn"]
    assert {"days_overdue", "reminder_sent_on"} <= excluded["late_payment"]
    assert cases["churn"]["with_leaks"]["score"] > 0.99


def test_second_drop_says_what_changed(sample: SampleRuns) -> None:
    assert sample.read(DROPS[1], "run.json")["previous"]
    findings = sample.read(DROPS[1], "audit.json")["findings"]
    assert {"new", "recurring"} <= {f["status"] for f in findings}


@pytest.mark.parametrize("drop", DROPS)
def test_no_personal_value_stands_in_any_artifact(sample: SampleRuns, drop: str) -> None:
    lines = (SAMPLE / "drops" / drop / "customers.csv").read_text(encoding="cp1252").splitlines()
    header = lines[0].split(";")
    cells = [line.split(";") for line in lines[1:]]
    personal = {row[header.index(c)] for row in cells for c in ("email", "phone", "iban")} - {""}
    assert len(personal) > 5000
    for path in sample.directory(drop).rglob("*"):
        if path.is_file() and path.suffix in {".json", ".html", ".ipynb", ".csv", ".md", ".yaml"}:
            text = path.read_text(encoding="utf-8", errors="replace")
            shown = set(re.findall(r"[\w.]+@mail\d\.example|\+49 1\d\d \d{7}|DE\d{20}", text))
            assert not shown & personal, path.name


@pytest.mark.parametrize("code", ["de", "fr"])
@pytest.mark.parametrize("drop", DROPS)
def test_the_report_in_another_language_keeps_no_english_sentence(
    sample: SampleRuns, drop: str, code: str, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(sample.directory(drop), run)
    assert discovery("report", run, "--language", code).returncode == 0
    engagement = (SAMPLE / "engagement.yaml").read_text("utf-8")
    for name in ("week1.html", "data_assessment.html", "model_evaluation.html"):
        page = (run / name).read_text("utf-8")
        assert f'<html lang="{code}">' in page
        assert re.findall('<span lang="en">(.*?)</span>', page) == [], name
        texts = re.sub(r"<(bdi|pre|style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
        for text in re.findall(r">([^<>]+)<", texts):
            said = re.sub("„[^“]*“|«[^»]*»", " ", html.unescape(text)).strip()
            words = re.findall(
                r"\b(?:the|of|and|are|were|with|without|which|than|rows|values|every)\b", said.lower()
            )
            own = any(part.strip(" .") in engagement for part in [said, *said.split(": ")])
            assert len(words) < 2 or own, said
