"""Which rows of which lists the page holds when a run is larger than a page should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Selection:
    """Rows that are shown, list by list.

    Attributes
    ----------
    rows : dict of str to list of int
        Positions of the rows shown of each list, best first; lists in their own order.
    left_rows : dict of str to int
        How many rows of each list are not shown; lists of which nothing is shown are among them.
    """

    rows: dict[str, list[int]]
    left_rows: dict[str, int]

    @property
    def left(self) -> int:
        """How many rows are not shown."""
        return sum(self.left_rows.values())

    @property
    def lists_left(self) -> int:
        """How many lists are not shown at all."""
        return sum(name not in self.rows for name in self.left_rows)


def best_rows(lists: Sequence[str], scores: Sequence[float], bound: int) -> Selection:
    """Return at most ``bound`` rows: first the best of each list, then the second of each, and so on.

    Parameters
    ----------
    lists : sequence of str
        The list of each row; rows of a list stand best first.
    scores : sequence of float
        Who goes first among rows of the same rank.
    bound : int

    Examples
    --------
    >>> best_rows(["a", "a", "a", "b", "b"], [0.9, 0.8, 0.7, 0.6, 0.5], 3)
    Selection(rows={'a': [0, 1], 'b': [3]}, left_rows={'a': 1, 'b': 1})
    """
    seen: dict[str, int] = {}
    ranks = []
    for name in lists:
        seen[name] = seen.get(name, 0) + 1
        ranks.append(seen[name])
    order = sorted(range(len(lists)), key=lambda row: (ranks[row], -scores[row], row))
    rows: dict[str, list[int]] = {}
    for row in sorted(order[:bound]):
        rows.setdefault(lists[row], []).append(row)
    left = {name: count - len(rows.get(name, ())) for name, count in seen.items()}
    return Selection(rows, {name: count for name, count in left.items() if count})
