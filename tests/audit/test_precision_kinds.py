"""Kinds of finding that drew on sound columns of public tables, beside the faults that they are meant for."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from discovery.artifacts import Finding
from discovery.audit import audit_drop
from discovery.audit.checks.readiness.groups import group_structure, intraclass_correlation
from discovery.audit.checks.readiness.labels import label_noise
from discovery.audit.checks.readiness.target import imbalance
from discovery.audit.checks.time.gaps import time_gap
from discovery.audit.checks.uniqueness.entities import repeated_entities
from discovery.audit.checks.uniqueness.near_duplicates import near_duplicate
from discovery.audit.checks.uniqueness.rows import duplicate_rows
from discovery.audit.checks.validity.codes import lost_zeros, postcodes_as_numbers
from discovery.audit.checks.validity.formats import off_pattern
from discovery.audit.checks.validity.impossible import bounds
from discovery.audit.checks.validity.outliers import caps
from discovery.audit.checks.validity.quantities import quantities
from discovery.audit.checks.validity.types import mixed_type
from discovery.engagement import Engagement, UseCase
from discovery.intake import read_drop

RNG = np.random.default_rng(11)


def audited(path: Path, lines: list[str], target: str | None = None, task: str = "binary") -> list[Finding]:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    drop = read_drop(path)
    cases = [UseCase(name="u", table=next(iter(drop.tables)), target=target, task=task)] if target else []  # type: ignore[arg-type]
    return audit_drop(drop, Engagement(name="e", use_cases=cases), as_of=date(2024, 6, 1)).findings


def test_numbers_with_a_letter_behind_them_are_codes(look):
    numbers = [float(i) for i in range(100, 190)] + [None] * 10
    cells = {91 + i: f"{200 + i}{'ab'[i % 2]}" for i in range(10)}
    (found,) = look(mixed_type, {"subject": numbers}, unparsed={"subject": cells})
    assert found.severity == "minor"
    assert found.fix is None
    assert look(quantities, {"subject": numbers}, unparsed={"subject": cells}) == []
    units = {91 + i: f"{2 + i} km" for i in range(10)}
    assert [f.kind for f in look(quantities, {"way": numbers}, unparsed={"way": units})] == ["unit_mix"]


def test_grades_that_begin_with_letters_are_a_scale(look):
    grades = pl_ints([1, 2, 3, 4, 5, 6, 7, 8] * 12, 10)
    cells = {97 + i: ("K", "PK")[i % 2] for i in range(10)}
    (found,) = look(mixed_type, {"grade": grades}, unparsed={"grade": cells})
    assert (found.severity, found.fix) == ("minor", None)
    words = {97 + i: "on request" for i in range(10)}
    assert look(mixed_type, {"grade": grades}, unparsed={"grade": words})[0].severity == "major"


def pl_ints(values: list[int], gaps: int) -> list[int | None]:
    return [*values, *[None] * gaps]


def test_cells_that_could_not_be_read_are_no_gaps_that_tell_the_target(tmp_path):
    ids = [str(100 + i // 5) for i in range(400)]
    group = ["patient" if i // 5 % 8 < 5 else "control" for i in range(400)]
    size = RNG.normal(10, 2, 400).round(2)
    odd = [g == "control" and i < 130 for i, g in enumerate(group)]
    coded = [f"{v}{'ab'[i % 2]}" if odd[i] else v for i, v in enumerate(ids)]
    gone = ["" if odd[i] else v for i, v in enumerate(ids)]
    for cells, told in ((coded, False), (gone, True)):
        lines = ["subject,size,group", *(f"{a},{b},{c}" for a, b, c in zip(cells, size, group, strict=True))]
        found = audited(tmp_path / "t.csv", lines, target="group")
        assert any(f.kind == "leak" and "is empty" in f.summary for f in found) is told


def test_what_numbers_rows_in_the_order_of_the_target_is_told_once_for_the_order(tmp_path):
    lines = ["nr,size,part"]
    lines += [f"{i + 1},{v:.3f},{'abcd'[i // 100]}" for i, v in enumerate(RNG.normal(10, 2, 400))]
    found = audited(tmp_path / "t.csv", lines, target="part", task="multiclass")
    leaks = [f for f in found if f.kind == "leak"]
    assert {f.details["form"] for f in leaks} == {"identifier", "row_order"}
    assert not any("gives 'part' away: one follows" in f.summary for f in leaks)


def test_a_target_that_moves_is_not_told_again_of_rows_that_are_sorted_by_it(tmp_path):
    values = RNG.normal(10, 2, 400)
    for order, kinds in ((np.arange(400) < 150, {"leak"}), (RNG.permuted(np.arange(400) < 150), set())):
        lines = ["size,won", *(f"{v:.3f},{int(w)}" for v, w in zip(values, order, strict=True))]
        found = audited(tmp_path / "t.csv", lines, target="won")
        assert {f.kind for f in found} & {"leak", "target_shift"} == kinds
    drifting = RNG.random(400) < np.linspace(0.05, 0.95, 400)
    lines = ["size,won", *(f"{v:.3f},{int(w)}" for v, w in zip(values, drifting, strict=True))]
    assert any(f.kind == "target_shift" for f in audited(tmp_path / "t.csv", lines, target="won"))


def test_days_and_months_are_no_numbers_with_units(look):
    days = [f"{1 + i % 28}-{('Nov', 'Dec', 'Jan')[i % 3]}" for i in range(90)]
    assert look(quantities, {"day": days}) == []


@pytest.mark.parametrize(
    ("labels", "severity"),
    [(["L"] * 24 + ["W"] * 58, "info"), (["L"] * 9 + ["W"] * 128, "major"), (["L"] * 20 + ["W"] * 70, "minor")],
)
def test_few_rows_of_a_class_are_severe_only_where_it_is_rare(look, labels, severity):
    data = {"x": list(range(len(labels))), "y": labels}
    assert [f.severity for f in look(imbalance, data, target="y", task="binary")] == [severity]


def test_a_count_has_no_rare_grades(look):
    goals = [0] * 564 + [1] * 111 + [2] * 31 + [3] * 20 + [4] * 6 + [5] * 4 + [6] * 5 + [7] * 2 + [8]
    (found,) = look(imbalance, {"x": list(range(len(goals))), "y": goals}, target="y")
    assert found.summary.startswith("'y' is exactly 0 in 76%")
    marks = [3] * 10 + [4] * 50 + [5] * 680 + [6] * 630 + [7] * 190 + [8] * 10
    (found,) = look(imbalance, {"x": list(range(len(marks))), "y": marks}, target="y")
    assert "The rarest grade of 'y'" in found.summary


def test_features_that_cannot_tell_the_classes_apart_are_no_wrong_labels(look):
    parts = ["Soprano 1", "Soprano 2", "Alto 1", "Alto 2", "Tenor 1", "Tenor 2", "Bass 1", "Bass 2"]
    rows = [
        (65 + k // 2 * 2 + round(float(v)), part) for k, part in enumerate(parts) for v in RNG.normal(0, 2.4, 30)
    ]
    data = {"height": [h for h, _ in rows], "part": [p for _, p in rows]}
    found = look(label_noise, data, target="part", task="multiclass")
    assert all(f.rows_affected <= 0.4 * len(rows) for f in found)


def test_a_few_far_values_in_groups_are_no_tie(look):
    groups = [f"D{i}" for i in range(250)] + [f"D{i}" for i in range(60)] * 2 + ["D3"] * 6
    killed = [0.0] * 376
    for i, k in zip(RNG.permutation(376)[:40], RNG.exponential(1.0, 40), strict=True):
        killed[i] = round(float(k), 3)
    killed[7], killed[257], killed[317], killed[200] = 18.0, 16.0, 0.0, 26.0
    codes = np.array([int(g[1:]) for g in groups])
    assert intraclass_correlation(codes, np.array(killed)) > 0.3
    found = look(group_structure, {"district_id": groups, "killed": killed}, target="killed")
    assert all(f.severity != "major" and "variance" not in f.summary for f in found)
    level = RNG.normal(0, 3, 60)
    tied = [round(float(level[i % 60] + RNG.normal()), 3) for i in range(360)]
    found = look(group_structure, {"district_id": [f"D{i % 60}" for i in range(360)], "y": tied}, target="y")
    assert [f.severity for f in found] == ["major"]


def test_formulas_and_names_in_a_crowd_are_no_near_duplicates(look):
    rings = ["".join(RNG.choice(list("CNO()=c1"), 24)) for _ in range(60)]
    formulas = [*rings, *(r[:-1] + "F" for r in rings)]
    data = {"smiles": formulas, "dose": [1.0, 2.0, 5.0] * 40, "class": ["active", "inactive"] * 60}
    assert look(near_duplicate, data) == []
    lands = ["Iceland", "Ireland", "Estonia", "Letonia", *(f"Land {chr(97 + i) * 5}" for i in range(36))]
    crowd = {
        "nr": [7 * i for i in range(40)],
        "land": lands,
        "region": ["Europe"] * 20 + ["Asia"] * 20,
        "code": [150] * 20 + [142] * 20,
    }
    assert look(near_duplicate, crowd) == []
    alone = crowd | {"area": RNG.integers(1000, 9000, 40).tolist(), "people": RNG.integers(1000, 9000, 40).tolist()}
    alone = {k: [*v, v[5]] for k, v in alone.items()} | {"land": [*lands, lands[5] + "a"]}
    alone["nr"][-1] = 999
    assert [f.rows_affected for f in look(near_duplicate, alone)] == [1]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Vitamin C (% Daily Value)", False),
        ("Debt (% of GNI)", False),
        ("% of comparable day", False),
        ("percent moist", True),
    ],
)
def test_a_percentage_of_something_else_may_be_above_100(look, name, told):
    values = [float(v) for v in RNG.integers(0, 99, 400)] + [130.0, 160.0]
    assert bool(look(bounds, {name: values})) is told


@pytest.mark.parametrize("beside", ["calories", "age"])
def test_food_may_have_no_salt(look, beside):
    sodium = [0.0, 0.0, 0.0] + [float(v) for v in RNG.integers(130, 150, 400)]
    found = look(bounds, {"sodium": sodium, beside: list(range(403))})
    assert bool(found) is (beside == "age")


def test_a_scale_ends_where_it_ends_and_a_cap_does_not(look):
    grades = [round(float(v), 3) for v in RNG.uniform(1, 6.5, 900)]
    assert look(caps, {"condition": [*grades, *[7.0] * 60]}) == []
    prices = [round(float(v), 1) for v in RNG.uniform(20, 480, 900)]
    found = look(caps, {"price": [*prices, *[500.001] * 60]})
    assert [(f.kind, f.severity, f.rows_affected) for f in found] == [
        ("outlier", "minor", 60),
        ("sentinel_missing", "info", 60),
    ]


def test_numbers_with_a_label_may_have_more_digits(look):
    leans = [f"{'DR'[i % 2]} +{i % 10}.{i % 7}" for i in range(300)] + ["R +11.5", "D +13.0"]
    assert look(off_pattern, {"lean": leans}) == []
    codes = [f"{'DR'[i % 2]}-{100 + i}" for i in range(300)]
    assert [f.rows_affected for f in look(off_pattern, {"code": [*codes, "R-17", "D-9"]})] == [2]


def test_things_numbered_as_they_came_have_more_digits_or_fewer(look):
    names = [f"CPD{n}" for n in [*range(100_200, 100_700), 1090, 7_001, 3_651_437, 3_651_435]]
    assert look(off_pattern, {"name": names}) == []
    assert [f.rows_affected for f in look(off_pattern, {"name": names[:502]})] == [2]


def test_a_postcode_that_lost_its_zero_is_told_once(context_of):
    zips = [int(v) for v in RNG.integers(10_000, 99_999, 300)] + [7078, 2493, 2108, 1730] * 10
    context = context_of({"zipcode": zips})
    assert [f.rows_affected for f in lost_zeros(context)] == [40]
    assert list(postcodes_as_numbers(context)) == []
    whole = context_of({"zipcode": zips[:300]})
    assert list(lost_zeros(whole)) == []
    assert len(list(postcodes_as_numbers(whole))) == 1


def test_income_per_head_is_no_postcode(context_of):
    incomes = [int(v) for v in RNG.integers(9_000, 60_000, 300)]
    context = context_of({"IncomePerCap": incomes, "CAP": incomes, "number above line": incomes})
    assert context.profile["IncomePerCap"].semantic == "measure"
    assert context.profile["CAP"].semantic == "postcode"
    assert context.profile["number above line"].semantic == "measure"


def test_gaps_of_trading_days_are_not_filled_by_weekends(look):
    days = [date(2020, 1, 1) + timedelta(days=i) for i in range(400)]
    traded = [d for d in days if d.weekday() < 5]
    del traded[100:104]
    (found,) = look(time_gap, {"date": traded, "x": list(range(len(traded)))})
    assert found.fix is None
    del days[100:104]
    assert "asfreq('D')" in look(time_gap, {"date": days, "x": list(range(len(days)))})[0].fix


def test_what_happens_at_one_place_on_several_days_is_not_there_twice(look):
    towns = [f"Town {i}" for i in range(120)]
    place = [*towns, *towns[:14]]
    facts = {
        "place": place,
        "state": [f"S{int(t.split()[1]) % 40}" for t in place],
        "lat": [int(t.split()[1]) / 7 for t in place],
        "lng": [int(t.split()[1]) / 9 for t in place],
    }
    days = [date(2016, 1, 1) + timedelta(days=i) for i in range(len(place))]
    assert look(repeated_entities, facts | {"day": days}) == []
    again = [*days[:120], *days[:14]]
    values = [*range(120), *range(7), *range(107, 114)]
    found = look(repeated_entities, facts | {"day": again, "sold": values})
    assert {f.kind for f in found} == {"duplicate_key", "conflicting_records"}


def test_equal_rows_that_chance_makes_draw_nothing_severe(look):
    few = {f"q{i}": [int(v) for v in RNG.integers(0, 2, 600)] for i in range(9)}
    assert all(f.severity == "info" for f in look(duplicate_rows, few))
    numbered = few | {"id": list(range(1, 601))}
    (found,) = look(duplicate_rows, numbered)
    assert (found.severity, found.fix, found.details["by_chance"]) == ("info", None, True)
    assert "would by chance" in found.summary


def test_gaps_of_empty_rows_are_told_as_empty_rows(tmp_path):
    years = [str(y) for y in range(1990, 2020)]
    lines = ["land," + ",".join(years)]
    for i in range(90):
        cells = RNG.normal(50, 10, 30).round(1).astype(str) if i % 3 else [""] * 30
        lines.append(f"Land {i}," + ",".join([*cells[:-1], "" if i < 4 else cells[-1]]))
    found = audited(tmp_path / "t.csv", lines)
    (empty,) = [f for f in found if f.kind == "empty_rows"]
    assert (empty.severity, empty.rows_affected) == ("major", 30)
    assert "drop(['land'])" in (empty.fix or "")
    assert not any(f.kind == "missing" and f.severity == "major" for f in found)


def test_many_findings_about_gaps_are_one(tmp_path):
    lines = ["id,a,b,c,d,e,f"]
    for i in range(200):
        cells = ["" if (i * 7 + k * 13) % (23 + k) == 0 else f"{i * (k + 1) % 37 + 0.5}" for k in range(6)]
        lines.append(f"x{i:03},{','.join(cells)}")
    gaps = [f for f in audited(tmp_path / "t.csv", lines) if f.kind == "missing"]
    assert len(gaps) == 1
    assert gaps[0].columns == ["a", "b", "c", "d", "e"]
    assert len((gaps[0].fix or "").splitlines()) == 5


def test_many_sets_of_columns_that_say_the_same_are_one_finding(tmp_path):
    flags = RNG.integers(0, 2, (300, 7))
    names = [f"{side}{k}" for k in range(7) for side in ("f", "g")]
    lines = [",".join(names), *(",".join(f"{v},{'yn'[v]}" for v in row) for row in flags.tolist())]
    same = [f for f in audited(tmp_path / "t.csv", lines) if f.kind == "redundant_column"]
    assert len(same) == 1
    assert set(same[0].columns) == set(names)
    assert same[0].summary.startswith("7 sets of columns, 14 columns in all, say the same in every row: 'f0', 'g0'")
    assert len((same[0].fix or "").splitlines()) == 7


def test_a_word_for_missing_that_readers_know_is_not_told_with_another(tmp_path):
    cells = ["male", "female"] * 60 + ["NA"] * 10 + ["."]
    lines = ["sex,size", *(f"{c},{v:.2f}" for c, v in zip(cells, RNG.normal(5, 1, 131), strict=True))]
    found = audited(tmp_path / "t.csv", lines)
    assert [f.rows_affected for f in found if f.kind == "sentinel_missing"] == [1]
    assert [f.rows_affected for f in found if f.kind == "missing"] == [10]


def test_a_variant_is_not_joined_with_blanks_in_other_columns(tmp_path):
    names = ["Nursing Ltd, inc", "Nursing Ltd inc", "Care Home ", "Care Home", "Light House", "Old Mill"] * 20
    kinds = ["Enrollment", "Enrollment ", "Beds", "Seats"] * 30
    lines = ["name,kind,size"]
    lines += [f'"{n}",{k},{v:.2f}' for n, k, v in zip(names, kinds, RNG.normal(5, 1, 120), strict=True)]
    found = [f for f in audited(tmp_path / "t.csv", lines) if f.kind == "inconsistent_category"]
    assert sorted(f.columns for f in found) == [["kind"], ["name"]]
    assert any("look like" in f.summary or "looks like" in f.summary for f in found if f.columns == ["name"])


def test_a_footnote_is_no_spelling(tmp_path):
    ways = ["Live", "Live*", "Online", "Online/IVR", "IVR"] * 40
    lines = ["way,size", *(f"{c},{v:.2f}" for c, v in zip(ways, RNG.normal(5, 1, 200), strict=True))]
    assert not any(f.kind == "inconsistent_category" for f in audited(tmp_path / "t.csv", lines))
    lines[3] = lines[3].replace("Online", "online ")
    assert any(f.kind == "inconsistent_category" for f in audited(tmp_path / "t.csv", lines))
