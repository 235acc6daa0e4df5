"""Limits of gradient descent on a data set: predicted from its singular values, and measured by running it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import lambdify

from dltheory.foundations import derivation
from dltheory.lab.validation import number, whole

from .descent import gradient_descent, spectrum

Array = NDArray[np.float64]


@dataclass(frozen=True)
class DescentConfig:
    """How the limits are measured: length of the runs, width of the searches, accuracy to reach."""

    steps: int = 2000  # of a run whose stability or rate is measured
    patience: int = 4000  # of a run whose iterations are counted
    resolution: float = 1e-4  # relative width at which the searches for a step end
    accuracy: float = 1e-3  # fraction of the first error that a run must get below
    fractions: tuple[float, ...] = (0.5, 0.9, 0.99)  # of the largest stable step, beside the optimal step
    seed: int = 0  # of the start of the runs whose rate is measured


@dataclass(frozen=True)
class Limits:
    """Largest stable step, optimal step and, for the steps ``eta: (k,)``, rate and iterations to the accuracy.

    ``eta[-1]`` is the optimal step as predicted.
    """

    stable_step: float
    optimal_step: float
    eta: Array
    rate: Array
    iterations: NDArray[np.int64]


def comparison(predicted: Limits, measured: Limits) -> str:
    """Both side by side, as a table in plain text."""
    lines = [
        f"{'':24}{'predicted':>11}{'measured':>11}",
        f"{'largest stable step':24}{predicted.stable_step:11.6f}{measured.stable_step:11.6f}",
        f"{'best step':24}{predicted.optimal_step:11.6f}{measured.optimal_step:11.6f}",
    ]
    shares = predicted.eta / predicted.stable_step
    for what, digits in (("rate", ".6f"), ("iterations", "d")):
        for share, ours, theirs in zip(shares, getattr(predicted, what), getattr(measured, what), strict=True):
            lines.append(f"{f'{what} at {share:.4f}':24}{ours:11{digits}}{theirs:11{digits}}")
    return "\n".join(lines)


def predicted_limits(X: Array, y: Array, config: DescentConfig) -> Limits:
    """What the theorems say: $1/\\sigma_1^2$, $1/(\\sigma_1^2+\\sigma_r^2)$, the largest contraction factor.

    The iterations are the first at which the errors of all directions together are below the accuracy.
    """
    parts, d = spectrum(X), derivation
    limit = float(lambdify(d.sigma_1, d.stability_limit)(parts.sigma[0]))
    optimum = lambdify([d.sigma_1, d.sigma_r], d.optimal_step)(parts.sigma[0], parts.sigma[-1])
    eta = np.array([fraction * limit for fraction in config.fractions] + [optimum])
    contraction = lambdify([d.eta, d.sigma], d.contraction)(eta[:, None], parts.sigma)
    rate = np.abs(contraction).max(axis=1)
    first_error = (parts.U.T @ y) / parts.sigma
    iterations = [_first_below(factors, first_error, config.accuracy) for factors in contraction]
    return Limits(limit, float(optimum), eta, rate, np.array(iterations))


def measured_limits(X: Array, y: Array, config: DescentConfig) -> Limits:
    """What runs of gradient descent show, at the steps of :func:`predicted_limits`.

    The largest stable step by bisection; the rate as the slope of the logarithm of the error over the second half of
    a run from a random start; the iterations counted in a run from 0, the minimiser found by a least-squares solver.
    """
    eta = predicted_limits(X, y, config).eta
    limit = largest_stable_step(X, y, config)
    rates = [measured_rate(X, y, step, config) for step in eta]
    iterations = [iterations_to_accuracy(X, y, step, config) for step in eta]
    return Limits(limit, fastest_step(X, y, limit, config), eta, np.array(rates), np.array(iterations))


def measured_rate(X: Array, y: Array, eta: float, config: DescentConfig) -> float:
    """The factor per iteration by which the error of a run from a random start shrinks, late in the run."""
    minimiser = np.linalg.lstsq(X, y, rcond=None)[0]
    start = minimiser + np.random.default_rng(config.seed).normal(size=len(minimiser))
    return fitted_rate(error_norms(X, y, eta, config.steps, minimiser, start))


def iterations_to_accuracy(X: Array, y: Array, eta: float, config: DescentConfig) -> int:
    """The first iteration from $w_0 = 0$ at which the error is the fraction ``accuracy`` of the first, counted.

    Raises ValueError if a run of ``patience`` steps does not get there.
    """
    errors = error_norms(X, y, eta, config.patience, np.linalg.lstsq(X, y, rcond=None)[0])
    reached = errors <= config.accuracy * errors[0]
    if not reached.any():
        raise ValueError(
            f"patience = {config.patience}: too few steps for accuracy {config.accuracy:g} at eta = {eta:g}"
        )
    return int(np.argmax(reached))


def fastest_step(X: Array, y: Array, limit: float, config: DescentConfig) -> float:
    """The step whose runs converge fastest, by golden-section search on the measured rate, up to the step ``limit``."""
    golden = (np.sqrt(5) - 1) / 2

    def rate(eta: float) -> float:
        return measured_rate(X, y, eta, config)

    low, high = 0.5 * limit, limit
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = rate(left), rate(right)
    while high - low > config.resolution * high:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = rate(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = rate(right)
    return float(low + high) / 2


def error_norms(
    X: Array, y: Array, eta: float, steps: int, minimiser: NDArray[Any], start: NDArray[Any] | None = None
) -> Array:
    """$\\lVert w_t - w^\\star\\rVert$ for t = 0, …, ``steps``, from a run."""
    return np.linalg.norm(gradient_descent(X, y, eta, steps, start) - minimiser, axis=1)


def predicted_error_norms(X: Array, y: Array, eta: float, steps: int) -> Array:
    """$\\lVert w_t - w^\\star\\rVert$ for t = 0, …, ``steps`` from $w_0 = 0$, from the contraction factors."""
    parts, d = spectrum(X), derivation
    factors = lambdify([d.eta, d.sigma], d.contraction)(eta, parts.sigma)
    first_error = (parts.U.T @ y) / parts.sigma
    return np.linalg.norm(factors ** np.arange(steps + 1)[:, None] * first_error, axis=1)


def fitted_rate(errors: Array) -> float:
    """The factor per iteration of the line fitted to the logarithm of ``errors``, the second half of those that count.

    Errors below 1e-10 of the first do not count: rounding, not descent, moves them.
    """
    times = np.arange(len(errors))[errors > 1e-10 * errors[0]]
    late = times[len(times) // 2 :]
    slope = np.polynomial.Polynomial.fit(late, np.log(errors[late]), 1).convert().coef[1]
    return float(np.exp(slope))


def largest_stable_step(X: Array, y: Array, config: DescentConfig) -> float:
    """The step at which runs start to diverge, by bisection: stable if the gradient shrank over the run's second half.

    Uses nothing but runs: no singular value enters.
    """
    steps = whole("steps", config.steps, at_least=2)
    resolution = number("resolution", config.resolution, above=0, below=1)
    stable, unstable = 0.0, 1.0 / float(np.abs(X.T @ X).sum())
    while _gradient_shrinks(X, y, unstable, steps):
        stable, unstable = unstable, 2 * unstable
    while unstable - stable > resolution * unstable:
        middle = (stable + unstable) / 2
        if _gradient_shrinks(X, y, middle, steps):
            stable = middle
        else:
            unstable = middle
    return (stable + unstable) / 2


def _gradient_shrinks(X: Array, y: Array, eta: float, steps: int) -> bool:
    """Whether the gradient is smaller at the end of a run from 0 than half-way, or has vanished up to rounding."""
    with np.errstate(over="ignore", invalid="ignore"):
        path = gradient_descent(X, y, eta, steps)[[0, steps // 2, steps]]
        first, halfway, end = np.linalg.norm((path @ X.T - y) @ X, axis=1)
        return bool(end < halfway or end < 1e-9 * first)  # false after overflow


def _first_below(factors: Array, first_error: Array, accuracy: float) -> int:
    """The first t at which the errors $c_i^t e_i$ together are the fraction ``accuracy`` of the first, by bisection."""
    target = accuracy * np.linalg.norm(first_error)
    low, high = 0, 1
    while np.linalg.norm(factors**high * first_error) > target:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if np.linalg.norm(factors**middle * first_error) > target:
            low = middle
        else:
            high = middle
    return high
