"""Rendering: the view of the artifacts and a template become one HTML file."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from .. import formats
from ..artifacts import AuditResult, Decisions, Evaluation, RunRecord
from ..assets import asset
from ..engagement import Engagement
from ..language import day, known, speaking, tr
from .clean import anchor, clean, shorten
from .phrases import say, told
from .spark import sparkline
from .view import Page

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["PAGES", "render", "render_summary"]

PAGES = ("week1", "data_assessment", "model_evaluation")


def render(
    engagement: Engagement,
    audit: AuditResult,
    evaluation: Evaluation | None = None,
    decisions: Decisions | None = None,
    record: RunRecord | None = None,
    changes: Any = None,
    *,
    page: str = "week1",
    templates: Path | None = None,
    paper: Literal["short", "full"] = "short",
) -> str:
    """Return a report as one HTML file that loads nothing and runs nothing.

    Parameters
    ----------
    engagement, audit : Engagement, AuditResult
        What was agreed and what was found.
    evaluation, decisions, record : optional
        Sections without input are left out or say so.
    changes : optional
        What changed since the drop before: :class:`~discovery.artifacts.changes.Changes`, or a mapping or lines
        of text, which are shown as they are.
    page : str
        One of ``PAGES``: the whole report, or a part of it for other readers.
    templates : Path, optional
        A folder whose files go before the shipped ones of the same name.
    paper : "short" or "full"
        What is printed: ``short`` leaves the appendix's long tables to the files of the run, and says so.
    """
    view = Page(engagement, audit, evaluation, decisions, record, changes)
    environment = _environment(templates)
    script = environment.get_template("script.js").render()
    given = {"script": Markup(script), "script_hash": _script_hash(script), "logo": _logo(templates)}
    with speaking(engagement.locale, templates) as language:
        heading = f"{tr('Week-1 report')} · {engagement.client or engagement.name}"
        style = Markup("\n".join(environment.get_template(n).render(heading=heading) for n in _STYLES))
        html = environment.get_template(f"{page}.html").render(
            page=view, language=language.code, style=style, paper=paper, **given
        )
    return _without_blank_lines(html)


_STYLES = ("style.css", "brand.css")
"""The shipped style, and then the team's own additions."""


def _css_text(text: str) -> str:
    """Return text for a CSS string in which no sign means anything: every one is a numeric escape."""
    return "".join(f"\\{ord(sign):06x}" for sign in shorten(text, 80))


def _script_hash(script: str) -> str:
    """Return the source expression that allows this script and no other."""
    digest = hashlib.sha256(_without_blank_lines(script).strip().encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


_LOGOS = {"logo.svg": "image/svg+xml", "logo.png": "image/png", "logo.jpg": "image/jpeg"}


def _logo(templates: Path | None) -> str:
    """Return the team's logo as a data URL; empty where there is none."""
    for name, kind in _LOGOS.items():
        path = templates / name if templates else None
        if path is not None and path.is_file():
            return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
    return ""


def render_summary(
    engagement: Engagement,
    audit: AuditResult,
    evaluation: Evaluation | None = None,
    decisions: Decisions | None = None,
    record: RunRecord | None = None,
    changes: Any = None,
    *,
    templates: Path | None = None,
) -> str:
    """Return the decisions and the worst findings as Markdown, for chat and mail."""
    view = Page(engagement, audit, evaluation, decisions, record, changes)
    with speaking(engagement.locale, templates):
        text = _environment(templates).get_template("summary.md").render(page=view)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _plain_markdown(text: object) -> Markup:
    """Return text in which no sign acts as Markdown or HTML."""
    line = " ".join(clean(str(text)).split())
    quoted = re.sub(r"([\\`*_{}\[\]()#+!|<>&~$@])|(?<=https)(:)|(?<=http)(:)", r"\\\g<0>", line)
    return Markup(quoted)


def _without_blank_lines(html: str) -> str:
    return "\n".join(line for line in (raw.strip() for raw in html.split("\n")) if line) + "\n"


@cache
def _environment(templates: Path | None) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folders = [*([templates] if templates else []), asset("templates", "report")]
    environment = Environment(
        loader=FileSystemLoader(folders),
        autoescape=lambda name: name is None or not name.endswith((".css", ".js", ".md")),
        undefined=StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= _filters()
    environment.globals |= {"sparkline": sparkline, "anchor": anchor, "tr": tr}
    return environment


def _finalized(value: object) -> object:
    """Clean every text that a template prints; what the report itself made is left as it is."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return clean(value)
    return "" if value is None else value


def _filters() -> Mapping[str, Any]:
    return {
        "count": formats.count,
        "number": formats.number,
        "percent": formats.percent,
        "interval": formats.interval,
        "size": formats.size,
        "duration": formats.duration,
        "plural": formats.plural,
        "measure": formats.measure_name,
        "money": formats.money,
        "day": day,
        "known": known,
        "css_text": _css_text,
        "groupby_kept": _grouped,
        "figure": _figure,
        "kind": lambda kind: formats.kind_name(str(kind)),
        "plain": _plain_markdown,
        "say": say,
        "told": told,
        "shorten": shorten,
        "sentence": _sentence,
    }


def _sentence(text: str) -> str:
    """Return ``text`` with a capital first letter; HTML stays HTML."""
    return text if text[:1] == "<" else text[:1].upper() + text[1:]


def _grouped(items: Iterable[Any], name: str) -> list[tuple[Any, list[Any]]]:
    """Return the items by an attribute, in the order in which its values come."""
    found: dict[Any, list[Any]] = {}
    for item in items:
        found.setdefault(getattr(item, name), []).append(item)
    return list(found.items())


def _figure(value: object, unit: str = "") -> str:
    """Return a figure of a criterion or of a loose mapping as people read it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    if isinstance(value, int | float):
        if unit == "share":
            return formats.percent(value)
        if len(unit) == 3 and unit.isupper():
            return formats.money(value, unit)
        text = formats.count(value) if unit == "rows" else formats.number(float(value))
        return f"{text} {unit}" if unit and unit != "rows" else text
    if isinstance(value, Mapping):
        return "; ".join(f"{k}: {_figure(v)}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_figure(v) for v in value)
    return str(value)
