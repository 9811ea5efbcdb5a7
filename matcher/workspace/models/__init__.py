"""What a workspace keeps: tables of the database."""

from matcher.workspace.models.accounts import Account, Invitation, Preferences, Role
from matcher.workspace.models.history import AppendOnly, LogEntry, log
from matcher.workspace.models.lists import ListVersion
from matcher.workspace.models.publications import Publication, ShareLink
from matcher.workspace.models.review import Outcome, PairState, ReviewEvent
from matcher.workspace.models.runs import Job, ListPage, Run, RunPage, SettingsVersion

__all__ = [
    "Account",
    "AppendOnly",
    "Invitation",
    "Job",
    "ListPage",
    "ListVersion",
    "LogEntry",
    "Outcome",
    "PairState",
    "Preferences",
    "Publication",
    "ReviewEvent",
    "Role",
    "Run",
    "RunPage",
    "SettingsVersion",
    "ShareLink",
    "log",
]
