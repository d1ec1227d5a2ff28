"""The contract judged where the rows are, by Great Expectations' own engines: in a database, or by Spark.

No row is fetched: expectations become queries. The verdicts are those on the table in memory; what the types of its
columns do not allow to be compared is said without asking the engine, by the rule of the other judges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import polars as pl

from ..errors import DataError, suggest
from .canonical import Canonical
from .gx import ephemeral, judge_batch, quiet
from .judge import Verdict, outcome
from .model import ContractResult, Expectation, Suite
from .scan import uncomparable

if TYPE_CHECKING:
    from ..intake.whole import Whole

__all__ = ["judge_with_gx_on_spark", "validate_in_database"]

NUMBERS, TRUTHS, MOMENTS, TEXTS = ("int64", "float64"), ("bool", "BooleanDtype"), ("datetime64[ns]",), ("str",)
SQL_TYPES = {
    NUMBERS: "INTEGER BIGINT SMALLINT TINYINT HUGEINT FLOAT DOUBLE DOUBLE_PRECISION REAL NUMERIC DECIMAL",
    TRUTHS: "BOOLEAN",
    MOMENTS: "DATE DATETIME TIMESTAMP",
    TEXTS: "TEXT VARCHAR CHAR STRING CLOB NVARCHAR UUID ENUM",
}
SPARK_TYPES = {
    NUMBERS: "ByteType ShortType IntegerType LongType FloatType DoubleType DecimalType",
    TRUTHS: "BooleanType",
    MOMENTS: "DateType TimestampType TimestampNTZType",
    TEXTS: "StringType",
}
_FORMS: dict[tuple[str, ...], pl.DataType] = {
    NUMBERS: pl.Float64(), TRUTHS: pl.Boolean(), MOMENTS: pl.Datetime("ns"), TEXTS: pl.String(),
}  # fmt: skip


def validate_in_database(suite: Suite, url: str, table: str) -> ContractResult:
    """Judge a table of a database by its contract, in the database, without writing to it.

    Two things differ from the other judges: rows that lack one of several columns of a key are not compared, as SQL
    has it; and what intake makes text of (arrays, JSON) the database cannot compare as such, which is an error.

    Parameters
    ----------
    suite : Suite
        The contract.
    url : str
        SQLAlchemy URL; it is never shown with its password.
    table : str
        The table or view, with its schema where that is another than the default one.

    Raises
    ------
    DataError
        If the database cannot be reached or has no such table.
    """
    from ..intake.sources.connection import dialect_url, safe_url

    url = dialect_url(url)
    schema, _, bare = table.rpartition(".")
    form = _of_database(url, bare, schema or None)
    with quiet(), _source(url) as source:
        try:
            asset = source.add_table_asset("table", table_name=bare, schema_name=schema or None)
        except Exception as error:  # Great Expectations' own, whose text holds the URL
            raise DataError(
                f"the table cannot be judged ({type(error).__name__})",
                where=safe_url(url),
                mend="Look at URL and rights.",
            ) from None
        batch = asset.add_batch_definition_whole_table("whole").get_batch()
        verdicts = _judged(suite, batch, form)
    return _result(suite, verdicts, form, table, "gx-sql")


@contextmanager
def _source(url: str) -> Iterator[Any]:
    """Open Great Expectations' data source of a database; its two engines are closed at the end."""
    source = ephemeral().data_sources.add_sql(
        "drop", connection_string=url, create_temp_table=False, kwargs=_read_only(url)
    )
    try:
        yield source
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()


def judge_with_gx_on_spark(suite: Suite, whole: Whole, form: Canonical) -> list[Verdict]:
    """Return the verdicts of Great Expectations on Spark on all rows of a table beyond memory."""
    from ..audit.whole.sessions import SparkSession, plain

    session = SparkSession(whole)
    frame = session.frame().to_native()
    with quiet():
        source = ephemeral().data_sources.add_spark("drop", force_reuse_spark_context=True, persist=False)
        definition = source.add_dataframe_asset("table").add_batch_definition_whole_dataframe("whole")
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        return _judged(suite, batch, form, SPARK_TYPES, plain)


def _judged(
    suite: Suite,
    batch: Any,
    form: Canonical,
    types: Mapping[tuple[str, ...], str] | None = None,
    named: Callable[[str], str] = str,
) -> list[Verdict]:
    """Ask the engine what it can compare; what types forbid is an error in the words of the other judges.

    Without ``types`` the types of columns are held against the database's catalogue: Great Expectations knows some
    of a dialect's types only.
    """
    verdicts: dict[int, Verdict] = {}
    asked: list[tuple[int, Expectation]] = []
    for place, expectation in enumerate(suite.expectations):
        known = uncomparable(expectation, form)
        wanted = _wanted_types(expectation)
        if known is None and wanted and types is None:
            known = _of_type(wanted, form.schema[expectation.columns[0]])
        if known is not None:
            verdicts[place] = known
        else:
            asked.append((place, _as_engine_says(expectation, types or {}, named)))
    told = judge_batch(suite.model_copy(update={"expectations": [e for _, e in asked]}), batch)
    verdicts |= {place: verdict for (place, _), verdict in zip(asked, told, strict=True)}
    return [verdicts[i] for i in range(len(suite.expectations))]


def _wanted_types(expectation: Expectation) -> set[str]:
    kwargs = expectation.kwargs
    return set(kwargs.get("type_list") or ([kwargs["type_"]] if "type_" in kwargs else []))


def _of_type(wanted: set[str], dtype: pl.DataType) -> Verdict:
    family = next(f for f, form in _FORMS.items() if form == dtype)
    success = bool(wanted & set(family))
    return Verdict(success, note="" if success else f"it holds {family[-1]}")


def _as_engine_says(
    expectation: Expectation, types: Mapping[tuple[str, ...], str], named: Callable[[str], str]
) -> Expectation:
    """Return the expectation with the engine's own names of types and columns."""
    said = expectation.with_columns(named)
    wanted = _wanted_types(said)
    if not wanted:
        return said
    listed = [t for family, own in types.items() if wanted & set(family) for t in own.split()]
    more = {k: v for k, v in said.kwargs.items() if k not in {"type_", "type_list"}}
    return said.model_copy(
        update={
            "type": "expect_column_values_to_be_in_type_list",
            "kwargs": {**more, "type_list": listed},
        }
    )


def _of_database(url: str, name: str, schema: str | None) -> Canonical:
    """Return rows, types and missing cells of a table, counted in the database."""
    import sqlalchemy as sa
    from sqlalchemy.exc import NoSuchTableError

    from ..intake.sources.connection import connected, safe_url

    with connected(url) as connection:
        try:
            table = sa.Table(name, sa.MetaData(), autoload_with=connection, schema=schema, resolve_fks=False)
        except NoSuchTableError:
            known = sa.inspect(connection).get_table_names(schema)
            raise DataError(f"there is no table '{name}'", where=safe_url(url), mend=suggest(name, known)) from None
        counts = [sa.func.count(c) for c in table.columns]
        row = connection.execute(sa.select(sa.func.count(), *counts).select_from(table)).one()
    types = {c.name: _form(c.type) for c in table.columns}
    nulls = {c: row[0] - n for c, n in zip(types, row[1:], strict=True)}
    return Canonical(pl.DataFrame(schema=types), types, nulls, row[0])


def _form(dtype: Any) -> pl.DataType:
    names = {c.__name__.upper() for c in type(dtype).__mro__}
    for family, own in SQL_TYPES.items():
        if names & set(own.split()):
            return _FORMS[family]
    return pl.String()


def _read_only(url: str) -> dict[str, Any]:
    """Return what the engine is opened with so that no statement can write, where the database can be told so."""
    if url.startswith("postgresql"):
        return {"connect_args": {"options": "-c default_transaction_read_only=on"}}
    return {}


def _result(suite: Suite, verdicts: list[Verdict], form: Canonical, table: str, engine: Any) -> ContractResult:
    outcomes = [outcome(e, v, form) for e, v in zip(suite.expectations, verdicts, strict=True)]
    return ContractResult(table=table, engine=engine, outcomes=outcomes)
