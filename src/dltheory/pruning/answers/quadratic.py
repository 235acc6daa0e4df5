"""The answers of the graded exercises on pruning a quadratic, derived like everything else."""

from __future__ import annotations

from sympy import Expr, Matrix, Symbol, cancel, simplify, symbols

from dltheory.dropout.derivation import symbols as moments
from dltheory.pruning.derivation import quadratic, random_pruning, surgeon
from verifiedbook.exercises import Exercise, between, by_label, positive, real, whole


def _cross_term() -> Expr:
    """The rise when both of two weights of 1 go whose columns have norm 1 and inner product r."""
    single, cross = quadratic.saliencies_and_cross_terms(2, (0, 1))
    return (single + cross).subs(_two_columns())


def _share_recovered() -> Expr:
    """The share that refitting wins back when one of two such weights goes."""
    recovered = quadratic.on_blocks(quadratic.recovered, 2, (0,))
    return cancel(recovered / quadratic.on_blocks(quadratic.rise, 2, (0,))).subs(_two_columns())


def _two_columns() -> dict[Expr, Expr]:
    G, w = quadratic.gram(2), quadratic.weights(2)
    return {G[0, 0]: 1, G[1, 1]: 1, G[0, 1]: Symbol("r", real=True), w[0]: 1, w[1]: 1}


def _surgeon_of_two() -> Expr:
    """OBS's saliency of $w_1$ for $H$ with diagonal a, b and off-diagonal entry c."""
    H, (a, b, c) = surgeon.hessian(2), symbols("a b c", real=True)
    return surgeon.cost_formula(2, (0,)).subs({H[0, 0]: a, H[1, 1]: b, H[0, 1]: c})


def _relative_rise() -> Expr:
    """The rise of the residual sum of squares over itself: $t^2/(n-d)$."""
    return surgeon.relative_rise()


def _coins_on_ones() -> list[Expr]:
    """Expected loss for one sample of d ones with target d and weights 1: independent coins, and a fixed count k."""
    d, k = moments.d, Symbol("k", integer=True, nonnegative=True)
    values = {moments.target_square: d**2, moments.cross: d**2, moments.prediction_square: d**2, moments.penalty: d}
    coins = random_pruning.derive_independent_loss().subs(values)
    fixed = random_pruning.fixed_count_loss.subs(values).subs(moments.keep, k / d)
    return [simplify(coins), simplify(fixed)]


def _three_weights() -> Matrix:
    """The change for H = [[2, 1, 0], [1, 2, 1], [0, 1, 2]], w = (1, 1, 1), the second weight deleted."""
    H, w = surgeon.hessian(3), surgeon.weights(3)
    entries = Matrix([[2, 1, 0], [1, 2, 1], [0, 1, 2]])
    values = {H[i, j]: entries[i, j] for i in range(3) for j in range(i, 3)} | {weight: 1 for weight in w}
    return surgeon.change_formula(3, (1,)).subs(values)


_a, _b, _c = symbols("a b c")
_n, _d, _k = symbols("n d k")

ANSWERS = by_label(
    Exercise(
        "ex-pruning-cross-term",
        _cross_term,
        (between("r", -1, 1, "[]"),),
        hint="The rise is w_P^T G_PP w_P, and G_PP is not diagonal.",
    ),
    Exercise(
        "ex-pruning-recovered",
        _share_recovered,
        (between("r", -1, 1, "[]"),),
        hint="Divide G_PS G_SS^-1 G_SP by G_PP: all are numbers here.",
    ),
    Exercise(
        "ex-pruning-surgeon",
        _surgeon_of_two,
        (positive("a"), positive("b"), real("c"), real("w_1")),
        (_c**2 < _a * _b,),  # the Hessian is positive definite
        hint="The first diagonal entry of the inverse is b/(ab - c^2).",
    ),
    Exercise("ex-pruning-three-weights", _three_weights, hint="The middle column of the inverse is (-1/2, 1, -1/2)."),
    Exercise(
        "ex-pruning-t",
        _relative_rise,
        (real("t"), whole("n", 2), whole("d", 1)),
        (_d < _n,),
        hint="The rise is t^2 RSS/(n - d).",
    ),
    Exercise(
        "ex-pruning-coins",
        _coins_on_ones,
        (whole("d", 1), between("p", 0, 1, "(]"), whole("k", 0)),
        (_k <= _d,),
        hint="With k weights kept the output is k, whichever they are.",
    ),
)
