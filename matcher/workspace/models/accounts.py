"""The team: accounts with a role, invitations to have one, and choices that are no settings of a run."""

from __future__ import annotations

import hashlib
import uuid
from enum import StrEnum

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(StrEnum):
    """What a person may do; each role may also do all that those before it may."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    @property
    def level(self) -> int:
        """Place in the order of roles, from 0."""
        return list(Role).index(self)


class Account(AbstractUser):
    """A person who uses the workspace.

    ``subject`` is the digest of who the person is at the OpenID provider, where the account is signed in to with it.
    """

    role = models.CharField(max_length=20, default=Role.VIEWER.value)
    language = models.CharField(max_length=10, blank=True)
    subject = models.CharField(max_length=64, unique=True, null=True, editable=False)

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """Name to show: the full one, or else that of the log-in."""
        return self.get_full_name() or self.username

    def may(self, least: Role) -> bool:
        """Whether the account has a role, or more."""
        return bool(self.is_active) and Role(self.role).level >= least.level

    def may_as(self, least: str) -> bool:
        """Whether the account has the role of a name, or more; for templates."""
        return self.may(Role(least))


class Invitation(models.Model):
    """An invitation to make an account; the link holds a token of which only the digest is kept."""

    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.role})"


def digest_of(token: str) -> str:
    """Digest of a token under which it is kept: the token itself stands in the link alone."""
    return hashlib.sha256(token.encode()).hexdigest()


class Preferences(models.Model):
    """The choices of this workspace: one row.

    ``workspace_id`` stands in the data folder too, so that a database and a folder that belong to others are not mixed.
    """

    workspace_id = models.UUIDField(default=uuid.uuid4, editable=False)
    is_blind = models.BooleanField(default=False)
    answers_wanted = models.PositiveSmallIntegerField(default=1)
    retention_months = models.PositiveSmallIntegerField(default=24)
    most_upload_mb = models.PositiveIntegerField(default=50)
    most_rows = models.PositiveIntegerField(default=200_000)
    most_an_hour = models.PositiveIntegerField(default=300)

    class Meta:
        verbose_name_plural = "preferences"

    def __str__(self) -> str:
        return "preferences"

    @classmethod
    def current(cls) -> Preferences:
        """Return the choices in force."""
        found: Preferences = cls.objects.get_or_create(pk=1)[0]
        return found
