"""Postcodes of five digits and of nine."""

from __future__ import annotations

from discovery.audit.checks.validity.zip_codes import two_lengths

FIVE = [60_601 + n % 40 for n in range(200)]


def test_postcodes_of_five_digits_and_of_nine(look):
    long = [606_051_996 + n for n in range(6)]
    (found,) = look(two_lengths, {"ZIP Code": [*FIVE, *long]})
    assert (found.kind, found.severity, found.rows_affected) == ("format_violation", "info", 6)
    assert [e.row for e in found.evidence] == [201, 202, 203, 204, 205]
    (found,) = look(
        two_lengths, {"ZIP Code": [*FIVE, None, None, 606_051_996]},
        unparsed={"ZIP Code": {201: "60602-3902", 202: "60661-3061"}},
    )  # fmt: skip
    assert found.rows_affected == 3
    texts = [str(n) for n in FIVE] + [f"{n}-1234" for n in FIVE[:80]]
    (found,) = look(two_lengths, {"zip": texts})
    assert found.rows_affected == 80


def test_other_codes_of_two_lengths(look):
    assert look(two_lengths, {"ZIP Code": FIVE}) == []
    assert look(two_lengths, {"price": [*FIVE, *range(606_051_996, 606_052_016)]}) == []
    assert look(two_lengths, {"zip": [*map(str, FIVE), "60602-3902", "60602-3903", "60602-3904"]}) == []
    assert look(two_lengths, {"zip": [*FIVE, *range(6_060, 6_100), *range(606_051_996, 606_051_999)]}) == []
