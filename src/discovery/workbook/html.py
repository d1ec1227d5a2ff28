"""Executed notebooks as HTML: one file each, nothing loaded from outside, every output sanitised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..assets import asset

__all__ = ["notebook_html"]

_NAMES = (
    "a abbr b blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img "
    "li mark ol p pre s small span strong sub summary sup table tbody td tfoot th thead tr ul"
)
_TAGS = frozenset(_NAMES.split())
_ATTRIBUTES = {
    "*": ["class", "id", "title", "lang", "dir", "role", "aria-label", "aria-hidden"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "th": ["scope", "colspan", "rowspan"],
    "td": ["colspan", "rowspan"],
    "details": ["open"],
}


def notebook_html(notebook: Any, title: str) -> str:
    """Return the executed ``notebook`` (a notebook node) as a page called ``title``.

    What outputs hold of HTML and Markdown is cut down to harmless tags and attributes; the page's
    Content-Security-Policy lets nothing run and nothing load.
    """
    from nbconvert.exporters.html import HTMLExporter

    folder = Path(asset("templates", "nbconvert"))
    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="discovery",
        extra_template_basedirs=[str(folder)],
        sanitize_html=True,
        exclude_anchor_links=True,
        filters={"clean_html": sanitise},
    )
    page: str
    page, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    return page


def sanitise(html: Any) -> str:
    """Return ``html`` with only harmless tags and attributes; the rest is escaped or dropped."""
    import bleach  # type: ignore[import-untyped]

    text = html.decode() if isinstance(html, bytes) else str(html)
    cleaned: str = bleach.clean(
        text, tags=_TAGS, attributes=_allowed, protocols=["http", "https", "mailto", "data"], strip_comments=True
    )
    return cleaned


def _allowed(tag: str, name: str, value: str) -> bool:
    if tag == "img" and name == "src":
        return value.startswith(("data:image/png", "data:image/jpeg", "data:image/svg+xml"))
    if tag == "a" and name == "href":
        return not value.lower().lstrip().startswith("data:")
    return name in _ATTRIBUTES["*"] or name in _ATTRIBUTES.get(tag, ())
