"""Numbers that stand for missing are found; numbers that only look like it are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes

RNG = np.random.default_rng(7)


def spiked(values, code, rows):
    return {"x": [*np.asarray(values).tolist(), *[code] * rows]}


class TestNumericCodes:
    @pytest.mark.parametrize(
        ("values", "code", "rows"),
        [
            (RNG.normal(50, 10, 500).round(1), -999.0, 20),
            (RNG.integers(0, 28, 500), 999, 300),
            (RNG.lognormal(7, 1, 2000).round(), 99999.0, 10),
            (RNG.integers(0, 60, 500), -1, 40),
            (RNG.normal(20, 8, 500).round(1), -200.0, 30),
            (RNG.integers(1, 6, 500), 9, 10),
            (RNG.normal(120, 25, 500).round(), 0.0, 8),
            (-RNG.integers(1, 15000, 900), 365243, 90),
        ],
    )
    def test_planted(self, look, values, code, rows):
        found = look(numeric_codes, spiked(values, code, rows))
        assert len(found) == 1
        assert float(found[0].details["values"][0]) == code
        assert found[0].rows_affected == rows
        before, after = found[0].details["before"], found[0].details["after"]
        assert before["mean"] != after["mean"]
        assert found[0].evidence

    def test_a_code_in_a_few_rows_is_minor_but_in_a_target(self, look):
        values = RNG.normal(10, 2, 2000).tolist()
        assert look(numeric_codes, {"x": [*values, *[-9999.0] * 4]})[0].severity == "minor"
        assert look(numeric_codes, {"x": [*values, *[-9999.0] * 40]})[0].severity == "major"
        assert look(numeric_codes, {"x": [*values, *[-9999.0] * 4]}, target="x")[0].severity == "major"

    def test_years_in_a_job_of_those_without_an_income(self, look):
        years = RNG.normal(11, 2, 2000).round().clip(5, 20)
        none = RNG.random(2000) < 0.12
        income = RNG.uniform(5, 120_000, 2000).round()
        data = {"yoj": np.where(none, 0, years), "income": np.where(none, 0, income)}
        assert look(numeric_codes, data) == []
        assert look(numeric_codes, data | {"income": income})[0].columns == ["yoj"]
        assert look(numeric_codes, {"yoj": data["yoj"], "price": data["income"]})[0].columns == ["yoj"]

    def test_several_codes_in_one_column(self, look):
        data = {"x": [*RNG.normal(10, 2, 500).tolist(), *[-99.0] * 5, *[-999.0] * 7]}
        assert set(look(numeric_codes, data)[0].details["values"]) == {"-99", "-999"}

    def test_a_code_of_one_column_is_one_in_others(self, look):
        data = {
            "a": [*RNG.normal(10, 2, 500).tolist(), *[-200.0] * 20],
            "b": [*RNG.normal(0, 120, 500).clip(-190).tolist(), *[-200.0] * 20],
        }
        assert {f.columns[0] for f in look(numeric_codes, data)} == {"a", "b"}

    def test_zero_by_name(self, look):
        data = {"insulin": [*RNG.gamma(4, 30, 400).clip(14).round().tolist(), *[0.0] * 374]}
        found = look(numeric_codes, data)
        assert found[0].severity == "major"
        assert look(numeric_codes, {"amount": data["insulin"]}) == []
        assert look(numeric_codes, {"amount": data["insulin"][:440]})[0].severity == "minor"

    @pytest.mark.parametrize(
        "values",
        [
            RNG.normal(size=1000),
            RNG.integers(0, 2, 1000),
            RNG.poisson(1.0, 1000),
            RNG.poisson(60, 1000),
            RNG.lognormal(8, 1.5, 1000).round(2),
            RNG.choice([0.0, 1.0], 1000) * RNG.lognormal(5, 1, 1000).round(2),
            RNG.choice([-1, 0, 1], 1000),
            RNG.integers(0, 100, 1000),
            RNG.integers(1, 6, 1000),
            RNG.random(1000).round(2),
            RNG.integers(1990, 2020, 1000),
            RNG.choice([0, 1, 2, 3, 4, 5, 8], 1000, p=[0.68, 0.25, 0.03, 0.02, 0.01, 0.005, 0.005]),
            RNG.standard_t(3, 1000),
            RNG.integers(0, 256, 1000) * RNG.integers(0, 2, 1000),
        ],
    )
    def test_sound_columns(self, look, values):
        assert look(numeric_codes, {"x": np.asarray(values).tolist()}) == []

    def test_identifiers_are_left_alone(self, look):
        assert look(numeric_codes, {"customer_id": [*range(100), *range(100_000, 100_020), 999_999]}) == []


def test_zero_of_what_is_never_0_however_frequent(look):
    area, size = RNG.normal(1500, 300, 800).round().clip(480), RNG.normal(5, 0.6, 800).round(1).clip(2.5)
    area[:140], size[:470] = 0, 0
    data = {"sq__ft": area, "magnitude_body": size, "tax": area, "lower": size}
    found = {f.columns[0]: (f.severity, f.rows_affected) for f in look(numeric_codes, data)}
    assert found == {"sq__ft": ("minor", 140), "magnitude_body": ("minor", 470)}


def test_zeros_in_rows_in_which_0_stands_for_missing(look):
    area, beds, baths = RNG.integers(500, 3000, 800), RNG.integers(1, 6, 800), RNG.integers(1, 4, 800)
    area[:140], beds[20:110], baths[20:110] = 0, 0, 0
    data = {"sqft": area, "beds": beds, "baths": baths, "cars": RNG.integers(0, 4, 800)}
    found = {f.columns[0]: (f.severity, f.rows_affected) for f in look(numeric_codes, data)}
    assert found == {"sqft": ("minor", 140), "beds": ("info", 90), "baths": ("info", 90)}
    assert {f.columns[0] for f in look(numeric_codes, data | {"baths": data["cars"]})} == {"sqft"}
    assert look(numeric_codes, data | {"sqft": RNG.integers(500, 3000, 800)}) == []


def test_zero_alone_repeats_in_a_fine_grained_column(look):
    r = np.random.default_rng(5)
    visible = (0.0035 + r.gamma(1.6, 0.04, 3000)).round(9)
    visible[r.random(3000) < 0.06] = 0.0
    found = look(numeric_codes, {"visibility": visible})
    assert [(f.columns, f.rows_affected) for f in found] == [(["visibility"], int((visible == 0).sum()))]


@pytest.mark.parametrize("scale", [0.1, 5.0, 400.0])
def test_zero_where_nothing_fell_is_a_value(look, scale):
    r = np.random.default_rng(6)
    rain = r.gamma(0.7, scale, 3000)
    rain[r.random(3000) < 0.06] = 0.0
    assert look(numeric_codes, {"rain": rain}) == []


def test_zero_before_the_codes_of_a_scale(look):
    r = np.random.default_rng(7)
    codes = r.choice([1, 2, 3, 4], 3000, p=[0.3, 0.4, 0.2, 0.1])
    codes[:5] = 0
    found = look(numeric_codes, {"education": codes})
    assert [(f.rows_affected, f.severity) for f in found] == [(5, "minor")]
    assert look(numeric_codes, {"claims": r.poisson(1.1, 3000).clip(0, 5)}) == []
    assert look(numeric_codes, {"education": codes[5:]}) == []


def test_there_is_no_month_zero(look):
    months = np.random.default_rng(8).integers(0, 13, 3000)
    assert look(numeric_codes, {"month_of_registration": months})[0].rows_affected == (months == 0).sum()
    assert look(numeric_codes, {"month": months % 12}) == []
    assert look(numeric_codes, {"visits": months}) == []


def test_nineteen_hundred_among_years(look):
    years = [1900] * 14 + [1963 + i % 50 for i in range(160)]
    (finding,) = look(numeric_codes, {"year": years})
    assert (finding.rows_affected, finding.severity) == (14, "minor")
    assert look(numeric_codes, {"year": [1900 + i % 110 for i in range(300)]}) == []


def test_no_difference_is_a_difference(look):
    rng = np.random.default_rng(4)
    values = [0.0] * 60 + rng.choice(np.arange(0.2, 0.45, 0.01), 440).round(2).tolist()
    assert look(numeric_codes, {"price_diff": values}) == []
    assert [f.rows_affected for f in look(numeric_codes, {"price": values})] == [60]


class TestZeros:
    """0 as a code, and 0 as a value."""

    def test_where_the_others_are_alike_it_may_be_frequent(self, look):
        sodium = RNG.normal(137, 5, 400).round().tolist()
        (found,) = look(numeric_codes, {"sod": [*sodium, *[0.0] * 150]})
        assert (found.rows_affected, found.severity) == (150, "minor")
        assert look(numeric_codes, {"spent": [*RNG.lognormal(4, 1, 400).round(2).tolist(), *[0.0] * 150]}) == []

    def test_a_pile_with_few_values_near_it_is_not_called_cut_off(self, look):
        values = [*RNG.normal(20, 3, 5000).clip(10).round(2).tolist(), *[0.0] * 60, 0.01, 0.02, 0.5, 1.0, 2.0, 4.0]
        (found,) = look(numeric_codes, {"width": values})
        assert "0 is far more frequent than the few values near it" in found.summary

    def test_a_few_values_close_together(self, look):
        gravity = RNG.choice([1.005, 1.01, 1.015, 1.02, 1.025], 350).tolist()
        assert look(numeric_codes, {"sg": [*gravity, *[0.0] * 47]})[0].rows_affected == 47
        assert look(numeric_codes, {"grade": RNG.choice([0, 1, 2, 3, 4], 400).tolist()}) == []

    def test_small_counts_have_it(self, look):
        faults = [0] * 339 + [1] * 546 + [2] * 585 + [3] * 560 + [4] * 400 + [5] * 300 + [*range(6, 18)] * 40
        assert look(numeric_codes, {"l_df": faults}) == []

    def test_a_rare_one_is_believed_beside_another_of_its_name(self, look):
        first = [*RNG.normal(70, 10, 6000).round().tolist(), *[0.0] * 60]
        second = [*RNG.normal(70, 10, 6034).round().tolist(), *[0.0] * 26]
        assert len(look(numeric_codes, {"diast1": first, "diast2": second})) == 2
        assert len(look(numeric_codes, {"diast1": first, "other": second})) == 1

    def test_amounts_of_money_of_which_none_is_near_it(self, look):
        amounts = RNG.lognormal(14, 1.5, 2000).clip(18_000).round(-2) + RNG.integers(0, 90, 2000)
        (found,) = look(numeric_codes, {"amount_usd": [*amounts.tolist(), *[0.0] * 600]})
        assert (found.severity, found.rows_affected) == ("info", 600)
        assert "0 may stand for a missing value" in found.summary
        assert look(numeric_codes, {"capital_gain": [*amounts.tolist(), *[0.0] * 600]}) == []
        assert look(numeric_codes, {"weight": [*amounts.tolist(), *[0.0] * 600]}) == []

    def test_the_year_of_what_never_came(self, look):
        years = [0] * 900 + RNG.integers(1950, 2015, 100).tolist()
        (found,) = look(numeric_codes, {"yr_renovated": years})
        assert found.severity == "minor"
        assert "never came to it" in found.summary


class TestOtherCodes:
    def test_refused_and_unknown_after_a_scale(self, look):
        answers = [1] * 3000 + [2] * 2000 + [7] * 2 + [9] * 8
        (found,) = look(numeric_codes, {"SMQ020": answers})
        assert found.details["values"] == ["9"]
        assert look(numeric_codes, {"legs": [0, 2, 4, 6] * 50 + [8] * 2}) == []

    def test_minus_one_before_codes(self, look):
        fuels = [0] * 400 + [1] * 300 + [2] * 100 + [-1] * 55
        assert look(numeric_codes, {"fuel_type": fuels})[0].details["values"] == ["-1"]
        assert look(numeric_codes, {"mood": [-1, 0, 1] * 100}) == []

    def test_an_age_beyond_all_others(self, look):
        ages = [*np.repeat(np.arange(18, 89), 100).tolist(), *[118] * 75]
        assert look(numeric_codes, {"Age": ages})[0].details["values"] == ["118"]
        assert look(numeric_codes, {"Age": [*np.repeat(np.arange(18, 99), 100).tolist(), 102, 103]}) == []

    def test_a_repeated_number_far_off_is_major_where_it_is_frequent(self, look):
        ratios = RNG.choice([1.18, 1.33, 1.37, 1.5, 1.66, 1.75, 1.77, 1.78, 1.85, 2.2, 2.35], 1000).tolist()
        assert look(numeric_codes, {"ratio": [*ratios, *[16.0] * 9]})[0].severity == "minor"
        assert look(numeric_codes, {"ratio": [*ratios, *[16.0] * 90]})[0].severity == "major"


class TestTheSmallest:
    def test_one_far_below_all_others(self, look):
        km = RNG.lognormal(11, 0.6, 900).round()
        (found,) = look(numeric_codes, {"KM": [*km.tolist(), *[1.0] * 8]})
        assert (found.severity, found.rows_affected, found.details["values"]) == ("minor", 8, ["1"])
        assert "the next is over 10 times as large" in found.summary

    def test_what_is_not_far_below_or_not_repeated(self, look):
        km = RNG.lognormal(11, 0.6, 900).round().tolist()
        assert look(numeric_codes, {"KM": [*km, *[1.0] * 2]}) == []
        assert look(numeric_codes, {"KM": [*km, *[1.0] * 8, *[3.0] * 6, *[20.0] * 6]}) == []
        assert look(numeric_codes, {"rate": [*RNG.lognormal(0, 1, 900).round(2).tolist(), *[0.001] * 8]}) == []


def test_a_measurement_with_decimals_is_no_code(look):
    snow = [*(RNG.integers(0, 40, 2000) / 10).tolist(), 8.8, 8.8]
    assert look(numeric_codes, {"snow": snow}) == []
    (found,) = look(numeric_codes, {"humidity": [*RNG.normal(40, 5, 500).round(1).tolist(), 999.9, 999.9]})
    assert found.details["values"] == ["999.9"]


def test_zeros_in_nameless_columns_are_doubtful_where_they_are_many(look):
    values = [*RNG.normal(40, 2, 400).round(1).tolist(), *[0.0] * 100]
    assert [f.severity for f in look(numeric_codes, {"v150": values})] == ["info"]


def test_zeros_of_those_who_do_other_things(look):
    outs, errors = RNG.integers(100, 160, 300), RNG.integers(0, 9, 300)
    outs[:15], errors[:15], errors[15:20] = 0, 0, 0
    errors[20:] += 1
    assert look(numeric_codes, {"PutOuts": outs, "Errors": errors}) == []


def test_amounts_that_many_do_not_have_are_0(look):
    amounts = [*RNG.integers(40, 80, 900).tolist(), *[0] * 110]
    assert look(numeric_codes, {"charge": amounts})
    assert look(numeric_codes, {"tax": amounts}) == []


def test_a_postcode_of_0(look):
    codes = [*RNG.integers(10001, 11694, 1500).tolist(), *[0] * 40]
    (found,) = look(numeric_codes, {"ZIP CODE": codes})
    assert (found.rows_affected, found.severity) == (40, "minor")
    assert look(numeric_codes, {"ZIP CODE": codes[:1500]}) == []


def test_two_codes_move_the_mean_together(look):
    values = RNG.normal(50, 9, 300).round(2).tolist()
    (found,) = look(numeric_codes, {"reading": [*values, *[-999.0] * 20, *[-888.0] * 20]})
    assert found.consequence.startswith("Taken as numbers they move the mean from ")
    (found,) = look(numeric_codes, {"reading": [*values, *[-999.0] * 20]})
    assert found.consequence.startswith("Taken as a number it moves the mean from ")


def test_equal_digits_far_more_frequent_than_all_that_is_as_large(look):
    income = RNG.lognormal(4, 0.6, 2000).round()
    income[:9] = 480, 333, 512, 355, 700, 402, 666, 340, 390
    assert look(numeric_codes, {"income": income}) == []
    income[20:41] = 666
    (found,) = look(numeric_codes, {"income": income})
    assert (found.severity, found.rows_affected, found.details["values"]) == ("minor", 22, ["666"])
    flag = RNG.integers(0, 2, 2000)
    assert look(numeric_codes, {"ok": flag, "income": RNG.lognormal(4, 0.6, 2000).round()}) == []
    flag[:2] = 666
    assert {f.columns[0] for f in look(numeric_codes, {"income": income, "ok": flag})} == {"income", "ok"}


def test_equal_digits_among_numbers_that_repeat_anyway(look):
    prices = RNG.choice([99, 150, 222, 333, 350, 444, 500, 555, 666, 700], 2000).astype(float)
    prices[:80] = RNG.integers(1, 90, 80)
    assert look(numeric_codes, {"price": prices}) == []


def test_a_power_of_ten_far_above_all_others(look):
    assets = RNG.lognormal(4, 0.8, 2000).round(1)
    assert look(numeric_codes, {"assets": assets}) == []
    assets[:5] = 1_000_000
    (found,) = look(numeric_codes, {"assets": assets})
    assert (found.rows_affected, found.details["values"]) == (5, ["1000000"])
    assets[:5] = 1_234_567
    assert look(numeric_codes, {"assets": assets}) == []


def test_minus_one_far_below_small_whole_numbers(look):
    cylinders = RNG.choice([3, 4, 5, 6, 8, 12], 400)
    assert look(numeric_codes, {"ncyl": cylinders}) == []
    cylinders[:2] = -1
    (found,) = look(numeric_codes, {"ncyl": cylinders})
    assert (found.severity, found.rows_affected, found.details["values"]) == ("minor", 2, ["-1"])
    steps = RNG.choice([-1, 1, 2, 3, 4, 5], 400, p=[0.01, 0.29, 0.2, 0.2, 0.2, 0.1])
    assert look(numeric_codes, {"steps": steps}) == []


def test_one_value_at_the_end_of_several_columns_in_the_same_rows(look):
    data = {f"ALT {week}": RNG.integers(39, 129, 900) for week in (12, 24, 36, 48)}
    assert look(numeric_codes, data) == []
    for values in data.values():
        values[[3, 50, 700]] = 5
    found = look(numeric_codes, data)
    assert [(f.columns, f.severity, f.rows_affected) for f in found] == [([c], "minor", 3) for c in data]
    for place, values in enumerate(data.values()):
        values[[3, 50, 700]] = 60
        values[[place, place + 100, place + 200]] = 5
    assert look(numeric_codes, data) == []
    values[[3, 50, 700]] = 5
    assert look(numeric_codes, {f"copy {i}": values for i in "abcd"}) == []


def test_a_few_zeros_of_marks_below_all_others_may_be_no_marks(look):
    marks = np.repeat(
        [0, 1, 5, 6, *range(7, 20)], [15, 1, 1, 3, 10, 35, 35, 97, 104, 72, 82, 63, 49, 36, 29, 15, 2]
    )
    (found,) = look(numeric_codes, {"final": marks}, target="final")
    assert (found.severity, found.rows_affected, found.details["values"]) == ("info", 15, ["0"])
    assert look(numeric_codes, {"final": marks[10:]}, target="final") == []
    assert look(numeric_codes, {"calls": RNG.poisson(4, 600)}) == []


def test_such_zeros_are_no_question_where_others_of_the_table_are_codes(look):
    marks = np.repeat(
        [0, 1, 5, 6, *range(7, 20)], [15, 1, 1, 3, 10, 35, 35, 97, 104, 72, 82, 63, 49, 36, 29, 15, 2]
    )
    others = {f"reading {c}": RNG.normal(100, 10, len(marks)).round(1) for c in "abc"}
    for values in others.values():
        values[RNG.permutation(len(marks))[:30]] = 0
    found = {f.columns[0]: f.severity for f in look(numeric_codes, others | {"marks": marks})}
    assert found == dict.fromkeys([*others, "marks"], "minor")


def test_minus_one_before_a_scale_from_one(look):
    scale = RNG.choice([1, 2, 3, 4, 5], 600).tolist()
    assert look(numeric_codes, {"satisfaction": scale}) == []
    (found,) = look(numeric_codes, {"satisfaction": [*scale, *[-1] * 30]})
    assert (found.rows_affected, found.details["values"]) == (30, ["-1"])
    assert look(numeric_codes, {"step": RNG.choice([-1, 1, 2], 600).tolist()}) == []


class TestMinusOneBeside0And1:
    """-1 beside 0 and 1 is a code where it is very rare, and no direction."""

    flags = (*[0, 1] * 1000, *[-1] * 12)

    def test_it_is_a_code(self, look):
        (found,) = look(numeric_codes, {"hiv2004": self.flags})
        assert (found.severity, found.rows_affected) == ("minor", 12)

    @pytest.mark.parametrize("name", ["direction", "price_change", "sentiment"])
    def test_it_is_a_direction(self, look, name):
        assert look(numeric_codes, {name: self.flags}) == []

    def test_it_is_a_value(self, look):
        assert look(numeric_codes, {"hiv2004": self.flags, "hiv2005": self.flags[::-1]}) == []
        assert look(numeric_codes, {"x": [*self.flags, *[-1] * 30]}) == []
        assert look(numeric_codes, {"x": self.flags}, target="x", task="multiclass") == []
