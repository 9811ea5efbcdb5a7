"""The words of a run: how each was understood, and what to say of those that were not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from matcher.i18n.folding import fold
from matcher.i18n.language import Language, available_languages, counted_message, load_language, message
from matcher.scoring.data import Run
from matcher.tables.data import Tables
from matcher.tables.problems import file_in_words
from matcher.tables.read.word_uses import WordUse, word_counts, word_uses
from matcher.tables.schema.columns import Nonprofit, Unit
from matcher.tables.schema.specs import CellType
from matcher.tables.schema.vocabulary import SEVERAL_MEANINGS
from matcher.tables.words.reading import HowRead, ReadWord

WORD_COLUMNS = ("table", "column", "word", "read_as", "how", "rows")
_CAUSE_COLUMNS = (Unit.CAUSES, Unit.EXCLUDES)
_SHOWN = 10
_NONE_MATCH = message(
    "{count} of {total} category words of the nonprofits match none that units name, so causes do not count in this run; "
    "the most frequent: {words}. Put known causes in their place: 'matcher words' lists them."
)
_SOME_UNKNOWN = {
    "units": message(
        "{count} of {total} cause words of the units are not understood and count as unknown; the most frequent: {words}."
    ),
    "nonprofits": message(
        "{count} of {total} cause words of the nonprofits are not understood and count as unknown; the most frequent: "
        "{words}."
    ),
}
_EXCLUDED_IN_DOUBT = counted_message(
    "The excluded word '{word}' may mean the same as {words}: 1 nonprofit is left out for it in doubt.",
    "The excluded word '{word}' may mean the same as {words}: {count} nonprofits are left out for it in doubt.",
)
_EXCLUDES_NOBODY = message("The excluded word '{word}' is not understood and excludes nobody (units: {units}).")


def words_table(tables: Tables, run: Run | None, language: Language) -> pd.DataFrame:
    """Words of a run and how each was understood, one row for each list, column and word.

    Parameters
    ----------
    tables : Tables
    run : Run or None
        Knows which words were understood by their meaning; None before the texts are read.
    language : Language
        Of the known words and of how they were found.
    """
    rows = []
    for use in _uses(tables):
        how, words = _understood(use, run)
        shown = ", ".join(language.word(word) for word in words)
        # A spelling that is listed is shown by its own word: a long list is kept in these words once it was read.
        written = shown if how is HowRead.KNOWN else use.read.written
        rows.append((use.table, use.column, written, shown, language.phrase(how.value), len(use.rows)))
    frame = pd.DataFrame(rows, columns=list(WORD_COLUMNS))
    counted = frame.groupby(list(WORD_COLUMNS[:-1]), sort=False)["rows"].sum().reset_index()
    table, column, word = WORD_COLUMNS[:3]
    by_frequency = counted.sort_values(["rows", word], ascending=[False, True], kind="stable")
    return by_frequency.sort_values([table, column], ascending=[False, True], kind="stable").reset_index(drop=True)


def word_lines(tables: Tables, language: Language) -> list[str]:
    """Words of each list whose reading somebody should look over, by their column, and those that are not understood.

    Synonyms that mean one thing only are left out, and so are causes that are not known, which are problems.

    Parameters
    ----------
    tables : Tables
    language : Language
    """
    lines = []
    for table in tables.by_name.values():
        read_as: dict[str, list[str]] = {}
        not_understood: dict[str, list[str]] = {}
        fixed = word_uses(table, (CellType.WORDS, CellType.WORD))
        for use in (*fixed, *word_uses(table)):
            how, words = _understood(use, None)
            if how is HowRead.UNKNOWN:
                # Where words are fixed, and of causes, a warning says so.
                if use not in fixed and use.column not in _CAUSE_COLUMNS:
                    not_understood.setdefault(table.headings[use.column], []).append(f"'{use.read.written}'")
            elif not (_is_sure(use.read) or _is_standard(use.read.written, words)):
                shown = f"{use.read.written} → {', '.join(language.word(word) for word in words)}"
                read_as.setdefault(table.headings[use.column], []).append(shown)
        file = language.render(file_in_words(table.file))
        if read_as:
            shown = "; ".join(f"{heading}: {_most_frequent(words)}" for heading, words in read_as.items())
            lines.append(language.phrase("{file}: words read as (is that right?): {words}", file=file, words=shown))
        lines += [
            language.phrase(
                "{file}, column {heading}: words not understood: {words}",
                file=file,
                heading=heading,
                words=_most_frequent(words),
            )
            for heading, words in not_understood.items()
        ]
    return lines


def _is_sure(read: ReadWord) -> bool:
    """Whether a word is a synonym that means one thing only."""
    return read.how.is_certain and read.written not in SEVERAL_MEANINGS


def _is_standard(written: str, words: Sequence[str]) -> bool:
    """Whether a word stands in a cell as its code, or as one of the languages has it."""
    if len(words) != 1:
        return False
    shown = [load_language(code).word(words[0]) for code in available_languages()]
    return written in (words[0], *(fold(word) for word in (words[0].replace("_", " "), *shown)))


def cause_notices(tables: Tables, run: Run, language: Language) -> list[str]:
    """What is to be said first of a run's cause words, as sentences.

    Parameters
    ----------
    tables : Tables
    run : Run
    language : Language
    """
    counts = {
        "units": word_counts(tables.units.frame[Unit.CAUSES]),
        "nonprofits": word_counts(tables.nonprofits.frame[Nonprofit.CAUSES]),
    }
    notices = []
    meets = run.causes.affinity[np.ix_(run.units.causes.any(axis=0), run.nonprofits.causes.any(axis=0))]
    if counts["units"] and counts["nonprofits"] and not meets.any():
        named = counts["nonprofits"]
        frequent = _by_frequency(named.items())
        notices.append(_counted(language, _NONE_MATCH, frequent, len(named)))
    else:
        for side, text in _SOME_UNKNOWN.items():
            unknown = [(word, count) for word, count in counts[side].items() if _is_unknown(word, run)]
            if unknown:
                notices.append(_counted(language, text, _by_frequency(unknown), len(counts[side])))
    return notices + list(_exclusion_notices(tables, run, language))


def _exclusion_notices(tables: Tables, run: Run, language: Language) -> Iterator[str]:
    named = word_counts(tables.nonprofits.frame[Nonprofit.CAUSES])
    position = {word: index for index, word in enumerate(run.causes.words)}
    for word in _by_frequency(word_counts(tables.units.frame[Unit.EXCLUDES]).items()):
        if _is_unknown(word, run):
            has_word = [word in str(cell).split("; ") for cell in tables.units.frame[Unit.EXCLUDES]]
            units = tables.units.frame[Unit.ID][has_word].tolist()
            yield language.phrase(_EXCLUDES_NOBODY, word=language.word(word), units=_most_frequent(units))
            continue
        ruled_out = run.causes.excluded_by[position[word]]
        others = [other for other in named if other in position and other != word and ruled_out[position[other]]]
        if others:
            columns = [position[other] for other in others]
            count = int(run.nonprofits.causes[:, columns].any(axis=1).sum())
            words = _most_frequent([f"'{language.word(other)}'" for other in others])
            yield language.count_phrase(*_EXCLUDED_IN_DOUBT, count, word=language.word(word), words=words)


def _uses(tables: Tables) -> Iterator[WordUse]:
    for table in tables.by_name.values():
        if table.name in ("units", "nonprofits"):
            yield from word_uses(table)


def _understood(use: WordUse, run: Run | None) -> tuple[HowRead, Sequence[str]]:
    """How a word was understood in the end, and as what."""
    read = use.read
    if read.how is HowRead.PART or (read.how is HowRead.UNKNOWN and (run is None or use.column not in _CAUSE_COLUMNS)):
        return read.how, read.near
    if read.how is HowRead.UNKNOWN and run is not None:
        return run.causes.read_as.get(read.written, (HowRead.UNKNOWN, ()))
    return read.how, read.words


def _is_unknown(word: str, run: Run) -> bool:
    return run.causes.read_as.get(word, (HowRead.KNOWN, ()))[0] is HowRead.UNKNOWN


def _counted(language: Language, text: str, words: Sequence[str], total: int) -> str:
    shown = _most_frequent([language.word(word) for word in words])
    return language.phrase(text, count=language.number(len(words)), total=language.number(total), words=shown)


def _by_frequency(counts: Iterable[tuple[str, int]]) -> list[str]:
    return [word for word, _ in sorted(counts, key=lambda item: (-item[1], item[0]))]


def _most_frequent(words: Sequence[str]) -> str:
    return ", ".join([*words[:_SHOWN], *(["…"] if len(words) > _SHOWN else [])])
