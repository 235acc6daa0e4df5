"""What a ReLU on the logits does to a class."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import networks as d
from dltheory.dropout.derivation.dynamics import masks
from dltheory.dropout.derivation.symbols import keep
from dltheory.dropout.experiment import networks as run
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Sums

Array = np.ndarray


#: Exponentials of the scores of any number of classes, and the constant that a log-softmax divides them by.
exponential, class_k, classes = sp.IndexedBase("E", positive=True), *sp.symbols("k C", integer=True, positive=True)
total = sp.Symbol("T", positive=True)
#: A score before and after any small change of its row, and the logit of another class.
score, changed, other = sp.symbols("s s_changed t", real=True)


@claim("thm-dropout-relu-on-logits")
def a_relu_on_the_logits_can_lose_a_class() -> Clauses:
    """The second normaliser is 1; below 0 the logit does not know its row; and a class that dropout brings back."""
    scores = sp.Matrix(sp.symbols("z_:3", real=True))
    exponentials = sp.Sum(exponential[class_k], (class_k, 1, classes))
    return clauses(
        i=[
            Sums(
                sp.Sum(exponential[class_k] / total, (class_k, 1, classes)),
                exponentials / total,
                near_misses=[
                    NearMiss("divided by the number of classes", rhs=exponentials / (classes * total)),
                    NearMiss("not divided", rhs=exponentials),
                ],
            ),
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
            Identity(
                lambda: d.log_softmax(scores),
                lambda: scores.applyfunc(lambda e: e - sp.log(sum(sp.exp(z) for z in scores))),
                scope="three classes",
                near_misses=[NearMiss("softmax itself", rhs=lambda: d.log_softmax(scores).applyfunc(sp.exp))],
            ),
        ],
        ii=[
            ForAll(
                [score < 0, changed < 0],
                sp.Eq(sp.Max(changed, 0), sp.Max(score, 0)),
                near_misses=[
                    NearMiss("at a score of any sign", given=[changed < 0]),
                    NearMiss("the change may be as large as it likes", given=[score < 0]),
                ],
            ),
            Agreement(
                lambda **case: np.append(np.zeros(6), 1.0),
                lambda **case: _row_gradient(0, **case),
                _last_layers,
                count=20,
                tolerance=0.0,
                because="zero is exact: nothing is added up; a one is appended to give it a scale",
                near_misses=[
                    NearMiss("without the ReLU", measure=lambda **case: _row_gradient(0, **case, relu=False)),
                    NearMiss("another class too", measure=lambda **case: _row_gradient(1, **case)),
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
        ],
        iii=[
            ForAll(
                [score < 0, other > 0],
                sp.Max(score, 0) < sp.Max(other, 0),
                near_misses=[
                    NearMiss("also where the other logit is 0", given=[score < 0, other >= 0]),
                    NearMiss("also for a class that is sometimes positive", given=[other > 0]),
                ],
            ),
        ],
        iv=[
            Exact(
                lambda: (-1, 2, 1),
                _masked_and_full,
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("the score without masks is the mean logit", predict=lambda: (-1, sp.Rational(1, 2), 1)),
                    NearMiss("it stays negative", predict=lambda: (-1, -1, 1)),
                ],
            )
        ],
        reads={"iv": [(keep, sp.Rational(1, 2))]},
    )


def _masked_and_full() -> tuple[sp.Expr, sp.Expr, sp.Expr]:
    """Scores of the example: weight 3 and bias -1 on a feature of 1, dropped and in full; and the other class."""
    weights, biases = sp.Matrix([3, 0]), sp.Matrix([-1, 1])
    mask, probability = next(masks((1, 1), sp.Rational(1, 2)))
    assert probability == sp.Rational(1, 2)
    dropped, full = weights * mask[0, 0] + biases, weights + biases
    return dropped[0], full[0], full[1]


def _last_layers(rng: np.random.Generator) -> dict[str, Any]:
    """Masked features with a 1 for the bias, a last layer whose first row is negative on all of them, labels."""
    W = rng.normal(size=(4, 6))
    W[0] = -np.abs(W[0])
    features = np.abs(rng.normal(size=(12, 5))) * (rng.random(size=(12, 5)) < 0.5) / 0.5
    return {"features": np.hstack([features, np.ones((12, 1))]), "W": W, "labels": rng.integers(0, 4, size=12)}


def _closed_gradient(features: Array, W: Array, labels: Array, relu: bool = True) -> Array:
    """(softmax - one-hot) times the indicator of a positive score, summed over images: (classes, features)."""
    scores = features @ W.T
    slope = run.softmax(np.maximum(scores, 0) if relu else scores)
    slope[np.arange(len(labels)), labels] -= 1
    return (slope * (scores > 0) if relu else slope).T @ features


def _autograd_gradient(features: Array, W: Array, labels: Array, relu: bool = True) -> Array:
    import torch

    weights = torch.tensor(W, requires_grad=True)
    scores = torch.tensor(features) @ weights.T
    logits = (torch.relu(scores) if relu else scores).log_softmax(dim=1)
    torch.nn.functional.cross_entropy(logits, torch.tensor(labels), reduction="sum").backward()
    return np.asarray(weights.grad)


def _row_gradient(row: int, **case: Any) -> Array:
    """The gradient of one row, bias last, and a one."""
    return np.append(_autograd_gradient(**case)[row], 1.0)
