"""Semantic types: what the values of a column stand for."""

from __future__ import annotations

from .detect import semantic_of_values, semantic_type

__all__ = ["PERSONAL", "SEMANTICS", "semantic_of_values", "semantic_type"]

SEMANTICS = (
    "email", "phone", "person_name", "address", "iban", "card", "ip", "national_id", "url", "uuid", "postcode",
    "country", "currency", "date_part", "latitude", "longitude", "percentage", "category", "identifier",
    "measure", "free_text", "birth_date",
)  # fmt: skip

PERSONAL = frozenset(
    {"email", "phone", "person_name", "address", "iban", "card", "ip", "national_id", "birth_date"}
)
