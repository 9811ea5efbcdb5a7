"""Help, usage and errors of the command line in the reader's language."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from matcher.cli.options import echo, language_of
from matcher.errors import nearest
from matcher.i18n.language import Language, message
from matcher.messages import Message

_CLICK_ERROR = typer.BadParameter.__mro__[2]
"""Base class of what is wrong with a command line."""
_EXAMPLES = message("Examples:")
_HELP_OPTION = message("Show this message and stop.")
_NOT_VALID = {
    "int": message("write a whole number{range}"),
    "float": message("write a number{range}"),
    "datetime": message("write a day, such as 2026-03-31"),
    "path": message("write the name of a file or folder"),
}
_TYPES = {
    "path": message("PATH"),
    "int": message("NUMBER"),
    "float": message("NUMBER"),
    "datetime": message("DAY"),
    "": message("TEXT"),
}
_REMARKS = re.compile(r"\s*\[([^\[\]]*)\]$")
_EXTRA = re.compile(r" \((.*)\)\.?$")
_GIVEN = "matcher.command"
"""Where a context keeps the name of the command that was asked for."""


def command_help(command: Any) -> str:
    """Help of a command: its docstring, without the examples."""
    return inspect.cleandoc(command.__doc__ or "").partition("\n\nExamples\n--------\n")[0]


def command_examples(command: Any) -> list[str]:
    """Examples in the docstring of a command, as lines to type."""
    examples = inspect.cleandoc(command.__doc__ or "").partition("\n\nExamples\n--------\n")[2]
    return [line.removeprefix("$ ") for line in examples.splitlines() if line.startswith("$ ")]


def help_texts(group: Any) -> Iterator[str]:
    """Every English text of the help of a group and its commands that catalogues translate."""
    for command in (group, *group.commands.values()):
        yield from _paragraphs(command.help)
        for parameter in command.params:
            yield parameter.help
            if parameter.param_type_name == "argument":
                yield parameter.metavar or parameter.name.upper()


class _Localised:
    """Help of a command in the language of its context."""

    def format_usage(self: Any, ctx: Any, formatter: Any) -> None:
        language = _language(ctx)
        pieces = [language.phrase(message("[OPTIONS]"))]
        pieces += [_argument_name(each, language) for each in self.params if each.param_type_name == "argument"]
        if isinstance(self, TyperGroup):
            pieces.append(language.phrase(message("COMMAND [ARGUMENTS]...")))
        usage = language.phrase(message("Usage:"))
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{usage} ")

    def format_help_text(self: Any, ctx: Any, formatter: Any) -> None:
        language = _language(ctx)
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text("\n\n".join(map(language.phrase, _paragraphs(self.help))))
        examples = command_examples(self.callback)
        if examples:
            formatter.write_paragraph()
            with formatter.indentation():
                lines = "\n".join(f"  {line}" for line in examples)
                formatter.write_text(f"\b\n{language.phrase(_EXAMPLES)}\n{lines}")

    def format_options(self: Any, ctx: Any, formatter: Any) -> None:
        language = _language(ctx)
        rows: dict[str, list[tuple[str, str]]] = {message("Arguments"): [], message("Options"): []}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                is_argument = parameter.param_type_name == "argument"
                rows["Arguments" if is_argument else "Options"].append(_row(parameter, record, language))
        for title, found in rows.items():
            if found:
                with formatter.section(language.phrase(title)):
                    formatter.write_dl(found)
        if isinstance(self, TyperGroup):
            with formatter.section(language.phrase(message("Commands"))):
                formatter.write_dl(
                    [(name, language.phrase(_paragraphs(each.help)[0])) for name, each in self.commands.items()]
                )


class LocalisedCommand(_Localised, TyperCommand):
    """A command whose help is in the reader's language."""


class LocalisedGroup(_Localised, TyperGroup):
    """Commands whose help and errors are in the reader's language, which is that of the command line."""

    def main(self, args: Sequence[str] | None = None, *more: Any, **extra: Any) -> Any:
        """Run a command; its context knows the reader's language.

        Parameters
        ----------
        args : sequence of str, optional
            Default: those of the process.
        *more, **extra : object
            Passed on; ``standalone_mode`` says whether the process ends with the command.
        """
        ends = extra.pop("standalone_mode", True)
        arguments = list(sys.argv[1:] if args is None else args)
        language = language_of({name: _value_of(f"--{name}", arguments) for name in ("language", "settings")})
        try:
            code = super().main(arguments, *more, **{**extra, "standalone_mode": False, "obj": language})
        except typer.Abort:
            raise SystemExit(1) from None
        except Exception as error:
            if not ends or not isinstance(error, _CLICK_ERROR):
                raise
            _show(error, language)
            raise SystemExit(getattr(error, "exit_code", 2)) from None
        if ends:
            raise SystemExit(code if isinstance(code, int) else 0)
        return code

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Command of a name, which is kept for the error where there is none.

        Parameters
        ----------
        ctx : Context
        args : list of str
            The name, and the arguments of the command.
        """
        ctx.meta[_GIVEN] = args[0]
        return super().resolve_command(ctx, args)


def _language(ctx: Any) -> Language:
    return ctx.obj if isinstance(ctx.obj, Language) else language_of({})


def _value_of(option: str, arguments: Sequence[str]) -> str | None:
    """Value of an option as the command line has it, before it is read: an error or a help text needs it too."""
    for position, argument in enumerate(arguments):
        if argument == option:
            return arguments[position + 1] if position + 1 < len(arguments) else None
        if argument.startswith(f"{option}="):
            return argument.partition("=")[2]
    return None


def _paragraphs(text: str | None) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in (text or "").split("\n\n")]


def _argument_name(parameter: Any, language: Language) -> str:
    return language.phrase(parameter.metavar or parameter.name.upper())


def _type_of(shown: str) -> str:
    """Type of an option's value by the name that the library shows for it."""
    return next((name for name in _TYPES if name and name in shown.casefold()), "")


def _row(parameter: Any, record: tuple[str, str], language: Language) -> tuple[str, str]:
    """Name and help of an argument or option, with what the library adds to them, in a language."""
    name, _, shown_type = record[0].partition(" ")
    if parameter.param_type_name == "argument":
        name = _argument_name(parameter, language)
    elif shown_type:
        name = f"{name} {language.phrase(_TYPES[_type_of(shown_type)])}"
    text = _HELP_OPTION if parameter.name == "help" else parameter.help
    remarks = _REMARKS.search(record[1][len(parameter.help) :])
    shown = [_remark(remark, language) for remark in remarks[1].split("; ")] if remarks else []
    return name, language.phrase(text) + (f"  [{'; '.join(shown)}]" if shown else "")


def _remark(remark: str, language: Language) -> str:
    if remark.startswith("default: "):
        return language.phrase(message("default: {value}"), value=remark.removeprefix("default: "))
    return language.phrase(message("required")) if remark == "required" else remark


def _show(error: Any, language: Language) -> None:
    """Print what is wrong with a command line, as other errors are printed, and where help is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        echo(error.ctx.get_help())
        return
    ctx = getattr(error, "ctx", None)
    echo(language.phrase("error: {text}", text=language.render(_fault(error, ctx))), err=True)
    if ctx is not None:
        text = message("'{command} --help' shows what can be given.")
        echo(language.phrase(text, command=ctx.command_path), err=True)


def _fault(error: Any, ctx: Any) -> str:
    """What is wrong with a command line, as a message."""
    parameter = getattr(error, "param", None)
    name = getattr(error, "option_name", "")
    match type(error).__name__:
        case "NoSuchOption":
            options = [option for each in ctx.command.params for option in each.opts if option.startswith("-")]
            return Message("there is no option {name}{hint}", name=name, hint=nearest(name, options))
        case "MissingParameter" if parameter is not None:
            given = parameter.opts[0] if parameter.param_type_name == "option" else _Metavar(parameter)
            return Message("{name} is missing: {help}", name=given, help=Message(parameter.help))
        case "BadParameter" if parameter is not None:
            kind = _type_of(str(parameter.get_help_record(ctx)[0]).partition(" ")[2])
            limits = [
                f"{sign} {limit}" for sign, limit in (("≥", parameter.min), ("≤", parameter.max)) if limit is not None
            ]
            expected = Message(_NOT_VALID[kind], **({"range": "".join(f" {limit}" for limit in limits)} if kind in ("int", "float") else {}))  # fmt: skip
            return Message("{name} cannot be read: {expected}", name=parameter.opts[0], expected=expected)
        case "BadOptionUsage":
            if "does not take" in str(error):
                return Message("option {name} takes no value", name=name)
            return Message("option {name} needs a value after it", name=name)
    if ctx is not None and isinstance(ctx.command, TyperGroup):
        given = ctx.meta.get(_GIVEN)
        if not given:
            return Message("name a command")
        return Message(
            "there is no command '{name}'{hint}", name=given, hint=nearest(given, list(ctx.command.commands))
        )
    extra = _EXTRA.search(error.message)
    return Message("this is one too many: {words}", words=extra[1]) if extra else str(error.message)


class _Metavar(str):
    """Name of an argument, which is translated."""

    def __new__(cls, parameter: Any) -> _Metavar:
        return super().__new__(cls, parameter.metavar or parameter.name.upper())

    def in_language(self, language: Language) -> str:
        """Return the name in a language."""
        return language.phrase(str(self))
