"""Which laws of noise give dropout's objective, and its form in standardised coordinates."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import minimiser as solution
from dltheory.dropout.derivation import objective as o
from dltheory.dropout.derivation import printed, sums
from dltheory.dropout.derivation.symbols import keep, penalty, ridge, variance
from verifiedbook.claims import Clauses, Exact, Identity, MonteCarlo, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Sums

from .instances import norms_squared, squared, with_weights
from .objective import PRINTED, SAMPLE, predicted_loss
from .published import COLUMN_NORM, PENALTY_FACTOR, WEIGHT_FACTOR


@claim("thm-dropout-noise-law", uses=["thm-dropout-expected-loss"], source="srivastava2014, bishop1995")
def only_two_moments_of_the_noise_matter() -> Clauses:
    """The mean of the sums for any noise; the variance of an inverted mask; and normal noise, drawn."""
    general = o.ridge_objective.subs(ridge, variance)
    noisy = sums.loss(factor=sums.N[sums.i, sums.j])
    inverted_variance = Identity(
        lambda: sp.cancel(keep * (1 - keep) / keep**2),
        o.ridge_strength,
        given=[keep <= 1],
        near_misses=[
            NearMiss("the variance of B itself", lhs=lambda: keep * (1 - keep)),
            NearMiss("divided by p once", lhs=lambda: sp.cancel(keep * (1 - keep) / keep)),
        ],
    )
    normal = MonteCarlo(
        lambda: _gaussian_expectation(0.5),
        lambda rng, size: _gaussian_losses(rng, size, np.sqrt(0.5)),
        near_misses=[
            NearMiss("λ is the standard deviation", sample=lambda rng, size: _gaussian_losses(rng, size, 0.5)),
            NearMiss(
                "one noise for all features of a row",
                sample=lambda rng, size: _gaussian_losses(rng, size, np.sqrt(0.5), features=1),
            ),
            NearMiss("twice the strength", expected=lambda: _gaussian_expectation(1.0)),
        ],
    )
    return clauses(
        i=[
            Sums(
                noisy,
                sums.ridge_loss(variance),
                noise={sums.N: (1, variance)},
                near_misses=[
                    NearMiss("v² in place of v", rhs=sums.ridge_loss(variance**2)),
                    NearMiss("mean 2 in place of mean 1", noise={sums.N: (2, variance)}),
                    NearMiss("1 + v, the second moment, in place of the variance", rhs=sums.ridge_loss(1 + variance)),
                ],
            ),
            Identity(
                lambda: o.derive_expected_loss(sp.Integer(1), variance),
                general,
                near_misses=[
                    NearMiss("v² in place of v", rhs=o.ridge_objective.subs(ridge, variance**2)),
                    NearMiss("mean 2 in place of mean 1", lhs=lambda: o.derive_expected_loss(sp.Integer(2), variance)),
                    NearMiss("1 + v, the second moment, in place of the variance", rhs=general + penalty),
                ],
            ),
        ],
        ii=[inverted_variance],
        iii=[inverted_variance, normal],
        reads={"i": [(printed.noisy, printed.noise_form)], "ii": [(variance, ridge)]},
        vocabulary={**PRINTED, "v": variance},
    )


def _gaussian_expectation(strength: float) -> float:
    X, y, w = (np.array(part, dtype=float) for part in SAMPLE)
    return float(np.square(y - X @ w).sum() + strength * (np.square(X).sum(axis=0) * w**2).sum())


def _gaussian_losses(rng: np.random.Generator, size: int, deviation: float, features: int = 3) -> np.ndarray:
    X, y, w = (np.array(part, dtype=float) for part in SAMPLE)
    noise = rng.normal(1.0, deviation, size=(size, len(X), features))
    return np.square(y - (noise * X) @ w).sum(axis=1)


@claim("cor-dropout-standardised", uses=["cor-dropout-ridge"], source="wager2013")
def standardised_dropout_is_plain_ridge() -> Clauses:
    """Each term of predictions and penalty in either coordinates, and the sums that they make."""
    x, w, norm, c = solution.x_entry, solution.weight, solution.norm, solution.scale
    original = [x * w, ridge * norm**2 * w**2]
    factors = [1 / c, 1 / (c * keep * norm), sp.Integer(1)]
    gamma, entry = sums.g[sums.j], sums.X[sums.i, sums.j]
    # g_j stands for the norm of column j, whose square the sum on the right is
    column = sp.Sum((entry / gamma) ** 2, sums.rows)
    return clauses(
        i=[
            Sums(
                column,
                sp.Sum(entry**2, sums.rows) / gamma**2,
                near_misses=[
                    NearMiss("divided by the square of the norm", rhs=sp.Sum(entry**2, sums.rows) / gamma**4),
                    NearMiss("not divided", rhs=sp.Sum(entry**2, sums.rows)),
                ],
            ),
            Identity(
                lambda: list(solution.source_standardisation()),
                factors,
                near_misses=[
                    NearMiss("columns of norm c", rhs=[c, *factors[1:]], erratum=COLUMN_NORM),
                    NearMiss("ŵ = (c/p) Γ̂⁻¹w̃", rhs=[factors[0], c / (keep * norm), factors[2]], erratum=WEIGHT_FACTOR),
                    NearMiss("a further factor λ", rhs=[*factors[:2], ridge], erratum=PENALTY_FACTOR),
                ],
            ),
        ],
        ii=[
            Identity(
                lambda: list(solution.standardised_terms()),
                original,
                near_misses=[
                    NearMiss("w̃ = Γ⁻¹w", lhs=lambda: [x / norm * w / norm, ridge * (w / norm) ** 2]),
                    NearMiss("X̃ = XΓ", lhs=lambda: [x * norm * norm * w, ridge * (norm * w) ** 2]),
                    NearMiss("the penalty loses the square of the norm", rhs=[x * w, ridge * norm * w**2]),
                ],
            ),
            Exact(
                lambda X, y, p, w: predicted_loss(X, y, p, w, o.ridge_objective),
                lambda X, y, p, w: _standardised_objective(X, y, p, w),
                [case for case in with_weights() if _rational_norms(case["X"])] + _PYTHAGOREAN,
                near_misses=[
                    NearMiss(
                        "λ/p in place of λ",
                        measure=lambda X, y, p, w: _standardised_objective(X, y, p, w, 1 / p),
                    ),
                ],
            ),
            Cites("cor-dropout-ridge"),
        ],
        reads={
            "i": [(printed.X_tilde, printed.X * printed.Gamma**-1)],
            "ii": [(printed.w_tilde, printed.Gamma * printed.w), (printed.ridge_form, printed.standardised)],
        },
        vocabulary=PRINTED,
    )


def _rational_norms(X: sp.Matrix) -> bool:
    return all(sp.sqrt(entry).is_Rational for entry in norms_squared(X).diagonal())


#: Columns with whole norms, so that standardised entries are rational.
_PYTHAGOREAN = [
    {"X": sp.Matrix([[3, 5], [4, 12]]), "y": sp.Matrix([1, 2]), "p": sp.Rational(1, 3), "w": sp.Matrix([1, -2])},
    {
        "X": sp.Matrix([[1, 2, 0], [2, 3, 4], [2, 6, 3]]),
        "y": sp.Matrix([1, 0, 2]),
        "p": sp.Rational(3, 5),
        "w": sp.Matrix([2, 1, -1]),
    },
]


def _standardised_objective(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, w: sp.Matrix, factor: sp.Expr = 1) -> sp.Expr:
    gamma = norms_squared(X).applyfunc(sp.sqrt)
    standard, weights = X * gamma.inv(), gamma * w
    return squared(y - standard * weights) + factor * (1 - p) / p * squared(weights)
