"""The words that cells may hold, each with its other spellings, for templates and ``matcher words``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from matcher.i18n.folding import fold
from matcher.i18n.language import Language, message
from matcher.tables.schema.cause_words import CAUSE_WORDS, FOREIGN_SPELLINGS
from matcher.tables.schema.specs import TableSpec
from matcher.tables.schema.vocabulary import ACCREDITATION_WORDS, BENEFIT_WORDS, RESOURCE_WORDS, STATUS_WORDS

_GROUPS: tuple[tuple[str, Mapping[str, str]], ...] = (
    (message("Resources: offered by units, needed by nonprofits"), RESOURCE_WORDS),
    (message("Benefits: sought by units, offered by nonprofits"), BENEFIT_WORDS),
    (message("Statuses of partnerships"), STATUS_WORDS),
    (message("Accreditations"), ACCREDITATION_WORDS),
    (message("Causes"), CAUSE_WORDS),
)


@dataclass(frozen=True)
class KnownWord:
    """A word that cells may hold.

    Attributes
    ----------
    group : str
        Kind of word, in the language asked for.
    word : str
        As the language has it.
    also : tuple of str
        Other spellings that are read as it.
    """

    group: str
    word: str
    also: tuple[str, ...]


def known_words(language: Language, table: TableSpec | None = None) -> list[KnownWord]:
    """Known words, group by group, in the order of the alphabet.

    Parameters
    ----------
    language : Language
    table : TableSpec, optional
        Only the words of its columns. Default: those of all tables.
    """
    found = []
    for group, spellings in _GROUPS:
        if table is not None and not any(column.words is spellings for column in table.columns):
            continue
        codes = sorted(set(spellings.values()), key=lambda code: fold(language.word(code)))
        for code in codes:
            word = language.word(code)
            others = (spelling for spelling, meant in spellings.items() if meant == code and spelling != fold(word))
            also = [spelling for spelling in others if spelling not in FOREIGN_SPELLINGS]
            found.append(KnownWord(language.phrase(group), word, tuple(also)))
    return found
