"""sentence-transformers, both ways: any of its models as an encoder, and the default encoder as one of its modules.

Importing that library takes seconds: nothing else imports this file before it is needed.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import InputModule

from matcher.errors import EncoderError
from matcher.progress import track
from matcher.texts.encoders.base import ENCODERS, ONLINE, Embeddings, Encoder, make_encoder


class SentenceTransformerEncoder:
    """Any sentence-transformers model, from a folder or this machine's cache.

    Texts are embedded one by one on one thread, so that a vector depends on its text alone, to the bit.

    Parameters
    ----------
    model : str
        Folder or name.
    name : str, optional
        What to call it; default ``model``.
    online : bool, default False
        Whether it may be fetched from the model hub.

    Raises
    ------
    EncoderError
        When the model is not on this machine (or cannot be fetched), or needs a pickle to be loaded.
    """

    def __init__(self, model: str, *, name: str | None = None, online: bool = False) -> None:
        self.name = name or model
        folder = Path(model)
        if folder.is_dir() and not (folder / "modules.json").exists() and not (folder / "config.json").exists():
            raise EncoderError(
                f"encoder '{self.name}': this folder holds no sentence-transformers model (no modules.json in it)"
            )
        try:
            with _offline(not online), _quiet(), _no_pickles():
                self._model = SentenceTransformer(
                    model,
                    device="cpu",
                    local_files_only=not online,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
        except Exception as error:  # the library raises a dozen kinds here; the user's remedy is one and the same
            raise EncoderError(_not_to_be_had(self.name, error, online=online, in_folder=folder.is_dir())) from None
        self._model.eval()
        dimension = self._model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                f"encoder '{self.name}' does not say how many dimensions its vectors have: it cannot be used"
            )
        self.dimension: int = dimension

    @property
    def revision(self) -> str:
        """A digest of the model's weights."""
        import hashlib

        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(tensor.detach().float().numpy()).tobytes())
        return digest.hexdigest()[:16]

    def __deepcopy__(self, memo: dict[int, object]) -> SentenceTransformerEncoder:
        """Return itself: it only reads, and scikit-learn's ``clone`` copies what it is given."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Return unit vectors of shape (n, dimension), float32."""
        threads = torch.get_num_threads()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        try:
            torch.set_num_threads(1)
            for index, text in enumerate(track(texts, "Reading texts")):
                vectors[index] = self._model.encode(
                    [text], batch_size=1, normalize_embeddings=True, show_progress_bar=False
                )[0]
        finally:
            torch.set_num_threads(threads)
        return vectors


def _not_to_be_had(name: str, error: Exception, *, online: bool, in_folder: bool) -> str:
    reason = str(error).strip().splitlines()
    first = reason[0][:200] if reason else type(error).__name__
    if in_folder:
        return (
            f"encoder '{name}': the model in this folder cannot be loaded ({first}). Save it again with "
            "sentence-transformers, all its weights in safetensors files"
        )
    if online:
        return f"encoder '{name}' cannot be fetched or loaded ({first}). Check the name and the network, or leave out --encoder"
    return (
        f"encoder '{name}' is not on this machine ({first}). Use one of {', '.join(ENCODERS)}, name the folder of a "
        f"sentence-transformers model, or write '{ONLINE}{name}' to fetch it from the model hub"
    )


@contextlib.contextmanager
def _offline(offline: bool) -> Iterator[None]:
    """Keep the hub's client from the network, whatever the environment says."""
    before = os.environ.get("HF_HUB_OFFLINE")
    import huggingface_hub.constants as hub

    flag = hub.HF_HUB_OFFLINE
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"
        hub.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        hub.HF_HUB_OFFLINE = flag
        if offline:
            if before is None:
                os.environ.pop("HF_HUB_OFFLINE", None)
            else:
                os.environ["HF_HUB_OFFLINE"] = before


@contextlib.contextmanager
def _no_pickles() -> Iterator[None]:
    """Keep the library from weights in a pickle: it falls back on one where a module has no safetensors file."""
    load = torch.load

    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ValueError("a module has its weights in a pickle, which is not opened, and not in model.safetensors")

    torch.load = refuse
    try:
        yield
    finally:
        torch.load = load


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the library's own progress bars and notes from the terminal while a model is loaded."""
    from transformers.utils import logging as transformers_logging

    logger = logging.getLogger("sentence_transformers")
    level = logger.level
    verbosity = transformers_logging.get_verbosity()
    bars = transformers_logging.is_progress_bar_enabled()
    logger.setLevel(logging.ERROR)
    transformers_logging.set_verbosity_error()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        logger.setLevel(level)
        transformers_logging.set_verbosity(verbosity)
        if bars:
            transformers_logging.enable_progress_bar()


class EncoderModule(InputModule):
    """One of our encoders as a sentence-transformers module, so that its evaluators and pools can use it.

    Parameters
    ----------
    encoder : str, default "use"
        As :func:`matcher.texts.encoders.base.make_encoder` takes it.

    Examples
    --------
    >>> model = SentenceTransformer(modules=[EncoderModule("use")])  # doctest: +SKIP
    """

    config_keys: list[str] = ["encoder"]  # noqa: RUF012 (the base class declares it so)

    def __init__(self, encoder: str = "use") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.encoder = encoder
        self._encoder: Encoder = make_encoder(encoder)

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Return the vectors at once: the encoder does its own splitting into words."""
        texts = [(prompt or "") + str(text) for text in inputs]
        return {"sentence_embedding": torch.from_numpy(self._encoder.encode(texts))}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Return the features as they are."""
        return features

    def get_embedding_dimension(self) -> int:
        """Return the number of dimensions."""
        return self._encoder.dimension

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Save the encoder's name; its weights come with its package."""
        self.save_config(output_path)
