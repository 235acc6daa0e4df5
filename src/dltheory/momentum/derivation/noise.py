"""Where momentum stops when the gradients are noisy: the stationary variance of one mode."""

import sympy as sp

from dltheory.momentum.derivation.symbols import alpha, beta, eta, h, mu, nu


def companion_matrix() -> sp.Matrix:
    """A with (x_{t+1}, x_t) = A (x_t, x_{t-1}) + noise: heavy ball's companion matrix."""
    return sp.Matrix([[1 + mu - alpha * h, -mu], [1, 0]])


def noise_covariance() -> sp.Matrix:
    """Covariance of what one noisy gradient adds to (x_{t+1}, x_t): alpha^2 nu in the first entry."""
    return sp.Matrix([[alpha**2 * nu, 0], [0, 0]])


def stationary_covariance() -> sp.Matrix:
    """S = A S A^T + Q, the discrete Lyapunov equation, solved for the symmetric S."""
    variance, covariance, lagged = sp.symbols("s_11 s_12 s_22", real=True)
    unknown = sp.Matrix([[variance, covariance], [covariance, lagged]])
    a = companion_matrix()
    equations = list(unknown - a * unknown * a.T - noise_covariance())
    solution = sp.solve(equations, [variance, covariance, lagged], dict=True)[0]
    return unknown.subs(solution).applyfunc(sp.factor)


def noise_floor() -> sp.Expr:
    """E x^2 -> alpha nu (1 + mu) / (h (1 - mu) (2 (1 + mu) - alpha h))."""
    return alpha * nu * (1 + mu) / (h * (1 - mu) * (2 * (1 + mu) - alpha * h))


def noise_floor_averaged() -> sp.Expr:
    """The floor in the averaged form: eta nu (2 - beta) / (h (2 (2 - beta) - eta beta h))."""
    averaged = noise_floor().subs({alpha: eta * beta, mu: 1 - beta})
    numerator, denominator = sp.fraction(sp.cancel(averaged * h / (eta * nu)))
    sign = -sp.sign(numerator.coeff(beta))  # beta is written with a minus sign above, as in 2 - beta
    return eta * nu * sp.expand(sign * numerator) / (h * sp.expand(sign * denominator))
