"""Versions of the lists that were uploaded or mended."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models


class ListVersion(models.Model):
    """One version of a list: the file as it came, or as it was mended.

    The file lies in the data folder under a name of our own; ``file_name`` is the user's and only ever shown.
    """

    table = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    file_name = models.CharField(max_length=200)
    stored_as = models.CharField(max_length=60)
    rows = models.PositiveIntegerField()
    errors = models.PositiveIntegerField()
    warnings = models.PositiveIntegerField()
    personal = models.JSONField(default=list)
    headings = models.JSONField(default=dict)
    readings = models.JSONField(default=dict)
    """By column: what is read by choice, and what is written in its place."""
    kept_apart = models.JSONField(default=list)
    """Pairs of ids that look like one and are two."""
    note = models.CharField(max_length=300, blank=True)
    is_example = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ("table", "-number")
        constraints = [models.UniqueConstraint(fields=("table", "number"), name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.table} {self.number}"

    @property
    def path(self) -> Path:
        """Where its file lies."""
        return Path(settings.ENVIRONMENT.data) / "lists" / self.stored_as

    @property
    def is_usable(self) -> bool:
        """Whether a run can use it."""
        return self.errors == 0

    @classmethod
    def usable(cls, table: str) -> ListVersion | None:
        """Latest version of a table without errors, the example among them; None where there is none."""
        found: ListVersion | None = cls.objects.filter(table=table, errors=0).order_by("-number").first()
        return found

    @classmethod
    def in_use(cls, table: str) -> ListVersion | None:
        """Latest version of a table without errors; the example only as long as no list of one's own is in use."""
        found = cls.usable(table)
        if found is not None and found.is_example and cls.objects.filter(errors=0, is_example=False).exists():
            return None
        return found
