"""What writing promises: whole or not at all, safe in a spreadsheet; and the workbooks to fill in."""

from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from helpers.paths import ROOT
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from matcher.cli.app import app
from matcher.errors import MatcherError, OutputError, SettingsError
from matcher.i18n.language import load_language
from matcher.tables.formula_guard import from_safe_cell, safe_cell
from matcher.tables.read.tables import read_table
from matcher.tables.schema.specs import CellType
from matcher.tables.schema.tables import TABLES
from matcher.tables.schema.vocabulary import SEPARATOR
from matcher.tables.write import files as writing
from matcher.tables.write import staging
from matcher.tables.write.files import csv_text, write_results, write_text_atomic
from matcher.tables.write.staging import staged
from matcher.tables.write.templates import write_templates

FILES: dict[str, str | bytes] = {"lijst.csv": "a,b\n1,é\n", "boek.xlsx": b"PK\x03\x04\r\n", "run.json": "{}\n"}
OLD: dict[str, str | bytes] = {"lijst.csv": "old\n", "boek.xlsx": b"old", "run.json": '{"old": 1}\n'}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def as_bytes(files: dict[str, str | bytes]) -> dict[str, bytes]:
    return {name: data.encode() if isinstance(data, str) else data for name, data in files.items()}


@pytest.fixture
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


# --- a folder of results ----------------------------------------------------------------------------------------


def test_a_new_folder_holds_the_files_to_the_byte_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "er" / "results"
    write_results(folder, FILES)
    assert content(folder) == as_bytes(FILES)
    assert [path.name for path in folder.parent.iterdir()] == ["results"]


def test_files_and_folders_have_the_rights_that_the_user_gives_to_new_ones(tmp_path: Path, umask: None) -> None:
    write_results(tmp_path / "results", FILES)
    write_text_atomic(tmp_path / "settings.toml", "a = 1\n")
    rights = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "results", tmp_path / "results" / "run.json", tmp_path / "settings.toml")
    }
    assert rights == {"results": 0o750, "run.json": 0o640, "settings.toml": 0o640}


def test_a_folder_that_is_there_keeps_what_is_not_replaced(tmp_path: Path) -> None:
    write_results(tmp_path / "results", OLD)
    (tmp_path / "results" / "notities.txt").write_text("van mij")
    write_results(tmp_path / "results", FILES)
    assert content(tmp_path / "results") == {**as_bytes(FILES), "notities.txt": b"van mij"}
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_the_same_files_twice_give_the_same_bytes(tmp_path: Path) -> None:
    for _ in range(2):
        write_results(tmp_path / "results", FILES)
        assert content(tmp_path / "results") == as_bytes(FILES)


@pytest.mark.parametrize("place", ["taken", "taken/results", "taken/deep/er"])
def test_a_file_in_the_way_is_said_and_left_alone(place: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("van mij")
    with pytest.raises(OutputError, match=r"--out") as caught:
        write_results(tmp_path / place, FILES)
    assert str(tmp_path / place) in str(caught.value)
    assert isinstance(caught.value, MatcherError)
    assert caught.value.exit_code == 2
    assert content(tmp_path) == {"taken": b"van mij"}


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match="you have no rights there"):
            write_results(tmp_path / "results", FILES)
        with pytest.raises(OutputError, match="you have no rights there"):
            write_text_atomic(tmp_path / "settings.toml", "a = 1\n")
    finally:
        tmp_path.chmod(0o700)
    assert list(tmp_path.iterdir()) == []


class FailsAt:
    """A function that does its work but for one call, counted from 1."""

    def __init__(self, function: Any, call: int, failure: BaseException) -> None:
        self.function, self.call, self.failure, self.calls = function, call, failure, 0

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return lambda *given: self(instance, *given)

    def __call__(self, *given: Any) -> Any:
        self.calls += 1
        if self.calls == self.call:
            raise self.failure
        return self.function(*given)


FULL = OSError(28, "No space left on device")


@pytest.mark.parametrize("call", [1, 2, 3])
@pytest.mark.parametrize("there", [True, False], ids=["there", "new"])
def test_a_disk_that_is_full_leaves_everything_as_it_was(
    call: int, there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "results"
    if there:
        write_results(folder, OLD)
    monkeypatch.setattr(Path, "write_bytes", FailsAt(Path.write_bytes, call, FULL))
    with pytest.raises(OutputError, match="the disk is full"):
        write_results(folder, FILES)
    assert [path.name for path in tmp_path.iterdir()] == (["results"] if there else [])
    if there:
        assert content(folder) == as_bytes(OLD)


def test_a_new_folder_that_cannot_take_its_name_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing.os, "rename", FailsAt(os.rename, 1, FULL))
    with pytest.raises(OutputError, match="the disk is full"):
        write_results(tmp_path / "results", FILES)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", [1, 2, 3])
def test_where_the_record_of_a_run_stands_the_files_beside_it_are_of_that_run(
    call: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a folder cannot be exchanged in one step."""
    folder = tmp_path / "results"
    write_results(folder, OLD)
    monkeypatch.chdir(folder)
    monkeypatch.setattr(writing.os, "replace", FailsAt(os.replace, call, FULL))
    with pytest.raises(OutputError, match="the disk is full"):
        write_results(folder, FILES)
    left = content(folder)
    assert "run.json" not in left
    assert all(left[name] in (as_bytes(OLD)[name], as_bytes(FILES)[name]) for name in ("lijst.csv", "boek.xlsx"))
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


_KILLED_AT_EVERY_STEP = """
import os, signal, sys
from pathlib import Path
sys.path[:0] = sys.argv[1].split(os.pathsep)
from test_writing_templates import FILES, OLD
from matcher.tables.write.files import write_results
top, there = Path(sys.argv[2]), sys.argv[3] == "there"
for step in range(1, 2000):
    folder = top / str(step) / "results"
    folder.parent.mkdir()
    if there:
        write_results(folder, OLD | {"outdated.csv": "old"})
        (folder / "notes").mkdir()
        (folder / "notes" / "mine.txt").write_text("mine")
    if not (child := os.fork()):
        left = [step]
        def count(event, given):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(count)
        write_results(folder, FILES, {"outdated.csv"})
        left[0] = -1
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        sys.exit(0)
sys.exit("never done")
"""


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="no exchange of names in one step")
@pytest.mark.parametrize("there", ["there", "new"])
def test_killed_at_any_step_the_older_or_the_new_is_there_and_whole(there: str, tmp_path: Path) -> None:
    """A process is killed at its first step that the system sees, one more at its second, and so on to the last."""
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "tables")))
    subprocess.run([sys.executable, "-c", _KILLED_AT_EVERY_STEP, paths, str(tmp_path), there], cwd=ROOT, check=True)
    old = as_bytes(OLD | {"outdated.csv": "old"}) if there == "there" else {}
    seen = []
    for top in sorted(tmp_path.iterdir(), key=lambda path: int(path.name)):
        folder = top / "results"
        found = {path.name: path.read_bytes() for path in folder.glob("*.*")}
        assert found in (old, as_bytes(FILES)), top.name
        assert folder.exists() or there == "new"
        assert all(path.name.startswith(".") for path in top.iterdir() if path != folder)
        seen.append(found == old)
        write_results(folder, FILES, {"outdated.csv"})
        assert [path.name for path in top.iterdir()] == ["results"], "what was left over is gone"
        mine = {"mine.txt": b"mine"} if there == "there" else {}
        assert {path.name: path.read_bytes() for path in folder.glob("notes/*")} == mine
    assert len(seen) > 10
    assert seen == sorted(seen, reverse=True), "once the new is there it stays"
    assert not seen[-1]
    assert seen[0]


def test_a_folder_that_another_run_makes_just_now_is_left_alone(tmp_path: Path) -> None:
    with staged(tmp_path / "results") as theirs:
        (theirs / "lijst.csv").write_text("half")
        write_results(tmp_path / "results", FILES)
        assert content(theirs) == {"lijst.csv": b"half"}
    assert [path.name for path in tmp_path.iterdir()] == ["results"]


def test_what_is_saved_while_the_new_folder_is_put_there_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "results"
    write_results(folder, OLD)
    (folder / "mine.txt").write_text("before")
    exchange = staging._exchange()
    assert exchange is not None

    def save_and_exchange(one: Path, other: Path) -> None:
        write_text_atomic(folder / "mine.txt", "after")
        write_text_atomic(folder / "new.txt", "new")
        exchange(one, other)

    monkeypatch.setattr(staging, "_exchange", lambda: save_and_exchange)
    write_results(folder, FILES)
    assert content(folder) == {**as_bytes(FILES), "mine.txt": b"after", "new.txt": b"new"}


def test_a_link_to_a_folder_stays_one(tmp_path: Path) -> None:
    write_results(tmp_path / "real", OLD)
    (tmp_path / "results").symlink_to("real")
    write_results(tmp_path / "results", FILES)
    assert (tmp_path / "results").is_symlink()
    assert content(tmp_path / "real") == as_bytes(FILES)


def test_an_interruption_leaves_no_parts_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "write_bytes", FailsAt(Path.write_bytes, 2, KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        write_results(tmp_path / "results", FILES)
    assert list(tmp_path.iterdir()) == []


def test_a_text_that_no_encoding_can_write_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises((OutputError, UnicodeError)):
        write_results(tmp_path / "results", {"a.csv": "fine", "b.csv": "\ud800", "run.json": "{}"})
    with pytest.raises((OutputError, UnicodeError)):
        write_text_atomic(tmp_path / "settings.toml", "\ud800")
    assert list(tmp_path.iterdir()) == []


# --- one text file ----------------------------------------------------------------------------------------------


def test_a_text_file_is_written_to_the_byte_and_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    for text in ("a = 'é'\r\nb = 1\n", "", "c = 2\n"):
        write_text_atomic(path, text)
        assert content(tmp_path) == {"settings.toml": text.encode()}


@pytest.mark.parametrize("place", ["nowhere/settings.toml", "file/settings.toml", "folder"])
def test_a_text_file_that_has_no_place_is_said(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("van mij")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError) as caught:
        write_text_atomic(tmp_path / place, "a = 1\n")
    assert str(tmp_path / place) in str(caught.value)
    assert "None" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "folder"]


@pytest.mark.parametrize("step", ["write", "replace"])
def test_a_text_file_keeps_its_old_content_when_writing_fails(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("old")

    def half(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[: len(data) // 2])
        raise FULL

    if step == "write":
        monkeypatch.setattr(Path, "write_bytes", half)
    else:
        monkeypatch.setattr(writing.os, "replace", FailsAt(os.replace, 1, FULL))
    with pytest.raises(OutputError, match="the disk is full"):
        write_text_atomic(path, "new and longer")
    assert content(tmp_path) == {"settings.toml": b"old"}


# --- CSV --------------------------------------------------------------------------------------------------------


def test_csv_has_commas_points_and_line_feeds() -> None:
    frame = pd.DataFrame(
        {
            "text": ["a,b", 'zeg "ja"', "twee\nregels", None],
            "number": [1.5, -2.0, None, 1e-7],
            "count": [1, -2, 3, 4],
            "yes": pd.array([True, False, None, True], dtype="boolean"),
            "day": pd.to_datetime(["2026-03-31", None, "2026-04-01", None]),
        }
    )
    before = frame.copy(deep=True)
    assert csv_text(frame) == (
        "text,number,count,yes,day\n"
        '"a,b",1.5,1,True,2026-03-31\n'
        '"zeg ""ja""",-2.0,-2,False,\n'
        '"twee\nregels",,3,,2026-04-01\n'
        ",1e-07,4,True,\n"
    )
    pd.testing.assert_frame_equal(frame, before)


def test_csv_holds_no_formula_in_cells_or_headings_and_leaves_numbers_alone() -> None:
    frame = pd.DataFrame({"=a": ["=1+1", "+31 6", "-x", "@y", "\tz", "'s avonds", "'=q"], "n": [-1, -2, 3, 4, 5, 6, 7]})
    text = csv_text(frame)
    assert text.splitlines() == ["'=a,n", "'=1+1,-1", "'+31 6,-2", "'-x,3", "'@y,4", "'\tz,5", "'s avonds,6", "''=q,7"]


def test_csv_keeps_a_lone_carriage_return_inside_its_cell() -> None:
    text = csv_text(pd.DataFrame({"a": ["x\ry"], "b": ["z"]}))
    assert text == 'a,b\n"x\ry",z\n'


@given(text=st.text(st.sampled_from("'=+-@\t\r\na ") | st.characters(), max_size=8))
@example(text="")
@example(text="'''=")
def test_a_guarded_cell_is_no_formula_and_gives_its_text_back(text: str) -> None:
    guarded = safe_cell(text)
    assert not guarded.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert from_safe_cell(guarded) == text.replace("\x00", "\ufffd")
    assert guarded in (text, "'" + text)


# --- the workbooks to fill in -----------------------------------------------------------------------------------

DUTCH_NAMES = {"units": "vestigingen", "nonprofits": "organisaties", "partnerships": "samenwerkingen"}
DUTCH_HEADINGS = {
    "units": {
        "company": "bedrijf",
        "name": "naam",
        "mission": "missie",
        "values": "waarden",
        "address": "adres",
        "postcode": "postcode",
        "city": "plaats",
        "country": "land",
        "employees": "medewerkers",
        "offers": "biedt",
        "seeks": "zoekt",
        "capacity": "capaciteit",
    },
    "nonprofits": {
        "organisation": "organisatie",
        "name": "naam",
        "mission": "missie",
        "postcode": "postcode",
        "city": "plaats",
        "needs": "behoeften",
        "volunteers": "vrijwilligers",
        "active": "actief",
    },
    "partnerships": {"reason": "reden", "trust": "vertrouwen", "communication": "communicatie"},
}
FILLING: dict[CellType, Any] = {
    CellType.ID: "0123",
    CellType.NAME: "De Hoek",
    CellType.TEXT: "Samen eten,\nmet de buurt",
    CellType.CODE: "1011 AB",
    CellType.NUMBER: 4.5,
    CellType.COUNT: 12,
    CellType.DATE: "2026-03-31",
    CellType.COUNTRY: "NL",
    CellType.OPEN_WORDS: "ouderen; jeugd",
}


@pytest.fixture(scope="module", params=["nl", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def templates(language: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the workbooks of a language by table."""
    paths = write_templates(tmp_path_factory.mktemp(language) / "templates", language)
    names = DUTCH_NAMES if language == "nl" else dict(zip(TABLES, TABLES, strict=True))
    assert [path.stem for path in paths] == [names[name] for name in TABLES]
    return {name: path.read_bytes() for name, path in zip(TABLES, paths, strict=True)}


def sheet_of(workbook: bytes) -> tuple[openpyxl.Workbook, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    assert len(book.worksheets) == 3, "the table, what its columns are, and the words that its cells may hold"
    return book, book.worksheets[0]


def choices_of(sheet: Worksheet) -> dict[str, list[str]]:
    """Choices below each heading that offers any."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        assert rule.type == "list"
        (cells,) = rule.sqref.ranges
        assert cells.min_row == 2
        assert cells.max_row >= 1000
        assert cells.min_col == cells.max_col
        found[str(sheet.cell(1, cells.min_col).value)] = str(rule.formula1).strip('"').split(",")
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_heading_that_is_read_and_a_comment(
    name: str, templates: dict[str, bytes], language: str, tmp_path: Path
) -> None:
    _, sheet = sheet_of(templates[name])
    columns = TABLES[name].columns
    headings = [cell.value for cell in sheet[1][: len(columns)]]
    assert len(headings) == len(columns) == len(set(headings))
    assert len(sheet[1]) == len(columns) + (4 if TABLES[name].is_required else 0), "and columns for a contact"
    (tmp_path / f"{name}.xlsx").write_bytes(templates[name])
    table = read_table(name, tmp_path / f"{name}.xlsx")
    assert [(problem.code, problem.severity) for problem in table.problems] == [("no_rows", "warning")]
    assert table.headings == {column.name: heading for column, heading in zip(columns, headings, strict=True)}
    # A blank cell means unknown, or what the meaning of the column says of it.
    must, blank = {
        "nl": ("Verplicht.", ("onbekend", "(leeg:")),
        "en": ("Required.", ("unknown", "(blank:", "(default")),
    }[language]
    for column, cell in zip(columns, sheet[1], strict=False):
        assert cell.comment is not None, column.name
        text = cell.comment.text
        assert (must in text, any(words in text for words in blank)) == (column.required, not column.required), (
            column.name
        )
        assert cell.font.b
    if language == "en":
        assert headings == [column.name for column in columns]
        assert all(column.meaning in cell.comment.text for column, cell in zip(columns, sheet[1], strict=False))
    else:
        named = dict(zip((column.name for column in columns), headings, strict=True))
        assert {column: named[column] for column in DUTCH_HEADINGS[name]} == DUTCH_HEADINGS[name]


@pytest.mark.parametrize("name", TABLES)
def test_the_explanation_has_every_column_and_an_example_that_is_read(
    name: str, templates: dict[str, bytes], language: str, tmp_path: Path
) -> None:
    book, sheet = sheet_of(templates[name])
    columns = TABLES[name].columns
    explained = list(book.worksheets[1].iter_rows(min_row=3, max_row=2 + len(columns), values_only=True))
    assert [row[0] for row in explained] == [column.label_in(language) for column in columns]
    assert all(row[1] for row in explained)
    for position, (_, _, example_cell) in enumerate(explained, start=1):
        sheet.cell(2, position).value = example_cell
    book.save(tmp_path / "example.xlsx")
    table = read_table(name, tmp_path / "example.xlsx")
    assert table.problems == ()
    assert len(table.frame) == 1
    for column, shown in zip(columns, (row[2] for row in explained), strict=True):
        assert table.frame[column.name].notna()[0] == bool(shown) or column.name == "organisation", column.name
        if column.words is not None and shown:
            words = table.frame[column.name][0].split(SEPARATOR)
            assert set(words) <= set(column.choices), column.name


@pytest.mark.parametrize("name", TABLES)
def test_dutch_comments_are_in_dutch(name: str, tmp_path: Path) -> None:
    write_templates(tmp_path / "templates", "nl")
    _, sheet = sheet_of((tmp_path / "templates" / f"{DUTCH_NAMES[name]}.xlsx").read_bytes())
    english = (
        "What",
        "Your own",
        "Number of",
        "Name of",
        "Code of the",
        "Degrees",
        "wanted",
        "Why",
        "day",
        "Rating",
        "yes",
    )
    left = {
        str(cell.value): cell.comment.text
        for cell in sheet[1]
        if cell.comment and any(word in cell.comment.text for word in english)
    }
    assert left == {}


@pytest.mark.parametrize("name", TABLES)
def test_choices_stand_where_words_are_fixed_and_each_of_them_is_read(
    name: str, templates: dict[str, bytes], language: str
) -> None:
    _, sheet = sheet_of(templates[name])
    headings = {column.name: sheet.cell(1, position).value for position, column in enumerate(TABLES[name].columns, 1)}
    choices = choices_of(sheet)
    fixed = {column.name for column in TABLES[name].columns if column.cell_type in (CellType.BOOLEAN, CellType.WORD)}
    assert set(choices) == {headings[column] for column in fixed}
    for column in fixed:
        words = choices[str(headings[column])]
        if TABLES[name].by_name[column].cell_type is CellType.BOOLEAN:
            assert words == {"nl": ["ja", "nee"], "en": ["yes", "no"]}[language]
        required = {
            item.name: [str(FILLING.get(item.cell_type, "active"))] * len(words)
            for item in TABLES[name].columns
            if item.required
        }
        if name != "partnerships":
            required[TABLES[name].id_column] = [f"x{row}" for row in range(len(words))]
        table = read_table(name, pd.DataFrame({**required, headings[column]: words}))
        assert [problem for problem in table.problems if problem.is_error] == []
        assert table.frame[column].nunique() == len(words)


@pytest.mark.parametrize("name", TABLES)
def test_a_workbook_that_was_filled_in_is_read_without_problems(
    name: str, templates: dict[str, bytes], tmp_path: Path
) -> None:
    book, sheet = sheet_of(templates[name])
    choices = choices_of(sheet)
    for position, column in enumerate(TABLES[name].columns, start=1):
        heading = str(sheet.cell(1, position).value)
        if heading in choices:
            value = choices[heading][0]
        elif column.cell_type is CellType.WORDS:
            value = "; ".join(column.choices)
        else:
            value = FILLING[column.cell_type]
        sheet.cell(2, position).value = value
    book.save(tmp_path / "filled.xlsx")
    table = read_table(name, tmp_path / "filled.xlsx")
    assert table.problems == ()
    contact = {str(cell.value) for cell in sheet[1][len(TABLES[name].columns) :]}
    assert set(table.passed_through) == {"volunteers", "state"} & set(table.frame) | contact
    assert len(table.frame) == 1
    assert table.frame.drop(columns=[*contact]).notna().all(axis=None)
    assert table.rows.tolist() == [2]
    assert table.frame[TABLES[name].id_column].tolist() == ["0123"]


@pytest.mark.parametrize("name", TABLES)
def test_cells_for_codes_and_words_hold_what_is_typed_as_text(name: str, templates: dict[str, bytes]) -> None:
    _, sheet = sheet_of(templates[name])
    formats = {
        position: dimension.number_format
        for dimension in sheet.column_dimensions.values()
        for position in range(dimension.min, dimension.max + 1)
    }
    for position, column in enumerate(TABLES[name].columns, start=1):
        as_text = column.cell_type not in (CellType.NUMBER, CellType.COUNT, CellType.DATE)
        assert (formats[position] == "@") == as_text, column.name
    assert sheet.freeze_panes == "A2"


def test_a_language_that_is_not_known_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"'fr' \(known: en, nl\)"):
        write_templates(tmp_path / "templates", "fr")
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_that_was_filled_in_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "vestigingen.xlsx").write_bytes(b"a week of work")
    with pytest.raises(OutputError, match=r"vestigingen\.xlsx"):
        write_templates(tmp_path, "nl")
    assert content(tmp_path) == {"vestigingen.xlsx": b"a week of work"}


def test_the_command_writes_the_workbooks_and_says_where(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["template", "--out", str(tmp_path / "templates"), "--language", "en"])
    assert result.exit_code == 0
    assert result.output.splitlines() == [str(tmp_path / "templates" / f"{name}.xlsx") for name in TABLES]
    assert all(Path(line).is_file() for line in result.output.splitlines())


@pytest.mark.parametrize("language_given", ["fr", "nl"])
def test_the_command_says_what_is_wrong_without_a_traceback(language_given: str, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("van mij")
    result = CliRunner().invoke(
        app, ["template", "--out", str(tmp_path / "taken" / "templates"), "--language", language_given]
    )
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert result.output.startswith(("error: ", "fout: "))
    assert content(tmp_path) == {"taken": b"van mij"}


def test_the_guard_covers_every_line_of_a_cell() -> None:
    text = "hoi\n=1+41;x\t@a\r\n-b\n\nc"
    assert safe_cell(text) == "hoi\n'=1+41;x\t'@a\r\n'-b\n\nc"
    assert from_safe_cell(safe_cell(text)) == text


def test_results_in_a_folder_beside_which_nothing_may_be_made_are_written_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = tempfile.mkdtemp

    def refuse(*, dir: Path, **options: str) -> str:  # noqa: A002 (as tempfile names it)
        if dir == tmp_path:
            raise PermissionError(errno.EACCES, "denied")
        return real(dir=dir, **options)

    write_results(tmp_path / "results", OLD)
    monkeypatch.setattr(tempfile, "mkdtemp", refuse)
    write_results(tmp_path / "results", FILES)
    assert {path.name for path in (tmp_path / "results").iterdir()} >= set(FILES)
    assert not list((tmp_path / "results").glob("*.part"))


def test_results_that_cannot_be_renamed_across_a_mount_point_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a mount point does, a folder refuses what is renamed into it from outside."""
    folder = tmp_path / "results"
    write_results(folder, OLD)
    real = os.replace

    def across(source: Path, target: Path) -> None:
        if folder not in Path(source).parents:
            raise OSError(errno.EXDEV, "another file system")
        real(source, target)

    monkeypatch.setattr("matcher.tables.write.files.put_in_one_step", lambda *_: False)
    monkeypatch.setattr(os, "replace", across)
    write_results(folder, FILES)
    for name, content in FILES.items():
        data = (folder / name).read_bytes()
        assert data == (content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(
    ("code", "lines"), [("nl", 'name;score\n"a;b";0,5\ncafé;1,0\n'), ("en", "name,score\na;b,0.5\ncafé,1.0\n")]
)
def test_a_table_for_excel_has_the_separators_of_its_language(code: str, lines: str, tmp_path: Path) -> None:
    frame = pd.DataFrame({"name": ["a;b", "café"], "score": [0.5, 1.0]})
    text = csv_text(frame, load_language(code))
    assert text == "\ufeff" + lines
    assert not csv_text(frame).startswith("\ufeff"), "for programs it stays as it was"
