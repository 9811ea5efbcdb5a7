"""The tables and headings of ``columns.toml``: columns as data, their words by language."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from matcher.errors import nearest
from matcher.tables.schema.cause_words import CAUSE_WORDS
from matcher.tables.schema.specs import CellType, ColumnSpec, TableSpec
from matcher.tables.schema.vocabulary import (
    ACCREDITATION_WORDS,
    AREA_WORDS,
    BENEFIT_WORDS,
    DECISION_WORDS,
    LEFT_AT_WORDS,
    PROGRAMME_WORDS,
    RESOURCE_WORDS,
    STATUS_WORDS,
)

COLUMNS_FILE = Path(__file__).with_name("columns.toml")
RESULTS = "results"
"""Section with the headings of the workbook's columns."""
_WORD_LISTS: Mapping[str, Mapping[str, str]] = {
    "accreditations": ACCREDITATION_WORDS,
    "areas": AREA_WORDS,
    "benefits": BENEFIT_WORDS,
    "causes": CAUSE_WORDS,
    "decisions": DECISION_WORDS,
    "programmes": PROGRAMME_WORDS,
    "resources": RESOURCE_WORDS,
    "stages": LEFT_AT_WORDS,
    "statuses": STATUS_WORDS,
}
_OF_TABLE = {"name": str, "id_column": str, "columns": dict, "content": str, "is_required": bool}
_OF_COLUMN = {
    "type": str,
    "words": str,
    "low": (int, float),
    "high": (int, float),
    "required": bool,
    "blank": str,
    "unreadable": str,
    "unique": bool,
    "refers_to": str,
    "excludes": bool,
    "passes_through": bool,
}
_OF_LANGUAGE = {"meaning": str, "label": str, "headings": list, "fallback_headings": list, "example": str}


@cache
def _sections(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def result_headings(path: Path = COLUMNS_FILE) -> Mapping[str, Mapping[str, str]]:
    """Headings of the workbook's columns, by column and language."""
    headings: dict[str, dict[str, str]] = _sections(path)[RESULTS]
    return headings


def load_tables(path: Path = COLUMNS_FILE) -> dict[str, TableSpec]:
    """Tables that a file of columns describes, by key.

    Parameters
    ----------
    path : Path
        As ``columns.toml``, whose first lines describe it.

    Raises
    ------
    ValueError
        For the first entry that is unknown, missing or of the wrong type.
    """
    entries: dict[str, dict[str, Any]] = {}
    tables = {}
    for key, table in _sections(path).items():
        if key == RESULTS:
            continue
        _check(table, _OF_TABLE, key, needed=("name", "id_column", "columns"))
        for name, entry in table["columns"].items():
            where = f"{key}.{name}"
            entries[where] = _completed(entry, entries, where)
        columns = tuple(_column(name, entries[f"{key}.{name}"], f"{key}.{name}") for name in table["columns"])
        tables[key] = TableSpec(**{**table, "columns": columns})
    return tables


def _completed(entry: Mapping[str, Any], earlier: Mapping[str, Mapping[str, Any]], where: str) -> dict[str, Any]:
    """Entry of a column, with what it leaves to the column that it is like."""
    if "like" not in entry:
        return dict(entry)
    base = earlier[_known(entry["like"], earlier, where, "earlier column")]
    own = {
        key: {**base.get(key, {}), **value} if isinstance(value, dict) else value
        for key, value in entry.items()
        if key != "like"
    }
    return {**base, **own}


def _column(name: str, entry: Mapping[str, Any], where: str) -> ColumnSpec:
    by_language = {key: value for key, value in entry.items() if isinstance(value, dict)}
    facts = {key: value for key, value in entry.items() if key not in by_language}
    _check(facts, _OF_COLUMN, where, needed=("type",))
    _check(by_language, dict.fromkeys(by_language, dict), where, needed=("en",))
    for language, words in by_language.items():
        _check(words, _OF_LANGUAGE, f"{where}.{language}", needed=("meaning",))
    cell_type = _known(facts.pop("type"), [cell_type.value for cell_type in CellType], where, "type")
    words_name = facts.pop("words", None)
    _known(facts.get("blank", "ok"), ("ok", "warning", "error"), where, "value of blank")
    _known(facts.get("unreadable", "error"), ("warning", "error"), where, "value of unreadable")
    labels = {language: words["label"] for language, words in by_language.items() if "label" in words}
    headings, fallbacks = (
        [heading for words in by_language.values() for heading in words.get(key, ())]
        for key in ("headings", "fallback_headings")
    )
    return ColumnSpec(
        name,
        CellType(cell_type),
        by_language["en"]["meaning"],
        (*labels.values(), *headings, *fallbacks),
        fallback_headings=tuple(fallbacks),
        words=None if words_name is None else _WORD_LISTS[_known(words_name, _WORD_LISTS, where, "list of words")],
        labels=labels,
        examples={language: words["example"] for language, words in by_language.items() if "example" in words},
        meanings={language: words["meaning"] for language, words in by_language.items()},
        **facts,
    )


def _check(entry: Mapping[str, Any], types: Mapping[str, Any], where: str, needed: Collection[str]) -> None:
    """Raise an error when an entry has an unknown key or a value of the wrong type, or lacks what is needed."""
    for key, value in entry.items():
        wanted = types[_known(key, types, where, "key")]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
            raise ValueError(f"columns file: {where}: {key} = {value!r} is of the wrong type")
    if missing := [key for key in needed if key not in entry]:
        raise ValueError(f"columns file: {where}: {' and '.join(missing)} must be there")


def _known(value: str, known: Collection[str], where: str, what: str) -> str:
    """Value, as given, if it is known."""
    if value not in known:
        raise ValueError(f"columns file: {where}: there is no {what} '{value}'{nearest(value, list(known))}")
    return value
