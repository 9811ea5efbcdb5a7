"""How a list was read: which column as what, and each word of causes and accreditations as which known word."""

from __future__ import annotations

from typing import Any

from matcher.i18n.language import Language
from matcher.jobs.words import words_table
from matcher.tables.data import Tables
from matcher.tables.read.tables import Table
from matcher.tables.schema.tables import TABLES
from matcher.tables.words.reading import HowRead
from matcher.workspace.kept_readings import choices_of
from matcher.workspace.list_versions import raw_cells, read_version
from matcher.workspace.models import ListVersion

_MOST_WORDS = 200


def columns_of(table: Table, version: ListVersion, language: Language) -> list[dict[str, Any]]:
    """Columns of a list: heading, what it is read as, and whether it is personal.

    Parameters
    ----------
    table : Table
    version : ListVersion
    language : Language
    """
    spec = TABLES[version.table]
    read_as = {heading: column for column, heading in table.headings.items()}
    known = [(column.name, column.label_in(language.code).replace("_", " ")) for column in spec.columns]
    return [
        {
            "heading": heading,
            "read_as": read_as.get(heading, ""),
            "chosen": version.headings.get(heading),
            "is_personal": heading in version.personal,
            "looks_personal": heading in table.not_on_page
            or (heading not in read_as and heading not in table.passed_through),
            "known": known,
        }
        for heading in raw_cells(version).headings
    ]


def words_of(version: ListVersion, language: Language) -> list[dict[str, Any]]:
    """Words of a list and how each was understood.

    Parameters
    ----------
    version : ListVersion
    language : Language
    """
    tables = {}
    for name, spec in TABLES.items():
        if name == version.table:
            tables[name] = read_version(version)[0]
        elif spec.is_required and (found := ListVersion.usable(name)) is not None:
            tables[name] = read_version(found)[0]
    if not {"units", "nonprofits"} <= set(tables):
        return []
    frame = words_table(Tables(tables, ()), None, language)
    headings = tables[version.table].headings
    rows = frame[frame["table"] == version.table].head(_MOST_WORDS).to_dict("records")
    known = language.phrase(HowRead.KNOWN.value)
    choices = {column: choices_of(version.table, column, language) for column in {row["column"] for row in rows}}
    return [
        {
            **row,
            "heading": headings.get(row["column"], row["column"]),
            "is_known": row["how"] == known,
            "choices": choices[row["column"]],
        }
        for row in rows
    ]
