"""The encoders of this package for sentence-transformers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers.base.modules import InputModule

from matcher.texts.encoders.base import Encoder
from matcher.texts.encoders.registry import make_encoder


class EncoderModule(InputModule):
    """An encoder of this package as a sentence-transformers module, for that library's evaluators.

    Parameters
    ----------
    encoder : str, default "use"
        Name or folder, as in :func:`matcher.texts.encoders.registry.make_encoder`.

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
        """Vectors of the inputs under the key ``sentence_embedding``, shape (n, dimension); the encoder tokenizes itself.

        Parameters
        ----------
        inputs : sequence of str
        prompt : str, optional
            Put before each text.
        **kwargs
            Ignored.
        """
        texts = [(prompt or "") + str(text) for text in inputs]
        return {"sentence_embedding": torch.from_numpy(self._encoder.encode(texts))}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Features as :meth:`preprocess` made them.

        Parameters
        ----------
        features : dict
        **kwargs
            Ignored.
        """
        return features

    def get_embedding_dimension(self) -> int:
        """Length of a vector."""
        return self._encoder.dimension

    def save(self, output_path: str, *args: Any, safe_serialization: bool = True, **kwargs: Any) -> None:
        """Save the name of the encoder; its weights are part of its package.

        Parameters
        ----------
        output_path : str
        *args, **kwargs
            Ignored.
        safe_serialization : bool, default True
            Ignored.
        """
        self.save_config(output_path)
