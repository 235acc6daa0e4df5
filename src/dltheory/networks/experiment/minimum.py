"""A network at a minimum of its loss, and what momentum does near it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch.func import grad, grad_and_value, vmap

from dltheory.networks.experiment import curvature
from dltheory.networks.experiment.model import DTYPE, Network, Problem, digits

Array = NDArray[np.float64]


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
def trained(seed: int, ridge: float, sizes: tuple[int, ...] = (64, 8, 10), examples: int = 300) -> Minimum:
    """The minimum that quasi-Newton steps from ``seed`` end in, polished by Newton's method to rounding.

    Squared loss on digits plus ``ridge`` times the squared norm. Raises ArithmeticError where it is no minimum.
    """
    inputs, targets = digits(examples)
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
        # moduli, so that directions of negative curvature lead down; short steps, so that the picture is the quadratic's
        step = vectors @ ((vectors.T @ slope) / np.maximum(np.abs(values), 1e-6))
        theta = theta - step * min(1.0, 0.3 / float(np.linalg.norm(step)))
    point = torch.as_tensor(theta, dtype=DTYPE)
    H = curvature.dense_hessian(problem, point)
    values, vectors = np.linalg.eigh(H)
    if np.linalg.norm(value_and_slope(theta)[1]) > 1e-9 or values[0] <= 0:
        raise ArithmeticError(f"seed {seed}, ridge {ridge:g}: training did not end in a minimum")
    return Minimum(problem, point, H, values, vectors)


def distances(found: Minimum, alpha: float, mu: float, start: Array, steps: int, ahead: bool = False) -> Array:
    """$\\lVert\\theta_t-\\theta^\\star\\rVert$ for t = 0 ... ``steps`` of heavy ball, or Nesterov's form, from rest at
    $\\theta^\\star$ + ``start``."""
    slope = grad(found.problem.loss)
    newer = older = found.theta + torch.as_tensor(start, dtype=DTYPE)
    sizes = [float((newer - found.theta).norm())]
    for _ in range(steps):
        moved = mu * (newer - older)
        newer, older = newer + moved - alpha * slope(newer + moved if ahead else newer), newer
        sizes.append(float((newer - found.theta).norm()))
    return np.array(sizes)


def fitted_rate(sizes: Array, window: slice, power: int = 0) -> float:
    """The factor by which ``sizes`` / t^``power`` falls a step, fitted over ``window``."""
    times = np.arange(len(sizes))[window]
    return float(np.exp(np.polyfit(times, np.log(sizes[window] / times**power), 1)[0]))


def noise_floors(
    found: Minimum, alpha: float, mu: float, deviation: float, steps: int, burn: int, chains: int, seed: int
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
        newer, older = newer + mu * (newer - older) - alpha * (slope(newer) + error), newer
        if step >= burn:
            total += ((newer - found.theta) @ vectors).square()
    return np.asarray((total / (steps - burn)).numpy())
