"""The help of every command, and the examples in it."""

from __future__ import annotations

import importlib
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
