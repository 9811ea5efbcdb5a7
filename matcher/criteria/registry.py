"""The criteria, by name, in the order in which they are shown."""

from __future__ import annotations

from matcher.criteria.base import Criterion
from matcher.criteria.proximity import Proximity
from matcher.criteria.resources import Resources
from matcher.criteria.text import Mission, Values
from matcher.criteria.track_record import TrackRecord

CRITERIA: dict[str, type[Criterion]] = {
    criterion.name: criterion for criterion in (Mission, Values, Proximity, Resources, TrackRecord)
}
