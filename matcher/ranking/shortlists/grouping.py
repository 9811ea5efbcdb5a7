"""Positions, counts and ranks within lists, for rows that belong to a list and to a group."""

from __future__ import annotations

import numpy as np

from matcher.scoring.data import Bools, Ints


def first_of_each(lists: Ints, groups: Ints, limit: int) -> Bools:
    """Whether a row is among the first ``limit`` of its group on its list, shape (k,).

    Parameters
    ----------
    lists, groups : ndarray of shape (k,), int64
        Codes of the list and of the group of each row.
    limit : int
    """
    return nth_within(lists, groups) < limit


def nth_within(lists: Ints, groups: Ints) -> Ints:
    """Number of earlier rows of the same list and group, shape (k,).

    Parameters
    ----------
    lists, groups : ndarray of shape (k,), int64
        Codes of the list and of the group of each row.
    """
    order = np.lexsort((np.arange(len(lists)), groups, lists))
    same = (lists[order][1:] == lists[order][:-1]) & (groups[order][1:] == groups[order][:-1])
    starts = np.flatnonzero(np.concatenate([[True], ~same])) if len(order) else np.empty(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(order)))
    nth = np.empty(len(order), dtype=np.int64)
    nth[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return nth


def count_within(lists: Ints, groups: Ints) -> Ints:
    """Number of rows of the same list and group, the row included, shape (k,).

    Parameters
    ----------
    lists, groups : ndarray of shape (k,), int64
        Codes of the list and of the group of each row.
    """
    if not len(lists):
        return np.empty(0, dtype=np.int64)
    keys = np.stack([lists, groups], axis=1)
    _, inverse, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    return counts[inverse.ravel()].astype(np.int64)


def ranks_within(lists: Ints) -> Ints:
    """Ranks 1, 2, 3, … of the rows of each list in their order, shape (k,)."""
    return nth_within(lists, np.zeros(len(lists), dtype=np.int64)) + 1
