"""Words of codes that the workspace keeps: roles, tables, answers, states of jobs, and what the log says was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

from babel.dates import format_datetime
from django.utils import timezone

from matcher.errors import MatcherError
from matcher.i18n.language import Language, load_language, message
from matcher.learning.agreement import Answer, reviewer_agreement
from matcher.messages import Message
from matcher.reports.sentences.agreement import agreement_sentences, two_reviewers_in_words
from matcher.tables.problems import TableError, problem_lines

if TYPE_CHECKING:
    from matcher.workspace.models import LogEntry, ReviewEvent
    from matcher.workspace.reviewing import PairReview

PARTS = (
    ("home", message("Shortlists"), "viewer"),
    ("lists", message("Lists"), "viewer"),
    ("weigh", message("Weigh"), "manager"),
    ("disputed", message("To discuss"), "reviewer"),
    ("programmes", message("Programmes"), "viewer"),
    ("publications", message("Published"), "viewer"),
    ("outcomes", message("Outcomes"), "viewer"),
    ("privacy", message("Privacy"), "administrator"),
    ("people", message("People"), "administrator"),
    ("log", message("Log"), "manager"),
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
JOB_KINDS = {"match": message("Matching"), "publish": message("Publishing"), "learn": message("Learning")}
MOMENTS = {
    "agreed": message("agreed"),
    "half_way": message("half way"),
    "ended": message("ended"),
}
FILES = {
    "report.html": message("Page to read and send on"),
    "matches.xlsx": message("Workbook for Excel"),
    "board-paper.docx": message("Board paper in Word"),
    "letters-units.docx": message("Letters to the business units, in Word"),
    "letters-nonprofits.docx": message("Letters to the nonprofits, in Word"),
    "letters.csv": message("Subjects and texts of the letters, for mails"),
    "shortlist.csv": message("Shortlists for other programs"),
    "programmes.csv": message("Programmes for other programs"),
    "agenda.csv": message("Preparation agendas for other programs"),
    "words.csv": message("How the words were read"),
    "changes.csv": message("What changed since an earlier run"),
    "run.json": message("Record of the run: settings, versions and warnings"),
    "compare.parquet": message("For comparison with a later run of the command line"),
}
"""What the files of results are, in the order in which they are shown."""
STAGES = {
    "": message("in the queue"),
    "read": message("reading the lists"),
    "prepare": message("reading the texts"),
    "match": message("making the shortlists"),
    "programmes": message("planning programmes"),
    "compare": message("comparing"),
    "keep": message("keeping the results"),
    "learn": message("learning from what was decided"),
    "write": message("writing files"),
}
ACTIONS = {
    "list_uploaded": message("uploaded a list"),
    "list_mended": message("mended a list"),
    "list_downloaded": message("downloaded a list"),
    "personal_chosen": message("chose the personal columns"),
    "headings_chosen": message("chose how columns are read"),
    "words_chosen": message("chose how words are read"),
    "rows_merged": message("merged two rows"),
    "rows_kept_apart": message("said that two rows are two"),
    "list_seen": message("saw a list with personal columns"),
    "run_asked": message("asked for a matching run"),
    "run_cancelled": message("cancelled a run"),
    "learning_asked": message("asked what would be learned"),
    "settings_adopted": message("adopted settings"),
    "preferences_changed": message("changed the choices of the team"),
    "published": message("published results"),
    "link_made": message("made a link"),
    "link_revoked": message("revoked a link"),
    "link_read": message("a link was read"),
    "downloaded": message("downloaded a file"),
    "outcome_recorded": message("recorded an outcome"),
    "outcome_taken_back": message("took an outcome back"),
    "invited": message("invited somebody"),
    "joined": message("made an account"),
    "role_changed": message("changed a role"),
    "exported": message("exported what is known of somebody"),
    "erased": message("erased what was known of somebody"),
    "signed_in": message("signed in"),
    "plan_adopted": message("adopted a plan"),
}
_OF_ITSELF = frozenset({"signed_in", "run_asked", "run_cancelled", "settings_adopted", "preferences_changed"})
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


def log_sentence(entry: LogEntry, language: Language) -> str:
    """What somebody did, with what it was done to.

    Parameters
    ----------
    entry : LogEntry
    language : Language
    """
    action = language.phrase(ACTIONS.get(entry.action, entry.action))
    table, _, number = entry.subject.partition(" ")
    if table in TABLES and number:
        subject = language.phrase("{table}, version {number}", table=language.phrase(TABLES[table]), number=number)
    else:
        subject = "" if entry.action in _OF_ITSELF else entry.subject
    return f"{action}: {subject}" if subject else action


def moment_in_words(value: dt.datetime | None, language: Language) -> str:
    """Day and time for a reader; empty for none.

    Parameters
    ----------
    value : datetime or None
    language : Language
    """
    if value is None:
        return ""
    return str(format_datetime(timezone.localtime(value), format="d MMM y, HH:mm", locale=language.locale))


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
    answers = [
        Answer(event.by.shown_name, review.unit_id, review.nonprofit_id, event.value)
        for review in reviews
        for event in review.answers.values()
    ]
    found = reviewer_agreement(answers)
    said = agreement_sentences(found, language)
    return [*said, *(two_reviewers_in_words(two, language) for two in found.two_by_two)] if said else []
