"""Evidence in blocks of any size: the inverse's columns, the square completed, and when quadratic forms vanish."""

from __future__ import annotations

import sympy as sp

from dltheory.pruning.derivation import blocks as b
from dltheory.pruning.derivation import quadratic as q
from dltheory.pruning.derivation.symbols import G_PP, G_PS, G_SS, H_PP, H_PS, H_SS, w_P
from verifiedbook.claims import NearMiss
from verifiedbook.claims.inference import EachTerm, Matrices

_SYMMETRIC = (b.complement, H_SS)
_nothing = sp.ZeroMatrix(b.kept_count, 1)
#: Along eigenvectors of a positive definite matrix: eigenvalue, coordinate, and between which numbers the former lie.
_value, _part = (sp.IndexedBase(name, real=True)[q.row] for name in ("lambda", "v"))
_least, _largest = sp.symbols("lambda_min lambda_max", positive=True)
_directions = (q.row, 1, q.row_count)


def columns_of_the_inverse() -> Matrices:
    """$H$ times the two blocks gives the columns P of the identity."""
    return Matrices(
        b.times_inverse,
        b.unit_columns,
        symmetric=_SYMMETRIC,
        near_misses=[
            NearMiss(
                "the block of H itself is inverted",
                lhs=lambda: [
                    b.with_complement(H_PP) * b.with_complement(H_PP).inv() + H_PS * b.inverse_SP,
                    H_PS.T * b.inverse_PP + H_SS * b.inverse_SP,
                ],
            ),
            NearMiss(
                "the block below has the other sign",
                lhs=lambda: [
                    b.with_complement(H_PP) * b.inverse_PP - H_PS * b.inverse_SP,
                    H_PS.T * b.inverse_PP - H_SS * b.inverse_SP,
                ],
            ),
        ],
    )


def surgeons_change() -> Matrices:
    """The formula takes the weights P away and moves the others."""
    return Matrices(
        b.update_in_blocks,
        lambda: [-w_P, b.best_move],
        symmetric=_SYMMETRIC,
        near_misses=[
            NearMiss("the sign is flipped", rhs=lambda: [w_P, -b.best_move]),
            NearMiss("no other weight moves", rhs=lambda: [-w_P, _nothing]),
        ],
    )


def square_completed() -> Matrices:
    """Any change that removes P costs what the surgeon's does and half the quadratic form of its detour."""
    return Matrices(
        b.any_cost,
        b.best_and_detour,
        symmetric=_SYMMETRIC,
        near_misses=[
            NearMiss(
                "a detour costs twice as much", rhs=lambda: b.best_and_detour() + b.detour.T * H_SS * b.detour / 2
            ),
            NearMiss("a detour costs nothing", rhs=lambda: b.square_in_blocks() / 2),
            NearMiss(
                "no other weight moves: the block of H for the inverse of that of its inverse",
                rhs=lambda: (w_P.T * b.with_complement(H_PP) * w_P + b.detour.T * H_SS * b.detour) / 2,
            ),
            NearMiss("the block of the kept weights is not symmetric", symmetric=(b.complement,)),
        ],
    )


def complement_is_positive() -> Matrices:
    """The quadratic form of the Schur complement is one of H, at a vector that is 0 only if its part on P is."""
    return Matrices(
        lambda: b.quadratic_form(w_P, -b.best_move),
        lambda: w_P.T * b.complement * w_P,
        symmetric=_SYMMETRIC,
        near_misses=[NearMiss("the kept weights stay", lhs=lambda: b.quadratic_form(w_P, _nothing))],
    )


def above_least() -> EachTerm:
    """$v^\\top Av\\ge\\lambda_{\\min}(A)\\lVert v\\rVert^2$: positive unless v = 0."""
    return EachTerm(
        smaller=_least * _part**2,
        larger=_value * _part**2,
        limits=_directions,
        given=[_least <= _value],
        near_misses=[
            NearMiss("twice of it", smaller=2 * _least * _part**2),
            NearMiss("of a matrix that is not positive definite", given=[]),
        ],
    )


def inverse_above_least() -> EachTerm:
    """$v^\\top A^{-1}v\\ge\\lVert v\\rVert^2/\\lambda_{\\max}(A)$: positive unless v = 0."""
    return EachTerm(
        smaller=_part**2 / _largest,
        larger=_part**2 / _value,
        limits=_directions,
        given=[_value > 0, _value <= _largest],
        near_misses=[
            NearMiss("twice of it", smaller=2 * _part**2 / _largest),
            NearMiss("of a matrix that is not positive definite", given=[sp.Ne(_value, 0), _value <= _largest]),
        ],
    )


def refit_solves() -> Matrices:
    """The kept weights after the surgeon's change solve the normal equations of the regression without P."""
    return Matrices(
        b.restricted_slope,
        _nothing,
        symmetric=(G_SS,),
        where=b.at_the_minimum,
        near_misses=[
            NearMiss("no other weight moves", lhs=lambda: b.X_S.T * (b.target - b.X_S * b.w_S)),
            NearMiss("they move twice as far", lhs=lambda: b.X_S.T * (b.target - b.X_S * (2 * b.refitted - b.w_S))),
        ],
    )


def refit_squares() -> Matrices:
    """The rise after any move: the cost less what is won back, and a square that is 0 at the refit."""
    return Matrices(
        b.rise_after_move,
        lambda: q.remaining + _at_detour(),
        symmetric=(G_PP, G_SS),
        where=b.at_the_minimum,
        near_misses=[
            NearMiss("nothing is won back", rhs=lambda: q.rise + _at_detour()),
            NearMiss("only the recovered part is left", rhs=lambda: q.recovered + _at_detour()),
            NearMiss("twice as much is won back", rhs=lambda: q.remaining - q.recovered + _at_detour()),
        ],
    )


def _at_detour() -> sp.MatrixExpr:
    return b.regression_detour.T * G_SS * b.regression_detour


def won_back() -> Matrices:
    """What is won back is what removing costs less what remains, and the square of the fitted part."""
    return Matrices(
        lambda: [q.recovered, q.rise - q.recovered],
        lambda: [b.fitted_part.T * b.fitted_part, q.remaining],
        symmetric=(G_SS,),
        where=b.of_columns,
        near_misses=[
            NearMiss("half of it", rhs=lambda: [b.fitted_part.T * b.fitted_part / 2, q.remaining]),
            NearMiss("all of it", rhs=lambda: [b.contribution_square(), q.remaining]),
        ],
    )


def fit_and_pull() -> Matrices:
    """$X_S^\\top f=G_{SP}w_P$ for the fitted part f: one vanishes if and only if the other does."""
    return Matrices(
        lambda: [b.X_S.T * b.fitted_part, b.X_S.T * b.X_P * w_P],
        lambda: [G_PS.T * w_P, G_PS.T * w_P],
        symmetric=(G_SS,),
        where=b.of_columns,
        near_misses=[NearMiss("twice of it", rhs=lambda: [2 * G_PS.T * w_P, G_PS.T * w_P])],
    )


def cost_at_once() -> Matrices:
    """$w_P^\\top G_{PP}w_P=\\lVert X_Pw_P\\rVert^2$."""
    return Matrices(
        lambda: q.rise,
        b.contribution_square,
        where=b.of_columns,
        near_misses=[NearMiss("half of it", rhs=lambda: b.contribution_square() / 2)],
    )
