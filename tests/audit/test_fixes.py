"""The lines of pandas that mend numbers run, and mend every cell that is told."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from discovery.audit import audit_drop
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop

RNG = np.random.default_rng(4)
PRESSURES = [*RNG.integers(90, 190, 300).tolist(), *[301.083332 + i for i in range(30)], -1.5]
CODED = [*RNG.normal(50, 9, 300).round(2).tolist(), *[-999.0] * 20]
FAR = [*RNG.normal(0.14, 0.01, 3000).round(4).tolist(), 1.1300001]


@pytest.mark.parametrize("extra", [[], ["?"]], ids=["numbers", "with a word"])
@pytest.mark.parametrize(
    ("kind", "name", "values", "gone"),
    [
        ("impossible_value", "systolic", PRESSURES, 31),
        ("sentinel_missing", "reading", CODED, 20),
        ("outlier", "height_m", FAR, 0),
    ],
)
def test_a_fix_mends_all_that_is_told(tmp_path: Path, kind, name, values, gone, extra) -> None:
    text = "\n".join([f"{name},other", *(f"{v},{i % 7}" for i, v in enumerate([*values, *extra]))]) + "\n"
    (tmp_path / "t.csv").write_text(text)
    result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e"))
    (found,) = [f for f in result.findings if f.kind == kind and f.columns == [name] and "?" not in f.summary[:4]]
    df = pd.read_csv(io.StringIO(text))
    scope = {"df": df, "pd": pd, "np": np}
    assert found.fix is not None
    exec(found.fix, scope)
    mended = pd.to_numeric(df[name], errors="coerce")
    if kind == "outlier":
        assert mended.max() == max(values[:-1])
        assert mended.min() == min(values)
    else:
        assert mended.isna().sum() == gone + len(extra)


def test_a_fix_brings_what_it_needs(tmp_path: Path) -> None:
    names = [
        f"{'fish' if i % 2 else 'soup'} &amp; {w}" for i, w in enumerate("chips bread rice peas beans".split() * 60)
    ]
    notes = [f"Please call Anna Meyer at +49 30 90182{i:04d} about the order before noon" for i in range(300)]
    people = [f"P{i // 4:03d}" for i in range(300)]
    wide = pd.DataFrame({"patient_id": people, "dish": names, "note": notes, "y": RNG.normal(5, 1, 300).round(3)})
    wide.to_csv(tmp_path / "t.csv", index=False)
    case = UseCase(name="u", table="t", target="y", task="regression")
    result = audit_drop(read_drop(tmp_path / "t.csv"), Engagement(name="e", use_cases=[case]))
    told = {f.kind: f.fix for f in result.findings if f.kind in {"encoding", "pii", "group_structure"} and f.fix}
    assert set(told) == {"encoding", "pii", "group_structure"}
    for fix in told.values():
        scope: dict[str, object] = {"df": pd.read_csv(tmp_path / "t.csv")}
        exec(fix, scope)
        if "folds" in scope:
            assert len(list(scope["folds"])) == 5  # type: ignore[call-overload]
    exec(told["encoding"], scope := {"df": wide.copy()})
    assert scope["df"]["dish"].str.contains("fish & bread").any()
