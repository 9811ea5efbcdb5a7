"""The queue: one thread takes the jobs of the database one after another, and again after a restart."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping

from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone

from matcher.errors import MatcherError
from matcher.i18n.language import available_languages, message
from matcher.jobs.records import Stopwatch
from matcher.messages import Message
from matcher.workspace.engine import NotReadyError, engine
from matcher.workspace.erasure import forget_old
from matcher.workspace.learned_trial import learn_from_run
from matcher.workspace.matching import match_lists
from matcher.workspace.models import Job
from matcher.workspace.publishing import write_publication
from matcher.workspace.wording import error_lines

logger = logging.getLogger("matcher")

_POLL_SECONDS = 1.0
_FORGET_SECONDS = 24 * 3600
_FAULT = message("Something in the program failed ({error}). The last results stay; the log of the server says more")
_TOO_LITTLE_MEMORY = message("There is too little memory for this run. Close other programs, or use shorter lists")
_DATABASE_LOST = message("The database did not answer. The last results stay; start the run again")
_NO_QUEUE = message("The database does not answer; the queue of jobs is read again when it does ({error})")
_QUEUE_FAILED = message("The queue of jobs cannot be read; it is tried again")
_JOB_FAILED = message("Job {number} failed")

Task = Callable[[Job, Stopwatch], None]


class CancelledError(Exception):
    """Somebody asked to cancel the job."""


class JobWatch(Stopwatch):
    """Times the stages of a job, shows the one it is in, and stops between two where somebody asked to cancel.

    Parameters
    ----------
    job : Job
    """

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        self._job.refresh_from_db(fields=["is_cancel_asked"])
        if self._job.is_cancel_asked:
            raise CancelledError
        Job.objects.filter(pk=self._job.pk).update(stage=name)
        with super().stage(name):
            yield


def _match(job: Job, watch: Stopwatch) -> None:
    match_lists(watch, job.made_by)


def _publish(job: Job, watch: Stopwatch) -> None:
    write_publication(job.arguments["publication"], watch)


def _learn(job: Job, watch: Stopwatch) -> None:
    with watch.stage("learn"):
        learn_from_run()


TASKS: Mapping[str, Task] = {"match": _match, "publish": _publish, "learn": _learn}


class Worker:
    """Takes the jobs of the queue, one after another, in a thread of its own."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._forget_at = time.monotonic()
        self._thread = threading.Thread(target=self._work, name="matcher-worker", daemon=True)

    def start(self) -> None:
        """Take up what a stopped server left, and go on from there."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs; one that runs is taken up at the next start."""
        self._stop.set()

    def _work(self) -> None:
        begins = True
        while not self._stop.is_set():
            close_old_connections()
            try:
                if begins:
                    take_up_left()
                    begins = False
                    with contextlib.suppress(NotReadyError, MatcherError, OSError):
                        if not Job.objects.filter(state=Job.WAITING).exists():
                            engine()
                if time.monotonic() >= self._forget_at:
                    forget_old()
                    self._forget_at = time.monotonic() + _FORGET_SECONDS
                if not run_next():
                    self._stop.wait(_POLL_SECONDS)
            except (OperationalError, InterfaceError) as error:
                # It comes back. The job that ran, if there was one, could not be ended: it is taken up again then.
                logger.warning(Message(_NO_QUEUE, error=str(error).split("\n")[0]))
                begins = True
                self._stop.wait(_POLL_SECONDS * 5)
            except Exception:
                logger.exception(Message(_QUEUE_FAILED))
                self._stop.wait(_POLL_SECONDS * 5)


def take_up_left() -> None:
    """Put jobs that were running when the server stopped, or lost its database, back into the queue."""
    Job.objects.filter(state=Job.RUNNING).update(state=Job.WAITING, stage="")


def run_next() -> bool:
    """Run the next job that waits; whether there was one."""
    with transaction.atomic():
        job = Job.objects.select_for_update().filter(state=Job.WAITING).order_by("id").first()
        if job is None:
            return False
        job.state, job.started_at, job.message = Job.RUNNING, timezone.now(), []
        job.save()
    state, text = Job.DONE, {}
    try:
        TASKS[job.kind](job, JobWatch(job))
    except CancelledError:
        state = Job.CANCELLED
    except MatcherError as error:
        state, text = Job.FAILED, _in_every_language(error)
    except (OperationalError, InterfaceError):
        close_old_connections()
        state, text = Job.FAILED, _in_every_language(MatcherError(Message(_DATABASE_LOST)))
    except MemoryError:
        state, text = Job.FAILED, _in_every_language(MatcherError(Message(_TOO_LITTLE_MEMORY)))
    except Exception as error:
        logger.exception(Message(_JOB_FAILED, number=job.pk))
        state, text = Job.FAILED, _in_every_language(MatcherError(Message(_FAULT, error=type(error).__name__)))
    Job.objects.filter(pk=job.pk).update(state=state, message=text, ended_at=timezone.now(), stage="")
    return True


def _in_every_language(error: MatcherError) -> dict[str, list[str]]:
    """Lines of an error by language, so that everyone reads them in their own."""
    return {code: error_lines(error, code) for code in available_languages()}
