"""The limit as nothing is dropped: a jump between two least norms."""

from __future__ import annotations

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics, printed
from dltheory.dropout.derivation import minimiser as d
from dltheory.dropout.derivation.symbols import (
    keep,
    ridge,
    x_1,
    x_2,
)
from dltheory.dropout.experiment import linear
from verifiedbook.claims import Agreement, Clauses, Exact, Identity, NearMiss, claim, clauses
from verifiedbook.claims.inference import Cites, Matrices

from . import drawn
from .instances import norms_squared, regression
from .published import RIGHT_INVERSE, WITH_BIAS

EXACT = "solving a d × d system loses about as many digits as its condition number has, here at most 5 of 16"


@claim(
    "thm-dropout-discontinuity",
    uses=["cor-dropout-standardised", "thm-dropout-minimiser", "thm-ridge-filter", "thm-gd-min-norm"],
    source="penrose1955",
)
def the_jump_at_rate_zero_is_between_two_least_norms() -> Clauses:
    """Ridge regression's limit in standardised coordinates, cited; the same on designs; descent's end, cited."""
    features = sp.Matrix([x_1, x_2])
    plain = sp.Matrix([1, 1])
    return clauses(
        i=[
            Cites("cor-dropout-standardised", "ii"),
            Cites("thm-ridge-filter", "ii"),
            _in_standardised_coordinates(),
            Identity(
                d.limit_at_keep_one,
                lambda: d.least_weighted_norm(features),
                scope="one sample, two features",
                near_misses=[
                    NearMiss("the limit is the least-norm solution", rhs=lambda: d.least_weighted_norm(plain)),
                    NearMiss(
                        "the limit has least ‖Γ²w‖",
                        rhs=lambda: d.least_weighted_norm(features.applyfunc(lambda entry: entry**2)),
                    ),
                ],
            ),
            Exact(
                lambda X, y: list(_least_weighted(X, y)),
                lambda X, y: list(_limit(X, y)),
                [
                    {"X": sp.Matrix([[1, 2, 3]]), "y": sp.Matrix([6])},
                    {"X": sp.Matrix([[1, 2, 0], [0, 1, 3]]), "y": sp.Matrix([1, 2])},
                    {"X": sp.Matrix([[1, 2], [3, -1]]), "y": sp.Matrix([1, 4])},
                ],
                near_misses=[
                    NearMiss("least ‖w‖", predict=lambda X, y: list(X.T * (X * X.T).LUsolve(y))),
                    NearMiss(
                        "already at p = 9/10", measure=lambda X, y: list(dynamics.minimiser(X, y, sp.Rational(9, 10)))
                    ),
                ],
            ),
            Agreement(
                lambda X, y, keep: np.linalg.pinv(X / np.linalg.norm(X, axis=0)) @ y / np.linalg.norm(X, axis=0),
                lambda X, y, keep: linear.minimiser(X, y, keep),
                lambda rng: (
                    {name: value for name, value in regression(rng).items() if name != "keep"} | {"keep": 1 - 1e-9}
                ),
                count=20,
                tolerance=1e-5,
                because="the distance to the limit is of order λ/σ², with λ = 1e-9, and rounding adds as much",
                near_misses=[
                    NearMiss("least ‖w‖", predict=lambda X, y, keep: np.linalg.pinv(X) @ y),
                ],
            ),
        ],
        ii=[Cites("thm-gd-min-norm", "iii")],
        iii=[Cites("thm-dropout-minimiser", "iii")],
        iv=[
            drawn.least_norm(),
            Exact(
                lambda: (sp.Rational(11, 20), sp.Rational(11, 2), sp.Rational(110, 101), sp.Rational(11, 101)),
                lambda: (*d.on_the_toy_problem(d.limit_at_keep_one()), *_right_inverse_solution()),
                [{}],
                complete=True,
                near_misses=[
                    NearMiss(
                        "no jump: both limits are the least-norm solution",
                        predict=lambda: (sp.Rational(110, 101), sp.Rational(11, 101)) * 2,
                    ),
                ],
            ),
            Exact(
                lambda: (False, True),
                lambda: _invertible_gram_matrices(),
                [{}],
                complete=True,
                near_misses=[
                    NearMiss("a left inverse exists", predict=lambda: (True, True), erratum=RIGHT_INVERSE),
                ],
            ),
            Exact(
                lambda X: [x * y for x, y in zip([10, 1, 1], [sp.Rational(11, 102)] * 3, strict=True)],
                lambda X: list(X.T * (X * X.T).LUsolve(dynamics.TOY_Y)),
                [{"X": sp.Matrix([[10, 1, 1]])}],
                near_misses=[
                    NearMiss("the layer has no bias", instances=[{"X": sp.Matrix([[10, 1, 0]])}], erratum=WITH_BIAS),
                ],
            ),
        ],
        reads={"i": [(keep, r"\to", printed.below_1)], "iv": [d.toy_equation]},
    )


def _in_standardised_coordinates() -> Matrices:
    """What ridge regression for $X\\Gamma^{-1}$ asks of $\\Gamma w$ is what dropout's objective asks of w."""
    return Matrices(
        d.standardised_slope,
        lambda: d.Gamma.inv() * d.ridge_slope(),
        symmetric=(d.Gamma,),
        near_misses=[
            NearMiss("the weights are not rescaled", lhs=lambda: d.standardised_slope(d.weights)),
            NearMiss("‖w‖² in place of ‖Γw‖²", rhs=lambda: d.Gamma.inv() * d.ridge_slope(sp.Identity(d.d))),
        ],
    )


def _right_inverse_solution() -> list[sp.Expr]:
    X = dynamics.TOY_X
    return list(X.T * (X * X.T).LUsolve(dynamics.TOY_Y))


def _invertible_gram_matrices() -> tuple[bool, bool]:
    """Whether $X^\\top X$ is invertible on the toy problem, for a left inverse, and $XX^\\top$, for a right one."""
    X = dynamics.TOY_X
    return (X.T * X).det() != 0, (X * X.T).det() != 0


def _least_weighted(X: sp.Matrix, y: sp.Matrix) -> sp.Matrix:
    """The solution of $Xw=y$ of least $\\lVert\\Gamma w\\rVert$ for rows that are independent."""
    inverse = norms_squared(X).inv()
    return inverse * X.T * (X * inverse * X.T).LUsolve(y)


def _limit(X: sp.Matrix, y: sp.Matrix) -> sp.Matrix:
    w = (X.T * X + ridge * norms_squared(X)).LUsolve(X.T * y)
    return w.applyfunc(lambda entry: sp.limit(sp.cancel(entry), ridge, 0, "+"))
