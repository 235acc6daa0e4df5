"""The heavy-ball form: its update, its characteristic polynomial, and what each gradient has moved by now."""

from collections.abc import Callable

import sympy as sp

from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu, sigma, t, z


def heavy_ball_update(newer: sp.Expr, older: sp.Expr, gradient: sp.Expr) -> sp.Expr:
    """w_{t+1} = w_t - alpha gradient + mu (w_t - w_{t-1})."""
    return newer - alpha * gradient + mu * (newer - older)


def heavy_ball_polynomial() -> sp.Expr:
    """z^2 - (1 + mu - alpha h) z + mu, from the recurrence x'' = (1 + mu - alpha h) x' - mu x."""
    older, newer = sp.symbols("x_0 x_1", real=True)
    newest = heavy_ball_update(newer, older, h * newer)
    companion = sp.Matrix([newer, newest]).jacobian([older, newer])
    return sp.collect(sp.expand((z * sp.eye(2) - companion).det()), z)


def heavy_ball_parameters() -> dict[sp.Symbol, sp.Expr]:
    """alpha = eta beta, mu = 1 - beta, h = 2 sigma^2: the averaged form read as heavy ball."""
    return {alpha: eta * beta, mu: 1 - beta, h: 2 * sigma**2}


def gradient_weight(age: sp.Expr) -> sp.Expr:
    """(1 - mu^k) / (1 - mu): how much of a gradient has arrived k steps after it entered."""
    return (1 - mu**age) / (1 - mu)


def unrolled(start: sp.Expr, gradient: Callable[[sp.Symbol], sp.Expr]) -> sp.Expr:
    """w_t = w_0 - alpha sum_{i<t} (1 - mu^(t-i))/(1 - mu) gradient(i), started at rest."""
    i = sp.Symbol("i", integer=True)
    return start - alpha * sp.Sum(gradient_weight(t - i) * gradient(i), (i, 0, t - 1))
