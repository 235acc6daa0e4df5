"""What dropout minimises: the expected loss, as ridge regression, in standardised coordinates, for any noise law."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import minimiser as solution
from dltheory.dropout.derivation import objective as o
from dltheory.dropout.derivation.symbols import (
    cross,
    keep,
    penalty,
    prediction_square,
    ridge,
    target_square,
    variance,
)
from verifiedbook.claims import Exact, Identity, MonteCarlo, NearMiss, claim

from .instances import expectation, norms_squared, squared, whole_row_expectation, with_weights
from .published import COLUMN_NORM, DROP_OR_KEEP, INVERTED_MULTIPLIES, PENALTY_FACTOR, WEIGHT_FACTOR


def _predicted(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, w: sp.Matrix, formula: sp.Expr = o.expected_loss) -> sp.Expr:
    """``formula`` with its four scalars computed from the data."""
    values = {
        target_square: squared(y),
        cross: (y.T * X * w)[0, 0],
        prediction_square: squared(X * w),
        penalty: (w.T * norms_squared(X) * w)[0, 0],
    }
    return formula.subs({**values, keep: p, ridge: (1 - p) / p})


def _masked_loss(X: sp.Matrix, y: sp.Matrix, w: sp.Matrix, scale: sp.Expr) -> Any:
    """The loss under a mask $B/p$ whose entries are multiplied by ``scale`` first: $p$ gives back the mask $B$."""
    return lambda mask: squared(y - scale * X.multiply_elementwise(mask) * w)


@claim(
    "thm-dropout-expected-loss",
    source="srivastava2014, wager2013",
    rests_on="The second-moment rule is applied to the squared residuals multiplied out, for symbolic n and d; that "
    "independence within a row gives the rule is the first line of the proof.",
)
def dropout_minimises_a_penalised_loss():
    """For masks of keep probability $p$, independent within each row,
    $\\mathbb E\\lVert y-(B\\odot X)\\hat w\\rVert^2=\\lVert y-pX\\hat w\\rVert^2+p(1-p)\\lVert\\Gamma\\hat
    w\\rVert^2$."""
    squares = target_square - 2 * keep * cross + keep**2 * prediction_square
    return [
        Identity(
            o.derive_expected_loss,
            o.expected_loss,
            given=[keep <= 1],
            near_misses=[
                NearMiss("(1 − p) in place of p(1 − p)", rhs=squares + (1 - keep) * penalty),
                NearMiss(
                    "p² in place of p(1 − p): the variance of B taken for its squared mean",
                    rhs=squares + keep**2 * penalty,
                ),
                NearMiss("the penalty is lost: B replaced by its mean", rhs=squares),
                NearMiss(
                    "p is the probability to drop",
                    rhs=o.expected_loss.subs(keep, 1 - keep),
                    erratum=DROP_OR_KEEP,
                ),
                NearMiss("the cross term shrinks by p²", rhs=o.expected_loss + 2 * (keep - keep**2) * cross),
            ],
        ),
        Exact(
            _predicted,
            lambda X, y, p, w: expectation(_masked_loss(X, y, w, p), X, p),
            with_weights(),
            near_misses=[
                NearMiss("the penalty is lost", predict=lambda X, y, p, w: squared(y - p * X * w)),
                NearMiss(
                    "the features of a row are kept or dropped together: independence within the row is dropped",
                    measure=lambda X, y, p, w: whole_row_expectation(_masked_loss(X, y, w, p), X, p),
                ),
                NearMiss(
                    "‖w‖² in place of ‖Γw‖²",
                    predict=lambda X, y, p, w: squared(y - p * X * w) + p * (1 - p) * squared(w),
                ),
            ],
        ),
        Exact(
            _predicted,
            lambda X, y, p, w: expectation(_masked_loss(X, y, w, p), X, p, shared=True),
            with_weights(),
            near_misses=[
                NearMiss(
                    "one mask for all rows doubles the penalty",
                    predict=lambda X, y, p, w: _predicted(X, y, p, w, o.expected_loss + keep * (1 - keep) * penalty),
                ),
            ],
        ),
        MonteCarlo(
            lambda: _predicted(sp.Matrix(_X), sp.Matrix(_Y), sp.Rational(3, 10), sp.Matrix(_W)),
            lambda rng, size: _sampled_losses(rng, size),
            near_misses=[
                NearMiss("keep probability 0.7 for 0.3", sample=lambda rng, size: _sampled_losses(rng, size, 0.7)),
                NearMiss(
                    "the penalty counts twice",
                    expected=lambda: _predicted(
                        sp.Matrix(_X),
                        sp.Matrix(_Y),
                        sp.Rational(3, 10),
                        sp.Matrix(_W),
                        o.expected_loss + keep * (1 - keep) * penalty,
                    ),
                ),
            ],
        ),
    ]


_X = [[1, 2, 0], [-1, 1, 3], [2, 0, 1], [1, -2, 1]]
_Y = [1, 2, -1, 3]
_W = [1, -1, 2]


def _sampled_losses(rng: np.random.Generator, size: int, p: float = 0.3) -> np.ndarray:
    X, y, w = np.array(_X, dtype=float), np.array(_Y, dtype=float), np.array(_W, dtype=float)
    masks = rng.random((size, *X.shape)) < p
    return np.square(y - (masks * X) @ w).sum(axis=1)


@claim("cor-dropout-ridge", uses=["thm-dropout-expected-loss"], source="srivastava2014, wager2013")
def dropout_is_ridge_regression_with_column_norms():
    """With $w=p\\hat w$ the expected loss is $\\lVert y-Xw\\rVert^2+\\lambda\\lVert\\Gamma w\\rVert^2$,
    $\\lambda=(1-p)/p$; inverted dropout, with masks $B/p$, gives it directly."""
    with_strength = o.ridge_objective.subs(ridge, o.ridge_strength)
    return [
        Identity(
            lambda: o.rescaled(o.expected_loss, 1 / keep),
            with_strength,
            given=[keep <= 1],
            near_misses=[
                NearMiss("λ = 1 − p", rhs=o.ridge_objective.subs(ridge, 1 - keep)),
                NearMiss(
                    "λ = p/(1 − p): keep and drop exchanged", rhs=o.ridge_objective.subs(ridge, keep / (1 - keep))
                ),
                NearMiss(
                    "λ = p(1 − p): the weights are not rescaled", rhs=o.ridge_objective.subs(ridge, keep * (1 - keep))
                ),
                NearMiss("ŵ = pw in place of w = pŵ", lhs=lambda: o.rescaled(o.expected_loss, keep)),
            ],
        ),
        Exact(
            lambda X, y, p, w: _predicted(X, y, p, w, o.ridge_objective),
            lambda X, y, p, w: expectation(_masked_loss(X, y, w, sp.Integer(1)), X, p),
            with_weights(),
            near_misses=[
                NearMiss(
                    "the mask is multiplied by p",
                    measure=lambda X, y, p, w: expectation(_masked_loss(X, y, w, p**2), X, p),
                    erratum=INVERTED_MULTIPLIES,
                ),
                NearMiss(
                    "the mask is not rescaled at all",
                    measure=lambda X, y, p, w: expectation(_masked_loss(X, y, w, p), X, p),
                ),
                NearMiss(
                    "plain ridge, ‖w‖² in place of ‖Γw‖²",
                    predict=lambda X, y, p, w: squared(y - X * w) + (1 - p) / p * squared(w),
                ),
            ],
        ),
    ]


@claim(
    "thm-dropout-noise-law",
    uses=["thm-dropout-expected-loss"],
    source="srivastava2014, bishop1995",
    rests_on="As for the expected loss: the second-moment rule for symbolic n and d.",
)
def only_two_moments_of_the_noise_matter():
    """Any multiplicative noise of mean 1 and variance $v$, independent over the features of a row, has the expected
    loss $\\lVert y-Xw\\rVert^2+v\\lVert\\Gamma w\\rVert^2$: dropout's for $v=(1-p)/p$."""
    general = o.ridge_objective.subs(ridge, variance)
    return [
        Identity(
            lambda: o.derive_expected_loss(sp.Integer(1), variance),
            general,
            near_misses=[
                NearMiss("v² in place of v", rhs=o.ridge_objective.subs(ridge, variance**2)),
                NearMiss("mean 2 in place of mean 1", lhs=lambda: o.derive_expected_loss(sp.Integer(2), variance)),
                NearMiss("1 + v, the second moment, in place of the variance", rhs=general + penalty),
            ],
        ),
        Identity(
            lambda: sp.cancel(keep * (1 - keep) / keep**2),
            o.ridge_strength,
            given=[keep <= 1],
            near_misses=[
                NearMiss("the variance of B itself", lhs=lambda: keep * (1 - keep)),
                NearMiss("divided by p once", lhs=lambda: sp.cancel(keep * (1 - keep) / keep)),
            ],
        ),
        MonteCarlo(
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
        ),
    ]


def _gaussian_expectation(strength: float) -> float:
    X, y, w = np.array(_X, dtype=float), np.array(_Y, dtype=float), np.array(_W, dtype=float)
    return float(np.square(y - X @ w).sum() + strength * (np.square(X).sum(axis=0) * w**2).sum())


def _gaussian_losses(rng: np.random.Generator, size: int, deviation: float, features: int = 3) -> np.ndarray:
    X, y, w = np.array(_X, dtype=float), np.array(_Y, dtype=float), np.array(_W, dtype=float)
    noise = rng.normal(1.0, deviation, size=(size, len(X), features))
    return np.square(y - (noise * X) @ w).sum(axis=1)


@claim(
    "cor-dropout-standardised",
    uses=["cor-dropout-ridge"],
    source="wager2013",
    rests_on="Predictions and penalty are sums over features; the identity is shown for each term, so it holds for the "
    "sums whatever n and d.",
)
def standardised_dropout_is_plain_ridge():
    """With $\\tilde X=X\\Gamma^{-1}$ (columns of norm 1) and $\\tilde w=\\Gamma w$ dropout's objective is plain ridge
    regression, $\\lVert y-\\tilde X\\tilde w\\rVert^2+\\lambda\\lVert\\tilde w\\rVert^2$."""
    x, w, norm, c = solution.x_entry, solution.weight, solution.norm, solution.scale
    original = [x * w, ridge * norm**2 * w**2]
    factors = [1 / c, 1 / (c * keep * norm), sp.Integer(1)]
    return [
        Identity(
            lambda: list(solution.standardised_terms()),
            original,
            near_misses=[
                NearMiss("w̃ = Γ⁻¹w", lhs=lambda: [x / norm * w / norm, ridge * (w / norm) ** 2]),
                NearMiss("X̃ = XΓ", lhs=lambda: [x * norm * norm * w, ridge * (norm * w) ** 2]),
                NearMiss("the penalty loses the square of the norm", rhs=[x * w, ridge * norm * w**2]),
            ],
        ),
        Identity(
            lambda: list(solution.source_standardisation()),
            factors,
            near_misses=[
                NearMiss("columns of norm c", rhs=[c, *factors[1:]], erratum=COLUMN_NORM),
                NearMiss("ŵ = (c/p) Γ̂⁻¹w̃", rhs=[factors[0], c / (keep * norm), factors[2]], erratum=WEIGHT_FACTOR),
                NearMiss("a further factor λ = c²", rhs=[*factors[:2], c**2], erratum=PENALTY_FACTOR),
            ],
        ),
        Exact(
            lambda X, y, p, w: _predicted(X, y, p, w, o.ridge_objective),
            lambda X, y, p, w: _standardised_objective(X, y, p, w),
            [case for case in with_weights() if _rational_norms(case["X"])] + _PYTHAGOREAN,
            near_misses=[
                NearMiss(
                    "λ/p in place of λ",
                    measure=lambda X, y, p, w: _standardised_objective(X, y, p, w, 1 / p),
                ),
            ],
        ),
    ]


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
