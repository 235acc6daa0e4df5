"""Gradient descent, heavy ball, Nesterov and conjugate gradients on a quadratic: iterations to a given accuracy."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import sympy as sp
from numpy.typing import NDArray

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import ell, kappa, m, q, t
from dltheory.momentum.experiment.regression import Problem

Array = NDArray[np.float64]
Method = Literal["gradient descent", "heavy ball", "nesterov"]

RATE = sp.lambdify(kappa, derivation.optimal_rate(), "numpy")
DESCENT_RATE = sp.lambdify(kappa, derivation.gradient_descent_rate(), "numpy")
NESTEROV_RATE = sp.lambdify(kappa, derivation.nesterov_rate(), "numpy")
STEP = sp.lambdify((m, ell), derivation.optimal_step(), "numpy")
MEMORY = sp.lambdify((m, ell), derivation.optimal_memory(), "numpy")
TRANSIENT = sp.lambdify((q, t), derivation.transient_factor(), "numpy")
SHORT_START = sp.lambdify((q, t), derivation.short_first_step_factor(), "numpy")
LOWER_BOUND = sp.lambdify((q, t), derivation.lower_bound(), "numpy")


@dataclass(frozen=True)
class Tuning:
    """Parameters of a two-step method on curvatures [m, ell], and the worst modulus they give."""

    alpha: float
    mu: float
    rate: float


def tuning(method: Method, smallest: float, largest: float) -> Tuning:
    """The textbook parameters of `method` for curvatures in [smallest, largest]."""
    if not 0 < smallest <= largest:
        raise ValueError(f"smallest = {smallest!r}, largest = {largest!r}: they must satisfy 0 < smallest <= largest")
    ratio = largest / smallest
    if method == "heavy ball":
        return Tuning(float(STEP(smallest, largest)), float(MEMORY(smallest, largest)), float(RATE(ratio)))
    if method == "nesterov":
        return Tuning(1 / largest, float(RATE(ratio)), float(NESTEROV_RATE(ratio)))
    if method == "gradient descent":
        return Tuning(2 / (smallest + largest), 0.0, float(DESCENT_RATE(ratio)))
    raise ValueError(f"method = {method!r}: it must be 'gradient descent', 'heavy ball' or 'nesterov'")


def errors(method: Method, hessian: Array, start: Array, tuned: Tuning, steps: int) -> Array:
    """||e_t|| / ||e_0|| for t = 0 ... steps from e_0 = `start` (d,), first step from rest."""
    older, newer = start, start
    sizes = np.empty(steps + 1)
    sizes[0] = np.linalg.norm(start)
    for step in range(steps):
        ahead = newer + tuned.mu * (newer - older)
        slope = hessian @ (ahead if method == "nesterov" else newer)
        older, newer = newer, ahead - tuned.alpha * slope
        sizes[step + 1] = np.sqrt(newer @ newer)
    return sizes / sizes[0]


def worst_factors(alpha: float, mu: float, curvature: Array, steps: int, first: float | None = None) -> Array:
    """max over `curvature` of |e_t / e_0| for t = 0 ... steps, heavy ball from rest: the transient, by running it.

    `first` replaces alpha in the first step.
    """
    older, newer = np.ones_like(curvature), 1 - (alpha if first is None else first) * curvature
    worst = np.ones(steps + 1)
    for step in range(1, steps + 1):
        worst[step] = np.abs(newer).max()
        older, newer = newer, (1 + mu - alpha * curvature) * newer - mu * older
    return worst


def iterations(sizes: Array, accuracy: float = 1e-6) -> int:
    """The first t from which every later entry of `sizes` is at most `accuracy`."""
    above = np.flatnonzero(sizes > accuracy)
    if above.size and above[-1] == len(sizes) - 1:
        raise ValueError(f"accuracy = {accuracy:g}: it is not reached within {len(sizes) - 1} steps")
    return int(above[-1]) + 1 if above.size else 0


def descent_iterations(hessian: Array, start: Array, step: float, accuracy: float) -> int:
    """Iterations of gradient descent to ||e_t|| <= accuracy ||e_0||, counted by repeated squaring of I - step H.

    Millions of steps cost a few matrix products; the distance falls monotonically, so the count can be bisected.
    """
    powers = [np.eye(len(start)) - step * hessian]
    target = accuracy * np.linalg.norm(start)
    while np.linalg.norm(powers[-1] @ start) > target:
        powers.append(powers[-1] @ powers[-1])
    done, error = 0, start
    for exponent in range(len(powers) - 1, -1, -1):
        ahead = powers[exponent] @ error
        if np.linalg.norm(ahead) > target:
            error, done = ahead, done + 2**exponent
    return done + 1


def predicted_iterations(problem: Problem, method: Method, accuracy: float = 1e-6) -> int:
    """The count that the formulas give for this start: each singular coordinate times its own factor at time t."""
    curvature = problem.curvature
    tuned = tuning(method, curvature[-1], curvature[0])
    start = problem.svd[2] @ problem.optimum
    target = accuracy * np.linalg.norm(start)

    def size(time: int) -> float:
        return float(np.linalg.norm(factor(method, tuned, curvature, time) * start))

    high = 1
    while size(high) > target:
        high *= 2
    low = high // 2
    while high - low > 64:
        low, high = (low, (low + high) // 2) if size((low + high) // 2) <= target else ((low + high) // 2, high)
    # oscillations: the count is the last crossing, so look over a stretch before the bisected one
    last = [time for time in range(max(low - 256, 0), high + 256) if size(time) > target]
    return last[-1] + 1


def factor(method: Method, tuned: Tuning, curvature: Array, time: int) -> Array:
    """e_t / e_0 per curvature, from the two roots of the characteristic polynomial (first step from rest)."""
    if method == "gradient descent":
        return (1 - tuned.alpha * curvature) ** time
    damped = 1 - tuned.alpha * curvature
    trace, product = (
        ((1 + tuned.mu) * damped, tuned.mu * damped)
        if method == "nesterov"
        else (damped + tuned.mu, np.full_like(damped, tuned.mu))
    )
    # the double roots at the ends are moved apart by rounding: complex arithmetic keeps the quotient stable enough
    half = np.sqrt((trace**2 / 4 - product).astype(complex))
    half = np.where(np.abs(half) < 1e-9, 1e-9j, half)
    z1, z2 = trace / 2 + half, trace / 2 - half
    first = damped  # e_1 / e_0
    return ((z1**time * (first - z2) - z2**time * (first - z1)) / (z1 - z2)).real


def predicted_sizes(problem: Problem, method: Method, times: NDArray[np.int64]) -> Array:
    """||e_t|| / ||e_0|| at `times` from w_0 = 0, from the two roots of each mode."""
    tuned = tuning(method, problem.curvature[-1], problem.curvature[0])
    start = problem.svd[2] @ problem.optimum
    sizes = [np.linalg.norm(factor(method, tuned, problem.curvature, int(time)) * start) for time in times]
    return np.array(sizes) / np.linalg.norm(start)


def measured_sizes(problem: Problem, method: Method, times: NDArray[np.int64]) -> Array:
    """The same from a run on the data."""
    tuned = tuning(method, problem.curvature[-1], problem.curvature[0])
    hessian, start = 2 * problem.X.T @ problem.X, -problem.optimum
    return errors(method, hessian, start, tuned, int(times[-1]))[times]


def hump(ratio: float, times: NDArray[np.int64]) -> tuple[Array, Array, Array]:
    """Worst factors of tuned heavy ball at `times`: measured on 401 curvatures, predicted, and plain q^t."""
    tuned = tuning("heavy ball", 1.0, ratio)
    measured = worst_factors(tuned.alpha, tuned.mu, np.linspace(1, ratio, 401), int(times[-1]))
    plain: Array = np.power(tuned.rate, times)
    return measured[times], np.asarray(TRANSIENT(tuned.rate, times)), plain


def needed(law: Callable[[float, float], float], rate: float, accuracy: float) -> int:
    """The least t from which law(rate, t) <= accuracy for good, for a law that only falls after t = -1 / ln(rate)."""
    low, high = int(-1 / np.log(rate)), 2
    while law(rate, high) > accuracy or high <= low:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if law(rate, middle) <= accuracy else (middle, high)
    return high


def conjugate_gradients(hessian: Array, start: Array, steps: int) -> Array:
    """Errors e_0 ... e_steps, shape (steps + 1, d), of conjugate gradients on e^T H e / 2."""
    error, residual = start.copy(), -hessian @ start
    direction = residual.copy()
    path = [error]
    for _ in range(steps):
        product = hessian @ direction
        length = (residual @ residual) / (direction @ product)
        error = error + length * direction
        fresh = residual - length * product
        direction = fresh + (fresh @ fresh) / (residual @ residual) * direction
        residual = fresh
        path.append(error)
    return np.array(path)


def measured_iterations(problem: Problem, method: Method, accuracy: float = 1e-6) -> int:
    """Iterations to ||e_t|| <= accuracy ||e_0|| from w_0 = 0, counted on the data."""
    tuned = tuning(method, problem.curvature[-1], problem.curvature[0])
    hessian, start = 2 * problem.X.T @ problem.X, -problem.optimum
    if method == "gradient descent":
        return descent_iterations(hessian, start, tuned.alpha, accuracy)
    steps = 2 * int(np.log(accuracy / np.sqrt(problem.condition_number)) / np.log(tuned.rate)) + 100
    return iterations(errors(method, hessian, start, tuned, steps), accuracy)
