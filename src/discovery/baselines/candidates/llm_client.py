"""Talk to an OpenAI-compatible endpoint: paced, retried, timed, and never saying more than a status in an error."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

    from ...engagement import LanguageModel

__all__ = ["ChatClient", "EndpointError", "Message", "Pace", "Reply"]

Message = dict[str, str]
MOST_BYTES = 1_000_000
LONGEST_WAIT = 120.0
TOP_LOGPROBS = 20
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_FATAL = frozenset({401, 402, 403, 404, 405})
_BYTES_A_TOKEN = 4.0


class EndpointError(Exception):
    """No answer was had. ``fatal``: none will be had for other rows either. ``sent``: it may have been billed."""

    def __init__(self, why: str, *, fatal: bool = False, sent: int = 0) -> None:
        self.why, self.fatal, self.sent = why, fatal, sent
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer and what it took.

    Attributes
    ----------
    text : str
        Empty where the endpoint refused to answer.
    input_tokens, output_tokens : int
        As the endpoint counted them, or estimated from the bytes (``estimated``).
    seconds : float
        Of the request that succeeded, retries and waiting apart.
    alternatives : list of (token, log probability)
        Of the first token; empty where the endpoint gives none.
    attempts, lost : int
        Requests it took, and those of them that brought nothing but may have been billed.
    """

    text: str
    input_tokens: int
    output_tokens: int
    seconds: float
    alternatives: list[tuple[str, float]]
    attempts: int
    lost: int = 0
    estimated: bool = False
    refused: bool = False


class Pace:
    """So many requests a minute, evenly, over all threads; ``hold`` stops all of them for a while."""

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 60.0 / per_minute
        self._clock = clock
        self._next = 0.0
        self._lock = threading.Lock()

    def delay(self) -> float:
        """Take the next slot and return the seconds until it."""
        with self._lock:
            now = self._clock()
            start = max(now, self._next)
            self._next = start + self._gap
            return start - now

    def hold(self, seconds: float) -> None:
        """Let nobody begin for so many seconds."""
        with self._lock:
            self._next = max(self._next, self._clock() + seconds)


def _retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header, which is a number or a date (RFC 9110, 10.2.3)."""
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


class ChatClient:
    """Ask a chat model; may be used from several threads.

    Parameters
    ----------
    spec : LanguageModel
    key : str or None
        Sent as a bearer token, and nowhere else.
    deadline : float, optional
        On the monotonic clock: no request begins, and none is waited for, after it.

    seed : int
        Of the jitter between tries, and sent along.
    """

    def __init__(
        self, spec: LanguageModel, key: str | None, *, deadline: float | None = None, seed: int = 0
    ) -> None:
        import httpx

        self._spec = spec
        self._deadline = float("inf") if deadline is None else deadline
        self._pace = Pace(spec.requests_per_minute)
        self._random = random.Random(seed)
        self._options: dict[str, Any] = {"temperature": 0, "max_tokens": spec.max_output_tokens, "seed": seed}
        if spec.logprobs:
            self._options |= {"logprobs": True, "top_logprobs": TOP_LOGPROBS}
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._transport_error: type[Exception] = httpx.HTTPError
        self._http: httpx.Client = httpx.Client(
            headers=headers, timeout=spec.timeout_seconds, follow_redirects=False,
            limits=httpx.Limits(max_connections=spec.concurrency),
        )  # fmt: skip

    def __enter__(self) -> ChatClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def ask(self, messages: Sequence[Message]) -> Reply:
        """Return the answer to ``messages``.

        Raises
        ------
        EndpointError
            There is none, after the retries.
        """
        why, sent, attempt = "no request was made in time", 0, 0
        while attempt <= self._spec.retries:
            delay = self._pace.delay()
            if time.monotonic() + delay >= self._deadline:
                raise EndpointError("the time was up", sent=sent)
            time.sleep(delay)
            attempt += 1
            start = time.perf_counter()
            try:
                status, head, body = self._post(messages)
            except self._transport_error as error:
                sent += 1
                why = (
                    "it did not answer in time" if "Timeout" in type(error).__name__ else "it could not be reached"
                )
                self._back_off(attempt, None)
                continue
            seconds = time.perf_counter() - start
            if status == 200:
                reply = _read(body, messages, seconds, (attempt, sent))
                if reply is not None:
                    return reply
                sent += 1
                why = "its answer is not of the chat completions format"
            elif status == 400 and self._give_way(body):
                attempt -= 1
                continue
            elif status in _AGAIN:
                why = f"HTTP {status}"
            elif status in _FATAL or status // 100 == 3:
                raise EndpointError(f"HTTP {status}", fatal=True)
            else:
                return Reply("", 0, 0, seconds, [], attempt, sent, refused=True)
            self._back_off(attempt, _retry_after(head.get("retry-after")))
        raise EndpointError(f"{why} (attempts: {attempt})", sent=sent)

    def _post(self, messages: Sequence[Message]) -> tuple[int, Any, bytes]:
        """Post and read at most a megabyte within the time-out, however slowly it drips."""
        import httpx

        content = {"model": self._spec.model, "messages": list(messages), **self._options}
        end = min(time.monotonic() + self._spec.timeout_seconds, self._deadline)
        with self._http.stream("POST", f"{self._spec.endpoint}/chat/completions", json=content) as response:
            parts: list[bytes] = []
            size = 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("slow")
                if size > MOST_BYTES:
                    break
            return response.status_code, response.headers, b"".join(parts)

    def _back_off(self, attempt: int, told: float | None) -> None:
        """Wait as the endpoint says, else twice as long each time, with jitter so that threads spread."""
        if told is not None and told > LONGEST_WAIT:
            raise EndpointError(f"it asks to wait {told:,.0f} s", fatal=True)
        if attempt > self._spec.retries:
            return
        seconds = told if told is not None else min(30.0, 0.5 * 2.0**attempt) * self._random.uniform(0.5, 1.0)
        if told is not None:
            self._pace.hold(told)
        elif time.monotonic() + seconds < self._deadline:
            time.sleep(seconds)

    def _give_way(self, body: bytes) -> bool:
        """Leave out what the endpoint says it does not take; whether there was such a thing."""
        said = body[:4000].decode("utf-8", "replace")
        options = dict(self._options)
        if "max_completion_tokens" in said and "max_tokens" in options:
            options["max_completion_tokens"] = options.pop("max_tokens")
        elif "logprobs" in said and "logprobs" in options:
            del options["logprobs"], options["top_logprobs"]
        else:
            named = next((o for o in ("temperature", "seed") if o in options and o in said), None)
            if named is None:
                return False
            del options[named]
        self._options = options
        return True


def _read(body: bytes, messages: Sequence[Message], seconds: float, attempts: tuple[int, int]) -> Reply | None:
    """Return the reply of a chat completion, or None where the body is none."""
    try:
        value = json.loads(body)
        choice = value["choices"][0]
        message = choice["message"]
        text = message.get("content") or ""
        refused = bool(message.get("refusal")) or choice.get("finish_reason") == "content_filter"
        usage = value.get("usage") or {}
    except (ValueError, LookupError, TypeError, AttributeError):
        return None
    if not isinstance(text, str) or not isinstance(usage, dict):
        return None
    counted = [usage.get(k) for k in ("prompt_tokens", "completion_tokens")]
    estimated = not all(isinstance(n, int) and n >= 0 for n in counted)
    if estimated:
        counted = [estimate_tokens(messages), round(len(text.encode()) / _BYTES_A_TOKEN) + 1]
    return Reply(
        "" if refused else text, int(counted[0] or 0), int(counted[1] or 0), seconds, _alternatives(choice),
        *attempts, estimated, refused,
    )  # fmt: skip


def estimate_tokens(messages: Sequence[Message]) -> int:
    """Return about how many tokens messages have: one in four bytes, and a few for each message."""
    return sum(round(len(m["content"].encode()) / _BYTES_A_TOKEN) + 4 for m in messages)


def _alternatives(choice: Any) -> list[tuple[str, float]]:
    try:
        first = next(t for t in choice["logprobs"]["content"] if t["token"].strip())
        found = [(str(t["token"]), float(t["logprob"])) for t in first.get("top_logprobs") or [first]]
    except (LookupError, TypeError, ValueError, StopIteration, AttributeError):
        return []
    return found
