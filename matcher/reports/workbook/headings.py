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
    "doubtful": message("proposed; go on with it?"),
}


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
    return capital(language.render(problem.message)), language.render(problem.remedy)
