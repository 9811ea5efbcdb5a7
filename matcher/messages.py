"""Texts of problems and errors that keep their pattern and values, so that they can be shown in another language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self, runtime_checkable


class Translator(Protocol):
    """What a text needs of a language to be shown in it."""

    code: str

    def phrase(self, message: str, **values: object) -> str:
        """English message in the language, its ``{names}`` filled in.

        Parameters
        ----------
        message : str
        **values : object
            Values of the names.
        """
        ...

    def count_phrase(self, one: str, many: str, count: int, **values: object) -> str:
        """English message for a count in the language.

        Parameters
        ----------
        one, many : str
        count : int
        **values : object
            Values of the other names.
        """
        ...

    def word(self, code: str) -> str:
        """Code of the vocabulary as a word."""
        ...


@runtime_checkable
class Translatable(Protocol):
    """Whatever can be shown in a language: a message, words, a problem."""

    def in_language(self, language: Any) -> str:
        """Text in a language."""
        ...


class Message(str):
    """English text, filled in, that knows its pattern; the catalogues hold the patterns of all messages.

    Parameters
    ----------
    pattern : str
        English text with ``{names}``.
    **values : object
        Values of the names; a message among them is translated along.

    Examples
    --------
    >>> Message("no column {name}", name="city")
    'no column city'
    """

    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, /, **values: object) -> Self:
        made = super().__new__(cls, pattern.format(**values) if values else pattern)
        made.pattern, made.values = pattern, values
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (type(self), self.pattern, dict(self.values))

    def in_language(self, language: Translator) -> str:
        """Return the text in a language."""
        values = {name: in_language(value, language) for name, value in self.values.items()}
        return language.phrase(self.pattern, **values) if self.pattern else ""


class Words(str):
    """Words of the vocabulary, joined by commas.

    Parameters
    ----------
    codes : sequence of str
    last : str
        Message before the last word, such as "or"; a comma by default.
    """

    codes: tuple[str, ...]
    last: str

    def __new__(cls, codes: Sequence[str], last: str = "") -> Self:
        made = super().__new__(cls, _joined([code.replace("_", " ") for code in codes], last))
        made.codes, made.last = tuple(codes), last
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.codes, self.last)

    def in_language(self, language: Translator) -> str:
        """Return the words in a language."""
        last = language.phrase(self.last) if self.last else ""
        return _joined([language.word(code) for code in self.codes], last)


class Counted(Message):
    """Text for a count, which is ``{count}`` in both patterns.

    Parameters
    ----------
    one, many : str
        English text for a count of one, and for every other count.
    count : int
    **values : object
        Values of the other names.

    Examples
    --------
    >>> Counted("1 pair", "{count} pairs", 3)
    '3 pairs'
    """

    plural: str

    def __new__(cls, one: str, many: str, /, count: int = 0, **values: object) -> Self:
        made = super().__new__(cls, one if count == 1 else many, count=count, **values)
        made.pattern, made.plural = one, many
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade_count, (self.pattern, self.plural, dict(self.values))

    def in_language(self, language: Translator) -> str:
        """Return the text in a language."""
        values: dict[str, Any] = {name: in_language(value, language) for name, value in self.values.items()}
        return language.count_phrase(self.pattern, self.plural, **values)


class Joined(str):
    """Texts one after another.

    Parameters
    ----------
    texts : sequence of str
        Messages among them are translated.
    separator : str
    """

    texts: tuple[str, ...]
    separator: str

    def __new__(cls, texts: Sequence[str], separator: str = ", ") -> Self:
        made = super().__new__(cls, separator.join(texts))
        made.texts, made.separator = tuple(texts), separator
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.texts, self.separator)

    def in_language(self, language: Translator) -> str:
        """Return the texts in a language."""
        return self.separator.join(str(in_language(text, language)) for text in self.texts)


class ByLanguage(str):
    """English text of which the translations are at hand, such as the meaning of a column.

    Parameters
    ----------
    english : str
    texts : mapping of str to str
        By code of the language; of languages that are not among them the English text is shown.
    """

    texts: Mapping[str, str]

    def __new__(cls, english: str, texts: Mapping[str, str]) -> Self:
        made = super().__new__(cls, english)
        made.texts = dict(texts)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.texts)

    def in_language(self, language: Translator) -> str:
        """Return the text in a language, in English where it has none."""
        return self.texts.get(language.code, str(self))


def in_language(text: object, language: Translator) -> object:
    """Text in a language; anything but a message as it is.

    Parameters
    ----------
    text : object
    language : Translator
    """
    return text.in_language(language) if isinstance(text, Translatable) else text


def _joined(words: Sequence[str], last: str) -> str:
    if not last or len(words) < 2:
        return ", ".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def _remade(kind: type[Message], pattern: str, values: dict[str, object]) -> Message:
    return kind(pattern, **values)


def _remade_count(one: str, many: str, values: dict[str, Any]) -> Counted:
    return Counted(one, many, **values)
