"""How much of the squared norm of Gaussian weights sits in the small ones.

Everything is written in the threshold $u$ in standard deviations: a weight is removed if its magnitude is at most $u$
standard deviations. With $\\Phi$ and $\\varphi$ the standard normal distribution function and density,
$\\operatorname{erf}(u/\\sqrt2) = 2\\Phi(u)-1$ and $\\sqrt{2/\\pi}\\,ue^{-u^2/2} = 2u\\varphi(u)$.
"""

from __future__ import annotations

from functools import cache

from sympy import Expr, Lambda, Symbol, cancel, diff, erf, erfinv, exp, integrate, limit, pi, simplify, sqrt

u = Symbol("u", positive=True)  # threshold, in standard deviations
s = Symbol("s", positive=True)  # fraction of weights removed
variance = Symbol("v", positive=True)  # variance of the weights
x = Symbol("x", real=True)  # a weight

#: The density of one weight.
density = exp(-(x**2) / (2 * variance)) / sqrt(2 * pi * variance)

#: The fraction of weights with magnitude at most $u$ standard deviations, and the share of the squared norm they hold.
removed_fraction = erf(u / sqrt(2))
removed_share = erf(u / sqrt(2)) - sqrt(2 / pi) * u * exp(-(u**2) / 2)

#: $\\Phi^{-1}$, and the threshold that removes the fraction s: $\\Phi^{-1}(\\frac{1+s}2)$.
quantile = Lambda(x, sqrt(2) * erfinv(2 * x - 1))
threshold = simplify(quantile((1 + s) / 2))

#: What the share is between, for $0 < s < 1$; the lower bound is also where it starts.
lower_bound = pi / 6 * s**3
upper_bound = s**3

#: The first terms of the share in the fraction.
expansion = lower_bound + pi**2 / 60 * s**5


def derive_removed_fraction() -> Expr:
    """$\\Pr(\\lvert W\\rvert\\le u\\sqrt v)$, integrated."""
    return simplify(integrate(density, (x, -sqrt(variance) * u, sqrt(variance) * u)))


@cache
def derive_removed_share() -> Expr:
    """$\\mathbb E\\,W^2\\mathbb 1\\{\\lvert W\\rvert\\le u\\sqrt v\\}/\\mathbb E\\,W^2$, integrated."""
    removed = integrate(x**2 * density, (x, -sqrt(variance) * u, sqrt(variance) * u))
    return simplify(removed / variance)


def share_of_smallest() -> Expr:
    """The share of the squared norm that the fraction s of smallest weights holds."""
    return removed_share.subs(u, threshold)


def derive_slope() -> Expr:
    """The derivative of the share with respect to the fraction: the square of the weight that goes next."""
    return simplify(diff(removed_share, u) / diff(removed_fraction, u))


def derive_second_slope() -> Expr:
    """The second derivative of the share with respect to the fraction."""
    return simplify(diff(derive_slope(), u) / diff(removed_fraction, u))


def derive_concavity() -> Expr:
    """$S''/S'$ for the removed fraction $S(u)$: negative, so $S$ is concave in the threshold."""
    return simplify(diff(removed_fraction, u, 2) / diff(removed_fraction, u))


def derive_first_terms() -> tuple[Expr, Expr]:
    """The coefficients of $s^3$ and $s^5$ in the share as $s\\to0$, as limits in the threshold."""
    cubic = limit(removed_share / removed_fraction**3, u, 0, "+")
    quintic = limit((removed_share - cubic * removed_fraction**3) / removed_fraction**5, u, 0, "+")
    return cubic, quintic


def derive_gap_slope() -> Expr:
    """The slope of $2u\\varphi(u)$, the removed fraction less the share, over $2\\varphi(u)$: it vanishes at 1 only."""
    gap = removed_fraction - removed_share
    return cancel(simplify(diff(gap, u) / diff(removed_fraction, u)))


def derive_zero_fraction() -> Expr:
    """$\\lim_{u\\to0}\\Pr(\\lvert W\\rvert\\le u\\sqrt v)=\\Pr(W=0)$: the fraction of weights that are exactly zero."""
    return limit(removed_fraction, u, 0, "+")
