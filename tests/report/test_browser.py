"""The report in a real browser: accessible, quiet, and deaf to hostile data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from discovery.artifacts import (
    AuditResult,
    CandidateResult,
    ColumnSummary,
    Decisions,
    Evaluation,
    Evidence,
    ExcludedColumn,
    Finding,
    Histogram,
    RunRecord,
    Split,
    TableSummary,
    UseCaseEvaluation,
)
from discovery.decision import decide
from discovery.engagement import Engagement
from discovery.report import render, render_summary

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
HOSTILE = [
    "<script>document.title='hit'</script>",
    "<img src=http://127.0.0.1:9/x onerror=document.title='hit'>",
    "\"><svg onload=document.title='hit'>",
    "' onmouseover='document.title=1",
    "javascript:document.title='hit'",
    "[x](javascript:alert(1))",
    '=HYPERLINK("http://127.0.0.1:9/")',
    "$\\frac{1}{0}$ and $100 to $200",
    "{{ 7 * 7 }}{% raw %}",
    "</style><style>body{display:none}</style>",
    "</title></svg></details></main>",
    "\u202eesrever\u202c \u2066x\u2069",
    "\ufffd lone \ufffe",
    "nul \x00 bell \x07 esc \x1b[31m",
    "--> <!-- ]]>",
    "x" * 5000,
    "",
    "名前 🤖 ﷽",
    "Qx0000",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        pytest.skip("no Chromium here")
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def tab(browser: Any) -> Any:
    return browser.new_context().new_page()


def _opened(browser: Any, path: Path, **context: Any) -> tuple[Any, list[str], list[str]]:
    page = browser.new_context(**context).new_page()
    requests: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: said.append(m.text))
    page.on("dialog", lambda d: said.append(f"dialog {d.message}"))
    page.goto(path.as_uri())
    return page, requests, said


def _written(path: Path, html: str) -> Path:
    path.write_text(html, "utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("week1", 1360, "light"),
        ("week1", 1360, "dark"),
        ("week1", 390, "light"),
        ("week1-de", 390, "dark"),
        ("data_assessment", 390, "light"),
        ("model_evaluation", 1360, "dark"),
    ],
)
def test_no_violation_of_wcag_and_no_request(
    browser: Any, sample: Any, tmp_path: Path, name: str, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    part, _, locale = name.partition("-")
    engagement = sample.engagement.model_copy(update={"locale": locale or "en"})
    html = render(engagement, sample.audit, sample.evaluation, sample.decisions, sample.record, page=part)
    path = _written(tmp_path / "page.html", html)
    page, requests, said = _opened(
        browser, path, viewport={"width": width, "height": 900}, color_scheme=scheme
    )  # fmt: skip
    page.evaluate("[...document.querySelectorAll('details')].slice(0, 12).forEach(d => d.open = true)")
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    result = Axe().run(page, options={"runOnly": tags}).response
    assert len(result["passes"]) > 20
    assert [(v["id"], v["nodes"][0]["html"]) for v in result["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    captions = "[...document.querySelectorAll('caption')].filter(c => c.checkVisibility())"
    assert page.evaluate(f"{captions}.filter(c => c.clientWidth < 60 && c.clientHeight > 60).length") == 0
    assert requests == [path.as_uri()]
    assert said == []
    page.context.close()


def _hostile(text: str) -> tuple[Engagement, AuditResult, Evaluation, Decisions]:
    name = text[:200] or "empty"
    engagement = Engagement.model_validate(
        {"name": name, "client": text, "prepared_by": text,
         "use_cases": [{"name": name, "title": text, "table": name, "target": name, "owner": text,
                        "plan": {"workflow": {"who": text}, "privacy": {"fields_to_mask": [text]}}}]}
    )  # fmt: skip
    histogram = Histogram(edges=[0, 1, 2], counts=[3, 4])
    columns = [
        ColumnSummary(name=text, type="string", distinct=2, missing=3, top=[(text, 5), ("b", 1)], semantic=text),
        ColumnSummary(name=text + "2", type="date", minimum=text, maximum=text, histogram=histogram, missing=1),
    ]
    tables = [
        TableSummary(name=name, source=text, rows=9, columns=columns, key=[text], time=text,
                     reading={"format": text, "assumptions": [text]}),
        TableSummary(name=name + "2", source=text, rows=9, columns=columns),
    ]  # fmt: skip
    finding = Finding(
        kind="missing", table=name, columns=[text], severity="major", rows_affected=3, fraction=0.3, summary=text,
        consequence=text, advice=text, fix=text, evidence=[Evidence(row=1, values={text: text})],
        use_cases=[name], status="new",
    )  # fmt: skip
    relation = {"table": name, "columns": [text], "to_table": name + "2", "to_columns": [text]}
    audit = AuditResult(
        tables=tables, findings=[finding], relations=[relation], contract={name: {text: text}},
        not_run=[{"check": text, "table": text, "reason": text}],
    )  # fmt: skip
    scored = CandidateResult(
        name="rule", family="rule", title=text, mean=0.8, ci95=(0.7, 0.9), holdout=0.8, rule=[text], error=text
    )  # fmt: skip
    use = UseCaseEvaluation(
        name=name, table=name, target=name, task="binary", metric="roc_auc", rows_used=9, features=[text],
        split=Split(kind="random", folds=5, repeats=1, why=text), candidates=[scored], recommended="rule", why=text,
        excluded_columns=[ExcludedColumn(column=text, why=text)], notes=[text], task_why=text,
        with_leaks={"columns": [text], "score": 0.9, "summary": text},
        slices=[{"where": text, "score": 0.1, "score_elsewhere": 0.9, "share": 0.1}],
        importance=[{"columns": [text], "drop": 0.1, "ci95": [0.0, 0.2]}],
        label_errors=[{"row": 1, "given": text, "suggested": text}],
        calibration={"of": text, "bins": [{"predicted": p, "observed": p} for p in (0.1, 0.5, 0.9)]},
        fairness=[{"column": text, "groups": [{"group": text, "rows": 3, "score": 0.5}]}],
    )  # fmt: skip
    evaluation = Evaluation(use_cases=[use], refused=[{"name": text, "why": text}])
    return engagement, audit, evaluation, decide(engagement, audit, evaluation)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_do_nothing(tab: Any, sample: Any, tmp_path: Path, text: str) -> None:
    engagement, audit, evaluation, decisions = _hostile(text)
    record: RunRecord = sample.record.model_copy(update={"drop": text, "reason": text, "run_id": text})
    html = render(engagement, audit, evaluation, decisions, record, changes={text: text, "rows": [text]})
    path = _written(tmp_path / "page.html", html)
    requests: list[str] = []
    said: list[str] = []
    heard = {"request": lambda r: requests.append(r.url), "console": lambda m: said.append(m.text)}
    for event, listener in heard.items():
        tab.on(event, listener)
    tab.goto(path.as_uri())
    page = tab
    assert page.title() != "hit"
    assert page.evaluate("document.querySelectorAll('img, iframe, object, [onload], [onerror]').length") == 0
    assert page.evaluate("document.querySelectorAll('script').length") == 1
    assert page.evaluate("[...document.links].every(a => a.getAttribute('href').startsWith('#'))")
    assert page.evaluate("document.querySelectorAll('main > section, main section').length") >= 9
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.evaluate("document.querySelectorAll('parsererror').length") == 0
    assert requests == [path.as_uri()]
    assert said == []
    render_summary(engagement, audit, evaluation, decisions, record).encode("utf-8")
    for event, listener in heard.items():
        tab.remove_listener(event, listener)


def test_links_lead_somewhere_and_open_what_they_lead_to(browser: Any, sample: Any, tmp_path: Path) -> None:
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions, sample.record)
    path = _written(tmp_path / "page.html", html)
    page, _, _ = _opened(browser, path)
    lost = page.evaluate(
        "[...document.links].map(a => a.getAttribute('href')).filter(h => !document.getElementById(h.slice(1)))"
    )
    assert lost == []
    double = page.evaluate(
        "(() => {const i = [...document.querySelectorAll('[id]')].map(e => e.id);"
        " return i.filter((x, k) => i.indexOf(x) !== k)})()"
    )
    assert double == []
    finding = sample.audit.findings[0].id
    page.goto(f"{path.as_uri()}#f-{finding}")
    assert page.evaluate(f"document.getElementById('f-{finding}').closest('details').open")
    page.context.close()


def test_the_filter_works_without_a_script(browser: Any, sample: Any, tmp_path: Path) -> None:
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions, sample.record)
    page, _, _ = _opened(browser, _written(tmp_path / "page.html", html))
    page.check("#show-minor")
    shown = page.evaluate(
        "[...document.querySelectorAll('details[data-severity]')]"
        ".filter(d => d.checkVisibility()).map(d => d.dataset.severity)"
    )
    assert set(shown) == {"minor"}
    page.context.close()


def test_tables_sort_and_search_by_a_script_of_their_own(browser: Any, sample: Any, tmp_path: Path) -> None:
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions, sample.record)
    page, _, said = _opened(browser, _written(tmp_path / "page.html", html))
    page.evaluate("document.querySelectorAll('#tables ~ details').forEach(d => d.open = true)")
    names = "[...document.querySelector('table.columns').tBodies[0].rows].map(r => r.cells[0].textContent)"
    missing = (
        "[...document.querySelector('table.columns').tBodies[0].rows].map(r => Number(r.cells[2].dataset.sort))"
    )
    before = page.evaluate(names)
    button = page.locator("table.columns").first.locator("thead button").nth(2)
    button.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(missing) == sorted(page.evaluate(missing))
    page.keyboard.press("Enter")
    assert page.evaluate(missing) == sorted(page.evaluate(missing), reverse=True)
    assert sorted(page.evaluate(names)) == sorted(before)
    page.locator("[data-filter='table.columns tbody tr'] input").fill(before[0])
    shown = page.evaluate("[...document.querySelectorAll('table.columns tbody tr')].filter(r => !r.hidden).length")
    assert 0 < shown < page.evaluate("document.querySelectorAll('table.columns tbody tr').length")
    assert said == []
    page.context.close()


def test_it_prints(browser: Any, sample: Any, tmp_path: Path) -> None:
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions, sample.record)
    page, _, _ = _opened(browser, _written(tmp_path / "page.html", html))
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.startswith(b"%PDF")
    assert 5 < pdf.count(b"/Type /Page\n") + pdf.count(b"/Type/Page/") + pdf.count(b"/Type /Page ") < 60
    page.context.close()
