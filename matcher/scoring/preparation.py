"""Arrays of a run from tables: rows in id order, texts embedded, addresses located, words as bits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from matcher.compute import Backend, LocalBackend
from matcher.i18n.folding import fold
from matcher.i18n.organisation_names import one_spelling
from matcher.places.areas import REGION, STATE
from matcher.places.distance import unit_sphere
from matcher.places.geocoders.base import Locator
from matcher.places.placing import place_rows
from matcher.scoring.causes import cause_vocabulary
from matcher.scoring.criteria.registry import Criteria
from matcher.scoring.criteria.resources import codes_of
from matcher.scoring.data import TEXT_FIELDS, Bools, Floats, History, Ints, Labels, Nonprofits, Run, Units
from matcher.settings import Settings
from matcher.tables.read.linking import counted_once
from matcher.tables.schema.columns import Nonprofit, Partnership, Unit
from matcher.tables.schema.tables import READABLE
from matcher.tables.schema.vocabulary import AREA_WORDS, AREAS, BENEFITS, RESOURCES, SEPARATOR
from matcher.tables.status import Status
from matcher.texts.chunks import CHUNK_ROWS, ChunkMaker, Chunks, ChunkSource
from matcher.texts.corpus import Texts
from matcher.texts.encoders.base import Encoder
from matcher.texts.encoders.handle import EncoderHandle


def prepare_nonprofits(
    frame: pd.DataFrame,
    settings: Settings,
    encoder: Encoder | EncoderHandle | None,
    locator: Locator,
    backend: Backend | None = None,
    columns: Sequence[str] = (),
) -> Nonprofits:
    """Arrays of nonprofits.

    Parameters
    ----------
    frame : DataFrame
        As :func:`matcher.tables.read.tables.read_nonprofits` returns it.
    settings : Settings
    encoder : Encoder, EncoderHandle or None
        Without one texts are not read: see :meth:`matcher.texts.corpus.Texts.unread`.
    locator : Locator
    backend : Backend, optional
        Where their texts are embedded and stay. Default: this process.
    columns : sequence of str
        Further columns that criteria read.
    """
    order = id_order(frame[Nonprofit.ID])
    # The texts of a long list may lie in a file; they are read a chunk at a time.
    further = {name: cells_of(frame[name].iloc[order]) for name in columns}
    texts, frame = frame[list(TEXT_FIELDS)], frame[_short_columns("nonprofits")].iloc[order].reset_index(drop=True)
    # Causes alone do not make a text: a nonprofit without a mission has none.
    causes = frame[Nonprofit.CAUSES].where(texts[Nonprofit.MISSION].iloc[order].notna().to_numpy())
    placed = place_rows(frame, locator, settings.places.default_country)
    organisations = one_spelling(_labels(frame[Nonprofit.ORGANISATION]))
    return Nonprofits(
        ids=_labels(frame[Nonprofit.ID]),
        names=_labels(frame[Nonprofit.NAME]),
        organisations=organisations,
        organisation_codes=np.unique(organisations, return_inverse=True)[1].astype(np.int64),
        points=unit_sphere(placed.latitude, placed.longitude),
        placed_by=placed.placed_by,
        texts=_texts(texts, order, causes, encoder, backend or LocalBackend()),
        needs=codes_of(_cells(frame[Nonprofit.NEEDS]), RESOURCES),
        offers=codes_of(_cells(frame[Nonprofit.OFFERS]), BENEFITS),
        causes=np.zeros((len(frame), 0), dtype=bool),
        area_codes=area_codes(frame, placed.area),
        capacity=_floats(frame[Nonprofit.CAPACITY]),
        organisation_capacity=_floats(frame[Nonprofit.ORGANISATION_CAPACITY]),
        accreditation=_word_sets(frame[Nonprofit.ACCREDITATION]),
        active=_flags(frame[Nonprofit.ACTIVE], unknown=True),
        is_hq=_flags(frame[Nonprofit.IS_HQ], unknown=False),
        is_branch=~_flags(frame[Nonprofit.IS_HQ], unknown=True),
        staff=_floats(frame[Nonprofit.STAFF]),
        columns=further,
        text_lengths=texts[Nonprofit.MISSION].str.len().fillna(0).to_numpy()[order].astype(np.int64),
    )


def prepare_units(
    frame: pd.DataFrame, settings: Settings, encoder: Encoder | None, locator: Locator, columns: Sequence[str] = ()
) -> Units:
    """Arrays of business units.

    Parameters
    ----------
    frame : DataFrame
        As :func:`matcher.tables.read.tables.read_units` returns it.
    settings : Settings
    encoder : Encoder or None
        Without one texts are not read.
    locator : Locator
    columns : sequence of str
        Further columns that criteria read.
    """
    order = id_order(frame[Unit.ID])
    further = {name: cells_of(frame[name].iloc[order]) for name in columns}
    texts = frame[list(TEXT_FIELDS)]
    frame = frame[_short_columns("units")].iloc[order].reset_index(drop=True)
    placed = place_rows(frame, locator, settings.places.default_country)
    companies = _labels(frame[Unit.COMPANY])
    return Units(
        ids=_labels(frame[Unit.ID]),
        names=_labels(frame[Unit.NAME]),
        companies=companies,
        company_codes=np.unique(companies, return_inverse=True)[1].astype(np.int64),
        points=unit_sphere(placed.latitude, placed.longitude),
        placed_by=placed.placed_by,
        texts=_texts(texts, order, frame[Unit.CAUSES], encoder, LocalBackend()),
        offers=codes_of(_cells(frame[Unit.OFFERS]), RESOURCES),
        seeks=codes_of(_cells(frame[Unit.SEEKS]), BENEFITS),
        causes=np.zeros((len(frame), 0), dtype=bool),
        excludes=np.zeros((len(frame), 0), dtype=bool),
        reach_km=_floats(frame[Unit.REACH_KM]),
        capacity=_floats(frame[Unit.CAPACITY]),
        employees=_floats(frame[Unit.EMPLOYEES]),
        is_hq=_flags(frame[Unit.IS_HQ], unknown=False),
        is_branch=~_flags(frame[Unit.IS_HQ], unknown=True),
        foundations=_labels(frame[Unit.FOUNDATION]),
        columns=further,
    )


def prepare_run(
    units: Units,
    nonprofits: Nonprofits,
    units_frame: pd.DataFrame,
    nonprofits_frame: pd.DataFrame,
    partnerships: pd.DataFrame | None,
    settings: Settings,
    encoder: Encoder,
    criteria: Criteria,
) -> Run:
    """Run of two prepared lists: their causes in one vocabulary, their history as positions.

    Parameters
    ----------
    units : Units
    nonprofits : Nonprofits
    units_frame, nonprofits_frame : DataFrame
        The tables from which they were prepared.
    partnerships : DataFrame or None
        As :func:`matcher.tables.read.tables.read_partnerships` returns it; rows of other units or nonprofits are
        left out.
    settings : Settings
    encoder : Encoder
    criteria : mapping of str to Criterion
    """
    from dataclasses import replace

    order = id_order(units_frame[Unit.ID])
    wanted, excluded = (_distinct(units_frame[column].iloc[order]) for column in (Unit.CAUSES, Unit.EXCLUDES))
    named = _distinct(nonprofits_frame[Nonprofit.CAUSES].iloc[id_order(nonprofits_frame[Nonprofit.ID])])
    causes = cause_vocabulary(_words_in(wanted), _words_in(excluded), _words_in(named), encoder)
    ruled_out = _word_matrix(excluded, causes.words) @ causes.excluded_by
    return Run(
        units=replace(units, causes=_word_matrix(wanted, causes.words), excludes=ruled_out),
        nonprofits=replace(nonprofits, causes=_word_matrix(named, causes.words)),
        history=_history(partnerships, units.ids, nonprofits.ids),
        other_history=_history(partnerships, units.ids, nonprofits.ids, of_others=True),
        settings=settings,
        encoder=encoder.name,
        today=settings.gates.as_of or dt.date.today(),
        causes=causes,
        criteria=criteria,
    )


def id_order(ids: pd.Series[Any]) -> Ints:
    """Positions of rows in the order of their ids, shape (n,): the order in the file changes no result."""
    return ids.reset_index(drop=True).sort_values(kind="stable").index.to_numpy(dtype=np.int64)


def cells_of(column: pd.Series[Any]) -> Labels:
    """Cells of a column, shape (n,): float64 with NaN, or text with None, where unknown."""
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64, na_value=np.nan)
    return column.astype(object).where(column.notna(), None).to_numpy(dtype=object)


def area_codes(frame: pd.DataFrame, located_in: Labels) -> Ints:
    """Area of work of each nonprofit as a position in ``AREAS``, shape (n,).

    The widest of the words in ``works_in``; where that is blank, the city's, for cells such as "landelijk" or a province;
    else local.

    Parameters
    ----------
    frame : DataFrame
        Nonprofits, n rows.
    located_in : ndarray of shape (n,), str
        Kind of area in whose middle each is placed, as in :class:`~matcher.places.placing.Placed`.
    """
    stated, city_codes = _distinct(frame[Nonprofit.WORKS_IN]), _distinct(frame[Nonprofit.CITY])
    of_cities = np.array([AREAS.index(AREA_WORDS.get(fold(city or ""), AREAS[0])) for city in city_codes.cells])
    codes = of_cities[city_codes.codes]
    codes[np.isin(located_in.astype(str), (STATE, REGION))] = AREAS.index("region")
    of_stated = np.array([max(map(AREAS.index, cell.split(SEPARATOR))) if cell else -1 for cell in stated.cells])
    return np.where(of_stated[stated.codes] >= 0, of_stated[stated.codes], codes)


def _short_columns(name: str) -> list[str]:
    """Names of the columns of a list that hold no texts."""
    return [column.name for column in READABLE[name].columns if column.name not in TEXT_FIELDS]


def _texts(
    frame: pd.DataFrame, order: Ints, causes: pd.Series, encoder: Encoder | EncoderHandle | None, backend: Backend
) -> dict[str, Texts]:
    """Text fields of a list in an order, cut into chunks; those of a long list are kept on disk.

    The causes of a row, as its list writes them and in the order of the chunks, end its mission: what a unit wants also
    counts towards the words of a nonprofit that names no causes.
    """
    if encoder is None:
        known = {field: frame[field].notna().to_numpy()[order] for field in frame.columns}
        known[Unit.MISSION] |= causes.notna().to_numpy()
        return {field: Texts.unread(field, rows) for field, rows in known.items()}
    sources = _Sources(frame, order, causes.str.replace(SEPARATOR, ", ").add(".").fillna("").tolist())
    handle = encoder if isinstance(encoder, EncoderHandle) else EncoderHandle(encoder, None, 0)
    maker = ChunkMaker(handle, "" if len(sources) > 1 else None)
    return Texts.of_list(Chunks(backend.scatter(maker, sources), backend), list(frame.columns))


class _Sources(Sequence[ChunkSource]):
    """The texts of a list, chunk by chunk, collected on access."""

    def __init__(self, frame: pd.DataFrame, order: Ints, causes: Sequence[str]) -> None:
        self._frame, self._order, self._causes = frame, order, causes

    def __len__(self) -> int:
        return max(1, -(-len(self._frame) // CHUNK_ROWS))

    def __getitem__(self, index: Any) -> Any:
        if not 0 <= index < len(self):
            raise IndexError(index)
        chosen = slice(index * CHUNK_ROWS, (index + 1) * CHUNK_ROWS)
        rows = self._frame.iloc[self._order[chosen]]
        return ChunkSource(
            index * CHUNK_ROWS,
            {field: rows[field].tolist() for field in rows.columns},
            {Unit.MISSION: self._causes[chosen]},
        )


def _history(
    partnerships: pd.DataFrame | None, unit_ids: Labels, nonprofit_ids: Labels, *, of_others: bool = False
) -> History:
    """Return the partnerships of the units of the run, or those of units that are not in it."""
    if partnerships is None or not len(partnerships):
        empty, days = np.empty(0, dtype=np.int64), np.empty(0, dtype="datetime64[D]")
        words, names = np.empty(0, dtype=object), Partnership.RATINGS
        return History(empty, empty, words, np.empty(0), days, days, words, np.empty((0, len(names))), names)
    rows = counted_once(partnerships)
    unit = pd.Index(unit_ids).get_indexer(pd.Index(rows[Partnership.UNIT_ID]))
    nonprofit = pd.Index(nonprofit_ids).get_indexer(pd.Index(rows[Partnership.NONPROFIT_ID]))
    status = _labels(rows[Partnership.STATUS])
    ratings = rows[list(Partnership.RATINGS)].to_numpy(dtype=np.float64)
    count = (~np.isnan(ratings)).sum(axis=1)
    mean = np.divide(np.nansum(ratings, axis=1), count, out=np.full(len(rows), np.nan), where=count > 0)
    started, ended, decided = (
        rows[column].to_numpy().astype("datetime64[D]")
        for column in (Partnership.STARTED_ON, Partnership.ENDED_ON, Partnership.DECIDED_ON)
    )
    # What was declined ended on the day of that decision.
    ended = np.where(np.isnat(ended) & (status == Status.DECLINED), decided, ended)
    until = np.where(np.isnat(ended), started, ended)
    if of_others:
        codes = pd.factorize(rows[Partnership.UNIT_ID])[0] + len(unit_ids)
        unit = np.where(unit < 0, codes, -1)
    known = (unit >= 0) & (nonprofit >= 0)
    order = np.lexsort((until, status, nonprofit, unit))
    order = order[known[order]]
    return History(
        unit[order].astype(np.int64),
        nonprofit[order].astype(np.int64),
        status[order],
        (mean[order] - 1) / 4,
        started[order],
        ended[order],
        _labels(rows[Partnership.REASON])[order],
        ratings[order],
        Partnership.RATINGS,
    )


def _labels(series: pd.Series) -> Labels:
    return series.fillna("").to_numpy(dtype=object)


def _floats(series: pd.Series) -> Floats:
    return series.to_numpy(dtype=np.float64)


def _flags(series: pd.Series, *, unknown: bool) -> Bools:
    return series.fillna(unknown).to_numpy(dtype=bool)


def _cells(series: pd.Series) -> list[str | None]:
    return [cell if isinstance(cell, str) else None for cell in series.tolist()]


class _Distinct(NamedTuple):
    """Distinct cells of a column of text, None among them, and the position of that of each row, shape (n,)."""

    cells: list[str | None]
    codes: Ints


def _distinct(series: pd.Series[Any]) -> _Distinct:
    codes, cells = pd.factorize(series)
    return _Distinct([*cells.tolist(), None], codes % (len(cells) + 1))


def _words_in(cells: _Distinct) -> set[str]:
    return {word for cell in cells.cells for word in _words(cell)}


def _words(cell: str | None) -> list[str]:
    return [] if cell is None else [word.strip() for word in cell.split(SEPARATOR)]


def _word_sets(series: pd.Series[Any]) -> list[frozenset[str]]:
    """Words of each cell; rows with equal cells share one set."""
    found = _distinct(series)
    sets = [frozenset(_words(cell)) for cell in found.cells]
    return [sets[code] for code in found.codes.tolist()]


def _word_matrix(cells: _Distinct, words: Sequence[str]) -> Bools:
    """Whether each row names each word, shape (n, len(words))."""
    position = {word: index for index, word in enumerate(words)}
    matrix = np.zeros((len(cells.cells), len(words)), dtype=bool)
    for row, cell in enumerate(cells.cells):
        matrix[row, [position[word] for word in _words(cell) if word in position]] = True
    return matrix[cells.codes]
