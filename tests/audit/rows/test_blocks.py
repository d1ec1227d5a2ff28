"""Rows that repeat others in blocks."""

from __future__ import annotations

import numpy as np
import polars as pl

from discovery.audit.profiling.relate import duplicate_mask
from discovery.audit.rows.blocks import Blocks, repeated_blocks

RNG = np.random.default_rng(8)


def test_pieces_that_were_put_in_twice() -> None:
    frame = pl.DataFrame({"a": RNG.integers(0, 9, 300), "b": RNG.integers(0, 9, 300), "n": range(300)})
    twice = pl.concat([frame, frame[20:60], frame[100:115]])
    assert repeated_blocks(twice, duplicate_mask(twice, ["n"])) == Blocks(2, 40)


def test_rows_that_are_equal_by_chance_make_no_blocks() -> None:
    frame = pl.DataFrame({"a": RNG.integers(0, 6, 400), "b": RNG.integers(0, 6, 400)})
    assert repeated_blocks(frame, duplicate_mask(frame, ["a"])) is None
    alike = pl.DataFrame({"a": [1, 2] * 200})
    assert repeated_blocks(alike, duplicate_mask(alike, ["a"])) is None
    apart = pl.DataFrame({"n": range(300)})
    assert repeated_blocks(apart, duplicate_mask(apart, ["n"])) is None
