"""``matcher words``: the words that cells may hold."""

from matcher.cli.options import LanguageCode, echo, language_named, report_errors


@report_errors
def words(
    language: LanguageCode = None,
) -> None:
    """List the known causes, resources, benefits, statuses and accreditations, each with its other spellings.

    Plurals, compounds and typing errors are understood too, and causes that are not listed are compared by meaning.

    Examples
    --------
    $ matcher words
    $ matcher words --language nl
    """
    from itertools import groupby

    from matcher.tables.write.known_words import known_words

    for group, members in groupby(known_words(language_named(language)), key=lambda known: known.group):
        echo(f"{group}:")
        for known in members:
            echo(f"  {known.word}: {'; '.join(known.also)}" if known.also else f"  {known.word}")
