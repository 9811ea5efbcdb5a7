"""Training of the text map: a linear map plus one hidden layer, from the vectors of an encoder to those of a teacher.

:func:`train` minimises a weighted sum of:

- the teacher: a text, English or Dutch, should land where the teacher puts the English text, and the similarities within
  a batch should be the teacher's (after Reimers and Gurevych, 2020, "Making monolingual sentence embeddings
  multilingual using knowledge distillation");
- a text and its translation, and two texts of one charity, should be nearer to each other than to those of others
  (InfoNCE; van den Oord and others, 2018);
- sentences that people found alike should be near each other, in either language and across the two;
- what a charity works on should be read off the mapped vector by a linear layer, which is thrown away.

:func:`corrected` then moves the mapped space a little towards what readers of missions said, by kernel ridge regression.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sources import Corpus, Rows, Vectors
from torch import nn
from torch.nn import functional

from matcher.texts.features.text_map import TextMap

DIMENSION = 384
"""Dimension of the mapped space: the teacher's principal axes."""


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters.

    Attributes
    ----------
    hidden : int
        Width of the hidden layer.
    dropout : float
        Of the hidden layer.
    geometry, rated, charity, translation, cause : float
        Weights of the similarities within a batch, rated sentences, texts of one charity, translations, causes.
    temperature : float
        Of the contrastive losses.
    epochs, batch, contrasted : int
        Contrasted: rows of a batch of the other losses.
    rate, decay : float
        Of AdamW.
    seed : int
    """

    hidden: int = 1024
    dropout: float = 0.2
    geometry: float = 20.0
    rated: float = 3.0
    charity: float = 0.1
    translation: float = 0.2
    cause: float = 1.0
    temperature: float = 0.07
    epochs: int = 10
    batch: int = 1024
    contrasted: int = 256
    rate: float = 3e-3
    decay: float = 1e-2
    seed: int = 0


class _Map(nn.Module):
    def __init__(self, dimension: int, recipe: Recipe, causes: int) -> None:
        super().__init__()
        self.linear = nn.Linear(dimension, DIMENSION)
        self.hidden = nn.Linear(dimension, recipe.hidden)
        self.hidden_out = nn.Linear(recipe.hidden, DIMENSION, bias=False)
        self.dropout = nn.Dropout(recipe.dropout)
        self.causes = nn.Linear(DIMENSION, causes)
        self.similarity = nn.Linear(1, 1)
        with torch.no_grad():
            self.hidden.weight.mul_(3.0)  # inputs are unit vectors: their entries are small
            self.hidden_out.weight.mul_(0.1)

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        hidden = functional.gelu(self.hidden(vectors), approximate="tanh")
        return functional.normalize(self.linear(vectors) + self.hidden_out(self.dropout(hidden)), dim=1)


def principal_axes(vectors: Vectors) -> Vectors:
    """Unit vectors on the first ``DIMENSION`` principal axes of vectors of shape (n, dimension)."""
    centred = vectors - vectors.mean(axis=0)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1][:, :DIMENSION]
    projected = vectors @ axes
    return np.asarray(projected / np.linalg.norm(projected, axis=1, keepdims=True), dtype=np.float32)


def train(corpus: Corpus, english: Vectors, dutch: Vectors, teacher: Vectors, recipe: Recipe = Recipe()) -> TextMap:
    """Map trained on a corpus; reproducible for a seed on one type of machine.

    Parameters
    ----------
    corpus : Corpus
    english, dutch : ndarray of shape (n, dimension), float32
        Unit vectors of the corpus's texts by the encoder.
    teacher : ndarray of shape (n_english, teacher_dimension), float32
        Unit vectors of the English texts by the teacher.
    recipe : Recipe, optional
    """
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    centre = english.mean(axis=0)
    sides = [torch.from_numpy(vectors - centre) for vectors in (english, dutch)]
    wanted = torch.from_numpy(principal_axes(teacher))
    translated, original = corpus.translations[:, 1], corpus.translations[:, 0]
    vectors = torch.cat([sides[0], sides[1][translated]])
    targets = torch.cat([wanted, wanted[original]])
    similarity, tags = torch.from_numpy(corpus.similarity), torch.from_numpy(corpus.tags)
    model = _Map(english.shape[1], recipe, corpus.tags.shape[1])
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    steps = max(1, len(vectors) // recipe.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, recipe.rate, total_steps=recipe.epochs * steps, pct_start=0.1
    )

    def drawn(count: int) -> Rows:
        return random.integers(count, size=min(count, recipe.contrasted))

    for _ in range(recipe.epochs):
        order = random.permutation(len(vectors))
        for step in range(steps):
            rows = order[step * recipe.batch : (step + 1) * recipe.batch]
            mapped, target = model(vectors[rows]), targets[rows]
            loss = (2 - 2 * (mapped * target).sum(dim=1)).mean()
            loss = loss + recipe.geometry * ((mapped @ mapped.T - target @ target.T) ** 2).mean()
            pairs = corpus.translations[drawn(len(corpus.translations))]
            loss = loss + recipe.translation * _contrast(
                model(sides[0][pairs[:, 0]]), model(sides[1][pairs[:, 1]]), pairs, recipe.temperature
            )
            if len(corpus.both_texts):
                pairs = corpus.both_texts[drawn(len(corpus.both_texts))]
                loss = loss + recipe.charity * _contrast(
                    model(sides[0][pairs[:, 0]]), model(sides[0][pairs[:, 1]]), pairs, recipe.temperature
                )
                some = drawn(len(corpus.tagged))
                read = model.causes(model(sides[0][corpus.tagged[some]]))
                loss = loss + recipe.cause * functional.binary_cross_entropy_with_logits(read, tags[some])
            if len(corpus.rated):
                some, languages = drawn(len(corpus.rated)), random.integers(2, size=2)
                one, other = (
                    model(sides[language][corpus.rated[some, 2 * language + side]])
                    for side, language in enumerate(languages)
                )
                felt = model.similarity((one * other).sum(dim=1, keepdim=True))[:, 0]
                loss = loss + recipe.rated * functional.mse_loss(felt, similarity[some])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    arrays = {name: weight.detach().double().numpy() for name, weight in model.named_parameters()}
    return TextMap(
        linear=arrays["linear.weight"].T.astype(np.float32),
        offset=(arrays["linear.bias"] - arrays["linear.weight"] @ centre).astype(np.float32),
        hidden=arrays["hidden.weight"].T.astype(np.float32),
        hidden_offset=(arrays["hidden.bias"] - arrays["hidden.weight"] @ centre).astype(np.float32),
        hidden_out=arrays["hidden_out.weight"].T.astype(np.float32),
    )


def _contrast(one: torch.Tensor, other: torch.Tensor, pairs: Rows, temperature: float) -> torch.Tensor:
    """InfoNCE in both directions; rows that share a text with a pair are no counter-examples of it."""
    same = (pairs[:, None, :] == pairs[None, :, :]).any(axis=2) & ~np.eye(len(pairs), dtype=bool)
    similarity = (one @ other.T / temperature).masked_fill(torch.from_numpy(same), -torch.inf)
    own = torch.arange(len(pairs))
    return 0.5 * (functional.cross_entropy(similarity, own) + functional.cross_entropy(similarity.T, own))


@dataclass(frozen=True)
class Ratings:
    """Pairs of texts that readers rated, of pools of one language of units each.

    Attributes
    ----------
    units, nonprofits : list of ndarray of shape (n, dimension), float32
        Encoder's vectors of the texts of each pool.
    pairs : list of ndarray of shape (k, 2), int64
        Rows of the two texts of each rated pair.
    ratings : list of ndarray of shape (k,), float64
    """

    units: list[Vectors]
    nonprofits: list[Vectors]
    pairs: list[Rows]
    ratings: list[npt.NDArray[np.float64]]


def corrected(text_map: TextMap, lessons: Ratings, ridge: float = 4.0) -> TextMap:
    """Map followed by the linear map W after which similarities agree best with ratings.

    The rating of a pair is regressed on ``uᵀ S v`` of its mapped, centred vectors u and v, with S near a multiple of
    the identity: ridge regression on the products of their entries, solved through their Gram matrix, which has one row
    a pair. W is the symmetric square root of S, its negative directions left out.

    Parameters
    ----------
    text_map : TextMap
    lessons : Ratings
    ridge : float, optional
        Chosen by cross-validation over units.
    """
    left, right, rating = [], [], []
    for units, nonprofits, pairs, ratings in zip(
        lessons.units, lessons.nonprofits, lessons.pairs, lessons.ratings, strict=True
    ):
        offered = text_map.transform(nonprofits)
        centre = offered.mean(axis=0)
        left.append(_centred(text_map.transform(units), centre)[pairs[:, 0]])
        right.append(_centred(offered, centre)[pairs[:, 1]])
        rating.append(ratings)
    one, other, wanted = np.concatenate(left), np.concatenate(right), np.concatenate(rating)
    similarity = (one * other).sum(axis=1)
    start = np.linalg.lstsq(np.stack([np.ones_like(similarity), similarity], axis=1), wanted, rcond=None)[0]
    gram = 0.5 * ((one @ one.T) * (other @ other.T) + (one @ other.T) * (other @ one.T))
    gram[np.diag_indices(len(gram))] += ridge
    dual = np.linalg.solve(gram, wanted - start[0] - start[1] * similarity)
    moved = (one * dual[:, None]).T @ other
    values, axes = np.linalg.eigh(start[1] * np.eye(one.shape[1]) + 0.5 * (moved + moved.T))
    root = (axes * np.sqrt(np.maximum(values, 0) / start[1])) @ axes.T
    return TextMap(
        linear=(text_map.linear @ root).astype(np.float32),
        offset=(text_map.offset @ root).astype(np.float32),
        hidden=text_map.hidden,
        hidden_offset=text_map.hidden_offset,
        hidden_out=(text_map.hidden_out @ root).astype(np.float32),
    )


def _centred(vectors: Vectors, centre: Vectors) -> npt.NDArray[np.float64]:
    centred = vectors.astype(np.float64) - centre
    return np.asarray(centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9))
