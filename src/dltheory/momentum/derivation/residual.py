"""The error of heavy ball as a polynomial in the curvature, its transient, and the bound no Krylov method beats."""

import sympy as sp

from dltheory.momentum.derivation.symbols import alpha, h, mu, q, t


def chebyshev_argument() -> sp.Expr:
    """xi = (1 + mu - alpha h) / (2 sqrt(mu)), in [-1, 1] exactly when the mode is complex or repeated."""
    return (1 + mu - alpha * h) / (2 * sp.sqrt(mu))


def residual_from_rest(newer: sp.Expr, older: sp.Expr, steps: sp.Expr = t) -> sp.Expr:
    """P_t = mu^(t/2) [U_t - sqrt(mu) U_{t-1}] for v0 = 0; `newer`, `older` stand for U_t(xi), U_{t-1}(xi)."""
    return mu ** (steps / 2) * (newer - sp.sqrt(mu) * older)


def residual_short_first_step(first_kind: sp.Expr, second_kind: sp.Expr, steps: sp.Expr = t) -> sp.Expr:
    """P_t = mu^(t/2) [2 mu/(1+mu) T_t + (1-mu)/(1+mu) U_t] when the first step is alpha / (1 + mu)."""
    return mu ** (steps / 2) * (2 * mu / (1 + mu) * first_kind + (1 - mu) / (1 + mu) * second_kind)


def residual_from_gradient(newer: sp.Expr, older: sp.Expr, steps: sp.Expr = t) -> sp.Expr:
    """P_t for v0 equal to the first gradient (the source's start): the first step is alpha / (1 - mu) = eta."""
    return mu ** (steps / 2) * (newer - sp.sqrt(mu) * (1 + alpha * h / (1 - mu)) * older)


def residual_polynomial(steps: int) -> sp.Expr:
    """P_t(h) from rest, for one concrete t, with the Chebyshev polynomials written out."""
    argument = chebyshev_argument()
    older = sp.chebyshevu(steps - 1, argument) if steps else sp.Integer(0)
    return sp.simplify(residual_from_rest(sp.chebyshevu(steps, argument), older, sp.Integer(steps)))


def transient_factor() -> sp.Expr:
    """q^t (1 + t (1 + q)): the worst error factor over [m, ell] at the optimum, started with v0 = 0."""
    return q**t * (1 + t * (1 + q))


def slowest_mode_factor() -> sp.Expr:
    """q^t (1 + t (1 - q)): the factor in the flattest mode h = m, which never exceeds 1."""
    return q**t * (1 + t * (1 - q))


def short_first_step_factor() -> sp.Expr:
    """q^t (1 + t (1 - q^2)/(1 + q^2)): the worst factor at the optimum when the first step is alpha / (1 + mu)."""
    return q**t * (1 + t * (1 - q**2) / (1 + q**2))


def hump_threshold() -> sp.Expr:
    """The condition number 3 + 2 sqrt(2) above which the error grows first: q (2 + q) = 1 solved for kappa."""
    (q_at_threshold,) = (root for root in sp.solve(transient_factor().subs(t, 1) - 1, q) if root.is_positive)
    return sp.radsimp(sp.expand(((1 + q_at_threshold) / (1 - q_at_threshold)) ** 2))


def hump_peak_time() -> sp.Expr:
    """The real t at which q^t (1 + t (1 + q)) peaks: -1 / ln q - 1 / (1 + q)."""
    continuous = sp.Symbol("s", real=True)
    slope = sp.diff(sp.log(q) * continuous + sp.log(1 + continuous * (1 + q)), continuous)
    (peak,) = sp.solve(slope, continuous)
    return sp.apart(sp.simplify(peak), sp.log(q))


def lower_bound() -> sp.Expr:
    """2 q^t / (1 + q^(2t)) = 1 / T_t((kappa + 1)/(kappa - 1)): no Krylov method does better on some problem."""
    return 2 * q**t / (1 + q ** (2 * t))


def chebyshev_extrema(steps: int) -> list[sp.Expr]:
    """The t + 1 points of [(1-q)^2, (1+q)^2] where T_t is +-1: 1 + q^2 - 2 q cos(j pi / t)."""
    return [1 + q**2 - 2 * q * sp.cos(j * sp.pi / steps) for j in range(steps + 1)]


def lagrange_at_zero(steps: int) -> list[sp.Expr]:
    """L_i(0) for the Lagrange basis on the Chebyshev extrema; sum |L_i(0)| = T_t((kappa + 1)/(kappa - 1))."""
    nodes = chebyshev_extrema(steps)
    return [
        sp.prod([-other / (node - other) for j, other in enumerate(nodes) if j != i]) for i, node in enumerate(nodes)
    ]


def condition_number_of_rate() -> sp.Expr:
    """kappa = ((1 + q) / (1 - q))^2, the inverse of q = (sqrt(kappa) - 1)/(sqrt(kappa) + 1)."""
    return ((1 + q) / (1 - q)) ** 2
