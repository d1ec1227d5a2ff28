"""What the tests of tables beyond memory share: a Spark of this machine, started once and quick to start."""

from __future__ import annotations

import importlib.util
import shutil
import warnings
from collections.abc import Iterator

import pytest

QUICK = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.log.level": "ERROR",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def needs_spark() -> None:
    """Skip the test where Spark cannot be started."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java")


@pytest.fixture(scope="session")
def spark() -> Iterator[str]:
    """Start Spark with settings that suit small tables; return the URL by which it is found again."""
    needs_spark()
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = SparkSession.builder.master("local[2]").config(map=QUICK).getOrCreate()
    yield "local[2]"
    session.stop()
