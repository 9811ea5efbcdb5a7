"""Nonprofits that may stand in a list twice under names that are nearly the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import pandas as pd

from matcher.i18n.organisation_names import organisation_key, words_of, words_without_form
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.tables import Table
from matcher.tables.schema.columns import Nonprofit

_NEIGHBOURS = 6
"""Rows of a place that a row is compared with, in alphabetical order of the names and of the names read backwards."""
_NEAR = 0.8
_LIKE_TEXT = 92.0
_SHORTEST_TEXT = 30
_SHORT_NAME = 8
_SHORT_WORD = 5
_LINKING_WORDS = frozenset(
    {
        *("de", "het", "een", "van", "voor", "en", "in", "te", "der", "den", "des", "the", "a", "an", "of", "for"),
        *("and", "at", "to", "la", "le", "les", "du", "et", "und", "die", "das", "fur"),
    }
)
_WEBSITE_HEADINGS = ("website", "webadres", "homepage", "web", "url", "site")
_SHARED_HOSTS = frozenset({"facebook.com", "instagram.com", "linkedin.com", "twitter.com", "x.com", "sites.google.com"})

Texts = npt.NDArray[np.object_]


def similar_nonprofits(nonprofits: Table, keys: Sequence[str], known: Sequence[Problem] = ()) -> list[Problem]:
    """Warnings of rows that may be an earlier row under another code, with a name that differs by a slip.

    The same postcode has to stand in both rows; where one has none, the same town and, unless the names are the same, the
    same text; or the same website at no other place. Numbers in names are never slips, so that Group 12 and Group 13
    are two.

    Parameters
    ----------
    nonprofits : Table
    keys : sequence of str
        From :func:`matcher.tables.read.repeats.keys_of_names`.
    known : sequence of Problem
        Rows that were said to be repeats already.
    """
    frame = nonprofits.frame
    names = frame[Nonprofit.NAME].fillna("").tolist()
    country = frame[Nonprofit.COUNTRY].fillna("").to_numpy(dtype=object)
    postcodes = country + "|" + _folded(frame[Nonprofit.POSTCODE])
    cities = country + "|" + _folded(frame[Nonprofit.CITY])
    has_postcode, has_city = (np.array([not text.endswith("|") for text in places]) for places in (postcodes, cities))
    websites = _websites(nonprofits)
    blocks = [(postcodes, has_postcode), (websites, websites != "")]
    if not has_postcode.all():
        blocks.append((cities, has_city))
    missions = frame[Nonprofit.MISSION]
    cores = _cores(keys, names, frame[Nonprofit.CITY].fillna("").tolist())
    said = {(problem.other_row, problem.row) for problem in known}
    problems = []
    for first, second in _pairs(blocks, keys, cores):
        one_postcode = has_postcode[first] and postcodes[first] == postcodes[second]
        both_postcodes = has_postcode[first] and has_postcode[second]
        one_city = has_city[first] and cities[first] == cities[second]
        both_cities = has_city[first] and has_city[second]
        if (both_postcodes and not one_postcode) or (not one_postcode and both_cities and not one_city):
            continue
        one, other = (_Name.of(keys[row], names[row], cores[row]) for row in (first, second))
        if not _is_one_name(one, other) or _are_two_organisations(nonprofits, first, second):
            continue
        one_website = websites[first] != "" and websites[first] == websites[second]
        same_name = cores[first] == cores[second]
        if not (one_postcode or one_website or (one_city and same_name)) and not (
            one_city and _is_one_text(missions.iloc[first], missions.iloc[second])
        ):
            continue
        number = int(nonprofits.rows[first])
        if (number, int(nonprofits.rows[second])) not in said:
            problems.append(
                _problem(nonprofits, first, second, one_postcode=bool(one_postcode), one_website=bool(one_website))
            )
    return problems


def _problem(nonprofits: Table, first: int, second: int, *, one_postcode: bool, one_website: bool) -> Problem:
    number = int(nonprofits.rows[first])
    shared = Message("postcode") if one_postcode else Message("website") if one_website else Message("town")
    problem = nonprofits.problem(
        second,
        Nonprofit.NAME,
        Message(
            "this may be the nonprofit of row {number} again, '{name}': the names are nearly the same, and so is the {shared}",
            number=number,
            name=nonprofits.frame[Nonprofit.NAME].iloc[first],
            shared=shared,
        ),
        Message("Keep one of the two rows if they are one; if they are two, say so in the column organisation"),
        "warning",
        "similar_nonprofit",
    )
    return replace(problem, other_row=number)


def _cores(keys: Sequence[str], names: Sequence[str], cities: Sequence[str]) -> list[str]:
    """Words of each name in alphabetical order, those that only link and those of its town left out; else its key."""
    known: dict[tuple[str, str], str] = {}
    for name, city in zip(names, cities, strict=True):
        if (name, city) not in known:
            known[name, city] = "".join(sorted(_own_words(name).difference(words_of(city))))
    return [known[name, city] or key for key, name, city in zip(keys, names, cities, strict=True)]


def _own_words(name: str) -> frozenset[str]:
    return frozenset(words_without_form(name)) - _LINKING_WORDS


def _pairs(
    blocks: Sequence[tuple[Texts, npt.NDArray[np.bool_]]], keys: Sequence[str], cores: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Yield pairs of rows with nearly one key or one core, among neighbours in the alphabet within a block (sorted neighbourhoods)."""
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import cpdist

    found = [np.empty((0, 2), dtype=np.int64)]
    for places, is_known in blocks:
        codes = pd.factorize(places)[0]
        for spelling in (keys, [key[::-1] for key in keys], cores):
            rows = np.flatnonzero(is_known)
            rows = rows[np.lexsort((pd.factorize(np.array(spelling, dtype=object)[rows], sort=True)[0], codes[rows]))]
            for step in range(1, _NEIGHBOURS + 1):
                one_block = codes[rows[step:]] == codes[rows[:-step]]
                found.append(np.stack([rows[:-step][one_block], rows[step:][one_block]], axis=1))
    pairs = np.sort(np.concatenate(found), axis=1)
    # Numbers are never slips.
    digits = pd.factorize(np.array(["" if key.isalpha() else _digits(key) for key in keys], dtype=object))[0]
    pairs = pairs[digits[pairs[:, 0]] == digits[pairs[:, 1]]]
    pairs = np.stack(np.divmod(np.unique(pairs[:, 0] * len(keys) + pairs[:, 1]), max(1, len(keys))), axis=1)
    if not len(pairs):
        return
    near = np.zeros(len(pairs), dtype=np.bool_)
    for spelling in (keys, cores):
        left, right = ([spelling[row] for row in pairs[:, side]] for side in (0, 1))
        near |= cpdist(left, right, scorer=OSA.normalized_similarity, score_cutoff=_NEAR, dtype=np.float32) > 0
    yield from pairs[near].tolist()


@dataclass(frozen=True)
class _Name:
    """A name: as a key, as folded words without linking words, and as those in alphabetical order without its town."""

    key: str
    words: frozenset[str]
    core: str

    @classmethod
    def of(cls, key: str, text: str, core: str) -> _Name:
        return cls(key, _own_words(text), core)

    @property
    def numbers(self) -> tuple[str, frozenset[str]]:
        """What tells two of a series apart: the digits of a name, and its letters and Roman numbers that stand alone."""
        words = frozenset(word for word in self.words if len(word) == 1 or not word.strip("ivx"))
        return _digits(self.key), words


def _is_one_name(one: _Name, other: _Name) -> bool:
    """Whether two names differ by slips only: a letter of a word, two that changed places, words that only link.

    The order of the words makes no difference, nor does the town.
    """
    from rapidfuzz.distance import OSA

    if one.key == other.key:
        return len(one.key) > 2
    # Spaces are no words of their own: Food Bank Hull is Foodbank Hull.
    if min(len(one.key), len(other.key)) < _SHORT_NAME or one.numbers != other.numbers:
        return False
    if one.core == other.core or OSA.distance(one.key, other.key) <= 1:
        return True
    only_one, only_other = sorted(one.words - other.words), sorted(other.words - one.words)
    return len(only_one) == len(only_other) and all(
        min(len(a), len(b)) >= _SHORT_WORD and OSA.distance(a, b) <= (2 if min(len(a), len(b)) > 9 else 1)
        for a, b in zip(only_one, only_other, strict=False)
    )


def _are_two_organisations(nonprofits: Table, first: int, second: int) -> bool:
    """Whether the two belong to different organisations by the list's own column."""
    if Nonprofit.ORGANISATION not in nonprofits.headings:
        return False
    one, other = (organisation_key(str(nonprofits.frame[Nonprofit.ORGANISATION].iloc[row])) for row in (first, second))
    names = {organisation_key(str(nonprofits.frame[Nonprofit.NAME].iloc[row])) for row in (first, second)}
    return one != other and not {one, other} <= names


def _is_one_text(one: object, other: object) -> bool:
    from rapidfuzz.fuzz import ratio

    if not (isinstance(one, str) and isinstance(other, str)) or min(len(one), len(other)) < _SHORTEST_TEXT:
        return False
    return ratio(" ".join(words_of(one)), " ".join(words_of(other)), score_cutoff=_LIKE_TEXT) > 0


def _digits(key: str) -> str:
    return "".join(sign for sign in key if sign.isdigit())


def _folded(cells: pd.Series[str]) -> Texts:
    texts = cells.fillna("").astype(object)
    folded = {text: "".join(words_of(text)) for text in set(texts)}
    return np.array([folded[text] for text in texts], dtype=object)


def _websites(nonprofits: Table) -> Texts:
    """Host of each row's website, with its path where many share the host; empty where there is none."""
    heading = next(
        (
            name
            for wanted in _WEBSITE_HEADINGS
            for name in nonprofits.passed_through
            if wanted in words_of(name.replace("_", " "))
        ),
        None,
    )
    if heading is None:
        return np.full(len(nonprofits.frame), "", dtype=object)
    cells = nonprofits.frame[heading].fillna("").astype(object)
    hosts = {cell: _host(cell) for cell in set(cells)}
    return np.array([hosts[cell] for cell in cells], dtype=object)


def _host(cell: str) -> str:
    try:
        address = urlsplit(cell.strip().lower() if "//" in cell else f"//{cell.strip().lower()}")
        host = (address.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if "." not in host:
        return ""
    return host + address.path.rstrip("/") if host in _SHARED_HOSTS else host
