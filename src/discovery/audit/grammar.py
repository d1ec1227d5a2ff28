"""Number and verb in sentences whose count is one."""

from __future__ import annotations

import re

__all__ = ["agreed", "percentage"]

_COUNT = re.compile(
    r"1 (?P<noun>values|numbers|rows|cells|dates|keys|columns)\b"
    r"(?:(?P<between> (?:of '[^']*' |of birth in '[^']*' |of the file |in the sample "
    r"|of a sample of [\d,]+ rows )?)"
    r"(?P<verb>are|were|have|look|repeat|begin|hold|break|share|stand|differ|lie|could|contradict)\b)?"
)
_VERBS = {"are": "is", "were": "was", "have": "has", "could": "could"}


def percentage(fraction: float) -> str:
    """Return a share with one decimal, and never as 0 where there is some.

    >>> percentage(0.1), percentage(0.0001), percentage(0)
    ('10.0%', '<0.1%', '0.0%')
    """
    return f"{fraction:.1%}" if fraction >= 0.0005 or not fraction else "<0.1%"


def agreed(text: str) -> str:
    """Return a sentence with nouns and verbs that follow a count of one in the singular.

    >>> agreed("1 values of 'city' look like other spellings of a value.")
    "1 value of 'city' looks like another spelling of a value."
    >>> agreed("1 cells of 'city' begin or end with a blank.")
    "1 cell of 'city' begins or ends with a blank."
    >>> agreed("1 dates of birth in 'born' are in the future.")
    "1 date of birth in 'born' is in the future."
    >>> agreed("1 rows of a sample of 20,000 rows repeat another row.")
    '1 row of a sample of 20,000 rows repeats another row.'
    """
    found = _COUNT.match(text)
    if found is None:
        return text
    noun, between, verb = found["noun"], found["between"] or "", found["verb"]
    one = noun[:-1]
    if verb is None:
        return f"1 {one}{text[found.end('noun') :]}"
    rest = re.sub(r"^ or end\b", " or ends", text[found.end() :])
    rest = re.sub(r"^ like other spellings\b", " like another spelling", rest)
    return f"1 {one}{between}{_VERBS.get(verb, verb + 's')}{rest}"
