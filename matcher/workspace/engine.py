"""The latest run in memory, to answer at once what its stored pages do not hold; made again after a restart."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings as django_settings

from matcher.api.live import LiveMatch
from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.jobs.match import MatchedRun, compute
from matcher.messages import Message
from matcher.workspace.inputs import run_files, run_settings
from matcher.workspace.models import Run

logger = logging.getLogger("matcher")

_NOT_LOADED = message("The last run is still being read into memory. Try again in a moment")
_NO_RUN = message("There is no run yet. Start one first")
_WAIT_SECONDS = 20.0


class NotReadyError(MatcherError):
    """What was asked needs the run in memory, and it is not there yet."""


@dataclass(frozen=True)
class Engine:
    """A run in memory.

    Attributes
    ----------
    run_id : int
    computed : MatchedRun
    """

    run_id: int
    computed: MatchedRun

    @cached_property
    def live(self) -> LiveMatch:
        """Run on which other settings can be tried."""
        return LiveMatch(self.computed.match)


class _Holder:
    """Keeps one engine, and makes it once however many ask for it."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def put(self, engine: Engine) -> None:
        self._engine = engine

    def of_latest(self, wait_seconds: float) -> Engine:
        run = Run.latest()
        if run is None:
            raise NotReadyError(Message(_NO_RUN))
        found = self._engine
        if found is not None and found.run_id == run.pk:
            return found
        if not self._lock.acquire(timeout=wait_seconds):
            raise NotReadyError(Message(_NOT_LOADED))
        try:
            found = self._engine
            if found is None or found.run_id != run.pk:
                found = self._engine = Engine(run.pk, _computed_again(run))
            return found
        finally:
            self._lock.release()


_HOLDER = _Holder()


def put_engine(run: Run, computed: MatchedRun) -> None:
    """Keep a run that was just computed.

    Parameters
    ----------
    run : Run
    computed : MatchedRun
    """
    _HOLDER.put(Engine(run.pk, computed))


def engine(wait_seconds: float = _WAIT_SECONDS) -> Engine:
    """Engine of the latest run; it is computed again from what the run was made of where it is not in memory.

    Raises
    ------
    NotReadyError
        When there is no run, or another thread is still at it after the wait.
    """
    return _HOLDER.of_latest(wait_seconds)


def _computed_again(run: Run) -> MatchedRun:
    cache_folder: Path = django_settings.ENVIRONMENT.cache_folder
    return compute(run_files(run), run_settings(run), cache_folder=cache_folder, with_snapshot=False)
