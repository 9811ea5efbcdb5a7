"""Standings: every pair is on a list or has one reason not to be, and the lists agree with it."""

from __future__ import annotations

import numpy as np
from helpers.problems import whole
from helpers.scorers import SETTINGS, all_pairs, has_nothing_in_common, scorer_of
from hypothesis import given
from hypothesis import strategies as st

from matcher.i18n.language import available_languages, load_language
from matcher.ranking.shortlists.selection import best_nonprofits, best_units
from matcher.ranking.shortlists.standing import (
    BELOW_MIN_SCORE,
    EVENED_OUT,
    GATED,
    LISTED,
    OTHER_SITE,
    RANKED,
    UNRELATED,
    Standing,
    standings,
)
from matcher.reports.sentences.standings import STANDINGS, standing_sentence


@given(
    problem=whole(),
    top=st.integers(1, 4),
    sites=st.integers(1, 2),
    min_score=st.sampled_from((0.0, 0.4)),
    side=st.sampled_from(("units", "nonprofits")),
    evenness=st.sampled_from((0.0, 0.9)),
)
def test_a_list_and_the_standings_agree(
    problem, top: int, sites: int, min_score: float, side: str, evenness: float, use
) -> None:
    by_unit = side == "units"
    wanted = {"shortlist.top": top, "shortlist.sites_per_organisation": sites, "shortlist.min_score": min_score}
    wanted |= {"side": side, "shortlist.evenness": evenness if by_unit else 0.0}
    scorer = scorer_of(problem, use, SETTINGS.with_overrides(wanted))
    lists = best_nonprofits(scorer) if by_unit else best_units(scorer)
    listed = set(zip(lists.units.tolist(), lists.nonprofits.tolist(), strict=True))
    owners = np.arange(len(scorer.run.units) if by_unit else len(scorer.run.nonprofits))
    found = standings(scorer, owners, listed if evenness else None)
    units, nonprofits = all_pairs(scorer)
    scores, organisations = scorer.scores(units, nonprofits), scorer.run.nonprofits.organisation_codes
    for unit, nonprofit, score in zip(units.tolist(), nonprofits.tolist(), scores.tolist(), strict=True):
        standing = found.standing(*((unit, nonprofit) if by_unit else (nonprofit, unit)))
        gates = scorer.closed_gates(unit, nonprofit)
        assert standing.score == score
        assert (standing.code == LISTED) == ((unit, nonprofit) in listed)
        assert (standing.code == GATED) == bool(gates)
        assert standing.gate == (gates[0] if gates else "")
        if standing.code == BELOW_MIN_SCORE:
            assert score < min_score
        if standing.code == OTHER_SITE:
            assert organisations[standing.other_site] == organisations[nonprofit]
            stands_in = found.standing(unit, standing.other_site)
            assert stands_in.score >= score
            assert stands_in.rank
        if standing.code in (LISTED, RANKED, EVENED_OUT):
            assert 1 <= standing.rank <= standing.candidates
        if standing.code == UNRELATED:
            assert score >= min_score
            assert has_nothing_in_common(scorer.records(np.array([unit]), np.array([nonprofit]))[0])
        if standing.code == RANKED:
            unrelated = lists.unrelated[unit if by_unit else nonprofit]
            assert standing.rank > top or evenness or unrelated > 0
        if standing.code == EVENED_OUT:
            assert evenness


def test_each_standing_has_words_in_every_language() -> None:
    said = {
        standing_sentence(Standing(code, 34, 120, 0.2134, 0.32, gate, 0), "Hulp Breda", load_language(language))
        for language in available_languages()
        for code, gate in ((code, "vetoed" if code == GATED else "") for code in STANDINGS)
    }
    assert len(said) == len(STANDINGS) * len(available_languages())
    assert "Rank 34 of 120: too far down for the list." in said
    assert "De score van 0,213 ligt onder het minimum van 0,32." in said
    assert "Another site of the organisation stands for it: Hulp Breda." in said
    assert "On no list: the pair was vetoed." in said
