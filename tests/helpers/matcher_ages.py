"""A package of somebody else: a criterion with a column of its own, an encoder and an output."""

from __future__ import annotations

import json
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from matcher.criteria import CellType, ColumnSpec, Criterion, Part, SearchedSetting
from matcher.outputs import Output, Results

AGES = ColumnSpec("age_groups", CellType.OPEN_WORDS, "Age groups, with ; between", ("Leeftijden",))


class AgesPart(Part):
    name = "ages"

    def __init__(self, run) -> None:
        self.units, self.nonprofits = (
            [frozenset(cell.split(";")) if cell else frozenset() for cell in side.column("age_groups")]
            for side in (run.units, run.nonprofits)
        )

    def in_play(self) -> bool:
        return any(self.units) and any(self.nonprofits)

    def pairs(self, units, nonprofits):
        return np.array(
            [
                len(wanted & served) / len(wanted)
                if (wanted := self.units[u]) and (served := self.nonprofits[n])
                else np.nan
                for u, n in zip(units, nonprofits, strict=True)
            ],
            dtype=np.float64,
        )

    def block(self, rows, columns=slice(None)):
        units, nonprofits = np.arange(len(self.units))[rows], np.arange(len(self.nonprofits))[columns]
        every = np.repeat(units, len(nonprofits)), np.tile(nonprofits, len(units))
        return self.pairs(*every).reshape(len(units), len(nonprofits))

    def facts(self, units, nonprofits):
        return [
            {"shared_ages": sorted(self.units[u] & self.nonprofits[n])} for u, n in zip(units, nonprofits, strict=True)
        ]


class Ages(Criterion):
    name = "ages"
    default_weight = 2.0
    unit_columns = (AGES,)
    nonprofit_columns = (AGES,)
    searched = (SearchedSetting("track_record.prior_partnerships", ("track_record",), (2.0,)),)

    def parts(self, run) -> Sequence[Part]:
        return (AgesPart(run),)

    def label(self, language) -> str:
        return {"nl": "leeftijden"}.get(language.code, "age groups")

    def phrases(self, item, pair, language) -> list[str]:
        shown = ", ".join(item.facts["shared_ages"])
        return [{"nl": f"samen voor {shown}"}.get(language.code, f"both for {shown}")] if shown else []


class LettersEncoder:
    """Counts of letters and pairs of letters."""

    name, revision, dimension = "letters", "1", 64

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        counts = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for start in range(len(text)):
                counts[row, crc32(text[start : start + 2].casefold().encode()) % self.dimension] += 1
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


class LinesOutput(Output):
    name = "lines"
    may_write = ("pairs.jsonl",)

    def files(self, results: Results) -> dict[str, str | bytes]:
        known = results.tables.nonprofits.frame.set_index("nonprofit_id")["mission"].notna()
        lines = [
            json.dumps({"unit": record.unit_id, "score": record.score, "mission": bool(known[record.nonprofit_id])})
            for record in results.records
        ]
        return {"pairs.jsonl": "\n".join(lines) + "\n"}
