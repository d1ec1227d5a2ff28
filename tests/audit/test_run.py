"""The audit as a whole: every check runs, results are ranked, safe to write, and compared with an earlier run."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult, Finding
from discovery.audit import audit_drop, context, run
from discovery.audit.context import Check
from discovery.audit.relations import tables
from discovery.audit.relations.references import Reference
from discovery.engagement import AcceptedFinding, Engagement, TableSpec, UseCase
from discovery.intake import read_drop
from discovery.intake.table import Drop, Problem, Quarantined, Reading, Table

ENGAGEMENT = Engagement(name="e")


def drop_of(frame: pl.DataFrame, reading: Reading | None = None, name: str = "t") -> Drop:
    table = Table.from_frame(name, frame)
    if reading:
        table = Table(table.name, table.source, table.frame, table.columns, reading=reading)
    return Drop("d", {name: table})


def found(kind="missing", columns=("a",), severity="minor", rows=3, **more) -> Finding:
    more = {"table": "t", "summary": f"{kind} in {columns}"} | more
    return Finding(
        kind=kind,
        columns=list(columns),
        severity=severity,
        rows_affected=rows,
        fraction=rows / 10,
        **more,
    )


@pytest.fixture
def only(monkeypatch):
    """Let the audit run one check, which returns the findings given."""

    def use(*findings: Finding, scope="table") -> None:
        checks = [Check("test.check", (), scope, lambda _: list(findings))]
        monkeypatch.setattr(run, "all_checks", lambda: checks)

    return use


FRAME = pl.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None], "y": [0, 1, 1]})


def test_checks_come_after_those_whose_notes_they_read():
    names = [c.name for c in context.all_checks()]
    pairs = [(earlier, c) for c in context.all_checks() for earlier in c.after]
    views = {c.name: c.view == "first" for c in context.all_checks()}
    assert ("readiness.leaks.leaks", "readiness.labels.label_noise") in [(e, c.name) for e, c in pairs]
    assert all(names.index(e) < names.index(c.name) and views[e] >= views[c.name] for e, c in pairs)


def test_every_check_is_found_and_runs_on_an_ordinary_table():
    result = audit_drop(drop_of(FRAME), ENGAGEMENT)
    assert result.not_run == []
    assert [c.name for c in result.tables[0].columns] == ["a", "b", "y"]
    assert len({c.name for c in context.all_checks()}) == len(context.all_checks()) > 0
    assert AuditResult.model_validate_json(result.to_json()) == result


@pytest.mark.parametrize("frame", [pl.DataFrame(), pl.DataFrame({"a": pl.Series([], dtype=pl.String)})])
def test_an_empty_table_is_no_error(frame):
    assert audit_drop(drop_of(frame), ENGAGEMENT).tables[0].rows == 0


def test_a_check_that_fails_is_noted_without_its_text(monkeypatch):
    def bad(_):
        raise ValueError("secret value 4711")

    monkeypatch.setattr(run, "all_checks", lambda: [Check("bad.check", (), "table", bad)])
    with pytest.raises(ValueError, match="4711"):
        audit_drop(drop_of(FRAME), ENGAGEMENT)
    monkeypatch.delenv(run.STRICT)
    result = audit_drop(drop_of(FRAME), ENGAGEMENT)
    assert result.not_run == [{"check": "bad.check", "table": "t", "reason": "ValueError"}]


def test_an_empty_row_is_told_once(tmp_path):
    rows = [f"{i},x{i % 7},{i * 3 % 11}" for i in range(120)]
    (tmp_path / "t.csv").write_text("\n".join(["a,b,c", *rows[:60], ",,", *rows[60:]]) + "\n")
    result = audit_drop(read_drop(tmp_path / "t.csv"), ENGAGEMENT)
    empty = [f for f in result.findings if f.kind in {"empty_rows", "missing"}]
    assert [(f.kind, f.rows_affected) for f in empty] == [("empty_rows", 1)]


def test_a_few_gaps_in_the_target_do_not_lead(only):
    case = UseCase(name="u", table="t", target="y", task="binary")
    few = found("missing", ("y",)).model_copy(update={"fraction": 0.005})
    only(few, found("missing", ("b",), "major"), found("target_shift", ("y",), rows=1), found("bad_date", rows=2))
    told = audit_drop(drop_of(FRAME), Engagement(name="e", use_cases=[case])).findings
    assert [(f.kind, f.severity) for f in told] == [
        ("missing", "major"),
        ("missing", "minor"),
        ("bad_date", "minor"),
        ("target_shift", "minor"),
    ]


def test_problems_of_the_file_become_findings():
    problem = Problem(
        "unreadable_rows",
        "2 rows could not be read.",
        columns=["a", "zz"],
        rows=2,
        evidence=[{"row": 3, "line": "\0x"}],
    )
    reading = Reading(format="csv", encoding="cp1252", quarantined=[Quarantined(4, "r", "t")], problems=[problem])
    result = audit_drop(drop_of(FRAME, reading), ENGAGEMENT)
    finding = result.select(kind="unreadable_rows")[0]
    assert finding.columns == ["a"]
    assert finding.evidence[0].row == 3
    assert finding.evidence[0].values == {"line": "␀x"}
    assert finding.consequence
    assert result.tables[0].reading["rows_quarantined"] == 1


def test_text_garbled_on_its_way_is_found():
    names = ["Müller", "Jürgen", "Zoë", "plain"] * 20
    garbled = [n.encode().decode("cp1252") if i < 9 else n for i, n in enumerate(names)]
    finding = audit_drop(drop_of(pl.DataFrame({"dealer": garbled})), ENGAGEMENT).select(kind="encoding")[0]
    assert finding.rows_affected == 7
    assert finding.columns == ["dealer"]
    assert not audit_drop(drop_of(pl.DataFrame({"dealer": names})), ENGAGEMENT).select(kind="encoding")
    lost = audit_drop(drop_of(pl.DataFrame({"c": ["M\ufffdller", "a"] * 9})), ENGAGEMENT)
    assert lost.select(kind="encoding")[0].rows_affected == 9


def test_a_sound_letter_beside_garbled_ones_does_not_hide_them():
    values = [f"Müller – {'Ã¼ber' if i % 5 == 0 else 'über'} {i % 7}" for i in range(70)]
    found = audit_drop(drop_of(pl.DataFrame({"dealer": values})), ENGAGEMENT).select(kind="encoding")
    assert [f.rows_affected for f in found] == [14]


def test_letters_lost_to_a_question_mark_are_found():
    names = [f"Name{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(400)]
    lost = ["Hs?eh", "Y?an", "L?", *names]
    found = audit_drop(drop_of(pl.DataFrame({"label": lost})), ENGAGEMENT).select(kind="encoding")
    assert [f.rows_affected for f in found] == [3]
    for sound in (["Is it so?", "Really?", "Why not?"], ["a?b", "c?d", "e?f"] * 200):
        told = audit_drop(drop_of(pl.DataFrame({"label": sound + names})), ENGAGEMENT)
        assert not told.select(kind="encoding")


def test_personal_columns_show_nothing(only):
    only()
    frame = pl.DataFrame({"nick": ["zorro", "batman"], "n": [1, 2]})
    told = Engagement(name="e", tables={"t": TableSpec(personal=["nick"])})
    result = audit_drop(drop_of(frame), told)
    assert "zorro" not in result.to_json()
    assert result.table("t").column("nick").personal
    assert result.table("t").column("n").maximum == "2"


def test_unprintable_text_can_be_written(only):
    only(found(summary="a\x00b\ud800c‮", details={"x": ["\x1b"], "n": 1}))
    result = audit_drop(drop_of(FRAME), ENGAGEMENT)
    assert result.findings[0].summary == "a␀b\ufffdc\ufffd"
    assert json.loads(result.to_json())["findings"][0]["details"] == {"x": ["␛"], "n": 1}


def test_a_second_drop_is_held_against_the_first(tmp_path):
    rows = 300
    first = pl.DataFrame({"id": range(rows), "n": [float(i % 7) for i in range(rows)], "c": ["a", "b", "c"] * 100})
    audit_drop(drop_of(first), ENGAGEMENT, out=tmp_path).write(tmp_path / "audit.json")
    assert (tmp_path / "contract" / "t.json").is_file()
    assert list((tmp_path / "sketch").iterdir())
    second = first.with_columns(n=pl.col("n") * 1000).drop("c")
    result = audit_drop(drop_of(second), ENGAGEMENT, previous=tmp_path)
    assert {"schema_change", "contract_broken"} <= {f.kind for f in result.findings}
    assert result.contract["t"]


def test_personal_values_inside_text_are_masked(only):
    only()
    notes = [f"Please call anna{i}@example.org about the long delayed order number {i}" for i in range(60)]
    result = audit_drop(drop_of(pl.DataFrame({"note": notes})), ENGAGEMENT)
    assert "anna" not in result.to_json()


def test_progress_and_dates():
    said: list[str] = []
    audit_drop(drop_of(FRAME), ENGAGEMENT, as_of=date(2024, 1, 1), progress=said.append)
    assert said[0] == "profiling t"
    opened = run.open_drop(drop_of(FRAME), Engagement(name="e", as_of="2020-02-03"), None, said.append)
    assert opened.as_of == date(2020, 2, 3)


class TestRank:
    def ranked(self, only, *findings, engagement=ENGAGEMENT, frame=None):
        only(*findings)
        return audit_drop(drop_of(frame if frame is not None else FRAME), engagement).findings

    def test_worst_first(self, only):
        result = self.ranked(only, found(severity="info"), found("outlier", severity="blocker"))
        assert [f.severity for f in result] == ["blocker", "info"]

    def test_the_stronger_of_two_equal_findings_stays(self, only):
        result = self.ranked(only, found(rows=1), found(rows=5), found(rows=2, severity="info"))
        assert [f.rows_affected for f in result] == [5]

    def test_a_remark_does_not_take_the_place_of_a_finding(self, only):
        same = {"details": {"values": ["Undrafted"]}}
        remark, wrong = (
            found("sentinel_missing", severity="info", **same),
            found("mixed_type", severity="major", **same),
        )
        date = found("bad_date", severity="info", **same)
        assert {f.kind for f in self.ranked(only, remark, wrong, date)} == {"sentinel_missing", "mixed_type"}
        slight = found("mixed_type", **same)
        assert {f.kind for f in self.ranked(only, remark, slight)} == {"sentinel_missing", "mixed_type"}

    def test_an_echo_of_the_same_values_is_dropped(self, only):
        cause = found("sentinel_missing", details={"values": ["-999", "-1"]})
        echo = found("outlier", details={"values": ["-999"]})
        other = found("impossible_value", details={"values": ["-5"]})
        own = found("near_constant", details={"values": ["-999"], "own": True})
        kinds = {f.kind for f in self.ranked(only, echo, cause, other, own)}
        assert kinds == {"sentinel_missing", "impossible_value", "near_constant"}

    def test_what_is_said_of_a_copy_is_joined(self, only):
        def said(column, values, n=4):
            summary = f"{n} values of '{column}' look like other spellings of a value."
            return found("inconsistent_category", (column,), summary=summary, details={"variants": values})

        right = {"Berlinn": "Berlin"}
        frame = pl.DataFrame({c: ["x", "y", "z"] for c in "abc"})
        joined, other = self.ranked(only, said("a", right), said("b", right), said("c", right, 5), frame=frame)
        assert sorted([joined.columns, other.columns], key=len) == [["c"], ["a", "b"]]
        apart = self.ranked(only, said("a", right), said("b", {"Bonnn": "Bonn"}), frame=frame)
        assert [f.columns for f in apart] == [["a"], ["b"]]

    def test_what_checks_find_of_different_cells_is_added_up(self, only):
        words = found("sentinel_missing", rows=4, details={"values": ["?"]})
        codes = found("sentinel_missing", rows=2, details={"values": ["-999"]})
        again = found("sentinel_missing", rows=2, details={"values": ["-999"]})
        result = self.ranked(only, words, codes, again)
        assert [(f.rows_affected, f.details["values"]) for f in result] == [(6, ["?", "-999"])]

    def test_gaps_in_a_leak_weigh_little(self, only):
        cases = [UseCase(name="u", table="t", target="y", task="binary")]
        engagement = Engagement(name="e", use_cases=cases)
        gaps, leak = found("missing", severity="major"), found("leak", severity="major")
        assert [f.severity for f in self.ranked(only, gaps, leak, engagement=engagement)] == ["major", "minor"]
        assert [f.severity for f in self.ranked(only, gaps, engagement=engagement)] == ["major"]

    def test_a_key_that_repeats_is_told_once(self, only):
        key, echo = found("duplicate_key"), found("conflicting_records")
        other = found("conflicting_records", ["b"])
        kept = [(f.kind, f.columns) for f in self.ranked(only, key, echo, other)]
        assert sorted(kept) == [("conflicting_records", ["b"]), ("duplicate_key", ["a"])]

    def test_empty_rows_are_not_equal_rows_too(self, only):
        empty, equal = found("empty_rows", [], rows=4), found("duplicate_rows", [], rows=3)
        assert [f.kind for f in self.ranked(only, empty, equal)] == ["empty_rows"]
        more = found("duplicate_rows", [], rows=9)
        assert len(self.ranked(only, empty, more)) == 2

    def test_the_parts_of_a_sum_are_not_redundant_too(self, only):
        parts = ["a", "b", "y"]
        kept = self.ranked(only, found("rule_violation", parts), found("redundant_column", parts))
        assert [f.kind for f in kept] == ["rule_violation"]

    def kept(self, only, *findings):
        """Return those of the findings that are told, in their order."""
        told = [f.id for f in self.ranked(only, *findings)]
        return [f for i in told for f in findings if f.id == i]

    def test_a_logarithm_is_no_copy_too(self, only):
        scale = {"form": "scale", "functions": {"log_x": "logarithm of x", "log_y": "logarithm of y"}}
        scaled = found("redundant_column", ["x", "log_x", "y", "log_y"], details=scale)
        copies = [found("redundant_column", [c, f"log_{c}"], details={"form": "one_to_one"}) for c in "xy"]
        other = found("redundant_column", ["x", "z"], details={"form": "one_to_one"})
        assert self.kept(only, scaled, *copies, other) == [scaled, other]
        wide = [found("redundant_column", [c, f"log_{c}", "z"], details={"form": "one_to_one"}) for c in "xy"]
        assert self.kept(only, scaled, *wide) == wide

    def test_a_part_of_a_sum_that_goes_with_it_is_told_once(self, only):
        whole = found("redundant_column", ["a", "b", "c"], details={"form": "arithmetic"})
        near = found("redundant_column", ["a", "b"], details={"form": "correlation"})
        assert self.kept(only, whole, near) == [whole]

    def test_what_is_part_of_a_text_is_not_decided_by_it_too(self, only):
        part = found("redundant_column", ["make", "model"], details={"form": "part"})
        level = found("redundant_column", ["make"], details={"form": "level", "follows": {"make": "model"}})
        assert self.kept(only, part, level) == [part]

    def test_what_is_wrong_goes_before_how_a_column_is(self, only):
        remark = found("constant", ["a"], rows=10)
        fault = found("rule_violation", ["b", "c"], rows=1)
        assert self.kept(only, remark, fault) == [fault, remark]

    def test_an_empty_column_is_not_missing_too(self, only):
        assert [f.kind for f in self.ranked(only, found("empty_column"), found("missing"))] == ["empty_column"]

    def test_a_fault_in_the_target_weighs_more(self, only):
        cases = [UseCase(name="u", table="t", target="y", task="binary")]
        result = self.ranked(only, found(columns=["y"]), engagement=Engagement(name="e", use_cases=cases))
        assert result[0].severity == "major"
        assert result[0].use_cases == ["u"]

    def test_a_table_that_no_use_case_is_about_weighs_less(self, only):
        cases = [UseCase(name="u", table="other", target="y", task="binary")]
        result = self.ranked(only, found(severity="major"), engagement=Engagement(name="e", use_cases=cases))
        assert result[0].severity == "minor"

    def test_what_tables_share_with_a_column_is_told_once(self, only):
        tables = {n: Table.from_frame(n, FRAME) for n in ("teams", "games", "goals")}
        shared = [
            found("id_like", ["team_id"], "info", rows, table=t) for t, rows in zip(tables, (2, 9, 5), strict=True)
        ]
        plain = [found("constant", ["void"], "minor", 3, table=t) for t in ("games", "goals")]
        severe = [found("missing", ["b"], "major", 3, table=t) for t in tables]
        only(*shared, *plain, *severe, scope="drop")
        told = audit_drop(Drop("d", tables), ENGAGEMENT).findings
        (one,) = [f for f in told if f.kind == "id_like"]
        assert one.table == "teams"
        assert one.details["also_in"] == {"games": 9, "goals": 5}
        assert one.summary.endswith(" The same holds in 2 more tables: games, goals.")
        assert len(told) == 1 + len(plain) + len(severe)

    def test_a_reference_is_no_broken_key(self, only):
        tables = {n: Table.from_frame(n, FRAME) for n in ("one", "two")}

        def check(drop):
            reference = Reference("one", ("a",), "two", ("a",), False, 3, 0, 0, 1.0, 0, 0)
            drop.memo["references"] = [reference]
            return [found("duplicate_key", ["a"], table="one"), found("duplicate_key", ["b"], table="one")]

        only()
        run.all_checks = lambda: [Check("test.check", (), "drop", check)]
        assert [f.columns for f in audit_drop(Drop("d", tables), ENGAGEMENT).findings] == [["b"]]

    def test_columns_with_one_cause_are_joined(self, only):
        named = {"cause": "the word 'unknown' stands for missing"}
        result = self.ranked(
            only,
            found("sentinel_missing", ["b"], rows=4, details=named, fix="df['b'] = 1"),
            found("sentinel_missing", ["a"], rows=2, details=named, fix="df['a'] = 1"),
            found("missing", ["b"]),
        )
        joined = next(f for f in result if f.kind == "sentinel_missing")
        assert joined.columns == ["a", "b"]
        assert joined.rows_affected == 4
        assert joined.details["by_column"] == {"a": 2, "b": 4}
        assert joined.fix == "df['a'] = 1\ndf['b'] = 1"
        assert "2 to 4 rows" in joined.summary
        assert len(result) == 2

    def test_many_columns_of_one_kind_are_joined(self, only):
        frame = pl.DataFrame({f"c{i}": [1, None] for i in range(9)})
        result = self.ranked(only, *[found(columns=[f"c{i}"]) for i in range(9)], frame=frame)
        assert len(result) == 1
        assert "9 columns" in result[0].summary
        few = self.ranked(only, *[found(columns=[f"c{i}"]) for i in range(3)], frame=frame)
        assert len(few) == 3


class TestHistory:
    def test_accepted_findings_are_marked_and_last(self, only):
        findings = [found(severity="major"), found("outlier", ["b"], severity="info")]
        only(*findings)
        by_id = AcceptedFinding(id=findings[0].id, reason="known")
        result = audit_drop(drop_of(FRAME), Engagement(name="e", accept=[by_id])).findings
        assert [f.accepted for f in result] == [None, "known"]
        by_place = AcceptedFinding(kind="outlier", table="t", columns=["b"], reason="fine")
        nothing = AcceptedFinding(reason="all of it")
        result = audit_drop(drop_of(FRAME), Engagement(name="e", accept=[nothing, by_place])).findings
        assert [f.accepted for f in result] == [None, "fine"]

    def test_findings_are_compared_with_an_earlier_run(self, only, tmp_path):
        only(
            found(rows=1),
            found("outlier", ["b"]),
            found("constant", ["y"], rows=1),
            found("stale", [], table="gone"),
        )
        audit_drop(drop_of(FRAME), ENGAGEMENT).write(tmp_path / "audit.json")
        only(found(rows=9), found("constant", ["y"], rows=1), found("pii", ["b"]))
        result = audit_drop(drop_of(FRAME), ENGAGEMENT, previous=tmp_path).findings
        assert {f.kind: f.status for f in result} == {
            "missing": "worse",
            "constant": "recurring",
            "pii": "new",
            "outlier": "fixed",
        }
        again = audit_drop(drop_of(FRAME), ENGAGEMENT, previous=tmp_path / "nowhere").findings
        assert {f.status for f in again} == {None}


def test_a_part_above_its_total_is_told_once_and_then_remarked():
    """One cause in two kinds: the broken rule leads, and a single row is told in the singular."""
    rng = np.random.default_rng(2)
    total = rng.gamma(4, 20, 900).round() + 50
    part = (total * rng.uniform(0.3, 0.9, 900)).round()
    part[5] = total[5] + 30
    result = audit_drop(drop_of(pl.DataFrame({"tests positive": part, "tests total": total})), ENGAGEMENT)
    told = {f.kind: f for f in result.findings if f.kind in {"rule_violation", "impossible_value"}}
    assert {k: f.severity for k, f in told.items()} == {"rule_violation": "minor", "impossible_value": "info"}
    assert "in 1 row, although" in told["impossible_value"].summary


def test_columns_with_one_row_each_are_told_in_the_singular(only):
    only(*(found(columns=(c,), rows=1, details={"cause": "values are odd"}) for c in "aby"))
    (joined,) = audit_drop(drop_of(FRAME), ENGAGEMENT).findings
    assert joined.summary == "3 columns: values are odd (a, b, y, 1 row each)."


def test_rows_are_found_piece_by_piece(monkeypatch):
    table = run.table_context(Table.from_frame("t", pl.DataFrame({"a": [1, 2, None, 2, 2, 1, 2]})), ENGAGEMENT)
    for piece in (2, 3, 100):
        monkeypatch.setattr(context, "PIECE", piece)
        assert table.rows_where(pl.col("a") == 2) == [2, 4, 5, 7]
        assert table.rows_where(table.frame["a"] == 2, 3) == [2, 4, 5]
        assert table.rows_where(pl.col("a") == 2, None) == [2, 4, 5, 7]
        assert table.rows_where(pl.col("a") == 3) == []


def test_the_public_names_are_there():
    import discovery.audit

    assert [n for n in discovery.audit.__all__ if not callable(getattr(discovery.audit, n))] == []


def test_rows_set_aside_are_written_with_line_and_reason(tmp_path):
    rows = [f"{i},kind {i % 3},{i}.5" for i in range(40)]
    rows[7], rows[20] = "7,garbage", "20,write to anna.maier@example.org,1.5,x"
    path = tmp_path / "items.csv"
    path.write_text("id,kind,v\n" + "\n".join(rows) + "\n")
    audit_drop(read_drop(path), ENGAGEMENT, out=tmp_path / "run")
    written = (tmp_path / "run" / "quarantine" / "items.csv").read_text().splitlines()
    assert written[0] == "line,reason,text"
    assert written[1].startswith('9,2 fields where 3 were expected,"7,garbage"')
    assert written[2].startswith("22,4 fields where 3 were expected,")
    assert "1.5,x" in written[2]
    assert "anna" not in written[2]


def test_the_text_of_rows_set_aside_is_not_shown_beside_personal_columns(tmp_path):
    rows = [f"{i},user{i}@mail{i % 7}.example.org,{i}.5" for i in range(40)]
    rows[7] = "7,Zxqw Plork"
    path = tmp_path / "people.csv"
    path.write_text("id,email,v\n" + "\n".join(rows) + "\n")
    audit_drop(read_drop(path), ENGAGEMENT, out=tmp_path / "run")
    written = (tmp_path / "run" / "quarantine" / "people.csv").read_text()
    assert "9,2 fields where 3 were expected,(not shown" in written
    assert "Plork" not in written


def test_the_profile_tells_shapes_lengths_moments_and_cadence():
    stamps = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 2, 1), "1h", eager=True)
    rows = len(stamps)
    values = [float((7 * i * i) % 101) - 20 for i in range(rows)]
    frame = pl.DataFrame({"at": stamps, "code": [f"AB-{i % 90 + 10}" for i in range(rows)], "v": values})
    table = audit_drop(drop_of(frame), ENGAGEMENT).tables[0]
    code, v = table.column("code"), table.column("v")
    assert (table.time, table.cadence) == ("at", "hour")
    assert (code.lengths, code.patterns) == ((5, 5.0, 5), [("A-9", rows)])
    assert v.skew == pytest.approx(frame["v"].skew())
    assert (v.zeros, v.negatives) == (values.count(0), sum(x < 0 for x in values))
    assert v.semantic == "measure"
    assert v.semantic_confidence


def test_a_very_wide_table_asks_no_column_about_every_other(monkeypatch):
    asked = []
    fit = tables._fit
    monkeypatch.setattr(tables, "_fit", lambda *a: asked.append(1) or fit(*a))
    frame = pl.DataFrame({f"c{i}": [1 + i, 2 * i, 3 + i * i, 7] for i in range(300)})
    audit_drop(drop_of(frame), ENGAGEMENT)
    assert len(asked) <= 300
