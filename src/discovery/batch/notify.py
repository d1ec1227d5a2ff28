"""Tell the team what became of drops: to a webhook, or by mail. No value of a client's is in it."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import parse_qs, quote, unquote, urlsplit

from ..errors import ParameterError, RunError
from ..masking import mask_inside
from .entry import Entry
from .index import what_changed

__all__ = ["check_target", "message", "send"]

SECONDS = 10
MOST_LINES = 20


def check_target(target: str) -> str:
    """Return the URL of a target of notifications; ``env:NAME`` is taken from the environment.

    Raises
    ------
    ParameterError
        It is neither a webhook nor a mail server with sender and addressees.
    """
    url = os.environ.get(target[4:], "") if target.startswith("env:") else target
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    if parts.scheme in {"http", "https"} and parts.hostname:
        return url
    if parts.scheme in {"smtp", "smtps"} and parts.hostname and asked.get("to") and asked.get("from"):
        return url
    raise ParameterError(
        "is no target of notifications",
        where=f"--notify {target if target.startswith('env:') else parts.scheme + '://…'}",
        mend="Give https://…, smtp://HOST:PORT?from=ADDRESS&to=ADDRESS, or env:NAME of a variable that holds one.",
    )


def message(engagement: str, entries: Sequence[Entry], site: str = "") -> tuple[str, str]:
    """Return subject and text: how many drops ended how, and a line each of what changed.

    Only names, counts and decisions are told; names are masked where they hold a personal value. Why a drop failed
    stands in the index.
    """
    counts = Counter(e.state for e in entries)
    subject = f"{mask_inside(engagement)}: " + ", ".join(f"{n} {state}" for state, n in counts.items())
    lines = [_line(e, site) for e in entries[:MOST_LINES]]
    if len(entries) > MOST_LINES:
        lines.append(f"… and {len(entries) - MOST_LINES} more")
    return subject, "\n".join([subject, *lines])


def _line(entry: Entry, site: str) -> str:
    figures = entry.figures
    told: list[str] = [entry.state]
    if entry.state == "failed":
        told.append(f"attempt {entry.attempts}, to be tried again")
    if entry.state == "done":
        told += [f"{figures.get('blocker', 0)} blocking and {figures.get('major', 0)} major findings"]
        changed = what_changed(figures)
        told += [f"since the drop before: {changed}"] if changed else []
        told += [f"{case}: {verdict}" for case, verdict in figures.get("decisions", {}).items()]
    link = ""
    if site:
        plain = (
            entry.run is not None and mask_inside(entry.run) == entry.run and mask_inside(entry.name) == entry.name
        )
        link = f" {site.rstrip('/')}/" + (f"{quote(entry.run or '')}/week1.html" if plain else f"#d{entry.id}")
    return f"• {mask_inside(_plain(entry.name))}: {mask_inside(_plain('; '.join(told)))}{link}"


def _plain(text: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:300]


def send(url: str, subject: str, text: str) -> None:
    """Send to a webhook (JSON with ``text``, as Slack, Mattermost and Teams take it) or by mail.

    Raises
    ------
    RunError
        The target cannot be reached or refuses; the reason holds no secret.
    """
    try:
        if url.startswith("smtp"):
            _mail(url, subject, text)
        else:
            _post(url, text)
    except (OSError, ValueError, HTTPException) as error:
        raise RunError(
            f"the notification could not be sent ({type(error).__name__})",
            where=urlsplit(url).hostname or "",
            mend="It will be sent with the next batch.",
        ) from None


def _post(url: str, text: str) -> None:
    from urllib.request import Request, urlopen

    escaped = re.sub("[&<>]", lambda m: {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[m[0]], text)
    body = json.dumps({"text": escaped}).encode()
    request = Request(url, data=body, headers={"Content-Type": "application/json"})
    with urlopen(request, timeout=SECONDS) as answer:
        answer.read()


def _mail(url: str, subject: str, text: str) -> None:
    import smtplib
    from email.message import EmailMessage

    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    mail = EmailMessage()
    mail["Subject"], mail["From"], mail["To"] = _plain(subject), asked["from"][0], ", ".join(asked["to"])
    mail.set_content(text)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(parts.hostname or "", parts.port or 0, timeout=SECONDS) as server:
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(mail)
