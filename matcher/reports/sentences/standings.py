"""Why a pair is not on a list, as a sentence."""

from __future__ import annotations

from collections.abc import Mapping

from matcher.i18n.language import Language, as_sentence, message
from matcher.ranking.shortlists import standing as codes
from matcher.ranking.shortlists.standing import Standing
from matcher.scoring.eligibility import GATES

STANDINGS: Mapping[str, str] = {
    codes.LISTED: message("on the list: rank {rank} of {candidates}"),
    codes.RANKED: message("rank {rank} of {candidates}: too far down for the list"),
    codes.EVENED_OUT: message(
        "rank {rank} of {candidates}: its place went to one that is on fewer lists (setting evenness)"
    ),
    codes.OTHER_SITE: message("another site of the organisation stands for it: {site}"),
    codes.UNRELATED: message("it scores {score}, but the two have no cause and no likeness of mission in common"),
    codes.BELOW_MIN_SCORE: message("its score of {score} is below the minimum of {min_score}"),
    codes.GATED: message("on no list: {meanings}"),
}
"""Message for each standing."""
GATE_MEANINGS: Mapping[str, str] = {gate.name: gate.meaning for gate in GATES}


def standing_sentence(standing: Standing, site: str, language: Language) -> str:
    """Standing of a pair as a sentence.

    Parameters
    ----------
    standing : Standing
    site : str
        Name of the site that stands for the organisation; empty where that is no matter.
    language : Language
    """
    values = {
        "rank": language.number(standing.rank),
        "candidates": language.number(standing.candidates),
        "score": language.rounded(standing.score, 3),
        "min_score": language.rounded(standing.min_score, 3),
        "site": site,
        "meanings": language.phrase(GATE_MEANINGS[standing.gate]) if standing.gate else "",
    }
    return as_sentence([language.phrase(STANDINGS[standing.code], **values)])
