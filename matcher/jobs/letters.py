"""The job that writes letters to both sides of chosen pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matcher.api.matching import Match
from matcher.errors import MatcherError
from matcher.i18n.language import Language, load_language, message
from matcher.jobs.inputs import InputFiles, read_inputs
from matcher.jobs.pairs import coded_pairs
from matcher.jobs.runs import match_inputs
from matcher.messages import Message
from matcher.ranking.common_ground import is_related
from matcher.reports.letters.letters import Letter, letter_files, write_letters
from matcher.reports.letters.templates import LetterTemplates
from matcher.reports.sentences.programmes import doubtful_sentence
from matcher.settings import Settings
from matcher.tables.data import Tables
from matcher.tables.schema.columns import Partnership
from matcher.tables.status import Status
from matcher.tables.write.files import write_results

_GATED = message("{unit} with {nonprofit} cannot go on: {gates}.")
_ALL_IN_DOUBT = message("no letter is written: every proposed pair is in doubt. Name pairs with --pair to write all the same.")  # fmt: skip


@dataclass(frozen=True)
class WrittenLetters:
    """Letters that were written, and what is to be said of pairs that the board had better look at first.

    Attributes
    ----------
    letters : tuple of Letter
    left_out : tuple of str
        A sentence for each proposed pair that got no letter.
    in_doubt : tuple of str
        A sentence for each pair that was asked for by name all the same.
    """

    letters: tuple[Letter, ...]
    left_out: tuple[str, ...] = ()
    in_doubt: tuple[str, ...] = ()


def letters(
    files: InputFiles,
    out: Path,
    settings: Settings,
    *,
    pairs: Sequence[tuple[str, str]] = (),
    templates: Path | None = None,
    sender: str = "",
    cache_folder: Path | None = None,
) -> WrittenLetters:
    """Write letters to both sides of pairs.

    A proposed pair that a gate excludes, or that does not suit each other well enough for a list, gets none: a programme
    asks whether to go on with it. A pair that is named gets one.

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
    doubts = {pair: why for pair in wanted if (why := _doubt(match, pair, language))}
    if not pairs:
        wanted = [pair for pair in wanted if pair not in doubts]
    if not wanted:
        raise MatcherError("\n".join([language.phrase(_ALL_IN_DOUBT), *doubts.values()]))
    found = letters_to(match, tables, wanted, chosen, language, sender=sender)
    day, for_excel = match.scorer.run.today, settings.csv_for_excel
    write_results(out, letter_files(found, language, day, chosen.letterhead, for_excel=for_excel))
    said, none = tuple(doubts.values()), ()
    return WrittenLetters(tuple(found), none if pairs else said, said if pairs else none)


def _doubt(match: Match, pair: tuple[str, str], language: Language) -> str:
    """Why a pair had better not be written to, as a sentence; empty where nothing speaks against it."""
    record, positions = match.explain(*pair), match.position_of(*pair)
    names = {"unit": record.unit_name, "nonprofit": record.nonprofit_name}
    if record.gates:
        return language.phrase(_GATED, gates=", ".join(map(language.word, record.gates)), **names)
    unit, nonprofit = (np.array([position]) for position in positions)
    is_low = (match.scorer.scores(unit, nonprofit) < match.scorer.run.settings.shortlist.min_score)[0]
    if is_low or not is_related(match.scorer, unit, nonprofit)[0]:
        return doubtful_sentence(record, language)
    return ""


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
