"""Find the known word that a spelling stands for: as listed, in another form, or with a typing error."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache

from matcher.i18n.folding import fold

_TOKEN = re.compile(r"[^\W_]+\+?")
_APOSTROPHES = re.compile("['’‘`´]")
_SEPARATES = re.compile(r"[,/&;|]|\s[-–—+]+\s")
_LEAST_COMPACT = 5
_REPLACED = 1.25
_ALLOWED_COST = ((9, 2 * _REPLACED), (7, _REPLACED), (5, 1.0))
"""Cost of typing errors by least length: a short word with one letter replaced is often another word."""
_LEAST_PART = 6
"""Letters of a known word at one of the ends of a compound."""
_LEAST_BEFORE_GENERAL = 4
_LEAST_REST = 4
_GENERAL_ENDINGS = (
    "hulp", "zorg", "opvang", "les", "lessen", "maatje", "maatjes", "behoud", "bescherming", "beheer", "werk", "beleid",
    "bevordering", "bestrijding", "verlening", "hulpverlening", "participatie", "ontwikkeling", "welzijn", "educatie",
    "begeleiding", "ondersteuning", "projecten", "project", "instelling", "instellingen", "vereniging", "verenigingen",
    "organisatie", "organisaties", "genootschap", "activiteiten", "problematiek", "problemen", "coaching", "initiatief",
    "initiatieven", "instituut", "fonds", "groepen", "doelgroep", "sector", "programma",
)  # fmt: skip
"""Second halves of Dutch compounds that add no cause: ``taalmaatjes`` is about ``taal``."""
_LINKS = ("", "s", "en", "n")


def tokens_of(text: str) -> list[str]:
    """Words of a text, folded, without punctuation; a plus sign after a word stays.

    Examples
    --------
    >>> tokens_of("Dak- en thuislozen (65+)")
    ['dak', 'en', 'thuislozen', '65+']
    """
    return _TOKEN.findall(_APOSTROPHES.sub("", fold(text)))


class WordIndex:
    """Known words by their spellings.

    Parameters
    ----------
    spellings : mapping of str to str
        The word that each spelling stands for, as :func:`matcher.i18n.folding.lookup` returns it.
    blanks : frozenset of str
        Words, folded, that say that nothing is known.
    is_open : bool
        Whether other words are allowed too, so that other forms and typing errors are understood. Where only the known
        words are allowed, any other is an error that names the nearest one.
    """

    def __init__(
        self, spellings: Mapping[str, str], blanks: frozenset[str] = frozenset({""}), *, is_open: bool = True
    ) -> None:
        self.spellings, self.blanks, self.is_open = spellings, blanks, is_open
        self.longest = max((len(tokens_of(spelling)) for spelling in spellings), default=0)

    def listed(self, text: str) -> str | None:
        """Word with this spelling, or None.

        Capitals and accents never matter; hyphens, spaces and brackets only where other words would be an error. Two words
        with a separator between them are no spelling of one, unless they are listed so.
        """
        if (word := self.spellings.get(fold(text))) is not None or not self.is_open:
            return word
        tokens = tokens_of(text)
        if _SEPARATES.search(text):
            return None
        if (word := self._by_key.get(" ".join(tokens))) is not None:
            return word
        # Words that are known one by one are several, even if a compound of them is known too.
        compact = "".join(tokens)
        is_one = len(tokens) == 1 or not all(token in self._by_key for token in tokens)
        return self._by_compact.get(compact) if is_one and len(compact) >= _LEAST_COMPACT else None

    def other_form(self, text: str) -> str | None:
        """Word of which a spelling has the same stem, in Dutch or in English; None where there is none or are several.

        Examples
        --------
        >>> WordIndex({"kerk": "religion"}).other_form("kerken")
        'religion'
        """
        key = " ".join(tokens_of(text))
        if not (key and self.is_open):
            return None
        found = [stems.get(_stemmed(language, key), set()) for language, stems in self._by_stem.items()]
        return next((word for words in found if len(words) == 1 for word in words), None)

    def compound(self, text: str) -> tuple[str, ...]:
        """Words at the ends of a Dutch compound.

        Examples
        --------
        >>> index = WordIndex({"ouderen": "elderly", "muziek": "culture", "onderwijs": "education"})
        >>> index.compound("ouderenzorg"), index.compound("muziekonderwijs")
        (('elderly',), ('culture', 'education'))
        """
        tokens = tokens_of(text)
        if len(tokens) != 1 or not self.is_open:
            return ()
        token, start, end = tokens[0], None, None
        for size in range(len(token) - _LEAST_REST, _LEAST_BEFORE_GENERAL - 1, -1):
            is_general = _is_general(token[size:])
            if start is None and (size >= _LEAST_PART or is_general):
                start = self._by_key.get(token[:size])
                if start is not None and is_general:
                    return (start,)
        for size in range(_LEAST_REST, len(token) - _LEAST_PART + 1):
            end = self._by_key.get(token[size:])
            if end is not None:
                before = (token[:size].removesuffix(link) for link in _LINKS)
                start = start or next((self._by_key[word] for word in before if word in self._by_key), None)
                break
        return tuple(dict.fromkeys(word for word in (start, end) if word is not None))

    def misspelt(self, text: str) -> str | None:
        """Word whose spelling differs by a typing error, or by two in a long word; None where that fits none or several.

        Examples
        --------
        >>> WordIndex({"ouderen": "elderly"}).misspelt("oudern")
        'elderly'
        """
        key = " ".join(tokens_of(text))
        allowed = next((cost for letters, cost in _ALLOWED_COST if len(key) >= letters), 0.0)
        if not (self.is_open and allowed and key.replace(" ", "").isalpha()):
            return None
        best: dict[float, set[str]] = defaultdict(set)
        letters = _letters(key)
        for length in range(len(key) - int(allowed), len(key) + int(allowed) + 1):
            for spelling, others in self._by_start.get((key[0], length), ()):
                if (letters ^ others).bit_count() <= 2 * allowed:
                    best[edit_cost(key, spelling)].add(self._by_key[spelling])
        nearest = best[min(best)] if best and min(best) <= allowed else set()
        return nearest.pop() if len(nearest) == 1 else None

    def nearest(self, text: str, count: int = 3) -> tuple[str, ...]:
        """Known words whose spellings are most similar to a text, best first.

        Parameters
        ----------
        text : str
        count : int
            Most words.
        """
        from difflib import get_close_matches

        close = get_close_matches(" ".join(tokens_of(text)), list(self._by_key), n=3 * count, cutoff=0.7)
        return tuple(dict.fromkeys(self._by_key[spelling] for spelling in close))[:count]

    @cached_property
    def _by_key(self) -> dict[str, str]:
        return {" ".join(tokens_of(spelling)): word for spelling, word in self.spellings.items()}

    @cached_property
    def _by_compact(self) -> dict[str, str]:
        return {key.replace(" ", ""): word for key, word in self._by_key.items()}

    @cached_property
    def _by_stem(self) -> dict[str, dict[str, set[str]]]:
        found: dict[str, dict[str, set[str]]] = {}
        for language in ("dutch", "english"):
            stems: dict[str, set[str]] = defaultdict(set)
            for key, word in self._by_key.items():
                stems[_stemmed(language, key)].add(word)
            found[language] = dict(stems)
        return found

    @cached_property
    def _by_start(self) -> dict[tuple[str, int], list[tuple[str, int]]]:
        """Spellings, each with its letters as bits, by first letter and length."""
        found: dict[tuple[str, int], list[tuple[str, int]]] = defaultdict(list)
        for key in filter(None, self._by_key):
            found[key[0], len(key)].append((key, _letters(key)))
        return dict(found)


def edit_cost(first: str, second: str) -> float:
    """Cost of making one text of the other: 1 a letter inserted, dropped or swapped with its neighbour, 1.25 one replaced.

    The optimal string alignment distance, in which a replaced letter weighs more: it makes another word more often.

    Parameters
    ----------
    first, second : str

    Examples
    --------
    >>> edit_cost("oudern", "ouderen"), edit_cost("oudern", "ouders"), edit_cost("armeode", "armoede")
    (1.0, 1.25, 1.0)
    """
    before, above = [0.0] * (len(second) + 1), [float(column) for column in range(len(second) + 1)]
    for row, letter in enumerate(first, start=1):
        line = [float(row)]
        for column, other in enumerate(second, start=1):
            least = min(above[column] + 1, line[-1] + 1, above[column - 1] + _REPLACED * (letter != other))
            if row > 1 and column > 1 and letter == second[column - 2] and first[row - 2] == other:
                least = min(least, before[column - 2] + 1)
            line.append(least)
        before, above = above, line
    return above[-1]


def _letters(key: str) -> int:
    bits = 0
    for letter in key:
        bits |= 1 << (ord(letter) % 61)
    return bits


def _is_general(rest: str) -> bool:
    return any(rest == link + ending for link in _LINKS for ending in _GENERAL_ENDINGS)


@lru_cache(maxsize=65_536)
def _stemmed(language: str, key: str) -> str:
    return " ".join(_stemmer(language)(key.split(" ")))


@lru_cache(maxsize=2)
def _stemmer(language: str) -> Callable[[Iterable[str]], list[str]]:
    from snowballstemmer import stemmer

    stem: Callable[[Iterable[str]], list[str]] = stemmer(language).stemWords
    return stem
