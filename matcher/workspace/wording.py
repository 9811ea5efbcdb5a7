"""Words of codes that the workspace keeps: roles, tables, answers, states of jobs, and what the log says was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from babel.dates import format_datetime
from django.utils import timezone

from matcher.errors import MatcherError
from matcher.i18n.language import Language, counted_message, load_language, message
from matcher.messages import Message
from matcher.tables.problems import TableError, problem_lines

if TYPE_CHECKING:
    from matcher.workspace.models import ReviewEvent
    from matcher.workspace.reviewing import PairReview

PARTS = (
    ("home", message("Shortlists"), "viewer"),
    ("disputed", message("To discuss"), "reviewer"),
    ("programmes", message("Programmes"), "viewer"),
    ("people", message("People"), "administrator"),
)
"""Parts of the workspace in order: address, heading, and the least role that opens it."""
ROLES = {
    "viewer": message("viewer: reads everything but personal columns"),
    "reviewer": message("reviewer: answers on pairs too"),
    "manager": message("manager: changes lists, settings and programmes, and publishes too"),
    "administrator": message("administrator: manages people and privacy too"),
}
ROLE_NAMES = {
    "viewer": message("viewer"),
    "reviewer": message("reviewer"),
    "manager": message("manager"),
    "administrator": message("administrator"),
}
TABLES = {
    "units": message("Business units"),
    "nonprofits": message("Nonprofits"),
    "partnerships": message("Partnerships"),
}
ANSWERS = {"yes": message("Yes"), "no": message("No"), "maybe": message("Maybe"), "": message("No answer")}
JOB_STATES = {
    "waiting": message("waits"),
    "running": message("runs"),
    "done": message("done"),
    "failed": message("failed"),
    "cancelled": message("cancelled"),
}
JOB_KINDS = {"match": message("Matching"), "publish": message("Publishing")}
STAGES = {
    "": message("in the queue"),
    "read": message("reading the lists"),
    "prepare": message("reading the texts"),
    "match": message("making the shortlists"),
    "programmes": message("planning programmes"),
    "compare": message("comparing"),
    "keep": message("keeping the results"),
    "write": message("writing files"),
}
ACTIONS = {
    "list_uploaded": message("uploaded a list"),
    "list_mended": message("mended a list"),
    "list_downloaded": message("downloaded a list"),
    "personal_chosen": message("chose the personal columns"),
    "headings_chosen": message("chose how columns are read"),
    "run_asked": message("asked for a matching run"),
    "run_cancelled": message("cancelled a run"),
    "settings_adopted": message("adopted settings"),
    "preferences_changed": message("changed the choices of the team"),
    "published": message("published results"),
    "link_made": message("made a link"),
    "link_revoked": message("revoked a link"),
    "link_read": message("a link was read"),
    "downloaded": message("downloaded a file"),
    "outcome_recorded": message("recorded an outcome"),
    "invited": message("invited somebody"),
    "joined": message("made an account"),
    "role_changed": message("changed a role"),
    "exported": message("exported what is known of somebody"),
    "erased": message("erased what was known of somebody"),
    "signed_in": message("signed in"),
    "plan_adopted": message("adopted a plan"),
}
_SEVERAL = counted_message(
    "1 pair was answered by more than one person; on {agreed} of these they agree.",
    "{count} pairs were answered by more than one person; on {agreed} of these they agree.",
)
_SAID = {
    "answer": message("{who} answered {answer}, {when}"),
    "settlement": message("{who} settled on {answer}, {when}"),
}


def event_sentence(event: ReviewEvent, language: Language) -> str:
    """What somebody said about a pair, as a sentence.

    Parameters
    ----------
    event : ReviewEvent
    language : Language
    """
    values = {"who": event.by.shown_name, "when": moment_in_words(event.at, language)}
    if event.undoes_id:
        return language.phrase("{who} undid that, {when}", **values)
    if event.kind == "assignment":
        if event.assignee is None:
            return language.phrase("{who} asks nobody any more, {when}", **values)
        return language.phrase("{who} asked {name} to look, {when}", name=event.assignee.shown_name, **values)
    if not event.value:
        return language.phrase("{who} took it back, {when}", **values)
    answer = language.phrase(ANSWERS[event.value]).lower()
    text = language.phrase(_SAID[event.kind], answer=answer, **values)
    return f"{text}: {event.note}" if event.note else text


def moment_in_words(value: dt.datetime | None, language: Language) -> str:
    """Day and time for a reader; empty for none.

    Parameters
    ----------
    value : datetime or None
    language : Language
    """
    if value is None:
        return ""
    return str(format_datetime(timezone.localtime(value), format="medium", locale=language.locale))


def error_lines(error: MatcherError, code: str) -> list[str]:
    """Return an error in words, a line each.

    Parameters
    ----------
    error : MatcherError
    code : str
        Of the language.
    """
    language = load_language(code)
    if isinstance(error, TableError):
        return problem_lines([problem for problem in error.problems if problem.is_error], language)
    return [language.render(error.args[0]) if error.args and isinstance(error.args[0], Message) else str(error)]


def agreement_lines(reviews: Sequence[PairReview], language: Language) -> list[str]:
    """Sentences on how far reviewers agree; none where no pair was answered by two.

    Parameters
    ----------
    reviews : sequence of PairReview
    language : Language
    """
    several = [review for review in reviews if len(review.answers) > 1]
    if not several:
        return []
    agreed = sum(len(review.values) == 1 for review in several)
    return [language.count_phrase(*_SEVERAL, len(several), agreed=language.number(agreed))]
