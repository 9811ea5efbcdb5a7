"""What the team says: answers on pairs, and how partnerships go. Every change is a row of a history, with who and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from matcher.workspace.models.history import AppendOnly


class PairState(models.Model):
    """A pair on which something was said: counts its events, and is locked while one is added."""

    unit_id = models.CharField(max_length=200)
    nonprofit_id = models.CharField(max_length=200)
    last_event = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("unit_id", "nonprofit_id"), name="one_state_a_pair")]

    def __str__(self) -> str:
        return f"{self.unit_id}:{self.nonprofit_id}"


class ReviewEvent(AppendOnly):
    """One thing said about a pair.

    An *answer* is that of the person who gave it; a *settlement* is the team's, and goes before all answers; an
    *assignment* asks a colleague. ``value`` is empty where something was taken back. ``undoes`` is the event that an
    undo takes back; it restores what stood before that.
    """

    ANSWER, SETTLEMENT, ASSIGNMENT = "answer", "settlement", "assignment"

    pair = models.ForeignKey(PairState, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    was_blind = models.BooleanField(default=False)
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, related_name="undone_by", null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.value} on {self.pair}"


class Outcome(AppendOnly):
    """What was recorded of a partnership at one moment; cells are those of the table of partnerships."""

    unit_id = models.CharField(max_length=200)
    nonprofit_id = models.CharField(max_length=200)
    moment = models.CharField(max_length=20)
    cells = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.moment} of {self.unit_id}:{self.nonprofit_id}"
