"""The largest curvature at which a method is stable, as a function of its parameters: the lines of the chapter."""

import sympy as sp

from dltheory.momentum import derivation as momentum
from dltheory.networks.derivation.symbols import alpha, beta, eta, h, mu, z

# 2 (2 - beta), which SymPy would multiply out
_TWO_AND_MEMORY = sp.Mul(2, 2 - beta, evaluate=False)


def momentum_line_heavy_ball() -> sp.Expr:
    """2 (1 + mu) / alpha: the curvature at which a root of heavy ball's polynomial reaches -1."""
    (limit,) = sp.solve(momentum.heavy_ball_polynomial().subs(z, -1), h)
    return sp.factor(limit)


def nesterov_line_heavy_ball() -> sp.Expr:
    """2 (1 + mu) / (alpha (1 + 2 mu)): the same for the polynomial of Nesterov's form."""
    (limit,) = sp.solve(momentum.nesterov_polynomial().subs(z, -1), h)
    return sp.factor(limit)


def nesterov_place(newer: sp.Expr, older: sp.Expr) -> sp.Expr:
    """w_t + mu (w_t - w_{t-1}): where Nesterov's form takes the gradient."""
    return newer + mu * (newer - older)


def nesterov_update(newer: sp.Expr, older: sp.Expr, gradient: sp.Expr) -> sp.Expr:
    """w_{t+1} from the last two positions and the gradient at :func:`nesterov_place`."""
    return nesterov_place(newer, older) - alpha * gradient


def momentum_line() -> sp.Expr:
    """2 (2 - beta) / (eta beta): momentum's line in the averaged form."""
    return _TWO_AND_MEMORY / (eta * beta)


def nesterov_line() -> sp.Expr:
    """2 (2 - beta) / (eta beta (3 - 2 beta)): Nesterov's line in the averaged form."""
    return _TWO_AND_MEMORY / (eta * beta * (3 - 2 * beta))


def descent_line() -> sp.Expr:
    """2 / eta: gradient descent's line, that of both others at beta = 1."""
    return 2 / eta


def averaged(limit: sp.Expr) -> sp.Expr:
    """``limit`` with alpha = eta beta and mu = 1 - beta."""
    return limit.subs({alpha: eta * beta, mu: 1 - beta})
