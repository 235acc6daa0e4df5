"""Where the objective is smallest: the formula, its invariance, one sample, and the limit as nothing is dropped."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy as sp

from dltheory.dropout.derivation import dynamics
from dltheory.dropout.derivation import minimiser as d
from dltheory.dropout.derivation import objective as o
from dltheory.dropout.derivation.symbols import (
    keep,
    penalty_entry,
    prediction_entry,
    ridge,
    variance,
    y,
)
from dltheory.dropout.experiment import linear
from verifiedbook.claims import Agreement, Exact, Identity, NearMiss, claim

from .instances import HALF, regression
from .published import NEARLY_EQUAL, THREE_CASES

EXACT = "solving a d × d system loses about as many digits as its condition number has, here at most 5 of 16"


@claim(
    "thm-dropout-minimiser",
    uses=["cor-dropout-ridge", "cor-dropout-standardised"],
    source="hoerl1970, wager2013",
    rests_on="The gradient is derived entry by entry for symbolic n and d. That the objective is strictly convex, "
    "hence "
    "the zero of its gradient the only minimiser, is in the proof.",
)
def the_minimiser_is_unique():
    """If no column of $X$ is zero and $0<p<1$, the objective has the unique minimiser
    $w=(G+\\lambda\\operatorname{diag}G)^{-1}X^\\top y$; for orthogonal columns it is $p$ times least squares."""
    gradient = o.ridge_gradient.subs(ridge, variance)
    return [
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
    ]


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


@claim(
    "thm-dropout-scale-free",
    uses=["thm-dropout-minimiser"],
    source="hastie2009",
    rests_on="The normal equations are compared entry by entry, as sums over any number of features.",
)
def rescaling_a_column_changes_no_prediction():
    """For $C$ diagonal and invertible, $X\\to XC$ sends the minimiser to $C^{-1}w$, so predictions stay the same;
    those of ridge regression do not."""
    factor = sp.Symbol("c_k", nonzero=True, real=True)
    return [
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
                    predict=lambda X, y, keep, C: linear.minimiser(X, y, keep),
                    measure=lambda X, y, keep, C: linear.minimiser(X * C, y, keep),
                ),
                NearMiss(
                    "w goes to Cw",
                    predict=lambda X, y, keep, C: C * linear.minimiser(X, y, keep),
                    measure=lambda X, y, keep, C: linear.minimiser(X * C, y, keep),
                ),
            ],
        ),
    ]


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


@claim(
    "thm-dropout-equal-contributions",
    uses=["thm-dropout-minimiser"],
    source="srivastava2014",
    rests_on="The gradient of one sample is summed over a symbolic number of features; equal contributions are an "
    "ansatz, and uniqueness of the minimiser makes it the answer.",
)
def one_sample_is_shared_equally():
    """For one sample with $x_i\\ne0$ every feature contributes the same, $x_iw_i=y/(d+\\lambda)$; for $x=(10,1)$,
    $y=11$, $p=\\frac12$ the minimiser is $(11/30,\\,11/3)$."""
    features = d.d
    return [
        Identity(
            d.derive_equal_contribution,
            d.equal_contribution,
            near_misses=[
                NearMiss("y/d: nothing is held back", rhs=y / features),
                NearMiss("y/(1 + dλ)", rhs=y / (1 + features * ridge)),
                NearMiss("y/(d(1 + λ))", rhs=y / (features * (1 + ridge))),
            ],
        ),
        Exact(
            lambda x, target, p: [target / (len(x) + (1 - p) / p) / entry for entry in x],
            lambda x, target, p: list(dynamics.minimiser(sp.Matrix([x]), sp.Matrix([target]), p)),
            [
                {"x": [10, 1], "target": sp.Integer(11), "p": HALF},
                {"x": [2, -3, 5], "target": sp.Integer(7), "p": sp.Rational(1, 4)},
                {"x": [1, 1, 4, -6], "target": sp.Integer(-2), "p": sp.Rational(9, 10)},
            ],
            near_misses=[
                NearMiss(
                    "contributions in proportion to the feature",
                    predict=lambda x, target, p: [
                        target * entry / (sum(e**2 for e in x) * (1 + (1 - p) / p)) for entry in x
                    ],
                ),
                NearMiss("shrunk by p", predict=lambda x, target, p: [p * target / (len(x) * entry) for entry in x]),
            ],
        ),
        Exact(
            lambda: (sp.Rational(11, 30), sp.Rational(11, 3), True),
            lambda: _toy_contributions(),
            [{}],
            near_misses=[
                NearMiss(
                    "the two contributions differ",
                    predict=lambda: (sp.Rational(11, 30), sp.Rational(11, 3), False),
                    erratum=NEARLY_EQUAL,
                ),
                NearMiss(
                    "the least-norm solution", predict=lambda: (sp.Rational(110, 101), sp.Rational(11, 101), False)
                ),
            ],
        ),
        Exact(
            lambda: (sp.Rational(11, 20), sp.Rational(11, 2), 22, 121),
            lambda: _three_cases(),
            [{}],
            near_misses=[
                NearMiss(
                    "the factor 2 of inverted dropout is forgotten",
                    predict=lambda: (1, 10, 20, 81),
                    erratum=THREE_CASES,
                ),
            ],
        ),
    ]


def _toy_contributions() -> tuple[sp.Expr, sp.Expr, bool]:
    w = dynamics.minimiser(dynamics.TOY_X, dynamics.TOY_Y, HALF)
    return w[0], w[1], 10 * w[0] == w[1]


def _three_cases() -> tuple[sp.Expr, ...]:
    """Where each single-feature mask of the toy problem pulls, and output and error of the full input there."""
    pulls = [
        target[index] / curvature[index, index]
        for curvature, target, _ in dynamics.masked_gradients(dynamics.TOY_X, dynamics.TOY_Y, HALF, True)
        for index in (0, 1)
        if curvature[index, index] and not curvature[1 - index, 1 - index]
    ]
    pulls.sort()
    output = 2 * (10 * pulls[0] + pulls[1])
    return pulls[0], pulls[1], output, (output - 11) ** 2
