"""Columns that stand for one class each, and numbers whose cut-offs part all classes of a target."""

from __future__ import annotations

import numpy as np

from .test_parts import made_up

ROWS = 600


def test_a_number_cut_into_classes_that_are_numbers_gives_them_away() -> None:
    share = np.random.default_rng(9).uniform(0, 100, ROWS).round(1)
    data = {"stars": np.digitize(share, [10, 30, 50, 70, 90]), "percentile": share, "n": share[::-1]}
    (found,) = made_up(data, "stars", "recoded")
    assert (found.columns, found.severity) == (["percentile"], "major")
    noisy = data | {"percentile": share + np.random.default_rng(1).normal(0, 2, ROWS)}
    assert made_up(noisy, "stars", "recoded") == []
    assert made_up({k: np.sort(v) for k, v in data.items()}, "stars", "recoded") == []


def test_columns_of_one_class_each_give_it_away_where_they_are_made_of_it() -> None:
    kinds = np.random.default_rng(4).choice(["bus", "tram", "ferry", "train", "coach", "taxi"], ROWS)
    noise = np.random.default_rng(5).integers(0, 2, ROWS)
    made = {f"c{n}": (kinds == k) * 1 for n, k in enumerate(["bus", "tram", "ferry", "train"])}
    told = made_up({"kind": kinds, "noise": noise} | made, "kind", "dummy")
    assert [(f.columns, f.severity) for f in told] == [([c], "major") for c in made]
    (named,) = made_up({"kind": kinds, "noise": noise, "is_ferry": made["c2"]}, "kind", "dummy")
    assert named.severity == "major"


def test_what_one_class_alone_has_is_asked_about() -> None:
    kinds = np.random.default_rng(4).choice(["bus", "tram", "ferry", "train", "coach", "taxi"], ROWS)
    noise = np.random.default_rng(5).integers(0, 2, ROWS)
    traits = {"anchors": (kinds == "ferry") * 1, "sails": (kinds == "ferry") * 1, "pole": (kinds == "tram") * 1}
    data = {"kind": kinds, "noise": noise} | traits
    assert made_up(data, "kind", "dummy") == []
    (found,) = made_up(data, "kind", "settled")
    assert (found.columns, found.severity) == ([*traits], "info")
    (alone,) = made_up({"kind": kinds, "noise": noise, "pole": traits["pole"]}, "kind", "dummy")
    assert alone.severity == "major"
    one_named = {"kind": kinds, "noise": noise, "pole": traits["pole"], "is_ferry": traits["anchors"]}
    told = {f.columns[0]: f.severity for f in made_up(one_named, "kind", "dummy")}
    assert told == {"pole": "minor", "is_ferry": "major"}
