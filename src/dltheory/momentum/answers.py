"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, beta, h, kappa, mu, sigma, t, z
from verifiedbook.exercises import Exercise, at_least, between, by_label, grader, positive, whole


def _stable_learning_rate() -> sp.Expr:
    """The limit of the learning rate in heavy-ball form: chi(-1) = 0 solved for alpha, h = 2 sigma^2."""
    (limit,) = sp.solve(derivation.heavy_ball_polynomial().subs(z, -1), alpha)
    return sp.simplify(limit.subs(h, 2 * sigma**2))


def _critical_weight() -> sp.Expr:
    """The beta > 0 at which D = 0 for a given step."""
    return next(root for root in sp.solve(derivation.discriminant(), beta) if root != 0)


def _weight_of_a_gradient() -> sp.Expr:
    """What a gradient has contributed after k steps: 1 + mu + ... + mu^(k-1)."""
    k = sp.Symbol("k", positive=True, integer=True)
    return (1 - mu**k) / (1 - mu)


def _short_start() -> sp.Expr:
    return derivation.short_first_step_factor().subs(t, sp.Symbol("t"))


def _lag_correlation() -> sp.Expr:
    """The correlation of two consecutive iterates at the noise floor."""
    covariance = derivation.stationary_covariance()
    return sp.cancel(covariance[0, 1] / covariance[0, 0])


def _best_nesterov_rate() -> sp.Expr:
    """Half the trace at h = m, where both roots meet, with m = 1 and ell = kappa."""
    root = sp.sqrt(3 * kappa + 1)
    tuned = {alpha: 4 / (3 * kappa + 1), mu: (root - 2) / (root + 2), h: 1}
    return sp.simplify(-derivation.nesterov_polynomial().coeff(z, 1).subs(tuned) / 2)


_memory = between("mu", 0, 1, "[)")
_rate = between("q", 0, 1)

ANSWERS = by_label(
    Exercise(
        "ex-momentum-learning-rate",
        _stable_learning_rate,
        (_memory, positive("sigma")),
        hint="the root of the polynomial leaves the disc at −1",
    ),
    Exercise(
        "ex-momentum-critical",
        _critical_weight,
        (positive("eta"), positive("sigma")),
        hint="set the discriminant to zero and divide by β",
    ),
    Exercise("ex-momentum-weights", _weight_of_a_gradient, (_memory, whole("k", 1)), hint="unroll two steps by hand"),
    Exercise("ex-momentum-peak", derivation.hump_peak_time, (_rate,), hint="differentiate the logarithm of the factor"),
    Exercise(
        "ex-momentum-start",
        _short_start,
        (_rate, whole("t", 0)),
        hint="put ξ = 1 into the second residual polynomial",
    ),
    Exercise("ex-momentum-first-bound", lambda: (kappa - 1) / (kappa + 1), (at_least("kappa", 1),), hint="T₁(x) = x"),
    Exercise(
        "ex-momentum-correlation",
        _lag_correlation,
        (positive("alpha"), _memory, positive("h")),
        (alpha * h < 2 * (1 + mu),),  # the stable range: beyond it there is no noise floor
        hint="the entries of the stationary covariance",
    ),
    Exercise("ex-momentum-nesterov", _best_nesterov_rate, (at_least("kappa", 1),), hint="the double root at h = m"),
)

check = grader(ANSWERS)
