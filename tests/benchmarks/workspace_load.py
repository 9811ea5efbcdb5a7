"""Milliseconds that answers of the workspace take while a team reviews at once, and whether an answer is lost.

    python tests/benchmarks/workspace_load.py [--people 30] [--seconds 60] [--think 1.0] [--postgresql]

Each person has an account of the shared workspace on the example data, opens a pair, answers, thinks, and goes on; several
answer on the same pairs, and the second looks again. Afterwards every accepted answer is looked for in the database.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.workspace_crowd import Reviewer, example_workspace, lost
from helpers.workspace_server import Server, Visitor, WorkspaceData, pairs_of

PASSWORD = "zeven-bruggen-9"
_ACCOUNTS = """
for number in range({people}):
    Account.objects.create_user(f"person-{{number}}", password="{password}", role="reviewer")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=1.0, help="seconds between two pairs, on average")
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    chosen = parser.parse_args()
    with example_workspace(on_postgresql=chosen.postgresql) as data:
        data.run(_ACCOUNTS.format(people=chosen.people, password=PASSWORD))
        with Server(data, "--shared", "--plain-http", "--hostname", "127.0.0.1") as server:
            people = [signed_in(server, number) for number in range(chosen.people)]
            before = server.processor_seconds
            work(people, chosen.seconds, chosen.think)
            spent = server.processor_seconds - before
        report(data, people, chosen.seconds, spent)


def signed_in(server: Server, number: int) -> Reviewer:
    visitor = Visitor(server.address)
    visitor.get("/sign-in/")
    status, text = visitor.post("/sign-in/", name=f"person-{number}", password=PASSWORD)
    assert status == 302, text
    pairs = pairs_of(visitor, most_lists=20)
    # Each begins elsewhere, and comes to what others did before.
    begin = number * len(pairs) // 30
    return Reviewer(visitor, str(number), pairs[begin:] + pairs[:begin])


def work(people: list[Reviewer], seconds: float, think: float) -> None:
    end = time.monotonic() + seconds

    def review(person: Reviewer) -> None:
        while time.monotonic() < end:
            person.review_next()
            time.sleep(random.uniform(0, 2 * think))

    threads = [threading.Thread(target=review, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def report(data: WorkspaceData, people: list[Reviewer], seconds: float, spent: float) -> None:
    accepted = [note for person in people for note in person.accepted]
    print(
        f"{'PostgreSQL' if data.database else 'SQLite'}: {len(people)} people, {len(accepted)} answers in {seconds:.0f} s, "
        f"{sum(person.conflicts for person in people)} looked again, {len(lost(data, accepted))} lost"
    )
    requests = sum(len(took) for person in people for took in person.seconds.values())
    print(
        f"server: {spent / requests * 1000:.1f} ms of the processor a request; load of the machine {os.getloadavg()[0]:.1f}"
    )
    for kind in ("open", "answer"):
        took = sorted(second for person in people for second in person.seconds[kind])
        middle, high = statistics.median(took), took[int(len(took) * 0.95)]
        print(
            f"{kind}: {len(took)}, median {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms, most {took[-1] * 1000:.0f} ms"
        )


if __name__ == "__main__":
    main()
