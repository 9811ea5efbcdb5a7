"""How words and places of a list are read by choice: kept with the list, and applied to its next uploads too.

What was chosen is written into the cells of a new version, so that the list that is downloaded says it, and the command
line reads it in the same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcher.i18n.folding import fold, tidy
from matcher.i18n.language import Language
from matcher.tables.read.raw_table import RawTable
from matcher.tables.schema.specs import CellType, ColumnSpec
from matcher.tables.schema.tables import TABLES

Readings = dict[str, dict[str, str]]
"""By column, and by word or whole cell as it is written, folded: what is written in its place."""
_OF_WORDS = (CellType.WORDS, CellType.OPEN_WORDS)
_OF_CELLS = (*_OF_WORDS, CellType.WORD, CellType.COUNTRY, CellType.BOOLEAN)
_PLACES = frozenset({"city", "postcode"})


def can_be_kept(column: ColumnSpec) -> bool:
    """Whether what is written in cells of a column may be read so in every row: not names, texts, codes and numbers."""
    return column.cell_type in _OF_CELLS or column.name in _PLACES


def rewritten_cells(
    table: str, columns: Mapping[str, str], raw: RawTable, readings: Readings
) -> dict[tuple[int, str], str]:
    """Cells of a list in which something stands that is read by choice, with what takes its place.

    Parameters
    ----------
    table : {"units", "nonprofits", "partnerships"}
    columns : mapping of str to str
        Heading in the file of each column.
    raw : RawTable
    readings : dict
        What was chosen.

    Returns
    -------
    dict of (int, str) to str
        By row, as a spreadsheet numbers it, and heading.
    """
    spec, cells = TABLES[table].by_name, {}
    for name, chosen in readings.items():
        heading = columns.get(name)
        if heading not in raw.headings or name not in spec:
            continue
        at = raw.headings.index(heading)
        for row, record in zip(raw.rows, raw.records, strict=True):
            text = _rewritten(record[at], spec[name], chosen)
            if text != record[at]:
                cells[row, heading] = text
    return cells


def _rewritten(cell: str, column: ColumnSpec, chosen: Mapping[str, str]) -> str:
    whole = fold(tidy(cell))
    if not whole:
        return cell
    if whole in chosen:
        return chosen[whole]
    if column.cell_type not in _OF_WORDS:
        return cell
    words = column.read_words(cell)
    if not any(read.written in chosen for read in words):
        return cell
    return "; ".join(dict.fromkeys(chosen.get(read.written, read.written) for read in words))


def with_mended(readings: Readings, column: str, before: str, after: str) -> Readings:
    """What was chosen, with a cell that was mended: wherever the same stands, the same takes its place.

    Parameters
    ----------
    readings : dict
    column, before, after : str
        A cell without content, before or after, is no choice.
    """
    written = fold(tidy(before))
    if not written or not after.strip() or written == fold(tidy(after)):
        return readings
    return {**readings, column: {**readings.get(column, {}), written: after.strip()}}


def spelling_of(column: ColumnSpec, word: str, language: Language) -> str:
    """Known word of a column as it is written into cells: in a language, where it is read as this word.

    Parameters
    ----------
    column : ColumnSpec
    word : str
    language : Language
    """
    shown = language.word(word)
    return shown if column.index.listed(shown) == word else word


def choices_of(table: str, column: str, language: Language) -> list[tuple[str, str]]:
    """Known words of a column with their names, in the order of these.

    Parameters
    ----------
    table, column : str
    language : Language
    """
    words: Any = TABLES[table].by_name[column].choices
    return sorted(((word, language.word(word)) for word in words), key=lambda item: fold(item[1]))
