"""The covariance of the iterates: predicted by enumerating masks, without simulation."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.linalg import solve_continuous_lyapunov

from .linear import Array, curvature, minimiser


def enumerated(X: Array, y: Array, keep: float) -> tuple[Array, Array, Array]:
    """All masks shared by the rows: $A_B$ (m, d, d), $b_B$ (m, d) and their probabilities (m,), $m = 2^d$."""
    bits = np.array(list(product((0.0, 1.0), repeat=X.shape[1])))
    masks = bits / keep
    probability = np.prod(np.where(bits > 0, keep, 1 - keep), axis=1)
    gram, pull = X.T @ X, X.T @ y
    return masks[:, :, None] * gram * masks[:, None, :], masks * pull, probability


def second_moment_operator(X: Array, y: Array, keep: float, eta: float) -> tuple[Array, Array]:
    """$\\mathbb E\\,(I-2\\eta A)\\otimes(I-2\\eta A)$: (d², d²), and $4\\eta^2Q$ with $Q$ the gradients' covariance:
    (d, d)."""
    A, b, probability = enumerated(X, y, keep)
    d = X.shape[1]
    contraction = np.eye(d) - 2 * eta * A
    operator = np.einsum("m,mab,mcd->acbd", probability, contraction, contraction).reshape(d * d, d * d)
    residual = A @ minimiser(X, y, keep) - b
    return operator, 4 * eta**2 * np.einsum("m,ma,mb->ab", probability, residual, residual)


def stationary(X: Array, y: Array, keep: float, eta: float) -> Array:
    """The stationary covariance, (d, d). Raises ValueError where the step lets second moments grow without bound."""
    operator, noise = second_moment_operator(X, y, keep, eta)
    radius = float(np.abs(np.linalg.eigvals(operator)).max())
    if radius >= 1:
        raise ValueError(f"eta = {eta:g}: second moments grow by {radius:.6g} a step, so no covariance is stationary")
    d = X.shape[1]
    return np.linalg.solve(np.eye(d * d) - operator, noise.ravel()).reshape(d, d)


def second_moment(X: Array, y: Array, keep: float, eta: float, steps: int) -> Array:
    """$\\mathbb E\\,(w_t-w^\\star)(w_t-w^\\star)^\\top$ after ``steps`` steps from $w_0 = w^\\star$: (d, d), exact."""
    operator, noise = second_moment_operator(X, y, keep, eta)
    moment = np.zeros(noise.size)
    for _ in range(steps):
        moment = operator @ moment + noise.ravel()
    return moment.reshape(noise.shape)


def small_step(X: Array, y: Array, keep: float) -> Array:
    """$\\lim_{\\eta\\to0}S/\\eta$: the solution of $KS_1+S_1K=2Q$."""
    _, noise = second_moment_operator(X, y, keep, 1.0)
    return solve_continuous_lyapunov(curvature(X, keep), noise / 2)


def averaged(X: Array, y: Array, keep: float, eta: float) -> Array:
    """$\\lim_TT\\operatorname{Cov}$ of the mean of $T$ iterates: $(SK^{-1}+K^{-1}S)/(2\\eta)-S$."""
    S, inverse = stationary(X, y, keep, eta), np.linalg.inv(curvature(X, keep))
    return (S @ inverse + inverse @ S) / (2 * eta) - S


def largest_mean_square_step(X: Array, y: Array, keep: float) -> float:
    """The step above which second moments grow without bound, by bisection to 12 digits."""
    low, high = 0.0, 1 / float(np.linalg.eigvalsh(curvature(X, keep))[-1])
    for _ in range(60):
        middle = (low + high) / 2
        operator, _ = second_moment_operator(X, y, keep, middle)
        stable = np.abs(np.linalg.eigvals(operator)).max() < 1
        low, high = (middle, high) if stable else (low, middle)
    return low
