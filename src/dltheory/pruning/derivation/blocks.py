"""A quadratic in blocks of any size: the weights P that are removed, the weights S that are kept.

The Schur complement $H_{PP}-H_{PS}H_{SS}^{-1}H_{SP}$ has a name of its own, $\\bar H$, so that it can be inverted. In
least squares $H=2G$.
"""

from __future__ import annotations

from sympy import Identity, MatrixExpr, MatrixSymbol, ZeroMatrix

from .surgeon import block_square, block_update
from .symbols import (
    G_PP,
    G_PS,
    G_SS,
    H_PP,
    H_PS,
    H_SS,
    inverse_block,
    inverse_columns,
    kept_count,
    removed_count,
    row_count,
    w_P,
    w_S,
)

#: The Schur complement, and its name.
schur: MatrixExpr = H_PP - H_PS * H_SS.inv() * H_PS.T
complement = MatrixSymbol(r"\bar{H}", removed_count, removed_count)

#: The columns P of $H^{-1}$, rows P and rows S: :func:`times_inverse` shows that they are.
inverse_PP: MatrixExpr = complement.inv()
inverse_SP: MatrixExpr = -H_SS.inv() * H_PS.T * inverse_PP

#: How the kept weights move by the surgeon's formula, any other move of theirs, and how far it is from that.
best_move: MatrixExpr = H_SS.inv() * H_PS.T * w_P
move = MatrixSymbol(r"\delta_{S}", kept_count, 1)
detour: MatrixExpr = move - best_move


def with_complement(expression: MatrixExpr) -> MatrixExpr:
    """``expression`` with $H_{PP}$ written by the Schur complement."""
    return expression.subs(H_PP, complement + H_PP - schur)


def times_inverse() -> list[MatrixExpr]:
    """$H$ times the columns P of its inverse, rows P and rows S."""
    return [with_complement(H_PP) * inverse_PP + H_PS * inverse_SP, H_PS.T * inverse_PP + H_SS * inverse_SP]


def unit_columns() -> list[MatrixExpr]:
    """The columns P of the identity, rows P and rows S."""
    return [Identity(removed_count), ZeroMatrix(kept_count, removed_count)]


def update_in_blocks() -> list[MatrixExpr]:
    """:data:`~.surgeon.block_update`, rows P and rows S."""
    return [
        block_update.subs({inverse_columns: columns, inverse_block: inverse_PP}) for columns in (inverse_PP, inverse_SP)
    ]


def square_in_blocks() -> MatrixExpr:
    """:data:`~.surgeon.block_square`."""
    return block_square.subs(inverse_block, inverse_PP)


def quadratic_form(first: MatrixExpr, second: MatrixExpr) -> MatrixExpr:
    """$v^\\top Hv$ for $v_P$ = ``first`` and $v_S$ = ``second``."""
    corner = first.T * H_PS * second
    return first.T * with_complement(H_PP) * first + corner + corner.T + second.T * H_SS * second


def any_cost() -> MatrixExpr:
    """$\\frac12\\delta^\\top H\\delta$ of any change with $\\delta_P=-w_P$."""
    return quadratic_form(-w_P, move) / 2


def best_and_detour() -> MatrixExpr:
    """What the surgeon's change costs, and half the quadratic form of $H_{SS}$ at the detour."""
    return square_in_blocks() / 2 + detour.T * H_SS * detour / 2


#: Least squares: the columns of X that go, those that stay, and the residual at the minimum, orthogonal to both.
X_P = MatrixSymbol("X_{P}", row_count, removed_count)
X_S = MatrixSymbol("X_{S}", row_count, kept_count)
residual = MatrixSymbol("r", row_count, 1)
of_columns = {X_P.T * X_P: G_PP, X_S.T * X_S: G_SS, X_S.T * X_P: G_PS.T}
at_the_minimum = {
    **of_columns,
    X_P.T * residual: ZeroMatrix(removed_count, 1),
    X_S.T * residual: ZeroMatrix(kept_count, 1),
}


def in_least_squares(expression: MatrixExpr) -> MatrixExpr:
    """``expression`` with $H=2G$ in the blocks."""
    return expression.subs({H_SS: 2 * G_SS, H_PS: 2 * G_PS, H_PP: 2 * G_PP})


#: The target, the kept weights after the surgeon's change, and how far any move of theirs is from that.
target: MatrixExpr = X_P * w_P + X_S * w_S + residual
refitted: MatrixExpr = w_S + in_least_squares(best_move)
regression_detour: MatrixExpr = move - in_least_squares(best_move)


def restricted_slope() -> MatrixExpr:
    """$X_S^\\top(y-X_Sv)$ for v the kept weights after the surgeon's change: 0 at the regression without P."""
    return X_S.T * (target - X_S * refitted)


def rise_after_move() -> MatrixExpr:
    """The loss with P removed and the kept weights moved, less that at the minimum."""
    left = target - X_S * (w_S + move)
    return left.T * left - residual.T * residual


#: What the kept columns can make of the removed contribution.
fitted_part: MatrixExpr = X_S * G_SS.inv() * G_PS.T * w_P


def contribution_square() -> MatrixExpr:
    """$\\lVert X_Pw_P\\rVert^2$."""
    return (X_P * w_P).T * (X_P * w_P)
