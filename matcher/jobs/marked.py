"""Copies of the lists of a run in which the problems are marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matcher.errors import SettingsError
from matcher.i18n.language import Language
from matcher.messages import Message
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.problems import Problem
from matcher.tables.schema.tables import TABLE_NAMES, TABLES
from matcher.tables.write.files import write_bytes_atomic
from matcher.tables.write.marked import marked_workbook


def check_marked_name(out: Path, files: Mapping[str, Path], language: Language) -> None:
    """Check that the marked copies can be written under a name.

    Parameters
    ----------
    out : Path
    files : mapping of str to Path
        The lists, by the name of their table.
    language : Language
        Of what the lists hold.

    Raises
    ------
    SettingsError
        When it is no name of a workbook, or that of one of the lists.
    """
    if out.suffix.lower() != ".xlsx":
        raise SettingsError(Message("--marked writes a workbook: let its name end in .xlsx, as in marked.xlsx"))
    taken = {path.resolve() for path in files.values()}
    if taken & {path.resolve() for path in marked_names(out, files, language).values()}:
        raise SettingsError(
            Message("--marked names one of your lists: choose another name, so that the list stays as it is")
        )


def marked_names(out: Path, files: Mapping[str, Path], language: Language) -> dict[Path, Path]:
    """Name of the marked copy of each list: the one given, with what the list holds where there are several.

    Parameters
    ----------
    out : Path
    files : mapping of str to Path
        The lists, by the name of their table.
    language : Language
        Of what the lists hold.
    """
    by_path = {files[name]: name for name in reversed(TABLES) if name in files}
    if len(by_path) == 1:
        return dict.fromkeys(by_path, out)
    return {
        path: out.with_stem(f"{out.stem}-{language.phrase(TABLE_NAMES[by_path[path]])}") for path in reversed(by_path)
    }


def write_marked(
    files: Mapping[str, Path],
    tables: Tables,
    problems: Sequence[Problem],
    settings: Settings,
    out: Path,
    language: Language,
    read_as: Sequence[str] = (),
) -> list[Path]:
    """Write the marked copies of the lists that could be read, and return their paths.

    Parameters
    ----------
    files : mapping of str to Path
    tables : Tables
        As they were read from the files.
    problems : sequence of Problem
        Those to mark.
    settings : Settings
        With the user's own headings.
    out : Path
    language : Language
        Of the comments.
    read_as : sequence of str
        How headings and words were read, a line each that names its file.
    """
    columns = {name: settings.columns.of(name) for name in files}
    written = []
    for path, target in marked_names(out, files, language).items():
        of_path = [tables.by_name[name] for name in files if files[name] == path and tables.by_name[name].heading_uses]
        if of_path:
            mine = [line for line in read_as if path.name in line]
            write_bytes_atomic(target, marked_workbook(path, of_path, problems, columns, language, mine))
            written.append(target)
    return written
