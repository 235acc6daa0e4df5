"""Second moments of the iterates, mask by mask, and when the noise vanishes: what the covariance is compared with."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics as d
from dltheory.dropout.derivation.symbols import eta, keep, ridge
from dltheory.dropout.experiment import covariance
from dltheory.dropout.experiment.linear import Array, minimiser
from verifiedbook.claims import ForAll, NearMiss

from .instances import HALF, squared


def uncoupled(X: sp.Matrix, y: sp.Matrix) -> bool:
    """Whether every feature with nonzero weight is orthogonal to all others."""
    gram, w = X.T * X, d.minimiser(X, y, HALF)
    pairs = [(k, j) for k in range(X.cols) for j in range(X.cols) if j != k]
    return all(gram[k, j] * w[j] == 0 for k, j in pairs)


def second_moment(
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


def errors_from_minimiser(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int) -> Any:
    """All errors $e_1,\\dots,e_t$ of every sequence of masks started at the minimiser, with its probability."""
    star = d.minimiser(X, y, p)
    for sequence in product(d.masked_gradients(X, y, p, shared=X.rows == 1), repeat=steps):
        error, probability, errors = sp.zeros(X.cols, 1), sp.Integer(1), []
        for A_B, pull, chance in sequence:
            error = error - 2 * step * (A_B * (error + star) - pull)
            probability *= chance
            errors.append(error)
        yield errors, probability


def enumerated_second_moment(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int) -> list[sp.Expr]:
    total = sp.zeros(X.cols, X.cols)
    for errors, probability in errors_from_minimiser(X, y, p, step, steps):
        total += probability * errors[-1] * errors[-1].T
    return list(total)


def enumerated_average(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int) -> sp.Expr:
    """$\\mathbb E\\lVert\\frac1t\\sum_{s\\le t}e_s\\rVert^2$ by enumeration."""
    total = sp.Integer(0)
    for errors, probability in errors_from_minimiser(X, y, p, step, steps):
        total += probability * squared(sum(errors, sp.zeros(X.cols, 1)) / steps)
    return total


def mean_square_of_average(
    X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, steps: int, memory: bool = True
) -> sp.Expr:
    """The same from $\\mathbb E\\,e_{s+k}e_s^\\top=(I-2\\eta K)^k\\,\\mathbb E\\,e_se_s^\\top$."""
    contraction, total = sp.eye(X.cols) - 2 * step * d.ridge_matrix(X, p), sp.Integer(0)
    for s in range(1, steps + 1):
        moment = sp.Matrix(X.cols, X.cols, second_moment(X, y, p, step, s))
        total += moment.trace()
        for k in range(1, steps - s + 1) if memory else ():
            total += 2 * (contraction**k * moment).trace()
    return total / steps**2


def covariance_of_the_mean(X: Array, y: Array, keep: float, eta: float, steps: int) -> Array:
    """Covariance of the mean of ``steps`` iterates from stationarity, mask by mask, of iterate and sum together."""
    A, b, probability = covariance.enumerated(X, y, keep)
    star, size = minimiser(X, y, keep), X.shape[1]
    zero, one = np.zeros((len(A), size, size)), np.eye(size)
    contraction = one - 2 * eta * A
    # the sum takes in the iterate before it moves
    moves = np.block([[contraction, zero], [np.broadcast_to(one, A.shape), np.broadcast_to(one, A.shape)]])
    kicks = np.concatenate([-2 * eta * (A @ star - b), np.zeros((len(A), size))], axis=1)
    noise = np.einsum("m,mi,mj->ij", probability, kicks, kicks)
    operator = np.einsum("m,mab,mcd->acbd", probability, moves, moves).reshape(4 * size**2, 4 * size**2)
    moment = np.zeros((2 * size, 2 * size))
    moment[:size, :size] = covariance.stationary(X, y, keep, eta)
    flat = moment.ravel()
    for _ in range(steps):
        flat = operator @ flat + noise.ravel()
    return flat.reshape(2 * size, 2 * size)[size:, size:] / steps**2


def distance_from_fixed(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, step: sp.Expr, noise: int = 4) -> sp.Matrix:
    """$S$ less what one step of the recursion makes of it."""
    shared = X.rows == 1 or X.cols > 1
    S = d.stationary_covariance(X, y, p, step, shared)
    after = noise * step**2 * d.gradient_noise(X, y, p, shared)
    for A_B, _, probability in d.masked_gradients(X, y, p, shared):
        contraction = sp.eye(X.cols) - 2 * step * A_B
        after += probability * contraction * S * contraction.T
    return S - after


def from_the_memory(S: sp.Matrix, own: int = 1) -> sp.Matrix:
    """$S$ and the memory to either side, its series summed: $C(I-C)^{-1}$ with $C=I-2\\eta K$."""
    C = sp.eye(2) - 2 * eta * d.ridge_matrix(d.TOY_X, HALF)
    memory = C * (sp.eye(2) - C).inv()
    return (own * S + memory * S + S * memory.T).applyfunc(sp.factor)


def kept_first_with(second: bool) -> sp.Expr:
    """Entry 1 of half a gradient at the toy problem's minimiser, under the mask that keeps feature 1, or both."""
    star = d.minimiser(d.TOY_X, d.TOY_Y, HALF)
    kept = [1 / HALF, 1 / HALF if second else 0]
    masked = d.TOY_X.multiply_elementwise(sp.Matrix([kept]))
    return (masked.T * (masked * star - d.TOY_Y))[0]


def entry_by_formula(second: bool) -> sp.Expr:
    """The same from the Gram matrix."""
    star, gram = d.minimiser(d.TOY_X, d.TOY_Y, HALF), d.TOY_X.T * d.TOY_X
    coupled = gram[0, 0] * star[0] + (gram[0, 1] * star[1] if second else 0)
    return d.noise_entry(coupled, (d.TOY_X.T * d.TOY_Y)[0], HALF)


def vanishing_noise() -> list[ForAll]:
    """Q = 0 from S = 0; then two masks, of k alone and of k with j, and back: entry k of half a gradient, for any d."""
    own, other, right, noise = sp.symbols("g_kk g_kj c_k q", real=True)  # G_kk w_k, G_kj w_j, (Xᵀy)_k, an entry of Q
    alone, both = d.noise_entry(own, right), d.noise_entry(own + other, right)
    strength = sp.Eq(ridge, (1 - keep) / keep)
    return [
        ForAll(
            [sp.Eq(4 * eta**2 * noise, 0)],
            sp.Eq(noise, 0),
            near_misses=[NearMiss("whatever the recursion says", given=[])],
        ),
        ForAll(
            [sp.Eq(alone, 0), sp.Eq(both, 0)],
            sp.Eq(other, 0),
            near_misses=[
                NearMiss("one mask is enough", given=[sp.Eq(both, 0)]),
                NearMiss("no feature has any weight", then=sp.Eq(own, 0)),
            ],
        ),
        ForAll(
            [strength, sp.Eq((1 + ridge) * own, right)],
            sp.Eq(alone, 0),
            near_misses=[
                NearMiss("without the penalty", given=[strength, sp.Eq(own, right)]),
                NearMiss("coupled to another feature", then=sp.Eq(both, 0)),
            ],
        ),
    ]
