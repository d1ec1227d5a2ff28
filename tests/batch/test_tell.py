"""What others are told: webhooks, mail, catalogues, the log, the index and its feed."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.batch.worlds import World

from discovery.batch import Entry
from discovery.batch.figures import published, summarise
from discovery.batch.index import feed_of, render_index
from discovery.batch.notify import check_target
from discovery.batch.trends import line
from discovery.errors import ParameterError


@contextmanager
def web_server(status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    got: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append(json.loads(body) | {"path": self.path})
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", got
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    got: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            data: list[str] | None = None
            for raw in self.rfile:
                text = raw.decode().rstrip("\r\n")
                if data is not None:
                    if text != ".":
                        data.append(text)
                        continue
                    got.append("\n".join(data))
                    data = None
                if text.upper() == "DATA":
                    data = []
                    self.wfile.write(b"354 go on\r\n")
                elif text.upper() == "QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                else:
                    self.wfile.write(b"250 well\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], got
        server.shutdown()


def test_a_webhook_is_told_once_what_became_of_drops(world: World) -> None:
    world.deliver("2024-01 anna.maier@example.org", "one")
    world.deliver("2024-02", "bad input")
    with web_server() as (url, got):
        world.batch(notify=[url], site="https://runs.example.org/x/")
        world.batch(notify=[url])
    (told,) = got
    assert told["text"].startswith("x: 1 done, 1 quarantined\n")
    assert "anna.maier" not in told["text"]
    assert "this is no table" not in told["text"], "why it failed may quote a value"
    assert "<b>" not in told["text"]
    assert "https://runs.example.org/x/#d1" in told["text"], "the name of the run holds that of the drop"


def test_a_webhook_that_fails_is_told_with_the_next_batch(world: World) -> None:
    world.deliver("a", "one")
    with web_server(500) as (url, _):
        outcome = world.batch(notify=[url])
    assert outcome.done == ["a"]
    assert outcome.exit_code == 0
    assert "could not be sent" in outcome.warnings[0]
    with web_server() as (url, got):
        assert world.batch(notify=[url]).warnings == []
    assert "a: done" in got[0]["text"]


def test_mail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.deliver("a", "one")
    with mail_server() as (port, got):
        monkeypatch.setenv("TEAM_MAIL", f"smtp://127.0.0.1:{port}?from=batch@example.org&to=team@example.org")
        assert world.batch(notify=["env:TEAM_MAIL"]).warnings == []
    (mail,) = got
    assert "Subject: x: 1 done" in mail
    assert "To: team@example.org" in mail
    assert "a: done" in mail


@pytest.mark.parametrize("target", ["ftp://x", "smtp://host", "env:NOT_SET", "https://"])
def test_what_is_no_target_is_refused_before_anything_runs(world: World, target: str) -> None:
    world.deliver("a", "one")
    with pytest.raises(ParameterError, match="no target of notifications"):
        world.batch(notify=[target])
    assert not world.published()
    with pytest.raises(ParameterError):
        check_target(target)


def test_catalogues_see_the_runs(world: World) -> None:
    world.deliver("1", "one")
    world.deliver("2", "bad input")
    file = world.folder / "events.jsonl"
    with web_server() as (url, got):
        world.batch(lineage=url)
    world.batch(lineage=str(file), force=True)
    assert [(e["eventType"], e["path"]) for e in got] == [
        (kind, "/api/v1/lineage") for kind in ("START", "COMPLETE", "START", "FAIL")
    ]
    start, complete, _, fail = got
    assert start["run"]["runId"] == complete["run"]["runId"] != fail["run"]["runId"]
    assert complete["job"] == {"namespace": "discovery", "name": "x", "facets": {}}
    assert complete["inputs"][0]["name"] == str(world.drops / "1")
    assert complete["inputs"][0]["inputFacets"]["dataQualityMetrics"]["rowCount"] == 3
    assert "this is no table" in fail["run"]["facets"]["errorMessage"]["message"]
    kinds = [json.loads(x)["eventType"] for x in file.read_text().splitlines()]
    assert kinds == ["START", "COMPLETE", "START", "FAIL"]
    assert "OpenLineage" in world.batch(lineage="/nowhere/x", force=True).warnings[0]


def test_the_log_has_a_line_an_event_with_the_run(world: World) -> None:
    world.deliver("a", "one")
    world.deliver("b", "one")
    world.deliver("c", "crash")
    events: list[Any] = []
    world.batch(log=events.append, max_attempts=1)
    assert [(e["event"], e["drop"]) for e in events] == [
        ("skipped", "b"), ("started", "a"), ("done", "a"), ("started", "c"), ("quarantined", "c"),
    ]  # fmt: skip
    assert events[1]["run"] == events[2]["run"] == world.published()[0].name
    assert events[2]["rows"] == 3
    assert (events[4]["level"], events[4]["code"]) == ("error", 1)
    json.dumps(events)


def test_an_exception_that_nobody_foresaw_is_told_without_its_text(world: World) -> None:
    world.deliver("a", "one")
    code = "raise ValueError('secret of Anna Maier')"
    world.command = lambda _job: ["python3", "-c", code]  # type: ignore[method-assign]
    world.batch(max_attempts=1)
    assert "ValueError" in (world.runs / "index.html").read_text()
    assert "Anna" not in (world.runs / "index.html").read_text() + (world.runs / "feed.json").read_text()


def entry(number: int, **more: Any) -> Entry:
    facts: dict[str, Any] = dict.fromkeys(Entry.__dataclass_fields__)
    figures = {"rows": 100 * number, "blocker": 0, "major": number, "decisions": {"Churn <1>": "go"},
               "quality": {"churn": {"metric": "roc_auc", "value": 0.8 + number / 100}}}  # fmt: skip
    facts |= {
        "id": number,
        "name": f"drop <{number}>",
        "state": "done",
        "updated": 1e9 + number,
        "run": f"run {number}",
    }
    return Entry(**facts | {"summary": json.dumps(figures), "made_with": "v"} | more)


def test_the_index_shows_how_things_went_over_time() -> None:
    page = render_index([entry(1), entry(2), entry(3, superseded_by=2)], "A & B")
    assert page.count("<figure>") == 3
    assert 'aria-label="Rows: 100 in drop &lt;1&gt;, 300 in drop &lt;3&gt;; lowest 100, highest 300"' in page
    assert "churn: roc_auc: <strong>0.830</strong>, was 0.820" in page
    decisions = page[page.index("Decisions, the latest 3 drops, newest first") :]
    assert decisions.index("drop &lt;3&gt;") < decisions.index("drop &lt;1&gt;")
    assert page.count('<td class="w">1 go</td>') == 3, "a line a run: what each was is in the table of decisions"
    assert "<1>" not in page
    assert "A &amp; B" in page
    assert "http" not in page.replace("http-equiv", "")
    assert "<h2>Over time" not in render_index([entry(1)], "x")


def test_a_line_of_equal_values_is_level() -> None:
    assert 'points="6.0,32.0 234.0,32.0"' in line("x", [("a", 3), ("b", 3)])


def test_the_feed_is_a_json_feed() -> None:
    changes = {"new": 2, "worse": 0, "fixed": 1, "decisions": [{"use_case": "c", "before": "go", "after": "hold"}]}
    feed = feed_of([entry(1), entry(2, summary=json.dumps({"changes": changes}))], "A", "https://x.org/runs")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    newest, oldest = feed["items"]
    assert newest["url"] == "https://x.org/runs/run%202/week1.html"
    assert newest["content_text"] == "since the drop before: 2 new, 1 fixed, c: go → hold"
    assert oldest["content_text"].startswith("100 rows; 0 blocker findings; 1 major findings; Churn")
    assert len({i["id"] for i in feed["items"]}) == 2
    assert feed_of([entry(1, run=None)], "A")["items"][0]["_discovery"]["page"] == "index.html#d1"


def test_figures_of_a_run(tmp_path: Path) -> None:
    assert (summarise(tmp_path), published(tmp_path)) == ({}, False)
    findings = [
        {"severity": "major"},
        {"severity": "major", "status": "fixed"},
        {"severity": "info", "accepted": "x"},
    ]
    (tmp_path / "audit.json").write_text(json.dumps({"tables": [{"rows": 3}, {"rows": 4}], "findings": findings}))
    case = {"name": "c", "metric": "mae", "recommended": "b", "candidates": [{"name": "b", "mean": 2.5}]}
    (tmp_path / "evaluation.json").write_text(json.dumps({"use_cases": [case, {"name": "d"}]}))
    (tmp_path / "changes.json").write_text(
        json.dumps({"new": [{}], "decisions": [{"use_case": "c", "why": ["x"]}]})
    )
    figures = summarise(tmp_path)
    assert (figures["rows"], figures["major"], figures["info"]) == (7, 1, 0)
    assert figures["quality"] == {"c": {"metric": "mae", "value": 2.5}}
    assert figures["changes"]["new"] == 1
    assert figures["changes"]["decisions"] == [{"use_case": "c", "before": None, "after": None}]
