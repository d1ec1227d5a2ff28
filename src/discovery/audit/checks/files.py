"""What intake noticed about the files: encodings, headers, rows that could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import polars as pl

from ...artifacts import Evidence, Finding
from ...intake.sources.find import OTHER_KIND, stem_of
from ..context import DropContext, TableContext, check, printable_text
from ..values import cells_of, kept, text_counts, texts_matching

MOJIBAKE = r"[ÃÂâÐÑ][\x{80}-\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|ï»¿|\x{FFFD}"
STRAY = r"[A-Za-z]\p{Han}|\p{Han}[A-Za-z]"
MIXED = r"[\p{Ll}&&\p{Latin}]{2}[\p{Greek}\p{Cyrillic}--μΩ]|\b[\p{Lu}&&\p{Cyrillic}][\p{Ll}&&\p{Latin}]{2}"
"""A Greek or Cyrillic letter after two small Latin ones, or a Cyrillic capital before them."""
NOTATION = r"(?:^|[^\p{L}])(?:[\p{Ll}&&\p{Latin}]+|\p{L}*(?:in|on|ol|ene|ase|oid|tor))\p{Greek}(?:\P{L}|$)"
"""A Greek letter at the end of a word without a capital (sinθ), or of a name of chemistry (Interferonα)."""
WRITTEN = r"[\p{Greek}\p{Cyrillic}]{3}"
CONTROL = r"[\x{80}-\x{9F}]"
ENTITY = r"&(?:[A-Za-z]{2,8}|#\d{2,5});"
BYTES = r"\\x[0-9A-Fa-f]{2}"
ESCAPED = r"\p{L}(?:''|\\')\p{L}"
LOST = r"\p{L}\?\p{Ll}|^\p{Lu}\p{Ll}{0,3}\?$"
LOST_APOSTROPHE = r"\p{L}n\?t(?:\P{L}|$)|\p{L}\?(?:s|re|ve|ll|m|d)(?:[^\p{L}=&]|$)"
RARE = 0.05
"""The most values, and cells, of a column that lost letters may be in: more are the way it is written."""
HALF, NAMES_LOST, FEW_LOST = 0.5, 0.25, 50
"""The same where the values are there whole as well (if they are few), and of names of persons."""
SEVERAL, SLIPS = 3, 5
"""So many values, or two in so many cells, are more than a slip."""
FEW_MIXED, OTHER_SCRIPT = 2, 0.02
"""Up to how many cells of mixed scripts are a remark, and what share of texts may be in another script."""
MANY_EMPTY = 0.05
"""The share of empty rows inside a table from which on they matter."""
MOST_FILES, MOST_LISTED = 5, 50
_RUN = re.compile("[\x80-\xff€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]+")

_CONSEQUENCE = {
    "encoding": "Names and texts come out garbled, and equal words count as different.",
    "header_problem": "Columns may carry the wrong name, or a row of data may be taken for the header.",
    "unreadable_rows": "These rows take part in nothing that follows.",
    "empty_rows": "They count as cases although nothing is known of them.",
    "format_violation": "Other readers take them for data, and their column for one of text.",
    "mixed_type": "Cells that are not of the column's type count as missing.",
}


@check("encoding", "header_problem", "unreadable_rows", "empty_rows", "mixed_type", "format_violation")
def file_problems(ctx: TableContext) -> Iterable[Finding]:
    """Report what the reader of the file noticed, with the rows it noticed it in."""
    for problem in ctx.table.reading.problems:
        evidence = []
        for seen in problem.evidence:
            row = seen.get("row")
            values = {str(k): ctx.show_any(str(k), v) for k, v in seen.items() if k != "row"}
            evidence.append(Evidence(row=row if isinstance(row, int) else None, values=values))
        inside = empty_of(ctx) if problem.kind == "empty_rows" else 0
        yield ctx.finding(
            problem.kind,
            [c for c in problem.columns if c in ctx.table.columns],
            "major" if inside > MANY_EMPTY * ctx.rows else problem.severity,
            problem.summary if problem.summary.endswith((".", "…")) else f"{problem.summary}.",
            rows_affected=problem.rows,
            consequence=problem.consequence or _CONSEQUENCE[problem.kind],
            advice=problem.advice,
            evidence=evidence,
            details={"inside": inside} if problem.kind == "empty_rows" else {},
        )


@check("unreadable_rows", scope="drop")
def unread_files(ctx: DropContext) -> Iterable[Finding]:
    """Report files and sheets of a drop that were left out as they could not be read, with the reader's reason.

    More than ``MOST_FILES`` are told in one.
    """
    unread = ctx.drop.unread
    for name, reason in unread if len(unread) <= MOST_FILES else ():
        yield _unread(ctx, [(name, reason)], f"'{printable_text(name)}' could not be read: {reason}.")
    if len(unread) > MOST_FILES:
        few = ", ".join(printable_text(name) for name, _ in unread[:MOST_FILES])
        yield _unread(ctx, unread, f"{len(unread):,} files could not be read: {few} …")


def _unread(ctx: DropContext, files: Sequence[tuple[str, str]], summary: str) -> Finding:
    return Finding(
        kind="unreadable_rows",
        table=stem_of(files[0][0]) if len(files) == 1 else ctx.drop.name,
        severity="minor" if {r for _, r in files} == {OTHER_KIND} else "major",
        summary=summary,
        consequence="What is in there takes part in nothing that follows.",
        advice="Ask for another delivery, as CSV or Parquet if need be.",
        details={"files": {printable_text(name): reason for name, reason in files[:MOST_LISTED]}},
    )


def empty_of(ctx: TableContext) -> int:
    """Return how many rows of the table hold nothing; those after its end are none of them."""
    return int(ctx.frame.select(pl.all_horizontal(pl.all().is_null()).sum()).item()) if ctx.frame.width else 0


@check("encoding")
def garbled_text(ctx: TableContext) -> Iterable[Finding]:
    """Report text that was UTF-8, was read as Windows-1252 somewhere on its way, and was written so (Ã¼ for ü).

    Values with such pairs of signs count where turning them back (encode as Windows-1252, decode as UTF-8) works,
    or where they hold the replacement sign U+FFFD, which stands for a letter that is lost.
    """
    for name, suspects in texts_matching(ctx, MOJIBAKE).items():
        garbled = [v for v in suspects if "\ufffd" in v or _turned_back(v) is not None]
        if not garbled:
            continue
        mask, rows = cells_of(ctx, name, garbled)
        personal = ctx.is_personal(name)
        turned = {v: _turned_back(v) for v in garbled[:20] if len(v) <= 40 and not personal}
        turned = {v: right for v, right in turned.items() if right}
        shown = "".join(f", such as {ctx.show(name, v, 40)} for {r}" for v, r in list(turned.items())[:1])
        yield _garbled(
            ctx,
            name,
            mask,
            f"{rows:,} values of '{name}' are garbled by a wrong encoding{shown}.",
            "Ask for an export in UTF-8, or turn the text back; letters shown as \ufffd are lost.",
            {"form": "mojibake", "values": [] if personal else garbled[:500]},
            fix=f"df[{name!r}] = df[{name!r}].replace({turned!r})" if turned else None,
            confidence=1.0,
        )


@check("encoding")
def garbled_names(ctx: TableContext) -> Iterable[Finding]:
    """Report column names that were UTF-8 and were read as Windows-1252 on their way (``Temperature(Â°C)``)."""
    turned = {name: back for name in ctx.table.columns if (back := _turned_back(name)) is not None}
    if not turned:
        return
    name, back = next(iter(turned.items()))
    names = "1 column name is" if len(turned) == 1 else f"{len(turned):,} column names are"
    yield ctx.finding(
        "encoding",
        list(turned),
        "minor",
        f"{names} garbled by a wrong encoding: '{printable_text(name)}' for '{printable_text(back)}'.",
        consequence="Code and joins that go by the right name do not find them.",
        advice="Ask for an export in UTF-8, or rename the columns.",
        fix=f"df = df.rename(columns={turned!r})",
        details={"form": "mojibake of names"},
        confidence=1.0,
    )


def _garbled(
    ctx: TableContext,
    name: str,
    mask: pl.Series,
    summary: str,
    advice: str,
    details: dict[str, object],
    *,
    fix: str | None = None,
    consequence: str = _CONSEQUENCE["encoding"],
    confidence: float = 0.9,
) -> Finding:
    """Return the finding about the cells of ``mask``, whose letters are not those that were meant."""
    return ctx.finding(
        "encoding",
        name,
        "minor",
        summary,
        rows_affected=int(mask.sum() or 0),
        consequence=consequence,
        advice=advice,
        fix=fix,
        evidence=ctx.evidence(ctx.rows_where(mask), [name]),
        details=details,
        confidence=confidence,
    )


def _turned_back(text: str) -> str | None:
    """Return what the text was before UTF-8 was read as Windows-1252, once or more, or None where it was not."""
    back = text
    for _ in range(3):
        further = _RUN.sub(lambda match: _decoded(match[0]), back)
        if further == back:
            break
        back = further
    return back if back != text else None


def _decoded(run: str) -> str:
    try:
        return "".join(_byte(c) for c in run).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return run


def _byte(sign: str) -> str:
    return sign if ord(sign) < 0x100 else sign.encode("cp1252").decode("latin-1")


@check("encoding")
def undecoded_text(ctx: TableContext) -> Iterable[Finding]:
    """Report text that was never decoded: signs of HTML (``&eacute;``) and of SQL (``O''Neill``), bytes written
    out, and control signs U+0080 to U+009F.

    No writing has those control signs; they are bytes of another encoding that were taken for Latin-1. Each form
    must be in three different values, those of HTML outside web addresses.
    """
    forms = (
        (ENTITY, "signs written as in HTML (&amp;, &eacute;)", "Turn them back: html.unescape."),
        (BYTES, r"bytes written out (\xc3\xa9)", "Turn them back: they are bytes of UTF-8 or Latin-1."),
        (ESCAPED, "apostrophes escaped as in SQL ('' or \\')", "Turn them back into single ones."),
        (CONTROL, "bytes of another encoding", "Ask for an export in UTF-8: no letter can be told from them."),
    )
    for pattern, what, advice in forms:
        for name, wrong in texts_matching(ctx, pattern).items():
            if len(wrong) < 3 or ctx.profile[name].semantic == "url":
                continue
            mask, rows = cells_of(ctx, name, wrong)
            unescape = f"import html; df[{name!r}] = df[{name!r}].map(html.unescape, na_action='ignore')"
            yield _garbled(
                ctx,
                name,
                mask,
                f"{rows:,} values of '{name}' hold {what}.",
                advice,
                {"form": "undecoded"},
                fix=unescape if pattern == ENTITY else None,
            )


@check("encoding")
def stray_signs(ctx: TableContext) -> Iterable[Finding]:
    """Report Latin words with one Chinese sign in them, where a letter with an accent and its neighbour were read
    as GBK (``Caf愆``): in three different values at least, and in a column without Chinese texts."""
    for name, wrong in texts_matching(ctx, STRAY).items():
        texts = text_counts(ctx, name)["v"]
        chinese = texts.str.count_matches(r"\p{Han}")
        single = [v for v, n in zip(texts.filter(chinese > 0), chinese.filter(chinese > 0), strict=True) if n <= 2]
        if len(wrong) < 3 or len(single) < 0.9 * int((chinese > 0).sum()) or len(wrong) < 0.8 * len(single):
            continue
        mask, rows = cells_of(ctx, name, wrong)
        yield _garbled(
            ctx,
            name,
            mask,
            f"{rows:,} values of '{name}' are garbled by a wrong encoding.",
            "Ask for an export in UTF-8: the letters cannot be told from the signs.",
            {"form": "mojibake", "values": [] if ctx.is_personal(name) else wrong[:500]},
        )


@check("encoding")
def letters_of_another_script(ctx: TableContext) -> Iterable[Finding]:
    """Report Latin words with a Greek or Cyrillic letter inside (``Marηo``), from a wrong code page or typed on
    another keyboard: mixed scripts as of Unicode's UTS #39.

    Units and names such as µm, kΩ and TNFα, functions such as sinθ, and columns in which one text in fifty holds
    Greek or Cyrillic words are left out. Up to two cells are but a remark.
    """
    for name, suspects in texts_matching(ctx, MIXED).items():
        texts = text_counts(ctx, name)["v"]
        mixed = pl.Series(suspects)
        wrong = mixed.filter(~mixed.str.contains(NOTATION)).to_list()
        if not wrong or int(texts.str.contains(WRITTEN).sum()) > OTHER_SCRIPT * len(texts):
            continue
        mask, rows = cells_of(ctx, name, wrong)
        finding = _garbled(
            ctx,
            name,
            mask,
            f"{rows:,} values of '{name}' hold a Greek or Cyrillic letter inside a Latin word.",
            "Ask for an export in UTF-8, or put the letters right: they only look like the ones that were meant.",
            {"form": "mixed scripts", "values": kept(ctx, name, wrong)},
        )
        yield finding if rows > FEW_MIXED else finding.model_copy(update={"severity": "info"})


def _found_whole(ctx: TableContext, name: str, lost: Iterable[str]) -> bool:
    """Whether each of the values is another value, but for a letter beyond ASCII in place of a question mark."""
    others = ctx.table.value_counts(name)["v"].cast(pl.String)
    forms = (re.escape(v).replace(r"\?", r"[^\x00-\x7F]") for v in lost)
    return all(others.str.contains(f"^{form}$").any() for form in forms)


@check("encoding")
def lost_apostrophes(ctx: TableContext) -> Iterable[Finding]:
    """Report English texts with a question mark where an apostrophe was (``didn?t``, ``it?s``): two texts or more,
    or one in several cells. Web addresses are left out, and so is what has no blank."""
    for name, suspects in texts_matching(ctx, LOST_APOSTROPHE).items():
        lost = [v for v in suspects if " " in v.strip() and "://" not in v]
        mask, rows = cells_of(ctx, name, lost)
        if rows > 1 and ctx.profile[name].semantic not in {"url", "email"}:
            yield _garbled(
                ctx,
                name,
                mask,
                f"{rows:,} values of '{name}' hold a question mark where an apostrophe was (didn?t).",
                "Ask for an export in UTF-8.",
                {"form": "lost apostrophes"},
                consequence="Texts that are searched or compared do not match, and words fall into parts.",
            )


@check("encoding")
def lost_letters(ctx: TableContext) -> Iterable[Finding]:
    """Report short texts with a question mark inside a word, where an encoding had no sign for the letter.

    At least three different values must have one, or two in five cells, and at most one value in twenty, so that it
    is neither a single slip nor the way the column is written (of names of persons one in four); one is enough, and
    half of them not too many, where each is another value with a letter beyond ASCII in place of the question mark
    (``M?hia`` beside ``Māhia``). Prose and web addresses are left out.
    """
    for name, lost in texts_matching(ctx, LOST).items():
        column = ctx.profile[name]
        if (column.length_mean or 99) > 40 or column.semantic in {"free_text", "url", "email", "identifier"}:
            continue
        whole = len(lost) <= FEW_LOST and _found_whole(ctx, name, lost)
        most = HALF if whole else NAMES_LOST if column.semantic == "person_name" else RARE
        if len(lost) > most * column.distinct:
            continue
        mask, rows = cells_of(ctx, name, lost)
        several = len(lost) >= SEVERAL or (len(lost) > 1 and rows >= SLIPS)
        if rows > most * column.present or not (several or whole):
            continue
        yield _garbled(
            ctx,
            name,
            mask,
            f"{rows:,} values of '{name}' hold a question mark inside a word, where a letter was lost.",
            "Ask for an export in UTF-8, or match these rows with the source by their key.",
            {"form": "lost letters"},
            consequence="The letters cannot be had back; names that differ may have become equal.",
            confidence=0.8,
        )
