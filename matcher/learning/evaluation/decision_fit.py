"""How well a ranking agrees with what people decided: with partnerships that were made, and with yes against no."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.metrics import ndcg_score

from matcher.arrays import evenly_spaced
from matcher.scoring.data import Bools, Ints, Run
from matcher.scoring.scorer import Scorer
from matcher.tables.status import Status

MOST_CELLS = 2_000_000
"""Pairs that are ranked for a measure, at most: of larger runs an even sample of the units is."""


@dataclass(frozen=True)
class DecisionFit:
    """Agreement of a ranking with decisions.

    Attributes
    ----------
    units : int
        Units with a yes, on which the nDCG rests.
    yes, no : int
        Pairs decided either way.
    ndcg : float or None
        Mean over these units of the nDCG at the length of the lists, gates ignored: how high the yes pairs rank among all
        nonprofits. Equal scores count as every order of them, averaged. None without units.
    yes_above_no : float or None
        Share of the yes-no couples of one unit in which the yes scores higher, ties as a half; None without any.
    couples : int
        Number of these couples.
    """

    units: int
    yes: int
    no: int
    ndcg: float | None
    yes_above_no: float | None
    couples: int


def pairs_of_history(run: Run) -> tuple[Bools, Bools]:
    """Which partnerships of a run are a yes (made), and which a no (declined or vetoed), each of shape (n_partnerships,)."""
    return Status.mask(run.history.status, "is_positive"), Status.mask(run.history.status, "is_exit")


def decision_fit(scorer: Scorer, yes: Ints, no: Ints) -> DecisionFit:
    """Agreement of a scorer with decisions.

    Track records of other units count, as in every score, but never the pair's own partnership.

    Parameters
    ----------
    scorer : Scorer
    yes, no : ndarray of shape (k, 2), int64
        Positions of unit and nonprofit of the pairs decided either way.
    """
    yes, no = (np.unique(pairs.reshape(-1, 2), axis=0) for pairs in (yes, no))
    n = len(scorer.run.nonprofits)
    with_yes = np.zeros(len(scorer.run.units), dtype=bool)
    with_yes[yes[:, 0]] = True
    units = evenly_spaced(with_yes, max(1, MOST_CELLS // n))
    row_of = np.full(len(scorer.run.units), -1)
    row_of[units] = np.arange(len(units))
    relevant = np.zeros((len(units), n), dtype=bool)
    mine = row_of[yes[:, 0]] >= 0
    relevant[row_of[yes[mine, 0]], yes[mine, 1]] = True
    scores = scorer.scores(np.repeat(units, n), np.tile(np.arange(n), len(units))).reshape(len(units), n)
    # A unit whose nonprofits are all to be found has nothing to rank.
    evaluated = relevant.any(axis=1) & ~relevant.all(axis=1)
    top = scorer.run.settings.shortlist.top
    ndcg = ndcg_score(relevant[evaluated], scores[evaluated], k=top) if evaluated.any() else None
    of_yes, of_no = (scorer.scores(pairs[:, 0], pairs[:, 1]) for pairs in (yes, no))
    higher = [
        np.sign(one - of_no[no[:, 0] == unit]) / 2 + 0.5
        for unit, one in zip(yes[:, 0].tolist(), of_yes.tolist(), strict=True)
    ]
    couples = np.concatenate([np.empty(0), *higher])
    return DecisionFit(
        units=int(evaluated.sum()),
        yes=len(yes),
        no=len(no),
        ndcg=None if ndcg is None else float(ndcg),
        yes_above_no=float(couples.mean()) if len(couples) else None,
        couples=len(couples),
    )
