"""Stability of shortlists against a plain recomputation with every disturbed weighting."""

from __future__ import annotations

import numpy as np
import pandas as pd
from helpers.problems import whole
from helpers.scorers import SETTINGS, scorer_of
from hypothesis import given, settings

from matcher import PartnerMatcher, Settings
from matcher.ranking.shortlists.selection import best_nonprofits
from matcher.ranking.shortlists.stability import DRAWS, disturbed_weights
from matcher.reports.sentences.reasons import SHAKY_BELOW


def test_factors_lie_between_a_half_and_double_in_most_draws() -> None:
    weights = np.array([3.0, 2.0, 1.0, 0.5])
    disturbed = disturbed_weights(weights)
    assert disturbed.shape == (DRAWS, 4)
    np.testing.assert_allclose(disturbed.sum(axis=1), 1)
    np.testing.assert_array_equal(disturbed, disturbed_weights(weights))
    ratio = disturbed / weights
    factor = ratio / np.exp(np.log(ratio).mean(axis=1, keepdims=True))
    assert 0.9 < ((factor > 0.5) & (factor < 2)).mean() < 1


@settings(max_examples=4, deadline=None)
@given(problem=whole(4, 16))
def test_it_counts_the_weightings_in_which_a_pair_keeps_its_place(problem: tuple[pd.DataFrame, ...], use) -> None:
    units, nonprofits, partnerships = problem
    nonprofits["organisation"] = None  # one site each, so that no site stands in for another
    chosen = SETTINGS.with_overrides({"shortlist.top": 20})
    scorer = scorer_of((units, nonprofits, partnerships), use, chosen)
    found = best_nonprofits(scorer)
    kept = dict.fromkeys(zip(found.units.tolist(), found.nonprofits.tolist(), strict=True), 0)
    place = {
        pair: next(size for size in (5, 10, 20) if rank <= size)
        for pair, rank in zip(kept, found.ranks.tolist(), strict=True)
    }
    for weights in disturbed_weights(scorer.weights):
        names = [item.name for item in scorer.in_play]
        by_name = dict(zip(names, weights.tolist(), strict=True))
        other = scorer_of((units, nonprofits, partnerships), use, chosen.with_overrides({"weights": by_name}))
        again = best_nonprofits(other)
        for pair, rank in zip(
            zip(again.units.tolist(), again.nonprofits.tolist(), strict=True), again.ranks.tolist(), strict=True
        ):
            kept[pair] += rank <= place[pair]
    # Scores that tie to the last digit may change order, since these are rounded to six decimals.
    assert found.stability is not None
    np.testing.assert_allclose(found.stability, list(kept.values()), atol=12)


def test_a_place_that_depends_on_the_weights_has_a_word_in_its_reason(example_units, example_nonprofits, use) -> None:
    frame = PartnerMatcher(encoder=use, settings=Settings()).fit(example_nonprofits).shortlist(example_units)
    shaky = frame["stability"] < SHAKY_BELOW
    assert shaky.any()
    assert (~shaky).any()
    assert (frame["why"].str.contains("borderline case") == shaky).all()
    assert frame["stability"].between(0, DRAWS).all()
