"""A proposal for the settings that say which column each heading of a file is, to look over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
import tomlkit

from matcher.i18n.folding import fold
from matcher.i18n.language import Language, message
from matcher.jobs.cell_guesses import guessed_column
from matcher.tables.problems import TableError
from matcher.tables.read.heading_lines import labels_of
from matcher.tables.read.headings import HeadingUse, KnownHeadings
from matcher.tables.read.tables import Table, known_headings, read_table
from matcher.tables.schema.specs import ColumnSpec
from matcher.tables.schema.tables import TABLES

_LIKE_CELLS = message("please check: its cells look like it")
_LIKE_HEADING = message("please check: the heading looks like it")


def mapping_text(files: Sequence[Path], language: Language, name: str | None = None) -> str:
    """Settings with the columns of some files, as TOML with comments.

    Parameters
    ----------
    files : sequence of Path
        Of any kind that can be read.
    language : Language
        Of the comments.
    name : {"units", "nonprofits", "partnerships"}, optional
        What the files hold. Default: the table of which each has most headings.

    Raises
    ------
    TableError
        When a file cannot be read.
    """
    parts: dict[str, list[str]] = {}
    for file in files:
        table = _best_table(file, name)
        parts.setdefault(table.name, []).extend(_lines(table, language))
    head = language.phrase(
        "How the headings of your files are read: heading = column. Look it over, save it, and pass it with --settings."
    )
    off = language.phrase('An empty column, "", leaves a heading out; "name + nonprofit_id" makes two columns of one.')
    sections = [f"[columns.{name}]\n" + "\n".join(lines) for name, lines in parts.items()]
    return "\n\n".join([f"# {head}\n# {off}", *sections]) + "\n"


def _best_table(file: Path, name: str | None) -> Table:
    """Table of a file: the one that is asked for, or of which it has most headings."""
    tables = [read_table(each, file) for each in ([name] if name else TABLES)]
    for table in tables:
        if not table.heading_uses and table.problems:
            raise TableError(table.problems[:1])
    return max(tables, key=lambda table: _headings_known(table))


def _headings_known(table: Table) -> tuple[int, int]:
    known = known_headings(table.name)
    has_codes = any(known.column_of(use.heading) == known.spec.id_column for use in table.heading_uses)
    return sum(bool(use.columns) for use in table.heading_uses), int(has_codes)


def _lines(table: Table, language: Language) -> Iterator[str]:
    known = known_headings(table.name)
    yield "# " + language.phrase("{file}: {count} rows", file=table.file, count=len(table.frame))
    taken = {column for use in table.heading_uses for column in use.columns}
    made = {problem.column for problem in table.problems if problem.code == "codes_made"}
    guesses = _guesses(table, {column.name: column for column in known.spec.columns if column.name not in taken})
    taken |= {column for column, _ in guesses.values()}
    for use in {fold(use.heading): use for use in table.heading_uses}.values():
        yield _line(table, use, known, guesses.get(use.heading), language)
    for column in known.spec.columns:
        if column.required and column.name not in taken:
            note = (
                language.phrase("made from the names, as no column holds codes")
                if column.name in made
                else language.phrase("no column found for it: {meaning}", meaning=column.meaning_in(language.code))
            )
            yield f"# {column.name}: {note}"


def _guesses(table: Table, lacking: dict[str, ColumnSpec]) -> dict[str, tuple[str, str]]:
    """Columns that headings which are not read may stand for, each with the reason: its cells, or else the heading itself."""
    guesses: dict[str, tuple[str, str]] = {}
    others = [use for use in table.heading_uses if not use.columns]
    for use in others:
        cells = table.frame[use.heading] if use.passes_through else pd.Series(dtype="str")
        column = guessed_column(cells.dropna().astype("str"), lacking)
        if column is not None:
            guesses[use.heading] = (column, _LIKE_CELLS)
            del lacking[column]
    for use in others:
        if use.heading not in guesses and use.nearest in lacking:
            guesses[use.heading] = (use.nearest, _LIKE_HEADING)
            del lacking[use.nearest]
    return guesses


def _line(
    table: Table, use: HeadingUse, known: KnownHeadings, guess: tuple[str, str] | None, language: Language
) -> str:
    """Line of a heading: what it is read as, or else what it may be."""
    key = tomlkit.item(use.heading).as_string()
    if use.columns:
        if known.column_of(use.heading) is None:  # a choice of a question is read with the question
            choice = language.phrase("a choice of {column}", column=" + ".join(labels_of(table, use, language)))
            return f"# {key}: {choice}"
        return f'{key} = "{" + ".join(use.columns)}"'
    if guess is None:
        unused = language.phrase("not used; shown beside the results")
        return f'# {key} = ""  # {unused}'
    return f'{key} = "{guess[0]}"  # {language.phrase(guess[1])}'


def table_names() -> Mapping[str, str]:
    """What each table holds, by its name."""
    return {name: spec.content for name, spec in TABLES.items()}
