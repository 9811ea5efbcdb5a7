"""Settings that were adopted, matching runs with what they show, and the queue of jobs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings as django_settings
from django.db import models

from matcher.workspace.models.history import AppendOnly
from matcher.workspace.models.lists import ListVersion


class SettingsVersion(AppendOnly):
    """Settings of the runs from a moment on: what differs from the defaults."""

    chosen = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"settings {self.pk}"


class Run(models.Model):
    """A matching run that is done: what it was made from, and its record."""

    units = models.ForeignKey(ListVersion, on_delete=models.PROTECT, related_name="+")
    nonprofits = models.ForeignKey(ListVersion, on_delete=models.PROTECT, related_name="+")
    partnerships = models.ForeignKey(ListVersion, on_delete=models.PROTECT, related_name="+", null=True)
    settings = models.ForeignKey(SettingsVersion, on_delete=models.PROTECT, related_name="+")
    last_event = models.BigIntegerField(default=0)
    last_outcome = models.BigIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    record = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"run {self.pk}"

    @property
    def folder(self) -> Path:
        """Folder of the lists of this run where decisions were taken into them."""
        return Path(django_settings.ENVIRONMENT.data) / "runs" / str(self.pk)

    @classmethod
    def latest(cls) -> Run | None:
        """The last run that is done; None before the first."""
        found: Run | None = cls.objects.order_by("-id").first()
        return found


class RunPage(models.Model):
    """What is shown of a run as a whole, in one language, as plain values."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="pages")
    name = models.CharField(max_length=20)
    language = models.CharField(max_length=10)
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("run", "name", "language"), name="one_page_a_language")]

    def __str__(self) -> str:
        return f"{self.name} of {self.run}"


class ListPage(models.Model):
    """One shortlist of a run in one language, as plain values: its rows, and what an opened pair shows."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="lists")
    language = models.CharField(max_length=10)
    unit_id = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=300)
    under = models.CharField(max_length=600)
    pairs = models.PositiveIntegerField()
    content = models.JSONField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("run", "language", "unit_id"), name="one_list_a_unit")]

    def __str__(self) -> str:
        return self.name


class Job(models.Model):
    """Something that takes time: it waits in the queue, runs, and ends; a stopped server takes it up again."""

    WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"

    kind = models.CharField(max_length=20)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default=WAITING)
    stage = models.CharField(max_length=40, blank=True)
    message = models.JSONField(default=list)
    is_cancel_asked = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(django_settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        """Whether it waits or runs."""
        return self.state in (self.WAITING, self.RUNNING)

    @classmethod
    def ask(cls, kind: str, by: Any = None, **arguments: Any) -> Job:
        """Put a job into the queue; one of the same kind and arguments that waits already is returned instead.

        Parameters
        ----------
        kind : str
        by : Account, optional
        **arguments
            Plain values.
        """
        waiting = cls.objects.filter(kind=kind, state=cls.WAITING, arguments=arguments).first()
        return waiting or cls.objects.create(kind=kind, arguments=arguments, made_by=by)
