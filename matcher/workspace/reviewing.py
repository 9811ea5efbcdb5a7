"""Answers on pairs: what the history of a pair amounts to, and how something is added to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.tables.schema.vocabulary import MAYBE, NO, YES
from matcher.workspace.models import Account, PairState, Preferences, ReviewEvent

ANSWERS = (YES, NO, MAYBE)
_NO_REASON = message("A no needs a reason. Write in a few words why these two do not fit")
_NO_ANSWER = message("'{answer}' is no answer: choose yes, no or maybe")
_NOTHING_TO_UNDO = message("There is nothing of yours to undo here")
LONGEST_NOTE = 2000


class ConflictError(MatcherError):
    """Somebody else said something about the pair in the meantime.

    Attributes
    ----------
    events : sequence of ReviewEvent
        What was said since.
    """

    def __init__(self, events: Sequence[ReviewEvent]) -> None:
        self.events = list(events)
        super().__init__(Message("Somebody else answered in the meantime"))


@dataclass
class PairReview:
    """What was said about a pair up to now.

    Attributes
    ----------
    unit_id, nonprofit_id : str
    answers : dict of int to ReviewEvent
        Last answer of each person, by the number of the account.
    settlement : ReviewEvent or None
        What the team settled on.
    assignee : Account or None
    last_event : int
    events : list of ReviewEvent
        All of them, in order.
    wanted : int
        Answers that the team wants before they count.
    """

    unit_id: str
    nonprofit_id: str
    answers: dict[int, ReviewEvent] = field(default_factory=dict)
    settlement: ReviewEvent | None = None
    assignee: Account | None = None
    last_event: int = 0
    events: list[ReviewEvent] = field(default_factory=list)
    wanted: int = 1

    @property
    def is_waiting(self) -> bool:
        """Whether it was answered, but by fewer people than the team wants."""
        return self.settlement is None and 0 < len(self.answers) < self.wanted

    @property
    def values(self) -> set[str]:
        """The different answers."""
        return {event.value for event in self.answers.values()}

    @property
    def is_disputed(self) -> bool:
        """Whether answers differ and nothing was settled."""
        return self.settlement is None and len(self.values) > 1

    @property
    def decision(self) -> str:
        """What the team says: what was settled, else the answer that enough people gave; empty where there is neither."""
        if self.settlement is not None:
            return self.settlement.value
        return next(iter(self.values)) if len(self.values) == 1 and not self.is_waiting else ""

    @property
    def note(self) -> str:
        """Notes that go with the decision."""
        if self.settlement is not None:
            return self.settlement.note
        return "; ".join(dict.fromkeys(event.note for event in self.answers.values() if event.note))

    def answer_of(self, account: Account) -> ReviewEvent | None:
        """Return the answer of a person."""
        return self.answers.get(account.pk)

    def take(self, event: ReviewEvent) -> None:
        """Add the next event, one that was not undone."""
        if event.kind == ReviewEvent.ANSWER:
            self.answers.pop(event.by_id, None)
            if event.value:
                self.answers[event.by_id] = event
        elif event.kind == ReviewEvent.SETTLEMENT:
            self.settlement = event if event.value else None
        else:
            self.assignee = event.assignee


def reviews_of(unit_id: str) -> dict[str, PairReview]:
    """Return the reviews of a unit's pairs, by the id of the nonprofit."""
    found = _reviews(_events().filter(pair__unit_id=unit_id))
    return {review.nonprofit_id: review for review in found}


def review_of(unit_id: str, nonprofit_id: str) -> PairReview:
    """Review of a pair; an empty one where nothing was said.

    Parameters
    ----------
    unit_id, nonprofit_id : str
    """
    found = _reviews(_events().filter(pair__unit_id=unit_id, pair__nonprofit_id=nonprofit_id))
    return found[0] if found else PairReview(unit_id, nonprofit_id)


def all_reviews(last_event: int | None = None) -> list[PairReview]:
    """Return the reviews of all pairs, up to an event."""
    events = _events()
    return _reviews(events if last_event is None else events.filter(id__lte=last_event))


def team_decisions(last_event: int | None = None) -> list[PairReview]:
    """Return the reviews on which the team agrees or settled, by pair."""
    decided = [review for review in all_reviews(last_event) if review.decision]
    return sorted(decided, key=lambda review: (review.unit_id, review.nonprofit_id))


def answer(
    by: Account, unit_id: str, nonprofit_id: str, value: str, *, note: str, seen: int, is_blind: bool
) -> ReviewEvent:
    """Add somebody's answer on a pair.

    Parameters
    ----------
    by : Account
    unit_id, nonprofit_id : str
    value : {"yes", "no", "maybe", ""}
        Empty takes the answer back.
    note : str
        A no needs one.
    seen : int
        Last event of the pair that the person saw.
    is_blind : bool
        Whether answers are given blind to those of others; then those of others are no conflict.

    Raises
    ------
    ConflictError
        When others said something since; nothing is added.
    MatcherError
        When the answer is none, or a no has no reason.
    """
    _check(value, note)
    with transaction.atomic():
        pair = _locked(unit_id, nonprofit_id)
        if not is_blind:
            _refuse_stale(pair, by, seen)
        return _added(pair, by, ReviewEvent.ANSWER, value=value, note=note.strip(), was_blind=is_blind)


def settle(by: Account, unit_id: str, nonprofit_id: str, value: str, *, note: str, seen: int) -> ReviewEvent:
    """Settle what the team says of a pair, whatever the answers.

    Parameters
    ----------
    by, unit_id, nonprofit_id, value, note, seen
        As in :func:`answer`.

    Raises
    ------
    ConflictError
        When others said something since.
    MatcherError
        When the answer is none, or a no has no reason.
    """
    _check(value, note)
    with transaction.atomic():
        pair = _locked(unit_id, nonprofit_id)
        _refuse_stale(pair, by, seen)
        return _added(pair, by, ReviewEvent.SETTLEMENT, value=value, note=note.strip())


def _check(value: str, note: str) -> None:
    """Raise a MatcherError unless the answer is one, and a no has a reason."""
    if value not in (*ANSWERS, ""):
        raise MatcherError(Message(_NO_ANSWER, answer=value))
    if value == NO and not note.strip():
        raise MatcherError(Message(_NO_REASON))


def assign(by: Account, unit_id: str, nonprofit_id: str, assignee: Account | None) -> ReviewEvent:
    """Ask a colleague to look at a pair.

    Parameters
    ----------
    by : Account
    unit_id, nonprofit_id : str
    assignee : Account or None
        None asks nobody any more.
    """
    with transaction.atomic():
        return _added(_locked(unit_id, nonprofit_id), by, ReviewEvent.ASSIGNMENT, assignee=assignee)


def assign_open(by: Account, pairs: Sequence[tuple[str, str]], assignee: Account | None) -> int:
    """Ask a colleague to look at those of some pairs on which the team did not decide yet.

    Parameters
    ----------
    by : Account
    pairs : sequence of (str, str)
    assignee : Account or None
        None asks nobody any more.

    Returns
    -------
    int
        Pairs for which the colleague was asked; those that were asked before are left as they are.
    """
    known = {(review.unit_id, review.nonprofit_id): review for review in all_reviews()}
    asked = 0
    with transaction.atomic():
        for unit_id, nonprofit_id in pairs:
            review = known.get((unit_id, nonprofit_id), PairReview(unit_id, nonprofit_id))
            if not review.decision and review.assignee != assignee:
                _added(_locked(unit_id, nonprofit_id), by, ReviewEvent.ASSIGNMENT, assignee=assignee)
                asked += 1
    return asked


def undo(by: Account, unit_id: str, nonprofit_id: str) -> ReviewEvent:
    """Take back the last thing that a person said about a pair; a second undo takes back the one before.

    Parameters
    ----------
    by : Account
    unit_id, nonprofit_id : str

    Raises
    ------
    MatcherError
        When there is nothing to undo.
    """
    with transaction.atomic():
        pair = _locked(unit_id, nonprofit_id)
        events = list(pair.events.order_by("id"))
        undone = {event.undoes_id for event in events if event.undoes_id}
        mine = [event for event in events if event.by_id == by.pk and not event.undoes_id and event.pk not in undone]
        if not mine:
            raise MatcherError(Message(_NOTHING_TO_UNDO))
        return _added(pair, by, mine[-1].kind, undoes=mine[-1])


def _events() -> Any:
    return ReviewEvent.objects.select_related("pair", "by", "assignee").order_by("id")


def _reviews(events: Iterable[ReviewEvent]) -> list[PairReview]:
    events = list(events)
    undone = {event.undoes_id for event in events if event.undoes_id}
    found: dict[int, PairReview] = {}
    wanted = Preferences.current().answers_wanted if events else 1
    for event in events:
        review = found.setdefault(event.pair_id, PairReview(event.pair.unit_id, event.pair.nonprofit_id, wanted=wanted))
        review.events.append(event)
        review.last_event = event.pk
        if not event.undoes_id and event.pk not in undone:
            review.take(event)
    return list(found.values())


def _locked(unit_id: str, nonprofit_id: str) -> PairState:
    """State of a pair that no other transaction can add to before this one ends.

    SQLite knows no locks of rows; there the transaction itself began as one that writes.
    """
    PairState.objects.get_or_create(unit_id=unit_id, nonprofit_id=nonprofit_id)
    pair: PairState = PairState.objects.select_for_update().get(unit_id=unit_id, nonprofit_id=nonprofit_id)
    return pair


def _refuse_stale(pair: PairState, by: Account, seen: int) -> None:
    if pair.last_event > seen:
        newer = list(pair.events.filter(id__gt=seen).exclude(by=by).select_related("by", "assignee").order_by("id"))
        if newer:
            raise ConflictError(newer)


def _added(pair: PairState, by: Account, kind: str, **values: object) -> ReviewEvent:
    event = ReviewEvent(pair=pair, by=by, kind=kind, **values)
    event.save()
    pair.last_event = event.pk
    pair.save(update_fields=["last_event"])
    return event
