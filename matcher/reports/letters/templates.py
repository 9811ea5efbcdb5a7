"""Templates of letters: plain text with placeholders in braces, shipped in every language or from a user's folder.

The first line is the subject. A line with a placeholder of which nothing is known is left out, so that no letter says
"Distance: unknown". ``{unit: Heading}`` and ``{nonprofit: Heading}`` stand for a column that is copied from a list.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from matcher.errors import SettingsError, nearest
from matcher.i18n.language import ENGLISH, Language
from matcher.messages import Message

SIDES = ("unit", "nonprofit")
"""Who gets a letter."""
PLACEHOLDERS = (
    *("unit", "company", "unit_town", "nonprofit", "organisation", "nonprofit_town", "distance"),
    *("quote", "shared", "unit_offers", "nonprofit_offers", "unknown", "reason", "sender", "day"),
)
"""What every letter can say; see :mod:`matcher.reports.letters.letters`."""
LETTERHEAD = "letterhead.docx"
_MOST_BYTES = 100_000
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_COLUMN = re.compile(rf"({'|'.join(SIDES)})\s*:\s*(.+)")


@dataclass(frozen=True)
class LetterTemplate:
    """Template of one letter.

    Attributes
    ----------
    file : str
        Name for messages.
    text : str
    """

    file: str
    text: str

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """Its lines, from the subject on."""
        return tuple(self.text.strip().splitlines())

    def placeholders(self) -> Iterator[tuple[int, str]]:
        """Yield the line, from 1, and the name of each placeholder."""
        for number, line in enumerate(self.lines, start=1):
            for found in _PLACEHOLDER.finditer(line):
                yield number, found[1].strip()

    def problems(self, columns: Mapping[str, Collection[str]], hidden: Mapping[str, Collection[str]]) -> list[Message]:
        """What is wrong with it: one message a fault.

        Parameters
        ----------
        columns, hidden : mapping of str to collection of str
            Headings of the columns of each side that may be used, and of those with contact details, which may not.
        """
        found = []
        if not self.lines:
            found.append(Message("{file} is empty. Write the subject on its first line", file=self.file))
        for number, line in enumerate(self.lines, start=1):
            if re.search(r"[{}]", _PLACEHOLDER.sub("", line)):
                found.append(
                    Message(
                        "{file}, line {line}: a brace stands alone. Write placeholders as in {example}",
                        file=self.file,
                        line=number,
                        example="{unit}",
                    )
                )
        for number, name in self.placeholders():
            column = _COLUMN.fullmatch(name)
            where = {"file": self.file, "line": number, "name": name}
            if column is None:
                if name not in PLACEHOLDERS:
                    known = ", ".join(PLACEHOLDERS)
                    hint = nearest(name, PLACEHOLDERS)
                    found.append(
                        Message(
                            "{file}, line {line}: there is no placeholder '{name}'{hint} (known: {known})",
                            **where,
                            hint=hint,
                            known=known,
                        )
                    )
            elif column[2] in hidden[column[1]]:
                found.append(
                    Message(
                        "{file}, line {line}: the column of '{name}' holds contact details. Name it in the setting public "
                        "if it may be shown",
                        **where,
                    )
                )
            elif column[2] not in columns[column[1]]:
                hint = nearest(column[2], list(columns[column[1]]))
                found.append(Message("{file}, line {line}: there is no column for '{name}'{hint}", **where, hint=hint))
        return found

    def filled(self, values: Mapping[str, str]) -> tuple[str, tuple[tuple[str, ...], ...]]:
        """Subject, and blocks of lines, with the placeholders filled in; lines that lack a value are left out.

        Parameters
        ----------
        values : mapping of str to str
            By name; empty where unknown. What stands in them is never taken for a placeholder.
        """
        blocks: list[list[str]] = [[]]
        subject, *rest = self.lines
        for line in rest:
            if not line.strip():
                blocks.append([])
            elif all(values.get(name.strip()) for name in _PLACEHOLDER.findall(line)):
                blocks[-1].append(_filled(line, values))
        return _filled(subject, values), tuple(tuple(block) for block in blocks if block)


def _filled(line: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: values.get(found[1].strip(), ""), line).strip()


@dataclass(frozen=True)
class LetterTemplates:
    """Templates of the letters to both sides.

    Attributes
    ----------
    unit, nonprofit : LetterTemplate
    letterhead : Path or None
        Word document that letters begin with.
    """

    unit: LetterTemplate
    nonprofit: LetterTemplate
    letterhead: Path | None = None

    @classmethod
    def read(cls, language: Language, folder: Path | None = None) -> LetterTemplates:
        """Templates of a folder, and those that are shipped for what it lacks.

        Parameters
        ----------
        language : Language
            Of the shipped templates; English where there are none.
        folder : Path, optional
            With ``unit.txt``, ``nonprofit.txt`` and ``letterhead.docx``, or some of them.

        Raises
        ------
        SettingsError
            When the folder has none of them, or one cannot be read.
        """
        own = {} if folder is None else {name: folder / f"{name}.txt" for name in SIDES}
        letterhead = None if folder is None else folder / LETTERHEAD
        has_letterhead = letterhead is not None and letterhead.is_file()
        if folder is not None and not (has_letterhead or any(path.is_file() for path in own.values())):
            names = ", ".join([*(path.name for path in own.values()), LETTERHEAD])
            raise SettingsError(
                Message(
                    "{folder} has no templates of letters. Put one of these in it: {names}", folder=folder, names=names
                )
            )
        texts = {
            name: _read(own[name]) if name in own and own[name].is_file() else _shipped(language, name)
            for name in SIDES
        }
        return cls(texts["unit"], texts["nonprofit"], letterhead if has_letterhead else None)

    def of_side(self, side: str) -> LetterTemplate:
        """Template of the letter to a side, one of ``SIDES``."""
        return self.unit if side == "unit" else self.nonprofit


def _shipped(language: Language, name: str) -> LetterTemplate:
    folder = files("matcher.reports.letters").joinpath("texts")
    found = folder.joinpath(language.code, f"{name}.txt")
    chosen = found if found.is_file() else folder.joinpath(ENGLISH, f"{name}.txt")
    return LetterTemplate(f"{name}.txt", chosen.read_text(encoding="utf-8"))


def _read(path: Path) -> LetterTemplate:
    try:
        content = path.read_bytes()
        if len(content) > _MOST_BYTES:
            raise SettingsError(Message("{file} is too long for a letter. Make it shorter", file=path))
        return LetterTemplate(path.name, content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise SettingsError(Message("{file} is no text in UTF-8. Save it as UTF-8 text", file=path)) from None
    except OSError as error:
        raise SettingsError(Message("{file} cannot be read: {error}", file=path, error=error.strerror)) from None
