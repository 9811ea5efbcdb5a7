"""Rows that are only ever added, and the log of who saw and changed what."""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.messages import Message

_LONGEST_SUBJECT = 300
_NOT_CHANGED = message("rows of a history are never changed: add one instead")
_NOT_DELETED = message("rows of a history are never deleted")


class AppendOnlyError(MatcherError):
    """Something tried to change or delete a row of a history."""


class _AppendOnlyRows(models.QuerySet):
    def update(self, **values: Any) -> NoReturn:
        raise AppendOnlyError(Message(_NOT_CHANGED))

    def delete(self) -> NoReturn:
        raise AppendOnlyError(Message(_NOT_DELETED))


class AppendOnly(models.Model):
    """A row of a history: who, when, and never changed afterwards."""

    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    objects = _AppendOnlyRows.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row.

        Parameters
        ----------
        *args, **kwargs
            As for every model.

        Raises
        ------
        AppendOnlyError
            When the row is there already.
        """
        if self.pk is not None:
            raise AppendOnlyError(Message(_NOT_CHANGED))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse.

        Parameters
        ----------
        *args, **kwargs
            As for every model.

        Raises
        ------
        AppendOnlyError
            Always.
        """
        raise AppendOnlyError(Message(_NOT_DELETED))


class LogEntry(AppendOnly):
    """One thing that somebody saw or did.

    ``action`` is a code of :data:`matcher.workspace.wording.ACTIONS`, ``subject`` names what it was done to.
    """

    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=300)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.action}: {self.subject}"


def log(by: Any, action: str, subject: str, **details: Any) -> LogEntry:
    """Add an entry to the log.

    Parameters
    ----------
    by : Account or None
        None for somebody without a log-in.
    action : str
        One of :data:`matcher.workspace.wording.ACTIONS`.
    subject : str
        What it was done to.
    **details
        Plain values.
    """
    entry = LogEntry(by=by, action=action, subject=subject[:_LONGEST_SUBJECT], details=details)
    entry.save()
    return entry
