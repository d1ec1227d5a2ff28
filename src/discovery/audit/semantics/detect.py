"""From values and a name to a semantic type.

Method: values decide, names are evidence. Each detector gives the share of the distinct values that keep the
rules of a type (a shape, and a checksum where the type has one); a hint in the column's name lowers the share asked
for. Types without rules of their own (a family name, a birth date) need the name. The approach is that of Sherlock
(Hulsebos et al., KDD 2019) with rules instead of a learned model, so that it is the same everywhere and needs no
training data.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from . import patterns
from .facts import MAX_VALUES, Facts, share
from .numeric import may_be_digits, numeric
from .textual import DETECTORS
from .words import fold, hints

if TYPE_CHECKING:
    from ...intake.table import Table
    from ..profiling.profile import ColumnProfile

__all__ = ["MARK", "MARKED", "semantic_of_values", "semantic_type"]

SAMPLED_ROWS = 4000
_FIRST, _LAST = frozenset({"first", "given"}), frozenset({"last", "family"})
MARK, MARKED, FEWEST_MARKED = "[-*•·~|>_]", 0.98, 20
"""Signs that a list, a quotation or a tool sets before each entry, and in what share of 20 texts or more."""
ROUNDED, FEW_ROUNDED = 1e11, 0.01
"""From where on a spreadsheet shows numbers with an exponent, and the least share of cells written either way."""


def semantic_type(profile: ColumnProfile, table: Table) -> tuple[str | None, float]:
    """Return what a column of ``table`` stands for, judged on a sample, and how sure that is."""
    present = table.frame[profile.name]
    name = _with_neighbours(profile.name, table)
    if present.dtype.is_nested():
        return None, 0.0
    if profile.type != "text" and not may_be_digits(profile):
        return semantic_of_values(name, profile.type, present.clear(), profile)
    if _grouped_mobiles(profile, table):
        return "phone", 0.7
    if _rounded_codes(profile, table):
        return "identifier", 0.8
    if profile.missing:
        present = present.drop_nulls()
    sample = present.gather_every(max(1, len(present) // SAMPLED_ROWS))
    return semantic_of_values(name, profile.type, sample.unique(maintain_order=True), profile)


def _with_neighbours(name: str, table: Table) -> str:
    """Return the name of a column, made plain where the one beside it is needed to read it: FIRST, LAST."""
    own = fold(name.strip())
    if own in _FIRST | _LAST:
        others = {fold(c.strip()) for c in table.frame.columns}
        if others & _FIRST and others & _LAST:
            return f"{own} name"
    return name


def _unmarked(texts: pl.Series) -> pl.Series:
    """Return texts without a sign that nearly all of them begin with (``-Andy Allanson``)."""
    first = str(texts[0])[:1] if len(texts) >= FEWEST_MARKED else ""
    if not re.match(MARK, first) or texts.str.contains(f"^{re.escape(first)}\\s?\\p{{L}}").mean() < MARKED:  # type: ignore[operator]
        return texts
    return texts.str.replace(f"^{re.escape(first)}\\s?", "")


def _grouped_mobiles(profile: ColumnProfile, table: Table) -> bool:
    """Whether a column read as numbers is written, and varies, as mobile numbers do (``612 345 678``)."""
    column = table.columns.get(profile.name)
    if column is None or column.format != "thousands separators" or profile.distinct < 50:
        return False
    cells = table.text(profile.name).drop_nulls().head(MAX_VALUES)
    return profile.distinct >= 0.9 * profile.present and share(cells, patterns.MOBILE_BARE) >= 0.99


def _rounded_codes(profile: ColumnProfile, table: Table) -> bool:
    """Whether whole numbers of twelve digits and more are written out in some cells and with an exponent in others
    (``100021780123`` and ``1.00E+11``): codes that a spreadsheet rounded; amounts are written in one way."""
    number = profile.type in {"integer", "number"} and table.columns.get(profile.name) is not None
    if not number or float(profile.maximum) < ROUNDED:
        return False
    cells = table.text(profile.name).drop_nulls().head(MAX_VALUES)
    return min(share(cells, patterns.EXPONENT), share(cells, patterns.WRITTEN_OUT)) >= FEW_ROUNDED


def semantic_of_values(
    name: str, type_: str, values: pl.Series, profile: ColumnProfile
) -> tuple[str | None, float]:
    """Return what the values of a column stand for, and how sure that is.

    Parameters
    ----------
    name : str
        The column's name.
    type_ : str
        Its type, as in ``ColumnProfile.type``.
    values : polars.Series
        Up to some thousand distinct values, texts or typed; empty and missing ones are left out.
    profile : ColumnProfile
        The column's statistics.

    Returns
    -------
    tuple of str or None, float
        One of ``SEMANTICS``, or None where nothing fits, and a confidence between 0 and 1.
    """
    if type_ == "empty" or profile.present == 0:
        return None, 0.0
    hinted = hints(name)
    if type_ in {"date", "datetime"}:
        return ("birth_date", 0.9) if "birth_date" in hinted else (None, 0.0)
    if type_ == "time":
        return None, 0.0
    if type_ == "boolean":
        return "category", 0.9
    if type_ in {"integer", "number"}:
        return numeric(name, type_, values, hinted, profile)
    if not isinstance(values.dtype, pl.String | pl.Categorical | pl.Enum):
        return None, 0.0
    texts = values.cast(pl.String, strict=False).drop_nulls().str.strip_chars()
    texts = _unmarked(texts.filter(texts != "").head(MAX_VALUES))
    if texts.is_empty():
        return None, 0.0
    facts = Facts(name, type_, texts, hinted, profile)
    for detector in DETECTORS:
        found = detector(facts)
        if found:
            return found
    return None, 0.0
