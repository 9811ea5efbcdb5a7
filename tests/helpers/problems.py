"""Strategies of hypothesis for small problems: lists with unknowns, ties, gates and history."""

from __future__ import annotations

import pandas as pd
from hypothesis import strategies as st

TEXTS = (
    "Wij helpen gezinnen met schulden en armoede.",
    "Vrijwilligers leren nieuwkomers Nederlands.",
    "We plant trees and look after the heath with children.",
    "Samen eten tegen eenzaamheid onder ouderen.",
    "Techniekles voor meisjes op de basisschool.",
    "A food bank for everyone who is short of money.",
)
PLACES = (("1011", "Amsterdam"), ("3511", "Utrecht"), ("8011", "Zwolle"), ("6211", "Maastricht"), (None, "Zwolle"))
CAUSES = ("armoede", "taal", "natuur", "ouderen")
RESOURCES = ("people", "money", "means")
BENEFITS = ("network", "talent")
STATUSES = ("proposed", "contacted", "agreed", "active", "completed", "declined", "vetoed", "maybe")


def _words(words: tuple[str, ...]) -> st.SearchStrategy[str | None]:
    return st.none() | st.lists(st.sampled_from(words), min_size=1, unique=True).map("; ".join)


def _place() -> st.SearchStrategy[tuple[str | None, str | None]]:
    return st.just((None, None)) | st.sampled_from(PLACES)


@st.composite
def units(draw: st.DrawFn, max_rows: int = 4) -> pd.DataFrame:
    rows = []
    for index in range(draw(st.integers(1, max_rows))):
        postcode, city = draw(_place())
        rows.append(
            {
                "unit_id": f"u{index}",
                "company": draw(st.sampled_from(("Bank", "Winkel"))),
                "name": f"Unit {index}",
                "mission": draw(st.none() | st.sampled_from(TEXTS)),
                "values": draw(st.none() | st.sampled_from(TEXTS[:3])),
                "postcode": postcode,
                "city": city,
                "offers": draw(_words(RESOURCES)),
                "seeks": draw(_words(BENEFITS)),
                "causes": draw(_words(CAUSES)),
                "excludes": draw(st.none() | st.sampled_from(CAUSES)),
                "capacity": draw(st.none() | st.integers(0, 3)),
                "employees": draw(st.none() | st.integers(0, 40)),
            }
        )
    return pd.DataFrame(rows)


@st.composite
def nonprofits(draw: st.DrawFn, max_rows: int = 8) -> pd.DataFrame:
    rows = []
    for index in range(draw(st.integers(1, max_rows))):
        postcode, city = draw(_place())
        rows.append(
            {
                "nonprofit_id": f"n{index}",
                "organisation": draw(st.none() | st.sampled_from(("Org A", "Org B"))),
                "name": f"Nonprofit {index}",
                "mission": draw(st.none() | st.sampled_from(TEXTS)),
                "values": draw(st.none() | st.sampled_from(TEXTS[:3])),
                "postcode": postcode,
                "city": city,
                "needs": draw(_words(RESOURCES)),
                "offers": draw(_words(BENEFITS)),
                "causes": draw(_words(CAUSES)),
                "capacity": draw(st.none() | st.integers(0, 3)),
                "organisation_capacity": draw(st.none() | st.integers(0, 3)),
                "is_hq": draw(st.sampled_from((None, "ja", "nee"))),
                "active": draw(st.sampled_from((None, "ja", "nee"))),
            }
        )
    return pd.DataFrame(rows)


@st.composite
def whole(
    draw: st.DrawFn, max_units: int = 4, max_nonprofits: int = 8
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Units, nonprofits and the partnerships between them."""
    left, right = draw(units(max_units)), draw(nonprofits(max_nonprofits))
    pairs = [(unit, nonprofit) for unit in left["unit_id"] for nonprofit in right["nonprofit_id"]]
    chosen = draw(st.lists(st.sampled_from(pairs), max_size=8))
    rows = [
        {
            "unit_id": unit,
            "nonprofit_id": nonprofit,
            "status": draw(st.sampled_from(STATUSES)),
            "started_on": draw(st.sampled_from((None, "2020-01-01", "2026-10-01"))),
            "trust": draw(st.none() | st.integers(1, 5)),
        }
        for unit, nonprofit in chosen
    ]
    columns = ["unit_id", "nonprofit_id", "status", "started_on", "trust"]
    return left, right, pd.DataFrame(rows, columns=columns)
