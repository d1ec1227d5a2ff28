"""Numbers whose cut-offs part all classes of a target."""

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
