"""Bring the catalogues of translations up to date with the source, and list what is left to translate.

``make catalogue`` runs this script.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

import matcher
from matcher.cli.app import app
from matcher.cli.localised import help_texts
from matcher.i18n.language import CATALOGUES, ENGLISH, WORD_CONTEXT, available_languages
from matcher.learning.evaluation.evaluation import AS_GIVEN, MATCHER
from matcher.places.geocoders.base import UNPLACED
from matcher.places.placing import COORDINATES
from matcher.ranking.programmes.agenda import KNOWN, OPEN, OPERATION, PREPARATION
from matcher.ranking.programmes.central import FOOTPRINT
from matcher.reports.sentences.programme_kinds import KIND_WORDINGS
from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.eligibility import GATES, LOCAL_GATES
from matcher.settings import Settings, flat_settings
from matcher.tables.schema.cause_words import CAUSE_WORDS
from matcher.tables.schema.columns_file import COLUMNS_FILE, RESULTS, load_tables, result_headings
from matcher.tables.schema.vocabulary import AREAS, BENEFITS, RESOURCES
from matcher.tables.status import Status

Key = tuple[str | None, str | tuple[str, str]]
"""Context of a message (None: none), and its English text or, with a plural, both texts."""

_KEYWORDS: dict[str, Any] = {
    "message": None,
    "Message": None,
    "Counted": (1, 2),
    "phrase": None,
    "counted_message": (1, 2),
    "count_phrase": (1, 2),
}
_HEADINGS = (
    "coverage",
    "meaning",
    "mean_score",
    "nearest_km",
    "nearest_name",
    "pairs",
    "sum_of_scores",
    "unit_id",
    "unit_name",
    "units_served",
)
"""Columns of the tables that the terminal shows."""
_RANKINGS = (MATCHER, AS_GIVEN, "chance", "text length", "distance alone", "text alone", "popularity alone")
"""Rankings that an evaluation compares."""
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_HEADER = """msgid ""
msgstr ""
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"
"""


@dataclass(frozen=True)
class Review:
    """Problems of a catalogue.

    Attributes
    ----------
    missing : list of Key
        Messages of the source without a translation.
    stale : list of Key
        Translations of messages that the source no longer has.
    unsure : list of Key
        Translations marked as fuzzy.
    unlike : list of Key
        Translations with other ``{names}`` than the message has.
    """

    missing: list[Key]
    stale: list[Key]
    unsure: list[Key]
    unlike: list[Key]

    @property
    def is_clean(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.missing or self.stale or self.unsure or self.unlike)

    def lines(self) -> list[str]:
        """Problems, a line each."""
        return [
            f"{what}: {text if context is None else f'{text} ({context})'}"
            for what, keys in (
                ("to translate", self.missing),
                ("stale", self.stale),
                ("fuzzy", self.unsure),
                ("other names in braces", self.unlike),
            )
            for context, text in keys
        ]


def vocabulary() -> list[str]:
    """Every code that is shown as a word, in a fixed order."""
    gates = [gate.name for gate in (*GATES, *LOCAL_GATES)]
    kinds = [kind.name for kind in KIND_WORDINGS]
    places = (COORDINATES, "address", "postcode", "postcode area", "city", UNPLACED)
    states = (PREPARATION, OPERATION, KNOWN, OPEN)
    causes = sorted(set(CAUSE_WORDS.values()))
    words = [
        *CRITERIA,
        FOOTPRINT,
        *RESOURCES,
        *BENEFITS,
        *AREAS,
        *Status,
        *kinds,
        *gates,
        *states,
        *places,
        *_HEADINGS,
        *_RANKINGS,
    ]
    return list(dict.fromkeys([*words, *causes]))


def live_messages() -> list[Key]:
    """Every message of the package, in a fixed order.

    Messages marked in the source, the meanings of gates and settings, and the vocabulary.
    """
    methods = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext:babel_extract")]
    found = extract_from_dir(Path(matcher.__file__).parent, methods, keywords=_KEYWORDS)
    extracted = sorted(
        ((name, line, text) for name, line, text, _, _ in found), key=lambda item: (*item[:2], str(item[2]))
    )
    keys: list[Key] = [(None, _as_text(text)) for _, _, text in extracted if text]
    keys += [(None, text) for text in help_texts(typer.main.get_command(app))]
    keys += [(None, gate.meaning) for gate in (*GATES, *LOCAL_GATES)]
    keys += [(None, meaning) for _, _, meaning in flat_settings(Settings()) if meaning]
    keys += [(WORD_CONTEXT, code.replace("_", " ")) for code in vocabulary()]
    return list(dict.fromkeys(keys))


def catalogue_path(code: str) -> Path:
    """File of a language's catalogue."""
    return CATALOGUES / f"{code}.po"


def read_catalogue(code: str) -> Catalog:
    """Catalogue of a language."""
    return read_po(io.BytesIO(catalogue_path(code).read_bytes()), locale=code)


def review(catalogue: Catalog, live: Iterable[Key]) -> Review:
    """Compare a catalogue with the messages of the source.

    Parameters
    ----------
    catalogue : babel.messages.catalog.Catalog
    live : iterable of Key
    """
    live = list(live)
    entries = {_key(entry): entry for entry in catalogue if entry.id}
    wanted = set(live)
    return Review(
        missing=[key for key in live if key not in entries or not _is_translated(entries[key].string)],
        stale=[key for key in entries if key not in wanted] + [_key(entry) for entry in catalogue.obsolete.values()],
        unsure=[key for key, entry in entries.items() if entry.fuzzy],
        unlike=[key for key, entry in entries.items() if not _has_same_names(key[1], entry.string)],
    )


def update(code: str) -> Review:
    """Bring a catalogue up to date: what is new at its end, without a translation; what is stale taken out.

    Returns
    -------
    Review
        Of the catalogue as it is then.
    """
    live = live_messages()
    old = read_catalogue(code)
    wanted, known = set(live), {_key(entry) for entry in old if entry.id}
    new = Catalog(locale=code, fuzzy=False)
    for entry in old:
        if entry.id and _key(entry) in wanted:
            new.add(entry.id, entry.string, flags=entry.flags, user_comments=entry.user_comments, context=entry.context)
    for context, text in live:
        if (context, text) not in known:
            new.add(text, context=context)
    body = io.BytesIO()
    write_po(body, new, width=120, no_location=True, omit_header=True)
    header = _HEADER.format(code=code, plural=old.plural_forms)
    catalogue_path(code).write_text(header + "\n" + body.getvalue().decode("utf-8").lstrip("\n"), encoding="utf-8")
    return review(read_catalogue(code), live)


def untranslated_columns(code: str) -> list[str]:
    """Columns of ``columns.toml`` that lack a meaning or, on results, a heading in a language."""
    columns = [
        (f"{key}.{column.name}", column.meanings) for key, spec in load_tables().items() for column in spec.columns
    ]
    results = [(f"{RESULTS}.{name}", labels) for name, labels in result_headings().items()]
    return [f"to translate in {COLUMNS_FILE.name}: {name}" for name, words in (*columns, *results) if code not in words]


def placeholders(text: str) -> set[str]:
    """Names in braces of a message."""
    return set(_PLACEHOLDER.findall(text))


def _key(entry: Any) -> Key:
    return entry.context, _as_text(entry.id)


def _as_text(text: Any) -> str | tuple[str, str]:
    return text if isinstance(text, str) else (str(text[0]), str(text[1]))


def _is_translated(string: Any) -> bool:
    return bool(string) if isinstance(string, str) else all(string)


def _has_same_names(text: str | tuple[str, str], string: Any) -> bool:
    """Whether a translation has the names of its message; a singular may leave the count out."""
    if isinstance(text, str):
        return not string or placeholders(text) == placeholders(string)
    one, *more = string
    like_one = not one or placeholders(one) | {"count"} == placeholders(text[0]) | {"count"}
    return like_one and all(placeholders(form) == placeholders(text[1]) for form in more if form)


def main() -> int:
    """Update all catalogues and list what is left to do; the exit code is 1 when something is."""
    left = 0
    for code in available_languages():
        if code == ENGLISH:
            continue
        lines = [*update(code).lines(), *untranslated_columns(code)]
        left += len(lines)
        sys.stdout.writelines(f"{code}: {line}\n" for line in lines)
    return int(left > 0)


if __name__ == "__main__":
    raise SystemExit(main())
