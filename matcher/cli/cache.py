"""``matcher cache``: the files kept between runs."""

from typing import Annotated

import typer

from matcher.cli.options import LanguageCode, cache_folder, echo, language_named, report_errors
from matcher.i18n.language import message

_CONTENTS = {
    "embeddings": message("embeddings"),
    "texts": message("texts"),
    "runs": message("whole runs"),
    "places": message("places"),
    "damaged": message("damaged"),
}


@report_errors
def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Delete all of it.")] = False,
    language: LanguageCode = None,
) -> None:
    """Show or clear what is kept between runs: embeddings, prepared texts of long lists, whole runs, and answers of online geocoders.

    Examples
    --------
    $ matcher cache
    $ matcher cache --clear
    """
    from matcher.jobs.cache import cache_contents, clear_cache

    words = language_named(language)
    kept = clear_cache(cache_folder()) if clear else cache_contents(cache_folder())
    for item in kept.items:
        echo(f"{words.number(item.count):>10} {words.phrase(_CONTENTS[item.content]):<14}  {words.render(item.source)}")
    if not kept.items:
        echo(words.phrase("Nothing is kept in {folder}.", folder=kept.folder))
        return
    text = (
        message("Cleared: {size} MB in {folder}.")
        if clear
        else message("{size} MB in {folder}. 'matcher cache --clear' deletes it.")
    )
    echo(words.phrase(text, size=words.number(kept.size_bytes / 1e6, 1), folder=kept.folder))
