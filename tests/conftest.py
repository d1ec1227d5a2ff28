"""Shared fixtures."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]
OPEN_DATA = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of public data sets; the test skips where it is absent."""
    if not (OPEN_DATA / "facts.json").is_file():
        pytest.skip("the public data sets are not here")
    return OPEN_DATA


@pytest.fixture(scope="session")
def untranslated() -> Callable[[str], list[str]]:
    """A function that returns the languages in which a text stays English, or keeps a part that looks English."""
    from discovery.language import LANGUAGES, speaking
    from discovery.report.phrases import looks_english, phrasebook

    def languages(text: str) -> list[str]:
        found = []
        for code in LANGUAGES:
            with speaking(code):
                book = phrasebook()
                said = book.translate(text) if book else text
            rest = re.sub("„[^“]*“|«[^»]*»| in ", " ", said or "")
            if said is None or (code == "de" and looks_english(rest)):
                found.append(code)
        return found

    return languages


@pytest.fixture(scope="session")
def spark_settings() -> dict[str, str]:
    """Settings by which Spark starts fast and suits small tables; the test skips where it cannot be started."""
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed")
    if shutil.which("java") is None:
        pytest.skip("there is no Java")
    return {
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


@pytest.fixture(scope="session")
def spark(spark_settings: dict[str, str]) -> Iterator[str]:
    """Start Spark on this machine once; return the URL by which it is found again."""
    from pyspark.sql import SparkSession

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = SparkSession.builder.master("local[2]").config(map=spark_settings).getOrCreate()
    yield "local[2]"
    session.stop()
