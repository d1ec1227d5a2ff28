"""The index of an engagement's runs: one small HTML page that loads nothing, with a line a run."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from ..artifacts import write_atomic
from .ledger import Entry, Ledger

__all__ = ["render_index", "write_index"]

_STYLE = """
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{margin:2rem auto;max-width:70rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}caption{text-align:left;padding:.5rem 0}
th,td{text-align:left;padding:.4rem .7rem;border-bottom:1px solid #8886;vertical-align:top}
td.n{text-align:right;font-variant-numeric:tabular-nums}.failed,.quarantined{font-weight:600}
@media print{body{margin:0;max-width:none}}
""".strip()

_HEADS = ("Drop", "State", "When (UTC)", "Rows", "Blockers", "Major findings", "Decisions", "Report")


def write_index(ledger: Ledger, title: str, folder: Path) -> Path:
    """Write ``folder/index.html`` atomically from the ledger and return its path.

    Of several batches that end at one time, each waits for the other, so the page never goes back in time.
    """
    path = folder / "index.html"
    with (folder / ".index.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_atomic(path, render_index(ledger.entries(), title))
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
<title>{escape(title)}: runs</title><style>{_STYLE}</style></head>
<body><main><h1>{escape(title)}</h1>
<table><caption>Every drop and its run, newest first: {len(entries)} in all</caption>
<thead><tr>{heads}</tr></thead>
<tbody>
{rows}
</tbody></table></main></body></html>
"""


def _row(entry: Entry, names: dict[int, str]) -> str:
    figures = entry.figures
    when = datetime.fromtimestamp(entry.updated, UTC).strftime("%Y-%m-%d %H:%M")
    decisions = "; ".join(f"{escape(str(k))}: {escape(str(v))}" for k, v in figures.get("decisions", {}).items())
    published = entry.run is not None and entry.state in {"done", "superseded"}
    link = f'<a href="{quote(str(entry.run))}/week1.html">report</a>' if published else ""
    return (
        f'<tr><th scope="row">{escape(entry.name)}</th>'
        f'<td class="{entry.state}">{entry.state}{_note(entry, names)}</td><td>{when}</td>'
        f"{_figure(figures.get('rows'))}{_figure(figures.get('blocker'))}{_figure(figures.get('major'))}"
        f"<td>{decisions}</td><td>{link}</td></tr>"
    )


def _figure(value: object) -> str:
    return f'<td class="n">{value:,}</td>' if isinstance(value, int) else '<td class="n"></td>'


def _note(entry: Entry, names: dict[int, str]) -> str:
    if entry.duplicate_of is not None:
        return f": same content as {escape(names.get(entry.duplicate_of, ''))}"
    if entry.state == "superseded":
        return ": a corrected drop of this name followed"
    if entry.reason:
        return f": {escape(str(json.loads(entry.reason).get('message', ''))[:200])}"
    return ": corrects an earlier drop of this name" if entry.supersedes is not None else ""
