"""Executed notebooks as pages: nothing runs, nothing loads, nothing an engineer needs is lost."""

from __future__ import annotations

import re

import nbformat

from discovery.workbook.html import notebook_html, sanitise

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:alert(3)'>x</a><b>bold</b>"


def page() -> str:
    v4 = nbformat.v4
    code = v4.new_code_cell("x = '<script>alert(0)</script>'\nx")
    code["execution_count"] = 1
    code["outputs"] = [
        v4.new_output("stream", text="<script>stdout</script>\x1b[31mred\x1b[0m"),
        v4.new_output("display_data", {"text/html": HOSTILE}),
        v4.new_output("display_data", {"text/markdown": HOSTILE + "\n\n$100 to $200\n\n![](http://evil/x.png)"}),
        v4.new_output("display_data", {"application/javascript": "alert(4)"}),
        v4.new_output("display_data", {"text/latex": "</pre><script>alert(5)</script>"}),
        v4.new_output("display_data", {"image/svg+xml": "<svg><script>alert(6)</script></svg>"}),
        v4.new_output("error", ename="E", evalue="<script>e</script>", traceback=["<script>trace</script>"]),
    ]
    cells = [v4.new_markdown_cell("# Title\n\n" + HOSTILE), code]
    return notebook_html(v4.new_notebook(cells=cells), "<i>title</i>")


def test_nothing_runs_and_nothing_loads() -> None:
    html = page()
    assert "default-src 'none'" in html
    assert "<script" not in html
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert "javascript:" not in html
    assert not re.search(r"""(?:src|href)=["']?https?:""", html)
    assert "<title>&lt;i&gt;title&lt;/i&gt;</title>" in html


def test_what_an_engineer_needs_is_there() -> None:
    html = page()
    assert "<b>bold</b>" in html
    assert "stdout" in html
    assert "trace" in html
    assert "alert(0)" in html
    assert "$100 to $200" in html
    assert "data:image/svg+xml;base64," in html


def test_tables_keep_their_structure() -> None:
    table = '<table><caption>c</caption><thead><tr><th scope="col" class="num">a</th></tr></thead></table>'
    assert sanitise(table.encode()) == table
    assert "style" not in sanitise('<p style="position:fixed">x</p>')
    assert sanitise('<a href="data:text/html,x">x</a>') == "<a>x</a>"
    assert sanitise("<!-- x --><meta http-equiv=refresh><p>y</p>").endswith("<p>y</p>")
    assert "<meta" not in sanitise("<meta http-equiv=refresh content=0>")
