"""Pairs of ids as positions in the lists and as matrices; ids are compared as text, so that 7 and "7" are the same."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.messages import Joined, Message
from matcher.scoring.data import Bools, Ints, Labels
from matcher.tables.read.cells import texts_of
from matcher.tables.read.parsing import tidy
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.tables.status import Status

_TABLES = {"known": Message("known"), "test": Message("test"), "excluded": Message("excluded")}

logger = logging.getLogger("matcher")

PAIRS_OF_UNIT = "pairs_of_unit"
"""Attribute of candidate pairs with the number of pairs of each unit."""


def candidate_pairs(
    units: pd.DataFrame,
    nonprofits: pd.DataFrame,
    partnerships: pd.DataFrame,
    excluded_pairs: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, Bools]:
    """Return every pair of two lists that is evidence, and whether it is a positive.

    Pairs with a silent status (proposed, maybe, contacted, vetoed) are dropped, unless they are positives too.

    Parameters
    ----------
    units, nonprofits : DataFrame
        The lists.
    partnerships : DataFrame
        With ``unit_id``, ``nonprofit_id`` and ``status``. Rows that name others are not counted; their number is logged.
    excluded_pairs : DataFrame, optional
        Pairs to drop, with ``unit_id`` and ``nonprofit_id``.

    Returns
    -------
    (DataFrame, ndarray of shape (n_pairs,), bool)
        ``unit_id`` and ``nonprofit_id`` as text, in id order; and True for agreed, active and completed pairs. The number
        of pairs of each unit is in ``attrs``, so that a split through the pairs of a unit is noticed.

    Raises
    ------
    MatcherError
        When none of the partnerships, or of the pairs to drop, is in the lists.
    """
    ids = tuple(
        id_texts(frame[column]).unique().sort_values().to_numpy()
        for frame, column in ((units, Unit.ID), (nonprofits, Nonprofit.ID))
    )
    count_unmatched({"partnership": partnerships, "excluded": excluded_pairs}, *ids)
    status = partnerships[Partnership.STATUS]
    positive = pair_matrix(partnerships[Status.mask(status, "is_positive")], *ids)
    silent = pair_matrix(partnerships[Status.mask(status, "is_silent")], *ids)
    kept = ~(silent & ~positive | pair_matrix(excluded_pairs, *ids))
    rows, columns = np.nonzero(kept)
    pairs = pd.DataFrame({Partnership.UNIT_ID: ids[0][rows], Partnership.NONPROFIT_ID: ids[1][columns]}, dtype="str")
    pairs.attrs[PAIRS_OF_UNIT] = dict(zip(ids[0].tolist(), kept.sum(axis=1).tolist(), strict=True))
    return pairs, positive[kept]


def pair_matrix(pairs: pd.DataFrame | None, unit_ids: Labels, nonprofit_ids: Labels) -> Bools:
    """Return pairs as a matrix.

    Parameters
    ----------
    pairs : DataFrame or None
        With columns ``unit_id`` and ``nonprofit_id``, of text or of numbers. Pairs with an id that is not in the lists
        are left out; :func:`count_unmatched` counts them.
    unit_ids, nonprofit_ids : ndarray of str
        Ids of the m units and n nonprofits, without repetition.

    Returns
    -------
    ndarray of shape (m, n), bool
        True for each of the pairs.
    """
    matrix = np.zeros((len(unit_ids), len(nonprofit_ids)), dtype=bool)
    if pairs is not None:
        units, nonprofits = positions(pairs, unit_ids, nonprofit_ids)
        matched = (units >= 0) & (nonprofits >= 0)
        matrix[units[matched], nonprofits[matched]] = True
    return matrix


def count_unmatched(
    tables: Mapping[str, pd.DataFrame | None], unit_ids: Labels, nonprofit_ids: Labels
) -> dict[str, int]:
    """Count the pairs with an id that is not in the lists, and log their number.

    Parameters
    ----------
    tables : mapping of str to DataFrame or None
        Pairs by the name of their table, such as ``"test"``.
    unit_ids, nonprofit_ids : ndarray of str
        Ids of the units and nonprofits.

    Returns
    -------
    dict of str to int
        Number of unmatched rows by table.

    Raises
    ------
    MatcherError
        When a table has pairs and none of them matches.
    """
    counts = {}
    for name, pairs in tables.items():
        units, nonprofits = (np.empty(0), np.empty(0)) if pairs is None else positions(pairs, unit_ids, nonprofit_ids)
        counts[name] = int(((units < 0) | (nonprofits < 0)).sum())
        if pairs is not None and counts[name] == len(pairs) > 0:
            first = pairs[[Partnership.UNIT_ID, Partnership.NONPROFIT_ID]].iloc[0].tolist()
            raise MatcherError(
                Message(
                    "none of the {count} {name} pairs names a unit and a nonprofit of the lists (the first is {unit}:{nonprofit}). Use the ids of the columns unit_id and nonprofit_id of the lists",
                    count=len(pairs),
                    name=_TABLES.get(name, name),
                    unit=first[0],
                    nonprofit=first[1],
                )
            )
    found = [
        Message("{count} of {pairs} {name} pairs", count=count, pairs=len(tables[name]), name=_TABLES.get(name, name))  # type: ignore[arg-type]
        for name, count in counts.items()
        if count
    ]
    if found:
        logger.warning(
            Message("not in the lists of units and nonprofits, and therefore not counted: {pairs}", pairs=Joined(found))
        )
    return counts


def id_texts(ids: pd.Series) -> pd.Index:
    """Return ids as the text under which tables are read: whole numbers without decimals, no spaces around.

    Parameters
    ----------
    ids : Series of length k

    Returns
    -------
    Index of length k
    """
    return pd.Index([tidy(text) for text in texts_of(ids)], dtype=object)


def positions(pairs: pd.DataFrame, unit_ids: Labels, nonprofit_ids: Labels) -> tuple[Ints, Ints]:
    """Positions of each pair in the lists, shape (k,) each; -1 for an id that is not there.

    Parameters
    ----------
    pairs : DataFrame
        With columns ``unit_id`` and ``nonprofit_id``.
    unit_ids, nonprofit_ids : ndarray of str
        Ids of the units and nonprofits, without repetition.
    """
    return (
        pd.Index(unit_ids).get_indexer(id_texts(pairs[Partnership.UNIT_ID])).astype(np.int64),
        pd.Index(nonprofit_ids).get_indexer(id_texts(pairs[Partnership.NONPROFIT_ID])).astype(np.int64),
    )
