"""What pairs have in common: whether a reason can name it, for lists and programmes, which hold no pair without any."""

from __future__ import annotations

import numpy as np

from matcher.scoring.data import Bools, Floats, Ints
from matcher.scoring.scorer import Scorer


def is_related(scorer: Scorer, units: Ints, nonprofits: Ints) -> Bools:
    """Whether pairs have something in common, or may have, shape (k,): see :func:`common_ground`.

    Readers of the graded pairs gave 1.3 of 4 to pairs that have not, and called 18 % of them possible or better.

    Parameters
    ----------
    scorer : Scorer
    units, nonprofits : ndarray of shape (k,), int64
        Positions.
    """
    return np.asarray(common_ground(scorer, units, nonprofits) != 0)


def common_ground(scorer: Scorer, units: Ints, nonprofits: Ints) -> Floats:
    """1 where a reason can say what pairs have in common, shape (k,), 0 where what is known rules that out, else NaN.

    It is 1 where :attr:`PairRecord.has_common_ground` is true, and for every pair where no criterion in play could find any.
    It is 0 where both sides name causes, none of them shared or near, and their texts are not alike.

    Parameters
    ----------
    scorer : Scorer
    units, nonprofits : ndarray of shape (k,), int64
        Positions.
    """
    finding = [item for item in scorer.in_play if scorer.run.criteria[item.name].finds_common_ground]
    found = np.full(len(units), np.nan if finding else 1.0)
    for criterion in finding:
        average = scorer.unknown_scores(criterion.name, units)
        scores = scorer.filled_scores(criterion.name, units, nonprofits)
        for index in criterion.parts:
            found = np.fmax(found, scorer.parts[index].part.common_ground(units, nonprofits, scores, average))
    return found
