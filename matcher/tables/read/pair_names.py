"""The names that belong to the codes of a workbook with decisions, so that a decision beside another pair is noticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from matcher.i18n.folding import fold, tidy
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.read.sheets import Book, FoundTable
from matcher.tables.schema.columns import Decision
from matcher.tables.schema.tables import DECISIONS

PAIRS_SHEET = "matcher"
"""Hidden sheet with the pairs that a workbook was made with, and the names of both."""
NAMED = ((Decision.UNIT_ID, Decision.UNIT_NAME), (Decision.NONPROFIT_ID, Decision.NONPROFIT_NAME))
"""Columns with the code and the name of each side."""
_NAMES_AT = 3
"""Column of the hidden sheet in which the names of units stand; those of nonprofits follow."""

Pair = tuple[str, str]


class PairNames:
    """What a workbook, and the lists if they are given, say of the names of codes.

    The hidden sheet and the lists are believed outright. Where neither holds names, as in workbooks of earlier versions,
    a code has the name that most rows of the workbook give it, and a row of a list keeps its rank.

    Parameters
    ----------
    book : Book
    lists : sequence of mapping of str to str
        Names by code of the units and of the nonprofits; empty where they are not given.
    """

    def __init__(self, book: Book, lists: Sequence[Mapping[str, str]] = ({}, {})) -> None:
        sheet = book.sheet(PAIRS_SHEET)
        hidden = [] if sheet is None else [[tidy(cell) for cell in row] for row in sheet.cells[1:] if len(row) > 1]
        self.written: list[Pair] = [(cells[0], cells[1]) for cells in hidden]
        self._sure = [dict(names) for names in lists]
        for cells in hidden:
            for side, names in enumerate(self._sure):
                if len(cells) > _NAMES_AT + side and cells[_NAMES_AT + side]:
                    names[cells[side]] = cells[_NAMES_AT + side]
        self._seen = (Counter[Pair](), Counter[Pair]())
        self._shown: dict[str, str] = {}
        optional = tuple(replace(column, required=column.name in (Decision.UNIT_ID, Decision.NONPROFIT_ID)) for column in DECISIONS.columns)  # fmt: skip
        for table in book.tables(KnownHeadings.of(DECISIONS.name, replace(DECISIONS, columns=optional), {})):
            for row in table.rows():
                for side, (code, name) in enumerate(NAMED):
                    if shown := table.text(row, name):
                        self._seen[side][tidy(table.text(row, code)), fold(shown)] += 1
                        self._shown.setdefault(fold(shown), shown)
        self._ranks = {} if any(self._sure) else _ranks(self.written)

    def contradicts(self, table: FoundTable, row: int, pair: Pair) -> tuple[int, str] | None:
        """Side (0 for the unit) on which a row names another than its code means, and the code's own name.

        The name is empty where it is not known. None where the row agrees with itself.

        Parameters
        ----------
        table : FoundTable
        row : int
            Position on the sheet.
        pair : (str, str)
            Codes of the row.
        """
        for side, (_, column) in enumerate(NAMED):
            name = fold(table.text(row, column))
            if not name:
                continue
            if (known := self._sure[side].get(pair[side])) is not None:
                if fold(known) != name:
                    return side, known
            elif (other := self._more_frequent(side, pair[side], name)) is not None:
                return side, other
        rank = tidy(table.text(row, Decision.RANK))
        if pair in self._ranks and rank.isdecimal() and int(rank) != self._ranks[pair]:
            return 1, ""
        return None

    def _more_frequent(self, side: int, code: str, name: str) -> str | None:
        """Name that more rows give a code; an empty one where more rows give the name to another code."""
        seen = self._seen[side]
        count = seen[code, name]
        for (other_code, other_name), times in seen.items():
            if times > count and (other_code == code) != (other_name == name):
                return self._shown[other_name] if other_code == code else ""
        return None


def _ranks(pairs: Sequence[Pair]) -> dict[Pair, int]:
    """Rank of each pair on its list: pairs were written list by list, whichever side the lists are of."""
    runs = [
        [pair[side] for at, pair in enumerate(pairs) if not at or pairs[at - 1][side] != pair[side]] for side in (0, 1)
    ]
    side = int(len(runs[0]) != len(set(runs[0])))
    count: Counter[str] = Counter()
    ranks = {}
    for pair in pairs:
        count[pair[side]] += 1
        ranks[pair] = count[pair[side]]
    return ranks
