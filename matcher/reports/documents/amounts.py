"""Amounts of money that the list of nonprofits names in columns of its own, for a board to add up."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.arrays import Floats
from matcher.i18n.folding import fold
from matcher.i18n.language import Language
from matcher.reports.results import Results
from matcher.tables.read.cell_values import CellError
from matcher.tables.read.numbers import grouping_marks, parse_number
from matcher.tables.schema.columns import Nonprofit

_CURRENCY = re.compile(r"€|\$|£|\b(?:euro|eur|usd|gbp)\b", re.IGNORECASE)
_HEADING = re.compile(r"bedrag|budget|amount")
_NUMBER = re.compile(r"\d[\d.,' ]*(?:,-)?")


@dataclass(frozen=True)
class Amounts:
    """One column of money.

    Attributes
    ----------
    heading : str
        As in the file.
    sign : str
        Sign of the currency before a sum; empty where the cells have none, or several.
    values : ndarray of shape (n_nonprofits,), float64
        In id order; NaN where a cell holds no one amount.
    """

    heading: str
    sign: str
    values: Floats

    def sum_in_words(self, sites: Iterable[int], language: Language) -> str:
        """Sum over some nonprofits, each counted once, with how many name an amount; empty where none does.

        Parameters
        ----------
        sites : iterable of int
            Positions.
        language : Language
        """
        chosen = sorted(set(sites))
        known = self.values[chosen][~np.isnan(self.values[chosen])]
        if not len(known):
            return ""
        return language.phrase(
            "{heading} {sum} (named by {known} of {count})",
            heading=self.heading,
            sum=self._shown(float(known.sum()), language),
            known=language.number(len(known)),
            count=language.number(len(chosen)),
        )

    def in_words(self, site: int, language: Language) -> str:
        """Heading and amount of one nonprofit; empty where it names none.

        Parameters
        ----------
        site : int
            Position.
        language : Language
        """
        value = float(self.values[site])
        return "" if np.isnan(value) else f"{self.heading} {self._shown(value, language)}"

    def _shown(self, value: float, language: Language) -> str:
        return f"{self.sign}{language.number(value, 0 if value.is_integer() else 2)}"


def amounts_of(results: Results) -> list[Amounts]:
    """Columns of money in the list of nonprofits that are copied to the workbook: by a currency in the cells, or the heading.

    Parameters
    ----------
    results : Results
    """
    table = results.tables.nonprofits
    found = []
    for column in table.passed_through:
        heading = table.headings.get(column, column)
        filled = table.frame[column].dropna().astype("str")
        if column in table.not_on_page or not len(filled):
            continue
        has_currency = filled.str.contains(_CURRENCY).mean() > 0.5
        values = _values(filled) if has_currency or _HEADING.search(fold(heading)) else {}
        if 2 * len(values) <= len(filled):
            continue
        of_id = dict(zip(table.frame.loc[list(values), Nonprofit.ID], values.values(), strict=True))
        signs = {sign for cell in filled for sign in re.findall("[€$£]", cell)}
        sign = f"{signs.pop()} " if len(signs) == 1 else ""
        found.append(
            Amounts(heading, sign, np.array([of_id.get(each, np.nan) for each in results.data.nonprofits.ids]))
        )
    return found


def _values(cells: pd.Series[str]) -> dict[Hashable, float]:
    """Amount of each row that holds one number, by its label."""
    numbers = {row: match[0].removesuffix(",-").strip() for row, cell in cells.items() if (match := _only(cell))}
    grouping, _ = grouping_marks(dict.fromkeys(numbers.values()))
    values = {}
    for row, text in numbers.items():
        try:
            values[row] = parse_number(text, grouping)
        except CellError:
            continue
    return values


def _only(cell: str) -> re.Match[str] | None:
    """The one number of a cell; None where it has none, or several."""
    found = list(_NUMBER.finditer(cell))
    return found[0] if len(found) == 1 else None
