"""Training of the text map: a linear map plus one hidden layer, from the vectors of an encoder to those of a teacher.

The loss is a weighted sum of:

- the teacher: a mission text, and a sentence in English or Dutch, should land where the teacher puts the English text
  (after Reimers and Gurevych, 2020, "Making monolingual sentence embeddings multilingual using knowledge distillation");
- two texts of one charity, what it does and what it is for, should be nearer to each other than to those of others
  (InfoNCE; van den Oord and others, 2018);
- sentences that people found related should be near each other, in either language;
- what a charity works on should be read off the mapped vector by a linear layer, which is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from sklearn.linear_model import Ridge
from torch import nn
from torch.nn import functional

from matcher.texts.features.text_map import TextMap

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Lessons:
    """Training data.

    Attributes
    ----------
    vectors, teacher : ndarray of shape (n, d) and (n, t), float32
        Unit vectors of the texts, by the encoder and by the teacher.
    activities, objects : ndarray of shape (p,), int64
        Rows of the two texts of each charity that has both.
    tagged : ndarray of shape (q,), int64
        Rows of texts whose causes are known.
    tags : ndarray of shape (q, c), float32
        1 where a text is of a cause.
    sentences : ndarray of shape (s, 2), int64
        Rows of two sentences that people compared.
    relatedness : ndarray of shape (s,), float32
        Ratings in [0, 1].
    """

    vectors: Vectors
    teacher: Vectors
    activities: npt.NDArray[np.int64]
    objects: npt.NDArray[np.int64]
    tagged: npt.NDArray[np.int64]
    tags: Vectors
    sentences: npt.NDArray[np.int64]
    relatedness: Vectors


@dataclass(frozen=True)
class Recipe:
    """Hyperparameters.

    Attributes
    ----------
    hidden : int
        Width of the hidden layer.
    pull, temperature : float
        Weight and temperature of the contrastive loss on the two texts of a charity.
    cause, related : float
        Weights of the causes and of related sentences.
    epochs, batch : int
    rate, decay : float
        Of AdamW.
    seed : int
    """

    hidden: int = 256
    pull: float = 1.0
    temperature: float = 0.07
    cause: float = 0.5
    related: float = 1.0
    epochs: int = 5
    batch: int = 512
    rate: float = 2e-3
    decay: float = 1e-2
    seed: int = 0


class _Map(nn.Module):
    def __init__(self, start: Ridge, hidden: int, causes: int) -> None:
        super().__init__()
        out, dimension = start.coef_.shape
        self.linear = nn.Linear(dimension, out)
        self.hidden = nn.Linear(dimension, hidden)
        self.hidden_out = nn.Linear(hidden, out, bias=False)
        self.causes = nn.Linear(out, causes)
        self.relatedness = nn.Linear(1, 1)
        with torch.no_grad():
            self.linear.weight.copy_(torch.from_numpy(start.coef_))
            self.linear.bias.copy_(torch.from_numpy(np.asarray(start.intercept_)))
            self.hidden.weight.mul_(3.0)  # inputs are unit vectors: their entries are small
            self.hidden_out.weight.zero_()

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        hidden = functional.gelu(self.hidden(vectors), approximate="tanh")
        return self.linear(vectors) + self.hidden_out(hidden)


def train(lessons: Lessons, recipe: Recipe = Recipe()) -> TextMap:
    """Map trained on the data; reproducible for a seed on one type of machine."""
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    model = _Map(Ridge(alpha=1.0).fit(lessons.vectors, lessons.teacher), recipe.hidden, lessons.tags.shape[1])
    vectors, teacher, tags = (torch.from_numpy(array) for array in (lessons.vectors, lessons.teacher, lessons.tags))
    compared, relatedness = lessons.sentences, torch.from_numpy(lessons.relatedness)
    optimiser = torch.optim.AdamW(model.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    steps = max(1, len(vectors) // recipe.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, recipe.epochs * steps)
    for _ in range(recipe.epochs):
        orders = [
            random.permutation(n) for n in (len(vectors), len(lessons.activities), len(lessons.tagged), len(compared))
        ]
        for step in range(steps):
            rows, pairs, tagged, said = (
                order[np.arange(step * recipe.batch, (step + 1) * recipe.batch) % len(order)] for order in orders
            )
            loss = ((model(vectors[rows]) - teacher[rows]) ** 2).sum(dim=1).mean()
            left, right = (
                functional.normalize(model(vectors[side[pairs]]), dim=1)
                for side in (lessons.activities, lessons.objects)
            )
            similarity = left @ right.T / recipe.temperature
            mine = torch.arange(len(pairs))
            loss = loss + recipe.pull * 0.5 * (
                functional.cross_entropy(similarity, mine) + functional.cross_entropy(similarity.T, mine)
            )
            read = model.causes(functional.normalize(model(vectors[lessons.tagged[tagged]]), dim=1))
            loss = loss + recipe.cause * functional.binary_cross_entropy_with_logits(read, tags[tagged]) * 10
            one, other = (functional.normalize(model(vectors[compared[said, side]]), dim=1) for side in (0, 1))
            felt = model.relatedness((one * other).sum(dim=1, keepdim=True))[:, 0]
            loss = loss + recipe.related * functional.mse_loss(felt, relatedness[said]) * 10
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    with torch.no_grad():
        return TextMap(
            linear=model.linear.weight.T.contiguous().numpy(),
            offset=model.linear.bias.numpy(),
            hidden=model.hidden.weight.T.contiguous().numpy(),
            hidden_offset=model.hidden.bias.numpy(),
            hidden_out=model.hidden_out.weight.T.contiguous().numpy(),
        )
