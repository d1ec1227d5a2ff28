"""A bare number at the open end of a scale of ranges."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.validity.open_ends import open_ends

RNG = np.random.default_rng(5)
INCOMES = ["$0 - $24,999", "$25,000 - $49,999", "$50,000 - $99,999", "$100,000 - $149,999"]


def test_the_open_end_of_a_scale_that_lost_its_sign(look):
    incomes = RNG.choice(INCOMES, 200).tolist()
    (found,) = look(open_ends, {"income": [*incomes, *["150000"] * 30]})
    assert (found.kind, found.severity, found.rows_affected) == ("inconsistent_category", "minor", 30)
    assert look(open_ends, {"income": [*incomes, *["$150,000+"] * 30]}) == []
    assert look(open_ends, {"income": [*incomes, *["30000"] * 30]}) == []
    assert look(open_ends, {"age": [*RNG.choice(["1-4", "5-9", "10-14"], 200).tolist(), *["15"] * 30]}) == []
