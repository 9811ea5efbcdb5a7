"""Questions of which a survey tool writes one column a choice: ``needs/people``, ``needs [Geld]``, with a tick in each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcher.i18n.folding import fold
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.read.cells import Cells, texts_of
from matcher.tables.read.heading_rows import WORD_TYPES
from matcher.tables.read.headings import KnownHeadings
from matcher.tables.schema.specs import ColumnSpec
from matcher.tables.schema.vocabulary import BLANK_WORDS, BOOLEAN_WORDS, SEPARATOR
from matcher.tables.words.reading import HowRead

_IN_BRACKETS = re.compile(r"^(?P<question>.+?)\s*[\[(](?:choice\s*=\s*)?(?P<choice>[^\[\]()]+)[\])]$")
_BETWEEN = re.compile(r"\s*[/:.|>_?]\s*|\s+[-–—]\s+")
_TICKED = frozenset(
    {
        *(word for word, is_true in BOOLEAN_WORDS.items() if is_true),
        *("selected", "geselecteerd", "gekozen", "v", "☑", "✅"),
    }
)
_NOT_TICKED = frozenset(
    {
        *BLANK_WORDS,
        *(word for word, is_true in BOOLEAN_WORDS.items() if not is_true),
        *("not selected", "niet geselecteerd", "niet gekozen", "☐"),
    }
)


@dataclass(frozen=True)
class ChoiceColumns:
    """The columns of one question.

    Attributes
    ----------
    column : ColumnSpec
        What the question asks for.
    question : str
        As in the headings.
    choices : dict of int to str
        Position of each choice.
    others : set of int
        Positions of choices that are no words of the column: ``needs [Anders]``.
    """

    column: ColumnSpec
    question: str
    choices: dict[int, str]
    others: set[int]

    def joined(self, columns: Sequence[Cells], whole: Cells | None) -> list[str]:
        """Cells with the words that are ticked, of length n.

        Parameters
        ----------
        columns : sequence of cells
            Of the file, by position.
        whole : cells or None
            A column with all answers, which some tools write beside those of the choices; it counts where it is filled.
        """
        ticked: list[list[str]] = [[] for _ in columns[next(iter(self.choices))]]
        for position, choice in self.choices.items():
            for row, text in enumerate(texts_of(columns[position])):
                if text and _is_ticked(text, choice, self.column):
                    ticked[row].append(choice)
        words = [SEPARATOR.join(choices) for choices in ticked]
        if whole is None:
            return words
        return [text if text.strip() else word for text, word in zip(texts_of(whole), words, strict=True)]

    def unread(
        self, file: str, headings: Sequence[str], rows: Sequence[int], columns: Sequence[Cells]
    ) -> list[Problem]:
        """Warnings of cells that are neither a tick nor the choice.

        Parameters
        ----------
        file : str
            Name, for messages.
        headings : sequence of str
        rows : sequence of int
            Number of each row.
        columns : sequence of cells
        """
        return [
            Problem(
                file,
                rows[row],
                headings[position],
                Message("this is neither a tick nor '{choice}', so the choice is left out", choice=choice),
                Message("Write 1 or x where it is chosen, and 0 or nothing where it is not"),
                "warning",
                "choice_unread",
                text,
            )
            for position, choice in self.choices.items()
            for row, text in enumerate(texts_of(columns[position]))
            if text and _is_ticked(text, choice, self.column) is None
        ]


def choice_columns(headings: Sequence[str], known: KnownHeadings) -> list[ChoiceColumns]:
    """Questions with two or more columns of known words.

    Parameters
    ----------
    headings : sequence of str
    known : KnownHeadings
        Its columns of words are what a question may ask for.
    """
    found: dict[str, ChoiceColumns] = {}
    if not known.reads_additions:
        return []
    for position, heading in enumerate(headings):
        if known.precedence(heading) < 3 and known.columns_of(heading):
            continue
        for question, choice in _splits(heading):
            column = known.column_of(question)
            spec = None if column is None else known.spec.by_name[column]
            if spec is None or spec.cell_type not in WORD_TYPES:
                continue
            of_question = found.setdefault(spec.name, ChoiceColumns(spec, question, {}, set()))
            if all(read.how is HowRead.UNKNOWN or read.near for read in spec.read_words(choice)):
                of_question.others.add(position)
                continue
            of_question.choices[position] = choice
            of_question.others.discard(position)
            break
    return [each for each in found.values() if len(each.choices) > 1]


def without_choices(headings: Sequence[str], questions: Sequence[ChoiceColumns]) -> list[str]:
    """Headings of a file, those of choices left out.

    Parameters
    ----------
    headings : sequence of str
    questions : sequence of ChoiceColumns
    """
    taken = {position for each in questions for position in each.choices}
    return ["" if position in taken else heading for position, heading in enumerate(headings)]


def _splits(heading: str) -> Iterator[tuple[str, str]]:
    """Yield the ways to read a heading as a question and one of its choices."""
    if match := _IN_BRACKETS.match(heading):
        yield match["question"], match["choice"]
    for between in _BETWEEN.finditer(heading):
        question, choice = heading[: between.start()], heading[between.end() :]
        if question and choice:
            yield question, choice


def _is_ticked(text: str, choice: str, column: ColumnSpec) -> bool | None:
    """Whether a choice was made, by its cell; None where that holds something else."""
    key = fold(text)
    if key in _NOT_TICKED:
        return False
    if key in _TICKED or key == fold(choice):
        return True
    if key.replace(",", "").replace(".", "").isdigit():
        return float(key.replace(",", ".")) > 0 if key.count(".") + key.count(",") < 2 else None
    words: Mapping[str, None] = dict.fromkeys(word for read in column.read_words(text) for word in read.words)
    return True if words and set(words) <= {w for read in column.read_words(choice) for w in read.words} else None
