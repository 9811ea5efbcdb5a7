"""Looking after a workspace from the command line: accounts, and backups of all of it, whatever its database."""

from __future__ import annotations

import contextlib
import io
import json
import zipfile
from pathlib import Path

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.serializers.base import DeserializationError
from django.db import connection, transaction

from matcher import __version__
from matcher.errors import MatcherError, SettingsError, system_reason
from matcher.i18n.language import message
from matcher.messages import Message
from matcher.workspace.data_folder import bind
from matcher.workspace.environment import Environment
from matcher.workspace.models import Account, ListVersion, Role

_DATABASE, _ABOUT = "database.json", "about.json"
_FOLDERS = ("lists", "runs", "publications")
_LEFT_OUT = ("contenttypes", "auth.permission", "sessions", "axes")
_FORMAT = 1
_NO_BACKUP = message("{file} is no backup of a workspace")
_NEWER_BACKUP = message(
    "{file} was made by another version of this program ({version}). Install that one, or a newer one"
)
_CHANGED = message("Lists were taken away while the backup was made. Make it again")
_NO_FILE = message("{path} cannot be written: {reason}. Name another place or check your rights")
_NOT_EMPTY = message("The workspace in {folder} is in use: restore into an empty folder, named with --data")
_NO_ROLE = message("there is no role '{role}' (known: {roles})")
_EXISTS = message("{file} is there already and is not written over. Name another file")


def back_up(environment: Environment, file: Path) -> None:
    """Write all data of a workspace into a zip file, while it may be in use. The secret of the server stays out.

    Parameters
    ----------
    environment : Environment
    file : Path

    Raises
    ------
    MatcherError
        When the file exists or cannot be written, or lists were erased meanwhile.
    """
    if file.exists():
        raise MatcherError(Message(_EXISTS, file=file))
    rows = io.StringIO()
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        call_command("dumpdata", exclude=list(_LEFT_OUT), stdout=rows)
        lists = set(ListVersion.objects.values_list("stored_as", flat=True))
    temporary = file.with_name(f"{file.name}.part")
    try:
        if lists - _write(environment, temporary, rows.getvalue()):
            raise MatcherError(Message(_CHANGED))
        temporary.replace(file)
    except OSError as error:
        raise MatcherError(Message(_NO_FILE, path=file, reason=system_reason(error))) from None
    finally:
        temporary.unlink(missing_ok=True)


def _write(environment: Environment, file: Path, rows: str) -> set[str]:
    """Write the archive and return the names of its files; its rights are tight, since it holds all that there is."""
    file.touch(mode=0o600)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_ABOUT, json.dumps({"format": _FORMAT, "version": __version__}))
        archive.writestr(_DATABASE, rows)
        for name in _FOLDERS:
            for path in sorted((environment.data / name).rglob("*")):
                # Of a run that is under way nothing is in the database; it may take its files away again.
                with contextlib.suppress(FileNotFoundError):
                    if path.is_file():
                        archive.write(path, path.relative_to(environment.data).as_posix())
        return {Path(name).name for name in archive.namelist()}


def restore(environment: Environment, file: Path) -> None:
    """Put a backup into a workspace that is empty; its database may be of another kind.

    Parameters
    ----------
    environment : Environment
        Its database is up to date.
    file : Path

    Raises
    ------
    MatcherError
        When the file is no backup or one of a newer version, or the workspace is in use.
    """
    if Account.objects.exists() or ListVersion.objects.exists():
        raise MatcherError(Message(_NOT_EMPTY, folder=environment.data))
    try:
        archive = zipfile.ZipFile(file)
        about = json.loads(archive.read(_ABOUT))
        is_ours = about["format"] == _FORMAT
    except (OSError, zipfile.BadZipFile, KeyError, ValueError):
        raise MatcherError(Message(_NO_BACKUP, file=file)) from None
    if not is_ours:
        raise MatcherError(Message(_NO_BACKUP, file=file))
    with archive:
        for name in archive.namelist():
            parts = Path(name).parts
            # Names in an archive could lead out of the folder.
            if parts[0] in _FOLDERS and ".." not in parts and not Path(name).is_absolute():
                target = environment.data.joinpath(*parts)
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                target.write_bytes(archive.read(name))
        rows = environment.data / "restored.json"
        rows.write_bytes(archive.read(_DATABASE))
    try:
        call_command("loaddata", str(rows), verbosity=0)
    except DeserializationError:
        raise MatcherError(Message(_NEWER_BACKUP, file=file, version=about.get("version", "0.1.0"))) from None
    finally:
        rows.unlink()
    bind(environment, anew=True)


def make_account(name: str, role: str, password: str) -> None:
    """Make an account, or give one another role and password.

    Parameters
    ----------
    name, role, password : str

    Raises
    ------
    MatcherError
        When there is no such role, or name or password are refused.
    """
    if role not in list(Role):
        raise SettingsError(Message(_NO_ROLE, role=role, roles=", ".join(Role)))
    account = Account.objects.filter(username=name).first() or Account(username=name)
    try:
        account.clean_fields(exclude={"password"})
        validate_password(password, account)
    except ValidationError as error:
        raise MatcherError(" ".join(error.messages)) from None
    account.role, account.is_active = role, True
    account.set_password(password)
    account.save()
