"""The index of an engagement's runs: one small HTML page that loads nothing, and a JSON feed beside it."""

from __future__ import annotations

import fcntl
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..artifacts.base import write_atomic
from ..errors import PublishError
from .entry import Entry
from .ledger import Ledger
from .trends import head, render_trends

__all__ = ["feed_of", "render_index", "write_index"]

_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:2rem auto;max-width:76rem;padding:0 1rem}h2{margin:2rem 0 .5rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.5rem 0}
th,td{text-align:left;padding:.4rem .7rem;border-bottom:1px solid #8886;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}
td b{font-weight:inherit}.failed b,.quarantined b{font-weight:600}
.w{white-space:nowrap}th[scope=row]{min-width:7rem;overflow-wrap:anywhere}
.trends{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0}figcaption{font-size:.9rem}
svg{display:block;width:15rem;height:4rem;color:#2563a8}a{color:LinkText}
@media (prefers-color-scheme:dark){svg{color:#7db4ee}}
@media print{body{margin:0;max-width:none}}
""".strip()

_HEADS = ("Drop", "State", "When (UTC)", "Rows", "Blockers", "Major findings", "Since the one before", "Decisions",
          "Report")  # fmt: skip
FEED = "feed.json"
MOST_ITEMS = 100


def write_index(ledger: Ledger, title: str, folder: Path, *, site: str = "") -> Path:
    """Write ``folder/index.html`` and ``folder/feed.json`` atomically from the ledger; return the page's path.

    Of several batches that end at one time, each waits for the other, so the page never goes back in time.

    Parameters
    ----------
    site : str
        The URL that the folder is served at, for the links of the feed; "": it has none.

    Raises
    ------
    PublishError
        They cannot be written; those before stand, and the next batch writes them.
    """
    path = folder / "index.html"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".index.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            stamp = ledger.stamp()
            entries = ledger.entries()
            write_atomic(path, render_index(entries, title))
            write_atomic(folder / FEED, json.dumps(feed_of(entries, title, site), indent=1) + "\n")
            ledger.keep("indexed", stamp)
    except OSError as error:
        raise PublishError(
            f"the index cannot be written ({error.strerror or type(error).__name__})",
            where=str(folder),
            mend="Check that its disk has room and that you may write to it; the one before stands.",
        ) from error
    return path


def render_index(entries: Sequence[Entry], title: str) -> str:
    """Return the page, the newest drop first. Every name is escaped; nothing personal is in the ledger."""
    names = {e.id: e.name for e in entries}
    rows = "\n".join(_row(e, names) for e in reversed(entries))
    heads = "".join(f'<th scope="col">{h}</th>' for h in _HEADS)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="alternate" type="application/feed+json" title="Runs" href="{FEED}">
<title>{escape(title)}: runs</title><style>{_STYLE}</style></head>
<body><main><h1>{escape(title)}</h1>
{render_trends([e for e in entries if e.state == "done" and e.summary])}
<h2>Runs</h2>
<div class="wide" tabindex="0" role="group" aria-label="Runs"><table>
<caption>Every drop and its run, newest first: {len(entries)} in all</caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody></table></div>
<p><a href="{FEED}">Feed of these runs (JSON)</a></p></main></body></html>
"""


def _row(entry: Entry, names: dict[int, str]) -> str:
    figures = entry.figures
    decisions = Counter(str(v) for v in figures.get("decisions", {}).values())
    counted = ", ".join(f"{n} {escape(verdict)}" for verdict, n in decisions.items())
    link = f'<a href="{_page(entry)}">report</a>' if entry.run is not None else ""
    return (
        f'<tr id="d{entry.id}">{head(entry.name, "row")}'
        f'<td class="{entry.state}"><b>{entry.state}</b>{_note(entry, names)}</td>'
        f'<td class="w">{_when(entry):%Y-%m-%d %H:%M}</td>'
        f"{_figure(figures.get('rows'))}{_figure(figures.get('blocker'))}{_figure(figures.get('major'))}"
        f'<td>{escape(what_changed(figures))}</td><td class="w">{counted}</td><td>{link}</td></tr>'
    )


def _when(entry: Entry) -> datetime:
    return datetime.fromtimestamp(entry.updated, UTC)


def _page(entry: Entry) -> str:
    return f"{quote(str(entry.run))}/week1.html"


def what_changed(figures: dict[str, Any]) -> str:
    """Return in few words what changed since the drop before; "" for a first one."""
    changes = figures.get("changes")
    if not changes:
        return ""
    told = [f"{changes[k]} {k}" for k in ("new", "worse", "fixed") if changes.get(k)]
    told += [f"{d['use_case']}: {d['before'] or 'none'} → {d['after'] or 'none'}" for d in changes["decisions"]]
    return ", ".join(told) or "nothing"


def _figure(value: object) -> str:
    return f'<td class="n">{value:,}</td>' if isinstance(value, int) else '<td class="n"></td>'


def _note(entry: Entry, names: dict[int, str]) -> str:
    if entry.duplicate_of is not None:
        twin = escape(names.get(entry.duplicate_of, ""))
        return f': same content as <a href="#d{entry.duplicate_of}">{twin}</a>'
    if entry.superseded_by is not None:
        what = "superseded" if entry.state != "superseded" else ""
        return f'{", " if what else ""}{what}: a <a href="#d{entry.superseded_by}">later run</a> takes its place'
    if entry.failure:
        return f": {escape(str(entry.failure.get('message', ''))[:200])}"
    if entry.supersedes is not None:
        return f': takes the place of an <a href="#d{entry.supersedes}">earlier run</a>{_warning(entry)}'
    return _warning(entry)


def _warning(entry: Entry) -> str:
    text = str(entry.figures.get("warning", ""))
    return f"; {escape(text[:200])}" if text else ""


def feed_of(entries: Sequence[Entry], title: str, site: str = "") -> dict[str, Any]:
    """Return the newest rows as a JSON Feed (version 1.1), for tools to poll.

    Addresses are whole, so there are none where ``site`` is ""; ``_discovery.page`` is the page seen from the feed.
    """
    base = site.rstrip("/") + "/" if site else ""
    whole = {"home_page_url": f"{base}index.html", "feed_url": base + FEED} if base else {}
    newest = sorted(entries, key=lambda e: (e.updated, e.id), reverse=True)[:MOST_ITEMS]
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": f"{title}: runs",
        **whole,
        "language": "en",
        "items": [_item(e, base) for e in newest],
    }


def _item(entry: Entry, base: str) -> dict[str, Any]:
    figures = entry.figures
    findings = {k: figures[k] for k in ("blocker", "major") if k in figures}
    parts = [f"{figures['rows']:,} rows"] if "rows" in figures else []
    parts += [f"{n} {k} findings" for k, n in findings.items()]
    parts += [f"{k}: {v}" for k, v in figures.get("decisions", {}).items()]
    changed = what_changed(figures)
    parts += [f"since the drop before: {changed}"] if changed else []
    parts += [str(entry.failure.get("message", ""))] if entry.failure else []
    page = _page(entry) if entry.run is not None else f"index.html#d{entry.id}"
    return {
        "id": f"{entry.id}-{entry.state}",
        **({"url": base + page} if base else {}),
        "title": f"{entry.name}: {entry.state}",
        "content_text": "; ".join(parts) or entry.state,
        "date_published": _when(entry).isoformat(),
        "tags": [entry.state],
        "_discovery": {"run": entry.run, "page": page, "made_with": entry.made_with, **figures},
    }
