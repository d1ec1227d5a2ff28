"""Codes for missing of a table that only their being in several columns tells."""

from __future__ import annotations

from collections.abc import Iterable

from ....artifacts import Finding
from ...context import TableContext, check
from ...texts.shared_tokens import shared_tokens
from .sentinels import words_finding


@check("sentinel_missing")
def shared_codes(ctx: TableContext) -> Iterable[Finding]:
    """Report a token that is the only text of three columns of numbers or more (``M`` in all of a weather station's
    readings): in every column that holds it, as one code of the table, in place of mixed cells (:mod:`.types`)."""
    for name, cells in shared_tokens(ctx).items():
        finding = words_finding(ctx, ctx.profile[name], cells, sure=True)
        yield finding.model_copy(update={"confidence": 0.8})
