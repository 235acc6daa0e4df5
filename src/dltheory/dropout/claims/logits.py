"""What a ReLU on the logits does to a class."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import networks as d
from dltheory.dropout.experiment import networks as run
from verifiedbook.claims import Agreement, ForAll, Identity, NearMiss, claim

Array = np.ndarray


@claim(
    "thm-dropout-relu-on-logits",
    rests_on="Log-softmax for any number of classes, and that a row whose scores are all negative gets no gradient, "
    "are in the proof; the gradient is compared with autograd on random layers.",
)
def a_relu_on_the_logits_can_lose_a_class():
    """A second log-softmax changes nothing. With a ReLU on the logits, a class whose score is negative on every
    training image receives no gradient in its row of the last layer, and is not predicted wherever another logit is
    positive."""
    scores = sp.Matrix(sp.symbols("z_:3", real=True))
    positive, other = sp.symbols("z_1 z_2", real=True)
    return [
        Identity(
            lambda: d.log_softmax(d.log_softmax(scores)).applyfunc(lambda e: sp.simplify(sp.exp(e))),
            lambda: d.log_softmax(scores).applyfunc(lambda e: sp.simplify(sp.exp(e))),
            scope="three classes",
            near_misses=[
                NearMiss(
                    "a second softmax in place of a second log-softmax",
                    lhs=lambda: d.log_softmax(d.log_softmax(scores).applyfunc(sp.exp)).applyfunc(sp.exp),
                ),
                NearMiss(
                    "the ReLU changes nothing",
                    lhs=lambda: d.log_softmax(scores.applyfunc(lambda e: sp.Max(e, 0))).applyfunc(sp.exp),
                ),
            ],
        ),
        Agreement(
            _closed_gradient,
            _autograd_gradient,
            _last_layers,
            count=20,
            near_misses=[
                NearMiss(
                    "the gradient as if there were no ReLU",
                    predict=lambda **case: _closed_gradient(**case, relu=False),
                ),
                NearMiss("no class gets a gradient", predict=lambda **case: 0 * _closed_gradient(**case)),
            ],
        ),
        Agreement(
            lambda **case: np.ones(1),
            lambda **case: np.array([float(not _closed_gradient(**case)[0].any())]),
            _last_layers,
            count=20,
            because="zero is exact: the indicator multiplies the row",
            near_misses=[
                NearMiss(
                    "without the ReLU",
                    measure=lambda **case: np.array([float(not _closed_gradient(**case, relu=False)[0].any())]),
                ),
            ],
        ),
        ForAll(
            [positive > 0, other < 0],
            sp.Max(other, 0) < positive,
            scope="two logits",
            near_misses=[
                NearMiss("also where the other logit is 0", given=[positive >= 0, other < 0]),
                NearMiss("also for a class that is sometimes positive", given=[positive > 0]),
            ],
        ),
    ]


def _last_layers(rng: np.random.Generator) -> dict[str, Any]:
    """Nonnegative features, a last layer whose first row is negative on all of them, labels."""
    W = rng.normal(size=(4, 5))
    W[0] = -np.abs(W[0])
    return {"features": np.abs(rng.normal(size=(12, 5))), "W": W, "labels": rng.integers(0, 4, size=12)}


def _closed_gradient(features: Array, W: Array, labels: Array, relu: bool = True) -> Array:
    """(softmax - one-hot) times the indicator of a positive score, summed over images: (classes, features)."""
    scores = features @ W.T
    slope = run.softmax(np.maximum(scores, 0) if relu else scores)
    slope[np.arange(len(labels)), labels] -= 1
    return (slope * (scores > 0) if relu else slope).T @ features


def _autograd_gradient(features: Array, W: Array, labels: Array) -> Array:
    import torch

    weights = torch.tensor(W, requires_grad=True)
    logits = torch.relu(torch.tensor(features) @ weights.T).log_softmax(dim=1)
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels), reduction="sum").backward()
    return np.asarray(weights.grad)
