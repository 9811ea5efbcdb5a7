"""The results of a run, and the base class of outputs that write them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from matcher.i18n.language import Language
from matcher.ranking.changes.records import Changes
from matcher.ranking.shortlists.selection import EmptyList
from matcher.ranking.shortlists.standing import Standings
from matcher.reports.programme_tables import Programmes
from matcher.reports.sentences.lists import ListRemarks
from matcher.scoring.criteria.registry import Criteria
from matcher.scoring.data import Run
from matcher.scoring.explanation import PairRecord
from matcher.tables.data import Tables
from matcher.texts.passages import Passages

Files = dict[str, str | bytes]


@dataclass(frozen=True)
class Results:
    """The results of a run, as outputs get them.

    Attributes
    ----------
    tables : Tables
        As they were read, with their problems; none of them is an error.
    data : Run
        Both lists as arrays in id order, their history, the settings and the criteria.
    shortlist : DataFrame
        One row a pair.
    records : sequence of PairRecord
        One a row of the shortlist.
    programmes : Programmes
    run : mapping
        The record of the run, as in ``run.json``.
    language : Language
        Of sentences and headings that people read.
    passages : callable
        Gives for records what carries the likeness of both missions, see :class:`matcher.texts.passages.Passages`;
        it takes time, and only when it is called.
    empty_lists : sequence of EmptyList
        Units without a candidate.
    standings : callable
        Gives the standings of all pairs, see :class:`matcher.ranking.shortlists.standing.Standings`; None where they
        are too many.
    remarks : mapping of str to ListRemarks
        What is true of every row of a list, by the id of its unit or nonprofit.
    changes : Changes or None
        What is new, gone, up and down since an earlier run; None where no earlier run was named.
    words : DataFrame
        Words of causes and accreditations, and how each was understood: ``table``, ``column``, ``word``, ``read_as``,
        ``how``, ``rows``.
    """

    tables: Tables
    data: Run
    shortlist: pd.DataFrame
    records: Sequence[PairRecord]
    programmes: Programmes
    run: Mapping[str, Any]
    language: Language
    passages: Callable[[Sequence[PairRecord]], list[Passages]]
    empty_lists: Sequence[EmptyList] = ()
    standings: Callable[[], Standings | None] = lambda: None
    remarks: Mapping[str, ListRemarks] = field(default_factory=dict)
    changes: Changes | None = None
    words: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def criteria(self) -> Criteria:
        """Criteria of the run by name, in the order in which they are shown."""
        return self.data.criteria


class Output(ABC):
    """A way to hand a run on.

    Attributes
    ----------
    name : str
        As ``--formats`` takes it.
    may_write : tuple of str
        Names of all files that it can give.
    """

    name: ClassVar[str]
    may_write: ClassVar[tuple[str, ...]]

    @abstractmethod
    def files(self, results: Results) -> Files:
        """Return the content of each file by its name."""
