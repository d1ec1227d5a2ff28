"""Engagement files: what is read, and what is refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from discovery.engagement import Engagement, dump_engagement, load_engagement, parse_engagement
from discovery.engagement.yaml_lines import parse
from discovery.errors import EngagementError

CASE = "  - {name: churn, table: customers, target: churned%s}\n"

BAD = [
    (
        "name: a\nuse_cases:\n  - name: x\n    table: t\n    targt: y\n",
        ":5: unknown key 'targt'. Did you mean 'target'?",
    ),
    ("nme: a\n", ":1: unknown key 'nme'. Did you mean 'name'?"),
    ("name: 3\n", ":1: 'name': input should be a valid string. Put the value in quotes."),
    ("name: a\nclient: b\nname: c\n", ":3: 'name' is given twice. Keep one of them."),
    ("name: [\n", ": not valid YAML"),
    ("", ": holds no keys"),
    ("- a\n", ": holds no keys"),
    ("name: a\nuse_cases: many\n", ":2: 'use_cases': input should be a valid list"),
    ("name: a\nuse_cases:\n" + CASE % ", task: binry", ":3: 'use_cases.0.task'"),
    ("name: a\nuse_cases:\n" + CASE % ", acceptance: {quality: {at_lest: 1}}", ":3: unknown key 'at_lest'"),
    ("name: a\nuse_cases:\n" + CASE % ", acceptance: {quality: {}}", "give exactly one of at_least and at_most"),
    ("name: a\nuse_cases:\n  - {name: x, table: t}\n", ":3: 'use_cases.0.target' is missing"),
    ("name: a\ntables:\n  c:\n    ky: [a]\n", ":4: unknown key 'ky'. Did you mean 'key'?"),
    ("name: a\nuse_cases:\n" + CASE % "" + CASE % "", "two use cases are called 'churn'"),
    ("name: a\ndata: {schem: x}\n", ":2: unknown key 'schem'. Did you mean 'schema'?"),
    ("name: a\ndata:\n  database_url_env: X\n  sql: DROP TABLE a\n", "not one statement that selects (query)"),
    ("name: a\ndata: {drops: d, schema: x}\n", "schema is for a database"),
    (
        "name: a\naccept:\n  - {kind: mising, reason: b}\n",
        "'mising' is no kind of finding. Did you mean 'missing'?",
    ),
    ("name: a\naccept:\n  - {id: 7efb, reason: b}\n", ":3: 'accept.0': '7efb' is no id of a finding"),
    ("name: a\naccept:\n  - {reason: b}\n", ":3: 'accept.0' names no finding"),
    ("name: a\naccept:\n  - {kind: missing}\n", ":3: 'accept.0.reason' is missing"),
    ("name: \x00\n", "not valid YAML"),
    ("name: &x [*x]\n", "not valid YAML"),
    ("? [a]\n: b\n", ":1: a key must be a word"),
    ("name: a\n---\nname: b\n", "not valid YAML"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(EngagementError) as caught:
        parse_engagement(text)
    line = str(caught.value)
    assert line.startswith("engagement.yaml")
    assert message in line
    assert "\n" not in line
    assert caught.value.exit_code == 2


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    with pytest.raises(EngagementError, match="aliases that multiply"):
        parse_engagement("\n".join(lines))


def test_objects_are_never_made() -> None:
    value, _ = parse("a: !!python/object/apply:os.system {args: [x]}\nb: 1\n", "x.yaml")
    assert value == {"a": {"args": ["x"]}, "b": 1}
    with pytest.raises(EngagementError):
        parse("a: !!python/name:os.system ''\n", "x.yaml")


def test_too_long_text_is_refused() -> None:
    with pytest.raises(EngagementError, match="more than 2 MB"):
        parse("a: " + "x" * 2_000_001, "x.yaml")


def test_plain_words_stay_words() -> None:
    value, lines = parse(
        "a: yes\nb: 12:30\nc: 2026-01-02\nd: true\ne: 1_000\nf: 1e3\ng: .5\nh: ~\ni:\nj: 007\n", "x"
    )
    assert value == {
        "a": "yes", "b": "12:30", "c": "2026-01-02", "d": True, "e": 1000, "f": 1000.0, "g": 0.5, "h": None,
        "i": None, "j": "007",
    }  # fmt: skip
    assert lines[("d",)] == 4


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "engagement.yaml"
    file.write_text("name: a\ndata: {drops: drops, path: ../x.csv}\n")
    engagement = load_engagement(tmp_path)
    assert engagement.data.drops == str(tmp_path / "drops")
    assert Path(engagement.data.path or "") == tmp_path / ".." / "x.csv"
    file.write_text("name: a\ndata: {path: 's3://bucket/x'}\n")
    assert load_engagement(file).data.path == "s3://bucket/x"


def test_a_password_in_the_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "engagement.yaml"
    file.write_text("name: a\ndata: {path: 'postgresql://me:secret@host/db'}\n")
    with pytest.raises(EngagementError, match="database_url_env") as caught:
        load_engagement(file)
    assert "secret" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match="no such file"):
        load_engagement(tmp_path / "none.yaml")
    (tmp_path / "engagement.yaml").write_bytes(b"name: \xff\xfe\n")
    with pytest.raises(EngagementError, match="not UTF-8"):
        load_engagement(tmp_path)
    (tmp_path / "d.yaml").mkdir()
    with pytest.raises(EngagementError, match="no such file"):
        load_engagement(tmp_path / "d.yaml")


def test_an_engagement_survives_being_written() -> None:
    text = """
name: "yes"
client: "1e5"
as_of: 2026-01-02
tables: {c: {key: [id], foreign_keys: [{columns: [a], table: b, to_columns: [c]}]}}
use_cases:
  - {name: "12:30", table: "007", target: "null", positive: yes, acceptance: {quality: {at_least: 0.8}}}
data: {database_url_env: CRM_URL, schema: sales, tables: [a], sql: {spent: "SELECT 1"}}
accept: [{kind: missing, table: c, reason: "o: k #1"}]
"""
    engagement = parse_engagement(text)
    assert parse_engagement(dump_engagement(engagement)) == engagement
    assert "# " in dump_engagement(engagement)
    assert engagement.data.queries == {"spent": "SELECT 1"}
    assert parse_engagement("name: a\ndata: {path: x.db, sql: SELECT 1}").data.queries == {"query": "SELECT 1"}
    empty = Engagement(name="e")
    assert parse_engagement(dump_engagement(empty)) == empty


def test_the_template_is_valid() -> None:
    from discovery.assets import asset

    text = asset("templates", "engagement.yaml").read_text("utf-8")
    assert parse_engagement(text).name == "My engagement"


@pytest.mark.parametrize("options", [False, True])
def test_the_template_is_valid_with_its_examples(options: bool) -> None:
    """What is commented out as an example must be right, too, with the options that are commented out in it."""
    from discovery.assets import asset

    lines = asset("templates", "engagement.yaml").read_text("utf-8").split("\n")
    shown: list[str] = []
    for line in lines:
        if line in {"tables: {}", "use_cases: []", "accept: []"}:
            shown.append(line.split(":")[0] + ":")
        elif line.startswith("#   "):
            shown.append(line[1:].replace("# ", "", 1) if options and line[1:].lstrip()[0] == "#" else line[1:])
        else:
            shown.append(line)
    engagement = parse_engagement("\n".join(shown))
    assert bool(engagement.use_cases[0].custom) == options
    assert engagement.use_cases[0].positive == "yes"
    assert engagement.tables["customers"].key == ["customer_id"]
    assert engagement.accept[0].kind == "missing"
