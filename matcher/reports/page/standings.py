"""Why a candidate is not on a list, for the search of the page: one code a pair, put into words by the script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matcher.ranking.shortlists.standing import (
    BELOW_MIN_SCORE,
    EVENED_OUT,
    GATED,
    LISTED,
    OTHER_SITE,
    RANKED,
    UNRELATED,
    Standing,
)
from matcher.reports.page.pairs import PairBook
from matcher.reports.sentences.standings import GATE_MEANINGS, STANDINGS

_SCORE_DECIMALS = 3


def standings_data(book: PairBook, anchors: Mapping[str, str]) -> dict[str, Any] | None:
    """Names of all candidates and their standing for each list of the page; None where they are too many.

    Parameters
    ----------
    book : PairBook
    anchors : mapping of str to str
        Anchor of each list by the id of its owner.
    """
    results, language = book.results, book.language
    found = results.standings()
    if found is None:
        return None
    run = results.data
    owners, candidates = (run.units, run.nonprofits) if found.side == "units" else (run.nonprofits, run.units)
    other_side = "nonprofits" if found.side == "units" else "units"
    gates = {name: number for number, name in enumerate(found.gate_names)}
    ids = candidates.ids.tolist()
    return {
        "candidates": [
            [str(name), book.place_of(other_side, str(row_id))]
            for row_id, name in zip(ids, candidates.names, strict=True)
        ],
        "lists": {
            anchors[owner_id]: [_code(found.standing(row, column), gates) for column in range(len(ids))]
            for row, owner_id in enumerate(owners.ids[found.owners].tolist())
            if owner_id in anchors
        },
        "sizes": {
            anchors[owner_id]: int(found.ranks[row].max(initial=0))
            for row, owner_id in enumerate(owners.ids[found.owners].tolist())
            if owner_id in anchors
        },
        "min_score": found.min_score,
        "gates": [language.phrase(GATE_MEANINGS[name]) for name in found.gate_names],
        "messages": {code[0]: language.phrase(STANDINGS[code]) for code in STANDINGS if code != LISTED},
    }


def _code(standing: Standing, gates: Mapping[str, int]) -> list[Any] | None:
    """Standing as its code and the number that goes with it; None where the pair is on the list."""
    numbers = {
        LISTED: None,
        RANKED: standing.rank,
        EVENED_OUT: standing.rank,
        OTHER_SITE: standing.other_site,
        UNRELATED: round(standing.score, _SCORE_DECIMALS),
        BELOW_MIN_SCORE: round(standing.score, _SCORE_DECIMALS),
        GATED: gates.get(standing.gate),
    }
    return None if standing.code == LISTED else [standing.code[0], numbers[standing.code]]
