"""Models of sentence-transformers as encoders.

Importing that library takes seconds, so this module is imported only when such a model is used.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from matcher.errors import EncoderError
from matcher.messages import Message
from matcher.progress import progress_bar
from matcher.texts.encoders.base import ENCODERS, ONLINE, Embeddings


class SentenceTransformerEncoder:
    """Any sentence-transformers model.

    Texts are embedded one by one on one thread, so that a vector depends on its text only, bit for bit.

    Parameters
    ----------
    model : SentenceTransformer
    name : str, optional
        Name in settings and messages; default: the name under which the model was loaded.

    Raises
    ------
    EncoderError
        When the model does not say the dimension of its vectors.
    """

    def __init__(self, model: SentenceTransformer, name: str | None = None) -> None:
        self.name = name or model.model_card_data.base_model or "SentenceTransformer"
        self._model = model.eval()
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(
                Message(
                    "encoder '{name}' does not say how many dimensions its vectors have: it cannot be used",
                    name=self.name,
                )
            )
        self.dimension: int = dimension

    @classmethod
    def load(cls, model: str, *, name: str | None = None, online: bool = False) -> SentenceTransformerEncoder:
        """Load a model from a folder or the cache of this machine.

        Parameters
        ----------
        model : str
            Folder or name.
        name : str, optional
            Name in settings and messages; default ``model``.
        online : bool, default False
            Whether it may be downloaded from the model hub.

        Raises
        ------
        EncoderError
            When the model is not on this machine (or cannot be downloaded), or needs a pickle to be loaded.
        """
        name = name or model
        folder = Path(model)
        if folder.is_dir() and not (folder / "modules.json").exists() and not (folder / "config.json").exists():
            raise EncoderError(
                Message(
                    "encoder '{name}': this folder holds no sentence-transformers model (no modules.json in it)",
                    name=name,
                )
            )
        try:
            with _offline(not online), _quiet(), _no_pickles():
                loaded = SentenceTransformer(
                    model,
                    device="cpu",
                    local_files_only=not online,
                    trust_remote_code=False,
                    model_kwargs={"use_safetensors": True},
                )
        except Exception as error:  # the library raises a dozen types here, all with the same remedy
            raise EncoderError(_loading_failed(name, error, online=online, in_folder=folder.is_dir())) from None
        return cls(loaded, name)

    @property
    def revision(self) -> str:
        """Digest of the model's weights."""
        digest = hashlib.sha256()
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode())
            digest.update(np.ascontiguousarray(tensor.detach().float().numpy()).tobytes())
        return digest.hexdigest()[:16]

    def __deepcopy__(self, memo: dict[int, object]) -> SentenceTransformerEncoder:
        """Itself, since it is immutable: scikit-learn's ``clone`` copies parameters."""
        return self

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Unit vectors of the texts, shape (n, dimension), float32."""
        threads = torch.get_num_threads()
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        try:
            torch.set_num_threads(1)
            with progress_bar(len(texts), Message("Reading texts")) as advance:
                for index, text in enumerate(texts):
                    vectors[index] = self._model.encode(
                        [text], batch_size=1, normalize_embeddings=True, show_progress_bar=False
                    )[0]
                    advance(1)
        finally:
            torch.set_num_threads(threads)
        return vectors


def _loading_failed(name: str, error: Exception, *, online: bool, in_folder: bool) -> str:
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
    """Keep the client of the model hub off the network, whatever the environment variables are."""
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
    """Refuse weights in a pickle, to which the library falls back where a module has no safetensors file."""
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
    """Hide the library's progress bars and log messages while a model is loaded."""
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
