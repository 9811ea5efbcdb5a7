"""What reading promises: types, columns that pass through, the caller's frame, and that what was written reads back."""

from __future__ import annotations

import csv
import datetime as dt
import io
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matcher import read_nonprofits, read_partnerships, read_units
from matcher.errors import MatcherError, SettingsError
from matcher.i18n.language import load_language
from matcher.shipped import shipped
from matcher.tables.problems import TableError, problem_lines
from matcher.tables.read.dates import parse_date
from matcher.tables.read.numbers import parse_count, parse_number
from matcher.tables.read.parsing import parse_boolean
from matcher.tables.read.tables import read_table
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.tables.schema.tables import TABLES
from matcher.tables.write.files import csv_text

READERS: dict[str, Callable[..., pd.DataFrame]] = {
    "units": read_units,
    "nonprofits": read_nonprofits,
    "partnerships": read_partnerships,
}
PLACE = {
    "address": "str",
    "postcode": "str",
    "city": "str",
    "state": "str",
    "country": "str",
    "latitude": "float64",
    "longitude": "float64",
}
DTYPES = {
    "units": {
        "unit_id": "str",
        "company": "str",
        "name": "str",
        "mission": "str",
        "values": "str",
        "is_hq": "boolean",
        "foundation": "str",
        **PLACE,
        "employees": "float64",
        "offers": "str",
        "seeks": "str",
        "causes": "str",
        "excludes": "str",
        "reach_km": "float64",
        "capacity": "float64",
    },
    "nonprofits": {
        "nonprofit_id": "str",
        "organisation": "str",
        "name": "str",
        "mission": "str",
        "values": "str",
        "is_hq": "boolean",
        **PLACE,
        "works_in": "str",
        "staff": "float64",
        "volunteers": "float64",
        "needs": "str",
        "offers": "str",
        "causes": "str",
        "capacity": "float64",
        "organisation_capacity": "float64",
        "accreditation": "str",
        "active": "boolean",
    },
    "partnerships": {
        "unit_id": "str",
        "nonprofit_id": "str",
        "status": "str",
        "reason": "str",
        "note": "str",
        "decided_by": "str",
        "decided_on": "datetime64[s]",
        "started_on": "datetime64[s]",
        "ended_on": "datetime64[s]",
        **dict.fromkeys(Partnership.RATINGS, "float64"),
        "programme": "str",
        "left_at": "str",
    },
}
LEAST: dict[str, dict[str, str]] = {
    "units": {"unit_id": "u1", "company": "Bank", "name": "Bank Utrecht", "mission": "Helpen"},
    "nonprofits": {"nonprofit_id": "n1", "name": "Buurthuis", "mission": "Samen eten"},
    "partnerships": {"unit_id": "u1", "nonprofit_id": "n1", "status": "active"},
}


def example_file(name: str) -> Path:
    return shipped("data", "example", f"{name}.csv")


def frame_of(name: str = "nonprofits", /, **columns: Any) -> pd.DataFrame:
    """Return a frame with the columns that have to be there, as many rows as the columns given are long."""
    rows = max((len(values) for values in columns.values()), default=1)
    base = {
        column: [f"{value}{row}" if column in ("unit_id", "nonprofit_id") else value for row in range(rows)]
        for column, value in LEAST[name].items()
    }
    return pd.DataFrame({**base, **columns})


def found(name: str, source: pd.DataFrame | Path) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(item.code, item.row, item.column, item.value) for item in read_table(name, source).problems]


def through_csv(frame: pd.DataFrame, folder: Path) -> Path:
    path = folder / "written.csv"
    path.write_text(csv_text(frame), encoding="utf-8", newline="")
    return path


# --- the frame that comes out -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_there_in_its_type_and_in_order(name: str) -> None:
    for source in (example_file(name), pd.DataFrame([LEAST[name]])):
        frame = READERS[name](source)
        known = frame[list(DTYPES[name])]
        assert {column: str(dtype) for column, dtype in known.dtypes.items()} == DTYPES[name]
        assert list(frame.columns[: len(DTYPES[name])]) == list(DTYPES[name])
        assert frame.index.equals(pd.RangeIndex(len(frame)))


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_headings_has_the_same_types(name: str) -> None:
    frame = READERS[name](pd.DataFrame(columns=list(LEAST[name])))
    assert {column: str(dtype) for column, dtype in frame.dtypes.items()} == DTYPES[name]
    assert len(frame) == 0


def test_the_order_of_rows_is_that_of_the_file() -> None:
    frame = frame_of(nonprofit_id=["b", "a", "c"])
    assert read_nonprofits(frame)[Nonprofit.ID].tolist() == ["b", "a", "c"]
    assert read_nonprofits(frame.iloc[[2, 0, 1]])[Nonprofit.ID].tolist() == ["c", "b", "a"]


def test_a_site_without_an_organisation_is_its_own() -> None:
    frame = read_nonprofits(frame_of(name=["De Hoek", "Het Plein"], organisation=[None, "Koepel"]))
    assert frame[Nonprofit.ORGANISATION].tolist() == ["De Hoek", "Koepel"]


def test_blank_is_missing_and_never_zero(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("unit_id,company,name,mission,employees,reach_km,capacity,is_hq,causes\nu1,B,B,m,,  ,-,n.v.t.,;\n")
    frame = read_units(path)
    assert frame[[Unit.EMPLOYEES, Unit.REACH_KM, Unit.CAPACITY, Unit.IS_HQ, Unit.CAUSES]].isna().all(axis=None)


UNTOUCHED = [
    " 007 ",
    "n.v.t.",
    "-",
    "=1+1",
    "'s avonds",
    "1.200",
    "ja",
    "a; b",
    'zeg "ja"',
    "twee\nregels",
    "\u200bx",
    "",
]


@pytest.mark.parametrize("kind", ["frame", "csv", "xlsx"])
def test_columns_that_are_not_known_follow_untouched_in_their_order(kind: str, tmp_path: Path) -> None:
    frame = frame_of(Website=UNTOUCHED, contact=UNTOUCHED[::-1])[
        ["Website", "mission", "contact", "nonprofit_id", "name"]
    ]
    source: pd.DataFrame | Path = frame
    if kind == "csv":
        source = tmp_path / "a.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerows([list(frame.columns), *frame.to_numpy().tolist()])
    elif kind == "xlsx":
        source = tmp_path / "a.xlsx"
        as_workbook(source, [list(frame.columns), *frame.to_numpy().tolist()])
    table = read_table("nonprofits", source)
    assert table.problems == ()
    assert table.passed_through == ("Website", "contact")
    assert list(table.frame.columns[-2:]) == ["Website", "contact"]
    expected = [text or None for text in UNTOUCHED]
    assert [None if pd.isna(text) else text for text in table.frame["Website"]] == expected
    assert [None if pd.isna(text) else text for text in table.frame["contact"]] == expected[::-1]


# --- files and frames -------------------------------------------------------------------------------------------


def as_workbook(path: Path, rows: list[list[Any]]) -> None:
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    sheet = book.add_worksheet()
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell)
            elif isinstance(cell, dt.date):
                sheet.write_datetime(row, column, dt.datetime(cell.year, cell.month, cell.day), day)
            elif isinstance(cell, bool):
                sheet.write_boolean(row, column, cell)
            elif cell is not None:
                sheet.write_number(row, column, cell)
    book.close()


@pytest.mark.parametrize("name", TABLES)
def test_csv_and_workbook_give_the_same_frame(name: str, tmp_path: Path) -> None:
    with example_file(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    as_workbook(tmp_path / "texts.xlsx", [list(row) for row in rows])
    expected = READERS[name](example_file(name))
    pd.testing.assert_frame_equal(READERS[name](tmp_path / "texts.xlsx"), expected)

    # The same once more as Excel would hold it: numbers, days and true or false instead of texts.
    typed: list[list[Any]] = [list(expected.columns)]
    for record in expected.itertuples(index=False):
        cells: list[Any] = []
        for value in record:
            if pd.isna(value):
                cells.append(None)
            elif isinstance(value, pd.Timestamp):
                cells.append(value.date())
            else:
                cells.append(value)
        typed.append(cells)
    as_workbook(tmp_path / "typed.xlsx", typed)
    pd.testing.assert_frame_equal(READERS[name](tmp_path / "typed.xlsx"), expected)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(("separator", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16")])
def test_separator_and_encoding_do_not_matter(name: str, separator: str, encoding: str, tmp_path: Path) -> None:
    with example_file(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[:12]
    frames = []
    for sign, code in ((separator, encoding), (",", "utf-8")):
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=sign).writerows(rows)
        path = tmp_path / f"{code}.csv"
        path.write_bytes(text.getvalue().encode(code))
        frames.append(READERS[name](path))
    pd.testing.assert_frame_equal(*frames)


@pytest.mark.parametrize("name", TABLES)
def test_what_was_read_reads_back_the_same_from_a_frame_and_from_csv(name: str, tmp_path: Path) -> None:
    frame = READERS[name](example_file(name))
    pd.testing.assert_frame_equal(READERS[name](frame), frame)
    pd.testing.assert_frame_equal(READERS[name](through_csv(frame, tmp_path)), frame)


@pytest.mark.parametrize(
    "columns",
    [
        {"=som": "x"},
        {"- opmerking": "x"},
        {"@handle": "x", "+": "y"},
        {"causes": "kunst, cultuur;"},
        {"causes": "kunst | cultuur, ouderen"},
        {"accreditation": "Keurmerk™; ANBI"},
        {"needs": "Mensen, GELD"},
        {"name": "'-tje", "mission": "=2*3", "city": "'s-Gravenhage"},
        {"volunteers": "1.234.567", "latitude": "52,123456789", "longitude": "5"},
        {"is_hq": "x", "active": "nee"},
    ],
    ids=lambda columns: "-".join(columns),
)
def test_odd_cells_and_headings_read_back_the_same(columns: dict[str, str], tmp_path: Path) -> None:
    frame = read_nonprofits(frame_of(**{column: [text] for column, text in columns.items()}))
    pd.testing.assert_frame_equal(read_nonprofits(through_csv(frame, tmp_path)), frame)
    pd.testing.assert_frame_equal(read_nonprofits(frame), frame)


@pytest.mark.parametrize("name", TABLES)
def test_the_callers_frame_is_not_changed(name: str) -> None:
    source = pd.read_csv(example_file(name))
    source.index = pd.Index([7] * len(source), name="rij")
    before = source.copy(deep=True)
    frame = READERS[name](source)
    pd.testing.assert_frame_equal(source, before)
    for column in LEAST[name]:
        frame.loc[:, column] = "changed"
    pd.testing.assert_frame_equal(source, before)


def test_a_typed_frame_is_not_changed_either() -> None:
    source = frame_of(
        name=pd.Categorical(["A", "B"]),
        volunteers=pd.array([1, None], dtype="Int64"),
        latitude=np.array([52.1, 52.2], dtype="float32"),
        longitude=[5, 6],
        active=pd.array([True, None], dtype="boolean"),
        visited=pd.to_datetime(["2026-01-01", None]),
    )
    before = source.copy(deep=True)
    frame = read_nonprofits(source)
    frame.loc[:, ["latitude", "longitude", "volunteers"]] = 0.0
    pd.testing.assert_frame_equal(source, before)


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("nonprofit_id", [1, 2], ["1", "2"]),
        ("nonprofit_id", [1.0, 2.0], ["1", "2"]),
        ("nonprofit_id", np.array([1.0, 2.0], dtype="float32"), ["1", "2"]),
        ("nonprofit_id", pd.array([1, 2], dtype="Int64"), ["1", "2"]),
        ("postcode", [1011, 6211], ["1011", "6211"]),
        ("postcode", pd.Series([1011.0, np.nan]), ["1011", None]),
        ("volunteers", [1, 2], [1.0, 2.0]),
        ("volunteers", ["1.200", 5], [1200.0, 5.0]),
        ("volunteers", pd.array([1, None], dtype="Int64"), [1.0, None]),
        ("volunteers", pd.array([1, None], dtype="int64[pyarrow]"), [1.0, None]),
        ("volunteers", pd.Categorical([3, 4]), [3.0, 4.0]),
        ("active", [True, False], [True, False]),
        ("active", [True, None], [True, None]),
        ("active", [1.0, np.nan], [True, None]),
        ("active", np.array([np.True_, np.False_], dtype=object), [True, False]),
        ("active", pd.array([True, None], dtype="boolean"), [True, None]),
        ("needs", pd.Categorical(["mensen", "geld"]), ["people", "money"]),
        ("name", pd.array(["A", "B"], dtype="string[pyarrow]"), ["A", "B"]),
        ("extra", [1, 2], ["1", "2"]),
        ("extra", [1.5, np.nan], ["1.5", None]),
        ("extra", np.array([np.float64(1.5), np.float64(2)], dtype=object), ["1.5", "2"]),
        ("extra", pd.to_datetime(["2026-01-01", None]), ["2026-01-01", None]),
    ],
)
def test_frames_of_many_types_are_read(column: str, values: Any, expected: list[Any]) -> None:
    read = read_nonprofits(frame_of(**{column: values}))[column]
    assert [None if pd.isna(value) else value for value in read] == expected


@pytest.mark.parametrize(
    "dates",
    [
        ["2026-03-31", None],
        ["31-03-2026", ""],
        [dt.date(2026, 3, 31), None],
        pd.to_datetime(["2026-03-31", None]),
        pd.to_datetime(["2026-03-31T12:30", None]),
        np.array(["2026-03-31", "NaT"], dtype="datetime64[ns]"),
        pd.to_datetime(["2026-03-31T12:30Z", None]),
    ],
)
def test_dates_of_many_types_are_read_as_days(dates: Any) -> None:
    frame = read_partnerships(frame_of("partnerships", started_on=dates))
    assert frame["started_on"].iloc[0] == pd.Timestamp("2026-03-31")
    assert pd.isna(frame["started_on"].iloc[1])


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"volunteers": [1.5, 2.0]}, ("unreadable", 1, "volunteers", "1.5")),
        ({"volunteers": [1, -2]}, ("out_of_range", 2, "volunteers", "-2")),
        ({"volunteers": [np.inf, 2]}, ("unreadable", 1, "volunteers", "inf")),
        ({"volunteers": [True, 2]}, ("unreadable", 1, "volunteers", "true")),
        ({"latitude": [52, -np.inf], "longitude": [5, 5]}, ("unreadable", 2, "latitude", "-inf")),
        ({"name": ["A", None]}, ("blank", 2, "name", None)),
        ({"nonprofit_id": pd.array([1, None], dtype="Int64")}, ("blank", 2, "nonprofit_id", None)),
        ({"nonprofit_id": [7.0, 7.0]}, ("duplicate", 1, "nonprofit_id", "7")),
        ({"needs": [["mensn"], None]}, ("unknown_word", 1, "needs", "['mensn']")),
        ({"active": ["misschien", None]}, ("unreadable", 1, "active", "misschien")),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_problems_in_a_frame_name_the_row_and_show_the_value(
    columns: dict[str, Any], expected: tuple[Any, ...]
) -> None:
    assert found("nonprofits", frame_of(**columns))[0] == expected


def test_a_reach_without_end_is_not_read_as_unknown() -> None:
    assert found("units", frame_of("units", reach_km=[np.inf])) == [("unreadable", 1, "reach_km", "inf")]


def test_paths_are_texts_or_paths(tmp_path: Path) -> None:
    path = through_csv(frame_of(), tmp_path)
    pd.testing.assert_frame_equal(read_nonprofits(str(path)), read_nonprofits(path))


def test_own_headings_are_read_from_files_and_frames(tmp_path: Path) -> None:
    frame = frame_of().rename(columns={"nonprofit_id": "Stichtingsnr", "name": "Wie"})
    columns = {"STICHTINGSNR": "nonprofit_id", "wie": "name"}
    for source in (frame, through_csv(frame, tmp_path)):
        assert read_nonprofits(source, columns=columns)["nonprofit_id"].tolist() == ["n10"]
        with pytest.raises(TableError):
            read_nonprofits(source)
    with pytest.raises(SettingsError, match=r"'Wie' is mapped to 'nam'.*did you mean 'name'"):
        read_nonprofits(frame, columns={"Wie": "nam"})


# --- what is raised and what is logged --------------------------------------------------------------------------


@pytest.fixture
def broken() -> pd.DataFrame:
    return frame_of(nonprofit_id=["a", "a", ""], mission=["m", None, "m"], capacity=["veel", "-1", "3"])


def test_the_error_carries_every_problem_warnings_among_them(broken: pd.DataFrame) -> None:
    with pytest.raises(TableError) as caught:
        read_nonprofits(broken)
    problems = caught.value.problems
    assert sorted((item.severity, item.code, item.row or 0) for item in problems) == [
        ("error", "blank", 3),
        ("error", "duplicate", 1),
        ("error", "duplicate", 2),
        ("error", "out_of_range", 2),
        ("error", "unreadable", 1),
        ("warning", "blank_mission", 2),
    ]
    message = str(caught.value)
    assert message.startswith("5 errors in the input:\n")
    lines = problem_lines([item for item in problems if item.is_error], load_language("en"))
    assert [line.strip() for line in message.splitlines()[1:]] == lines
    assert isinstance(caught.value, MatcherError)
    assert isinstance(caught.value, ValueError)
    assert caught.value.exit_code == 2


def test_an_error_of_many_cells_is_a_few_lines() -> None:
    with pytest.raises(TableError, match="300 errors in the input:") as caught:
        read_nonprofits(frame_of(nonprofit_id=[f"n{row}" for row in range(300)], capacity=["veel"] * 300))
    assert str(caught.value).splitlines()[1:] == [
        (
            "  nonprofits (DataFrame), column capacity: 300 rows, the first in rows 1, 2, 3 ('veel'): this is not a "
            "number. Write digits only, such as 12,5 or 12.5, or leave the cell empty"
        )
    ]
    assert len(caught.value.problems) == 300
    many = TableError(
        [replace(caught.value.problems[0], code=f"c{number}", column=f"c{number}") for number in range(40)]
    )
    assert len(str(many).splitlines()) == 32
    assert str(many).endswith("  and 10 more; the attribute problems has all")


def test_a_table_with_errors_is_still_a_table(broken: pd.DataFrame) -> None:
    table = read_table("nonprofits", broken)
    assert len(table.frame) == 3
    assert table.frame["capacity"].iloc[2] == 3
    assert [item.as_record()["code"] for item in table.problems] == [item.code for item in table.problems]


def test_warnings_go_to_the_log_and_do_not_stop(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="matcher"):
        frame = read_nonprofits(frame_of(mission=[None] * 25))
    assert len(frame) == 25
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert {record.name for record in caplog.records} == {"matcher"}
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 1
    assert lines[0].startswith(
        "nonprofits (DataFrame), column mission: 25 rows, the first in rows 1, 2, 3: the mission is empty"
    )


def test_nothing_is_logged_when_all_is_well_or_when_an_error_is_raised(
    broken: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="matcher"):
        read_nonprofits(frame_of())
        with pytest.raises(TableError):
            read_nonprofits(broken)
    assert caplog.records == []


# --- laws -------------------------------------------------------------------------------------------------------

# Not a NUL, which no text file holds, and no half of a surrogate pair, which no encoding can write.
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), min_size=1, max_size=30)
GUARDED = st.tuples(
    st.sampled_from(["=", "'=", "''+", "-", "@", "'@", "\t", "\n", '"', "'", ",", ";", "'\n"]), TEXTS
).map("".join)
FILLED = (TEXTS | GUARDED).filter(lambda text: text.strip() != "")


def written_and_read(texts: list[str], folder: Path) -> list[str]:
    frame = read_nonprofits(frame_of(note=texts))
    table = read_table("nonprofits", through_csv(frame, folder))
    assert table.problems == ()
    assert table.frame["nonprofit_id"].tolist() == frame["nonprofit_id"].tolist()
    return [str(text) for text in table.frame["note"]]


@settings(max_examples=8)
@given(texts=st.lists(FILLED.map(lambda text: text.replace("\r", "\r\n")), min_size=1, max_size=20))
@example(texts=["=1+1", "'=1+1", "''=1+1", "'", "a\nb", "a\r\nb", 'a"b', '"', "a,b;c|d\te"])
def test_any_text_that_is_written_reads_back_the_same(
    texts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert written_and_read(texts, tmp_path_factory.mktemp("law")) == texts


# A lone carriage return ends a line for every reader of CSV, so it has to stand between quotation marks; it is
# content like any other, kept and not made into a line feed.
@settings(max_examples=5)
@given(texts=st.lists(st.tuples(TEXTS, TEXTS).map("\r".join).filter(lambda text: text.strip() != ""), min_size=1))
@example(texts=["a\rb", "\ra", "a\r\rb", "a\n\rb"])
def test_a_carriage_return_reads_back_the_same(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    assert written_and_read(texts, tmp_path_factory.mktemp("law")) == texts


@settings(max_examples=6)
@given(rows=st.lists(st.tuples(FILLED, FILLED, FILLED, FILLED), min_size=1, max_size=12))
def test_reading_a_second_time_changes_nothing(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = zip(*([text.replace("\r", "\n") for text in row] for row in rows), strict=True)
    columns = dict(zip(("name", "mission", "city", "website"), map(list, texts), strict=True))
    per_process = read_table("nonprofits", frame_of(**columns)).frame
    pd.testing.assert_frame_equal(read_table("nonprofits", per_process).frame, per_process)
    again = read_table("nonprofits", through_csv(per_process, tmp_path_factory.mktemp("law"))).frame
    pd.testing.assert_frame_equal(again, per_process)


LATIN = "abcdéëïöABÇ™½ﬁ .,;|-–/'0123"


@settings(max_examples=8)
@given(words=st.lists(st.text(LATIN, min_size=1, max_size=25), min_size=1, max_size=40))
@example(words=["kunst, cultuur;", "CBF™", "a, b; A, b", "a, b; geen", "ouderen; \uff0d"])
def test_words_read_a_second_time_stay_the_same(words: list[str]) -> None:
    per_process = read_table("nonprofits", frame_of(causes=words, accreditation=words)).frame
    twice = read_table("nonprofits", per_process).frame
    pd.testing.assert_frame_equal(twice, per_process)


@given(value=st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda value: round(value, 6)))
def test_numbers_read_the_same_with_point_and_with_comma(value: float) -> None:
    point = f"{value:.6f}"
    assert parse_number(point) == value
    assert parse_number(point.replace(".", ",")) == value


@given(value=st.integers(0, 10**9), mark=st.sampled_from([".", ",", " ", "'", "", "\u00a0"]))
def test_whole_numbers_read_the_same_in_groups(value: int, mark: str) -> None:
    assert parse_count(f"{value:,}".replace(",", mark)) == value


@given(day=st.dates())
def test_days_read_the_same_either_way_round(day: dt.date) -> None:
    assert parse_date(day.isoformat()) == day
    for mark in "-/.":
        assert parse_date(f"{day.day}{mark}{day.month:02}{mark}{day.year:04}") == day


@given(value=st.booleans(), upper=st.booleans())
def test_yes_and_no_read_back(value: bool, upper: bool) -> None:
    for words in (("ja", "nee"), ("yes", "no"), ("true", "false"), ("waar", "onwaar")):
        word = words[0] if value else words[1]
        assert parse_boolean(word.upper() if upper else word) is value
