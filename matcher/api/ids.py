"""Ids as callers write them: texts or numbers."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from matcher.arrays import Ints, Labels
from matcher.errors import SettingsError, UnknownIdError, nearest
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.tables.read.tables import Table

_MAX_HINTED = 20_000
_MISSING = {
    "unit": message("there is no unit '{missing}'{hint}"),
    "nonprofit": message("there is no nonprofit '{missing}'{hint}"),
}


@dataclass(frozen=True)
class CallerIds:
    """Ids in the caller's type, by their text.

    Attributes
    ----------
    by_column : mapping of str to mapping
        For ``unit_id`` and ``nonprofit_id``: the caller's value for every id as text; empty where ids are texts.
    """

    by_column: Mapping[str, Mapping[str, Hashable]] = field(default_factory=dict)

    @classmethod
    def of(cls, *tables: tuple[Table, pd.DataFrame, str]) -> CallerIds:
        """Ids of tables.

        Parameters
        ----------
        *tables : (Table, DataFrame, str)
            A table, the frame that it was read from, and its id column.
        """
        found: dict[str, Mapping[str, Hashable]] = {}
        for table, frame, column in tables:
            heading = table.headings.get(column)
            if heading is None or not pd.api.types.is_numeric_dtype(frame[heading]):
                continue
            found[column] = dict(zip(table.frame[column], frame[heading].iloc[table.rows - 1], strict=True))
        return cls(found)

    def of_caller(self, column: str, value: str) -> Hashable:
        """Id in the caller's type.

        Parameters
        ----------
        column : {"unit_id", "nonprofit_id"}
        value : str
        """
        return self.by_column.get(column, {}).get(str(value), value)

    def restored(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Give a result the ids of the caller."""
        return frame.assign(
            **{
                column: pd.Series([self.of_caller(column, cell) for cell in frame[column]], index=frame.index)
                for column in self.by_column
                if column in frame
            }
        )


def checked_pair(pair: object, name: str) -> tuple[Hashable, Hashable]:
    """Unit and nonprofit of a pair.

    Parameters
    ----------
    pair : object
    name : str
        Name of the argument that holds it.

    Raises
    ------
    SettingsError
        When it is no pair.
    """
    if isinstance(pair, str) or not isinstance(pair, Sequence) or len(pair) != 2:
        raise SettingsError(
            Message(
                "{name}: {pair} is no pair; write (unit, nonprofit), as in [('U7', 'N12')]", name=name, pair=repr(pair)
            )
        )
    return pair[0], pair[1]


def check_lengths(unit_ids: Sequence[Hashable], nonprofit_ids: Sequence[Hashable]) -> None:
    """Check that two lists of ids are pairs.

    Parameters
    ----------
    unit_ids, nonprofit_ids : sequence of str or int

    Raises
    ------
    SettingsError
        When one is no list, or they are not of equal length.
    """
    for ids in (unit_ids, nonprofit_ids):
        if isinstance(ids, str | bytes) or not hasattr(ids, "__len__"):
            raise SettingsError(
                Message("pairs: two lists of ids of equal length are needed, and one is {ids}", ids=repr(ids))
            )
    if len(unit_ids) != len(nonprofit_ids):
        raise SettingsError(
            Message(
                "pairs: {units} units and {nonprofits} nonprofits; give one nonprofit for each unit",
                units=len(unit_ids),
                nonprofits=len(nonprofit_ids),
            )
        )


def positions_of(ids: Labels, wanted: Sequence[Hashable], kind: str, others: Labels) -> Ints:
    """Positions of ids in a list, shape (k,), int64.

    Parameters
    ----------
    ids : ndarray of shape (n,)
        Ids of the list.
    wanted : sequence of str or int, k of them
    kind : {"unit", "nonprofit"}
    others : ndarray
        Ids of the other list.

    Raises
    ------
    UnknownIdError
        When one is not in the list, with a hint.
    """
    texts = [id_text(value) for value in wanted]
    found = pd.Index(ids).get_indexer(pd.Index(texts, dtype=object))
    if (found < 0).any():
        missing = texts[int(np.argmin(found))]
        hint: str
        if (others == missing).any():
            hint = Message("; it is an id of the other list: the order is unit, nonprofit")
        else:
            hint = nearest(missing, [str(name) for name in ids]) if len(ids) < _MAX_HINTED else ""
        raise UnknownIdError(Message(_MISSING[kind], missing=missing, hint=hint))
    return found.astype(np.int64)


def id_text(value: object) -> str:
    """Id as the tables hold it: an integer without decimals, whatever its type."""
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)
