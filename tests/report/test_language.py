"""Every text of the report in every language."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment
from jinja2.nodes import Call, Const, Filter, Name

from discovery.assets import asset
from discovery.formats import money, number, percent, plural
from discovery.language import LANGUAGES, catalogue, day, speaking, tr
from discovery.report import render, render_summary
from discovery.report.view import Case
from discovery.report.vocabulary import vocabulary

SOURCE = Path(__file__).resolve().parents[2] / "src" / "discovery"
SPOKEN = [
    *(SOURCE / "decision").glob("*.py"),
    *(SOURCE / "report").glob("*.py"),
    SOURCE / "formats.py",
    SOURCE / "language.py",
]


def _plurals(arguments: list[str]) -> set[str]:
    return {arguments[0], arguments[1] if len(arguments) > 1 else f"{arguments[0]}s"} if arguments else set()


def _of_python(path: Path) -> set[str]:
    found: set[str] = set()
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [t.id for t in node.targets if isinstance(t, ast.Name)]
            found |= {str(node.value.value) for n in names if n in {"_GAIN", "_NO_DUMMY"}}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if node.func.id == "tr":
                found |= set(texts)
            elif node.func.id == "plural":
                found |= _plurals(texts)
    return found


def _of_template(path: Path) -> set[str]:
    tree = Environment(autoescape=True).parse(path.read_text("utf-8"))
    found: set[str] = set()
    for call in tree.find_all(Call):
        if isinstance(call.node, Name) and call.node.name == "tr":
            found |= {a.value for a in call.args[:1] if isinstance(a, Const)}
    for used in tree.find_all(Filter):
        if used.name == "plural":
            found |= _plurals([a.value for a in used.args if isinstance(a, Const)])
    return found


def said() -> set[str]:
    """Every English text that goes through the catalogue."""
    folder = asset("templates", "report")
    templates = [*folder.rglob("*.html"), *folder.glob("*.md")]
    parts = [_of_python(p) for p in SPOKEN] + [_of_template(p) for p in templates]
    return set().union(*parts) | vocabulary()


@pytest.mark.parametrize("code", [c for c in LANGUAGES if c != "en"])
def test_every_text_is_in_every_language(code: str) -> None:
    texts = catalogue(code)
    assert said() - set(texts) == set(), "not translated"
    assert set(texts) - said() == set(), "no longer said"
    for english, other in texts.items():
        assert other.strip(), english
        wanted = sorted(re.findall(r"{\w+}", english))
        assert sorted(re.findall(r"{\w+}", other)) == wanted, english


def test_figures_have_the_marks_of_the_language() -> None:
    with speaking("de-AT"):
        assert (number(12345.6), number(-0.85), percent(0.046)) == ("12.346", "−0,850", "4,6\u202f%")
        assert money(0.00002, "EUR") == "unter 0,01 EUR"
        assert plural(1, "row") == "1 Zeile"
        assert plural(2, "row") == "2 Zeilen"
    with speaking("fr"):
        assert plural(0, "row") == "0 ligne"
        from datetime import date

        assert day(date(2026, 9, 14)) == "14 septembre 2026"
    assert money(2.5, "EUR") == "2.50 EUR"
    assert tr("Decisions") == "Decisions"


@pytest.mark.parametrize(("code", "word"), [("de", "Entscheidungen"), ("fr", "Décisions")])
def test_a_report_speaks_the_language_of_the_engagement(sample: Any, code: str, word: str) -> None:
    from discovery.decision import decide

    engagement = sample.engagement.model_copy(update={"locale": code})
    decisions = decide(engagement, sample.audit, sample.evaluation)
    html = render(engagement, sample.audit, sample.evaluation, decisions, sample.record)
    assert f'<html lang="{code}">' in html
    assert f">{word}</h2>" in html
    assert ' lang="en"' in html
    english = {t for t in said() if len(t) > 25 and catalogue(code)[t] != t and "{" not in t}
    assert [t for t in english if f">{t}<" in html] == []
    assert render_summary(engagement, sample.audit, sample.evaluation, decisions).startswith("#")


def test_a_team_changes_texts_in_a_file(sample: Any, tmp_path: Path) -> None:
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "en.yaml").write_text('"Decisions": "What we decided"\n', "utf-8")
    html = render(sample.engagement, sample.audit, templates=tmp_path)
    assert ">What we decided</h2>" in html


def test_why_a_candidate_is_recommended_is_said_with_titles_in_every_language(sample):
    evaluation = sample.evaluation.use_cases[0]
    chosen = [c.model_copy(update={"title": f"<{c.name}> model"}) for c in evaluation.candidates]
    case = Case(None, None, evaluation.model_copy(update={"candidates": chosen}))
    said = {}
    for code in ("en", "de", "fr"):
        with speaking(code):
            said[code] = str(case.why)
    assert "Recommended: &lt;linear&gt; model. &#39;&lt;linear&gt; model&#39; is the simplest" in said["en"]
    assert "Empfohlen: &lt;linear&gt; model. „&lt;linear&gt; model“ ist der einfachste Kandidat" in said["de"]
    assert "ROC AUC 0,812 gegenüber 0,815 bei „&lt;boosting&gt; model“" in said["de"]
    assert "est le candidat le plus simple" in said["fr"]
    assert "boosting&gt; model\u00a0»" in said["fr"]
    assert '<span lang="en">' not in said["de"] + said["fr"]
    unscored = evaluation.model_copy(update={"recommended": None})
    assert str(Case(None, None, unscored).why) == ""
