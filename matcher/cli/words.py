"""``matcher words``: the words that cells may hold."""

from typing import Annotated

import typer

from matcher.cli.options import LANGUAGE_CODES, echo, report_errors


@report_errors
def words(
    language: Annotated[str, typer.Option("--language", help=f"Language of the words: {LANGUAGE_CODES}.")] = "en",
) -> None:
    """List the known causes, resources, benefits, statuses and accreditations, each with its other spellings.

    Plurals, compounds and typing errors are understood too, and causes that are not listed are compared by meaning.

    Examples
    --------
    $ matcher words
    $ matcher words --language nl
    """
    from itertools import groupby

    from matcher.i18n.language import load_language
    from matcher.tables.write.known_words import known_words

    for group, members in groupby(known_words(load_language(language)), key=lambda known: known.group):
        echo(f"{group}:")
        for known in members:
            echo(f"  {known.word}: {'; '.join(known.also)}" if known.also else f"  {known.word}")
