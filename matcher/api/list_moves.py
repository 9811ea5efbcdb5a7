"""Two settings side by side: what rose, fell, came and went on the shortlists, as records."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.api.live import LiveLists
from matcher.ranking.changes.records import DOWN, GONE, NEW, UP
from matcher.scoring.data import Floats, Ints
from matcher.scoring.scorer import Scorer


@dataclass(frozen=True)
class ListMove:
    """A pair whose rank differs between two shortlists.

    Attributes
    ----------
    change_type : {"new", "gone", "up", "down"}
    unit_id, unit_name, nonprofit_id, nonprofit_name : str
    rank_before, rank : int or None
        None where it is on no list.
    score_before, score : float
        Under either settings, gates ignored.
    gates : tuple of str
        Gates that are closed now, of a pair that is gone.
    below_min_score : bool
        Whether it is gone because its score is below the minimum now.
    """

    change_type: str
    unit_id: str
    unit_name: str
    nonprofit_id: str
    nonprofit_name: str
    rank_before: int | None
    rank: int | None
    score_before: float
    score: float
    gates: tuple[str, ...] = ()
    below_min_score: bool = False

    @property
    def score_change(self) -> float:
        """Difference of the two scores, rounded as they are."""
        return round(self.score - self.score_before, 6)


@dataclass(frozen=True)
class UnitMoves:
    """What two settings do to the list of a unit.

    Attributes
    ----------
    unit_id, unit_name : str
    kept : int
        Pairs on both lists.
    moves : tuple of ListMove
        Those with a rank now in its order, then those that are gone by their rank before.
    """

    unit_id: str
    unit_name: str
    kept: int
    moves: tuple[ListMove, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of pairs by type of change."""
        return {kind: sum(move.change_type == kind for move in self.moves) for kind in (NEW, GONE, UP, DOWN)}


def list_moves(before: LiveLists, after: LiveLists) -> list[UnitMoves]:
    """Compare the shortlists of the same units under two settings, unit by unit in the order of their ids.

    Parameters
    ----------
    before, after : LiveLists
        Of the same match. Units with the same list under both are among the result, without moves.
    """
    run = after.run
    ranks = [_ranks(each) for each in (before, after)]
    keys = np.array(sorted(set(ranks[0]) | set(ranks[1])), dtype=np.int64).reshape(-1, 2)
    scores = [_scores(each.scorer, keys) for each in (before, after)]
    moves: dict[int, list[ListMove]] = {int(unit): [] for unit in np.unique(keys[:, 0])}
    kept = dict.fromkeys(moves, 0)
    for number, (unit, nonprofit) in enumerate(keys.tolist()):
        old, now = (each.get((unit, nonprofit)) for each in ranks)
        kept[unit] += old is not None and now is not None
        if old == now:
            continue
        gates = after.scorer.closed_gates(unit, nonprofit) if now is None else ()
        score = float(scores[1][number])
        moves[unit].append(
            ListMove(
                NEW if old is None else GONE if now is None else UP if now < old else DOWN,
                str(run.units.ids[unit]),
                str(run.units.names[unit]),
                str(run.nonprofits.ids[nonprofit]),
                str(run.nonprofits.names[nonprofit]),
                old,
                now,
                float(scores[0][number]),
                score,
                gates,
                now is None and not gates and score < run.settings.shortlist.min_score,
            )
        )
    return [
        UnitMoves(
            str(run.units.ids[unit]),
            str(run.units.names[unit]),
            kept[unit],
            tuple(sorted(moves[unit], key=lambda move: (move.rank is None, move.rank or move.rank_before or 0))),
        )
        for unit in sorted(moves)
    ]


def _ranks(lists: LiveLists) -> dict[tuple[int, int], int]:
    found = lists.lists
    pairs = zip(found.units.tolist(), found.nonprofits.tolist(), strict=True)
    return dict(zip(pairs, found.ranks.tolist(), strict=True))


def _scores(scorer: Scorer, pairs: Ints) -> Floats:
    """Scores of pairs, shape (k,)."""
    return scorer.scores(pairs[:, 0], pairs[:, 1]) if len(pairs) else np.empty(0)
