"""The best step and memory, the rate they reach, and Nesterov's variant."""

import sympy as sp

from dltheory.momentum.derivation.symbols import alpha, ell, h, kappa, m, mu, z


def optimal_rate() -> sp.Expr:
    """q = (sqrt(kappa) - 1) / (sqrt(kappa) + 1): the best worst-mode rate of heavy ball."""
    return (sp.sqrt(kappa) - 1) / (sp.sqrt(kappa) + 1)


def gradient_descent_rate() -> sp.Expr:
    """(kappa - 1) / (kappa + 1): the best worst-mode rate of gradient descent."""
    return (kappa - 1) / (kappa + 1)


def optimal_step() -> sp.Expr:
    """alpha = 4 / (sqrt(ell) + sqrt(m))^2: from double roots at both ends of the spectrum."""
    return 4 / (sp.sqrt(ell) + sp.sqrt(m)) ** 2


def optimal_memory() -> sp.Expr:
    """mu = q^2 = ((sqrt(ell) - sqrt(m)) / (sqrt(ell) + sqrt(m)))^2."""
    return ((sp.sqrt(ell) - sp.sqrt(m)) / (sp.sqrt(ell) + sp.sqrt(m))) ** 2


def acceleration() -> sp.Expr:
    """ln q / ln((kappa - 1)/(kappa + 1)): how many times more digits an iteration gains, asymptotically."""
    return sp.log(optimal_rate()) / sp.log(gradient_descent_rate())


def nesterov_polynomial() -> sp.Expr:
    """z^2 - (1 + mu)(1 - alpha h) z + mu (1 - alpha h), from y = x' + mu (x' - x), x'' = y - alpha h y."""
    older, newer = sp.symbols("x_0 x_1", real=True)
    ahead = newer + mu * (newer - older)
    newest = ahead - alpha * h * ahead
    companion = sp.Matrix([newer, newest]).jacobian([older, newer])
    by_power = sp.Poly((z * sp.eye(2) - companion).det(), z).all_coeffs()
    return sum((sp.factor(coefficient) * z ** (2 - i) for i, coefficient in enumerate(by_power)), sp.Integer(0))


def nesterov_rate() -> sp.Expr:
    """1 - 1 / sqrt(kappa): the worst modulus with alpha = 1 / ell and mu = q."""
    return 1 - 1 / sp.sqrt(kappa)
