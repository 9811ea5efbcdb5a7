"""Texts of problems keep their pattern, so that a reader gets them in the language of the run."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest
from helpers.commands import run

import matcher
from matcher.i18n.language import load_language, system_language
from matcher.messages import ByLanguage, Message, Words, in_language
from matcher.tables.problems import Problem, problem_lines, summarise

NL = load_language("nl")
TEXTS_OF = {"Problem": (3, 4), "problem": (2, 3), "Finding": (2, 3), "CellError": (0, 1), "unreadable": (1, 2)}
"""Positions of the fault and the remedy in what makes a problem."""
FOLDERS = ("tables", "places", "jobs")


def bare_texts(source: str) -> list[str]:
    """Texts of problems that no language can show: plain or formatted strings in the place of a message."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        texts = [call.args[at] for at in TEXTS_OF.get(name, ()) if at < len(call.args)]
        texts += [word.value for word in call.keywords if name in TEXTS_OF and word.arg in ("message", "remedy")]
        found += [
            ast.unparse(text)
            for text in texts
            if isinstance(text, ast.JoinedStr) or (isinstance(text, ast.Constant) and text.value)
        ]
    return found


def test_every_problem_can_be_said_in_every_language() -> None:
    package = Path(matcher.__file__).parent
    bare = {
        str(path.relative_to(package)): texts
        for folder in FOLDERS
        for path in (package / folder).rglob("*.py")
        if (texts := bare_texts(path.read_text(encoding="utf-8")))
    }
    assert bare == {}
    assert bare_texts('Problem(f, 1, None, "wrong", f"mend {it}", "error", "x")') == ["'wrong'", "f'mend {it}'"]


def test_a_message_is_its_english_text_and_knows_others() -> None:
    hint = Message("; did you mean '{word}'?", word="N1")
    text = Message("{file} has no row with this code{iloc}", file="a.csv", iloc=hint)
    assert text == "a.csv has no row with this code; did you mean 'N1'?"
    assert in_language(text, NL) == "a.csv heeft geen rij met deze code; bedoelt u 'N1'?"
    words, meaning = Words(["people", "money"], "or"), ByLanguage("Name", {"nl": "Naam"})
    assert (str(words), in_language(words, NL)) == ("people or money", "mensen of geld")
    assert (str(meaning), in_language(meaning, NL)) == ("Name", "Naam")
    for made in (text, words, meaning):
        assert in_language(pickle.loads(pickle.dumps(made)), NL) == in_language(made, NL)


def test_many_of_a_kind_are_one_line_and_what_empties_lists_comes_first() -> None:
    text, remedy = Message("this is not a number"), Message("Write a whole number")
    many = [Problem("a.csv", row, "capacity", text, remedy, "warning", "x", f"ca. {row}") for row in range(2, 42)]
    first = Problem("a.csv", 9, None, Message("there are headings but no rows"), remedy, "warning", "no_rows")
    lines = problem_lines([*many, first], NL)
    assert lines[0] == "a.csv, rij 9: er zijn koppen maar geen rijen. Schrijf een geheel getal"
    assert lines[1].startswith(
        "a.csv, kolom capacity: 40 rijen, de eerste zijn 2, 3, 4 ('ca. 2', 'ca. 3', 'ca. 4', …): "
    )
    assert len(lines) == 2
    assert [line.split(":")[0] for line in summarise([*many, first], NL)] == ["let op", "let op"]


def test_a_check_in_dutch_is_in_dutch(tmp_path: Path) -> None:
    units, nonprofits = tmp_path / "u.csv", tmp_path / "n.csv"
    units.write_text(
        "unit_id,company,name,mission,offers,capacity\nU1,Wold,Noord,Samen,geduld,veel\n", encoding="utf-8"
    )
    nonprofits.write_text("nonprofit_id,name,mission,city\nN1,Lepel,,Atlantis\nN1,Lepel,Eten,\n", encoding="utf-8")
    partnerships = tmp_path / "p.csv"
    partnerships.write_text("unit_id,nonprofit_id,status\nU1,N9,declined\n", encoding="utf-8")
    result = run("check", units, nonprofits, "--partnerships", partnerships, "--language", "nl")
    lines = result.stdout.splitlines()
    assert result.exit_code == 2
    assert all(line.startswith(("fout: ", "let op: ")) for line in lines[:-1])
    assert "geen rij met deze code" in result.stdout, "what is known once rows are linked is said at once"
    english = (" this ", " the ", " or ", "row ", "Write", "warning", "error")
    assert not any(word in result.stdout for word in english)


@pytest.mark.parametrize(
    ("named", "code"),
    [({"LANG": "nl_NL.UTF-8"}, "nl"), ({"LC_ALL": "C", "LANG": "nl_NL"}, "en"), ({"LANG": "xx_XX"}, "en"), ({}, "en")],
)
def test_the_language_of_the_system(named: dict[str, str], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    assert system_language() == code
