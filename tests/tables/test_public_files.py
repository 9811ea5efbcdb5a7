"""Public registers and directories, read with a mapping only: invented rows, written in the format that each publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from matcher.tables.read.tables import read_table


class PublicFile(NamedTuple):
    """Content of a file as it is published, the mapping that reads it, and cells of its first row."""

    name: str
    content: str
    columns: dict[str, str]
    expected: dict[str, Any]


TEXT = "Meals and company for older people"
FILES = {
    "Charity Commission for England and Wales": PublicFile(
        "publicextract.charity.json",
        "\ufeff"
        + json.dumps(
            [
                {
                    "organisation_number": 1,
                    "registered_charity_number": 200001,
                    "charity_name": "BRISTOL TABLE",
                    "charity_contact_address1": "1 North Street",
                    "charity_contact_postcode": "BS3 2BN",
                    "charity_activities": TEXT,
                    "charity_removed": None,
                }
            ]
        ),
        {
            "organisation_number": "nonprofit_id",
            "charity_activities": "mission",
            "charity_contact_address1": "address",
            "charity_contact_postcode": "postcode",
        },
        {"name": "BRISTOL TABLE", "postcode": "BS3 2BN", "mission": TEXT},
    ),
    "exempt organisations of the IRS": PublicFile(
        "eo1.csv",
        "EIN,NAME,ICO,STREET,CITY,STATE,ZIP,GROUP,SUBSECTION,NTEE_CD,SORT_NAME\n"
        "010000001,HARBOR KITCHEN INC,% A EXAMPLE,1 COMMERCIAL ST,PORTLAND,ME,04101-4710,0000,03,K30,\n",
        {"EIN": "nonprofit_id", "NAME": "name+mission"},
        {"nonprofit_id": "010000001", "name": "HARBOR KITCHEN INC", "state": "ME", "postcode": "04101-4710"},
    ),
    "charities of Australia (ACNC)": PublicFile(
        "datadotgov_main.csv",
        "ABN,Charity_Legal_Name,Address_Type,Address_Line_1,Town_City,State,Postcode,Country,Registration_Date,PBI,"
        "Advancing_Health\n11000000001,Coast Carers Ltd,Business,PO Box 1,Maleny,QLD,4552,AUSTRALIA,03/12/2012,Y,\n",
        {"ABN": "nonprofit_id", "Charity_Legal_Name": "name+mission", "Town_City": "city"},
        {"nonprofit_id": "11000000001", "city": "Maleny", "country": "AU", "state": "QLD"},
    ),
    "EU transparency register": PublicFile(
        "organisations.csv",
        '"Identification code";"Registration date";"Name";"Web site URL";"Goals";"Head office address";'
        '"Head office city";"Head office post code";"Head office country"\n'
        f'"000000000001-01";"12/05/2019";"Table d\'hôtes asbl";"https://table.example";"{TEXT}";"Rue Haute 1";'
        '"Bruxelles";"1000";"BELGIUM"\n',
        {
            "Identification code": "nonprofit_id",
            "Goals": "mission",
            "Head office city": "city",
            "Head office post code": "postcode",
            "Head office country": "country",
        },
        {"name": "Table d'hôtes asbl", "city": "Bruxelles", "country": "BE"},
    ),
    "food banks with both coordinates in a cell": PublicFile(
        "foodbanks.csv",
        "name,slug,address,postcode,district,country,charity_number,closed,latt_long,network\n"
        '"Hill Pantry",hill-pantry,"4 Hill Road\nBanbury\nOX16 0RL",OX16 0RL,Cherwell,England,,False,"52.06,-1.35",Own\n',
        {"slug": "nonprofit_id", "network": "mission", "latt_long": "latitude+longitude"},
        {"nonprofit_id": "hill-pantry", "country": "GB", "latitude": 52.06, "longitude": -1.35},
    ),
    "OpenStreetMap by Overpass": PublicFile(
        "export.json",
        json.dumps(
            {
                "version": 0.6,
                "osm3s": {"copyright": "OpenStreetMap contributors, ODbL"},
                "elements": [
                    {
                        "type": "node",
                        "id": 1,
                        "lat": 52.09,
                        "lon": 5.12,
                        "tags": {
                            "name": "De Kade",
                            "description": TEXT,
                            "addr:postcode": "3512AA",
                            "addr:city": "Utrecht",
                        },
                    }
                ],
            }
        ),
        {"tags/description": "mission"},
        {"name": "De Kade", "latitude": 52.09, "postcode": "3512AA", "city": "Utrecht"},
    ),
    "Wikidata": PublicFile(
        "query.json",
        json.dumps(
            {
                "head": {"vars": ["item", "itemLabel", "itemDescription", "coord"]},
                "results": {
                    "bindings": [
                        {
                            "item": {"type": "uri", "value": "http://www.wikidata.org/entity/Q1"},
                            "itemLabel": {"xml:lang": "nl", "type": "literal", "value": "De Kade"},
                            "itemDescription": {"xml:lang": "en", "type": "literal", "value": TEXT},
                            "coord": {"datatype": "wktLiteral", "type": "literal", "value": "Point(5.12 52.09)"},
                        }
                    ]
                },
            }
        ),
        {
            "item": "nonprofit_id",
            "itemLabel": "name",
            "itemDescription": "mission",
            "coord": "latitude+longitude",
        },
        {"name": "De Kade", "latitude": 52.09, "longitude": 5.12},
    ),
    "IATI registry": PublicFile(
        "publishers.json",
        json.dumps(
            {
                "success": True,
                "result": {
                    "count": 1,
                    "results": [
                        {
                            "id": "0a1b",
                            "title": "Water for Villages",
                            "description": TEXT,
                            "publisher_country": "KE",
                            "extras": [{"key": "a", "value": "b"}],
                        }
                    ],
                },
            }
        ),
        {"title": "name", "description": "mission", "publisher_country": "country"},
        {"nonprofit_id": "0a1b", "name": "Water for Villages", "country": "KE"},
    ),
    "ReliefWeb": PublicFile(
        "sources.json",
        json.dumps(
            {
                "totalCount": 1,
                "data": [
                    {
                        "id": "1",
                        "fields": {
                            "name": "Water for Villages",
                            "description": TEXT,
                            "country": [{"name": "Kenya", "iso3": "ken"}],
                            "type": {"name": "Non-governmental Organization"},
                        },
                    }
                ],
            }
        ),
        {"fields/name": "name", "fields/description": "mission", "fields/country/0/iso3": "country"},
        {"name": "Water for Villages", "country": "KE"},
    ),
    "register of the CBF": PublicFile(
        "register.csv",
        "Register van erkende goede doelen\n\nNaam;Statutaire naam;KvK-nummer;RSIN;Vestigingsplaats;Doelstelling;Sector;Erkend\n"
        f"De Kade;Stichting De Kade;00000001;000000012;Utrecht;{TEXT};Welzijn;Ja\n",
        {"KvK-nummer": "nonprofit_id", "Statutaire naam": "", "Sector": "causes"},
        {"nonprofit_id": "00000001", "name": "De Kade", "city": "Utrecht", "mission": TEXT},
    ),
    "a directory with two rows of headings": PublicFile(
        "charity-data.csv",
        ",,Basics,,Year\nCharity Name,Description of charity,Classification Why,Reg Num,Project\n"
        f"Sea Rescue,{TEXT},Lifeboats,209000,2014\nSea Rescue,{TEXT},Lifeboats,209000,2015\n",
        {"Description of charity": "mission", "Classification Why": "causes", "Reg Num": ""},
        {"nonprofit_id": "sea-rescue", "name": "Sea Rescue", "mission": TEXT},
    ),
}


@pytest.mark.parametrize("source", FILES)
def test_a_public_file_is_read_with_a_mapping_only(tmp_path: Path, source: str) -> None:
    name, content, columns, expected = FILES[source]
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    table = read_table("nonprofits", path, columns)
    assert not [str(problem) for problem in table.problems if problem.is_error]
    row = table.frame.iloc[0]
    assert {column: row[column] for column in expected} == expected
