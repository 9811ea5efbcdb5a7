"""The server as people start it, on both databases: what it refuses, what it says, and what it takes up again."""

from __future__ import annotations

import shutil
import signal
import socket
import time
from pathlib import Path

from helpers.postgresql import Cluster
from helpers.workspace_crowd import Reviewer, lost, work_until_stopped
from helpers.workspace_server import Server, Visitor, WorkspaceData, pairs_of, wait_for_run

UNITS = b"Code;Bedrijf;Naam;Missie;Plaats\nu1;Bank;Bank Zwolle;Geen gezin in de schulden;Zwolle\n"


def test_the_server_answers_its_own_name_alone_and_refuses_what_is_too_large(
    data: WorkspaceData, cluster: Cluster
) -> None:
    data.run("Preferences.objects.update(most_upload_mb=1)")
    with Server(data) as server:
        port = int(server.address.rstrip("/").rpartition(":")[2])
        listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if " 0A " in line]
        assert f"0100007F:{port:04X}" in listening
        assert f"00000000:{port:04X}" not in listening
        status, text = Visitor(server.address, {"Host": "evil.example"}).get("/")
        assert (status, "under the address that its server shows" in text) == (400, True)
        with socket.create_connection(("127.0.0.1", port)) as raw:
            raw.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n")
            assert b" 413 " in raw.recv(200)
        visitor = Visitor(server.address)
        visitor.get("/lists/")
        before = set((data.folder / "lists").iterdir())
        status, text = visitor.upload("/lists/upload/", "units.csv", UNITS + b"x" * 2**20, table="units")
        assert (status, "larger than 1 MB" in text) == (400, True)
        assert set((data.folder / "lists").iterdir()) == before
        assert visitor.upload("/lists/upload/", "units.csv", UNITS, table="units")[0] == 302
        assert len(set((data.folder / "lists").iterdir()) - before) == 1
        done = data.command("serve", "--port", "0", "--no-browser")
        assert (done.returncode, "is in use by another server" in done.stderr) == (2, True)
    assert "Traceback" not in server.log.read_text(encoding="utf-8")
    done = WorkspaceData(data.folder, cluster.new_database()).command("serve", "--port", "0", "--no-browser")
    assert (done.returncode, "belongs to another database" in done.stderr) == (2, True)


def test_nothing_accepted_is_lost_when_the_server_is_killed_at_work_and_the_run_is_taken_up(
    data: WorkspaceData,
) -> None:
    with Server(data) as server:
        visitor = Visitor(server.address)
        pairs = pairs_of(visitor)
        visitor.post("/runs/start/")
        people = [Reviewer(Visitor(server.address), str(number), pairs) for number in range(12)]
        for person in people:
            person.visitor.get("/")

        def stop() -> None:
            end = time.monotonic() + 60
            while sum(len(person.accepted) for person in people) < 12 and time.monotonic() < end:
                time.sleep(0.1)
            server.stop(signal.SIGKILL)

        accepted = work_until_stopped(people, stop, lambda: 0.05)
    left = [data.folder / name for name in ("lists/0123.xlsx", "lists/.x.part", "runs/99/x.csv", "publications/7/x")]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left")
    assert len(accepted) > 11
    with Server(data) as server:
        assert not any(path.exists() for path in left)
        assert lost(data, accepted) == set()
        visitor = Visitor(server.address)
        wait_for_run(visitor)
        made = data.run(
            "print(Job.objects.get().state, Run.objects.count())\n"
            "SettingsVersion.objects.create(chosen={'shortlist': {'top': 0}})"
        )
        assert made.split() == ["done", "2"]
        visitor.get("/")
        visitor.post("/runs/start/")
        wait_for_run(visitor)
        status, text = visitor.get("/")
        assert status == 200
        assert "shortlist.top" in text
        assert f"unit={pairs[0][0]}" in text, "the last results stay"
    assert "Traceback" not in server.log.read_text(encoding="utf-8")


def test_a_port_that_is_taken_and_a_database_that_is_none_are_said(matched: WorkspaceData, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = matched.command("serve", "--no-browser", "--port", str(taken.getsockname()[1]))
    assert "cannot be used" in done.stderr
    for url, words in (
        ("postgresql://nobody@localhost:1/none", "does not answer"),
        ("mysql://localhost/x", "no URL of a PostgreSQL"),
        ("matching", "no URL of a PostgreSQL"),
    ):
        done = WorkspaceData(tmp_path, url).command("workspace", "migrate")
        assert (done.returncode, words in done.stderr) == (2, True), done.stderr
        assert "Traceback" not in done.stderr


def test_a_lost_database_is_said_and_comes_back(cluster: Cluster, matched: WorkspaceData, tmp_path: Path) -> None:
    backup = tmp_path / "backup.zip"
    assert matched.command("workspace", "backup", str(backup)).returncode == 0
    data = WorkspaceData(tmp_path / "data", cluster.new_database())
    assert data.command("workspace", "restore", str(backup)).returncode == 0
    with Server(data) as server:
        visitor = Visitor(server.address)
        pair = pairs_of(visitor)[0]
        cluster.stop()
        try:
            for status, text in (
                visitor.get("/"),
                visitor.post("/pair/answer/", unit=pair[0], nonprofit=pair[1], answer="yes", seen="0"),
                Visitor(server.address).get("/"),
                Visitor(server.address, {"Accept-Language": "nl"}).get("/lists/"),
            ):
                assert status == 503
                assert "<h1>The database does not answer</h1>" in text or "<h1>De database" in text
                assert "Traceback" not in text
        finally:
            cluster.start()
        assert visitor.get("/")[0] == 200
        assert visitor.post("/runs/start/")[0] == 302
        wait_for_run(visitor)
        counts = data.run("print(ReviewEvent.objects.count(), Job.objects.get().state, Run.objects.count())")
        assert counts.split() == ["0", "done", "2"]


def test_a_shared_server_behind_a_proxy_throttles_by_client_and_ends_sessions(
    matched: WorkspaceData, tmp_path: Path
) -> None:
    shutil.copytree(matched.folder, tmp_path / "data")
    data = WorkspaceData(tmp_path / "data")
    data.run("Account.objects.create_user('anna', password='zeven-bruggen-9', role='manager')")
    host = "matching.example.org"
    from_proxy = {"Host": host, "X-Forwarded-Proto": "https", "Referer": f"https://{host}/"}

    def visitor(server: Server, address: str) -> Visitor:
        made = Visitor(server.address, from_proxy | {"X-Forwarded-For": address})
        assert made.get("/sign-in/")[0] == 200
        return made

    with Server(data, "--shared", "--hostname", host) as server:
        plain = Visitor(server.address, {"Host": host})
        assert (plain.get("/")[0], plain.location) == (301, f"https://{host}/")
        guesser, anna = visitor(server, "10.1.1.1"), visitor(server, "10.2.2.2")
        answers = [guesser.post("/sign-in/", name="anna", password=f"guess-{number}")[0] for number in range(6)]
        assert (answers[0], answers[-1]) == (400, 429)
        assert anna.post("/sign-in/", name="anna", password="zeven-bruggen-9")[0] == 302, "another client may sign in"
        assert anna.get("/lists/")[0] == 200
        for change in (
            "from django.contrib.sessions.models import Session\nSession.objects.update(expire_date='2020-01-01T00:00Z')",
            "anna = Account.objects.get(); anna.set_password('drie-groene-fietsen'); anna.save()",
            "Account.objects.update(is_active=False)",
        ):
            data.run(change)
            assert (anna.get("/lists/")[0], anna.location) == (302, "/sign-in/?next=/lists/"), change
            data.run("Account.objects.update(is_active=True)")
            anna = visitor(server, "10.3.3.3")
            anna.post("/sign-in/", name="anna", password="zeven-bruggen-9")
            anna.post("/sign-in/", name="anna", password="drie-groene-fietsen")
            assert anna.get("/lists/")[0] == 200
        anna.post("/sign-out/")
        assert anna.get("/lists/")[0] == 302
