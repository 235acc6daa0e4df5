"""A network at a minimum of its loss, and what momentum does near it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import sympy as sp
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch.func import grad, grad_and_value, vmap

from dltheory.momentum import derivation
from dltheory.momentum.derivation.symbols import alpha, h, mu, nu
from dltheory.momentum.experiment import methods
from dltheory.networks.experiment import curvature
from dltheory.networks.experiment.model import DTYPE, Network, Problem, digits

Array = NDArray[np.float64]

FLOOR = sp.lambdify((alpha, mu, h, nu), derivation.noise_floor(), "numpy")


@dataclass(frozen=True)
class Minimum:
    """A problem and weights (count,) at which its gradient vanishes and its Hessian is positive definite.

    ``hessian`` (count, count); ``values`` its eigenvalues, ascending, and ``vectors`` the eigenvectors as columns.
    """

    problem: Problem
    theta: torch.Tensor
    hessian: Array
    values: Array
    vectors: Array


@cache
def trained(
    seed: int, ridge: float, sizes: tuple[int, ...] = (64, 8, 10), examples: int = 300, first: int = 0
) -> Minimum:
    """The minimum that quasi-Newton steps from ``seed`` end in, polished by Newton's method to rounding.

    Squared loss on ``examples`` digits from number ``first`` on plus ``ridge`` times the squared norm. Raises
    ArithmeticError where it is no minimum.
    """
    inputs, targets = digits(examples, first)
    problem = Problem(Network(sizes), inputs, targets, ridge=ridge)
    both = grad_and_value(problem.loss)

    def value_and_slope(theta: Array) -> tuple[float, Array]:
        slope, value = both(torch.as_tensor(theta, dtype=DTYPE))
        return float(value), slope.numpy()

    start = problem.network.first(seed).numpy()
    options = {"maxiter": 4000, "maxfun": 8000, "ftol": 0.0, "gtol": 1e-7, "maxcor": 40}
    theta = minimize(value_and_slope, start, jac=True, method="L-BFGS-B", options=options).x
    for _ in range(30):
        _, slope = value_and_slope(theta)
        if np.linalg.norm(slope) < 1e-13:
            break
        H = curvature.dense_hessian(problem, torch.as_tensor(theta, dtype=DTYPE))
        values, vectors = np.linalg.eigh(H)
        # moduli, so that directions of negative curvature lead down; short steps, within the quadratic's reach
        step = vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), 1e-6))
        theta = theta - step * min(1.0, 0.3 / float(np.linalg.norm(step)))
    point = torch.as_tensor(theta, dtype=DTYPE)
    H = curvature.dense_hessian(problem, point)
    values, vectors = np.linalg.eigh(H)
    if np.linalg.norm(value_and_slope(theta)[1]) > 1e-9 or values[0] <= 0:
        raise ArithmeticError(f"seed {seed}, ridge {ridge:g}: training did not end in a minimum")
    return Minimum(problem, point, H, values, vectors)


def distances(
    found: Minimum,
    step_size: float,
    memory: float,
    start: Array,
    steps: int,
    ahead: bool = False,
    first: float | None = None,
) -> Array:
    """$\\lVert\\theta_t-\\theta^\\star\\rVert$ for t = 0 ... ``steps`` of heavy ball, or Nesterov's form, from rest at
    $\\theta^\\star$ + ``start``. ``first`` is the size of the first step where it is another."""
    slope = grad(found.problem.loss)
    newer = older = found.theta + torch.as_tensor(start, dtype=DTYPE)
    sizes = [float((newer - found.theta).norm())]
    for step in range(steps):
        moved, size = memory * (newer - older), step_size if step or first is None else first
        newer, older = newer + moved - size * slope(newer + moved if ahead else newer), newer
        sizes.append(float((newer - found.theta).norm()))
    return np.array(sizes)


def fitted_rate(sizes: Array, window: slice, power: int = 0) -> float:
    """The factor by which ``sizes`` / t^``power`` falls a step, fitted over ``window``."""
    times = np.arange(len(sizes))[window]
    return float(np.exp(np.polyfit(times, np.log(sizes[window] / times**power), 1)[0]))


def noise_floors(
    found: Minimum, step_size: float, memory: float, deviation: float, steps: int, burn: int, chains: int, seed: int
) -> Array:
    """The mean of $x^2$ in every eigendirection, (chains, count), over the steps behind ``burn``.

    Heavy ball from rest at the minimum, each gradient with independent normal errors of standard ``deviation`` in every
    weight; the chains run side by side.
    """
    generator = torch.Generator().manual_seed(seed)
    slope = vmap(grad(found.problem.loss))
    newer = older = found.theta.repeat(chains, 1)
    vectors = torch.as_tensor(found.vectors, dtype=DTYPE)
    total = torch.zeros(chains, len(found.theta), dtype=DTYPE)
    for step in range(steps):
        error = deviation * torch.randn(newer.shape, generator=generator, dtype=DTYPE)
        newer, older = newer + memory * (newer - older) - step_size * (slope(newer) + error), newer
        if step >= burn:
            total += ((newer - found.theta) @ vectors).square()
    return np.asarray((total / (steps - burn)).numpy())


def filled(curvature: Array, step_size: float, memory: float, steps: int, burn: int) -> Array:
    """The share of its floor that $\\mathbb E\\,x^2$ of heavy ball from rest at 0 has reached, averaged over the steps
    behind ``burn`` of ``steps``, for modes of ``curvature`` (k,): exact, from the recursion of the second moments."""
    update = np.zeros((len(curvature), 2, 2))
    update[:, 0, 0], update[:, 0, 1], update[:, 1, 0] = 1 + memory - step_size * curvature, -memory, 1
    moments, total = np.zeros_like(update), np.zeros(len(curvature))
    for step in range(steps):
        moments = update @ moments @ update.transpose(0, 2, 1)
        moments[:, 0, 0] += step_size**2
        if step >= burn:
            total += moments[:, 0, 0]
    return np.asarray(total / (steps - burn) / FLOOR(step_size, memory, curvature, 1.0))


NEAR_SIZES, NEAR_EXAMPLES, NEAR_RIDGE = (64, 6, 10), 100, 1e-2
#: Heavy ball at the noise floor: step, memory, standard deviation of the noise in every weight.
FLOOR_ALPHA, FLOOR_MU, FLOOR_DEVIATION = 0.1, 0.8, 1e-4
#: Steps of a run, and how many of them come before its mean.
FLOOR_STEPS = 3000, 600


@dataclass(frozen=True)
class Near:
    """What momentum does near one minimum: ``kappa`` of the Hessian there, rates fitted and the q of its spectrum,
    the transient's height, and $\\mathbb E\\,x^2$ measured over predicted for every direction, flattest first."""

    kappa: float
    rate: float
    predicted_rate: float
    hump: float
    predicted_hump: float
    floors: Array
    floor: float
    distance: Array
    curvature: Array


def near(seed: int) -> Near:
    """The book's momentum at a network's minimum: heavy ball tuned to the extreme eigenvalues there, and with noise."""
    found = trained(seed, NEAR_RIDGE, NEAR_SIZES, NEAR_EXAMPLES)
    smallest, largest = found.values[0], found.values[-1]
    tuned = methods.tuning("heavy ball", smallest, largest)
    direction = np.random.default_rng(seed).normal(size=len(found.theta))
    steps = int(14 / -np.log(tuned.rate))
    sizes = distances(found, tuned.alpha, tuned.mu, 1e-4 * direction / np.linalg.norm(direction), steps)
    rate = fitted_rate(sizes, slice(steps // 2, int(0.85 * steps)), power=1)
    short = int(3 * np.sqrt(largest / smallest))
    hump = distances(found, tuned.alpha, tuned.mu, 1e-6 * found.vectors[:, -1], short)
    floors = noise_floors(found, FLOOR_ALPHA, FLOOR_MU, FLOOR_DEVIATION, *FLOOR_STEPS, 16, 5000 + seed).mean(axis=0)
    predicted = FLOOR(FLOOR_ALPHA, FLOOR_MU, found.values, FLOOR_DEVIATION**2)
    return Near(
        largest / smallest,
        rate,
        tuned.rate,
        float(hump.max() / hump[0]),
        float(methods.TRANSIENT(tuned.rate, np.arange(short + 1)).max()),
        floors / predicted,
        float(floors.sum() / predicted.sum()),
        sizes / sizes[0],
        found.values,
    )


@dataclass(frozen=True)
class ShortFirstStep:
    """Tuned heavy ball whose first step is $\\alpha/(1+\\mu)$, started $10^{-6}$ away from a minimum along the steepest
    and along the flattest direction: distance over the first one, (times,), with ``q`` and ``kappa`` of the minimum."""

    q: float
    kappa: float
    steepest: Array
    flattest: Array


def short_first_step(seed: int) -> ShortFirstStep:
    """Both runs at the minimum that ``seed`` ends in."""
    found = trained(seed, NEAR_RIDGE, NEAR_SIZES, NEAR_EXAMPLES)
    smallest, largest = found.values[0], found.values[-1]
    tuned = methods.tuning("heavy ball", smallest, largest)
    steps, first = int(3 * np.sqrt(largest / smallest)), tuned.alpha / (1 + tuned.mu)
    runs = [
        distances(found, tuned.alpha, tuned.mu, 1e-6 * found.vectors[:, place], steps, first=first) for place in (-1, 0)
    ]
    return ShortFirstStep(tuned.rate, largest / smallest, *(sizes / sizes[0] for sizes in runs))
