"""What the error of one mode does over time, for any trace and determinant: its phase, its envelope, its two powers.

A mode obeys ``x_{t+1} = T x_t - D x_{t-1}``, with ``T`` the sum and ``D`` the product of its roots. From ``x_0 = 1``
everything follows from ``x_1``, the factor of the first step.
"""

import sympy as sp

from dltheory.momentum.derivation.optimal import nesterov_polynomial
from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu, sigma, t, z

trace_value, product_value = sp.symbols("T D", real=True)  # sum and product of the two roots
first = sp.Symbol("x1", real=True)  # x_1, with x_0 = 1
xi = sp.Symbol("xi", real=True)  # T / (2 sqrt D): the cosine of the angle of a complex root
offset = sp.Symbol("g", real=True)  # x_1 / sqrt D - xi: what the first step adds to the cosine
larger, smaller = sp.symbols("z1 z2", real=True)


def roots_discriminant() -> sp.Expr:
    """T^2 - 4 D: negative for complex roots."""
    return trace_value**2 - 4 * product_value


def largest_modulus() -> sp.Expr:
    """The larger modulus of the two roots: sqrt D where they are complex, else (|T| + sqrt(T^2 - 4 D)) / 2."""
    disc = roots_discriminant()
    real = (sp.Abs(trace_value) + sp.sqrt(disc)) / 2
    return sp.Piecewise((sp.sqrt(product_value), disc <= 0), (real, True))


def cosine() -> sp.Expr:
    """xi = T / (2 sqrt D)."""
    return trace_value / (2 * sp.sqrt(product_value))


def first_step_offset() -> sp.Expr:
    """g = x_1 / sqrt D - xi."""
    return first / sp.sqrt(product_value) - cosine()


def oscillation() -> sp.Expr:
    """x_t / sqrt(D)^t = cos(t theta) + g sin(t theta) / sin(theta) with cos(theta) = xi, for complex roots."""
    theta = sp.acos(xi)
    return sp.cos(t * theta) + offset * sp.sin(t * theta) / sp.sin(theta)


def swing() -> sp.Expr:
    """sqrt(1 + g^2 / (1 - xi^2)): the amplitude of the oscillation, which nothing exceeds at any t."""
    return sp.sqrt(1 + offset**2 / (1 - xi**2))


def linear_growth() -> sp.Expr:
    """1 + t |g|: the other bound, from |sin(t theta)| <= t sin(theta); with equality at the double roots."""
    return 1 + t * sp.Abs(offset)


def two_powers() -> sp.Expr:
    """x_t = ((x_1 - z2) z1^t - (x_1 - z1) z2^t) / (z1 - z2), for real and distinct roots."""
    return ((first - smaller) * larger**t - (first - larger) * smaller**t) / (larger - smaller)


def nesterov_trace() -> sp.Expr:
    """z1 + z2 = (1 + mu)(1 - alpha h) with alpha = eta beta, mu = 1 - beta and h = 2 sigma^2."""
    return -_averaged(_nesterov().coeff_monomial(z))


def nesterov_product() -> sp.Expr:
    """z1 z2 = mu (1 - alpha h), in the same parameters."""
    return _averaged(_nesterov().coeff_monomial(1))


def nesterov_limit() -> sp.Expr:
    """The step at which Nesterov's real root reaches -1: chi(-1) = 0 solved for eta."""
    (limit,) = sp.solve(_averaged(nesterov_polynomial().subs(z, -1)), eta)
    return sp.factor(limit)


def nesterov_double_root_steps() -> tuple[sp.Expr, ...]:
    """The steps at which Nesterov's two roots coincide, the smaller one first."""
    steps = sp.solve(sp.factor(nesterov_trace() ** 2 - 4 * nesterov_product()), eta)
    return tuple(sorted((sp.factor(step) for step in steps), key=lambda step: step.subs({beta: sp.S.Half, sigma: 1})))


def _nesterov() -> sp.Poly:
    return sp.Poly(nesterov_polynomial(), z)


def _averaged(expression: sp.Expr) -> sp.Expr:
    return sp.factor(expression.subs({alpha: eta * beta, mu: 1 - beta, h: 2 * sigma**2}))
