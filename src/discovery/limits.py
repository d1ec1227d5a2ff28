"""How much memory and how many threads a run may take, and which engine measures tables that do not fit."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, get_args

from .errors import ParameterError, suggest

__all__ = [
    "ENGINES",
    "VARIABLES",
    "Engine",
    "Limits",
    "give_back",
    "memory_here",
    "parse_memory",
    "set_limits",
    "set_threads",
]

Engine = Literal["auto", "polars", "duckdb", "spark"]
ENGINES: tuple[Engine, ...] = get_args(Engine)

SHARE, MOST = 0.6, 4 * 10**9
"""What a run takes of the memory of the machine (or of its control group) where no limit is given, and at most:
beyond it, measuring a table where it lies takes less time too."""

VARIABLES = ("DISCOVERY_MEMORY", "DISCOVERY_ENGINE", "DISCOVERY_SPARK_URL")
"""Environment variables that hold memory, engine and URL, as they are handed on to kernels and workers."""

GIVE_BACK = "background_thread:true,dirty_decay_ms:100,muzzy_decay_ms:0"
"""How jemalloc is told to give freed pages back (its TUNING.md)."""

SMALL, FEW = 16 * 10**6, 1_000
"""Bytes, and files, up to which data counts as small."""

_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\s*", re.IGNORECASE)
_GROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a run.

    Attributes
    ----------
    memory : int or None
        Bytes; None: ``SHARE`` of what the machine has, at most ``MOST``.
    engine : {"auto", "polars", "duckdb", "spark"}
        What measures tables that do not fit. Any but ``auto`` measures every table so that can be scanned in place.
    spark_url : str
        A Spark master (``local[2]``, ``spark://…``) or a Spark Connect server (``sc://…``).
    """

    memory: int | None = None
    engine: Engine = "auto"
    spark_url: str = "local[*]"

    @property
    def budget(self) -> int:
        """Bytes that the run may take."""
        return self.memory if self.memory is not None else min(int(SHARE * memory_here()), MOST)

    @property
    def forced(self) -> bool:
        """Whether tables are scanned where they are, whatever their size."""
        return self.engine != "auto"

    def holds(self, size: float) -> bool:
        """Return whether what takes ``size`` bytes in memory is to be read into it."""
        return not self.forced and size <= self.budget

    @classmethod
    def of(cls, memory: str | None = None, engine: str | None = None, spark_url: str | None = None) -> Limits:
        """Return the limits as a user writes them.

        Raises
        ------
        ParameterError
            If a size or an engine is none.
        """
        if engine is not None and engine not in ENGINES:
            raise ParameterError(f"unknown engine '{engine[:40]}'", where="engine", mend=suggest(engine, ENGINES))
        size = parse_memory(memory) if memory is not None else None
        chosen: Engine = next((e for e in ENGINES if e == engine), "auto")
        return cls(size, chosen, spark_url or "local[*]")

    @classmethod
    def here(cls) -> Limits:
        """Return the limits that the environment gives: ``DISCOVERY_MEMORY``, ``…_ENGINE`` and ``…_SPARK_URL``."""
        return cls.of(*(os.environ.get(name) or None for name in VARIABLES))


def parse_memory(text: str) -> int:
    """Return the bytes that a size such as ``2GB``, ``512 MiB`` or ``1.5g`` stands for.

    Raises
    ------
    ParameterError
        If it is no size, or one too small to work in (64 MB).

    Examples
    --------
    >>> parse_memory("2GB"), parse_memory("1 GiB")
    (2000000000, 1073741824)
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ParameterError(
            f"'{text[:40]}' is no size of memory", where="memory", mend="Write it as 2GB or 512MB."
        )
    number, unit, binary = match[1], match[2].lower(), match[3]
    size = int(float(number) * (_BINARY[unit] if binary and unit else _UNITS[unit]))
    if size < 64 * 10**6:
        raise ParameterError(f"{text.strip()} of memory is too little", where="memory", mend="Give 64MB or more.")
    return size


def set_limits(memory: str | None, engine: str | None, spark_url: str | None) -> None:
    """Set the limits of this process, its kernels and its workers; what is None stays as it is.

    Where memory is limited, the allocator of Polars (jemalloc) is told to give back at once what is freed, unless
    Polars is loaded already: else pages count as taken as long as the system does not need them.

    Raises
    ------
    ParameterError
        If a size or an engine is none.
    """
    Limits.of(memory, engine, spark_url)
    if memory is not None:
        os.environ.setdefault("_RJEM_MALLOC_CONF", GIVE_BACK)
    for name, value in zip(VARIABLES, (memory, engine, spark_url), strict=True):
        if value is not None:
            os.environ[name] = value


def set_threads(source: Path) -> None:
    """Let Polars work in one thread where the data is small: short queries cost more with others to wake.

    Nothing is changed where ``POLARS_MAX_THREADS`` is set, and nothing comes of it where Polars is loaded already.
    """
    with suppress(OSError):  # a URL may be longer than a path can be
        files = list(islice((p for p in source.rglob("*") if p.is_file()), FEW)) if source.is_dir() else [source]
        if len(files) < FEW and sum(p.stat().st_size for p in files) <= SMALL:
            os.environ.setdefault("POLARS_MAX_THREADS", "1")


def give_back() -> None:
    """Give the system what was freed and the C library keeps for later, where it is glibc (``malloc_trim``)."""
    import ctypes

    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def memory_here() -> int:
    """Return the bytes of memory of the machine, or of the control group the process is in."""
    sizes = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")] if hasattr(os, "sysconf") else [8 * 2**30]
    for name in _GROUPS:
        try:
            said = Path(name).read_text(encoding="ascii").strip()
        except OSError:
            continue
        if said.isdigit():
            sizes.append(int(said))
    return min(sizes)
