"""Tables of a data lake: many files that are one table. Partitioned Parquet, Delta and Iceberg."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import polars as pl

from ..errors import DataError
from ..limits import Limits
from .big import BATCH_ROWS, fits, table_of_batches, table_of_parquet
from .cells.assemble import table_of_frame
from .columnar import plain_frame
from .sources.find import Found
from .sources.stores import open_store, storage_options
from .table import Reading, Table
from .whole import parquet_bytes

__all__ = ["lake_tables"]

_PARTITION = re.compile(r"(?:^|/)[^/=]+=[^/]*/")
_ICEBERG = re.compile(r"^(.*?)/?metadata/[^/]*\.metadata\.json$")


def lake_tables(files: Sequence[Found], limits: Limits, name: str) -> tuple[list[Table], list[Found]]:
    """Return the tables that several of the files make up, and the files that are left.

    Parameters
    ----------
    files : sequence of Found
        The files of a drop, with their paths in it.
    limits : Limits
        What the run may take: tables that do not fit stay where they are.
    name : str
        What the drop is called; the name of a table that is the whole of it.

    Raises
    ------
    DataError
        If a table of a lake cannot be read, or the package that reads it is not installed.
    """
    tables: list[Table] = []
    rest = list(files)
    for prefix, read in _roots(files).items():
        inside = [f for f in rest if not prefix or f.name.startswith(f"{prefix}/")]
        sample = next(f for f in inside if f.path is not None or f.url)
        root = _place(sample).removesuffix(sample.name) + prefix
        tables.append(read(root.rstrip("/"), PurePosixPath(prefix).name or name, prefix or name, limits))
        rest = _without(rest, inside)
    groups: dict[tuple[str, ...], list[Found]] = {}
    for found in rest:
        if _is_parquet(found) and (match := _PARTITION.search(found.name)):
            prefix = found.name[: match.start()]
            keys = re.findall(r"([^/=]+)=[^/]*/", found.name)
            groups.setdefault((prefix, *keys), []).append(found)
        elif _is_parquet(found) and found.url and found.content is None:
            groups.setdefault((found.name,), []).append(found)
    for (prefix, *keys), group in groups.items():
        called = PurePosixPath(prefix).name or name
        stem = called if keys else called.rpartition(".")[0]
        tables.append(_parquet(group, stem, prefix or name, limits, bool(keys)))
        rest = _without(rest, group)
    return tables, rest


def _without(files: Sequence[Found], taken: Sequence[Found]) -> list[Found]:
    names = {f.name for f in taken}
    return [f for f in files if f.name not in names]


Reader = Callable[[str, str, str, Limits], Table]


def _roots(files: Sequence[Found]) -> dict[str, Reader]:
    """Return the folders that are Delta or Iceberg tables."""
    roots: dict[str, Reader] = {}
    for found in files:
        before, log, _ = f"/{found.name}".partition("/_delta_log/")
        if log:
            roots[before.strip("/")] = _delta
        elif match := _ICEBERG.match(found.name):
            roots.setdefault(match[1], _iceberg)
    return roots


def _is_parquet(found: Found) -> bool:
    return found.name.lower().endswith((".parquet", ".pq")) and (found.path is not None or bool(found.url))


def _place(found: Found) -> str:
    return found.url or str(found.path)


def _parquet(group: Sequence[Found], name: str, source: str, limits: Limits, hive: bool) -> Table:
    places = [_place(f) for f in group]
    options = storage_options(places[0])
    try:
        _, size = parquet_bytes(places, options)
        if limits.holds(size):
            lazy = pl.scan_parquet(places, hive_partitioning=hive, storage_options=options or None)
            table = _small(lazy.collect(), name, source, "parquet")
        else:
            table = table_of_parquet(name, source, places, limits, options, hive)
    except (pl.exceptions.PolarsError, OSError) as error:
        what = f"{len(places)} Parquet files cannot be read as one table" if hive else "Parquet file cannot be read"
        raise DataError(f"the {what} ({type(error).__name__})", where=source, mend="Look at the columns.") from None
    if not hive:
        return table
    keys = ", ".join(re.findall(r"([^/=]+)=[^/]*/", group[0].name))
    return _stated(table, f"{len(group)} files are one table, parted by {keys}, which became columns")


def _small(frame: pl.DataFrame, name: str, source: str, format_: str) -> Table:
    plain, said = plain_frame(frame)
    return table_of_frame(name, source, plain, Reading(format=format_, assumptions=said))


def _stated(table: Table, said: str) -> Table:
    reading = replace(table.reading, assumptions=(said, *table.reading.assumptions))
    return replace(table, reading=reading)


def _of_lazy(lazy: pl.LazyFrame, rows: int, name: str, source: str, limits: Limits, format_: str) -> Table:
    if fits(rows, dict(lazy.collect_schema()), limits):
        return _small(lazy.collect(engine="streaming"), name, source, format_)
    batches = lazy.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True, engine="streaming")
    return table_of_batches(name, source, batches, format_, limits)


def _delta(root: str, name: str, source: str, limits: Limits) -> Table:
    try:
        from deltalake import DeltaTable
    except ImportError:
        raise _missing("Delta tables", "delta", source) from None
    try:
        options = storage_options(root)
        table = DeltaTable(root, storage_options=options or None)
        lazy = pl.scan_delta(table)
        rows = int(lazy.select(pl.len()).collect().item())
        read = _of_lazy(lazy, rows, name, source, limits, "delta")
        version = table.version()
    except DataError:
        raise
    except Exception as error:
        raise _broken("Delta", error, source) from None
    return _stated(read, f"The Delta table was read as of its version {version}")


def _iceberg(root: str, name: str, source: str, limits: Limits) -> Table:
    try:
        from pyiceberg.table import StaticTable
    except ImportError:
        raise _missing("Iceberg tables", "iceberg", source) from None
    try:
        table = StaticTable.from_metadata(_newest(root), properties=dict(_iceberg_properties(root)))
        snapshot = table.current_snapshot()
        scan = table.scan()
        parts = [task.file for task in scan.plan_files()] if _inside(table.location(), root) else None
        if parts is None or not all(_inside(p.file_path, root) for p in parts):
            raise DataError(
                "the Iceberg table lies elsewhere", where=source, mend="Give the place it was written to."
            )
        rows = sum(p.record_count for p in parts)
        schema = pl.from_arrow(scan.to_arrow_batch_reader().schema.empty_table())
        assert isinstance(schema, pl.DataFrame)
        if fits(rows, dict(schema.schema), limits):
            frame = pl.from_arrow(scan.to_arrow())
            assert isinstance(frame, pl.DataFrame)
            read = _small(frame, name, source, "iceberg")
        else:
            read = table_of_batches(name, source, _frames(scan.to_arrow_batch_reader()), "iceberg", limits)
    except DataError:
        raise
    except Exception as error:
        raise _broken("Iceberg", error, source) from None
    said = snapshot.snapshot_id if snapshot else "none"
    return _stated(read, f"The Iceberg table was read as of its snapshot {said}")


def _newest(root: str) -> str:
    """Return the metadata of the latest version: ``00007-….metadata.json`` or ``v7.metadata.json``."""
    system, path = open_store(root if "://" in root else Path(root).absolute().as_uri())
    versions = map(str, system.glob(f"{path}/metadata/*.metadata.json"))

    def number(name: str) -> tuple[int, str]:
        digits = re.match(r"v?(\d+)", PurePosixPath(name).name)
        return int(digits[1]) if digits else -1, name

    newest = max(versions, key=number)
    return f"{root.partition('://')[0]}://{newest}" if "://" in root else newest


def _inside(place: str, root: str) -> bool:
    """Whether a place that a table names is in the folder of the table: a delivery names no other."""
    bare = place.removeprefix("file://")
    if "://" in root:
        return bare.partition("://")[2].startswith(root.partition("://")[2])
    return "://" not in bare and Path(bare).resolve().is_relative_to(Path(root).resolve())


def _frames(reader: Any) -> Iterator[pl.DataFrame]:
    for batch in reader:
        frame = pl.from_arrow(batch)
        if isinstance(frame, pl.DataFrame) and frame.height:
            yield frame


def _iceberg_properties(root: str) -> Mapping[str, str]:
    options = storage_options(root)
    names = {"aws_endpoint_url": "s3.endpoint", "aws_region": "s3.region"}
    return {names[k]: v for k, v in options.items() if k in names}


def _missing(what: str, extra: str, source: str) -> DataError:
    return DataError(
        f"{what} need the extra '{extra}'", where=source, mend=f"pip install 'discovery-workbook[{extra}]'"
    )


def _broken(what: str, error: Exception, source: str) -> DataError:
    return DataError(
        f"the {what} table cannot be read ({type(error).__name__})",
        where=source,
        mend="Look at it and at its store.",
    )
