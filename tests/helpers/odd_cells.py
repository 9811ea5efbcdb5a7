"""Odd cells, each written to a file of every format: all say the same, or a message does.

    python tests/helpers/odd_cells.py [COUNT] [SEED]

prints a table of how the formats agree and the first cells on which they do not. For ``.xls`` xlwt is needed, which is
no dependency of the project; without it that format is left out.
"""

from __future__ import annotations

import csv
import datetime as dt
import importlib.util
import math
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.open_document import write_ods
from matcher.tables.read.tables import Table, read_table

Row = dict[str, Any]
BASE: dict[str, Row] = {
    "nonprofits": {"nonprofit_id": "N1", "name": "De Kade", "mission": "Samen koken", "city": "Utrecht"},
    "partnerships": {"unit_id": "U1", "nonprofit_id": "N1", "status": "active", "trust": "4"},
}
COLUMNS = [
    *(("nonprofits", name) for name in ("nonprofit_id", "name", "mission", "postcode", "city", "country")),
    *(("nonprofits", name) for name in ("latitude", "capacity", "volunteers", "works_in", "needs", "causes", "active")),
    *(("partnerships", name) for name in ("status", "started_on", "trust", "reason")),
]
WORDS = [
    *("ja", "nee", "waar", "TRUE", "false", "Landelijk", "mensen; geld", "mensen geld", "jongeren/natuur", "people"),
    *("onbekend", "n.v.t.", "NULL", "NaN", "#N/A", "#DEEL/0!", "-", "?", "none", "geen", "0", "Nederland", "NLD", "B"),
    *("actief", "lopend", "afgesloten", "twee", "max 2", "2 à 3", "ca. 30", "€ 5.000,-", "1e3", "½", "12%", "3 fte"),
    *("=1+1", "+31 6 12345678", "-5", "@naam", "'aangehaald", "''dubbel", "=SUM(A1)", ";=1", "_x0041_", "&amp;"),
    *("1011AB", "0123", "00042", "1.500", "1,5", "1.234.567,8", "1'000", "1 000", "52,0907", "52.0907", "١٢", "１２"),
    *("31-12-2025", "12/31/2025", "03/04/2026", "1 mei 2026", "2026-02-30", "2026", "45000", "1900-02-29", "Q1 2026"),
    *("De Kade", "Café Één", "Żółć 好 🌳", "a\u200bb", "\ufeffkop", "r\u00e9gel\nregel", "tab\tstop", "a\r\nb", "\n"),
    *("  ruimte  ", "twee  spaties", "\u00a0", " ", '"aanhaling"', "punt; komma, punt", "a|b", "\u202eomgekeerd", "x" * 400),
]  # fmt: skip


class OddCell(NamedTuple):
    """A value in a column of a table."""

    table: str
    column: str
    value: Any


def odd_cells(count: int, seed: int) -> list[OddCell]:
    """Random cells, the same ones for a seed."""
    draw = random.Random(seed)
    values: list[Callable[[], Any]] = [
        lambda: draw.choice(WORDS),
        lambda: draw.choice(WORDS),
        lambda: draw.choice(WORDS) + draw.choice(["", " ", "\n", "; ", ".", "\u00a0"]) + draw.choice(WORDS),
        lambda: draw.choice([0, 1, 2, 3, -1, 7, 42, 1500, 2026, 45000, 10**9, 2**53 - 1, 10**15, 12345678]),
        lambda: draw.choice([0.0, -0.0, 0.1, 0.25, 1.5, 2.5, 4.0, 52.0907, 1e-7, 1.1, 1e15, 1e16, 1e300, 1 / 3]),
        lambda: round(draw.uniform(-1000, 1000), draw.randint(0, 6)),
        lambda: draw.choice([True, False]),
        lambda: dt.date(1850, 3, 1) + dt.timedelta(days=draw.randint(0, 80_000)),
        lambda: dt.datetime(2026, 3, 4, draw.randint(0, 23), draw.choice([0, 30])),
        lambda: dt.time(draw.randint(0, 23), draw.choice([0, 15])),
        lambda: draw.choice([Decimal("2.50"), Decimal("1e3"), math.inf, -math.inf, math.nan, dt.timedelta(hours=30)]),
        lambda: draw.choice(WORDS) + draw.choice("\x00\x07\x0b\x1b\x85\u2028\ufffe") + draw.choice(WORDS),
        lambda: "".join(chr(draw.choice([draw.randint(32, 126), draw.randint(160, 1500)])) for _ in range(8)),
    ]
    return [OddCell(*draw.choice(COLUMNS), draw.choice(values)()) for _ in range(count)]


def _as_text(value: Any) -> str:
    """A value as spreadsheets write it to CSV."""
    value = float(value) if isinstance(value, Decimal) else value
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
        return str(int(value))
    if isinstance(value, dt.timedelta):
        return f"{value // dt.timedelta(hours=1)}:00:00"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return str(value.date())
    return str(value).upper() if isinstance(value, bool) else str(value)


def _write_csv(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[_as_text(value) for value in row] for row in rows])


def _check_for_excel(value: Any) -> None:
    is_endless = isinstance(value, float) and not math.isfinite(value)
    if is_endless or (isinstance(value, dt.date) and value.year < 1901):
        raise ValueError("no cell of Excel holds this")


def _write_xlsx(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            _check_for_excel(value)
            cell = book.active.cell(number, place, value)
            if isinstance(value, str):
                # No formula is meant, and no sign by its code.
                cell.value, cell.data_type = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", value), "s"
    book.save(path)


def _write_xls(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Blad1")
    formats = {dt.datetime: "YYYY-MM-DD HH:MM", dt.date: "YYYY-MM-DD", dt.time: "HH:MM"}
    for number, row in enumerate(rows):
        for place, value in enumerate(row):
            _check_for_excel(value)
            style = xlwt.easyxf(num_format_str=formats.get(type(value), "General"))
            if not isinstance(value, str | int | float | Decimal | dt.date | dt.time | None):
                raise ValueError("no cell of this format holds it")
            sheet.write(number, place, value, style)
    book.save(str(path))


def _write_parquet(path: Path, rows: Sequence[Sequence[Any]]) -> None:
    headings, *records = rows
    pq.write_table(
        pa.table({heading: pa.array([record[at] for record in records]) for at, heading in enumerate(headings)}), path
    )


WRITERS: dict[str, Callable[[Path, Sequence[Sequence[Any]]], object]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "ods": write_ods,
    "parquet": _write_parquet,
}
if importlib.util.find_spec("xlwt"):
    WRITERS["xls"] = _write_xls


class Reading(NamedTuple):
    """What a file says of a cell: its value, and the codes of what is said of it."""

    value: Any
    said: tuple[str, ...]


def readings(cell: OddCell, folder: Path) -> dict[str, Reading]:
    """Reading by format; a format that cannot hold the cell is left out."""
    row = BASE[cell.table] | {cell.column: cell.value}
    found = {}
    for kind, write in WRITERS.items():
        path = folder / f"list.{kind}"
        try:
            write(path, [list(row), list(row.values())])
        except (ValueError, OverflowError, openpyxl.utils.exceptions.IllegalCharacterError):
            continue
        found[kind] = _reading(read_table(cell.table, path), cell.column)
    return found


def _reading(table: Table, column: str) -> Reading:
    value = table.frame[column].iloc[0] if len(table.frame) else "no row"
    if isinstance(value, str):
        value = " ".join(value.split())  # XML has one kind of line break
        value = value.lower() if value in ("TRUE", "FALSE") else value
    elif pd.isna(value):
        value = None
    elif isinstance(value, float):
        value = float(value) + 0.0  # no negative zero
    return Reading(value, tuple(sorted({problem.code for problem in table.problems})))


def agree(found: dict[str, Reading]) -> bool:
    """Whether the formats of which nothing is said have one value."""
    return len({repr(reading.value) for reading in found.values() if not reading.said}) <= 1


def main(count: int = 1000, seed: int = 0) -> None:
    """Print how the formats agree."""
    kinds: Counter[str] = Counter()
    different = []
    with tempfile.TemporaryDirectory() as folder:
        for cell in odd_cells(count, seed):
            found = readings(cell, Path(folder))
            values = {repr(reading.value) for reading in found.values()}
            said = sum(bool(reading.said) for reading in found.values())
            if not agree(found):
                kind = "different, and nothing said"
                different.append((cell, found))
            elif len(values) > 1:
                kind = "different, and said where it differs"
            else:
                kind = "same, and said in all" if said == len(found) else "same, and said in some" if said else "same"
            kinds[kind] += 1
    for kind, number in kinds.most_common():
        print(f"{number:6}  {kind}")
    for cell, found in different[:60]:
        print(f"\n{cell.table}.{cell.column} {cell.value!r}")
        for kind, reading in found.items():
            print(f"    {kind:8} {reading.value!r:.80} {' '.join(reading.said)}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
