"""Split a cell into words, and read each: the known words that it stands for, and how that was found."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from matcher.i18n.folding import SIGNS_AROUND, fold, tidy
from matcher.i18n.language import message
from matcher.tables.words.index import WordIndex, tokens_of

_ALWAYS_BETWEEN = re.compile(r"(?:;#|[;|\n\r\t•·●▪◦‣])+")  # SharePoint writes ;# between choices
_ARRAY = re.compile(r"\s*(?:\[(?P<list>.*)\]|\{(?P<set>.*)\})\s*", re.DOTALL)
"""Choices as programs and databases write them: ``["people", "money"]``, ``{people,money}``."""
_MAYBE_BETWEEN = re.compile(r"\s*[,/&]\s*|(?<=\w)\s*\+\s*(?=\w)|\s+[-–—]+\s+|-?\s+(?:en|and|of|or|und|et)\s+")
_LIST_MARKS = re.compile(r"^(?:[-–—*]+\s+|\d{1,2}[.)]\s+)+")
_NEGATION = re.compile(r"^(?:geen|niet|no|not|non)[\s:]+(?=\S)")
_NEGATIONS = frozenset(["geen", "niet", "zonder", "behalve", "no", "not", "non", "without", "except"])
_NOTHING = frozenset(
    tokens_of("nee neen no niet overig overige divers diversen other various miscellaneous algemeen general")
)
"""Words that name no cause, where others than the known ones are allowed."""
_GENERAL_WORDS = frozenset(
    tokens_of(
        "de het een en of voor van met aan in op bij tegen om te tot uit door over naar rond onder alle "
        "the a an and or for to with on by against of from all "
        "mensen people personen hulp help steun support ondersteuning ondersteunen helpen bestrijding bestrijden "
        "bevordering bevorderen projecten project programma activiteiten thema themas cause causes sector doelgroep "
        "groepen initiatieven organisaties organisations charities lokale local werken working development ontwikkeling "
        "services service care relief promotion improving verbeteren aid bescherming protection behoud"
    )
)
"""Words of a phrase that add no cause."""


class HowRead(StrEnum):
    """How a word of a cell was understood."""

    KNOWN = message("known")
    INFLECTION = message("inflection")
    SPELLING = message("spelling")
    PHRASE = message("phrase")
    PART = message("part of a phrase")
    SAME = message("used on both sides")
    MEANING = message("meaning")
    UNKNOWN = message("not understood")

    @property
    def is_certain(self) -> bool:
        """Whether the cell holds known words, at most in another form."""
        return self in (HowRead.KNOWN, HowRead.INFLECTION, HowRead.PHRASE)


@dataclass(frozen=True)
class ReadWord:
    """One word of a cell, or one phrase.

    Attributes
    ----------
    written : str
        As in the cell, folded.
    words : tuple of str
        Known words that it stands for; itself where there are none.
    how : HowRead
    near : tuple of str
        Known words within a phrase that holds other words too.
    """

    written: str
    words: tuple[str, ...]
    how: HowRead
    near: tuple[str, ...] = ()


@lru_cache(maxsize=16_384)  # a word that is not understood is read again to say what of it is
def read_word(text: str, index: WordIndex) -> ReadWord:
    """Read one word or phrase that is not split any further.

    Parameters
    ----------
    text : str
    index : WordIndex

    Examples
    --------
    >>> index = WordIndex({"ouderen": "elderly", "eenzaamheid": "loneliness"})
    >>> [read_word(text, index).how.value for text in ("Ouderen", "oudern", "hulp aan ouderen", "ouderen en zo")]
    ['known', 'spelling', 'phrase', 'part of a phrase']
    """
    written = fold(text)
    if (found := _single(written, index)) is not None:
        return found
    tokens = tokens_of(written) if index.is_open else written.split()
    if _NEGATIONS.isdisjoint(tokens):
        within, is_whole = _words_within(tokens, index)
        if within and is_whole:
            return ReadWord(written, within, HowRead.PHRASE)
        if within:
            # Where other words are no words of the column, the known ones count, and the phrase is said to be none.
            return ReadWord(written, (written,) if index.is_open else (*within, written), HowRead.PART, within)
    return ReadWord(written, (written,), HowRead.UNKNOWN)


def read_words(cell: str, index: WordIndex, *, drops_negation: bool = False) -> list[ReadWord]:
    """Split a cell into words and read each.

    Words are separated by ``;``, ``|``, tabs, bullets or line breaks, or, where there are none of these, by commas. Inside
    of these, ``,``, ``/``, ``&``, ``+``, ``en``, ``and`` and a dash separate words that are known on both sides; a known
    phrase such as ``kunst en cultuur`` stays whole.

    Parameters
    ----------
    cell : str
    index : WordIndex
    drops_negation : bool
        Leave out ``geen`` and ``no`` before a word, in columns that exclude.

    Examples
    --------
    >>> index = WordIndex({"religie": "religion", "sport": "sport"})
    >>> [word.words for word in read_words("Religie/sport", index)]
    [('religion',), ('sport',)]
    """
    # Signs that only look like a separator are made into it before the cell is split.
    text = unicodedata.normalize("NFKD", cell)
    if array := _ARRAY.fullmatch(text):
        text = ";".join(part.strip(" \"'") for part in (array["list"] or array["set"] or "").split(","))
    parts = _tidied(_ALWAYS_BETWEEN.split(text), index, drops_negation)
    if len(parts) == 1 and index.listed(parts[0]) is None:
        parts = _tidied(parts[0].split(","), index, drops_negation)
    return [read for part in parts for read in _split_where_known(part, index)]


def _tidied(parts: list[str], index: WordIndex, drops_negation: bool) -> list[str]:
    """Parts folded, without marks of a list, each once; those that say that nothing is known are left out."""
    found = []
    for part in parts:
        text = _LIST_MARKS.sub("", fold(tidy(part)))
        if drops_negation:
            text = _NEGATION.sub("", text)
        found.append(text)
    nothing = index.blanks | _NOTHING if index.is_open else index.blanks
    return list(dict.fromkeys(text for text in found if not (text in nothing or text.strip(SIGNS_AROUND) in nothing)))


def _split_where_known(part: str, index: WordIndex) -> list[ReadWord]:
    """Words of a part, split at the separators that have a known word on both sides, the longest known phrase first."""
    between = list(_MAYBE_BETWEEN.finditer(part))
    starts = [0, *(match.end() for match in between)]
    ends = [*(match.start() for match in between), len(part)]
    segments: list[tuple[int, int, ReadWord]] = []
    first = 0
    while first < len(starts):
        last, read = _longest_known(part, starts, ends, first, index)
        segments.append((starts[first], ends[last], read))
        first = last + 1
    found: list[tuple[int, int, ReadWord]] = []
    for start, end, read in segments:
        if found and index.is_open and not (_is_understood(found[-1][2]) and _is_understood(read)):
            start = found.pop()[0]
            read = read_word(part[start:end], index)
        found.append((start, end, read))
    return [read for _, _, read in found]


def _longest_known(part: str, starts: list[int], ends: list[int], first: int, index: WordIndex) -> tuple[int, ReadWord]:
    for last in range(len(starts) - 1, first, -1):
        text = part[starts[first] : ends[last]]
        if (word := index.listed(text)) is not None:
            return last, ReadWord(text, (word,), HowRead.KNOWN)
    return first, read_word(part[starts[first] : ends[first]], index)


def _is_understood(read: ReadWord) -> bool:
    return read.how.is_certain or read.how is HowRead.SPELLING


def _single(text: str, index: WordIndex) -> ReadWord | None:
    """A text read as one known word; None where it is none."""
    if (word := index.listed(text)) is not None:
        return ReadWord(text, (word,), HowRead.KNOWN)
    if (word := index.other_form(text)) is not None:
        return ReadWord(text, (word,), HowRead.INFLECTION)
    if (word := index.misspelt(text)) is not None:
        return ReadWord(text, (word,), HowRead.SPELLING)
    if words := index.compound(text):
        return ReadWord(text, words, HowRead.INFLECTION)
    return None


def _words_within(tokens: list[str], index: WordIndex) -> tuple[tuple[str, ...], bool]:
    """Known words within a phrase, the longest first, and whether nothing else stands in it."""
    found: list[str] = []
    general = _GENERAL_WORDS if index.is_open else frozenset()
    is_whole, first = True, 0
    while first < len(tokens):
        for last in range(min(len(tokens), first + index.longest), first, -1):
            text = " ".join(tokens[first:last])
            read = None if text in general else _single(text, index)
            if read is not None:
                found += read.words
                first = last
                break
        else:
            is_whole = is_whole and tokens[first] in general
            first += 1
    return tuple(dict.fromkeys(found)), is_whole
