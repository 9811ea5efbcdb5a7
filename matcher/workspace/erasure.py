"""What is known of an organisation or a person: exported, erased, and forgotten when it is old."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from matcher.errors import MatcherError
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.tables.schema.tables import TABLES
from matcher.workspace.list_versions import read_version, without_rows
from matcher.workspace.models import (
    Account,
    Invitation,
    Job,
    ListVersion,
    LogEntry,
    Outcome,
    PairState,
    Preferences,
    Publication,
    ReviewEvent,
    Run,
)

_DAYS_A_MONTH = 30.44
_UNKNOWN = message(
    "Nothing is known of '{name}'. Give the code of a unit or nonprofit, or the name that somebody signs in with"
)


def known_of(name: str) -> dict[str, Any]:
    """All that is known under the code of a unit or nonprofit, or the name of an account, as plain values.

    Raises
    ------
    MatcherError
        When that is nothing.
    """
    rows = [
        {
            "list": str(version),
            "row": {key: str(cell) for key, cell in row.items() if cell == cell and cell is not None},
        }
        for version in ListVersion.objects.all()
        for row in _rows_of(version, name)
    ]
    account = Account.objects.filter(username=name).first()
    events = ReviewEvent.objects.filter(_about(name) | Q(by=account, by__isnull=False)).select_related("pair", "by")
    outcomes = Outcome.objects.filter(Q(unit_id=name) | Q(nonprofit_id=name) | Q(by=account, by__isnull=False))
    found: dict[str, Any] = {
        "rows": rows,
        "reviews": [
            {
                "unit": event.pair.unit_id,
                "nonprofit": event.pair.nonprofit_id,
                "kind": event.kind,
                "value": event.value,
                "note": event.note,
                "by": event.by.username,
                "at": event.at.isoformat(),
            }
            for event in events
        ],
        "outcomes": [
            {"unit": item.unit_id, "nonprofit": item.nonprofit_id, "moment": item.moment, "cells": item.cells}
            for item in outcomes
        ],
    }
    if account is not None:
        found["account"] = {"name": account.username, "full_name": account.get_full_name(), "role": account.role}
        found["log"] = [
            {"at": entry.at.isoformat(), "action": entry.action, "subject": entry.subject}
            for entry in LogEntry.objects.filter(by=account)
        ]
    if account is None and not any(found.values()):
        raise MatcherError(Message(_UNKNOWN, name=name))
    return found


def _about(name: str) -> Q:
    return Q(pair__unit_id=name) | Q(pair__nonprofit_id=name)


def _rows_of(version: ListVersion, name: str) -> list[dict[str, Any]]:
    frame = read_version(version)[0].frame
    spec = TABLES[version.table]
    columns = [spec.id_column] if spec.by_name[spec.id_column].unique else ["unit_id", "nonprofit_id"]
    found = frame[(frame[columns].astype(str) == name).any(axis=1)]
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


def erase(name: str, by: Account) -> list[str]:
    """Erase what is known under the code of a unit or nonprofit, or the name of an account.

    Rows leave every version of every list, what was said of them leaves the history, and runs but the last are
    dropped; a new run is asked for. Publications are frozen: those that hold the rows are named, to be dropped or kept.

    Parameters
    ----------
    name : str
    by : Account

    Returns
    -------
    list of str
        Names of publications from before.

    Raises
    ------
    MatcherError
        When nothing is known of the name.
    """
    known_of(name)
    for version in ListVersion.objects.all():
        if _rows_of(version, name):
            without_rows(version, name)
    with transaction.atomic():
        pairs = PairState.objects.filter(Q(unit_id=name) | Q(nonprofit_id=name))
        ReviewEvent._base_manager.filter(pair__in=pairs).update(undoes=None)
        ReviewEvent._base_manager.filter(pair__in=pairs).delete()
        pairs.delete()
        Outcome._base_manager.filter(Q(unit_id=name) | Q(nonprofit_id=name)).delete()
        account = Account.objects.filter(username=name).first()
        if account is not None and account != by:
            account.username, account.first_name, account.last_name = f"erased-{account.pk}", "", ""
            account.email, account.is_active = "", False
            account.set_unusable_password()
            account.save()
        Job.ask("match", by)
    _drop_runs(timezone.now())
    return [str(item) for item in Publication.objects.all()]


def forget_old() -> None:
    """Drop runs, versions of lists, log entries and invitations that are older than the team keeps them, and sessions that ended."""
    call_command("clearsessions")
    months = Preferences.current().retention_months
    if not months:
        return
    before = timezone.now() - timedelta(days=months * _DAYS_A_MONTH)
    _drop_runs(before)
    LogEntry._base_manager.filter(at__lt=before).delete()
    Invitation.objects.filter(expires_at__lt=before).delete()
    used = {pk for run in Run.objects.all() for pk in (run.units_id, run.nonprofits_id, run.partnerships_id)}
    in_use = {found.pk for table in TABLES if (found := ListVersion.in_use(table)) is not None}
    for version in ListVersion.objects.filter(made_at__lt=before).exclude(pk__in=(used | in_use) - {None}):
        version.path.unlink(missing_ok=True)
        version.delete()


def _drop_runs(before: datetime) -> None:
    """Drop runs from before a moment, but the last one and those that were published."""
    kept = {*Publication.objects.values_list("run_id", flat=True)}
    last = Run.latest()
    if last is not None:
        kept.add(last.pk)
    for run in Run.objects.filter(made_at__lt=before).exclude(pk__in=kept):
        shutil.rmtree(run.folder, ignore_errors=True)
        run.delete()
