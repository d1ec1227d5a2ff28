"""Figures are drawn once: what was drawn for a run is kept beside it, for the next page or the next rendering."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from markupsafe import Markup

from ..artifacts import write_atomic
from ..assets import asset
from ..language import current

__all__ = ["drawn", "kept_figures"]

FILE = "figures.json"
_store: ContextVar[dict[str, str] | None] = ContextVar("figures", default=None)


@contextmanager
def kept_figures(run_dir: Path) -> Iterator[None]:
    """Take figures from ``figures.json`` of a run where they are in it, and leave those of this block in it."""
    path = run_dir / FILE
    before = _read(path)
    store = _Store(before)
    token = _store.set(store)
    try:
        yield
        if store.used != before:
            write_atomic(path, json.dumps(store.used, ensure_ascii=True, sort_keys=True))
    finally:
        _store.reset(token)


class _Store(dict[str, str]):
    """The known figures, and which of them were asked for."""

    def __init__(self, known: dict[str, str]) -> None:
        super().__init__(known)
        self.used: dict[str, str] = {}


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    good = isinstance(found, dict) and all(isinstance(v, str) and v[:4] in {"", "<svg"} for v in found.values())
    return found if good else {}


def drawn(kind: str, data: str, draw: Callable[[], Markup]) -> Markup:
    """Return the figure of ``kind`` for ``data``, all that it depends on, as text; drawn only if it is not kept."""
    store = _store.get()
    if not isinstance(store, _Store):
        return draw()
    parts = "\x1f".join([_drawing_code(), current().code, current().fingerprint, kind, data])
    key = hashlib.blake2b(parts.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    if key not in store:
        store[key] = str(draw())
    store.used[key] = store[key]
    return Markup(store[key])


@cache
def _drawing_code() -> str:
    """A hash of the code and the sentences that draw: a figure of others is drawn anew."""
    folder = Path(__file__).parent
    files = [folder / "plots.py", folder / "canvas.py", asset("templates", "report") / "sentences.yaml"]
    code = b"".join(file.read_bytes() for file in files)
    return hashlib.blake2b(code, digest_size=12).hexdigest()
