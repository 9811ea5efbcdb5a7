"""Templates of the workspace: Jinja with the words of the product's own catalogues."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse

from matcher import __version__
from matcher.i18n.language import Language
from matcher.reports.page.wording import page_labels, script_labels
from matcher.workspace import wording
from matcher.workspace.wording import moment_in_words


def environment(**options: Any) -> jinja2.Environment:
    """Environment of the templates.

    Parameters
    ----------
    **options
        As Django passes them on.
    """
    options |= {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    made = jinja2.Environment(**options)  # noqa: S701 - Django asks for autoescape
    made.globals.update(static=static, url=url, version=__version__, wording=wording, pair_texts=_pair_texts)
    made.filters.update(json=json.dumps)
    return made


def page(request: HttpRequest, template: str, status: int = 200, **values: Any) -> HttpResponse:
    """Answer with a template.

    Parameters
    ----------
    request : HttpRequest
    template : str
        Name below ``workspace/``.
    status : int
        Of the answer.
    **values
        What the template fills in.
    """
    return HttpResponse(fragment(request, template, **values), status=status)


def fragment(request: HttpRequest, template: str, **values: Any) -> str:
    """Text of a template.

    Parameters
    ----------
    request : HttpRequest
    template : str
        Name below ``workspace/``.
    **values
        What the template fills in.
    """
    language: Language = request.words
    common = {
        "request": request,
        "account": request.user,
        "language": language,
        "phrase": language.phrase,
        "count_phrase": language.count_phrase,
        "moment": lambda value: moment_in_words(value, language),
        "csrf_token": get_token(request),
        "messages": lambda: get_messages(request),
        "shared": settings.SHARED,
        "openid": settings.OPENID_CLIENT is not None,
        "labels": script_labels(language),
        "label": page_labels(language),
    }
    return str(render_to_string(f"workspace/{template}", common | values))


def url(name: str, *args: object, **query: object) -> str:
    """Address of a view, with a query; a list stands for a name that is repeated.

    Parameters
    ----------
    name : str
        Of the view.
    *args
        What its address holds.
    **query
        Names and values of the query.
    """
    from urllib.parse import urlencode

    address = str(reverse(name, args=args))
    return f"{address}?{urlencode(query, doseq=True)}" if query else address


def _pair_texts(pairs: Sequence[Mapping[str, Any]], content: Mapping[str, Any]) -> list[str]:
    """Pairs of a programme that do not run yet, as an address names them.

    Parameters
    ----------
    pairs : sequence of mapping
        Rows of the programme.
    content : mapping
        The page that they stand on.
    """
    running = set(content.get("running", ()))
    return ["\t".join(content["pairs"][pair["number"]]) for pair in pairs if pair["number"] not in running]
