"""Where the objective is smallest: the formula, and that it does not depend on units."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics, printed, sums
from dltheory.dropout.derivation import minimiser as d
from dltheory.dropout.derivation import objective as o
from dltheory.dropout.derivation.symbols import (
    keep,
    penalty_entry,
    prediction_entry,
    ridge,
    variance,
)
from dltheory.dropout.experiment import linear
from verifiedbook.claims import Agreement, Clauses, Exact, ForAll, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Sums

from .instances import HALF, RATIONAL, norms_squared, regression
from .objective import PRINTED

EXACT = "solving a d × d system loses about as many digits as its condition number has, here at most 5 of 16"


# The move of one weight, and the norm of its column.
move, column_norm = sp.symbols("h gamma", real=True)


@claim("thm-dropout-minimiser", uses=["cor-dropout-ridge", "cor-dropout-standardised"], source="hoerl1970, wager2013")
def the_minimiser_is_unique() -> Clauses:
    """What any move adds to the objective, for any number of samples and features; the formula on stated designs."""
    gradient = o.ridge_gradient.subs(ridge, variance)
    return clauses(
        i=[
            Sums(
                sums.rise(),
                sums.curved_rise(),
                near_misses=[
                    NearMiss("the penalty adds nothing", rhs=sums.curved_rise() - ridge * sums.norms(sums.u[sums.j])),
                    NearMiss("the slope counts once", rhs=sums.curved_rise() - sums.mean_slope().subs(variance, ridge)),
                ],
            ),
            ForAll(
                [column_norm > 0, sp.Ne(move, 0)],
                ridge * column_norm**2 * move**2 > 0,
                near_misses=[
                    NearMiss("a column of zeros", given=[column_norm >= 0, sp.Ne(move, 0)]),
                    NearMiss("no move", given=[column_norm > 0]),
                ],
            ),
            Identity(
                o.derive_expected_gradient,
                gradient,
                near_misses=[
                    NearMiss("the factor 2 of the square is lost", rhs=gradient / 2),
                    NearMiss("the penalty pushes the other way", rhs=gradient - 4 * variance * penalty_entry),
                    NearMiss("the whole second moment is penalised", rhs=gradient + 2 * penalty_entry),
                    NearMiss("the diagonal alone: no coupling of features", rhs=gradient - 2 * prediction_entry),
                ],
            ),
            Exact(
                _by_the_formula,
                lambda X, y, p: list(dynamics.minimiser(X, y, p)),
                RATIONAL,
                near_misses=[
                    NearMiss("λ = 1 − p", predict=lambda X, y, p: _by_the_formula(X, y, 1 / (2 - p))),
                    NearMiss("Γ in place of Γ²", predict=lambda X, y, p: _by_the_formula(X, y, p, root=True)),
                ],
            ),
            Agreement(
                linear.minimiser,
                _ridge_on_standardised,
                regression,
                tolerance=1e-9,
                because=EXACT,
                near_misses=[
                    NearMiss("ridge on the columns as they are", measure=_ridge_as_is),
                    NearMiss("λ = 1 − p", measure=lambda X, y, keep: _ridge_on_standardised(X, y, 1 / (2 - keep))),
                    NearMiss(
                        "p the probability to drop", measure=lambda X, y, keep: _ridge_on_standardised(X, y, 1 - keep)
                    ),
                    NearMiss("the weights are not scaled back", measure=lambda X, y, keep: _raw_ridge(X, y, keep)[0]),
                ],
            ),
        ],
        ii=[
            Identity(
                d.derive_orthogonal_shrinkage,
                keep,
                given=[keep <= 1],
                near_misses=[
                    NearMiss("least squares itself", rhs=sp.Integer(1)),
                    NearMiss("1 − p", rhs=1 - keep),
                    NearMiss("p²", rhs=keep**2),
                ],
            ),
            Identity(
                o.keep_of,
                1 / (1 + ridge),  # what ridge regression multiplies each weight with if the columns are orthogonal
                near_misses=[
                    NearMiss("1 − λ", rhs=1 - ridge),
                    NearMiss("keep and drop exchanged", rhs=ridge / (1 + ridge)),
                ],
            ),
        ],
        iii=[
            # without a penalty a move adds, at a minimiser, the square of what X makes of it: 0 if and only if Xu = 0
            Sums(
                sums.rise().subs(ridge, 0),
                sums.curved_rise().subs(ridge, 0),
                near_misses=[NearMiss("the slope alone", rhs=2 * sums.mean_slope().subs(variance, 0))],
            )
        ],
        reads={
            "": [(0, "<", keep), (keep, "<", 1)],
            "i": [(printed.w_star, printed.minimiser)],
            "iii": [(keep, 1)],
        },
        vocabulary=PRINTED,
    )


def _by_the_formula(X: sp.Matrix, y: sp.Matrix, p: sp.Expr, root: bool = False) -> list[sp.Expr]:
    """The printed formula with the matrices of a design put in; ``root``: the norms for their squares."""
    norms = norms_squared(X).applyfunc(sp.sqrt)
    size = {d.n: X.rows, d.d: X.cols}
    put = {d.X: X, d.target: y, d.Gamma: norms.applyfunc(sp.sqrt) if root else norms, ridge: (1 - p) / p}
    shaped = {symbol: sp.MatrixSymbol(symbol.name, *matrix.shape) for symbol, matrix in put.items() if symbol != ridge}
    formula = d.minimiser.subs(size)
    values = {shaped[symbol]: sp.ImmutableMatrix(matrix) for symbol, matrix in put.items() if symbol != ridge}
    return list(sp.simplify(formula.subs(values).subs(ridge, put[ridge]).doit()))


def _raw_ridge(X: np.ndarray, y: np.ndarray, keep: float) -> tuple[np.ndarray, np.ndarray]:
    """scikit-learn's ridge on columns of norm 1, and those norms."""
    from sklearn.linear_model import Ridge

    norms = np.linalg.norm(X, axis=0)
    fitted = Ridge(alpha=(1 - keep) / keep, fit_intercept=False, solver="cholesky").fit(X / norms, y)
    return fitted.coef_, norms


def _ridge_on_standardised(X: np.ndarray, y: np.ndarray, keep: float) -> np.ndarray:
    weights, norms = _raw_ridge(X, y, keep)
    return weights / norms


def _ridge_as_is(X: np.ndarray, y: np.ndarray, keep: float) -> np.ndarray:
    from sklearn.linear_model import Ridge

    return Ridge(alpha=(1 - keep) / keep, fit_intercept=False, solver="cholesky").fit(X, y).coef_


@claim("thm-dropout-scale-free", uses=["thm-dropout-minimiser"], source="hastie2009")
def rescaling_a_column_changes_no_prediction() -> Clauses:
    """The normal equations entry by entry, the predictions term by term, and ridge regression of one number."""
    factor = sp.Symbol("c_k", nonzero=True, real=True)
    return clauses(
        i=[
            Identity(
                lambda: d.rescaled_normal_equation(factor)[0],
                lambda: sp.expand(d.rescaled_normal_equation(factor)[1]),
                near_misses=[
                    NearMiss(
                        "plain ridge: the penalty does not scale with the column",
                        lhs=lambda: _ridge_normal_equation(factor),
                    ),
                    NearMiss("the equation is not multiplied by c", rhs=lambda: _unscaled(factor)),
                ],
            ),
            Cites("thm-dropout-minimiser", "i"),
        ],
        ii=[
            Identity(
                lambda: d.rescaled_prediction_term(factor),
                d.x_entry * d.weight,
                near_misses=[
                    NearMiss("the weights stay the same", lhs=lambda: factor * d.x_entry * d.weight),
                    NearMiss("w goes to Cw", lhs=lambda: d.rescaled_prediction_term(factor) * factor**2),
                ],
            ),
            Agreement(
                lambda X, y, keep, C: X @ linear.minimiser(X, y, keep),
                lambda X, y, keep, C: (X * C) @ linear.minimiser(X * C, y, keep),
                lambda rng: _rescaled(rng),
                tolerance=1e-8,
                because=EXACT + " and rescaling costs as many again",
                near_misses=[
                    NearMiss(
                        "ridge regression",
                        predict=lambda X, y, keep, C: X @ _ridge_as_is(X, y, keep),
                        measure=lambda X, y, keep, C: (X * C) @ _ridge_as_is(X * C, y, keep),
                    ),
                    NearMiss(
                        "the weights stay the same",
                        measure=lambda X, y, keep, C: (X * C) @ linear.minimiser(X, y, keep),
                    ),
                    NearMiss(
                        "w goes to Cw",
                        measure=lambda X, y, keep, C: (X * C) @ (C * linear.minimiser(X, y, keep)),
                    ),
                ],
            ),
        ],
        iii=[
            Exact(
                lambda: (HALF, sp.Rational(4, 5)),
                lambda: tuple(_ridge_of_one_number(sp.Integer(x)) for x in (1, 2)),
                [{}],
                complete=True,
                near_misses=[NearMiss("the prediction stays the same", predict=lambda: (HALF, HALF))],
            )
        ],
        vocabulary=PRINTED,
    )


def _ridge_of_one_number(x: sp.Expr) -> sp.Expr:
    """The prediction of ridge regression with penalty 1 for one sample with one feature and target 1."""
    w = sp.Symbol("w", real=True)
    return x * sp.solve(sp.diff((1 - x * w) ** 2 + w**2, w), w)[0]


def _rescaled(rng: np.random.Generator) -> dict[str, Any]:
    case = regression(rng)
    width = case["X"].shape[1]
    return case | {"C": rng.choice([-1.0, 1.0], width) * 10.0 ** rng.uniform(-1, 1, width)}


def _ridge_normal_equation(factor: sp.Expr) -> sp.Expr:
    """The rescaled equation with $\\lambda w_k/c_k$ for $\\lambda c_k^2D_kw_k/c_k$."""
    diagonal, weight = sp.symbols("D_k w_k", real=True)
    return d.rescaled_normal_equation(factor)[0] + ridge * weight / factor - ridge * factor * diagonal * weight


def _unscaled(factor: sp.Expr) -> sp.Expr:
    return sp.expand(d.rescaled_normal_equation(factor)[1]) - sp.Symbol("b_k", real=True) * (1 - factor)
