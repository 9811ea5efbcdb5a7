"""Make the files of this folder again, each with the tool that people have: see README.md.

python tests/tables/formats/make.py kobo grants ods
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

FORM = {
    "version": "v1",
    "version_id_key": "__version__",
    "content": {
        "translations": ["Nederlands (nl)"],
        "translated": ["label"],
        "survey": [
            {"type": "start", "name": "start"},
            {"type": "text", "name": "name", "label": ["Naam van de organisatie"]},
            {"type": "text", "name": "mission", "label": ["Missie"]},
            {"type": "begin_group", "name": "address", "label": ["Adres"]},
            {"type": "text", "name": "postcode", "label": ["Postcode"]},
            {"type": "text", "name": "city", "label": ["Plaats"]},
            {"type": "geopoint", "name": "spot", "label": ["Plek op de kaart"]},
            {"type": "end_group"},
            {"type": "select_multiple needs", "name": "needs", "label": ["Behoeften"]},
            {"type": "select_multiple causes", "name": "causes", "label": ["Thema's"]},
            {"type": "select_one area", "name": "works_in", "label": ["Werkgebied"]},
            {"type": "integer", "name": "capacity", "label": ["Capaciteit"]},
            {"type": "date", "name": "founded", "label": ["Opgericht"]},
        ],
        "choices": [
            {"list_name": "needs", "name": "people", "label": ["Mensen"]},
            {"list_name": "needs", "name": "money", "label": ["Geld"]},
            {"list_name": "needs", "name": "media", "label": ["Media"]},
            {"list_name": "causes", "name": "youth", "label": ["Jongeren"]},
            {"list_name": "causes", "name": "nature", "label": ["Natuur"]},
            {"list_name": "causes", "name": "poverty", "label": ["Armoede"]},
            {"list_name": "area", "name": "local", "label": ["Lokaal"]},
            {"list_name": "area", "name": "national", "label": ["Landelijk"]},
        ],
    },
}
ANSWERS = [
    {
        "__version__": "v1",
        "start": "2026-03-02T10:00:00+01:00",
        "name": "De Kade",
        "mission": "Wij koken samen met buren.\nElke week.",
        "address/postcode": "3512 AA",
        "address/city": "Utrecht",
        "address/spot": "52.0907 5.1214 3 5",
        "needs": "people money",
        "causes": "youth nature",
        "works_in": "local",
        "capacity": "2",
        "founded": "1998-04-01",
        "_id": 101,
        "_uuid": "5d1c",
        "_submission_time": "2026-03-02T09:01:00",
    },
    {
        "__version__": "v1",
        "start": "2026-03-03T10:00:00+01:00",
        "name": 'Stichting "Licht"',
        "mission": "Een maatje voor wie alleen is; dat is alles",
        "address/postcode": "8011 AB",
        "address/city": "Zwolle",
        "needs": "people",
        "causes": "poverty",
        "works_in": "national",
        "_id": 102,
        "_uuid": "7a30",
        "_submission_time": "2026-03-03T09:01:00",
    },
]
GRANTS = {
    "version": "1.1",
    "license": "https://creativecommons.org/publicdomain/zero/1.0/",
    "grants": [
        {
            "id": f"360G-summer-{number}",
            "title": title,
            "description": description,
            "currency": "GBP",
            "amountAwarded": amount,
            "awardDate": "2026-01-15T00:00:00+00:00",
            "recipientOrganization": [
                {
                    "id": f"GB-CHC-{number}",
                    "name": name,
                    "postalCode": postcode,
                    "addressLocality": city,
                    "addressCountry": "GB",
                }
            ],
            "fundingOrganization": [{"id": "GB-CHC-9", "name": "Summer Fund"}],
            "classifications": [{"title": title} for title in classes],
        }
        for number, title, description, amount, name, postcode, city, classes in [
            (1, "Eat together", "Meals for older people, cooked by volunteers", 5000, "Bristol Table", "BS3 2BN", "Bristol", ["Older people", "Food"]),
            (2, "Wood", "Planting trees with school children", 2500.5, "Leeds Wood", "LS1 1UR", "Leeds", ["Nature"]),
        ]
    ],
}  # fmt: skip
GRANTS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        **{
            name: {"title": title, "type": "string"}
            for name, title in {
                "id": "Identifier",
                "title": "Title",
                "description": "Description",
                "currency": "Currency",
                "amountAwarded": "Amount Awarded",
                "awardDate": "Award Date",
            }.items()
        },
        **{
            name: {
                "title": title,
                "type": "array",
                "rollUp": list(parts),
                "items": {
                    "type": "object",
                    "properties": {part: {"title": heading, "type": "string"} for part, heading in parts.items()},
                },
            }
            for name, title, parts in [
                (
                    "recipientOrganization",
                    "Recipient Org",
                    {
                        "id": "Identifier",
                        "name": "Name",
                        "postalCode": "Postal Code",
                        "addressLocality": "City",
                        "addressCountry": "Country",
                    },
                ),
                ("fundingOrganization", "Funding Org", {"id": "Identifier", "name": "Name"}),
                ("classifications", "Classifications", {"title": "Title"}),
            ]
        },
    },
}
LIST = [
    ["code", "naam", "missie", "plaats", "betaalde krachten", "vrijwilligers", "actief", "opgericht", "aandeel"],
    ["N1", "De Kade", "Samen koken\nen eten", "Utrecht", 3, 12.5, True, "1998-04-01", 0.25],
    ["N2", "Licht", "Een  maatje\tvoor wie alleen is", "Zwolle", "=2+2", "=1/0", False, "2020-12-31", 1],
]


def kobo() -> None:
    """Exports of a survey by formpack, the exporter of KoboToolbox (not on PyPI: put its ``src`` on the path)."""
    from formpack import FormPack

    pack = FormPack([FORM], title="Organisaties", id_string="organisations")
    shown = {"versions": pack.versions, "force_index": True, "copy_fields": ("_id", "_uuid", "_submission_time")}
    names = pack.export(**shown, lang=False, multiple_select="both", hierarchy_in_labels=True)
    (HERE / "kobo_names.csv").write_text("\n".join(names.to_csv(ANSWERS)) + "\n", encoding="utf-8")
    choices = pack.export(**shown, lang=False, multiple_select="details")
    (HERE / "kobo_choices.csv").write_text("\n".join(choices.to_csv(ANSWERS)) + "\n", encoding="utf-8")
    labels = pack.export(
        **shown, lang="Nederlands (nl)", multiple_select="both", hierarchy_in_labels=True, xls_types_as_text=False
    )
    labels.to_xlsx(str(HERE / "kobo_labels.xlsx"), ANSWERS)
    points = pack.export(**shown, lang=False, multiple_select="summary")
    (HERE / "kobo_points.geojson").write_text("".join(points.to_geojson(ANSWERS)) + "\n", encoding="utf-8")


def grants() -> None:
    """A 360Giving file in JSON, and what flattentool makes of it: with titles as published, with paths, and back."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "schema.json").write_text(json.dumps(GRANTS_SCHEMA), encoding="utf-8")
        source = HERE / "grants.json"
        source.write_text(json.dumps(GRANTS, indent=1) + "\n", encoding="utf-8")
        shared = ["--root-list-path", "grants", "--main-sheet-name", "grants", "--schema", str(work / "schema.json")]
        for name, further in {"titles": ["--use-titles", "--rollup"], "paths": ["--rollup"]}.items():
            _run("flatten-tool", "flatten", "-f", "all", *shared, *further, "-o", str(work / name), str(source))
            for suffix in ("xlsx", "ods"):
                (HERE / f"grants_{name}.{suffix}").write_bytes((work / f"{name}.{suffix}").read_bytes())
            (HERE / f"grants_{name}.csv").write_bytes((work / name / "grants.csv").read_bytes())
        table = work / "table"
        table.mkdir()
        (table / "grants.csv").write_bytes((HERE / "grants_titles.csv").read_bytes())
        _run("flatten-tool", "unflatten", "-f", "csv", "--convert-titles", *shared[:2], "--schema", shared[-1], "-o",
             str(HERE / "grants_unflattened.json"), str(table))  # fmt: skip


def ods() -> None:
    """A list saved by LibreOffice as OpenDocument and as .xls."""
    import openpyxl

    with tempfile.TemporaryDirectory() as folder:
        book = openpyxl.Workbook()
        for row in LIST:
            book.active.append(row)
        for row in range(2, len(LIST) + 1):
            book.active.cell(row, 9).number_format = "0%"
        book.save(Path(folder) / "libreoffice.xlsx")
        for kind in ("ods", "xls"):
            _run("soffice", "--headless", "--convert-to", kind, "--outdir", str(HERE), f"{folder}/libreoffice.xlsx")


def _run(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        {"kobo": kobo, "grants": grants, "ods": ods}[name]()
