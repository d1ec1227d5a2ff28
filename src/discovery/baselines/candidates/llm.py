"""A language model as a candidate: asked about a stated sample of the test rows, within its caps."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from ...artifacts import AuditResult
from ...errors import ColumnError, EngagementError, suggest
from .llm_client import ChatClient, EndpointError, Message, Reply, estimate_tokens
from .llm_prompt import Masker, Prompt, class_shares, read_label

if TYPE_CHECKING:
    from ...engagement import LanguageModel, UseCase
    from ..problem import Problem

__all__ = ["Answers", "Part", "ask_about", "check_columns", "check_ready", "parts_of", "prompt_for"]

Array = np.ndarray[Any, Any]
MOST_CLASSES = 50
HOLDOUT_SHARE = 1 / 3
GIVE_UP = 5
MOST_FAILED = 0.2


def check_ready(use_case: UseCase) -> str | None:
    """Return the key of the use case's language model, None where none is sent.

    Raises
    ------
    EngagementError
        The environment variable is not set, or the package that talks HTTP is not installed.
    """
    spec = use_case.llm
    if spec is None:
        return None
    if find_spec("httpx") is None:
        raise EngagementError(
            "a language model needs the extra 'llm'", mend="Install it: pip install 'discovery-workbook[llm]'"
        )
    if spec.key_env is None:
        return None
    key = os.environ.get(spec.key_env)
    if not key:
        raise EngagementError(
            f"the environment variable {spec.key_env} is not set",
            where=f"use case '{use_case.name}', llm.key_env",
            mend=f"Set it: export {spec.key_env}=…, or take llm out.",
        )
    return key


def check_columns(problem: Problem) -> None:
    """Check that the columns that the language model is to be shown are such as candidates may see.

    Raises
    ------
    ColumnError
        ``llm.columns`` names another one.
    """
    spec = problem.use_case.llm
    for name in spec.columns if spec else ():
        if name not in problem.features.names:
            raise ColumnError(
                f"llm.columns names '{name}', which candidates may not see",
                where=f"use case '{problem.use_case.name}'",
                mend=suggest(name, problem.features.names),
            )


@dataclass(frozen=True, eq=False)
class Part:
    """Rows of a test fold (of the holdout: ``fold`` is None) that it is asked about, and those to learn from."""

    fold: int | None
    rows: Array
    train: Array


def _spread(rows: Array, y: Array, most: int, generator: np.random.Generator) -> Array:
    """Draw rows at random, the classes in their shares (systematic in the order of the classes)."""
    if most >= len(rows):
        return generator.permutation(rows)
    shuffled = generator.permutation(rows)
    ordered = shuffled[np.argsort(y[shuffled], kind="stable")]
    step = len(ordered) / most
    return generator.permutation(ordered[(generator.random() * step + step * np.arange(most)).astype(int)])


def parts_of(problem: Problem, most: int) -> list[Part]:
    """Return the sample: a third of it from the holdout, the rest evenly from the folds of the first repeat."""
    generator = np.random.default_rng(problem.seed + 104729)
    division = problem.division
    held = min(len(division.holdout), round(most * HOLDOUT_SHARE))
    folds = division.first_repeat
    shares = [(most - held) // len(folds) + (i < (most - held) % len(folds)) for i in range(len(folds))]
    found = [
        Part(i, _spread(test, problem.y, n, generator), train)
        for i, ((train, test), n) in enumerate(zip(folds, shares, strict=True))
    ]
    if held:
        found.append(Part(None, _spread(division.holdout, problem.y, held, generator), division.train))
    return found


def examples_of(part: Part, y: Array, count: int, seed: int) -> list[tuple[int, int]]:
    """Draw labelled examples from the training rows of a part, the classes in turn."""
    generator = np.random.default_rng(seed + 7 * (part.fold if part.fold is not None else 1009))
    shuffled = generator.permutation(part.train)
    by_class = [list(shuffled[y[shuffled] == k][:count]) for k in np.unique(y[part.train])]
    found = [(int(rows[i]), int(y[rows[i]])) for i in range(count) for rows in by_class if i < len(rows)]
    return found[:count]


def prompt_for(problem: Problem, audit: AuditResult, declared: Sequence[str], masker: Masker) -> Prompt:
    """Return what rows are shown with: the columns that all candidates see, the personal ones left out."""
    spec, use_case = problem.use_case.llm, problem.use_case
    assert spec is not None
    summary = next((t for t in audit.tables if t.name == problem.table.name), None)
    personal = {c.name for c in summary.columns if c.personal} if summary else set()
    personal |= set(declared)
    columns = [c for c in spec.columns or problem.features.names if c not in personal]
    frame = problem.table.frame
    own = [problem.table.text(c)[problem.rows].to_list() for c in sorted(personal) if c in frame.columns]
    return Prompt(
        spec.prompt, problem.target.classes, columns, masker, use_case.target, problem.table.name,
        problem.target.task, own,
    )  # fmt: skip


@dataclass(eq=False)
class Answers:
    """What the model answered, by row: probabilities of the classes (their shares where it abstained).

    ``cut`` says why not all rows were asked; ``error`` why nothing can be said at all.
    """

    given: dict[int, Array] = field(default_factory=dict)
    abstained: set[int] = field(default_factory=set)
    failed: set[int] = field(default_factory=set)
    withheld: set[int] = field(default_factory=set)
    replies: list[Reply] = field(default_factory=list)
    one_hot: int = 0
    cost: float = 0.0
    cut: str | None = None
    error: str | None = None
    reason: str = ""


class _Purse:
    """Keeps what is spent under the cap: a request is paid for before it is sent, at what it may cost at most."""

    def __init__(self, spec: LanguageModel) -> None:
        self.prices = (spec.input_price or 0.0) / 1e6, (spec.output_price or 0.0) / 1e6
        self.priced = spec.input_price is not None and spec.output_price is not None
        self.cap = spec.max_cost
        self.longest = spec.max_output_tokens
        self.spent = self.reserved = 0.0
        self.ratio = 2.0
        self._lock = threading.Lock()

    def reserve(self, messages: Sequence[Message]) -> float | None:
        """Return what was set aside for a request, None where the cap does not allow it."""
        with self._lock:
            most = self.ratio * estimate_tokens(messages) * self.prices[0] + self.longest * self.prices[1]
            if self.cap is not None and self.spent + self.reserved + most > self.cap:
                return None
            self.reserved += most
            return most

    def settle(self, aside: float, reply: Reply, messages: Sequence[Message]) -> None:
        """Book what a request did cost; the tokens counted make the next estimates closer."""
        with self._lock:
            self.reserved -= aside
            self.spent += reply.input_tokens * self.prices[0] + reply.output_tokens * self.prices[1]
            self.spent += reply.lost * aside
            if not reply.estimated and reply.input_tokens:
                seen = reply.input_tokens / max(1, estimate_tokens(messages))
                self.ratio = max(1.3 * seen, 0.9 * self.ratio)

    def lose(self, aside: float, requests: int) -> None:
        """Book requests without a usable answer, which may have been billed, at the most they can have cost."""
        with self._lock:
            self.reserved -= aside
            self.spent += aside * requests


def ask_about(
    problem: Problem, prompt: Prompt, parts: Sequence[Part], key: str | None, seconds: float | None
) -> Answers:
    """Ask about the rows of all parts, a bit of each in turn, until all are done or a cap is reached."""
    spec = problem.use_case.llm
    assert spec is not None
    found, purse = Answers(), _Purse(spec)
    todo = list(_interleaved(parts))
    shots = {id(p): examples_of(p, problem.y, spec.examples, problem.seed) for p in parts}
    deadline = None if seconds is None else time.monotonic() + seconds
    waiting: dict[Future[Reply], tuple[Part, int, float, list[Message]]] = {}
    pool = ThreadPoolExecutor(spec.concurrency, thread_name_prefix="llm")
    with ChatClient(spec, key, deadline=deadline, seed=problem.seed) as client:
        try:
            for part, row in todo:
                while len(waiting) >= spec.concurrency:
                    _collect(problem, found, purse, waiting)
                if found.error or _stop(found, purse, deadline, len(todo)):
                    break
                messages = prompt.messages(problem.X, row, shots[id(part)])
                if not all(prompt.masker.safe(m["content"]) for m in messages):
                    found.withheld.add(row)
                    found.given[row] = _shares(problem, part)
                    continue
                aside = purse.reserve(messages)
                while aside is None and waiting:
                    _collect(problem, found, purse, waiting)
                    aside = purse.reserve(messages)
                if aside is None:
                    currency = problem.use_case.economics.currency
                    found.cut = f"the next question might have passed the cap of {spec.max_cost:g} {currency}"
                    break
                waiting[pool.submit(client.ask, messages)] = (part, row, aside, messages)
            while waiting:
                _collect(problem, found, purse, waiting)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
    asked = len(found.given) + len(found.failed)
    if not found.error and len(found.failed) > max(GIVE_UP - 1, MOST_FAILED * asked):
        found.error = f"the endpoint failed for {len(found.failed)} of {asked} rows: {found.reason}"
    found.cost = purse.spent
    return found


def _interleaved(parts: Sequence[Part]) -> Iterator[tuple[Part, int]]:
    """Every part's rows spread over the whole, so that a cut leaves each part its share."""
    placed = [
        ((i + 0.5) / len(p.rows), k, p, int(row)) for k, p in enumerate(parts) for i, row in enumerate(p.rows)
    ]
    for _, _, part, row in sorted(placed, key=lambda x: x[:2]):
        yield part, row


def _stop(found: Answers, purse: _Purse, deadline: float | None, rows: int) -> bool:
    if deadline is not None and time.monotonic() >= deadline:
        found.cut = f"the time was up after {len(found.given)} of {rows} rows"
    elif purse.cap is not None and purse.spent >= purse.cap:
        found.cut = f"the cap of {purse.cap:g} was reached"
    return found.cut is not None


def _shares(problem: Problem, part: Part) -> Array:
    counts = np.bincount(problem.y[part.train], minlength=problem.classes)
    return np.asarray(counts / counts.sum(), dtype=float)


def _collect(
    problem: Problem,
    found: Answers,
    purse: _Purse,
    waiting: dict[Future[Reply], tuple[Part, int, float, list[Message]]],
) -> None:
    """Take in what has been answered; wait for one at least."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        part, row, aside, messages = waiting.pop(future)
        try:
            reply = future.result()
        except EndpointError as error:
            purse.lose(aside, error.sent)
            found.failed.add(row)
            found.reason = error.why
            if error.fatal or (len(found.failed) >= GIVE_UP and not found.replies):
                found.error = f"the endpoint does not answer: {error.why}"
            continue
        purse.settle(aside, reply, messages)
        found.replies.append(reply)
        labels = problem.target.classes
        code = None if reply.refused else read_label(reply.text, labels)
        if code is None:
            found.abstained.add(row)
            found.given[row] = _shares(problem, part)
            continue
        shares = class_shares(code, reply.alternatives, labels)
        if shares is None:
            found.one_hot += 1
            shares = np.eye(problem.classes)[code]
        found.given[row] = shares
