"""A table is measured by a Spark Connect server, as by Spark itself."""

from __future__ import annotations

import importlib.util
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import faulty

pytestmark = [pytest.mark.service, pytest.mark.xdist_group("spark")]
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"


@pytest.fixture
def server(tmp_path: Path, spark_settings: dict[str, str]) -> Iterator[str]:
    """Start a server on loopback; return its URL."""
    if importlib.util.find_spec("grpc") is None:
        pytest.skip("Spark Connect's client is not installed")
    import pyspark

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"spark.connect.grpc.binding.port": str(port), "spark.connect.grpc.binding.address": "127.0.0.1"}
    settings = [part for name, value in (spark_settings | own).items() for part in ("--conf", f"{name}={value}")]
    submit = str(Path(pyspark.__file__).parent / "bin" / "spark-submit")
    command = [submit, "--class", SERVER, "--master", "local[2]", *settings]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    with (tmp_path / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, cwd=tmp_path)
    try:
        _wait(port, process)
        yield f"sc://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1_200):
        assert process.poll() is None, "the server ended"
        with socket.socket() as client:
            if client.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server did not start")


def findings(path: Path, out: Path, *options: str) -> dict[tuple[str, ...], int]:
    """Audit by the command line in a process of its own: one is either a client of a server or Spark itself."""
    command = [sys.executable, "-m", "discovery", "audit", str(path), "--out", str(out), "--quiet", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads((out / "audit.json").read_text(encoding="utf-8"))
    assert not [n for n in told["not_run"] if "Error" in n["reason"]]
    return {(f["kind"], f["table"], *f["columns"]): f["rows_affected"] for f in told["findings"]}


def test_findings_by_spark_connect_are_those_by_polars(server: str, tmp_path: Path) -> None:
    sales = tmp_path / "sales.parquet"
    faulty.sales(4_000).write_parquet(sales)
    by_polars = findings(sales, tmp_path / "polars", "--engine", "polars")
    assert len(by_polars) > 5
    assert findings(sales, tmp_path / "spark", "--engine", "spark", "--spark-url", server) == by_polars


@pytest.mark.usefixtures("spark_settings")
def test_a_server_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    sales = tmp_path / "sales.parquet"
    faulty.sales(800).write_parquet(sales)
    command = [sys.executable, "-m", "discovery", "audit", str(sales), "--out", str(tmp_path / "run")]
    command += ["--engine", "spark", "--spark-url", "sc://127.0.0.1:9/;user_id=me;token=secret"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Spark cannot be started" in done.stderr
    assert "secret" not in done.stderr + done.stdout
