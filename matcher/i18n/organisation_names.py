"""Names of organisations as keys: two spellings of one name, with or without its legal form, have the same key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from matcher.i18n.folding import fold

if TYPE_CHECKING:
    import pyarrow as pa

_ANYWHERE = {
    "stichting", "stg", "vereniging", "cooperatie", "fondation", "stiftung", "vzw", "ivzw", "asbl", "aisbl",
}  # fmt: skip
FORMS_BEFORE = _ANYWHERE | {"st", "ver", "verein", "charity", "foundation", "fundacion", "fundacao", "fondazione"}
"""Legal forms that stand before a name, folded. Foundation behind one is part of it: a university and its fund are two."""
FORMS_AFTER = _ANYWHERE | {
    "bv", "nv", "vof", "ua", "bvba", "sprl", "ev", "ggmbh", "gmbh", "ltd", "limited", "plc", "llp", "llc", "inc",
    "incorporated", "cic", "cio", "scio", "charity", "community interest company", "charitable incorporated organisation",
    "registered charity",
}  # fmt: skip
"""Legal forms that stand after a name, folded."""

_LETTERS_WITH_DOTS = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}")
_WORDS = re.compile(r"[a-z0-9]+")
_MOST_WORDS = max(form.count(" ") for form in FORMS_AFTER) + 1
_LAST_WORDS = frozenset(form.split()[-1] for form in FORMS_AFTER)
_BETWEEN = "[^a-z0-9]+"
_FORM_BEFORE = f"^[^a-z0-9]*(?:(?:{'|'.join(sorted(FORMS_BEFORE))}){_BETWEEN})+([a-z0-9])"
_FORM_AFTER = f"([a-z0-9])(?:{_BETWEEN}(?:{'|'.join(sorted(FORMS_AFTER)).replace(' ', _BETWEEN)}))+[^a-z0-9]*$"


@lru_cache(maxsize=2**16)
def organisation_key(name: str) -> str:
    """Key of an organisation's name: capitals, accents, spaces, punctuation and its legal form make no difference.

    A name that is nothing but a legal form, or nothing but signs, keeps them.

    Examples
    --------
    >>> organisation_key("Stichting Tafelmaatjes Utrecht"), organisation_key("tafelmaatjes  UTRECHT ")
    ('tafelmaatjesutrecht', 'tafelmaatjesutrecht')
    >>> organisation_key("Foodbank Hull C.I.C."), organisation_key("Food Bank Hull")
    ('foodbankhull', 'foodbankhull')
    """
    return "".join(words_without_form(name)) or fold(name)


def words_without_form(name: str) -> list[str]:
    """Folded words of an organisation's name without the legal form before and after it.

    Examples
    --------
    >>> words_without_form("Voedselbank De Kade, Stichting")
    ['voedselbank', 'de', 'kade']
    """
    words = words_of(name)
    start, end = 0, len(words)
    while end - start > 1 and words[start] in FORMS_BEFORE:
        start += 1
    while size := _form_at_end(words[start:end]):
        end -= size
    return words[start:end]


def one_spelling(organisations: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Names of organisations, shape (n,), each in the spelling that comes first: of names with the same key.

    Parameters
    ----------
    organisations : ndarray of shape (n,), str
    """
    keys = organisation_keys(organisations.tolist()).dictionary_encode().indices.to_numpy()
    first = np.unique(keys, return_index=True)[1]
    return np.asarray(organisations[first[keys]], dtype=object)


def organisation_keys(names: Sequence[str]) -> pa.Array:
    """Keys of names as of :func:`organisation_key`, all at once, shape (n,).

    Parameters
    ----------
    names : sequence of str, n of them
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(names, pa.large_string())
    keys = pc.ascii_lower(array)
    for form in (_FORM_BEFORE, _FORM_AFTER):
        keys = pc.replace_substring_regex(keys, form, r"\1")
    keys = pc.replace_substring_regex(keys, "[^a-z0-9]+", "")
    is_plain = pc.and_(pc.string_is_ascii(array), pc.invert(pc.match_substring(array, ".")))
    is_other = pc.or_(pc.invert(is_plain), pc.equal(keys, ""))
    others = [organisation_key(name) for name in array.filter(is_other).to_pylist()]
    return pc.replace_with_mask(keys, is_other, pa.array(others, pa.large_string()))


def words_of(text: str) -> list[str]:
    """Folded words of a text without its punctuation; letters with dots between, as in ``B.V.``, are one word."""
    if "." in text:
        text = _LETTERS_WITH_DOTS.sub(lambda letters: re.sub(r"[.\s]", "", letters[0]) + " ", text)
    if text.isascii():
        return _WORDS.findall(text.lower())
    # Letters of every alphabet count, with the marks that belong to them.
    return "".join(sign if unicodedata.category(sign)[0] in "LMN" else " " for sign in fold(text)).split()


def _form_at_end(words: list[str]) -> int:
    """Number of words of the legal form at the end of a name; 0 where there is none, or nothing before it."""
    if not words or words[-1] not in _LAST_WORDS:
        return 0
    for size in range(min(_MOST_WORDS, len(words) - 1), 0, -1):
        if " ".join(words[-size:]) in FORMS_AFTER:
            return size
    return 0
