"""Looking after a workspace from the command line: accounts, backups, and upgrades of the database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from helpers.paths import ROOT
from helpers.postgresql import Cluster
from helpers.workspace_server import WorkspaceData

PASSWORD = "zeven-bruggen-9"
COUNTS = "print(*(model.objects.count() for model in (Account, ListVersion, Run, RunPage, ListPage, ReviewEvent)))"
CHANGE = """
from matcher.workspace.reviewing import answer
anna = Account.objects.get(username="anna")
pair = ListPage.objects.filter(pairs__gt=0).first()
answer(anna, pair.unit_id, pair.content["pairs"][0]["nonprofit_id"], "yes", note="é ☃", seen=0, is_blind=False)
"""


def test_a_backup_comes_back_on_either_database(
    matched: WorkspaceData, data: WorkspaceData, cluster: Cluster, tmp_path: Path
) -> None:
    done = data.command("workspace", "user", "anna", "--role", "manager", keys=f"{PASSWORD}\n{PASSWORD}\n")
    assert (done.returncode, "anna can sign in" in done.stdout) == (0, True), done.stderr
    data.run(CHANGE)
    backup = tmp_path / "backup.zip"
    assert data.command("workspace", "backup", str(backup)).returncode == 0
    assert backup.stat().st_mode & 0o077 == 0, "it holds all that the workspace does"
    assert "secret.key" not in zipfile.ZipFile(backup).namelist()
    done = data.command("workspace", "backup", str(backup))
    assert (done.returncode, "is there already" in done.stderr) == (2, True)
    # On the database of the other kind.
    other = WorkspaceData(tmp_path / "other", "" if data.database else cluster.new_database())
    done = other.command("workspace", "restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert other.run(COUNTS) == data.run(COUNTS)
    assert files_of(other.folder) == files_of(data.folder)
    # What is added then gets numbers of its own.
    other.run(CHANGE + "answer(anna, pair.unit_id, 'x', 'yes', note='', seen=0, is_blind=False)")
    said = other.run("print(anna := Account.objects.get(username='anna'), anna.check_password('" + PASSWORD + "'))")
    assert said.split() == ["anna", "True"]
    done = other.command("workspace", "restore", str(backup))
    assert (done.returncode, "is in use" in done.stderr) == (2, True)


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "lists").rglob("*") if path.is_file()}


def test_what_is_no_backup_of_ours_is_refused(matched: WorkspaceData, tmp_path: Path) -> None:
    other = WorkspaceData(tmp_path / "data")
    backups = {"text.zip": None, "empty.zip": {}, "newer.zip": {"about.json": '{"format": 99}'}}
    row = {"model": "workspace.preferences", "pk": 1, "fields": {"of_a_later_version": 1}}
    backups["later.zip"] = {"about.json": '{"format": 1, "version": "9.0"}', "database.json": json.dumps([row])}
    words = {"later.zip": "another version of this program (9.0)"}
    for name, members in backups.items():
        path = tmp_path / name
        if members is None:
            path.write_text("no zip", encoding="utf-8")
        else:
            with zipfile.ZipFile(path, "w") as archive:
                for member, text in members.items():
                    archive.writestr(member, text)
        done = other.command("workspace", "restore", str(path))
        assert done.returncode == 2
        assert words.get(name, "is no backup of a workspace") in done.stderr
        assert "Traceback" not in done.stderr
    done = matched.command("workspace", "backup", str(tmp_path / "none" / "backup.zip"))
    assert (done.returncode, "cannot be written" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "keys", "words"),
    [
        (("user", "anna", "--role", "queen"), PASSWORD, "no role 'queen'"),
        (("user", "anna"), "12345678", "too common"),
        (("user",), PASSWORD, "needs a name"),
        (("fly",), PASSWORD, "no action 'fly'"),
    ],
)
def test_what_a_command_cannot_do_is_said(arguments: tuple[str, ...], keys: str, words: str, tmp_path: Path) -> None:
    done = WorkspaceData(tmp_path / "data").command("workspace", *arguments, keys=f"{keys}\n{keys}\n")
    assert (done.returncode, words in done.stderr) == (2, True), done.stderr


def migrations() -> list[str]:
    folder = ROOT / "matcher" / "workspace" / "migrations"
    return sorted(path.stem for path in folder.glob("0*.py"))


OLD = """
import sys
from pathlib import Path
from matcher.workspace.environment import Environment
from matcher.workspace.server import set_up
set_up(Environment(Path(sys.argv[1]), sys.argv[2]))
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
call_command("migrate", "workspace", sys.argv[3], verbosity=0)
call_command("migrate", "sessions", verbosity=0)
old = MigrationExecutor(connection).loader.project_state([("workspace", sys.argv[3])]).apps
model = lambda name: old.get_model("workspace", name)
anna = model("Account").objects.create(username="anna", role="manager")
model("Preferences").objects.create(pk=1, most_rows=7)
version = model("ListVersion").objects.create(
    table="units", number=1, file_name="units.csv", stored_as="0.csv", rows=1, errors=0, warnings=0, made_by=anna
)
pair = model("PairState").objects.create(unit_id="u1", nonprofit_id="n1", last_event=1)
model("ReviewEvent").objects.create(pair=pair, by=anna, kind="answer", value="yes", note="kept")
"""


@pytest.mark.parametrize("before", migrations()[:-1][-2:])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_upgrade_keeps_what_the_database_holds(
    before: str, kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue("cluster").new_database() if kind == "postgresql" else ""
    data = WorkspaceData(tmp_path / "data", url)
    done = subprocess.run(
        [sys.executable, "-c", OLD, str(data.folder), url, before], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert data.command("workspace", "migrate").returncode == 0
    kept = data.run(
        "from matcher.workspace.reviewing import all_reviews\n"
        "print(Account.objects.get().role, Preferences.current().most_rows, ListVersion.in_use('units').stored_as)\n"
        "print([(review.decision, review.note) for review in all_reviews()])"
    )
    assert kept.splitlines() == ["manager 7 0.csv", "[('yes', 'kept')]"]


def test_a_database_of_a_newer_version_is_left_alone(matched: WorkspaceData, data: WorkspaceData) -> None:
    data.run(
        "from django.db.migrations.recorder import MigrationRecorder\n"
        "from django.db import connection\n"
        "MigrationRecorder(connection).record_applied('workspace', '9999_of_tomorrow')"
    )
    done = data.command("workspace", "migrate")
    assert (done.returncode, "newer version of this program (9999_of_tomorrow)" in done.stderr) == (2, True)


def test_migrations_are_complete_and_a_shared_workspace_is_fit_for_a_server(tmp_path: Path) -> None:
    environ = {
        **os.environ,
        "MATCHER_WORKSPACE_DATA": str(tmp_path),
        "MATCHER_WORKSPACE_SHARED": "1",
        "MATCHER_WORKSPACE_HOSTS": "matching.example.org",
        "MATCHER_WORKSPACE_DATABASE": "",
        "DJANGO_SETTINGS_MODULE": "matcher.workspace.settings",
    }
    for arguments in (("check", "--deploy", "--fail-level", "WARNING"), ("makemigrations", "--check", "--dry-run")):
        command = [sys.executable, "-m", "django", *arguments]
        done = subprocess.run(command, env=environ, cwd=ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr + done.stdout
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
