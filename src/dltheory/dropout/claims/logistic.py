"""Logistic regression: a penalty that depends on the fit, for small noise; and rare noise, which is not small."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp
from sympy import Rational

from dltheory.dropout.derivation import networks as d
from dltheory.dropout.derivation import printed
from dltheory.dropout.derivation.symbols import keep
from dltheory.dropout.experiment import networks as run
from verifiedbook.claims import Agreement, Clauses, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Jensen, Monotone

Array = np.ndarray


# The move of the score that noise makes, up or down by u; noisy scores with two values.
u = sp.Symbol("u", positive=True)
z_1, z_2 = sp.symbols("z_1 z_2", real=True)

A = d.log_partition
SLOPE, CURVATURE = sp.diff(A, d.z), sp.diff(A, d.z, 2)
#: $e^u-1$ and $1-e^{-u}$, above 0 for $u>0$: all that the inequalities below rest on.
UP = Monotone(sp.exp(u) - 1, u, (0, sp.oo), "increasing", core=sp.S.One, weight=sp.exp(u), bound=("above", 0))
DOWN = Monotone(1 - sp.exp(-u), u, (0, sp.oo), "increasing", core=sp.S.One, weight=sp.exp(-u), bound=("above", 0))


def _above_tangent(move: sp.Expr, curvature: sp.Expr = sp.S.Zero) -> sp.Expr:
    """$A(z+h)-A(z)-hA'(z)$ for a move h, less $h^2$ times ``curvature``: for mean 0 of h its mean is the gap."""
    return A.subs(d.z, d.z + move) - A - move * SLOPE - curvature * move**2


def _two_values(strict: bool) -> Jensen:
    """The gap for a noisy score with two values, $z_1$ with probability p."""
    mean, loss = keep * z_1 + (1 - keep) * z_2, keep * A.subs(d.z, z_1) + (1 - keep) * A.subs(d.z, z_2)
    weights, points, given = [keep, 1 - keep], [z_1, z_2], [keep < 1, *([z_1 > z_2] if strict else [])]
    near_misses = [NearMiss("the loss at the mean is the larger one", lhs=loss, rhs=A.subs(d.z, mean))]
    if strict:
        still = A.subs(d.z, z_1)
        near_misses.append(NearMiss("also where the score does not vary", points=[z_1, z_1], lhs=still, rhs=still))
    return Jensen(
        A,
        d.z,
        (-sp.oo, sp.oo),
        weights,
        points,
        lhs=A.subs(d.z, mean),
        rhs=loss,
        given=given,
        strict=strict,
        near_misses=near_misses,
    )


def _tangents() -> list[Monotone]:
    """A lies strictly above its tangents, to the right and to the left: means of this give the gap its sign."""
    right = sp.exp(d.z) / ((1 + sp.exp(d.z + u)) * (1 + sp.exp(d.z)))
    left = sp.exp(d.z) / ((1 + sp.exp(d.z - u)) * (1 + sp.exp(d.z)))
    gap = _above_tangent(u).subs(d.z, 0)
    near_misses = [NearMiss("by the square of the move", function=gap - u**2)]
    return [
        Monotone(
            _above_tangent(u),
            u,
            (0, sp.oo),
            "increasing",
            core=UP.function,
            weight=right,
            slope=UP,
            bound=("above", 0),
            near_misses=near_misses,
        ),
        Monotone(
            _above_tangent(-u),
            u,
            (0, sp.oo),
            "increasing",
            core=DOWN.function,
            weight=left,
            slope=DOWN,
            bound=("above", 0),
            near_misses=[NearMiss("by the square of the move", function=gap.subs(u, -u) - u**2)],
        ),
    ]


@claim("thm-dropout-glm", uses=["thm-dropout-noise-law"], source="wager2013")
def logistic_regression_gets_a_penalty_that_depends_on_the_fit() -> Clauses:
    """The tangent inequality and Jensen's for the sign, Taylor's second term, and the limit for rare noise."""
    e_z = sp.Symbol("E", positive=True)  # the exponential of the score
    above_one = (2 * (sp.log(2) - A + d.z * SLOPE) - d.z**2 * CURVATURE).subs(d.z, u)
    weight = u**2 * sp.exp(u) / (1 + sp.exp(u)) ** 3
    tangents = _tangents()
    return clauses(
        i=[_two_values(strict=False), *tangents],
        ii=[_two_values(strict=True), *tangents],
        iii=[
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
            Identity(
                d.derive_curvature,
                d.pi * (1 - d.pi),
                near_misses=[NearMiss("the slope in place of the curvature", rhs=d.pi)],
            ),
            ForAll(
                [],
                CURVATURE.subs(sp.exp(d.z), e_z) <= Rational(1, 4),
                near_misses=[NearMiss("bounded by 1/5", then=CURVATURE.subs(sp.exp(d.z), e_z) <= Rational(1, 5))],
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
        ],
        iv=[
            Identity(
                d.derive_bernoulli_ratio,
                d.bernoulli_ratio,
                near_misses=[
                    NearMiss("the ratio tends to 1", rhs=sp.Integer(1)),
                    NearMiss("the label enters", rhs=d.bernoulli_ratio - d.z),
                    NearMiss("the factor 2 is lost", rhs=d.bernoulli_ratio / 2),
                ],
            ),
            Agreement(
                run.gap_ratio_limit,
                lambda X, theta: run.bernoulli_gap_ratio(X, theta, 1 - 1e-6),
                _scores,
                tolerance=1e-4,
                because="the next term is of order 1 − p = 1e-6; the difference loses eight digits of sixteen",
                near_misses=[
                    NearMiss("the ratio tends to 1", predict=lambda X, theta: 1.0),
                    NearMiss("at p = 0.9 already", measure=lambda X, theta: run.bernoulli_gap_ratio(X, theta, 0.9)),
                ],
            ),
        ],
        v=[
            Monotone(
                above_one,
                u,
                (0, sp.oo),
                "increasing",
                core=UP.function,
                weight=weight,
                slope=UP,
                bound=("above", 0),
                near_misses=[
                    NearMiss("twice the curvature", function=above_one - (u**2 * CURVATURE.subs(d.z, u))),
                    NearMiss("greater than 2", bound=("above", 2)),
                ],
            ),
            Identity(
                lambda: sp.simplify(d.bernoulli_ratio.subs(d.z, -d.z)),
                d.bernoulli_ratio,
                near_misses=[NearMiss("odd in the score", rhs=-d.bernoulli_ratio)],
            ),
        ],
        vi=[
            Identity(
                d.ratio_at_zero,
                sp.Integer(1),
                near_misses=[
                    NearMiss("it tends to 2", rhs=sp.Integer(2)),
                    NearMiss("it vanishes", rhs=sp.Integer(0)),
                ],
            )
        ],
        reads={
            "ii": [sp.Ne(d.move_of_score, 0)],
            "iii": [(d.pi_i, d.probability), (printed.S, printed.diag(d.pi_i * (1 - d.pi_i)))],
            "iv": [sp.Ne(d.z, 0), (keep, r"\to", 1)],
            "v": [(d.bernoulli_ratio, ">", 1)],
            "vi": [(d.z, r"\to", 0)],
        },
        vocabulary={
            "A": sp.Lambda(d.z, A),
            "A'": sp.Lambda(d.z, SLOPE),
            "A''": sp.Lambda(d.z, CURVATURE),
            r"\pi_i": d.pi_i,
            "z_i": d.z_i,
            "S": printed.S,
            "x_{ij}": d.x_ij,
            r"\theta_j": d.theta_j,
        },
    )


def _scores(rng: np.random.Generator) -> dict[str, Any]:
    return {"X": rng.normal(size=(6, 3)), "theta": rng.normal(size=3)}


def _small_noise_gap(X: Array, theta: Array, size: float) -> float:
    """The gap for noise $1\\pm\\varepsilon$ with equal chances, all $2^d$ sign vectors."""
    signs = np.array(list(product((-1.0, 1.0), repeat=len(theta))))
    return run.logistic_gap(X, theta, 1 + size * signs, np.full(len(signs), 1 / len(signs)))
