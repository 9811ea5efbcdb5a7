"""Names of all columns, in one place."""

from __future__ import annotations


class Unit:
    """Columns of the table of business units, one row a site."""

    ID = "unit_id"
    COMPANY = "company"
    NAME = "name"
    MISSION = "mission"
    VALUES = "values"
    IS_HQ = "is_hq"
    FOUNDATION = "foundation"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    STATE = "state"
    COUNTRY = "country"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    EMPLOYEES = "employees"
    OFFERS = "offers"
    SEEKS = "seeks"
    CAUSES = "causes"
    EXCLUDES = "excludes"
    REACH_KM = "reach_km"
    CAPACITY = "capacity"


class Nonprofit:
    """Columns of the table of nonprofits, one row a site or branch."""

    ID = "nonprofit_id"
    ORGANISATION = "organisation"
    NAME = "name"
    MISSION = "mission"
    VALUES = "values"
    IS_HQ = "is_hq"
    ADDRESS = "address"
    POSTCODE = "postcode"
    CITY = "city"
    STATE = "state"
    COUNTRY = "country"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    WORKS_IN = "works_in"
    STAFF = "staff"
    VOLUNTEERS = "volunteers"
    NEEDS = "needs"
    OFFERS = "offers"
    CAUSES = "causes"
    CAPACITY = "capacity"
    ORGANISATION_CAPACITY = "organisation_capacity"
    ACCREDITATION = "accreditation"
    ACTIVE = "active"


class Partnership:
    """Columns of the table of partnerships, one row a partnership."""

    UNIT_ID = "unit_id"
    NONPROFIT_ID = "nonprofit_id"
    STATUS = "status"
    REASON = "reason"
    NOTE = "note"
    DECIDED_BY = "decided_by"
    DECIDED_ON = "decided_on"
    STARTED_ON = "started_on"
    ENDED_ON = "ended_on"
    PROGRAMME = "programme"
    LEFT_AT = "left_at"
    RATINGS = (
        "trust",
        "communication",
        "support_management",
        "support_staff",
        "shared_mission",
        "clear_goals",
        "goals_met",
        "satisfaction_company",
        "satisfaction_nonprofit",
    )


class Decision:
    """Columns of a workbook's shortlists that are read back."""

    UNIT_ID = "unit_id"
    NONPROFIT_ID = "nonprofit_id"
    DECISION = "decision"
    NOTE = "note"
    DECIDED_BY = "decided_by"
    DECIDED_ON = "decided_on"
    UNIT_NAME = "unit_name"
    NONPROFIT_NAME = "nonprofit_name"
    RANK = "rank"


class Shortlist:
    """Columns of a shortlist; those of the criteria stand between distance and why, in the order of the registry."""

    UNIT_ID = "unit_id"
    UNIT_NAME = "unit_name"
    COMPANY = "company"
    RANK = "rank"
    NONPROFIT_ID = "nonprofit_id"
    NONPROFIT_NAME = "nonprofit_name"
    ORGANISATION = "organisation"
    SCORE = "score"
    CONFIDENCE = "confidence"
    DISTANCE_KM = "distance_km"
    STABILITY = "stability"
    WHY = "why"
