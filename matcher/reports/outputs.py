"""What a run can be handed on as. A new output is a class here or in a module of its own, and a line in ``OUTPUTS``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd

from matcher.criteria.judge import Judge
from matcher.criteria.record import PairRecord
from matcher.errors import SettingsError, nearest
from matcher.reports.language import Language
from matcher.reports.programme_tables import Programmes
from matcher.tables.problems import Problem
from matcher.tables.reading import Table
from matcher.tables.writing import csv_text
from matcher.texts.passages import Passages

SHORTLIST_FILE = "shortlist.csv"
PROGRAMMES_FILE = "programmes.csv"
AGENDA_FILE = "agenda.csv"
Files = dict[str, str | bytes]


@dataclass(frozen=True)
class Results:
    """All that an output may know of a run.

    Attributes
    ----------
    units, nonprofits : Table
        As they were read.
    judge : Judge
    shortlist : DataFrame
        One row a pair.
    records : sequence of PairRecord
        One a row of the shortlist.
    programmes : Programmes
    problems : sequence of Problem
        Of the tables; none of them an error.
    run : mapping
        The record of the run, as in ``run.json``.
    language : Language
        Of sentences and headings that people read.
    passages : callable
        Gives for records what carries the likeness of both missions, see :class:`matcher.texts.passages.Passages`;
        it takes time, and only when it is called.
    """

    units: Table
    nonprofits: Table
    judge: Judge
    shortlist: pd.DataFrame
    records: Sequence[PairRecord]
    programmes: Programmes
    problems: Sequence[Problem]
    run: Mapping[str, Any]
    language: Language
    passages: Callable[[Sequence[PairRecord]], list[Passages]]


class Output(ABC):
    """A way to hand a run on.

    Attributes
    ----------
    name : str
        As ``--formats`` takes it.
    """

    name: ClassVar[str]

    @abstractmethod
    def files(self, results: Results) -> Files:
        """Return the content of each file by its name."""


class CsvOutput(Output):
    """Tables for other programs."""

    name = "csv"

    def files(self, results: Results) -> Files:
        return {SHORTLIST_FILE: csv_text(results.shortlist), **programme_files(results.programmes)}


OUTPUTS: dict[str, type[Output]] = {output.name: output for output in (CsvOutput,)}


def programme_files(programmes: Programmes) -> Files:
    """Return the tables of programmes by file name."""
    return {PROGRAMMES_FILE: csv_text(programmes.table()), AGENDA_FILE: csv_text(programmes.agenda())}


def parse_formats(text: str | None) -> tuple[str, ...]:
    """Return the outputs of a list such as ``csv,xlsx``; all of them for None.

    Raises
    ------
    SettingsError
        When one is not known.
    """
    if text is None:
        return tuple(OUTPUTS)
    formats = tuple(dict.fromkeys(word.strip().lower() for word in text.split(",") if word.strip()))
    known = list(OUTPUTS)
    for name in formats:
        if name not in OUTPUTS:
            raise SettingsError(
                f"--formats: there is no format '{name}'{nearest(name, known)} (known: {', '.join(known)})"
            )
    if not formats:
        raise SettingsError(f"--formats names no format (known: {', '.join(known)})")
    return formats
