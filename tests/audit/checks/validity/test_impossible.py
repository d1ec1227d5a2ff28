"""What cannot be is found by name, relation and stillness."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from discovery.audit.checks.completeness.sentinels_numeric import numeric_codes
from discovery.audit.checks.validity.impossible import (
    bounds,
    future_births,
)
from discovery.audit.checks.validity.infinite import infinite

RNG = np.random.default_rng(3)


@pytest.mark.parametrize(
    ("name", "values", "wrong"),
    [
        ("age", RNG.integers(18, 80, 300), [-3, 150]),
        ("UnitPrice", RNG.lognormal(1, 1, 300).round(2), [-11062.06, 0.0]),
        ("quantity", RNG.integers(1, 50, 300), [-4]),
        ("humidity", RNG.uniform(20, 99, 300).round(), [0, 140]),
        ("Spindle_Vibration", np.linspace(0.1, 2, 300), [-0.5]),
        ("Hydraulic_Pressure(bar)", np.linspace(60, 160, 300), [-14.3]),
        ("hum", RNG.uniform(0.2, 1, 300).round(2), [0.0, 1.4]),
        ("height", RNG.normal(0.14, 0.03, 300).clip(0.02).round(3), [0.0]),
        ("latitude", RNG.uniform(40, 41, 300), [400.0]),
        ("hour", RNG.integers(0, 24, 300), [25]),
        ("month", RNG.integers(1, 13, 300), [13]),
        ("GarageYrBlt", RNG.integers(1900, 2010, 300), [2207]),
        ("ap_hi", RNG.integers(90, 190, 300), [-150, 16020]),
        ("wind_speed", RNG.uniform(0, 42, 300).round(1), [1048.4]),
        ("rain_1h", RNG.gamma(0.5, 2, 300).round(2), [9831.3]),
        ("HeartRate", RNG.integers(60, 91, 300), [7, 7]),
        ("respiratory_rate", RNG.integers(12, 30, 300), [0, 180]),
        ("RestingBP", RNG.integers(90, 190, 300), [0]),
        ("discount_pct", RNG.uniform(0, 80, 300).round(), [140]),
        ("Rating", RNG.uniform(1, 5, 300).round(1), [19.0]),
        ("adr", RNG.gamma(2, 50, 5000).round(2) * (RNG.random(5000) < 0.9), [-6.38]),
        ("YearBuilt", RNG.integers(1850, 2010, 500), [1196]),
        ("z", RNG.uniform(1.5, 5, 5000).round(2), [0.0, 0.0, 0.0]),
        ("passenger_count", RNG.integers(1, 7, 500), [0, 0, 0]),
        ("Bathrooms", RNG.choice([1.0, 1.5, 2.0, 2.5, 3.0], 500), [0.0]),
        ("BMI", RNG.normal(35, 5, 300).clip(18).round(1), [2.3, 4.0]),
        ("Year_Birth", RNG.integers(1945, 2000, 500), [1893, 1899]),
        ("BI-RADS", RNG.choice([0, 2, 3, 4, 5, 6], 500, p=[0.05, 0.1, 0.1, 0.4, 0.3, 0.05]), [55]),
        ("ap_lo", np.r_[RNG.integers(60, 110, 40_000), [21] * 7], [19] * 6 + [1000, 1100, 8000] * 200),
        ("emp_length", RNG.integers(0, 40, 1000), [123.0]),
        ("saved", np.repeat(np.arange(12), 300), [-6, -4]),
        ("assessment", RNG.choice([0, 2, 3, 4], 500), [44]),
    ],
)
def test_planted(look, name, values, wrong):
    found = look(bounds, {name: [*np.asarray(values).tolist(), *wrong]})
    assert len(found) == 1
    assert found[0].rows_affected == len(wrong)
    assert found[0].evidence[0].row == len(values) + 1


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("age", RNG.integers(0, 95, 300)),
        ("age", RNG.normal(0, 1, 300)),
        ("age", np.repeat([1, 3, 7, 14, 28, 56, 90, 180, 365], [5, 60, 60, 60, 60, 30, 10, 8, 7])),
        ("Score", np.concatenate([RNG.choice([2.0, 2.4, 3.2, 4.4, 5.0], 400), [5.2, 5.2]])),
        ("profits", np.concatenate([RNG.normal(900, 100, 300), RNG.normal(-900, 60, 8)])),
        ("age_in_days", RNG.integers(7000, 30000, 300)),
        ("balance", RNG.normal(500, 900, 300)),
        ("price_change", RNG.normal(0, 5, 300)),
        ("area", RNG.choice([0.0, 1.0], 300) * RNG.exponential(10, 300).round(2)),
        ("vibration_x", np.linspace(-3, 3, 300)),
        ("pressure (bar)", np.linspace(-0.9, 4, 300)),
        ("temp_humidity_ratio", RNG.normal(0, 1, 300)),
        ("count", RNG.poisson(1, 300)),
        ("year", RNG.integers(1990, 2024, 300)),
        ("month_in_service", RNG.integers(1, 60, 300)),
        ("hours_per_week", RNG.integers(1, 99, 300)),
        ("pct_growth", RNG.normal(0, 30, 300)),
        ("day", RNG.integers(1, 32, 300)),
        ("score", RNG.integers(0, 101, 300)),
        ("rating_count", RNG.integers(0, 9000, 300)),
        ("net_flow", RNG.gamma(2, 50, 5000) - 1.0),
        ("lon", RNG.uniform(-74, -73, 300)),
        ("width", RNG.integers(0, 16, 2000)),
        ("emp_length", RNG.integers(0, 11, 2000)),
        ("low_wage_jobs", [*[0] * 3, *RNG.lognormal(6, 1, 300).round()]),
        ("04d", np.repeat([0, 1, 2, 3, 4, 11], [300, 90, 40, 9, 3, 1])),
    ],
)
def test_sound_columns(look, name, values):
    assert look(bounds, {name: np.asarray(values).tolist()}) == []


def test_an_impossible_target_is_major(look):
    found = look(bounds, {"price": [*RNG.lognormal(3, 1, 500).tolist(), -1.0]}, target="price")
    assert found[0].severity == "major"


def test_future_births(look):
    births = [date(1950, 1, 1) + timedelta(days=int(d)) for d in RNG.integers(0, 20000, 100)]
    found = look(future_births, {"dob": [*births, date(2030, 1, 1), date(1850, 1, 1)]})
    assert found[0].rows_affected == 2
    assert "2030" not in str(found[0].evidence)
    assert look(future_births, {"dob": births, "opened": [date(2030, 1, 1)] * 100}) == []


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("NumWebVisitsMonth", [*RNG.integers(0, 10, 500).tolist(), 13, 17, 20]),
        ("leaf.size", [*RNG.integers(1, 3, 500).tolist(), *[0] * 20]),
        ("bedrooms", [*RNG.integers(1, 4, 450).tolist(), *[0] * 50]),
        ("children", RNG.integers(0, 3, 500).tolist()),
        ("year_of_birth", RNG.integers(1600, 1900, 500).tolist()),
        ("independence_year", [*RNG.integers(1800, 2000, 150).tolist(), *[-660, 843, 1143, 1278, 1291, 1499] * 3]),
        ("distance", [*RNG.gamma(2, 3, 300).round(2).tolist(), 0.0]),
        ("grade", [*RNG.integers(1, 6, 500).tolist(), 6]),
        ("claims", [*RNG.integers(0, 4, 500).tolist(), 5]),
    ],
)
def test_what_may_be_is_left_alone(look, name, values):
    assert look(bounds, {name: values}) == []


def test_a_trip_has_a_length(look):
    distance = [*RNG.gamma(2, 3, 300).round(2).clip(0.01).tolist(), 0.0, 0.0]
    found = look(bounds, {"pickup_zone": ["a", "b"] * 151, "distance": distance})
    assert [(f.columns, f.rows_affected) for f in found] == [(["distance"], 2)]


@pytest.mark.parametrize(
    ("values", "rows"),
    [([1.0, float("inf"), 2.5, float("-inf")] * 10, 20), (["-inf", "inf", None, "-inf"] * 10, 30)],
)
def test_infinite_numbers(look, values, rows):
    (found,) = look(infinite, {"x": values})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "major", rows)
    assert look(infinite, {"x": ["info", "infant", "in"] * 10, "y": [1.0, 2.0, 1e300] * 10}) == []


@pytest.mark.parametrize("name", ["Graduation rate", "% fac. w/PHD", "literacy_rate"])
def test_rates_of_a_whole_end_at_100(look, name):
    rates = np.random.default_rng(1).normal(60, 12, 1000).clip(5, 100).round().tolist()
    (found,) = look(bounds, {name: [*rates, 118.0]})
    assert found.rows_affected == 1
    assert look(bounds, {name: rates}) == []
    assert look(bounds, {"heart rate": [*(np.array(rates) + 30).tolist(), 118.0]}) == []


def test_books_have_pages(look):
    pages = np.random.default_rng(1).integers(1, 900, 2000).tolist()
    (found,) = look(bounds, {"num_pages": [*pages, *[0] * 15]})
    assert found.rows_affected == 15


def test_an_area_of_nothing_is_0(look):
    area = [0.0] * 8 + RNG.integers(200, 900, 392).tolist()
    cars = [0] * 8 + [1, 2, 3, 2] * 98
    assert look(bounds, {"garage_area": area})[0].rows_affected == 8
    assert look(bounds, {"garage_area": area, "garage_cars": cars}) == []
    kinds = [None] * 8 + ["attached", "built in"] * 196
    assert look(bounds, {"garage_area": area, "garage_type": kinds}) == []
    assert look(bounds, {"garage_area": area, "roof_type": kinds})[0].rows_affected == 8


def test_the_offset_of_an_instrument_is_minor(look):
    light = np.r_[RNG.uniform(-9, 0, 1100), RNG.uniform(0, 1000, 900)].round(1).tolist()
    (found,) = look(bounds, {"radiation": light})
    assert (found.severity, found.rows_affected) == ("minor", sum(v < 0 for v in light))


def test_a_body_mass_index_is_no_index_of_rows(look):
    usual = RNG.uniform(17, 30, 300)
    (found,) = look(bounds, {"Patient_Body_Mass_Index": [*usual.tolist(), 1.0893, 1.9896]})
    assert (found.severity, found.rows_affected) == ("minor", 2)
    assert look(bounds, {"Patient_Body_Mass_Index": usual}) == []
    assert look(bounds, {"price_index": [*usual.tolist(), -1.5]}) == []


def test_a_few_bills_of_negative_consumption(look):
    gallons = [*RNG.gamma(2, 900, 3000).round().tolist(), -5016.0, -910.0, -4132.0, -533.0]
    (found,) = look(bounds, {"Consumption (GAL)": gallons})
    assert (found.severity, found.rows_affected) == ("minor", 4)
    assert look(bounds, {"Net consumption": gallons}) == []
    assert look(bounds, {"Consumption (GAL)": [*gallons, *[-100.0] * 20]}) == []


def test_zeros_that_stand_for_missing_are_told_again_as_a_remark(context_of):
    context = context_of({"bmi": [*RNG.normal(30, 4, 300).round(1).tolist(), *[0.0] * 8]})
    assert [f.severity for f in bounds(context)] == ["minor"]
    context = context_of({"bmi": [*RNG.normal(30, 4, 300).round(1).tolist(), *[0.0] * 8]})
    assert [f.kind for f in numeric_codes(context)] == ["sentinel_missing"]
    assert [f.severity for f in bounds(context)] == ["info"]


def test_a_volume_may_be_a_count(look):
    volume = [*RNG.integers(1, 7000, 2000).tolist(), 0, 0]
    assert look(bounds, {"traffic_volume": volume}) == []


def test_zeros_that_a_flag_explains(look):
    price = [*RNG.choice([20, 50, 95, 195], 500).tolist(), *[0] * 20]
    assert len(look(bounds, {"price": price})) == 1
    assert look(bounds, {"price": price, "is_paid": [True] * 500 + [False] * 20}) == []
    assert len(look(bounds, {"price": price, "is_paid": [True] * 480 + [False] * 40})) == 1


def test_negatives_of_a_column_that_holds_no_positive_numbers(look):
    assert look(bounds, {"wave": [*[0] * 400, -1.5, -1.2]}) == []


def test_a_time_before_the_start(look):
    days = [*RNG.uniform(0.5, 215, 1000).tolist(), -4.26, -3.3]
    (found,) = look(bounds, {"test_time": days})
    assert (found.kind, found.severity, found.rows_affected) == ("impossible_value", "minor", 2)
    assert look(bounds, {"time_zone": days}) == []
    assert look(bounds, {"drift": days}) == []


def test_an_age_in_a_question(look):
    ages = [*RNG.integers(18, 70, 500).tolist(), 323]
    (found,) = look(bounds, {"What is your age?": ages})
    assert "an age in years" in found.summary
    assert look(bounds, {"is_of_age": ages}) == []


def test_no_bedrooms_are_only_remarked_upon(look):
    (found,) = look(bounds, {"bedrooms": [*RNG.integers(1, 6, 500).tolist(), 0, 0]})
    assert found.severity == "info"


def test_a_score_of_0_among_high_ones(look):
    scores = [*RNG.normal(82, 3, 1000).round(2).tolist(), 0.0]
    assert len(look(bounds, {"quality_score": scores})) == 1
    marks = [*RNG.normal(66, 15, 1000).clip(8, 100).round().astype(int).tolist(), 0]
    assert look(bounds, {"math score": marks}) == []


def test_negatives_among_what_is_new_each_day(look):
    cases = [*RNG.poisson(RNG.gamma(0.4, 30, 4000)).tolist(), *[-3] * 15]
    assert look(bounds, {"positiveIncrease": cases})[0].rows_affected == 15
    assert look(bounds, {"score_a": cases}) == []


def test_long_is_a_longitude_beside_a_latitude_only(look):
    values = [*RNG.normal(10, 40, 400).round(2).tolist(), 238.0]
    assert look(bounds, {"m3_long": values}) == []
    assert len(look(bounds, {"long": values, "lat": [40.0] * 401})) == 1


def test_a_number_before_day_makes_it_a_length(look):
    days = [*RNG.integers(1, 31, 400).tolist(), 35]
    assert look(bounds, {"day": days})[0].rows_affected == 1
    rates = [*RNG.normal(22, 2, 400).clip(15, 29).round(1).tolist(), 31.4]
    assert look(bounds, {"30-Day Mortality": rates}) == []
    assert look(bounds, {"Hospital 30-Day Readmission Rates": rates}) == []


def test_zeros_that_a_level_explains(look):
    fuel = ["petrol"] * 300 + ["diesel"] * 80 + ["electric"] * 5
    cylinders = [*RNG.choice([4, 6, 8], 380).tolist(), 0, 0, 0, 0, None]
    assert look(bounds, {"cylinders": cylinders, "fuel": fuel}) == []
    assert look(bounds, {"cylinders": cylinders, "fuel": fuel[:-5] + ["unknown"] * 5})[0].rows_affected == 4
    elsewhere = [0, *cylinders[1:]]
    assert look(bounds, {"cylinders": elsewhere, "fuel": fuel})[0].rows_affected == 5


def test_a_negative_use_of_energy(look):
    use = RNG.lognormal(12, 1, 1500).round()
    assert look(bounds, {"Electricity(kBtu)": [*use.tolist(), -115417.0]})[0].details["values"] == ["-115417"]
    assert look(bounds, {"Electricity(kBtu)": use.tolist()}) == []
    steam = [*[0.0] * 3000, *use[:1000].tolist(), *[-5000.0, -6500.0, -7000.0] * 3]
    assert look(bounds, {"steam_use": steam})[0].rows_affected == 9
    assert look(bounds, {"potential": steam}) == []
    assert look(bounds, {"net energy": [*use.tolist(), -115417.0]}) == []
    assert look(bounds, {"potential": [*use.tolist(), -115417.0]}) == []


def test_vital_signs_of_0(look):
    pulse = [*RNG.normal(95, 25, 2000).clip(5, 200).round().tolist(), *[0] * 60]
    breaths = [*RNG.normal(24, 9, 2000).clip(2, 80).round().tolist(), *[0] * 60]
    found = {f.columns[0]: f for f in look(bounds, {"hrt1": pulse, "resp1": breaths})}
    assert [found[c].rows_affected for c in ("hrt1", "resp1")] == [60, 60]
    assert look(bounds, {"resp": breaths, "dose": pulse}) == []


def test_air_is_not_that_hot(look):
    degrees = RNG.normal(18, 8, 900).round(1).tolist()
    wet = RNG.integers(20, 99, 901).tolist()
    assert look(bounds, {"temperature": [*degrees, 95.0], "humidity": wet})[0].details["values"] == ["95"]
    assert look(bounds, {"temperature": [*degrees, 41.0], "humidity": wet}) == []
    assert look(bounds, {"temperature": [*degrees, 95.0], "x": wet}) == []
    assert look(bounds, {"oil temperature": [*degrees, 95.0], "humidity": wet}) == []
    fahrenheit = [32 + 1.8 * d for d in [*degrees, 41.0]]
    assert look(bounds, {"temperature": fahrenheit, "humidity": wet}) == []


def test_a_pressure_that_the_air_never_has(look):
    pressure = RNG.normal(1008, 7, 600)
    weather = {"humidity": RNG.uniform(20, 90, 600), "meanpressure": pressure}
    assert look(bounds, weather) == []
    pressure[:3] = -3, 12, 7679
    (found,) = look(bounds, weather)
    assert (found.columns, found.severity, found.rows_affected) == (["meanpressure"], "minor", 3)
    assert look(bounds, {"voltage": RNG.uniform(20, 90, 600), "pressure": pressure + 100}) == []


def test_a_car_that_goes_a_mile_with_a_gallon(look):
    mpg = RNG.normal(50, 12, 600).clip(20).round(1)
    assert look(bounds, {"mpg": mpg}) == []
    mpg[:2] = 1.1
    (found,) = look(bounds, {"mpg": mpg})
    assert (found.severity, found.rows_affected) == ("minor", 2)


def test_readings_of_blood_end_somewhere(look):
    sodium = RNG.normal(138, 5, 300).round().tolist()
    potassium = RNG.normal(4.5, 0.5, 300).round(1).tolist()
    data = {"sod": [*sodium, 4.5], "pot": [*potassium, 47.0], "creatinine": [1.1, 0.9, 1.3] * 100 + [1.0]}
    assert [(f.columns, f.rows_affected) for f in look(bounds, data)] == [(["sod"], 1), (["pot"], 1)]
    assert look(bounds, {"sod": sodium, "pot": potassium, "creatinine": [1.1, 0.9, 1.3] * 100}) == []
    assert look(bounds, {"pot": [*potassium, 47.0], "plant": sodium[:1] * 301}) == []
    assert look(bounds, {"sodium": [*sodium, 4.5], "calories": [*sodium, 200.0]}) == []


def test_places_are_told_by_the_ends_of_their_names(look):
    lat, long = RNG.uniform(-60, 60, 300).round(3).tolist(), RNG.uniform(-150, 150, 300).round(3).tolist()
    found = look(bounds, {"reclat": [*lat, 12.5], "reclong": [*long, 354.47]})
    assert [(f.columns, f.rows_affected) for f in found] == [(["reclong"], 1)]
    assert look(bounds, {"reclat": lat, "reclong": long}) == []
    assert look(bounds, {"oblong": [*long, 354.47], "flat": [*lat, 12.5]}) == []


def test_a_house_without_a_floor_is_but_a_remark(look):
    (found,) = look(bounds, {"NumberofFloors": [1.0, 2.0, 3.0, 5.0] * 100 + [0.0] * 4})
    assert (found.severity, found.rows_affected) == ("info", 4)


def test_homes_of_a_few_square_feet_are_remarked_upon(look):
    homes = RNG.lognormal(7.2, 0.4, 1500).round().tolist()
    (found,) = look(bounds, {"total_sqft": [*homes, 1.0, 11.0]})
    assert (found.severity, found.rows_affected) == ("info", 2)
    assert look(bounds, {"total_sqft": homes}) == []
    assert look(bounds, {"sqft_basement": [*homes, 1.0, 11.0]}) == []


def test_hours_of_a_week_and_winds(look):
    hours = RNG.choice([20, 30, 35, 40], 600).astype(float)
    wind = RNG.gamma(2.2, 1.6, 600).round(1)
    assert look(bounds, {"weekly_hours": hours, "wind_ms": wind}) == []
    hours[[3, 50]], wind[[7, 8, 9]] = 200, -2.5
    found = look(bounds, {"weekly_hours": hours, "wind_ms": wind})
    assert {f.columns[0]: f.rows_affected for f in found} == {"weekly_hours": 2, "wind_ms": 3}
    east = RNG.normal(0, 3, 600)
    assert look(bounds, {"wind_u": east, "wind_direction": RNG.uniform(-180, 180, 600)}) == []


def test_heights_and_depths_have_either_sign(look):
    rng = np.random.default_rng(3)
    depth = np.abs(rng.normal(0, 0.5, 1000)).round(2) + 0.01
    depth[:70] *= -1
    (found,) = look(bounds, {"depth": depth.tolist()})
    assert (found.severity, found.rows_affected) == ("info", 70)
    assert "below 0" in found.summary
    weight = rng.normal(50, 5, 1000).round(2)
    weight[:70] *= -1
    (found,) = look(bounds, {"weight": weight.tolist()})
    assert found.severity == "major"
