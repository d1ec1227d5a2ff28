"""The language model as a candidate, against a real server on loopback."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.artifacts import AuditResult, ColumnSummary, Evaluation, TableSummary
from discovery.baselines import evaluate, stage
from discovery.baselines.candidates.llm_client import ChatClient, EndpointError, Pace
from discovery.baselines.candidates.llm_prompt import class_shares, read_label
from discovery.decision import decide
from discovery.engagement import Engagement, LanguageModel, UseCase
from discovery.errors import ColumnError, EngagementError
from discovery.intake.table import Drop, Table
from discovery.report import render

from .llm_server import serve

NAMES = ["Anna Maierhofer", "Bert Oldenkamp", "Carla Figueroa", "Dirk Vandenberg", "Eva Lindqvist", "Femi Adeyemi"]


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("TICKET_KEY", "sk-secret-4711")


def tickets(rows: int = 260, seed: int = 0) -> pl.DataFrame:
    """Letters to a support desk: what they are about is clear to a reader, and hard to see from a few words."""
    g = np.random.default_rng(seed)
    about = g.choice(["billing", "network"], rows, p=[0.4, 0.6])
    codes = {"billing": g.permutation(2000)[:1000], "network": 2000 + g.permutation(2000)[:1000]}
    code = [int(codes[a][i % 1000]) for i, a in enumerate(about)]
    names = [f"{NAMES[i % 6].split()[0]} {NAMES[i % 6].split()[1]}son{i}" for i in range(rows)]
    mails = [f"{n.split()[0].lower()}.{i}@mailhost.example" for i, n in enumerate(names)]
    text = [
        f"Hello, {n} here, reference w{c}x again since Monday. Please write to {m} or call +49 171 55{i:05d}, {n}"
        for i, (n, m, c) in enumerate(zip(names, mails, code, strict=True))
    ]
    return pl.DataFrame(
        {"customer": names, "mail": mails, "letter": text, "months": g.integers(1, 60, rows), "topic": about}
    )


def audit_of(frame: pl.DataFrame) -> AuditResult:
    semantics = {"customer": "person_name", "mail": "email", "letter": "free_text"}
    columns = [
        ColumnSummary(name=c, type="text", semantic=semantics.get(c), personal=c in {"customer", "mail"})
        for c in frame.columns
    ]
    return AuditResult(tables=[TableSummary(name="t", source="t.csv", rows=frame.height, columns=columns)])


def reader(question: str) -> str:
    """Read the last row as a person would: by its reference."""
    found = re.findall(r"w(\d+)x", question)
    return "billing" if found and int(found[-1]) < 2000 else "network"


def judge(endpoint: Any, frame: pl.DataFrame | None = None, more: Any = None, **spec: Any) -> Evaluation:
    frame = tickets() if frame is None else frame
    llm = {"endpoint": endpoint.url, "model": "small-1", "requests_per_minute": 60_000, "max_rows": 60} | spec
    case = UseCase.model_validate(
        {
            "name": "u",
            "table": "t",
            "target": "topic",
            "llm": llm,
            "economics": {"predictions_per_month": 10_000, "currency": "EUR"},
        }
    )
    drop = Drop("d", {"t": Table.from_frame("t", frame)})
    return evaluate(drop, Engagement(name="e", use_cases=[case]), audit_of(frame), **(more or {}))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only two candidates beside it: what is asked about is the language model."""
    build = stage.build_candidates
    monkeypatch.setattr(
        stage, "build_candidates", lambda *a: [c for c in build(*a) if c.name in {"dummy", "linear"}]
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Evaluation, Any]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("TICKET_KEY", "sk-secret-4711")
        out = tmp_path_factory.mktemp("run")
        with serve(reader, sure=0.9) as endpoint:
            found = judge(
                endpoint, more={"out": out}, key_env="TICKET_KEY", input_price=0.5, output_price=1.5, max_cost=3.0
            )
        return endpoint, found, out


def test_it_is_scored_on_a_stated_sample_and_compared_on_the_same_rows(good):
    endpoint, found, _ = good
    case = found.use_cases[0]
    llm = case.candidate("llm")
    assert llm.error is None
    assert (llm.family, llm.mean, llm.holdout) == ("llm", 1.0, 1.0)
    assert len(llm.scores) == 5
    details = llm.details["llm"]
    assert details["rows_scored"] == details["rows_chosen"] == len(endpoint.seen) == 60
    assert details["probabilities"] == "log probabilities"
    pairs = [c for c in case.comparisons if c.a == "llm"]
    assert {c.b for c in pairs} == {c.name for c in case.candidates} - {"llm"}
    assert all(c.rows == 40 for c in pairs)
    dummy = next(c for c in pairs if c.b == "dummy")
    assert (dummy.better, dummy.difference) == ("llm", 0.5)
    assert details["same_rows"]["dummy"] == 0.5
    assert any("exactly these rows" in n for n in case.notes)
    assert Evaluation.model_validate_json(found.to_json()) == found


def test_tokens_money_and_time_are_counted(good):
    endpoint, found, _ = good
    llm = found.use_cases[0].candidate("llm")
    details = llm.details["llm"]
    words = [sum(len(m["content"].split()) for m in body["messages"]) for body in endpoint.seen]
    assert details["input_tokens"] == sum(words)
    assert details["output_tokens"] == 120
    cost = (sum(words) * 0.5 + 120 * 1.5) / 1e6
    assert details["cost"] == pytest.approx(cost)
    assert llm.cost_per_1000 == pytest.approx(1000 * cost / 60)
    assert details["cost_per_month"] == pytest.approx(10_000 * cost / 60)
    assert 0 < llm.latency_ms.p50 <= llm.latency_ms.p95


def test_no_personal_value_and_no_key_leaves_or_is_kept(good):
    endpoint, found, out = good
    frame = tickets()
    sent = "\n".join(endpoint.texts)
    kept = found.to_json() + "".join(p.read_text() for p in out.rglob("*.json"))
    for column in ("customer", "mail"):
        assert not [v for v in frame[column] if v in sent or v in kept]
    families = {v.split()[1] for v in frame["customer"]}
    assert not [v for v in families if re.search(rf"\b{v}\b", sent)]
    assert not re.search(r"171 55\d", sent)
    assert "w1" in sent
    assert "customer:" not in sent
    assert set(endpoint.keys) == {"Bearer sk-secret-4711"}
    assert "sk-secret" not in sent + kept


def test_examples_are_of_the_training_rows_of_the_fold_only(good):
    endpoint, _, _ = good
    frame = tickets()
    place = {re.search(r"w\d+x", t)[0]: i for i, t in enumerate(frame["letter"])}
    asked = [[place[c] for c in re.findall(r"w\d+x", text)] for text in endpoint.texts]
    assert all(len(a) == 9 for a in asked)
    by_examples: dict[tuple[int, ...], set[int]] = {}
    for *examples, row in asked:
        by_examples.setdefault(tuple(examples), set()).add(row)
        assert {frame["topic"][i] for i in examples} == {"billing", "network"}
    assert len(by_examples) == 6
    for examples, rows in by_examples.items():
        assert not rows & set(examples)
    labels = [re.findall(r"Label: (\w+)", t) for t in endpoint.texts]
    assert all(
        found == [frame["topic"][i] for i in examples[:-1]] for found, examples in zip(labels, asked, strict=True)
    )


def test_the_better_is_recommended_and_the_best_trained_is_saved(good):
    _, found, out = good
    case = found.use_cases[0]
    assert case.recommended == "llm"
    assert "surely better" in case.why
    saved = case.economics["model"]
    assert (out / saved["path"]).is_file()
    assert case.economics["compute_per_month"] == case.candidate("llm").details["llm"]["cost_per_month"]
    assert case.risk_coverage["automated_share"] > 0.9
    assert any("best trained candidate" in n for n in case.notes)


def test_report_and_decision_speak_of_it(good):
    _, found, _ = good
    case = UseCase(name="u", table="t", target="topic", acceptance={"cost_per_1000": {"at_most": 0.01}})
    engagement = Engagement(name="e", use_cases=[case])
    decisions = decide(engagement, audit_of(tickets()), found)
    page = render(engagement, audit_of(tickets()), found, decisions)
    for words in ("The language model", "Tokens in and out", "On exactly the rows", "Spent on this evaluation"):
        assert words in page
    cost = next(c for c in decisions.use_cases[0].criteria if c.name == "cost_per_1000")
    assert (cost.status, cost.measured) == ("fail", found.use_cases[0].candidate("llm").cost_per_1000)


@pytest.mark.usefixtures("few")
def test_one_that_guesses_is_not_recommended():
    with serve(lambda q: "billing" if len(q) % 2 else "network") as endpoint:
        late = 20 * (pl.col("topic") == "network").cast(pl.Int64)
        noise = pl.Series(np.random.default_rng(1).integers(0, 20, 260))
        case = judge(endpoint, tickets().with_columns(months=late + noise)).use_cases[0]
    assert case.recommended not in {"llm", "dummy"}
    assert "The language model is" in case.why
    assert case.candidate("llm").details["llm"]["probabilities"] == "one-hot"
    assert any("counts as certain" in n for n in case.notes)


@pytest.mark.usefixtures("few")
def test_unknown_answers_are_abstentions():
    def shy(question: str) -> str:
        return reader(question) if len(question) % 3 else "I cannot tell; perhaps neither billing nor network."

    with serve(shy) as endpoint:
        case = judge(endpoint).use_cases[0]
        expected = sum(len(t.split("\n", 1)[1]) == 0 for t in endpoint.texts)
        shied = sum(len(b["messages"][-1]["content"]) % 3 == 0 for b in endpoint.seen)
    details = case.candidate("llm").details["llm"]
    assert expected == 0
    assert 0 < details["abstentions"] == shied
    assert any("abstained" in n for n in case.notes)
    assert "cannot tell" not in case.model_dump_json()


@pytest.mark.usefixtures("few")
def test_trouble_is_overcome():
    kinds = ["429 0.05", "500", "malformed", "503"]

    with serve(reader, trouble=lambda n: kinds[n % 40] if n % 40 < 4 and n < 90 else None) as endpoint:
        case = judge(endpoint, concurrency=2, retries=6).use_cases[0]
    llm = case.candidate("llm")
    details = llm.details["llm"]
    assert llm.error is None
    assert (details["failed"], details["rows_scored"]) == (0, 60)
    assert details["requests"] == len(endpoint.seen) > 60


@pytest.mark.usefixtures("few")
def test_refusals_are_abstentions_and_options_give_way():
    def trouble(n: int) -> str | None:
        return "refused" if n in {10, 20} else "no logprobs"

    with serve(reader, trouble=trouble) as endpoint:
        case = judge(endpoint, concurrency=1).use_cases[0]
    assert case.candidate("llm").details["llm"]["abstentions"] == 2
    assert sum("logprobs" in b for b in endpoint.seen) == 1


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    ("trouble", "why"), [("401", "HTTP 401"), ("429 9999", "asks to wait 9,999 s"), ("500", "HTTP 500")]
)
def test_an_endpoint_that_fails_ends_the_candidate_not_the_run(trouble, why):
    with serve(reader, trouble=lambda _: trouble) as endpoint:
        case = judge(endpoint, retries=0).use_cases[0]
    llm = case.candidate("llm")
    assert why in llm.error
    assert len(endpoint.seen) < 20
    assert "secret" not in case.model_dump_json()
    assert case.recommended is not None


@pytest.mark.usefixtures("few")
def test_the_cap_on_spending_is_kept_mid_run_and_said():
    with serve(reader, sure=0.9) as endpoint:
        case = judge(endpoint, input_price=100.0, output_price=100.0, max_cost=0.5).use_cases[0]
    details = case.candidate("llm").details["llm"]
    assert 5 < len(endpoint.seen) < 55
    assert 0.2 < details["cost"] <= 0.5
    assert "cap of 0.5 EUR" in details["cut"]
    assert any("'llm' after" in c for c in case.budget["cut"])
    assert any("cap of 0.5 EUR" in n for n in case.notes)


@pytest.mark.usefixtures("few")
def test_the_time_budget_is_kept():
    with serve(reader, trouble=lambda _: "slow 0.3") as endpoint:
        case = judge(endpoint, more={"budget_seconds": 12.0}, concurrency=1, max_rows=200).use_cases[0]
    assert len(endpoint.seen) < 60
    assert any("time was up" in c for c in case.budget["cut"])


def client(endpoint: Any, **more: Any) -> ChatClient:
    spec = {"endpoint": endpoint.url, "model": "m", "requests_per_minute": 60_000, "retries": 1} | more
    return ChatClient(LanguageModel.model_validate(spec), None)


ASK = [{"role": "user", "content": "w1x"}]


def test_a_slow_or_dripping_endpoint_times_out():
    for trouble in ("slow 2", "drip"):
        with (
            serve(reader, trouble=lambda _, t=trouble: t) as endpoint,
            client(endpoint, timeout_seconds=0.3) as chat,
        ):
            start = time.monotonic()
            with pytest.raises(EndpointError, match=r"did not answer in time \(attempts: 2\)") as caught:
                chat.ask(ASK)
        assert time.monotonic() - start < 2.9
        assert caught.value.sent == 2


def test_retry_after_holds_everybody():
    with serve(reader, trouble=lambda n: "429 0.4" if n == 1 else None) as endpoint, client(endpoint) as chat:
        reply = chat.ask(ASK)
    assert (reply.text, reply.attempts) == ("billing", 2)
    assert endpoint.times[1] - endpoint.times[0] >= 0.39


def test_tokens_are_estimated_where_none_are_counted():
    with serve(reader, usage=False) as endpoint, client(endpoint) as chat:
        reply = chat.ask(ASK)
    assert reply.estimated
    assert reply.input_tokens > 0


def test_nobody_there():
    spec = LanguageModel(endpoint="http://127.0.0.1:9", model="m", retries=0)
    with ChatClient(spec, None) as chat, pytest.raises(EndpointError, match="could not be reached"):
        chat.ask(ASK)


def test_the_pace_is_even_and_can_be_held():
    now = [100.0]
    pace = Pace(120, lambda: now[0])
    assert [pace.delay() for _ in range(3)] == [0.0, 0.5, 1.0]
    pace.hold(10)
    assert pace.delay() == 10.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("billing", 0), ("**Network**.", 1), ("Label: 'billing'", 0), ('{"label": "network"}', 1),
        ("not billing", None), ("billing or network", None), ("", None), ("the network is down", 1),
        ("<think>network? no</think>billing", 0),
        ("no billing", 2), ("It is no billing issue", 2), ("x" * 5000, None), ('["billing"]', 0), ("sales", None),
        ("Some thoughts on network.\nAnswer: billing", 0),
    ],
)  # fmt: skip
def test_labels_are_read_strictly(text, expected):
    assert read_label(text, ["billing", "network", "no billing"]) == expected


def test_labels_of_signs_and_numbers_are_told_apart():
    assert [read_label(t, ["<=50K", ">50K"]) for t in ("<=50K", ">50K", " >50K. ")] == [0, 1, 1]
    assert [read_label(t, ["0", "1", "-1"]) for t in ("1", "-1", "0.")] == [1, 2, 0]


def test_probabilities_come_from_the_first_token():
    shares = class_shares(
        0, [("bill", np.log(0.7)), (" net", np.log(0.2)), ("x", np.log(0.1))], ["billing", "network"]
    )
    assert shares == pytest.approx([0.778, 0.222], abs=1e-3)
    assert class_shares(0, [("x", 0.0)], ["billing", "network"]) is None
    assert class_shares(1, [("b", np.log(0.9))], ["billing", "network"]) is None


def test_mistakes_are_said_before_anything_is_fitted(monkeypatch):
    frame = tickets(120)
    with serve(reader) as endpoint:
        monkeypatch.delenv("TICKET_KEY")
        with pytest.raises(EngagementError, match="TICKET_KEY is not set"):
            judge(endpoint, frame, key_env="TICKET_KEY")
        with pytest.raises(ColumnError, match=r"llm\.columns names 'mail', which candidates may not see"):
            judge(endpoint, frame, columns=["mail"])
        monkeypatch.setattr("discovery.baselines.candidates.llm.find_spec", lambda _: None)
        with pytest.raises(EngagementError, match=r"needs the extra 'llm'.*discovery-workbook\[llm\]"):
            judge(endpoint, frame)
    assert endpoint.seen == []


@pytest.mark.usefixtures("few")
def test_it_is_for_labels_only():
    g = np.random.default_rng(0)
    frame = pl.DataFrame({"letter": ["a b c"] * 200, "x": g.normal(size=200), "topic": g.normal(size=200)})
    with serve(reader) as endpoint:
        case = judge(endpoint, frame).use_cases[0]
    assert "labels only" in case.candidate("llm").error
    assert endpoint.seen == []


@pytest.mark.usefixtures("few")
def test_own_prompt_and_columns():
    with serve(reader) as endpoint:
        judge(
            endpoint,
            tickets(150),
            prompt="Sort {row} as one of {labels} for {table}.",
            columns=["letter"],
            examples=0,
        )
    text = endpoint.seen[0]["messages"][-1]["content"]
    assert text.startswith("Sort <row>\nletter: Hello")
    assert text.endswith("for t.")
    assert "months" not in json.dumps(endpoint.seen)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ({"endpoint": "http://api.example.org/v1"}, "https"),
        ({"endpoint": "https://me:pw@api.example.org"}, "no key"),
        ({"endpoint": "https://api.example.org/v1?key=1"}, "no key"),
        ({"endpoint": "ftp://x"}, "https"),
        ({"endpoint": "https://a.example", "max_cost": 1}, "input_price"),
        ({"endpoint": "https://a.example", "prompt": "hm {row}"}, "labels"),
        ({"endpoint": "https://a.example", "prompt": "{row} {labels} {secret}"}, "not known"),
        ({"endpoint": "https://a.example", "key_env": "sk-123"}, "pattern"),
    ],
)
def test_what_is_unsafe_or_useless_is_refused(spec, message):
    with pytest.raises(ValueError, match=message):
        LanguageModel.model_validate({"model": "m"} | spec)


def test_private_hosts_may_be_plain():
    for host in ("127.0.0.1:8000", "10.0.0.5", "vllm", "llm.internal", "[::1]:80"):
        assert LanguageModel(endpoint=f"http://{host}/v1/", model="m").endpoint == f"http://{host}/v1"
