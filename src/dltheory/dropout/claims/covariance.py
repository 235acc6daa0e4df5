"""The covariance that the iterates of stochastic gradient descent with dropout keep, and what averaging leaves."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics as d
from dltheory.dropout.derivation import printed
from dltheory.dropout.derivation.symbols import eta
from dltheory.dropout.experiment import covariance, toy
from dltheory.dropout.experiment.linear import Array, curvature, inverted_masks, minimiser
from verifiedbook.claims import Agreement, Clauses, Exact, Identity, MonteCarlo, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites

from . import drawn, iterates
from .dynamics import RUNS
from .enumeration import (
    covariance_of_the_mean,
    distance_from_fixed,
    entry_by_formula,
    enumerated_average,
    enumerated_second_moment,
    from_the_memory,
    kept_first_with,
    mean_square_of_average,
    second_moment,
    uncoupled,
    vanishing_noise,
)
from .instances import HALF
from .objective import PRINTED


@claim("thm-dropout-iterate-covariance", uses=["thm-dropout-mean-dynamics"], source="clara2024")
def the_iterates_keep_a_covariance() -> Clauses:
    """The recursion in matrices, entries and coordinates for any design; the same by enumeration of small ones."""
    second_moments = [{**run, "steps": 2} for run in RUNS]
    by_order = iterates.by_order()
    return clauses(
        i=[
            drawn.spread(),
            iterates.recursion(),
            *iterates.convergence(),
            by_order,
            Cites("thm-dropout-mean-dynamics"),
            Exact(
                second_moment,
                enumerated_second_moment,
                second_moments,
                scope="three designs, two steps from the minimiser",
                near_misses=[
                    NearMiss("the noise enters as 2η²Q", predict=lambda **run: second_moment(**run, factor=2)),
                    NearMiss(
                        "the mean contraction twice: (I − 2ηK)S(I − 2ηK)",
                        predict=lambda **run: second_moment(**run, mean_only=True),
                    ),
                    NearMiss("no covariance at all", predict=lambda **run: second_moment(**run, factor=0)),
                ],
            ),
            Exact(
                lambda X, y, p, step: sp.zeros(X.cols, X.cols),
                distance_from_fixed,
                [{name: value for name, value in run.items() if name != "steps"} for run in RUNS],
                scope="three designs",
                near_misses=[NearMiss("without the noise", measure=lambda **run: distance_from_fixed(**run, noise=0))],
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
        ],
        ii=[
            *vanishing_noise(),
            Exact(
                entry_by_formula,
                kept_first_with,
                [{"second": False}, {"second": True}],
                scope="the toy problem at p = 1/2",
                near_misses=[NearMiss("the coupling is lost", predict=lambda second: entry_by_formula(False))],
            ),
            Exact(
                lambda X, y, shared: uncoupled(X, y),
                lambda X, y, shared: d.gradient_noise(X, y, HALF, shared).is_zero_matrix,
                _VANISHING,
                scope="six designs at p = 1/2",
                near_misses=[
                    NearMiss("never", predict=lambda X, y, shared: False),
                    NearMiss("only with one weight", predict=lambda X, y, shared: X.cols == 1),
                    NearMiss(
                        "also with a mask of its own for every row",
                        measure=lambda X, y, shared: d.gradient_noise(X, y, HALF, False).is_zero_matrix,
                    ),
                ],
            ),
        ],
        iii=[
            by_order,
            *iterates.small_steps(),
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
        ],
        iv=[
            *iterates.memory_of_the_mean(),
            Cites("thm-dropout-mean-dynamics"),
            Agreement(
                lambda X, y, keep, eta, steps: covariance.averaged(X, y, keep, eta) / steps,
                covariance_of_the_mean,
                _AVERAGED,
                tolerance=2e-3,
                because="the memory of some tens of steps is cut off at both ends of 60 000",
                near_misses=[
                    NearMiss(
                        "the iterates are independent",
                        predict=lambda X, y, keep, eta, steps: covariance.stationary(X, y, keep, eta) / steps,
                    ),
                    NearMiss(
                        "S is not subtracted",
                        predict=lambda X, y, keep, eta, steps: (
                            (covariance.averaged(X, y, keep, eta) + covariance.stationary(X, y, keep, eta)) / steps
                        ),
                    ),
                    NearMiss(
                        "half of it",
                        predict=lambda X, y, keep, eta, steps: covariance.averaged(X, y, keep, eta) / steps / 2,
                    ),
                ],
            ),
            Exact(
                lambda: d.averaged_covariance(d.TOY_X, d.TOY_Y, HALF),
                lambda: from_the_memory(d.toy_covariance()),
                [{}],
                scope="the toy problem at p = 1/2, every step",
                near_misses=[NearMiss("S is not subtracted", measure=lambda: from_the_memory(d.toy_covariance(), 0))],
            ),
            Exact(
                mean_square_of_average,
                lambda **run: enumerated_average(**run),
                [{**RUNS[0], "steps": 3, "p": HALF}, {**RUNS[1], "steps": 2}],
                scope="two designs, two and three steps from the minimiser",
                near_misses=[
                    NearMiss(
                        "the iterates were independent of each other",
                        predict=lambda **run: mean_square_of_average(**run, memory=False),
                    ),
                ],
            ),
        ],
        reads={
            "": [
                (printed.K, printed.curvature),
                (printed.g_B, printed.half_gradient),
                (printed.Q, printed.noise_covariance),
                (printed.T(printed.S), printed.moved),
                (0, "<", eta),
            ],
            "i": [(printed.S, printed.stationary)],
            "ii": [
                (printed.S, 0),
                (printed.Q, 0),
                (printed.G_jk * printed.w_star_j, 0),
                sp.Ne(printed.j, printed.k),
            ],
            "iii": [
                (printed.S, eta * printed.S_1 + sp.Function("O")(eta**2)),
                (printed.lyapunov, 2 * printed.Q),
            ],
        },
        vocabulary={
            **PRINTED,
            "A_B": printed.A_B,
            "b_B": printed.b_B,
            "g_B": printed.g_B,
            "S": printed.S,
            r"\mathcal T": printed.T,
            "S_1": printed.S_1,
            "Q": printed.Q,
            "K": printed.K,
            "I": printed.I,
            "j": printed.j,
            "k": printed.k,
            "G_{jk}": printed.G_jk,
            r"w^\star_j": printed.w_star_j,
            r"\eta": eta,
            "O": sp.Function("O"),
        },
    )


#: Designs with a short memory, and how many iterates are averaged.
_AVERAGED: list[dict[str, Any]] = [
    {"X": np.array([[1.0, 2.0], [-1.0, 1.0]]), "y": np.array([1.0, 2.0]), "keep": 0.5, "eta": 0.02, "steps": 60_000},
    {"X": np.array([[1.0, 2.0, -1.0]]), "y": np.array([3.0]), "keep": 0.75, "eta": 0.03, "steps": 60_000},
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
