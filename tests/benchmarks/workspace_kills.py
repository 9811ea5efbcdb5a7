"""Kill the server of a workspace again and again while people review, upload and match, and look for what is lost.

    python tests/benchmarks/workspace_kills.py [--times 20] [--postgresql]

Each time at another moment of a matching run, with answers and uploads on their way; the next server has to answer, take
the run up again, and hold everything that any server before it accepted.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.workspace_crowd import Reviewer, example_workspace, lost, work_until_stopped
from helpers.workspace_server import Server, Visitor, WorkspaceData, pairs_of, wait_for_run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL instead of SQLite")
    chosen = parser.parse_args()
    with example_workspace(on_postgresql=chosen.postgresql) as data:
        accepted: list[str] = []
        for number in range(chosen.times):
            accepted += round_of_work(data, number, 0.3 + 4 * number / chosen.times)
            started = time.monotonic()
            with Server(data) as server:
                took = time.monotonic() - started
                status, _ = Visitor(server.address).get("/")
                missing = lost(data, accepted)
            print(
                f"{number}: {len(accepted)} accepted, {len(missing)} lost, answers {status} after {took:.1f} s",
                flush=True,
            )
        with Server(data) as server:
            wait_for_run(Visitor(server.address), 300)
        print("jobs:", data.run("print(*Job.objects.values_list('state', flat=True), Run.objects.count())").strip())
        print("faults in the log:", server.log.read_text(encoding="utf-8").count("Traceback"))


def round_of_work(data: WorkspaceData, number: int, seconds: float) -> list[str]:
    with Server(data) as server:
        visitor = Visitor(server.address)
        pairs = pairs_of(visitor)
        visitor.post("/runs/start/")
        people = [Reviewer(Visitor(server.address), f"{number}-{person}", pairs) for person in range(6)]
        for person in people:
            person.visitor.get("/")

        def stop() -> None:
            time.sleep(seconds)
            server.stop(signal.SIGKILL)

        return work_until_stopped(people, stop, lambda: 0.1)


if __name__ == "__main__":
    main()
