"""The expected loss under a multiplicative noise on the features, for symbolic numbers of samples and features.

Everything rests on one rule. If $B_{ij}$ has mean $m$ and variance $v$, and entries of one row are independent, then
$\\mathbb E\\,B_{ij} = m$ and $\\mathbb E\\,B_{ij}B_{ik} = m^2 + v\\,\\delta_{jk}$. Nothing is asked of different rows.
"""

from __future__ import annotations

from sympy import Expr, Idx, IndexedBase, KroneckerDelta, S, expand, factor, simplify, solve
from sympy.concrete.delta import deltasummation

from .symbols import (
    cross,
    d,
    keep,
    n,
    penalty,
    penalty_entry,
    prediction_entry,
    prediction_square,
    ridge,
    target_entry,
    target_square,
    variance,
)

X, w, y, B = (IndexedBase(name) for name in ("X", "w", "y", "B"))
i, j, k = Idx("i", (1, n)), Idx("j", (1, d)), Idx("k", (1, d))

#: Dropout's ridge strength.
ridge_strength = (1 - keep) / keep

#: The expected loss with mask $B$ of keep probability $p$: what the theorem says, in the four scalars.
expected_loss = target_square - 2 * keep * cross + keep**2 * prediction_square + keep * (1 - keep) * penalty

#: The objective that inverted dropout minimises.
ridge_objective = target_square - 2 * cross + prediction_square + ridge * penalty

#: Entry k of its gradient.
ridge_gradient = 2 * (prediction_entry + ridge * penalty_entry - target_entry)


def expected_product(mean: Expr, var: Expr) -> Expr:
    """$\\mathbb E\\,B_{ij}B_{ik}$ by the second-moment rule."""
    return mean**2 + var * KroneckerDelta(j, k)


def squared_residual_terms() -> tuple[Expr, Expr, Expr]:
    """$(y_i - \\sum_jB_{ij}x_{ij}w_j)^2$ multiplied out: what is summed over $i$, over $i,j$ and over $i,j,k$."""
    masked, masked_again = (B[i, index] * X[i, index] * w[index] for index in (j, k))
    return y[i] ** 2, -2 * y[i] * masked, masked * masked_again


def derive_expected_loss(mean: Expr = keep, var: Expr = keep * (1 - keep)) -> Expr:
    """Expectation of the squared residuals, summed: each product of $B$ replaced by the second-moment rule."""
    constant, linear, quadratic = squared_residual_terms()
    linear = linear.subs(B[i, j], mean)
    quadratic = expand(quadratic.subs(B[i, j] * B[i, k], expected_product(mean, var)))
    off, on = _split(quadratic)
    return expand(
        constant.coeff(y[i] ** 2) * target_square
        + linear.coeff(y[i] * X[i, j] * w[j]) * cross
        + off.coeff(X[i, j] * X[i, k] * w[j] * w[k]) * prediction_square
        + on.coeff(X[i, j] ** 2 * w[j] ** 2) * penalty
    )


def derive_expected_gradient(mean: Expr = S.One, var: Expr = variance) -> Expr:
    """Expectation of entry k of the gradient, $-2\\sum_iB_{ik}x_{ik}(y_i - \\sum_jB_{ij}x_{ij}w_j)$."""
    linear = (-2 * B[i, k] * X[i, k] * y[i]).subs(B[i, k], mean)
    quadratic = expand((2 * X[i, k] * X[i, j] * w[j]) * expected_product(mean, var))
    off, on = _split(quadratic)
    # deltasummation runs over k, so the entry that is left carries the index j
    return expand(
        linear.coeff(X[i, k] * y[i]) * target_entry
        + off.coeff(X[i, j] * X[i, k] * w[j]) * prediction_entry
        + on.coeff(X[i, j] ** 2 * w[j]) * penalty_entry
    )


def rescaled(objective: Expr, factor_of_w: Expr) -> Expr:
    """``objective`` with ``factor_of_w`` times $w$ for $w$."""
    return expand(
        objective.subs(
            {
                cross: factor_of_w * cross,
                prediction_square: factor_of_w**2 * prediction_square,
                penalty: factor_of_w**2 * penalty,
            },
            simultaneous=True,
        )
    )


def derive_ridge_strength() -> Expr:
    """The coefficient of $\\lVert\\Gamma w\\rVert^2$ after $w = p\\hat w$."""
    return factor(rescaled(expected_loss, 1 / keep).coeff(penalty))


def keep_of(strength: Expr = ridge) -> Expr:
    """The keep probability whose ridge strength is ``strength``: $1/(1+\\lambda)$."""
    return simplify(solve(ridge_strength - strength, keep)[0])


def _split(term: Expr) -> tuple[Expr, Expr]:
    """The part of a sum over j, k without Kronecker's delta, and what the delta leaves of the other."""
    delta = KroneckerDelta(j, k)
    on = deltasummation(term.coeff(delta) * KroneckerDelta(j, k), (k, 1, d))
    return term.coeff(delta, 0), expand(on.args[0].expr if on.is_Piecewise else on)
