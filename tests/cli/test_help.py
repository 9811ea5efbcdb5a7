"""The help of every command, and the examples in it."""

from __future__ import annotations

import importlib
import re
import shlex

import pytest
import typer
from typer.testing import CliRunner

from matcher.cli.app import app

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_a_function_of_its_name_in_a_module_of_its_name(name: str) -> None:
    command = getattr(importlib.import_module(f"matcher.cli.{name}"), name)
    assert callable(command)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_that_the_command_understands(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"]).stdout
    assert "Examples:\n" in shown
    examples = [line.strip() for line in shown.splitlines() if line.startswith("    matcher ")]
    assert examples
    for example in examples:
        _, command, *arguments = shlex.split(example)
        assert command == name
        typer.main.get_command(app).commands[name].make_context(name, arguments)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_has_a_help(name: str) -> None:
    parameters = typer.main.get_command(app).commands[name].params  # type: ignore[attr-defined]
    assert [each.name for each in parameters if not each.help] == []


ENGLISH_WORDS = {
    *("the", "and", "with", "for", "this", "that", "from", "each", "more", "are", "be", "by", "it", "to", "or", "on"),
    *("as", "at", "an", "write", "show", "names", "folder", "file", "which", "may", "not", "default", "required"),
    *("arguments", "commands", "usage", "when", "where", "what", "their", "your", "number", "path", "day", "text"),
}
"""Words of which every English help has some; Dutch has none of them."""


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_the_help_in_dutch_has_no_english(name: str) -> None:
    found = {}
    for code in ("en", "nl"):
        result = CliRunner().invoke(app, [*name.split(), "--language", code, "--help"], prog_name="matcher")
        assert result.exit_code == 0
        # What is typed is the same in every language: examples, options, names in quotes and of commands and files.
        own = re.sub(r"^ +matcher .*$|--[\w-]+|'[^']*'|\S+[._]\S+|^  [a-z]+  ", " ", result.stdout, flags=re.MULTILINE)
        found[code] = set(re.findall(r"[a-z]+", own.casefold())) & ENGLISH_WORDS
    assert len(found["en"]) > 5
    assert found["nl"] == set()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["aks"], "fout: er is geen opdracht 'aks'; bedoelt u 'ask'?"),
        (["ask"], "fout: VESTIGINGEN ontbreekt: Vestigingen: CSV, TSV, Excel of Parquet."),
        (["match", "u", "n"], "fout: --out ontbreekt: Map voor de resultaten."),
        (["ask", "u", "n", "z"], "fout: dit is te veel: z"),
        (["ask", "u", "n", "--tip", "3"], "fout: er is geen optie --tip; bedoelt u '--top'?"),
        (["ask", "u", "n", "--top", "x"], "fout: --top is niet te lezen: schrijf een geheel getal ≥ 1"),
        (["programmes", "u", "n", "--coverage", "x"], "fout: --coverage is niet te lezen: schrijf een getal"),
        (["ask", "u", "n", "--top"], "fout: achter de optie --top hoort een waarde"),
        (["cache", "--clear=3"], "fout: achter de optie --clear hoort geen waarde"),
        (["--version=3"], "fout: achter de optie --version hoort geen waarde"),
    ],
)
def test_a_command_line_that_is_wrong_is_said_in_dutch(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["--language", "nl", *arguments])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == said
    assert all("--help' laat zien" in line for line in result.stderr.splitlines()[1:])


def test_without_a_command_there_is_help() -> None:
    result = CliRunner().invoke(app, [], prog_name="matcher")
    assert (result.exit_code, result.stdout.splitlines()[0]) == (2, "Usage: matcher [OPTIONS] COMMAND [ARGUMENTS]...")
