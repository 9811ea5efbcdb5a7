"""Languages of what people read: messages from gettext catalogues, numbers and dates from the Unicode locale data.

Messages in the code are English. Every other language is a catalogue ``catalogues/<code>.po``, read at run time without
a compiled copy; a message that a catalogue lacks appears in English. ``catalogues/en.po`` holds the words whose code is
not good English. Headings and meanings of columns stand in ``tables/schema/columns.toml``, in every language.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path

from matcher.errors import SettingsError, nearest
from matcher.i18n.catalogue import Catalogue, read_catalogue
from matcher.messages import Message, in_language

CATALOGUES = Path(__file__).parent / "catalogues"
ENGLISH = "en"
WORD_CONTEXT = "word"
"""Context of vocabulary in the catalogues, so that the cause "open" and the message "open" are translated apart."""

_LOCALES = {ENGLISH: "en_GB"}
"""Locale of numbers and dates where it is not that of the language's code: the day stands before the month."""


@cache
def available_languages() -> tuple[str, ...]:
    """Codes of English and of every language with a catalogue, English first."""
    translated = {path.stem for path in CATALOGUES.glob("*.po")} - {ENGLISH}
    return (ENGLISH, *sorted(translated))


def check_language(code: str) -> str:
    """Language code, as given.

    Raises
    ------
    SettingsError
        When there is no such language; the message names the nearest one.
    """
    known = available_languages()
    if code not in known:
        raise SettingsError(
            Message(
                "there is no language '{code}'{hint} (known: {known})",
                code=code,
                hint=nearest(code, known),
                known=", ".join(known),
            )
        )
    return code


def message(text: str) -> str:
    """Mark the text of a constant for translation by :meth:`Language.phrase`, so that the catalogues hold it."""
    return text


def counted_message(one: str, many: str) -> tuple[str, str]:
    """Mark the texts of a constant for translation by :meth:`Language.count_phrase`.

    Parameters
    ----------
    one, many : str
        English text for a count of one, and for every other count.
    """
    return one, many


def system_language() -> str:
    """Code of the language of the system, from ``LC_ALL``, ``LC_MESSAGES`` or ``LANG``; English where it is no other known one."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    code = re.split("[_.@]", named)[0].casefold()
    return code if code in available_languages() else ENGLISH


class Language:
    """Messages, words, numbers and dates in one language; :func:`load_language` makes it.

    Parameters
    ----------
    code : str
        One of :func:`available_languages`.
    catalogue : Catalogue
        Translations of the English messages.
    """

    def __init__(self, code: str, catalogue: Catalogue) -> None:
        self.code = code
        self.locale = _LOCALES.get(code, code)
        self._catalogue = catalogue

    @cached_property
    def decimal_symbol(self) -> str:
        """Sign before the decimals of a number."""
        from babel.numbers import get_decimal_symbol

        return get_decimal_symbol(self.locale)

    @cached_property
    def group_symbol(self) -> str:
        """Sign between thousands."""
        from babel.numbers import get_group_symbol

        return get_group_symbol(self.locale)

    @cached_property
    def _separators(self) -> dict[int, str]:
        return str.maketrans({",": self.group_symbol, ".": self.decimal_symbol})

    def __repr__(self) -> str:
        return f"Language({self.code!r})"

    def phrase(self, message: str, **values: object) -> str:
        """Message in this language, its ``{names}`` filled in.

        Parameters
        ----------
        message : str
            English text, as in the code.
        **values : object
            Values of the names in braces.
        """
        found = self._catalogue.text(message)
        return found.format(**values) if values else found

    def render(self, text: str) -> str:
        """Text of a problem or an error in this language; one that is no message of the catalogues as it is."""
        return str(in_language(text, self))

    def count_phrase(self, one: str, many: str, count: int, **values: object) -> str:
        """Message for a count, ``{count}`` and other ``{names}`` filled in.

        Parameters
        ----------
        one, many : str
            English text for a count of one, and for every other count.
        count : int
            Chooses the plural form.
        **values : object
            Values of the other names in braces.
        """
        found = self._catalogue.counted(one, many, count)
        return found.format(count=self.number(count), **values)

    def phrase_in(self, context: str, message: str) -> str:
        """Message of a context in this language.

        Parameters
        ----------
        context : str
            Keeps apart messages that are the same in English.
        message : str
            English text.
        """
        return self._catalogue.text(message, context)

    def word(self, code: str) -> str:
        """Code of the vocabulary as a word; a word that no catalogue has, such as a rare cause, stays as it is.

        Examples
        --------
        >>> load_language("en").word("track_record"), load_language("nl").word("debt"), load_language("nl").word("beekeeping")
        ('track record', 'schulden', 'beekeeping')
        """
        shown = code.replace("_", " ")
        return self.phrase_in(WORD_CONTEXT, shown)

    def words(self, codes: Iterable[str]) -> str:
        """Codes of the vocabulary as a list in a sentence: ``a, b and c``."""
        return self.join([self.word(code) for code in codes])

    def number(self, value: float, decimals: int = 0) -> str:
        """Number with a fixed number of decimals, in this language's notation.

        Parameters
        ----------
        value : float
        decimals : int
            Digits after the decimal symbol.

        Examples
        --------
        >>> load_language("en").number(1234.5, 1), load_language("nl").number(1234.5, 1)
        ('1,234.5', '1.234,5')
        """
        rounded = round(value, decimals) + 0.0  # no minus before a zero
        return f"{rounded:,.{decimals}f}".translate(self._separators)

    def rounded(self, value: float, decimals: int = 1) -> str:
        """Number with at most a given number of decimals, without zeros at its end.

        Parameters
        ----------
        value : float
        decimals : int
            Most digits after the decimal symbol.
        """
        shown = self.number(value, decimals)
        return shown.rstrip("0").rstrip(self._separators[ord(".")]) if decimals else shown

    def score(self, value: float) -> str:
        """Score in [0, 1] with two decimals."""
        return self.number(value, 2)

    def signed(self, value: float, decimals: int = 2) -> str:
        """Difference with its sign; zero has none.

        Parameters
        ----------
        value : float
        decimals : int
            Digits after the decimal symbol.
        """
        shown = self.number(value, decimals)
        return f"+{shown}" if round(value, decimals) > 0 else shown

    def percent(self, share: float) -> str:
        """Share in [0, 1] as a whole percentage."""
        from babel.numbers import format_percent

        return format_percent(share, locale=self.locale)

    def day(self, day: dt.date) -> str:
        """Day in words: ``31 March 2026``."""
        from babel.dates import format_date

        return format_date(day, format="long", locale=self.locale)

    def join(self, words: Sequence[str]) -> str:
        """Words as a list in a sentence: ``a``, ``a and b``, ``a, b and c``."""
        if len(words) < 2:
            return "".join(words)
        return self.phrase("{all_but_last} and {last}", all_but_last=", ".join(words[:-1]), last=words[-1])


def capital(text: str) -> str:
    """Text with a capital in front."""
    return f"{text[:1].upper()}{text[1:]}"


def as_sentence(parts: Sequence[str]) -> str:
    """Parts as one sentence: a capital in front, semicolons between, a full stop at the end."""
    text = "; ".join(parts)
    stop = "" if text.rstrip("”").endswith((".", "!", "?", "…")) else "."
    return f"{capital(text)}{stop}"


@cache
def load_language(code: str) -> Language:
    """Language by its code.

    Raises
    ------
    SettingsError
        When it is not one of :func:`available_languages`.
    """
    check_language(code)
    english = read_catalogue(CATALOGUES / f"{ENGLISH}.po")
    return Language(code, english if code == ENGLISH else read_catalogue(CATALOGUES / f"{code}.po", english))
