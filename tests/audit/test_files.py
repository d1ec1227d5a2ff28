"""Text that was never decoded is found; text that only looks odd is not."""

from __future__ import annotations

import pytest

from discovery.audit.checks.files import undecoded_text

NAMES = ["Müller", "Ångström", "O'Neill & Sons", "AT&T", "R&D; sales", "naïve"] * 20


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (["Gr&uuml;nberg", "Le&oacute;n", "K&#246;nig"], "HTML"),
        (["Kad\x81k\x9ay", "\x8dstanbul", "Be\x9aikta\x9a"], "bytes"),
    ],
)
def test_text_that_was_never_decoded(look, wrong, what):
    (found,) = look(undecoded_text, {"name": [*NAMES, *wrong]})
    assert (found.kind, found.rows_affected) == ("encoding", 3)
    assert what in found.summary
    assert look(undecoded_text, {"name": [*NAMES, *wrong[:2]]}) == []


def test_sound_text(look):
    links = [f"https://example.org/?a={i}&lt;b&amp;c" for i in range(30)]
    assert look(undecoded_text, {"name": NAMES, "url": [*links, *links[:1] * 90]}) == []
