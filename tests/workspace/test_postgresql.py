"""The tests of the workspace again, on a PostgreSQL that the test starts."""

from __future__ import annotations

import os
import subprocess
import sys

from helpers.paths import ROOT
from helpers.postgresql import Cluster


def test_the_workspace_is_the_same_on_postgresql(cluster: Cluster) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/workspace"],
        cwd=ROOT,
        env={**os.environ, "MATCHER_WORKSPACE_DATABASE": cluster.new_database()},
        capture_output=True,
        text=True,
        timeout=500,
    )
    assert done.returncode == 0, done.stdout[-5000:]
