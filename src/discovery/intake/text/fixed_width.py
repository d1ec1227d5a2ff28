"""Print-outs and spools: rows of fixed-width columns as delimited text."""

from __future__ import annotations

import re
from itertools import pairwise

from .dialect import Dialect

__all__ = ["RULER", "of_fixed_width"]

RULER = re.compile(r"[-=]+(?:[ \t]+[-=]+)+[ \t]*")
_LINES = 2_000
_MOST_BYTES = 200_000_000
_COUNT = re.compile(r"\(?\d[\d,. ]* rows?\b.{0,20}\)?$")
_DEEPEST_RULER = 60
_PROMPT = re.compile(
    r"(?i)^(?:sql|mysql|mariadb[^>]*|sqlite|duckdb|hive|spark-sql|\w{1,20}[=-][#>])> ?|^\w{1,20}=[#>] "
)


def of_fixed_width(data: bytes, dialect: Dialect) -> tuple[bytes, tuple[str, ...]] | None:
    """Return rows of fixed-width columns as delimited text, where cutting at blanks would part their cells.

    The columns are where a line of dashes below the names says, or where all of the lines have blanks in the same
    places; None where the lines agree with the blanks as delimiters, or where there are no such places. What was
    left out is said.
    """
    head = data[:200_000]
    if len(data) > _MOST_BYTES or b'"' in head:
        return None
    first = _lines(data, max(_LINES, _DEEPEST_RULER))
    ruled = any(RULER.fullmatch(line.strip()) for line in first[:_DEEPEST_RULER])
    below = _below_a_ruler(_lines(data)) if ruled else None
    if below is not None:
        return below
    sample = [line.rstrip() for line in first[:_LINES] if line.strip()]
    if not dialect.runs or b"\t" in head or len(sample) < 4 or len({len(line.split()) for line in sample}) == 1:
        return None
    starts = _between_blanks(sample)
    return (_cut(_lines(data), starts), ()) if starts else None


def _lines(data: bytes, most: int | None = None) -> list[str]:
    """Return the lines without form feeds; where ``most`` is given, the first of them only."""
    end = -1
    for _ in range(most or 0):
        end = data.find(b"\n", end + 1)
        if end < 0:
            break
    head = data if end < 0 else data[:end]
    return head.decode("utf-8", "replace").replace("\x0c", "").split("\n")


def _cut(lines: list[str], starts: list[int]) -> bytes:
    rows = []
    for line in lines:
        cells = [line] if _COUNT.match(line) else [line[a:b].strip() for a, b in pairwise([*starts, None])]
        rows.append("\x1f".join(cells) if line.strip() else "")
    return "\n".join(rows).encode()


def _below_a_ruler(lines: list[str]) -> tuple[bytes, tuple[str, ...]] | None:
    """Cut the columns where a line of dashes below the names starts them; the page heads above it stay whole."""
    top = next((i for i, line in enumerate(lines[:_DEEPEST_RULER]) if RULER.fullmatch(line.strip())), 0)
    if top == 0 or not lines[top - 1].strip() or len(lines) - top < 3:
        return None
    ruler, names = lines[top].rstrip(), lines[top - 1]
    dashes = [m.span() for m in re.finditer("[-=]+", ruler)]
    if len(names.split()) < len(dashes) - 1 or "|" in names:
        return None
    heads, rulers = [], [i for i, line in enumerate(lines) if line.rstrip() == ruler]
    for at in rulers:
        first = at - 1
        if at != top and lines[first].rstrip() != names.rstrip():
            continue
        while first > 0 and at - first < _DEEPEST_RULER and (at == top or _is_head(lines, first - 1, top)):
            first -= 1
        heads += [*range(first, at - 1), *([at - 1] if at != top else [])]
    whole = {i for i in heads if lines[i].strip()} | {i for i, line in enumerate(lines) if _PROMPT.match(line)}
    body = [line for i, line in enumerate(lines) if i > top and i not in whole and line.rstrip() != ruler]
    starts = _starts(dashes, [names, *body])
    if starts is None:
        return None
    skipped = sorted(i for i in whole | set(rulers) if i > top)
    kept = ["" if i in skipped or i == top else line for i, line in enumerate(lines)]
    rows = _cut(kept, starts).split(b"\n")
    for i in whole - set(skipped):
        rows[i] = lines[i].strip().encode()
    said = [f"{len(skipped)} lines of page heads and rulings between the rows were passed over"] if skipped else []
    return b"\n".join(rows), ("1 row of dashes or types below the header was passed over", *said)


def _is_head(lines: list[str], at: int, top: int) -> bool:
    """Whether a line is blank or, but for its digits, one of those above the first ruler."""
    line = re.sub(r"[\d\s]+", " ", lines[at]).strip()
    return not line or line in {re.sub(r"[\d\s]+", " ", above).strip() for above in lines[:top]}


def _starts(dashes: list[tuple[int, int]], lines: list[str]) -> list[int] | None:
    """Return where columns start: at the dashes, or, where these cut words in two, where all lines have blanks."""
    starts = [0, *(a for a, _ in dashes[1:])]
    sample = [line.rstrip() for line in lines[:_LINES] if line.strip() and not _COUNT.match(line.strip())]
    if any("\t" in line for line in sample):
        return None
    torn = sum(any(line[a - 1 : a].strip() and line[a : a + 1].strip() for a in starts[1:]) for line in sample)
    if torn <= 0.02 * len(sample):
        return starts
    between = _between_blanks(sample)
    return between if len(between) == len(starts) else None


def _between_blanks(sample: list[str]) -> list[int]:
    width = max(map(len, sample))
    used = [False] * width
    for line in sample:
        for match in re.finditer(r"\S+", line):
            used[match.start() : match.end()] = [True] * (match.end() - match.start())
    spans: list[tuple[int, int]] = []
    for match in re.finditer("1+", "".join("01"[u] for u in used)):
        first, last = match.span()
        if spans and first == spans[-1][1] + 1 and not sample[0][first:last].strip():
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
    header = len(re.findall(r"\S+(?: \S+)*", sample[0]))
    if len(spans) < 2 or len(spans) not in {header, len(sample[0].split())}:
        return []
    return [0, *(a for a, _ in spans[1:])]
