"""Logistic regression: a penalty that depends on the fit, for small noise; and rare noise, which is not small."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import networks as d
from dltheory.dropout.experiment import networks as run
from verifiedbook.claims import Agreement, Enclosure, ForAll, Identity, NearMiss, claim

Array = np.ndarray


@claim(
    "thm-dropout-glm",
    uses=["thm-dropout-noise-law"],
    source="wager2013",
    rests_on="Jensen's inequality gives the sign, and dominated convergence the remainder; both, "
    "and that the limit exceeds 1, are in the proof.",
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
