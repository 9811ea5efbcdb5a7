"""What to do next: the steps from lists to a publication, with how far each is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from matcher.i18n.language import Language
from matcher.tables.schema.tables import TABLES
from matcher.workspace import wording
from matcher.workspace.models import ListVersion, Publication, ReviewEvent, Role, Run
from matcher.workspace.templating import url
from matcher.workspace.wording import moment_in_words

DONE, NOW, LATER = "done", "now", "later"


@dataclass(frozen=True)
class Step:
    """One step of the cycle.

    Attributes
    ----------
    heading, text : str
        What is done in it, and how far that is.
    action, address : str
        What the link or button says, and where it leads.
    state : {"done", "now", "later"}
    least : Role
        Who can do it.
    is_post : bool
        Whether it is a button that starts something.
    """

    heading: str
    text: str
    action: str
    address: str
    state: str
    least: Role = Role.MANAGER
    is_post: bool = False


def steps(run: Run | None, lists: Sequence[Mapping[str, Any]], *, is_stale: bool, language: Language) -> list[Step]:
    """Steps from lists to a publication; the first that is not done is the one to do now.

    Parameters
    ----------
    run : Run or None
        The last one.
    lists : sequence of mapping
        Its shortlists, with ``unit_id``, ``name``, ``pairs``, ``decided`` and ``disputed``.
    is_stale : bool
        Whether a list is newer than the run.
    language : Language
    """
    found = [step_of_lists(language), _match(run, language, is_stale=is_stale)]
    if run is not None:
        found += [_review(lists, language), _take_up(run, language), _publish(run, language)]
    now = next((number for number, step in enumerate(found) if step.state != DONE), len(found))
    return [*found[:now], *(replace(step, state=NOW) for step in found[now : now + 1]), *found[now + 1 :]]


def answers_since(run: Run) -> int:
    """Answers, and what was settled and taken back, since a run: the next takes them up."""
    return int(ReviewEvent.objects.filter(id__gt=run.last_event).exclude(kind=ReviewEvent.ASSIGNMENT).count())


def step_of_lists(language: Language) -> Step:
    """First step, for the pages on which lists are uploaded too."""
    phrase = language.phrase
    heading, address = phrase("Bring your lists"), reverse("lists")
    newest = {table: ListVersion.objects.filter(table=table).order_by("-number").first() for table in TABLES}
    in_use = {table: ListVersion.in_use(table) for table in TABLES}
    own = [found for found in in_use.values() if found is not None and not found.is_example]
    wrong = next((found for found in newest.values() if found is not None and not found.is_usable), None)
    missing = [table for table, spec in TABLES.items() if spec.is_required and in_use[table] is None]
    if wrong is not None:
        name = phrase(wording.TABLES[wrong.table])
        text = phrase("{table}: the newest version has errors and is not used yet.", table=name)
        return Step(heading, text, phrase("Mend them"), reverse("list", args=[wrong.pk]), LATER)
    if missing:
        name = phrase(wording.TABLES[missing[0]])
        return Step(heading, phrase("{table}: still to be uploaded.", table=name), phrase("Upload"), address, LATER)
    if not own:
        text = phrase("You see the example: invented companies and nonprofits. Put your own lists in their place.")
        return Step(heading, text, phrase("Upload"), address, LATER)
    names = language.join([found.file_name for found in own])
    return Step(heading, phrase("In use: {names}.", names=names), phrase("Look at them"), address, DONE)


def _match(run: Run | None, language: Language, *, is_stale: bool) -> Step:
    phrase = language.phrase
    if run is None:
        text, state = phrase("Shortlists and programmes are made of the lists in use."), LATER
    elif is_stale:
        text, state = phrase("A list is newer than these results."), LATER
    else:
        text, state = phrase("Run of {moment}", moment=moment_in_words(run.made_at, language)) + ".", DONE
    action = phrase("Match") if run is None else phrase("Match again")
    return Step(phrase("Match"), text, action, reverse("start-run"), state, is_post=True)


def _review(lists: Sequence[Mapping[str, Any]], language: Language) -> Step:
    """Look the lists through: one counts as looked through once the team decided on a pair of it."""
    phrase = language.phrase
    filled = [found for found in lists if found["pairs"]]
    open_lists = [found for found in filled if not found["decided"]]
    disputed = sum(found["disputed"] for found in lists)
    text = phrase(
        "On {done} of {total} shortlists something is decided.",
        done=language.number(len(filled) - len(open_lists)),
        total=language.number(len(filled)),
    )
    action, address = phrase("Settle what is disputed"), reverse("disputed")
    if open_lists:
        action, address = (
            phrase("Open {name}", name=open_lists[0]["name"]),
            url("shortlist", unit=open_lists[0]["unit_id"]),
        )
    elif not disputed:
        action, address = "", ""
    heading = phrase("Look through the shortlists and decide: yes, no or maybe")
    return Step(heading, text, action, address, LATER if address else DONE, Role.REVIEWER)


def _take_up(run: Run, language: Language) -> Step:
    phrase = language.phrase
    heading, action = phrase("Match again, so that the programmes follow your answers"), phrase("Match again")
    if new := answers_since(run):
        text = language.count_phrase("1 answer is newer than the run.", "{count} answers are newer than the run.", new)
        return Step(heading, text, action, reverse("start-run"), LATER, is_post=True)
    text = phrase("All answers are in the results.") if run.last_event else phrase("After your first answers.")
    return Step(heading, text, "", "", DONE if run.last_event else LATER)


def _publish(run: Run, language: Language) -> Step:
    phrase = language.phrase
    heading = phrase("Look at the programmes, and publish for board and colleagues")
    made = Publication.objects.filter(run=run).order_by("-id").first()
    if made is not None:
        text = phrase("Published: {name}.", name=made.name)
        return Step(heading, text, phrase("Open"), reverse("publication", args=[made.pk]), DONE)
    text = phrase("These results were not published yet.")
    return Step(heading, text, phrase("To publishing"), reverse("publications"), LATER)
