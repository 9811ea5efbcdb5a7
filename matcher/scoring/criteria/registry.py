"""The criteria, by name, in the order in which they are shown."""

from __future__ import annotations

from matcher.scoring.criteria.base import Criterion
from matcher.scoring.criteria.proximity import Proximity
from matcher.scoring.criteria.resources import Resources
from matcher.scoring.criteria.text import Mission, Values
from matcher.scoring.criteria.track_record import TrackRecord

CRITERIA: dict[str, type[Criterion]] = {
    criterion.name: criterion for criterion in (Mission, Values, Proximity, Resources, TrackRecord)
}
