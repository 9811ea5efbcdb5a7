"""Headings of the workbook, from ``columns.toml``, and its words, in English: the catalogues hold the others."""

from __future__ import annotations

from matcher.i18n.language import ENGLISH, Language, capital, message
from matcher.tables.problems import Problem
from matcher.tables.schema.columns_file import result_headings
from matcher.tables.schema.tables import DECISIONS

WORDS = {
    "yes": message("yes"),
    "no": message("no"),
    "maybe": message("maybe"),
    "agenda": message("agenda"),
    "indicator": message("indicator"),
    "running": message("running"),
    "locked": message("proposed or locked"),
}
PROBLEMS = {
    "blank_mission": (
        message("The mission is empty: it counts as unknown"),
        message("Fill it in if you can; the row stays in"),
    ),
    "ends_before_start": (
        message("The partnership ends before it starts"),
        message("Correct one of the two dates; the row stays in"),
    ),
    "no_rows": (message("There are headings but no rows"), message("Send at least one row")),
    "mixed_encoding": (
        message("Some lines are written in UTF-8 and others in Windows-1252; each is read as its own"),
        message("Look whether the letters with accents are right, and save the file as CSV (UTF-8)"),
    ),
    "other_sheet": (
        message("Another sheet holds such a list too, which is left out"),
        message("Put its rows below the others, or move the sheet to a file of its own"),
    ),
    "double_heading": (
        message("Two columns have this heading, or mean the same; one is left out"),
        message("Rename one of them"),
    ),
    "no_heading": (
        message("The column has content but no heading, so it is left out"),
        message("Give it a heading"),
    ),
    "undated_decline": (
        message("It was declined, but no date is given: it stays off the lists, however long ago that was"),
        message("Add the day on which it was declined"),
    ),
    "double_partnership": (
        message("The same partnership stands in an earlier row"),
        message("Delete one of them; it is counted once"),
    ),
    "repeated_nonprofit": (
        message(
            "This is the nonprofit of row {row} again, under another code: its name, place and mission are the same"
        ),
        message(
            "Keep one of the two rows; if they are two sites, give them the same organisation and names of their own"
        ),
    ),
    "coordinates_incomplete": (
        message("One of the two coordinates is missing"),
        message("Fill in both, or leave both empty"),
    ),
    "coordinates_outside": (
        message("The coordinates are not in the country of the row; they are used as they stand"),
        message("Check the coordinates and the country"),
    ),
    "place_mismatch": (
        message("The postcode and the city lie far apart; the postcode is used"),
        message("Correct the postcode or the city"),
    ),
    "place_ambiguous": (
        message("More than one place has this name; the largest is used"),
        message("Add a postcode"),
    ),
    "place_missing": (
        message("The row names no place, so its distance is unknown"),
        message("Add a postcode or a city"),
    ),
    "excluded_word_unknown": (
        message(
            "A word here is no known cause: it excludes what is near it by meaning, if anything; "
            "the nearest known words: {nearest}"
        ),
        message("Write a known cause; 'matcher words' lists them"),
    ),
    "excluded_word_in_doubt": (
        message("A word here is read as {nearest}, and excludes that"),
        message("Write a known cause; 'matcher words' lists them"),
    ),
    "accreditation_unknown": (
        message("This is not a known accreditation and does not count as the one required; the nearest: {nearest}"),
        message("Write the accreditation as the setting required_accreditation does"),
    ),
    "required_unknown": (
        message("No nonprofit has the required accreditation, and it is not a known one; the nearest: {nearest}"),
        message("Look for a typing error"),
    ),
    "place_unknown": (
        message("This place is not found, so its distance is unknown"),
        message("Check postcode, city and country, or add coordinates"),
    ),
}
"""The problem and its remedy by the code of a warning: messages of the readers themselves are in English."""


def heading(column: str, language: Language) -> str:
    """Return the heading of a column.

    Parameters
    ----------
    column : str
        Name of the column in the result tables.
    language : Language
    """
    if column in DECISIONS.by_name:
        return DECISIONS.by_name[column].label_in(language.code)
    if labels := result_headings().get(column):
        return labels.get(language.code, labels[ENGLISH])
    return capital(language.word(column))


def word(code: str, language: Language) -> str:
    """Return a word of the workbook, or else of the vocabulary.

    Parameters
    ----------
    code : str
    language : Language
    """
    return language.phrase(WORDS[code]) if code in WORDS else language.word(code)


def problem_words(problem: Problem, language: Language) -> tuple[str, str]:
    """Problem in a table, and its remedy, each as a sentence.

    Parameters
    ----------
    problem : Problem
    language : Language
    """
    if language.code == "en" or problem.code not in PROBLEMS:
        return capital(problem.message), problem.remedy
    what, remedy = PROBLEMS[problem.code]
    nearest = language.words(problem.nearest) or "–"
    return language.phrase(what, row=problem.other_row, nearest=nearest), language.phrase(remedy)
