"""What quantities allow, told by the words of a column's name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

__all__ = ["BOUNDS", "CHANGE", "FEW", "FOOD", "OF_ANOTHER", "PART", "RATES", "Bound", "of_places"]

FEW = 0.1
"""If more rows than this break a bound, it is the bound that does not fit the column."""


@dataclass(frozen=True)
class Bound:
    """What a quantity allows; ``positive``: 0 is impossible too, if it is rare and (``dense``)
    not one of many small values; ``of_persons``: it is about persons, and not about what they eat. ``usual``
    guards against names that mean something else: the median must lie in it, and no more than ``few`` of the rows
    break the bound. ``beside``: another column must be named so. ``mild``: what breaks it is good to know, and may
    be right (a studio has 0 bedrooms). ``far``: it is told as far from the others as well, as one may
    look for that."""

    words: tuple[str, ...]
    low: float | None = None
    high: float | None = None
    positive: bool = False
    dense: bool = True
    usual: tuple[float, float] = (-np.inf, np.inf)
    what: str = ""
    unless: tuple[str, ...] = ()
    few: float = FEW
    calendar: bool = False
    of_persons: bool = False
    mild: bool = False
    far: bool = False
    beside: tuple[str, ...] = ()


FOOD = ("calories", "kcal", "carbohydrates", "carbohydrate", "carbs", "fiber", "fibre", "serving", "serving size")
"""Words beside which a mineral is that of a food."""

CHANGE = ("change", "diff", "difference", "delta", "growth", "return", "error", "residual", "gain", "loss",
           "profit", "margin", "balance", "net", "score", "scaled", "z", "log", "std", "norm", "normalized", "dev",
           "skew",
           "kurtosis", "slope", "trend", "anomaly", "offset", "shift", "variation", "adjustment", "refund",
           "correction", "lag", "changes", "returns", "errors", "residuals", "gains", "losses", "profits",
           "earnings", "margins", "balances", "cosine", "sin", "cos", "pca", "relative", "minus",
           "index")  # fmt: skip
PART = ("ratio", "rate", "proportion", "fraction", "share", "code", "id", "type", "group", "class", "category",
         "bin", "band", "range", "level", "flag", "rank", "cat", "bucket", "grade")  # fmt: skip

RATES = ("graduation rate", "attendance rate", "completion rate", "pass rate", "literacy rate", "response rate",
         "acceptance rate", "occupancy rate", "retention rate", "employment rate", "unemployment rate",
         "dropout rate", "vaccination rate", "enrollment rate", "enrolment rate", "success rate")  # fmt: skip
"""Rates of a part in its whole, which are 100% at most."""

_COUNTED = ("num", "count", "counts", "cnt", "total", "avg", "average", "mean", "sum", "visits", "usage", "spend",
            "sales", "amount", "charge", "charges", "income", "salary", "cost", "fee", "payment", "pay", "rate",
            "purchases", "calls", "rates", "estimate", "estimates", "mortality")  # fmt: skip
"""Words that make a month, day or hour the time in which something was counted."""

OF_ANOTHER = ("daily value", "dv", "rda", "gdp", "gni", "gnp", "comparable", "baseline", "normal", "capacity",
              "target", "quota", "budget", "plan", "previous", "prior", "expected", "usual", "reserves", "exports",
              "imports", "equity", "assets", "revenue", "deviation", "efficiency")  # fmt: skip
"""Words for what a percentage is of where it is no whole, so that it may be above 100."""

_VITAL = ("hrt", "heart rate", "heartrate", "hr", "pulse", "bp", "meanbp", "mean bp", "map", "sbp", "spo2", "temp",
          "temperature")  # fmt: skip
_BLOOD = ("creatinine", "urea", "bun", "glucose", "hemoglobin", "haemoglobin", "hemo", "bilirubin", "albumin",
          "platelets", "wbc", "chloride", "calcium", "cholesterol")  # fmt: skip
"""Words beside which a mineral is one of the blood. Its readings end where the MIMIC Code Repository (Johnson et
al. 2018) takes them for errors; they begin below all that was ever survived."""
_WEATHER = ("humidity", "hum", "rainfall", "rain", "precipitation", "precip", "wind", "windspeed", "snow",
            "snowfall", "dew", "dewpoint", "sunshine", "cloud", "clouds", "visibility")  # fmt: skip
"""Words beside which a temperature is that of the air."""
_AIR = (*_WEATHER, "temp", "temperature", "meantemp", "tempmax", "tempmin", "tmax", "tmin", "tavg")
"""Words beside which a pressure is that of the air."""

BOUNDS = (
    Bound(("age", "ages", "alter"), 0, 120, usual=(5, 90), what="an age in years", few=0.02,
           unless=("days", "months", "weeks", "hours", "month", "day", "house", "building", "property")),
    Bound(("price", "prices", "fare", "salary", "wage", "rent", "premium", "msrp", "unitprice", "saleprice"),
           0, positive=True, dense=False, usual=(0, np.inf), what="a price",
           unless=("jobs", "count", "counts", "number", "num", "n", "workers", "employees", "hours")),
    Bound(("budget", "box office"), 0, positive=True, dense=False, usual=(0, np.inf), few=0.02, mild=True,
           what="an amount of money that is never 0",
           unless=("change", "spent", "left", "remaining", "overrun", "variance", "number", "count")),
    Bound(("amount", "cost", "costs", "charge", "charges", "fee", "income", "revenue", "sales", "tax", "spend",
            "spending"),
           0, usual=(0, np.inf), what="an amount of money"),
    Bound(("quantity", "qty", "count", "counts", "cnt", "number of", "num", "n", "visits", "visitors", "orders",
            "passengers", "employees", "population", "children", "rooms", "bedrooms", "bathrooms", "floors",
            "clicks", "views", "purchases", "units", "stock", "inventory"),
           0, usual=(0, np.inf), what="a count"),
    Bound(("bedrooms", "bedroom"), 0, positive=True, dense=False, usual=(1, 50),
           what="a number of persons or parts that is never 0", few=0.02, mild=True),
    Bound(("floors", "storeys", "buildings", "lectures"), 0, positive=True, dense=False, usual=(1, 50), mild=True,
           what="a number of persons or parts that is never 0", few=0.05),
    Bound(("sqft", "square feet", "squarefeet", "square footage", "sq ft"), 50, usual=(500, 5000), mild=True,
           few=0.005, what="the area of a home in square feet",
           unless=("lot", "land", "basement", "bsmt", "garage", "porch", "deck", "patio", "pool", "above", "floor",
                   "flr", "room", "bedroom", "parking", "shed", "price", "per")),
    Bound(("passengers", "passenger count", "passenger", "rooms", "bathrooms", "bathroom", "adults",
            "guests", "household size", "family size", "seats", "doors", "cylinders"),
           0, positive=True, dense=False, usual=(1, 50), what="a number of persons or parts that is never 0",
           few=0.02),
    Bound(("height", "length", "width", "depth", "diameter", "weight", "mass", "thickness", "size", "volume",
            "area", "sqft", "capacity", "carat", "wheelbase", "horsepower", "displacement", "engine"),
           0, positive=True, usual=(0, np.inf), what="a size or weight",
           unless=("emp", "employment", "service", "stay", "career", "sample", "family", "household", "traffic",
                   "trade", "trading", "sales", "search", "call", "calls", "order", "orders", "transaction")),
    Bound(("emp length", "employment length", "years employed", "years of service", "years of experience",
            "years experience", "experience years", "work experience", "length of service"),
           0, 70, usual=(0, 45), what="a length of service in years", few=0.02),
    Bound(("radiation", "irradiance", "irradiation", "insolation", "ghi", "dhi", "dni"), 0, usual=(-10, np.inf),
           what="a radiation", few=0.6),
    Bound(("wind speed", "windspeed", "wind gust", "windgust", "gust", "wind gusts", "wind"), 0, 410, usual=(0, 60),
           what="a wind speed", few=0.01,
           unless=("direction", "dir", "degrees", "deg", "bearing", "chill", "u", "v", "x", "y", "east", "north",
                   "component", "power", "load", "generation", "forecast", "mw", "kw")),
    Bound(("hours per week", "weekly hours", "hours week", "week hours", "work hours", "working hours"), 0, 168,
           usual=(5, 80), what="hours of a week", few=0.02, unless=("total", "month", "monthly", "year", "annual")),
    Bound(("rain", "rainfall", "precipitation", "precip", "prcp"), 0, 2_000, usual=(0, 50), few=0.01,
           what="an amount of rain",
           unless=("annual", "year", "yearly", "month", "monthly", "total", "days", "probability", "chance")),
    Bound(("duration", "tenure", "elapsed", "distance", "mileage", "odometer", "kilometers", "kilometres", "miles",
            "km", "speed", "windspeed", "rainfall", "precipitation", "snowfall", "rain", "visibility", "stay",
            "experience", "seconds", "minutes"),
           0, usual=(0, np.inf), what="a length of time, way or flow"),
    Bound(("vibration",), 0, usual=(0, np.inf), what="the size of a vibration", unless=("axis", "x", "y", "z")),
    Bound(("pressure bar", "bar pressure"), -1.1, usual=(0, np.inf), what="a pressure in bar"),
    Bound(("pages", "num pages", "page count"), 0, positive=True, dense=False, usual=(10, np.inf),
           what="a number of pages", few=0.05),
    Bound(("humidity", "hum", "rh"), 0, 100, positive=True, usual=(0, 100), what="a humidity"),
    Bound(("heart rate", "heartrate", "pulse", "pulse rate", "bpm", "thalach", "max hr", "maxhr"), 10, 300,
           usual=(30, 220), what="a heart rate"),
    Bound(("hrt",), 1, 300, usual=(30, 220), what="a heart rate", few=0.11),
    Bound(("respiratory rate", "respiration rate", "breathing rate", "resp rate"), 4, 100, usual=(8, 60),
           what="a rate of breathing"),
    Bound(("resp", "resprate", "rr"), 1, 120, usual=(8, 60), what="a rate of breathing", beside=_VITAL, few=0.11),
    Bound(("systolic", "trestbps", "ap hi", "sbp", "restingbp", "resting bp"), 40, 300, usual=(80, 200),
           what="a systolic blood pressure"),
    Bound(("diastolic", "ap lo", "dbp"), 20, 200, usual=(40, 130), what="a diastolic blood pressure"),
    Bound(("bloodpressure", "blood pressure", "bp"), 20, 300, usual=(40, 200), what="a blood pressure"),
    Bound(("meanbp", "mean bp"), 1, 300, usual=(40, 200), what="a blood pressure",
           few=0.11),
    Bound(("temperature", "temp", "air temperature", "tempmax", "tempmin", "maxtemp", "mintemp", "tmax", "tmin",
            "tavg"),
           -90, 60, usual=(-30, 35), what="a temperature of the air in degrees Celsius", few=0.01, beside=_WEATHER,
           unless=("body", "water", "oil", "process", "machine", "engine", "motor", "cpu", "coolant", "surface",
                   "ground", "soil", "rotor", "stator", "battery", "module", "panel", "furnace", "oven")),
    Bound(("pressure", "air pressure", "meanpressure", "mean pressure", "barometer", "slp", "mslp", "mbar", "hpa"),
           300, 1100, usual=(950, 1050), what="a pressure of the air in hectopascals", few=0.02, beside=_AIR),
    Bound(("mpg", "miles per gallon"), 3, usual=(15, 100), what="a number of miles per gallon", few=0.01),
    Bound(("bmi", "body mass index"), 10, 100, usual=(12, 60), what="a body mass index", few=0.35),
    Bound(("sodium", "serum sodium", "sod"), 80, 200, usual=(130, 150), what="a reading of a living person",
           beside=(*_BLOOD, "potassium", "pot"), few=0.02, of_persons=True, far=True),
    Bound(("potassium", "serum potassium", "pot"), 1, 30, usual=(3, 6), what="a reading of a living person",
           beside=(*_BLOOD, "sodium", "sod"), few=0.02, of_persons=True, far=True),
    Bound(("creatinine",), 0, 150, usual=(0.4, 5), what="a reading of a living person", few=0.02, far=True),
    Bound(("bilirubin",), 0, 150, usual=(0.2, 5), what="a reading of a living person", few=0.02, far=True),
    Bound(("hemoglobin", "haemoglobin"), 0, 50, usual=(7, 18), what="a reading of a living person", few=0.02,
           far=True),
    Bound(("albumin",), 0, 10, usual=(2.5, 5.5), what="a reading of a living person", few=0.02, far=True),
    Bound(("glucose", "cholesterol", "chol", "insulin", "skinthickness", "skin thickness", "hemoglobin",
            "creatinine", "platelets", "albumin", "sodium", "potassium"),
           0, positive=True, usual=(0, np.inf), what="a reading of a living person",
           unless=("daily value", "dv", "serving", "intake", "dietary"), of_persons=True),
    Bound(("spo2", "oxygen saturation"), 30, 100, usual=(60, 100), what="an oxygen saturation"),
    Bound(("ph",), 0, 14, positive=True, usual=(2, 13), what="a pH"),
    Bound(("percent", "percentage", "pct", "%", "perc"), 0, 100, usual=(0, 100), what="a percentage",
           unless=OF_ANOTHER),
    Bound(("productivity", "utilization", "utilisation", "completeness", "attendance"), 0, 1, usual=(0.3, 1),
           what="a share of the whole", few=0.11, mild=True),
    Bound(("probability", "prob"), 0, 1, usual=(0, 1), what="a probability"),
    Bound(("latitude", "lat"), -90, 90, usual=(-90, 90), what="a latitude"),
    Bound(("longitude", "lon", "lng"), -180, 180, usual=(-180, 180), what="a longitude"),
    Bound(("long",), -180, 180, usual=(-180, 180), what="a longitude", beside=("lat", "latitude")),
    Bound(("hour", "hours of day", "hr"), 0, 24, usual=(0, 23), what="an hour of the day", calendar=True,
           unless=("per", "hours", "worked", "week", "max", "rest", "resting", *_COUNTED)),
    Bound(("month", "mnth", "mo"), 0, 12, usual=(1, 12), what="a month of the year", calendar=True,
           unless=("in", "since", "per", "months", "duration", "of", "last", "min", "elapsed", "tenure", "number",
                   *_COUNTED)),
    Bound(("day of month", "dayofmonth", "day"), 0, 31, usual=(1, 31), what="a day of the month", calendar=True,
           unless=("in", "since", "per", "days", "duration", "last", "elapsed", "calls", "mins", "charge", "year",
                   "number", "of year", "minutes", "julian", *_COUNTED)),
    Bound(("weekday", "day of week", "dayofweek", "dow"), 0, 7, usual=(0, 7), what="a day of the week"),
    Bound(("minute", "second"), 0, 60, usual=(0, 59), what="a minute or second", unless=("per",)),
)  # fmt: skip


def of_places(name: str, columns: Iterable[str]) -> Iterator[Bound]:
    """Yield the bound of a place whose name ends so and has its twin: ``reclong`` beside ``reclat``."""
    plain = name.lower()
    for ends, twins, high, what in (
        (("longitude", "long", "lon", "lng"), ("latitude", "lat"), 180, "a longitude"),
        (("latitude", "lat"), ("longitude", "long", "lon", "lng"), 90, "a latitude"),
    ):
        stem = next((plain.removesuffix(end) for end in ends if plain.endswith(end)), None)
        if stem is not None and {stem + twin for twin in twins} & {c.lower() for c in columns}:
            yield Bound((), -high, high, what=what, few=0.02)
