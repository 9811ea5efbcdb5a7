"""What there is to find: candidates and pairs to find of an evaluation, and the rows that do not count."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matcher.errors import MatcherError
from matcher.learning.evaluation.metrics import Trial
from matcher.learning.evaluation.pairs import count_unmatched, pair_matrix, positions
from matcher.messages import Counted, Joined, Message, Words
from matcher.scoring.data import Bools, Run
from matcher.scoring.scorer import Scorer
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status


@dataclass(frozen=True)
class Question:
    """Candidates, pairs to find, and the number of rows that do not count.

    Attributes
    ----------
    trial : Trial
    is_known : ndarray of shape (m, n), bool
        Pairs that are known already.
    wanted : ndarray of shape (m, n), bool
        All pairs to find, of units with few of them too.
    unmatched : dict of str to int
        Known, test and excluded pairs that name a unit or nonprofit outside the lists.
    unmatched_wanted : DataFrame
        Pairs to find that name one: no list can hold them.
    not_to_find : dict of str to int
        Test pairs that are not to be found, by status.
    """

    trial: Trial
    is_known: Bools
    wanted: Bools
    unmatched: dict[str, int]
    unmatched_wanted: pd.DataFrame
    not_to_find: dict[str, int]


def ask(
    run: Run,
    known: pd.DataFrame | None,
    test: pd.DataFrame | None,
    excluded_pairs: pd.DataFrame | None,
    *,
    top: int,
    min_pairs: int,
) -> Question:
    """Sort the pairs of an evaluation by what they are.

    Agreed, active and completed test pairs, and those without a status, are to be found. Declined and vetoed ones are
    candidates like any other. Undecided ones (proposed, contacted, maybe), known or in the test, are no candidates.

    Parameters
    ----------
    run : Run
    known, test, excluded_pairs : DataFrame or None
        With columns ``unit_id`` and ``nonprofit_id``, and perhaps ``status``.
    top : int
        Length of the lists.
    min_pairs : int
        Units with fewer pairs to find are not evaluated.

    Raises
    ------
    MatcherError
        When there is nothing to evaluate on, or a test pair is known already.
    """
    ids = run.units.ids, run.nonprofits.ids
    unmatched = count_unmatched({"known": known, "test": test, "excluded": excluded_pairs}, *ids)
    positive, undecided, not_to_find = _by_status(test)
    if test is not None and len(test) and positive is not None and not len(positive):
        counts = Joined(
            [Message("{count} {status}", count=count, status=Words([status])) for status, count in not_to_find.items()]
        )
        raise MatcherError(
            Message(
                "none of the {count} test pairs is to be found, by their status ({counts}): nothing to evaluate on. Give pairs that are agreed, active or completed",
                count=len(test),
                counts=counts,
            )
        )
    wanted = pair_matrix(positive, *ids)
    _, known_undecided, _ = _by_status(known)
    open_now = pair_matrix(known_undecided, *ids)
    decided = known if known is None or Partnership.STATUS not in known else known.drop(index=_index(known_undecided))
    is_known = pair_matrix(decided, *ids)
    excluded = pair_matrix(excluded_pairs, *ids) | ((open_now | pair_matrix(undecided, *ids)) & ~wanted)
    trial = _trial(run, is_known, wanted, excluded, min_pairs, top)
    return Question(trial, is_known, trial.relevant, unmatched, _outside(positive, *ids), not_to_find)


def with_lists_of(scorer: Scorer, top: int | None) -> Scorer:
    """Scorer that makes lists of units of a given length.

    Parameters
    ----------
    scorer : Scorer
    top : int or None
        None for the length in the settings.
    """
    settings = scorer.run.settings.with_overrides({"side": "units", "shortlist.top": top})
    return scorer if settings == scorer.run.settings else Scorer(replace(scorer.run, settings=settings))


def _index(rows: pd.DataFrame | None) -> pd.Index:
    return pd.Index([]) if rows is None else rows.index


def _by_status(pairs: pd.DataFrame | None) -> tuple[pd.DataFrame | None, pd.DataFrame | None, dict[str, int]]:
    """Pairs that came to be, undecided ones, and the number of all that did not come to be by status."""
    if pairs is None or Partnership.STATUS not in pairs:
        return pairs, None, {}
    status = pairs[Partnership.STATUS]
    positive = status.isna().to_numpy() | Status.mask(status, "is_positive")
    undecided = ~positive & ~Status.mask(status, "is_exit")
    counts = status[~positive].value_counts().sort_index()
    return pairs[positive], pairs[undecided], {str(name): int(count) for name, count in counts.items()}


def _outside(pairs: pd.DataFrame | None, unit_ids: np.ndarray, nonprofit_ids: np.ndarray) -> pd.DataFrame:
    columns = [Partnership.UNIT_ID, Partnership.NONPROFIT_ID]
    if pairs is None:
        return pd.DataFrame(columns=columns)
    units, nonprofits = positions(pairs, unit_ids, nonprofit_ids)
    return pairs[columns][(units < 0) | (nonprofits < 0)].astype("str")


def _trial(run: Run, is_known: Bools, wanted: Bools, excluded: Bools, min_pairs: int, top: int) -> Trial:
    """Return the candidates and the pairs to find; raise where there is nothing to evaluate on."""
    leaked = np.argwhere(wanted & is_known)
    if len(leaked):
        unit, nonprofit = leaked[0]
        raise MatcherError(
            Message(
                "{count} pairs of the test are known already, such as {unit}:{nonprofit}: what is known cannot be found. Take them out of one of the two files",
                count=len(leaked),
                unit=run.units.ids[unit],
                nonprofit=run.nonprofits.ids[nonprofit],
            )
        )
    hidden = is_known | excluded
    trial = Trial(~hidden, wanted & ~hidden, min_pairs, top)
    if len(trial.units):
        return trial
    most = int(trial.relevant.sum(axis=1).max(initial=0))
    if most >= max(min_pairs, 1):
        raise MatcherError(
            Message(
                "there is one class only: every candidate is a pair to find, so that there is nothing to rank. Add nonprofits that are no partners"
            )
        )
    pairs = Counted("a pair", "{count} pairs", count=max(min_pairs, 1))
    raise MatcherError(
        Message(
            "no unit has {pairs} to find or more (the most is {most}): there is too little to evaluate on. Add pairs to the test file",
            pairs=pairs,
            most=most,
        )
    )
