"""Write results: whole or not at all, and never as something that a program would run."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from matcher.errors import OutputError, system_reason
from matcher.messages import Message
from matcher.tables.formula_guard import safe_cell
from matcher.tables.write.staging import put_in_one_step, staged

if TYPE_CHECKING:
    import pandas as pd

    from matcher.i18n.language import Language

_INSIDE = "results"


def csv_text(frame: pd.DataFrame, excel: Language | None = None) -> str:
    """A frame as CSV: comma, decimal point, line feeds, text cells and headings guarded.

    Parameters
    ----------
    frame : DataFrame
    excel : Language, optional
        Language of an Excel that opens the file by a double click: it looks for the byte order mark, and where numbers have
        a decimal comma for semicolons. Default: for other programs.
    """
    import pandas as pd  # here, so that files alone are written without it

    guarded = frame.copy()
    for column in guarded.columns:
        if not pd.api.types.is_numeric_dtype(guarded[column]):
            guarded[column] = guarded[column].map(
                lambda cell: safe_cell(cell) if isinstance(cell, str) else cell, na_action="ignore"
            )
    guarded.columns = pd.Index([safe_cell(str(column)) for column in guarded.columns])
    lines = _LineFeeds()
    if excel is None:
        guarded.to_csv(lines, index=False, lineterminator="\r\n")
        return lines.getvalue()
    separator = ";" if excel.decimal_symbol == "," else ","
    guarded.to_csv(lines, index=False, lineterminator="\r\n", sep=separator, decimal=excel.decimal_symbol)
    return "\ufeff" + lines.getvalue()


class _LineFeeds(io.StringIO):
    """Takes rows that end in CR LF and ends them in LF.

    A writer of CSV quotes the signs of its own line end only: one that ends lines in LF would leave a lone CR bare,
    which ends a line for every reader.
    """

    def write(self, row: str) -> int:
        return super().write(row.removesuffix("\r\n") + "\n")


def write_text_atomic(path: Path, text: str) -> None:
    """Write a text file whole or not at all, in UTF-8; see :func:`write_bytes_atomic`.

    Parameters
    ----------
    path : Path
    text : str
    """
    write_bytes_atomic(path, text.encode("utf-8"))


def write_bytes_atomic(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: to a temporary file beside it, then renamed.

    Parameters
    ----------
    path : Path
    content : bytes

    Raises
    ------
    OutputError
        When the folder is not there or may not be written to.
    """
    try:
        with _temporary_beside(path) as temporary:
            temporary.write_bytes(content)
            os.replace(temporary, path)
    except OSError as error:
        raise OutputError(
            Message(
                "{path} cannot be written: {reason}. Name another place or check your rights",
                path=path,
                reason=system_reason(error),
            )
        ) from None


@contextlib.contextmanager
def _temporary_beside(path: Path) -> Iterator[Path]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        temporary.chmod(0o666 & ~_umask())
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_results(folder: Path, files: dict[str, str | bytes], outdated: Collection[str] = ()) -> None:
    """Write the files of a run into a folder, whole or not at all.

    A new folder appears by one rename. One that is already there is exchanged, in one step, for one with the new
    files and all others that stood in it, but for outdated ones. Where the system cannot do that (another owner's
    folder, a mount point, the working folder of the run) the last file of the mapping (the record of the run) is taken
    away first and put back last, so that where it stands, all the others are whole and of the same run.

    Parameters
    ----------
    folder : Path
    files : dict of str to str or bytes
        Content by file name; the record of the run last.
    outdated : collection of str
        Names of files that an earlier run may have left and this one does not write: they are taken away.

    Raises
    ------
    OutputError
        When the folder cannot be made or written to.
    """
    with contextlib.ExitStack() as held:
        try:
            # A link to a folder stays a link.
            target = Path(os.path.realpath(folder))
            target.parent.mkdir(parents=True, exist_ok=True)
            staging = held.enter_context(_staged_near(target))
        except OSError as error:
            raise OutputError(
                Message(
                    "folder {folder} cannot be made: {reason}. Name another place with --out",
                    folder=folder,
                    reason=system_reason(error),
                )
            ) from None
        try:
            staging.chmod(0o777 & ~_umask())
            for name, content in files.items():
                data = content.encode("utf-8") if isinstance(content, str) else content
                (staging / name).write_bytes(data)
            if not target.exists():
                os.rename(staging, target)
            elif not put_in_one_step(staging, target, {*files, *outdated}):
                # Only files in the folder itself can be renamed into it: a mount point is another file system.
                inside = held.enter_context(staged(target / _INSIDE))
                for name in files:
                    shutil.copyfile(staging / name, inside / name)
                _put_one_by_one(inside, target, list(files), outdated)
        except OSError as error:
            raise OutputError(
                Message(
                    "results cannot be written to {folder}: {reason}. Name another folder with --out",
                    folder=folder,
                    reason=system_reason(error),
                )
            ) from None


def write_new_results(folder: Path, files: dict[str, str | bytes]) -> list[Path]:
    """Write files that people change into a folder, none of them over one that is there.

    Parameters
    ----------
    folder : Path
    files : dict of str to str or bytes
        Content by file name.

    Returns
    -------
    list of Path

    Raises
    ------
    OutputError
        When the folder cannot be written to, or holds a file of that name.
    """
    paths = [folder / name for name in files]
    for path in paths:
        if path.exists():
            raise OutputError(
                Message("{path} is there already and is not written over. Name another folder with --out", path=path)
            )
    write_results(folder, files)
    return paths


@contextlib.contextmanager
def _staged_near(target: Path) -> Iterator[Path]:
    """Give a staging folder beside a folder, or in it where nothing may be made beside it."""
    with contextlib.ExitStack() as held:
        try:
            staging = held.enter_context(staged(target))
        except OSError:
            if not target.is_dir():
                raise
            staging = held.enter_context(staged(target / _INSIDE))
        yield staging


def _put_one_by_one(staging: Path, folder: Path, names: list[str], outdated: Collection[str]) -> None:
    (folder / names[-1]).unlink(missing_ok=True)
    for name in set(outdated) - set(names):
        (folder / name).unlink(missing_ok=True)
    for name in names:
        os.replace(staging / name, folder / name)
