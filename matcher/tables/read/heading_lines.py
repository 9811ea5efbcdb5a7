"""How every heading of a file was read, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from matcher.i18n.language import Language, message
from matcher.messages import Message
from matcher.tables.problems import file_in_words, shorten
from matcher.tables.read.headings import HeadingUse
from matcher.tables.read.table import Table
from matcher.tables.schema.specs import fold_heading
from matcher.tables.schema.tables import READABLE

_MOST_READ = 40
_MOST_OTHERS = 20
_SHOWN_HEADING = 40


class Use(StrEnum):
    """What became of a column."""

    READ = message("read")
    SHOWN = message("shown beside the results")
    NOT_ON_PAGE = message("contact details: in the files of the results, not on the page")
    LEFT_OUT = message("left out")


def use_of(table: Table, heading: HeadingUse) -> Use:
    """What became of the column of a heading.

    Parameters
    ----------
    table : Table
    heading : HeadingUse
        One of its own.
    """
    if heading.columns:
        return Use.READ
    if not heading.passes_through or heading.heading not in table.passed_through:
        return Use.LEFT_OUT
    return Use.NOT_ON_PAGE if heading.heading in table.not_on_page else Use.SHOWN


def labels_of(table: Table, heading: HeadingUse, language: Language) -> list[str]:
    """Columns that a heading is read as, by their labels in a language.

    Parameters
    ----------
    table : Table
    heading : HeadingUse
    language : Language
    """
    specs = READABLE[table.name].by_name
    return [specs[name].label_in(language.code) if name in specs else name for name in heading.columns]


def question_of(table: Table, heading: HeadingUse, language: Language) -> str:
    """Question whether a heading that is not read means the nearest column; empty where none is near.

    Parameters
    ----------
    table : Table
    heading : HeadingUse
    language : Language
    """
    if heading.nearest is None:
        return ""
    label = READABLE[table.name].by_name.get(heading.nearest)
    return language.phrase(
        "is this {column}?", column=heading.nearest if label is None else label.label_in(language.code)
    )


def heading_lines(table: Table, language: Language) -> list[str]:
    """Lines that say which headings were read as another column than they name, and what became of those not read.

    Parameters
    ----------
    table : Table
    language : Language
    """
    if not len(table.frame):
        return []  # that the list is empty is all there is to say
    file = language.render(file_in_words(table.file))
    renamed = [use for use in table.heading_uses if use.columns and not _names_its_columns(table, use)]
    others = [use for use in table.heading_uses if not use.columns and use_of(table, use) is not Use.NOT_ON_PAGE]
    lines = []
    if renamed:
        shown = _listed([_as_read(table, use, language) for use in renamed], _MOST_READ, language)
        lines.append(language.phrase("{file}: headings read as: {columns}", file=file, columns=shown))
    if others:
        shown = _listed([_as_other(table, use, language) for use in others], _MOST_OTHERS, language)
        lines.append(language.phrase("{file}: columns that do not count: {columns}", file=file, columns=shown))
    return lines


def contact_lines(tables: Iterable[Table], language: Language) -> list[str]:
    """Line that names the columns with contact details of some tables; none where there are none.

    Parameters
    ----------
    tables : iterable of Table
    language : Language
    """
    columns = [
        f"{shorten(use.heading, _SHOWN_HEADING)} ({table.file.partition('[')[0]})"
        for table in tables
        for use in table.heading_uses
        if len(table.frame) and not use.columns and use_of(table, use) is Use.NOT_ON_PAGE
    ]
    if not columns:
        return []
    shown = _listed(columns, _MOST_OTHERS, language)
    text = message("contact details, in the files of the results and not on report.html: {columns}")
    return [language.phrase(text, columns=shown)]


def _names_its_columns(table: Table, use: HeadingUse) -> bool:
    """Whether a heading says what it is read as: the name of its column, or its label in any language."""
    if len(use.columns) != 1:
        return False
    spec = READABLE[table.name].by_name.get(use.columns[0])
    shown = {use.columns[0], *(spec.labels.values() if spec else ())}
    return fold_heading(use.heading) in map(fold_heading, shown)


def _as_read(table: Table, use: HeadingUse, language: Language) -> str:
    return f"{shorten(use.heading, _SHOWN_HEADING)} → {' + '.join(labels_of(table, use, language))}"


def _as_other(table: Table, use: HeadingUse, language: Language) -> str:
    notes = [language.phrase(use_of(table, use).value), question_of(table, use, language)]
    return f"{shorten(use.heading, _SHOWN_HEADING)} ({'; '.join(filter(None, notes))})"


def _listed(texts: Sequence[str], most: int, language: Language) -> str:
    shown = ", ".join(texts[:most])
    if len(texts) <= most:
        return shown
    return language.render(Message("{names} and {count} more", names=shown, count=len(texts) - most))


def heading_rows(tables: Sequence[Table], language: Language) -> Iterator[tuple[str, str, str, str]]:
    """Yield file, heading, what it is read as and what became of it, for every heading of some tables.

    Parameters
    ----------
    tables : sequence of Table
    language : Language
    """
    for table in tables:
        for use in table.heading_uses:
            notes = [language.phrase(use_of(table, use).value), question_of(table, use, language)]
            labels = " + ".join(labels_of(table, use, language))
            yield table.file, use.heading, labels, "; ".join(filter(None, notes))
