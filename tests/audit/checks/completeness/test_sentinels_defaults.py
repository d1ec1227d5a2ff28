"""A value that is set where nothing was measured stands out of its neighbours."""

from __future__ import annotations

import numpy as np

from discovery.audit.checks.completeness.sentinels_defaults import (
    default_numbers,
    default_texts,
    floors,
    odd_numbers,
    texts_beside_gaps,
)

RNG = np.random.default_rng(9)
DEPTHS = [d for d in RNG.gamma(2, 40, 1500).round(1).tolist() if d not in (10, 33)]


def test_two_depths_that_were_set(look):
    (found,) = look(default_numbers, {"depth": [*DEPTHS, *[10.0] * 320, *[33.0] * 290]})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 610)
    assert "hold 10, 33, over 20 times as many" in found.summary


def test_measurements_round_numbers_and_ends(look):
    assert look(default_numbers, {"depth": DEPTHS}) == []
    rounded = [round(d / 10) * 10 if i % 2 else d for i, d in enumerate(DEPTHS)]
    assert look(default_numbers, {"depth": rounded}) == []
    assert look(default_numbers, {"depth": [*DEPTHS, *[0.0] * 600]}) == []
    assert look(default_numbers, {"depth": [*[min(d, 150.0) for d in DEPTHS], *[150.0] * 300]}) == []


def test_whole_numbers_and_averages(look):
    days = RNG.integers(1, 400, 1200).tolist()
    (found,) = look(default_numbers, {"days": [*days, *[365] * 300]})
    assert found.details["values"] == ["365"]
    mean = round(float(np.mean(days)), 2)
    assert look(default_numbers, {"days": [*days, *[mean] * 300]}) == []


def test_a_number_that_nobody_rounded_and_that_comes_again(look):
    prices = RNG.lognormal(12, 0.4, 950).round(-2)
    (found,) = look(odd_numbers, {"price": [1551.0, *prices, *[4897.0] * 49]})
    assert (found.severity, found.rows_affected, found.details["values"]) == ("info", 49, ["4897"])
    for others in ([200_000.0] * 49, [4897.0] * 15, [float(prices.max()) + 1] * 49, RNG.integers(4890, 4900, 49)):
        assert look(odd_numbers, {"price": [1551.0, *prices, *others]}) == []
    assert look(odd_numbers, {"price_id": [1551.0, *prices, *[4897.0] * 49]}) == []


def test_a_text_that_alone_comes_again_may_be_a_default(look):
    pictures = [f"https://x.example/{i}.jpg" for i in range(100)] + ["https://x.example/none.jpg"] * 20
    (found,) = look(default_texts, {"picture": pictures})
    assert (found.severity, found.rows_affected) == ("info", 20)
    assert look(default_texts, {"picture": pictures[:105], "kind": ["a", "b", "c"] * 35}) == []


def test_one_reading_that_is_set_among_fewer_values(look):
    albumin = RNG.normal(3.0, 0.6, 1500).clip(1, 5).round(1)
    albumin = [*np.where(albumin == 3.5, 3.6, albumin).tolist(), *RNG.uniform(1, 5, 300).round(2).tolist()]
    (found,) = look(default_numbers, {"albumin": [*albumin, *[3.5] * 1500]})
    assert (found.severity, found.details["values"]) == ("info", ["3.5"])
    assert "over 7 times as many" in found.summary
    assert look(default_numbers, {"albumin": [*albumin, *[3.5] * 400]}) == []


def test_the_smallest_price_that_was_set(look):
    prices = RNG.lognormal(10, 0.5, 3000).round().clip(2001, None).tolist()
    (found,) = look(floors, {"MSRP": [*prices, *[2000] * 200]})
    assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 200)
    assert look(floors, {"MSRP": prices}) == []
    assert look(floors, {"MSRP": [*prices, *[0] * 200]}) == []
    assert look(floors, {"visits": RNG.zipf(1.5, 3000).clip(1, 5000).tolist()}) == []


def test_a_floor_that_other_columns_have_too(look):
    sizes = {name: RNG.integers(10, 250, 2000) for name in ("depth", "height", "width")}
    for name, rows in (("depth", 600), ("height", 500), ("width", 400)):
        sizes[name][:rows] = 1
    sizes["width"][-100:] = 60
    assert [f.columns[0] for f in look(floors, sizes)] == ["depth", "height", "width"]
    assert [f.columns[0] for f in look(floors, {n: sizes[n] for n in ("height", "width")})] == ["height"]


def test_an_address_that_many_persons_share(look):
    mails = [f"person{i}@mail{i % 9}.test" for i in range(400)]
    assert look(default_texts, {"email": mails}) == []
    (found,) = look(default_texts, {"email": [*mails, *["noemail@example.com"] * 24]})
    assert (found.severity, found.rows_affected, found.details["values"]) == ("minor", 24, [])
    assert "noemail" not in repr(found)
    names = [f"Anna Maier{i}" for i in range(400)]
    assert look(default_texts, {"full_name": [*names, *["Peter Weber"] * 24]}) == []


def test_a_text_that_stands_where_another_column_is_missing(look):
    towns = [f"town {chr(97 + i % 26)}{chr(97 + i // 26 % 3)}" for i in range(700)]
    places = [f"{name.upper()} ({41 + i % 78 / 100:.2f}, -72.1)" for i, name in enumerate(towns)]
    unknown = {"town": [None] * 90, "place": ["CT (41.57, -72.74)"] * 90}
    (found,) = look(texts_beside_gaps, {"town": [*towns, *unknown["town"]], "place": [*places, *unknown["place"]]})
    assert (found.kind, found.columns, found.rows_affected) == ("sentinel_missing", ["place"], 90)
    assert found.severity == "minor"
    elsewhere = [*unknown["place"], *places]
    assert look(texts_beside_gaps, {"town": [*towns, *unknown["town"]], "place": elsewhere}) == []


def test_a_country_without_states_is_a_country(look):
    states = [f"state {i % 900}" for i in range(1800)]
    countries = [f"country {i % 900 // 15}" for i in range(1800)]
    data = {"state": [*states, *[None] * 200], "country": [*countries, *["Singapore"] * 200]}
    assert look(texts_beside_gaps, data) == []
