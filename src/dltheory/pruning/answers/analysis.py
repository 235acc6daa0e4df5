"""The answers of the graded exercises on Gaussian weights and singular coordinates."""

from __future__ import annotations

from sympy import Expr, Symbol, exp, integrate, log, oo, pi, simplify, sin, solve, symbols

from dltheory.pruning.derivation import bias, gaussian
from verifiedbook.exercises import Exercise, between, by_label, positive


def _two_weights() -> Expr:
    """The mean share of the smaller of two Gaussian weights: $\\sin^2$ of an angle below $\\pi/4$, averaged."""
    angle = Symbol("theta", real=True)
    return simplify(integrate(sin(angle) ** 2, (angle, 0, pi / 4)) / (pi / 4))


def _laplace_share() -> Expr:
    """The share of the squared norm that the fraction $s$ of smallest weights holds, density $\\frac12e^{-|x|}$."""
    size, cut = symbols("r u", positive=True)
    removed, total = (integrate(size**2 * exp(-size), (size, 0, end)) for end in (cut, oo))
    return simplify((removed / total).subs(cut, -log(1 - gaussian.s)))


def _fitted_at_peak() -> Expr:
    """The fitted fraction where the size peaks, in terms of $x$ with $e^x = 1 + 2x$."""
    return simplify((1 - exp(-bias.x)).subs(exp(-bias.x), 1 / (1 + 2 * bias.x)))


def _peak_after_three_steps() -> Expr:
    """The place of the peak for $t = 3$, in $z = 2\\eta\\sigma^2$."""
    return next(root for root in solve(bias.turning_point.subs(bias.t, 3), bias.z) if 0 < root < 1)


ANSWERS = by_label(
    Exercise(
        "ex-pruning-two-weights",
        _two_weights,
        hint="The direction of the pair is uniform on the circle; average the smaller of cos² and sin².",
    ),
    Exercise(
        "ex-pruning-laplace",
        _laplace_share,
        (between("s", 0, 1, "[)"),),
        hint="Fraction and share are both integrals up to u = −ln(1 − s).",
    ),
    Exercise(
        "ex-pruning-fitted-at-peak",
        _fitted_at_peak,
        # The peak is one point, but what is asked for there is a formula without an exponential: it is compared as one.
        (positive("x"),),
        hint="Put exp(x) = 1 + 2x into 1 − exp(−x): the formula without an exponential is compared, for all x.",
    ),
    Exercise(
        "ex-pruning-three-steps",
        _peak_after_three_steps,
        hint="Write the size as √z (3 − 3z + z²) and differentiate.",
    ),
)
