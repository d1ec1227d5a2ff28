"""A chat completions endpoint on loopback that can be slow, full, broken or refuse, and notes what it was sent."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Endpoint:
    """What the server does and what it saw.

    ``answer`` is given the user's question and returns the text; ``trouble`` is given the number of the request and
    returns what goes wrong with it, if anything.
    """

    answer: Callable[[str], str]
    trouble: Callable[[int], str | None] = lambda _: None
    sure: float | None = None
    usage: bool = True
    url: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def texts(self) -> list[str]:
        """All that was sent, as text."""
        return ["\n".join(m["content"] for m in body["messages"]) for body in self.seen]


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with endpoint.lock:
                endpoint.seen.append(body)
                endpoint.keys.append(self.headers.get("Authorization"))
                endpoint.times.append(time.monotonic())
                number = len(endpoint.seen)
            trouble = endpoint.trouble(number)
            if trouble is None or trouble.startswith("slow"):
                if trouble:
                    time.sleep(float(trouble.split()[1]))
                self.reply(200, completion(endpoint, body))
            elif trouble == "malformed":
                self.reply(200, b'{"choices": [')
            elif trouble == "refused":
                self.reply(400, b'{"error": {"code": "content_filter"}}')
            elif trouble == "no logprobs" and "logprobs" in body:
                self.reply(400, b'{"error": {"message": "logprobs is not supported"}}')
            elif trouble == "no logprobs":
                self.reply(200, completion(endpoint, body))
            elif trouble == "drip":
                self.drip()
            else:
                status, *wait = trouble.split()
                self.reply(int(status), b'{"error": "echo of the secret"}', wait[0] if wait else None)

        def reply(self, status: int, body: bytes, retry_after: str | None = None) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if retry_after is not None:
                self.send_header("Retry-After", retry_after)
            self.end_headers()
            self.wfile.write(body)

        def drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            for _ in range(30):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.1)

    return Handler


def completion(endpoint: Endpoint, body: dict[str, Any]) -> bytes:
    """A chat completion as the public ones look."""
    question = body["messages"][-1]["content"]
    text = endpoint.answer(question)
    choice: dict[str, Any] = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": text},
    }
    if endpoint.sure is not None and body.get("logprobs"):
        top = [{"token": text, "logprob": math.log(endpoint.sure)}, {"token": "?", "logprob": math.log(1e-3)}]
        choice["logprobs"] = {"content": [{"token": text, "logprob": top[0]["logprob"], "top_logprobs": top}]}
    value: dict[str, Any] = {"id": "1", "object": "chat.completion", "choices": [choice]}
    if endpoint.usage:
        words = sum(len(m["content"].split()) for m in body["messages"])
        value["usage"] = {"prompt_tokens": words, "completion_tokens": 2, "total_tokens": words + 2}
    return json.dumps(value).encode()


@contextmanager
def serve(answer: Callable[[str], str], **more: Any) -> Iterator[Endpoint]:
    """Serve on a free port until the block ends."""
    endpoint = Endpoint(answer, **more)

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            pass

    server = Quiet(("127.0.0.1", 0), _handler(endpoint))
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
