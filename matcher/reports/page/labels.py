"""The fixed words of the page, in the language of the run."""

from __future__ import annotations

from matcher.i18n.language import Language


def page_labels(say: Language) -> dict[str, str]:
    """Return headings, buttons and short texts of the page by the names that template and script know them by."""
    return {
        "title": say.phrase("Partner matches"),
        "skip": say.phrase("Skip to the content"),
        "contents": say.phrase("Contents"),
        "overview": say.phrase("Overview"),
        "map": say.phrase("Map"),
        "programmes": say.phrase("Programmes by company"),
        "shortlists": say.phrase("Shortlists"),
        "as_of": say.phrase("Day of the run"),
        "reading": say.phrase("How to read this page"),
        "reading_text": say.phrase(
            "A score lies between 0 and 1 and is the weighted mean of the criteria. It starts from the average "
            "candidate of a unit; each criterion adds to that or takes from it. Confidence says how much of the weight "
            "rests on known facts; what is unknown adds nothing and takes nothing. Open a pair to see how its score came about."
        ),
        "changed": say.phrase("What changed"),
        "no_changes": say.phrase("Nothing changed."),
        "weak": say.phrase("What is weak in the data"),
        "nothing_weak": say.phrase("Nothing: places, missions and resources are all known."),
        "warnings": say.phrase("Warnings of the run"),
        "map_text": say.phrase(
            "All units, and the partners in the recommended programmes. The same pairs stand as lists under Programmes by company."
        ),
        "map_none": say.phrase("No unit has a known place, so there is no map."),
        "gazetteer": say.phrase("Dots in the background: inhabited places (GeoNames, CC BY 4.0)."),
        "recommended": say.phrase("Recommended"),
        "facilitator": say.phrase("Facilitator"),
        "agenda": say.phrase("Preparation agenda"),
        "indicators": say.phrase("What to measure"),
        "alternatives": say.phrase("Other programmes that were weighed"),
        "pairs": say.phrase("Pairs"),
        "no_programme": say.phrase("No programme is recommended: no pair scores high enough, or all places are taken."),
        "units_of": say.phrase("Shortlists of its units"),
        "search": say.phrase("Search"),
        "search_hint": say.phrase("Name, place or word"),
        "unit_filter": say.phrase("List"),
        "cause_filter": say.phrase("Cause"),
        "distance_filter": say.phrase("Distance"),
        "all": say.phrase("All"),
        "reset": say.phrase("Show everything"),
        "filters": say.phrase("Search and filter the shortlists"),
        "shown_of": say.phrase("Pairs shown: {shown} of {total}"),
        "none_found": say.phrase("No pair answers to this. Widen the search, or show everything."),
        "script_needed": say.phrase(
            "This browser runs no scripts: lists and reasons can be read, charts, texts and search cannot."
        ),
        "score": say.phrase("Score"),
        "confidence": say.phrase("Confidence"),
        "chart": say.phrase("From the average candidate to this score"),
        "criterion": say.phrase("Criterion"),
        "adds": say.phrase("Adds"),
        "texts": say.phrase("Their texts side by side"),
        "blank": say.phrase("not filled in"),
        "marked": say.phrase("Marked: the sentences that are nearest to each other."),
        "resources": say.phrase("What each side brings"),
        "facts": say.phrase("Distance and confidence"),
        "also": say.phrase("From the lists"),
        "shared": say.phrase("Words that both use: {words}"),
        "mission": say.phrase("Mission"),
        "values": say.phrase("Values"),
        "to_top": say.phrase("Back to the top"),
    }
