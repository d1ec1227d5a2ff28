"""Gaps that were filled are found: with an average, with the place 0/0, with a phrase, with a code among words."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.completeness.sentinels import words
from discovery.audit.checks.completeness.sentinels_filled import (
    filled_with_average,
    filled_with_one_age,
    null_island,
    phrases_among_quantities,
)
from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes

RNG = np.random.default_rng(3)


class TestAverages:
    @pytest.mark.parametrize("average", [np.mean, np.median])
    @pytest.mark.parametrize("digits", [2, 4])
    def test_gaps_filled_with_an_average(self, look, average, digits):
        values = RNG.normal(250, 60, 280).round(1)
        fill = round(float(average(values)), digits)
        found = look(filled_with_average, {"platelets": [*values.tolist(), *[fill] * 25]})
        assert [(f.kind, f.rows_affected, f.severity) for f in found] == [("sentinel_missing", 25, "minor")]

    def test_the_mean_in_a_flag(self, look):
        flags = (RNG.random(397) < 0.3).astype(float)
        mean = round(float(flags.mean()), 6)
        (found,) = look(filled_with_average, {"clerk": [*flags.tolist(), *[mean] * 60]})
        assert (found.kind, found.rows_affected, found.severity) == ("sentinel_missing", 60, "minor")
        assert look(filled_with_average, {"clerk": [*flags.tolist(), *[0.5] * 60]}) == []

    def test_a_fraction_among_whole_numbers(self, look):
        ages = RNG.integers(18, 70, 900).astype(float)
        (found,) = look(filled_with_average, {"years": [*ages.tolist(), *[43.71930137] * 20]})
        assert (found.kind, found.rows_affected) == ("sentinel_missing", 20)
        assert "a fraction where nearly all others are whole" in found.summary
        assert look(filled_with_average, {"years": [*ages.tolist(), *[43.5] * 20]}) == []
        assert look(filled_with_average, {"years": [*ages.tolist(), *RNG.normal(44, 9, 20).tolist()]}) == []

    def test_a_frequent_value_that_is_no_average_is_left_alone(self, look):
        values = RNG.normal(250, 60, 280).round(1)
        assert look(filled_with_average, {"x": [*values.tolist(), *[300.0] * 25]}) == []

    @pytest.mark.parametrize(
        "values",
        [
            RNG.poisson(40, 500),
            RNG.normal(0, 1, 500).round(1),
            np.r_[RNG.normal(100, 9, 300), np.full(60, 0.0)],
            np.r_[np.full(250, 40), RNG.integers(1, 80, 250)],
        ],
    )
    def test_sound_columns(self, look, values):
        assert look(filled_with_average, {"x": np.asarray(values).tolist()}) == []

    def test_a_value_with_more_decimals_than_were_measured(self, look):
        rates = RNG.normal(448, 54, 3000).round(1)
        rates[:200] = 453.5494221
        (found,) = look(filled_with_average, {"rate": rates.tolist()})
        assert found.rows_affected == 200
        assert "more decimals than were measured" in found.summary
        fine = RNG.normal(448, 54, 3000).round(6)
        fine[:200] = 453.549422
        assert look(filled_with_average, {"rate": fine.tolist()}) == []

    def test_one_age_that_stands_out(self, look):
        ages = np.repeat(np.arange(18, 89), 40).tolist()
        assert look(filled_with_one_age, {"Age": [*ages, *[36] * 1500]})[0].severity == "info"
        assert look(filled_with_one_age, {"Age": [*ages, *[36] * 100]}) == []
        assert look(filled_with_one_age, {"hours": [*ages, *[40] * 1500]}) == []


class TestPlaces:
    def test_latitude_and_longitude_0(self, look):
        lat, lon = RNG.uniform(40, 50, 200), RNG.uniform(5, 15, 200)
        lat[:9], lon[:9] = 0, 0
        (found,) = look(null_island, {"lat": lat.tolist(), "lon": lon.tolist()})
        assert (found.columns, found.rows_affected, found.severity) == (["lat", "lon"], 9, "major")
        (found,) = look(null_island, {"reclat": lat.tolist(), "reclong": lon.tolist(), "year": [1999] * 200})
        assert found.columns == ["reclat", "reclong"]
        assert look(null_island, {"plate": lat.tolist(), "reclong": lon.tolist()}) == []

    def test_places_around_the_gulf_of_guinea(self, look):
        lat, lon = RNG.uniform(-2, 2, 200), RNG.uniform(-2, 2, 200)
        lat[0], lon[0] = 0, 0
        assert look(null_island, {"latitude": lat.tolist(), "longitude": lon.tolist()}) == []

    def test_on_the_equator(self, look):
        lat, lon = RNG.uniform(-9, 9, 200), RNG.uniform(20, 40, 200)
        lat[:9] = 0
        assert look(null_island, {"latitude": lat.tolist(), "longitude": lon.tolist()}) == []


class TestPhrases:
    SIZES = [f"{v}M" for v in range(10, 90)] * 3

    def test_one_phrase_among_quantities(self, look):
        (found,) = look(phrases_among_quantities, {"size": [*self.SIZES, *["Varies with device"] * 30]})
        assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 30)

    def test_one_phrase_among_amounts_of_money_may_be_in_most_rows(self, look):
        amounts = [f"SR {n:,}" for n in range(350, 9000, 50)]
        (found,) = look(phrases_among_quantities, {"old_price": [*amounts, *["No old price"] * 500]})
        assert (found.severity, found.rows_affected) == ("info", 500)
        assert look(phrases_among_quantities, {"x": [*amounts, *["sold"] * 250, *["free"] * 250]}) == []

    def test_a_letter_in_place_of_numbers(self, look):
        scores = [None if i % 9 == 0 else 300 + i for i in range(180)]
        cells = {"score": {i + 1: "s" for i in range(0, 180, 9)}}
        (found,) = look(phrases_among_quantities, {"score": scores}, unparsed=cells)
        assert (found.kind, found.severity, found.rows_affected) == ("sentinel_missing", "info", 20)
        cells["score"][1] = "c"
        assert look(phrases_among_quantities, {"score": scores}, unparsed=cells) == []
        few = {"grade": [None if i % 9 == 0 else i % 12 for i in range(180)]}
        assert look(phrases_among_quantities, few, unparsed={"grade": {i + 1: "K" for i in range(0, 180, 9)}}) == []

    def test_several_words_are_values(self, look):
        assert look(phrases_among_quantities, {"size": [*self.SIZES, *["small"] * 30, *["large"] * 30]}) == []

    def test_codes_that_begin_with_a_letter(self, look):
        assert look(phrases_among_quantities, {"x": [*self.SIZES, "B12", *["open"] * 30]}) == []


class TestCodesAmongWords:
    TASTES = ["sweet", "sour", "bitter", "spicy"] * 50

    @pytest.mark.parametrize("code", ["-1", "-999", "999", "-9.0"])
    def test_the_only_number_among_words(self, look, code):
        (found,) = look(words, {"taste": [*self.TASTES, *[code] * 20]})
        assert (found.rows_affected, found.details["values"]) == (20, [code])

    @pytest.mark.parametrize("others", [["1", "2"], ["-2", "3"], ["0"]])
    def test_one_of_several_numbers(self, look, others):
        assert look(words, {"taste": [*self.TASTES, *["-1"] * 20, *others * 10]}) == []


class TestNumbers:
    def test_a_pile_apart_from_the_rest(self, look):
        values = [*RNG.uniform(-17, 24, 400).round(1).tolist(), *[-40.0] * 300]
        (found,) = look(numeric_codes, {"tmin": values})
        assert (found.details["values"], found.rows_affected) == (["-40"], 300)

    @pytest.mark.parametrize(("top", "rest"), [(10, range(1, 11)), (5, np.linspace(1.8, 5, 33).round(1))])
    def test_ratings_of_0(self, look, top, rest):
        values = [*RNG.choice(list(rest), 600).tolist(), *[0.0] * 400, float(top)]
        (found,) = look(numeric_codes, {"book_rating": values})
        assert found.details["values"] == ["0"]
        assert look(numeric_codes, {"rating_count": [*values, 11, 12, 13]}) == []
