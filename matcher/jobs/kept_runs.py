"""Whole runs, kept between nights: where nothing changed, their results are written again.

Each run is one file: a digest, then an archive of its results and of what is known of it. It is written whole and then
renamed, so that several processes may write at once. This module imports little: a run that is kept should take no
longer than looking whether its input is the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import logging
import os
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from matcher.errors import MatcherError, system_reason
from matcher.messages import Message
from matcher.reports.sentences.run import RunSummary

logger = logging.getLogger("matcher")

RUNS_FOLDER = "runs"
_LAYOUT = b"matcher run 1\n"
_DIGEST_BYTES = 32
_ABOUT = "about"
_ENDING = ".run"


@dataclass(frozen=True)
class KeptRun:
    """The results of a run.

    Attributes
    ----------
    files : dict of str to bytes
        Content by file name, in the order of writing.
    outdated : tuple of str
        Names of files that an earlier run may have left and this one does not write.
    summary : RunSummary
        Summary for the terminal.
    days : tuple of str
        First and last day, in ISO form, on which the run has these results.
    computed : str
        Time of its computation, in ISO form.
    """

    files: dict[str, bytes]
    outdated: tuple[str, ...]
    summary: RunSummary
    days: tuple[str, str]
    computed: str

    def is_of(self, day: dt.date) -> bool:
        """Whether the results are those of a run on a day."""
        first, last = self.days
        return first <= day.isoformat() <= last


class KeptRuns:
    """The runs in a cache folder.

    Parameters
    ----------
    folder : Path
        The cache folder.
    max_bytes : int
        Space for all of them together; those used longest ago are deleted first.
    """

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder / RUNS_FOLDER
        self._max_bytes = max_bytes

    def find(self, key: str, day: dt.date) -> KeptRun | None:
        """Run of a key as it would be on a day; None where there is none, or where it is damaged, and then deleted.

        Parameters
        ----------
        key : str
        day : date
        """
        path = self._folder / f"{key}{_ENDING}"
        try:
            run = _unpacked(path.read_bytes())
        except FileNotFoundError:
            return None
        except OSError as error:
            logger.warning(
                Message(
                    "the run in {path} cannot be read ({error}): it is computed", path=path, error=system_reason(error)
                )
            )
            return None
        with contextlib.suppress(OSError):
            if run is None:
                logger.warning(Message("the run kept in {path} is damaged: it is computed again", path=path))
                path.unlink()
            else:
                os.utime(path)
        return run if run is not None and run.is_of(day) else None

    def keep(self, key: str, run: KeptRun) -> None:
        """Keep a run, in the place of an older one of its key; one that is larger than all the space is not kept.

        Parameters
        ----------
        key : str
        run : KeptRun
        """
        from matcher.tables.write.files import write_bytes_atomic

        content = _packed(run)
        if len(content) > self._max_bytes:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(len(content))
            write_bytes_atomic(self._folder / f"{key}{_ENDING}", content)
        except (OSError, MatcherError) as error:
            logger.warning(
                Message(
                    "the run cannot be kept in {folder} ({error}): its results are written all the same",
                    folder=self._folder,
                    error=error if isinstance(error, MatcherError) else system_reason(error),
                )
            )

    def _make_room(self, needed: int) -> None:
        """Delete the files used longest ago, what killed processes left half written among them."""
        files = sorted(_stated(self._folder), key=lambda item: item[1].st_mtime)
        taken = sum(stat.st_size for _, stat in files)
        for path, stat in files:
            if taken + needed <= self._max_bytes:
                break
            path.unlink(missing_ok=True)
            taken -= stat.st_size


def kept_runs_count(folder: Path) -> int:
    """Number of runs that are kept in a cache folder."""
    return len(list((folder / RUNS_FOLDER).glob(f"[!.]*{_ENDING}")))


def _stated(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):  # another process may delete it meanwhile
            yield path, path.stat()


def _packed(run: KeptRun) -> bytes:
    about: dict[str, Any] = {name: value for name, value in asdict(run).items() if name != "files"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(_ABOUT, json.dumps(about))
        for name, content in run.files.items():
            archive.writestr(f"{RUNS_FOLDER}/{name}", content)
    content = _LAYOUT + buffer.getvalue()
    return _digest(content) + content


def _unpacked(content: bytes) -> KeptRun | None:
    """Run of a file; None where the file is not as it was written."""
    digest, content = content[:_DIGEST_BYTES], content[_DIGEST_BYTES:]
    if digest != _digest(content) or not content.startswith(_LAYOUT):
        return None
    with zipfile.ZipFile(io.BytesIO(content[len(_LAYOUT) :])) as archive:
        about = json.loads(archive.read(_ABOUT))
        names = [name for name in archive.namelist() if name != _ABOUT]
        files = {name.partition("/")[2]: archive.read(name) for name in names}
    said = about["summary"]
    return KeptRun(
        files,
        tuple(about["outdated"]),
        RunSummary(tuple(said["warnings"]), tuple(said["lines"]), said["made"]),
        tuple(about["days"]),
        about["computed"],
    )


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=_DIGEST_BYTES).digest()
