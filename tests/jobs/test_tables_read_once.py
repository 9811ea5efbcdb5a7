"""A job hands on the tables that it read: what comes out is what their frames give."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from helpers.paths import EXAMPLE

from matcher import PartnerMatcher
from matcher.jobs.inputs import read_inputs
from matcher.jobs.runs import match_inputs
from matcher.settings import Settings
from matcher.tables.read.tables import read_nonprofits, read_partnerships, read_units


def test_tables_give_what_their_frames_give(tmp_path: Path) -> None:
    files = {name: EXAMPLE / f"{name}.csv" for name in ("units", "nonprofits", "partnerships")}
    # A heading of the user's own, cells that look like formulas, columns that are not known, dates as the Dutch write them.
    units = files["units"].read_text(encoding="utf-8").splitlines()
    own = tmp_path / "units.csv"
    own.write_text("\n".join([units[0].replace("unit_id", "Filiaalcode") + ",note", *(f"{line},'=1+1" for line in units[1:9])]), encoding="utf-8")  # fmt: skip
    settings = Settings.from_mapping(
        {"columns": {"units": {"Filiaalcode": "unit_id"}}, "text": {"parts": {"ngrams": 1}}}
    )
    partnerships = tmp_path / "partnerships.csv"
    kept = {line.split(",")[0] for line in units[1:9]}
    lines = files["partnerships"].read_text(encoding="utf-8").splitlines()
    partnerships.write_text("\n".join([lines[0], *(line for line in lines[1:] if line.split(",")[0] in kept)]), encoding="utf-8")  # fmt: skip

    inputs = read_inputs({**files, "units": own, "partnerships": partnerships}, settings).checked()
    before = inputs.units.frame.copy(deep=True)
    from_tables = match_inputs(inputs, settings, tmp_path / "cache").shortlists().table
    again = PartnerMatcher(settings=settings, cache_folder=tmp_path / "cache").fit(
        read_nonprofits(files["nonprofits"]), partnerships=read_partnerships(partnerships)
    )
    from_frames = again.shortlist(read_units(own, columns={"Filiaalcode": "unit_id"}))
    assert len(from_tables)
    pd.testing.assert_frame_equal(from_tables, from_frames)
    pd.testing.assert_frame_equal(inputs.units.frame, before)
