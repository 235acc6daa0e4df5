"""The covariance that the iterates of stochastic gradient descent with dropout keep, and what averaging leaves."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics as d
from dltheory.dropout.derivation.symbols import eta
from dltheory.dropout.experiment import covariance, toy
from dltheory.dropout.experiment.linear import Array, curvature, inverted_masks, minimiser
from verifiedbook.claims import Agreement, Exact, Identity, MonteCarlo, NearMiss, claim

from .dynamics import RUNS
from .instances import HALF, squared


@claim(
    "thm-dropout-iterate-covariance",
    uses=["thm-dropout-mean-dynamics"],
    source="clara2024",
    rests_on="The recursion is enumerated exactly on stated designs. That it has a limit, of order η, and that "
    "averaging "
    "removes it, is in the proof.",
)
def the_iterates_keep_a_covariance():
    """With masks shared by the rows, $S=\\mathbb E(I-2\\eta A_B)S(I-2\\eta A_B)+4\\eta^2Q$ is the stationary
    covariance; it vanishes iff every feature with nonzero weight is orthogonal to all others, is of order $\\eta$, and
    leaves the mean of $T$ iterates as $1/T$."""
    second_moments = [{**run, "steps": 2} for run in RUNS]
    return [
        Exact(
            _second_moment,
            _enumerated_second_moment,
            second_moments,
            near_misses=[
                NearMiss("the noise enters as 2η²Q", predict=lambda **run: _second_moment(**run, factor=2)),
                NearMiss(
                    "the mean contraction twice: (I − 2ηK)S(I − 2ηK)",
                    predict=lambda **run: _second_moment(**run, mean_only=True),
                ),
                NearMiss("no covariance at all", predict=lambda **run: _second_moment(**run, factor=0)),
            ],
        ),
        Exact(
            lambda X, y, shared: _uncoupled(X, y),
            lambda X, y, shared: d.gradient_noise(X, y, HALF, shared).is_zero_matrix,
            _VANISHING,
            near_misses=[
                NearMiss("never", predict=lambda X, y, shared: False),
                NearMiss("only with one weight", predict=lambda X, y, shared: X.cols == 1),
                NearMiss(
                    "also with a mask of its own for every row",
                    measure=lambda X, y, shared: d.gradient_noise(X, y, HALF, False).is_zero_matrix,
                ),
            ],
        ),
        Identity(
            d.toy_small_step,
            lambda: d.small_step_covariance(d.TOY_X, d.TOY_Y, HALF),
            scope="the toy problem at p = 1/2, every step size",
            near_misses=[
                NearMiss(
                    "of order √η: S/√η has this limit",
                    lhs=lambda: d.toy_covariance().applyfunc(lambda s: sp.limit(s / sp.sqrt(eta), eta, 0, "+")),
                ),
                NearMiss("KS + SK = Q", rhs=lambda: d.small_step_covariance(d.TOY_X, d.TOY_Y, HALF) / 2),
                NearMiss(
                    "S₁ = K⁻¹Q, as if K and Q commuted with everything",
                    rhs=lambda: d.ridge_matrix(d.TOY_X, HALF).inv() * d.gradient_noise(d.TOY_X, d.TOY_Y, HALF) * 2,
                ),
            ],
        ),
        MonteCarlo(
            lambda: covariance.second_moment(toy.X, toy.Y, 0.5, 1e-3, 150)[np.triu_indices(2)],
            lambda rng, size: _products(rng, size, 1e-3),
            size=20_000,
            near_misses=[
                NearMiss(
                    "half the step",
                    expected=lambda: covariance.second_moment(toy.X, toy.Y, 0.5, 5e-4, 150)[np.triu_indices(2)],
                ),
                NearMiss("a batch of two masks", sample=lambda rng, size: _products(rng, size, 1e-3, batch=2)),
                NearMiss(
                    "first order in η only",
                    expected=lambda: 1e-3 * covariance.small_step(toy.X, toy.Y, 0.5)[np.triu_indices(2)],
                ),
            ],
        ),
        Agreement(
            lambda: _largest_mean_square_step(),
            lambda: covariance.largest_mean_square_step(toy.X, toy.Y, 0.5),
            [{}],
            because="the root of the exact covariance's denominator against a bisection to 12 digits",
            near_misses=[
                NearMiss("the mean's limit", predict=lambda: 1 / np.linalg.eigvalsh(curvature(toy.X, 0.5))[-1]),
                NearMiss("the limit without dropout", predict=lambda: 1 / 101),
            ],
        ),
        Exact(
            _mean_square_of_average,
            lambda **run: _enumerated_average(**run),
            [{**RUNS[0], "steps": 3, "p": HALF}, {**RUNS[1], "steps": 2}],
            near_misses=[
                NearMiss(
                    "the iterates were independent of each other",
                    predict=lambda **run: _mean_square_of_average(**run, memory=False),
                ),
            ],
        ),
    ]


def _largest_mean_square_step() -> float:
    """The smaller root of the denominator of the toy problem's stationary covariance."""
    from sympy import Poly, denom, real_roots, together

    bottom = Poly(denom(together(d.toy_covariance()[0, 0])), eta)
    return float(min(real_roots(bottom)))


#: Designs where the noise vanishes, and neighbours where it does not: one weight; orthogonal; one weight of zero.
_VANISHING: list[dict[str, Any]] = [
    {"X": sp.Matrix([[1], [2]]), "y": sp.Matrix([1, 5]), "shared": True},
    {"X": sp.Matrix([[1, 1], [1, -1]]), "y": sp.Matrix([1, 5]), "shared": True},
    {"X": sp.Matrix([[1, 2], [1, 1]]), "y": sp.Matrix([1, 5]), "shared": True},
    {"X": d.TOY_X, "y": d.TOY_Y, "shared": True},
    {"X": sp.Matrix([[1, 0, 0], [0, 1, 1], [0, 0, 1]]), "y": sp.Matrix([3, 0, 0]), "shared": True},
    {"X": sp.Matrix([[1, 0, 0], [0, 1, 1], [0, 0, 1]]), "y": sp.Matrix([3, 1, 0]), "shared": True},
]


def _uncoupled(X: sp.Matrix, y: sp.Matrix) -> bool:
    """Whether every feature with nonzero weight is orthogonal to all others."""
    gram, w = X.T * X, d.minimiser(X, y, HALF)
    pairs = [(k, j) for k in range(X.cols) for j in range(X.cols) if j != k]
    return all(gram[k, j] * w[j] == 0 for k, j in pairs)


def _second_moment(
    X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int, factor: int = 4, mean_only: bool = False
) -> list[sp.Expr]:
    """$\\mathbb E\\,e_te_t^\\top$ from $e_0=0$ by the recursion, the noise entering with ``factor`` $\\eta^2Q$."""
    gradients = d.masked_gradients(X, y, p, shared=X.rows == 1)
    noise = factor * step**2 * d.gradient_noise(X, y, p, shared=X.rows == 1)
    if mean_only:
        gradients = [(d.ridge_matrix(X, p), X.T * y, sp.Integer(1))]
    moment = sp.zeros(X.cols, X.cols)
    for _ in range(steps):
        previous, moment = moment, noise
        for A_B, _, probability in gradients:
            contraction = sp.eye(X.cols) - 2 * step * A_B
            moment = moment + probability * contraction * previous * contraction.T
    return list(moment)


def _errors_from_minimiser(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int) -> Any:
    """All errors $e_1,\\dots,e_t$ of every sequence of masks started at the minimiser, with its probability."""
    star = d.minimiser(X, y, p)
    for sequence in product(d.masked_gradients(X, y, p, shared=X.rows == 1), repeat=steps):
        error, probability, errors = sp.zeros(X.cols, 1), sp.Integer(1), []
        for A_B, pull, chance in sequence:
            error = error - 2 * step * (A_B * (error + star) - pull)
            probability *= chance
            errors.append(error)
        yield errors, probability


def _enumerated_second_moment(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int) -> list[sp.Expr]:
    total = sp.zeros(X.cols, X.cols)
    for errors, probability in _errors_from_minimiser(X, y, p, step, steps):
        total += probability * errors[-1] * errors[-1].T
    return list(total)


def _enumerated_average(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int) -> sp.Expr:
    """$\\mathbb E\\lVert\\frac1t\\sum_{s\\le t}e_s\\rVert^2$ by enumeration."""
    total = sp.Integer(0)
    for errors, probability in _errors_from_minimiser(X, y, p, step, steps):
        total += probability * squared(sum(errors, sp.zeros(X.cols, 1)) / steps)
    return total


def _mean_square_of_average(
    X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int, memory: bool = True
) -> sp.Expr:
    """The same from $\\mathbb E\\,e_{s+k}e_s^\\top=(I-2\\eta K)^k\\,\\mathbb E\\,e_se_s^\\top$."""
    contraction, total = sp.eye(X.cols) - 2 * step * d.ridge_matrix(X, p), sp.Integer(0)
    for s in range(1, steps + 1):
        moment = sp.Matrix(X.cols, X.cols, _second_moment(X, y, p, step, s))
        total += moment.trace()
        for k in range(1, steps - s + 1) if memory else ():
            total += 2 * (contraction**k * moment).trace()
    return total / steps**2


def _products(rng: np.random.Generator, size: int, step: float, batch: int = 1) -> Array:
    """$ee^\\top$ after 150 steps from the minimiser, its three entries: (size, 3)."""
    w = np.tile(minimiser(toy.X, toy.Y, 0.5), (size, 1))
    star = w[0].copy()
    for _ in range(150):
        masked = toy.X[0] * inverted_masks(rng, (batch, size, 2), 0.5)
        residual = (masked * w).sum(axis=-1) - toy.Y[0]
        w = w - 2 * step * (masked * residual[..., None]).mean(axis=0)
    error = w - star
    return np.stack([error[:, 0] ** 2, error[:, 0] * error[:, 1], error[:, 1] ** 2], axis=1)
