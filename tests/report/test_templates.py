"""What a team changes by files in ``templates/report`` of an engagement."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from discovery.report import render


def test_colours_logo_texts_and_sections_change_without_python(sample: Any, tmp_path: Path) -> None:
    (tmp_path / "brand.css").write_text(":root { --accent: #7a1f5c; }", "utf-8")
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "utf-8")
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "en.yaml").write_text('"Open questions": "What we still ask"\n', "utf-8")
    (tmp_path / "sections").mkdir()
    (tmp_path / "sections" / "method.html").write_text(
        '<section aria-labelledby="method"><h2 id="method">Our way</h2></section>', "utf-8"
    )
    html = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions, templates=tmp_path)
    assert html.index("--accent: #7a1f5c") > html.index("--accent: #0b5f66")
    assert '<img class="logo" src="data:image/svg+xml;base64,' in html
    assert ">What we still ask</h2>" in html
    assert ">Our way</h2>" in html
    assert "Nadeau" not in html
    shipped = render(sample.engagement, sample.audit, sample.evaluation, sample.decisions)
    assert "7a1f5c" not in shipped
    assert "Nadeau" in shipped


def test_a_client_cannot_write_style(sample: Any) -> None:
    engagement = sample.engagement.model_copy(update={"client": '"; } </style><script>x</script>'})
    html = render(engagement, sample.audit)
    style = html[html.index("<style>") : html.index("</style>")]
    assert "<script" not in style
    assert "\\000022\\00003b" in style
