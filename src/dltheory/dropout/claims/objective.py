"""What dropout minimises: the expected loss, and that it is ridge regression."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import objective as o
from dltheory.dropout.derivation import printed, sums
from dltheory.dropout.derivation.symbols import (
    cross,
    d,
    keep,
    n,
    penalty,
    prediction_square,
    ridge,
    target_square,
)
from verifiedbook.claims import Clauses, Exact, Identity, MonteCarlo, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Sums

from .instances import expectation, norms_squared, squared, whole_row_expectation, with_weights
from .published import DROP_OR_KEEP, INVERTED_MULTIPLIES


def predicted_loss(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, w: sp.Matrix, formula: sp.Expr = o.expected_loss) -> sp.Expr:
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


MASKS = {sums.N: (keep, keep * (1 - keep))}


@claim("thm-dropout-expected-loss", source="srivastava2014, wager2013")
def dropout_minimises_a_penalised_loss() -> Clauses:
    """The mean of the sums over any number of samples and features; of one row; and all masks of small designs."""
    squares = target_square - 2 * keep * cross + keep**2 * prediction_square
    plain, shared = sums.loss(factor=keep), keep * (1 - keep)
    return clauses(
        i=[
            Sums(
                sums.loss(factor=sums.N[sums.i, sums.j]),
                sums.penalised_loss(),
                noise=MASKS,
                given=[keep <= 1],
                near_misses=[
                    NearMiss("(1 − p) in place of p(1 − p)", rhs=plain + (1 - keep) * sums.norms()),
                    NearMiss("the variance of B taken for its squared mean", rhs=plain + keep**2 * sums.norms()),
                    NearMiss("the penalty is lost: B replaced by its mean", rhs=plain),
                    NearMiss(
                        "p is the probability to drop",
                        rhs=sums.penalised_loss().subs(keep, 1 - keep),
                        erratum=DROP_OR_KEEP,
                    ),
                    NearMiss("‖w‖² in place of ‖Γw‖²", rhs=plain + shared * sp.Sum(sums.w[sums.j] ** 2, sums.columns)),
                ],
            ),
            Identity(
                o.derive_expected_loss,
                o.expected_loss,
                given=[keep <= 1],
                near_misses=[
                    NearMiss("(1 − p) in place of p(1 − p)", rhs=squares + (1 - keep) * penalty),
                    NearMiss("the penalty is lost: B replaced by its mean", rhs=squares),
                    NearMiss("the cross term shrinks by p²", rhs=o.expected_loss + 2 * (keep - keep**2) * cross),
                ],
            ),
            Exact(
                predicted_loss,
                lambda X, y, p, w: expectation(_masked_loss(X, y, w, p), X, p),
                with_weights(),
                near_misses=[
                    NearMiss("the penalty is lost", predict=lambda X, y, p, w: squared(y - p * X * w)),
                    NearMiss(
                        "the features of a row are kept or dropped together: independence within the row is dropped",
                        measure=lambda X, y, p, w: whole_row_expectation(_masked_loss(X, y, w, p), X, p),
                    ),
                ],
            ),
            MonteCarlo(
                lambda: predicted_loss(sp.Matrix(_X), sp.Matrix(_Y), sp.Rational(3, 10), sp.Matrix(_W)),
                lambda rng, size: _sampled_losses(rng, size),
                near_misses=[
                    NearMiss("keep probability 0.7 for 0.3", sample=lambda rng, size: _sampled_losses(rng, size, 0.7)),
                ],
            ),
        ],
        ii=[
            Sums(
                sums.row_loss(),
                sums.row_penalised(),
                noise=MASKS,
                given=[keep <= 1],
                near_misses=[
                    NearMiss("the penalty is lost", rhs=(sums.y[sums.i] - sums.prediction(factor=keep)) ** 2),
                    NearMiss("one mask for the whole row", lhs=_one_mask_for_the_row()),
                ],
            ),
            Exact(
                predicted_loss,
                lambda X, y, p, w: expectation(_masked_loss(X, y, w, p), X, p, shared=True),
                with_weights(),
                near_misses=[
                    NearMiss(
                        "one mask for all rows doubles the penalty",
                        predict=lambda X, y, p, w: predicted_loss(
                            X, y, p, w, o.expected_loss + keep * (1 - keep) * penalty
                        ),
                    ),
                ],
            ),
        ],
        reads={"": [(0, "<", keep), (keep, "<=", 1), *printed.spaces], "i": [(printed.masked, printed.penalised)]},
        vocabulary={**PRINTED, "n": n, "d": d},
    )


#: What the names of matrices in the boxes stand for.
PRINTED = {
    "B": printed.B,
    "X": printed.X,
    "y": printed.y,
    "w": printed.w,
    r"\hat w": printed.w_hat,
    r"\Gamma": printed.Gamma,
    "N": printed.N,
    r"\tilde X": printed.X_tilde,
    r"\tilde w": printed.w_tilde,
    "G": printed.G,
    r"w^\star": printed.w_star,
}


def _one_mask_for_the_row() -> sp.Expr:
    return (sums.y[sums.i] - sums.prediction(factor=sums.N[0])) ** 2


_X = [[1, 2, 0], [-1, 1, 3], [2, 0, 1], [1, -2, 1]]
_Y = [1, 2, -1, 3]
_W = [1, -1, 2]
SAMPLE = (_X, _Y, _W)


def _sampled_losses(rng: np.random.Generator, size: int, p: float = 0.3) -> np.ndarray:
    X, y, w = np.array(_X, dtype=float), np.array(_Y, dtype=float), np.array(_W, dtype=float)
    masks = rng.random((size, *X.shape)) < p
    return np.square(y - (masks * X) @ w).sum(axis=1)


@claim("cor-dropout-ridge", uses=["thm-dropout-expected-loss"], source="srivastava2014, wager2013")
def dropout_is_ridge_regression_with_column_norms() -> Clauses:
    """The penalised loss at w/p, and the mean under masks B/p, both as sums of any length."""
    half = sums.w[sums.j] / keep
    rescaled = sums.loss(half, keep) + keep * (1 - keep) * sums.norms(half)
    noisy = sums.N[sums.i, sums.j]
    return clauses(
        i=[
            Sums(
                rescaled,
                sums.ridge_loss(o.ridge_strength),
                given=[keep <= 1],
                near_misses=[
                    NearMiss("λ = 1 − p", rhs=sums.ridge_loss(1 - keep)),
                    NearMiss("λ = p/(1 − p): keep and drop exchanged", rhs=sums.ridge_loss(keep / (1 - keep))),
                    NearMiss("λ = p(1 − p): the weights are not rescaled", rhs=sums.ridge_loss(keep * (1 - keep))),
                ],
            ),
            Identity(
                lambda: o.rescaled(o.expected_loss, 1 / keep),
                o.ridge_objective.subs(ridge, o.ridge_strength),
                given=[keep <= 1],
                near_misses=[
                    NearMiss("λ = 1 − p", rhs=o.ridge_objective.subs(ridge, 1 - keep)),
                    NearMiss("ŵ = pw in place of w = pŵ", lhs=lambda: o.rescaled(o.expected_loss, keep)),
                ],
            ),
            Identity(
                o.derive_ridge_strength,
                o.ridge_strength,
                given=[keep <= 1],
                near_misses=[NearMiss("λ = 1 − p", rhs=1 - keep)],
            ),
            Cites("thm-dropout-expected-loss", "i"),
        ],
        ii=[
            Sums(
                sums.loss(factor=noisy / keep),
                sums.ridge_loss(o.ridge_strength),
                noise=MASKS,
                given=[keep <= 1],
                near_misses=[
                    NearMiss(
                        "the mask is multiplied by p", lhs=sums.loss(factor=noisy * keep), erratum=INVERTED_MULTIPLIES
                    ),
                    NearMiss("the mask is not rescaled at all", lhs=sums.loss(factor=noisy)),
                    NearMiss(
                        "plain ridge, ‖w‖² in place of ‖Γw‖²",
                        rhs=sums.loss() + o.ridge_strength * sp.Sum(sums.w[sums.j] ** 2, sums.columns),
                    ),
                ],
            ),
            Exact(
                lambda X, y, p, w: predicted_loss(X, y, p, w, o.ridge_objective),
                lambda X, y, p, w: expectation(_masked_loss(X, y, w, sp.Integer(1)), X, p),
                with_weights(),
                near_misses=[
                    NearMiss(
                        "the mask is not rescaled at all",
                        measure=lambda X, y, p, w: expectation(_masked_loss(X, y, w, p), X, p),
                    ),
                ],
            ),
        ],
        reads={
            "i": [
                (printed.w, keep * printed.w_hat),
                (printed.penalised, printed.ridge_form),
                (ridge, o.ridge_strength),
            ],
            "ii": [(printed.inverted, printed.ridge_form)],
        },
        vocabulary=PRINTED,
    )
