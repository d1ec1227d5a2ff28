"""A table is called the same in every drop, whatever date its file has in its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.audit import audit_drop
from discovery.cli import invoke
from discovery.engagement import Engagement, TableSpec
from discovery.intake import read_drop
from discovery.intake.sources.dated import without_date

ROWS = "id,age,town\n" + "".join(f"{i},{20 + i * 7 % 50},town {i % 7}\n" for i in range(1, 101))


@pytest.mark.parametrize(
    "stem",
    [
        "crm_202401", "crm-2024-01", "crm 2024.01.31", "crm20240131", "2024-01-31_crm", "crm_20240131T0830",
        "crm_2024-01-31_08-30-00", "crm_31.01.2024", "crm_2024Q1", "crm-2024-W05", "20240131-crm",
    ],
)  # fmt: skip
def test_a_date_is_no_part_of_a_name(stem: str) -> None:
    assert without_date(stem) == "crm"


@pytest.mark.parametrize(
    "stem",
    ["crm", "2024-01", "20240131", "crm_2024", "crm_v2", "crm_202413", "crm_2024-01_final", "top1000", "x_1900"],
)
def test_what_is_no_date_stays(stem: str) -> None:
    assert without_date(stem) == stem


def test_tables_keep_their_names_from_drop_to_drop(tmp_path: Path) -> None:
    for month in ("2024-01", "2024-02"):
        folder = tmp_path / month
        folder.mkdir()
        (folder / f"crm_{month}.csv").write_text(ROWS)
        (folder / f"stock_{month}-01.csv").write_text(ROWS)
        (folder / f"stock_{month}-15.csv").write_text(ROWS)
        names = ["crm", f"stock_{month}-01", f"stock_{month}-15"]
        assert sorted(read_drop(folder).tables) == names, "two of a drop are told apart by their dates"
    agreed = Engagement(name="e", tables={"crm_2024-01": TableSpec(key=["id"])})
    assert "crm_2024-01" in read_drop(tmp_path / "2024-01", engagement=agreed).tables


def test_findings_recur_in_a_file_of_another_date(tmp_path: Path) -> None:
    for day in ("0107", "0114"):
        (tmp_path / f"crm_2024{day}.csv").write_text(ROWS.replace(",20,", ",,"))
    first, second = (tmp_path / f"run{i}" for i in (1, 2))
    assert invoke(["audit", str(tmp_path / "crm_20240107.csv"), "--out", str(first), "-q"]) == 0
    result = audit_drop(read_drop(tmp_path / "crm_20240114.csv"), Engagement(name="e"), previous=first, out=second)
    assert {f.status for f in result.findings} == {"recurring"}
    assert result.tables[0].source == "crm_20240114.csv"
    assert invoke(["validate", str(first), str(tmp_path / "crm_20240114.csv")]) == 0
