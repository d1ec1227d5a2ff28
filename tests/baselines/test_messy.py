"""Frames as they come: each kind of mess just works, and the signal beside it is still found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from discovery.baselines.cells import as_number, number_levels, tokens
from discovery.baselines.features import hidden_gaps, model_frame
from discovery.baselines.preprocess import FrameEncoder
from discovery.errors import InputError

from .conftest import leak

ROWS = 240
G = np.random.default_rng(5)
SIGNAL = G.normal(size=ROWS)
Y = np.where(SIGNAL + 0.5 * G.normal(size=ROWS) > 0, "yes", "no")
DAYS = [date(2020, 1, 1) + timedelta(days=int(d)) for d in G.integers(0, 900, ROWS)]
WORDS = G.choice(["late again", "thank you all", "please call me", "no answer"], (ROWS, 2))

MESS: dict[str, Callable[[], Any]] = {
    "dates": lambda: pl.Series(DAYS),
    "free text": lambda: pl.Series([f"{a} and {b} {i % 37}" for i, (a, b) in enumerate(WORDS)]),
    "identifiers": lambda: pl.Series([f"ID-{i:05d}" for i in range(ROWS)]),
    "mixed strings": lambda: pl.Series([f"EUR {v:.2f}" if i % 9 else "n/a" for i, v in enumerate(SIGNAL)]),
    "all missing": lambda: pl.Series([None] * ROWS, dtype=pl.Float64),
    "all missing text": lambda: pl.Series([None] * ROWS, dtype=pl.String),
    "infinities": lambda: pl.Series(np.where(np.arange(ROWS) % 50 == 0, np.inf, SIGNAL)),
    "a level of one row": lambda: pl.Series(["usual"] * (ROWS - 1) + ["once"]),
    "many levels": lambda: pl.Series([f"level {i}" for i in G.integers(0, 90, ROWS)]),
    "boolean strings": lambda: pl.Series(G.choice(["true", "FALSE", "yes", ""], ROWS)),
    "booleans": lambda: pl.Series(G.random(ROWS) < 0.5),
    "lists": lambda: pl.Series([[1, 2], [3]] * (ROWS // 2)),
    "structs": lambda: pl.Series([{"a": i, "b": "x"} for i in range(ROWS)]),
    "bytes": lambda: pl.Series([b"\x00\xff"] * ROWS),
    "durations": lambda: pl.Series([timedelta(hours=int(h)) for h in G.integers(0, 99, ROWS)]),
    "times": lambda: pl.Series(["10:30", "23:59"] * (ROWS // 2)).str.to_time("%H:%M"),
    "huge integers": lambda: pl.Series(G.integers(2**60, 2**62, ROWS)),
    "huge numbers": lambda: pl.Series(np.where(np.arange(ROWS) % 7 == 0, 1e300, SIGNAL)),
    "time zones": lambda: pl.Series(DAYS).cast(pl.Datetime).dt.replace_time_zone("Europe/Berlin"),
    "categories": lambda: pl.Series(G.choice(["a", "b"], ROWS), dtype=pl.Categorical),
    "decimals": lambda: pl.Series(SIGNAL.round(2)).cast(pl.Decimal(10, 2)),
    "one constant part": lambda: pl.Series([1.0] * (ROWS // 2) + list(SIGNAL[ROWS // 2 :])),
}


def world(kind: str) -> pl.DataFrame:
    return pl.DataFrame({"signal": SIGNAL, kind: MESS[kind](), "y": Y}, strict=False)


@pytest.mark.parametrize("purpose", ["trees", "linear", "rule"])
@pytest.mark.parametrize("kind", [k for k in MESS if k not in {"lists", "structs", "bytes"}])
def test_every_kind_is_encoded_and_unseen_rows_too(kind, purpose):
    frame = world(kind)
    X = model_frame(frame, ["signal", kind])
    codes = (Y == "yes").astype(int)
    encoder = FrameEncoder(purpose)
    encoder.fit(X.iloc[:160], codes[:160])
    found = encoder.transform(X.iloc[160:])
    found = found.toarray() if hasattr(found, "toarray") else found
    assert found.shape == (ROWS - 160, len(encoder.names_out_))
    assert not np.isinf(found).any()
    if purpose == "linear":
        assert np.isfinite(found).all()
    empty = encoder.transform(X.iloc[:1].assign(**{kind: [None]}) if frame[kind].dtype == pl.String else X.iloc[:1])
    assert empty.shape[0] == 1


def test_all_the_mess_at_once(run):
    frame = pl.DataFrame({"signal": SIGNAL, **{k: make() for k, make in MESS.items()}, "y": Y}, strict=False)
    done = run(frame, "y").use_cases[0]
    assert not [c.error for c in done.candidates if c.error]
    best = done.candidate(done.recommended)
    assert best.mean > 0.85
    why = {e.column: e.why for e in done.excluded_columns}
    assert {"identifiers", "all missing", "all missing text"} <= set(why)


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pl.DataFrame({"y": Y}), "no column is left"),
        (pl.DataFrame({"x": SIGNAL, "y": ["same"] * ROWS}), "one value only"),
        (pl.DataFrame({"x": SIGNAL, "y": ["a"] * (ROWS - 1) + ["b"]}), "fewer than two classes"),
    ],
)
def test_what_cannot_be_learned_is_said_in_a_line(run, frame, words):
    with pytest.raises(InputError, match=words):
        run(frame, "y")


def test_a_class_of_one_row_is_left_out_and_the_rest_learned(run):
    frame = pl.DataFrame({"signal": SIGNAL, "y": ["rare", *Y[1:]]})
    done = run(frame, "y").use_cases[0]
    assert done.task == "binary"
    assert done.target_report["rare_classes_left_out"] == {"rare": 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [("EUR 1,200.50", 1200.5), ("12 kg", 12), ("<5", 5), ("-3.5%", -3.5), ("1e3", 1000), ("10+", 10), ("€ 7", 7)],
)
def test_numbers_in_text(text, value):
    assert as_number(text) == value


@pytest.mark.parametrize("text", ["", "n/a", "A11", "1-2 years", "12.5.2020", "."])
def test_no_numbers_in_text(text):
    assert np.isnan(as_number(text))


def test_text_of_numbers_is_a_number_and_codes_are_not():
    amounts = [f"{i}.50 EUR" for i in range(30)]
    assert number_levels([*amounts, "n/a"], np.ones(31))
    assert not number_levels([f"A{i}" for i in range(30)], np.ones(30))
    assert not number_levels([str(i) for i in range(5)], np.ones(5))
    assert tokens("PC 17599, Mrs. O'Brien") == {"pc", "17599", "mrs", "o", "brien"}


def test_words_of_names_that_hardly_repeat_are_kept():
    names = pl.Series([f"Person{i}x, {'Mrs' if i % 2 else 'Mr'}" for i in range(200)])
    X = model_frame(pl.DataFrame({"name": names}), ["name"])
    encoder = FrameEncoder("trees").fit(X, np.arange(200) % 2)
    assert {"has 'mr'", "has 'mrs'"} <= {part for _, part in encoder.names_out_}


def test_the_days_between_two_dates_are_a_feature():
    start = pl.Series(DAYS)
    frame = pl.DataFrame({"start": start, "end": start + pl.Series([timedelta(days=3)] * ROWS)})
    frame = frame.with_columns(pl.when(pl.int_range(pl.len()) < 100).then(pl.col("end")).otherwise(pl.col("start")))
    X = model_frame(frame, ["start", "end"])
    encoder = FrameEncoder("trees").fit(X, np.arange(ROWS) % 2)
    assert ("start", "days to end") in encoder.names_out_


def test_what_the_audit_knows_to_stand_for_missing_is_missing_and_flagged(run):
    frame = pl.DataFrame({"signal": SIGNAL, "visits": np.where(np.arange(ROWS) % 4 == 0, -999, 3), "y": Y})
    X = model_frame(frame, ["visits"])
    found = FrameEncoder("trees", gaps={"visits": ["-999"]}).fit_transform(X.assign(visits=X["visits"] + 0.0))
    assert np.isnan(found[0, 0])
    assert found[:2, 1].tolist() == [1.0, 0.0]
    finding = leak("t", "visits", "signal", kind="sentinel_missing").model_copy(
        update={"details": {"values": ["-999"]}}
    )
    from discovery.artifacts import AuditResult
    from discovery.intake.table import Table

    table = Table.from_frame("t", frame)
    assert hidden_gaps(table, ["visits", "signal"], AuditResult(findings=[finding])) == {
        "visits": ["-999"],
        "signal": ["-999"],
    }
    assert run(frame, "y", findings=(finding,)).use_cases[0].recommended
