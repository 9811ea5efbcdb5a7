"""Frozen versions of results: the files of the command line, written once."""

from __future__ import annotations

import hashlib
import mimetypes
import secrets
from datetime import timedelta

from django.conf import settings as django_settings
from django.utils import timezone

from matcher.i18n.language import load_language
from matcher.jobs.letters import letters_to, proposed_pairs
from matcher.jobs.match import MatchedRun, compute, write_run
from matcher.jobs.records import Stopwatch
from matcher.reports.letters.letters import letter_files
from matcher.reports.letters.templates import LetterTemplates
from matcher.reports.outputs import known_outputs
from matcher.reports.results import Files
from matcher.workspace.inputs import run_files, run_settings
from matcher.workspace.models import Account, Publication, ShareLink
from matcher.workspace.models.accounts import digest_of

PAGE_FILE = "report.html"
_TOKEN_BYTES = 32


def write_publication(publication_id: int, watch: Stopwatch) -> Publication:
    """Write the files of a publication, from the lists, decisions and settings of its run.

    The same as ``matcher match`` writes from these; what was published already is not written again.

    Parameters
    ----------
    publication_id : int
    watch : Stopwatch

    Raises
    ------
    MatcherError
        When a list or a setting cannot be used.
    """
    publication = Publication.objects.select_related("run").get(pk=publication_id)
    if publication.files:
        return publication
    run = publication.run
    cache_folder = django_settings.ENVIRONMENT.cache_folder
    computed = compute(run_files(run), run_settings(run, publication.language), cache_folder=cache_folder, watch=watch)
    with watch.stage("write"):
        publication.folder.parent.mkdir(parents=True, exist_ok=True)
        write_run(computed, publication.folder, tuple(known_outputs()), _letters(computed, publication.language))
    files = sorted(path for path in publication.folder.iterdir() if path.is_file())
    publication.files = [
        {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
        for path in files
    ]
    publication.save(update_fields=["files"])
    return publication


def _letters(computed: MatchedRun, code: str) -> Files:
    """Letters to both sides of the pairs that the run proposes: those on which the team said yes, and earlier ones."""
    language, tables = load_language(code), computed.results.tables
    pairs = proposed_pairs(tables)
    found = letters_to(computed.match, tables, pairs, LetterTemplates.read(language), language)
    return letter_files(found, language, computed.results.data.today) if found else {}


def make_link(publication: Publication, by: Account, days: int) -> tuple[ShareLink, str]:
    """Make a link by which a publication is read without a log-in.

    Parameters
    ----------
    publication : Publication
    by : Account
    days : int
        For which it works.

    Returns
    -------
    (ShareLink, str)
        The link, and its token, which is kept nowhere.
    """
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    link = ShareLink.objects.create(
        publication=publication,
        token_digest=digest_of(token),
        made_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    return link, token


def content_type(name: str) -> str:
    """Type of a file of results, for browsers."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def open_link(token: str) -> ShareLink | None:
    """Link of a token, where it still works."""
    link = ShareLink.objects.select_related("publication").filter(token_digest=digest_of(token)).first()
    return link if link is not None and link.is_open else None
