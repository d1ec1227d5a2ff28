"""Expectations and their outcomes in plain words."""

from __future__ import annotations

from typing import Any

from .model import Expectation

__all__ = ["describe", "outcome_words"]

_TYPES = {"int64": "numbers", "bool": "yes/no values", "datetime64[ns]": "dates", "str": "text"}


def describe(expectation: Expectation) -> str:
    """Return what ``expectation`` asks for, as a clause: ``age lies between 0 and 110``."""
    kwargs = expectation.kwargs
    names = ", ".join(expectation.columns)
    match expectation.type.removeprefix("expect_"):
        case "table_columns_to_match_set":
            return f"the columns {_several(kwargs['column_set'])} are there"
        case "table_row_count_to_be_between":
            return f"there are between {kwargs['min_value']:,} and {kwargs['max_value']:,} rows"
        case "column_values_to_not_be_null":
            return f"{names} is filled{_share(expectation)}"
        case "column_values_to_be_unique":
            return _once("value", names, expectation)
        case "compound_columns_to_be_unique":
            return _once("combination", _several(expectation.columns), expectation)
        case "column_values_to_be_between":
            return f"{names} lies {_range(kwargs)}{_share(expectation)}"
        case "column_values_to_be_in_set":
            return f"{names} is one of {_several(kwargs.get('value_set', []))}{_share(expectation)}"
        case "column_values_to_match_regex":
            return f"{names} has the agreed form{_share(expectation)}"
        case "column_values_to_be_of_type":
            bare = ", without blanks around it" if "mostly" in expectation.meta else ""
            return f"{names} holds {_TYPES.get(str(kwargs.get('type_')), 'its type')}{bare}"
        case "column_values_to_be_in_type_list":
            return f"{names} holds {_TYPES.get(_first(kwargs), 'its type')}"
        case "column_pair_values_a_to_be_greater_than_b":
            return " is at or after ".join(expectation.columns) + _share(expectation)
        case "column_values_to_be_keys_of_table":
            return f"values of {names} are found in table {kwargs['table']}{_share(expectation)}"
        case other:
            return f"{other.replace('_', ' ')} holds for {names or 'the table'}"


def outcome_words(expectation: Expectation, status: str, unexpected: int, checked: int, note: str = "") -> str:
    """Return one sentence about how ``expectation`` fared."""
    asked = f"Expected that {describe(expectation)}"
    if status == "errored":
        return f"{asked}: this could not be judged, {note}."
    if status == "vacuous":
        return f"{asked}: there was no value to judge."
    if status == "passed":
        return f"{asked}: it does."
    if note:
        return f"{asked}: {note}."
    share = unexpected / checked if checked else 0.0
    return f"{asked}: {unexpected:,} of {checked:,} do not comply ({share:.1%})."


def _first(kwargs: dict[str, Any]) -> str:
    return str(kwargs.get("type_list", [""])[0])


def _once(what: str, names: str, expectation: Expectation) -> str:
    if expectation.mostly >= 1:
        return f"no {what} of {names} occurs twice"
    return f"{what}s of {names} occur once{_share(expectation)}"


def _share(expectation: Expectation) -> str:
    mostly = expectation.mostly
    return "" if mostly >= 1 else f" in at least {mostly:.2%} of rows"


def _range(kwargs: dict[str, Any]) -> str:
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is None:
        return f"at or below {_number(high)}"
    if high is None:
        return f"at or above {_number(low)}"
    return f"between {_number(low)} and {_number(high)}"


def _number(value: Any) -> str:
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return str(value).removesuffix("T00:00:00")


def _several(values: list[Any], limit: int = 6) -> str:
    shown = ", ".join(str(v)[:40] for v in values[:limit])
    return shown + (f" and {len(values) - limit} more" if len(values) > limit else "")
