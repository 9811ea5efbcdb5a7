"""Paths of the repository, its example tables and the real data."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "example"
UNITS, NONPROFITS, PARTNERSHIPS = (str(EXAMPLE / f"{name}.csv") for name in ("units", "nonprofits", "partnerships"))
REALDATA = Path(os.environ.get("MATCHER_REALDATA", ROOT.parent / "shared" / "realdata"))
