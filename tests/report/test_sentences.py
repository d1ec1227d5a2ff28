"""What the stages say is said in every language: by their sources, and by what they said in the tests."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from discovery.assets import asset
from discovery.errors import EngagementError
from discovery.language import LANGUAGES, speaking
from discovery.report.phrases import Phrasebook, phrasebook, say, sentences, told

OTHERS = tuple(code for code in LANGUAGES if code != "en")
SOURCE = Path(__file__).resolve().parents[2] / "src" / "discovery"
SPEAKERS = [
    *(SOURCE / "audit" / "checks").rglob("*.py"),
    *(SOURCE / "audit" / "drift").glob("*.py"),
    SOURCE / "contract" / "apply.py",
    *(SOURCE / "baselines" / f"{name}.py" for name in ("appeal", "sampling", "select", "stage", "veto")),
    SOURCE / "baselines" / "candidates" / "llm_judge.py",
]


def _literals(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Yield every literal text that is neither documentation nor a part of another."""
    inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in ast.walk(n) if v is not n}
    inside |= {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) not in inside and (isinstance(node, ast.JoinedStr) or _is_text(node)):
            assert isinstance(node, ast.Constant | ast.JoinedStr)
            yield node


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _skeleton(node: ast.JoinedStr) -> str:
    """Return a text with a hole where the f-string has a value."""
    return "".join(str(p.value) if isinstance(p, ast.Constant) else "\0" for p in node.values)


def _known(skeleton: str) -> bool:
    """Whether some sentence of the catalogue reads like this, whatever is in the holes."""
    regex = re.compile(".*?".join(re.escape(p) for p in skeleton.split("\0")), re.DOTALL)
    return any(regex.fullmatch(form) for form in _forms())


@cache
def _forms() -> list[str]:
    """Every English sentence, with either word of a plural."""
    english = [e["en"] for e in sentences()]
    return [re.sub(r"{\w+\|(.*?)\|(.*?)}", f"\\{i}", text) for text in english for i in (1, 2)]


def _is_sentence(text: str) -> bool:
    return bool(re.match("['A-Z0-9\0]", text)) and text.endswith(".") and len(text.split()) > 2


@pytest.mark.parametrize("path", SPEAKERS, ids=lambda p: str(p.relative_to(SOURCE)))
def test_every_sentence_of_a_check_is_in_every_language(
    path: Path, untranslated: Callable[[str], list[str]]
) -> None:
    missing = []
    for node in _literals(ast.parse(path.read_text("utf-8"))):
        text = str(node.value) if isinstance(node, ast.Constant) else _skeleton(node)
        if _is_sentence(text) and not (_known(text) if "\0" in text else not untranslated(text)):
            missing.append(text.replace("\0", "{…}"))
    assert missing == [], "add them to templates/report/sentences.yaml"


def test_every_sentence_keeps_its_slots_and_has_no_twin() -> None:
    seen: dict[str, str] = {}
    for entry in sentences():
        assert set(entry) == {"en", *OTHERS}, entry
        slots = set(re.findall(r"{(\w+)", entry["en"]))
        for code in OTHERS:
            assert entry[code].strip(), entry
            used = set(re.findall(r"{(\w+)", entry[code]))
            assert used <= slots, entry
            assert slots - used <= {"first2", "period2", "k"}, entry
        assert seen.setdefault(entry["en"], entry["de"]) == entry["de"], entry["en"]


def test_figures_names_and_dates_take_the_marks_of_the_language() -> None:
    finding = "The newest 'issued_on' is 2026-07-04, 73 days before 2026-09-15; at most 35 were agreed."
    with speaking("de"):
        assert told("'tenure' is missing in 1,150 of 3,200 rows (35.9%).") == (
            "„tenure“ fehlt in 1.150 von 3.200 Zeilen (35,9\u202f%)."
        )
        assert told(finding).startswith("Das neueste „issued_on“ ist vom 4. Juli 2026, 73 Tage vor")
        assert told("1 value of 'x' lies far from all others: 900 (the next is 216.519).") == (
            "1 Wert von „x“ liegt weit von allen anderen: 900 (der nächste ist 216,519)."
        )
        assert told("12 rows could not be read.") == "12 Zeilen ließen sich nicht lesen."
    with speaking("fr"):
        assert told("12,500 rows could not be read.") == "12\u202f500 lignes n’ont pu être lues."
        assert "«\u00a0tenure\u00a0»" in told(
            "Nothing can be learned from it. 'tenure' has no value in any of 3 rows."
        )
    assert told("12 rows could not be read.") == "12 rows could not be read."


def test_a_name_that_reads_like_a_text_is_left_as_it_is() -> None:
    with speaking("de"):
        assert (
            told("'missing' has no value in any of 3 rows.") == "„missing“ hat in keiner der 3 Zeilen einen Wert."
        )
        assert told("Column 'open' always holds 'numbers'.") == "Die Spalte „open“ enthält immer „numbers“."
        assert told("'{column}' is missing in 3 of 9 rows (33.3%).").startswith("„{column}“ fehlt")


def test_what_is_not_understood_stays_english_and_says_so() -> None:
    with speaking("fr"):
        assert say("The <b>goblin</b> of the data is awake.") == (
            '<span lang="en">The &lt;b&gt;goblin&lt;/b&gt; of the data is awake.</span>'
        )
        assert told("The goblin of the data is awake.") == "The goblin of the data is awake."
        assert say("x" * 5000).startswith('<span lang="en">x')
    assert say("a < b") == "a &lt; b"


def test_hostile_values_cost_no_time_and_break_nothing() -> None:
    import time

    nasty = ["' of '" * 300, "{n}" * 200, "is " * 600, "\ud800\u202e" * 50, "', '" * 400, "; " * 800]
    with speaking("de"):
        book = phrasebook()
        assert isinstance(book, Phrasebook)
        began = time.process_time()
        for value in nasty:
            assert book.translate(f"'{value[:900]}' is missing in 3 of 9 rows (33.3%).") is not None
            book.translate(value)
            book.translate(f"Expected that {value}: 3 of 9 do not comply (33.3%).")
        assert time.process_time() - began < 5


def test_a_team_says_a_sentence_its_own_way(tmp_path: Path) -> None:
    (tmp_path / "sentences.yaml").write_text(
        'ours:\n  - en: "Trim the text."\n    de: "Ränder säubern."\n    fr: "Nettoyer les bords."\n', "utf-8"
    )
    with speaking("de", tmp_path):
        assert told("Trim the text.") == "Ränder säubern."
        assert told("Filters find nothing.") == "Filter finden nichts."
    (tmp_path / "sentences.yaml").write_text("ours: nothing\n", "utf-8")
    with pytest.raises(EngagementError, match="not a file of sentences"):
        sentences(tmp_path)
    assert (asset("templates", "report") / "sentences.yaml").is_file()


def test_a_text_that_many_forms_could_begin_is_read_in_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts come again in many readings of a whole: asked anew each time, they are ever more with the depth."""
    asked: list[str] = []
    read = Phrasebook._sentence

    def counted(book: Phrasebook, text: str, depth: int) -> str | None:
        asked.append(text)
        return read(book, text, depth)

    monkeypatch.setattr(Phrasebook, "_sentence", counted)
    with speaking("de"):
        told(
            "3 rows of the file could not be read (the first on line 2639); set aside with line and a reason (why)"
        )
    assert len(asked) < 2_000
