"""Criteria that the settings declare, each made of one column of each list."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from matcher.arrays import codes_of_columns
from matcher.errors import SettingsError
from matcher.i18n.folding import fold
from matcher.i18n.language import Language, message
from matcher.messages import Message
from matcher.scoring.criteria.base import ALL, Criterion, Part, column_name, known_anywhere
from matcher.scoring.data import Columns, Floats, Ints, Labels, Run
from matcher.scoring.explanation import CriterionRecord, PairRecord
from matcher.settings import DeclaredCriterionSettings
from matcher.tables.schema.specs import CellType, ColumnSpec, fold_heading
from matcher.tables.schema.tables import TABLES

SEPARATOR = ";"


class ColumnPart(Part):
    """Scores pairs by one column of each list.

    Parameters
    ----------
    units, nonprofits : ndarray of shape (m,) and (n,)
        Numbers (NaN where unknown) or words (empty where unknown).
    """

    name = "columns"

    def __init__(self, units: Labels | Floats, nonprofits: Labels | Floats) -> None:
        self._units, self._nonprofits = self._coded(units), self._coded(nonprofits)

    @abstractmethod
    def _coded(self, cells: Any) -> Floats:
        """Cells as numbers, one or more a row; NaN where unknown, shape (rows,) or (rows, k)."""

    @abstractmethod
    def _score(self, units: Floats, nonprofits: Floats) -> Floats:
        """Scores of codes that broadcast against each other."""

    def in_play(self) -> bool:
        return known_anywhere(~np.isnan(self._units), ~np.isnan(self._nonprofits))

    @cached_property
    def _classes(self) -> Ints:
        return codes_of_columns([self._nonprofits])

    def equivalence_classes(self) -> Ints:
        return self._classes

    def block(self, rows: Columns, columns: Columns = ALL) -> Floats:
        return self._score(self._units[rows, None], self._nonprofits[None, columns])

    def pairs(self, units: Ints, nonprofits: Ints) -> Floats:
        return self._score(self._units[units], self._nonprofits[nonprofits])

    def facts(self, units: Ints, nonprofits: Ints) -> list[dict[str, Any]]:
        return [
            {"of_unit": self._shown(unit), "of_nonprofit": self._shown(nonprofit)}
            for unit, nonprofit in zip(self._units[units].tolist(), self._nonprofits[nonprofits].tolist(), strict=True)
        ]

    def _shown(self, code: float) -> Any:
        return None if np.isnan(code) else code


class RatioPart(ColumnPart):
    """The smaller of two numbers over the larger: 1 where they are equal, towards 0 the further apart they are."""

    def _coded(self, cells: Any) -> Floats:
        numbers = np.asarray(cells, dtype=np.float64)
        return np.where(numbers > 0, numbers, np.nan)

    def _score(self, units: Floats, nonprofits: Floats) -> Floats:
        ratio: Floats = np.minimum(units, nonprofits) / np.maximum(units, nonprofits)
        return ratio


class WordsPart(ColumnPart):
    """Compares words; spellings that differ in capitals, accents and spaces only are the same word.

    Parameters
    ----------
    units, nonprofits : ndarray of str, shapes (m,) and (n,)
        Words with ``;`` between; None where unknown.
    """

    def __init__(self, units: Labels, nonprofits: Labels) -> None:
        cells = sorted({_cell_key(cell) for cell in (*units, *nonprofits)} - {()})
        self._cells = cells
        self._code = {cell: float(position) for position, cell in enumerate(cells)}
        self._spelling = {fold(word): word for cell in (*nonprofits, *units) for word in _words(cell)}
        super().__init__(units, nonprofits)

    def _coded(self, cells: Any) -> Floats:
        return np.array([self._code.get(_cell_key(cell), np.nan) for cell in cells], dtype=np.float64)

    @cached_property
    def _table(self) -> Floats:
        """Score of every pair of different cells, shape (k, k)."""
        return np.array([[self._of_cells(one, other) for other in self._cells] for one in self._cells]).reshape(
            len(self._cells), len(self._cells)
        )

    @abstractmethod
    def _of_cells(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        """Score of two cells, each as folded words."""

    def _score(self, units: Floats, nonprofits: Floats) -> Floats:
        unknown = np.isnan(units) | np.isnan(nonprofits)
        if not self._cells:
            return np.full(unknown.shape, np.nan)
        rows, columns = (np.nan_to_num(codes).astype(np.int64) for codes in (units, nonprofits))
        return np.where(unknown, np.nan, self._table[rows, columns])

    def _shown(self, code: float) -> Any:
        return None if np.isnan(code) else [self._spelling[word] for word in self._cells[int(code)]]


class SamePart(WordsPart):
    """1 where both cells hold the same words, else 0."""

    def _of_cells(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        return float(one == other)


class OverlapPart(WordsPart):
    """The overlap coefficient: words in common over the shorter of the two lists (Szymkiewicz and Simpson)."""

    def _of_cells(self, one: tuple[str, ...], other: tuple[str, ...]) -> float:
        return len(set(one) & set(other)) / min(len(one), len(other))


def _words(cell: object) -> list[str]:
    return [word for part in cell.split(SEPARATOR) if (word := part.strip())] if isinstance(cell, str) else []


def _cell_key(cell: object) -> tuple[str, ...]:
    return tuple(sorted({fold(word) for word in _words(cell)}))


_PARTS: Mapping[str, type[ColumnPart]] = {"ratio": RatioPart, "same": SamePart, "overlap": OverlapPart}
_CELL_TYPES = {"ratio": CellType.NUMBER, "same": CellType.OPEN_WORDS, "overlap": CellType.OPEN_WORDS}
_NUMBERS = (CellType.NUMBER, CellType.COUNT)
_NEITHER = (CellType.BOOLEAN, CellType.DATE)


class DeclaredCriterion(Criterion):
    """A criterion of the settings.

    Parameters
    ----------
    name : str
    declared : DeclaredCriterionSettings
    """

    reads_history = False
    fact_labels: ClassVar[Mapping[str, str]] = {
        "of_unit": message("of the unit"),
        "of_nonprofit": message("of the nonprofit"),
    }

    def __init__(self, name: str, declared: DeclaredCriterionSettings) -> None:
        self.name = name
        self.declared = declared
        self.default_weight = declared.weight
        self.unit_columns = (_column(name, "units", declared.unit, declared.kind),)
        self.nonprofit_columns = (_column(name, "nonprofits", declared.nonprofit, declared.kind),)

    def parts(self, run: Run) -> Sequence[Part]:
        part = _PARTS[self.declared.kind]
        unit, nonprofit = (column_name(columns[0]) for columns in (self.unit_columns, self.nonprofit_columns))
        return (part(run.units.column(unit), run.nonprofits.column(nonprofit)),)

    def label(self, language: Language) -> str:
        label = self.declared.label
        if isinstance(label, dict):
            label = label.get(language.code) or next(iter(label.values()), "")
        return label or language.word(self.name)

    def phrases(self, item: CriterionRecord, pair: PairRecord, language: Language) -> list[str]:
        of_unit, of_nonprofit = (self.fact_value(name, item.facts.get(name), language) for name in self.fact_labels)
        label = self.label(language)
        if isinstance(item.facts.get("of_unit"), list):
            common = [word for word in item.facts["of_nonprofit"] if fold(word) in map(fold, item.facts["of_unit"])]
            if item.score and common:
                return [language.phrase("{criterion} of both: {words}", criterion=label, words=language.join(common))]
        return [
            language.phrase(
                "{criterion}: {of_unit} against {of_nonprofit}",
                criterion=label,
                of_unit=of_unit,
                of_nonprofit=of_nonprofit,
            )
        ]

    def fact_value(self, name: str, value: object, language: Language) -> str:
        """Words of a column of the user's own are shown as they are."""
        if isinstance(value, list):
            return ", ".join(str(word) for word in value)
        return language.rounded(value, 2) if isinstance(value, float) else super().fact_value(name, value, language)


def _column(criterion: str, table: str, name: str, kind: str) -> str | ColumnSpec:
    """Name of a column of the schema, or a column of the user's own, which then has to be there."""
    known = TABLES[table].by_heading.get(fold_heading(name))
    if known is None:
        meaning = (
            Message("a number for the criterion '{criterion}' of the settings", criterion=criterion)
            if kind == "ratio"
            else Message("words for the criterion '{criterion}' of the settings", criterion=criterion)
        )
        return ColumnSpec(
            name,
            _CELL_TYPES[kind],
            meaning,
            required=True,
            passes_through=True,
        )
    held = TABLES[table].by_name[known].cell_type
    if (held in _NUMBERS) != (kind == "ratio") or held in _NEITHER:
        side = "unit" if table == "units" else "nonprofit"
        raise SettingsError(
            Message(
                "criteria.{criterion}.{side}: column '{known}' of {table} holds no {cells}, which the kind '{kind}' compares; name another {remedy}",
                criterion=criterion,
                side=side,
                known=known,
                table=table,
                cells=Message("numbers") if kind == "ratio" else Message("words"),
                kind=kind,
                remedy=Message("column") if held in _NEITHER else Message("column or kind"),
            )
        )
    return known
