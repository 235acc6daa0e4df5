"""The minimiser: in matrices, for orthogonal columns, for one sample, and its limit as nothing is dropped any more."""

from __future__ import annotations

from sympy import (
    Eq,
    Expr,
    Identity,
    IndexedBase,
    Matrix,
    MatrixExpr,
    MatrixSymbol,
    Sum,
    Symbol,
    cancel,
    diag,
    factor,
    limit,
    simplify,
    solve,
    symbols,
)

from .objective import ridge_gradient
from .symbols import d, keep, n, penalty_entry, prediction_entry, ridge, target_entry, x_1, x_2, y

X = MatrixSymbol("X", n, d)
target = MatrixSymbol("y", n, 1)
Gamma = MatrixSymbol("Gamma", d, d)

#: $(X^\\top X + \\lambda\\Gamma^2)^{-1}X^\\top y$.
minimiser: MatrixExpr = (X.T * X + ridge * Gamma**2).inv() * X.T * target

weights = MatrixSymbol("w", d, 1)


def ridge_slope(norms: MatrixExpr = Gamma) -> MatrixExpr:
    """Half the gradient of $\\lVert y-Xw\\rVert^2+\\lambda\\lVert\\Gamma w\\rVert^2$."""
    return (X.T * X + ridge * norms**2) * weights - X.T * target


def standardised_slope(moved: MatrixExpr = Gamma * weights) -> MatrixExpr:
    """The same for plain ridge regression with the design $X\\Gamma^{-1}$, at weights ``moved``."""
    design = X * Gamma.inv()
    return (design.T * design + ridge * Identity(d)) * moved - design.T * target


#: The upper bound on the condition number in standardised coordinates, and the ratio it bounds.
mu_1, mu_d = symbols("mu_1 mu_d", nonnegative=True)  # largest and smallest eigenvalue of the columns' cosines
standardised_condition = (mu_1 + ridge) / (mu_d + ridge)
condition_bound = 1 + d * keep / (1 - keep)

#: One sample: the contribution $x_iw_i$ of every feature, for any number of features.
equal_contribution = y / (d + ridge)


def derive_orthogonal_shrinkage() -> Expr:
    """The factor on least squares when $Gw = \\Gamma^2w$, that is when columns are orthogonal: $p$."""
    weight, least_squares = symbols("w_k b_k", real=True)
    square = Symbol("gamma_k", positive=True) ** 2
    equation = ridge_gradient.subs(
        {prediction_entry: square * weight, penalty_entry: square * weight, target_entry: square * least_squares}
    )
    return cancel((solve(equation, weight)[0] / least_squares).subs(ridge, (1 - keep) / keep))


def derive_condition_bound() -> Expr:
    """The ratio at its worst, $\\mu_1 = d$ (the trace) and $\\mu_d = 0$, with $\\lambda = (1-p)/p$."""
    worst = standardised_condition.subs({mu_1: d, mu_d: 0})
    return 1 + factor(worst.subs(ridge, (1 - keep) / keep) - 1)


def one_sample_gradient(contribution: Expr) -> Expr:
    """Entry k of the gradient for one sample, over $2x_k$, when every $x_jw_j$ is ``contribution``; symbolic $d$."""
    j = Symbol("j", integer=True)
    prediction = Sum(contribution, (j, 1, d)).doit()
    return prediction + ridge * contribution - y


def normal_entry(feature: Expr, contribution: Expr, output: Expr) -> Expr:
    """Half an entry of one sample's gradient: its feature and contribution, and the output, the sum of them all."""
    return feature * output + ridge * feature * contribution - feature * y


def derive_equal_contribution() -> Expr:
    """The contribution at which that gradient vanishes."""
    contribution = Symbol("c", real=True)
    return factor(solve(one_sample_gradient(contribution), contribution)[0])


def one_sample_minimiser() -> Matrix:
    """The minimiser for one sample $(x_1, x_2)$, from the matrix formula."""
    row = Matrix([[x_1, x_2]])
    gram = row.T * row
    return simplify((gram + ridge * diag(gram[0, 0], gram[1, 1])).LUsolve(row.T * y))


def limit_at_keep_one() -> Matrix:
    """Where the minimiser for one sample goes as $p\\to1$, that is $\\lambda\\to0^+$."""
    return one_sample_minimiser().applyfunc(lambda entry: limit(entry, ridge, 0, "+"))


def least_weighted_norm(weights: Matrix) -> Matrix:
    """The solution of $x_1w_1 + x_2w_2 = y$ with least $\\sum_ic_i^2w_i^2$; ``weights`` are the $c_i$. Lagrange."""
    w_1, w_2, multiplier = symbols("w_1 w_2 nu", real=True)
    cost = weights[0] ** 2 * w_1**2 + weights[1] ** 2 * w_2**2
    constraint = x_1 * w_1 + x_2 * w_2 - y
    lagrangian = cost - multiplier * constraint
    found = solve([lagrangian.diff(w_1), lagrangian.diff(w_2), constraint], [w_1, w_2, multiplier], dict=True)[0]
    return simplify(Matrix([found[w_1], found[w_2]]))


def on_the_toy_problem(expression: Matrix | Expr) -> Matrix | Expr:
    """``expression`` at $x = (10, 1)$, $y = 11$: the notebook's equation $10w_1 + w_2 = 11$."""
    return expression.subs({x_1: 10, x_2: 1, y: 11})


#: The equation of the toy problem.
toy_equation = Eq(10 * Symbol("w_1") + Symbol("w_2"), 11)


def toy_minimiser() -> Matrix:
    """The toy problem's minimiser as a function of the keep probability."""
    return simplify(on_the_toy_problem(one_sample_minimiser()).subs(ridge, (1 - keep) / keep))


# One row of a design in two coordinate systems: column norm gamma_j, so that x_ij/gamma_j is the standardised entry.
x_entry, weight = symbols("x_ij w_j", real=True)
norm = Symbol("gamma_j", positive=True)
#: The source's constant: its $\\Gamma$ is $c$ times the diagonal matrix of column norms, $c^2 = (1-p)/p$.
scale = Symbol("c", positive=True)
standardised_entry = x_entry / norm
standardised_weight = norm * weight


def standardised_terms() -> tuple[Expr, Expr]:
    """$\\tilde x_{ij}\\tilde w_j$ and $\\lambda\\tilde w_j^2$: the terms that predictions and penalty are sums of."""
    return standardised_entry * standardised_weight, ridge * standardised_weight**2


def source_standardisation() -> tuple[Expr, Expr, Expr]:
    """With $\\Gamma = c\\,\\hat\\Gamma$ as in the source: norm of a column of $X\\Gamma^{-1}$, $\\hat w_j/\\tilde
    w_j$, the penalty's coefficient."""
    gamma = scale * norm
    column_norm = norm / gamma
    # w̃ = Γw and w = pŵ
    original_weight = 1 / (keep * gamma)
    penalty_factor = scale**2 * norm**2 / gamma**2
    return column_norm, original_weight, penalty_factor


def rescaled_normal_equation(factor_k: Expr) -> tuple[Expr, Expr]:
    """Entry k of the normal equations for columns $c_jx_j$ and weights $w_j/c_j$, and $c_k$ times the original entry.

    Both as sums over $j$ of the same summand, for symbolic $d$.
    """
    j = Symbol("j", integer=True)
    G, c, w = IndexedBase("G"), IndexedBase("c"), IndexedBase("w")
    diagonal, weight_k, right = symbols("D_k w_k b_k", real=True)
    summand = (factor_k * G[j] * c[j]) * (w[j] / c[j])
    rescaled = Sum(summand, (j, 1, d)) + ridge * factor_k**2 * diagonal * weight_k / factor_k - factor_k * right
    original = Sum(factor_k * G[j] * w[j], (j, 1, d)) + factor_k * (ridge * diagonal * weight_k - right)
    return rescaled, original


def rescaled_prediction_term(factor_k: Expr) -> Expr:
    """One term of a prediction: the entry times $c_k$, its weight divided by it."""
    return (factor_k * x_entry) * (weight / factor_k)
