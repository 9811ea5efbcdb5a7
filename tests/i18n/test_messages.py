"""Texts of problems keep their pattern, so that a reader gets them in the language of the run."""

from __future__ import annotations

import ast
import errno
import logging
import pickle
import re
from pathlib import Path

import pandas as pd
import pytest
from helpers.commands import run

import matcher
from matcher.cli.log import _InLanguage
from matcher.errors import MatcherError, system_reason
from matcher.i18n.language import load_language, system_language
from matcher.messages import ByLanguage, Counted, Joined, Message, Words, in_language
from matcher.tables.problems import Problem, log_warnings, problem_lines, summarise
from matcher.tables.read.tables import read_table

NL = load_language("nl")


def all_subclasses(kind: type) -> set[type]:
    """Every class that derives from a class."""
    return {kind}.union(*map(all_subclasses, kind.__subclasses__()))


TEXTS_OF = {"Problem": (3, 4), "problem": (2, 3), "Finding": (2, 3), "CellError": (0, 1), "unreadable": (1, 2)}
"""Positions of the fault and the remedy in what makes a problem."""
FOLDERS = ("tables", "places", "jobs", "learning")
ERRORS = {each.__name__ for each in all_subclasses(MatcherError)} | {"NotFittedError", "Remark", "MatcherError"}
LOGGED = {"debug", "info", "warning", "exception", "critical"}


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


NO_SENTENCES = {"Message", "message", "counted_message", "phrase", "tokens_of", "execute", "OSError", "RuntimeError"}


def bare_sentences(source: str) -> list[str]:
    """Sentences in a module that are part of no message and no docstring: of four words or more, without code in them."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    skipped: set[int] = set()
    for node in nodes:
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or name in NO_SENTENCES:
            skipped |= {id(inner) for inner in ast.walk(node)}
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in skipped
        and re.fullmatch(r"[a-z][a-z ,:'-]+", node.value)
        and len(node.value.split()) > 4
    ]


def test_no_module_of_lists_says_a_sentence_in_one_language() -> None:
    package = Path(matcher.__file__).parent
    paths = [path for folder in FOLDERS for path in (package / folder).rglob("*.py")]
    bare = {path.name: texts for path in paths if (texts := bare_sentences(path.read_text(encoding="utf-8")))}
    assert bare == {}
    assert bare_sentences('LOST = ("this row counts as unknown", "lost")') == ["this row counts as unknown"]


def bare_sayings(source: str) -> list[str]:
    """Texts of errors, log lines and progress bars that no language can show."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not isinstance(call, ast.Call):
            continue
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        is_log = name in LOGGED and getattr(getattr(call.func, "value", None), "id", "") == "logger"
        if name not in ERRORS and not is_log and name != "progress_bar":
            continue
        at = 1 if name in ("progress_bar", "Remark") else 0
        found += [
            ast.unparse(text)
            for text in call.args[at : at + 1]
            if isinstance(text, ast.JoinedStr | ast.BinOp)
            or (isinstance(text, ast.Constant) and text.value not in ("", "%s", None))
        ]
    return found


def test_every_error_and_log_line_can_be_said_in_every_language() -> None:
    package = Path(matcher.__file__).parent
    assert len(ERRORS) > 10
    bare = {
        str(path.relative_to(package)): texts
        for path in package.rglob("*.py")
        if (texts := bare_sayings(path.read_text(encoding="utf-8")))
    }
    assert bare == {}
    source = 'raise OutputError(f"no {it}")\nlogger.info("read %d", 3)\nprogress_bar(3, "Reading")\nMatcherError(Message("x"))'
    assert bare_sayings(source) == ["f'no {it}'", "'read %d'", "'Reading'"]


def test_a_message_is_its_english_text_and_knows_others() -> None:
    hint = Message("; did you mean '{word}'?", word="N1")
    text = Message("this code does not stand in {file}{hint}", file="a.csv", hint=hint)
    assert text == "this code does not stand in a.csv; did you mean 'N1'?"
    assert in_language(text, NL) == "deze code staat niet in a.csv; bedoelt u 'N1'?"
    pairs = Message("no unit has {pairs}", pairs=Counted("a pair", "{count} pairs", count=3))
    lines = Joined([text, Words(["people"]), "x"], "; ")
    assert (str(pairs), str(lines)) == ("no unit has 3 pairs", f"{text}; people; x")
    assert in_language(lines, NL) == f"{in_language(text, NL)}; mensen; x"
    assert in_language(Counted("a pair", "{count} pairs", count=1), NL) == "een paar"
    words, meaning = Words(["people", "money"], "or"), ByLanguage("Name", {"nl": "Naam"})
    assert (str(words), in_language(words, NL)) == ("people or money", "mensen of geld")
    assert (str(meaning), in_language(meaning, NL)) == ("Name", "Naam")
    for made in (text, words, meaning, pairs, lines):
        assert in_language(pickle.loads(pickle.dumps(made)), NL) == in_language(made, NL)


def test_many_of_a_kind_are_one_line_and_what_empties_lists_comes_first() -> None:
    text, remedy = Message("this is not a number"), Message("Write a whole number, such as 12, or leave the cell empty")
    many = [Problem("a.csv", row, "capacity", text, remedy, "warning", "x", f"ca. {row}") for row in range(2, 42)]
    first = Problem(
        "a.csv", 9, None, Message("the list of {what} is empty", what=Message("units")), remedy, "warning", "no_rows"
    )
    lines = problem_lines([*many, first], NL)
    assert (
        lines[0]
        == "a.csv, rij 9: de lijst van vestigingen is leeg. Schrijf een geheel getal, zoals 12, of laat de cel leeg"
    )
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
    assert lines[0].startswith("fout: u.csv, rij 2 (Noord), kolom capacity: 'veel'"), (
        "columns are named where they are mended"
    )
    assert "deze code staat niet in" in result.stdout, "what is known once rows are linked is said at once"
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


def test_log_lines_are_in_the_language_of_the_reader_and_control_no_terminal(caplog: pytest.LogCaptureFixture) -> None:
    problem = Problem(
        "a\x1b[2m.csv",
        9,
        None,
        Message("the list of {what} is empty", what=Message("units")),
        "x\rx",
        "warning",
        "no_rows",
    )
    line = _InLanguage(NL)
    with caplog.at_level("INFO", logger="matcher"):
        logging.getLogger("matcher").warning(
            Message("geocoder '{name}' goes online: addresses are sent to it", name="x")
        )
        log_warnings([problem])
        logging.getLogger("matcher").info(Message("Reading texts"))
    assert [line.format(record) for record in caplog.records] == [
        "let op: de plaatsbepaler 'x' gaat het internet op: er worden adressen naartoe gestuurd",
        "let op: a[2m.csv, rij 9: de lijst van vestigingen is leeg. xx",
        "Teksten lezen",
    ]
    assert "the list of units is empty" in caplog.records[1].getMessage(), "English where no language is chosen"


def test_what_the_system_refuses_is_said_in_words() -> None:
    reason = system_reason(OSError(errno.ENOSPC, "No space left on device"))
    assert (str(reason), in_language(reason, NL)) == ("the disk is full", "de schijf is vol")
    assert system_reason(OSError(9999, "odd")) == "odd"


def test_problems_of_a_row_are_one_line_with_its_name_and_notes_come_last(tmp_path: Path) -> None:
    units, nonprofits, partnerships = (tmp_path / f"{name}.csv" for name in ("u", "n", "p"))
    units.write_text("unit_id,company,name,mission,city\nU1,Wold,Noord,Samen,Ede\n", encoding="utf-8")
    nonprofits.write_text(
        'nonprofit_id,name,mission,city,causes,needs,e-mail\nN1,Lepel,?,,sport,kennis; geld,a@b.nl\nN2,Boot,Varen,Ede,,geld; touw,\n"let op"\nbron: wij\n',
        encoding="utf-8",
    )
    partnerships.write_text(
        "unit_id,nonprofit_id,status,started_on,trust,communication,clear_goals\nU1,N1,active,sinds 2022,7.5,8,4\n",
        encoding="utf-8",
    )
    result = run("check", units, nonprofits, "--partnerships", partnerships, "--language", "nl")
    lines = result.stdout.splitlines()
    assert [line.split(":")[0] for line in lines[:5]] == ["let op"] * 4 + ["ter informatie"]
    blank, words, year, marks, note, contact, read, counts = lines
    assert "rij 2 (Lepel), kolommen mission, city: '?'" in blank
    assert "mission en city zijn onbekend" in blank
    assert "'touw'" in words
    assert "geld telt wel mee" in words
    assert "01-01-2022" in year
    assert "rij 2 (U1 / N1), kolommen trust, communication: '7.5', '8'" in marks
    assert "Deel dan alle cijfers van de rij door twee" in marks
    assert "rij 4 en 5: 'let op', 'bron: wij'" in note
    assert contact == "contactgegevens, wel in de bestanden met resultaten, niet op report.html: e-mail (n.csv)"
    assert read == "n.csv: woorden gelezen als (klopt dat?): needs: kennis → mensen"
    assert counts.startswith(
        "0 fouten, 4 keer let op in 1 vestiging, 2 organisaties en 1 samenwerking. 'matcher match' kan"
    )
    assert result.exit_code == 0


@pytest.mark.parametrize("wrong", ["11", "0"])
def test_marks_beyond_ten_are_no_marks_to_ten(wrong: str) -> None:
    row = {"unit_id": ["U1"], "nonprofit_id": ["N1"], "status": ["active"], "trust": ["8"], "communication": [wrong]}
    (first, second) = read_table("partnerships", pd.DataFrame(row)).problems
    assert "two" not in f"{first}{second}"


def test_templates_that_were_not_filled_in_are_said_to_be_empty(tmp_path: Path) -> None:
    assert run("template", "--out", tmp_path / "t", "--language", "nl").exit_code == 0
    units, nonprofits, partnerships = (
        tmp_path / "t" / f"{name}.xlsx" for name in ("vestigingen", "organisaties", "samenwerkingen")
    )
    result = run("check", units, nonprofits, "--partnerships", partnerships, "--language", "nl")
    problems = [line for line in result.stdout.splitlines() if line.startswith(("fout", "let op", "ter info"))]
    assert [line.split(":")[0] for line in problems] == ["fout", "fout", "let op"]
    assert all("is leeg" in line for line in problems)
    assert problems[2].endswith("hebt u er nog geen, laat --partnerships dan weg")
    assert result.exit_code == 2


def test_a_cause_that_is_not_known_is_told_with_its_row_and_its_cell_in_a_workbook(tmp_path: Path) -> None:
    units, nonprofits = tmp_path / "u.xlsx", tmp_path / "n.csv"
    rows = {"unit_id": ["U1"], "company": ["Wold"], "name": ["Noord"], "city": ["Zwolle"], "causes": ["fietsles"]}
    pd.DataFrame({**rows, "offers": ["zaal, tijd"]}).to_excel(units, index=False)
    nonprofits.write_text("nonprofit_id,name,mission,city\nN1,Lepel,Eten voor iedereen,Zwolle\n", encoding="utf-8")
    result = run("check", units, nonprofits, "--language", "nl")
    (told,) = [line for line in result.stdout.splitlines() if "'fietsles' is geen bekend thema" in line]
    assert told.startswith("let op: u.xlsx, rij 2 (Noord), kolom causes (E2):")
    assert "u.xlsx: woorden gelezen als (klopt dat?): offers: tijd → mensen\n" in result.stdout
