"""Sizes of the singular coordinates along gradient descent from 0: when small singular values mean small coordinates.

With $w_0 = 0$ and $\\lvert u_i^\\top y\\rvert = 1$ coordinate $i$ of $w_t$ has the size $(1-(1-\\zeta)^t)/\\sigma_i$,
where $\\zeta = 2\\eta\\sigma_i^2$. As a function of $\\sigma$ it is, up to the constant $\\sqrt{2\\eta}$, the function
``size_in_z``.
"""

from __future__ import annotations

from functools import cache

from sympy import Expr, Symbol, cancel, diff, exp, expand, limit, log, oo, simplify, sqrt, symbols

from dltheory.foundations import derivation as foundations

eta = Symbol("eta", positive=True)  # step size
sigma = foundations.sigma  # a singular value
t = Symbol("t", integer=True, positive=True)  # iteration
z = Symbol("zeta", positive=True)  # 2 eta sigma^2, between 0 and 1
x = Symbol("x", positive=True)  # t z, the time in the direction's own unit
kept = Symbol("rho", positive=True)  # 1 - z, the factor by which a step multiplies the error of the direction
target = Symbol("b", positive=True)  # |u^T y|

#: The size of a singular coordinate after t steps from 0.
coordinate_size = target * (1 - (1 - 2 * eta * sigma**2) ** t) / sigma

#: The same as a function of $\\zeta$, for a target of size 1 and divided by $\\sqrt{2\\eta}$.
size_in_z = (1 - (1 - z) ** t) / sqrt(z)

#: Positive where the size grows with $\\sigma$, negative where it falls.
turning_point = 2 * t * z * (1 - z) ** (t - 1) + (1 - z) ** t - 1

#: The same with $\\rho = 1 - \\zeta$.
turning_in_factor = 2 * t * kept ** (t - 1) - (2 * t - 1) * kept**t - 1

#: Its limit for many small steps, with $\\zeta = x/t$; the positive zero is where the size peaks.
flow_turning_point = (1 + 2 * x) / exp(x) - 1


def derive_coordinate_size() -> Expr:
    """The weight along a direction after t steps from 0, from the formula of the Foundations."""
    weight = foundations.gd_weight()
    return weight.subs({foundations.b: target, foundations.eta: eta, foundations.t: t}, simultaneous=True)


def derive_size_in_z() -> Expr:
    """The size for a target of 1, divided by $\\sqrt{2\\eta}$, at $\\sigma = \\sqrt{\\zeta/(2\\eta)}$."""
    return simplify(coordinate_size.subs(target, 1).subs(sigma, sqrt(z / (2 * eta))) / sqrt(2 * eta))


def derive_turning_point() -> Expr:
    """$2\\zeta^{3/2}$ times the slope of the size in $\\zeta$."""
    return expand(simplify(2 * sqrt(z) ** 3 * diff(size_in_z, z)))


def derive_factor_slope() -> Expr:
    """The slope of ``turning_in_factor`` over $t\\rho^{t-2}$: linear in $\\rho$, so the function rises, then falls."""
    return simplify(expand(diff(turning_in_factor, kept) / (t * kept ** (t - 2))))


@cache
def derive_flow_turning_point() -> Expr:
    """The limit of the turning function as $t\\to\\infty$ with $t\\zeta = x$ fixed."""
    return limit(turning_point.subs(z, x / t), t, oo)


def size_after(steps: int, root: Expr) -> Expr:
    """The size after ``steps`` steps as a polynomial in $\\sqrt \\zeta$, which is $\\sqrt{2\\eta}\\,\\sigma$."""
    return expand(cancel((1 - (1 - root**2) ** steps) / root))


def turning_after(steps: int, place: Expr) -> Expr:
    """The turning function after ``steps`` steps at $\\zeta$ = ``place``, as a polynomial."""
    return expand(turning_point.subs(t, steps).doit().subs(z, place))


#: How many times as large the coordinate is one step later, $f_{t+1}/f_t$, in $\\rho=1-\\zeta$.
growth_ratio = (1 - kept ** (t + 1)) / (1 - kept**t)

#: Steps for which the growth of a coordinate is written out.
GROWTH_STEPS = (1, 2, 3, 4, 5)


def derive_growth() -> list[Expr]:
    """How much the size grows beyond itself in step t + 1, $f_{t+1}/f_t-1$, from the sizes, over $\\rho=1-\\zeta$."""
    return [cancel((1 - kept ** (steps + 1)) / (1 - kept**steps) - 1) for steps in GROWTH_STEPS]


def growth(steps: int) -> Expr:
    """$\\rho^t/(1+\\rho+\\dots+\\rho^{t-1})$, which increases with $\\rho$."""
    return kept**steps / sum(kept**power for power in range(steps))


#: $\\ln\\frac{1+g_t(\\zeta)}{(1+2x)e^{-x}}$ for the turning function $g_t$ and $t=x/\\zeta$: at $x^\\star$, where the
#: denominator is 1, the logarithm of $1+g_t(x^\\star/t)$.
log_gap = (x / z - 1) * log(1 - z) + log(1 + 2 * x - z) + x - log(1 + 2 * x)

#: $\\zeta^2$ times its slope in $\\zeta$, and the slope of that over $\\zeta$.
gap_slope = -x * log(1 - z) - z * (x - z) / (1 - z) - z**2 / (1 + 2 * x - z)
gap_curvature = (2 - x - z) / (1 - z) ** 2 - (2 + 4 * x - z) / (1 + 2 * x - z) ** 2


def derive_gap() -> Expr:
    """$\\frac{1+g_t(\\zeta)}{(1+2x)e^{-x}}$ with $t=x/\\zeta$, from the turning function."""
    return (1 + turning_point.subs(t, x / z)) * exp(x) / (1 + 2 * x)


#: Singular vectors as the page names them: a direction and how many there are, and how many coordinates are removed.
direction, rank, removed = symbols("i r m", integer=True, positive=True)
