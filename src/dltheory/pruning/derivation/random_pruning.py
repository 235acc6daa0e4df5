"""The expected loss after random pruning: each weight by a coin of its own, or a fixed number of weights."""

from __future__ import annotations

from sympy import Expr, KroneckerDelta, Rational, Symbol, expand, ff, simplify
from sympy.concrete.delta import deltasummation

from dltheory.dropout.derivation import objective
from dltheory.dropout.derivation.symbols import cross, d, keep, penalty, prediction_square, ridge, target_square

from .quadratic import saliency
from .symbols import G_jj, w_j

#: The number of weights kept.
kept = Symbol("k", integer=True, nonnegative=True)

#: A fixed number $k=pd$ of weights is kept, all choices equally likely. In the four scalars, $w$ stands for $\\hat w$.
fixed_count_loss = (
    target_square
    - 2 * keep * cross
    + keep**2 * prediction_square
    + keep * (1 - keep) * (d * penalty - prediction_square) / (d - 1)
)


def choice_moments() -> tuple[Expr, Expr]:
    """$\\mathbb E\\,b_j$ and $\\mathbb E\\,b_jb_l$, $j\\ne l$, when k of d are kept: shares of all choices.

    Of $\\binom dk$ choices $\\binom{d-1}{k-1}$ keep j, and $\\binom{d-2}{k-2}$ keep j and l.
    """
    return kept / d, ff(kept, 2) / ff(d, 2)


def derive_loss(mean: Expr, product: Expr) -> Expr:
    """Expected squared residuals for masks with $\\mathbb E\\,b_j=\\mathbb E\\,b_j^2$ = ``mean``, $\\mathbb E\\,b_jb_l$
    = ``product``.

    The mask is the same in every row; the squared residuals multiplied out are those of dropout.
    """
    X, w, y, B = objective.X, objective.w, objective.y, objective.B
    i, j, k = objective.i, objective.j, objective.k
    constant, linear, quadratic = objective.squared_residual_terms()
    second = product + (mean - product) * KroneckerDelta(j, k)
    linear = linear.subs(B[i, j], mean)
    quadratic = expand(quadratic.subs(B[i, j] * B[i, k], second))
    delta = KroneckerDelta(j, k)
    diagonal = deltasummation(quadratic.coeff(delta) * delta, (k, 1, d))
    diagonal = expand(diagonal.args[0].expr if diagonal.is_Piecewise else diagonal)
    return expand(
        constant.coeff(y[i] ** 2) * target_square
        + linear.coeff(y[i] * X[i, j] * w[j]) * cross
        + quadratic.coeff(delta, 0).coeff(X[i, j] * X[i, k] * w[j] * w[k]) * prediction_square
        + diagonal.coeff(X[i, j] ** 2 * w[j] ** 2) * penalty
    )


def derive_independent_loss() -> Expr:
    """Every weight kept with probability p, independently: $\\mathbb E\\,b_jb_l=p^2$."""
    return derive_loss(keep, keep**2)


def derive_fixed_count_loss() -> Expr:
    """k of d weights kept, $k=pd$."""
    mean, product = choice_moments()
    return simplify(derive_loss(mean, product).subs(kept, keep * d))


def derive_difference() -> Expr:
    """The loss at a fixed count less the loss with independent coins."""
    return simplify(derive_fixed_count_loss() - derive_independent_loss())


#: That difference, as the theorem says it.
difference = keep * (1 - keep) * (penalty - prediction_square) / (d - 1)


def penalty_summands() -> tuple[Expr, Expr]:
    """Weight j's part of dropout's penalty $\\lambda\\lVert\\Gamma w\\rVert^2$ and $\\lambda$ times its saliency.

    Here $w_j=p\\hat w_j$.

    The first from the variance $p(1-p)G_{jj}\\hat w_j^2$ that a coin adds to the loss.
    """
    original = w_j / keep
    return keep * (1 - keep) * G_jj * original**2, ridge * saliency


#: A case in small whole numbers, found by a search for 16/3 against 6: 2 rows, 3 weights of 1, two of three kept.
EXAMPLE_ROWS, EXAMPLE_TARGETS, EXAMPLE_WEIGHTS = ((1, 1, 0), (0, 2, 1)), (2, 4), (1, 1, 1)
EXAMPLE_KEEP = Rational(2, 3)
