"""Shortlists against brute force, and the limits of a list."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from helpers.problems import whole
from helpers.scorers import SETTINGS, all_pairs, has_nothing_in_common, scorer_of
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matcher.ranking.shortlists import top_k
from matcher.ranking.shortlists.selection import Shortlists, best_nonprofits, best_units
from matcher.ranking.shortlists.top_k import most_promising
from matcher.scoring import preparation, upper_bounds
from matcher.scoring import scorer as scorer_module
from matcher.scoring.scorer import Scorer
from matcher.texts.features import ngram_features


def by_brute_force(scorer: Scorer) -> list[tuple[int, int, float]]:
    """Sort every open pair by score and id, and take them one by one."""
    settings = scorer.run.settings.shortlist
    units, nonprofits = all_pairs(scorer)
    scores = scorer.scores(units, nonprofits)
    closed = scorer.is_excluded(slice(0, len(scorer.run.units))).ravel()
    chosen = []
    for unit in range(len(scorer.run.units)):
        mine = [
            index
            for index in np.flatnonzero(units == unit)
            if not closed[index] and scores[index] >= settings.min_score
        ]
        mine.sort(key=lambda index: (-scores[index], nonprofits[index]))
        seen: dict[int, int] = {}
        looked = taken = 0
        for index in mine:
            organisation = scorer.run.nonprofits.organisation_codes[nonprofits[index]]
            if seen.get(organisation, 0) < settings.sites_per_organisation and looked < 2 * settings.top:
                seen[organisation] = seen.get(organisation, 0) + 1
                looked += 1
                if taken < settings.top and not has_nothing_in_common(
                    scorer.records(units[index : index + 1], nonprofits[index : index + 1])[0]
                ):
                    taken += 1
                    chosen.append((unit, int(nonprofits[index]), float(scores[index])))
    return chosen


def as_list(lists: Shortlists) -> list[tuple[int, int, float]]:
    return list(zip(lists.units.tolist(), lists.nonprofits.tolist(), lists.scores.tolist(), strict=True))


@given(problem=whole(), top=st.integers(1, 9), sites=st.integers(1, 3), min_score=st.sampled_from((0.0, 0.3, 0.5)))
def test_the_best_of_every_unit_equals_brute_force(problem, top: int, sites: int, min_score: float, use) -> None:
    wanted = {"shortlist.top": top, "shortlist.sites_per_organisation": sites, "shortlist.min_score": min_score}
    scorer = scorer_of(problem, use, SETTINGS.with_overrides(wanted))
    lists = best_nonprofits(scorer)
    assert as_list(lists) == by_brute_force(scorer)
    assert (lists.more_sites >= 0).all()


@given(problem=whole(), top=st.integers(1, 5))
def test_the_other_side_ranks_the_same_scores(problem, top: int, use) -> None:
    scorer = scorer_of(problem, use, SETTINGS.with_overrides({"shortlist.top": top}))
    units, nonprofits = all_pairs(scorer)
    scores = scorer.scores(units, nonprofits)
    closed = scorer.is_excluded(slice(0, len(scorer.run.units))).ravel()
    expected = []
    for nonprofit in range(len(scorer.run.nonprofits)):
        mine = [index for index in np.flatnonzero(nonprofits == nonprofit) if not closed[index]]
        mine.sort(key=lambda index: (-scores[index], units[index]))
        records = scorer.records(units[mine[:top]], nonprofits[mine[:top]]) if mine else []
        expected += [
            (int(units[index]), nonprofit, float(scores[index]))
            for index, record in zip(mine, records, strict=False)
            if not has_nothing_in_common(record)
        ]
    assert as_list(best_units(scorer)) == expected


@settings(max_examples=30)
@given(
    problem=whole(max_nonprofits=14),
    chunk=st.integers(1, 5),
    block=st.integers(1, 20),
    first=st.integers(1, 3),
    dense_share=st.sampled_from((0.0, 0.5, 1.0)),
    classes=st.sampled_from((1, 4, 4096)),
    weights=st.dictionaries(st.sampled_from(sorted(SETTINGS.weights)), st.sampled_from((0.0, 0.5, 3.0)), min_size=3),
)
def test_chunks_blocks_and_first_candidates_change_nothing(
    problem, chunk: int, block: int, first: int, dense_share: float, classes: int, weights: dict[str, float], use
) -> None:
    """The search against brute force however it is cut, with some criteria that do not count; and both sides."""
    assume(any(weights.values()))
    chosen = SETTINGS.with_overrides({"weights": weights, "shortlist.top": 3})
    plain = best_nonprofits(scorer_of(problem, use, chosen)), best_units(scorer_of(problem, use, chosen))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preparation, "CHUNK_ROWS", chunk)
        for module, name, value in (
            (scorer_module, "BLOCK_CELLS", block),
            (top_k, "BLOCK_CELLS", block),
            (top_k, "UNIT_BLOCK", 1 + block % 4),
            (top_k, "TILE", (1 + block % 3, 1 + block % 5)),
            (top_k, "FIRST_FACTOR", first / 3),
            (top_k, "DENSE_SHARE", dense_share),
            (top_k, "_PEAK_SPAN", 2),
            (upper_bounds, "MAX_CLASSES", classes),
            (ngram_features, "_NGRAM_BLOCK", 40 * block),
        ):
            patch.setattr(module, name, value)
        scorer = scorer_of(problem, use, chosen)
        assert len(scorer.run.nonprofits.chunks) == -(-len(problem[1]) // chunk)
        assert as_list(best_nonprofits(scorer)) == by_brute_force(scorer) == as_list(plain[0])
        assert as_list(best_units(scorer)) == as_list(plain[1])


@settings(max_examples=10, deadline=None)
@given(problem=whole(max_units=6, max_nonprofits=40), averaged=st.integers(1, 30), top=st.integers(1, 60))
def test_large_runs_average_over_a_sample_and_stay_exact(problem, averaged: int, top: int, use) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scorer_module, "SAMPLED_ROWS", averaged)
        scorer = scorer_of(problem, use, SETTINGS.with_overrides({"shortlist.top": top}))
        assert as_list(best_nonprofits(scorer)) == by_brute_force(scorer)


@given(
    values=st.lists(st.floats(0, 1, width=32) | st.just(-np.inf), min_size=1, max_size=700),
    count=st.integers(1, 5),
)
def test_the_most_promising_are_the_number_asked_for_with_the_best_among_them(values: list[float], count: int) -> None:
    row = np.array(values, dtype=np.float32)
    found = most_promising(row, count)
    assert len(found) == len(set(found.tolist())) == min(count, len(row))
    assert row[found].max() == row.max()


def test_a_list_shows_the_best_site_of_an_organisation_and_counts_the_others(
    example_units: pd.DataFrame, example_nonprofits: pd.DataFrame, use
) -> None:
    from matcher import PartnerMatcher

    matcher = PartnerMatcher(encoder=use).fit(example_nonprofits)
    shortlist = matcher.shortlist(example_units)
    assert not shortlist.duplicated(["unit_id", "organisation"]).any()
    several = example_nonprofits[example_nonprofits["active"].fillna(True)].groupby("organisation").size()
    for record in matcher.match(example_units).shortlists().records[:200]:
        assert record.more_sites == several[record.organisation] - 1
    everything = PartnerMatcher(encoder=use, settings=SETTINGS.with_overrides({"shortlist.sites_per_organisation": 99}))
    assert everything.fit(example_nonprofits).shortlist(example_units).duplicated(["unit_id", "organisation"]).any()


def test_many_sites_of_one_organisation_do_not_hide_the_rest(use) -> None:
    from matcher import PartnerMatcher

    nonprofits = pd.DataFrame(
        {
            "nonprofit_id": [f"a{number:03d}" for number in range(300)] + ["z1", "z2"],
            "organisation": ["Big"] * 300 + ["Small 1", "Small 2"],
            "name": "x",
            "mission": ["Hulp bij schulden"] * 300 + ["Egels opvangen", "Bomen planten"],
        }
    )
    units = pd.DataFrame({"unit_id": ["u"], "company": "Bank", "name": "u", "mission": "Geen schulden"})
    found = PartnerMatcher(encoder=use, settings=SETTINGS).fit(nonprofits).shortlist(units, top=3)
    assert set(found["organisation"]) == {"Big", "Small 1", "Small 2"}
    assert found["nonprofit_id"].iloc[0] == "a000"
    assert "299 more sites" in found["why"].iloc[0]
