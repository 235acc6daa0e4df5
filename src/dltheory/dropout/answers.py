"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

from sympy import Expr, Integer, Matrix, Rational, Symbol, cancel, limit

from verifiedbook.exercises import Exercise, between, by_label, grader, positive

from .derivation import dynamics, minimiser
from .derivation.objective import keep_of
from .derivation.symbols import eta, keep, ridge, x_1, x_2, y


def _two_features() -> Matrix:
    """The minimiser for $x = (3, 1)$, $y = 6$."""
    found = minimiser.one_sample_minimiser().subs({x_1: 3, x_2: 1, y: 6, ridge: (1 - keep) / keep})
    return found.applyfunc(cancel)


def _gaussian_keep() -> Expr:
    """The keep probability whose ridge strength is $v$."""
    return keep_of(Symbol("v", positive=True))


def _not_inverted_step() -> Expr:
    """$1/(p^2\\ell)$: half the Hessian in $\\hat w$ is $p^2$ times that in $w$."""
    return 1 / (keep**2 * Symbol("ell", positive=True))


def _limit_of_three() -> list[Expr]:
    """The limit of $y/((d+\\lambda)x_i)$ for $x = (1, 2, 3)$, $y = 6$."""
    contribution = minimiser.equal_contribution.subs({minimiser.d: 3, y: 6})
    return [limit(contribution / feature, ridge, 0, "+") for feature in (1, 2, 3)]


def _ensemble_factor() -> Expr:
    """The scale of the uniform ensemble over that of the weighted one."""
    return Rational(1, 2) / Symbol("p", positive=True)


def _one_weight_variance() -> Expr:
    """The stationary variance for one weight, rows 1 and 1, targets 0 and 2, a mask for each row."""
    rows, targets = Matrix([1, 1]), Matrix([Integer(0), Integer(2)])
    return dynamics.stationary_covariance(rows, targets, Rational(1, 2), eta, shared=False)[0, 0]


ANSWERS = by_label(
    Exercise(
        "ex-dropout-two-features",
        _two_features,
        (between("p", 0, 1, "(]"),),
        hint="Both features contribute y/(d + λ).",
    ),
    Exercise(
        "ex-dropout-gaussian",
        _gaussian_keep,
        (positive("v"),),
        hint="Two noises with the same variance have the same objective.",
    ),
    Exercise(
        "ex-dropout-not-inverted",
        _not_inverted_step,
        (between("p", 0, 1, "(]"), positive("ell")),
        hint="Write p²G + p(1 − p)Γ² as a multiple of G + λΓ².",
    ),
    Exercise("ex-dropout-limit", _limit_of_three, hint="All three contributions are equal, and λ goes to 0."),
    Exercise(
        "ex-dropout-ensemble-scale",
        _ensemble_factor,
        (between("p", 0, 1, "(]"),),
        hint="Equal weights are the probabilities for p = 1/2.",
    ),
    Exercise(
        "ex-dropout-one-weight",
        _one_weight_variance,
        (between("eta", 0, Rational(1, 6)),),  # beyond it the variance grows without bound
        hint="Enumerate the four masks: A is 0, 4, 4, 8.",
    ),
)

check = grader(ANSWERS)
