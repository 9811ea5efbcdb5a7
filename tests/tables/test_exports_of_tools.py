"""Exports of survey tools and databases, read with a mapping only: invented rows in the format that each documents."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import openpyxl
import pytest

from matcher.tables.read.tables import read_table


class Export(NamedTuple):
    """Name and content of an export, and the mapping that reads it."""

    name: str
    content: str
    columns: dict[str, str]


_ASKED = {"Name of your organisation": "name", "What is your mission?": "mission", "In which town?": "city"}
EXPORTS = {
    "ODK Central": Export(
        "submissions.csv",
        "SubmissionDate,org-name,org-mission,place-city,place-loc-Latitude,place-loc-Longitude,place-loc-Altitude,"
        "place-loc-Accuracy,needs,needs/people,needs/money,needs/means,themes,themes/youth,themes/nature,KEY\n"
        "2026-03-04T10:11:12.000Z,De Tafel,We cook,Utrecht,52.09,5.11,0,5,people means,1,0,1,youth,1,0,uuid:1a\n"
        "2026-03-05T10:11:12.000Z,De Wilg,We plant,Eindhoven,51.44,5.47,0,5,money,0,1,0,nature,0,1,uuid:2b\n",
        {"org-name": "name", "org-mission": "mission", "place-city": "city", "KEY": "nonprofit_id", "themes": "causes"},
    ),
    "Airtable": Export(
        "grid.csv",
        "\ufeffKey,Name,Mission,City,Needs,Themes,Active,Created,Logo,Contact\n"
        'r1,De Tafel,We cook,Utrecht,"people,means",youth,checked,3/31/2025 4:05pm,a.png (https://dl.example/a.png),Jo\n'
        "r2,De Wilg,We plant,Eindhoven,money,nature,checked,4/1/2025 9:00am,,\n",
        {"Key": "nonprofit_id", "Themes": "causes"},
    ),
    "Google Forms": Export(
        "responses.csv",
        '"Timestamp","Email Address","Name of your organisation","What is your mission?","In which town?",'
        '"What do you need? [People]","What do you need? [Money]","What do you need? [Means]","Which themes fit?"\n'
        '"2026/03/04 10:11:12 AM GMT+1","1@b.nl","De Tafel","We cook","Utrecht","Yes","No","Yes","youth"\n'
        '"2026/03/05 9:00:00 AM GMT+1","2@b.nl","De Wilg","We plant","Eindhoven","No","Yes","No","nature"\n',
        {**_ASKED, "What do you need?": "needs", "Which themes fit?": "causes", "Email Address": "nonprofit_id"},
    ),
    "SharePoint": Export(
        "list.csv",
        '\ufeffListSchema={"schemaXmlList":["<Field Name=\\"Title\\" />"]}\n'
        '"ID","Title","Mission","City","Needs","Themes","Modified"\n'
        '"1","De Tafel","We cook","Utrecht","[""people"",""means""]","[""youth""]","3/4/2026 10:11 AM"\n'
        '"2","De Wilg","We plant","Eindhoven","[""money""]","[""nature""]","3/5/2026 9:00 AM"\n',
        {"ID": "nonprofit_id", "Title": "name", "Themes": "causes"},
    ),
    "LimeSurvey": Export(
        "results-survey.csv",
        '\ufeff"id";"submitdate";"lastpage";"startlanguage";"name";"mission";"city";"needs[people]";"needs[money]";'
        '"needs[means]";"themes[youth]";"themes[nature]";"themes[other]"\n'
        '"1";"2026-03-04 10:11:12";"3";"en";"De Tafel";"We cook";"Utrecht";"Y";"";"Y";"Y";"";""\n'
        '"2";"2026-03-05 09:00:00";"3";"en";"De Wilg";"We plant";"Eindhoven";"";"Y";"";"";"Y";""\n',
        {"id": "nonprofit_id", "themes": "causes"},
    ),
    "REDCap, labels": Export(
        "labels.csv",
        '"Record ID","Name","Mission","City","Needs (choice=People)","Needs (choice=Money)","Needs (choice=Means)",'
        '"Causes (choice=Youth)","Causes (choice=Nature)","Complete?"\n'
        '1,"De Tafel","We cook",Utrecht,Checked,Unchecked,Checked,Checked,Unchecked,Complete\n'
        '2,"De Wilg","We plant",Eindhoven,Unchecked,Checked,Unchecked,Unchecked,Checked,Complete\n',
        {"Record ID": "nonprofit_id"},
    ),
    "REDCap, codes": Export(
        "raw.csv",
        "record_id,name,mission,city,needs___people,needs___money,needs___means,causes___youth,causes___nature,"
        "form_complete\n1,De Tafel,We cook,Utrecht,1,0,1,1,0,2\n2,De Wilg,We plant,Eindhoven,0,1,0,0,1,2\n",
        {"record_id": "nonprofit_id"},
    ),
    "Qualtrics": Export(
        "qualtrics.csv",
        "StartDate,ResponseId,Q1,Q2,Q3,Q4,Q5\n"
        "Start Date,Response ID,Name of the organisation,What is its mission?,Town,What does it need? - Selected "
        "Choice,Themes - Selected Choice\n"
        '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""QID1_TEXT""}",'
        '"{""ImportId"":""QID2_TEXT""}","{""ImportId"":""QID3_TEXT""}","{""ImportId"":""QID4""}",'
        '"{""ImportId"":""QID5""}"\n'
        '2026-03-04 10:11:12,R_1,De Tafel,We cook,Utrecht,"People,Means",Youth\n'
        "2026-03-05 10:11:12,R_2,De Wilg,We plant,Eindhoven,Money,Nature\n",
        {"ResponseId": "nonprofit_id", "Q1": "name", "Q2": "mission", "Q3": "city", "Q4": "needs", "Q5": "causes"},
    ),
    "SurveyMonkey": Export(
        "sheet.csv",
        "Respondent ID,Start Date,Name of your organisation,What is your mission?,In which town?,What do you need?,,,"
        "Which themes?,\n,,Open-Ended Response,Open-Ended Response,Open-Ended Response,People,Money,Means,Youth,Nature\n"
        "111,03/04/2026 10:11:12 AM,De Tafel,We cook,Utrecht,People,,Means,Youth,\n"
        "112,03/05/2026 10:11:12 AM,De Wilg,We plant,Eindhoven,,Money,,,Nature\n",
        {**_ASKED, "Respondent ID": "nonprofit_id", "What do you need?": "needs", "Which themes?": "causes"},
    ),
    "OpenRefine": Export(
        "project.tsv",
        "name\tmission\tcity\tneeds\tcauses\tqid\nDe Tafel\tWe cook\tUtrecht\tpeople|means\tyouth\tQ1\n"
        "De Wilg\tWe plant\tEindhoven\tmoney\tnature\tQ2\n",
        {"qid": "nonprofit_id"},
    ),
    "JSON lines": Export(
        "list.jsonl",
        '{"key": "a", "name": "De Tafel", "mission": "We cook", "city": "Utrecht", "needs": ["people", "means"], '
        '"causes": ["youth"]}\n{"key": "b", "name": "De Wilg", "mission": "We plant", "city": "Eindhoven", '
        '"needs": ["money"], "causes": ["nature"]}\n',
        {"key": "nonprofit_id"},
    ),
}


@pytest.mark.parametrize("tool", EXPORTS)
def test_an_export_is_read_with_a_mapping_only(tool: str, tmp_path: Path) -> None:
    export = EXPORTS[tool]
    path = tmp_path / export.name
    path.write_text(export.content, encoding="utf-8")
    table = read_table("nonprofits", path, export.columns)
    # Rows of headings below the first are said once.
    assert {problem.code for problem in table.problems} <= {"heading_rows"}
    columns = ["name", "mission", "city", "needs", "causes"]
    assert table.frame[columns].to_numpy().tolist() == [
        ["De Tafel", "We cook", "Utrecht", "people; means", "youth"],
        ["De Wilg", "We plant", "Eindhoven", "money", "nature"],
    ]


def test_a_form_of_microsoft_is_read_with_a_mapping_only(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["ID", "Start time", "Email", "Name", "Naam organisatie", "Uw missie", "Nodig", "Thema's"])
    day = dt.datetime(2026, 3, 4, 10)
    book.active.append([1, day, "anonymous", None, "De Tafel", "Wij koken", "mensen;middelen;", "jeugd;"])
    book.active.append([2, day, "anonymous", None, "De Wilg", "Wij planten", "geld;", "natuur;klimaat;"])
    book.save(tmp_path / "form.xlsx")
    mapping = {"ID": "nonprofit_id", "Name": "", "Naam organisatie": "name", "Uw missie": "mission", "Nodig": "needs"}
    table = read_table("nonprofits", tmp_path / "form.xlsx", mapping)
    assert table.problems == ()
    assert table.frame["needs"].tolist() == ["people; means", "money"]
    assert table.frame["causes"].tolist() == ["youth", "nature; climate"]
