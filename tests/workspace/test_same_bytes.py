"""What is published of an uploaded list with changed settings equals what the command line writes, byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from test_lists import upload
from typer.testing import CliRunner

UNITS = """Code;Bedrijf;Naam;Missie;Plaats;Thema's
u1;Bank;Bank Zwolle;Geen gezin in de schulden;Zwolle;schulden
u2;Bank;Bank Breda;Kinderen leren lezen;Breda;taal
"""
NONPROFITS = """Code;Naam;Missie;Woonplaats;Doelgroep;Contact e-mail
n1;Maatje op Krediet;Hulp bij schulden aan de keukentafel;Zwolle;Schuldhulpmaatje;an@bank.example
n2;Lees Mee;Voorlezen aan kinderen in de wijk;Breda;taal;bo@bank.example
n3;De Egelbult;Opvang van egels;Breda;dieren;cy@bank.example
n4;Budgetwinkel;Wie krap zit leert met geld omgaan;Kampen;armoede;di@bank.example
"""
PARTNERSHIPS = "unit_id;nonprofit_id;status\nu2;n3;declined\n"


def test_a_mended_list_with_other_settings_gives_the_bytes_of_the_command_line(
    browser: Callable[..., Any], tmp_path: Path
) -> None:
    from matcher.cli.app import app
    from matcher.jobs.runs import Stopwatch
    from matcher.workspace.inputs import current_settings, run_files, run_settings
    from matcher.workspace.matching import match_lists
    from matcher.workspace.models import ListVersion, Publication, Run
    from matcher.workspace.reviewing import answer
    from matcher.workspace.weighing import adopt
    from matcher.workspace.worker import run_next

    client = browser("manager", language="nl")
    upload(client, UNITS, "vestigingen.csv", "units")
    upload(client, NONPROFITS, "doelen.csv", "nonprofits")
    upload(client, PARTNERSHIPS, "samen.csv", "partnerships")
    listed = ListVersion.in_use("nonprofits")
    columns = {"reads:Doelgroep": "causes", "personal": "Contact e-mail"}
    client.post(f"/lists/{listed.pk}/columns/", columns)
    client.post(f"/lists/{ListVersion.in_use('nonprofits').pk}/words/", {"word:causes:schuldhulpmaatje": "debt"})
    adopt({"weights.proximity": 0.5, "shortlist.min_score": 0.05}, current_settings(), "", client.account)
    answer(client.account, "u1", "n1", "yes", note="", seen=0, is_blind=False)
    match_lists(Stopwatch())
    client.post("/publications/publish/", {"name": "Winter", "language": "nl"})
    while run_next():
        pass
    found, run = Publication.objects.get(), Run.latest()
    assert found.files
    files = {}
    for table, path in run_files(run).items():
        files[table] = tmp_path / f"{table}{path.suffix}"
        shutil.copyfile(path, files[table])
    run_settings(run, "nl").to_toml(tmp_path / "settings.toml")
    arguments = ["match", str(files["units"]), str(files["nonprofits"]), "--partnerships", str(files["partnerships"])]
    options = ["--settings", str(tmp_path / "settings.toml"), "--formats", "csv", "--out", str(tmp_path / "cli")]
    done = CliRunner().invoke(app, [*arguments, *options])
    assert done.exit_code == 0, done.output
    names = sorted(path.name for path in (tmp_path / "cli").glob("*.csv"))
    assert {"shortlist.csv", "programmes.csv", "agenda.csv", "words.csv"} <= set(names)
    for name in names:
        assert (found.folder / name).read_bytes() == (tmp_path / "cli" / name).read_bytes(), name
    text = (found.folder / "shortlist.csv").read_text(encoding="utf-8")
    assert "Maatje op Krediet" in text
    assert "bank.example" not in "".join((found.folder / name).read_text(encoding="utf-8") for name in names)
