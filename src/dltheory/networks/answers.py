"""The answers of the chapter's graded exercises, derived like everything else."""

from __future__ import annotations

import sympy as sp

from dltheory.dropout.derivation import networks as hidden
from dltheory.networks import derivation
from dltheory.networks.derivation.symbols import alpha, h
from verifiedbook.exercises import Exercise, between, by_label, grader, positive, real


def _nesterov_step() -> sp.Expr:
    """Nesterov's line solved for the step."""
    line = sp.Symbol("l", positive=True)
    (step,) = sp.solve(derivation.nesterov_line_heavy_ball() - line, alpha)
    return sp.simplify(step.subs(line, h))


def _safe_logistic_step() -> sp.Expr:
    """2 over the largest curvature that logistic loss can have: a quarter of the squared singular value."""
    sigma = sp.Symbol("sigma", positive=True)
    bend = derivation.logistic_curvature()
    (score,) = bend.free_symbols
    return 2 / (bend.subs(score, 0) * sigma**2)


def _half_time() -> sp.Expr:
    """(1 - x)^t = 1/2 solved for t."""
    x, t = sp.Symbol("x", positive=True), sp.Symbol("t", positive=True)
    return sp.simplify(sp.solve((1 - x) ** t - sp.Rational(1, 2), t)[0])


def _unit_penalty() -> sp.Expr:
    """The excess for one unit with outgoing weight v and activation a, keep probability p."""
    keep, v, a = sp.symbols("p v a", real=True)
    ridge = (1 - keep) / keep
    return hidden.hidden_penalty_term.subs({hidden.ridge: ridge, hidden.v_j: v, hidden.h_j: a})


ANSWERS = by_label(
    Exercise(
        "ex-network-nesterov-step",
        _nesterov_step,
        (between("mu", 0, 1, "[)"), positive("h")),
        hint="solve the line for the step",
    ),
    Exercise(
        "ex-network-logistic-step",
        _safe_logistic_step,
        (positive("sigma"),),
        hint="how large can the second derivative of log(1 + eᶠ) be?",
    ),
    Exercise(
        "ex-network-half-time",
        _half_time,
        (between("x", 0, 1),),
        hint="take logarithms",
    ),
    Exercise(
        "ex-network-unit-penalty",
        _unit_penalty,
        (between("p", 0, 1), real("v"), real("a")),
        hint="the variance of B/p is (1 − p)/p",
    ),
)
check = grader(ANSWERS)
