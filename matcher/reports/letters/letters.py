"""Letters to both sides of chosen pairs: filled in from the records, as text, as Word documents and as a table for mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from matcher.errors import SettingsError
from matcher.i18n.language import Language
from matcher.reports.letters.templates import SIDES, LetterTemplates
from matcher.reports.results import Files
from matcher.reports.sentences.history import setback_sentences
from matcher.reports.sentences.reasons import caution, common_ground, quoted, reason, unknown_labels
from matcher.scoring.criteria.proximity import distance_phrase, is_rough
from matcher.scoring.criteria.resources import exchange_in_words
from matcher.scoring.explanation import PairRecord
from matcher.tables.data import Tables
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit, Unit
from matcher.tables.write.files import csv_text

FILES_OF_SIDES = {"unit": "letters-units.docx", "nonprofit": "letters-nonprofits.docx"}
TABLE_FILE = "letters.csv"


@dataclass(frozen=True)
class Letter:
    """A letter to one side of a pair.

    Attributes
    ----------
    side : {"unit", "nonprofit"}
        Who gets it.
    record : PairRecord
        The pair.
    subject : str
    blocks : tuple of tuple of str
        Lines, in blocks with space between.
    note : str
        What its sender should settle first, which no letter says; empty where there is nothing.
    """

    side: str
    record: PairRecord
    subject: str
    blocks: tuple[tuple[str, ...], ...]
    note: str = ""

    @property
    def text(self) -> str:
        """The letter without its subject, as plain text."""
        return "\n\n".join("\n".join(block) for block in self.blocks)


def write_letters(
    records: Sequence[PairRecord],
    tables: Tables,
    templates: LetterTemplates,
    language: Language,
    *,
    day: dt.date,
    sender: str = "",
) -> list[Letter]:
    """Letters to both sides of some pairs, the unit's before the nonprofit's.

    Parameters
    ----------
    records : sequence of PairRecord
        As :meth:`matcher.api.matching.Match.explain` gives them.
    tables : Tables
        For columns that templates name. Columns that look personal cannot be used unless the setting ``public`` names
        them.
    templates : LetterTemplates
    language : Language
        Of what is filled in.
    day : date
        Of the letters.
    sender : str
        Who signs. Default: the company's foundation, or the company.

    Raises
    ------
    SettingsError
        With every fault of both templates.
    """
    lists = {"unit": tables.units, "nonprofit": tables.nonprofits}
    usable = {side: _headings(table, personal=False) for side, table in lists.items()}
    hidden = {side: _headings(table, personal=True) for side, table in lists.items()}
    problems = [problem for side in SIDES for problem in templates.of_side(side).problems(usable, hidden)]
    if problems:
        raise SettingsError(
            problems[0] if len(problems) == 1 else "\n".join(language.render(problem) for problem in problems)
        )
    needed = {name for side in SIDES for _, name in templates.of_side(side).placeholders() if ":" in name}
    rows = {side: table.frame.set_index(Unit.ID if side == "unit" else Nonprofit.ID) for side, table in lists.items()}
    foundations = _foundations(tables.units)
    letters = []
    for record in records:
        ids = {"unit": record.unit_id, "nonprofit": record.nonprofit_id}
        values = _values(record, language)
        values |= {"day": language.day(day), "sender": sender or foundations.get(record.company) or record.company}
        for name in needed:
            side, _, heading = (part.strip() for part in name.partition(":"))
            values[name] = _cell(rows[side].loc[ids[side], usable[side][heading]])
        flat = {name: " ".join(value.split()) for name, value in values.items()}
        note = " ".join(filter(None, [*setback_sentences(record, language), caution(record, language)]))
        letters += [Letter(side, record, *templates.of_side(side).filled(flat), note) for side in SIDES]
    return letters


def _headings(table: Table, *, personal: bool) -> dict[str, str]:
    """Columns that are copied to results, by their headings in the file: those that look personal, or the others."""
    return {
        table.headings.get(column, column): column
        for column in table.passed_through
        if (column in table.not_on_page) == personal
    }


def _foundations(units: Table) -> dict[str, str]:
    """Foundation of each company that names one."""
    named = units.frame[units.frame[Unit.FOUNDATION].notna()]
    return dict(zip(named[Unit.COMPANY], named[Unit.FOUNDATION], strict=True))


def _cell(cell: object) -> str:
    return "" if pd.isna(cell) else str(cell)  # type: ignore[call-overload]


def _values(record: PairRecord, language: Language) -> dict[str, str]:
    """What a pair fills in, by placeholder; empty where unknown."""
    found = {item.name: item for item in record.criteria}
    gains = found["resources"].facts if "resources" in found else {}
    proximity = found.get("proximity")
    towns = record.unit_town, record.nonprofit_town
    is_far = proximity is not None and proximity.facts.get("works_in") in ("national", "abroad")
    return {
        "unit": record.unit_name,
        "company": record.company,
        "unit_town": record.unit_town,
        "nonprofit": record.nonprofit_name,
        "organisation": record.organisation,
        "nonprofit_town": record.nonprofit_town,
        "distance": ""
        if record.distance_km is None or is_far
        else distance_phrase(record.distance_km, language, is_rough=is_rough(proximity), towns=towns),
        "quote": quoted(record.quote),
        # A letter does not say that the missions have little in common.
        "shared": "; ".join(common_ground(record, language)),
        "unit_offers": exchange_in_words(gains.get("nonprofit_gains", ()), language),
        "nonprofit_offers": exchange_in_words(gains.get("unit_gains", ()), language),
        "unknown": language.join(list(unknown_labels(record, language).values())),
        # What the company has been through, and how steady a place is, is for its own people.
        "reason": reason(replace(record.without_past(), stability=None), language),
    }


def letters_document(
    letters: Sequence[Letter], language: Language, day: dt.date, letterhead: Path | None = None
) -> bytes:
    """Letters as one Word document, each on a page of its own; the same letters give the same bytes.

    Parameters
    ----------
    letters : sequence of Letter
        At least one.
    language : Language
    day : date
        Of the properties of the document.
    letterhead : Path, optional
        Document to begin with.

    Raises
    ------
    OutputError
        When the letterhead is no Word document.
    """
    from matcher.reports.documents.writer import DocumentWriter  # here, so that mails alone do not pay for it

    document = DocumentWriter(letters[0].subject, language, day, size=11, letterhead=letterhead)
    for number, letter in enumerate(letters):
        if number:
            document.page_break()
        document.paragraph("", bold=letter.subject, after=10)
        for block in letter.blocks:
            document.paragraph("\n".join(block), after=8)
    return document.content()


def letter_files(
    letters: Sequence[Letter],
    language: Language,
    day: dt.date,
    letterhead: Path | None = None,
    *,
    for_excel: bool = False,
) -> Files:
    """Letters as files: a Word document for each side, and a table with subjects and texts for mails.

    Parameters
    ----------
    letters : sequence of Letter
    language : Language
    day : date
    letterhead : Path, optional
        Word document to begin with.
    for_excel : bool
        Whether the table is to open in Excel.

    Raises
    ------
    OutputError
        When the letterhead is no Word document.
    """
    found: Files = {TABLE_FILE: csv_text(letters_table(letters), language if for_excel else None)}
    for side, name in FILES_OF_SIDES.items():
        mine = [letter for letter in letters if letter.side == side]
        if mine:
            found[name] = letters_document(mine, language, day, letterhead)
    return found


def letters_table(letters: Sequence[Letter]) -> pd.DataFrame:
    """Letters as a table, one row each: ids and names of the pair, ``side``, ``subject``, ``text`` and ``note``."""
    rows = [
        (
            *(letter.record.unit_id, letter.record.unit_name, letter.record.nonprofit_id, letter.record.nonprofit_name),
            *(letter.side, letter.subject, letter.text, letter.note),
        )
        for letter in letters
    ]
    columns = ["unit_id", "unit_name", "nonprofit_id", "nonprofit_name", "side", "subject", "text", "note"]
    return pd.DataFrame(rows, columns=columns, dtype="str")
