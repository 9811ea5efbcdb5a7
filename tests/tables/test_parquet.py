"""Parquet: the same table as from CSV, whatever the types, and the same one in portions, in the memory of one."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from helpers.paths import EXAMPLE, ROOT
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from matcher import read_nonprofits, read_partnerships, read_units
from matcher.cli.app import app
from matcher.jobs.inputs import read_list
from matcher.tables.problems import TableError
from matcher.tables.read import parquet, portions
from matcher.tables.read.portions import joined_portions, open_portions
from matcher.tables.read.tables import read_table

READERS = {"units": read_units, "nonprofits": read_nonprofits, "partnerships": read_partnerships}


def one(column: str, values: Any) -> pa.Table:
    """Return nonprofits that are whole, but for one column, which is what it is."""
    count = len(values)
    plain = {"nonprofit_id": [f"n{at}" for at in range(count)], "name": ["A"] * count, "mission": ["m"] * count}
    return pa.table({**{name: pa.array(cells) for name, cells in plain.items()}, column: values})


def written(table: pa.Table, folder: Path, **options: Any) -> Path:
    path = folder / "nonprofits.parquet"
    pq.write_table(table, path, **options)
    return path


# --- types ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "values", "expected"),
    [
        ("name", pa.array(["A", "B"]).dictionary_encode(), ["A", "B"]),
        ("name", pa.array(["A", "B"], pa.large_string()), ["A", "B"]),
        ("name", pa.array(["A", "B"], pa.string_view()), ["A", "B"]),
        ("nonprofit_id", pa.array([7, 2**53 + 1]), ["7", "9007199254740993"]),
        ("nonprofit_id", pa.array([Decimal(12345678901234567890), Decimal(1)]), ["12345678901234567890", "1"]),
        ("capacity", pa.array([4, None]), [4.0, None]),
        ("capacity", pa.array([4.0, None]), [4.0, None]),
        ("capacity", pa.array([4.0, float("nan")], pa.float32()), [4.0, None]),
        ("capacity", pa.array([Decimal("4.00"), None]), [4.0, None]),
        ("capacity", pa.array(["4.0", "1.200"]), [4.0, 1200.0]),
        ("latitude", pa.array([52.1, 5.5], pa.float32()), [52.1, 5.5]),
        ("latitude", pa.array([52.5, None], pa.float16()), [52.5, None]),
        ("active", pa.array([True, None]), [True, None]),
        ("active", pa.array([1.0, 0.0]), [True, False]),
        ("active", pa.array(["ja", "nee"]), [True, False]),
        ("needs", pa.array([["people", "money"], None]), ["people; money", None]),
        ("needs", pa.array([["people", None], []], pa.large_list(pa.string())), ["people", None]),
        ("needs", pa.array([["mensen"], ["geld"]], pa.list_(pa.string(), 1)), ["people", "money"]),
        ("accreditation", pa.array([None, None]), [None, None]),
        ("values", pa.array(["'=1+1", "=1+1"]), ["=1+1", "=1+1"]),
        ("since", pa.array([dt.date(2020, 3, 1), None]), ["2020-03-01", None]),
        ("since", pa.array([dt.datetime(2020, 3, 1), None]), ["2020-03-01", None]),
        ("since", pa.array([dt.datetime(2020, 3, 1, 9, 30), None], pa.timestamp("ns")), ["2020-03-01 09:30:00", None]),
        ("score", pa.array([4.0, 0.5]), ["4", "0.5"]),
        ("tags", pa.array([["a", "b"], ["c"]]), ["a; b", "c"]),
        ("uuid", pa.array([b"0123456789abcdef"] * 2, pa.uuid()), None),
    ],
)
def test_a_column_of_any_type_is_read_as_what_it_says(column: str, values: Any, expected: Any, tmp_path: Path) -> None:
    table = read_table("nonprofits", written(one(column, values), tmp_path))
    if expected is None:
        assert [(each.severity, each.code, each.column) for each in table.problems] == [
            ("warning", "column_kind", column)
        ]
        assert column not in table.frame
        return
    assert not [each for each in table.problems if each.is_error]
    found = table.frame[column]
    assert [None if pd.isna(value) else value for value in found] == expected


def test_dates_of_partnerships_are_dates(tmp_path: Path) -> None:
    days = [dt.datetime(2024, 1, 31), dt.datetime(2025, 2, 28)]
    path = tmp_path / "partnerships.parquet"
    for kind in (pa.timestamp("ns"), pa.timestamp("s", "UTC"), pa.date32(), pa.date64()):
        ids = {name: pa.array(["a", "b"]) for name in ("unit_id", "nonprofit_id")}
        pq.write_table(pa.table({**ids, "status": ["active"] * 2, "started_on": pa.array(days).cast(kind)}), path)
        assert read_partnerships(path)["started_on"].tolist() == [pd.Timestamp(day) for day in days]


def test_a_broken_count_is_no_count_in_hundreds(tmp_path: Path) -> None:
    (problem,) = read_table("nonprofits", written(one("capacity", pa.array([1.234])), tmp_path)).problems
    assert (problem.code, problem.row, problem.value) == ("rough_number", 1, "1.234")


def test_what_pandas_noted_is_not_believed_and_its_index_is_a_column(tmp_path: Path) -> None:
    frame = one("city", pa.array(["Utrecht", "Delft"])).to_pandas().set_index(pd.Index(["x", "y"]))
    frame.to_parquet(tmp_path / "a.parquet")
    noted = pq.read_table(tmp_path / "a.parquet")
    lies = noted.replace_schema_metadata({b"pandas": b'{"index_columns": ["name"], "columns": "no list"}'})
    pq.write_table(lies, tmp_path / "b.parquet")
    for name in ("a.parquet", "b.parquet"):
        found = read_nonprofits(tmp_path / name)
        assert found["name"].tolist() == ["A", "A"]
        assert found["__index_level_0__"].tolist() == ["x", "y"]


def test_a_type_that_would_be_unpickled_is_what_it_is_stored_as(tmp_path: Path) -> None:
    metadata = {
        b"ARROW:extension:name": b"arrow.py_extension_type",
        b"ARROW:extension:metadata": b"cos\nsystem\n(S'x'\ntR.",
    }
    table = one("city", pa.array(["Utrecht"]))
    schema = pa.schema([field.with_metadata(metadata) if field.name == "city" else field for field in table.schema])
    assert read_nonprofits(written(table.cast(schema), tmp_path))["city"].tolist() == ["Utrecht"]


# --- the same as CSV --------------------------------------------------------------------------------------------


def typed(name: str, path: Path) -> pa.Table:
    """Return an example table with the types that a database would give it."""
    columns = {}
    for column, cells in pd.read_csv(path, dtype=str).items():
        texts = [None if pd.isna(cell) else cell for cell in cells]
        if column in ("needs", "offers", "seeks", "causes", "excludes"):
            columns[column] = pa.array([text and [word.strip() for word in text.split(";")] for text in texts])
        elif column in ("capacity", "employees", "staff", "volunteers", "latitude", "longitude", "reach_km"):
            columns[column] = pa.array([text and float(text) for text in texts], pa.float64())
        elif column in ("started_on", "ended_on"):
            columns[column] = pa.array([text and dt.date.fromisoformat(text) for text in texts], pa.date32())
        else:
            columns[column] = pa.array(texts, pa.string()).dictionary_encode()
    return pa.table(columns)


@pytest.mark.parametrize("name", READERS)
def test_an_example_table_is_the_same_frame(name: str, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(typed(name, EXAMPLE / f"{name}.csv"), path, row_group_size=17)
    pd.testing.assert_frame_equal(READERS[name](path), READERS[name](EXAMPLE / f"{name}.csv"))


def test_a_whole_match_gives_the_same_bytes(small_example: dict[str, Path], tmp_path: Path) -> None:
    other = {}
    for name, path in small_example.items():
        other[name] = tmp_path / f"{name}.parquet"
        pq.write_table(typed(name, path), other[name], row_group_size=9)
    results = []
    for kind, files in (("csv", small_example), ("parquet", other)):
        out = tmp_path / kind
        lists = [str(files["units"]), str(files["nonprofits"]), "--partnerships", str(files["partnerships"])]
        done = CliRunner().invoke(app, ["match", *lists, "--out", str(out)])
        assert done.exit_code == 0, done.output
        results.append({file.name: file.read_bytes() for file in out.iterdir() if file.name != "run.json"})
    assert {"shortlist.csv", "matches.xlsx", "report.html", "compare.parquet"} <= results[0].keys()
    assert results[0].keys() == results[1].keys()
    assert [name for name in results[0] if results[0][name] != results[1][name]] == []


# --- in portions ------------------------------------------------------------------------------------------------

CELLS = {
    "nonprofit_id": st.sampled_from(["a", "b", "c", " a", "d", "e", None, ""]),
    "name": st.sampled_from(["A", "B", None]),
    "mission": st.sampled_from(["m", None]),
    "needs": st.sampled_from(["people", "liefde", None]),
    "volunteers": st.sampled_from([1.0, 1.5, -1.0, float("inf"), None]),
    "active": st.sampled_from(["ja", "misschien", None]),
    "extra": st.sampled_from(["x", "y", None]),
    "": st.sampled_from(["note", None, None]),
    "tree": st.sampled_from([{"a": 1}, None]),
}
TYPES = {"volunteers": pa.float64(), "tree": pa.struct([("a", pa.int64())])}
EMPTY = dict.fromkeys(CELLS)


@st.composite
def lists(draw: st.DrawFn) -> pa.Table:
    rows = draw(st.lists(st.one_of(st.fixed_dictionaries(CELLS), st.just(EMPTY)), max_size=25))
    names = draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, unique=True))
    names = names if draw(st.booleans()) else list(CELLS)
    return pa.table({name: pa.array([row[name] for row in rows], TYPES.get(name, pa.string())) for name in names})


@given(lists(), st.integers(1, 9), st.integers(1, 9))
def test_portions_say_what_the_whole_file_says(
    tmp_path_factory: pytest.TempPathFactory, table: pa.Table, group: int, size: int
) -> None:
    path = written(table, tmp_path_factory.mktemp("list"), row_group_size=group)
    whole = read_table("nonprofits", path)
    with pytest.MonkeyPatch.context() as patch, open_portions(path) as parts:
        patch.setattr(parquet, "PORTION_ROWS", size)
        tables = list(parts)
        assert all(len(each.frame) <= size for each in tables)
        assert all(len(each.frame) for each in tables) or len(tables) == 1
        frame = pd.concat([each.frame for each in tables], ignore_index=True)
        pd.testing.assert_frame_equal(frame, whole.frame)
        np.testing.assert_array_equal(np.concatenate([each.rows for each in tables]), whole.rows)
        # Of rows that passed their names are not kept.
        lines = [sorted(str(replace(each, row_name=None)) for each in found.problems) for found in (parts, whole)]
        assert lines[0] == lines[1]
        assert set(parts.problems) == set(whole.problems)


def test_an_id_that_comes_twice_is_found_however_far_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "PORTION_ROWS", 10)
    ids = [f"n{at}" for at in range(95)]
    ids[93] = "n4"
    with open_portions(written(one("nonprofit_id", pa.array(ids)), tmp_path)) as parts:
        with pytest.raises(RuntimeError):
            _ = parts.problems
        assert not any(table.problems for table in parts)
        assert [(each.row, each.value, each.code) for each in parts.problems] == [
            (5, "n4", "duplicate"),
            (94, "n4", "duplicate"),
        ]


def test_problems_beyond_the_most_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "PORTION_ROWS", 10)
    monkeypatch.setattr(portions, "MOST_PROBLEMS", 12)
    table = one("nonprofit_id", pa.array(["n"] * 40)).append_column("active", pa.array(["wie weet"] * 40))
    with open_portions(written(table, tmp_path)) as parts:
        list(parts)
        kinds = [(each.code, each.row) for each in parts.problems]
    for code in ("duplicate", "unreadable"):
        assert [row for kind, row in kinds if kind == code] == [*range(1, 13), None]
    assert sum("28 more of the same kind" in str(each) for each in parts.problems) == 2


def test_a_file_damaged_half_way_is_an_error_and_not_a_shorter_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "PORTION_ROWS", 100)
    path = written(one("name", pa.array([f"naam {at}" for at in range(1_000)])), tmp_path, row_group_size=100)
    content = bytearray(path.read_bytes())
    start = pq.ParquetFile(path).metadata.row_group(6).column(0).dictionary_page_offset
    content[start : start + 40] = b"\xff" * 40
    path.write_bytes(content)
    with open_portions(path) as parts:
        tables = iter(parts)
        assert sum(len(next(tables).frame) for _ in range(6)) == 600
        with pytest.raises(TableError, match="damaged"):
            list(tables)
        with pytest.raises(RuntimeError):
            _ = parts.problems
    (problem,) = read_table("nonprofits", path).problems
    assert problem.code == "file_kind"
    table, _ = read_list("nonprofits", path, {}, lambda part: [])
    assert [str(each) for each in table.problems] == [str(problem)]


@pytest.mark.parametrize("content", [None, b"", b"nonprofit_id,name,mission\n", b"PAR1"])
def test_what_is_no_parquet_is_refused_when_it_is_opened(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "nonprofits.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TableError):
        open_portions(path)


_PEAK = """
import sys, tracemalloc
import pyarrow as pa
from matcher.tables.read import parquet
from matcher.tables.read.portions import joined_portions, open_portions
parquet.PORTION_ROWS = 500
path, way = sys.argv[1:]
with open_portions(path) as parts:
    next(iter(parts))  # what is loaded once is not counted
    tracemalloc.start()
    if way == "mapped":
        table, _ = joined_portions(parts, lambda part: [])
        rows = len(table.frame)
        assert table.frame["mission"].iloc[[rows - 1, 0]].str.startswith("0").all()
    else:
        kept = []
        rows = 0
        for table in parts:
            rows += len(table.frame)
            if way == "keep":
                kept.append(table)
        assert not parts.problems, parts.problems
print(rows, tracemalloc.get_traced_memory()[1] + pa.default_memory_pool().max_memory())
"""


def peak_mb(path: Path, way: str) -> float:
    """Return the most that was in use at once, by Python and Arrow; what an allocator keeps of it is not ours."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path), way], cwd=ROOT, capture_output=True, text=True, check=True
    )
    rows, peak = map(int, done.stdout.split())
    assert rows == pq.ParquetFile(path).metadata.num_rows
    return peak / 2**20


@pytest.mark.parametrize("group_rows", [150, 1_048_576], ids=["many groups", "one group"])
def test_memory_is_that_of_a_portion_however_long_the_file(group_rows: int, tmp_path: Path) -> None:
    """Portions of some 2 MB of text: 16 more of them would add 30 MB if they were kept."""
    paths = []
    for portion_count in (4, 20):
        rows = 500 * portion_count
        ids = pa.array([f"n{at}" for at in range(rows)])
        missions = pa.array([f"{at:08d} " + "samen eten in de buurt " * 170 for at in range(rows)])
        table = pa.table({"nonprofit_id": ids, "name": ids, "mission": missions})
        paths.append(tmp_path / f"{portion_count}.parquet")
        pq.write_table(table, paths[-1], row_group_size=group_rows, use_dictionary=False, compression="none")
    short, long = paths
    for way in ("portions", "mapped"):
        most = peak_mb(short, way)
        assert peak_mb(long, way) < most + 8
    assert peak_mb(long, "keep") > most + 20  # so that the measure sees what is kept


@given(lists(), st.integers(1, 9))
def test_a_long_list_is_the_same_table(tmp_path_factory: pytest.TempPathFactory, table: pa.Table, size: int) -> None:
    """With its texts mapped from files; also where rows are taken in any order."""
    path = written(table, tmp_path_factory.mktemp("list"), row_group_size=4)
    whole = read_table("nonprofits", path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "PORTION_ROWS", size)
        with open_portions(path) as parts:
            found, _ = joined_portions(parts, lambda part: part.problems)
    pd.testing.assert_frame_equal(found.frame, whole.frame)
    order = np.random.default_rng(0).permutation(len(whole.frame))
    pd.testing.assert_frame_equal(found.frame.iloc[order], whole.frame.iloc[order])
    np.testing.assert_array_equal(found.rows, whole.rows)
    np.testing.assert_array_equal(found.lines, whole.lines)
    assert (found.name, found.file, found.passed_through) == (whole.name, whole.file, whole.passed_through)
    assert found.headings == whole.headings
    assert set(found.problems) == set(whole.problems)


def test_a_match_of_a_long_list_gives_the_same_bytes(
    small_example: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In another order than that of the ids, with columns that pass through and rows that cannot be placed."""
    frame = pd.read_csv(small_example["nonprofits"], dtype=str).sample(frac=1, random_state=3)
    frame["note"] = [f"note {at}" if at % 3 else None for at in range(len(frame))]
    frame.loc[frame.index[::7], ["postcode", "city", "latitude", "longitude"]] = None
    path = written(pa.Table.from_pandas(frame, preserve_index=False), tmp_path, row_group_size=11)
    results, warnings = [], []
    for size in (10_000, 13):
        monkeypatch.setattr(parquet, "PORTION_ROWS", size)
        out = tmp_path / str(size)
        lists = [str(small_example["units"]), str(path), "--partnerships", str(small_example["partnerships"])]
        done = CliRunner().invoke(app, ["match", *lists, "--out", str(out)])
        assert done.exit_code == 0, done.output
        results.append({file.name: file.read_bytes() for file in out.iterdir() if file.name != "run.json"})
        warnings.append(json.loads((out / "run.json").read_text(encoding="utf-8"))["warnings"])
    assert sorted(warnings[0]) == sorted(warnings[1])
    assert any("note" in content.decode() for name, content in results[0].items() if name == "shortlist.csv")
    assert [name for name in results[0] if results[0][name] != results[1][name]] == []
    assert results[0].keys() == results[1].keys()
