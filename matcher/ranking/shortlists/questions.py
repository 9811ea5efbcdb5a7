"""What to ask next: which pairs to look into, and which blank cells to fill, by the value of the answer.

The value of information is the gain in score that is expected of a better choice, once the answer is known (Howard,
Information value theory, IEEE Transactions on Systems Science and Cybernetics 2, 1966): none where the choice would stay
as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.arrays import evenly_spaced
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.ranking.shortlists.stability import disturbed_weights
from matcher.ranking.shortlists.top_k import best_candidates
from matcher.scoring.data import Bools, Floats, Ints, Labels
from matcher.scoring.geometric import log_value
from matcher.scoring.in_play import CriterionInPlay
from matcher.scoring.scorer import Scorer

LEVELS = np.linspace(0.05, 0.95, 10)
"""Quantiles of the known scores of a unit that an unknown one is taken to have, each as likely as the others."""
_SAMPLED_ROWS = 512
_POOL_LISTS = 3
"""Candidates whose blank cells are looked at, as a multiple of the length of a list."""
_SCORE_BELOW = 0.25
"""How far below the minimum score such a candidate may lie."""


@dataclass(frozen=True)
class PairQuestions:
    """For each unit the pair that may well be better than the first of its list; arrays have shape (k,), best first.

    Attributes
    ----------
    units, nonprofits, first : ndarray of int64
        Positions of the unit, of the nonprofit to look into, and of the first of the list.
    ahead : ndarray of float64
        Share of the disturbed weightings in which it is ahead of the first.
    gain : ndarray of float64
        Mean gain in score, were it known which of the two is better.
    """

    units: Ints
    nonprofits: Ints
    first: Ints
    ahead: Floats
    gain: Floats


@dataclass(frozen=True)
class CellQuestions:
    """Blank cells that matter; arrays have shape (k,), best first.

    Attributes
    ----------
    is_unit : ndarray of bool
        Whether the row is a unit; else it is a nonprofit.
    positions : ndarray of int64
    criteria : ndarray of str
        Criterion that reads the cells.
    places : ndarray of float64
        Expected number of places on lists that change hands.
    gain : ndarray of float64
        Expected gain in score, over all lists.
    """

    is_unit: Bools
    positions: Ints
    criteria: Labels
    places: Floats
    gain: Floats


def pair_questions(scorer: Scorer) -> PairQuestions:
    """Pairs whose place behind the first of a list depends most on the exact weights, one per unit.

    Parameters
    ----------
    scorer : Scorer
        For lists of units.
    """
    lists = best_nonprofits(scorer)
    weights = disturbed_weights(scorer.weights)
    scores = np.exp(scorer.log_values(lists.units, lists.nonprofits) @ weights.T)
    rows: list[tuple[int, int, float, float]] = []
    starts = np.flatnonzero(lists.ranks == 1)
    for start, stop in zip(starts.tolist(), [*starts[1:].tolist(), len(lists.units)], strict=True):
        lead = scores[start + 1 : stop] - scores[start]
        if len(lead):
            gain = np.maximum(lead, 0).mean(axis=1)
            best = int(np.argmax(gain))
            if gain[best] > 0:
                rows.append((start, start + 1 + best, float((lead[best] > 0).mean()), float(gain[best])))
    rows.sort(key=lambda row: -row[3])
    first, other = (np.array([row[column] for row in rows], dtype=np.int64) for column in (0, 1))
    return PairQuestions(
        units=lists.units[other],
        nonprofits=lists.nonprofits[other],
        first=lists.nonprofits[first],
        ahead=np.array([row[2] for row in rows]),
        gain=np.array([row[3] for row in rows]),
    )


def cell_questions(scorer: Scorer) -> CellQuestions:
    """Blank cells by how much filling them is expected to better the lists.

    A candidate joins its list where its score, with the cell filled, is above that of the weakest on it, and leaves it
    where it falls below that of the best that is off it.

    Parameters
    ----------
    scorer : Scorer
        For lists of units.
    """
    settings = scorer.run.settings.shortlist
    units, nonprofits = best_candidates(scorer, _POOL_LISTS * settings.top, settings.min_score - _SCORE_BELOW)
    values, logarithms = scorer.values(units, nonprofits), scorer.log_values(units, nonprofits)
    scores = np.exp(logarithms @ scorer.weights)
    is_listed, threshold = _thresholds(scorer, units, nonprofits, scores)
    columns = evenly_spaced(scorer.run.nonprofits.active, _SAMPLED_ROWS)
    changes: dict[tuple[bool, int, str], np.ndarray] = {}
    for criterion in scorer.in_play:
        asked = scorer.run.criteria[criterion.name]
        if not (asked.unit_columns or asked.nonprofit_columns):  # nobody fills in a track record
            continue
        for part in criterion.parts:
            blank = np.flatnonzero(np.isnan(values[:, part]) & (scorer.parts[part].share[units] > 0))
            if not len(blank):
                continue
            likely, unit_knows = _likely_scores(scorer, part, columns)
            old = log_value(_with_part(scorer, criterion, part, units[blank], values[blank], None))
            filled = _with_part(scorer, criterion, part, units[blank], values[blank], likely[units[blank]])
            filled_scores = scores[blank, None] * np.exp(criterion.weight * (log_value(filled) - old))
            above = filled_scores - threshold[blank, None]
            gain = np.where(is_listed[blank, None], np.maximum(-above, 0), np.maximum(above, 0))
            answers = np.stack([(gain > 0).mean(axis=1), gain.mean(axis=1)], axis=1)
            for row, answer in zip(blank.tolist(), answers, strict=True):
                of_unit = not unit_knows[units[row]]
                owner = int(units[row] if of_unit else nonprofits[row])
                key = (of_unit, owner, criterion.name)
                changes[key] = changes.get(key, np.zeros(2)) + answer
    found = sorted(
        ((key, *change) for key, change in changes.items() if change[1] > 0), key=lambda row: (-row[2], row[0])
    )
    return CellQuestions(
        is_unit=np.array([key[0] for key, _, _ in found], dtype=bool),
        positions=np.array([key[1] for key, _, _ in found], dtype=np.int64),
        criteria=np.array([key[2] for key, _, _ in found], dtype=object),
        places=np.array([places for _, places, _ in found], dtype=np.float64),
        gain=np.array([gain for _, _, gain in found], dtype=np.float64),
    )


def _thresholds(scorer: Scorer, units: Ints, nonprofits: Ints, scores: Floats) -> tuple[Bools, Floats]:
    """Whether each candidate is on its list, and the score at which that changes, shape (k,) each."""
    settings = scorer.run.settings.shortlist
    lists = best_nonprofits(scorer)
    pairs = set(zip(lists.units.tolist(), lists.nonprofits.tolist(), strict=True))
    is_listed = np.array([pair in pairs for pair in zip(units.tolist(), nonprofits.tolist(), strict=True)], dtype=bool)
    threshold = np.full(len(units), settings.min_score)
    organisations = scorer.run.nonprofits.organisation_codes[nonprofits]
    for unit in np.unique(units).tolist():
        mine = units == unit
        listed = mine & is_listed
        # Another site of an organisation on the list is no rival.
        off = mine & ~is_listed & ~np.isin(organisations, organisations[listed])
        if listed.sum() >= settings.top:
            threshold[mine & ~is_listed] = scores[listed].min()
            threshold[listed] = scores[off].max(initial=settings.min_score)
    # A list that evenness or the last digits chose otherwise stays as it is until the cell is filled.
    return is_listed, np.where(is_listed, np.minimum(threshold, scores), np.maximum(threshold, scores))


def _likely_scores(scorer: Scorer, part: int, columns: Ints) -> tuple[Floats, Bools]:
    """Quantiles of the known scores by a part, shape (m, n_levels), and whether a unit knows any, shape (m,).

    A unit that knows none has those of all units.
    """
    values = scorer.parts[part].part.block(slice(0, len(scorer.run.units)), columns)
    knows = np.asarray(~np.isnan(values).all(axis=1))
    found = np.tile(np.nanquantile(values, LEVELS), (len(values), 1))
    if knows.any():
        found[knows] = np.nanquantile(values[knows], LEVELS, axis=1).T
    return found, knows


def _with_part(
    scorer: Scorer, criterion: CriterionInPlay, part: int, units: Ints, values: Floats, likely: Floats | None
) -> Floats:
    """Scores by a criterion with one part filled by likely scores, shape (k, n_levels); by what is unknown for None."""
    columns = []
    for index in criterion.parts:
        known = np.where(np.isnan(values[:, index]), scorer.unknown_values[units, index], values[:, index])[:, None]
        columns.append(likely if index == part and likely is not None else known)
    return np.asarray(scorer.joined(criterion, columns, [share[:, None] for share in scorer.shares(criterion, units)]))
