"""What survives beyond least squares: logistic regression, a hidden layer, ensembles; and a misplaced ReLU."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.claims import Agreement, Enclosure, Exact, ForAll, Identity, NearMiss, claim
from dltheory.dropout.derivation import networks as d
from dltheory.dropout.derivation.symbols import keep, ridge
from dltheory.dropout.experiment import networks as run

from .instances import HALF, THIRD, squared
from .published import RELU_ON_LOGITS

Array = np.ndarray


@claim(
    "thm-dropout-glm",
    uses=["thm-dropout-noise-law"],
    source="wager2013",
    rests_on="Jensen's inequality gives the sign, and dominated convergence the remainder; both are in the proof.",
)
def logistic_regression_gets_a_penalty_that_depends_on_the_fit():
    """Expected logistic loss minus loss is $\\ge0$; for noise scaled by $\\varepsilon$ it is
    $\\frac{\\varepsilon^2}2\\theta^\\top\\operatorname{diag}(X^\\top SX)\\theta+o(\\varepsilon^2)$,
    $S=\\operatorname{diag}\\pi(1-\\pi)$. The expansion is in the size of the noise: for Bernoulli noise the ratio of
    the two does not tend to 1 as $p\\to1$."""
    u = sp.Symbol("u", positive=True)
    curvature = sp.exp(d.z) / (1 + sp.exp(d.z)) ** 2
    return [
        Identity(
            d.derive_logistic_penalty,
            d.logistic_penalty,
            near_misses=[
                NearMiss("the factor ½ is lost", rhs=2 * d.logistic_penalty),
                NearMiss("π in place of π(1 − π)", rhs=d.logistic_penalty / (1 - d.pi)),
                NearMiss("of order ε", rhs=d.logistic_penalty / d.noise_scale),
                NearMiss("least squares: no curvature", rhs=d.logistic_penalty / (d.pi * (1 - d.pi))),
            ],
        ),
        ForAll(
            [u > 0],
            sp.And(u / (1 + u) ** 2 > 0, u / (1 + u) ** 2 <= sp.Rational(1, 4)),
            near_misses=[
                NearMiss("bounded by 1/5", then=u / (1 + u) ** 2 <= sp.Rational(1, 5)),
                NearMiss("bounded away from 0", then=u / (1 + u) ** 2 > sp.Rational(1, 100)),
            ],
        ),
        Enclosure(
            curvature,
            d.z,
            (-8, 8),
            lower=0,
            upper=sp.Rational(26, 100),
            near_misses=[
                NearMiss("at most 0.24", upper=sp.Rational(24, 100)),
                NearMiss("at least 0.01", lower=sp.Rational(1, 100)),
            ],
        ),
        Identity(
            d.derive_bernoulli_ratio,
            d.bernoulli_ratio,
            near_misses=[
                NearMiss("the ratio tends to 1", rhs=sp.Integer(1)),
                NearMiss("the label enters", rhs=d.bernoulli_ratio - d.z),
            ],
        ),
        Agreement(
            lambda X, theta: run.quadratic_penalty(X, theta, 1e-4),
            lambda X, theta: _small_noise_gap(X, theta, 1e-2),
            _scores,
            tolerance=2e-3,
            because="the next term of the expansion is ε² = 1e-4 smaller, times powers of scores of at most 5",
            near_misses=[
                NearMiss("the factor ½ is lost", predict=lambda X, theta: run.quadratic_penalty(X, theta, 2e-4)),
                NearMiss("noise ten times as large", measure=lambda X, theta: _small_noise_gap(X, theta, 0.1)),
                NearMiss(
                    "Bernoulli noise of the same variance",
                    measure=lambda X, theta: (
                        run.quadratic_penalty(X, theta, 1e-4) * run.bernoulli_gap_ratio(X, theta, 1 / (1 + 1e-4))
                    ),
                ),
            ],
        ),
        Agreement(
            run.gap_ratio_limit,
            lambda X, theta: run.bernoulli_gap_ratio(X, theta, 1 - 1e-6),
            _scores,
            tolerance=1e-4,
            because="the next term is of order 1 − p = 1e-6; the difference of losses loses eight digits of sixteen",
            near_misses=[
                NearMiss("the ratio tends to 1", predict=lambda X, theta: 1.0),
                NearMiss("at p = 0.9 already", measure=lambda X, theta: run.bernoulli_gap_ratio(X, theta, 0.9)),
            ],
        ),
    ]


def _scores(rng: np.random.Generator) -> dict[str, Any]:
    return {"X": rng.normal(size=(6, 3)), "theta": rng.normal(size=3)}


def _small_noise_gap(X: Array, theta: Array, size: float) -> float:
    """The gap for noise $1\\pm\\varepsilon$ with equal chances, all $2^d$ sign vectors."""
    signs = np.array(list(product((-1.0, 1.0), repeat=len(theta))))
    return run.logistic_gap(X, theta, 1 + size * signs, np.full(len(signs), 1 / len(signs)))


@claim(
    "thm-dropout-linear-network",
    uses=["cor-dropout-ridge"],
    source="mianjy2018",
    rests_on="The bound for any width is Cauchy and Schwarz's inequality and the triangle inequality of the nuclear "
    "norm, in the proof.",
)
def hidden_dropout_bounds_the_nuclear_norm():
    """Dropout on the hidden layer of $W_2W_1x$, of width $k$, adds
    $\\lambda\\sum_j\\lVert W_{2,:j}\\rVert^2\\,\\mathbb E(W_1x)_j^2$; for whitened inputs this is at least
    $\\lambda\\lVert W_2W_1\\rVert_*^2/k$, with equality iff the products $\\lVert W_{2,:j}\\rVert\\lVert
    W_{1,j:}\\rVert$ are all equal and sum to $\\lVert W_2W_1\\rVert_*$."""
    a_1, a_2, a_3 = sp.symbols("a_1 a_2 a_3", nonnegative=True)
    squares, total = a_1**2 + a_2**2 + a_3**2, a_1 + a_2 + a_3
    mean, penalty = d.v_j * d.h_j, d.hidden_penalty_term.subs(ridge, (1 - keep) / keep)
    return [
        Identity(
            lambda: list(d.hidden_layer_terms()),
            [mean, penalty],
            given=[keep <= 1],
            near_misses=[
                NearMiss("the mean shrinks by p", rhs=[keep * mean, penalty]),
                NearMiss("λ = 1 − p", rhs=[mean, (1 - keep) * d.v_j**2 * d.h_j**2]),
                NearMiss("without squares", rhs=[mean, penalty / (d.v_j * d.h_j)]),
            ],
        ),
        Exact(
            _predicted_hidden_loss,
            _enumerated_hidden_loss,
            _HIDDEN,
            near_misses=[
                NearMiss("no penalty", predict=lambda W2, W1, x, y, p: squared(y - W2 * W1 * x)),
                NearMiss(
                    "the units share one mask entry",
                    measure=lambda **case: _enumerated_hidden_loss(**case, together=True),
                ),
            ],
        ),
        ForAll(
            [],
            3 * squares >= total**2,
            scope="width 3",
            near_misses=[
                NearMiss("without the width", then=squares >= total**2),
                NearMiss("strictly", then=3 * squares > total**2),
            ],
        ),
        Agreement(
            lambda matrix, width: run.nuclear_norm(matrix) ** 2 / width,
            lambda matrix, width: run.hidden_penalty(*run.balanced_factors(matrix, width)),
            _products,
            tolerance=1e-9,
            because="a singular value decomposition and at most five rotations in double precision",
            near_misses=[
                NearMiss("the factors of the SVD, not balanced", measure=lambda matrix, width: _svd_penalty(matrix)),
                NearMiss(
                    "Frobenius norm in place of nuclear",
                    predict=lambda matrix, width: float(np.square(matrix).sum()) / width,
                ),
                NearMiss("the width is lost", predict=lambda matrix, width: run.nuclear_norm(matrix) ** 2),
            ],
        ),
        Exact(
            lambda W2, W1: False,
            lambda W2, W1: _attains(W2, W1),
            [
                {"W2": sp.Matrix([[1, -1]]), "W1": sp.Matrix([[1], [1]])},
                {"W2": sp.Matrix([[2, 1]]), "W1": sp.Matrix([[2], [1]])},
            ],
            near_misses=[
                NearMiss("equal products are enough", measure=lambda W2, W1: _attains(W2, W1, sums=False)),
                NearMiss("the right sum is enough", measure=lambda W2, W1: _attains(W2, W1, equal=False)),
            ],
        ),
    ]


_HIDDEN = [
    {
        "W2": sp.Matrix([[1, 2], [0, -1]]),
        "W1": sp.Matrix([[1, 1], [2, -1]]),
        "x": sp.Matrix([1, 3]),
        "y": sp.Matrix([2, 1]),
        "p": THIRD,
    },
    {
        "W2": sp.Matrix([[1, -1, 2]]),
        "W1": sp.Matrix([[1], [3], [-2]]),
        "x": sp.Matrix([2]),
        "y": sp.Matrix([1]),
        "p": sp.Rational(3, 5),
    },
]


def _predicted_hidden_loss(W2: sp.Matrix, W1: sp.Matrix, x: sp.Matrix, y: sp.Matrix, p: sp.Expr) -> sp.Expr:
    hidden = W1 * x
    penalty = sum(squared(W2[:, j]) * hidden[j] ** 2 for j in range(W2.cols))
    return squared(y - W2 * hidden) + (1 - p) / p * penalty


def _enumerated_hidden_loss(
    W2: sp.Matrix, W1: sp.Matrix, x: sp.Matrix, y: sp.Matrix, p: sp.Expr, together: bool = False
) -> sp.Expr:
    hidden, total = W1 * x, sp.Integer(0)
    for bits in product((0, 1), repeat=1 if together else W2.cols):
        kept = list(bits) * W2.cols if together else list(bits)
        masked = sp.Matrix([bit * unit / p for bit, unit in zip(kept, hidden, strict=True)])
        total += p ** sum(bits) * (1 - p) ** (len(bits) - sum(bits)) * squared(y - W2 * masked)
    return total


def _products(rng: np.random.Generator) -> dict[str, Any]:
    rank = int(rng.integers(2, 4))
    matrix = rng.normal(size=(4, rank)) @ rng.normal(size=(rank, 5))
    return {"matrix": matrix, "width": int(rng.integers(rank, 7))}


def _svd_penalty(matrix: Array) -> float:
    return float(np.square(np.linalg.svd(matrix, compute_uv=False)).sum())


def _attains(W2: sp.Matrix, W1: sp.Matrix, equal: bool = True, sums: bool = True) -> bool:
    """Whether the condition holds for a product that is a single number, whose nuclear norm is its modulus.

    Without ``equal`` or ``sums`` that half of the condition is not asked for.
    """
    products = [sp.sqrt(squared(W2[:, j]) * squared(W1[j, :].T)) for j in range(W2.cols)]
    nuclear = abs((W2 * W1)[0, 0])
    return (not equal or len(set(products)) == 1) and (not sums or sum(products) == nuclear)


@claim(
    "thm-dropout-ensemble",
    source="baldi2014, hinton2012",
    rests_on="One feature more is the induction step; the proof says why softmax turns a geometric mean into a mean of "
    "scores.",
)
def one_softmax_layer_is_the_geometric_mean_of_its_ensemble():
    """The normalised geometric mean of the softmax outputs of all masked one-layer models, each weighted by its
    probability, is the softmax with weights scaled by $p$; unweighted, the scale is always $\\frac12$."""
    total, added = sp.symbols("s a", real=True)
    return [
        Identity(
            lambda: sp.expand(keep * (keep * total + added) + (1 - keep) * keep * total),
            keep * (total + added),
            given=[keep <= 1],
            near_misses=[
                NearMiss("unweighted masks", rhs=(total + added) / 2),
                NearMiss("weights scaled by p²", rhs=keep**2 * (total + added)),
                NearMiss("weights not scaled", rhs=total + added),
            ],
        ),
        Identity(
            lambda: _symbolic_ensemble(3),
            lambda: keep * sum(sp.symbols("a_:3", real=True)),
            scope="three features, two classes",
            near_misses=[NearMiss("every mask counts the same", lhs=lambda: _symbolic_ensemble(3, HALF))],
        ),
        Agreement(
            lambda W, b, x, keep: run.softmax(keep * (W @ x) + b),
            lambda W, b, x, keep: _ensemble(W, b, x, keep),
            _classifiers,
            near_misses=[
                NearMiss("arithmetic mean", measure=lambda W, b, x, keep: _ensemble(W, b, x, keep, arithmetic=True)),
                NearMiss("unweighted masks", measure=lambda W, b, x, keep: _ensemble(W, b, x, keep, weighted=False)),
                NearMiss("weights not scaled", predict=lambda W, b, x, keep: run.softmax(W @ x + b)),
                NearMiss("the bias is scaled too", predict=lambda W, b, x, keep: run.softmax(keep * (W @ x + b))),
                NearMiss("a second layer behind a ReLU", **_two_layers()),
            ],
        ),
        Agreement(
            lambda W, b, x, keep: run.softmax((W @ x) / 2 + b),
            lambda W, b, x, keep: _ensemble(W, b, x, keep, weighted=False),
            _classifiers,
            near_misses=[
                NearMiss("unweighted, the scale is p", predict=lambda W, b, x, keep: run.softmax(keep * (W @ x) + b)),
            ],
        ),
    ]


def _symbolic_ensemble(features: int, weight: sp.Expr | None = None) -> sp.Expr:
    """$\\sum_B\\Pr(B)\\sum_jB_ja_j$ over all masks; with ``weight`` for $p$ in the probabilities."""
    p, differences = keep if weight is None else weight, sp.symbols(f"a_:{features}", real=True)
    return sp.expand(
        sum(
            p ** sum(bits)
            * (1 - p) ** (features - sum(bits))
            * sum(b * a for b, a in zip(bits, differences, strict=True))
            for bits in product((0, 1), repeat=features)
        )
    )


def _classifiers(rng: np.random.Generator) -> dict[str, Any]:
    return {
        "W": rng.normal(size=(3, 4)),
        "b": rng.normal(size=3),
        "x": rng.normal(size=4),
        "keep": float(rng.uniform(0.15, 0.9)),
    }


def _ensemble(W: Array, b: Array, x: Array, keep: float, weighted: bool = True, arithmetic: bool = False) -> Array:
    bits, probability = run.all_masks(len(x), keep)
    weights = probability if weighted else np.full(len(bits), 1 / len(bits))
    scores = (bits * x) @ W.T + b
    return weights @ run.softmax(scores) if arithmetic else run.geometric_ensemble(scores, weights)


def _two_layers() -> dict[str, Any]:
    """The same with ReLU units between: W applied to its own transpose's positive part."""

    def predicted(W: Array, b: Array, x: Array, keep: float) -> Array:
        return run.softmax(W @ np.maximum(keep * x + 0.5, 0) + b)

    def measured(W: Array, b: Array, x: Array, keep: float) -> Array:
        bits, probability = run.all_masks(len(x), keep)
        return run.geometric_ensemble(np.maximum(bits * x + 0.5, 0) @ W.T + b, probability)

    return {"predict": predicted, "measure": measured}


@claim(
    "thm-dropout-relu-on-logits",
    rests_on="That a class without gradient stays lost as long as its scores stay negative is in the proof.",
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
                    erratum=RELU_ON_LOGITS,
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
