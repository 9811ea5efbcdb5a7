"""The job that writes letters to both sides of chosen pairs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from matcher.api.matching import Match
from matcher.errors import MatcherError
from matcher.i18n.language import Language, load_language
from matcher.jobs.inputs import InputFiles, read_inputs
from matcher.jobs.pairs import coded_pairs
from matcher.jobs.runs import match_inputs
from matcher.messages import Message
from matcher.reports.letters.letters import Letter, letter_files, write_letters
from matcher.reports.letters.templates import LetterTemplates
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status
from matcher.tables.write.files import write_results


def letters(
    files: InputFiles,
    out: Path,
    settings: Settings,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    templates: Path | None = None,
    sender: str = "",
    cache_folder: Path | None = None,
) -> list[Letter]:
    """Write letters to both sides of pairs.

    Parameters
    ----------
    files : mapping of str to Path
        As for :func:`matcher.jobs.match.match`.
    out : Path
        Folder for the letters; written whole or not at all.
    settings : Settings
    pairs : sequence of (str, str)
        Units and nonprofits to write to, each by its code or its name. Default: those that are proposed in the partnerships.
    templates : Path, optional
        Folder with templates of the user's own, see :class:`matcher.reports.letters.templates.LetterTemplates`.
    sender : str
        Who signs. Default: the company's foundation, or the company.
    cache_folder : Path, optional
        Where embeddings and answers of an online geocoder are kept.

    Raises
    ------
    MatcherError
        When a file or a template has errors, there is no such pair, or there is no pair to write to.
    """
    language = load_language(settings.language)
    chosen = LetterTemplates.read(language, templates)
    tables = read_inputs(files, settings).checked()
    wanted = coded_pairs(tables, pairs) or proposed_pairs(tables)
    if not wanted:
        raise MatcherError(
            Message(
                "there is no pair to write to: no partnership has the status proposed. Name pairs with --pair, as in U7:N12"
            )
        )
    match = match_inputs(tables, settings, cache_folder)
    found = letters_to(match, tables, wanted, chosen, language, sender=sender)
    write_results(out, letter_files(found, language, match.scorer.run.today, chosen.letterhead))
    return found


def letters_to(
    match: Match,
    tables: Tables,
    pairs: Sequence[tuple[str, str]],
    templates: LetterTemplates,
    language: Language,
    *,
    sender: str = "",
) -> list[Letter]:
    """Letters to both sides of pairs of a match; nothing is written.

    Parameters
    ----------
    match : Match
    tables : Tables
        Its lists.
    pairs : sequence of (str, str)
        Units and nonprofits to write to.
    templates : LetterTemplates
    language : Language
    sender : str
        Who signs. Default: the company's foundation, or the company.

    Raises
    ------
    MatcherError
        When a template has errors, or there is no such pair.
    """
    records = [match.explain(*pair) for pair in pairs]
    return write_letters(records, tables, templates, language, day=match.scorer.run.today, sender=sender)


def proposed_pairs(tables: Tables) -> list[tuple[str, str]]:
    """Pairs that are proposed, in order of unit and nonprofit."""
    if tables.partnerships is None:
        return []
    frame = tables.partnerships.frame
    proposed = frame[frame[Partnership.STATUS] == Status.PROPOSED]
    return sorted(set(zip(proposed[Partnership.UNIT_ID], proposed[Partnership.NONPROFIT_ID], strict=True)))
