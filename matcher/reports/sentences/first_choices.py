"""Why the first choice of a unit's shortlist is not in the plan of its company, as a phrase."""

from __future__ import annotations

import numpy as np

from matcher.i18n.language import Language, message
from matcher.ranking.programmes.candidates import Pair
from matcher.ranking.programmes.planning import ProgrammePlan
from matcher.scoring.data import Run
from matcher.scoring.eligibility import reach_km

_TOO_FAR = message("further than the {km} km that the unit states")
_TOO_FAR_BY_DEFAULT = message("further than {km} km, the standard as long as the unit states no distance of its own")
_SAME_ORGANISATION = message("the unit has another site of this organisation")
_SITE_FULL = message("its places go to {units}")
_UNIT_FULL = message("the unit has no place left beside {partners}")
_INSTEAD = message("{partners} takes the place and is no good match; we advise to choose this one instead")
_FAR_BELOW = message("it scores far below the partner that the unit has")
_SETBACK = message(
    "the company did not go on with this organisation before, and a partner without such a past scores about as much"
)
_TOGETHER = message("the partners of all units together fit better without it")


def why_not_in_plan(plan: ProgrammePlan, run: Run, pair: Pair, language: Language) -> str:
    """Why a pair on a shortlist is not in the recommended programmes; empty where it is.

    Parameters
    ----------
    plan : ProgrammePlan
    run : Run
        Of the plan.
    pair : (int, int)
        Positions of unit and nonprofit.
    language : Language
    """
    candidates, (unit, site) = plan.candidates, pair
    scores = plan.recommended.scores()
    chosen = {each for programme in plan.programmes if programme.recommended for each in programme.all_pairs}
    if pair in chosen:
        return ""
    of_unit = [other for one, other in chosen if one == unit]
    at_site = sorted(one for one, other in chosen if other == site)
    codes = candidates.organisation_codes
    if site not in candidates.sites_of(unit):
        said = _TOO_FAR_BY_DEFAULT if np.isnan(run.units.reach_km[unit]) else _TOO_FAR
        return language.phrase(said, km=language.number(float(reach_km(run)[unit])))
    if codes[site] in codes[of_unit]:
        return language.phrase(_SAME_ORGANISATION)
    if at_site and len(at_site) >= candidates.site_capacity[site]:
        return language.phrase(_SITE_FULL, units=language.join([str(plan.units.names[one]) for one in at_site]))
    [row] = np.flatnonzero(candidates.is_among([pair])).tolist()
    is_new = [(unit, other) not in candidates.fixed_scores for other in of_unit]
    if candidates.has_setback[row] and any(is_new):
        return language.phrase(_SETBACK)
    if len(of_unit) >= candidates.unit_capacity[unit]:
        doubtful = [other for other in sorted(of_unit) if (unit, other) in candidates.doubtful]
        partners = [str(plan.nonprofits.names[other]) for other in doubtful or sorted(of_unit)]
        return language.phrase(_INSTEAD if doubtful else _UNIT_FULL, partners=language.join(partners))
    best = max((score for (one, _), score in scores.items() if one == unit), default=0.0)
    if candidates.scores[row] < plan.recommended.further_share * best:
        return language.phrase(_FAR_BELOW)
    return language.phrase(_TOGETHER)
