"""The report as a page."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from discovery.artifacts import AuditResult, Evaluation
from discovery.engagement import Engagement
from discovery.report import PAGES, render


@pytest.mark.parametrize("page", PAGES)
def test_every_page_renders(sample: Any, page: str) -> None:
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions, sample.record, page=page)
    assert "Nordwind Mobil GmbH" in html
    assert "default-src 'none'" in html
    assert html.count("<script") == 1
    script = html[html.index("<script>") + 8 : html.index("</script>")]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in html
    assert len(html) < 1_500_000


def test_verdicts_come_before_findings(sample: Any) -> None:
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions, sample.record)
    order = [
        html.index(f'id="{part}"') for part in ("decisions", "wrong", "assessment", "models", "plan", "questions")
    ]
    assert order == sorted(order)
    assert [d.decision for d in sample.decisions.use_cases] == ["go", "hold", "no-go"]


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_needed_but_an_audit(page: str) -> None:
    html = render(Engagement(name="Empty"), AuditResult(), None, None, page=page)
    assert "Empty" in html


def test_a_refused_use_case_says_why(sample: Any) -> None:
    refused = Evaluation(refused=[{"name": "churn", "why": "the target has one value only"}])
    html = render(sample.engagement, sample.audit, refused)
    assert "the target has one value only" in html


def test_what_goes_together_is_shown(sample: Any) -> None:
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions)
    assert "What goes together in customers" in html
    assert "Cramér&#39;s V" in html
    assert "−0.610" in html
