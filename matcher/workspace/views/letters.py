"""Letters to both sides of pairs: read and copied into a mail, or downloaded as Word documents."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse

from matcher.i18n.language import Language, available_languages, load_language
from matcher.jobs.letters import letters_to
from matcher.reports.letters.letters import Letter, letter_files
from matcher.reports.letters.templates import LetterTemplates
from matcher.workspace.access import allowed
from matcher.workspace.engine import engine
from matcher.workspace.models import Role, log
from matcher.workspace.publishing import content_type
from matcher.workspace.templating import page

_MOST_PAIRS = 200


@allowed(Role.REVIEWER, is_heavy=True)
def letters(request: HttpRequest) -> HttpResponse:
    """Letters to both sides of the pairs that are asked for."""
    language, found = _letters(request)
    names = list(letter_files(found, language, engine().computed.results.data.today)) if found else []
    values: dict[str, Any] = {
        "letters": [(letter, _mail(letter)) for letter in found],
        "files": names,
        "chosen": language.code,
        "pairs": request.GET.getlist("pair"),
        "query": urlencode({"pair": request.GET.getlist("pair"), "language": language.code}, doseq=True),
    }
    return page(request, "letters.html", **values)


@allowed(Role.REVIEWER, is_heavy=True)
def letters_file(request: HttpRequest, name: str) -> HttpResponse:
    """Letters as one file: a Word document for each side, or a table for mails.

    Parameters
    ----------
    request : HttpRequest
    name : str
        Of the file.
    """
    language, found = _letters(request)
    files = letter_files(found, language, engine().computed.results.data.today) if found else {}
    if name not in files:
        raise Http404
    answer = HttpResponse(files[name], content_type=content_type(name))
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    log(request.user, "downloaded", name, pairs=request.GET.getlist("pair")[:_MOST_PAIRS])
    return answer


def _letters(request: HttpRequest) -> tuple[Language, list[Letter]]:
    """Language that is asked for, and the letters in it.

    Raises
    ------
    MatcherError
        When there is no such pair.
    """
    code = request.GET.get("language", "")
    language = load_language(code) if code in available_languages() else request.words
    texts = [text.partition("\t") for text in request.GET.getlist("pair")[:_MOST_PAIRS]]
    pairs = list(dict.fromkeys((unit, nonprofit) for unit, _, nonprofit in texts))
    computed = engine().computed
    return language, letters_to(
        computed.match, computed.results.tables, pairs, LetterTemplates.read(language), language
    )


def _mail(letter: Letter) -> str:
    """Address by which a mail program takes the letter up; to whom it goes is filled in there."""
    return f"mailto:?subject={quote(letter.subject)}&body={quote(letter.text)}"
