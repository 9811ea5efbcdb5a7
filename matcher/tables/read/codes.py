"""Codes for the rows of a list that has none, made from their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from matcher.i18n.folding import tidy
from matcher.messages import Message
from matcher.tables.problems import Problem
from matcher.tables.schema.specs import fold_heading


def codes_of(names: Sequence[str], rows: Sequence[int]) -> list[str]:
    """Codes made from names, unique, and independent of the other rows where a name stands once.

    Parameters
    ----------
    names : sequence of str
    rows : sequence of int
        Number of each row, which makes the code where there is no name.

    Examples
    --------
    >>> codes_of(["De Brug", "Soos", "de brug", ""], [2, 3, 4, 5])
    ['de-brug', 'soos', 'de-brug-2', 'row-5']
    """
    bases = [
        fold_heading(name).replace("_", "-") if tidy(name) else f"row-{row}"
        for name, row in zip(names, rows, strict=True)
    ]
    taken = set(bases)
    seen: Counter[str] = Counter()
    codes = []
    for base in bases:
        seen[base] += 1
        code = base
        if seen[base] > 1:
            # A row may bear this very name: "Soos 2" beside the second "Soos".
            while (code := f"{base}-{seen[base]}") in taken:
                seen[base] += 1
            taken.add(code)
        codes.append(code)
    return codes


def codes_problem(file: str, column: str, name: str) -> Problem:
    """Say once that codes were made.

    Parameters
    ----------
    file : str
    column : str
        Column of the codes.
    name : str
        Heading of the names.
    """
    return Problem(
        file,
        None,
        column,
        Message(
            "there are no codes, so they are made from '{name}': the same ones as long as the names stay", name=name
        ),
        Message("Add a column of codes of your own, so that a change of name does not make another row of it"),
        "warning",
        "codes_made",
    )
