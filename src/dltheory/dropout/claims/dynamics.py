"""Stochastic gradient descent with dropout: the mean and the covariance of its iterates."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics as d
from dltheory.dropout.derivation import objective as o
from dltheory.dropout.derivation import printed, sums
from dltheory.dropout.derivation.symbols import eta, ridge, variance
from dltheory.dropout.experiment.linear import Array, inverted_masks, mean_path
from verifiedbook.claims import Clauses, Exact, Identity, MonteCarlo, NearMiss, claim, clauses
from verifiedbook.claims.inference import Sums

from .instances import HALF, THIRD
from .objective import PRINTED

STEP = sp.Rational(1, 100)
RUNS = [
    {"X": d.TOY_X, "y": d.TOY_Y, "p": HALF, "step": sp.Rational(1, 1000), "steps": 3},
    {"X": sp.Matrix([[1, 2], [-1, 1]]), "y": sp.Matrix([1, 2]), "p": THIRD, "step": STEP, "steps": 2},
    {"X": sp.Matrix([[1, 2, -1]]), "y": sp.Matrix([3]), "p": sp.Rational(3, 4), "step": STEP, "steps": 2},
]


def paths(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int, fresh: bool = True) -> Any:
    """Every sequence of masks with its probability and where it leads from 0; not ``fresh``: one mask all along."""
    gradients = d.masked_gradients(X, y, p, shared=X.rows == 1)
    sequences = product(gradients, repeat=steps) if fresh else ((gradient,) * steps for gradient in gradients)
    for sequence in sequences:
        w, probability = sp.zeros(X.cols, 1), sp.Integer(1)
        for A_B, pull, chance in sequence:
            w = w - 2 * step * (A_B * w - pull)
            probability *= chance
        yield w, probability if fresh else sequence[0][2]


def enumerated_mean(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int, fresh: bool = True) -> Any:
    total = sp.zeros(X.cols, 1)
    for w, probability in paths(X, y, p, step, steps, fresh):
        total += probability * w
    return list(total)


def descended(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int, K: sp.Matrix | None = None) -> Any:
    """Gradient descent with half Hessian ``K``, from 0."""
    K, w = d.ridge_matrix(X, p) if K is None else K, sp.zeros(X.cols, 1)
    for _ in range(steps):
        w = w - 2 * step * (K * w - X.T * y)
    return list(w)


DESIGN = np.array([[1.0, 0.5, -1.0], [0.0, 1.0, 2.0], [-1.0, 1.0, 0.5], [2.0, -1.0, 0.0]])
TARGET = np.array([1.0, -1.0, 2.0, 0.5])


def simulated(rng: np.random.Generator, size: int, fresh: bool = True, steps: int = 15) -> Array:
    """Ends of ``size`` runs from 0, (size, d); not ``fresh``: each run keeps its first mask."""
    w = np.zeros((size, DESIGN.shape[1]))
    masked = DESIGN * inverted_masks(rng, (size, *DESIGN.shape), 0.6)
    for step in range(steps):
        if fresh and step:
            masked = DESIGN * inverted_masks(rng, (size, *DESIGN.shape), 0.6)
        residual = np.einsum("cnd,cd->cn", masked, w) - TARGET
        w = w - 2 * 0.02 * np.einsum("cnd,cn->cd", masked, residual)
    return w


@claim(
    "thm-dropout-mean-dynamics",
    uses=["cor-dropout-ridge", "thm-dropout-noise-law"],
    source="clara2024",
)
def the_mean_follows_gradient_descent_on_the_ridge_objective() -> Clauses:
    """The mean of one step's gradient at weights that know nothing of the mask; several steps by enumeration."""
    gradient = o.ridge_gradient.subs(ridge, variance)
    return clauses(
        [
            Sums(
                sums.noisy_slope(),
                sums.mean_slope(),
                noise={sums.N: (1, variance)},
                near_misses=[
                    NearMiss("the gradient without the penalty", rhs=sums.mean_slope().subs(variance, 0)),
                    NearMiss("the penalty counts half", rhs=sums.mean_slope().subs(variance, variance / 2)),
                    NearMiss("noise of mean 2", noise={sums.N: (2, variance)}),
                ],
            ),
            Identity(
                o.derive_expected_gradient,
                gradient,
                near_misses=[
                    NearMiss("the gradient without the penalty", rhs=gradient.subs(variance, 0)),
                    NearMiss("the penalty counts half", rhs=gradient.subs(variance, variance / 2)),
                    NearMiss("noise of mean 2", lhs=lambda: o.derive_expected_gradient(sp.Integer(2))),
                ],
            ),
            Exact(
                descended,
                enumerated_mean,
                RUNS,
                near_misses=[
                    NearMiss(
                        "gradient descent without the penalty",
                        predict=lambda **run: descended(**run, K=run["X"].T * run["X"]),
                    ),
                    NearMiss("one mask for all steps", measure=lambda **run: enumerated_mean(**run, fresh=False)),
                    NearMiss(
                        "half the step: the factor 2 of the gradient is lost",
                        predict=lambda **run: descended(**{**run, "step": run["step"] / 2}),
                    ),
                ],
            ),
            MonteCarlo(
                lambda: mean_path(DESIGN, TARGET, 0.6, 0.02, 15)[-1],
                lambda rng, size: simulated(rng, size),
                size=20_000,
                near_misses=[
                    NearMiss("without the penalty", expected=lambda: mean_path(DESIGN, TARGET, 1.0, 0.02, 15)[-1]),
                    NearMiss("one mask for all steps", sample=lambda rng, size: simulated(rng, size, fresh=False)),
                    NearMiss("one step too few", expected=lambda: mean_path(DESIGN, TARGET, 0.6, 0.02, 14)[-1]),
                ],
            ),
        ],
        reads=[(printed.mean_next, printed.mean_descended)],
        vocabulary={**PRINTED, "w_t": printed.w_t, "w_{t+1}": printed.w_next, r"\eta": eta},
    )
