"""Decisions in a workbook come back: read as a person saved it, checked, merged, and honoured by the next run."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from helpers.office import save_again
from helpers.paths import EXAMPLE
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner, Result

from matcher import read_partnerships
from matcher.cli.app import app
from matcher.i18n.language import load_language
from matcher.jobs.decisions import write_partnerships
from matcher.tables.problems import TableError
from matcher.tables.read.decisions import Decided, Decisions, read_decisions
from matcher.tables.read.merged_decisions import merge_decisions, standing_decisions
from matcher.tables.schema.vocabulary import STATUS_OF
from matcher.tables.status import Status

PARTNERSHIPS = EXAMPLE / "partnerships.csv"
HEADINGS = {
    "en": ("Unit code", "Nonprofit code", "Decision", "Note"),
    "nl": ("Vestigingscode", "Organisatiecode", "Besluit", "Notitie"),
}
Change = Callable[[Worksheet, dict[str, int]], None]


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def books(small_example: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A workbook in each language, in which nothing is decided yet."""
    folder = tmp_path_factory.mktemp("books")
    lists = (small_example["units"], small_example["nonprofits"])
    for code in ("en", "nl"):
        command = (
            "match",
            *lists,
            "--out",
            folder / code,
            "--language",
            code,
            "--formats",
            "xlsx",
            "--top",
            "5",
        )
        assert run(*command).exit_code == 0
    return {code: folder / code / "matches.xlsx" for code in ("en", "nl")}


def changed(book: Path, to: Path, change: Change, code: str = "en") -> Path:
    """Save a workbook in which somebody changed the sheet of shortlists."""
    opened = openpyxl.load_workbook(book)
    sheet = opened["Shortlists"]
    titles = [cell.value for cell in sheet[1]]
    names = ("unit", "nonprofit", "decision", "note")
    change(sheet, {name: titles.index(title) + 1 for name, title in zip(names, HEADINGS[code], strict=True)})
    opened.save(to)
    return to


def decide_in(sheet: Worksheet, at: dict[str, int], row: int, decision: str, note: str = "") -> tuple[str, str]:
    sheet.cell(row, at["decision"]).value = decision
    sheet.cell(row, at["note"]).value = note or None
    return str(sheet.cell(row, at["unit"]).value), str(sheet.cell(row, at["nonprofit"]).value)


@pytest.mark.parametrize(
    ("code", "words"),
    [("en", ("yes", "no", "maybe")), ("nl", ("ja", "nee", "misschien")), ("nl", ("JA ", "Nee", "yes"))],
)
def test_decisions_are_read_in_both_languages(
    code: str, words: tuple[str, ...], books: dict[str, Path], tmp_path: Path
) -> None:
    pairs: list[tuple[str, str]] = []

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        pairs.extend(decide_in(sheet, at, row, word, f"note {row}") for row, word in enumerate(words, start=4))

    decisions = read_decisions(changed(books[code], tmp_path / "m.xlsx", fill, code))
    assert [item.pair for item in decisions.taken] == pairs
    expected = ["yes", "no", "yes" if words[2] == "yes" else "maybe"]
    assert [(item.decision, item.note, item.row) for item in decisions.taken] == [
        (decision, f"note {row}", row) for row, decision in enumerate(expected, start=4)
    ]
    assert decisions.problems == ()


def test_a_sheet_that_was_moved_about_is_read_all_the_same(books: dict[str, Path], tmp_path: Path) -> None:
    """Columns in another order, one of the reader's own, rows sorted and hidden, a title above, the sheet renamed."""
    opened = openpyxl.load_workbook(books["en"])
    sheet = opened["Shortlists"]
    titles = [cell.value for cell in sheet[1]]
    frame = pd.DataFrame(list(sheet.iter_rows(min_row=2, values_only=True)), columns=titles)
    frame = frame.sort_values("Score", ignore_index=True)
    frame["Decision"] = frame["Decision"].astype(object)
    frame.loc[7, "Decision"], frame.loc[7, "Note"] = "no", "Too far"
    frame["My own column"] = "x"
    other = opened.create_sheet("For the board", 0)
    other.append(["What we think of it"])
    other.append([])
    columns = ["My own column", "Note", "Nonprofit code", "Decision", "Why", "Unit code"]
    other.append(columns)
    for row in frame[columns].itertuples(index=False):
        other.append([None if pd.isna(cell) else cell for cell in row])
    other.row_dimensions[11].hidden = True
    del opened["Shortlists"]
    opened.save(tmp_path / "m.xlsx")
    decisions = read_decisions(tmp_path / "m.xlsx")
    assert [(item.pair, item.decision, item.note, item.sheet, item.row) for item in decisions.taken] == [
        ((frame.loc[7, "Unit code"], frame.loc[7, "Nonprofit code"]), "no", "Too far", "For the board", 11)
    ]


def _formula(sheet: Worksheet, at: dict[str, int]) -> None:
    sheet.cell(3, at["decision"]).value = '=IF(1,"yes","no")'


def _formula_code(sheet: Worksheet, at: dict[str, int]) -> None:
    decide_in(sheet, at, 3, "yes")
    sheet.cell(3, at["unit"]).value = "=A1"


def _unknown_word(sheet: Worksheet, at: dict[str, int]) -> None:
    decide_in(sheet, at, 5, "mabye")


def _unknown_unit(sheet: Worksheet, at: dict[str, int]) -> None:
    decide_in(sheet, at, 3, "yes")
    sheet.cell(3, at["unit"]).value = "bank-1x"


def _other_pair(sheet: Worksheet, at: dict[str, int]) -> None:
    decide_in(sheet, at, 3, "yes")
    sheet.cell(3, at["nonprofit"]).value = sheet.cell(sheet.max_row, at["nonprofit"]).value


def _no_code(sheet: Worksheet, at: dict[str, int]) -> None:
    decide_in(sheet, at, 3, "yes")
    sheet.cell(3, at["unit"]).value = None


def _contradiction(sheet: Worksheet, at: dict[str, int]) -> None:
    decide_in(sheet, at, 3, "yes")
    decide_in(sheet, at, 4, "no")
    for column in (1, 3, at["unit"], at["nonprofit"]):  # names and codes
        sheet.cell(4, column).value = sheet.cell(3, column).value


def _double_heading(sheet: Worksheet, at: dict[str, int]) -> None:
    sheet.cell(1, sheet.max_column + 1).value = "Besluit"


def _renamed(sheet: Worksheet, at: dict[str, int]) -> None:
    sheet.cell(1, at["decision"]).value = "What next"


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (_formula, ("row 3, column Decision", "holds a formula")),
        (_formula_code, ("row 3, column Unit code", "holds a formula")),
        (_unknown_word, ("row 5, column Decision: 'mabye'", "did you mean 'maybe'", "yes, no or maybe")),
        (_unknown_unit, ("row 3, column Unit code: 'bank-1x'", "did you mean 'bank-1")),
        (_other_pair, ("row 3, column Nonprofit code", "no pair of unit bank-01")),
        (_no_code, ("row 3, column Unit code", "the code is empty")),
        (_contradiction, ("row 4, column Decision: 'no'", "row 3 of the sheet 'Shortlists' says yes")),
        (_double_heading, ("row 1, column Besluit", "'Decision' are both read as the column decision")),
        (_renamed, ("no sheet has the columns unit_id, nonprofit_id, decision",)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_cannot_be_honoured_is_one_message_and_nothing_is_written(
    change: Change, parts: tuple[str, ...], books: dict[str, Path], tmp_path: Path
) -> None:
    book = changed(books["en"], tmp_path / "m.xlsx", change)
    result = run("decisions", book, "--partnerships", PARTNERSHIPS, "--out", tmp_path / "new.csv")
    assert result.exit_code == 2
    message_text = " ".join(result.stderr.split())
    assert message_text.count("error: m.xlsx") == 1
    for part in parts:
        assert part in message_text
    assert "Traceback" not in message_text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.xlsx"]


def _absent(path: Path) -> None: ...


def _damaged(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:4000])


def _text(path: Path) -> None:
    path.write_text("unit_id,nonprofit_id,decision\n", encoding="utf-8")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _template(path: Path) -> None:
    run("template", "--out", path.parent / "t")
    shutil.move(path.parent / "t" / "units.xlsx", path)
    shutil.rmtree(path.parent / "t")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (_absent, "no such file"),
        (_damaged, "the workbook cannot be opened"),
        (_text, "this is no workbook"),
        (_empty, "the file is empty"),
        (_template, "no sheet has the columns"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_file_that_is_no_such_workbook(
    make: Callable[[Path], None], message: str, books: dict[str, Path], tmp_path: Path
) -> None:
    book = tmp_path / "m.xlsx"
    if make is not _absent:
        shutil.copy(books["en"], book)
    make(book)
    result = run("decisions", book, "--out", tmp_path / "new.csv")
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())
    assert not (tmp_path / "new.csv").exists()


def test_another_ending_or_a_broken_old_table_is_said(books: dict[str, Path], tmp_path: Path) -> None:
    result = run("decisions", books["en"], "--out", tmp_path / "new.ods")
    assert (result.exit_code, ".csv or .xlsx" in result.stderr) == (2, True)
    (tmp_path / "old.csv").write_text("unit_id,nonprofit_id,status\nu,n,lovely\n", encoding="utf-8")
    result = run("decisions", books["en"], "--partnerships", tmp_path / "old.csv", "--out", tmp_path / "new.csv")
    assert (result.exit_code, "'lovely' is not one of the words" in result.stderr) == (2, True)
    result = run("decisions", books["en"], "--out", tmp_path / "nowhere" / "new.csv")
    assert (result.exit_code, "cannot be written" in result.stderr) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["old.csv"]


def test_a_note_alone_is_said_and_decides_nothing(books: dict[str, Path], tmp_path: Path) -> None:
    book = changed(books["en"], tmp_path / "m.xlsx", lambda sheet, at: decide_in(sheet, at, 3, "", "hm"))  # type: ignore[arg-type, return-value]
    decisions = read_decisions(book)
    assert decisions.taken == ()
    assert ["no decision" in str(problem) for problem in decisions.problems] == [True]


# --- merging ------------------------------------------------------------------------------------------------------


def old_table(*rows: tuple[str, str, str]) -> pd.DataFrame:
    from matcher.tables.read.tables import read_table

    frame = pd.DataFrame(rows, columns=["unit_id", "nonprofit_id", "status"])
    frame["started_on"], frame["reason"], frame["trust"], frame["contact"] = "2026-01-31", "so", 4, "=Jan"
    return read_table("partnerships", frame).frame


def decided(*items: tuple[str, str, str, str]) -> Decisions:
    return Decisions("m.xlsx", tuple(Decided((u, n), word, note, "Shortlists", 2) for u, n, word, note in items), ())


@pytest.mark.parametrize("word", ["yes", "no", "maybe"])
@pytest.mark.parametrize("status", list(Status))
def test_what_a_decision_makes_of_each_status(word: str, status: str) -> None:
    frame, problems = merge_decisions(decided(("u", "n", word, "note")), old_table(("u", "n", status)))
    assert len(frame) == 1
    row = frame.iloc[0]
    if status in ("agreed", "active", "completed"):
        assert row["status"] == status
        assert [f"is {status}" in str(problem) for problem in problems] == [True]
        pd.testing.assert_frame_equal(frame, old_table(("u", "n", status)))
        return
    assert problems == []
    keeps = {"yes": ("proposed", "contacted"), "no": ("vetoed",), "maybe": ("maybe", "contacted")}[word]
    assert row["status"] == (status if status in keeps else STATUS_OF[word])
    assert row["reason" if word == "no" else "note"] == "note"
    assert row["trust"] == 4
    assert pd.isna(row["started_on"]) == (status not in keeps), "a date belongs to what it was"


def test_an_ended_partnership_may_start_again_where_the_settings_say_so() -> None:
    frame, problems = merge_decisions(decided(("u", "n", "yes", "")), old_table(("u", "n", "completed")), renew=True)
    assert frame["status"].tolist() == ["completed", "proposed"]
    assert problems == []


def test_several_rows_of_a_pair_become_one_that_says_what_was_decided() -> None:
    old = old_table(("u", "n", "vetoed"), ("x", "y", "vetoed"), ("u", "n", "declined"))
    frame, _ = merge_decisions(decided(("u", "n", "yes", "")), old)
    assert frame[["unit_id", "status"]].to_numpy().tolist() == [["x", "vetoed"], ["u", "proposed"]]


IDS = st.sampled_from(["a", "b", "c"])
ROWS = st.lists(st.tuples(IDS, IDS, st.sampled_from(list(Status))), max_size=8)
TAKEN = st.lists(st.tuples(IDS, IDS, st.sampled_from(["yes", "no", "maybe"]), st.sampled_from(["", "note"])), max_size=5, unique_by=lambda item: item[:2])  # fmt: skip


@given(rows=ROWS, taken=TAKEN)
def test_rows_on_which_nothing_was_decided_stay_and_deciding_twice_changes_nothing(
    rows: list[tuple[str, str, str]], taken: list[tuple[str, str, str, str]]
) -> None:
    old = old_table(*rows)
    before = old.copy(deep=True)
    frame, problems = merge_decisions(decided(*taken), old)
    pd.testing.assert_frame_equal(old, before)
    pairs = {item[:2] for item in taken}

    def others(table: pd.DataFrame) -> pd.DataFrame:
        keep = [pair not in pairs for pair in zip(table["unit_id"], table["nonprofit_id"], strict=True)]
        return table.loc[np.array(keep, dtype=bool)].reset_index(drop=True)

    pd.testing.assert_frame_equal(others(frame), others(old))
    again, problems_again = merge_decisions(decided(*taken), frame)
    pd.testing.assert_frame_equal(again, frame)
    assert problems_again == problems
    for unit, nonprofit, word, _ in taken:
        statuses = frame[(frame["unit_id"] == unit) & (frame["nonprofit_id"] == nonprofit)]["status"].tolist()
        running = {"agreed", "active", "completed"} & set(statuses)
        assert running or statuses == [STATUS_OF[word]] or (word != "no" and statuses == ["contacted"])


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_the_new_table_is_read_back_as_it_was(suffix: str, tmp_path: Path) -> None:
    old = old_table(("u", "=n", "vetoed"), ("x", "y", "active"))
    frame, _ = merge_decisions(decided(("-u", "@n", "no", "=HYPERLINK(1)"), ("u", "=n", "maybe", "'=q")), old)
    write_partnerships(frame, tmp_path / f"new{suffix}")
    pd.testing.assert_frame_equal(read_partnerships(tmp_path / f"new{suffix}"), frame)
    first = (tmp_path / f"new{suffix}").read_bytes()
    write_partnerships(frame, tmp_path / f"new{suffix}")
    assert (tmp_path / f"new{suffix}").read_bytes() == first


# --- the whole round ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("code", "office"), [("en", False), ("nl", True)], ids=["as it is", "saved by LibreOffice"])
def test_the_next_run_honours_what_was_decided(
    code: str, office: bool, books: dict[str, Path], small_example: dict[str, Path], tmp_path: Path
) -> None:
    lists = (small_example["units"], small_example["nonprofits"])
    words: dict[str, Any] = {"en": ("yes", "no", "maybe"), "nl": ("ja", "nee", "misschien")}[code]
    pairs: list[tuple[str, str]] = []

    def fill(sheet: Worksheet, at: dict[str, int]) -> None:
        pairs.extend(decide_in(sheet, at, row, word, f"{word}: note") for row, word in enumerate(words, start=2))

    book = changed(books[code], tmp_path / "matches.xlsx", fill, code)
    if office:
        book = save_again(book, tmp_path)
    new = tmp_path / "new.xlsx"
    result = run("decisions", book, "--out", new)
    assert result.exit_code == 0
    assert result.stdout.startswith("3 decisions: 1 yes, 1 no, 1 maybe. 3 partnerships: ")
    again = run("decisions", book, "--partnerships", new, "--out", tmp_path / "again.xlsx")
    assert again.stdout.startswith("3 decisions: 1 yes, 1 no, 1 maybe, 3 of them known already. 3 partnerships: ")
    saved = read_partnerships(new)
    assert saved["status"].tolist() == ["proposed", "vetoed", "maybe"]
    assert saved["reason"].fillna("").tolist() == ["", f"{words[1]}: note", ""]
    assert saved["note"].fillna("").tolist() == [f"{words[0]}: note", "", f"{words[2]}: note"]
    out = tmp_path / "out"
    command = ("match", *lists, "--partnerships", new, "--out", out, "--language", code, "--top", "5")
    assert run(*command).exit_code == 0
    shortlist = pd.read_csv(out / "shortlist.csv")
    listed = set(zip(shortlist["unit_id"], shortlist["nonprofit_id"], strict=True))
    assert [pair in listed for pair in pairs] == [True, False, True]
    programmes = pd.read_csv(out / "programmes.csv")
    assert pairs[0] in set(zip(programmes["unit_id"], programmes["nonprofit_id"], strict=True)), "proposed is kept"
    decisions = {item.pair: (item.decision, item.note) for item in read_decisions(out / "matches.xlsx").taken}
    assert decisions == {pairs[0]: ("yes", f"{words[0]}: note"), pairs[2]: ("maybe", f"{words[2]}: note")}


def test_a_workbook_without_its_hidden_sheet_is_read_unless_it_has_no_headings(
    books: dict[str, Path], tmp_path: Path
) -> None:
    opened = openpyxl.load_workbook(books["en"])
    del opened["matcher"]
    opened["Shortlists"].cell(2, 5).value = "yes"
    opened.save(tmp_path / "m.xlsx")
    assert len(read_decisions(tmp_path / "m.xlsx").taken) == 1
    del opened["Shortlists"]
    opened.save(tmp_path / "m.xlsx")
    with pytest.raises(TableError, match="sheets: Overview"):
        read_decisions(tmp_path / "m.xlsx")


def test_a_decision_beside_other_names_than_its_codes_is_refused_alone(books: dict[str, Path], tmp_path: Path) -> None:
    decided: list[tuple[str, str]] = []

    def swap(sheet: Worksheet, at: dict[str, int]) -> None:
        one, other = sheet.cell(2, at["nonprofit"]), sheet.cell(3, at["nonprofit"])
        one.value, other.value = other.value, one.value
        decided.extend(decide_in(sheet, at, row, "yes") for row in (2, 3, 4))

    path = changed(books["en"], tmp_path / "m.xlsx", swap)
    found = read_decisions(path)
    assert [item.pair for item in found.taken] == decided[2:]
    assert [(problem.code, problem.row, problem.severity) for problem in found.problems] == [
        ("names_and_codes", 2, "warning"),
        ("names_and_codes", 3, "warning"),
    ]
    assert decided[0][1] in found.problems[0].message
    opened = openpyxl.load_workbook(path)
    hidden = opened["matcher"]
    hidden.delete_cols(4, 2)  # as earlier versions wrote it
    opened.save(path)
    assert [item.pair for item in read_decisions(path).taken] == decided[2:]


def test_merged_decisions_are_taken_and_that_is_said(books: dict[str, Path], tmp_path: Path) -> None:
    decided: list[tuple[str, str]] = []

    def merge(sheet: Worksheet, at: dict[str, int]) -> None:
        decided.extend(decide_in(sheet, at, row, "yes") for row in (2, 3, 4))
        sheet.merge_cells(start_row=2, end_row=4, start_column=at["decision"], end_column=at["decision"])

    found = read_decisions(changed(books["en"], tmp_path / "m.xlsx", merge))
    assert [item.pair for item in found.taken] == decided
    assert [(problem.code, problem.row, problem.column) for problem in found.problems] == [
        ("merged_cells", 2, "Decision")
    ]


def test_names_are_compared_with_the_lists(
    books: dict[str, Path], small_example: dict[str, Path], tmp_path: Path
) -> None:
    pair: list[str] = []

    def rename(sheet: Worksheet, at: dict[str, int]) -> None:
        pair.extend(decide_in(sheet, at, 2, "yes"))
        sheet.cell(2, 3).value = "Somebody else"
        decide_in(sheet, at, 3, "no")

    path = changed(books["en"], tmp_path / "m.xlsx", rename)
    opened = openpyxl.load_workbook(path)
    del opened["matcher"]
    opened.save(path)
    lists = ("--units", small_example["units"], "--nonprofits", small_example["nonprofits"])
    result = run("decisions", path, "--out", tmp_path / "p.csv", *lists)
    assert result.exit_code == 0
    assert "1 decision: 0 yes, 1 no" in result.stdout
    assert f"{pair[1]} belongs to" in result.stderr
    assert "hidden sheet" in result.stderr


def test_a_decision_can_be_taken_back() -> None:
    pair = ("U1", "N1")
    old, _ = merge_decisions(Decisions("m.xlsx", (Decided(pair, "yes", "", "Shortlists", 2),), ()), None)
    back = Decisions("m.xlsx", (Decided(pair, "undecided", "", "Shortlists", 2),), ())
    assert len(old) == 1
    assert len(merge_decisions(back, old)[0]) == 0


def test_date_and_name_of_a_decision_are_kept_and_dutch_files_stay_dutch(
    books: dict[str, Path], tmp_path: Path
) -> None:
    """From the workbook into the table, in its own headings and words, and shown again by the next run."""

    def decide_on(sheet: Worksheet, at: dict[str, int]) -> None:
        titles = [cell.value for cell in sheet[1]]
        by, on = titles.index("Besloten door") + 1, titles.index("Besloten op") + 1
        for row, word, day in (
            (2, "ja", dt.datetime(2026, 3, 31)),
            (3, "nee", "1 april 2026"),
            (4, "misschien", "ooit"),
        ):
            sheet.cell(row, at["decision"]).value = word
            sheet.cell(row, by).value = "R. Bos"
            sheet.cell(row, on).value = day

    book = changed(books["nl"], tmp_path / "in.xlsx", decide_on, "nl")
    titles = [cell.value for cell in openpyxl.load_workbook(book)["Shortlists"][1]]
    sheet = openpyxl.load_workbook(book)["Shortlists"]
    taken = [str(sheet.cell(row, titles.index("Vestigingscode") + 1).value) for row in (2, 3, 4)]
    old = tmp_path / "oud.csv"
    old.write_text(
        f"vestigingscode;organisatiecode;status;Eigen kolom\n{taken[0]};x9;lopend;blijft\n", encoding="utf-8"
    )
    new = tmp_path / "nieuw.csv"
    result = run("decisions", book, "--partnerships", old, "--out", new, "--language", "nl")
    assert result.exit_code == 0, result.stderr
    assert "'ooit': dit is geen datum" in result.stderr
    headings, *rows = (line.split(",") for line in new.read_text(encoding="utf-8-sig").splitlines())
    assert {"vestigingscode", "organisatiecode", "status", "Eigen kolom", "besloten door", "besloten op"} <= set(
        headings
    )
    status, on = headings.index("status"), headings.index("besloten op")
    assert [(row[status], row[on]) for row in rows] == [
        ("actief", ""),
        ("voorgesteld", "2026-03-31"),
        ("uitgesloten", "2026-04-01"),
        ("misschien", ""),
    ]
    read = read_partnerships(new)
    assert read["status"].tolist() == ["active", "proposed", "vetoed", "maybe"]
    standing = standing_decisions(read)
    assert [(each["decision"], each["decided_by"], str(each["decided_on"])[:10]) for each in standing.values()] == [
        ("yes", "R. Bos", "2026-03-31"),
        ("maybe", "R. Bos", ""),
    ]


@pytest.mark.parametrize("code", ["en", "nl"])
def test_every_status_is_read_back_from_its_word(code: str, tmp_path: Path) -> None:
    statuses = {status: load_language(code).word(status) for status in Status}
    frame = old_table(*[("u", f"n{number}", str(status)) for number, status in enumerate(statuses)])
    write_partnerships(frame, tmp_path / "p.csv", {}, statuses)
    assert read_partnerships(tmp_path / "p.csv")["status"].tolist() == list(statuses)
