"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

import sympy as sp

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, beta, h, kappa, mu, sigma, t, z
from verifiedbook.exercises import Answer


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


ANSWERS = {
    "ex-momentum-learning-rate": Answer(_stable_learning_rate, "the root of the polynomial leaves the disc at −1"),
    "ex-momentum-critical": Answer(_critical_weight, "set the discriminant to zero and divide by β"),
    "ex-momentum-weights": Answer(_weight_of_a_gradient, "unroll two steps by hand"),
    "ex-momentum-peak": Answer(derivation.hump_peak_time, "differentiate the logarithm of the factor"),
    "ex-momentum-start": Answer(_short_start, "put ξ = 1 into the second residual polynomial"),
    "ex-momentum-first-bound": Answer(lambda: (kappa - 1) / (kappa + 1), "T₁(x) = x"),
    "ex-momentum-correlation": Answer(_lag_correlation, "the entries of the stationary covariance"),
    "ex-momentum-nesterov": Answer(_best_nesterov_rate, "the double root at h = m"),
}
