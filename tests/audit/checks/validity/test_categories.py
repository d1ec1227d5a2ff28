"""One category in several spellings; and categories that are only close."""

from __future__ import annotations

import numpy as np
import pytest

from discovery.audit.checks.validity.categories import variants
from discovery.audit.texts.spelling import abbreviations, folded, misspellings, plain

RNG = np.random.default_rng(9)


def test_folding():
    assert folded("  São-Paulo ") == folded("SAO PAULO") == "sao paulo"
    assert folded("C++") != folded("C")
    assert folded("!!!") == "!!!"
    assert folded(r"\nStrength") == folded(r"Strength\t") == "strength"
    assert plain("customers") == "customer"
    assert plain("class") == "class"


def variants_of(look, values, **how):
    found = look(variants, {"c": values}, **how)
    return {} if not found else found[0].details["variants"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Paris"] * 50 + ["paris", "PARIS "] + ["Rome"] * 30, {"paris": "Paris", "PARIS ": "Paris"}),
        (["Germany"] * 40 + ["Germny"] + ["France"] * 20, {"Germny": "Germany"}),
        (["New York"] * 40 + ["New-York"] * 2 + ["Boston"] * 20, {"New-York": "New York"}),
        (["customer"] * 40 + ["customers"] * 3 + ["lead"] * 20, {"customers": "customer"}),
        (["male"] * 40 + ["M"] * 10 + ["female"] * 40 + ["F"] * 9, {"M": "male", "F": "female"}),
        (["Male"] * 40 + ["M"] * 9 + ["Female"] * 9 + ["Male/Female"] * 3, {"M": "Male"}),
        (
            ["Male"] * 40 + ["M"] * 9 + ["Female"] * 9 + ["Male/Female"] * 3 + ["M/F"],
            {"M": "Male", "M/F": "Male/Female"},
        ),
        (["Yes"] * 40 + ["Y"] * 10 + ["no"] * 40, {"Y": "Yes"}),
        (
            ["Stark", "Tully", "Arryn", "Wildling"] * 9 + ["House Stark", "House Tully", "House Arryn"] * 4,
            {"House Stark": "Stark", "House Tully": "Tully", "House Arryn": "Arryn"},
        ),
        (["Zürich"] * 30 + ["Zurich"] * 2 + ["Bern"] * 10, {"Zurich": "Zürich"}),
        (["Crypto Currency"] * 2 + ["CryptoCurrency"] + ["Retail"] * 20, {"CryptoCurrency": "Crypto Currency"}),
        (["Seed / Angel"] * 40 + ["Seed/Angel"] * 20 + ["Debt"] * 20, {"Seed/Angel": "Seed / Angel"}),
        (["Stratovolcano"] * 40 + ["Stratovolcanoes"] * 3 + ["Maar"] * 9, {"Stratovolcanoes": "Stratovolcano"}),
        (["Jordan", "Iraq", "Egypt", "Syria"] * 9 + ["venzuela"], {"venzuela": "Venezuela"}),
        (["audi", "bmw", "fiat", "saab", "opel"] * 9 + ["peugot"] * 20, {"peugot": "peugeot"}),
        (["Audi", "BMW", "Fiat", "Saab", "Acura"] * 9 + ["Accura"] * 8, {"Accura": "Acura"}),
        (["audi", "bmw", "fiat", "saab", "opel"] * 9 + ["alfa-romero"] * 3, {"alfa-romero": "alfa-romeo"}),
        (["Ohio", "Iowa", "Utah", "Texas", "Maine"] * 9 + ["Conneticut"] * 9, {"Conneticut": "Connecticut"}),
        (["January", "March", "April", "June", "July"] * 9 + ["Febuary"] * 9, {"Febuary": "February"}),
        (["Multiple arrests", "Mulitple arrests", "Multiple"], {"Mulitple arrests": "Multiple arrests"}),
        (["Whitefield"] * 4 + ["Yelahanka"] * 5 + ["Whitefiled"] * 2, {"Whitefiled": "Whitefield"}),
        (["Bangalore"] * 60 + ["Bengaluru"] * 14 + ["Mumbai"] * 90, {"Bengaluru": "Bangalore"}),
        (["St. Petersburg"] * 9 + ["Leningrad"] * 4 + ["Minsk"] * 9, {"Leningrad": "St. Petersburg"}),
        (["USA"] * 30 + ["United States"] * 9 + ["U.S.A."] + ["Peru"], {"United States": "USA", "U.S.A.": "USA"}),
    ],
)
def test_planted(look, values, expected):
    assert variants_of(look, values) == expected


@pytest.mark.parametrize(
    "values",
    [
        ["Male", "M", "Female", "Male/Couple"] * 9,
        ["Manager", "Clerk", "Planner", "City Manager", "City Clerk", "City Planner", "Hotel Manager"] * 9,
        ["Manager", "Clerk", "Planner", "Senior Manager", "Senior Clerk", "Senior Planner"] * 9,
        ["Lenox", "Derry", "Cavan", "House Lenox", "House Derry"] * 9,
    ],
)
def test_words_that_tell_values_apart(look, values):
    assert variants_of(look, values) == {}


def test_sentences_to_choose_from_may_differ_in_a_comma(look):
    plain_, serial = "honest kind plus loyal man", "honest kind, plus loyal man"
    assert variants_of(look, [serial] * 60 + [plain_] * 40) == {}
    assert variants_of(look, [serial] * 98 + [plain_] * 2) == {plain_: serial}
    assert variants_of(look, [serial] * 60 + [serial.upper()] * 40) == {serial.upper(): serial}


def test_a_name_of_a_list_that_is_misspelt_throughout_is_minor(look):
    makes = ["Audi", "BMW", "Fiat", "Saab", "Opel"] * 9 + ["Suburu"] * 30
    (found,) = look(variants, {"make": makes})
    assert (found.severity, found.rows_affected) == ("minor", 30)


@pytest.mark.parametrize(
    "values",
    [
        ["Audi", "BMW", "Lexus", "Lotus", "Mercury", "Chery", "Chevy"],
        ["Ohio", "Oregon", "Delaware", "Marion", "Cook", "Mayne", "Washington"],
        ["Honda", "Hondo", "Toyota", "Seattle", "Tacoma", "Boise", "Provo"],
        ["R\ufffdunion", "Ghana", "Mali", "Togo", "Benin"],
        ["Côte d'Ivoire", "Ghana", "Mali", "Togo", "Benin"],
        ["AS Bhandari", "SA Bhandari", "Iron sLH part", "Iron sHL part", "diet", "edit"],
        ["Januar", "Februar", "April", "August", "September", "Oktober", "November"],
    ],
)
def test_names_that_are_only_close_to_one_of_a_list(look, values):
    assert variants_of(look, values * 9) == {}


def test_a_misspelt_word_in_a_name(look):
    models = (
        [f"chevrolet m{i}" for i in range(40)] + [f"toyota t{i}" for i in range(40)] + ["toyouta t3", "chevroelt x"]
    )
    found = variants_of(look, models * 2)
    assert found == {"toyouta t3": "toyota t3", "chevroelt x": "chevrolet x"}


def test_the_right_form_is_written_as_the_column_writes(look):
    titles = ["CLERK", "NURSE", "LIQUOR BOARD", "PAINTER", "LICENSED"]
    values = [f"{t} {k}" for t in titles for k in "III IV VI AIDE (LEAD)".split() for _ in range(9)]
    values += ["LIQUOUR BOARD SEC.", "PRINTER LIBRARY", "LICENSE INSPECTOR", "Nurse Aide"]
    planes = [f"McDonnell {k}" for k in range(60)] + [f"Cessna {k}" for k in range(60)]
    planes += ["McDonnel X-7", "MDonnell F-4 (jet)", "Cesna 9"]
    assert variants_of(look, planes * 2) == {
        "McDonnel X-7": "McDonnell X-7",
        "MDonnell F-4 (jet)": "McDonnell F-4 (jet)",
        "Cesna 9": "Cessna 9",
    }
    assert variants_of(look, values) == {"LIQUOUR BOARD SEC.": "LIQUOR BOARD SEC.", "Nurse Aide": "NURSE AIDE"}


def test_codes_of_capitals_are_not_misspelt(look):
    ports = ["AKL", "SIN", "SGN", "RGN", "MEL", "MLE", "ICN", "CGK"]
    routes = [a + b for a in ports for b in ports if a != b]
    values = [r for i, r in enumerate(routes) for _ in range(400 if i % 3 else 5)]
    assert variants_of(look, values) == {}
    assert variants_of(look, [*values, "melsgn"]) == {"melsgn": "MELSGN"}


@pytest.mark.parametrize(
    "values",
    [
        ["male"] * 40 + ["female"] * 4,
        ["New York Mets"] * 40 + ["New York Jets"] * 3 + ["Boston Red Sox"] * 30,
        ["Lava dome"] * 40 + ["Lava cone"] * 4 + ["Cinder pit"] * 9,
        ["Data Analyst"] * 40 + ["Data Analyst I"] + ["Clerk"] * 40,
        ["Ariane 5 G"] * 40 + ["Ariane 5 GS"] * 3 + ["Atlas IIAS"] * 40 + ["Atlas IIA"] * 3,
        ["HRDT"] * 900 + ["ARV"] * 90 + ["MRDT"] * 3,
        ["Nephrology"] * 900 + ["Neurology"] * 60 + ["Surgery"] * 9000 + ["Urology"] * 4000,
        ["GB"] * 20 + ["UK"] * 3 + ["LH", "BA", "AF", "KL"] * 9,
        ["Mumbai"] * 40 + ["Bengaluru"] * 30 + ["Chennai"] * 20 + ["Kolkata"] * 9,
        ["North Korea"] * 3 + ["South Korea"] * 90,
        ["Austria"] * 3 + ["Australia"] * 90,
        ["Niger"] * 2 + ["Nigeria"] * 60,
        ["type 1"] * 90 + ["type 2"] * 3,
        ["A201"] * 90 + ["A202"] * 3,
        ["yes"] * 50 + ["no"] * 50 + ["maybe"],
        ["Monday"] * 50 + ["Sunday"] * 5,
        ["internal"] * 50 + ["external"] * 3,
        ["<=50K"] * 50 + [">50K"] * 50,
        ["A+"] * 20 + ["A-"] * 20 + ["A"] * 5,
        ["Married"] * 50 + ["Unmarried"] * 2,
        ["S", "s1", "M", "L"] * 20,
    ],
)
def test_values_that_are_only_close(look, values):
    assert look(variants, {"c": values}) == []


def test_counties_that_are_close_are_not_each_others_misspelling(look):
    counties = [
        "Monroe",
        "Marion",
        "Boone",
        "Benton",
        "Jackson",
        "Clay",
        "Union",
        "Lake",
        "Polk",
        "Grant",
        "Fulton",
    ]
    values = [f"{c} County" for c in counties] * 20 + [
        f"{c} County" for c in ("Morrow", "Morton", "Boise", "Bronx")
    ]
    assert look(variants, {"county_name": values}) == []


def test_many_values_are_compared_but_for_spelling_mistakes(look):
    cities = [f"Town {chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{chr(97 + i // 676)}x" for i in range(6000)]
    (found,) = look(variants, {"City": cities * 3 + ["TOWN AAAX", "Town bqaax"]})
    assert found.details["variants"] == {"TOWN AAAX": "Town aaax"}


def test_legal_forms_are_left_out_of_the_names_of_firms(look):
    values = ["Airbus Industrie"] * 40 + ["Airbus"] * 30 + ["Embraer"] * 30
    (found,) = look(variants, {"manufacturer": values})
    assert (found.severity, found.details["variants"]) == ("minor", {"Airbus": "Airbus Industrie"})
    assert look(variants, {"model": ["Skylark"] * 40 + ["Skylark Limited"] * 9}) == []


def test_codes_of_a_language_are_one(look):
    values = ["eng"] * 60 + ["en"] * 4 + ["ara"] * 9 + ["fre"] * 7
    assert look(variants, {"language_code": values})[0].details["variants"] == {"en": "eng"}
    assert look(variants, {"code": values}) == []


def test_names_of_persons_differ_by_accents(look):
    values = ["Anna Gómez", "Anna Gomez", "Peter Smith", "Maria Garcia", "John Miller", "Laura Jones"] * 5
    assert look(variants, {"full_name": values}) == []
    assert look(variants, {"full_name": [*values, "anna gomez"]})[0].rows_affected == 1


def test_text_that_is_no_category_is_left_alone(look):
    assert look(variants, {"c": [f"Person {i}" for i in range(200)]}) == []
    assert look(variants, {"n": [1, 2, 3]}) == []


def test_the_share_sets_the_severity_and_personal_values_are_hidden(look):
    values = ["Paris"] * 50 + ["paris"] * 30
    assert look(variants, {"c": values})[0].severity == "major"
    found = look(variants, {"c": values}, personal=["c"])[0]
    assert "aris" not in found.summary
    assert found.fix is None
    assert found.details == {}


def test_misspellings_need_a_frequent_word():
    assert misspellings({"mazda": 10, "maxda": 2}, ratio=4) == [("maxda", "mazda")]
    assert misspellings({"mazda": 10, "maxda": 9}) == []
    assert misspellings({"abcd": 90, "abce": 1}) == []


def test_abbreviations_count_as_spellings(look):
    values = ["Low Fat"] * 80 + ["Regular"] * 60 + ["LF"] * 9 + ["reg"] * 5
    assert variants_of(look, values) == {"LF": "Low Fat", "reg": "Regular"}


@pytest.mark.parametrize(
    "counts",
    [
        {"high": 5, "highway": 50, "city": 40},
        {"reg": 5, "regular": 50, "regional": 40},
        {"reg": 45, "regular": 50, "other": 40},
        {"lf": 5, "low fat": 50},
        {"ny": 3, "nj": 4, "new york": 2, "new jersey": 2},
        {"single": 40, "married": 50, "divorced": 9},
    ],
)
def test_not_every_short_form_is_an_abbreviation(counts):
    assert abbreviations(counts) == []


def test_islands_lie_not_inland(look):
    assert variants_of(look, ["INLAND"] * 900 + ["NEAR BAY"] * 300 + ["ISLAND"] * 3) == {}


def test_surnames_are_no_plurals(look):
    names = ["Wood", "Miller", "Smith", "Taylor", "Walker", "Baker", "Clark", "Turner", "Cooper", "Hughes"]
    assert look(variants, {"surname": names * 30 + ["Woods"] * 20 + ["Millers"] * 3}) == []


def test_slips_in_a_column_of_two_words(look):
    values = ["yes"] * 700 + ["no"] * 290 + ["yxs"] * 4 + ["xes"] * 3 + ["maybe"] * 3
    assert variants_of(look, values) == {"yxs": "yes", "xes": "yes"}
    assert variants_of(look, ["cat"] * 400 + ["dog"] * 300 + ["cow"] * 300 + ["car"] * 3) == {}
    assert variants_of(look, ["own"] * 500 + ["rent"] * 480 + ["other"] * 9) == {}


def test_towns_of_similar_names_are_towns(look):
    towns = [f"{a}{b}" for a in ("green", "brook", "ash", "oak", "wood", "lake", "mill", "stone", "clay", "fair",
             "wind", "rock", "salt", "snow", "hay", "elk", "fox", "bear") for b in ("ville", "ton", "field", "port",
             "bury", "ham", "dale", "ford", "burg", "mouth", "haven", "land")]  # fmt: skip
    cells = [t for t in towns for _ in range(9)] + ["granville", "Greeneville", "Elkins", "Elkin"]
    assert look(variants, {"city": cells}) == []
    found = look(variants, {"city": [*cells, *["brookton"] * 40, "brokton"]})
    assert [f.rows_affected for f in found] == [1]


def test_versions_and_related_words_are_not_spellings(look):
    versions = ["1.0", "10", "1.1", "11", "2.0", "20", "1,01", "101"] * 20
    assert look(variants, {"version": versions}) == []
    words = ["education"] * 300 + ["medical"] * 200 + ["sports"] * 200 + ["educational"] * 3
    assert look(variants, {"genre": words}) == []


def test_what_a_syllable_denies_is_no_misspelling(look):
    words = ["very favorably"] * 300 + ["somewhat"] * 200 + ["very unfavorably"] * 2
    assert look(variants, {"opinion": words}) == []


def test_numbered_things_are_codes(look):
    cells = [f"item {i:04d}" for i in range(500) for _ in range(2)]
    assert look(variants, {"product": cells}) == []
    (finding,) = look(variants, {"product": [*cells, "Item 0007", "item  0008"]})
    assert finding.rows_affected == 2


def test_signs_that_differ_by_case_on_purpose(look):
    vowels = [v for v in ("hid", "hId", "hed", "hEd", "had", "hAd", "hYd") for _ in range(90)]
    assert look(variants, {"Class": vowels}) == []
    (found,) = look(variants, {"fat": [v for v in ("Low", "low", "Regular", "regular") for _ in range(90)]})
    assert found.rows_affected == 180


def test_words_for_missing_in_two_cases(look):
    (found,) = look(
        variants, {"info": ["keine Angabe"] * 80 + ["Keine Angabe"] * 3 + ["Menü"] * 20 + ["N/A", "n/a"]}
    )
    assert (found.rows_affected, found.details["variants"]) == (3, {"Keine Angabe": "keine Angabe"})


def test_short_values_that_are_mistyped(look):
    states = ["KY"] * 300 + ["IN"] * 60 + ["Y"] * 3 + ["YK", "KnY", "KZ"]
    assert variants_of(look, states) == {"Y": "KY", "YK": "KY", "KnY": "KY", "KZ": "KY"}


@pytest.mark.parametrize(
    "values",
    [
        ["KY"] * 300 + ["IN"] * 60 + ["NY", "KS", "OH", "OK"],
        ["II"] * 300 + ["III"] * 60 + ["I", "IV", "VI"],
        ["NE"] * 200 + ["SW"] * 200 + ["N", "S", "E", "W", "SE"],
        ["XL"] * 200 + ["XS"] * 200 + ["L", "S", "M", "XXL"],
        ["AB"] * 300 + ["A", "B", "DE", "FG", "HI", "JK"],
    ],
)
def test_short_values_are_close_by_nature(look, values):
    assert variants_of(look, values) == {}


def test_slips_beside_digits_and_in_the_first_letter(look):
    values = ["24 hours daily"] * 60 + ["8 hours daily"] * 40 + ["24 huors daily", "24 hous daily", "4 hours daily"]
    assert variants_of(look, values) == {"24 huors daily": "24 hours daily", "24 hous daily": "24 hours daily"}
    towns = (
        ["Chesapeake"] * 90 + ["Norfolk"] * 30 + ["Chesapeae", "Chesapeke", "hesapeake", "hCesapeake", "fNorfolk"]
    )
    assert set(variants_of(look, towns)) == {"Chesapeae", "Chesapeke", "hesapeake", "hCesapeake", "fNorfolk"}
    assert variants_of(look, ["emotion"] * 90 + ["motion"] * 2 + ["notion"] * 30) == {}


def test_long_texts_that_repeat_are_categories(look):
    long = "Healthcare Associated Infection Surgical Site Infection Acute Care Hospital Category"
    assert variants_of(look, [long] * 90 + [long.replace("Associated", "Assocaited")] + ["None of these"] * 20)
    notes = [
        f"The bird hit engine {i} at {7 * i} feet, and the pilot came back to the airport." for i in range(400)
    ]
    assert variants_of(look, ["BIRDSTRIKE"] * 60 + ["Birdstrike"] * 5 + notes) == {}
    assert variants_of(look, ["BIRDSTRIKE"] * 60 + ["Birdstrike"] * 5 + notes[:150])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["Normal"] * 40 + ["Normal Weight"] * 9 + ["Obese"] * 9, {"Normal Weight": "Normal"}),
        (["NOT RATED"] * 40 + ["UNRATED"] * 9 + ["R"] * 9, {"UNRATED": "NOT RATED"}),
        (
            ["steel", "concrete"] * 40 + ["steel/concrete"] * 9 + ["concrete/steel"] * 5,
            {"concrete/steel": "steel/concrete"},
        ),
    ],
)
def test_what_says_the_same_in_other_words_is_minor(look, values, expected):
    (found,) = look(variants, {"c": values})
    assert (found.severity, found.details["variants"]) == ("minor", expected)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("c", ["high", "high school", "college"]),
        ("c", ["steel/concrete", "concrete/steel", "wood"]),
        ("route", ["Rome", "Oslo", "Rome/Oslo", "Oslo/Rome"]),
        ("c", ["rated", "unrated", "interested", "not relevant"]),
        ("dept", ["Southeast Service Area"] + ["Southwest Service Area"] * 30),
    ],
)
def test_words_that_say_something_else(look, name, values):
    assert look(variants, {name: values + ["other"] * 20}) == []


def test_a_word_that_other_values_have_is_no_slip(look):
    films = ["Short,Drama", "Short,Comedy", "Short"] * 30 + ["Sport", "Sport,Thriller", "Drama,Sport"]
    films += ["Comedy,Sport", "Action,Sport", "Crime,Sport", "Drama,Crime"]
    assert look(variants, {"genres": films}) == []


def test_towns_in_two_ways_of_spelling_are_two(look):
    towns = ["Centreville", "Centerville", "Boston", "Dover"] * 2
    assert look(variants, {"city": towns}) == []
    assert len(look(variants, {"stop": towns})) == 1


@pytest.mark.parametrize(
    ("column", "values", "rows"),
    [
        ("country", ["DE", "AT", "FR", "IT"] * 50 + ["Germany", "Autriche", "FRA"], 3),
        ("contract", ["one year", "two years", "monthly"] * 50 + ["1 year", "2 years"], 2),
        ("region", ["Nord", "Süd", "Ost", "Mitte"] * 50 + ["Sued"] * 7, 7),
        ("gender", ["male", "female"] * 50 + ["männlich", "weiblich"] * 3, 6),
        ("origin", ["München", "Köln", "Berlin"] * 50 + ["Munich", "Cologne"], 2),
        ("make", ["Volkswagen", "Opel", "Audi"] * 50 + ["VW"] * 9, 9),
    ],
)
def test_names_of_one_thing_in_other_words(look, column, values, rows):
    (found,) = look(variants, {column: values})
    assert found.rows_affected == rows
    assert [e.row for e in found.evidence][:1] == [len(values) - rows + 1]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("country", ["DE", "AT", "FR", "IT"] * 50 + ["CH"]),
        ("code", ["DE", "AT", "FR", "Germany"] * 50),
        ("term", ["one year", "2 years", "three months"] * 50),
        ("name", ["Sued", "Samuel", "Manuel"] * 50),
        ("city", [f"town {chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(80)] * 2 + ["Rome", "Roma"]),
        ("answer", ["oui", "maybe", "later"] * 50),
    ],
)
def test_names_of_several_things(look, column, values):
    assert look(variants, {column: values}) == []


def test_a_letter_doubled_or_lost_in_a_few_levels(look):
    (found,) = look(variants, {"parking": [*["Yes", "No"] * 400, "Noo", "Noo"]})
    assert found.details["variants"] == {"Noo": "No"}
    (found,) = look(variants, {"street": [*["Paved", "Gravel"] * 400, *["Pavd"] * 6]})
    assert found.details["variants"] == {"Pavd": "Paved"}


@pytest.mark.parametrize(
    ("usual", "rare"),
    [(["L", "XL"], "XXL"), (["vi", "xi"], "vii"), (["BA", "AB"], "BAA"), (["Met", "Not"], "Meat")],
)
def test_levels_that_are_but_alike(look, usual, rare):
    assert look(variants, {"level": [*usual * 400, *[rare] * 6]}) == []


def test_a_doubled_letter_that_is_usual(look):
    assert look(variants, {"crop": [*["Beet", "Corn", "Bet"] * 100]}) == []


def test_a_name_with_a_note_behind_it_is_the_name(look):
    values = (
        ["Acme Air"] * 60 + ["Acme Air - Pre 07/01/2013"] * 40 + ["Borealis"] * 50 + ["Borealis (do not use)"] * 5
    )
    (found,) = look(variants, {"carrier": values + ["Cirrus"] * 20})
    assert found.details["variants"] == {
        "Acme Air - Pre 07/01/2013": "Acme Air",
        "Borealis (do not use)": "Borealis",
    }
    assert found.severity == "minor"


def test_what_tells_two_things_apart_is_no_note(look):
    values = (
        ["Acme Air"] * 60
        + ["Acme Air - North"] * 40
        + ["smoker"] * 50
        + ["smoker (former)"] * 30
        + ["until 2013"] * 9
    )
    assert look(variants, {"carrier": values + ["Cirrus"] * 20}) == []
