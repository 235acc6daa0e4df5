"""What happens in each singular direction: predicted from the powers of M, measured from a run."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dltheory.momentum.experiment import spectrum
from dltheory.momentum.experiment.regression import Problem

Array = NDArray[np.float64]


def measured_errors(problem: Problem, paths: Array) -> Array:
    """V^T (w_t - w*) of each run, paths: (steps + 1, k, d), result (steps + 1, k, r)."""
    return (paths - problem.optimum) @ problem.svd[2].T


def predicted_errors(problem: Problem, eta: ArrayLike, beta: ArrayLike, steps: int) -> Array:
    """The same from the powers of M alone, v_0 the first gradient, w_0 = 0; (steps + 1, k, r)."""
    etas, betas = np.broadcast_arrays(np.atleast_1d(np.asarray(eta, float)), np.atleast_1d(np.asarray(beta, float)))
    value = problem.sigma
    start = -problem.svd[2] @ problem.optimum
    result = np.empty((steps + 1, etas.size, value.size))
    for run, (step, weight) in enumerate(zip(etas, betas, strict=True)):
        matrices = np.stack([spectrum.iteration_matrix(step, weight, s) for s in value])
        state = np.stack([2 * value**2 * start, start], axis=1)  # (a, x) per mode; a_0 is the gradient's coordinate
        for t in range(steps + 1):
            result[t, run] = state[:, 1]
            state = (matrices @ state[..., None])[..., 0]
    return result


def fitted_rates(errors: Array, floor: float = 1e-11) -> Array:
    """Decay factor per run and direction, fitted to the largest errors still to come, errors: (steps + 1, k, r).

    Oscillating errors have zeros; the running maximum from the right does not. Errors below `floor` are rounding.
    """
    sizes = np.abs(errors)
    envelope = np.maximum.accumulate(sizes[::-1], axis=0)[::-1]
    rates = np.empty(errors.shape[1:])
    for index in np.ndindex(rates.shape):
        series = envelope[(slice(None), *index)]
        usable = np.flatnonzero(series > floor * series[0])
        times = usable[len(usable) // 4 :]
        rates[index] = np.exp(np.polyfit(times, np.log(series[times]), 1)[0])
    return rates


def mode_path(step: float, weight: float, steps: int, value: float = 1.0) -> Array:
    """x_0 ... x_steps of one mode from x_0 = 1 at rest."""
    matrix, state = spectrum.iteration_matrix(step, weight, value), np.array([0.0, 1.0])
    path = [1.0]
    for _ in range(steps):
        state = matrix @ state
        path.append(float(state[1]))
    return np.array(path)
