"""A pair as a row of a shortlist: what the run says of it beside what the team says, hidden where the review is blind."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from matcher.errors import UnknownIdError
from matcher.i18n.folding import fold
from matcher.i18n.language import Language
from matcher.reports.page.lists import pair_view
from matcher.reports.page.pairs import PairBook
from matcher.reports.sentences.standings import standing_sentence
from matcher.workspace.engine import engine
from matcher.workspace.models import Account, ListPage, Preferences, Role, Run
from matcher.workspace.reviewing import PairReview, review_of, reviews_of

_MOST_NAMES = 12
_SHOWN_BLIND = ("name", "under", "km", "distance", "nonprofit_id", "number")


@dataclass(frozen=True)
class PairRow:
    """A pair as it is shown to a person.

    Attributes
    ----------
    unit_id, unit_name, nonprofit_id : str
    view : dict
        The row of the shortlist, see :class:`matcher.reports.page.views.PairView`.
    data : dict
        What an opened pair shows.
    review : PairReview
    is_hidden : bool
        Whether scores and the answers of others are hidden from the person: the review is blind, and their own answer
        is not given.
    standing : str
        Why it is not on the list; empty where it is.
    """

    unit_id: str
    unit_name: str
    nonprofit_id: str
    view: dict[str, Any]
    data: dict[str, Any]
    review: PairReview
    is_hidden: bool
    standing: str = ""

    @property
    def address(self) -> str:
        """Address of its page."""
        return f"{reverse('pair')}?{urlencode({'unit': self.unit_id, 'nonprofit': self.nonprofit_id})}"

    @property
    def anchor(self) -> str:
        """Its id on a page."""
        return f"pair-{self.view['number']}"


def pair_rows(found: ListPage, account: Account, preferences: Preferences) -> list[PairRow]:
    """Rows of a shortlist as a person sees them.

    Parameters
    ----------
    found : ListPage
    account : Account
    preferences : Preferences
    """
    reviews = reviews_of(found.unit_id)
    rows = [
        _row(found, item, reviews.get(item["nonprofit_id"]), account, preferences) for item in found.content["pairs"]
    ]
    # The order of a list tells the scores.
    return sorted(rows, key=lambda row: row.view["name"].casefold()) if any(row.is_hidden for row in rows) else rows


def _row(
    found: ListPage, item: dict[str, Any], review: PairReview | None, account: Account, preferences: Preferences
) -> PairRow:
    review = review or PairReview(found.unit_id, item["nonprofit_id"])
    is_hidden = _is_hidden(review, account, preferences)
    number = str(item["number"])
    shared = found.content["data"]
    data = _data(shared["pairs"][number], shared)
    return PairRow(
        found.unit_id,
        found.name,
        item["nonprofit_id"],
        {name: item[name] for name in _SHOWN_BLIND} if is_hidden else item,
        _blinded(data) if is_hidden else data,
        review,
        is_hidden,
    )


def _data(pair: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """What one pair shows, apart from the others."""
    alone = {**pair, "u": 0, "n": 0, "agenda": 0}
    return {
        "pair": alone,
        "units": [shared["units"][str(pair["u"])]],
        "nonprofits": [shared["nonprofits"][str(pair["n"])]],
        "agendas": [shared["agendas"][str(pair["agenda"])]],
    }


def _blinded(data: dict[str, Any]) -> dict[str, Any]:
    """Data of a pair without its score and the parts of it."""
    return {**data, "pair": {**data["pair"], "score": None, "steps": [], "change": ""}}


def _is_hidden(review: PairReview, account: Account, preferences: Preferences) -> bool:
    return preferences.is_blind and account.may(Role.REVIEWER) and review.answer_of(account) is None


def row_of(unit_id: str, nonprofit_id: str, request: HttpRequest) -> PairRow:
    """Row of one pair, on the list of its unit or not.

    Parameters
    ----------
    unit_id, nonprofit_id : str
    request : HttpRequest

    Raises
    ------
    Http404
        When there is no such unit or nonprofit in the run.
    """
    found = ListPage.objects.filter(run=Run.latest(), language=request.words.code, unit_id=unit_id).first()
    if found is None:
        raise Http404
    preferences, review = Preferences.current(), review_of(unit_id, nonprofit_id)
    for item in found.content["pairs"]:
        if item["nonprofit_id"] == nonprofit_id:
            return _row(found, item, review, request.user, preferences)
    return _off_list(found, nonprofit_id, review, request, preferences)


def _off_list(
    found: ListPage, nonprofit_id: str, review: PairReview, request: HttpRequest, preferences: Preferences
) -> PairRow:
    run = engine().computed
    try:
        record = run.match.explain(found.unit_id, nonprofit_id)
        standing = standing_sentence(*run.match.standing(found.unit_id, nonprofit_id), request.words)
    except UnknownIdError:
        raise Http404 from None
    book = PairBook(run.results_in(request.words.code))
    view = asdict(pair_view(book, record, {})) | {"nonprofit_id": nonprofit_id}
    content = book.data()
    pair = content["pairs"][view["number"]]
    shared = {
        name: {str(at): item for at, item in enumerate(content[name])} for name in ("units", "nonprofits", "agendas")
    }
    data = _data(pair, shared)
    is_hidden = _is_hidden(review, request.user, preferences)
    return PairRow(
        found.unit_id,
        found.name,
        nonprofit_id,
        {name: view[name] for name in _SHOWN_BLIND} if is_hidden else view,
        _blinded(data) if is_hidden else data,
        review,
        is_hidden,
        "" if is_hidden else standing,
    )


def standings_by_name(unit_id: str, name: str, language: Language) -> list[tuple[str, str, str]]:
    """Standing of each nonprofit whose name holds all words of a search, for a unit's list.

    Parameters
    ----------
    unit_id, name : str
    language : Language

    Returns
    -------
    list of (str, str, str)
        Id, name and sentence, twelve at most; none for an empty search.
    """
    words = fold(name).split()
    if not words:
        return []
    match = engine().computed.match
    nonprofits = match.scorer.run.nonprofits
    hits = [
        (str(row_id), str(shown))
        for row_id, shown in zip(nonprofits.ids, nonprofits.names, strict=True)
        if all(word in fold(str(shown)) for word in words)
    ]
    return [
        (row_id, shown, standing_sentence(*match.standing(unit_id, row_id), language))
        for row_id, shown in hits[:_MOST_NAMES]
    ]
