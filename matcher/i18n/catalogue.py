"""Catalogues of translations: gettext's PO files, read in a few milliseconds, so that even a help text can be translated."""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Callable
from pathlib import Path

_LINE = re.compile(r'^(?:(?P<field>msgctxt|msgid|msgid_plural|msgstr)(?:\[(?P<form>\d+)\])? +)?(?P<text>".*")$')
_PLURAL = re.compile(r"Plural-Forms:.*plural=([^;\\]+);")

Key = tuple[str | None, str]
"""Context of a message (None: none), and its English text, that of a count of one where there are two."""


class Catalogue:
    """Translations of messages.

    Parameters
    ----------
    forms : dict of Key to tuple of str
        Translations of each message: one, or one for each plural form.
    plural : callable
        Gives the number of the plural form for a count.
    fallback : Catalogue, optional
        For messages that are not among them.
    """

    def __init__(
        self, forms: dict[Key, tuple[str, ...]], plural: Callable[[int], int], fallback: Catalogue | None = None
    ) -> None:
        self.forms, self.plural, self.fallback = forms, plural, fallback

    def text(self, message: str, context: str | None = None) -> str:
        """Translation of a message, or the message itself.

        Parameters
        ----------
        message : str
        context : str, optional
        """
        found = self.forms.get((context, message))
        if found:
            return found[0]
        return message if self.fallback is None else self.fallback.text(message, context)

    def counted(self, one: str, many: str, count: int) -> str:
        """Translation of a message for a count, or the English one.

        Parameters
        ----------
        one, many : str
        count : int
        """
        found = self.forms.get((None, one))
        if found and len(found) > 1:
            return found[self.plural(count)]
        return one if count == 1 else many


def read_catalogue(path: Path, fallback: Catalogue | None = None) -> Catalogue:
    """Catalogue of a PO file; messages that are marked as fuzzy or have no translation are left out.

    Parameters
    ----------
    path : Path
    fallback : Catalogue, optional
        For messages that are not in it.
    """
    content = path.read_text(encoding="utf-8")
    forms: dict[Key, tuple[str, ...]] = {}
    for block in re.split(r"\n\s*\n", content):
        if block.startswith("#, fuzzy") or "\n#, fuzzy" in block:
            continue
        fields: dict[str, str] = {}
        name = ""
        for line in block.split("\n"):
            if (match := _LINE.match(line.strip())) is None:
                continue
            if match["field"]:
                name = match["field"] + (match["form"] or "")
                fields[name] = ""
            fields[name] += _unquoted(match["text"])
        translated = tuple(text for key, text in sorted(fields.items()) if key.startswith("msgstr"))
        if translated and all(translated) and fields["msgid"]:
            forms[fields.get("msgctxt"), fields["msgid"]] = translated
    return Catalogue(forms, gettext.c2py(_plural_rule(content, path.stem)), fallback)


def _plural_rule(content: str, code: str) -> str:
    """Rule of a catalogue's plural forms; that of its language where it has no header."""
    if (found := _PLURAL.search(content)) is not None:
        return found[1]
    from babel.messages.plurals import get_plural

    return str(get_plural(code).plural_expr)


def _unquoted(text: str) -> str:
    return str(ast.literal_eval(text)) if "\\" in text else text[1:-1]
