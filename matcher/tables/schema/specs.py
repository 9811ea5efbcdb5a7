"""How a column and a table are described: types of cells, bounds, words, and the headings people give them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from matcher.i18n.folding import fold
from matcher.tables.schema.vocabulary import BARE_BLANK_WORDS, BLANK_WORDS, ERROR_VALUES

if TYPE_CHECKING:
    from matcher.tables.words.index import WordIndex
    from matcher.tables.words.reading import ReadWord


class CellType(Enum):
    """How a column's cells are read."""

    ID = "id"
    NAME = "name"
    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    COUNT = "count"
    BOOLEAN = "boolean"
    DATE = "date"
    COUNTRY = "country"
    WORD = "word"
    WORDS = "words"
    OPEN_WORDS = "open words"


_STATE_CODES = frozenset(["nb", "n.b.", "n-b"])

TEXT_TYPES = frozenset({CellType.ID, CellType.NAME, CellType.TEXT, CellType.CODE})
"""Types whose cells are kept as they are written."""


@dataclass(frozen=True)
class ColumnSpec:
    """One column.

    Attributes
    ----------
    name : str
        Its name in the table.
    cell_type : CellType
    meaning : str
        In English.
    headings : tuple of str
        Other headings under which people send it, in any language.
    fallback_headings : tuple of str
        Those among them that are read only where no other one is there.
    required : bool
        The column has to be there.
    low, high : float or None
        Bounds, both allowed.
    words : mapping of str to str or None
        Spellings (folded) and the word each stands for.
    blank : {"ok", "warning", "error"}
        What an empty cell is.
    unreadable : {"warning", "error"}
        What a cell is that cannot be read; with a warning it counts as unknown.
    unique : bool
    passes_through : bool
        Whether results show it beside the columns that are not known: no criterion, gate or report uses it otherwise.
    refers_to : str or None
        Table whose codes stand in it.
    excludes : bool
        Whether its words rule rows out, so that one that is not understood is a warning.
    labels, meanings : mapping of str to str
        Heading that is written, and the meaning, by the code of a language. Default: the name, and the English meaning.
    examples : mapping of str to str
        Cell to show as an example, by the code of a language. Default: the English one.
    """

    name: str
    cell_type: CellType
    meaning: str
    headings: tuple[str, ...] = ()
    fallback_headings: tuple[str, ...] = ()
    required: bool = False
    low: float | None = None
    high: float | None = None
    words: Mapping[str, str] | None = None
    blank: str = "ok"
    unreadable: Literal["warning", "error"] = "error"
    unique: bool = False
    passes_through: bool = False
    refers_to: str | None = None
    excludes: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    examples: Mapping[str, str] = field(default_factory=dict)

    def label_in(self, language: str) -> str:
        """Heading that is written in a language, given by its code."""
        return self.labels.get(language, self.name)

    def meaning_in(self, language: str) -> str:
        """Meaning in a language, given by its code; in English where there is none."""
        return self.meanings.get(language, self.meaning)

    def example_in(self, language: str) -> str:
        """Example in a language, given by its code; the English one, or an empty text, where there is none."""
        return self.examples.get(language, self.examples.get("en", ""))

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the words that a cell may hold."""
        return tuple(dict.fromkeys((self.words or {}).values()))

    @cached_property
    def index(self) -> WordIndex:
        """Known words of the column by their spellings."""
        from matcher.tables.words.index import WordIndex  # not loaded for the help of commands

        return WordIndex(
            self.words or {},
            BLANK_WORDS | BARE_BLANK_WORDS | ERROR_VALUES,
            is_open=self.cell_type is CellType.OPEN_WORDS,
        )

    def read_words(self, cell: str) -> list[ReadWord]:
        """Words of a cell, separated and understood.

        Parameters
        ----------
        cell : str
        """
        from matcher.tables.words.reading import read_words  # not loaded for the help of commands

        return read_words(cell, self.index, drops_negation=self.excludes)

    @property
    def is_amount(self) -> bool:
        """Whether its numbers are zero or more, so that they may be large: not degrees."""
        return self.low == 0

    @property
    def never_blank(self) -> frozenset[str]:
        """Words that mean something in this column, and elsewhere that nothing is known: ``NB`` is a province."""
        return _STATE_CODES if self.name == "state" else frozenset()

    @property
    def may_say_blank(self) -> bool:
        """Whether words such as ``n.v.t.`` mean that the cell is empty; a code or a name may be just that word."""
        return self.cell_type is not CellType.ID and not (self.cell_type is CellType.NAME and self.required)


@dataclass(frozen=True)
class TableSpec:
    """One table.

    Attributes
    ----------
    name : str
        Of its template's sheet.
    id_column : str
    columns : tuple of ColumnSpec
        In order.
    content : str
        What it holds, for the help of the command line.
    is_required : bool
        Whether every run needs it: commands take it as an argument, and an optional table as an option.
    """

    name: str
    id_column: str
    columns: tuple[ColumnSpec, ...]
    content: str = ""
    is_required: bool = False
    by_name: dict[str, ColumnSpec] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    def with_columns(self, columns: Iterable[ColumnSpec]) -> TableSpec:
        """The table with further columns after its own; the same object where there are none."""
        added = tuple(columns)
        return replace(self, columns=(*self.columns, *added)) if added else self

    @cached_property
    def by_heading(self) -> dict[str, str]:
        """Column name for every known heading, folded."""
        return {
            fold_heading(heading): column.name for column in self.columns for heading in (column.name, *column.headings)
        }

    @cached_property
    def fallback_headings(self) -> frozenset[str]:
        """Known headings, folded, that are read only where no other one stands for their column."""
        return frozenset(fold_heading(heading) for column in self.columns for heading in column.fallback_headings)


@lru_cache(maxsize=1024)  # the same cells are tried with every separator that a file may have
def fold_heading(heading: str) -> str:
    """Return a heading's key: lower case, no accents, words joined by ``_``; a heading of signs only is its own key."""
    folded = fold(heading)
    # Letters of every alphabet count, with the marks that belong to them.
    words = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in folded).split()
    return "_".join(words) or folded
