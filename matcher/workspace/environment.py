"""Where a workspace keeps its data, and how it was started: plain values, read from environment variables."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA, DATABASE, SHARED, HOSTS, PLAIN = (
    "MATCHER_WORKSPACE_DATA",
    "MATCHER_WORKSPACE_DATABASE",
    "MATCHER_WORKSPACE_SHARED",
    "MATCHER_WORKSPACE_HOSTS",
    "MATCHER_WORKSPACE_PLAIN_HTTP",
)
OPENID, OPENID_CLIENT, OPENID_SECRET = (
    "MATCHER_WORKSPACE_OPENID",
    "MATCHER_WORKSPACE_OPENID_CLIENT",
    "MATCHER_WORKSPACE_OPENID_SECRET",
)
_SECRET_BYTES = 48
LANGUAGE_COOKIE = "matcher-language"


@dataclass(frozen=True)
class Environment:
    """How a workspace was started.

    Attributes
    ----------
    data : Path
        Folder of uploads, results, embeddings, the secret key and, without a database of its own, the SQLite file.
    database : str
        URL of a database; empty for SQLite in the data folder.
    shared : bool
        Whether people log in with accounts; else the one user of this machine is signed in.
    hosts : tuple of str
        Host names under which a shared workspace is reached.
    plain_http : bool
        Whether a shared workspace is reached without TLS, for trials on one machine.
    """

    data: Path
    database: str = ""
    shared: bool = False
    hosts: tuple[str, ...] = ()
    plain_http: bool = False

    @classmethod
    def read(cls) -> Environment:
        """Return the environment that the variables of the process describe."""
        return cls(
            data=Path(os.environ.get(DATA) or default_folder()).absolute(),
            database=os.environ.get(DATABASE, ""),
            shared=os.environ.get(SHARED, "") == "1",
            hosts=tuple(filter(None, os.environ.get(HOSTS, "").split(","))),
            plain_http=os.environ.get(PLAIN, "") == "1",
        )

    def export(self) -> None:
        """Put the environment into the variables of the process, where the settings of Django read it."""
        os.environ[DATA] = str(self.data)
        os.environ[DATABASE] = self.database
        os.environ[SHARED] = "1" if self.shared else ""
        os.environ[HOSTS] = ",".join(self.hosts)
        os.environ[PLAIN] = "1" if self.plain_http else ""
        os.environ["DJANGO_SETTINGS_MODULE"] = "matcher.workspace.settings"

    @property
    def openid_client(self) -> dict[str, Any] | None:
        """Client of the OpenID provider with whose accounts people sign in; None where none is named.

        Its secret is read from a variable alone: options of a command are seen by others on the machine.
        """
        issuer = os.environ.get(OPENID, "").rstrip("/")
        if not issuer or not self.shared:
            return None
        return {
            "client_id": os.environ.get(OPENID_CLIENT, ""),
            "client_secret": os.environ.get(OPENID_SECRET, ""),
            "server_metadata_url": f"{issuer}/.well-known/openid-configuration",
            "client_kwargs": {"scope": "openid profile", "code_challenge_method": "S256"},
        }

    @property
    def cache_folder(self) -> Path:
        """Folder of embeddings that are kept between runs."""
        return Path(os.environ.get("MATCHER_CACHE") or self.data / "cache")

    def secret_key(self) -> str:
        """Return the secret of this workspace, made at the first start and readable by its owner alone."""
        path = self.data / "secret.key"
        try:
            return path.read_text(encoding="ascii")
        except FileNotFoundError:
            self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            # Of two processes that start at once, one makes the file and the other reads it.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii")
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(_SECRET_BYTES))
        return path.read_text(encoding="ascii")


def default_folder() -> Path:
    """Folder of a workspace for which none is named: in the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("matcher") / "workspace"
