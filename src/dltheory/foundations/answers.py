"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

from sympy import Expr, Matrix, Symbol, cancel, diff, solve

from verifiedbook.exercises import Exercise, by_label, grader, nonnegative, positive, real

from . import derivation as d


def _half_loss_step() -> Expr:
    """The largest stable step for half the loss: all gradients are halved, so steps may be doubled."""
    return 2 * d.stability_limit


def _penalised_contraction() -> Expr:
    """The factor by which a step on the ridge loss multiplies the error along a direction."""
    loss = d.mode_loss(d.a) + d.ridge * d.a**2
    minimiser = solve(diff(loss, d.a), d.a)[0]
    return cancel((d.a - d.eta * diff(loss, d.a) - minimiser) / (d.a - minimiser))


def _second_step() -> Expr:
    """The step after $\\eta = 1/(2\\sigma_1^2)$ that removes the error of a second direction too."""
    return solve(d.contraction.subs(d.sigma, d.sigma_2), d.eta)[0]


def _nearest_solution() -> Matrix:
    """The limit on $10w_1 + w_2 = 11$ from the start $(0, c)$."""
    X, start = Matrix([[10, 1]]), Matrix([0, Symbol("c", real=True)])
    return X.pinv() * 11 + start - X.pinv() * X * start


def _solution_with_bias() -> Matrix:
    """The limit on $10w_1 + w_2 + b = 11$ from 0: weights, then bias."""
    return Matrix([[10, 1, 1]]).pinv() * 11


def _equal_filters_time() -> Expr:
    """The time at which early stopping and ridge have the same filter at one singular value."""
    return solve(d.flow_filter - d.ridge_filter, d.tau)[0]


ANSWERS = by_label(
    Exercise(
        "ex-half-loss",
        _half_loss_step,
        (positive("sigma_1"),),
        hint="how does halving the loss change the gradient?",
    ),
    Exercise(
        "ex-penalised-descent",
        _penalised_contraction,
        (positive("eta"), nonnegative("sigma"), positive("lambda")),
        hint="which Hessian does the penalty add?",
    ),
    Exercise(
        "ex-two-steps",
        _second_step,
        (positive("sigma_2"),),
        hint="which step makes the factor of the second direction 0?",
    ),
    Exercise(
        "ex-nearest-solution",
        _nearest_solution,
        (real("c"),),
        hint="which part of the start does the equation not see?",
    ),
    Exercise("ex-bias", _solution_with_bias, hint="the bias is a weight whose feature is always 1."),
    Exercise(
        "ex-equal-filters",
        _equal_filters_time,
        (positive("sigma"), positive("lambda")),
        hint="set the two filters equal and take logarithms.",
    ),
)

check = grader(ANSWERS)
