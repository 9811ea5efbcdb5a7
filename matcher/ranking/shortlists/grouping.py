"""Counting within lists: ranks, the first of each group, how many have a group."""

from __future__ import annotations

import numpy as np

from matcher.scoring.data import Bools, Ints


def first_of_each(lists: Ints, groups: Ints, limit: int) -> Bools:
    """Return which rows are among the first ``limit`` of their group on their list."""
    return nth_within(lists, groups) < limit


def nth_within(lists: Ints, groups: Ints) -> Ints:
    """Return for each row how many rows before it have the same list and group."""
    order = np.lexsort((np.arange(len(lists)), groups, lists))
    same = (lists[order][1:] == lists[order][:-1]) & (groups[order][1:] == groups[order][:-1])
    starts = np.flatnonzero(np.concatenate([[True], ~same])) if len(order) else np.empty(0, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(order)))
    nth = np.empty(len(order), dtype=np.int64)
    nth[order] = np.arange(len(order)) - np.repeat(starts, lengths)
    return nth


def count_within(lists: Ints, groups: Ints) -> Ints:
    """Return for each row how many rows of its list have its group, itself among them."""
    if not len(lists):
        return np.empty(0, dtype=np.int64)
    keys = np.stack([lists, groups], axis=1)
    _, inverse, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    return counts[inverse.ravel()].astype(np.int64)


def ranks_within(lists: Ints) -> Ints:
    """Return 1, 2, 3, … within each run of equal values."""
    return nth_within(lists, np.zeros(len(lists), dtype=np.int64)) + 1
