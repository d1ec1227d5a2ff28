"""The engines that measure a table where it is: Polars' streaming engine, DuckDB, Spark.

What can be said in Narwhals is written once, elsewhere; here is what only the engine itself knows: how to open the
files within the memory that is allowed, how to bring a small result home, and how to hash rows.
"""

from __future__ import annotations

import contextlib
import socket
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import narwhals as nw
import polars as pl

from ...errors import ParameterError
from ...intake.whole import in_parts, spilling_duckdb
from ...limits import Limits
from ...sql import quoted

if TYPE_CHECKING:
    from ...intake.whole import Whole

__all__ = ["DuckDBSession", "PolarsSession", "Session", "SparkSession", "col", "open_session", "plain"]

BYTES_A_VALUE = 48
"""What a distinct value costs Polars in a hash table, in bytes."""

CONNECT_PORT = 15002
HASH = "__hash__"


def plain(name: str) -> str:
    """Return the name by which engines know a column: to Spark, dots and backticks in names mean something.

    >>> plain("a.b"), plain("total")
    ('a․b', 'total')
    """
    return name.translate({ord("."): "․", ord("`"): "‵"})


def col(name: str) -> nw.Expr:
    """Return the column of a session's frame."""
    return nw.col(plain(name))


class Session:
    """An engine, opened for one table.

    ``block`` is how many columns are measured in one query.
    """

    name = ""
    block = 8

    def __init__(self, whole: Whole) -> None:
        self.whole = whole

    def frame(self) -> nw.LazyFrame[Any]:
        """Return all rows, floats that are not a number as missing."""
        return self._frame

    @cached_property
    def _frame(self) -> nw.LazyFrame[Any]:
        lazy: nw.LazyFrame[Any] = nw.from_native(self._rows())
        floats = [plain(c) for c, d in self.whole.schema.items() if d.is_float()]
        return lazy.with_columns(nw.when(~nw.col(c).is_nan()).then(nw.col(c)).alias(c) for c in floats)

    def _rows(self) -> Any:
        """Return all rows as the engine has them, by plain names."""
        raise NotImplementedError

    def collect(self, lazy: nw.LazyFrame[Any]) -> pl.DataFrame:
        """Return a (small) result as a frame of Polars, by the names of the table."""
        return self._named(cast("pl.DataFrame", lazy.collect("polars").to_native()))

    def _named(self, frame: pl.DataFrame) -> pl.DataFrame:
        return frame.rename({plain(c): c for c in self.whole.schema if plain(c) != c}, strict=False)

    def hashed(self, columns: Sequence[str], keep: Sequence[str] = ()) -> nw.LazyFrame[Any]:
        """Return the 64-bit hash of each row's ``columns`` as ``__hash__``, with the columns ``keep``."""
        raise NotImplementedError

    def distinct(self, columns: Sequence[str]) -> int:
        """Return how many distinct combinations ``columns`` have, over the rows where all of them have a value.

        Several columns are compared by a 64-bit hash.
        """
        if len(columns) == 1:
            return self._unlike(self.frame().select(col(columns[0])).drop_nulls(), plain(columns[0]))
        return self._unlike(self.hashed(columns, columns).drop_nulls([plain(c) for c in columns]))

    def repeats(self, columns: Sequence[str]) -> int:
        """Return how many rows repeat an earlier one in ``columns``."""
        return self.whole.rows - self._unlike(self.hashed(columns))

    def _unlike(self, lazy: nw.LazyFrame[Any], column: str = HASH) -> int:
        return int(self.collect(lazy.select(nw.col(column).n_unique().alias("n"))).item())

    def repeated(self, columns: Sequence[str], limit: int) -> list[int]:
        """Return the hashes of the first ``limit`` groups of rows that agree in ``columns``, largest first."""
        lazy = self.hashed(columns).group_by(HASH).agg(nw.len().alias("n")).filter(nw.col("n") > 1)
        return self.collect(lazy.sort("n", HASH, descending=[True, False]).head(limit))[HASH].to_list()

    def close(self) -> None:
        """Let go of what the engine holds."""


class PolarsSession(Session):
    """Polars' streaming engine, which holds hash tables in memory: large ones are made in parts."""

    name = "polars"
    block = 12

    def frame(self) -> nw.LazyFrame[Any]:
        return nw.from_native(self._native().rename({c: plain(c) for c in self.whole.schema if plain(c) != c}))

    def _native(self) -> pl.LazyFrame:
        floats = [c for c, d in self.whole.schema.items() if d.is_float()]
        return self.whole.polars().with_columns(pl.col(floats).fill_nan(None))

    def collect(self, lazy: nw.LazyFrame[Any]) -> pl.DataFrame:
        return self._named(cast("pl.LazyFrame", lazy.to_native()).collect(engine="streaming"))

    def hashed(self, columns: Sequence[str], keep: Sequence[str] = ()) -> nw.LazyFrame[Any]:
        return nw.from_native(self._native().select(_hash(columns), *keep))

    def distinct(self, columns: Sequence[str]) -> int:
        hashes = self._native().select(columns).drop_nulls().select(_hash(columns))
        return self._unlike(nw.from_native(hashes))

    def _unlike(self, lazy: nw.LazyFrame[Any], column: str = HASH) -> int:
        counts = self._in_parts(lazy, lambda part: part.select(pl.col(column).n_unique()))
        return sum(int(n.item()) for n in counts)

    def repeated(self, columns: Sequence[str], limit: int) -> list[int]:
        def largest(part: pl.LazyFrame) -> pl.LazyFrame:
            again = part.group_by(HASH).agg(n=pl.len()).filter(pl.col("n") > 1)
            return again.sort("n", HASH, descending=[True, False]).head(limit)

        found = pl.concat(self._in_parts(self.hashed(columns), largest))
        return found.sort("n", HASH, descending=[True, False]).head(limit)[HASH].to_list()

    def _in_parts(
        self, hashes: nw.LazyFrame[Any], reduce: Callable[[pl.LazyFrame], pl.LazyFrame]
    ) -> Iterator[pl.DataFrame]:
        """Reduce as many hashes at a time as fit into a quarter of the memory."""
        lazy = cast("pl.LazyFrame", hashes.to_native())
        for part in in_parts(lazy, HASH, self.whole.parts(BYTES_A_VALUE)):
            yield reduce(part).collect(engine="streaming")


def _hash(columns: Sequence[str]) -> pl.Expr:
    if len(columns) == 1:
        return pl.col(columns[0]).hash(seed=0).alias(HASH)
    return pl.struct(columns).hash(seed=0).alias(HASH)


class DuckDBSession(Session):
    """DuckDB, which keeps to a limit of memory and spills into a folder what goes beyond it."""

    name = "duckdb"
    block = 4

    def __init__(self, whole: Whole) -> None:
        super().__init__(whole)
        self._held = contextlib.ExitStack()
        self._connection = self._held.enter_context(spilling_duckdb(whole.limits, ordered=False))

    def _rows(self) -> Any:
        named = ", ".join(f"{quoted(c)} AS {quoted(plain(c))}" for c in self.whole.schema)
        return self.whole.duckdb(self._connection).project(named)

    def hashed(self, columns: Sequence[str], keep: Sequence[str] = ()) -> nw.LazyFrame[Any]:
        relation = self.frame().to_native()
        listed = ", ".join(quoted(plain(c)) for c in columns)
        kept = "".join(f", {quoted(plain(c))}" for c in keep)
        return cast("nw.LazyFrame[Any]", nw.from_native(relation.project(f"hash({listed}) AS {HASH}{kept}")))

    def close(self) -> None:
        self._held.close()


class SparkSession(Session):
    """Spark: on this machine, on a cluster by the URL of its master, or by Spark Connect (``sc://…``)."""

    name = "spark"
    block = 12

    def __init__(self, whole: Whole) -> None:
        super().__init__(whole)
        self._spark = _spark(whole.limits)

    def _rows(self) -> Any:
        return self.whole.spark(self._spark).toDF(*map(plain, self.whole.schema))

    def collect(self, lazy: nw.LazyFrame[Any]) -> pl.DataFrame:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return super().collect(lazy)

    def hashed(self, columns: Sequence[str], keep: Sequence[str] = ()) -> nw.LazyFrame[Any]:
        from pyspark.sql.functions import isnull, xxhash64

        # Spark passes over what is missing, so that (1, none) and (none, 1) would have one hash.
        native = self.frame().to_native()
        told = [part for c in columns for part in (plain(c), isnull(plain(c)))]
        hashes = xxhash64(*told).alias(HASH)
        return cast("nw.LazyFrame[Any]", nw.from_native(native.select(hashes, *map(plain, keep))))


def _spark(limits: Limits) -> Any:
    """Return the running Spark session of this process, or start one."""
    try:
        from pyspark.sql import SparkSession as Spark
    except ImportError:
        raise ParameterError(
            "Spark is not installed",
            where="--engine spark",
            mend="Install it: pip install 'discovery-workbook[spark]'",
        ) from None
    url = limits.spark_url
    if url.startswith("sc://"):
        _reach(url)
    builder = Spark.builder.appName("discovery")
    builder = builder.remote(url) if url.startswith("sc://") else builder.master(url)
    if url.startswith("local"):
        memory = max(512, limits.budget // 10**6)
        builder = builder.config("spark.driver.memory", f"{memory}m").config("spark.ui.enabled", "false")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
        builder = builder.config("spark.sql.shuffle.partitions", "8")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.sql.ansi.enabled", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            spark = builder.getOrCreate()
        except Exception as error:  # no Java, no cluster: every version of PySpark says so in another way
            raise _no_spark(url, type(error).__name__) from None
    with contextlib.suppress(Exception):
        spark.sparkContext.setLogLevel("ERROR")
    return spark


def _reach(url: str) -> None:
    """Fail at once where no server listens: the client of Spark Connect would try again for minutes."""
    place = urlsplit(url)
    try:
        with socket.create_connection((place.hostname or "", place.port or CONNECT_PORT), timeout=10):
            pass
    except (OSError, ValueError) as error:
        raise _no_spark(url, type(error).__name__) from None


def _no_spark(url: str, why: str) -> ParameterError:
    shown = url.split(";")[0].split("@")[-1]
    return ParameterError(
        f"Spark cannot be started ({why})",
        where=f"--spark-url {shown}",
        mend="Install Java 17 for local mode, or look at the URL of the cluster.",
    )


@contextmanager
def open_session(whole: Whole) -> Iterator[Session]:
    """Open the engine that the limits of ``whole`` ask for; Polars, where they leave it open."""
    made: dict[str, type[Session]] = {"duckdb": DuckDBSession, "spark": SparkSession}
    session = made.get(whole.limits.engine, PolarsSession)(whole)
    try:
        yield session
    finally:
        session.close()
