"""Rankings as matrices of scores: the matcher's own, plain baselines, and the matcher without each criterion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matcher.scoring.data import Bools, Floats
from matcher.scoring.scorer import Scorer

CHANCE = "chance"
"""Ranking in which all scores are equal, so that its metrics are those expected by chance."""


def score_matrix(scorer: Scorer) -> Floats:
    """Return the scores of all pairs, gates ignored, shape (m, n)."""
    m, n = len(scorer.run.units), len(scorer.run.nonprofits)
    scores = scorer.scores(np.repeat(np.arange(m), n), np.tile(np.arange(n), m))
    return scores.reshape(m, n)


def baselines(scorer: Scorer, is_known: Bools) -> dict[str, Floats]:
    """Return plain rankings, each by one signal: none (chance), length of the mission, distance, text, and popularity.

    Parameters
    ----------
    scorer : Scorer
        Its run has the lists; rankings by a criterion without data on both sides are left out.
    is_known : ndarray of shape (m, n), bool
        Known pairs. The popularity of a nonprofit is the number of other units that have a pair with it.

    Returns
    -------
    dict of str to ndarray of shape (m, n), float64
        Scores by name of the ranking.
    """
    run = scorer.run
    m, n = is_known.shape
    found: dict[str, Floats] = {CHANCE: np.zeros((m, n))}
    found["text length"] = np.broadcast_to(run.nonprofits.text_lengths.astype(np.float64), (m, n))
    for name, criterion, part in (("distance alone", "proximity", "proximity"), ("text alone", "mission", "text")):
        alone = _part_scores(scorer, criterion, part)
        if alone is not None:
            found[name] = alone
    if is_known.any():
        found["popularity alone"] = is_known.sum(axis=0)[None, :] - is_known.astype(np.float64)
    return found


def without_each(scorer: Scorer) -> dict[str, Floats]:
    """Return the matcher's ranking without each criterion that has data, if there are at least two.

    Parameters
    ----------
    scorer : Scorer

    Returns
    -------
    dict of str to ndarray of shape (m, n), float64
        Scores by name of the ranking, such as ``without track record``.
    """
    if len(scorer.criteria) < 2:
        return {}
    settings = scorer.run.settings
    found: dict[str, Floats] = {}
    for name in scorer.criteria:
        rest = {other: weight for other, weight in settings.weights.items() if other != name}
        fewer = Scorer(replace(scorer.run, settings=settings.with_overrides({"weights": rest})))
        found[f"without {name.replace('_', ' ')}"] = score_matrix(fewer)
    return found


def _part_scores(scorer: Scorer, criterion: str, part: str) -> Floats | None:
    """Return the scores of one part of one criterion, shape (m, n), unknown as the unit's mean; None without data."""
    for item in scorer.parts:
        if item.criterion == criterion and item.part.name == part:
            values = item.part.block(slice(0, len(scorer.run.units)))
            known = ~np.isnan(values)
            count = known.sum(axis=1)
            mean = np.divide(
                np.where(known, values, 0).sum(axis=1), count, out=np.full(len(values), 0.5), where=count > 0
            )
            return np.where(known, values, mean[:, None])
    return None
