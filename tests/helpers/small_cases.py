"""Cases of a few units and nonprofits, small enough to check by hand."""

from __future__ import annotations

import pandas as pd

from matcher import PartnerMatcher, Settings

UNIT = {"unit_id": "u1", "company": "Bank", "name": "Zwolle", "mission": "Geen gezin in de schulden"}
NONPROFIT = {"name": "Maatje", "mission": "Hulp bij schulden"}


def fitted(
    use, units: list[dict], nonprofits: list[dict], partnerships: list[dict] | None = None, **settings
) -> PartnerMatcher:
    left = pd.DataFrame([UNIT | unit for unit in units])
    right = pd.DataFrame(
        [
            NONPROFIT | {"nonprofit_id": f"n{number}", "organisation": f"o{number}"} | row
            for number, row in enumerate(nonprofits, start=1)
        ]
    )
    base = Settings.from_mapping({"shortlist": {"min_score": 0}, "gates": {"as_of": "2026-11-01"}} | settings)
    history = None if partnerships is None else pd.DataFrame(partnerships)
    matcher = PartnerMatcher(settings=base, encoder=use).fit(right, partnerships=history)
    matcher.scorer(left)
    return matcher


def partnership(unit: str, nonprofit: str, status: str, **more) -> dict:
    return {"unit_id": unit, "nonprofit_id": nonprofit, "status": status} | more
