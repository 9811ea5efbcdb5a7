"""The data folder beside its database: the two belong together, and what nothing names any more is taken away."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.workspace.environment import Environment
from matcher.workspace.models import ListVersion, Preferences, Publication, Run

logger = logging.getLogger("matcher")

_MARK = "workspace.id"
_OTHER = message("{folder} belongs to another database. Name that one with --database, or another folder with --data")
_SWEPT = message("Files that a stopped server left half done are taken away: {count}")


def bind(environment: Environment, *, anew: bool = False) -> None:
    """Note in the data folder to which database it belongs.

    Parameters
    ----------
    environment : Environment
    anew : bool
        Whether the folder may have belonged to another one: after its data were put in.

    Raises
    ------
    MatcherError
        When the folder belongs to another database.
    """
    own, path = str(Preferences.current().workspace_id), environment.data / _MARK
    if path.exists() and path.read_text(encoding="ascii").strip() != own and not anew:
        raise MatcherError(Message(_OTHER, folder=environment.data))
    path.write_text(own, encoding="ascii")


def sweep(environment: Environment) -> int:
    """Take away files that were left half done; the server does so before it answers.

    An upload, a run or an erasure writes its files before the database names them, or after it no longer does.

    Parameters
    ----------
    environment : Environment

    Returns
    -------
    int
        Their number.
    """
    found = list(_left(environment.data))
    for path in found:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    if found:
        logger.info(Message(_SWEPT, count=len(found)))
    return len(found)


def _left(folder: Path) -> Iterator[Path]:
    named = {
        "lists": set(ListVersion.objects.values_list("stored_as", flat=True)),
        "runs": {str(pk) for pk in Run.objects.values_list("pk", flat=True)},
        "publications": {str(pk) for pk in Publication.objects.values_list("pk", flat=True)},
    }
    for part, names in named.items():
        if (folder / part).is_dir():
            yield from (path for path in (folder / part).iterdir() if path.name not in names)
