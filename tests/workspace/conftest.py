"""A workspace on a small part of the example data, matched once; every test gets its own state of the database."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers.postgresql import Cluster, postgresql
from helpers.workspace_server import WorkspaceData, matched_workspace

# Before Django is set up: its settings make a secret in the data folder.
os.environ["MATCHER_WORKSPACE_DATA"] = tempfile.mkdtemp(prefix="workspace-")
os.environ["DJANGO_SETTINGS_MODULE"] = "matcher.workspace.settings"

pytest.importorskip("django").setup()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With a database named, run the tests that use one in this process: the others start their own."""
    if os.environ.get("MATCHER_WORKSPACE_DATABASE"):
        others = [item for item in items if "db" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """PostgreSQL server for the tests of this session; each takes a database of its own."""
    with postgresql() as started:
        yield started


@pytest.fixture(scope="session")
def matched(
    small_example: dict[str, Path], shared_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> WorkspaceData:
    """Workspace on SQLite with one run, to be copied by those that change it."""
    os.environ["MATCHER_CACHE"] = str(shared_cache)
    return matched_workspace(tmp_path_factory.mktemp("matched") / "data", small_example)


@pytest.fixture(params=["sqlite", "postgresql"])
def data(request: pytest.FixtureRequest, matched: WorkspaceData, tmp_path: Path) -> WorkspaceData:
    """Workspace with one run, on each database in turn; on PostgreSQL it comes from a backup of SQLite."""
    if request.param == "sqlite":
        shutil.copytree(matched.folder, tmp_path / "data")
        return WorkspaceData(tmp_path / "data")
    made = WorkspaceData(tmp_path / "data", request.getfixturevalue("cluster").new_database())
    backup = matched.folder.parent / "backup.zip"
    if not backup.exists():
        assert matched.command("workspace", "backup", str(backup)).returncode == 0
    done = made.command("workspace", "restore", str(backup))
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, small_example: dict[str, Path], shared_cache: Path
) -> None:
    """Put the small example into the database of the tests, with one run of it."""
    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.list_versions import add_upload
    from matcher.workspace.matching import match_lists

    os.environ["MATCHER_CACHE"] = str(shared_cache)
    with django_db_blocker.unblock():
        for table, path in small_example.items():
            add_upload(table, path.name, path, None)
        match_lists(Stopwatch())


@pytest.fixture
def account(db: None) -> Callable[..., Any]:
    """Make an account with a role."""
    from matcher.workspace.models import Account

    def made(name: str, role: str = "reviewer") -> Any:
        return Account.objects.create_user(name, password="zeven-bruggen-9", role=role)

    return made


@pytest.fixture
def browser(account: Callable[..., Any], settings: Any) -> Callable[..., Any]:
    """Open a browser of somebody with a role in a shared workspace; without a role nobody is logged in."""
    from django.test import Client

    settings.SHARED = True
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.AXES_ENABLED = False

    def opened(role: str = "", name: str = "", language: str = "en") -> Any:
        client = Client(headers={"accept-language": language})
        if role:
            client.account = account(name or role, role)
            client.force_login(client.account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return opened


@pytest.fixture
def a_list(db: None) -> Any:
    """The longest shortlist of the run, in English."""
    from matcher.workspace.models import ListPage

    return ListPage.objects.filter(language="en").order_by("-pairs").first()
