"""Cells that were mistyped, and columns that are written in many ways on purpose."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from discovery.audit.checks.validity.categories import variants
from discovery.audit.checks.validity.typos import mistyped, overwritten, urls
from discovery.audit.texts.replaced import replaced
from discovery.audit.texts.typos import broken_words, odd_forms, scattered_slips, slipped_words

RNG = np.random.default_rng(7)
STREETS = ["MAIN STREET", "OAK AVENUE", "MILL ROAD", "CHURCH LANE", "DIXIE HIGHWAY", "MARKET SQUARE"]


def test_small_letters_within_capitals(look):
    cells = [f"{n} {STREETS[n % 6]}" for n in range(200)]
    cells[10], cells[50], cells[90] = "10 CHURCH LAxNE", "50 MILpL ROAD", "90 MAIN STREeET"
    (found,) = look(mistyped, {"place": cells})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "minor", 3)
    assert [e.row for e in found.evidence] == [11, 51, 91]


def test_letters_swapped_with_the_first_or_a_blank():
    towns = ["Eagle Peak", "Kiowa Hill", "Mills Creek", "Baker Canyon", "Round Mesa"] * 20
    wrong = ["iKowa Hill", "Eagl ePeak", "Rroun dMesa", "Mill sCreek"]
    assert broken_words(dict.fromkeys([f"{t} {n}" for n, t in enumerate(towns)], 1) | dict.fromkeys(wrong, 1)) == [
        "Eagl ePeak",
        "Mill sCreek",
        "Rroun dMesa",
        "iKowa Hill",
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["Apple iPad", "Google eBook", "Sony dCam", "Mining xTool"],
        ["GlyphX Games", "GrowX Ventures", "CokeM Interactive", "ArmA Studio", "PowerA Limited"],
        ["Braun GmbH", "Kraus GmbH", "Holz GmbH"],
    ],
)
def test_names_that_are_written_so_are_none(names):
    firms = [f"{a} {b}" for a in ["North", "South", "Blue", "Green", "Old"] for b in ["Media", "Works", "Foods"]]
    assert broken_words(dict.fromkeys(firms * 3 + names, 1)) == []


def test_titles_that_are_written_so_are_none():
    titles = [
        f"{a} {b} {c}" for a in ["Red", "Blue", "Lost"] for b in ["Moon", "Sky"] for c in ["Girl", "Tale", "War"]
    ]
    odd = ["School DxD", "School DxD New", "School DxD Born", "DearS", "Sailor SuperS", "BorN"]
    odd += ["Hotaru Mori e", "Kimi e", "Kanata e", "Mirai e"]
    assert broken_words(dict.fromkeys(titles * 9 + odd, 1)) == []
    typed = ["Red Moon kGirl", "eRd Sky Tale", "Blue Moon Taleg", "lBue Sky War", "oLst Moon Girl", "Rde kSy War"]
    assert {"eRd Sky Tale", "lBue Sky War", "oLst Moon Girl"} <= {
        *broken_words(dict.fromkeys([*titles, *odd, *typed], 1))
    }


def test_scottish_names_in_capitals_are_none():
    names = dict.fromkeys([*STREETS, "McDONALD ROAD", "LaSALLE STREET", "DeSOTO AVENUE", "MAIN STREETs"], 2)
    assert broken_words(names) == []


def test_short_values_of_few_kinds(look):
    cells = ["8AM"] * 40 + ["6PM"] * 30 + ["8kAM", "8MA", "t8AM", "8A", "6zPM", "6P"]
    (found,) = look(variants, {"start": cells})
    assert (found.kind, found.rows_affected) == ("inconsistent_category", 6)


@pytest.mark.parametrize(
    "counts",
    [
        {"A": 90, "B": 60, "AB": 3, "BA": 2, "AA": 2, "BB": 1, "AC": 1},
        {"M54": 50, "M54.5": 30, "M54.2": 3, "M54.9": 2, "M54.1": 1, "M54.4": 1, "M54.8": 1},
        {"N": 50, "NE": 4, "NW": 4, "NNE": 1, "NNW": 2, "S": 40, "SE": 3, "SSE": 2},
        {"I": 50, "II": 40, "III": 5, "IV": 4, "V": 2, "VI": 1, "VII": 1},
        {"small": 50, "large": 40, "smallish": 1, "middle": 1, "huge": 2, "tiny": 1, "vast": 1},
    ],
)
def test_codes_that_are_close_by_nature_are_no_slips(counts):
    assert scattered_slips(counts) == {}


def test_words_close_to_a_frequent_one(look):
    cells = [f"{n} North Mountain" for n in range(300)]
    cells[5], cells[100], cells[200] = "5 North Mountian", "100 North Mounntain", "200 North Moutain"
    (found,) = look(mistyped, {"place": cells})
    assert found.rows_affected == 3
    assert slipped_words(dict.fromkeys(cells, 1))["5 North Mountian"] == "5 North Mountain"


def test_one_close_word_is_another_word():
    cells = [f"County {n}" for n in range(300)] + ["Country 1", "Country 2", "Counties 3", "Bounty 4"]
    assert slipped_words(dict.fromkeys(cells, 1)) == {}


def test_codes_with_a_sign_out_of_place(look):
    codes = [f"{RNG.integers(30, 40)}10{i % 9}-{'ABCDEF'[i % 6]}{i % 8}" for i in range(300)]
    codes[:7] = ["33c104-E3", "36104E-4", "-36105B1", "3510A-2z", "36104-4", "361k05-F1", "36104-aE4"]
    (found,) = look(mistyped, {"sheet": codes})
    assert set(found.details["values"]) >= {"33c104-E3", "-36105B1", "361k05-F1"}


def test_codes_that_count_on_or_are_written_in_two_ways():
    counting = pl.DataFrame({"v": [f"R{n}" for n in range(1, 1200)], "n": 1})
    assert odd_forms(counting) is None
    ways = [f"{n}-A" for n in range(80)] + [f"{n}A" for n in range(15)] + ["1-AA", "2-AB", "3-9A"]
    assert odd_forms(pl.DataFrame({"v": ways, "n": 1})) is None
    streets = pl.DataFrame({"v": [f"{n} Oak St" for n in range(80)] + [f"{n} N. Elm St" for n in range(9)], "n": 1})
    assert odd_forms(streets) is None


def test_codes_of_letters_and_digits_drawn_by_chance_are_sound():
    rng = random.Random(3)
    signs = {"9": "0123456789", "A": "ABCDEFGHKL"}
    firsts = rng.choices(["06", "14", "DU", "QH", "E1"], [30, 30, 30, 30, 2], k=800)
    tails = rng.choices(["9999", "A9AA", "A99A", "A9A9", "A999"], [64, 16, 9, 7, 4], k=800)
    drawn = ["".join(rng.choice(signs[c]) for c in tail) for tail in tails]
    codes = [f"AB-{first}-{tail}" for first, tail in zip(firsts, drawn, strict=True)]
    assert odd_forms(pl.DataFrame({"v": sorted(set(codes)), "n": 1})) is None
    plain = [f"AB-{rng.choice(['06', 'DU'])}-{rng.randrange(1000, 9999)}" for _ in range(800)]
    odd = ["AB-0x6-1234", "AB-DU-12k34", "AB06-5678", "-AB-06-4321", "AB-06-543p2", "kAB-DU-77"]
    _, found = odd_forms(pl.DataFrame({"v": sorted({*plain, *odd}), "n": 1}))
    assert set(found) == set(odd)


def test_prose_is_left_alone(look):
    praise = "it was a very good product, and I would buy it again any time, thank you all so much for it"
    words = ["prompt", "promt", "prrompt", "pormpt"] * 30
    texts = [f"Review {n}: {praise}, {w} delivery" for n, w in enumerate(words)]
    assert look(mistyped, {"review": texts}) == []


def test_addresses_of_the_web(look):
    links = [f"http://www.x{n}.org/a" for n in range(40)] + ["www.y.org", "x.org/b", "https://z.org", "n/a"]
    assert look(urls, {"link": links}) == []
    links[3], links[7], links[9] = "http/:/www.x3.org", "htp://www.x7.org/a", "http//x9.org"
    (found,) = look(urls, {"link": links})
    assert (found.kind, found.rows_affected) == ("format_violation", 3)


def test_what_is_told_otherwise_is_not_told_again(look):
    cells = [f"({200 + n}) 555-01{n % 90 + 10}" for n in range(200)]
    cells[:12] = [
        "(200d 555-0110",
        "(201) 555-011",
        "202) 555-0112",
        "(203) 5x55-0113",
        "(204) 555 0114",
        "(205)555-0115",
    ] * 2
    told = {f.kind for f in look(mistyped, {"line": cells})}
    assert told == set()


def test_formulas_in_signs_are_no_words():
    """Molecules as SMILES: runs of one letter are rings and chains, not words."""
    words = {f"ccccc {i}": 1 for i in range(40)} | {"cccc 1": 1, "cccccc 2": 1, "cccncc": 1, "ccnccc": 1}
    assert slipped_words(words) == {}


CODES = ["scip-inf-1", "scip-vte-2", "ami-3", "hf-4", "pn-5c"]


def test_letters_overwritten_by_one_letter_are_found_in_codes_and_addresses(look):
    codes = [CODES[n % 5] for n in range(300)]
    streets = [f"{100 + n % 9} {STREETS[n % 6].lower()}" for n in range(300)]
    for row, wrong in (
        (3, "hx-4"),
        (8, "xf-4"),
        (13, "hfx4"),
        (52, "axi-3"),
        (57, "scxp-vte-2"),
        (100, "sxip-xnf-1"),
    ):
        codes[row] = wrong
    for row in (5, 40, 77, 120, 201, 260):
        at = row % 7 + 4
        streets[row] = streets[row][:at] + "x" + streets[row][at + 1 :]
    found = {f.columns[0]: f for f in look(overwritten, {"measure": codes, "address": streets})}
    assert set(found) == {"measure", "address"}
    assert (found["measure"].kind, found["measure"].severity) == ("inconsistent_category", "minor")
    assert found["measure"].rows_affected == 6
    assert found["measure"].details["variants"]["sxip-xnf-1"] == "scip-inf-1"


def test_codes_that_hold_a_letter_for_what_it_means_are_sound(look):
    sound = [f"{a}{b}-{c}" for a in "AB" for b in "CX" for c in "12345"] * 12
    rare = ["AX-6", "BX-7", "AX-8", "BX-9", "XC-1", "XX-2"]
    assert look(overwritten, {"code": sound + rare}) == []
    assert replaced({"north": 90, "south": 80, "nxrth": 1, "sxuth": 1}) == {}
    assert replaced({f"model {c}": 20 for c in "ABCDEFG"} | {f"model {c}": 1 for c in "HIJKLMNX"}) == {}
