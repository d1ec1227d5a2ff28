"""Equal rows with different targets are counted, and bound what can be reached."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.baselines.conflicts import conflicting_labels


def test_classes_and_numbers_by_hand():
    frame = pl.DataFrame({"a": [1, 1, 1, 2, 2, 3], "b": ["x", "x", "x", "y", "y", "z"]})
    found = conflicting_labels(frame, np.array([0, 0, 1, 1, 1, 0]))
    assert found == {"groups": 1, "rows": 3, "share": 0.5, "ceiling": round(5 / 6, 6)}
    found = conflicting_labels(frame, np.array([0.0, 0.0, 0.0, 1.0, 3.0, 5.0]))
    assert (found["groups"], found["rows"]) == (1, 2)
    assert found["ceiling"] == round(1 - 2 / (3 * 2.25 + 0.25 + 2.25 + 12.25), 6)
    assert conflicting_labels(frame, np.array([0, 0, 0, 1, 1, 0])) == {"groups": 0, "rows": 0, "share": 0.0}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=2, max_size=40))
def test_ceiling_is_that_of_the_best_lookup(rows):
    keys, labels = (np.array(v) for v in zip(*rows, strict=True))
    found = conflicting_labels(pl.DataFrame({"k": keys}), labels)
    best = sum(np.bincount(labels[keys == k]).max() for k in np.unique(keys)) / len(rows)
    assert abs(found.get("ceiling", 1.0) - best) < 1e-6
