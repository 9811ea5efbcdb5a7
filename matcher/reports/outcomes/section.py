"""A section of the report on outcomes, and the notation of shares, means and names in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.i18n.language import Language

NAMES_SHOWN = 12


@dataclass(frozen=True)
class Section:
    """One section: a table with notes.

    Attributes
    ----------
    title : str
    headings : tuple of str
    rows : tuple of tuple of str
        Empty where the notes suffice.
    numbers : frozenset of int
        Positions of the columns of numbers.
    notes : tuple of str
        Sentences under the table.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]
    notes: tuple[str, ...]


def percent_range(low: float, high: float, language: Language) -> str:
    """Return the interval of a share as text, empty without an interval.

    Parameters
    ----------
    low, high : float
        Ends of the interval, in [0, 1]; NaN without one.
    language : Language
    """
    if math.isnan(low):
        return ""
    return language.phrase("{low} to {high}", low=language.percent(low), high=language.percent(high))


def number_range(low: float, high: float, language: Language) -> str:
    """Return the interval of a mean as text.

    Parameters
    ----------
    low, high : float
        Ends of the interval.
    language : Language
    """
    return language.phrase("{low} to {high}", low=language.number(low, 2), high=language.number(high, 2))


def out_of(count: int, total: int, language: Language) -> str:
    """Return a count out of a total as text.

    Parameters
    ----------
    count, total : int
    language : Language
    """
    return language.phrase("{count} of {total}", count=language.number(count), total=language.number(total))


def filled_in(filled: int, total: int, language: Language) -> str:
    """Return a count out of a total as text, with its share.

    Parameters
    ----------
    filled, total : int
    language : Language
    """
    share = language.percent(filled / total)
    return language.phrase("{count_of_total} ({share})", count_of_total=out_of(filled, total, language), share=share)


def listed(names: Sequence[str], language: Language) -> str:
    """Return names as an enumeration; beyond ``NAMES_SHOWN`` the rest is given as a count.

    Parameters
    ----------
    names : sequence of str
    language : Language
    """
    shown = list(names[:NAMES_SHOWN])
    more = len(names) - len(shown)
    if more:
        shown.append(language.count_phrase("{count} other", "{count} others", more))
    return language.join(shown)
