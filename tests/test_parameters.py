"""Parameters of the notebooks: the model, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from discovery.errors import ParameterError
from discovery.intake.sources.find import shown_url
from discovery.parameters import (
    RunParameters,
    check_parameters,
    has_password,
    parse_assignment,
    passwords,
    resolve_source,
    without_password,
)

BAD: list[tuple[dict[str, Any], str]] = [
    ({"sed": 1}, "unknown parameter 'sed'. Did you mean 'seed'?"),
    ({"x; import os": 1}, "unknown parameter 'x; import os'"),
    ({"seed": "false"}, "parameter 'seed': input should be a valid integer"),
    ({"seed": True}, "parameter 'seed'"),
    ({"seed": -1}, "parameter 'seed'"),
    ({"workers": 0}, "parameter 'workers'"),
    ({"budget": float("nan")}, "parameter 'budget'"),
    ({"use_cases": "churn"}, "parameter 'use_cases': input should be a valid list"),
    ({"target": ""}, "parameter 'target'"),
    ({"target": "a\nb"}, "holds a control character"),
    ({"use_cases": ["a\x1b[2J"]}, "holds a control character"),
    ({"drop": "postgresql://me:secret@host/db"}, "holds a password"),
    ({"drop": "https://host/x.csv?X-Amz-Signature=secret"}, "holds a password"),
    ({"drop": "postgresql://host/db?sslpassword=secret"}, "holds a password"),
    ({"sql": "DROP TABLE x"}, "parameter 'sql': the query is not one statement that selects"),
    ({"sql": "SELECT 1; SELECT 2"}, "not one statement"),
    ({"sql": "SELECT 1", "db_schema": "x"}, "sql and db_schema are both given"),
    ({"sql": "SELECT \x1b"}, "holds a control character"),
    ({"drop": "https://host/x.csv?token=secret"}, "holds a password"),
]


@pytest.mark.parametrize(("values", "message"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        check_parameters(values)
    assert message in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_right_is_taken() -> None:
    given = check_parameters({"drop": "a.csv", "seed": 3, "budget": 10, "use_cases": ["x"]})
    assert given == RunParameters(drop="a.csv", seed=3, budget=10.0, use_cases=["x"])


def test_a_budget_may_be_a_time_in_words() -> None:
    assert check_parameters({"budget": "5m"}).budget == 300.0
    with pytest.raises(ParameterError) as caught:
        check_parameters({"budget": "5x"})
    assert str(caught.value) == "parameter 'budget': '5x' is no time: write seconds, or 90s, 5m, 1h"


def test_a_query_may_have_lines() -> None:
    assert check_parameters({"sql": "SELECT 1\n\tAS one -- x"}).sql == "SELECT 1\n\tAS one -- x"


def test_assignments_are_read_as_values_not_as_text() -> None:
    assert parse_assignment("seed=3") == ("seed", 3)
    assert parse_assignment("use_cases=[a, b]") == ("use_cases", ["a", "b"])
    assert parse_assignment("budget=") == ("budget", None)
    assert parse_assignment("x=false") == ("x", False)
    assert parse_assignment("x=[") == ("x", "[")
    for text in ("seed", "a b=1", "=1", "__import__('os')=1"):
        with pytest.raises(ParameterError, match="NAME=VALUE"):
            parse_assignment(text)


def test_urls_are_shown_without_what_may_be_a_password() -> None:
    for given in ("http://me:a/b@host/x.csv", "http://me:a@b/c@host/x.csv", "http://me:ab@host/x.csv?k=v"):
        assert without_password(given) == "http://host/x.csv"
        assert shown_url(given) == "http://host/x.csv"
    assert passwords("x://me:a@b/c@host/d") == {"a", "a@b/c"}


def test_passwords_are_seen_in_urls_only() -> None:
    assert has_password("mysql://a:b@h/d")
    assert has_password("s3://b/x?sig=abc")
    assert has_password("http://[bad:x@y")
    assert has_password("postgresql://me:a/b@host/db")
    assert has_password("simplecache::ftp://me:a/b@host/x.csv")
    assert not has_password("https://host/a@b.csv")
    assert not has_password("postgresql://me@host:5432/db")
    assert not has_password("sqlite:///x.db")
    assert not has_password("C:\\me:you@x")


def test_a_source_may_be_named_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLIENT_URL", "sqlite:///x.db")
    assert resolve_source("env:CLIENT_URL") == "sqlite:///x.db"
    assert resolve_source("a.csv") == "a.csv"
    monkeypatch.delenv("CLIENT_URL")
    with pytest.raises(ParameterError, match="CLIENT_URL is not set"):
        resolve_source("env:CLIENT_URL")
