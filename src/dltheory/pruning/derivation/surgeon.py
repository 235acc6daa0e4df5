"""Optimal Brain Surgeon from its Lagrangian: the best way to delete weights of a quadratic, and what it costs."""

from __future__ import annotations

from functools import cache

from sympy import Expr, Matrix, MatrixExpr, Symbol, cancel, expand, linsolve, solve, sqrt, symbols

from .quadratic import gram, weights
from .symbols import (
    H_jj,
    gram_inverse_entry,
    inverse_block,
    inverse_columns,
    inverse_entry,
    kept_count,
    noise_variance,
    removed_count,
    w_j,
    w_P,
)

#: The cost of deleting $w_j$ when all other weights may move.
surgeon_saliency = w_j**2 / (2 * inverse_entry)
#: In least squares, $H=2G$.
regression_saliency = w_j**2 / gram_inverse_entry

#: A set P at once: how all weights change, and $\\delta^\\top H\\delta$ there, twice the cost.
block_update: MatrixExpr = -inverse_columns * inverse_block.inv() * w_P
block_square: MatrixExpr = w_P.T * inverse_block.inv() * w_P

residual_square = Symbol("RSS", positive=True)
samples, features = symbols("n d", positive=True)
#: What $\\hat\\sigma^2$ is in a regression.
noise_estimate = residual_square / (samples - features)
#: The t statistic of weight j, as regression software computes it.
t_statistic = w_j / sqrt(noise_variance * gram_inverse_entry)


def derive_surgeon_saliency() -> Expr:
    """The cost in any dimension. $H\\delta=-\\nu e_j$ gives $\\delta=-\\nu H^{-1}e_j$; the constraint gives $\\nu$."""
    nu = Symbol("nu", real=True)
    moved = -nu * inverse_entry  # entry j of the change
    cost = nu**2 * inverse_entry / 2  # half of (νH⁻¹eⱼ)ᵀH(νH⁻¹eⱼ)
    return cost.subs(nu, solve(moved + w_j, nu)[0])


def hessian(size: int) -> Matrix:
    """The symmetric matrix $H$ with entries $h_{ij}$."""
    return Matrix(size, size, lambda i, j: Symbol(f"h_{min(i, j) + 1}{max(i, j) + 1}", real=True))


def lagrangian(size: int, removed: tuple[int, ...]) -> tuple[Expr, list[Symbol], list[Symbol]]:
    """$\\tfrac12\\delta^\\top H\\delta+\\sum_{j\\in P}\\nu_j(\\delta_j+w_j)$, and its unknowns $\\delta$ and $\\nu$."""
    H, w = hessian(size), weights(size)
    delta = Matrix(symbols(f"delta_1:{size + 1}", real=True))
    nu = symbols(f"nu_1:{len(removed) + 1}", real=True)
    constraints = sum(multiplier * (delta[index] + w[index]) for multiplier, index in zip(nu, removed, strict=True))
    return (delta.T * H * delta)[0] / 2 + constraints, list(delta), list(nu)


@cache
def stationary_change(size: int, removed: tuple[int, ...]) -> Matrix:
    """$\\delta$ where all derivatives of the Lagrangian vanish, by solving those linear equations."""
    expression, delta, nu = lagrangian(size, removed)
    unknown = [*delta, *nu]
    solution = next(iter(linsolve([expression.diff(symbol) for symbol in unknown], unknown)))
    return Matrix([cancel(entry) for entry in solution[:size]]).as_immutable()


@cache
def stationary_cost(size: int, removed: tuple[int, ...]) -> Expr:
    """$\\tfrac12\\delta^\\top H\\delta$ there."""
    change = stationary_change(size, removed)
    return cancel((change.T * hessian(size) * change)[0] / 2)


def detour(size: int, removed: tuple[int, ...]) -> list[Symbol]:
    """Arbitrary further moves $\\varepsilon$ of the kept weights."""
    return [Symbol(f"epsilon_{index + 1}", real=True) for index in range(size) if index not in removed]


@cache
def any_cost(size: int, removed: tuple[int, ...]) -> Expr:
    """$\\tfrac12\\delta^\\top H\\delta$ of any change that removes P, written as the best one plus a detour."""
    change = Matrix(stationary_change(size, removed))
    kept = [index for index in range(size) if index not in removed]
    for index, move in zip(kept, detour(size, removed), strict=True):
        change[index] += move
    return (change.T * hessian(size) * change)[0] / 2


def detour_cost(size: int, removed: tuple[int, ...]) -> Expr:
    """$\\tfrac12\\varepsilon^\\top H_{SS}\\varepsilon$: what a detour adds to the cost."""
    moves = Matrix(detour(size, removed))
    kept = [index for index in range(size) if index not in removed]
    return expand((moves.T * hessian(size).extract(kept, kept) * moves)[0] / 2)


@cache
def change_formula(size: int, removed: tuple[int, ...]) -> Matrix:
    """:data:`block_update` for symbolic entries."""
    return _on_entries(block_update, size, removed).applyfunc(cancel).as_immutable()


@cache
def cost_formula(size: int, removed: tuple[int, ...]) -> Expr:
    """Half of :data:`block_square` for symbolic entries; for one weight :data:`surgeon_saliency`."""
    if len(removed) > 1:
        return cancel(_on_entries(block_square, size, removed)[0, 0] / 2)
    index = removed[0]
    return cancel(surgeon_saliency.subs({w_j: weights(size)[index], inverse_entry: inverse_diagonal(size, index)}))


def _on_entries(formula: MatrixExpr, size: int, removed: tuple[int, ...]) -> Matrix:
    """``formula`` with every block written in the entries of $H$; inverses by adjugates, which are polynomials."""
    rows, H = list(removed), hessian(size)
    adjugate, determinant = H.adjugate(), H.det()
    block = adjugate.extract(rows, rows)
    dimensions = {removed_count: len(rows), kept_count: size - len(rows)}
    values = {
        inverse_block.inv(): determinant * block.adjugate() / block.det(),
        inverse_columns: adjugate.extract(list(range(size)), rows) / determinant,
        w_P: weights(size).extract(rows, [0]),
    }
    sized = {symbol.subs(dimensions): value for symbol, value in values.items()}
    return formula.subs(dimensions).subs(sized).doit().as_explicit()


def cost_at(H: Matrix, w: Matrix, removed: tuple[int, ...]) -> Expr:
    """Half of :data:`block_square` for a matrix of numbers, exactly."""
    rows = list(removed)
    dimensions = {removed_count: len(rows), kept_count: H.rows - len(rows)}
    values = {inverse_block: H.inv().extract(rows, rows), w_P: w.extract(rows, [0])}
    sized = {symbol.subs(dimensions): value for symbol, value in values.items()}
    return block_square.subs(dimensions).subs(sized).doit()[0, 0] / 2


#: A quadratic on which deleting the cheapest weight first leads astray.
GREEDY_HESSIAN = Matrix([[13, 4, -2, -2], [4, 14, -1, 3], [-2, -1, 7, 4], [-2, 3, 4, 5]])
GREEDY_WEIGHTS = Matrix([-3, 2, 3, 4])


def inverse_diagonal(size: int, index: int = 0) -> Expr:
    """$[H^{-1}]_{jj}$ by Cramer's rule."""
    H = hessian(size)
    return H.minor_submatrix(index, index).det() / H.det()


def schur_complement(size: int, index: int = 0) -> Expr:
    """$H_{jj}-H_{jS}H_{SS}^{-1}H_{Sj}$, S all weights but j."""
    H, kept = hessian(size), [other for other in range(size) if other != index]
    column = H.extract(kept, [index])
    return H[index, index] - (column.T * H.extract(kept, kept).inv() * column)[0]


#: Between the two saliencies: the squared length of $H^{1/2}e_j-xH^{-1/2}e_j$, because $e_j^\\top e_j=1$.
step = Symbol("x", real=True)
gap_square = H_jj - 2 * step + step**2 * inverse_entry


def derive_t_square() -> Expr:
    """$\\hat\\sigma^2t_j^2$, from the definition of the t statistic."""
    return noise_variance * t_statistic**2


def derive_regression_saliency() -> Expr:
    """:data:`surgeon_saliency` for $H=2G$, whose inverse is $\\tfrac12G^{-1}$."""
    return surgeon_saliency.subs(inverse_entry, gram_inverse_entry / 2)


def regression_change(size: int, removed: tuple[int, ...]) -> Matrix:
    """:func:`change_formula` in least squares, $H=2G$, in the entries of $G$."""
    G, H = gram(size), hessian(size)
    entries = {H[i, j]: 2 * G[i, j] for i in range(size) for j in range(i, size)}
    return change_formula(size, removed).subs(entries, simultaneous=True).applyfunc(cancel)


#: The F statistic for dropping the columns P, from the residual sums of squares with and without them.
restricted_square = Symbol("RSS_P", positive=True)
f_statistic = (restricted_square - residual_square) / removed_count / noise_estimate


def relative_rise() -> Expr:
    """The rise of the residual sum of squares over itself, in terms of t, for n samples and d features."""
    rise = derive_t_square().subs(w_j, Symbol("t", real=True) * sqrt(noise_variance * gram_inverse_entry))
    return rise.subs(noise_variance, noise_estimate) / residual_square
