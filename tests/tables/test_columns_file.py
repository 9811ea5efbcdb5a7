"""Columns as data: complete in every language, and a further language is an addition to the file."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import openpyxl
import pytest

from matcher.i18n.catalogue import Catalogue
from matcher.i18n.language import Language
from matcher.tables.read.headings import KnownHeadings, assign_headings
from matcher.tables.schema.columns import Decision, Nonprofit, Partnership, Unit
from matcher.tables.schema.columns_file import COLUMNS_FILE, load_tables, result_headings
from matcher.tables.schema.specs import fold_heading
from matcher.tables.write.templates import template

TABLES = load_tables()
COUNTRY = """
[units.columns.country]
type = "country"
"""


def edited(folder: Path, *edits: tuple[str, str]) -> Path:
    """A copy of the file of columns with texts replaced, each of which it has once."""
    text = COLUMNS_FILE.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    copy = folder / "columns.toml"
    copy.write_text(text, encoding="utf-8")
    return copy


@pytest.mark.parametrize("key", TABLES)
def test_a_heading_stands_for_one_column(key: str) -> None:
    headings = Counter(
        heading
        for column in TABLES[key].columns
        for heading in {fold_heading(text) for text in (column.name, *column.headings)}
    )
    assert [heading for heading, count in headings.items() if count > 1] == []


@pytest.mark.parametrize(
    ("names", "key"),
    [(Unit, "units"), (Nonprofit, "nonprofits"), (Partnership, "partnerships"), (Decision, "decisions")],
)
def test_the_columns_that_the_code_names_are_in_the_file(names: type, key: str) -> None:
    constants = [value for name, value in vars(names).items() if name.isupper()]
    columns = {column for value in constants for column in ([value] if isinstance(value, str) else value)}
    assert columns == set(TABLES[key].by_name)


def test_a_further_language_is_an_addition_to_the_file(tmp_path: Path) -> None:
    words = 'fr.label = "pays"\nfr.headings = ["code pays"]\nfr.meaning = "Le pays, en deux lettres"\n'
    copy = edited(
        tmp_path,
        (COUNTRY, COUNTRY + words),
        ('rank = { en = "Rank",', 'rank = { fr = "Rang", en = "Rank",'),
    )
    for key in ("units", "nonprofits"):  # the column of nonprofits is like that of units
        spec = load_tables(copy)[key]
        known = KnownHeadings.of(key, spec, {})
        assert assign_headings("list.csv", ["Code pays"], known, lambda _: ["x"]).known == {"country": 0}
        french = template(spec, "liste", Language("fr", Catalogue({}, lambda count: count != 1)))
        sheet = openpyxl.load_workbook(io.BytesIO(french))["liste"]
        cell = sheet.cell(1, 1 + list(spec.by_name).index("country"))
        assert cell.value == "pays"
        assert cell.comment is not None
        assert cell.comment.text.startswith("Le pays, en deux lettres.")
        assert sheet.cell(1, 1).value == spec.id_column
    assert result_headings(copy)["rank"]["fr"] == "Rang"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (COUNTRY, COUNTRY.replace("type", "tipe"), r"units\.country: there is no key 'tipe'.*'type'"),
        (COUNTRY, COUNTRY.replace('"country"', '"contry"'), r"units\.country: there is no type 'contry'.*'country'"),
        (COUNTRY, COUNTRY.replace('type = "country"\n', ""), r"units\.country: type must be there"),
        (COUNTRY, COUNTRY + "low = true\n", r"units\.country: low = True is of the wrong type"),
        (COUNTRY, COUNTRY + 'words = "cuases"\n', r"units\.country: there is no list of words 'cuases'.*'causes'"),
        (COUNTRY, COUNTRY + 'blank = "never"\n', r"units\.country: there is no value of blank 'never'"),
        (COUNTRY, COUNTRY + 'fr.label = "pays"\n', r"units\.country\.fr: meaning must be there"),
        (COUNTRY, COUNTRY + 'fr.naam = "pays"\n', r"units\.country\.fr: there is no key 'naam'"),
        ('like = "units.city"', 'like = "units.town"', r"nonprofits\.city: there is no earlier column 'units\.town'"),
        ('id_column = "nonprofit_id"\n', "", r"nonprofits: id_column must be there"),
    ],
)
def test_a_mistake_in_the_file_is_named(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        load_tables(edited(tmp_path, (old, new)))
