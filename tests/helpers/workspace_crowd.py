"""People who use a workspace at once, and what the server accepted of them."""

from __future__ import annotations

import contextlib
import http.client
import re
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from helpers.paths import EXAMPLE
from helpers.postgresql import postgresql
from helpers.workspace_server import Visitor, WorkspaceData, matched_workspace

_FAULTY_LIST = b"Code;Naam;Missie;Plaats\nn1;De Brug;Samen eten;Zwolle\nn1;De Brug;Samen eten;Zwolle\n"
"""A list with an error: a version to keep, while runs go on with the lists that they had."""
Pairs = Sequence[tuple[str, str]]


@contextlib.contextmanager
def example_workspace(*, on_postgresql: bool) -> Iterator[WorkspaceData]:
    """A workspace with the matched example, in a folder of its own.

    Parameters
    ----------
    on_postgresql : bool
        Keep it in a cluster that is started for it, instead of SQLite.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        names = ("units", "nonprofits", "partnerships")
        data = matched_workspace(folder / "data", {name: EXAMPLE / f"{name}.csv" for name in names})
        if on_postgresql:
            cluster = stack.enter_context(postgresql())
            data.command("workspace", "backup", str(folder / "backup.zip"))
            data = WorkspaceData(folder / "other", cluster.new_database())
            data.command("workspace", "restore", str(folder / "backup.zip"))
        yield data


class Reviewer:
    """Somebody who opens pairs and answers on them, and remembers what was accepted.

    Parameters
    ----------
    visitor : Visitor
        Signed in, where that is needed.
    name : str
        Begins the notes.
    pairs : sequence of (str, str)
        Ids of unit and nonprofit.
    """

    def __init__(self, visitor: Visitor, name: str, pairs: Pairs) -> None:
        self.visitor, self.name, self.pairs = visitor, name, pairs
        self.accepted: list[str] = []
        self.conflicts = 0
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self._count = 0
        visitor.headers["HX-Request"] = "true"

    def review_next(self) -> None:
        """Open the next pair and answer on it; where somebody answered meanwhile, look and answer again."""
        unit, nonprofit = self.pairs[self._count % len(self.pairs)]
        note = f"{self.name}-{self._count}"
        self._count += 1
        status, text = self._timed("open", lambda: self.visitor.get(f"/pair/?unit={unit}&nonprofit={nonprofit}"))
        assert status == 200, text[:500]
        for _ in range(50):
            found = re.search(r'name="seen" value="(\d+)"', text)
            values = {"unit": unit, "nonprofit": nonprofit, "seen": found.group(1) if found else "0"}
            status, text = self._timed(
                "answer", lambda sent=values: self.visitor.post("/pair/answer/", answer="maybe", note=note, **sent)
            )
            if status == 200:
                self.accepted.append(note)
                return
            assert status == 409, text[:500]
            self.conflicts += 1

    def upload_next(self) -> None:
        """Upload a list with an error."""
        note = f"{self.name}-{self._count}.csv"
        self._count += 1
        status, text = self._timed(
            "upload", lambda: self.visitor.upload("/lists/upload/", note, _FAULTY_LIST, table="nonprofits")
        )
        assert status == 302, text[:500]
        self.accepted.append(note)

    def _timed(self, kind: str, ask: Callable[[], tuple[int, str]]) -> tuple[int, str]:
        started = time.perf_counter()
        answer = ask()
        self.seconds[kind].append(time.perf_counter() - started)
        return answer


def work_until_stopped(people: Sequence[Reviewer], stop: Callable[[], None], pause: Callable[[], float]) -> list[str]:
    """Let people work at once, the first at uploads, until the server is stopped under them.

    Parameters
    ----------
    people : sequence of Reviewer
    stop : callable
        Waits, and stops the server.
    pause : callable
        Gives the seconds that somebody thinks.

    Returns
    -------
    list of str
        Notes and names of files that were accepted.
    """
    faults: list[BaseException] = []

    def work(step: Callable[[], None]) -> None:
        try:
            while True:
                step()
                time.sleep(pause())
        except (OSError, http.client.HTTPException):
            return
        except BaseException as error:
            faults.append(error)

    steps = [people[0].upload_next, *(person.review_next for person in people[1:])]
    threads = [threading.Thread(target=work, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    stop()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return [note for person in people for note in person.accepted]


def lost(data: WorkspaceData, accepted: Sequence[str]) -> set[str]:
    """What was accepted and is not in the database, or is not whole there.

    Parameters
    ----------
    data : WorkspaceData
    accepted : sequence of str
        Notes and names of files.
    """
    kept = data.run(
        "from django.db.models import Max\n"
        "print(*ReviewEvent.objects.values_list('note', flat=True))\n"
        "print(*ListVersion.objects.values_list('file_name', flat=True))\n"
        "assert all(version.path.exists() for version in ListVersion.objects.all())\n"
        "assert all(pair.last_event == pair.last for pair in PairState.objects.annotate(last=Max('events__id')))\n"
        "from django.db import connection\n"
        "if connection.vendor == 'sqlite':\n"
        "    assert connection.cursor().execute('PRAGMA integrity_check').fetchall() == [('ok',)]\n"
    )
    return set(accepted) - set(kept.split())
