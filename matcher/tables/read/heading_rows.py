"""Headings that take more than one row: a group above, the choices of a question below, the texts of a survey tool."""

from __future__ import annotations

from collections.abc import Sequence

from matcher.i18n.folding import fold
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.schema.specs import CellType

_MOST_ROWS = 3
_LEAST_KNOWN = 0.6
"""Share of known headings in a row below the headings that repeats them, in another language say."""
_NO_CHOICES = frozenset(
    {
        *("response", "open-ended response", "open ended response", "specify", "reactie", "antwoord", "open antwoord"),
        *("respons", "open reactie"),
    }
)
"""What survey tools write below a question without choices."""
_IMPORT_ID = '{"importid"'
WORD_TYPES = (CellType.WORDS, CellType.OPEN_WORDS)


def headings_in_rows(
    file: str, records: Sequence[Sequence[str]], header: int, rows: Sequence[int], known: KnownHeadings
) -> tuple[list[str], int, list[Problem]]:
    """Headings made from the row of headings and from those above and below it that belong to it.

    Parameters
    ----------
    file : str
        Name, for messages.
    records : sequence of sequences of str
    header : int
        Position of the row that knows most headings.
    rows : sequence of int
        Spreadsheet row of each record.
    known : KnownHeadings

    Returns
    -------
    (list of str, int, list of Problem)
        The headings, the position of their last row, and a warning where they take more rows than one.
    """
    headings = list(records[header])
    first, last = header, header
    if header and _is_group_row(records[header - 1], headings):
        joined = _with_groups(_spread(records[header - 1], len(headings)), headings, known)
        if joined != headings:
            headings, first = joined, header - 1
    below = [list(record) for record in records[header + 1 : header + _MOST_ROWS]]
    if below and (choices := _with_choices(headings, below[0])) is not None:
        headings, last = choices, header + 1
    elif below and _repeats_headings(below[0], known):
        last = header + 1
    for number, record in enumerate(below, start=1):
        if any(fold(cell).replace(" ", "").startswith(_IMPORT_ID) for cell in record):
            last = header + number
    if first == last:
        return headings, last, []
    message = Message("rows {first} to {last} are read as headings", first=rows[first], last=rows[last])
    remedy = Message("Keep one row of headings if a row of the list is among them")
    return headings, last, [Problem(file, rows[first], None, message, remedy, "warning", "heading_rows")]


def _spread(cells: Sequence[str], width: int) -> list[str]:
    """Cells of a row, those that are empty as the one to their left: merged cells hold their text in the first."""
    found, current = [], ""
    for cell in [*cells, *[""] * (width - len(cells))]:
        current = cell.strip() or current
        found.append(current)
    return found


def _is_group_row(above: Sequence[str], headings: Sequence[str]) -> bool:
    """Whether a row above the headings may name groups of them: two or more texts, and fewer than there are headings."""
    groups = sum(bool(cell.strip()) for cell in above)
    return 2 <= groups < sum(bool(cell.strip()) for cell in headings)


def _with_groups(groups: Sequence[str], headings: Sequence[str], known: KnownHeadings) -> list[str]:
    """Headings with their group where it tells what they are: a choice of a question, or one of two of the same name."""
    found: list[str] = []
    for group, heading in zip(groups, headings, strict=True):
        column = known.column_of(group)
        is_choice = column is not None and known.spec.by_name[column].cell_type in WORD_TYPES
        if not group or fold(group) == fold(heading):
            found.append(heading)
        elif not heading.strip():
            found.append(group if group not in found else heading)
        elif is_choice and known.column_of(heading) is None:
            found.append(f"{group} [{heading.strip()}]")
        else:
            found.append(f"{group} {heading}" if heading in found else heading)
    return found


def _with_choices(headings: Sequence[str], below: Sequence[str]) -> list[str] | None:
    """Headings with the choices in the row below, where a question stands above the first of its choices only.

    A row of data has nothing where there is no heading; a row of choices has a text there, and nothing, or a word such as
    ``Response``, below a question without choices.
    """
    width = max(len(headings), len(below))
    above = [*headings, *[""] * (width - len(headings))]
    choices = [*below, *[""] * (width - len(below))]
    starts = [position for position, cell in enumerate(above) if cell.strip()]
    if not starts or not any(choices[at].strip() for at in range(starts[0], width) if not above[at].strip()):
        return None
    for start, end in zip(starts, [*starts[1:], width], strict=True):
        texts = [choices[at].strip() for at in range(start, end)]
        is_question = len(texts) > 1 and any(texts[1:])
        if is_question and not all(texts):
            return None
        if not is_question and texts[0] and fold(texts[0]) not in _NO_CHOICES:
            return None
    questions = _spread(above, width)
    return [
        f"{question} [{choice.strip()}]" if choice.strip() and fold(choice) not in _NO_CHOICES else question
        for question, choice in zip(questions, choices, strict=True)
    ]


def _repeats_headings(below: Sequence[str], known: KnownHeadings) -> bool:
    filled = {cell.strip() for cell in below if cell.strip()}
    return known.count(list(filled)) >= max(2, _LEAST_KNOWN * len(filled))
