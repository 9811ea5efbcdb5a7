"""The words of the page in the language of the run: its fixed labels, and cells and distances."""

from __future__ import annotations

from typing import Any

import pandas as pd

from matcher.i18n.language import Language
from matcher.reports.sentences.programmes import INTERMEDIARY
from matcher.reports.sentences.reasons import borderline_meaning

_SCRIPT_LABELS = (
    "shown_of", "chart", "criterion", "adds", "texts", "blank", "marked", "resources", "facts", "also", "agenda", "shared",
    "mission", "values", "changed", "choose_list", "more",
)  # fmt: skip
"""Labels that the script needs."""


def shown_km(language: Language, distance_km: float | None) -> str:
    """Return a distance for a reader: in tenths below 10 km, else in whole kilometres.

    Parameters
    ----------
    language : Language
    distance_km : float or None
        None where it is unknown.
    """
    if distance_km is None:
        return language.phrase("distance unknown")
    if distance_km < 1:
        return language.phrase("< 1 km")
    return language.phrase(
        "{number} km", number=language.number(distance_km) if distance_km >= 10 else language.rounded(distance_km)
    )


def cell_text(value: Any) -> str:
    """Return a cell as text; empty where nothing is known."""
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value).strip()


def cell_words(value: Any) -> list[str]:
    """Return the words of a cell with a list."""
    return [word for part in cell_text(value).split(";") if (word := part.strip())]


def page_labels(language: Language) -> dict[str, str]:
    """Return headings, buttons and short texts of the page by the names that template and script know them by."""
    return {
        "title": language.phrase("Partner matches"),
        "skip": language.phrase("Skip to the content"),
        "contents": language.phrase("Contents"),
        "overview": language.phrase("Overview"),
        "map": language.phrase("Map"),
        "programmes": language.phrase("Programmes by company"),
        "shortlists": language.phrase("Shortlists"),
        "as_of": language.phrase("Day of the run"),
        "reading": language.phrase("How to read this page"),
        "reading_text": language.phrase(
            "A score lies between 0 and 1 and joins the criteria by their weights. Where much is unknown of a pair, its row "
            "says what share of the weight rests on known facts. Candidates that have nothing in common with a unit but "
            "nearness or what they exchange, so no cause and no likeness of mission, are left out. Open a pair to read "
            "both texts beside each other, with what they share marked, and to see the parts of its score."
        )
        + f" {borderline_meaning(language)}",
        "reading_search": language.phrase("Search for a name and choose a list to see why it is not on that list."),
        "changed": language.phrase("What changed"),
        "no_changes": language.phrase("Nothing changed."),
        "weak": language.phrase("What is weak in the data"),
        "nothing_weak": language.phrase("Nothing: places, missions and resources are all known."),
        "warnings": language.phrase("Warnings of the run"),
        "map_text": language.phrase(
            "All units, and the partners in the recommended programmes. The same pairs stand as lists under Programmes by company."
        ),
        "map_none": language.phrase("No unit has a known place, so there is no map."),
        "gazetteer": language.phrase("Dots in the background: inhabited places (GeoNames, CC BY 4.0)."),
        "recommended": language.phrase("Recommended"),
        "facilitator": language.phrase("Facilitator"),
        "before": language.phrase("To talk about first"),
        "good_past": language.phrase("Worked together before"),
        "agenda": language.phrase("Preparation agenda"),
        "indicators": language.phrase("What to measure"),
        "kind": language.phrase("Kind of plan"),
        "brings": language.phrase("Score of the plan"),
        "with_partner": language.phrase("Units with a partner"),
        "new_partners": language.phrase("New organisations"),
        "brings_text": language.phrase(
            "Score of the plan: the share of the company's people in a unit with a partner, times how well the best "
            "partner of the unit suits it; 1 would be a perfect partner for everyone. People are counted by employees "
            "where all units of the company state them, else by units. A central partner counts for the units that "
            "have a site of it in reach that suits them. What runs or was proposed is in every plan. New organisations: "
            "those to begin with, as a central partner or as the best partner of a unit; further local pairs come "
            "on top of them."
        ),
        "facilitator_text": language.phrase(INTERMEDIARY),
        "pairs": language.phrase("Pairs"),
        "no_programme": language.phrase(
            "No programme is recommended: no pair scores high enough, or all places are taken."
        ),
        "units_of": language.phrase("Shortlists of its units"),
        "search": language.phrase("Search"),
        "search_hint": language.phrase("Name, place or word"),
        "unit_filter": language.phrase("List"),
        "cause_filter": language.phrase("Cause"),
        "distance_filter": language.phrase("Distance"),
        "all": language.phrase("All"),
        "reset": language.phrase("Show everything"),
        "filters": language.phrase("Search and filter the shortlists"),
        "shown_of": language.phrase("Pairs shown: {shown} of {total}"),
        "none_found": language.phrase("No pair answers to this. Widen the search, or show everything."),
        "script_needed": language.phrase(
            "This browser runs no scripts: lists and reasons can be read, charts, texts and search cannot."
        ),
        "choose_list": language.phrase("Choose a list to see why a name is not on it."),
        "more": language.phrase("and {count} more"),
        "score": language.phrase("Score"),
        "confidence": language.phrase("Confidence"),
        "chart": language.phrase("From a candidate of whom nothing is known to this score"),
        "criterion": language.phrase("Criterion"),
        "adds": language.phrase("Adds"),
        "texts": language.phrase("Their texts side by side"),
        "blank": language.phrase("not filled in"),
        "marked": language.phrase(
            "Marked: the sentences that are nearest to each other. In bold: words of both texts."
        ),
        "resources": language.phrase("What each side brings"),
        "facts": language.phrase("Distance and confidence"),
        "also": language.phrase("From the lists"),
        "shared": language.phrase("Words that both use: {words}"),
        "mission": language.phrase("Mission"),
        "values": language.phrase("Values"),
        "to_top": language.phrase("Back to the top"),
    }


def script_labels(language: Language) -> dict[str, str]:
    """Return the labels of the page that its script needs."""
    labels = page_labels(language)
    return {name: labels[name] for name in _SCRIPT_LABELS}
