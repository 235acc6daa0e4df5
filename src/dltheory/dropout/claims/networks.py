"""A hidden layer of a linear network, and the ensemble of all masked softmax models."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import networks as d
from dltheory.dropout.derivation.symbols import keep, ridge
from dltheory.dropout.experiment import networks as run
from verifiedbook.claims import Agreement, Exact, ForAll, Identity, NearMiss, claim

from .instances import HALF, THIRD, squared

Array = np.ndarray


@claim(
    "thm-dropout-linear-network",
    uses=["cor-dropout-ridge"],
    source="mianjy2018",
    rests_on="The bound for any width is Cauchy and Schwarz's inequality and the triangle inequality of the nuclear "
    "norm, in the proof; so are the case of equality and the existence of balanced factors.",
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
            _condition_of_equality,
            _attains,
            [
                {"W2": sp.Matrix([[1, -1]]), "W1": sp.Matrix([[1], [1]])},
                {"W2": sp.Matrix([[2, 1]]), "W1": sp.Matrix([[2], [1]])},
                {"W2": sp.Matrix([[2, 1]]), "W1": sp.Matrix([[1], [2]])},
            ],
            near_misses=[
                NearMiss(
                    "equal products are enough", predict=lambda W2, W1: _condition_of_equality(W2, W1, sums=False)
                ),
                NearMiss("the right sum is enough", predict=lambda W2, W1: _condition_of_equality(W2, W1, equal=False)),
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


def _products_of_norms(W2: sp.Matrix, W1: sp.Matrix) -> list[sp.Expr]:
    """$\\lVert W_{2,:j}\\rVert\\lVert W_{1,j:}\\rVert$ for every hidden unit."""
    return [sp.sqrt(squared(W2[:, j]) * squared(W1[j, :].T)) for j in range(W2.cols)]


def _condition_of_equality(W2: sp.Matrix, W1: sp.Matrix, equal: bool = True, sums: bool = True) -> bool:
    """Whether the condition holds for a product that is a single number, whose nuclear norm is its modulus.

    Without ``equal`` or ``sums`` that half of the condition is not asked for.
    """
    products = _products_of_norms(W2, W1)
    return (not equal or len(set(products)) == 1) and (not sums or sum(products) == abs((W2 * W1)[0, 0]))


def _attains(W2: sp.Matrix, W1: sp.Matrix) -> bool:
    """Whether the penalty equals its lower bound, for such a product."""
    return W2.cols * sum(each**2 for each in _products_of_norms(W2, W1)) == (W2 * W1)[0, 0] ** 2


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
    """The same with ReLU units $\\max(B_jx_j+\\frac12,0)$ before the softmax layer."""

    def predicted(W: Array, b: Array, x: Array, keep: float) -> Array:
        return run.softmax(W @ np.maximum(keep * x + 0.5, 0) + b)

    def measured(W: Array, b: Array, x: Array, keep: float) -> Array:
        bits, probability = run.all_masks(len(x), keep)
        return run.geometric_ensemble(np.maximum(bits * x + 0.5, 0) @ W.T + b, probability)

    return {"predict": predicted, "measure": measured}
