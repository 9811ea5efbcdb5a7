"""Frozen versions of results, and links by which they are read without a log-in."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils import timezone

from matcher.workspace.models.runs import Run


class Publication(models.Model):
    """Results that were frozen under a name; what was published is never changed."""

    name = models.CharField(max_length=150)
    language = models.CharField(max_length=10)
    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    files = models.JSONField(default=list)
    """Names of its files and their digests; empty until they are written."""

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    @property
    def folder(self) -> Path:
        """Folder of its files."""
        return Path(settings.ENVIRONMENT.data) / "publications" / str(self.pk)


class ShareLink(models.Model):
    """A link by which a publication is read without a log-in; only the digest of its token is kept."""

    publication = models.ForeignKey(Publication, on_delete=models.CASCADE, related_name="links")
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"link {self.pk} to {self.publication}"

    @property
    def is_open(self) -> bool:
        """Whether the link still works."""
        return self.revoked_at is None and timezone.now() < self.expires_at
