"""What the sections on outcomes are made of: a table in words, and how shares, means and names are written in it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matcher.i18n.language import Language

NAMES_SHOWN = 12


@dataclass(frozen=True)
class Section:
    """One part of what a person reads: a table with what has to be said of it.

    Attributes
    ----------
    title : str
    headings : tuple of str
    rows : tuple of tuple of str
        None of them where the notes say it all.
    numbers : frozenset of int
        Positions of the columns that hold numbers.
    notes : tuple of str
        Sentences under the table.
    """

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]
    notes: tuple[str, ...]


def percent_range(low: float, high: float, language: Language) -> str:
    """Return the ends of a share's interval, nothing where none is claimed."""
    if math.isnan(low):
        return ""
    return language.phrase("{low} to {high}", low=language.percent(low), high=language.percent(high))


def number_range(low: float, high: float, language: Language) -> str:
    """Return the ends of a mean's interval."""
    return language.phrase("{low} to {high}", low=language.number(low, 2), high=language.number(high, 2))


def out_of(count: int, total: int, language: Language) -> str:
    """Return so many out of so many."""
    return language.phrase("{count} of {total}", count=language.number(count), total=language.number(total))


def filled_in(filled: int, total: int, language: Language) -> str:
    """Return so many out of so many, with the share."""
    share = language.percent(filled / total)
    return language.phrase("{count_of_total} ({share})", count_of_total=out_of(filled, total, language), share=share)


def listed(names: Sequence[str], language: Language) -> str:
    """Return names as people list them, the last of many as a count."""
    shown = list(names[:NAMES_SHOWN])
    more = len(names) - len(shown)
    if more:
        shown.append(language.count_phrase("{count} other", "{count} others", more))
    return language.join(shown)
